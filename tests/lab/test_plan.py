"""Plans: what is measured, on what, and what is refused before anything is."""

import json
import pickle

import numpy as np
import pytest
from click.testing import CliRunner

from textlstm import discover, training
from textlstm.batches import ByLength
from textlstm.cli import main
from textlstm.corpora import Example
from textlstm.errors import Refusal, SettingsError
from textlstm.lab import measuring, pictures, planning, preparing
from textlstm.text import TextEncoder


def settings_of(name, *words):
    recipe = discover.load(name)
    return recipe, recipe.settings.from_words(words, recipe.preset("tiny"))


OF_TEXT = ["ner", "sentiment", "translation"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("forecast", "a forecast model reads numbers"), ("generation", "that carries its state")],
)
def test_what_plan_cannot_measure_is_refused(name, message):
    recipe, settings = settings_of(name)
    with pytest.raises(Refusal, match=message):
        preparing.prepared(recipe, settings, [])


def test_a_vocabulary_by_the_text_has_no_made_up_words():
    settings = discover.load("generation").settings()
    assert settings.vocabulary is None
    assert list(preparing.made_up(Example("one two", "one two", "x:1"), settings)) == []


@pytest.mark.parametrize("name", OF_TEXT)
def test_every_recipe_is_prepared_with_the_vocabulary_of_its_settings(name):
    recipe, settings = settings_of(name, "vocabulary=2500", "min_count=2")
    notes = []
    job = preparing.prepared(recipe, settings, notes)
    words = next(iter(job.task.encoders.values()))
    assert 2495 <= words.size <= 2502
    assert len(job.rows) == preparing.ROWS and len(job.lengths) == 0
    assert "made-up words" in notes[0] and f"{words.size:,}" in notes[0]


FEWEST_WORDS = {"ner": ["vocabulary=50"], "sentiment": ["vocabulary=50"]}


@pytest.mark.parametrize("name", OF_TEXT)
@pytest.mark.parametrize("length", [1, 3, 120])
def test_every_recipes_rows_are_stretched_to_a_length(name, length):
    recipe, settings = settings_of(name, *FEWEST_WORDS.get(name, ()))
    job = preparing.prepared(recipe, settings, [])
    rows = measuring.stretched(job.rows, job.task, length, 70)
    assert len(rows) == 70
    for place, row in enumerate(rows):
        start = job.rows[place % len(job.rows)]
        for feature in job.task.features:
            assert row[feature].shape == (length, *start[feature].shape[1:])
            tokens = len(start[feature])
            assert (row[feature][0] == start[feature][0]).all()
            assert (row[feature][-1] == start[feature][(length - 1) % tokens]).all()
        target = row[job.task.target_name]
        start = start[job.task.target_name]
        assert target.shape == ((length,) if job.task.per_step else start.shape)
        assert target.dtype == start.dtype


def test_made_up_words_leave_targets_right():
    _, settings = settings_of("ner", "vocabulary=30", "min_count=1")
    example = Example(("Ada", "wrote"), (("PER", 0, 3),), "x:1")
    (made,) = preparing.made_up(example, settings)
    assert made.input[:2] == example.input and made.target == example.target
    assert len(set(made.input)) == 32
    _, settings = settings_of("sentiment", "vocabulary=2001")
    made = list(preparing.made_up(Example("good", "pos", ""), settings))
    assert len(made) == 3 * settings.min_count and made[0].input.startswith("good ")
    encoder = TextEncoder.fit((m.input for m in made), vocabulary=2001, min_count=2)
    assert encoder.size >= 2001
    assert list(preparing.made_up(Example({"a": 1}, None, ""), settings)) == []


