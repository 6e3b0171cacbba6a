import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from textlstm.corpora import embedded
from textlstm.corpora.example import Example
from textlstm.corpora.toy_entities import SIZES, sentences
from textlstm.corpora.toy_reviews import PAIRS, reviews
from textlstm.errors import DataError, SettingsError


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache in which the English texts are prepared."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTLSTM_CACHE", str(folder))
        embedded.load("toy-reviews/en")
    return folder


@pytest.fixture
def cache(filled, tmp_path, monkeypatch):
    """A copy of it that a test may spoil."""
    shutil.copytree(filled, tmp_path / "cache")
    monkeypatch.setenv("TEXTLSTM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def prepared(cache):
    (folder,) = [path for path in (cache / "embedded").iterdir() if path.is_dir()]
    return folder


def test_what_is_read_is_what_the_grammar_made(cache):
    loaded = embedded.load("toy-reviews/en")
    assert list(loaded) == ["train", "valid", "test"]
    for part, examples in loaded.items():
        made = reviews("en")[part]
        assert [(e.input, e.target) for e in examples] == [(r.text, r.label) for r in made]
        assert len(made) == 2 * PAIRS[part]


def test_parts_are_read_again_and_say_where(cache):
    test = embedded.load("toy-reviews/en")["test"]
    first, second = list(test), list(test)
    assert first == second
    assert isinstance(first[0], Example)
    assert first[0].where == "toy-reviews/en:test:1"
    assert first[-1].where == f"toy-reviews/en:test:{len(first)}"


def test_a_name_that_is_unknown_is_refused_with_the_nearest():
    with pytest.raises(DataError) as caught:
        embedded.load("toy-review")
    assert str(caught.value) == (
        "there is no embedded corpus 'toy-review' among toy-reviews, toy-reviews/en, "
        "toy-reviews/zh, toy-entities, toy-entities/en, toy-entities/zh, toy-translation, "
        "toy-translation/de, toy-translation/zh, toy-titles, toy-replies, toy-stories, "
        "toy-stories/en, toy-stories/zh, sine-wave. "
        "Did you mean 'toy-reviews'?"
    )


def test_names_by_kind_of_task():
    assert embedded.names("classify") == ["toy-reviews", "toy-reviews/en", "toy-reviews/zh"]
    assert embedded.names("tag") == ["toy-entities", "toy-entities/en", "toy-entities/zh"]
    assert embedded.names("translate") == [
        "toy-translation",
        "toy-translation/de",
        "toy-translation/zh",
        "toy-titles",
        "toy-replies",
    ]
    assert embedded.names("forecast") == ["sine-wave"]
    kinds = ("classify", "tag", "translate", "generate", "forecast")
    assert embedded.names() == [name for kind in kinds for name in embedded.names(kind)]
    assert embedded.names("poetry") == []


def test_fingerprints_differ_by_name_and_by_source(monkeypatch):
    before = [embedded.fingerprint(name) for name in embedded.names()]
    assert len(set(before)) == len(before) == 15
    monkeypatch.setattr(embedded, "_source_hash", lambda module: f"a changed {module}")
    assert not set(before) & {embedded.fingerprint(name) for name in embedded.names()}


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the sources that a test may change."""
    for path in Path(embedded.__file__).parent.glob("*.py"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(embedded, "__file__", str(tmp_path / "embedded.py"))
    embedded._source_hash.cache_clear()
    yield tmp_path
    embedded._source_hash.cache_clear()


@pytest.mark.parametrize("module", ["toy_reviews_zh_words", "toy_entities_en", "toy_entities"])
def test_a_fingerprint_changes_with_the_sources_of_its_own_corpus_alone(sources, module):
    before = {name: embedded.fingerprint(name) for name in embedded.names()}
    with (sources / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write("# changed")
    (sources / "embedded.py").write_text("changed", encoding="utf-8")
    embedded._source_hash.cache_clear()
    changed = [name for name in before if embedded.fingerprint(name) != before[name]]
    kind = "classify" if "reviews" in module else "tag"
    assert changed == embedded.names(kind)


@pytest.mark.parametrize(
    ("module", "others"),
    [
        (
            "toy_merge",
            [n for n in embedded.names() if n.split("/")[0].endswith(("tion", "stories", "wave"))],
        ),
        ("toy_pairs", [n for k in ("classify", "tag", "forecast") for n in embedded.names(k)]),
        ("toy_translation_zh_words", [n for n in embedded.names() if "translation" not in n]),
    ],
)
def test_a_fingerprint_changes_with_what_the_corpus_shares(sources, module, others):
    before = {name: embedded.fingerprint(name) for name in embedded.names()}
    with (sources / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write("# changed")
    embedded._source_hash.cache_clear()
    unchanged = [name for name in before if embedded.fingerprint(name) == before[name]]
    assert unchanged == others


@pytest.mark.parametrize("name", ["toy_reviews", "toy_entities", "toy_translation", "toy_titles"])
def test_every_toy_module_that_is_loaded_is_in_the_hash(name):
    code = (
        f"import sys, textlstm.corpora.{name}; prefix = 'textlstm.corpora.toy_'\n"
        "print(*(m.rpartition('.')[2] for m in sys.modules if m.startswith(prefix)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= {path.stem for path in embedded._sources(name)}


@pytest.mark.parametrize("name", ["toy-translation/zh", "toy-titles", "toy-replies"])
def test_pairs_that_are_read_are_those_the_grammar_made(tmp_path, monkeypatch, name):
    monkeypatch.setenv("TEXTLSTM_CACHE", str(tmp_path))
    made = importlib.import_module(f"textlstm.corpora.{name.split('/')[0].replace('-', '_')}")
    for part, examples in embedded.load(name).items():
        pairs = made.pairs("zh" if "/" in name else "all")[part]
        assert [(e.input, e.target) for e in examples] == [(p.source, p.target) for p in pairs]
    assert next(iter(examples)).where == f"{name}:test:1"


def test_entities_that_are_read_are_those_the_grammar_made(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTLSTM_CACHE", str(tmp_path))
    loaded = embedded.load("toy-entities/zh")
    assert list(loaded) == ["train", "valid", "test"]
    for part, examples in loaded.items():
        read, made = list(examples), sentences("zh")[part]
        assert [(e.input, e.target) for e in read] == [(s.text, s.entities) for s in made]
        assert len(made) == SIZES[part]
        assert any(e.target == () for e in read)
    assert read[0].where == "toy-entities/zh:test:1"
    assert all(type(value) in (str, int) for e in read for entity in e.target for value in entity)


def test_what_is_there_is_not_prepared_again(cache, monkeypatch):
    monkeypatch.setattr(embedded, "_prepare", lambda *_: pytest.fail("prepared again"))
    embedded.load("toy-reviews/en")


@pytest.mark.parametrize("spoil", ["marker gone", "marker torn", "file gone", "file short"])
def test_a_spoilt_set_is_prepared_again(cache, spoil):
    folder = prepared(cache)
    marker = folder / "complete.json"
    records = next(folder.rglob("*train.array_record*"))
    if spoil == "marker gone":
        marker.unlink()
    elif spoil == "marker torn":
        marker.write_text(marker.read_text(encoding="utf-8")[:20], encoding="utf-8")
    elif spoil == "file gone":
        records.unlink()
    else:
        os.truncate(records, 100)
    assert len(list(embedded.load("toy-reviews/en")["train"])) == 2 * PAIRS["train"]
    sizes = json.loads(marker.read_text(encoding="utf-8"))
    assert all((folder / path).stat().st_size == size for path, size in sizes.items())


def test_what_a_killed_process_left_is_removed(cache):
    folder = prepared(cache)
    left = folder.with_name(f".{folder.name}.left")
    left.mkdir()
    (left / "half").write_text("of a file", encoding="utf-8")
    (folder / "complete.json").unlink()
    embedded.load("toy-reviews/en")
    assert not left.exists()


def test_a_preparation_that_fails_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTLSTM_CACHE", str(tmp_path))

    def fail(folder, entry):
        (folder / "half").write_text("of a file", encoding="utf-8")
        raise RuntimeError("killed")

    monkeypatch.setattr(embedded, "_prepare", fail)
    with pytest.raises(RuntimeError, match="killed"):
        embedded.load("toy-reviews/en")
    assert not [path for path in (tmp_path / "embedded").iterdir() if path.is_dir()]


def test_a_cache_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("TEXTLSTM_CACHE", str(tmp_path / "file"))
    with pytest.raises(SettingsError, match="cannot write to the cache"):
        embedded.load("toy-reviews/en")


READ = """
import sys
from textlstm.corpora import embedded
assert "tensorflow_datasets" not in sys.modules
for name in ("toy-reviews/zh", "toy-entities/en"):
    loaded = embedded.load(name)
    print(sum(1 for part in loaded.values() for example in part))
print([name for name in ("tensorflow", "keras", "sklearn", "matplotlib") if name in sys.modules])
"""


def test_two_processes_at_once_without_tensorflow_and_in_silence(tmp_path):
    environment = os.environ | {"TEXTLSTM_CACHE": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-c", READ]
    running = [
        subprocess.Popen(
            command,
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in running:
        out, err = process.communicate(timeout=120)
        assert err == ""
        assert out.split("\n") == [str(2 * sum(PAIRS.values())), str(sum(SIZES.values())), "[]", ""]
    assert len([path for path in (tmp_path / "embedded").iterdir() if path.is_dir()]) == 2
