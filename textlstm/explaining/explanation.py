"""Explanation: all that is known of how a network reads one text, and ways to look at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm import atomic
from textlstm.errors import SettingsError
from textlstm.explaining.entities import name_of
from textlstm.explaining.gates import Gates
from textlstm.explaining.occlusion import ANSWER, probabilities
from textlstm.explaining.translations import TRANSLATION
from textlstm.runtime.shown import shown

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Token:
    """One step of the network.

    Attributes:
        text: as it stands in the raw text; several byte pairs of one character all show it.
        start: where it begins in the raw text, in characters.
        end: where it ends.
        unknown: whether the vocabulary does not have it.
    """

    text: str
    start: int
    end: int
    unknown: bool

    @property
    def shown(self) -> str:
        """The token with its spaces made visible, never empty."""
        inner = self.text.strip()
        return inner or ("␣" if self.text else "[empty]")


@dataclass(frozen=True, eq=False)
class Explanation:
    """How a network reads one text.

    Attributes:
        text: raw.
        tokens: its tokens, in order.
        answer: the model's, as `Predictor.predict` gives it.
        layers: gates and states, an entry a layer and direction, from the input upwards.
        contributions: {label: (tokens,)}, what each token adds to the label's probability; of a
            tagger "answer", how far its outputs move without the token, and by "TYPE START:END"
            what the token adds to each entity's score; of a translation "answer", how far the
            encoder's outputs move, and "translation".
        notes: what the reader should know.
    """

    text: str
    tokens: tuple[Token, ...]
    answer: Mapping[str, Any]
    layers: tuple[Gates, ...]
    contributions: Mapping[str, Array]
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label whose contributions are shown: the answered one with the highest probability.

        "translation" of one, and "answer" where a task's answers have nothing of the kind.
        """
        values = probabilities(self.answer)
        if values is None:
            return TRANSLATION if TRANSLATION in self.answer else ANSWER
        said = self.answer.get("label", ())
        among = ([said] if isinstance(said, str) else list(said)) or list(values)
        return str(max(among, key=values.__getitem__))

    @property
    def probability(self) -> float | None:
        """Probability of `label`; None where the task gives none."""
        values = probabilities(self.answer)
        return None if values is None else float(values[self.label])

    @property
    def contribution(self) -> Array:
        """What each token adds to `label`: (tokens,)."""
        return self.contributions[self.label]

    @property
    def entities(self) -> list[tuple[Mapping[str, Any], Array]]:
        """A tagger's entities, each with what each token adds to its score: (tokens,)."""
        found = self.answer.get("entities", ())
        return [(entity, self.contributions[name_of(entity)]) for entity in found]

    @property
    def method(self) -> str:
        """How contributions are found, in a sentence."""
        if self.label == TRANSLATION:
            return (
                "leave-one-out: mean log-probability of the translation's tokens minus that with "
                "the token made unknown"
            )
        if self.probability is None:
            each = "; of an entity: its score minus that with the token made unknown"
            return (
                "leave-one-out: how far the outputs move when the token becomes unknown"
                f"{each if self.entities else ''}"
            )
        return (
            f"leave-one-out: probability of {self.label!r} minus that with the token made unknown"
        )

    @property
    def said(self) -> str:
        """The answer without its numbers."""
        if self.probability is None:
            if TRANSLATION in self.answer:
                return str(self.answer[TRANSLATION])
            if "entities" in self.answer:
                return shown("tag", self.text, dict(self.answer))
            return str(dict(self.answer))
        said = self.answer.get("label", self.label)
        return said if isinstance(said, str) else ", ".join(said) or "(no label)"

    @property
    def heading(self) -> str:
        """The answer in a line."""
        if self.probability is None:
            return self.said
        return f"{self.said}  (probability of {self.label}: {self.probability:.3f})"

    def table(self, width: int = 80, *, colour: bool = False, matrix: bool = False) -> str:
        """Return a heat map for a terminal `width` columns wide.

        Args:
            width: columns.
            colour: ANSI colours, else characters.
            matrix: what is left of each token at each later one, too.
        """
        from textlstm.explaining import terminal

        return terminal.heat_map(self, width, colour=colour, matrix=matrix)

    def html(self) -> str:
        """Return a page of its own: no script, nothing fetched."""
        from textlstm.explaining import page

        return page.html(self)

    def png(self) -> bytes:
        """Return a picture: every gate of every unit; needs matplotlib."""
        from textlstm.explaining import picture

        return picture.png(self)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain JSON types."""
        each = [
            {"text": t.text, "start": t.start, "end": t.end, "unknown": t.unknown}
            for t in self.tokens
        ]
        return {
            "text": self.text,
            "answer": dict(self.answer),
            "tokens": each,
            "contributions": {k: v.round(6).tolist() for k, v in self.contributions.items()},
            "method": self.method,
            "layers": [layer.to_json() for layer in self.layers],
            "notes": list(self.notes),
        }

    @staticmethod
    def writer(path: str | Path) -> Callable[["Explanation"], bytes]:
        """Return what makes the bytes of a file, by the ending of its name.

        Raises:
            SettingsError: the ending is none of .png, .html and .json, there is no such folder,
                or the name is that of a folder.
        """
        place = Path(path)
        ending = place.suffix.lower()
        if ending not in _WRITERS:
            raise SettingsError(f"{path}: expected a name that ends in {', '.join(_WRITERS)}")
        if not place.parent.is_dir():
            raise SettingsError(f"{place.parent}: no such folder")
        if place.is_dir():
            raise SettingsError(f"{path}: is a folder")
        return _WRITERS[ending]

    def save(self, path: str | Path) -> None:
        """Write .png, .html or .json, whole or not at all.

        Raises:
            SettingsError: the name ends otherwise, or cannot be written.
        """
        write(path, self.writer(path)(self))

    def __str__(self) -> str:
        """Return the heat map in 80 columns, without colours."""
        return self.table()

    def _repr_html_(self) -> str:
        from textlstm.explaining import page

        return page.fragment(self)


def write(path: str | Path, data: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        atomic.write_bytes(Path(path), data)
    except OSError as problem:
        raise SettingsError(f"{path}: {problem.strerror}") from None


def _json_bytes(found: Explanation) -> bytes:
    import json

    return (json.dumps(found.to_json(), ensure_ascii=False) + "\n").encode("utf-8")


_WRITERS: Mapping[str, Callable[[Explanation], bytes]] = {
    ".png": Explanation.png,
    ".html": lambda found: found.html().encode("utf-8"),
    ".json": _json_bytes,
}
