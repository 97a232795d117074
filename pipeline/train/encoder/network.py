"""The encoder in torch: a BERT with layer normalisation after each block, a head of tags over units, a head of relations over pairs.

In: pieces (windows × length, padded with 1), the places of all units' first pieces (window × length + place). Out: states of the units
and, from them, logits. The parameters bear the names that `convert` and `graph` use.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

PAD = 1
PAIR_WIDTH = 192


class Layer(nn.Module):
    """Self-attention and feed-forward, each added to its input and normalised (Devlin et al. 2019)."""

    def __init__(self, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.output = nn.Linear(hidden, hidden)
        self.attended = nn.LayerNorm(hidden, eps=1e-12)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.fed = nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """One layer; `mask` is true at pieces (batch × 1 × 1 × length)."""
        n, length, hidden = x.shape
        parts = (self.query, self.key, self.value)
        query, key, value = (part(x).view(n, length, self.heads, -1).transpose(1, 2) for part in parts)
        # Dropout inside would forgo the fused kernel.
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = self.output(mixed.transpose(1, 2).reshape(n, length, hidden))
        x = self.attended(x + functional.dropout(mixed, self.dropout, self.training))
        fed = self.down(functional.gelu(self.up(x)))
        out: Tensor = self.fed(x + functional.dropout(fed, self.dropout, self.training))
        return out


class Encoder(nn.Module):
    """Pieces to states."""

    def __init__(
        self, *, vocabulary: int, hidden: int, layers: int, heads: int, inner: int, positions: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, hidden)
        self.positions = nn.Embedding(positions, hidden)
        self.embedded = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, dropout) for _ in range(layers))
        self.dropout = dropout

    def forward(self, pieces: Tensor) -> Tensor:
        """States of all pieces, batch × length × hidden."""
        mask = (pieces != PAD)[:, None, None, :]
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x: Tensor = self.embedded(self.words(pieces) + self.positions(places))
        x = functional.dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Network(nn.Module):
    """The encoder with its heads."""

    def __init__(
        self, encoder: Encoder, *, tags: int, relations: int, labels: int, buckets: int, standings: int
    ) -> None:
        super().__init__()
        hidden = encoder.words.embedding_dim
        self.encoder = encoder
        self.head = nn.Linear(hidden, tags)
        self.subject, self.object = nn.Linear(2 * hidden, PAIR_WIDTH), nn.Linear(2 * hidden, PAIR_WIDTH)
        self.distance, self.standing = nn.Embedding(buckets, PAIR_WIDTH), nn.Embedding(standings, PAIR_WIDTH)
        self.subject_label, self.object_label = nn.Embedding(labels, PAIR_WIDTH), nn.Embedding(labels, PAIR_WIDTH)
        self.relation = nn.Linear(PAIR_WIDTH, relations)
        self.context = nn.Linear(hidden, PAIR_WIDTH)
        self.around, self.between = (nn.Linear(PAIR_WIDTH, PAIR_WIDTH, bias=False) for _ in range(2))
        self.product, self.deeper = (nn.Linear(PAIR_WIDTH, PAIR_WIDTH, bias=False) for _ in range(2))
        # A base without them is gone on from as it is.
        for part in (self.standing, self.around, self.between, self.product, self.deeper):
            nn.init.zeros_(part.weight)

    def forward(self, pieces: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and states of the units: units × tags, units × hidden."""
        return self.units(self.encoder(pieces), places)

    def units(self, read: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """The same from the states of all pieces."""
        states = read.reshape(-1, read.shape[-1]).index_select(0, places)
        return self.head(functional.dropout(states, self.encoder.dropout, self.training)), states

    def related(self, states: Tensor, mentions: Tensor, pairs: Tensor) -> Tensor:
        """Logits of relations between mentions (pairs × relations).

        A row of `mentions` is first unit, last unit and label; a row of `pairs` is two mentions, the bucket of their distance, the
        standing of the earlier one, the relation, and the units around and between them (`pairs.contexts`).
        """
        spans = torch.cat([states.index_select(0, mentions[:, 0]), states.index_select(0, mentions[:, 1])], 1)
        spans = functional.dropout(spans, self.encoder.dropout, self.training)
        subjects = self.subject(spans) + _rows(self.subject_label, mentions[:, 2])
        objects = self.object(spans) + _rows(self.object_label, mentions[:, 2])
        one, other = subjects.index_select(0, pairs[:, 0]), objects.index_select(0, pairs[:, 1])
        both = one + other + self.product(one * other)
        both = both + _rows(self.distance, pairs[:, 2]) + _rows(self.standing, pairs[:, 3])
        words = functional.dropout(functional.relu(self.context(states)), self.encoder.dropout, self.training).float()
        both = both + _summed(self.around(words), pairs[:, 5], pairs[:, 6])
        both = both + _summed(self.between(words), pairs[:, 7], pairs[:, 8])
        both = functional.gelu(both)
        both = both + functional.gelu(self.deeper(functional.dropout(both, self.encoder.dropout, self.training)))
        logits: Tensor = self.relation(functional.dropout(both, self.encoder.dropout, self.training))
        return logits


def _rows(table: nn.Embedding, numbers: Tensor) -> Tensor:
    """Rows of a small table as a product: its gradient is one too, where that of a look-up would wait for a few crowded rows."""
    return functional.one_hot(numbers, table.num_embeddings).to(table.weight.dtype) @ table.weight


def _summed(rows: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """The sums of rows start to end, over the root of their number."""
    sums = functional.pad(rows.float().cumsum(0), (0, 0, 1, 0))
    return (sums.index_select(0, ends) - sums.index_select(0, starts)) / (ends - starts).clamp(min=1)[:, None].sqrt()
