"""ROUGE-L, by which summaries are scored: the longest common subsequence of words."""

from collections.abc import Sequence

from textlstm.cutting import word_offsets


def rouge_l(target: str, answer: str) -> float:
    """Return F1 of the longest common subsequence of words, 0 to 100.

    Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.1, with
    precision and recall of equal weight. Words are compared in lower case and marks do not count;
    a Chinese character is a word. Both without words: 100.
    """
    meant, said = _words(target), _words(answer)
    if not meant or not said:
        return 100.0 if meant == said else 0.0
    return 200 * longest_common(meant, said) / (len(meant) + len(said))


def longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence.

    One bit a word of `first`, so that a row of the table is one number (Hyyrö 2004, "Bit-parallel
    LCS-length computation revisited").
    """
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    every = row = (1 << len(first)) - 1
    for word in second:
        met = row & places.get(word, 0)
        row = (row + met | row - met) & every
    return len(first) - row.bit_count()


def _words(text: str) -> list[str]:
    cut = (text[start:end].lower() for start, end in word_offsets(text))
    return [word for word in cut if any(map(str.isalnum, word))]
