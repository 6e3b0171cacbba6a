"""Which part an example belongs to where the user gave no split: decided by its text alone."""

import unicodedata
from collections.abc import Container
from hashlib import blake2b

_WHOLE = 1 << 64


def normalised(text: str) -> str:
    """Return the text as it counts for equality: NFKC, case folded, white space collapsed."""
    if text.isascii():
        return " ".join(text.lower().split())
    # folding may undo the composition of NFKC, so a second NFKC makes it a fixed point
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def text_hash(text: str) -> int:
    """Return 64 bits that are equal for texts that are equal when normalised (BLAKE2b)."""
    # undecodable surrogates never get here, but a hash must not be what fails on them
    data = normalised(text).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def part_of(hashed: int, missing: Container[str]) -> str:
    """Return "train", "valid" or "test" for a text.

    Of the range of the hash, 80 to 90 % is the valid part and 90 to 100 % the test part, each only
    if it is among the `missing` ones; the rest is train. Equal texts are never on both sides.

    Args:
        hashed: `text_hash` of the text.
        missing: the parts that are cut from here.
    """
    share = hashed / _WHOLE
    if share >= 0.9:
        return "test" if "test" in missing else "train"
    if share >= 0.8:
        return "valid" if "valid" in missing else "train"
    return "train"
