from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.config import load
from pipeline.core.spans import Mention, Sentence, Token
from pipeline.errors import SeedError
from pipeline.ner import weighed
from pipeline.ner.encoder.model import Encoder, Reading
from pipeline.ner.encoder.tags import OURS, log_softmax
from pipeline.ner.encoder.units import units
from pipeline.ner.weighed import Said, Weighed, Weights, added, heard, read_weights

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[[str], tuple[list[Sentence], list[Token]]]
NONE = Weights(1.0, {}, 0.0, {}, {}, {})
PATHS = load().paths


@pytest.fixture(scope="module")
def both() -> Weighed:
    return weighed.load(PATHS.seeds, PATHS.models, threads=1, least=0.1)


class Told:
    """An encoder that says what it is told: a tag for some units, by their numbers; of some it is not sure."""

    def __init__(self, said: dict[int, str], *, unsure: Sequence[int] = ()) -> None:
        self.tags = {"gold": OURS}
        self._said, self._unsure = said, unsure

    def read(self, text: str, tokens: list[Token]) -> Reading:
        read = units(text, tokens)
        logits = np.zeros((len(read), len(OURS)), np.float32)
        for at in range(len(read)):
            logits[at, OURS.index(self._said.get(at, "O"))] = 1.0 if at in self._unsure else 8.0
        return Reading(
            read, [tokens[unit.token].sentence for unit in read], logits, np.zeros((len(read), 4), np.float32)
        )

    block = Encoder.block


def told(both: Weighed, said: dict[int, str], weights: Weights = NONE, *, unsure: Sequence[int] = ()) -> Weighed:
    return Weighed(both._values, both._names, Told(said, unsure=unsure), weights, both.related)  # type: ignore[arg-type]


def found(recogniser: Weighed, read: Read, text: str) -> list[tuple[str, str]]:
    mentions, _ = recogniser.read(text, *read(text))
    return [(text[m.start : m.end], m.label) for m in mentions]


def test_what_the_encoder_alone_says_begins_at_the_stem(both: Weighed, read: Read) -> None:
    text = "زار وبيروت الوفد"
    assert [unit.text for unit in units(text, read(text)[1])] == ["زار", "و", "بيروت", "الوفد"]
    assert found(told(both, {1: "B-GPE", 2: "I-GPE"}), read, text) == [("بيروت", "GPE")]
    assert found(told(both, {1: "B-GPE"}), read, text) == []  # proclitics alone are no name


def test_proclitics_of_the_next_word_are_no_part_of_a_name(both: Weighed, read: Read) -> None:
    text = "زار قلفاط وبيروت"
    _, tokens = read(text)
    split = units(text, tokens)
    assert [unit.text for unit in split] == ["زار", "قلفاط", "و", "بيروت"]
    said = {1: "B-PERSON", 2: "I-PERSON", 3: "B-GPE"}
    assert found(told(both, said), read, text) == [("قلفاط", "PERSON"), ("بيروت", "GPE")]


def test_values_are_those_of_the_grammars_or_none(both: Weighed, read: Read) -> None:
    text = "بلغت 20% من الأرباح"
    _, tokens = read(text)
    at = [unit.text for unit in units(text, tokens)].index("20")
    last = at + 1
    assert found(told(both, {at: "B-PERCENT", last: "I-PERCENT"}), read, text) == [("20%", "PERCENT")]
    assert found(told(both, {at: "B-PERCENT"}), read, text) == []  # no grammar has read this span: it has no value


def test_the_rules_win_when_they_are_worth_more(both: Weighed, read: Read) -> None:
    text = "استقبلت بكين الوفد"
    silent = told(both, {}, Weights(1.0, {"gazetteer one": 20.0}, 0.0, {}, {}, {}))
    assert found(silent, read, text) == [("بكين", "GPE")]
    assert found(told(both, {}, Weights(1.0, {"gazetteer one": 1.0}, 0.0, {}, {}, {})), read, text) == []
    for_label = Weights(1.0, {"gazetteer one": 1.0, "gazetteer one GPE": 19.0}, 0.0, {}, {}, {})
    assert found(told(both, {}, for_label), read, text) == [("بكين", "GPE")]


