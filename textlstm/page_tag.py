"""What the report page shows of entities; whatever comes from the data is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm import page_parts as parts
from textlstm.report import Report, number

MISTAKES_OPEN = 10
BESIDE = 6  # types whose matrix has room beside something else

ERRORS = {
    "right": "type and span are right",
    "type": "right span, other type",
    "boundary": "right type, span only overlaps",
    "both": "other type, span only overlaps",
    "missed": "no answer touches it",
    "spurious": "answers that touch no target",
}


def sections(report: Report, predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return types, kinds of errors, F1 in parts of the entities, calibration and mistakes."""
    details = report.details
    seen = _rows("in training", details.get("seen") or [])
    by_tokens = _rows("tokens", details.get("by_entity_length") or [])
    by_length = charts.lengths(
        details.get("by_length") or [], score="f1", name="entity F1", words="tokens in the sentence"
    )
    mixed = parts.confusion(details.get("confusion"), "entities")
    errors = _errors(details.get("errors") or {})
    both = (
        parts.section("Confusion of types on the same span", mixed),
        parts.section("Kinds of errors", errors),
    )
    few = len((details.get("confusion") or {}).get("labels") or []) <= BESIDE
    calibration = charts.reliability(details.get("calibration") or [])
    return [
        parts.section("Types", parts.labels(report.per_label, "type")),
        parts.pair(*both) if few else "".join(both),
        parts.pair(
            parts.section("Seen and unseen entities", seen),
            parts.section("By length of the entity", by_tokens),
        ),
        parts.pair(
            parts.section("By length of the sentence", by_length),
            parts.section("Calibration of the entities' scores", calibration),
        ),
        parts.section("The worst mistakes", _mistakes(details.get("mistakes") or [])),
    ]


def _errors(counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    targets = max(1, sum(count for name, count in counts.items() if name != "spurious"))
    body = ""
    for name, words in ERRORS.items():
        count = counts.get(name, 0)
        share = "" if name == "spurious" else f"{count / targets:.1%}"
        body += (
            f"<tr><th>{name}</th><td>{count:,}</td><td>{share}</td>"
            f'<td class="words">{words}</td></tr>'
        )
    return parts.table(["", "entities", "of targets", ""], body)


def _rows(what: str, rows: Sequence[Mapping[str, Any]]) -> str:
    body = ""
    for row in rows:
        ends = ""
        if row.get("low") is not None:
            ends = f"<small>{number(row['low'])} to {number(row['high'])}</small>"
        counts = f"<td>{int(row['support']):,}</td><td>{int(row['answered']):,}</td>"
        body += (
            f"<tr><th>{escape(str(row['name']))}</th><td>{number(row['f1'])}{ends}</td>"
            f"<td>{number(row['precision'])}</td><td>{number(row['recall'])}</td>{counts}</tr>"
        )
    head = [what, "f1", "precision", "recall", "targets", "answered"]
    return parts.table(head, body, dense=True) if body else ""


def _mistakes(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    legend = (
        '<p class="soft">First line: the target; second line: the answer. '
        '<mark class="good">right</mark> <mark class="bad">wrong or missed</mark></p>'
    )
    return legend + parts.more([_mistake(row) for row in rows], MISTAKES_OPEN, "more")


def _mistake(row: Mapping[str, Any]) -> str:
    text = str(row["input"])
    target, answer = ([tuple(entity) for entity in row[side]] for side in ("target", "answer"))
    both = set(target) & set(answer)
    plural = "y" if row["wrong"] == 1 else "ies"
    hidden = f", {row['hidden']} not shown" if row.get("hidden") else ""
    lines = ""
    for side, entities in (("target", target), ("answer", answer)):
        lines += (
            f'<p dir="auto" class="marked"><span class="meta">{side}</span> '
            f"{marked(text, entities, both)}</p>"
        )
    return (
        f'<div class="answer"><span class="said bad">{row["wrong"]} wrong entit{plural}</span> '
        f'<span class="meta">{escape(str(row["where"]))}{hidden}</span>{lines}</div>'
    )


def marked(text: str, entities: Sequence[tuple[str, int, int]], right: set[Any]) -> str:
    """Return the text as HTML with a mark around each entity, its type behind it.

    Args:
        text: raw.
        entities: (type, start, end) by offsets into the text, not overlapping.
        right: those that are marked as right ones; the others as wrong ones.
    """
    found, place = "", 0
    for entity in sorted(entities, key=lambda e: e[1:]):
        kind, start, end = entity
        colour = "good" if entity in right else "bad"
        found += (
            f'{escape(text[place:start])}<mark class="{colour}">{escape(text[start:end])}'
            f"<sub>{escape(str(kind))}</sub></mark>"
        )
        place = end
    return found + escape(text[place:])
