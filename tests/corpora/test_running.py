"""Running text: blocks in their order, parts cut by place, refusals with file and line."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm import corpora
from textlstm.corpora import running
from textlstm.errors import DataError, SettingsError
from textlstm.settings import RunningDataSettings


def corpus(said=None, **settings):
    say = (lambda line: None) if said is None else said.append
    return corpora.running_texts(RunningDataSettings(**settings), say)


def text(lines=200, width=20):
    return "".join(f"line {n} " + "word " * width + "\n" * (1 + n % 3) for n in range(lines))


def joined(part):
    return "".join(example.input for example in part)


def write(path, content):
    path.write_text(content, encoding="utf-8", newline="")
    return str(path)


def test_the_parts_of_one_file_are_stretches_of_it(tmp_path):
    said, whole = [], text()
    found = corpus(said, data=write(tmp_path / "a.txt", whole))
    parts = [joined(found.parts[name]) for name in ("train", "valid", "test")]
    assert "".join(parts) == whole
    assert 0.07 < len(parts[1]) / len(whole) < 0.13
    assert 0.07 < len(parts[2]) / len(whole) < 0.13
    assert said == ["a.txt: valid and test are the last two tenths, in this order, of the text"]


def test_only_what_is_missing_is_cut(tmp_path):
    train, test = text(), text(30)
    a, b = write(tmp_path / "a.txt", train), write(tmp_path / "b.txt", test)
    found = corpus(train=a, test=b)
    assert joined(found.train) + joined(found.valid) == train
    assert joined(found.test) == test
    assert 0.07 < len(joined(found.valid)) / len(train) < 0.13


def test_given_parts_are_taken_as_they_are(tmp_path):
    parts = ("train", "valid", "test")
    names = {p: write(tmp_path / f"{p}.txt", f"{p}\n\nis short") for p in parts}
    found = corpus(**names)
    assert {p: joined(found.parts[p]) for p in names} == {p: f"{p}\n\nis short" for p in names}


def test_blocks_are_whole_lines_and_say_where_they_are(tmp_path):
    found = list(corpus(data=write(tmp_path / "a.txt", text())).train)
    assert all(example.input.endswith("\n") for example in found)
    assert all(len(example.input) >= running.BLOCK for example in found)
    assert all(example.target == example.input for example in found)
    last = int(found[0].where.rpartition("-")[2])
    assert found[0].where.startswith("a.txt:1-")
    assert found[1].where.startswith(f"a.txt:{last + 1}-")


@given(st.lists(st.text("ab \u00e9\u4e2d", max_size=400), max_size=60), st.booleans())
def test_blocks_together_are_the_text(lines, ended):
    rows = [(f"f:{n}", line + "\n", None) for n, line in enumerate(lines, 1)]
    if rows and not ended:
        rows[-1] = (rows[-1][0], rows[-1][1][:-1], None)
    found = list(running.blocks(iter(rows)))
    assert "".join(block.input for block in found) == "".join(row[1] for row in rows)
    assert all(block.input for block in found)


def test_a_line_without_end_is_cut_where_words_begin():
    line = "word " * 5000
    found = list(running.blocks([("f:1", line, None)]))
    assert "".join(block.input for block in found) == line
    assert max(len(block.input) for block in found) <= running.LONGEST
    assert all(block.input.startswith(" word") for block in found[1:])
    assert {block.where for block in found} == {"f:1"}
    unspaced = list(running.blocks([("f:1", "字" * 9000, None)]))
    assert [len(block.input) for block in unspaced] == [4000, 4000, 1000]


def test_compressed_text_is_opened(tmp_path):
    with gzip.open(tmp_path / "a.txt.gz", "wt", encoding="utf-8", newline="") as file:
        file.write(text())
    assert joined(corpus(data=str(tmp_path / "a.txt.gz")).train).startswith("line 0")


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(text().encode() + b"caf\xe9 au lait\n")
    with pytest.raises(DataError, match=r"a\.txt:400: byte 0xE9 at offset .* is not UTF-8"):
        list(corpus(data=str(tmp_path / "a.txt")).train)
    assert list(corpus(data=str(tmp_path / "a.txt"), bad_rows="skip").test)


def test_a_text_too_short_to_be_cut_is_refused(tmp_path):
    short = write(tmp_path / "a.txt", text(20))
    with pytest.raises(DataError, match=r"a\.txt: 3 blocks of 1,000 characters, 10 are needed"):
        list(corpus(data=short).train)
    with pytest.raises(DataError, match=r"cut valid from; give more, or valid=FILE$"):
        list(corpus(train=short, test=short).train)


def test_settings_of_other_kinds_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="text=x has no meaning for running text"):
        corpus(data=write(tmp_path / "a.txt", text()), text="x")
    with pytest.raises(DataError, match=r"say format=text"):
        corpus(data=write(tmp_path / "a.csv", text()))
    assert joined(corpus(data=str(tmp_path / "a.csv"), format="text").train)


def test_check_tells_running_text(tmp_path):
    from textlstm import check
    from textlstm.settings import CheckSettings

    said = []
    assert check.check([write(tmp_path / "a.txt", text())], CheckSettings(), said.append) == 0
    assert any("rows: " in line for line in said)
    assert any("characters a block" in line for line in said)
    assert said[-1] == "  ✔ nothing wrong found"


def test_the_fingerprint_tells_which_part_is_cut(tmp_path):
    a, b = write(tmp_path / "a.txt", text()), write(tmp_path / "b.txt", text(50))
    every = [corpus(data=a), corpus(train=a, test=b), corpus(train=a, valid=b), corpus(data=b)]
    assert len({found.fingerprint for found in every}) == 4
