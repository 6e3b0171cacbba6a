"""The report as one HTML page: no script, no file beside it, nothing fetched.

Whatever comes from the data (texts, label names, file names) is escaped.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from textlstm import page_classify, page_forecast, page_generate, page_tag, page_translate
from textlstm import page_parts as parts
from textlstm.page_style import STYLE
from textlstm.report import Report

# By details["kind"]; a report without it is of labels.
SECTIONS = {
    "classify": page_classify.sections,
    "tag": page_tag.sections,
    "translate": page_translate.sections,
    "generate": page_generate.sections,
    "forecast": page_forecast.sections,
}


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
    sections = SECTIONS[report.details.get("kind", "classify")]
    body = [
        parts.tiles(report),
        parts.section("Beside the baselines", parts.baselines(report)),
        parts.section("Learning curves", parts.curves(history)),
        *sections(report, predictions),
        parts.section("How it was made", parts.made(report)),
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
        f"{report.examples:,} examples; 95 % intervals</p>{parts.notes(report.notes)}"
        f"{''.join(body)}</main></body></html>\n"
    )
