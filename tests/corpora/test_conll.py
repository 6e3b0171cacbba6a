import gzip

import pytest

from textlstm.corpora.conll import Conll
from textlstm.corpora.example import Bad
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError, SettingsError


def source(tmp_path, content, **options):
    path = tmp_path / "a.conll"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    said = []
    return Conll(path, Options(**options), Aloud(said.append)), said


def rows(tmp_path, content, **options):
    found = list(source(tmp_path, content, **options)[0].sentences())
    return [
        (" ".join(row.tokens), " ".join(row.tags), list(row.lines))
        if not isinstance(row, Bad)
        else (row.where, row.reason)
        for row in found
    ]


FOUR = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n\nPeter NNP B-NP B-PER\n"


def test_the_first_column_and_the_last(tmp_path):
    found, said = source(tmp_path, FOUR)
    first, second = found.sentences()
    assert (list(first.tokens), list(first.tags)) == (["EU", "rejects"], ["B-ORG", "O"])
    assert (first.where, list(first.lines)) == ("a.conll:3", [3, 4])
    assert (second.where, list(second.tokens)) == ("a.conll:7", ["Peter"])
    assert said == [
        "a.conll: 4 columns, separated by spaces; token column: 1 (guessed), "
        "tag column: 4 (guessed)",
        "a.conll: 1 -DOCSTART- line, no tokens",
    ]
    assert [path.name for path in found.files()] == ["a.conll"]


def test_columns_that_are_asked_for(tmp_path):
    assert rows(tmp_path, FOUR, token="2", tag="3")[0] == ("NNP VBZ", "B-NP B-VP", [3, 4])
    assert source(tmp_path, FOUR, token="2")[0].reading != source(tmp_path, FOUR)[0].reading
    for settings, kind, message in (
        ({"tag": "5"}, DataError, "a.conll:1: tag=5, but there are 4 columns."),
        ({"token": "4"}, SettingsError,
         "a.conll: one column cannot be both the token and the tag."),
        ({"token": "word"}, SettingsError, "a.conll: token='word', but without a header columns "
         "have only numbers, from 1 to 4."),
        ({"text": "1"}, SettingsError, "text=1 has no meaning for columns of tokens and tags."),
    ):  # fmt: skip
        with pytest.raises(kind) as error:
            source(tmp_path, FOUR, **settings)
        assert str(error.value) == message


@pytest.mark.parametrize(
    "content",
    [
        "a O\nb B-X\n\nc O\n",
        "a\tO\nb\tB-X\n\nc\tO",
        "a  \t O\r\nb \t\tB-X  \r\n \t\r\nc O\r\n",
        "\n\na   O\nb B-X\n\n\n\nc O\n\n",
        "\ufeffa O\nb B-X\n\nc O\n",
    ],
)
def test_any_separator(tmp_path, content):
    found = rows(tmp_path, content)
    assert [row[:2] for row in found] == [("a b", "O B-X"), ("c", "O")]


def test_a_token_may_be_a_space_between_tabs_and_hold_unusual_spaces(tmp_path):
    found, said = source(tmp_path, " \tO\nNew York\tB-X\na\u3000b\tO\n")
    assert list(next(found.sentences()).tokens) == [" ", "New York", "a\u3000b"]
    assert "separated by tabs" in said[0]
    found, _ = source(tmp_path, "a\u00a0b O\nc\u3000 O\n")
    assert list(next(found.sentences()).tokens) == ["a\u00a0b", "c\u3000"]


def test_comments(tmp_path):
    content = (
        "# global = 1\n# text = Rain # here\na O\n# O\nb B-X\n\n# O\nc O\n\n#x O\n\n# sent 2\nd O\n"
    )
    found, said = source(tmp_path, content)
    assert [" ".join(row.tokens) for row in found.sentences()] == ["a # b", "# c", "#x", "d"]
    assert said[-1] == (
        "a.conll: 3 comment lines before sentences, no tokens (the first: a.conll:1)"
    )
    assert rows(tmp_path, "a O\n# sent 2\nb O\nc O\n") == [
        ("a.conll:2", "3 columns, but the lines before have 2")
    ]


def test_a_line_that_cannot_be_used_makes_its_sentence_bad(tmp_path):
    content = b"a O\nb\nc\n\nd O\n\n\xff O\ne O\n\nf\tx O\n\ng O\nh \0O\n\ni O\n"
    found = rows(tmp_path, content)
    assert found[0] == ("a.conll:2", "1 column, but the lines before have 2")
    assert found[1] == ("d", "O", [5])
    assert found[2][0] == "a.conll:7" and "byte 0xFF" in found[2][1]
    assert found[3] == ("a.conll:10", "3 columns, but the lines before have 2")
    assert found[4][0] == "a.conll:13" and "NUL byte" in found[4][1]
    assert found[5] == ("i", "O", [15]) and len(found) == 6
    assert rows(tmp_path, "a\tx\tO\n\t\tO\nb\t \tO\n", tag="2")[0] == (
        "a.conll:2", "the token is empty",
    )  # fmt: skip


def test_a_document_line_ends_a_sentence(tmp_path):
    assert rows(tmp_path, "a O\n-DOCSTART- O\nb O\n") == [("a", "O", [1]), ("b", "O", [3])]


def test_a_file_without_tokens_or_tags(tmp_path):
    for content in ("", "\n\n", "-DOCSTART- O\n\n# x\n"):
        with pytest.raises(DataError, match="^a.conll: there are no tokens.$"):
            source(tmp_path, content)
    with pytest.raises(DataError) as error:
        source(tmp_path, "\na\nb\n")
    assert str(error.value) == (
        "a.conll:2: 1 column; a token and its tag were expected in a line, and an empty line "
        "between sentences."
    )


def test_compressed(tmp_path):
    path = tmp_path / "a.bio.gz"
    path.write_bytes(gzip.compress(b"a O\n"))
    assert len(list(Conll(path, Options(), Aloud(lambda _: None)).sentences())) == 1