def test_a_name_of_both_keeps_its_source_and_ids(both: Weighed, read: Read) -> None:
    text = "استقبلت بكين الوفد"
    mentions, _ = told(both, {1: "B-GPE"}).read(text, *read(text))
    (mention,) = mentions
    assert mention.source == "gazetteer"
    assert "beijing" in mention.candidates
    assert 0.9 < mention.score <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("زار الوفد جزيرة طرفوس أمس", ("جزيرة طرفوس", "LOC")),
        ("زار الوفد ميناء طرفوس أمس", ("ميناء طرفوس", "FAC")),
        ("زار الوفد مدينة طرفوس أمس", ("طرفوس", "GPE")),  # stays outside
        ("زار الوفد الجزيرة طرفوس أمس", ("طرفوس", "GPE")),  # two phrases
    ],
)
def test_a_place_is_found_with_the_noun_it_is_called_with(
    both: Weighed, read: Read, text: str, expected: tuple[str, str]
) -> None:
    at = [unit.text for unit in units(text, read(text)[1])].index("طرفوس")
    assert found(told(both, {at: "B-GPE"}), read, text) == [expected]


@pytest.mark.parametrize(
    ("text", "words", "label", "name", "entity"),
    [
        ("يستخدم الملايين فسبوك يوميا", "سبوك", "PRODUCT", ("فسبوك", "PRODUCT"), "facebook"),  # ف is no proclitic
        ("انتقد باراق أوباما القرار", "اراق أوباما", "PERSON", ("باراق أوباما", "PERSON"), "barack-obama"),
        ("قالت شركة كوكا قولا إن", "كوكا", "ORG", ("كوكا قولا", "ORG"), "coca-cola"),
        ("التقى تييم كوق الوزير", "تييم", "PERSON", ("تييم كوق", "PERSON"), "tim-cook"),  # nor is ك
        ("وصل الوفد إلى واشنتن مساء", "اشنتن", "GPE", ("واشنتن", "GPE"), "washington"),
        ("مع شركة مرسك لتطوير البنية التحتية", "مرسك ل تطوير البنية", "ORG", ("مرسك", "ORG"), "maersk"),
        ("في بلدة خربة السدر أمس", "خربة السدر", "GPE", ("خربة السدر", "GPE"), None),  # no proclitic: a name of its own
        ("قال براين شيسكي أن", "براين شيسكي", "PERSON", ("براين شيسكي", "PERSON"), None),
        ("قالت سبوكا إن", "سبوكا", "ORG", ("سبوكا", "ORG"), None),
    ],
)
def test_a_name_is_cut_where_the_one_that_it_sounds_like_ends(
    both: Weighed, read: Read, text: str, words: str, label: str, name: tuple[str, str], entity: str | None
) -> None:
    split, run = [unit.text for unit in units(text, read(text)[1])], words.split()
    at = next(k for k in range(len(split)) if split[k : k + len(run)] == run)
    said = {at + k: f"{'I' if k else 'B'}-{label}" for k in range(len(run))}
    mentions, _ = told(both, said).read(text, *read(text))
    (mention,) = [m for m in mentions if name[0] in text[m.start : m.end] or text[m.start : m.end] in name[0]]
    assert (text[mention.start : mention.end], mention.label) == name
    assert (mention.candidates[0] if mention.candidates else None) == entity


def test_a_name_in_doubt_takes_the_kind_of_what_it_sounds_like(both: Weighed, read: Read) -> None:
    text = "تراجعت أسهم صوبارو بعد النتائج"
    assert found(told(both, {2: "B-GPE"}), read, text) == [("صوبارو", "GPE")]  # somebody is sure
    assert found(told(both, {2: "B-GPE"}, unsure=[2]), read, text) == [("صوبارو", "ORG")]
    inflected = "تراجعت أسهم كلرنا بعد النتائج"  # as if نا were a pronoun
    assert found(told(both, {2: "B-PERSON"}, unsure=[2]), read, inflected) == [("كلرنا", "ORG")]
    everyday = "تراجعت أسهم معلقة بعد النتائج"  # nearly Malaga
    assert found(told(both, {2: "B-PRODUCT"}, unsure=[2]), read, everyday) == [("معلقة", "PRODUCT")]


