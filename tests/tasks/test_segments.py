from hypothesis import given
from hypothesis import strategies as st

from textlstm.tasks.segments import pairs, segments


def cut(text, hyphens=False):
    return list(segments(text, hyphens)[0])


def test_raw_text_is_cut_into_words_with_their_places():
    words, places = segments("Anna lives in 北京.")
    assert words == ("Anna", "lives", "in", "北", "京", ".")
    assert places == [(0, 4), (5, 10), (11, 13), (14, 15), (15, 16), (16, 17)]


def test_tokens_are_taken_as_they_are():
    words, places = segments(["U.N.", "well-known", "科", "学"])
    assert words == ("U.N.", "well-known", "科", "学")
    assert places == [(0, 4), (5, 15), (16, 17), (17, 18)]


def test_nothing_is_one_empty_token():
    assert segments("") == segments([]) == segments(" \n") == (("",), [(0, 0)])


def test_hyphens_join_only_where_asked_and_between_letters():
    text = "a well-known 1996-08-22 end - not- -that state-of-the-art"
    assert cut(text)[:4] == ["a", "well", "-", "known"]
    assert cut(text, True) == [
        "a", "well-known", "1996-08-22", "end", "-", "not", "-", "-", "that", "state-of-the-art",
    ]  # fmt: skip


@given(st.text(max_size=40), st.booleans())
def test_places_are_in_order_and_spell_the_words(text, hyphens):
    words, places = segments(text, hyphens)
    assert len(words) == len(places) >= 1
    for word, (start, end) in zip(words, places, strict=True):
        assert text[start:end] == word
    ends = [0, *(end for _, end in places)]
    assert all(end <= start for end, (start, _) in zip(ends, places, strict=False))


def test_pairs_are_of_neighbouring_chinese_characters():
    assert pairs(("北", "京", "a", "市", "长")) == ["北京", "", "", "市长", ""]
    assert pairs(()) == []
