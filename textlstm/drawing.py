"""Drawing: how a text is continued with a network that gives one token after another."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from textlstm.decoding import checked
from textlstm.errors import SettingsError, nearest


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """How the next token is drawn. Values are checked when it is made.

    Raises:
        SettingsError: a value out of its range.
    """

    temperature: float = 0.8  # log-probabilities are divided by it
    top_k: int | None = None  # among this many most likely tokens
    top_p: float | None = 0.95  # among the fewest tokens that have this probability together
    max_length: int = 200  # tokens of a continuation
    seed: int = 1  # other seeds, other texts

    def __post_init__(self) -> None:
        """Check every value."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is None and field.name == "max_length":
                raise SettingsError("max_length=None: expected a whole number")
            object.__setattr__(self, field.name, checked(field.name, value))

    def changed(self, options: Mapping[str, Any]) -> Self:
        """Return this drawing with other values.

        Raises:
            SettingsError: an unknown name, or a value that the class refuses.
        """
        names = [field.name for field in dataclasses.fields(self)]
        for name in options:
            if name not in names:
                hint = nearest(name, names) or f" There are {', '.join(names)}."
                raise SettingsError(f"continuing a text has no option {name!r}.{hint}")
        return dataclasses.replace(self, **options)

    def to_json(self) -> dict[str, Any]:
        """Return all values, as plain JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote; a name that is not there has its default.

        Raises:
            SettingsError: an unknown name, or a value that the class refuses.
        """
        return cls().changed(data)
