"""Shoot-outs: a grid on one split, its table, what goes on and what is refused."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from textlstm import comparison, run
from textlstm.cli import main
from textlstm.errors import DataError, Refusal, SettingsError
from textlstm.lab import shootout, tally
from textlstm.report import Report
from textlstm.runtime import Predictor

NAMES = ["lstm-seed1", "lstm-seed2", "rnn-seed1", "rnn-seed2"]


def again(words, out, listening, preset="tiny"):
    return shootout.of_words("sentiment", words, preset=preset, out=out, progress=listening)


def stamps(folder):
    return {path.name: (path / "report.json").stat().st_mtime_ns for path in folder.iterdir()
            if path.is_dir()}  # fmt: skip


def test_each_run_is_an_ordinary_run_folder(arena):
    _, folder, _, _ = arena
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == NAMES
    for name in NAMES:
        settings = json.loads((folder / name / "settings.json").read_text("utf-8"))["settings"]
        assert (settings["cell"], settings["seed"]) == (name[:-6], int(name[-1]))
        assert (folder / name / "finished").exists()
        assert Predictor.load(folder / name).predict(["the film was good"])
    assert (folder / "shootout.png").read_bytes()[:4] == b"\x89PNG"


def test_the_standings_are_those_of_the_runs(arena):
    _, folder, found, _ = arena
    data = found.to_json()
    assert data == json.loads((folder / "shootout.json").read_text("utf-8"))
    assert (data["score"], data["seeds"], data["budget"]) == ("accuracy", [1, 2], "same-units")
    means = [row["score"]["value"] for row in data["combinations"]]
    assert means == sorted(means, reverse=True)
    for row in data["combinations"]:
        reports = [Report.load(folder / f"{row['name']}-seed{n}" / "report.json") for n in (1, 2)]
        scores = [report.scores["accuracy"].value for report in reports]
        assert [each["score"] for each in row["runs"]] == scores
        assert row["score"]["value"] == pytest.approx(np.mean(scores))
        seconds = [sum(e["seconds"] for e in r.details["history"]) for r in reports]
        assert row["train_seconds"] == pytest.approx(np.mean(seconds))
        gates = 4 if row["name"] == "lstm" else 1
        assert row["parameters"]["recurrent"] == 2 * gates * (4 * (16 + 4) + 4)
        # texts of 5 or 6 tokens: the head's share of a token is a fifth to a sixth
        token, text = 2 * 2 * gates * 4 * (16 + 4), 2 * 16 * 2
        assert token + text / 6 <= row["operations"] <= token + text / 5
        assert row["latency_ms"] > 0 and row["network_alone"] is None


def test_the_best_two_are_compared_seed_by_seed(arena):
    _, folder, found, _ = arena
    paired = found.to_json()["paired"]
    first, second = (row["name"] for row in found.to_json()["combinations"])
    assert (paired["first"], paired["second"], paired["test"]) == (first, second, "McNemar p")
    for row, seed in zip(paired["seeds"], (1, 2), strict=True):
        folders = [folder / f"{name}-seed{seed}" for name in (first, second)]
        (pair,) = comparison.compare(*folders).pairs
        assert row["mcnemar_p"] == pair["mcnemar_p"] and row["seed"] == seed
        assert row["difference"] == pytest.approx(pair["difference"])


def test_a_test_text_may_hold_characters_that_end_lines_elsewhere(tmp_path):
    rows = [{"input": "one\x85two\u2028three"}, {"input": "four"}]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "predictions.jsonl").write_text(lines, encoding="utf-8")
    assert tally._tests(tmp_path) == rows


def test_forecasts_of_other_histories_are_of_the_same_places(tmp_path, listening):
    words = ["history=12,16", "seeds=1", "epochs=1", "noise=0"]
    out = tmp_path / "arena"
    found = shootout.of_words("forecast", words, preset="tiny", out=out, progress=listening)
    data = found.to_json()
    assert {row["name"] for row in data["combinations"]} == {"history=12", "history=16"}
    assert data["paired"]["test"] == "Diebold-Mariano p"
    for row in data["combinations"]:
        assert row["noise"][0]["value"] == pytest.approx(row["score"]["value"])
    folders = [out / f"history-{n}-seed1" for n in (12, 16)]
    assert comparison.compare(*folders).examples == data["examples"]


def test_the_table_says_what_it_shows(arena):
    table = arena[2].table(120)
    assert "accuracy" in table and "ms a text" in table and "McNemar p" in table
    assert "95 % t intervals over 2 seeds" in table
    assert max(map(len, arena[2].table(80).splitlines())) <= 80
    assert "<pre>" in arena[2]._repr_html_()


def test_seeds_are_the_outer_loop(arena):
    order = [line for line in arena[3] if line.startswith("run ")]
    assert order == [
        "run 1 of 4: rnn, seed 1", "run 2 of 4: lstm, seed 1",
        "run 3 of 4: rnn, seed 2", "run 4 of 4: lstm, seed 2",
    ]  # fmt: skip
    assert arena[3].count("loading TensorFlow") == 1  # a remark is said once


def test_the_same_command_shows_it_again_and_trains_nothing(arena, monkeypatch):
    words, folder, found, _ = arena
    monkeypatch.setattr(run, "execute", None)
    given = ["shootout", "sentiment", *words, "--preset", "tiny", "--out", str(folder)]
    done = CliRunner().invoke(main, [*given, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == found.to_json()
    done = CliRunner().invoke(main, given)
    assert f"{folder}: runs, shootout.json and shootout.png" in done.stdout


def test_noise_is_measured_on_the_runs_that_are_there(arena, listening, monkeypatch, tmp_path):
    words, folder, _, _ = arena
    shutil.copytree(folder, tmp_path / "arena")
    monkeypatch.setattr(run, "execute", None)
    found = again([*words, "noise=0,1"], tmp_path / "arena", listening)
    for row in found.to_json()["combinations"]:
        clean, noisy = row["noise"]
        assert clean == row["score"]  # no noise is the test part as it is
        assert 0 <= noisy["value"] <= 1
    assert found.to_json()["noise"] == {"shares": [0.0, 1.0], "seed": tally.NOISE_SEED}
    assert "accuracy at noise" in found.table(100)
    assert (tmp_path / "arena" / "noise.png").read_bytes()[:4] == b"\x89PNG"


def test_a_run_that_is_missing_is_run_alone_and_the_result_is_the_same(arena, listening, tmp_path):
    words, folder, found, _ = arena
    copied = tmp_path / "arena"
    shutil.copytree(folder, copied)
    shutil.rmtree(copied / "lstm-seed2")
    (copied / "rnn-seed1" / "report.json").touch()
    before = stamps(copied)
    done = again(words, copied, listening)
    assert [line for line in listening.said if line.startswith("run ")] == [
        "run 4 of 4: lstm, seed 2"
    ]
    assert {name: stamp for name, stamp in stamps(copied).items() if name != "lstm-seed2"} == before
    scores = [{r["name"]: r["score"] for r in d.to_json()["combinations"]} for d in (done, found)]
    assert scores[0] == scores[1]
    weights = "lstm-seed2/bundle/weights.safetensors"
    assert (copied / weights).read_bytes() == (folder / weights).read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["cell=rnn,gru"], "the combinations ['rnn', 'lstm'] where this one has ['rnn', 'gru']"),
        (["seeds=3"], "seeds [1, 2] where this one has [1, 2, 3]"),
        (["units=5"], "units=[4] where this one has units=[5]"),
        (["budget=same-parameters"], "budget 'same-units' where this one has 'same-parameters'"),
    ],
)
def test_another_grid_is_refused(arena, listening, change, message):
    words, folder, _, _ = arena
    names = {word.partition("=")[0] for word in change}
    changed = [*(word for word in words if word.partition("=")[0] not in names), *change]
    with pytest.raises(SettingsError) as caught:
        again(changed, folder, listening)
    assert str(caught.value) == (
        f"{folder}: holds another shoot-out, with {message}; take another --out"
    )


def test_changed_data_are_refused(arena, listening, tmp_path, monkeypatch):
    words, folder, _, _ = arena
    shutil.copytree(folder, tmp_path / "arena")
    path = tmp_path / "arena" / "grid.json"
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "corpus": "0" * 32}), "utf-8")
    with pytest.raises(DataError, match="the data have changed since this shoot-out began"):
        again(words, tmp_path / "arena", listening)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["seed=1,2"], "seed= is the first one: give it one value, and seeds=N"),
        (["seeds=0"], "seeds=0: expected at least 1"),
        (["noise=0.1,2"], "noise=2.0: expected from 0 to 1"),
        (["noise=0.1,0.1"], "noise=0.1,0.1: a share is listed twice"),
        (["bugdet=same-units"], "no setting is called 'bugdet'. Did you mean 'budget'?"),
        (["cell=rnn,rnn"], "rnn is listed twice"),
    ],
)
def test_mistakes_are_refused_before_a_folder_is_made(tmp_path, words, message):
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["shootout", "sentiment", *words, "--out", str(out)])
    assert (done.exit_code, done.stderr) == (2, f"textlstm: {message}\n")
    assert not out.exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path, listening):
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    with pytest.raises(SettingsError, match="exists and is no shoot-out"):
        again(["cell=rnn"], tmp_path, listening)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_ctrl_c_ends_it_and_says_how_to_go_on(tmp_path, reviews, monkeypatch):
    monkeypatch.setattr(run, "execute", lambda plan, progress: SimpleNamespace(interrupted=True))
    words = ["shootout", "sentiment", f"data={reviews}", "cell=rnn,lstm", "--preset", "tiny"]
    done = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "out")])
    assert done.exit_code == 130, done.output
    assert "0 of 6 runs are done; the same command with --out" in done.stderr


def test_a_run_that_fails_names_its_folder(tmp_path, reviews, listening, monkeypatch):
    def fail(plan, progress):
        raise Refusal("the loss is not a number")

    monkeypatch.setattr(run, "execute", fail)
    with pytest.raises(Refusal) as caught:
        again([f"data={reviews}", "cell=gru"], tmp_path / "out", listening)
    assert str(caught.value) == f"{tmp_path}/out/gru-seed1: the loss is not a number"


def test_the_same_parameters(tmp_path, reviews, monkeypatch):
    plans = []

    def note(plan, progress):
        plans.append(plan.settings)
        return SimpleNamespace(interrupted=True)

    monkeypatch.setattr(run, "execute", note)
    given = {"cell": ["rnn", "lstm"], "data": str(reviews), "units": (20,), "preset": "tiny"}
    for _ in range(2):  # the second time from what the folder remembers
        done = shootout.shootout(
            "sentiment", out=tmp_path, seeds=1, budget="same-parameters", **given,
            progress=shootout.Quiet(),
        )  # fmt: skip
        assert done is None
        document = json.loads((tmp_path / "grid.json").read_text("utf-8"))
        assert document["units"] == [[20], [8]]
        assert document["recurrent"] == [2 * (20 * 36 + 20), 2 * 4 * (8 * 24 + 8)]
        (tmp_path / "rnn-seed1").mkdir(exist_ok=True)
        (tmp_path / "rnn-seed1" / "finished").touch()
    assert [settings.units for settings in plans] == [(20,), (8,)]


def test_intervals_over_seeds():
    found = tally.over_seeds([0.8, 0.9, 1.0], "")
    # t(0.975, 2) = 4.302653, standard deviation 0.1
    assert found["value"] == pytest.approx(0.9)
    assert found["high"] - found["value"] == pytest.approx(4.302653 * 0.1 / np.sqrt(3), rel=1e-6)
    assert tally.over_seeds([0.8, 0.9, 1.0], "fraction")["high"] == 1.0
    assert tally.over_seeds([0.5]) == {"value": 0.5, "low": None, "high": None}


def test_latency_is_measured_in_turns():
    order = []

    def predictor(name):
        return SimpleNamespace(predict=lambda given: order.append((name, given[0])))

    found = tally.latencies([predictor("a"), predictor("b")], ["xyzw", "XYZW"])
    assert len(found) == 2 and all(value >= 0 for value in found)
    assert order[:6] == [*zip("ababab", "xXyYzZ", strict=True)]  # these only warm up
    assert order[6:] == [*zip("abababab", "xXyYzZwW", strict=True)]
