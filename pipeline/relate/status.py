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

from pipeline.relate.clause import FINITE, MARKS, NOMINAL, Clause, classes_of, has, is_verb
from pipeline.relate.speakers import afterwards, source_of, speaker_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Token
    from pipeline.relate.lexicon import Cue, Lexicon

ORDER = ("none", "negated", "possible", "planned", "claimed", "asserted")
_STOPS = frozenset({"؛", "|"})
_END = frozenset({".", "؟", "!"})
# How far before a verbal noun the noun or verb that governs it may stand, in tokens.
_NEAR = 3
_BESIDE = 2
_THAT = frozenset({"ان"})
_WHO = frozenset({"من", "لمن"})
_AWAY = frozenset({"عن", "من"})
_AMOUNTS = frozenset({"MONEY", "PERCENT", "QUANTITY"})
_EXCEPTING = "غير"
_UNTIL = "حتي"


class Verdict(NamedTuple):
    """`cue` is the token of the deciding word, `speaker` the number of a mention; None where there is none."""

    status: str
    cue: int | None = None
    speaker: int | None = None


class _Walk(NamedTuple):
    """What was found left of a trigger: cues by status, the verb of saying, its إن or colon, whether «الذي» cut the way."""

    found: dict[str, int]
    report: int | None
    said: int | None
    relative: bool


def judge(
    clause: Clause, lexicon: Lexicon, *, trigger: int, presupposed: bool, last: int | None, answering: int | None,
    own: frozenset[int] = frozenset(), parties: Sequence[int] = (), in_passing: bool = False,
) -> Verdict:  # fmt: skip
    """The status of what the word at `trigger` states. `own` are the tokens of the pattern: no cues («توقّع شراكة»).

    What is said `in_passing` inside reported speech (a maker, a seat, a post) is asserted.

    `parties` are mentions of whom it speaks: what a company announces of itself («أعلنت أنها جمعت …») is not hearsay.
    """
    if presupposed:
        # «X غير المملوكة لـ Y»: only a negation of the phrase itself counts.
        beside = (i for i in _beside(clause, trigger) if not _opposes(clause, lexicon, i))
        cue = next((i for i in beside if _is_particle(lexicon, clause.tokens[i])), None)
        return Verdict("asserted") if cue is None else Verdict("negated", cue)
    classes = classes_of(clause, lexicon, trigger)
    verb = not classes.isdisjoint(FINITE)
    noun = not verb or not classes.isdisjoint(NOMINAL)
    found, report, said, relative = _walk(clause, lexicon, trigger, verb=verb, noun=noun, own=own)
    if "negated" in found and (
        _excepted(clause, lexicon, trigger, found["negated"]) or _bounds(clause, lexicon, found["negated"], parties)
    ):
        del found["negated"]
    denied = _denied_after(clause, lexicon, trigger)
    if denied is not None:
        found.setdefault("negated", denied)
    speaker = None
    if report is None and _denies(clause, lexicon, found):
        speaker = speaker_of(clause, lexicon, found["negated"], trigger if said is None else said, last)
    elif not relative:
        if report is not None:
            speaker = speaker_of(clause, lexicon, report, trigger if said is None else said, last)
            announced = any(cue.kind == "announce" for cue in lexicon.cues.get(clause.tokens[report].stem, ()))
            if announced and speaker is not None and _is_party(clause, speaker, parties):
                speaker = None
            else:
                found.setdefault("claimed", report)
        else:
            source = source_of(clause, lexicon) or afterwards(clause, lexicon, trigger)
            if source is not None:
                found.setdefault("claimed", source[0])
                speaker = source[1]
            elif answering is not None:
                found.setdefault("claimed", clause.start)
                speaker = answering
    if in_passing and found.keys() == {"claimed"}:
        return Verdict("asserted")
    status = next((status for status in ORDER if status in found), "asserted")
    if status == "planned" and speaker is not None and speaker != answering and _is_party(clause, speaker, parties):
        # «قالت X إنها تعتزم …»: what a company plans of itself it does not claim.
        speaker = None
    return Verdict(status, found.get(status), speaker)


def _is_party(clause: Clause, speaker: int, parties: Sequence[int]) -> bool:
    """Whether a company speaks of itself."""
    return clause.mentions[speaker].label == "ORG" and clause.same(speaker, parties)


def _denies(clause: Clause, lexicon: Lexicon, found: dict[str, int]) -> bool:
    """Whether what negates is a verb of denying, whose subject says so."""
    return "negated" in found and has(clause, lexicon, found["negated"], "denial")


def _beside(clause: Clause, trigger: int) -> list[int]:
    """The two words right before a trigger, and the one before a name beside it: «غير المملوكة»، «ليس سالم مؤسس X»."""
    found = [i for i in range(max(clause.start, trigger - _BESIDE), trigger) if i not in clause.names]
    i = trigger - 1
    while i >= clause.start and i in clause.names:
        i -= 1
    return [*found, i] if clause.start <= i < trigger - 1 else found


def _is_particle(lexicon: Lexicon, token: Token) -> bool:
    return any(cue.kind == "particle" and cue.status == "negated" for cue in lexicon.cues.get(token.stem, ()))


def _opposes(clause: Clause, lexicon: Lexicon, at: int) -> bool:
    """«غير أن» and «إلا أن» deny nothing, they go on with another clause."""
    return at + 1 < clause.end and "sub" in classes_of(clause, lexicon, at + 1)


