import gzip
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from textlstm.corpora import labelled_texts, paired_texts, running_texts, tagged_texts
from textlstm.corpora.source import PARTS
from textlstm.errors import DataError, Refusal, SettingsError

ROWS = [(f"text number {i}", ("neg", "pos")[i % 2]) for i in range(200)]


def corpus(**settings):
    said = []
    return labelled_texts(SimpleNamespace(**settings), said.append), said


def refusal(kind, **settings):
    with pytest.raises(Refusal) as error:
        corpus(**settings)
    assert type(error.value) is kind
    return str(error.value)


def pairs(found):
    return [(example.input, example.target) for _, example in found]


def test_every_format_gives_the_same(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\n" + "".join(f"{t},{y}\n" for t, y in ROWS))
    (tmp_path / "a.tsv").write_text("label\ttext\n" + "".join(f"{y}\t{t}\n" for t, y in ROWS))
    lines = "".join(json.dumps({"text": t, "label": y}) + "\n" for t, y in ROWS)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "a.seq.in").write_text("".join(f"{t}\n" for t, _ in ROWS))
    (tmp_path / "a.label").write_text("".join(f"{y}\n" for _, y in ROWS))
    for i, (text, label) in enumerate(ROWS):
        (tmp_path / "a" / label).mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / label / f"{i:03}.txt").write_text(text)
    for name in ("a.csv", "a.tsv", "a.jsonl.gz"):
        assert pairs(corpus(data=str(tmp_path / name))[0]) == ROWS
    assert pairs(corpus(data=str(tmp_path / "a"), format="atis")[0]) == ROWS
    assert sorted(pairs(corpus(data=str(tmp_path / "a"))[0])) == sorted(ROWS)


def test_format_overrules_the_name(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("text\tlabel\n" + "".join(f"{t}\t{y}\n" for t, y in ROWS))
    assert refusal(DataError, data=str(path)) == (
        f"{path}: the name does not tell the format; say format=csv|tsv|jsonl|folder|atis."
    )
    assert pairs(corpus(data=str(path), format="tsv")[0]) == ROWS
    assert refusal(SettingsError, data=str(path), format="jsnol") == (
        "format='jsnol': expected auto or csv, tsv, jsonl, folder, atis. Did you mean 'jsonl'?"
    )
    assert refusal(DataError, data=str(tmp_path), format="csv") == (
        f"{tmp_path}: this is a folder; format=csv reads a file."
    )


def test_an_atis_prefix_needs_no_format(tmp_path):
    for name in ("train", "dev"):
        (tmp_path / f"{name}.seq.in").write_text(f"{name} a\n{name} b\n")
        (tmp_path / f"{name}.label").write_text("x\ny\n")
    train, dev = str(tmp_path / "train"), str(tmp_path / "dev")
    found, _ = corpus(train=train, valid=dev, test=dev)
    assert [e.input for e in found.valid] == ["dev a", "dev b"]
    assert found.name == "train.seq.in"


def test_a_folder_with_parts(tmp_path):
    root = tmp_path / "aclImdb"
    for part, count in (("train", 60), ("test", 4)):
        for label in ("pos", "neg"):
            for i in range(count):
                path = root / part / label / f"{i}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{part} {label} {i}")
    found, said = corpus(data=str(root))
    assert found.name == "aclImdb"
    assert len(list(found.test)) == 8 and {e.input.split()[0] for e in found.test} == {"test"}
    assert len(list(found.train)) + len(list(found.valid)) == 120
    assert said[0] == "no valid: it is cut from train by a hash of the text (10 %)"
    assert next(iter(found.test)).where == "test/neg/0.txt"


def test_settings_that_contradict_each_other():
    assert refusal(SettingsError, data="a.csv", test="b.csv") == (
        "data= and test= are both given: data= names all parts at once, train= valid= test= "
        "name one each"
    )
    assert refusal(SettingsError) == (
        "nothing to learn from: say data=FILE to split a file, or train=FILE."
    )
    assert refusal(SettingsError, valid="b.csv") == (
        "valid= is given without train=: what to learn from?"
    )
    assert refusal(SettingsError, data="a.csv", header="ja") == (
        "header='ja': expected auto, yes, no."
    )
    assert refusal(SettingsError, data="a.csv", bad_rows="skpi") == (
        "bad_rows='skpi': expected stop, skip. Did you mean 'skip'?"
    )


def test_what_a_format_has_no_use_for_is_refused(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a", "label": "b"}\n', encoding="utf-8")
    assert refusal(SettingsError, train=str(path), header="yes") == (
        "header=yes has no meaning for JSONL."
    )
    (tmp_path / "d" / "pos").mkdir(parents=True)
    (tmp_path / "d" / "pos" / "1.txt").write_text("fine", encoding="utf-8")
    for end in ("seq.in", "label"):
        (tmp_path / f"a.{end}").write_text("x\n", encoding="utf-8")
    for name, what in (("d", "class folders"), ("a", "ATIS-style files")):
        for key, value in (("text", "1"), ("label", "x"), ("header", "no")):
            found = refusal(SettingsError, train=str(tmp_path / name), **{key: value})
            assert found == f"{key}={value} has no meaning for {what}."


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("~nosuchuserhere/x.csv", "~nosuchuserhere/x.csv: no such file: Could not determine home "
         "directory."),
        ("x" * 300, "x" * 97 + "...: no such file: File name too long."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("read", [labelled_texts, tagged_texts, paired_texts, running_texts])
def test_what_nothing_can_be_called_is_refused(read, name, why):
    with pytest.raises(DataError) as caught:
        read(SimpleNamespace(data=name))
    assert str(caught.value) == why


def test_the_default_stands_where_nothing_is_given():
    settings = SimpleNamespace(data=None, train=None)
    assert labelled_texts(settings, default="toy-reviews/en").name == "toy-reviews/en"
    with pytest.raises(SettingsError, match="^test= is given without train="):
        labelled_texts(SimpleNamespace(test="b.csv"), default="toy-reviews")


def test_an_embedded_corpus():
    found, _ = corpus(data="toy-reviews")
    assert found.name == "toy-reviews"
    first = {part: next(iter(found.parts[part])) for part in PARTS}
    assert first["test"].where == "toy-reviews:test:1"
    assert first["train"].input and len({e.input for e in first.values()}) == 3
    assert found.fingerprint == corpus(data="toy-reviews")[0].fingerprint
    assert found.fingerprint != corpus(data="toy-reviews/zh")[0].fingerprint


def test_a_name_that_is_nearly_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(DataError, data="toy-review") == (
        "toy-review: no such file, folder or embedded corpus. Did you mean 'toy-reviews'?"
    )
    assert refusal(DataError, data="nothing.csv") == "nothing.csv: no such file or folder."


def test_reading_files_imports_nothing_heavy(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "".join(f"{t},{y}\n" for t, y in ROWS))
    code = (
        "import sys; from types import SimpleNamespace as N; from textlstm import corpora\n"
        f"c = corpora.labelled_texts(N(data={str(path)!r}), print); print(len(list(c)))\n"
        "bad = {'tensorflow', 'keras', 'sklearn', 'tensorflow_datasets', 'matplotlib'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["200", "[]"]


def test_memory_does_not_grow_with_the_file(tmp_path):
    import tracemalloc

    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(10_000):
            file.write(json.dumps({"text": f"{i} " + "word " * 200, "label": i % 2}) + "\n")
    found, _ = corpus(data=str(path))
    tracemalloc.start()
    assert sum(1 for _ in found) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 5_000_000
