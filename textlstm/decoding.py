"""Decoding: how a target text is found with a network that gives one token after another."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from textlstm.errors import SettingsError, nearest

# A value's type, which values are right, and how that is said.
_Check = tuple[type, Callable[[Any], bool], str]
_FROM_ONE: _Check = (int, lambda value: value >= 1, "a whole number from 1")
_FROM_NOUGHT: _Check = (int, lambda value: value >= 0, "a whole number from 0")
# All hypotheses, and the random numbers of a whole text, are held at once.
_FEW: _Check = (int, lambda value: 1 <= value <= 10_000, "a whole number from 1 to 10,000")
_LENGTH: _Check = (int, lambda value: 1 <= value <= 10**6, "a whole number from 1 to 1,000,000")
_LEAST: _Check = (int, lambda value: 0 <= value <= 10**6, "a whole number from 0 to 1,000,000")
# Beyond these it would be 0 or infinite in the precision of the network.
_WARMTH: _Check = (
    float, lambda value: 1e-12 <= value <= 1e6, "a number from 1e-12 to 1,000,000"
)  # fmt: skip
_PENALTY: _Check = (float, lambda value: 0 <= value <= 10, "a number from 0 to 10")
_CHECKS: Mapping[str, _Check] = {
    "beam": _FEW,
    "nbest": _FEW,
    "length_penalty": _PENALTY,
    "coverage_penalty": _PENALTY,
    "min_length": _LEAST,
    "max_length": _LENGTH,
    "sample": (bool, lambda value: True, "true or false"),
    "temperature": _WARMTH,
    "top_k": _FROM_ONE,
    "top_p": (float, lambda value: 0 < value <= 1, "a number above 0, at most 1"),
    "seed": _FROM_NOUGHT,
}
# What a way of decoding makes no use of: given beside it, it would be ignored.
_SEARCHING = ("temperature", "top_k", "top_p", "seed")
_SAMPLING = ("beam", "length_penalty", "coverage_penalty")
_GREEDY = (*_SEARCHING, "length_penalty", "coverage_penalty")


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """How target texts are found: by beam search, greedily (`beam=1`) or by sampling.

    Lengths count target tokens without the end. Values are checked when it is made.

    Raises:
        SettingsError: a value out of its range, or two that cannot go together, such as
            `temperature` without `sample`.
    """

    beam: int = 5  # hypotheses kept a sentence; 1: greedy
    nbest: int = 1  # answers a sentence
    length_penalty: float = 1.0  # alpha of Wu et al. 2016, equation 14; 0: none
    coverage_penalty: float = 0.0  # beta of the same equation; 0: none
    min_length: int = 0  # target tokens at least
    max_length: int | None = None  # target tokens at most; None: 2 * source tokens + 10
    sample: bool = False  # draw tokens by their probabilities instead of searching
    temperature: float = 1.0  # of sampling: log-probabilities are divided by it
    top_k: int | None = None  # sample among this many most likely tokens
    top_p: float | None = None  # sample among the fewest tokens that have this probability together
    seed: int = 1  # of sampling

    def __post_init__(self) -> None:
        """Check every value, then which are given together."""
        for name in _CHECKS:
            object.__setattr__(self, name, checked(name, getattr(self, name)))
        for name in self._unused():
            if getattr(self, name) != _DEFAULTS[name]:
                raise SettingsError(self._says(name))
        if not self.sample and self.nbest > self.beam:
            raise SettingsError(f"nbest={self.nbest}: more than beam={self.beam}")
        if self.max_length is not None and self.min_length > self.max_length:
            raise SettingsError(
                f"min_length={self.min_length}: more than max_length={self.max_length}"
            )

    def changed(self, options: Mapping[str, Any]) -> Self:
        """Return this decoding with other values.

        What the new way of decoding makes no use of and `options` does not name goes back to its
        default: sampling can be asked of a model whose own beam is 8.

        Raises:
            SettingsError: an unknown name, or a value that the class refuses.
        """
        for name in options:
            _known(name)
        values = {**dataclasses.asdict(self), **options}
        for name in _unused(values["sample"] is True, values["beam"] == 1):
            if name not in options:
                values[name] = _DEFAULTS[name]
        return type(self)(**values)

    def longest(self, source: int) -> int:
        """Return how many tokens the target of a source of so many tokens has at most."""
        if self.max_length is not None:
            return self.max_length
        return max(2 * source + 10, self.min_length)

    def to_json(self) -> dict[str, Any]:
        """Return all values, as plain JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote; a name that is not there has its default.

        Raises:
            SettingsError: an unknown name, or a value that the class refuses.
        """
        for name in data:
            _known(name)
        return cls(**data)

    def _unused(self) -> tuple[str, ...]:
        return _unused(self.sample, self.beam == 1)

    def _says(self, name: str) -> str:
        """Return why a name is refused beside the way of decoding."""
        given = f"{name}={getattr(self, name)} has no effect"
        if self.sample:
            return f"{given} with sample, which does not search"
        return f"{given} without sample" if name in _SEARCHING else f"{given} with beam=1"


_DEFAULTS: Mapping[str, Any] = {f.name: f.default for f in dataclasses.fields(Decoding)}


def _unused(sample: bool, greedy: bool) -> tuple[str, ...]:
    if sample:
        return _SAMPLING
    return _GREEDY if greedy else _SEARCHING


def _known(name: str) -> None:
    if name not in _CHECKS:
        hint = nearest(name, _CHECKS) or f" There are {', '.join(_CHECKS)}."
        raise SettingsError(f"decoding has no option {name!r}.{hint}")


def checked(name: str, value: Any) -> Any:
    """Return the value of an option of this name in its type.

    Raises:
        SettingsError: it is of another type or out of its range.
    """
    kind, right, words = _CHECKS[name]
    if value is None and _DEFAULTS[name] is None:
        return None
    if kind is float and type(value) is int:
        value = float(value)
    finite = not isinstance(value, float) or math.isfinite(value)
    if type(value) is not kind or not finite or not right(value):
        raise SettingsError(f"{name}={value!r}: expected {words}")
    return value
