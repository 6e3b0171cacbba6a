"""An explanation as HTML: a page of its own, or a fragment for a notebook. No script.

Whatever comes from the text is escaped.
"""

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from textlstm.explaining.gates import Gates
from textlstm.explaining.pixels import Array, blue, both, image

if TYPE_CHECKING:
    from textlstm.explaining.explanation import Explanation

STYLE = """
.gates{--for:21,128,61;--against:180,35,24;--deep:37,99,235}
.gates p.text{font-size:1.1rem;line-height:2;overflow-wrap:anywhere;white-space:pre-wrap}
.gates p.text span{padding:2px 1px;border-radius:3px}
.gates p.text span.unknown{border-bottom:2px dotted currentColor}
.gates .scroll{overflow-x:auto}
.gates table.heat{border-collapse:separate;border-spacing:1px;width:auto;margin:0}
.gates table.heat td,.gates table.heat th{padding:2px 8px;text-align:right;border:0;
font-variant-numeric:tabular-nums;font-size:.8125rem;white-space:nowrap}
.gates table.heat th:first-child{text-align:left;font-weight:600}
.gates table.heat td{min-width:58px;border-radius:3px}
.gates .maps{display:flex;flex-wrap:wrap;gap:18px;margin:10px 0}
.gates figure{margin:0;width:310px;max-width:100%}
.gates svg{width:100%;height:auto;display:block}
.gates svg text{font:11px system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
fill:currentColor}
.gates image{image-rendering:pixelated}
.gates .small{font-size:.8125rem;opacity:.75}
.gates summary{cursor:pointer;padding:6px 0}
"""
WIDTH, LABEL, ROW, TOP = 310, 84, 13, 66
MATRIX_MOST = 24  # tokens up to which every column is named: more names would overlap


def html(e: "Explanation") -> str:
    """Return a page of its own."""
    from textlstm.page_style import STYLE as PAGE

    title = escape(f"{e.said}: {e.text[:60]}")
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">"
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{PAGE}{STYLE}</style></head><body><main>"
        f'<h1>{escape(e.heading)}</h1><div class="gates">{_body(e)}</div></main></body></html>\n'
    )


def fragment(e: "Explanation") -> str:
    """Return the same as an element that brings its own style."""
    return (
        f'<div class="gates"><style>{STYLE}</style><p><b>{escape(e.heading)}</b></p>'
        f"{_body(e)}</div>"
    )


def _body(e: "Explanation") -> str:
    notes = "".join(f'<p class="small">{escape(note)}</p>' for note in e.notes)
    first = (
        f'<section><p class="text">{_text(e, e.contribution)}</p>'
        f'<p class="small">{_reading(e)} {escape(e.method)}.</p>'
        f"{notes}{_entities(e)}</section>"
    )
    return first + "".join(_layer(e, layer) for layer in e.layers)


def _reading(e: "Explanation") -> str:
    """Return what the colours of the text mean."""
    if e.probability is None:  # changes without a sign
        return "The deeper the green, the more the answer depends on it."
    return "Green speaks for the answer, red against it."


def _entities(e: "Explanation") -> str:
    """Return the text once more for each entity, coloured by what speaks for it."""
    if not e.entities:
        return ""
    parts = ['<h3>Entities</h3><p class="small">Green speaks for the entity, red against it.</p>']
    for entity, values in e.entities:
        name = f"{entity['type']} {entity['text']}, score {entity['score']:.3f}"
        parts.append(f'<p class="small">{escape(name)}</p><p class="text">{_text(e, values)}</p>')
    return "".join(parts)


