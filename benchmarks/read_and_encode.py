"""Time and peak memory of reading a large JSONL file: vocabulary, ids, store.

    python benchmarks/read_and_encode.py [--size MB] [--tokens words]

Writes a synthetic file of reviews (frequencies after Zipf's law, and words never seen before at
the rate of real text), then reads a quarter, a half and all of it, each in a process of its own:
one streaming pass to fit the encoder, one to encode and write the store. Prints a JSON document.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from textlstm.store import Writer
from textlstm.text import TextEncoder

MB = 1 << 20
LIMIT = 1000  # MB of memory
BATCH = 1000  # texts encoded at a time


def write_reviews(path: Path, megabytes: float) -> None:
    """Write reviews of about 230 words until the file is as large as asked."""
    random = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    words = ["".join(random.choice(letters, n)) for n in random.integers(1, 12, 200_000)]
    ends = np.array([" "] * 16 + [", ", ". ", "! ", "<br /><br />"])
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < megabytes * MB:
            lines = []
            for length in np.clip(np.exp(random.normal(5.2, 0.6, 200)), 10, 2500).astype(int):
                ranks = np.minimum(random.zipf(1.3, length), 10**9)
                # Two in a hundred are beyond the list: words that are mostly new.
                chosen = [words[r] if r < len(words) else f"n{r % 10**7}'s" for r in ranks]
                text = "".join(
                    w + e for w, e in zip(chosen, random.choice(ends, length), strict=True)
                )
                lines.append(json.dumps({"text": text, "label": "pos" if length % 2 else "neg"}))
            block = "\n".join(lines) + "\n"
            written += len(block)
            file.write(block)


def read(path: Path, size: int) -> Iterator[tuple[str, str]]:
    """Yield text and label of the lines in the first `size` bytes."""
    left = size
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["text"], row["label"]
            left -= len(line)
            if left <= 0:
                return


def measure(path: Path, size: int, tokens: str) -> dict[str, float]:
    """Return seconds and peak memory for the first `size` bytes; for a fresh process."""
    start = time.perf_counter()
    encoder = TextEncoder.fit((text for text, _ in read(path, size)), tokens=tokens)
    fitted = time.perf_counter()
    examples = read(path, size)
    ids = 0
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        with Writer(Path(folder) / "store") as writer:
            while batch := list(islice(examples, BATCH)):
                rows = encoder.encode_batch([text for text, _ in batch])
                for row, (_, label) in zip(rows, batch, strict=True):
                    writer.add("train", {"tokens": row, "label": np.int32(label == "pos")})
                    ids += len(row)
            writer.finish({})
        done = time.perf_counter()
    return {
        "megabytes": size / MB,
        "fit_seconds": fitted - start,
        "encode_and_write_seconds": done - fitted,
        "cpu_seconds": time.process_time(),
        "megabytes_a_second": size / MB / (done - start),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "ids": ids,
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1024, help="megabytes of JSONL")
    parser.add_argument("--tokens", default="words", choices=["words", "characters", "bpe"])
    parser.add_argument("--one", nargs=2, metavar=("FILE", "BYTES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        path, size = options.one
        print(json.dumps(measure(Path(path), int(size), options.tokens)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.jsonl"
        write_reviews(path, options.size)
        rows = []
        for share in (0.25, 0.5, 1.0):
            size = int(path.stat().st_size * share)
            command = [sys.executable, __file__, "--tokens", options.tokens, "--one", str(path)]
            done = subprocess.run([*command, str(size)], capture_output=True, text=True, check=True)
            rows.append(json.loads(done.stdout))
    # Processor time, so that whatever else runs on the machine does not count.
    first, *_, last = (row["cpu_seconds"] / row["megabytes"] for row in rows)
    growth = last / first
    print(json.dumps({"runs": rows, "slower_at_full_size": growth, "limit_mb": LIMIT}, indent=1))
    return int(growth > 1.5 or rows[-1]["peak_megabytes"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
