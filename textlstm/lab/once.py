"""Progress of many runs after each other: what is the same for all of them is said once."""

from typing import Any

from textlstm.progress import Quiet


class Once(Quiet):
    """Hands everything on to another progress, but for remarks that it had already."""

    def __init__(self, inner: Quiet) -> None:
        """Take where everything goes."""
        self._inner = inner
        self._said: set[str] = set()

    def say(self, text: str) -> None:
        """Hand a remark on, the first time."""
        if text not in self._said:
            self._said.add(text)
            self._inner.say(text)

    def step(self, row: dict[str, Any]) -> None:
        """Hand on where training stands."""
        self._inner.step(row)

    def epoch(self, row: dict[str, Any]) -> None:
        """Hand a finished epoch on."""
        self._inner.epoch(row)