def _text(e: "Explanation", values: Array) -> str:
    """Return the raw text, each token coloured by what it adds; shared characters once."""
    most = max(float(np.abs(values).max()), 1e-12)
    parts, end = [], 0
    each = zip(e.tokens, map(float, values), strict=True)
    for (start, stop), group in groupby(each, key=lambda pair: (pair[0].start, pair[0].end)):
        pieces = list(group)
        value = sum(added for _, added in pieces)
        parts.append(escape(e.text[end:start]))
        begin, end = max(start, end), max(stop, end)
        shown = e.text[begin:end] or (pieces[0][0].shown if start == stop else "")
        name = "for" if value >= 0 else "against"
        share = min(abs(value) / most, 1.0) * 0.65
        kind = ' class="unknown"' if any(token.unknown for token, _ in pieces) else ""
        parts.append(
            f'<span{kind} style="background:rgba(var(--{name}),{share:.2f})" '
            f'title="{value:+.4f}">{escape(shown)}</span>'
        )
    return "".join(parts) + escape(e.text[end:])


def _layer(e: "Explanation", layer: Gates) -> str:
    labels = [token.shown for token in e.tokens]
    maps = [
        _map(f"{name} gate", labels, blue(layer.values[name]), f"0 to 1, {layer.units} units")
        for name in layer.names
    ]
    for name in ("cell", "hidden"):
        if name in layer.values:
            most = float(np.abs(layer.values[name]).max())
            note = f"orange -{most:.2f}, blue +{most:.2f}, {layer.units} units"
            maps.append(_map(f"{name} state", labels, both(layer.values[name]), note))
    if layer.left is not None:
        columns = labels if len(labels) <= MATRIX_MOST else []
        note = f"product of the {layer.keeps} gates since; row: from, column: at"
        maps.append(_map("left of each token", labels, blue(layer.left), note, columns))
    return (
        f"<section><h2>{escape(layer.title)}</h2>{_table(labels, layer)}"
        f'<details open><summary>every unit</summary><div class="maps">{"".join(maps)}</div>'
        "</details></section>"
    )


def _table(labels: list[str], layer: Gates) -> str:
    """Return the means of the units, a row a token."""
    means = layer.means()
    head = "".join(f"<th>{escape(name)}</th>" for name in means)
    rows = ""
    for place, label in enumerate(labels):
        cells = ""
        for name, values in means.items():
            value = float(values[place])
            most = max(float(values.max()), 1e-12) if name.startswith("|") else 1.0
            share = min(value / most, 1.0) * 0.7
            tint = f"background:rgba(var(--deep),{share:.2f})"
            cells += f'<td style="{tint}">{value:.2f}</td>'
        rows += f"<tr><th>{escape(label)}</th>{cells}</tr>"
    left = "" if layer.keeps is None else "; left: of what the token wrote, at the end of reading"
    return (
        f'<div class="scroll"><table class="heat"><thead><tr><th></th>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="small">means over the units{left}; '
        "|c|, |h|: sizes of cell and hidden state, colours to the largest of the column</p>"
    )


def _map(
    title: str, labels: list[str], colours: Array, note: str, columns: list[str] | None = None
) -> str:
    """Return an image of (tokens, n) colours with the tokens beside it."""
    top = TOP if columns else 2
    height = top + ROW * len(labels) + 2
    wide = WIDTH - LABEL
    parts = [
        f'<image x="{LABEL}" y="{top}" width="{wide}" height="{ROW * len(labels)}" '
        f'preserveAspectRatio="none" href="{image(colours)}"/>'
    ]
    for place, label in enumerate(labels):
        y = top + ROW * place + 10
        parts.append(f'<text x="{LABEL - 5}" y="{y}" text-anchor="end">{_short(label)}</text>')
    for place, label in enumerate(columns or []):
        x = round(LABEL + wide * (place + 0.5) / len(labels) + 4, 1)
        turn = f'transform="rotate(-90 {x} {top - 4})"'
        parts.append(f'<text x="{x}" y="{top - 4}" {turn}>{_short(label, 9)}</text>')
    return (
        f"<figure><figcaption><b>{escape(title)}</b> "
        f'<span class="small">{escape(note)}</span></figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg></figure>"
    )


def _short(label: str, most: int = 12) -> str:
    return escape(label if len(label) <= most else f"{label[: most - 1]}…")
