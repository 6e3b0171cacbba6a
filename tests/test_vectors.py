"""Word vectors in the forms they are published in, and what is refused."""

import bz2
import gzip
import lzma
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.errors import DataError
from textlstm.vectors import read_vectors

GLOVE = "the 0.1 -0.2 3e-1\nfilm 1 2 3\nn't -1 0 1\n"


@pytest.fixture
def write(tmp_path):
    def write(content, name="vectors.txt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_glove(write):
    matrix, coverage, found = read_vectors(write(GLOVE), ["[padding]", "n't", "zzz", "the"])
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix, [[0, 0, 0], [-1, 0, 1], [0, 0, 0], [0.1, -0.2, 0.3]])
    assert coverage == 0.5
    assert found.tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    "content",
    [
        "3 3\n" + GLOVE,  # word2vec
        "3 3\n" + GLOVE.replace("\n", " \n"),  # fastText ends its lines with a space
        GLOVE.replace(" ", "\t"),
        GLOVE.replace("\n", "\r\n"),
        "\ufeff" + GLOVE,
        GLOVE.rstrip("\n"),
    ],
)
def test_forms_that_say_the_same(write, content):
    vectors = read_vectors(write(content), ["film", "the", "n't"])
    np.testing.assert_allclose(vectors.matrix, [[1, 2, 3], [0.1, -0.2, 0.3], [-1, 0, 1]])
    assert vectors.coverage == 1.0


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)],
)
def test_compressed_files_as_they_are(write, suffix, compress):
    path = write(compress(GLOVE.encode()), f"v.txt{suffix}")
    assert read_vectors(path, ["film"]).matrix.tolist() == [[1, 2, 3]]
    broken = write(compress(GLOVE.encode() * 99)[:-20], f"broken{suffix}")
    with pytest.raises(DataError, match=rf"broken{suffix}: ") as refusal:
        read_vectors(broken, ["film"])
    assert "\n" not in str(refusal.value)


def test_words_with_spaces(write):
    path = write("the 1 2\n. . . 3 4\nat name@domain.com 5 6\n\xa0 7 8\n5 9 9\n")
    vectors = read_vectors(path, [". . .", "at name@domain.com", "name@domain.com", "\xa0", "5"])
    assert vectors.matrix.tolist() == [[3, 4], [5, 6], [0, 0], [7, 8], [9, 9]]


def test_other_case_is_second_best(write):
    path = write("Film 1\nFILM 2\nfilm 3\nfilm 4\nParis 5\nPARIS 6\nÜBER 7\n")
    vectors = read_vectors(path, ["film", "paris", "über", "FILM", "Über", "fIlm"])
    assert vectors.matrix.ravel().tolist() == [3, 5, 7, 2, 7, 1]
    assert vectors.found.all()


def test_a_word_wanted_twice_and_nothing_wanted(write):
    path = write(GLOVE)
    assert read_vectors(path, ["film", "film"]).matrix.tolist() == [[1, 2, 3]] * 2
    empty = read_vectors(path, [])
    assert empty.matrix.shape == (0, 3)
    assert empty.coverage == 0.0


WORD2VEC = b"2 3\nthe " + struct.pack("<3f", 0.1, 0.2, 0.3) + b"\nfilm " + bytes(12) + b"\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": empty, expected a word and its numbers on each line"),
        ("the\n", ":1: expected a word and its numbers"),
        ("\n", ":1: expected a word and its numbers"),
        ("the 1 2\nfilm 1\n", ":2: expected a word and 2 numbers, found 2 fields"),
        ("the 1 2\nfilm 1 2 3\n", ":2: expected a word and 2 numbers, found 4 fields"),
        ("the 1 2\n\nfilm 1 2\n", ":2: expected a word and 2 numbers, found 0 fields"),
        ("the 1 2\nfilm 1 x\n", ":2: 'x' is not a finite number"),
        ("the 1 2\nfilm nan 1\n", ":2: 'nan' is not a finite number"),
        ("the 1 2\nfilm 1 -inf\n", ":2: '-inf' is not a finite number"),
        ("3 2\nthe 1 2\nfilm 1 2\n", ":1: 3 vectors announced, but 2 are there"),
        ("1 2\nthe 1 2\nfilm 1 2\n", ":1: 1 vectors announced, but 2 are there"),
        ("2 0\nthe\nfilm\n", ":1: 0 dimensions announced"),
        ("2 99999999999\nthe 1\n", ":1: 99999999999 dimensions announced"),
        (WORD2VEC, ": a binary word2vec file; convert it to the text form"),
        ((793712314).to_bytes(4, "little") + b"\x0c\x00", ": a binary fastText model"),
        (b"\x00\x01\x02\n", ":1: not a text file"),
        ("x" * (1 << 20), ":1: a line of a megabyte or more"),
    ],
)
def test_what_is_refused(write, content, message):
    path = write(content)
    with pytest.raises(DataError) as refusal:
        read_vectors(path, ["the", "film"])
    assert str(refusal.value).startswith(f"{path}{message}")
    assert "\n" not in str(refusal.value)


def test_a_missing_file_and_an_archive_are_refused(write, tmp_path):
    with pytest.raises(DataError, match=r"none\.txt: No such file"):
        read_vectors(tmp_path / "none.txt", ["a"])
    with pytest.raises(DataError, match="an archive; unpack it"):
        read_vectors(write(b"PK", "glove.zip"), ["a"])


@given(
    table=st.dictionaries(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1).filter(
            lambda word: not word.isdigit()
        ),
        st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    header=st.booleans(),
)
def test_what_is_written_is_read(table, header, tmp_path_factory):
    path = tmp_path_factory.mktemp("v") / "v.vec"
    lines = [f"{len(table)} 3"] * header
    lines += [" ".join([word, *map(repr, numbers)]) for word, numbers in table.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    vectors = read_vectors(path, list(table))
    np.testing.assert_array_equal(vectors.matrix, np.float32(list(table.values())))
    assert vectors.coverage == 1.0
