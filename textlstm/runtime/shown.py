"""Answers as a person reads them on a terminal, a kind of task each."""

from collections.abc import Callable, Mapping
from typing import Any

from textlstm.tasks import Answer

PALETTE = ("32", "36", "35", "33", "34", "31")  # of ANSI, one for each type
PLAIN = "\x1b[0m"


def classified(text: str, answer: Answer, color: bool) -> str:
    """Return the label with its probability, or several, and then the text."""
    label, values = answer["label"], answer["probabilities"]
    if isinstance(label, str):
        said = f"{label}  {values[label]:.3f}"
    else:
        said = ", ".join(f"{name} {values[name]:.3f}" for name in label) or "(no label)"
    return f"{said}  {text}"


def tagged(text: str, answer: Answer, color: bool) -> str:
    """Return the text with its entities marked: `[Jordan PER]`, in colours where asked."""
    out, place = [], 0
    for entity in answer["entities"]:
        code = PALETTE[sum(entity["type"].encode()) % len(PALETTE)]  # the same in every line
        name = text[entity["start"] : entity["end"]]
        start, end = (f"\x1b[1;{code}m", PLAIN) if color else ("", "")
        out += [text[place : entity["start"]], f"{start}[{name} {entity['type']}]{end}"]
        place = entity["end"]
    return "".join([*out, text[place:]])


KINDS: Mapping[str, Callable[[str, Any, bool], str]] = {"classify": classified, "tag": tagged}


def shown(kind: str, text: str, answer: Answer, color: bool = False) -> str:
    """Return an answer and its raw text in one line.

    Args:
        kind: of the task.
        text: the raw input.
        answer: of the predictor.
        color: whether ANSI colours may be used.
    """
    return KINDS[kind](text, answer, color)
