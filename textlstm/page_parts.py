"""Pieces of the report page for every kind of task; what comes from the data is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm.report import MODEL, Report, Score, label_cell, p_value

LABELS = 60
NOTE_BESIDE = 5  # scores; with more of them a baseline's note stands below the table

# Why the p of a paired test is what it is, by its name.
TESTS = {
    "McNemar p": "how likely so uneven a split of the examples that only one of the two answers "
    "rightly is by chance",
    "bootstrap p": "how likely so large a difference is by chance, from resamples of the sentences "
    "(of running text: of its blocks)",
    "Diebold-Mariano p": "how likely so large a difference of the squared errors is by chance, the "
    "likeness of neighbouring errors counted in",
}


def section(title: str, body: str) -> str:
    """Return a card with a heading, or nothing where there is nothing to show."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def pair(*blocks: str) -> str:
    """Return blocks side by side where there is room."""
    kept = [block for block in blocks if block]
    inner = "".join(f"<div>{block}</div>" for block in kept)
    return f'<div class="pair">{inner}</div>' if len(kept) > 1 else "".join(kept)


def table(head: Sequence[str], body: str, *, dense: bool = False) -> str:
    """Return a table of rows that are HTML already; it scrolls where it is too wide."""
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    kind = ' class="dense"' if dense else ""
    return (
        f'<div class="scroll"><table{kind}><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def more(rows: Sequence[str], open_: int, what: str) -> str:
    """Return rows, those beyond the first `open_` folded away."""
    body = "".join(rows[:open_])
    if len(rows) > open_:
        rest = "".join(rows[open_:])
        body += f"<details><summary>{len(rows) - open_} {what}</summary>{rest}</details>"
    return body


def tiles(report: Report) -> str:
    """Return the model's scores, large."""
    found = ""
    for name, score in report.scores.items():
        ends = score.interval()
        between = f"{ends[0]} to {ends[1]}" if ends else ""
        lower = "" if score.higher_is_better else " (lower is better)"
        found += (
            f'<div class="tile"><span class="soft">{escape(name)}{lower}</span>'
            f'<b>{score.shown()}</b><span class="soft">{between}</span></div>'
        )
    return f'<div class="tiles">{found}</div>'


def notes(said: Sequence[str]) -> str:
    """Return what a reader must know, first of all."""
    if not said:
        return ""
    rows = "".join(
        f'<li class="{"bad" if "is better here" in note else ""}">{escape(note)}</li>'
        for note in said
    )
    return f'<ul class="notes">{rows}</ul>'


def baselines(report: Report) -> str:
    """Return model and baselines side by side, drawn and as a table, with the paired test."""
    if not report.baselines:
        return ""
    names = list(report.scores)
    first = names[0]
    dots = [
        (system, scores[first].value, scores[first].low, scores[first].high)
        for system, scores, _ in report.systems() if first in scores
    ]  # fmt: skip
    wide = len(names) > NOTE_BESIDE
    body = below = ""
    for system, scores, p in report.systems():
        about = report.baselines.get(system, {})
        cells = "".join(f"<td>{_with_interval(scores.get(name))}</td>" for name in names)
        alone = ""
        if about:
            sides = (about.get("only_model_right", 0), about.get("only_baseline_right", 0))
            alone = f"{sides[0]:,} : {sides[1]:,}"
        kind = ' class="model"' if system == MODEL else ""
        note = escape(str(about.get("note", "")))
        body += (
            f"<tr{kind}><th>{escape(system)}</th>{cells}<td>{p_value(p)}</td>"
            f'<td class="alone">{alone}</td>'
            + ("" if wide else f'<td class="words">{note}</td>')
            + "</tr>"
        )
        below += f'<p class="soft">{escape(system)}: {note}</p>' if wide and note else ""
    test = report.test_name()
    return (
        charts.forest(dots, first)
        + table(["", *names, test, "right alone", *([] if wide else [""])], body, dense=wide)
        + below
        + f'<p class="soft">{test}: {TESTS[test]}. Right alone: the model : the baseline.</p>'
    )


def curves(history: Sequence[Mapping[str, Any]]) -> str:
    """Return loss and validation score by epoch."""
    if not history:
        return ""
    epochs = [int(row.get("epoch", place + 1)) for place, row in enumerate(history)]
    losses = {
        name: [row.get(key) for row in history]
        for name, key in (("train", "loss"), ("valid", "valid_loss"))
    }
    scores = {"valid": [row.get("valid_score") for row in history]}
    name = str(history[0].get("score_name", "score"))
    return pair(charts.curves(epochs, losses, "loss"), charts.curves(epochs, scores, name))


def labels(per_label: Mapping[str, Mapping[str, float]], what: str = "label") -> str:
    """Return precision, recall, F1 and support of each label or type."""
    if not per_label:
        return ""
    keys = list(dict.fromkeys(key for row in per_label.values() for key in row))
    rows = [
        f"<tr><th>{escape(label)}</th>"
        + "".join(f"<td>{label_cell(key, row)}</td>" for key in keys)
        + "</tr>"
        for label, row in per_label.items()
    ]
    found = table([what, *keys], "".join(rows[:LABELS]))
    if len(rows) > LABELS:
        rest = table([what, *keys], "".join(rows[LABELS:]))
        found += f"<details><summary>{len(rows) - LABELS:,} more {what}s</summary>{rest}</details>"
    return found


def confusion(found: Mapping[str, Any] | None, of: str = "examples") -> str:
    """Return the matrix, each row tinted by its shares, or the most frequent mix-ups."""
    found = found or {}
    names, counts = found.get("labels") or [], found.get("counts")
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
    pairs = found.get("pairs") or []
    if not pairs:
        return ""
    body = "".join(
        f'<tr><td>{escape(target)}</td><td class="words">{escape(answer)}</td>'
        f"<td>{count:,}</td></tr>"
        for target, answer, count in pairs[:20]
    )
    return '<p class="soft">The most frequent mix-ups</p>' + table(["target", "answer", of], body)


def made(report: Report) -> str:
    """Return times, settings and versions."""
    seconds = {phase: f"{value:.1f} s" for phase, value in report.seconds.items()}
    return "".join(
        f'<details{" open" if title == "Time" else ""}><summary>{title}</summary>'
        f"{_list(rows.items())}</details>"
        for title, rows in (("Time", seconds), ("Settings", report.settings),
                            ("Versions", report.versions)) if rows
    )  # fmt: skip


def _with_interval(score: Score | None) -> str:
    if score is None:
        return "-"
    ends = score.interval()
    return score.shown() + (f"<small>{ends[0]} to {ends[1]}</small>" if ends else "")


def _list(rows: Iterable[tuple[str, Any]]) -> str:
    pairs = "".join(
        f"<dt>{escape(str(key))}</dt><dd>{escape(_shown(value))}</dd>" for key, value in rows
    )
    return f"<dl>{pairs}</dl>"


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
