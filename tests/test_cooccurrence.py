import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from textlstm import cooccurrence


def test_neighbours_are_counted_by_distance():
    counts = cooccurrence.counted([np.array([2, 3, 4]), np.array([2, 3])], 6).toarray()
    expected = np.zeros((6, 6))
    expected[2, 3] = expected[3, 2] = 2
    expected[3, 4] = expected[4, 3] = 1
    expected[2, 4] = expected[4, 2] = 1 / 2
    assert counts == pytest.approx(expected)


def test_padding_unknown_words_and_other_texts_are_no_neighbours():
    counts = cooccurrence.counted([np.array([2, 1, 3]), np.array([4]), np.array([5])], 6)
    assert counts.toarray()[2, 3] == pytest.approx(1 / 2)
    assert counts.sum() == pytest.approx(1)


def test_positive_pmi_is_the_formula():
    counts = np.array([[0, 4.0, 1], [4, 0, 1], [1, 1, 0]])
    from scipy import sparse

    found = cooccurrence.positive_pmi(sparse.csr_matrix(counts)).toarray()
    words = counts.sum(1)
    contexts = words**0.75 / (words**0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.maximum(np.log(counts / words[:, None] / contexts), 0)
    assert found == pytest.approx(expected, abs=1e-6)


def groups(seed=0):
    """Words 2-6 only meet each other, and so do 7-11."""
    rng = np.random.default_rng(seed)
    return [rng.integers(2, 7, 8) + 5 * (n % 2) for n in range(200)]


def test_words_that_meet_are_close():
    v = cooccurrence.word_vectors(groups(), 12, 4, seed=0)
    v = v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9)
    near = v @ v.T
    assert near[2:7, 2:7].min() > near[2:7, 7:12].max()
    assert v.dtype == np.float32 and v.shape == (12, 4)


def test_the_same_whatever_the_threads_and_chunks(monkeypatch):
    one = cooccurrence.word_vectors(groups(), 12, 4, seed=0)
    with threadpool_limits(2):
        assert (cooccurrence.word_vectors(groups(), 12, 4, seed=0) == one).all()
    monkeypatch.setattr(cooccurrence, "CHUNK", 40)
    assert cooccurrence.word_vectors(groups(), 12, 4, seed=0) == pytest.approx(one, abs=1e-3)


def test_more_dimensions_than_words_and_nothing_to_count():
    wide = cooccurrence.word_vectors(groups(), 12, 40, seed=0)
    assert wide.shape == (12, 40)
    assert (wide[:, 12:] == 0).all()
    assert (cooccurrence.word_vectors([np.array([1])], 12, 4, seed=0) == 0).all()


def test_only_so_many_tokens_are_counted(monkeypatch):
    monkeypatch.setattr(cooccurrence, "MOST_TOKENS", 3)
    assert cooccurrence.counted([np.array([2, 3, 4]), np.array([4, 5])], 6).toarray()[4, 5] == 0
