"""Ctrl-C: the first one asks to finish early, the second one stops at once."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self


class Interrupt:
    """While entered, counts SIGINT: `asked` after the first, KeyboardInterrupt at the second.

    Outside the main thread (a notebook server's worker) signals cannot be taken over; then
    nothing changes.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Take what is called, once, with what happens next."""
        self.asked = False
        self._say = say
        self._before: Any = None

    def __enter__(self) -> Self:
        """Take SIGINT over."""
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give SIGINT back."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._say("interrupted: finishing with the best weights so far; once more stops at once")
