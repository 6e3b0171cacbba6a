"""The harness of forecasts: walk-forward, baselines, the paired test, report and page."""

import json

import numpy as np
import pytest
from scipy import stats

from textlstm import comparison, corpora, evaluation, harness
from textlstm.harness import forecast, forecast_baselines
from textlstm.report import Report
from textlstm.settings import ForecastSettings
from textlstm.tasks import autoregression
from textlstm.tasks.forecast import Forecast

RANDOM = np.random.default_rng(4)
HISTORY, HORIZON = 14, 3


class Shifted:
    """Forecasts the truth, less what it is told; `wide` is half of its interval."""

    def __init__(self, corpus, off, wide=5.0):
        self.truth = {e.input: e.target for part in corpus.parts.values() for e in part}
        self.off, self.wide = off, wide

    def predict(self, inputs):
        found = []
        for given in inputs:
            given = tuple(np.asarray(given).ravel().tolist())
            made = [value - self.off for value in self.truth[given]]
            low, high = ([v + side * self.wide for v in made] for side in (-1, 1))
            found.append({"forecast": made, "low": low, "high": high})
        return found


def learned_from(values, folder):
    path = folder / "wave.csv"
    path.write_text("\n".join(["x", *map(repr, values.tolist())]), encoding="utf-8")
    s = ForecastSettings.from_mapping(
        {"data": str(path), "history": HISTORY, "horizon": HORIZON, "split": (0.6, 0.2, 0.2)}
    )
    corpus = corpora.series_windows(s)
    return corpus, Forecast.fit(corpus.train, s)


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    """A corpus of a season of 12 with noise, and its task."""
    n = np.arange(160)
    values = 50 + 0.1 * n + 10 * np.sin(2 * np.pi * n / 12) + RANDOM.normal(0, 1.5, 160)
    return values, *learned_from(values, tmp_path_factory.mktemp("series"))


def reported(series, off, folder=None, wide=5.0):
    _, corpus, task = series
    about = evaluation.About("forecast", "wave.csv")
    report, rows = evaluation.evaluate_part(
        Shifted(corpus, off, wide), task, corpus.test, about, train=corpus.train, seed=1
    )
    if folder is not None:
        evaluation.write(folder, report, rows)
    return report, rows


def test_baselines_walk_forward_as_a_slow_loop_does(series):
    values, corpus, task = series
    assert task.season == 12
    examples = list(corpus.test)
    learned = forecast_baselines.learn(corpus.train)
    found = forecast_baselines.baselines(task, learned, [e.input for e in examples])
    assert list(found) == ["last-value", "seasonal-last", "drift", "autoregression"]
    train = values[:96]
    assert learned.values.tolist() == train.tolist()
    scaled = (train - task.scaling.mean[0]) / task.scaling.spread[0]
    linear = autoregression.fit(scaled, HISTORY)
    for number, example in enumerate(examples):
        origin = 128 + number
        assert example.target == tuple(values[origin : origin + HORIZON])
        past = values[:origin].tolist()  # all that is known then
        known = ((np.array(past) - task.scaling.mean[0]) / task.scaling.spread[0]).tolist()
        wanted = {name: [] for name in found}
        for step in range(1, HORIZON + 1):
            wanted["last-value"].append(past[-1])
            wanted["seasonal-last"].append(past[origin + step - 1 - 12])
            wanted["drift"].append(past[-1] + step * (train[-1] - train[0]) / 95)
            known.append(linear.constant + linear.coefficients @ known[: -linear.order - 1 : -1])
            wanted["autoregression"].append(
                known[-1] * task.scaling.spread[0] + task.scaling.mean[0]
            )
        for name, baseline in found.items():
            assert baseline.answers[number]["forecast"] == pytest.approx(wanted[name])


