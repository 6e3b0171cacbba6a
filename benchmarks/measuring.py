"""What the benchmarks share: measured processes, the machine, intervals, tables, results.

A benchmark ends with exit code 0 when every goal is met, MISSED when one is not, BROKEN when
something could not be measured. It must itself stay small in memory: a process that it starts
begins with the peak of the process that started it (Linux counts it so).
"""

import argparse
import hashlib
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from textlstm import atomic, doctor, tables

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
MISSED = 1
BROKEN = 2
WIDTH = 120  # of a table that is not printed on a terminal


@dataclass(frozen=True)
class Process:
    """A process that has ended.

    Attributes:
        code: its exit code.
        seconds: from its start to its end.
        peak_megabytes: most memory that it, or a process it waited for, held at once.
        output: its standard output.
        errors: its standard error.
    """

    code: int
    seconds: float
    peak_megabytes: float
    output: str
    errors: str


class Failed(Exception):
    """A process ended with another exit code than 0."""


def process(command: Sequence[str], env: Mapping[str, str] | None = None) -> Process:
    """Return what a command took, run in the root of the project.

    Args:
        command: program and arguments.
        env: variables set beside those of this process.

    Raises:
        Failed: its exit code is not 0; shows the end of its standard error.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, cwd=ROOT,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        seconds = perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    if child.returncode:
        end = "\n".join(texts[1].splitlines()[-12:])
        raise Failed(f"exit code {child.returncode}: {' '.join(command)}\n{end}")
    return Process(child.returncode, seconds, usage.ru_maxrss * 1024 / 1e6, *texts)


def textlstm(*words: str) -> list[str]:
    """Return a command of the installed `textlstm`, or of the package where it is not."""
    script = Path(sys.executable).with_name("textlstm")
    return [str(script), *words] if script.exists() else this("textlstm", *words)


def this(module: str, *words: str) -> list[str]:
    """Return a command that runs a module with this Python."""
    return [sys.executable, "-m", module, *words]


@contextmanager
def cold_cache() -> Iterator[dict[str, str]]:
    """Yield the variable of an empty cache of encoded texts, removed in the end."""
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as folder:
        yield {"TEXTLSTM_CACHE": folder}


def data_folder() -> Path:
    """Return the folder of the public data sets, $TEXTLSTM_TEST_DATA, seen from ROOT."""
    return ROOT / os.environ.get("TEXTLSTM_TEST_DATA", "../shared/data")


def load() -> float:
    """Return how many processes wanted a core over the last minute."""
    return round(os.getloadavg()[0], 2)


def machine() -> dict[str, Any]:
    """Return what a figure depends on beside the code: processor, memory, load, versions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gigabytes": round(memory / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load_average": load(),
        "niceness": os.nice(0),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": doctor.versions(),
    }


def source() -> str:
    """Return 12 hexadecimal digits of the package's code: figures of one value belong together."""
    digest = hashlib.sha256()
    for folder in ("textlstm", "recipes"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def t_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean after Student's t; None for fewer than two values."""
    if len(values) < 2:
        return None
    from scipy import stats

    quantile = float(stats.t.ppf(0.975, len(values) - 1))
    half = quantile * statistics.stdev(values) / len(values) ** 0.5
    return statistics.fmean(values) - half, statistics.fmean(values) + half


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as text, as wide as the terminal."""
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    return "\n".join(tables.grid(header, rows, width))


def mark(met: bool) -> str:
    """Return how a goal that is met, or is not, is shown."""
    return "✔" if met else "✖ missed"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of a benchmark's options, with `--results`."""
    found = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    found.add_argument("--results", type=Path, default=RESULTS, metavar="DIR",
                       help="where NAME.json is written (default benchmarks/results)")  # fmt: skip
    return found


def save(folder: Path, name: str, document: Mapping[str, Any]) -> Path:
    """Write DIR/NAME.json and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    atomic.write_json(path, document)
    return path
