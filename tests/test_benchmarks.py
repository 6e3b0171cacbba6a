"""The benchmarks run, and judge what they measure; figures and tagging have a file of their own."""

import json
import os
import statistics
import sys
from types import SimpleNamespace

import pytest
from benchmark_modules import ROOT, TINY, module, result

from textlstm import kernels

# --- what they share


def test_a_process_is_measured():
    process = module("measuring").process
    code = (
        "import sys, time; x = b'1' * {}; time.sleep(0.3); print('ä'); print('no', file=sys.stderr)"
    )
    small, large = (process([sys.executable, "-c", code.format(n)]) for n in (1, 300_000_000))
    assert 0.3 < small.seconds < 30
    assert (small.output, small.errors) == ("ä\n", "no\n")
    # pytest itself may hold more than the small one: its peak is where that of a process begins
    assert 300 < large.peak_megabytes < small.peak_megabytes + 320


def test_a_process_gets_variables_and_its_failure_is_told():
    measuring = module("measuring")
    code = "import os, sys; sys.exit(os.environ['WHY'])"
    with pytest.raises(measuring.Failed, match="exit code 1.*\n.*because"):
        measuring.process([sys.executable, "-c", code], {"WHY": "because"})


def test_the_interval_is_students():
    interval = module("measuring").t_interval
    low, high = interval([0.90, 0.91, 0.92])
    assert (low + high) / 2 == pytest.approx(0.91)
    assert (high - low) / 2 == pytest.approx(4.3027 * 0.01 / 3**0.5, rel=1e-4)
    assert interval([0.9]) is None


def test_the_machine_is_described_without_its_name():
    machine = module("measuring").machine()
    assert machine["cores"] == len(os.sched_getaffinity(0))
    assert {"textlstm", "python", "tensorflow", "onnxruntime"} <= set(machine["versions"])
    assert os.uname().nodename not in json.dumps(machine)


# --- the Keras tutorial


def test_the_tutorial_keeps_the_last_words_behind_padding():
    tutorial = module("keras_tutorial")
    texts = [["the", "the", "film"], ["the"] * 300]
    ids = tutorial.frequent(texts)
    assert ids == {"the": 3, "film": 4}
    rows = tutorial.padded([["film", "new"], ["film"] + ["the"] * 200], ids)
    assert rows.shape == (2, 200)
    assert rows[0, :197].sum() == 0 and rows[0, 197:].tolist() == [1, 4, 2]
    assert set(rows[1].tolist()) == {3}


def test_the_tutorial_keeps_the_most_frequent_words():
    tutorial = module("keras_tutorial")
    ids = tutorial.frequent([[f"w{n}" for n in range(k)] for k in (30_000, 10)])
    assert len(ids) == 20_000 - 3 and max(ids.values()) == 19_999
    assert {f"w{n}" for n in range(10)} == {w for w, place in ids.items() if place < 13}


def test_its_words():
    words_of = module("keras_tutorial").words_of
    assert words_of("It isn't BAD.<br /><br />Really!") == ["it", "isn't", "bad", "really"]


@pytest.mark.parametrize(
    ("accuracy", "seconds", "met"), [(0.9, 10, True), (0.8, 10, False), (0.9, 21, False)]
)
def test_more_accurate_in_less_time(accuracy, seconds, met):
    mine = [{"accuracy": accuracy, "seconds": seconds, "peak_megabytes": 1, "examples": 9}]
    other = [{"accuracy": 0.85, "seconds": 20, "peak_megabytes": 1, "examples": 9}]
    compared = module("keras_tutorial").compared
    assert compared(mine, other)["met"] is met
    with pytest.raises(ValueError, match="not the same"):
        compared(mine, [{**other[0], "examples": 8}])


def test_the_tutorial_network_learns(tiny_run, reviews):
    found = module("keras_tutorial").tutorial(str(reviews), seed=1, epochs=1)
    assert found["examples"] > 10
    assert 0 <= found["accuracy"] <= 1
    assert {"loss", "val_accuracy"} <= set(found["history"])


