"""The one thing setup.cfg cannot say: the compiled kernels of the recurrent layers and the CRF.

They are optional: where they cannot be built, Keras' own layers do the work. With
TEXTLSTM_REQUIRE_KERNEL=1 a failed build is an error.
"""

import os
import platform
from pathlib import Path

from setuptools import Extension, setup

SOURCE = Path("textlstm/kernels/src")
X86 = platform.machine() in ("x86_64", "AMD64") and platform.system() == "Linux"
REQUIRED = os.environ.get("TEXTLSTM_REQUIRE_KERNEL", "0") not in ("", "0")
# Products and sums are fused where the source says so, so that no compiler changes a result.
# GCC warns about its own AVX-512 headers: -w.
FLAGS = [
    *("-O3", "-std=c++17", "-fvisibility=hidden", "-fno-math-errno", "-ffp-contract=off"),
    *("-g0", "-w"),
]

if REQUIRED and not X86:
    raise SystemExit("TEXTLSTM_REQUIRE_KERNEL: there is no kernel for this system")

# A plain shared library, opened by TensorFlow: it knows nothing of Python.
recurrence = Extension(
    "textlstm.kernels._recurrence",
    sorted(str(path) for path in SOURCE.glob("*.cc")),
    depends=sorted(str(path) for path in SOURCE.glob("*.h")),
    extra_compile_args=FLAGS,
    extra_link_args=["-pthread", "-ldl"],
    language="c++",
    optional=not REQUIRED,
)

setup(ext_modules=[recurrence] if X86 else [])
