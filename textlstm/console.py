"""What commands share: the width and colours of the terminal, the exit code of Ctrl-C."""

import os
import shutil
import sys

INTERRUPTED = 130


def coloured() -> bool:
    """Return whether standard output is a terminal that may be coloured (https://no-color.org)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def width() -> int:
    """Return the columns of the terminal."""
    return shutil.get_terminal_size((80, 24)).columns
