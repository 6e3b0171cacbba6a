"""The store: every row comes back, nothing half-written is ever seen."""

import errno
import json
import multiprocessing
import os
import shutil
import stat
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from textlstm import columns, store
from textlstm.errors import SettingsError
from textlstm.store import Writer, cache_folder, key, open_store


def build(folder, rows=3, meta=None):
    with Writer(folder) as writer:
        for i in range(rows):
            writer.add("train", {"tokens": np.arange(i + 1, dtype=np.int32), "label": np.int32(i)})
        return writer.finish(meta or {})


def test_rows_parts_and_meta_come_back(tmp_path):
    folder = tmp_path / "cache" / "k"
    with Writer(folder) as writer:
        writer.add("train", {"tokens": np.array([5, 6], np.int32), "label": np.array(1, np.int32)})
        writer.add("valid", {"x": np.array([[1.5, 2.5]]), "empty": np.zeros(0, np.int8)})
        writer.add("train", {"tokens": np.array([7], np.int32), "label": np.array(0, np.int32)})
        made = writer.finish({"labels": ["bad", "好"]})
    for found in (made, open_store(folder)):
        assert found.folder == folder
        assert found.meta == {"labels": ["bad", "好"]}
        assert sorted(found.parts) == ["train", "valid"]
        train, valid = found.parts["train"], found.parts["valid"]
        assert (len(train), len(valid)) == (2, 1)
        assert train.columns == ("tokens", "label")
        assert train.lengths("tokens").tolist() == [2, 1]
        assert train.lengths("label").tolist() == [1, 1]
        assert [r.tolist() for r in train.rows("tokens", [1, 0, 1])] == [[7], [5, 6], [7]]
        labels = train.rows("label", np.array([1, 0]))
        assert [label.shape for label in labels] == [(), ()]
        assert np.stack(labels).tolist() == [0, 1]
        assert valid.rows("x", [0])[0].tolist() == [[1.5, 2.5]]
        assert valid.rows("empty", [0])[0].shape == (0,)
    assert [path.name for path in folder.parent.iterdir()] == ["k"]


DTYPES = st.one_of(
    hnp.scalar_dtypes(), hnp.byte_string_dtypes(), hnp.unicode_string_dtypes(),
    hnp.array_dtypes(allow_subarrays=False), st.just(np.dtype("f4,(2,3)i2")),
)  # fmt: skip


@st.composite
def columns_of_rows(draw):
    dtype = draw(DTYPES)
    inner = draw(st.one_of(st.none(), hnp.array_shapes(min_dims=0, max_dims=2, min_side=0)))
    lengths = draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    shapes = [() if inner is None else (n, *inner) for n in lengths]
    return [draw(hnp.arrays(dtype, shape, fill=st.nothing())) for shape in shapes]


@settings(max_examples=150)
@given(rows=columns_of_rows())
def test_rows_of_any_dtype_come_back(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("s") / "k"
    with Writer(folder) as writer:
        for row in rows:
            writer.add("p", {"c": row})
        writer.finish({})
    part = open_store(folder).parts["p"]
    assert len(part) == len(rows)
    for row, back in zip(rows, part.rows("c", range(len(rows))), strict=True):
        assert back.dtype == row.dtype
        assert back.shape == row.shape
        assert back.tobytes() == row.tobytes()
    expected = [1 if row.ndim == 0 else len(row) for row in rows]
    assert part.lengths("c").tolist() == expected
    shutil.rmtree(folder)


def test_a_row_is_copied_when_added_and_cannot_be_written_to(tmp_path):
    row = np.arange(3)
    with Writer(tmp_path / "k") as writer:
        writer.add("p", {"c": row})
        row[:] = 9
        part = writer.finish({}).parts["p"]
    assert part.rows("c", [0])[0].tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        part.rows("c", [0])[0][0] = 1


def test_small_buffers_and_strided_rows_give_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_BUFFER", 100)
    table = np.arange(400).reshape(20, 20)
    with Writer(tmp_path / "k") as writer:
        for i in range(20):
            writer.add("p", {"c": table[: i + 1, i], "s": np.float32(i)})
        part = writer.finish({}).parts["p"]
    for i in range(20):
        assert part.rows("c", [i])[0].tolist() == table[: i + 1, i].tolist()
        assert part.rows("s", [i])[0] == i


@pytest.mark.parametrize("wrong", [[3], [-1], [0, 5]])
def test_an_index_outside_is_an_error(tmp_path, wrong):
    part = build(tmp_path / "k").parts["train"]
    for column in ("tokens", "label"):
        with pytest.raises(IndexError, match="of 3"):
            part.rows(column, wrong)
        assert part.rows(column, []) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"tokens": np.zeros(2, np.int64)}, "tokens: int64"),
        ({"tokens": np.zeros((2, 2), np.int32)}, "does not go with the first row"),
        ({"tokens": np.array(1, np.int32)}, "does not go with the first row"),
        ({}, "columns"),
        ({"tokens": np.zeros(2, np.int32), "more": np.zeros(2)}, "columns"),
    ],
)
def test_a_row_unlike_the_first_is_an_error_and_leaves_no_trace(tmp_path, row, message):
    with Writer(tmp_path / "k") as writer:
        writer.add("p", {"tokens": np.array([4], np.int32)})
        with pytest.raises(ValueError, match=message):
            writer.add("p", row)
        part = writer.finish({}).parts["p"]
    assert [r.tolist() for r in part.rows("tokens", range(len(part)))] == [[4]]


