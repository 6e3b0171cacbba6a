"""What dictionaries and a windowed linear tagger make of toy-entities.

    python -m benchmarks.toy_entities [--quick]

Prints the entity F1 on the test part, exact span and type, of both languages and of each. English
is read in words, Chinese in single characters; models learn BIO tags. "reach 4" shows the linear
tagger four tokens to each side instead of two.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from textlstm.corpora.toy_entities import Sentence, sentences

CONFIGS = ("all", "en", "zh")
_UNITS = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+|\d+|[^\w\s]")

Entity = tuple[str, int, int]
Tagger = Callable[[str], Sequence[Entity]]


def units(text: str) -> list[tuple[str, int, int]]:
    """Return words, single Chinese characters, numbers and marks with their offsets."""
    return [(found[0], found.start(), found.end()) for found in _UNITS.finditer(text)]


def bio(sentence: Sentence) -> list[str]:
    """Return the tag of each unit: "O", "B-PER", "I-PER", ..."""
    tags = []
    for _, start, end in units(sentence.text):
        tag = "O"
        for kind, first, last in sentence.entities:
            if first <= start and end <= last:
                tag = ("B-" if start == first else "I-") + kind
        tags.append(tag)
    return tags


def entities(text: str, tags: Sequence[str]) -> list[Entity]:
    """Return the entities of BIO tags; an I- without its B- begins one."""
    found: list[list] = []
    before = "O"
    for tag, (_, start, end) in zip(tags, units(text), strict=True):
        if tag != "O":
            if tag[0] == "I" and before[2:] == tag[2:]:
                found[-1][2] = end
            else:
                found.append([tag[2:], start, end])
        before = tag
    return [(kind, start, end) for kind, start, end in found]


def f1(tagger: Tagger, part: Sequence[Sentence]) -> float:
    """Return the micro-averaged F1 over entities; one counts if span and type are right."""
    right = given = true = 0
    for sentence in part:
        answer, truth = set(tagger(sentence.text)), set(sentence.entities)
        right, given, true = right + len(answer & truth), given + len(answer), true + len(truth)
    return 2 * right / (given + true)


def most_frequent(train: Sequence[Sentence]) -> Tagger:
    """Return a tagger that gives each unit the tag it had most often; new units get "O"."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in train:
        for (unit, _, _), tag in zip(units(sentence.text), bio(sentence), strict=True):
            counts[unit][tag] += 1
    best = {unit: tags.most_common(1)[0][0] for unit, tags in counts.items()}
    return lambda text: entities(text, [best.get(unit, "O") for unit, _, _ in units(text)])


def longest_match(train: Sequence[Sentence]) -> Tagger:
    """Return a tagger that marks the longest names of training, each with its commonest type."""
    counts: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for sentence in train:
        for kind, start, end in sentence.entities:
            name = tuple(unit for unit, _, _ in units(sentence.text[start:end]))
            counts[name][kind] += 1
    best = {name: kinds.most_common(1)[0][0] for name, kinds in counts.items()}
    longest = max(map(len, best))

    def tag(text: str) -> list[Entity]:
        found, at, read = [], 0, units(text)
        words = [unit for unit, _, _ in read]
        while at < len(read):
            for size in range(min(longest, len(read) - at), 0, -1):
                kind = best.get(tuple(words[at : at + size]))
                if kind:
                    found.append((kind, read[at][1], read[at + size - 1][2]))
                    at += size
                    break
            else:
                at += 1
        return found

    return tag


def linear(train: Sequence[Sentence], reach: int = 2) -> Tagger:
    """Return a logistic regression over words, pairs, affixes and shapes around each unit.

    Args:
        train: sentences to learn from.
        reach: how many units to each side are seen.
    """
    from sklearn.feature_extraction import FeatureHasher
    from sklearn.linear_model import LogisticRegression

    hasher = FeatureHasher(2**18, input_type="string", alternate_sign=False)
    seen = [row for s in train for row in windows(s.text, reach)]
    tags = [tag for s in train for tag in bio(s)]
    model = LogisticRegression(C=10, tol=1e-3, max_iter=100).fit(hasher.transform(seen), tags)

    def tag(text: str) -> list[Entity]:
        return entities(text, list(model.predict(hasher.transform(windows(text, reach)))))

    return tag


def windows(text: str, reach: int) -> list[list[str]]:
    """Return the features of each unit."""
    words = [unit for unit, _, _ in units(text)]
    padded = ["^"] * reach + words + ["$"] * reach
    rows = []
    for at in range(reach, len(words) + reach):
        row = ["bias"]
        for step in range(-reach, reach + 1):
            word = padded[at + step]
            row += [f"w{step}={word.lower()}", f"s{step}={shape(word)}"]
            if step < reach:
                row.append(f"p{step}={word.lower()} {padded[at + step + 1].lower()}")
            if -1 <= step <= 1:
                row += [f"e{step}{size}={word[-size:].lower()}" for size in (2, 3, 4)]
                row += [f"b{step}{size}={word[:size].lower()}" for size in (2, 3)]
        rows.append(row)
    return rows


def shape(word: str) -> str:
    """Return "Xx" for Word, "d" for digits, "x" for word, the mark itself for a mark."""
    kinds = (
        "X" if c.isupper() else "d" if c.isdigit() else "x" if c.isalpha() else c for c in word
    )
    return re.sub(r"(.)\1+", r"\1", "".join(kinds))


MODELS: dict[str, Callable[[Sequence[Sentence]], Tagger]] = {
    "most frequent tag": most_frequent,
    "longest match": longest_match,
    "linear, reach 2": linear,
    "linear, reach 4": lambda train: linear(train, 4),
}


def scores(names: Sequence[str]) -> Iterator[dict[str, str | float]]:
    """Yield the F1 of each model by config; a model learns from both languages together."""
    train = sentences("all")["train"]
    for name in names:
        tagger = MODELS[name](train)
        yield {"what": name} | {code: f1(tagger, sentences(code)["test"]) for code in CONFIGS}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    from benchmarks import measuring  # here: the tests load this file by its path

    parser = measuring.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="only the dictionaries")
    options = parser.parse_args(words)
    machine = measuring.machine()
    rows = []
    print(f"{'':22}{'  '.join(f'{config:>6}' for config in CONFIGS)}")
    for row in scores(list(MODELS)[: 2 if options.quick else None]):
        rows.append(row)
        values = "  ".join(f"{row[config]:6.3f}" for config in CONFIGS)
        print(f"{row['what']:22}{values}", flush=True)
    document = {
        "machine": machine,
        "source": measuring.source(),
        "load_after": measuring.load(),
        "rows": rows,
    }
    measuring.save(options.results, "toy_entities", document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
