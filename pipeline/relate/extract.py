"""The relations of one document.

In: its text, tokens, mentions and links. Out: `core.spans.Relation`s in the order of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.core.spans import VALUE_LABELS, Link, Mention, Relation, Sentence, Token
from pipeline.relate import arguments, coreference, lexicon, patterns, reading, status
from pipeline.relate.coreference import Reference
from pipeline.relate.patterns import Match, Predicate
from pipeline.relate.reading import Segment, Unit

_GENDER = {"ها": "f", "ه": "m"}
_QUESTION, _WHETHER = frozenset("?؟"), "هل"
_NEAR = 4
_SINGULAR = "الذي"
# Names that a pronoun beside them speaks of, so that it does not speak of a company.
_OTHERS = frozenset({"EVENT", "WORK_OF_ART", "FAC"})
_RESPECTIVELY = ("علي", "التوالي")


class Knowledge(NamedTuple):
    """All that is loaded once."""

    predicates: dict[str, Predicate]
    lexicon: lexicon.Lexicon
    matchers: patterns.Matchers
    openers: frozenset[str]


class Document(NamedTuple):
    """What the room reads of a document. `ids` are entity ids, or values, one for each mention."""

    text: str
    sentences: Sequence[Sentence]
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    links: Sequence[Link]


class _Draft(NamedTuple):
    """A relation before its status is known. `units` are those that the evidence encloses."""

    predicate: str
    subject: int
    object: int
    rule: str
    score: float
    presupposed: bool
    trigger: int
    first: int
    last: int
    segment: Segment


def load(folder: Path) -> Knowledge:
    """Everything in seeds/relations, checked."""
    known = patterns.predicates(folder / "predicates.tsv")
    book = patterns.patterns(folder / "patterns", known)
    words = lexicon.load(folder, patterns.literals(book))
    return Knowledge(known, words, patterns.Matchers(book, known, words), _openers(words))


def _openers(words: lexicon.Lexicon) -> frozenset[str]:
    """The classes that open a parenthesis after a name: what modifies it."""
    nouns = {"rel", "role", "founder", "maker", "owner", "unit", "competitor", "belong", "head.org", "head.product", "based", "he"}
    return frozenset(nouns | {name for name in words.symbols if name.endswith(".p")})


def relations(doc: Document, known: Knowledge) -> list[Relation]:
    """All relations of a document, each once a sentence."""
    if not doc.mentions:
        return []
    ids = [link.entity_id for link in doc.links]
    told = coreference.story(doc.tokens, doc.mentions, ids, n_sentences=len(doc.sentences), lexicon=known.lexicon)
    sources = reading.Sources(doc.text, doc.tokens, doc.mentions, ids)
    found: list[Relation] = []
    last_speaker: int | None = None
    for number, (start, end) in enumerate(_spans(doc)):
        inside = told.by_sentence[number]
        if not inside:
            continue
        flat = reading.flat(sources, known.lexicon, span=(start, end), inside=inside)
        flat = reading.without_aliases(flat)
        drafts = list(_drafts(flat, known, told, number))
        if drafts:
            rows, last_speaker = _finish(drafts, doc, known, told, number=number, span=(start, end), last_speaker=last_speaker)
            found.extend(rows)
    return found


def _spans(doc: Document) -> Iterator[tuple[int, int]]:
    """The first and last token number of each sentence."""
    token, n = 0, len(doc.tokens)
    for number in range(len(doc.sentences)):
        start = token
        while token < n and doc.tokens[token].sentence == number:
            token += 1
        yield start, token


def _drafts(flat: list[Unit], known: Knowledge, told: coreference.Story, sentence: int) -> Iterator[_Draft]:
    respectively = any(
        told.tokens[unit.last].stem == _RESPECTIVELY[1] and told.tokens[unit.last - 1].stem == _RESPECTIVELY[0]
        for unit in flat
        if unit.symbol == lexicon.OTHER and unit.last
    )
    whole = Segment(flat, False)
    for match in known.matchers.find(flat, "word"):
        yield from _relate(match, whole, known, told, sentence, respectively=respectively)
    folded = reading.phrases(flat, told.ids)
    for segment in reading.segments(folded, known.openers):
        for match in known.matchers.find(segment.units, "clause"):
            yield from _relate(match, segment, known, told, sentence, respectively=respectively)


def _relate(
    match: Match, segment: Segment, known: Knowledge, told: coreference.Story, sentence: int, *, respectively: bool
) -> Iterator[_Draft]:
    pattern, units = match.pattern, segment.units
    predicate = known.predicates[pattern.predicate]
    places = {"S": match.subject, "O": match.object}
    labels = dict(match.labels)
    score = pattern.score
    who: dict[str, tuple[int, ...]] = {}
    absent = ""
    if pattern.agent and places[pattern.agent] is None:
        labels[pattern.agent] = pattern.agent_labels
        other = places["O" if pattern.agent == "S" else "S"]
        if predicate.same_label and other is not None and units[other].symbol in predicate.domain:
            labels[pattern.agent] = frozenset({units[other].symbol})
        place = _agent(match, segment, told, labels=labels[pattern.agent], other=other)
        places[pattern.agent] = place
        absent = pattern.agent if place is None else ""
        if place is None and not pattern.carry:
            return
    # Names first: a pronoun is none of the names that its statement relates it to.
    barred: set[str | None] = set()
    for slot in sorted(("S", "O"), key=lambda slot: (places[slot] is None or not units[places[slot] or 0].mentions, slot != pattern.agent)):
        at = places[slot]
        if at is not None:
            mentions = _resolve(segment, at, labels[slot], told, sentence, barred)
        else:
            mentions = _carried(segment, match.trigger, labels[slot], told, sentence, barred)
        if not mentions:
            return
        who[slot] = mentions
        barred = {told.ids[mention] for mention in mentions}
        score -= 0.1 if slot == absent else 0.0 if at is None or units[at].mentions else 0.05
    presupposed = pattern.presupposed and not _predicative(units[match.trigger], segment, told)
    used = [at for at in places.values() if at is not None]
    first = min(units[at].first for at in (*used, match.start))
    last = max(units[at].last for at in (*used, match.end - 1))
    both = arguments.among(who["S"]) if match.subject == match.object and match.subject is not None else None
    for subject, thing in both or arguments.pairs(who["S"], who["O"], respectively=respectively):
        if _typed(told, subject, thing, predicate):
            yield _Draft(
                pattern.predicate, subject, thing, pattern.id, score, presupposed, units[match.trigger].first,
                first, last, segment,
            )  # fmt: skip


def _agent(match: Match, segment: Segment, told: coreference.Story, *, labels: frozenset[str], other: int | None) -> int | None:
    """The unit of the subject that the form does not name; None where it must be carried from another sentence."""
    units, at = segment.units, match.trigger
    if match.pattern.near:
        found = arguments.nearest(units, at, labels, other=other)
        return arguments.subject_of(units, at, labels, other=other) if found is None else found
    if "the.org" in units[at].classes:
        # «الشركة الصينية» speaks of a company itself, unless its name follows.
        return None if match.end >= len(units) or units[match.end].symbol not in labels else at
    found = arguments.subject_of(units, at, labels, other=other)
    if found is not None and abs(found - at) > 2 and units[found].symbol == "PERSON" and _feminine(units[at], told):
        found = arguments.subject_of(units, at, labels - {"PERSON"}, other=other) if len(labels) > 1 else None
    if found is None and match.pattern.carry:
        found = arguments.carried(units, at, labels, other=other)
    return found


def _predicative(unit: Unit, segment: Segment, told: coreference.Story) -> bool:
    """Whether a participle says something («X مبني على Y») instead of presupposing it («X المبني على Y»)."""
    participle = any(name.endswith(".p") or name == "belong" for name in unit.classes)
    return participle and not segment.inner and not told.tokens[unit.first].stem.startswith("ال")


def _feminine(unit: Unit, told: coreference.Story) -> bool:
    """Whether a verb has a feminine subject: «أطلقت», «تطلق». A company far from it is likelier than a woman."""
    stem = told.tokens[unit.first].stem
    return ("#past" in unit.classes and "ت" in stem[-3:] and stem[:1] != "ت") or ("#present" in unit.classes and stem[:1] == "ت")


def _typed(told: coreference.Story, subject: int, thing: int, predicate: Predicate) -> bool:
    left, right = told.mentions[subject], told.mentions[thing]
    if left.label not in predicate.domain or right.label not in predicate.range or subject == thing:
        return False
    if predicate.same_label and left.label != right.label:
        return False
    if told.ids[subject] is None or (right.label in VALUE_LABELS and right.value is None):
        return False
    return right.label in VALUE_LABELS or (told.ids[thing] is not None and told.ids[subject] != told.ids[thing])


def _resolve(
    segment: Segment, at: int, labels: frozenset[str], told: coreference.Story, sentence: int, barred: set[str | None]
) -> tuple[int, ...]:
    """The mentions of a slot, or of what a pronoun or «الشركة» there speaks of."""
    unit = segment.units[at]
    if unit.mentions:
        # «راوي وهدهد الذي …»: the relative clause is of the last one.
        after = segment.units[at + 1] if at + 1 < len(segment.units) else None
        single = after is not None and "rel" in after.classes and told.tokens[after.first].stem == _SINGULAR
        return unit.mentions[-1:] if single else unit.mentions
    if unit.symbol == lexicon.PRONOUN:
        return _pronoun(segment, at, labels, told, sentence, barred)
    if unit.symbol not in labels:
        return ()
    if unit.note == "his.org":
        people = [number for number in told.by_sentence[sentence] if told.mentions[number].last < unit.first]
        posts = [told.posts[told.ids[number] or ""] for number in reversed(people) if told.ids[number] in told.posts]
        if posts:
            return (posts[0],)
    noun = coreference.bare_noun(told.tokens[unit.first].stem) if unit.note.startswith("the.") else ""
    found = coreference.antecedent(told, Reference(frozenset({unit.symbol}), noun), sentence=sentence, token=unit.first, barred=barred)
    return () if found is None else (found,)


def _pronoun(
    segment: Segment, at: int, labels: frozenset[str], told: coreference.Story, sentence: int, barred: set[str | None]
) -> tuple[int, ...]:
    """Whom a pronoun speaks of: the name that a parenthesis explains, the antecedent of «الذي», the nearest name that fits."""
    units, unit = segment.units, segment.units[at]
    wanted = Reference(labels, "", _GENDER.get(unit.note, ""))

    def fit(i: int) -> int:
        mentions = units[i].mentions
        return coreference.fits(told, mentions[0], wanted) if mentions and told.ids[mentions[0]] not in barred else 0

    for i in range(at - 1, max(0, at - 5), -1):
        if units[i].symbol in reading.SIGNS_THAT_END:
            break
        if "rel" in units[i].classes and units[i - 1].symbol in reading.NAMED and not (units[i - 1].mentions and barred & {told.ids[units[i - 1].mentions[0]]}):
            return units[i - 1].mentions if units[i - 1].symbol in labels else ()
    if segment.inner and at and units[0].symbol in labels and fit(0):
        return units[0].mentions
    if any(unit.symbol in _OTHERS for unit in units[max(0, at - 4) : at]):
        return ()
    for least in (2, 1):
        for free in (True, False):
            for i in range(at - 1, -1, -1):
                if units[i].symbol not in labels or arguments.governed(units, i) == free:
                    continue
                if not units[i].mentions and units[i].note and free and not _clash(units[i], unit, told):
                    found = _resolve(segment, i, labels, told, sentence, barred)
                    if found:
                        return found
                if fit(i) >= least:
                    # Far from it a pronoun speaks of the subject, not of the object.
                    owner = arguments.owner(units, i, labels, None) if free and at - i > _NEAR else i
                    return units[owner if fit(owner) else i].mentions
    posts: list[int] = [told.posts[name] for i in range(at) for number in units[i].mentions if (name := told.ids[number] or "") in told.posts]
    if posts and "ORG" in labels:
        return (posts[-1],)
    nearest = coreference.antecedent(told, wanted, sentence=sentence, token=unit.first, barred=barred)
    return () if nearest is None else (nearest,)


def _clash(name: Unit, pronoun: Unit, told: coreference.Story) -> bool:
    """Whether «الشركة» and a pronoun differ in gender."""
    wanted = _GENDER.get(pronoun.note, "")
    return bool(wanted) and coreference.gender(told.tokens[name.first].stem) != wanted and name.note.startswith("the.")


def _carried(
    segment: Segment, trigger: int, labels: frozenset[str], told: coreference.Story, sentence: int, barred: set[str | None]
) -> tuple[int, ...]:
    """The subject of a verb whose sentence does not name it, or the company that «الشركة» speaks of."""
    unit = segment.units[trigger]
    noun = coreference.bare_noun(told.tokens[unit.first].stem) if "the.org" in unit.classes else ""
    found = coreference.antecedent(told, Reference(labels, noun), sentence=sentence, token=unit.first, barred=barred)
    return () if found is None else (found,)


def _finish(
    drafts: Sequence[_Draft], doc: Document, known: Knowledge, told: coreference.Story, *, number: int, span: tuple[int, int],
    last_speaker: int | None,
) -> tuple[list[Relation], int | None]:  # fmt: skip
    """The best draft of each statement, with its status."""
    best: dict[tuple[str, str, str], _Draft] = {}
    for draft in drafts:
        subject, thing = _name(told, draft.subject), _name(told, draft.object)
        if known.predicates[draft.predicate].symmetric and subject > thing:
            subject, thing = thing, subject
            draft = draft._replace(subject=draft.object, object=draft.subject)
        key = (subject, draft.predicate, thing)
        if key not in best or draft.score > best[key].score:
            best[key] = draft
    names = {token: mention for mention in told.by_sentence[number] for token in range(doc.mentions[mention].first, doc.mentions[mention].last + 1)}
    rows = []
    for draft in sorted(_undisputed(list(best.values()), known.predicates, told), key=lambda draft: (draft.first, draft.last, draft.predicate)):
        clause = status.Clause(doc.tokens, doc.mentions, *span, _holes(draft.segment), names, told.governed)
        verdict = status.judge(clause, known.lexicon, trigger=draft.trigger, presupposed=draft.presupposed, last_speaker=last_speaker)
        if verdict.speaker is not None:
            last_speaker = verdict.speaker
        rows.append(_row(draft, verdict, doc, told, number))
        if verdict.status != "negated":
            _remember(told, draft)
    return rows, last_speaker


def _remember(told: coreference.Story, draft: _Draft) -> None:
    """Whose company «شركته» can be."""
    if draft.predicate == "works_for" and told.mentions[draft.object].label == "ORG":
        told.posts[told.ids[draft.subject] or ""] = draft.object
    elif draft.predicate == "founded_by":
        told.posts.setdefault(told.ids[draft.object] or "", draft.subject)


def _undisputed(drafts: Sequence[_Draft], known: dict[str, Predicate], told: coreference.Story) -> list[_Draft]:
    """Drops a draft where a better one reads the same words otherwise.

    Of the drafts that one trigger gives for one predicate, those of the best pattern stay; an amount takes part in one kind
    of statement; what is the subject of a verb is not its object; some predicates have one value in a clause.
    """

    def rivals(one: _Draft, other: _Draft) -> bool:
        if one.rule == other.rule:
            return False
        if one.predicate == other.predicate:
            single = known[one.predicate].one_a_clause and one.subject == other.subject and one.object != other.object
            return single or one.trigger == other.trigger
        if one.object == other.object and told.mentions[one.object].label in ("MONEY", "NORP"):
            return True
        amount = told.mentions[other.object].label == "MONEY"
        return one.trigger == other.trigger and one.object == other.subject and not amount

    return [
        draft
        for draft in drafts
        if not any(other.score > draft.score + 1e-6 and rivals(draft, other) for other in drafts)
    ]


def _holes(segment: Segment) -> list[tuple[int, int]]:
    """The token spans between the units of a segment: the parentheses that were cut out of it."""
    if segment.inner:
        return []
    units = segment.units
    return [(a.last + 1, b.first - 1) for a, b in zip(units, units[1:], strict=False) if b.first - a.last > 3]


def _name(told: coreference.Story, mention: int) -> str:
    return told.ids[mention] or told.mentions[mention].value or ""


def _row(draft: _Draft, verdict: status.Verdict, doc: Document, told: coreference.Story, sentence: int) -> Relation:
    subject, thing = draft.subject, draft.object
    first, last = doc.tokens[draft.first], doc.tokens[draft.last]
    here = [doc.mentions[number] for number in (subject, thing) if doc.mentions[number].sentence == sentence]
    cue = None if verdict.cue is None else doc.tokens[verdict.cue]
    value = doc.mentions[thing].value if doc.mentions[thing].label in VALUE_LABELS else None
    return Relation(
        subject, thing, told.ids[subject] or "", draft.predicate, None if value else told.ids[thing], value,
        verdict.status, verdict.speaker, None if verdict.speaker is None else told.ids[verdict.speaker], sentence,
        min([first.start, *(mention.start for mention in here)]), max([last.end, *(mention.end for mention in here)]),
        None if cue is None else cue.start, None if cue is None else cue.end, None, max(0.0, min(1.0, draft.score)), draft.rule,
    )  # fmt: skip
