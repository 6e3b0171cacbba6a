"""Results of the lab as files: a picture, a page of its own, or the numbers as JSON."""

import json
import math
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol

from textlstm import atomic
from textlstm.errors import SettingsError


class Result(Protocol):
    """What can be saved."""

    @property
    def title(self) -> str:
        """What was measured, in a line."""

    def findings(self) -> list[str]:
        """Return what the numbers say, a sentence or two each."""

    def tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Return tables: caption, header, rows."""

    def png(self) -> bytes:
        """Return the plot."""

    def to_json(self) -> dict[str, Any]:
        """Return all numbers as plain JSON types."""


def check(paths: Sequence[Path]) -> None:
    """Refuse names that cannot be written, before any work.

    Raises:
        SettingsError: the ending is none of .png, .html and .json, there is no such folder, or
            the name is that of a folder.
    """
    for path in paths:
        if path.suffix.lower() not in _WRITERS:
            raise SettingsError(f"{path}: expected a name that ends in {', '.join(_WRITERS)}")
        if not path.parent.is_dir():
            raise SettingsError(f"{path.parent}: no such folder")
        if path.is_dir():
            raise SettingsError(f"{path}: is a folder")


def save(found: Result, paths: Sequence[Path]) -> None:
    """Write a result to files, each whole or not at all.

    Raises:
        SettingsError: as `check` does, or a file cannot be written.
    """
    check(paths)
    for path, data in [(path, _WRITERS[path.suffix.lower()](found)) for path in paths]:
        try:
            atomic.write_bytes(path, data)
        except OSError as problem:
            raise SettingsError(f"{path}: {problem.strerror}") from None


def page(found: Result) -> str:
    """Return a page of its own: no script, nothing fetched."""
    from textlstm.page_style import STYLE

    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">"
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(found.title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(found.title)}</h1>{fragment(found)}</main></body></html>\n"
    )


def fragment(found: Result) -> str:
    """Return findings, plot and tables as elements, for a page or a notebook."""
    parts = [f"<p>{escape(words)}</p>" for words in found.findings()]
    image = b64encode(found.png()).decode("ascii")
    parts.append(f'<p><img style="max-width:100%" alt="" src="data:image/png;base64,{image}"></p>')
    for caption, header, rows in found.tables():
        head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        parts.append(
            f'<p class="soft">{escape(caption)}</p><div class="scroll"><table><thead><tr>{head}'
            f"</tr></thead><tbody>{body}</tbody></table></div>"
        )
    return f"<section>{''.join(parts)}</section>"


def text(found: Result, width: int) -> str:
    """Return tables and findings for a terminal `width` columns wide."""
    from textlstm.tables import grid, paragraph

    lines: list[str] = []
    for caption, header, rows in found.tables():
        lines += [*paragraph(caption, width, ""), "", *grid(header, rows, width), ""]
    for words in found.findings():
        lines += paragraph(words, width)
    return "\n".join(lines)


def number(value: float) -> float | None:
    """Return a number as JSON can hold it, six digits long; what is not finite is null."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def document(found: Result) -> str:
    """Return all numbers as one JSON document."""
    return json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False)


_WRITERS: Mapping[str, Callable[[Result], bytes]] = {
    ".png": lambda found: found.png(),
    ".html": lambda found: page(found).encode("utf-8"),
    ".json": lambda found: (document(found) + "\n").encode("utf-8"),
}
