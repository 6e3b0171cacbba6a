import gzip

import pytest

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.folder import ClassFolders, splits
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError


def fill(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def source(root):
    said = []
    return ClassFolders(root, Options(), Aloud(said.append)), said


def refusal(root):
    with pytest.raises(DataError) as error:
        source(root)
    return str(error.value)


def test_a_folder_a_class(tmp_path):
    root = fill(
        tmp_path / "reviews",
        {
            "pos/2_9.txt": "fine\n",
            "pos/10_8.txt": "so\nfine",
            "neg/0_1.txt.gz": gzip.compress(b"bad"),
            "neg/1_2.txt": b"\xff",
            ".cache/x": "",
            "neg/.DS_Store": "",
        },
    )
    found, said = source(root)
    assert list(found.read()) == [
        Example("bad", "neg", "reviews/neg/0_1.txt.gz"),
        Bad(
            "reviews/neg/1_2.txt",
            "byte 0xFF at offset 0 is not UTF-8; save the file as UTF-8 (it looks like latin-1)",
        ),
        Example("so\nfine", "pos", "reviews/pos/10_8.txt"),
        Example("fine", "pos", "reviews/pos/2_9.txt"),
    ]
    assert [path.name for path in found.files()] == ["0_1.txt.gz", "1_2.txt", "10_8.txt", "2_9.txt"]
    assert said == []


def test_unlabelled_texts_and_loose_files_are_said(tmp_path):
    root = fill(
        tmp_path / "train",
        {"pos/1.txt": "a", "neg/1.txt": "b", "unsup/1.txt": "c", "unsup/2.txt": "d", "urls": "x"},
    )
    found, said = source(root)
    assert [x.target for x in found.read()] == ["neg", "pos"]
    assert said == [
        "train/unsup: 2 texts without a label, not used",
        "train: not read: 1 file beside the class folders (urls)",
    ]


def test_splits(tmp_path):
    root = fill(
        tmp_path / "aclImdb",
        {"train/pos/1.txt": "a", "test/pos/1.txt": "b", "dev/pos/1.txt": "c", "extra/x": "d"},
    )
    assert {part: path.name for part, path in splits(root).items()} == {
        "train": "train",
        "valid": "dev",
        "test": "test",
    }
    assert refusal(root) == f"{root}: the folder is split into dev/, test/, train/; say which one."
    fill(root, {"val/pos/1.txt": "e"})
    with pytest.raises(DataError, match="both dev/ and val/ look like the valid part"):
        splits(root)


def test_the_reading_tells_which_class_a_file_is_in(tmp_path):
    root = fill(tmp_path / "a", {"neg/1.txt": "a", "neg/2.txt": "b", "pos/3.txt": "c"})
    before = source(root)[0].reading
    assert source(root)[0].reading == before
    (root / "neg/2.txt").rename(root / "pos/2.txt")
    assert source(root)[0].reading != before


def test_a_class_called_test_is_no_part(tmp_path):
    root = fill(tmp_path / "a", {"test/1.txt": "a", "train/1.txt": "b"})
    assert splits(root) == {}
    assert [x.target for x in source(root)[0].read()] == ["test", "train"]


def test_refusals(tmp_path):
    file = fill(tmp_path, {"a.txt": "x"}) / "a.txt"
    assert refusal(file) == f"{file}: this is a file; format=folder reads a folder a class."
    assert refusal(tmp_path) == (
        f"{tmp_path}: no folder in it; a folder of text files for each class was expected, "
        "and there are only files (1)."
    )
    deep = fill(tmp_path / "deep", {"pos/inner/1.txt": "x"})
    assert refusal(deep) == (
        "deep/pos/inner: a folder inside a class folder; text files were expected there."
    )
    empty = fill(tmp_path / "empty", {"pos/.hidden": "x"})
    assert refusal(empty) == "empty/pos: the class folder is empty."
