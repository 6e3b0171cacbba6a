import subprocess
import sys

import pytest

FAULTS = """
import ctypes, resource, sys, threading
from textlstm.allocator import keep_freed_memory

if len(sys.argv) > 1:
    assert keep_freed_memory()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.malloc.argtypes = [ctypes.c_size_t]
library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
SIZE = 40 << 20  # more than the C library's own limit (32 MB) lets it keep

def use(times):
    for _ in range(times):
        block = library.malloc(SIZE)
        library.memset(block, 1, SIZE)
        library.free(block)

def counted():
    use(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    use(20)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

thread = threading.Thread(target=counted)
thread.start()
thread.join()
"""


def faults(*words):
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, *words], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_a_thread_that_frees_and_takes_again_faults_no_more():
    assert faults("keep") < 50
    assert faults() > 300  # 20 blocks that come anew, in pages of 2 MB at the largest
