import pytest

from textlstm.corpora.atis import Atis, AtisTags, is_prefix
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Aloud, Options
from textlstm.corpora.tagged import Sentence
from textlstm.errors import DataError, SettingsError


def source(prefix):
    return Atis(str(prefix), Options(), Aloud(lambda _: None))


def write(tmp_path, texts, labels):
    (tmp_path / "dev.seq.in").write_bytes(texts)
    (tmp_path / "dev.label").write_bytes(labels)
    return tmp_path / "dev"


def test_lines_belong_together(tmp_path):
    prefix = write(tmp_path, b"from here\n\nto there\n", b"flight\ncity\n \n")
    want = [
        Example("from here", "flight", "dev.seq.in:1"),
        Example("", "city", "dev.seq.in:2"),
        Bad("dev.label:3", "the label is empty"),
    ]
    assert list(source(prefix).read()) == want
    assert list(source(f"{prefix}.seq.in").read()) == want
    assert [path.name for path in source(prefix).files()] == ["dev.seq.in", "dev.label"]
    assert is_prefix(str(prefix)) and not is_prefix(str(tmp_path / "train"))


def test_different_numbers_of_lines(tmp_path):
    with pytest.raises(DataError) as error:
        source(write(tmp_path, b"a\nb\nc\n", b"x\ny\n"))
    assert str(error.value) == (
        "dev.seq.in has 3 lines, but dev.label has 2; line by line they must belong together."
    )


def test_missing_and_empty(tmp_path):
    with pytest.raises(DataError, match="dev.seq.in: no such file or folder"):
        source(tmp_path / "dev")
    with pytest.raises(DataError, match="dev.seq.in: the file is empty"):
        source(write(tmp_path, b"", b""))
    (tmp_path / "dev.label").unlink()
    with pytest.raises(DataError, match="dev.label: no such file or folder"):
        source(tmp_path / "dev")


def test_lines_that_cannot_be_used(tmp_path):
    first, second = source(write(tmp_path, b"\xff\nb\n", b"x\n\0\n")).read()
    assert first.where == "dev.seq.in:1" and "not UTF-8" in first.reason
    assert second == Bad("dev.label:2", "a NUL byte in column 1; a text file has none")


def tags(prefix, **options):
    return AtisTags(str(prefix), Options(**options), Aloud(lambda _: None))


def test_words_and_tags_belong_together(tmp_path):
    (tmp_path / "dev.seq.in").write_text("to  new york\nfly\n\nx\n")
    (tmp_path / "dev.seq.out").write_text("O B-city I-city\nO O\n\n\xff")
    found = list(tags(tmp_path / "dev.seq.out").sentences())
    assert found[0] == Sentence(["to", "new", "york"], ["O", "B-city", "I-city"], "dev.seq.in:1")
    assert found[1] == Bad("dev.seq.in:2", "1 token, but dev.seq.out:2 has 2 tags")
    assert found[2] == Bad("dev.seq.in:3", "there are no tokens")
    assert len(found) == 4
    (tmp_path / "dev.seq.out").write_text("O\n")
    with pytest.raises(DataError) as error:
        tags(tmp_path / "dev")
    assert str(error.value) == (
        "dev.seq.in has 4 lines, but dev.seq.out has 1; line by line they must belong together."
    )
    with pytest.raises(SettingsError, match="^tag=2 has no meaning for ATIS-style files.$"):
        tags(tmp_path / "dev", tag="2")
