"""Sentences about who is ahead, and whether that can be chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textlstm.harness import ALONE, SIGNIFICANT
from textlstm.report import Report, p_value


@dataclass(frozen=True, slots=True)
class Test:
    """By what a kind of task tells who is ahead.

    Attributes:
        main: name of the score.
        key: of the p value in a baseline's row.
        name: of the p value in a sentence.
        simple: what a baseline that is no linear model is called, by its name.
        told: the scores that a sentence tells, and what they are called; empty: the main one.
    """

    main: str
    key: str
    name: str
    simple: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)


def verdict(report: Report, test: Test) -> list[str]:
    """Return which baselines are ahead of the model, or how far the model is ahead of the best."""
    peers = [item for item in report.baselines.items() if item[0] != ALONE]
    if not peers:
        return []
    sign = -1 if report.scores[test.main].higher_is_better else 1
    ranked = sorted(peers, key=lambda item: sign * item[1]["scores"][test.main].value)
    notes = [
        f"{test.simple.get(name, 'the linear model')} is better here "
        f"({_against(name, row, report, test)})" + _chance(row, test)
        for name, row in ranked
        if row["better"]
    ]
    if notes:
        return notes
    name, row = ranked[0]
    against = _against(name, row, report, test)
    if row[test.key] < SIGNIFICANT:
        return [f"the model is better than every baseline (the best: {against})"]
    return [f"the model is not clearly better than {name} ({against})" + _chance(row, test)]


def _against(name: str, row: Mapping[str, Any], report: Report, test: Test) -> str:
    p = p_value(row[test.key])
    shown = p if p.startswith("<") else f"= {p}"
    both = [
        f"{called} {row['scores'][score].shown()} against {report.scores[score].shown()}".strip()
        for score, called in (test.told or {test.main: ""}).items()
        if score in report.scores
    ]
    return f"{name} {', '.join(both)}, {test.name} {shown}"


def _chance(row: Mapping[str, Any], test: Test) -> str:
    return "" if row[test.key] < SIGNIFICANT else ": the difference is within chance"
