"""The report as one HTML page: no script, no file beside it, nothing fetched.

Whatever comes from the data (texts, label names, file names) is escaped.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm.page_style import STYLE
from textlstm.report import MODEL, Report, Score, label_cell, number, p_value

MISTAKES_OPEN = 10
SAMPLED = 8
TEXT_SHOWN = 600
LABELS = 60


def html(
    report: Report,
    predictions: Sequence[Mapping[str, Any]] = (),
    history: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the page of a report.

    Args:
        report: scores, baselines and `details`.
        predictions: rows {"input", "target", "answer", "where"}; some of them are shown.
        history: rows of {"epoch", "loss", "valid_loss", "valid_score", ...}.
    """
    details = report.details
    parts = [
        _tiles(report),
        _section("Beside the baselines", _baselines(report)),
        _section("Learning curves", _curves(history)),
        _section("Labels", _pair(_labels(report.per_label), _confusion(details.get("confusion")))),
        _pair(
            _section("Calibration", charts.reliability(details.get("calibration") or [])),
            _section("By text length", charts.lengths(details.get("by_length") or [])),
        ),
        _section("The surest mistakes", _mistakes(details.get("mistakes") or [])),
        _section("Some of the answers", _sample(predictions)),
        _section("How it was made", _made(report)),
    ]
    title = escape(f"{report.recipe} on {report.corpus}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>{title}</h1><p class="soft">{escape(report.split)} part, '
        f"{report.examples:,} examples; 95 % intervals</p>{_notes(report.notes)}"
        f"{''.join(parts)}</main></body></html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _pair(*blocks: str) -> str:
    """Return blocks side by side where there is room."""
    kept = [block for block in blocks if block]
    inner = "".join(f"<div>{block}</div>" for block in kept)
    return f'<div class="pair">{inner}</div>' if len(kept) > 1 else "".join(kept)


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    rows = "".join(
        f'<li class="{"bad" if "is better here" in note else ""}">{escape(note)}</li>'
        for note in notes
    )
    return f'<ul class="notes">{rows}</ul>'


def _tiles(report: Report) -> str:
    tiles = ""
    for name, score in report.scores.items():
        ends = score.interval()
        between = f"{ends[0]} to {ends[1]}" if ends else ""
        lower = "" if score.higher_is_better else " (lower is better)"
        tiles += (
            f'<div class="tile"><span class="soft">{escape(name)}{lower}</span>'
            f'<b>{score.shown()}</b><span class="soft">{between}</span></div>'
        )
    return f'<div class="tiles">{tiles}</div>'


def _baselines(report: Report) -> str:
    if not report.baselines:
        return ""
    names = list(report.scores)
    first = names[0]
    dots = [
        (system, scores[first].value, scores[first].low, scores[first].high)
        for system, scores, _ in report.systems() if first in scores
    ]  # fmt: skip
    body = ""
    for system, scores, p in report.systems():
        about = report.baselines.get(system, {})
        cells = "".join(f"<td>{_with_interval(scores.get(name))}</td>" for name in names)
        alone = ""
        if about:
            sides = (about.get("only_model_right", 0), about.get("only_baseline_right", 0))
            alone = f"{sides[0]:,} : {sides[1]:,}"
        kind = ' class="model"' if system == MODEL else ""
        body += (
            f"<tr{kind}><th>{escape(system)}</th>{cells}<td>{p_value(p)}</td>"
            f'<td class="alone">{alone}</td>'
            f'<td class="words">{escape(str(about.get("note", "")))}</td></tr>'
        )
    head = [*names, "McNemar p", "right alone", ""]
    return (
        charts.forest(dots, first)
        + _table(["", *head], body)
        + (
            '<p class="soft">McNemar p: how likely so uneven a split of the examples that only one '
            "of the two answers rightly is by chance. Right alone: the model : the baseline.</p>"
        )
    )


def _with_interval(score: Score | None) -> str:
    if score is None:
        return "-"
    ends = score.interval()
    return score.shown() + (f"<small>{ends[0]} to {ends[1]}</small>" if ends else "")


def _table(head: Sequence[str], body: str) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    return (
        f'<div class="scroll"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _curves(history: Sequence[Mapping[str, Any]]) -> str:
    if not history:
        return ""
    epochs = [int(row.get("epoch", place + 1)) for place, row in enumerate(history)]
    losses = {
        name: [row.get(key) for row in history]
        for name, key in (("train", "loss"), ("valid", "valid_loss"))
    }
    scores = {"valid": [row.get("valid_score") for row in history]}
    name = str(history[0].get("score_name", "score"))
    return _pair(charts.curves(epochs, losses, "loss"), charts.curves(epochs, scores, name))


def _labels(per_label: Mapping[str, Mapping[str, float]]) -> str:
    if not per_label:
        return ""
    keys = list(dict.fromkeys(key for row in per_label.values() for key in row))
    rows = [
        f"<tr><th>{escape(label)}</th>"
        + "".join(f"<td>{label_cell(key, row)}</td>" for key in keys)
        + "</tr>"
        for label, row in per_label.items()
    ]
    table = _table(["label", *keys], "".join(rows[:LABELS]))
    if len(rows) > LABELS:
        more = _table(["label", *keys], "".join(rows[LABELS:]))
        table += f"<details><summary>{len(rows) - LABELS:,} more labels</summary>{more}</details>"
    return table


def _confusion(confusion: Mapping[str, Any] | None) -> str:
    """Return the matrix, each row tinted by its shares, or the most frequent mix-ups."""
    confusion = confusion or {}
    names, counts = confusion.get("labels") or [], confusion.get("counts")
    if counts:
        body = ""
        for name, row in zip(names, counts, strict=True):
            total = max(1, sum(row))
            cells = "".join(
                f'<td style="background:rgba(var(--tint),{count / total * 0.75:.2f})">'
                f"{count:,}</td>"
                for count in row
            )
            body += f"<tr><th>{escape(name)}</th>{cells}</tr>"
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        return (
            '<p class="soft">Rows: the target; columns: the answer.</p>'
            f'<div class="scroll"><table class="confusion"><thead><tr><th></th>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    pairs = confusion.get("pairs") or []
    if not pairs:
        return ""
    body = "".join(
        f'<tr><td>{escape(target)}</td><td class="words">{escape(answer)}</td>'
        f"<td>{count:,}</td></tr>"
        for target, answer, count in pairs[:20]
    )
    return '<p class="soft">The most frequent mix-ups</p>' + _table(
        ["target", "answer", "examples"], body
    )


def _mistakes(rows: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        _answer(row["input"], row["target"], row["answer"], row.get("confidence"), row["where"])
        for row in rows
    ]
    body = "".join(shown[:MISTAKES_OPEN])
    if len(shown) > MISTAKES_OPEN:
        rest = "".join(shown[MISTAKES_OPEN:])
        body += f"<details><summary>{len(shown) - MISTAKES_OPEN} more</summary>{rest}</details>"
    return body


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


def _made(report: Report) -> str:
    seconds = {phase: f"{value:.1f} s" for phase, value in report.seconds.items()}
    return "".join(
        f'<details{" open" if title == "Time" else ""}><summary>{title}</summary>'
        f"{_list(rows.items())}</details>"
        for title, rows in (("Time", seconds), ("Settings", report.settings),
                            ("Versions", report.versions)) if rows
    )  # fmt: skip


def _list(rows: Iterable[tuple[str, Any]]) -> str:
    pairs = "".join(
        f"<dt>{escape(str(key))}</dt><dd>{escape(_shown(value))}</dd>" for key, value in rows
    )
    return f"<dl>{pairs}</dl>"


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
