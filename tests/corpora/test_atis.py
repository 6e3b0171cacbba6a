import pytest

from textlstm.corpora.atis import Atis, is_prefix
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError


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
