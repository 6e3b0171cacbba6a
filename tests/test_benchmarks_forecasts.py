"""Errors of forecasts on public series: measured, judged and shown."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmark_modules import module, result

from textlstm.report import Report, Score


def found(rmse, seed=1):
    """The figures of a run."""
    return {
        "seed": seed, "rmse": rmse, "mae": 2.0, "mase": 0.5, "smape": 9.0, "coverage": 0.9,
        "baselines": {"drift": {"rmse": 20.0, "mae": 9.0, "p": 0.5}}, "notes": ["so it is"],
        "seconds": 3.0,
    }  # fmt: skip


@pytest.mark.parametrize(("rmse", "missed"), [((14.0, 14.4), 0), ((14.0, 14.8), 1)])
def test_the_goal_is_of_the_mean_over_seeds(rmse, missed, tmp_path, monkeypatch, capsys):
    forecasts = module("forecasts")
    (tmp_path / "timeseries").mkdir()
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    asked = []

    def run(name, seed, more):
        asked.append((name, seed, list(more)))
        return found(rmse[seed - 1], seed)

    monkeypatch.setattr(forecasts, "run", run)
    words = ["--only", "airline", "--seeds", "1,2", "--results", str(tmp_path), "units=8"]
    assert forecasts.main(words) == missed
    assert asked == [("airline", seed, ["units=8"]) for seed in (1, 2)]
    out = capsys.readouterr().out
    assert out.count("✖") == missed
    assert "(≤ 14.3)" in out
    assert "airline units=8, seed 1: so it is" in out
    entry = result(tmp_path, "forecasts")["series"]["airline units=8"]
    assert entry["summary"]["rmse"] == pytest.approx(sum(rmse) / 2)
    assert entry["words"][-1] == "units=8"


def test_what_is_no_case_any_more_is_still_shown(tmp_path, capsys):
    forecasts = module("forecasts")
    summary = forecasts.summary([found(7.25)])
    old = {"name": "sales", "summary": summary, "runs": [found(7.25)]}
    (tmp_path / "forecasts.json").write_text(json.dumps({"series": {"sales": old}}), "utf-8")
    assert forecasts.main(["--show", "--results", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "7.25 " in out
    assert "✖" not in out
    assert forecasts.main(["--show", "--results", str(tmp_path / "none")]) == 0
    assert capsys.readouterr().out == "nothing is measured yet\n"


def test_without_the_data_a_series_is_skipped(tmp_path, monkeypatch, capsys):
    forecasts = module("forecasts")
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    assert forecasts.main(["--only", "sunspots", "--results", str(tmp_path)]) == 0
    assert "sunspots: skipped, there is no " in capsys.readouterr().out
    assert not (tmp_path / "forecasts.json").exists()
    with pytest.raises(SystemExit):
        forecasts.main(["--only", "sunspot"])


def test_a_run_is_the_command_in_a_process_of_its_own(monkeypatch):
    forecasts = module("forecasts")
    score = {name: Score(3.0, "value", False, 2.0, 4.0) for name in forecasts.SCORES}
    told = []

    def process(command, cache):
        told.append(command)
        folder = command[command.index("--out") + 1]
        baselines = {"drift": {"scores": score, "diebold_mariano_p": 0.25, "better": False}}
        report = Report(
            recipe="forecast", corpus="sine-wave", split="test", examples=7, scores=score,
            baselines=baselines, notes=["so"], details={"history": [{}, {}]},
        )  # fmt: skip
        Path(folder).mkdir()
        text = json.dumps(report.to_json())
        (Path(folder) / "report.json").write_text(text, "utf-8")
        return SimpleNamespace(seconds=2.0, peak_megabytes=300)

    monkeypatch.setattr(forecasts.measuring, "process", process)
    made = forecasts.run("sine", 3, ["units=8"])
    command = told[0]
    start = command.index("run")
    assert command[start : start + 5] == ["run", "forecast", "horizon=50", "units=8", "seed=3"]
    assert (made["rmse"], made["interval_over_origins"], made["epochs"]) == (3.0, [2.0, 4.0], 2)
    assert made["baselines"] == {"drift": {"rmse": 3.0, "mae": 3.0, "p": 0.25}}
