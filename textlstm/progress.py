"""Progress on standard error: one live line on a terminal, plain lines when piped."""

import sys
import time
from typing import Any, TextIO

PLAIN_SECONDS = 10.0  # between two lines of a log file
LIVE_SECONDS = 0.2  # between two drawings of the live line


class Quiet:
    """Says nothing; what the Python API uses unless asked."""

    def say(self, text: str) -> None:
        """Take a remark for the user."""

    def step(self, row: dict[str, Any]) -> None:
        """Take where training stands: epoch, epochs, done, tokens_per_second, loss, left."""

    def epoch(self, row: dict[str, Any]) -> None:
        """Take a finished epoch's row of the history."""


class Plain(Quiet):
    """A line a remark, an epoch, and every ten seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to a stream; none: standard error."""
        self.stream = stream or sys.stderr
        self._last = time.monotonic()

    def say(self, text: str) -> None:
        """Print a remark."""
        print(text, file=self.stream, flush=True)

    def step(self, row: dict[str, Any]) -> None:
        """Print where training stands, every ten seconds."""
        if time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            self.say(step_line(row))

    def epoch(self, row: dict[str, Any]) -> None:
        """Print a finished epoch."""
        self._last = time.monotonic()
        self.say(epoch_line(row))


class Live(Plain):
    """One line that is drawn again in place; remarks and epochs stay above it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to a terminal."""
        super().__init__(stream)
        from rich.console import Console

        self._console = Console(file=self.stream, force_terminal=True)
        self._drawn = 0.0
        self._live: Any = None

    def say(self, text: str) -> None:
        """Print a remark above the live line."""
        self._stop()
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def step(self, row: dict[str, Any]) -> None:
        """Draw the live line, five times a second at most."""
        if time.monotonic() - self._drawn < LIVE_SECONDS:
            return
        self._drawn = time.monotonic()
        from rich.live import Live as RichLive
        from rich.text import Text

        line = Text(step_line(row), no_wrap=True, overflow="ellipsis", style="cyan")
        if self._live is None:
            self._live = RichLive(line, console=self._console, auto_refresh=False, transient=True)
            self._live.start(refresh=True)
        else:
            self._live.update(line, refresh=True)

    def epoch(self, row: dict[str, Any]) -> None:
        """Replace the live line by the finished epoch."""
        self.say(epoch_line(row))

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def for_stream(stream: TextIO | None = None) -> Plain:
    """Return live progress for a terminal, plain lines for anything else."""
    target = stream or sys.stderr
    return Live(target) if target.isatty() else Plain(target)


def step_line(row: dict[str, Any]) -> str:
    """Return the one line of a running epoch."""
    return (
        f"epoch {row['epoch']}/{row['epochs']} {row['done']:4.0%}  loss {row['loss']:.4f}  "
        f"{row['tokens_per_second']:,.0f} tokens/s  {clock(row['left'])} left at most"
    )


def epoch_line(row: dict[str, Any]) -> str:
    """Return the line of a finished epoch."""
    mark = "  ✔ best" if row["best"] else ""
    score = f"valid {row['score_name']} {row['valid_score']:.4f}  " if "score_name" in row else ""
    return (
        f"epoch {row['epoch']}: loss {row['loss']:.4f}  valid loss {row['valid_loss']:.4f}  "
        f"{score}{clock(row['seconds'])}  "
        f"{row['tokens_per_second']:,.0f} tokens/s  padding {row['padding']:.1%}  "
        f"waited for data {row['waited']:.1f} s{mark}"
    )


def clock(seconds: float) -> str:
    """Return `45 s`, `3:05` or `1:02:03`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
