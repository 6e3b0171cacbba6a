import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm import spans

TYPES = ("PER", "LOC", "fromloc.city-name")
schemes = pytest.mark.parametrize("scheme", spans.SCHEMES)


@st.composite
def entities(draw):
    """Return (entities, length): none overlap, some touch."""
    found, at = [], 0
    for _ in range(draw(st.integers(0, 6))):
        start = at + draw(st.integers(0, 2))
        at = start + draw(st.integers(1, 4))
        found.append((draw(st.sampled_from(TYPES)), start, at))
    return found, at + draw(st.integers(0, 2))


def sequences(letters, types=("X", "Y")):
    tags = ["O", *(f"{letter}-{kind}" for letter in letters for kind in types)]
    return st.lists(st.sampled_from(tags), max_size=12)


@schemes
@given(entities())
def test_tags_and_entities_are_inverse(scheme, given_entities):
    found, length = given_entities
    tags = spans.tags_of(found, length, scheme)
    assert len(tags) == length
    assert spans.entities_of(tags, scheme) == found
    assert spans.violations(tags, scheme) == []
    assert spans.tags_of(reversed(found), length, scheme) == tags


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("iob1", "I-A I-A B-A O I-A I-B O B-B"),
        ("bio", "B-A I-A B-A O B-A B-B O B-B"),
        ("bioes", "B-A E-A S-A O S-A S-B O S-B"),
        ("bmes", "B-A E-A S-A O S-A S-B O S-B"),
    ],
)
def test_the_schemes_of_the_same_entities(scheme, tags):
    found = [("A", 0, 2), ("A", 2, 3), ("A", 4, 5), ("B", 5, 6), ("B", 7, 8)]
    want = tags.replace("O B-B", "O I-B").split() if scheme == "iob1" else tags.split()
    assert spans.tags_of(found, 8, scheme) == want
    assert spans.tags_of([("A", 0, 3)], 3, scheme)[1] == ("M-A" if scheme == "bmes" else "I-A")


@pytest.mark.parametrize(
    "found", [[("A", 0, 2), ("B", 1, 3)], [("A", 1, 1)], [("A", 2, 4)], [("A", -1, 1)]]
)
def test_entities_that_cannot_be_tagged(found):
    with pytest.raises(ValueError, match="overlaps, is empty or outside of 3"):
        spans.tags_of(found, 3, "bio")


# read by hand with conlleval's rules: B and S start, as does any tag of another type, and I or E
# behind O, E or S; E and S end
AWKWARD = [
    ("I-X", [("X", 0, 1)]),
    ("O I-X I-X", [("X", 1, 3)]),
    ("B-X I-Y I-Y", [("X", 0, 1), ("Y", 1, 3)]),
    ("I-X B-X I-X", [("X", 0, 1), ("X", 1, 3)]),
    ("E-X E-X", [("X", 0, 1), ("X", 1, 2)]),
    ("S-X I-X E-X", [("X", 0, 1), ("X", 1, 3)]),
    ("B-X B-X E-X", [("X", 0, 1), ("X", 1, 3)]),
    ("B-X S-X E-X", [("X", 0, 1), ("X", 1, 2), ("X", 2, 3)]),
    ("B-X E-Y I-Y O E-X", [("X", 0, 1), ("Y", 1, 2), ("Y", 2, 3), ("X", 4, 5)]),
    ("B I O S", [("_", 0, 2), ("_", 3, 4)]),
]


@pytest.mark.parametrize(("tags", "found"), AWKWARD)
def test_awkward_sequences_are_read_as_conlleval_reads_them(tags, found):
    assert spans.entities_of(tags.split(), "bioes") == found
    bilou = tags.replace("E-", "L-").replace("S-", "U-").split()
    assert spans.entities_of(bilou, "bioes") == found
    if "E" not in tags and "S" not in tags:
        assert spans.entities_of(tags.split(), "bio") == found
        assert spans.entities_of(tags.split(), "iob1") == found
    assert spans.entities_of(tags.replace("I-", "M-").replace("I ", "M ").split(), "bmes") == found


@given(st.one_of(sequences("BI"), sequences("BIES")))
def test_as_seqeval_reads_them(tags):
    seqeval = pytest.importorskip("seqeval.metrics.sequence_labeling", reason="needs seqeval")
    theirs = [(kind, start, last + 1) for kind, start, last in seqeval.get_entities(tags)]
    assert spans.entities_of(tags, "bioes") == theirs
    if not any(tag[0] in "ES" for tag in tags):
        assert spans.entities_of(tags, "bio") == theirs


@schemes
@given(st.data())
def test_a_repair_keeps_the_entities_and_the_scheme(scheme, data):
    tags = data.draw(sequences(spans._LETTERS[scheme]))
    repaired = spans.tags_of(spans.entities_of(tags, scheme), len(tags), scheme)
    assert spans.violations(repaired, scheme) == []
    assert spans.entities_of(repaired, scheme) == spans.entities_of(tags, scheme)
    if not spans.violations(tags, scheme):
        assert repaired == [tag.replace("L-", "E-").replace("U-", "S-") for tag in tags]


