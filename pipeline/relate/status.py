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
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.relate.lexicon import Cue, Lexicon

ORDER = ("none", "negated", "possible", "planned", "claimed", "asserted")
_STOPS = frozenset({"؛", "|"})
_END = frozenset({".", "؟", "!"})
# How far before a verbal noun the noun or verb that governs it may stand, in tokens.
_NEAR = 3
_BESIDE = 2
# How far before a verb of saying its subject may stand, and the verbs that go on with the last speaker.
_BEFORE = 7
_AS = frozenset({"كما", "حسبما", "ما"})
_CONTINUING = frozenset({"اضاف", "اضافت", "تابع", "تابعت", "يضيف", "تضيف", "يتابع", "تتابع"})
_THAT = frozenset({"ان"})
_WHO = frozenset({"من", "لمن"})
_AWAY = frozenset({"عن", "من"})
_AMOUNTS = frozenset({"MONEY", "PERCENT", "QUANTITY"})
_EXCEPTING = "غير"
_UNTIL = "حتي"
_MARKS = frozenset("\"'")
_FINITE = frozenset({"#past", "#present"})
_NOMINAL = frozenset({"#noun", "#masdar", "#adj", "#word"})
_LINKS = frozenset({"sub", "prep", "conj", "rel"})
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
    classes = _classes(clause, lexicon, trigger)
    verb = not classes.isdisjoint(_FINITE)
    noun = not verb or not classes.isdisjoint(_NOMINAL)
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
        speaker = _speaker(clause, lexicon, found["negated"], trigger if said is None else said, last)
    elif not relative:
        if report is not None:
            speaker = _speaker(clause, lexicon, report, trigger if said is None else said, last)
            announced = any(cue.kind == "announce" for cue in lexicon.cues.get(clause.tokens[report].stem, ()))
            if announced and speaker is not None and _is_party(clause, speaker, parties):
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
    return "negated" in found and _has(clause, lexicon, found["negated"], "denial")


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


def _has(clause: Clause, lexicon: Lexicon, token: int, *kinds: str) -> bool:
    """Whether a token is a cue of one of some kinds."""
    return any(cue.kind in kinds for cue in lexicon.cues.get(clause.tokens[token].stem, ()))


def _is_particle(lexicon: Lexicon, token: Token) -> bool:
    return any(cue.kind == "particle" and cue.status == "negated" for cue in lexicon.cues.get(token.stem, ()))


def _opposes(clause: Clause, lexicon: Lexicon, at: int) -> bool:
    """«غير أن» and «إلا أن» deny nothing, they go on with another clause."""
    return at + 1 < clause.end and "sub" in _classes(clause, lexicon, at + 1)


def _excepted(clause: Clause, lexicon: Lexicon, trigger: int, negation: int) -> bool:
    """«لم يكلف سوى …»: the negation only says how little."""
    for i in range(negation + 1, clause.end):
        if i > trigger and clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in _MARKS:
            return False
        if _has(clause, lexicon, i, "except") and not _opposes(clause, lexicon, i):
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
        if _is_verb(classes):
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
    if _has(clause, lexicon, report, "formula"):
        return not (report + 1 == said and _opens(clause, report))
    before = report - 1
    if before >= clause.start and "rel" in _classes(clause, lexicon, before) and said is not None:
        return not any(_is_verb(_classes(clause, lexicon, i)) for i in range(report + 1, said) if i not in clause.names)
    return True


def _is_verb(classes: frozenset[str]) -> bool:
    """Whether a word is a verb and cannot be a noun."""
    return not classes.isdisjoint(_FINITE) and classes.isdisjoint(_NOMINAL)


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


def _denies_nothing(clause: Clause, lexicon: Lexicon, verb: int) -> bool:
    """«لم تكتف بـ»، «لا تزال»، «لم تمض أيام حتى»: the negation of such a verb leaves what follows as it is."""
    if _has(clause, lexicon, verb, "idle"):
        return True
    rest = range(verb + 1, clause.end)
    return _has(clause, lexicon, verb, "until") and any(
        clause.tokens[i].stem == _UNTIL or _has(clause, lexicon, i, "except") for i in rest
    )


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
    inside = list(dict.fromkeys(_outside_relative(clause, lexicon, report + 1, until)))
    company = _company(clause, lexicon, report + 1)
    for label in _SPEAKERS:
        for number in inside:
            if mentions[number].label == label and (label == "PERSON" or not clause.governed(number)):
                return number
        if company:
            # «أعلنت الشركة، ومقرها أوسلو، أن»: a person may speak for it, but no other name does.
            return clause.refer(report, company)
    for i in range(report - 1, max(clause.start - 1, report - 1 - _BEFORE), -1):
        if clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in _MARKS:
            break
        if i in names and mentions[names[i]].label in ("PERSON", "ORG") and not clause.governed(names[i]):
            return names[i]
    if any(cue.kind == "report" for cue in cues) and clause.tokens[report].stem in _CONTINUING and last is not None:
        return last
    return None if _nameless(clause, lexicon, report + 1) else clause.refer(report, "")


def _outside_relative(clause: Clause, lexicon: Lexicon, start: int, end: int) -> Iterator[int]:
    """The names in a stretch of tokens that stand in no relative clause: «الشركة، التي أسسها X، أن»."""
    inside = False
    for i in range(start, end):
        if i in clause.names:
            if not inside:
                yield clause.names[i]
        elif clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in _MARKS:
            inside = False
        elif "rel" in _classes(clause, lexicon, i):
            inside = True


def _company(clause: Clause, lexicon: Lexicon, token: int) -> str:
    """The noun of «الشركة» where a word speaks of a company and no name follows it."""
    if token >= clause.end or token + 1 in clause.names or "the.org" not in _classes(clause, lexicon, token):
        return ""
    return clause.tokens[token].stem.removeprefix("ال")


def _nameless(clause: Clause, lexicon: Lexicon, token: int) -> bool:
    """Whether a verb has somebody for its subject who is neither named nor known: «قال محللون إن»، «نفى ناطق أن»."""
    if token >= clause.end or token in clause.names or clause.tokens[token].kind != "word":
        return False
    stem, classes = clause.tokens[token].stem, _classes(clause, lexicon, token)
    return not stem.startswith("ال") and classes.isdisjoint(_LINKS) and not _is_verb(classes)


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
