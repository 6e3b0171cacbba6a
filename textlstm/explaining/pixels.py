"""Arrays as tiny PNG images, a pixel a number; a page can hold them as text."""

import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LIGHT = np.array([246, 248, 252])
BLUE, ORANGE = np.array([22, 60, 150]), np.array([190, 85, 10])


def blue(values: Array) -> Array:
    """Return colours (rows, columns, 3) of numbers from 0 (light) to 1 (blue)."""
    share = np.clip(values, 0, 1)[..., None]
    return np.asarray(np.rint(LIGHT + share * (BLUE - LIGHT)), np.uint8)


def both(values: Array) -> Array:
    """Return colours of numbers of both signs: orange below 0, blue above, to the largest."""
    share = (values / max(float(np.abs(values).max()), 1e-12))[..., None]
    ends = np.where(share < 0, ORANGE, BLUE)
    return np.asarray(np.rint(LIGHT + np.abs(share) * (ends - LIGHT)), np.uint8)


def png(colours: Array) -> bytes:
    """Return a PNG file of uint8 colours (rows, columns, 3)  (W3C PNG, section 5)."""
    rows, columns = colours.shape[:2]
    lines = b"".join(b"\0" + row.tobytes() for row in colours)  # 0: no filter
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def image(colours: Array) -> str:
    """Return the PNG as an address that holds it."""
    return f"data:image/png;base64,{b64encode(png(colours)).decode('ascii')}"
