import threading

import numpy as np
import pytest

from textlstm.tasks import spellings
from textlstm.tasks.spellings import Spellings, shape
from textlstm.text import TextEncoder

WORDS = TextEncoder.of_counts({"Anna": 3, "went": 2, "home": 1})
LETTERS = TextEncoder.of_counts(
    dict.fromkeys("Anawethomg", 1), tokens="characters", lowercase=False
)


@pytest.mark.parametrize(
    "group",
    [
        ["word", "été", "o'clock"], ["Word", "O'clock", "Été"], ["A", "I"], ["UN", "U.N."],
        ["McDonald", "iPhone", "eBay"], ["1996", "7"], ["3.14", "10-9", "50%"],
        ["A4", "1990s", "b2b"], ["-", "...", "", "€"], ["北京", "科", "カ"], ["שלום", "한국"],
    ],
)  # fmt: skip
def test_words_of_a_kind_have_one_shape(group):
    assert len({shape(word) for word in group}) == 1


def test_shapes_differ_and_lie_in_their_range():
    kinds = ["word", "Word", "A", "UN", "McDonald", "1996", "3.14", "A4", "-", "北", "שלום"]
    found = [shape(word) for word in kinds]
    assert len(set(found)) == len(kinds) == spellings.SHAPES - 1
    assert min(found) == 1
    assert max(found) == spellings.SHAPES - 1


def test_rows_are_ids_characters_and_shapes():
    tokens, letters, shapes = Spellings(WORDS, LETTERS, 6).rows(["Anna", "ANNA", "zzz", "Anna"])
    assert tokens.tolist() == [2, 2, WORDS.UNKNOWN, 2]
    assert letters.shape == (4, 6)
    assert letters[0].tolist() == [*LETTERS.encode("Anna"), 0, 0]
    assert letters[2].tolist() == [LETTERS.UNKNOWN] * 3 + [0] * 3
    assert shapes.tolist() == [shape("Anna"), shape("ANNA"), shape("zzz"), shape("Anna")]


def test_of_long_words_the_first_and_the_last_half_are_kept():
    _, letters, _ = Spellings(WORDS, LETTERS, 5).rows(["Annawenthome"])
    assert letters[0].tolist() == LETTERS.encode("Annme").tolist()


def test_without_characters_the_width_is_zero():
    assert Spellings(WORDS, None, 5).rows(["Anna"])[1].shape == (1, 0)


def test_an_interrupted_call_leaves_nothing_behind(monkeypatch):
    table = Spellings(WORDS, LETTERS, 4)

    def interrupted(words):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(WORDS, "look_up", interrupted)
        with pytest.raises(KeyboardInterrupt):
            table.rows(["Anna"])
    assert table.rows(["Anna"])[0].tolist() == [2]


def test_too_many_words_are_forgotten(monkeypatch):
    monkeypatch.setattr(spellings, "MOST_WORDS", 3)
    table = Spellings(WORDS, LETTERS, 4)
    first = [array.tolist() for array in table.rows(["Anna", "went"])]
    table.rows(["home", "x", "y", "z"])
    assert [array.tolist() for array in table.rows(["Anna", "went"])] == first


def test_threads_get_the_same_rows():
    table, found = Spellings(WORDS, LETTERS, 4), []
    words = [f"w{k % 50}" for k in range(400)] + ["Anna"]
    expected = [array.tolist() for array in Spellings(WORDS, LETTERS, 4).rows(words)]
    threads = [
        threading.Thread(target=lambda: found.append([a.tolist() for a in table.rows(words)]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
    assert np.unique(table.rows(words)[0]).tolist() == [WORDS.UNKNOWN, 2]
