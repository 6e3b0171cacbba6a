"""The plan of running text: streams side by side, read on from piece to piece."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from textlstm.errors import SettingsError

Ids = npt.NDArray[np.int32]


class Piece(NamedTuple):
    """A stretch of every stream.

    Attributes:
        tokens: int32 (rows, steps), what is read: each the token before the one to be told.
        targets: int32 (rows, steps), what is to be told; -1 behind the end of a stream.
    """

    tokens: Ids
    targets: Ids


class Contiguous:
    """A text cut into `rows` streams of one length, and these into pieces of `steps` tokens.

    Every token of the text is a target once an epoch, and what is read before it is the token
    before it in the text; the first token of all is read after `start`. Where pieces begin is a
    function of (seed, epoch), so that the same tokens are not always the first of a piece, which
    gradients do not reach beyond.
    """

    def __init__(
        self, text: Ids, *, rows: int = 32, steps: int = 64, start: int = 0, seed: int = 0
    ) -> None:
        """Prepare to cut.

        Args:
            text: int (tokens,), may be mapped from a file.
            rows: streams; no more than there are tokens.
            steps: tokens of a piece.
            start: id that is read before the first token.
            seed: with the epoch, decides where pieces begin.

        Raises:
            SettingsError: `rows` or `steps` below 1.
            ValueError: no tokens.
        """
        for name, value in (("batch_rows", rows), ("steps", steps)):
            if value < 1:
                raise SettingsError(f"{name}={value}: expected at least 1")
        if not len(text):
            raise ValueError("contiguous: expected one token or more")
        self._text, self._start, self._seed = text, start, seed
        self.rows = min(rows, len(text))
        self.steps = steps
        self.length = -(-len(text) // self.rows)  # of a stream; the last ones may be shorter

    def plan(self, epoch: int | None) -> list[tuple[int, int]]:
        """Return first and last place, exclusive, of each piece of `epoch` in a stream.

        With `epoch=None` all pieces but the last have the same length: for evaluation.
        """
        first = self.steps
        if epoch is not None:
            random = np.random.default_rng(np.random.SeedSequence([self._seed, epoch]))
            first = int(random.integers(max(1, self.steps // 2), self.steps + 1))
        borders = [0, *range(min(first, self.length), self.length, self.steps), self.length]
        return [(a, b) for a, b in zip(borders, borders[1:], strict=False) if a < b]

    def tokens(self, first: int, last: int) -> int:
        """Return how many targets a piece has."""
        return int((self._places(first, last) < self._ends()[:, None]).sum())

    def padding(self, epoch: int | None = None) -> float:
        """Return the share of places behind the end of a stream, the same in every epoch."""
        del epoch
        return 1.0 - len(self._text) / (self.rows * self.length)

    def pieces(self, plan: list[tuple[int, int]]) -> Iterator[Piece]:
        """Yield the pieces of a plan, in its order."""
        ends = self._ends()[:, None]
        for first, last in plan:
            places = self._places(first, last)
            inside = places < ends
            known = np.minimum(places, len(self._text) - 1)
            targets = np.where(inside, self._text[known], -1).astype(np.int32)
            read = self._text[np.maximum(known - 1, 0)]
            tokens = np.where(places == 0, self._start, np.where(inside, read, 0))
            yield Piece(tokens.astype(np.int32), targets)

    def _ends(self) -> npt.NDArray[np.int64]:
        starts = np.arange(self.rows, dtype=np.int64) * self.length
        return np.minimum(starts + self.length, len(self._text))

    def _places(self, first: int, last: int) -> npt.NDArray[np.int64]:
        starts = np.arange(self.rows, dtype=np.int64) * self.length
        return starts[:, None] + np.arange(first, last)