def test_the_tutorial_network_refuses_three_labels(tmp_path):
    lines = [f"text {n},{n % 3}" for n in range(200)]
    (tmp_path / "three.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
    with pytest.raises(ValueError, match="not 3"):
        module("keras_tutorial").tutorial(str(tmp_path / "three.csv"), seed=1, epochs=1)


@pytest.mark.slow
def test_both_networks_see_the_same_test_part(tmp_path, capsys, reviews):
    tutorial, measuring = module("keras_tutorial"), module("measuring")
    words = ["--data", str(reviews), "--epochs", "1", "--results", str(tmp_path), *TINY]
    assert tutorial.main(words) in (0, measuring.MISSED)
    document = result(tmp_path, "keras_tutorial")
    mine, other = (document["runs"][name][0] for name in ("textlstm", "keras tutorial"))
    assert mine["examples"] == other["examples"] > 10
    assert 0 <= other["accuracy"] <= 1 and len(other["history"]["loss"]) == 1
    assert document["data"] == "reviews.csv"
    assert "keras tutorial" in capsys.readouterr().out


# --- time of an answer


def test_startup_measures_processes_and_calls(tiny_run, tmp_path, capsys):
    startup = module("startup")
    words = ["--model", str(tiny_run.folder), "--runs", "1", "--calls", "50",
             "--results", str(tmp_path)]  # fmt: skip
    assert startup.main(words) in (0, module("measuring").MISSED)
    document = result(tmp_path, "startup")
    found = document["seconds"]
    assert set(startup.GOALS) <= set(found)
    assert found["Predictor, one text"]["calls"] == 50
    assert found["Keras, predict_on_batch"]["calls"] == 5
    assert found["onnxruntime, session.run"]["median"] < found["Predictor, one text"]["median"]
    assert found["python -c pass"]["median"] < found["textlstm predict DIR TEXT"]["median"]
    assert document["difference_to_keras"] < 1e-4
    assert document["heavy_modules_of_help"] == []
    assert "Predictor, one text" in capsys.readouterr().out


def test_contenders_take_turns(monkeypatch):
    startup, calls = module("startup"), []
    monkeypatch.setattr(startup, "BLOCK", 2)
    seconds = startup.in_turn({n: lambda n=n: calls.append(n) for n in "ab"}, 3)
    assert "".join(calls) == "aabb" + "aabb" + "ab"
    assert [len(seconds[name]) for name in "ab"] == [3, 3]


def test_the_median_is_compared_with_the_goal():
    figures = module("startup").figures
    name = "Predictor, one text"
    assert figures({name: [0.39e-3] * 60 + [9.0] * 40})[name]["met"] is True
    assert figures({name: [0.3e-3] * 40 + [0.41e-3] * 60})[name]["met"] is False
    assert figures({name: [3.0, 1.0, 2.0]})[name]["median"] == statistics.median([1, 2, 3])
    assert "met" not in figures({"other": [1.0]})["other"]


def test_the_text_has_20_words():
    assert len(module("startup").TEXT.split()) == 20


# --- reading


def test_reading_is_measured_at_three_sizes(tmp_path, capsys):
    reading = module("read_and_encode")
    words = ["--size", "0.6", "--folder", str(tmp_path), "--results", str(tmp_path / "results")]
    assert reading.main(words) in (0, module("measuring").MISSED)
    runs = result(tmp_path / "results", "read_and_encode")["runs"]
    assert [run["rows"] for run in runs] == sorted(run["rows"] for run in runs)
    assert runs[2]["rows"] > 1.5 * runs[1]["rows"] > 0
    assert set(runs[0]["steps"]) >= {"fit", "encode"}
    assert runs[0]["peak_megabytes"] >= max(
        step["peak_megabytes"] for step in runs[0]["steps"].values()
    )
    assert [path.name for path in tmp_path.iterdir()] == ["results"]  # large files are removed
    assert "peak MB" in capsys.readouterr().out


def test_a_cut_file_ends_with_a_whole_line(tmp_path):
    whole, part = tmp_path / "whole", tmp_path / "part"
    whole.write_bytes(b"".join(b"%04d\n" % n for n in range(1000)))
    module("read_and_encode").cut(whole, 1237, part)
    assert part.read_bytes() == whole.read_bytes()[:1240]


@pytest.mark.parametrize(
    ("last", "peak", "met"),
    [
        (0.14, 999, {"linear": True, "memory": True}),
        (0.16, 1001, {"linear": False, "memory": False}),
    ],
)
def test_the_verdict_on_reading(last, peak, met):
    rows = [{"cpu_seconds_a_megabyte": cpu, "peak_megabytes": peak} for cpu in (0.1, last)]
    assert module("read_and_encode").verdict(rows)["met"] == met


# --- fused layers


@pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)
def test_fused_layers_are_measured_beside_keras(tmp_path, capsys):
    words = ["--repeats", "1", "--sizes", "3x4x5x6", "--ragged", "4x5x6x7", "--cells", "lstm"]
    measured = module("kernels")
    assert measured.main([*words, "--results", str(tmp_path)]) in (0, module("measuring").MISSED)
    rows = result(tmp_path, "kernels")["rows"]
    assert [(row["what"], row["ragged"]) for row in rows] == [
        (what, ragged) for ragged in (False, True) for what in ("forward", "train", "step")
    ]
    assert all(row["ratio"]["keras"] > 0 and row["gigaflops"] > 0 for row in rows[:2])
    assert "lstm 4x5x6x7 ragged" in capsys.readouterr().out


