"""What a layer's arguments may be; Keras itself would quietly turn dropout=50 into 1.0."""

from typing import Any

from textlstm.errors import SettingsError, nearest


def fraction(name: str, value: Any) -> float:
    """Return `value` as a share to drop: 0 <= value < 1.

    Raises:
        SettingsError: for anything else, with the value received.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise SettingsError(f"{name}={value!r}: expected a fraction, 0 <= {name} < 1")
    return float(value)


def whole(name: str, value: Any, least: int = 1) -> int:
    """Return `value` as a whole number of at least `least`.

    Raises:
        SettingsError: for anything else, with the value received.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SettingsError(f"{name}={value!r}: expected a whole number of at least {least}")
    return value


def one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return `value` where it is one of `choices`.

    Raises:
        SettingsError: for anything else, with the nearest right word.
    """
    if value not in choices:
        words = ", ".join(choices)
        near = nearest(value, choices) if isinstance(value, str) else ""
        raise SettingsError(f"{name}={value!r}: expected one of {words}.{near}")
    return str(value)
