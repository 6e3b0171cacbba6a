"""Which examples form which batch, right-padded arrays of them, and a thread that keeps ahead."""

import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

from textlstm.errors import SettingsError

T = TypeVar("T")
Indices = npt.NDArray[np.int64]

# Batches that are cut from one stretch sorted by length. More: less padding. Fewer: batches more
# unlike each other from epoch to epoch.
_SORTED_TOGETHER = 64


class ByLength:
    """Batches of texts of about the same length, at most `tokens` positions with the padding.

    In each epoch the examples are shuffled, stretches of them are sorted by length and cut, and
    the batches are shuffled. Every example is in exactly one batch; a text longer than `tokens`
    is a batch by itself.
    """

    def __init__(
        self, lengths: npt.ArrayLike, *, tokens: int = 16_384, rows: int = 64, seed: int = 0
    ) -> None:
        """Prepare to plan.

        Args:
            lengths: number of tokens of each example, `(examples,)`; 0 counts as 1.
            tokens: largest number of positions in a batch, rows times longest.
            rows: largest number of examples in a batch.
            seed: with the epoch, decides the order.

        Raises:
            SettingsError: `tokens` or `rows` below 1, or `seed` below 0.
            ValueError: lengths that are not whole numbers from 0, one an example.
        """
        for name, value, least in (("tokens", tokens, 1), ("rows", rows, 1), ("seed", seed, 0)):
            if value < least:
                raise SettingsError(f"{name}={value}: expected at least {least}")
        given = np.asarray(lengths)
        if given.ndim != 1 or (given.size and (given.dtype.kind not in "iu" or given.min() < 0)):
            raise ValueError("lengths: expected whole numbers from 0, one an example")
        self._lengths: Indices = np.maximum(given.astype(np.int64), 1)
        self._tokens, self._rows, self._seed = tokens, rows, seed

    def plan(self, epoch: int | None) -> list[Indices]:
        """Return the batches of `epoch` in order, each an int64 array of example numbers.

        The same lengths, settings, seed and epoch give the same plan. With `epoch=None` the
        order is by length and the same whatever the seed: for evaluation.
        """
        if epoch is None:
            return self._cut(np.argsort(self._lengths, kind="stable"))
        random = np.random.default_rng(np.random.SeedSequence([self._seed, epoch]))
        order = random.permutation(len(self._lengths))
        batches: list[Indices] = []
        stretch = self._rows * _SORTED_TOGETHER
        for start in range(0, len(order), stretch):
            part = order[start : start + stretch]
            batches += self._cut(part[np.argsort(self._lengths[part], kind="stable")])
        return [batches[i] for i in random.permutation(len(batches))]

    def padding(self, epoch: int | None) -> float:
        """Return the share of positions that are padding, a fraction from 0 below 1."""
        positions = sum(len(b) * int(self._lengths[b].max()) for b in self.plan(epoch))
        return 1.0 - int(self._lengths.sum()) / positions if positions else 0.0

    def _cut(self, order: Indices) -> list[Indices]:
        """Return the batches of examples that are sorted by length, shortest first."""
        batches = []
        start = 0
        while start < len(order):
            ahead = self._lengths[order[start : start + self._rows]]
            positions = ahead * np.arange(1, len(ahead) + 1)  # of the batch that ends with each
            count = max(1, int(np.searchsorted(positions, self._tokens, side="right")))
            batches.append(order[start : start + count])
            start += count
        return batches


def pad(rows: Sequence[npt.NDArray[Any]], fill: int = 0) -> npt.NDArray[Any]:
    """Return `(batch, time, ...)`: the rows, padded on the right to the longest.

    Ids become int32, numbers float32. Ids `(n, width)`, such as the characters of each token, lose
    the columns at the end that hold nothing but `fill` in all of them; columns of numbers stay.

    Args:
        rows: int or float arrays `(n,)` or `(n, width)`, of one width.
        fill: what the padding is.

    Raises:
        ValueError: no rows, or a row that holds nothing.
    """
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    if not lengths.size or lengths.min() == 0:
        raise ValueError("pad: expected one row or more, each with one id or more")
    flat = np.concatenate(rows)
    dtype = np.float32 if is_number(flat) else np.int32
    if flat.ndim > 1 and dtype is np.int32:
        used = np.flatnonzero((flat != fill).any(axis=0))
        flat = flat[:, : int(used[-1]) + 1 if used.size else 1]
    out = np.full((len(rows), int(lengths.max()), *flat.shape[1:]), fill, dtype)
    out[np.arange(out.shape[1]) < lengths[:, None]] = flat
    return out


def is_number(array: npt.NDArray[Any]) -> bool:
    """Return whether an array holds measured numbers and no ids."""
    return array.dtype.kind == "f"


class Prefetch(Generic[T]):
    """The items of an iterable, made ahead of time by a thread.

    Each `iter()` makes a new iterable and a new thread. The thread ends when the items do, when
    the loop over them is left, and at `close()` or the end of a `with`. An error in the thread is
    raised where the items are used, after those before it.

    Attributes:
        waited: seconds that the user of the items has waited for them, over all loops.
    """

    def __init__(self, factory: Callable[[], Iterable[T]], depth: int = 4) -> None:
        """Prepare to keep up to `depth` items of `factory()` ready.

        Raises:
            SettingsError: `depth` below 1.
        """
        if depth < 1:
            raise SettingsError(f"depth={depth}: expected at least 1")
        self._factory, self._depth = factory, depth
        self._running: weakref.WeakSet[Generator[T]] = weakref.WeakSet()
        self.waited = 0.0

    def __iter__(self) -> Iterator[T]:
        """Return an iterator over the items of a new iterable."""
        items = self._items()
        self._running.add(items)
        return items

    def close(self) -> None:
        """End every loop that is still open, and its thread."""
        for items in list(self._running):
            items.close()

    def __enter__(self) -> Self:
        """Return the object itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _items(self) -> Generator[T]:
        # An item, or an error, or neither at the end.
        ready: Queue[tuple[list[T], BaseException | None]] = Queue(self._depth)
        stop = threading.Event()
        thread = threading.Thread(
            target=_produce, args=(self._factory, ready, stop), name="prefetch", daemon=True
        )
        try:
            thread.start()
            while True:
                start = time.perf_counter()
                try:
                    item, error = ready.get()
                finally:
                    self.waited += time.perf_counter() - start
                if error is not None:
                    raise error
                if not item:
                    return
                yield item[0]
        finally:
            stop.set()
            # Room for the one item that the thread may be putting; then it sees `stop`.
            while True:
                try:
                    ready.get_nowait()
                except Empty:
                    break
            if thread.ident is not None:
                thread.join()


def _produce(
    factory: Callable[[], Iterable[T]],
    ready: "Queue[tuple[list[T], BaseException | None]]",
    stop: threading.Event,
) -> None:
    """Put the items into `ready` until they end or `stop` is set."""
    last: BaseException | None = None
    try:
        items = iter(factory())
        try:
            for item in items:
                if stop.is_set():
                    return
                ready.put(([item], None))
        finally:
            close = getattr(items, "close", None)  # a generator's `finally` runs in its own thread
            if close is not None:
                close()
    except BaseException as error:  # whatever it is, it belongs to the user of the items
        last = error
    if not stop.is_set():
        ready.put(([], last))
