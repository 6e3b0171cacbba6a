"""What the report page shows of translations; whatever comes from the data is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm import page_parts as parts
from textlstm.report import Report, number

GROUPS = {"best": "The best by chrF", "middle": "In the middle", "worst": "The worst by chrF"}
OPEN = 3  # sentences of a group that are not folded away
HEATS_OPEN = 2
SAMPLED = 8
TEXT_SHOWN = 600

WRONG = {
    "repeated": "a part of 1 to 8 words stands directly after itself (one Chinese character: three "
    "times), and the reference has no such repetition",
    "untranslated": "holds words of the source of 4 letters or more (two Chinese characters in a "
    "row) that the reference has not",
    "empty": "no text at all",
}
COUNTED = {"repeated": ("repeated_parts", "parts"), "untranslated": ("untranslated_words", "words")}


def sections(report: Report, predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return lengths, what goes wrong, attention, and sentences side by side."""
    details = report.details
    lengths = charts.lengths(
        details.get("by_length") or [], score="bleu", name="BLEU", words="words in the source"
    )
    ratios = _ratios(details.get("length_ratios") or [])
    return [
        parts.pair(
            parts.section("BLEU by length of the source", lengths),
            parts.section("Length of the answers", ratios),
        ),
        parts.section("What goes wrong", _wrong(details.get("wrong") or {}, report.examples)),
        parts.section("Attention", _attention(details.get("attention") or [])),
        parts.section("Sentences side by side", _examples(details.get("examples") or [])),
        parts.section("Some of the answers", _sample(predictions)),
        parts.section("Signatures of sacreBLEU", _signatures(details.get("signatures") or {})),
    ]


def _ratios(rows: Sequence[Mapping[str, Any]]) -> str:
    most = max((row["count"] for row in rows), default=0)
    if not most:
        return ""
    marks = charts.ticks(0, most)
    plot = charts.Plot((0, len(rows)), (0, max(marks)), "answers by length beside the reference")
    plot.axis_y(marks)
    below = {}
    for place, row in enumerate(rows):
        low, high = row["from"], row["to"]
        name = (
            f"{low:g}+" if high is None else f"<{high:g}" if not low else f"{low:g}\u2013{high:g}"
        )
        below[place + 0.5] = name
        hint = f"{name}: {row['count']:,} answers"
        plot.bar((place + 0.1, 0), (place + 0.9, row["count"]), "faint", hint)
    plot.axis_x(below, "tokens of the answer / tokens of the reference")
    return f"<figure>{plot.svg()}<figcaption>columns: how many answers</figcaption></figure>"


def _wrong(counts: Mapping[str, int], examples: int) -> str:
    if not counts:
        return ""
    body = ""
    for name, words in WRONG.items():
        count = counts.get(name, 0)
        key, unit = COUNTED.get(name, ("", ""))
        each = f"{counts.get(key, 0):,} {unit}" if key else ""
        body += (
            f"<tr><th>{name}</th><td>{count:,}</td><td>{count / max(1, examples):.1%}</td>"
            f'<td class="alone">{each}</td><td class="words">{words}</td></tr>'
        )
    return parts.table(["", "answers", "of all", "together", ""], body)


def _attention(found: Sequence[Mapping[str, Any]]) -> str:
    if not found:
        return ""
    legend = (
        '<p class="soft">A row: a piece of the answer; a column: a piece of the source. The '
        "stronger the colour, the more attention the source piece got; a row adds to 1.</p>"
    )
    shown = [
        f'<div class="answer"><span class="meta">{escape(str(row["where"]))}</span>'
        f'<p dir="auto">{escape(_cut(row["input"]))}</p>'
        + charts.heat([*map(_piece, row["target"])], [*map(_piece, row["source"])], row["weights"])
        + "</div>"
        for row in found
    ]
    return legend + parts.more(shown, HEATS_OPEN, "more")


def _piece(piece: Any) -> str:
    """Return a piece without the space in front of it; a piece of spaces as a mark."""
    return str(piece).strip() or "\u2423"


def _examples(rows: Sequence[Mapping[str, Any]]) -> str:
    found = ""
    for group, title in GROUPS.items():
        shown = [
            _side_by_side(row["source"], row["target"], row["answer"], row["where"], row["chrf"])
            for row in rows
            if row["group"] == group
        ]
        found += f"<p><b>{title}</b></p>{parts.more(shown, OPEN, 'more')}" if shown else ""
    return found


def _sample(predictions: Sequence[Mapping[str, Any]]) -> str:
    if not predictions:
        return ""
    step = max(1, len(predictions) // SAMPLED)
    return "".join(
        _side_by_side(row["input"], row["target"], row["answer"]["translation"], row["where"])
        for row in predictions[step // 2 :: step][:SAMPLED]
    )


def _side_by_side(
    source: Any, target: Any, answer: Any, where: Any, chrf: float | None = None
) -> str:
    score = "" if chrf is None else f'<span class="said">chrF {number(chrf, "points")}</span> '
    lines = "".join(
        f'<tr><td class="soft">{side}</td><td class="words" dir="auto" '
        f'style="color:inherit;width:100%">{escape(_cut(text)) or "(empty)"}</td></tr>'
        for side, text in (("source", source), ("reference", target), ("answer", answer))
    )
    return (
        f'<div class="answer">{score}<span class="meta">{escape(str(where))}</span>'
        f'<div class="scroll"><table><tbody>{lines}</tbody></table></div></div>'
    )


def _signatures(found: Mapping[str, str]) -> str:
    return "".join(
        f'<p class="soft" style="overflow-wrap:anywhere">{escape(name)}: {escape(signature)}</p>'
        for name, signature in found.items()
    )


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + " \u2026"
