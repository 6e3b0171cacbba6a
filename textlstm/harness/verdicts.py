"""Sentences about who is ahead, and whether that can be chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textlstm.harness import ALONE, SIGNIFICANT
from textlstm.report import Report, Score, p_value


@dataclass(frozen=True, slots=True)
class Test:
    """By what a kind of task tells who is ahead.

    Attributes:
        main: name of the score.
        key: of the p value in a baseline's row.
        name: of the p value in a sentence.
        simple: what a baseline that is no linear model is called, by its name.
    """

    main: str
    key: str
    name: str
    simple: Mapping[str, str]


def verdict(report: Report, test: Test) -> list[str]:
    """Return which baselines are ahead of the model, or how far the model is ahead of the best."""
    peers = [item for item in report.baselines.items() if item[0] != ALONE]
    if not peers:
        return []
    model = report.scores[test.main]
    sign = -1 if model.higher_is_better else 1
    ranked = sorted(peers, key=lambda item: sign * item[1]["scores"][test.main].value)
    notes = [
        f"{test.simple.get(name, 'the linear model')} is better here "
        f"({_against(name, row, model, test)})" + _chance(row, test)
        for name, row in ranked
        if row["better"]
    ]
    if notes:
        return notes
    name, row = ranked[0]
    against = _against(name, row, model, test)
    if row[test.key] < SIGNIFICANT:
        return [f"the model is better than every baseline (the best: {against})"]
    return [f"the model is not clearly better than {name} ({against})" + _chance(row, test)]


def _against(name: str, row: Mapping[str, Any], model: Score, test: Test) -> str:
    p = p_value(row[test.key])
    shown = p if p.startswith("<") else f"= {p}"
    value = row["scores"][test.main].shown()
    return f"{name} {value} against {model.shown()}, {test.name} {shown}"


def _chance(row: Mapping[str, Any], test: Test) -> str:
    return "" if row[test.key] < SIGNIFICANT else ": the difference is within chance"
