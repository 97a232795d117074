"""Can a simple classifier tell the corpus from raw news? What it goes by is what the corpus lacks or overdoes.

In: texts of ours and of others. Out: accuracy and area under the curve in cross-validation, and the most telling features.
Needs scikit-learn (extra `train`).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import ConfigError
from pipeline.evaluate.words import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDS = 5
_CHUNK_WORDS = 60  # texts are cut to pieces of one length: length must tell nothing


class Told(NamedTuple):
    """Accuracy (chance is 0.5), AUC, number of pieces a side, and features with their weight, ours and theirs."""

    accuracy: float
    auc: float
    pieces: int
    ours: list[tuple[str, float]]
    theirs: list[tuple[str, float]]


def raw_news(path: Path) -> Iterator[str]:
    """The field `text` of each line of a JSONL file, .gz or not. Raises ConfigError when there is none."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield str(json.loads(line)["text"])
            except (ValueError, KeyError, TypeError):
                raise ConfigError(f"{path}, line {number}: expected a JSON object with a field text") from None


def bare(text: str) -> str:
    """Folded words without signs, and 0 for every digit: what is left is choice of words and style.

    >>> bare("أعلنت «Meta»، عام 2024")
    'اعلنت meta عام 0000'
    """
    return re.sub(r"[0-9]", "0", " ".join(words(fold(text))))


def pieces(texts: Sequence[str], group: str) -> list[tuple[str, str]]:
    """Texts cut into pieces of as many words, each with the document it is from; the rest of a text is dropped.

    >>> len(pieces(["كلمة " * 130], "x"))
    2
    """
    cut = []
    for number, text in enumerate(texts):
        running = text.split()
        for at in range(0, len(running) - _CHUNK_WORDS + 1, _CHUNK_WORDS):
            cut.append((" ".join(running[at : at + _CHUNK_WORDS]), f"{group}{number}"))
    return cut


def tell(ours: Sequence[str], theirs: Sequence[str], *, most: int = 25, seed: int = 0) -> Told:
    """Train and cross-validate on as many pieces of either side; the pieces of a document stay in one fold."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GroupKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline, make_union
    except ImportError:
        raise ConfigError("this needs scikit-learn: pip install 'istikhraj[train]'") from None

    left, right = pieces(ours, "o"), pieces(theirs, "t")
    rng = random.Random(seed)
    n = min(len(left), len(right))
    if n < 2 * FOLDS:
        raise ConfigError(f"too little text: {len(left)} and {len(right)} pieces of {_CHUNK_WORDS} words")
    chosen = rng.sample(left, n) + rng.sample(right, n)
    texts, groups = [text for text, _ in chosen], [group for _, group in chosen]
    labels = [1] * n + [0] * n

    def model() -> Any:
        grams = make_union(
            TfidfVectorizer(analyzer="word", token_pattern=r"[^\s]+", ngram_range=(1, 2), min_df=3, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=5, sublinear_tf=True),
        )
        return make_pipeline(grams, LogisticRegression(C=4.0, max_iter=1000))

    shares = cross_val_predict(model(), texts, labels, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[
        :, 1
    ]
    accuracy = sum((share > 0.5) == bool(label) for share, label in zip(shares, labels, strict=True)) / len(labels)
    fitted = model().fit(texts, labels)
    names = fitted[0].get_feature_names_out()
    order = fitted[1].coef_[0].argsort()
    weights = fitted[1].coef_[0]

    def features(numbers: Any) -> list[tuple[str, float]]:
        return [(str(names[i]).split("__", 1)[1], round(float(weights[i]), 2)) for i in numbers]

    return Told(round(accuracy, 3), round(_auc(shares, n), 3), n, features(order[::-1][:most]), features(order[:most]))


def _auc(shares: Sequence[float], n_ours: int) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * n_ours + [0] * (len(shares) - n_ours), shares))
