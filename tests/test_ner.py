"""The ner recipe on files of tokens and of spans: trained, scored again, asked."""

import json
import random

import pytest
from click.testing import CliRunner

import textlstm
from textlstm.cli import main
from textlstm.errors import DataError, SettingsError
from textlstm.progress import Quiet

PEOPLE = ["Anna", "Bo", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ida", "Jan"]
TOWNS = ["Rome", "Oslo", "Bern", "Lima", "Kyiv", "Doha", "Riga", "Male", "北京", "上海"]


def sentences(seed, number=160):
    """Return (tokens, tags): people do something in towns."""
    rng, found = random.Random(seed), []
    for _ in range(number):
        person, town = rng.choice(PEOPLE), rng.choice(TOWNS)
        verb = rng.choice(["lives", "works", "sleeps", "sings", "reads"])
        middle = [*town] if town > "z" else [town]
        tags = ["B-LOC", *["I-LOC"] * (len(middle) - 1)]
        found.append(([person, verb, "in", *middle, "."], ["B-PER", "O", "O", *tags, "O"]))
    return found


def conll(path, rows):
    blocks = ["\n".join(f"{a} {b}" for a, b in zip(*row, strict=True)) for row in rows]
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("ner")


@pytest.fixture(scope="module")
def run(place):
    return textlstm.train(
        "ner", preset="tiny", epochs=6, patience=6, format="conll", out=place / "run",
        train=conll(place / "train.txt", sentences(1)), progress=Quiet(),
        test=conll(place / "test.txt", sentences(2, 40)),
    )  # fmt: skip


def test_it_learns_and_stands_beside_its_baselines(run):
    assert run.report.scores["entity_f1"].value > 0.9
    assert set(run.report.baselines) == {"most-frequent-tag", "linear-tagger"}
    assert run.report.per_label.keys() == {"PER", "LOC"}


def test_tokens_stay_tokens_in_the_predictions(run):
    lines = (run.folder / "predictions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 40
    assert rows[0]["input"] == sentences(2, 40)[0][0]
    assert rows[0]["where"] == "test.txt:1"
    assert [entity[0] for entity in rows[0]["target"]] == ["PER", "LOC"]


def test_another_file_is_scored_in_its_own_form(run, place):
    path = conll(place / "more.txt", sentences(3, 30))
    report = textlstm.evaluate(run.folder, test=path)
    assert report.examples == 30
    assert report.corpus == "more.txt"
    assert "linear-tagger" in report.baselines
    spans = place / "spans.jsonl"
    row = {"text": "Anna lives in Rome.", "entities": [[0, 4, "PER"], [14, 18, "LOC"]]}
    spans.write_text(json.dumps(row) + "\n", "utf-8")
    again = textlstm.evaluate(run.folder, test=str(spans), format="jsonl")
    assert again.examples == 1


def test_what_does_not_go_with_tags_is_refused(run, place):
    with pytest.raises(SettingsError, match="no setting is called 'label'"):
        textlstm.evaluate(run.folder, test=str(place / "test.txt"), label="x")
    bad = place / "bad.txt"
    bad.write_text("Anna B-PER\nlives I-PER\nin I-LOC\n", "utf-8")
    with pytest.raises(DataError, match=r"bad\.txt:3"):
        textlstm.evaluate(run.folder, test=str(bad))


def test_the_runner_marks_entities_on_a_terminal_and_writes_json_elsewhere(run):
    done = CliRunner().invoke(main, ["predict", str(run.folder), "Anna lives in 北京 ."])
    answer = json.loads(done.output)
    assert answer["text"] == "Anna lives in 北京 ."
    assert [(e["type"], e["text"], e["start"]) for e in answer["entities"]] == [
        ("PER", "Anna", 0), ("LOC", "北京", 14),
    ]  # fmt: skip
    lines = CliRunner().invoke(main, ["predict", str(run.folder)], input="Bo sings in Oslo .\n\n")
    assert [json.loads(line)["text"] for line in lines.output.splitlines()] == [
        "Bo sings in Oslo .", "",
    ]  # fmt: skip


def test_tokens_and_text_are_answered_alike_where_they_are_cut_alike(run):
    tokens, text = ("Bo", "sings", "in", "Oslo", "."), "Bo sings in Oslo ."
    assert run.predictor.predict([tokens]) == run.predictor.predict([text])


def test_runs_are_compared_by_entities(run, place):
    other = textlstm.train(
        "ner", preset="tiny", epochs=1, format="conll", out=place / "other", head="softmax",
        train=str(place / "train.txt"), test=str(place / "test.txt"), progress=Quiet(),
    )  # fmt: skip
    found = textlstm.compare(run.folder, other.folder)
    assert "entity_f1" in found.table(100)


def test_settings_of_the_head_and_the_tokens_are_used(place):
    for words in (
        {"head": "softmax", "balance": "balanced"},
        {"characters": "lstm", "tags": "bio", "cell": "gru"},
        {"characters": "none", "pairs": True, "balance": "balanced", "bidirectional": False},
    ):
        done = textlstm.train(
            "ner", preset="tiny", epochs=1, format="conll", out=place / "-".join(map(str, words)),
            train=str(place / "train.txt"), test=str(place / "test.txt"), progress=Quiet(), **words,
        )  # fmt: skip
        names = set(done.predictor.bundle.weights())
        assert any("transitions" in name for name in names) == (words.get("head") != "softmax")
        assert any(name.startswith("letters") for name in names) == (
            words.get("characters") != "none"
        )
        assert any(name.startswith("neighbours") for name in names) == (words.get("pairs") is True)
        assert ("S-PER" in done.predictor.task.tags) == (words.get("tags") != "bio")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["label_smoothing=0.1"], "label_smoothing= is for head=softmax: a CRF has none"),
        (["characters=none", "filters=9"], "filters= and characters=none: no characters are read"),
        (["characters=none", "spelling=9"], "spelling= and characters=none: no characters are"),
        (["data=toy-entities", "scheme=bio"], "scheme=bio has no meaning for the embedded corpus"),
        (["data=toy-reviews"], "toy-reviews: no such file, folder or embedded corpus"),
    ],
)
def test_settings_that_would_be_ignored_are_refused(words, message, tmp_path):
    done = CliRunner().invoke(main, ["run", "ner", *words, "--out", str(tmp_path / "run")])
    assert done.exit_code in (2, 3)
    assert message in done.output


def test_label_smoothing_reaches_the_softmax(place):
    losses = []
    for share in (0.0, 0.3):
        done = textlstm.train(
            "ner", preset="tiny", epochs=1, format="conll", out=place / f"smooth{share}",
            train=str(place / "train.txt"), test=str(place / "test.txt"), progress=Quiet(),
            head="softmax", label_smoothing=share,
        )  # fmt: skip
        losses.append(done.history[0]["loss"])
    assert losses[1] > losses[0]