def test_a_word_hears_its_other_occurrences(both: Weighed, read: Read) -> None:
    text = "زار الوفد فيستاغراد. وطالبت فيستاغراد بالماء. وعاد من فيستاغراد أمس."
    at = [k for k, unit in enumerate(units(text, read(text)[1])) if unit.text == "فيستاغراد"]
    assert len(at) == 3
    said = {at[0]: "B-GPE", at[1]: "B-ORG", at[2]: "B-GPE"}
    assert found(told(both, said, unsure=at[1:2]), read, text) == [("فيستاغراد", "GPE")] * 3
    assert ("فيستاغراد", "ORG") in found(told(both, said), read, text)  # it may be sure
    everyday = "زار الوفد العالم. وطالبت العالم بالماء. وعاد من العالم أمس."
    assert ("العالم", "ORG") in found(
        told(both, said, unsure=at[1:2]), read, everyday
    )  # a common word means many things


def test_said_in_units(read: Read) -> None:
    text = "وفي بكين اليوم"
    _, tokens = read(text)
    reading = Reading(units(text, tokens), [], np.zeros((0, 1)), np.zeros((0, 1)))
    stems = [k for k, unit in enumerate(reading.units) if unit.is_stem]
    mention = Mention(0, tokens[1].start, tokens[1].end, 1, 2, "DATE", 1.0, "values")
    assert heard(reading, [], [mention], {}) == [Said(stems[1], stems[2], "DATE", "values")]


def test_what_is_added() -> None:
    scores = log_softmax(np.zeros((4, len(OURS)), np.float32))
    weights = Weights(0.5, {"cue": 2.0, "cue ORG": 1.0}, 0.25, {"cue": -1.0}, {}, {})
    out = added(scores, [Said(1, 2, "ORG", "cue")], weights) - scores * 0.5
    begin = OURS.index("B-ORG")
    wanted = np.zeros_like(out)
    wanted[1, begin] = wanted[2, begin + 1] = 3.0
    wanted[1:3, 0] = -1.0
    wanted[[0, 3], 0] = 0.25
    assert np.allclose(out, wanted)
    assert np.allclose(added(scores, [Said(0, 0, "ORG", "new rule")], NONE), scores)


@pytest.mark.parametrize(
    "text",
    [
        '{"scale": 1}',
        "no json",
        '{"scale": 1, "named": {}, "empty": 0, "against": {}, "more": 1}',
        '{"gold": {"scale": 1}}',
    ],
)
def test_a_file_of_other_weights(tmp_path: Path, text: str) -> None:
    (tmp_path / "weights.json").write_text(text, "utf-8")
    with pytest.raises(SeedError, match=r"weights\.json: expected the weights of rules and encoder"):
        read_weights(tmp_path / "weights.json")


def test_the_shipped_weights_name_tags_that_there_are() -> None:
    known = read_weights(PATHS.models / "encoder" / "weights.json")
    assert set(known) == {"gold", "anercorp", "aqmar"}
    labels = {tag[2:] for tag in OURS[1:]}
    assert {key.rpartition(" ")[2] for key in known["gold"].named} <= {*labels, "one", *known["gold"].against}
    assert all(weights.scale > 0 for weights in known.values())


def test_an_unlisted_name_is_found_everywhere_in_its_document(both: Weighed, read: Read) -> None:
    text = "قال الوزير العراقي سرمد البلداوي إن الخطة جاهزة.\nوأضاف البلداوي أن بغداد وافقت."
    said = found(both, read, text)
    assert ("سرمد البلداوي", "PERSON") in said
    assert ("البلداوي", "PERSON") in said
    assert ("بغداد", "GPE") in said


def test_an_empty_document(both: Weighed) -> None:
    mentions, reading = both.read("", [], [])
    assert mentions == []
    assert both.related(reading, []) == []
