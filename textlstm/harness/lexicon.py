"""A dictionary learned from pairs of sentences: IBM Model 1, in NumPy."""

from collections.abc import Sequence

import numpy as np

ITERATIONS = 5
NULL = 0  # number of the empty word, with which each source begins


def learn(
    sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]], iterations: int = ITERATIONS
) -> dict[str, tuple[str, float]]:
    """Return the likeliest translation of each source word, with its probability.

    Expectation maximisation from uniform probabilities (Brown et al. 1993, "The Mathematics of
    Statistical Machine Translation", section 4.1): every target word is made by one word of the
    source or by the empty word. Of equally likely translations the one met first is taken.

    Args:
        sources: words of each sentence.
        targets: words of its translation.
        iterations: of the estimation.
    """
    numbers: dict[str, int] = {"": NULL}
    names: dict[str, int] = {}
    cut = [[NULL, *(numbers.setdefault(w, len(numbers)) for w in words)] for words in sources]
    said = [[names.setdefault(word, len(names)) for word in words] for words in targets]
    # A link is a target word in its sentence with a source word; those of one target word follow
    # each other.
    blocks = [
        np.add.outer(np.array(b, np.int64), np.array(a, np.int64) * len(names)).ravel()
        for a, b in zip(cut, said, strict=True)
        if b
    ]
    links = np.concatenate([*blocks, np.zeros(0, np.int64)])
    sizes = [len(a) for a, b in zip(cut, said, strict=True) for _ in b]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)[:-1]
    pairs, place = np.unique(links, return_inverse=True)
    place = place.astype(np.int32)
    source = pairs // max(1, len(names))
    chance: np.ndarray = np.ones(len(pairs))
    counts: np.ndarray = chance
    for _ in range(iterations if len(pairs) else 0):
        share = chance[place]
        share /= np.repeat(np.add.reduceat(share, starts), sizes)
        counts = np.bincount(place, share, len(pairs))
        chance = counts / np.bincount(source, counts)[source]
    words, translations = list(numbers), list(names)
    target = pairs % max(1, len(names))
    # How much of the target word is made by this source word, so that a full stop or an article,
    # which stands in nearly every sentence, is not everything's translation.
    made = chance * np.sqrt(counts / np.bincount(target, counts, len(names))[target])
    order = np.lexsort((-made, source))  # of equal ones the target that was met first
    first = order[np.append(True, source[order][1:] != source[order][:-1])[: len(order)]]
    return {
        words[int(source[n])]: (translations[int(target[n])], float(chance[n]))
        for n in first.tolist()
        if source[n] != NULL
    }
