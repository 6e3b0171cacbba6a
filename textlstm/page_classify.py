"""What the report page shows of labelled texts; whatever comes from the data is escaped."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm import page_parts as parts
from textlstm.report import Report, number

MISTAKES_OPEN = 10
SAMPLED = 8
TEXT_SHOWN = 600


def sections(report: Report, predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return labels, calibration, lengths, mistakes and a sample of the answers."""
    details = report.details
    both = parts.pair(parts.labels(report.per_label), parts.confusion(details.get("confusion")))
    return [
        parts.section("Labels", both),
        parts.pair(
            parts.section("Calibration", charts.reliability(details.get("calibration") or [])),
            parts.section("By text length", charts.lengths(details.get("by_length") or [])),
        ),
        parts.section("The surest mistakes", _mistakes(details.get("mistakes") or [])),
        parts.section("Some of the answers", _sample(predictions)),
    ]


def _mistakes(rows: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        _answer(row["input"], row["target"], row["answer"], row.get("confidence"), row["where"])
        for row in rows
    ]
    return parts.more(shown, MISTAKES_OPEN, "more")


def _sample(predictions: Sequence[Mapping[str, Any]]) -> str:
    if not predictions:
        return ""
    step = max(1, len(predictions) // SAMPLED)
    body = ""
    for row in predictions[step // 2 :: step][:SAMPLED]:
        answer = row["answer"]
        label = answer.get("label", answer) if isinstance(answer, Mapping) else answer
        sure = answer.get("probabilities", {}).get(label) if isinstance(label, str) else None
        body += _answer(row["input"], row["target"], label, sure, row["where"])
    return body


def _answer(text: Any, target: Any, answer: Any, sure: float | None, where: str) -> str:
    said, meant = _names(answer), _names(target)
    right = set(said) == set(meant)
    sureness = f" {number(sure)}" if sure is not None and math.isfinite(sure) else ""
    meant_shown = "" if right else f"instead of <b>{escape(', '.join(meant) or '(none)')}</b>, "
    words = str(text)
    if len(words) > TEXT_SHOWN:
        words = words[:TEXT_SHOWN] + " \u2026"
    return (
        f'<div class="answer"><span class="said {"good" if right else "bad"}">'
        f"{escape(', '.join(said) or '(none)')}{sureness}</span> "
        f'<span class="meta">{meant_shown}{escape(str(where))}</span>'
        f'<p dir="auto">{escape(words) or "(empty)"}</p></div>'
    )


def _names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(name) for name in value or ()]
