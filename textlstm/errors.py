"""What a user is told when something cannot be done: one or two lines, never a traceback."""

import difflib
from collections.abc import Iterable


class Refusal(ValueError):
    """A mistake in what was given; `str()` of it is all the user sees.

    Attributes:
        exit_code: what the command line returns for it.
    """

    exit_code = 1


class SettingsError(Refusal):
    """A setting, a name or a command-line word that cannot be used."""

    exit_code = 2


class DataError(Refusal):
    """Data that cannot be read as asked; the message starts with `file:line`."""

    exit_code = 3


class BundleError(Refusal):
    """A model folder that is incomplete, changed or of another format."""

    exit_code = 4


def nearest(word: str, words: Iterable[str]) -> str:
    """Return " Did you mean 'units'?" for a likely slip, else an empty string."""
    found = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""