def test_a_row_is_measured_on_the_network_that_would_be_trained(monkeypatch):
    monkeypatch.setattr(measuring, "ENOUGH", 0.0)
    recipe, settings = settings_of("ner", "vocabulary=300", "pairs=false", "batch_rows=9")
    job = preparing.prepared(recipe, settings, [])
    job.length = 21
    job.lengths, job.valid = np.array([30] * 40 + [10] * 10), np.array([20] * 10)
    row = measuring.measure(recipe, job)
    json.dumps(row, allow_nan=False)
    assert (row["length"], row["rows"]) == (21, 9)
    assert row["step_ms"] > 0 and row["text_ms"] > 0
    total = sum(n for part, n in row["parameters"].items() if part != "total")
    assert row["parameters"]["total"] == total
    width = 16 + 8 + settings.filters
    assert row["parameters"]["recurrent"] == 2 * 4 * (16 * (width + 16) + 16)
    assert row["operations"]["training"] == 3 * row["operations"]["forward"]
    batches = len(ByLength(job.lengths, tokens=16384, rows=9, seed=1).plan(0))
    found = row["estimate"]
    assert (found["texts"], found["tokens"], found["epochs"]) == (50, 1300, 2)
    assert found["steps"] == 2 * batches
    assert found["train_seconds"] == pytest.approx(2 * batches * row["step_ms"] / 1000)


def test_the_batch_has_no_more_tokens_than_training_allows(monkeypatch):
    monkeypatch.setattr(measuring, "ENOUGH", 0.0)
    recipe, settings = settings_of("sentiment", "vocabulary=50", "batch_tokens=100", "cell=rnn")
    job = preparing.prepared(recipe, settings, [])
    job.length = 30
    row = measuring.measure(recipe, job)
    assert row["rows"] == 3 and "estimate" not in row
    assert training.planned_rows(0) == 32


@pytest.fixture
def counted(monkeypatch):
    """Rows that only count, in the place of measured ones."""
    seen = []

    def measured(reference, job):
        seen.append((reference, job.settings.cell, job.length))
        row = {
            "length": job.length or 7, "rows": 2, "parameters": {"total": 5, "recurrent": 3},
            "operations": {"forward": 10.0, "training": 30.0}, "step_ms": 4.0, "text_ms": 0.5,
            "memory_mb": 6.0, "notes": [],
        }  # fmt: skip
        if len(job.lengths):
            row["estimate"] = {
                "texts": 1, "tokens": 7, "epochs": 2, "steps": 8, "train_seconds": 61.0,
                "valid_seconds": 1.0, "start_seconds": 2.0,
            }  # fmt: skip
        return row

    monkeypatch.setattr(planning, "_measured", measured)
    return seen


