"""The relations of one document.

In: its text, tokens, mentions and links. Out: `core.spans.Relation`s in the order of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.core.spans import VALUE_LABELS, Link, Mention, Relation, Sentence, Token
from pipeline.relate import coreference, lexicon, patterns, reading, status
from pipeline.relate.choose import choose
from pipeline.relate.coreference import Reference, Scene, Story
from pipeline.relate.drafts import Draft, Rules, drafts
from pipeline.relate.reading import Segment

_PEOPLE = frozenset({"PERSON", "ORG"})
# Between two units of a segment more tokens than this are a parenthesis that was cut out, fewer are unseen particles.
_HOLE = 3


class Knowledge(NamedTuple):
    """All that is loaded once."""

    lexicon: lexicon.Lexicon
    rules: Rules


class Document(NamedTuple):
    """What the room reads of a document."""

    text: str
    sentences: Sequence[Sentence]
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    links: Sequence[Link]


class _Talk(NamedTuple):
    """Who has spoken: the last speaker of the document, and the person who answers in this line of an interview."""

    last: int | None = None
    answering: int | None = None


def load(folder: Path) -> Knowledge:
    """Everything in seeds/relations, checked."""
    known = patterns.predicates(folder / "predicates.tsv")
    book = patterns.patterns(folder / "patterns", known)
    words = lexicon.load(folder, patterns.literals(book))
    return Knowledge(words, Rules(known, patterns.Matchers(book, known, words), reading.openers(words)))


def relations(doc: Document, known: Knowledge) -> list[Relation]:
    """All relations of a document, each once a sentence."""
    if not doc.mentions:
        return []
    ids = [link.entity_id for link in doc.links]
    told = coreference.story(doc.tokens, doc.mentions, ids, n_sentences=len(doc.sentences), lexicon=known.lexicon)
    sources = reading.Sources(doc.text, doc.tokens, doc.mentions, ids)
    found: list[Relation] = []
    talk = _Talk()
    for number, span in enumerate(_spans(doc)):
        inside = told.by_sentence[number]
        talk = _listen(talk, doc, known, told, number=number, span=span)
        if not inside or not known.rules.matchers.worth(doc.tokens[span[0] : span[1]], len(inside)):
            continue
        flat = reading.without_aliases(reading.flat(sources, known.lexicon, span=span, inside=inside))
        scene = Scene(told, number, _us(told, talk, doc, number, span))
        drafted = list(drafts(flat, known.rules, scene))
        if drafted:
            rows, last = _finish(drafted, doc, known, scene, span=span, talk=talk)
            talk = talk._replace(last=last)
            found.extend(rows)
    return found


def _spans(doc: Document) -> Iterator[tuple[int, int]]:
    """The first token number of each sentence and the one after its last."""
    token, n = 0, len(doc.tokens)
    for number in range(len(doc.sentences)):
        start = token
        while token < n and doc.tokens[token].sentence == number:
            token += 1
        yield start, token


def _listen(talk: _Talk, doc: Document, known: Knowledge, told: Story, *, number: int, span: tuple[int, int]) -> _Talk:
    """Who answers from this sentence on: «ج:» begins an answer, which lasts to the end of its line."""
    start, end = span
    if start == end:
        return talk
    before = doc.sentences[number - 1].end if number else 0
    if "\n" in doc.text[before : doc.sentences[number].start] or not number:
        talk = talk._replace(answering=None)
    if start + 1 < end and doc.tokens[start + 1].norm == ":":
        cues = known.lexicon.cues.get(doc.tokens[start].stem, ())
        if any(cue.kind == "answer" for cue in cues):
            return talk._replace(answering=_main_person(told))
    return talk


def _main_person(told: Story) -> int | None:
    """The first mention of the person whom the document names most."""
    people = Counter(told.ids[i] for i, mention in enumerate(told.mentions) if mention.label == "PERSON" and told.ids[i])
    most = people.most_common(1)
    return told.ids.index(most[0][0]) if most else None


def _us(told: Story, talk: _Talk, doc: Document, number: int, span: tuple[int, int]) -> int | None:
    """The organisation of who says «we» in a sentence: the one who answers, or whose quotation it is."""
    speaker = talk.answering
    if speaker is None:
        colon = next((i for i in range(*span) if doc.tokens[i].norm == ":"), None)
        people = [i for i in told.by_sentence[number] if told.mentions[i].label == "PERSON" and colon and told.mentions[i].last < colon]
        speaker = people[-1] if people else None
    if speaker is None:
        return None
    post = told.posts.get(told.ids[speaker] or "")
    return post if post is not None else next(iter(told.posts.values()), None) if talk.answering is not None else None


def _finish(
    drafted: Sequence[Draft], doc: Document, known: Knowledge, scene: Scene, *, span: tuple[int, int], talk: _Talk
) -> tuple[list[Relation], int | None]:
    """The relations of a sentence: the best drafts, each with its status."""
    told, number = scene.told, scene.sentence
    names = {token: i for i in told.by_sentence[number] for token in range(doc.mentions[i].first, doc.mentions[i].last + 1)}

    def refer(token: int, noun: str) -> int | None:
        """Who «الشركة», or the subject that a verb of saying does not name, is."""
        wanted = Reference(frozenset({"ORG"}) if noun else _PEOPLE, noun)
        return coreference.antecedent(told, wanted, sentence=number, token=token)

    rows = []
    last = talk.last
    for draft in choose(drafted, known.rules.predicates, told):
        clause = status.Clause(doc.tokens, doc.mentions, *span, _holes(draft.segment), names, told.governed, refer)
        verdict = status.judge(
            clause, known.lexicon, trigger=draft.trigger, presupposed=draft.presupposed, last=last, answering=talk.answering
        )
        last = last if verdict.speaker is None else verdict.speaker
        rows.append(_row(draft, verdict, doc, scene))
        if verdict.status != "negated":
            _remember(told, draft)
    return rows, last


def _holes(segment: Segment) -> list[tuple[int, int]]:
    """The token spans of the parentheses that were cut out of a segment."""
    if segment.inner:
        return []
    units = segment.units
    return [(a.last + 1, b.first - 1) for a, b in zip(units, units[1:], strict=False) if b.first - a.last > _HOLE]


def _remember(told: Story, draft: Draft) -> None:
    """Whose company «شركته» can be."""
    if draft.predicate == "works_for" and told.mentions[draft.object].label == "ORG":
        told.posts[told.ids[draft.subject] or ""] = draft.object
    elif draft.predicate == "founded_by":
        told.posts.setdefault(told.ids[draft.object] or "", draft.subject)


def _row(draft: Draft, verdict: status.Verdict, doc: Document, scene: Scene) -> Relation:
    subject, thing, ids = draft.subject, draft.object, scene.told.ids
    here = [doc.mentions[i] for i in (subject, thing) if doc.mentions[i].sentence == scene.sentence]
    start = min(doc.tokens[draft.first].start, *(mention.start for mention in here), doc.tokens[draft.trigger].start)
    end = max(doc.tokens[draft.last].end, *(mention.end for mention in here), doc.tokens[draft.trigger].end)
    cue = None if verdict.cue is None else doc.tokens[verdict.cue]
    value = doc.mentions[thing].value if doc.mentions[thing].label in VALUE_LABELS else None
    role = draft.qualifier
    return Relation(
        subject_mention=subject,
        object_mention=thing,
        subject_id=ids[subject] or "",
        predicate=draft.predicate,
        object_id=None if value else ids[thing],
        object_value=value,
        status=verdict.status,
        speaker_mention=verdict.speaker,
        speaker_id=None if verdict.speaker is None else ids[verdict.speaker],
        sentence=scene.sentence,
        start=start,
        end=end,
        cue_start=None if cue is None else cue.start,
        cue_end=None if cue is None else cue.end,
        qualifier=None if role is None else doc.text[doc.tokens[role[0]].stem_start : doc.tokens[role[1]].end],
        score=max(0.0, min(1.0, draft.score)),
        rule=draft.rule,
    )
