"""What measured gradients say of the claims, in words computed from the numbers."""

import math
from collections.abc import Sequence

from textlstm.lab.gradients_clip import STEPS, Training
from textlstm.lab.gradients_flow import KEEPS, Curve

MUCH = 1000.0  # times nearer to 1: what "much less" is taken for
MOST = 324.0  # powers of ten between 1 and 0 in a float


def of_cells(curves: Sequence[Curve]) -> list[str]:
    """Return sentences on cells before training, at the longest of their lengths."""
    length = max(curve.length for curve in curves)
    longest = [curve for curve in curves if curve.length == length]
    found = []
    pairs = sorted({(c.variant.activation, c.variant.scale) for c in longest if c.variant})
    for pair in pairs:
        found += _group(
            [c for c in longest if c.variant and (c.variant.activation, c.variant.scale) == pair]
        )
    found += _gates(longest)
    found += _activations([curve for curve in longest if curve.cell == "rnn"])
    return found


def _group(group: Sequence[Curve]) -> list[str]:
    """Return the verdict on RNN against gated cells of equal activation and scale."""
    plain = [curve for curve in group if curve.cell == "rnn"]
    gated = [curve for curve in group if curve.cell != "rnn"]
    if not plain or not gated:
        return []
    (rnn,) = plain
    parts = []
    for curve in gated:
        if rnn.fate == "is kept":
            verdict = "nothing to gain"
        else:
            gain = _distance(rnn) - _distance(curve)
            times = _power(abs(gain))
            verdict = (
                "undecided, equally far from 1"
                if gain == 0
                else f"confirmed, {times} times nearer to 1"
                if gain >= math.log10(MUCH)
                else f"undecided, {times} times nearer to 1"
                if gain >= 0
                else f"refuted, {times} times farther from 1"
            )
        parts.append(f"{curve.name} {_share(curve)}: {verdict}")
    return [
        "Claim: the gradient of an RNN vanishes or explodes, that of an LSTM and a GRU much less "
        f"(by a factor of {MUCH:g} or more). At T={rnn.length} (in brackets, what arrives at the "
        f"first step of the last one's): {rnn.name} {_share(rnn)}. "
        f"{'; '.join(parts)}."
    ]


def _gates(longest: Sequence[Curve]) -> list[str]:
    """Return why gated cells keep what they keep."""
    parts = []
    for curve in longest:
        if curve.keep is not None:
            left = f"{curve.keep:.3f}^{curve.length - 1} = {_brief(_left(curve))}"
            parts.append(f"{KEEPS[curve.cell]} of {curve.name} is {curve.keep:.3f}, {left}")
    if not parts:
        return []
    return [
        "A gate keeps what it is set to: before training, the mean of "
        f"{'; '.join(parts)}. What lasts needs gates near 1, by training or by forget_bias=."
    ]


def _activations(rnns: Sequence[Curve]) -> list[str]:
    """Return the verdict on tanh against ReLU."""
    if len({curve.variant.activation for curve in rnns if curve.variant}) < 2:
        return []
    kept = [curve for curve in rnns if curve.fate == "is kept"]
    each = ", ".join(f"{curve.name} {_share(curve)}" for curve in rnns)
    verdict = "confirmed" if not kept else "refuted by " + ", ".join(c.name for c in kept)
    return [
        "Claim: the gradient of a plain RNN vanishes or explodes whatever the activation. "
        f"At T={rnns[0].length}: {each}: {verdict}."
    ]


def of_clipping(trainings: Sequence[Training]) -> list[str]:
    """Return the verdict on the trainings with and without clipping."""
    if not trainings:
        return []
    clipped = next(each for each in trainings if each.clip is not None)
    free = next(each for each in trainings if each.clip is None)
    tamed = not clipped.diverged and clipped.end < clipped.losses[0]
    verdict = "confirmed" if tamed and free.diverged else "refuted"
    return [
        "Claim: gradient clipping tames explosion. An RNN whose recurrent weights are twice too "
        f"large: unclipped it {_course(free)}; with gradients cut to a norm of {clipped.clip:g} "
        f"it {_course(clipped)}: {verdict}."
    ]


def of_layers(curves: Sequence[Curve]) -> list[str]:
    """Return a sentence on each layer and direction of a trained network."""
    found = []
    for curve in curves:
        steps = max(n for n in range(1, curve.length + 1) if curve.known(n))
        place = curve.length - steps
        gate = ""
        if curve.keep is not None:
            gate = f"; {KEEPS[curve.cell]} is {curve.keep:.3f} in the mean"
        found.append(
            f"{curve.name}: {steps - 1} steps before the last one, {_brief(curve.middle()[place])} "
            f"of the gradient is left ({curve.counts()[place]} texts are that long){gate}."
        )
    return found


def _course(training: Training) -> str:
    if training.diverged:
        return f"diverges (loss {_brief(training.losses[-1])} at step {len(training.losses)})"
    return f"goes on for {STEPS} steps (loss {training.losses[0]:.3f} to {training.end:.3f})"


def _share(curve: Curve) -> str:
    """Return what arrives at the first step, and what that is called."""
    return f"{curve.fate} ({_brief(curve.ratio)})"


def _distance(curve: Curve) -> float:
    """Return how far from 1 a ratio is, in powers of ten; 0 and what overflows: the most."""
    if not 0 < curve.ratio < math.inf:
        return MOST
    return abs(math.log10(curve.ratio))


def _left(curve: Curve) -> float:
    assert curve.keep is not None
    return float(curve.keep ** (curve.length - 1))


def _power(exponent: float) -> str:
    """Return a power of ten, "1e7", that may be larger than a float."""
    return f"{10**exponent:.2g}" if exponent < 3 else f"1e{exponent:.0f}"


def _brief(value: float) -> str:
    return f"{value:.2g}"