def test_a_word_that_is_no_tag():
    for tag in ("X-PER", "PER", "B-", "o", "BPER", "", "S-PER", "B_PER"):
        assert not spans.is_tag(tag, "bio")
        with pytest.raises(ValueError, match="is no tag of BIO: O, B-TYPE, I-TYPE were expected"):
            spans.entities_of(["O", tag], "bio")
    assert spans.violations(["E-A"], "bmes") != spans.violations(["L-A"], "bmes")


@pytest.mark.parametrize(
    ("scheme", "tags", "found"),
    [
        ("bio", "O I-A", [(1, "'I-A' after 'O': an entity starts with B")]),
        ("bio", "I-A", [(0, "'I-A' at the start of a sentence: an entity starts with B")]),
        ("bio", "B-A I-B", [(1, "'I-B' after 'B-A': the type changes inside an entity")]),
        ("bio", "B-A B-A O B-B", []),
        ("bio", "S-A", [(0, "'S-A' is no tag of BIO: O, B-TYPE, I-TYPE were expected")]),
        ("iob1", "I-A B-A I-B O I-A", []),
        ("iob1", "B-A", [(0, "'B-A' at the start of a sentence: in IOB1 B- only parts neighbours "
                             "of the same type")]),
        ("iob1", "I-B B-A", [(1, "'B-A' after 'I-B': in IOB1 B- only parts neighbours of the same "
                                 "type")]),
        ("bioes", "B-A O", [(0, "'B-A' before 'O': the entity does not end with E")]),
        ("bioes", "B-A I-A", [(1, "'I-A' before the end: the entity does not end with E")]),
        ("bioes", "O E-A", [(1, "'E-A' after 'O': an entity starts with S or B")]),
        ("bioes", "S-A E-A", [(1, "'E-A' after 'S-A': an entity starts with S or B")]),
        ("bioes", "B-A E-B", [(1, "'E-B' after 'B-A': the type changes inside an entity")]),
        ("bioes", "B-A L-A U-A", []),
        ("bmes", "B-A M-A E-A S-B", []),
        ("bmes", "M-A", [(0, "'M-A' at the start of a sentence: an entity starts with S or B"),
                         (0, "'M-A' before the end: the entity does not end with E")]),
        ("bmes", "B-A I-A", [(1, "'I-A' is no tag of BMES: O, B-TYPE, M-TYPE, E-TYPE, S-TYPE were "
                                 "expected")]),
    ],
)  # fmt: skip
def test_violations(scheme, tags, found):
    assert spans.violations(tags.split(), scheme) == found


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (["O O", "B-A I-A O B-B"], "bio"),
        (["O I-A I-A O", "I-A B-A O"], "iob1"),
        (["I-A O"], "iob1"),
        (["B-A E-A", "S-B"], "bioes"),
        (["S-B O"], "bioes"),
        (["U-B B-A I-A L-A"], "bioes"),
        (["B-A M-A E-A"], "bmes"),
        (["B-A I-A", "B-A I-A", "O I-A"], "bio"),  # one mistake does not change the scheme
        (["I-A O", "I-A I-A", "B-A O"], "iob1"),
        ([], "bio"),
        ([""], "bio"),
    ],
)
def test_the_scheme_is_the_one_that_is_broken_least(tags, scheme):
    assert spans.detect(line.split() for line in tags) == scheme


@schemes
@given(st.lists(entities(), min_size=1, max_size=3))
def test_a_scheme_is_read_again_as_one_without_mistakes(scheme, several):
    tags = [spans.tags_of(found, length, scheme) for found, length in several]
    detected = spans.detect(tags)
    assert all(spans.violations(line, detected) == [] for line in tags)


@schemes
@given(st.data())
def test_allowed_is_what_breaks_nothing(scheme, data):
    every = ["O", *(f"{letter}-{kind}" for letter in spans._LETTERS[scheme] for kind in "XY")]
    start, between, end = spans.allowed(every, scheme)
    places = data.draw(st.lists(st.integers(0, len(every) - 1), min_size=1, max_size=8))
    fine = start[places[0]] and end[places[-1]]
    fine = fine and all(between[i][j] for i, j in zip(places, places[1:], strict=False))
    assert fine == (spans.violations([every[place] for place in places], scheme) == [])


def test_allowed_in_bio():
    start, between, end = spans.allowed(["O", "B-A", "I-A", "I-B"], "bio")
    assert start == [True, True, False, False] and end == [True] * 4
    assert between == [
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, False],
        [True, True, False, True],
    ]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["EU", "rejects", "."], "EU rejects ."),
        (["科", "技", "，", "全"], "科技，全"),
        (["用", "iPhone", "4", "手", "机"], "用 iPhone 4 手机"),
        (["東京", "タワー", "で"], "東京タワーで"),
        (["한국", "사람"], "한국 사람"),
        (["（", "Ａ", "）"], "（Ａ）"),
        (["a", "𠀀", "𠀁"], "a 𠀀𠀁"),
        (["New York", "x"], "New York x"),
        ([], ""),
    ],
)
def test_the_text_of_tokens(tokens, text):
    found, offsets = spans.joined(tokens)
    assert found == text
    assert [found[start:end] for start, end in offsets] == tokens


@given(st.lists(st.text("ab 科技。é𠀀", min_size=1, max_size=3)))
def test_offsets_give_the_tokens_back(tokens):
    text, offsets = spans.joined(tokens)
    assert [text[start:end] for start, end in offsets] == tokens
    assert len(text) <= sum(map(len, tokens)) + max(0, len(tokens) - 1)
