"""The relations of one document.

In: its text, tokens, mentions and links. Out: `core.spans.Relation`s in the order of the text.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS, Link, Mention, Relation, Sentence, Token
from pipeline.core.tsv import records
from pipeline.relate import coreference, frames, lexicon, ordinals, patterns, reading, status
from pipeline.relate.candidates import Candidate, as_drafts, merged
from pipeline.relate.choose import choose
from pipeline.relate.clause import Clause
from pipeline.relate.coreference import Reference, Scene
from pipeline.relate.drafts import Draft, Rules, drafts
from pipeline.relate.judge import Statement, evidence
from pipeline.relate.matchers import Matchers
from pipeline.relate.rivals import Rivals
from pipeline.relate.story import Story, governed, story
from pipeline.relate.turns import turns

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.trees import Evidence
    from pipeline.relate.reading import Segment

_PEOPLE = frozenset({"PERSON", "ORG"})
_NO_CARRIERS = frozenset({"prep", "rel", "sub", "conj", "v", "like", "each", "he"})
# Between two units of a segment more tokens than this are a parenthesis that was cut out, fewer are unseen particles.
_HOLE = 3


# From what speaks for each statement to its probability.
Weigher = Callable[[Sequence["Evidence"], Sequence["Statement"]], Sequence[float]]


class Knowledge(NamedTuple):
    """All that is loaded once. `answer` finds the lines of an interview that answer («ج: …»). `groups` are ids of peoples, faiths and regions: their
    adjectives name no country. `homes` are the countries of the gazetteer's entities.
    Patterns with a score below `min_score` are not heard, nor statements to which a judge gives less than `least`.
    """

    lexicon: lexicon.Lexicon
    rules: Rules
    answer: re.Pattern[str]
    groups: frozenset[str]
    homes: dict[str, str]
    max_tokens: int
    min_score: float
    least: float


class Document(NamedTuple):
    """What the room reads of a document."""

    text: str
    sentences: Sequence[Sentence]
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    links: Sequence[Link]


def load(seeds: Path, *, max_tokens: int = 200, min_score: float = 0.0, least: float = 0.5) -> Knowledge:
    """Everything in seeds/relations, checked."""
    folder = seeds / "relations"
    known = patterns.predicates(folder / "predicates.tsv")
    book = patterns.patterns(folder / "patterns", known)
    words = lexicon.load(folder, patterns.literals(book) | frames.LITERALS)
    answers = sorted(form for form, cues in words.cues.items() if any(cue.kind == "answer" for cue in cues))
    answer = re.compile(rf"^[ \t]*(?:{'|'.join(answers)})[ \t]*:.*$", re.MULTILINE)
    return Knowledge(
        words,
        _rules(book, known, words, frames.load(folder, known, words)),
        answer,
        *_belonging(seeds / "gazetteer"),
        max_tokens,
        min_score,
        least,
    )


def _rules(
    book: Sequence[patterns.Pattern],
    known: dict[str, patterns.Predicate],
    words: lexicon.Lexicon,
    framed: frames.Frames,
) -> Rules:
    """The patterns and frames, and which words can carry each predicate."""
    carriers: dict[str, set[str]] = defaultdict(set)
    for pattern in book:
        carriers[pattern.predicate] |= patterns.classes(pattern) & (words.symbols.keys() - _NO_CARRIERS)
    for name, verbs in framed.verbs.items():
        for frame in verbs:
            carriers[frame.said.predicate].add(name)
    for name, nouns in framed.nouns.items():
        for noun in nouns:
            carriers[noun.said.predicate].add(name)
    frozen = {name: frozenset(classes) for name, classes in carriers.items()}
    return Rules(known, Matchers(book, known, words), framed, reading.openers(words), frozen)


def _belonging(folder: Path) -> tuple[frozenset[str], dict[str, str]]:
    """Of the gazetteer: the ids that have adjectives of belonging (عربي، كردي، أفريقي) and are no country or place with a state; and the
    country of each entity that has one.
    """
    groups, homes = set(), {}
    for path in sorted(folder.glob("*.tsv")):
        for row in records(path):
            if "GPE" not in row["labels"] and ("NORP" in row["labels"] or row.get("demonyms")):
                groups.add(row["id"])
            if row["country"]:
                homes[row["id"]] = row["country"]
    return frozenset(groups), homes


def _stands(draft: Draft, doc: Document, known: Knowledge, scene: Scene) -> bool:
    """Whether a statement is safe enough: one of its arguments is named in the sentence, and «الشركة الصينية» is not taken for a company
    that the gazetteer knows to be of another country.
    """
    ids = scene.told.ids
    if all(doc.mentions[i].sentence != scene.sentence for i in (draft.subject, draft.object)):
        # «الأولى» in its place is as good as the name.
        placed = {number for unit in draft.segment.units for number in unit.mentions}
        return draft.subject in placed or draft.object in placed
    if draft.predicate != "country" or draft.presupposed:
        return True
    return known.homes.get(ids[draft.subject] or "", ids[draft.object]) == ids[draft.object]


def relations(
    doc: Document, known: Knowledge, others: Sequence[Candidate] = (), judge: Weigher | None = None
) -> list[Relation]:
    """All relations of a document, each once a sentence. `others` are statements that another source believes: they get their status,
    speaker and evidence as those of the patterns do, and a `judge` weighs them beside them.
    """
    return _read(doc, known, others, weighed=True, judge=judge)[0]


def judged(doc: Document, known: Knowledge, candidates: Sequence[Candidate]) -> list[Relation]:
    """What another source believes, alone and unweighed: each candidate that its predicate and the distance of its mentions allow, with
    its status, speaker, cue and evidence.
    """
    return _read(doc, known, candidates, weighed=False)[1]


def _read(
    doc: Document,
    known: Knowledge,
    others: Sequence[Candidate],
    *,
    weighed: bool,
    judge: Weigher | None = None,
) -> tuple[list[Relation], list[Relation]]:
    """The relations of the patterns and of others weighed together, and, unless `weighed`, those of others by themselves."""
    if not doc.mentions:
        return [], []
    ids = [link.entity_id for link in doc.links]
    told = story(doc.tokens, doc.mentions, ids, n_sentences=len(doc.sentences), lexicon=known.lexicon)
    sources = reading.Sources(doc.text, doc.tokens, doc.mentions, ids)
    said = turns(doc.text, told, known.answer)
    found: list[Relation] = []
    apart: list[Relation] = []
    last: int | None = None
    rivals = Rivals(others, told, known.rules.predicates) if judge is not None else None
    by_sentence: dict[int, list[Candidate]] = defaultdict(list)
    for other in others:
        by_sentence[max(doc.mentions[other.subject].sentence, doc.mentions[other.object].sentence)].append(other)
    for number, inside in enumerate(told.by_sentence):
        if not inside:
            continue
        span = _span(doc.tokens, doc.mentions[inside[0]].first)
        stems = [token.stem for token in doc.tokens[span[0] : span[1]]]
        labels = [doc.mentions[i].label for i in inside]
        expected = by_sentence.get(number, ())
        if (
            not expected
            and not known.rules.frames.worth(stems, labels)
            and not known.rules.matchers.worth(stems, labels)
        ):
            continue
        start = doc.sentences[number].start
        answering = said.at(start)
        windows = [_flat(sources, known, window, inside) for window in _windows(span, known.max_tokens)]
        units = [ordinals.resolved(window, told, number) for window in windows]
        scene = Scene(told, number, _us(told, doc, answering=answering, sentence=number, span=span), known.groups)
        drafted, learnt = _draft(units, known, scene)
        if learnt:
            # The sentence itself says whose company «شركته» and «سنطلق» speak of: «قال فلان، رئيس X: "سنطلق …"».
            us = _us(told, doc, answering=answering, sentence=number, span=span)
            drafted, _ = _draft(units, known, scene._replace(us=us))
        believed = as_drafts(expected, known.rules, scene, span) if expected else []
        if weighed and judge is not None and rivals is not None:
            drafted = _judged(merged(drafted, believed, known.rules, scene), doc, judge, known.least, rivals, number)
        elif weighed and believed:
            drafted = merged(drafted, believed, known.rules, scene)
        elif believed:
            apart.extend(_finish(believed, doc, known, scene, span=span, last=last, answering=answering)[0])
        if drafted:
            drafted = choose(drafted, known.rules.predicates, told)
            rows, last = _finish(drafted, doc, known, scene, span=span, last=last, answering=answering)
            found.extend(rows)
    return found, apart


def _judged(
    drafts: Sequence[Draft], doc: Document, judge: Weigher, least: float, rivals: Rivals, sentence: int
) -> list[Draft]:
    """The drafts that are probable enough, with their probability as score."""
    if not drafts:
        return []
    speaks = [
        evidence(draft, (doc.mentions[draft.subject], doc.mentions[draft.object])) + beside
        for draft, beside in zip(drafts, rivals.evidence(drafts, sentence), strict=True)
    ]
    scores = judge(speaks, [(draft.subject, draft.predicate, draft.object) for draft in drafts])
    return [
        draft._replace(score=score)
        for draft, score in zip(drafts, scores, strict=True)
        if score >= least and not rivals.is_echo(draft, sentence)
    ]


def _span(tokens: Sequence[Token], inside: int) -> tuple[int, int]:
    """The first token of the sentence of a token, and the one after its last."""
    sentence, start, end = tokens[inside].sentence, inside, inside + 1
    while start and tokens[start - 1].sentence == sentence:
        start -= 1
    while end < len(tokens) and tokens[end].sentence == sentence:
        end += 1
    return start, end


def _draft(units: Sequence[list[reading.Unit]], known: Knowledge, scene: Scene) -> tuple[list[Draft], bool]:
    """The drafts of a sentence, read in its windows, and whether they tell for whom somebody works."""
    found = [
        draft for window in units for draft in drafts(window, known.rules, scene) if draft.score >= known.min_score
    ]
    before = len(scene.told.posts)
    for draft in found:
        if draft.presupposed:
            _remember(scene.told, draft)
    return found, len(scene.told.posts) > before


def _windows(span: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """A sentence, or, of one that is too long, windows that overlap by half.

    >>> _windows((10, 25), 10)
    [(10, 20), (15, 25)]
    """
    start, end = span
    if end - start <= most:
        return [span]
    step = max(1, most // 2)
    return [(lo, min(lo + most, end)) for lo in range(start, end - most + step, step)]


def _flat(
    sources: reading.Sources, known: Knowledge, window: tuple[int, int], inside: Sequence[int]
) -> list[reading.Unit]:
    """The units of a window; a mention that its edges cut is left out."""
    whole = [i for i in inside if window[0] <= sources.mentions[i].first and sources.mentions[i].last < window[1]]
    return reading.without_aliases(reading.flat(sources, known.lexicon, span=window, inside=whole))


def _us(told: Story, doc: Document, *, answering: int | None, sentence: int, span: tuple[int, int]) -> int | None:
    """The organisation of who says «we» in a sentence: the one who answers, or whose quotation it is."""
    speaker = answering
    if speaker is None:
        colon = next((i for i in range(*span) if doc.tokens[i].norm == ":"), None)
        people = [
            i
            for i in told.by_sentence[sentence]
            if told.mentions[i].label == "PERSON" and colon and told.mentions[i].last < colon
        ]
        speaker = people[-1] if people else None
    post = None if speaker is None else told.posts.get(told.ids[speaker] or "")
    if post is None and answering is not None:
        post = next(iter(told.posts.values()), None)
    return post


def _finish(
    drafted: Sequence[Draft], doc: Document, known: Knowledge, scene: Scene, *, span: tuple[int, int], last: int | None,
    answering: int | None,
) -> tuple[list[Relation], int | None]:  # fmt: skip
    """The relations of a sentence: drafts, each with its status."""
    told, number = scene.told, scene.sentence
    names = {
        token: i for i in told.by_sentence[number] for token in range(doc.mentions[i].first, doc.mentions[i].last + 1)
    }

    def refer(token: int, noun: str) -> int | None:
        """Who «الشركة», or the subject that a verb of saying does not name, is."""
        wanted = Reference(frozenset({"ORG"}) if noun else _PEOPLE, noun)
        return coreference.antecedent(told, wanted, sentence=number, token=token)

    def same(one: int, others: Sequence[int]) -> bool:
        return any(told.ids[one] == told.ids[other] for other in others)

    rows = []
    for draft in drafted:
        if not _stands(draft, doc, known, scene):
            continue
        passing = known.rules.predicates[draft.predicate].passing
        clause = Clause(
            doc.tokens, doc.mentions, *span, _holes(draft.segment), names, partial(governed, told), refer, same
        )
        verdict = status.judge(
            clause, known.lexicon, trigger=draft.trigger, presupposed=draft.presupposed or passing == "always", last=last, answering=answering,
            own=draft.words, parties=(draft.subject, draft.object), in_passing=passing != "no",
        )  # fmt: skip
        if verdict.status == "none":
            continue
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
    return [(a.last + 1, b.first - 1) for a, b in itertools.pairwise(units) if b.first - a.last > _HOLE]


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
