"""What copying, a dictionary and the nearest training sentence make of the pair corpora.

    python -m benchmarks.toy_translation [--quick]

Prints the BLEU on the test part. The dictionary replaces each word of the source by the words, or
the one to four Chinese characters, that occur with it most exclusively in training (Dice's
coefficient), in the order of the source. "nearest" answers with the target of the training source
that is most like the asked one (TF-IDF of words and characters).
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from textlstm.corpora import toy_replies, toy_titles, toy_translation
from textlstm.corpora.toy_pairs import Pair

CORPORA = {
    "toy-translation/de": lambda: toy_translation.pairs("de"),
    "toy-translation/zh": lambda: toy_translation.pairs("zh"),
    "toy-titles": lambda: toy_titles.pairs("all"),
    "toy-replies": lambda: toy_replies.pairs("all"),
}
RARE = 5  # what occurs less often than this is no entry of the dictionary
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_UNITS = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+|[^\w\s]")

Translator = Callable[[Sequence[str]], list[str]]


def bleu(answers: Sequence[str], targets: Sequence[str]) -> float:
    """Return BLEU from 0 to 100; Chinese is counted in characters where there is any."""
    import sacrebleu

    chinese = any(map(_CHINESE.search, targets))
    score = sacrebleu.corpus_bleu(answers, [targets], tokenize="zh" if chinese else "13a")
    return float(score.score)


def units(text: str) -> list[str]:
    """Return words, single Chinese characters and marks, in small letters."""
    return [unit.lower() for unit in _UNITS.findall(text)]


def candidates(text: str) -> set[str]:
    """Return what a word may be replaced by: words and marks, one to four Chinese characters."""
    found = {unit for unit in _UNITS.findall(text) if not _CHINESE.match(unit)}
    for run in _CHINESE.findall(text):
        found |= {run[at : at + size] for size in range(1, 5) for at in range(len(run) - size + 1)}
    return found


def copy(train: Sequence[Pair]) -> Translator:
    """Return what gives the source back."""
    del train
    return list


def dictionary(train: Sequence[Pair]) -> Translator:
    """Return what replaces word by word; the answer keeps the order of the source."""
    here: Counter[str] = Counter()
    there: Counter[str] = Counter()
    both: dict[str, Counter[str]] = {}
    possible = [candidates(pair.target) for pair in train]
    for found in possible:
        there.update(found)
    for pair, found in zip(train, possible, strict=True):
        found = {unit for unit in found if there[unit] >= RARE}
        for word in set(units(pair.source)):
            here[word] += 1
            both.setdefault(word, Counter()).update(found)
    best = {
        word: max(counts, key=lambda u: (2 * counts[u] / (here[word] + there[u]), len(u), u))  # noqa: B023
        for word, counts in both.items()
    }

    def answer(source: str) -> str:
        text = " ".join(best.get(word, word) for word in units(source))
        text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=\W|[\u4e00-\u9fff])", "", text)
        text = re.sub(r" (?=[.,!?。，！？])", "", text)
        return text[:1].upper() + text[1:]

    return lambda sources: [answer(source) for source in sources]


def nearest(train: Sequence[Pair]) -> Translator:
    """Return what answers with the target of the nearest training source."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=units, sublinear_tf=True)
    known = vectorizer.fit_transform([pair.source for pair in train])

    def answers(sources: Sequence[str]) -> list[str]:
        like = vectorizer.transform(sources) @ known.T
        return [train[int(at)].target for at in like.argmax(axis=1).A1]

    return answers


MODELS: dict[str, Callable[[Sequence[Pair]], Translator]] = {
    "copy": copy,
    "dictionary": dictionary,
    "nearest": nearest,
}


def score(name: str, corpus: str) -> float:
    """Return the BLEU of a model on the test part of a corpus."""
    parts = CORPORA[corpus]()
    translator = MODELS[name](parts["train"])
    test = parts["test"]
    return bleu(translator([pair.source for pair in test]), [pair.target for pair in test])


def scores(names: Sequence[str]) -> Iterator[dict[str, str | float]]:
    """Yield the BLEU of each model by corpus."""
    for name in names:
        yield {"what": name} | {corpus: round(score(name, corpus), 2) for corpus in CORPORA}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    from benchmarks import measuring  # here: the tests load this file by its path

    parser = measuring.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="only the copy")
    options = parser.parse_args(words)
    machine = measuring.machine()
    rows = []
    print(f"{'':12}{'  '.join(f'{corpus:>18}' for corpus in CORPORA)}")
    for row in scores(list(MODELS)[: 1 if options.quick else None]):
        rows.append(row)
        values = "  ".join(f"{row[corpus]:18.2f}" for corpus in CORPORA)
        print(f"{row['what']:12}{values}", flush=True)
    document = {
        "machine": machine,
        "source": measuring.source(),
        "load_after": measuring.load(),
        "rows": rows,
    }
    measuring.save(options.results, "toy_translation", document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
