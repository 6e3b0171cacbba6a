"""Answers as a person reads them, and as `textlstm predict` prints them: a kind of task each."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textlstm.tasks import Answer

PALETTE = ("32", "36", "35", "33", "34", "31")  # of ANSI, one for each type
PLAIN = "\x1b[0m"


@dataclass(frozen=True)
class Kind:
    """How the answers of a kind of task are printed.

    Attributes:
        reader: answer and raw text for a person: `(text, answer, color)`.
        given: what the raw text is called in JSON.
        piped: an answer where the output is no terminal; None: a JSON line.
        sample: what a person may give to `textlstm predict`.
    """

    reader: Callable[[str, Any, bool], str]
    given: str
    piped: Callable[[str, Any], str] | None
    sample: str = "your text"


def classified(text: str, answer: Answer, color: bool = False) -> str:
    """Return the label with its probability, or several, and then the text."""
    label, values = answer["label"], answer["probabilities"]
    if isinstance(label, str):
        said = f"{label}  {values[label]:.3f}"
    else:
        said = ", ".join(f"{name} {values[name]:.3f}" for name in label) or "(no label)"
    return f"{said}  {text}"


def tagged(text: str, answer: Answer, color: bool = False) -> str:
    """Return the text with its entities marked: `[Jordan PER]`, in colours where asked."""
    out, place = [], 0
    for entity in answer["entities"]:
        code = PALETTE[sum(entity["type"].encode()) % len(PALETTE)]  # the same in every line
        name = text[entity["start"] : entity["end"]]
        start, end = (f"\x1b[1;{code}m", PLAIN) if color else ("", "")
        out += [text[place : entity["start"]], f"{start}[{name} {entity['type']}]{end}"]
        place = entity["end"]
    return "".join([*out, text[place:]])


def translated(text: str, answer: Answer, color: bool = False) -> str:
    """Return the text and its translation; below it the n-best ones with scores, where asked."""
    start, end = ("\x1b[1m", PLAIN) if color else ("", "")
    return f"{text} -> {start}{_line(answer['translation'])}{end}{_nbest(answer)}"


def translation(text: str, answer: Answer) -> str:
    """Return the translation alone, on one line; below it the n-best ones, where asked."""
    return _line(answer["translation"]) + _nbest(answer)


def continued(text: str, answer: Answer, color: bool = False) -> str:
    """Return the text and its continuation, as it goes on."""
    start, end = ("\x1b[1m", PLAIN) if color else ("", "")
    return f"{start}{text}{end}{answer['continuation']}"


def _line(text: str) -> str:
    """Return a text with a space for each line break, so that an answer stays on one line."""
    return " ".join(text.splitlines())


def _nbest(answer: Answer) -> str:
    each = answer.get("nbest", ())
    return "".join(f"\n    {one['score']:8.3f}  {_line(one['translation'])}" for one in each)


def forecast(text: str, answer: Answer, color: bool = False) -> str:
    """Return the end of the past and the next values, each with its 95 % interval."""
    start, end = ("\x1b[1m", PLAIN) if color else ("", "")
    steps = zip(answer["forecast"], answer["low"], answer["high"], strict=True)
    values = ", ".join(f"{start}{v:.5g}{end} [{low:.5g}, {high:.5g}]" for v, low, high in steps)
    return f"{text} -> {values}"


KINDS: Mapping[str, Kind] = {
    "classify": Kind(classified, "text", classified),
    "tag": Kind(tagged, "text", None),
    "translate": Kind(translated, "source", translation),
    "generate": Kind(continued, "prefix", continued),
    "forecast": Kind(forecast, "past", None, "numbers, oldest first"),
}


def shown(kind: str, text: str, answer: Answer, color: bool = False) -> str:
    """Return an answer and its raw text for a person: one line, but for n-best translations.

    Args:
        kind: of the task.
        text: the raw input.
        answer: of the predictor.
        color: whether ANSI colours may be used.
    """
    return KINDS[kind].reader(text, answer, color)


def printed(
    kind: str, text: str, answer: Answer, *, as_json: bool, terminal: bool, color: bool
) -> str:
    """Return what `textlstm predict` prints for an answer.

    Args:
        kind: of the task.
        text: the raw input.
        answer: of the predictor.
        as_json: whether a JSON line was asked for.
        terminal: whether a person reads it.
        color: whether ANSI colours may be used.
    """
    how = KINDS[kind]
    if as_json or (how.piped is None and not terminal):
        return json.dumps({how.given: text, **answer}, ensure_ascii=False)
    if terminal or how.piped is None:
        return how.reader(text, answer, color)
    return how.piped(text, answer)
