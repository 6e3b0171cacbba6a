import subprocess
import sys

import pytest

FREED = """
import resource, sys, threading
from textlstm.allocator import keep_freed_memory

if len(sys.argv) > 1:
    print(keep_freed_memory())
import numpy as np

def work():
    for _ in range(40):
        a = np.ones(20 * 2**20, np.uint8); b = np.ones(20 * 2**20, np.uint8); del a, b

thread = threading.Thread(target=work)
thread.start(); thread.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_a_thread_that_frees_and_takes_again_faults_no_more():
    faults = {}
    for words in ((), ("keep",)):
        done = subprocess.run(
            [sys.executable, "-c", FREED, *words], capture_output=True, text=True, check=True
        )
        faults[words] = int(done.stdout.split()[-1])
        if words:
            assert done.stdout.split()[0] == "True"
    assert faults[("keep",)] < faults[()] / 2
