"""Makes seeds/lexicons/word_frequencies.tsv: `python -m pipeline.train.word_frequencies --pud F --news F --names F`.

In: the Arabic list of the package wordfreq, a Universal Dependencies file with proclitics split off (UD Arabic-PUD), news as JSONL with
`text`, names as `latin⇥a r a b i c⇥count`, and seeds/lexicons/proclitic_words.tsv. Out: stems with log10 of their share of running words.

A logistic regression learns from the treebank, the words decided by hand and a sample of names whether the first letter of a word is a
proclitic; what it looks at is how often the word, the rest, and both with the article, with other proclitics and with endings occur.
Forms whose first letter is a proclitic are left out of the lexicon. Needs wordfreq and scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from pipeline import config
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise import lexicons

LETTERS = "وفبلكس"
INNER = {"و": "بلكفس", "ف": "بلكس"}
ENDINGS = ("ه", "ها", "ات", "ين", "ون", "ي", "يه", "هم", "نا")
ARABIC = re.compile("[ء-يپچژگڤڨڭ]+")
LEAST = 1e-7  # a rarer word is no stem
FLOOR = 3e-9
NEWS_SHARE = 0.2
ORDINARY = "\tread so in news"  # rows of proclitic_words.tsv that are examples for the classifier; the others are names and particles
HEADER = """\
# Arabic stems, normalised, with log10 of their share of running words. A form that is a proclitic and a known stem (والصين, بسرعه) is left
# out, so that a word which begins with و ف ب ل ك س and stands here has no proclitic.
#
# Derived from: the Arabic list of wordfreq 3.1.1 (data CC BY-SA 4.0); counts of words in the ANT corpus of radio news (Apache-2.0); names of
# a list of person names from Wikidata (CC0). Which forms hold a proclitic was decided by a classifier trained on UD Arabic-PUD (CC BY-SA 3.0)
# and on the words of proclitic_words.tsv. Made by pipeline/train/word_frequencies.py. Licence of this file: CC BY-SA 4.0.
log10\tstems
"""


class Counts:
    """Shares of running words and counts of names, all normalised."""

    def __init__(self, words: dict[str, float], names: Counter[str]) -> None:
        self.words, self.names = words, names

    def share(self, word: str) -> float:
        """Share of running words."""
        return self.words.get(word, 0.0)

    def stems(self, word: str) -> list[str]:
        """What may follow the first letter; after لل the article comes back."""
        return ["ال" + word[2:], "الل" + word[2:], word[1:]] if word.startswith("لل") and len(word) > 3 else [word[1:]]

    def stem(self, word: str) -> str:
        """The most frequent of them."""
        return max(self.stems(word), key=self.share)

    def features(self, word: str) -> dict[str, float]:
        """What the classifier sees; each feature also once for its letter, at half weight."""
        first, stem = word[0], self.stem(word)

        def log(*forms: str) -> float:
            return math.log10(sum(map(self.share, forms)) + FLOOR)

        whole, rest = log(word), log(stem)
        inner = max(map(self.share, self.stems(word[1:]))) if len(word) > 3 and word[1] in INNER.get(first, "") else 0.0
        bare = stem.removeprefix("ال")
        found = {
            "bias": 1.0, "whole": whole + 6, "rest": rest + 6, "difference": rest - whole, "inner": math.log10(inner + FLOOR) + 6,
            "rest with others": log(*(p + stem for p in "وبفلك" if p != first), *(["لل" + bare] if stem != bare else [])) + 6,
            "rest with article": log("ال" + stem) + 6 if stem == bare else 0.0,
            "whole with article": log("ال" + word, "وال" + word, "لل" + word, "بال" + word) - whole,
            "whole with ب ل": log("ب" + word, "ل" + word) - whole, "whole with و ف": log("و" + word, "ف" + word) - whole,
            "whole with endings": log(*(word + ending for ending in ENDINGS)) - whole,
            "article": float(stem != bare and len(stem) > 3), "letters": min(len(word), 9) - 5.0, "short": float(len(word) <= 4),
            "very short": float(len(word) <= 3), "name": math.log10(self.names[word] + 0.3), "rest is name": math.log10(self.names[stem] + 0.3),
        }  # fmt: skip
        if first == "س":
            found |= {
                "imperfect": float(stem[0] in "يتنا"),
                "imperfect known": float(stem[0] in "يتنا" and self.share("و" + stem) > 0),
            }
        return found | {first + key: value / 2 for key, value in found.items()}


def treebank(path: Path, fold: Normaliser) -> list[tuple[str, int]]:
    """Words of a UD file that begin with one of the letters, and whether it is a proclitic."""
    found, word = [], list[tuple[str, str]]()
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        cells = line.split("\t")
        if len(cells) == 10 and cells[0].isdigit():
            form = fold(cells[1]).text
            if ARABIC.fullmatch(form):
                word.append((form, cells[3]))
                if "SpaceAfter=No" in cells[9]:
                    continue
        found += _decisions(word)
        word = []
    return found


def _decisions(parts: list[tuple[str, str]]) -> list[tuple[str, int]]:
    found = []
    for i in range(len(parts)):
        word = "".join(form for form, _ in parts[i:])
        if len(word) < 3 or word[0] not in LETTERS:
            break
        alone = len(parts[i][0]) == 1 and i + 1 < len(parts) and parts[i][1] != "NOUN"
        if alone and parts[i + 1][1] == "PRON":  # له, بها count as one word
            break
        split = int(alone)
        found.append((word, split))
        if not split or word[0] not in "وف":
            break
    return found


def main() -> None:
    """Reads, learns, writes."""
    import wordfreq
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("pud", "news", "names"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    settings = config.load()
    folder = settings.paths.seeds / "lexicons"
    parser.add_argument("--out", type=Path, default=folder / "word_frequencies.tsv")
    args = parser.parse_args()
    fold = Normaliser(settings)

    web: dict[str, float] = defaultdict(float)
    for form, share in wordfreq.get_frequency_dict("ar", "large").items():
        if ARABIC.fullmatch(word := fold(form).text):
            web[word] += share
    news: Counter[str] = Counter()
    for line in args.news.open(encoding="utf-8"):
        news.update(ARABIC.findall(fold(json.loads(line)["text"]).text))
    names: Counter[str] = Counter()
    for line in args.names.open(encoding="utf-8"):
        _, arabic, count = line.rstrip("\n").split("\t")
        names[fold(arabic.replace(" ", "")).text] += int(count)
    total = sum(news.values())
    words = {
        w: (1 - NEWS_SHARE) * web.get(w, 0) + NEWS_SHARE * news[w] / total
        for w in {*web, *(w for w, n in news.items() if n >= 5)}
    }
    counts = Counts(words, names)

    decisions = folder / "proclitic_words.tsv"
    decided = {w: int(n > 0) for w, n in lexicons.decided(decisions).items() if not set(w) & set("أإآ")}
    known_names = [
        w
        for w, n in names.items()
        if n >= 2 and w[:1] in LETTERS and len(w) > 2 and w not in decided and ARABIC.fullmatch(w)
    ]
    random.seed(0)
    rows_by_hand = [line.split("\t") for line in decisions.read_text("utf-8").splitlines() if line.endswith(ORDINARY)]
    examples = [(w, y, 1.0) for w, y in treebank(args.pud, fold)]
    examples += [(w, int(length != "0"), 1.0) for length, ws, _ in rows_by_hand for w in ws.split(" ")]
    examples += [(w, 0, 0.3) for w in random.sample(sorted(known_names), min(1500, len(known_names)))]
    vectors = DictVectorizer(sparse=False)
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit(
        vectors.fit_transform([counts.features(w) for w, _, _ in examples]),
        [y for _, y, _ in examples],
        [s for *_, s in examples],
    )

    unsure = [w for w in words if w[0] in LETTERS and len(w) > 2]
    odds = dict(
        zip(unsure, model.predict_proba(vectors.transform([counts.features(w) for w in unsure]))[:, 1], strict=True)
    )
    for name in known_names:  # a name, unless the rest of it is far more frequent
        if odds.get(name, 0) <= 0.9 or counts.share(counts.stem(name)) <= 10 * counts.share(name):
            odds[name] = 0.0
    odds |= {w: 1.0 for w in odds if w.startswith("لل") and len(w) >= 5 and w not in known_names} | {
        w: float(y) for w, y in decided.items()
    }

    lexicon = {
        w: s
        for w, s in words.items()
        if s >= LEAST and len(w) >= 2 and (w[0] not in LETTERS or len(w) < 3 or odds.get(w, 0) < 0.5)
    }
    for name, count in names.items():
        if (
            count >= 2
            and len(name) >= 3
            and ARABIC.fullmatch(name)
            and (name[0] not in LETTERS or odds.get(name, 0) < 0.5)
        ):
            lexicon.setdefault(name, max(counts.share(name), 2e-8))
    rows: dict[float, list[str]] = defaultdict(list)
    for word, share in lexicon.items():
        rows[round(math.log10(share), 1)].append(word)
    with args.out.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        for log10 in sorted(rows, reverse=True):
            stems = sorted(rows[log10])
            out.writelines(f"{log10}\t{' '.join(stems[i : i + 50])}\n" for i in range(0, len(stems), 50))


if __name__ == "__main__":
    main()