def test_objects_and_names_with_slashes_are_errors(tmp_path):
    with Writer(tmp_path / "k") as writer:
        with pytest.raises(ValueError, match="Python objects"):
            writer.add("p", {"c": np.array([None, "x"], object)})
        for part, column in (("../p", "c"), ("p", "a/b"), ("p", "a.b"), ("", "c")):
            with pytest.raises(ValueError, match="cannot be part of a file's name"):
                writer.add(part, {column: np.zeros(1)})


def test_no_store_where_there_is_none(tmp_path):
    assert open_store(tmp_path / "none") is None
    (tmp_path / "empty").mkdir()
    assert open_store(tmp_path / "empty") is None


FILES = ["store.json", "train.tokens.data", "train.tokens.offsets", "train.label.data"]


def damage(path, how):
    if how == "missing":
        path.unlink()
    elif how == "short":
        path.write_bytes(path.read_bytes()[:-1])
    elif how == "long":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.write_bytes(b"")


@pytest.mark.parametrize("how", ["missing", "short", "long", "empty"])
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_store_counts_as_none_and_is_built_again(tmp_path, file, how):
    folder = build(tmp_path / "k").folder
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    damage(folder / file, how)
    assert open_store(folder) is None
    assert len(build(folder).parts["train"]) == 3
    assert open_store(folder) is not None
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_offsets_that_do_not_go_with_the_data_count_as_none(tmp_path):
    folder = build(tmp_path / "k").folder
    path = folder / "train.tokens.offsets"
    path.write_bytes(np.array([0, 1, 3, 5], "<i8").tobytes())
    assert open_store(folder) is None


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"parts": []}, {"parts": {"train": {}}}, {"meta": None, "parts": None}],
)
def test_a_foreign_marker_counts_as_none(tmp_path, change):
    path = build(tmp_path / "k").folder / "store.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert open_store(path.parent) is None


def test_what_is_not_finished_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), Writer(tmp_path / "k") as writer:
        writer.add("p", {"c": np.zeros(3)})
        writer._flush()
        assert len(list(tmp_path.iterdir())) == 1
        assert open_store(tmp_path / "k") is None
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_old_remains_are_swept_and_young_ones_are_not(tmp_path):
    young, old, other = (tmp_path / name for name in (".k.young", ".k.old", ".other.old"))
    long_ago = time.time() - 3 * 24 * 3600
    for folder in (young, old, other):
        folder.mkdir()
        (folder / "train.c.data").touch()
        if folder is not young:
            os.utime(folder / "train.c.data", (long_ago, long_ago))
            os.utime(folder, (long_ago, long_ago))
    build(tmp_path / "k")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".k.young", ".other.old", "k"]


def test_the_first_to_finish_wins(tmp_path):
    with Writer(tmp_path / "k") as first, Writer(tmp_path / "k") as second:
        for writer in (first, second):
            writer.add("p", {"c": np.arange(3)})
        second.finish({"by": "second"})
        opened = open_store(tmp_path / "k").parts["p"]
        assert first.finish({"by": "first"}).meta == {"by": "second"}
    assert opened.rows("c", [0])[0].tolist() == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def build_often(folder, start, results):
    start.wait()
    for i in range(10):
        made = build(Path(folder) / f"k{i}", rows=200)
        results.put(sum(map(len, made.parts["train"].rows("tokens", range(200)))))


def test_processes_may_build_the_same_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    start, results = context.Event(), context.Queue()
    workers = [
        context.Process(target=build_often, args=(str(tmp_path), start, results)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    start.set()
    sums = [results.get(timeout=60) for _ in range(30)]
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert sums == [200 * 201 // 2] * 30
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"k{i}" for i in range(10))
    results.close()
    results.join_thread()


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(path, data, sync):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(columns.ColumnWriter, "_append", staticmethod(full))
    with pytest.raises(SettingsError) as refusal:
        build(tmp_path / "k")
    assert str(refusal.value).startswith(f"cannot write to the cache {tmp_path}")
    assert str(refusal.value).endswith(
        "No space left on device; set TEXTLSTM_CACHE to a folder with room"
    )
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="cannot write to the cache .*; set TEXTLSTM_CACHE"):
        Writer(tmp_path / "file" / "k")


def test_something_else_in_the_way_is_one_line(tmp_path, monkeypatch):
    def stuck(self, target):
        raise PermissionError(errno.EACCES, "Permission denied")

    with Writer(tmp_path / "k") as writer:
        writer.add("p", {"c": np.zeros(1)})
        monkeypatch.setattr(Path, "rename", stuck)
        with pytest.raises(SettingsError, match="Permission denied"):
            writer.finish({})


def test_others_may_read_a_store(tmp_path):
    before = os.umask(0o022)
    try:
        folder = build(tmp_path / "k").folder
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) & 0o055 == 0o055


def test_keys_differ_when_anything_does():
    things = [("a", "b"), ("ab",), ("ab", ""), ("", "ab"), ("b", "a"), (), ("",), ("a", "b", "")]
    assert len({key(*t) for t in things}) == len(things)
    assert key("a", "电\ud800") == key("a", "电\ud800")
    assert len(key("a", "b")) == 32
    assert set(key("x")) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("own", "shared", "expected"),
    [
        ("/a/b", "/x", "/a/b"),
        ("~/c", "/x", "/home/me/c"),
        (None, "/x", "/x/textlstm"),
        ("", "relative", "/home/me/.cache/textlstm"),
        (None, None, "/home/me/.cache/textlstm"),
    ],
)
def test_where_the_cache_is(monkeypatch, own, shared, expected):
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in (("TEXTLSTM_CACHE", own), ("XDG_CACHE_HOME", shared)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert cache_folder() == Path(expected)


def test_no_home_is_one_line(monkeypatch):
    monkeypatch.delenv("TEXTLSTM_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(SettingsError, match="set TEXTLSTM_CACHE to a folder"):
        cache_folder()