def test_intervals_of_baselines_hold_their_errors_in_training(series):
    values, corpus, task = series
    learned = forecast_baselines.learn(corpus.train)
    inside = [
        low <= true <= high
        for baseline in forecast_baselines.baselines(
            task, learned, [e.input for e in corpus.train]
        ).values()
        for answer, example in zip(baseline.answers, corpus.train, strict=True)
        for low, true, high in zip(answer["low"], example.target, answer["high"], strict=True)
    ]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_no_value_that_comes_later_changes_a_forecast(series, tmp_path):
    values, corpus, task = series
    changed = values.copy()
    changed[140:] = 1e6  # all from here on is another future
    other, again = learned_from(changed, tmp_path)
    assert again.to_json() == task.to_json()

    def known(corpus, task, count):
        """Return what the first forecasts of test are made from, and those of baselines."""
        inputs = [e.input for e in corpus.test][:count]
        learned = forecast_baselines.learn(corpus.train)
        made = forecast_baselines.baselines(task, learned, inputs)
        past = np.stack([row["past"] for row in task.encode(inputs)])
        return past.tolist(), {name: baseline.answers for name, baseline in made.items()}

    origins = 140 - 128 + 1  # the last one forecasts the first changed value
    assert known(other, again, origins) == known(corpus, task, origins)
    assert known(other, again, origins + 1) != known(corpus, task, origins + 1)


def test_a_report_says_who_is_ahead(series, tmp_path):
    good, rows = reported(series, 0.0, tmp_path / "good")
    assert good.scores["rmse"].value == 0
    assert good.scores["coverage"].value == 1
    assert good.notes[0].startswith("the model is better than every baseline (the best: ")
    assert not any(row["better"] for row in good.baselines.values())
    poor, _ = reported(series, 30.0)
    assert poor.notes[0].startswith("the linear autoregression is better here (autoregression ")
    assert poor.baselines["autoregression"]["better"]
    assert poor.baselines["autoregression"]["diebold_mariano_p"] < 0.001
    assert poor.scores["coverage"].value == 0
    table = good.table(80)
    assert "seasonal-last" in table
    assert max(map(len, table.splitlines())) <= 80
    page = (tmp_path / "good" / "report.html").read_text(encoding="utf-8")
    for title in ("Truth and forecast", "The last forecast", "Errors by step ahead"):
        assert title in page
    assert "nan" not in page
    train = good.details["train"]
    assert train["gap"] == 32
    assert train["later"] == HORIZON - 1
    assert len(train["forecast"]) == len(list(series[1].train))
    assert train["forecast"] == pytest.approx(train["values"][HISTORY : -train["later"]])


def test_a_report_without_training_part_has_no_baselines(series):
    _, corpus, task = series
    report, _ = evaluation.evaluate_part(
        Shifted(corpus, 1.0), task, corpus.test, evaluation.About("forecast", "wave.csv")
    )
    assert report.baselines == {}
    assert report.notes == ["no baselines: the training part is not at hand"]


def test_runs_are_compared_in_pairs(series, tmp_path):
    reported(series, 1.0, tmp_path / "a")
    reported(series, 4.0, tmp_path / "b")
    found = comparison.compare(tmp_path / "a", tmp_path / "b")
    (pair,) = found.pairs
    assert pair["score"] == "rmse"
    assert pair["difference"] == pytest.approx(-3)
    assert pair["low"] == pytest.approx(-3)
    assert pair["diebold_mariano_p"] < 0.001
    assert "Diebold-Mariano p" in found.table(100)
    row = json.loads((tmp_path / "a" / "predictions.jsonl").read_text().splitlines()[0])
    assert harness.of_answer(row["answer"]) is forecast
    assert Report.load(tmp_path / "a" / "report.json").details["kind"] == "forecast"


def test_the_test_is_that_of_student_for_one_step():
    losses = RANDOM.normal(0.3, 1, 50)
    wanted = stats.ttest_1samp(losses, 0).pvalue
    assert forecast.diebold_mariano(losses, 1) == pytest.approx(wanted)
    assert forecast.diebold_mariano(-losses, 1) == pytest.approx(wanted)
    assert forecast.diebold_mariano(np.zeros(9), 1) == 1.0


def test_likeness_of_neighbours_makes_it_more_careful():
    losses = np.convolve(RANDOM.normal(0.15, 1, 205), np.ones(6) / 6, "valid")
    assert forecast.diebold_mariano(losses, 6) > 3 * forecast.diebold_mariano(losses, 1)


def test_equal_systems_are_seldom_told_apart():
    found = [forecast.diebold_mariano(RANDOM.normal(size=60), 3) < 0.05 for _ in range(400)]
    assert 0.02 < np.mean(found) < 0.09
