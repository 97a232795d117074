"""Is it so, and who says so.

In: the tokens of a clause left of a trigger, the cues of seeds/relations/cues.tsv. Out: `Verdict`: the status, the cue that
decided it, the speaker.

How statuses compose. A statement is negated before all («نفت أن تكون قد اشترت»), then possible («قالت إنها قد تشتري»), then
planned, then claimed; the speaker is kept whatever the status. A cue counts only in its clause: particles (لم، لن، قد) stand
in the clause of their verb, verbs like تعتزم and نفى reach a verbal noun or the clause after أن, a verb of saying reaches
everything after إن or a colon, verbs of leaving (تراجع عن) a verbal noun after عن, and a negation before a bound («لم تتجاوز كلفته …»)
none at all. What a noun phrase or a relative clause states («نموذجها R1»، «الذي أطلقته X») is presupposed:
whoever reports the sentence, it stays asserted. A company that announces its own act performs it («أعلنت X إطلاق Y» is
asserted), but what it says after أن is its claim. What someone does not confirm is possible; what a question asks is «none»:
no statement at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.relate.lexicon import Cue, Lexicon

ORDER = ("none", "negated", "possible", "planned", "claimed", "asserted")
_STOPS = frozenset({"؛", "|"})
_END = frozenset({".", "؟", "!"})
# How far before a verbal noun the noun or verb that governs it may stand, in tokens.
_NEAR = 3
_BESIDE = 2
_EXCEPT = 4
# How far before a verb of saying its subject may stand, and the verbs that go on with the last speaker.
_BEFORE = 7
_AS = frozenset({"كما", "حسبما", "ما"})
_CONTINUING = frozenset({"اضاف", "اضافت", "تابع", "تابعت", "يضيف", "تضيف", "يتابع", "تتابع"})
_THAT = frozenset({"ان"})
_WHO = frozenset({"من", "لمن"})
_AWAY = frozenset({"عن", "من"})
_AMOUNTS = frozenset({"MONEY", "PERCENT", "QUANTITY"})
_EXCEPTING = "غير"
_MARKS = frozenset("\"'")
_FINITE = frozenset({"#past", "#present"})
_NOMINAL = frozenset({"#noun", "#masdar", "#adj", "#word"})
_SPEAKERS = ("PERSON", "ORG", "GPE", "WORK_OF_ART", "PRODUCT")


class Verdict(NamedTuple):
    """`cue` is the token of the deciding word, `speaker` the number of a mention; None where there is none."""

    status: str
    cue: int | None = None
    speaker: int | None = None


class Clause(NamedTuple):
    """Where to look. `start:end` are tokens of the sentence, `holes` the token spans of its parentheses (first, last), `names`
    maps each token of a mention to the mention's number. `refer` finds whom «الشركة» (token, its noun) or a subject that is not
    named (token, "") speaks of; `same` tells whether a mention names the same as one of others.
    """

    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    start: int
    end: int
    holes: Sequence[tuple[int, int]]
    names: dict[int, int]
    governed: Callable[[int], bool]
    refer: Callable[[int, str], int | None]
    same: Callable[[int, Sequence[int]], bool]


class _Walk(NamedTuple):
    """What was found left of a trigger: cues by status, the verb of saying, its إن or colon, whether «الذي» cut the way."""

    found: dict[str, int]
    report: int | None
    said: int | None
    relative: bool


def judge(
    clause: Clause, lexicon: Lexicon, *, trigger: int, presupposed: bool, last: int | None, answering: int | None,
    own: frozenset[int] = frozenset(), parties: Sequence[int] = (),
) -> Verdict:  # fmt: skip
    """The status of what the word at `trigger` states. `own` are the tokens of the pattern: no cues («توقّع شراكة»).

    `parties` are mentions of whom it speaks: what a company announces of itself («أعلنت أنها جمعت …») is not hearsay.
    """
    if presupposed:
        # «X غير المملوكة لـ Y»: only a negation of the phrase itself counts.
        cue = next((i for i in _beside(clause, trigger) if _is_particle(lexicon, clause.tokens[i])), None)
        return Verdict("asserted") if cue is None else Verdict("negated", cue)
    classes = _classes(clause, lexicon, trigger)
    verb = not classes.isdisjoint(_FINITE)
    noun = not verb or not classes.isdisjoint(_NOMINAL)
    found, report, said, relative = _walk(clause, lexicon, trigger, verb=verb, noun=noun, own=own)
    if "negated" in found and (
        _excepted(clause, lexicon, trigger) or _bounds(clause, lexicon, found["negated"], parties)
    ):
        del found["negated"]
    denied = _denied_after(clause, lexicon, trigger)
    if denied is not None:
        found.setdefault("negated", denied)
    speaker = None
    if not relative:
        if report is not None:
            speaker = _speaker(clause, lexicon, report, trigger if said is None else said, last)
            announced = any(cue.kind == "announce" for cue in lexicon.cues.get(clause.tokens[report].stem, ()))
            if (
                announced
                and speaker is not None
                and clause.mentions[speaker].label == "ORG"
                and clause.same(speaker, parties)
            ):
                speaker = None
            else:
                found.setdefault("claimed", report)
        else:
            source = _source(clause, lexicon) or _afterwards(clause, lexicon, trigger)
            if source is not None:
                found.setdefault("claimed", source[0])
                speaker = source[1]
            elif answering is not None:
                found.setdefault("claimed", clause.start)
                speaker = answering
    status = next((status for status in ORDER if status in found), "asserted")
    return Verdict(status, found.get(status), speaker)


def _beside(clause: Clause, trigger: int) -> list[int]:
    """The two words right before a trigger, and the one before a name beside it: «غير المملوكة»، «ليس سالم مؤسس X»."""
    found = [i for i in range(max(clause.start, trigger - _BESIDE), trigger) if i not in clause.names]
    i = trigger - 1
    while i >= clause.start and i in clause.names:
        i -= 1
    return [*found, i] if clause.start <= i < trigger - 1 else found


def _classes(clause: Clause, lexicon: Lexicon, token: int) -> frozenset[str]:
    word = lexicon.words.get(clause.tokens[token].stem)
    return word.classes if word is not None else frozenset()


def _is_particle(lexicon: Lexicon, token: Token) -> bool:
    return any(cue.kind == "particle" and cue.status == "negated" for cue in lexicon.cues.get(token.stem, ()))


def _excepted(clause: Clause, lexicon: Lexicon, trigger: int) -> bool:
    """«لم يكلف سوى …»: the negation only says how little."""
    after = range(trigger + 1, min(trigger + 1 + _EXCEPT, clause.end))
    return any(cue.kind == "except" for i in after for cue in lexicon.cues.get(clause.tokens[i].stem, ()))


def _bounds(clause: Clause, lexicon: Lexicon, cue: int, parties: Sequence[int]) -> bool:
    """«لم تتجاوز كلفته مليونا»: the negation says how much at most."""
    amount = any(clause.mentions[number].label in _AMOUNTS for number in parties)
    after = clause.tokens[cue + 1].stem if cue + 1 < clause.end else ""
    return amount and any(found.kind == "bound" for found in lexicon.cues.get(after, ()))


def _walk(clause: Clause, lexicon: Lexicon, trigger: int, *, verb: bool, noun: bool, own: frozenset[int]) -> _Walk:
    """The cues left of a trigger that reach it."""
    tokens = clause.tokens
    found: dict[str, int] = {}
    said = quote = None
    local, sub, colon, verbs = True, False, False, 0
    if verb and _future(tokens[trigger]):
        found["planned"] = trigger
    joined = tokens[trigger].stem_start > tokens[trigger].start and tokens[trigger].norm[:1] in "وف"
    i = trigger
    while i > clause.start:
        i -= 1
        hole = next((hole for hole in clause.holes if hole[0] <= i <= hole[1]), None)
        if hole is not None:
            i = hole[0]
            continue
        if i in clause.names:
            continue
        token = tokens[i]
        classes = _classes(clause, lexicon, i)
        if token.kind in ("punct", "symbol"):
            if token.norm in _STOPS or (token.norm in _END and not colon):
                break
            if token.norm == ":":
                quote = i if _quotes(clause, i) else quote
                colon, local, said = True, False, i
            elif token.norm in ("،", ","):
                # «تعتزم X شراء A، واستثمار B»: a joined verbal noun has the governor of the first.
                local = local and noun and i + 1 == trigger and joined
            continue
        if "rel" in classes:
            if sub or (verbs and verb and not joined):
                # «مصنعها الذي دشنته يستخدم …»، «… التي تنتجها X، وإنه»: the relative clause ended before the trigger.
                local = False
                continue
            return _Walk(found, None, None, True)
        after_is_sub = "sub" in _classes(clause, lexicon, i + 1) if i + 1 < clause.end else False
        cues = lexicon.cues.get(token.stem, ()) if i not in own else ()
        if "conj" in classes or (token.stem == _EXCEPTING and after_is_sub):
            if local:
                found.update({cue.status: i for cue in cues if cue.kind == "clause" and cue.status not in found})
            if not sub and not colon:
                break
            continue
        if "sub" in classes:
            sub, said = True, i
        for cue in cues:
            if not _reaches(cue, clause, lexicon, i, trigger, local=local, sub=sub, colon=colon, noun=noun):
                continue
            if cue.status == "claimed":
                if i > clause.start and _is_particle(lexicon, tokens[i - 1]):
                    # «لم تؤكد أن»: nobody says that it is so.
                    found.setdefault("possible", i)
                    return _Walk(found, None, said, False)
                return _Walk(found, i, said, False)
            denial = any(
                cue.kind == "verb" and cue.status == "negated" for cue in lexicon.cues.get(tokens[i + 1].stem, ())
            )
            if cue.status == "negated" and cue.kind == "particle" and denial and found.get("negated") == i + 1:
                # «لم يستبعد شراء …»: a denial denied.
                del found["negated"]
                found.setdefault("possible", i)
            else:
                found.setdefault(cue.status, i)
        if not classes.isdisjoint(_FINITE) and classes.isdisjoint(_NOMINAL):
            verbs += 1
            if local and not sub and _future(token):
                found.setdefault("planned", i)
    return _Walk(found, quote, quote, False)


def _quotes(clause: Clause, colon: int) -> bool:
    """Whether a name and a quotation stand around a colon: «فلان: "…"»."""
    quoted = colon + 1 < clause.end and clause.tokens[colon + 1].norm in _MARKS
    return quoted and any(
        clause.mentions[clause.names[i]].label == "PERSON" for i in range(clause.start, colon) if i in clause.names
    )


def _reaches(
    cue: Cue,
    clause: Clause,
    lexicon: Lexicon,
    at: int,
    trigger: int,
    *,
    local: bool,
    sub: bool,
    colon: bool,
    noun: bool,
) -> bool:
    """Whether a cue governs the trigger, by its kind (see cues.tsv) and what stands between them."""
    if cue.kind == "particle":
        after = clause.tokens[at + 1].stem
        if (
            not noun
            and at + 1 != trigger
            and at > clause.start
            and clause.tokens[at - 1].stem in _WHO
            and after not in _THAT
        ):
            # «لمن لا يعرفها، أسسها X»: it negates the verb beside it and no other.
            return False
        # «لم يستبعد أن»: before the verb of a cue it counts through أن.
        return local and (not sub or after in lexicon.cues or "sub" in _classes(clause, lexicon, at + 1))
    if cue.kind == "denied":
        return at > clause.start and _is_particle(lexicon, clause.tokens[at - 1])
    if cue.kind == "perhaps":
        return local and not sub and _present(clause.tokens[at + 1], _classes(clause, lexicon, at + 1))
    if cue.kind == "clause":
        return local
    if cue.kind == "verb":
        return (sub and not colon) or (local and noun)
    if cue.kind == "leave":
        between = clause.tokens[max(at + 1, trigger - 2) : trigger]
        return local and noun and any(token.stem in _AWAY for token in between)
    if cue.kind == "near":
        return local and noun and trigger - at < _NEAR
    if cue.kind == "first":
        return local and at == clause.start
    if cue.kind == "noun":
        near = local and trigger - at <= _NEAR
        return (noun and near) or (local and "sub" in _classes(clause, lexicon, at + 1))
    return cue.kind in ("report", "saying", "announce") and (sub or colon)


def _present(token: Token, classes: frozenset[str]) -> bool:
    """Whether a verb is in the present: «قد تشتري» is possible, «قد اشترت» is done."""
    if not classes.isdisjoint(_FINITE):
        return "#present" in classes and not ("#past" in classes and token.stem[:1] not in "يت")
    return token.stem[:1] == "ي" or (token.stem[:1] == "ت" and not token.stem.endswith("ت"))


def _future(token: Token) -> bool:
    """Whether a verb carries the س of the future."""
    return "س" in token.norm[: len(token.norm) - len(token.stem)]


def _speaker(clause: Clause, lexicon: Lexicon, report: int, until: int, last: int | None) -> int | None:
    """The subject of a verb of saying: a person before an organisation, after the verb or right before it, or «الشركة»."""
    names, mentions = clause.names, clause.mentions
    cues = lexicon.cues.get(clause.tokens[report].stem, ())
    if any(cue.kind == "saying" for cue in cues) or clause.tokens[report].norm == ":":
        # «قائلة إن»، «فلان: "…"»: the subject of the sentence, nearest first.
        before = [names[i] for i in range(report - 1, clause.start - 1, -1) if i in names]
        people = [number for number in before if mentions[number].label == "PERSON"]
        free = [number for number in before if mentions[number].label == "ORG" and not clause.governed(number)]
        return next(iter((*people, *free)), last)
    inside = list(dict.fromkeys(names[i] for i in range(report + 1, until) if i in names))
    for label in _SPEAKERS:
        for number in inside:
            if mentions[number].label == label and (label == "PERSON" or not clause.governed(number)):
                return number
    for i in range(report - 1, max(clause.start - 1, report - 1 - _BEFORE), -1):
        if clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in _MARKS:
            break
        if i in names and mentions[names[i]].label in ("PERSON", "ORG") and not clause.governed(names[i]):
            return names[i]
    subject = clause.tokens[report + 1] if report + 1 < clause.end else None
    word = lexicon.words.get(subject.stem) if subject is not None else None
    if subject is not None and word is not None and "the.org" in word.classes:
        return clause.refer(report, subject.stem.removeprefix("ال"))
    if any(cue.kind == "report" for cue in cues) and clause.tokens[report].stem in _CONTINUING and last is not None:
        return last
    return clause.refer(report, "")


def _source(clause: Clause, lexicon: Lexicon) -> tuple[int, int | None] | None:
    """«بحسب رويترز» anywhere in the clause: the cue and the name after it."""
    for i in range(clause.start, clause.end):
        if i in clause.names or any(hole[0] <= i <= hole[1] for hole in clause.holes):
            continue
        if any(cue.kind == "source" for cue in lexicon.cues.get(clause.tokens[i].stem, ())):
            names = [clause.names[j] for j in range(i + 1, min(i + 7, clause.end)) if j in clause.names]
            named = [number for number in names if clause.mentions[number].label in _SPEAKERS]
            if named:
                people = [number for number in named if clause.mentions[number].label == "PERSON"]
                return i, (people or named)[0]
    return None


def _denied_after(clause: Clause, lexicon: Lexicon, trigger: int) -> int | None:
    """«… خبر عار من الصحة»: a word after the statement that denies it."""
    after = range(trigger + 1, clause.end)
    return next(
        (i for i in after if any(cue.kind == "after" for cue in lexicon.cues.get(clause.tokens[i].stem, ()))), None
    )


def _afterwards(clause: Clause, lexicon: Lexicon, trigger: int) -> tuple[int, int | None] | None:
    """«…، قال فلان»، «…، كما قالت الشركة»: a verb of saying after the statement, and its subject."""
    for i in range(trigger + 1, clause.end - 1):
        before = clause.tokens[i - 1]
        joined = before.norm in ("،", *_MARKS) or before.stem in _AS
        if joined and any(cue.kind in ("report", "announce") for cue in lexicon.cues.get(clause.tokens[i].stem, ())):
            after = range(i + 1, min(i + 1 + _BEFORE, clause.end))
            if any("sub" in _classes(clause, lexicon, j) for j in after):
                return None
            speaker = clause.names.get(i + 1)
            if speaker is not None and clause.mentions[speaker].label in _SPEAKERS:
                return i, speaker
    return None
