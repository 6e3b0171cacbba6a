"""The kernels under the compiler's sanitizers, and 8 lanes against 16, in their own program."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import textlstm

SOURCE = Path(textlstm.__file__).parent / "kernels" / "src"
DRIVER = Path(__file__).parent / "driver"
FILES = [SOURCE / name for name in ("kernel_avx2.cc", "kernel_avx512.cc", "plan.cc", "threads.cc")]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        platform.machine() != "x86_64" or shutil.which("g++") is None, reason="needs g++ on x86-64"
    ),
]


@pytest.mark.parametrize("watch", ["address,undefined", "thread"])
def test_no_sanitizer_complains_and_all_kernels_agree(watch, tmp_path):
    program = tmp_path / "driver"
    subprocess.run(
        ["g++", "-O1", "-g", "-std=c++17", "-w", "-pthread", f"-fsanitize={watch}",
         "-fno-sanitize-recover=all", f"-I{SOURCE}", *FILES, *sorted(DRIVER.glob("*.cc")),
         "-o", program],
        check=True, timeout=900,
    )  # fmt: skip
    done = subprocess.run([program], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout == "52 cases agree\n"
