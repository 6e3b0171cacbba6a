"""What attempts to remember say of the claim, in words computed from them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textlstm.lab.memory import Attempt


def of_task(attempts: Sequence["Attempt"]) -> list[str]:
    """Return how far each cell came at one task, and the verdict on the claim."""
    title = attempts[0].about.title
    reach = []
    for cell in dict.fromkeys(each.cell for each in attempts):
        own = ", ".join(f"T={e.length} {e.verdict}" for e in attempts if e.cell == cell)
        reach.append(f"{cell.upper()} {own}")
    found = [f"{title}: {'; '.join(reach)}."]
    for length in sorted({each.length for each in attempts}, reverse=True):
        at = {each.cell: each for each in attempts if each.length == length}
        if {"rnn", "lstm"} <= set(at) and not (at["rnn"].interrupted or at["lstm"].interrupted):
            verdict = {
                (False, True): "confirmed: the LSTM has learned it, the RNN has not",
                (True, True): "refuted at this length: both have learned it",
                (True, False): "refuted: the RNN has learned it, the LSTM has not",
                (False, False): "undecided: within this budget neither has learned it",
            }[at["rnn"].solved, at["lstm"].solved]
            found.append(
                f"Claim: an RNN cannot learn long dependencies, an LSTM can. {title}, T={length}: "
                f"{verdict}."
            )
            break
    return found
