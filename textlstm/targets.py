"""Texts and labels as Python code holds them: lists, arrays, Series, indicator matrices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

SEVERAL = (list, tuple, set, frozenset)  # what may hold the labels of one text
SHOWN = 60  # characters of a wrong value in a message

# bool before int, of which it is a subclass
_KINDS: dict[str, Any] = {
    "str": str,
    "bool": (bool, np.bool_),
    "int": (int, np.integer),
    "float": (float, np.floating),
}
_AS_ARRAY = "an indicator matrix is given as np.array(y)"


@dataclass(frozen=True)
class Targets:
    """The labels of some texts.

    Attributes:
        form: "label" (one a text), "collection" (several a text), or "matrix" (of 0 and 1).
        classes: the different labels, sorted, in the caller's type (classes,); the column numbers
            of a matrix.
        raw: targets as a task takes them; a label is called by its `str`.
    """

    form: str
    classes: np.ndarray
    raw: list[str | tuple[str, ...]]

    @classmethod
    def read(cls, y: Any) -> Self:
        """Return the labels in `y`.

        Args:
            y: a list, 1-D array or Series of str, of int or of bool; a list of collections of
                such labels; or a matrix (texts, classes) of 0 and 1.

        Raises:
            TypeError: something that is no label, or labels of several types.
            ValueError: another shape, a label twice in a collection, or no label at all.
        """
        if hasattr(y, "toarray"):
            raise TypeError("y is a sparse matrix: give y.toarray()")
        if getattr(y, "ndim", 1) != 1:
            return cls._of_matrix(np.asarray(y))
        rows = listed(y, "y", "labels")
        if any(isinstance(row, SEVERAL) for row in rows):
            return cls._of_collections(rows)
        _check_labels(rows)
        values = np.asarray(y if hasattr(y, "ndim") else rows)
        return cls("label", np.unique(values), [str(label) for label in values])

    @classmethod
    def _of_collections(cls, rows: list[Any]) -> Self:
        for place, row in enumerate(rows):
            if not isinstance(row, SEVERAL):
                raise TypeError(
                    f"y[{place}] is {_shown(row)}, other rows are collections of labels"
                )
        labels = [label for row in rows for label in row]
        _check_labels(labels)
        for place, row in enumerate(rows):
            if len(set(row)) < len(row):
                raise ValueError(f"y[{place}] holds a label twice; {_AS_ARRAY}")
        if len(rows[0]) > 1 and all(len(r) == len(rows[0]) and set(r) <= {0, 1} for r in rows):
            raise ValueError(f"y may be labels or an indicator matrix; {_AS_ARRAY}")
        for label in labels:
            if isinstance(label, str) and (not label or label != label.strip()):
                raise ValueError(f"y holds the label {label!r}: blank, or with blanks around it")
        if not labels:
            raise ValueError("y holds no label at all")
        return cls("collection", np.unique(labels), [tuple(map(str, row)) for row in rows])

    @classmethod
    def _of_matrix(cls, values: np.ndarray) -> Self:
        fits = values.ndim == 2 and values.dtype.kind in "biuf" and np.isin(values, (0, 1)).all()
        if not fits or values.shape[1] < 2:
            raise ValueError(
                f"y has shape {values.shape}: expected labels (texts,), or a matrix of 0 and 1 "
                "with a column a label, two at least; collections of labels are a list of lists"
            )
        if not values.any():
            raise ValueError("y holds no label at all")
        raw: list[str | tuple[str, ...]] = [tuple(map(str, np.flatnonzero(row))) for row in values]
        return cls("matrix", np.arange(values.shape[1]), raw)


def texts(X: Any) -> list[str]:
    """Return texts as a list.

    Raises:
        TypeError: one text alone, or something that is no text, with its place.
        ValueError: more than one dimension.
    """
    rows = listed(X, "X", "texts")
    for place, text in enumerate(rows):
        if not isinstance(text, str):
            raise TypeError(f"X[{place}] is {_shown(text)}: expected a str")
    return [str(text) for text in rows]


def listed(values: Any, name: str, content: str) -> list[Any]:
    """Return rows as a list.

    Args:
        values: what was given.
        name: how messages call it.
        content: of its rows, for messages.

    Raises:
        TypeError: no sequence of rows, or one without an order.
        ValueError: more than one dimension.
    """
    if isinstance(values, (str, bytes, Mapping, set, frozenset)) or not hasattr(values, "__iter__"):
        kind = type(values).__name__
        raise TypeError(f"{name} is a {kind}: expected a list, 1-D array or Series of {content}")
    if getattr(values, "ndim", 1) != 1:
        raise ValueError(f"{name} has {values.ndim} dimensions: expected one, of {content}")
    return list(values)


def _check_labels(labels: Sequence[Any]) -> None:
    """Refuse what is no label, and labels of several types, which NumPy would make str."""
    kinds: dict[str, Any] = {}
    for label in labels:
        kind = next((name for name, types in _KINDS.items() if isinstance(label, types)), None)
        if kind is None:
            raise TypeError(f"y holds {_shown(label)}: expected str, int or bool")
        if kind == "float" and not float(label).is_integer():
            raise ValueError(f"y holds {label}: a label is a str, a whole number or a bool")
        kinds.setdefault(kind, label)
    if len(kinds) > 1:
        mixed = " and ".join(map(repr, kinds.values()))
        raise TypeError(f"y mixes {mixed}: labels must all be of one type")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