def test_only_steps_that_count_are_operations():
    measured = module("kernels")
    assert measured.lengths(3, 9, True) == [1, 5, 9]
    full, ragged = (measured.operations("gru", (3, 9, 4, 2), r, "train") for r in (False, True))
    assert full == 3 * 2 * 2 * 27 * (4 + 2) * 3 * 2
    assert ragged == full * 15 / 27


@pytest.mark.parametrize(
    ("what", "size", "medians", "met"),
    [
        ("train", "32x200x128x128", {"keras": 2.3}, True),
        ("train", "32x200x128x128", {"keras": 2.1}, False),
        ("train", "32x200x128x128", {"keras": 2.3, "torch": 1.9}, False),
        ("train", "32x200x128x128", {"keras": 2.3, "torch": 2.1}, True),
        ("train", "64x30x128x256", {"keras": 1.9, "torch": 1.1}, True),
        ("forward", "64x30x128x256", {"keras": 1.1, "torch": 0.9}, False),
    ],
)
def test_goals_are_ratios_of_medians(what, size, medians, met):
    row = {
        "cell": "lstm", "size": size, "ragged": False, "what": what, "operations": 1e9,
        "median": {"textlstm": 1.0, "product": 0.1, **medians},
    }  # fmt: skip
    measured = module("kernels")
    judged = measured.judged(row)
    assert judged["met"] is met
    assert ("✔" in measured.shown([judged])) == met


# --- all of them


def test_every_benchmark_is_listed_and_can_be_run():
    listed = module("__main__").BENCHMARKS
    files = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert set(listed) == files - {"__init__", "__main__", "measuring", "kernels_plot"}
    assert all(callable(module(name).main) for name in listed)


@pytest.mark.parametrize(("quick", "code"), [(True, 0), (False, 1)])
def test_all_are_announced_run_and_summed_up(monkeypatch, capsys, quick, code):
    every, commands = module("__main__"), []

    def run(command, cwd):
        commands.append(command)
        return SimpleNamespace(returncode=1)

    monkeypatch.setattr(every.subprocess, "run", run)
    words = ["--only", "startup,figures", *(["--quick"] if quick else [])]
    assert every.main(words) == code
    assert [command[2] for command in commands] == ["benchmarks.startup", "benchmarks.figures"]
    assert all(("--results" in command) == quick for command in commands)
    said = capsys.readouterr().out
    assert ("about 20 hours" in said) == (not quick)
    assert ("a goal is missed" in said) == (not quick)
