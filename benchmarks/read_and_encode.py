"""Time and peak memory of reading a large JSONL file: vocabulary, vectors, ids, store.

    python -m benchmarks.read_and_encode [--size MB] [--tokens words] [--folder DIR]

Writes a synthetic file of reviews (frequencies after Zipf's law, and words never seen before at
the rate of real text), then reads a quarter, a half and all of it, each in a process of its own and
with the steps of `textlstm run`: a pass that looks at every row and fits the encoder, a pass over
the start of the file that counts neighbours for the first vectors, a pass that encodes and writes
the store. The first and the last must take time in proportion to the size, and all of it must fit
into LIMIT megabytes.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import measuring

NAME = "read_and_encode"
MB = 1 << 20
LIMIT = 1000  # megabytes of memory
SHARES = (0.25, 0.5, 1.0)
GROWTH = 1.5  # of the seconds a megabyte, at most, from the smallest file to the largest


def write_reviews(path: Path, size: int) -> None:
    """Write reviews of about 230 words until the file has `size` bytes."""
    import numpy as np

    random = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    words = ["".join(random.choice(letters, n)) for n in random.integers(1, 12, 200_000)]
    ends = np.array([" "] * 16 + [", ", ". ", "! ", "<br /><br />"])
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
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


def cut(path: Path, size: int, to: Path) -> None:
    """Write the whole lines among the first `size` bytes of a file to another."""
    left = size
    with path.open("rb") as file, to.open("wb") as out:
        while left > 0 and (block := file.read(min(left, MB))):
            left -= len(block)
            out.write(block)
        out.write(file.readline())


def measure(path: Path, tokens: str) -> dict[str, Any]:
    """Return seconds, processor seconds and peak memory by step; for a fresh process."""
    import dataclasses

    from textlstm import corpora, run, store
    from textlstm.settings import ClassifySettings
    from textlstm.tasks.classify import Classify, own_vectors

    settings = ClassifySettings.from_mapping({"data": str(path), "tokens": tokens})
    steps: dict[str, dict[str, float]] = {}
    clock, processor = time.perf_counter(), time.process_time()

    def ends(step: str) -> None:
        nonlocal clock, processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        seconds, spent = time.perf_counter() - clock, time.process_time() - processor
        steps[step] = {"seconds": seconds, "cpu_seconds": spent, "peak_megabytes": peak}
        clock, processor = time.perf_counter(), time.process_time()

    corpus = corpora.labelled_texts(settings)
    task = Classify.fit(corpus.train, dataclasses.replace(settings, vectors=None))
    ends("fit")
    if settings.vectors == "train":
        own_vectors(corpus.train, task.encoder, settings)
        ends("vectors")
    stored = run._stored(corpus, task, store.cache_folder())
    ends("encode")
    size = path.stat().st_size / MB
    linear = [steps["fit"], steps["encode"]]
    return {
        "megabytes": size,
        "rows": sum(count["used"] for count in corpus.counts.values()),
        "ids": int(sum(part.lengths("tokens").sum() for part in stored.parts.values())),
        "steps": steps,
        "cpu_seconds_a_megabyte": sum(step["cpu_seconds"] for step in linear) / size,
        "megabytes_a_second": size / sum(step["seconds"] for step in linear),
    }


def shown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of the measured sizes."""
    steps = list(rows[0]["steps"])
    header = ["MB", "rows", "ids", *(f"{step} s" for step in steps), "MB/s", "peak MB"]
    return measuring.table(header, [
        [f"{row['megabytes']:.4g}", f"{row['rows']:,}", f"{row['ids']:,}",
         *(f"{row['steps'][step]['seconds']:.1f}" for step in steps),
         f"{row['megabytes_a_second']:.1f}", f"{row['peak_megabytes']:,.0f}"]
        for row in rows
    ])  # fmt: skip


def verdict(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how much slower a megabyte is in the largest file, the peak, and what is met."""
    # Processor time, so that whatever else runs on the machine does not count.
    growth = rows[-1]["cpu_seconds_a_megabyte"] / rows[0]["cpu_seconds_a_megabyte"]
    peak = max(row["peak_megabytes"] for row in rows)
    met = {"linear": growth <= GROWTH, "memory": peak <= LIMIT}
    return {"slower_at_full_size": growth, "peak_megabytes": peak, "met": met}


def _sizes(options: Any, place: Path) -> list[dict[str, Any]]:
    """Return the figures of each size, smallest first."""
    whole = place / "reviews.jsonl"
    size = int(options.size * MB)
    # Written by a process of its own: what it holds would count as the peak of the next ones.
    measuring.process(measuring.this(f"benchmarks.{NAME}", "--write", str(whole), str(size)))
    rows = []
    for share in SHARES:
        path = whole if share == 1.0 else place / f"part-{share:g}.jsonl"
        if share < 1.0:
            cut(whole, int(size * share), path)
        words = ["--tokens", options.tokens, "--one", str(path)]
        with tempfile.TemporaryDirectory(dir=place) as cache:
            command = measuring.this(f"benchmarks.{NAME}", *words)
            done = measuring.process(command, {"TEXTLSTM_CACHE": cache})
        rows.append({**json.loads(done.output), "peak_megabytes": done.peak_megabytes})
        path.unlink()
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--size", type=float, default=1024, help="megabytes of JSONL")
    parser.add_argument("--tokens", default="words", choices=["words", "characters", "bpe"])
    parser.add_argument("--folder", type=Path, help="for files of three times the size")
    parser.add_argument("--one", type=Path, metavar="FILE", help="only this file, as JSON")
    parser.add_argument("--write", nargs=2, metavar=("FILE", "BYTES"), help="only write a file")
    options = parser.parse_args(words)
    if options.write:
        write_reviews(Path(options.write[0]), int(options.write[1]))
        return 0
    if options.one:
        print(json.dumps(measure(options.one, options.tokens)))
        return 0
    machine = measuring.machine()
    try:
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="textlstm-bench-") as place:
            rows = _sizes(options, Path(place).resolve())
    except measuring.Failed as problem:
        print(problem, file=sys.stderr)
        return measuring.BROKEN
    found = verdict(rows)
    document = {
        "machine": machine, "source": measuring.source(), "load_after": measuring.load(),
        "tokens": options.tokens, "limit_megabytes": LIMIT, **found, "runs": rows,
    }  # fmt: skip
    measuring.save(options.results, NAME, document)
    print(shown(rows))
    print(f"a megabyte takes {found['slower_at_full_size']:.2f} times as long in the largest file "
          f"(≤ {GROWTH:g} {measuring.mark(found['met']['linear'])}); "
          f"memory ≤ {LIMIT:,} MB {measuring.mark(found['met']['memory'])}")  # fmt: skip
    return 0 if all(found["met"].values()) else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())
