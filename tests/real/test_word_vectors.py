"""Published vectors, where the folder with real data is."""

import os
from pathlib import Path

import numpy as np
import pytest

from textlstm.text import TextEncoder
from textlstm.vectors import read_vectors

DATA = Path(os.environ.get("TEXTLSTM_TEST_DATA", "../shared/data"))
GLOVE = DATA / "vectors" / "glove.6B.50d.5k.txt"

pytestmark = pytest.mark.skipif(not GLOVE.exists(), reason=f"no {GLOVE}")


def test_all_of_glove():
    rows = [line.split(" ") for line in GLOVE.read_text(encoding="utf-8").split("\n")[:-1]]
    assert len(rows) == 5050
    vectors = read_vectors(GLOVE, [row[0] for row in rows])
    assert vectors.coverage == 1.0
    np.testing.assert_array_equal(vectors.matrix, np.float32([row[1:] for row in rows]))


def test_our_words_are_those_of_the_vectors():
    encoder = TextEncoder.fit(["I don't think the film's ending isn't good, but we'll see. U.S.!"])
    vectors = read_vectors(GLOVE, encoder.vocabulary)
    missing = {w for w, f in zip(encoder.vocabulary, vectors.found, strict=True) if not f}
    assert missing <= {"[padding]", "[unknown]"}