def _excepted(clause: Clause, lexicon: Lexicon, trigger: int, negation: int) -> bool:
    """«لم يكلف سوى …»: the negation only says how little."""
    for i in range(negation + 1, clause.end):
        if i > trigger and clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in MARKS:
            return False
        if has(clause, lexicon, i, "except") and not _opposes(clause, lexicon, i):
            return True
    return False


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
        classes = classes_of(clause, lexicon, i)
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
        after_is_sub = "sub" in classes_of(clause, lexicon, i + 1) if i + 1 < clause.end else False
        cues = lexicon.cues.get(token.stem, ()) if i not in own else ()
        if "conj" in classes or (token.stem == _EXCEPTING and after_is_sub):
            if local:
                found.update({cue.status: i for cue in cues if cue.kind == "clause" and cue.status not in found})
            if not sub and not colon:
                break
            continue
        if "sub" in classes:
            sub, said = True, i
        # A word of two kinds («نافيا أن») first tells how it is meant, then who says so.
        for cue in sorted(cues, key=lambda cue: cue.status == "claimed"):
            if not _reaches(cue, clause, lexicon, i, trigger, local=local, sub=sub, colon=colon, noun=noun):
                continue
            if cue.status == "claimed":
                if not _tells(clause, lexicon, i, said):
                    continue
                if (
                    i > clause.start
                    and _is_particle(lexicon, tokens[i - 1])
                    and not _denies_nothing(clause, lexicon, i)
                ):
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
            elif cue.kind != "denial":
                found.setdefault(cue.status, i)
        if is_verb(classes):
            verbs += 1
            if local and not sub and _future(token):
                found.setdefault("planned", i)
    return _Walk(found, quote, said if quote is None else quote, False)


def _tells(clause: Clause, lexicon: Lexicon, report: int, said: int | None) -> bool:
    """Whether a word that can be a verb of saying is one. A noun with its preposition («بقدر») and «بين» inside a clause are none; «يذكر أن»
    has no subject; and «الذي نشر» tells only what follows it without another verb.
    """
    token = clause.tokens[report]
    if token.norm[: len(token.norm) - len(token.stem)].strip("وفس"):
        return False
    word = lexicon.words.get(token.stem)
    if word is not None and "prep" in word.classes and (word.pronoun or not _opens(clause, report)):
        return False
    if has(clause, lexicon, report, "formula"):
        return not (report + 1 == said and _opens(clause, report))
    before = report - 1
    if before >= clause.start and "rel" in classes_of(clause, lexicon, before) and said is not None:
        return not any(
            is_verb(classes_of(clause, lexicon, i)) for i in range(report + 1, said) if i not in clause.names
        )
    return True


def _opens(clause: Clause, token: int) -> bool:
    """Whether a word begins its clause."""
    before = clause.tokens[token - 1] if token > clause.start else None
    return (
        before is None
        or before.kind in ("punct", "symbol")
        or clause.tokens[token].stem_start > clause.tokens[token].start
    )


def _quotes(clause: Clause, colon: int) -> bool:
    """Whether a name and a quotation stand around a colon: «فلان: "…"»."""
    quoted = colon + 1 < clause.end and clause.tokens[colon + 1].norm in MARKS
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
        if _denies_nothing(clause, lexicon, at + 1):
            return False
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
        return local and (not sub or after in lexicon.cues or "sub" in classes_of(clause, lexicon, at + 1))
    if cue.kind == "denied":
        return at > clause.start and _is_particle(lexicon, clause.tokens[at - 1])
    if cue.kind == "perhaps":
        return local and not sub and _present(clause.tokens[at + 1], classes_of(clause, lexicon, at + 1))
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
        return (noun and near) or (local and "sub" in classes_of(clause, lexicon, at + 1))
    return cue.kind in ("report", "saying", "announce") and (sub or colon)


def _denies_nothing(clause: Clause, lexicon: Lexicon, verb: int) -> bool:
    """«لم تكتف بـ»، «لا تزال»، «لم تمض أيام حتى»: the negation of such a verb leaves what follows as it is."""
    if has(clause, lexicon, verb, "idle"):
        return True
    rest = range(verb + 1, clause.end)
    return has(clause, lexicon, verb, "until") and any(
        clause.tokens[i].stem == _UNTIL or has(clause, lexicon, i, "except") for i in rest
    )


def _present(token: Token, classes: frozenset[str]) -> bool:
    """Whether a verb is in the present: «قد تشتري» is possible, «قد اشترت» is done."""
    if not classes.isdisjoint(FINITE):
        return "#present" in classes and not ("#past" in classes and token.stem[:1] not in "يت")
    return token.stem[:1] == "ي" or (token.stem[:1] == "ت" and not token.stem.endswith("ت"))


def _future(token: Token) -> bool:
    """Whether a verb carries the س of the future."""
    return "س" in token.norm[: len(token.norm) - len(token.stem)]


def _denied_after(clause: Clause, lexicon: Lexicon, trigger: int) -> int | None:
    """«… خبر عار من الصحة»: a word after the statement that denies it."""
    after = range(trigger + 1, clause.end)
    return next(
        (i for i in after if any(cue.kind == "after" for cue in lexicon.cues.get(clause.tokens[i].stem, ()))), None
    )
