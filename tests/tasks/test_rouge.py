"""ROUGE-L in small cases by hand, and the subsequence by the textbook's table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.tasks.rouge import longest_common, rouge_l


@pytest.mark.parametrize(
    ("target", "answer", "right"),
    [
        # Lin 2004, section 3.1: LCS 3 of 4 words, then 2 of 4
        ("police killed the gunman", "police kill the gunman", 75.0),
        ("police killed the gunman", "the gunman kill police", 50.0),
        ("a b c d e f", "a c f", 100 * 2 * 3 / 9),  # precision 1, recall 1/2
        ("A cat.", "a CAT !", 100.0),  # neither case nor marks
        ("我喜歡書", "我書喜歡", 75.0),
        ("", "", 100.0), ("a", "", 0.0), ("", "a", 0.0), ("a", "b", 0.0),
    ],
)  # fmt: skip
def test_rouge_l_of_small_cases(target, answer, right):
    assert rouge_l(target, answer) == pytest.approx(right)


@given(
    st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12)
)
def test_the_longest_common_subsequence_by_the_table(first, second):
    table = np.zeros((len(first) + 1, len(second) + 1), int)
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            best = max(table[i, j + 1], table[i + 1, j])
            table[i + 1, j + 1] = table[i, j] + 1 if a == b else best
    assert longest_common(first, second) == table[-1, -1]
