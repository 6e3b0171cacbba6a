"""Fused LSTM and GRU, and the CRF, for CPUs: which kernel there is; operators on first use.

The kernels are C++ (`src/`), built with the package where a compiler is found. Without them, on
another processor, or with TEXTLSTM_KERNEL=off, the layers are Keras' own, with the same weights
and the same results but for rounding.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from textlstm.errors import SettingsError

VARIABLE = "TEXTLSTM_KERNEL"  # off, auto, or the name of a kernel

# Name, floats of a vector, and what the processor must have; the best first.
_KERNELS = (
    ("avx512", 16, frozenset({"avx512f", "avx512vl", "avx512bw", "avx512dq"})),
    ("avx2", 8, frozenset({"avx2", "fma"})),
)
_off: ContextVar[bool] = ContextVar("_off", default=False)

_OPERATORS = {
    "crf_expected": "textlstm.kernels.crf",
    "knows_crf": "textlstm.kernels.crf",
    "recurrence": "textlstm.kernels.operators",
}

__all__ = ["Kernel", "crf_expected", "crf_said", "kernel", "knows_crf", "off", "recurrence", "said"]


def __getattr__(name: str) -> Any:
    if name not in _OPERATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OPERATORS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel that is used, or why there is none.

    Attributes:
        name: "avx512" or "avx2"; empty if there is none.
        lanes: floats of a vector.
        why: it is this one, or none.
    """

    name: str
    lanes: int
    why: str

    def __bool__(self) -> bool:
        """Return whether there is one."""
        return bool(self.name)


def kernel() -> Kernel:
    """Return which kernel recurrent layers use on a CPU now; nothing heavy is imported.

    Raises:
        SettingsError: TEXTLSTM_KERNEL is none of off, auto and the kernels' names.
    """
    wanted = os.environ.get(VARIABLE, "auto") or "auto"
    if _off.get() or wanted == "off":
        return Kernel("", 0, "switched off here" if _off.get() else f"{VARIABLE}=off")
    return _found(wanted)


@contextmanager
def off() -> Iterator[None]:
    """Use Keras' own layers inside: what is traced or exported there needs no library of ours."""
    token = _off.set(True)
    try:
        yield
    finally:
        _off.reset(token)


def said() -> str:
    """Return the line that `textlstm doctor` prints about the kernel."""
    found = kernel()
    if found:
        return f"fused LSTM and GRU ({found.name}: {found.why})"
    return f"no fused LSTM and GRU ({found.why})"


def crf_said() -> str:
    """Return the line that `textlstm doctor` prints about the CRF; nothing heavy is imported."""
    found, built = kernel(), library()
    if not found:
        return f"no CRF operator ({found.why})"
    if built is None or b"TextlstmCrfExpected" not in built.read_bytes():
        return f"no CRF operator ({built} is older: build it again)"
    return f"CRF operator ({found.name}: {found.why})"


def library() -> Path | None:
    """Return the built library, if there is one."""
    return next(iter(sorted(Path(__file__).parent.glob("_recurrence*.so"))), None)


@cache
def _found(wanted: str) -> Kernel:
    names = [name for name, _, _ in _KERNELS]
    if wanted not in ("auto", *names):
        raise SettingsError(f"{VARIABLE}={wanted}: expected off, auto, {' or '.join(names)}")
    if library() is None:
        return Kernel("", 0, "not built: needs Linux on x86-64 and g++ at installation")
    has = _processor()
    for name, lanes, needs in _KERNELS:
        if wanted in ("auto", name) and needs <= has:
            why = f"{VARIABLE}={name}" if wanted == name else "the best for this processor"
            return Kernel(name, lanes, why)
    lacks = " or ".join(names) if wanted == "auto" else wanted
    return Kernel("", 0, f"this processor has no {lacks}")


def _processor() -> frozenset[str]:
    """Return the instruction sets that the processor and the system offer."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return frozenset()
    flags = (line for line in text.splitlines() if line.startswith("flags"))
    return frozenset(next(flags, ":").partition(":")[2].split())
