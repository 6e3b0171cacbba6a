"""What the report page shows of forecasts: the series, its forecasts, errors by step ahead."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from textlstm import charts
from textlstm import page_parts as parts
from textlstm.report import Report

WIDE, TALL = 960, 340  # units of a chart as wide as the page
STEPS_LISTED = 12


def sections(report: Report, predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the series with its forecasts, the last forecast, and the errors."""
    details = report.details
    how = (
        f'<p class="soft">Intervals of the scores: circular block bootstrap, blocks of '
        f"{details.get('block', 1)} neighbouring origins.</p>"
    )
    return [
        parts.section("Truth and forecast", _series(details)),
        parts.pair(
            parts.section("The last forecast", _last(details)),
            parts.section("Errors by step ahead", _by_step(details.get("by_step") or [])),
        ),
        parts.section("Errors one step ahead, in time", _residuals(details)),
        parts.section("How sure the scores are", how),
    ]


def _series(details: Mapping[str, Any]) -> str:
    """Return training and scored values with the forecasts one step ahead of both."""
    truth, shown = details.get("truth") or [], details.get("shown") or []
    if not truth:
        return ""
    train = details.get("train") or {}
    values, gap, past = train.get("values") or [], train.get("gap", 0), details.get("past") or []
    past = past[len(past) - min(gap, len(past)) :] if values else past
    start = -gap - len(values)
    first = -gap - train.get("later", 0) - len(train.get("forecast") or [])
    before = {
        key: [(first + place, value) for place, value in enumerate(train.get(key) or [])]
        for key in ("forecast", "low", "high")
    }
    tested = {key: [(row["at"], row[key][0]) for row in shown] for key in before}
    every = [value for side in (before, tested) for line in side.values() for _, value in line]
    marks = charts.ticks(*_range([*values, *past, *truth, *every]))
    plot = charts.Plot(
        (min(start, -len(past)), len(truth) - 1), (min(marks), max(marks)),
        "truth and forecast over time", width=WIDE, height=TALL,
    )  # fmt: skip
    plot.axis_y(marks)
    for side in (before, tested):
        plot.area(side["low"], side["high"])
    plot.path([(start + place, value) for place, value in enumerate(values)], "truth")
    known = [*past, *truth]
    plot.path([(place - len(past), value) for place, value in enumerate(known)], "truth")
    plot.path(before["forecast"], "train")
    plot.path(tested["forecast"], "model")
    plot.segment((-0.5, min(marks)), (-0.5, max(marks)), "ideal")
    plot.axis_x({0: "test"}, f"rows; {details.get('column', 'value')}")
    return (
        '<figure class="wide"><figcaption><span class="key truth">truth</span>'
        '<span class="key train">forecast of the training part</span>'
        '<span class="key">forecast of the test part, one step ahead, with 95 % intervals</span>'
        f"</figcaption>{plot.svg()}</figure>"
    )


def _last(details: Mapping[str, Any]) -> str:
    """Return a whole forecast beside what came: the last one that is drawn."""
    shown, truth = details.get("shown") or [], details.get("truth") or []
    if not shown or details.get("horizon", 1) < 2:
        return ""
    row = shown[-1]
    values = [*truth, *(details.get("last_target") or [])[1:]]  # the last target goes on
    start, length = row["at"], len(row["forecast"])
    past = values[max(0, start - length) : start]
    future = values[start : start + length]
    marks = charts.ticks(*_range([*past, *future, *row["low"], *row["high"]]))
    plot = charts.Plot((-len(past), length - 1), (min(marks), max(marks)), "the last forecast")
    plot.axis_y(marks)
    plot.area(list(enumerate(row["low"])), list(enumerate(row["high"])))
    plot.path([(place - len(past), value) for place, value in enumerate([*past, *future])], "truth")
    plot.path(list(enumerate(row["forecast"])), "model")
    plot.axis_x({0: "1", length - 1: str(length)}, "steps ahead")
    return f"<figure>{plot.svg()}</figure>"


def _by_step(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return RMSE and mean error of each step ahead, drawn where there are several."""
    if not rows:
        return ""
    step = max(1, math.ceil(len(rows) / STEPS_LISTED))
    body = "".join(
        f"<tr><th>{row['step']}</th><td>{row['rmse']:.4g}</td><td>{row['bias']:+.3g}</td></tr>"
        for row in rows[::step]
    )
    table = parts.table(["step", "rmse", "mean error"], body)
    if len(rows) < 3:
        return table
    marks = charts.ticks(0, max(row["rmse"] for row in rows))
    plot = charts.Plot((1, len(rows)), (0, max(marks)), "RMSE by step ahead")
    plot.axis_y(marks)
    plot.path([(row["step"], row["rmse"]) for row in rows], "model")
    plot.axis_x({1: "1", len(rows): str(len(rows))}, "steps ahead")
    return f"<figure>{plot.svg()}</figure>{table}"


def _residuals(details: Mapping[str, Any]) -> str:
    """Return the errors of the first step in time: what is left should look like noise."""
    found = details.get("residuals") or []
    if len(found) < 2:
        return ""
    marks = charts.ticks(*_range([*found, 0.0]))
    plot = charts.Plot(
        (0, len(found) - 1), (min(marks), max(marks)), "errors one step ahead", width=WIDE
    )
    plot.axis_y(marks)
    plot.path(list(enumerate(found)), "model")
    plot.axis_x({}, "forecast less truth, in time order")
    return f'<figure class="wide">{plot.svg()}</figure>'


def _range(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if math.isfinite(value)]
    return min(known), max(known)