def test_a_plan_has_a_row_a_combination_and_length(counted, tmp_path):
    words = ["plan", "sentiment", "cell=rnn,lstm", "length=20,10", "--preset", "tiny"]
    done = CliRunner().invoke(main, [*words, "--save", str(tmp_path / "plan.png"), "--json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["rows"]
    assert [(row["name"], row["length"]) for row in rows] == [
        ("rnn", 10), ("rnn", 20), ("lstm", 10), ("lstm", 20),
    ]  # fmt: skip
    assert counted[0] == ("sentiment", "rnn", 20)
    assert (tmp_path / "plan.png").read_bytes()[:4] == b"\x89PNG"
    assert "no data given" in json.loads(done.stdout)["notes"][-1]
    table = CliRunner().invoke(main, words, env={"COLUMNS": "120"}).stdout
    assert "ms a step" in table and "MB a step" in table and "epochs" not in table
    assert "10,000" in table  # tokens a second: 2 x 20 in 4 ms


def test_with_data_the_time_of_training_is_estimated(counted, reviews):
    found = planning.plan("sentiment", [f"train={reviews}", "cell=gru", "length=20"], preset="tiny")
    assert counted == [("sentiment", "gru", None), ("sentiment", "gru", 20)]
    estimates = [row.get("estimate") for row in found.rows]
    assert estimates[1] is None
    assert estimates[0]["run_seconds"] > 61 + 1 + 2
    assert "1:01" in found.table(120)
    assert "without early stopping" in found.notes[-1]


def test_lengths_stay_within_max_tokens(counted):
    planning.plan("sentiment", ["max_tokens=60"], preset="tiny")
    assert [length for _, _, length in counted] == [50]
    planning.plan("sentiment", ["max_tokens=30"], preset="tiny")
    assert counted[-1][2] == 30


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["length=10,0"], "length=10,0: expected whole numbers from 1, such as 50,100"),
        (["length=ten"], "length=ten: expected whole numbers from 1, such as 50,100"),
        (["length=5,6,5"], "length=5 is listed twice"),
        (["length=5", "length=6"], "length= is given twice"),
        (["lenght=5"], "no setting is called 'lenght'. Did you mean 'length'?"),
        (["length=90", "max_tokens=60"], "length=90: max_tokens=60 cuts such texts"),
        (["--save", "plan.svg"], "plan.svg: expected a name that ends in .png"),
        (["--save", "nowhere/plan.png"], "nowhere: no such folder"),
        (["--save", "folder.png"], "folder.png: is a folder"),
    ],
)
def test_mistakes(counted, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.png").mkdir()
    done = CliRunner().invoke(main, ["plan", "sentiment", *words])
    assert (done.exit_code, done.stderr) == (2, f"textlstm: {message}\n")
    assert not counted


def test_a_picture_that_cannot_be_written_is_a_refusal(tmp_path):
    (tmp_path / "plan.png").mkdir()
    row = {
        "name": "lstm", "length": 5, "operations": {"forward": 1.0}, "step_ms": 1.0,
        "text_ms": 1.0, "memory_mb": 1.0,
    }  # fmt: skip
    with pytest.raises(SettingsError, match=r"plan.png: Is a directory$"):
        planning.Plan("sentiment", [row]).save(tmp_path / "plan.png")


def test_names_in_any_script_are_drawn_without_a_warning(monkeypatch):
    from textlstm.explaining import picture

    drawn = []
    monkeypatch.setattr(picture, "FONTS", ())  # a computer without any font for them
    lettered = picture.lettered
    monkeypatch.setattr(pictures, "lettered", lambda f: (lettered(f), drawn.append(f)))
    row = {"length": 5, "operations": {"forward": 1.0}, "step_ms": 1.0, "text_ms": 1.0,
           "memory_mb": 1.0}  # fmt: skip
    rows = [{**row, "name": "vectors=评论.vec"}, {**row, "name": "café"}]
    assert pictures.plan(rows).startswith(b"\x89PNG")
    names = [text.get_text() for text in drawn[0].axes[0].get_legend().get_texts()]
    assert names == ["vectors=??.vec", "café"]


def test_a_row_is_measured_in_a_process_of_its_own():
    recipe, settings = settings_of("ner", "vocabulary=50")
    job = preparing.prepared(recipe, settings, [])
    job.length = 5
    row = planning._measured("ner", job)
    assert row["length"] == 5 and row["memory_mb"] > 0


def test_a_process_that_fails_is_a_refusal():
    recipe, settings = settings_of("sentiment", "vocabulary=50")
    job = preparing.prepared(recipe, settings, [])
    with pytest.raises(Refusal) as caught:
        planning._measured("absent", job)
    assert "measuring ended with code 1: " in str(caught.value)
    assert "no recipe is called 'absent'" in str(caught.value)


def test_a_refusal_crosses_the_process(tmp_path, monkeypatch):
    def refuse(recipe, job):
        raise SettingsError("units= is too large")

    monkeypatch.setattr(measuring, "measure", refuse)
    monkeypatch.setattr(measuring, "keep_freed_memory", lambda: True)
    (tmp_path / "job").write_bytes(pickle.dumps(None))
    measuring.main("sentiment", str(tmp_path / "job"), str(tmp_path / "out"))
    assert json.loads((tmp_path / "out").read_text("utf-8")) == {
        "refusal": "units= is too large", "code": 2,
    }  # fmt: skip


def test_medians_are_of_milliseconds():
    assert 0 <= measuring._median(lambda: None) < 1
