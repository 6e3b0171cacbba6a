import bz2
import gzip
import lzma

import pytest

from textlstm.corpora.opening import BLOCK, LONGEST, existing, lines, whole_text
from textlstm.errors import DataError


def read(path, data):
    path.write_bytes(data)
    return list(lines(path))


def texts(path, data):
    return [line.text for line in read(path, data)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path, end):
    found = read(tmp_path / "a", f"one{end}{end}drei é{end}".encode())
    assert [(x.number, x.text, x.end) for x in found] == [
        (1, "one", end),
        (2, "", end),
        (3, "drei é", end),
    ]
    assert texts(tmp_path / "a", f"one{end}two".encode()) == ["one", "two"]


def test_only_line_ends_end_lines(tmp_path):
    odd = "a\u2028b\x0bc\x0cd\x85e\x1cf\u2029g\rh"
    assert texts(tmp_path / "a", f"{odd}\nnext\n".encode()) == [odd, "next"]


def test_a_cr_at_the_end_of_a_block_is_no_line_end_where_lf_follows(tmp_path):
    long = "x" * (BLOCK - 1)
    found = read(tmp_path / "a", f"{long}\r\nb\r\n".encode())
    assert [(len(x.text), x.end) for x in found] == [(BLOCK - 1, "\r\n"), (1, "\r\n")]


def test_long_lines_over_many_blocks(tmp_path):
    long = "é" * 5_000_000
    assert texts(tmp_path / "a", f"a\n{long}\nb".encode()) == ["a", long, "b"]


def test_a_line_that_is_too_long_keeps_its_number_and_the_next_ones_theirs(tmp_path, monkeypatch):
    assert LONGEST >= 10 << 20
    monkeypatch.setattr("textlstm.corpora.opening.LONGEST", 3 * BLOCK)
    found = read(tmp_path / "a", b"a\n" + b"x" * (3 * BLOCK + 1) + b"\nb\n" + b"y" * 4 * BLOCK)
    assert [x.text for x in found] == ["a", "", "b", ""]
    assert found[1].problem == "the line is 3,145,730 bytes long; 3,145,728 is the most"
    assert found[3].problem is not None


def test_byte_order_marks(tmp_path):
    assert texts(tmp_path / "a", b"\xef\xbb\xbftext,label\n") == ["text,label"]
    assert texts(tmp_path / "a", b"\xef\xbb\xbf") == []
    _, joined, inside = read(tmp_path / "a", "a\n\ufeffb\nc\ufeffd\n".encode())
    assert (
        joined.problem == "a byte order mark in the middle of the file: two files were joined here"
    )
    assert (inside.text, inside.problem) == ("c\ufeffd", None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_unicode_encodings_are_named(tmp_path, encoding):
    path = tmp_path / "a.csv"
    data = "text,label\n".encode(encoding)
    mark = data[: 2 if encoding == "utf-16" else 4].hex(" ")
    with pytest.raises(DataError) as error:
        read(path, data)
    assert str(error.value) == (
        f"a.csv:1: the file is {encoding.upper()} (it starts with {mark}); save it as UTF-8."
    )


@pytest.mark.parametrize(
    ("text", "encoding", "byte", "at", "guess"),
    [
        ("schön", "latin-1", "F6", 9, " (it looks like latin-1)"),
        ("房间太小", "gb18030", "B7", 6, " (it looks like gb18030)"),
        ("“quoted”", "cp1252", "93", 6, ""),
    ],
)
def test_a_byte_that_is_not_utf8(tmp_path, text, encoding, byte, at, guess):
    _, line, after = read(tmp_path / "a", b"first\n" + text.encode(encoding) + b"\nlast\n")
    assert line.problem == (
        f"byte 0x{byte} at offset {at} is not UTF-8; save the file as UTF-8{guess}"
    )
    assert after.problem is None


def test_the_offset_counts_the_mark_and_crlf(tmp_path):
    _, line = read(tmp_path / "a", b"\xef\xbb\xbfab\r\nc\xff\r\n")
    assert line.problem.startswith("byte 0xFF at offset 8 ")


def test_nul(tmp_path):
    line, after = read(tmp_path / "a", b"ab\0c\nd\n")
    assert line.problem == "a NUL byte in column 3; a text file has none"
    assert after.problem is None


OPENERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", OPENERS)
def test_compressed(tmp_path, suffix):
    data = "a,é\nb\n".encode() * 50_000
    path = tmp_path / f"a.csv{suffix}"
    assert texts(path, OPENERS[suffix](data)) == ["a,é", "b"] * 50_000


@pytest.mark.parametrize("suffix", OPENERS)
def test_compressed_data_that_are_cut_off(tmp_path, suffix):
    path = tmp_path / f"a.csv{suffix}"
    data = OPENERS[suffix](bytes(range(256)) * 100)
    with pytest.raises(DataError) as error:
        read(path, data[: len(data) // 2])
    assert str(error.value) == (
        f"{path}: the {suffix} data end too early; the file is cut off, fetch it again."
    )


@pytest.mark.parametrize("suffix", OPENERS)
def test_a_name_that_promises_compression(tmp_path, suffix):
    path = tmp_path / f"a.csv{suffix}"
    with pytest.raises(DataError, match=f"these are no sound {suffix} data"):
        read(path, b"text,label\na,b\n")


def test_a_path_that_does_not_exist(tmp_path):
    (tmp_path / "reviews.csv").touch()
    with pytest.raises(DataError) as error:
        existing(str(tmp_path / "rewiews.csv"))
    assert str(error.value) == (
        f"{tmp_path}/rewiews.csv: no such file or folder. Did you mean 'reviews.csv'?"
    )
    with pytest.raises(DataError, match="the folder .*/none does not exist either"):
        existing(str(tmp_path / "none" / "a.csv"))


def test_whole_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    assert whole_text(path).text == "one\r\ntwo"
    path.write_bytes(b"")
    assert (whole_text(path).text, whole_text(path).problem) == ("", None)
    path.write_bytes("caf\xe9".encode("latin-1"))
    assert whole_text(path).problem.startswith("byte 0xE9 at offset 3 is not UTF-8")
