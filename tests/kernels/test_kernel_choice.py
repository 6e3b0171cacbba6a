"""Which kernel is used, and that everything works without one."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from textlstm import doctor, kernels
from textlstm.errors import SettingsError


def test_it_is_built_where_it_must_be():
    if os.environ.get("TEXTLSTM_REQUIRE_KERNEL", "0") not in ("", "0"):
        assert kernels.library() is not None


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv(kernels.VARIABLE, raising=False)
    kernels._found.cache_clear()
    yield
    kernels._found.cache_clear()


def on(monkeypatch, *flags, built=True):
    monkeypatch.setattr(kernels, "_processor", lambda: frozenset(flags))
    monkeypatch.setattr(kernels, "library", lambda: built or None)


AVX512 = ("avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "fma")


def test_the_best_the_processor_has(monkeypatch):
    on(monkeypatch, *AVX512)
    assert (kernels.kernel().name, kernels.kernel().lanes) == ("avx512", 16)
    kernels._found.cache_clear()
    on(monkeypatch, "avx2", "fma", "sse2")
    assert (kernels.kernel().name, kernels.kernel().lanes) == ("avx2", 8)
    assert kernels.said() == "fused LSTM and GRU (avx2: the best for this processor)"


@pytest.mark.parametrize(
    ("variable", "flags", "built", "why"),
    [
        ("auto", ("avx2",), True, "this processor has no avx512 or avx2"),
        ("avx512", ("avx2", "fma"), True, "this processor has no avx512"),
        ("auto", AVX512, False, "not built: needs Linux on x86-64 and g++ at installation"),
        ("off", AVX512, True, "TEXTLSTM_KERNEL=off"),
    ],
)
def test_why_there_is_none(monkeypatch, variable, flags, built, why):
    on(monkeypatch, *flags, built=built)
    monkeypatch.setenv(kernels.VARIABLE, variable)
    assert not kernels.kernel()
    assert kernels.kernel().why == why
    assert kernels.said() == f"no fused LSTM and GRU ({why})"


def test_another_word_is_refused(monkeypatch):
    monkeypatch.setenv(kernels.VARIABLE, "on")
    with pytest.raises(SettingsError) as refusal:
        kernels.kernel()
    assert str(refusal.value) == "TEXTLSTM_KERNEL=on: expected off, auto, avx512 or avx2"


def test_a_kernel_can_be_chosen(monkeypatch):
    on(monkeypatch, *AVX512)
    monkeypatch.setenv(kernels.VARIABLE, "avx2")
    assert (kernels.kernel().name, kernels.kernel().why) == ("avx2", "TEXTLSTM_KERNEL=avx2")


def test_off_is_for_a_while(monkeypatch):
    on(monkeypatch, *AVX512)
    with kernels.off():
        assert kernels.kernel().why == "switched off here"
    assert kernels.kernel()


def test_doctor_names_the_kernel():
    assert kernels.said() in doctor.recurrence()
    assert f"CRF: {kernels.crf_said()}; Keras operators elsewhere" in list(doctor.lines())


def test_what_is_said_of_the_crf(monkeypatch, tmp_path):
    found = kernels.Kernel("avx2", 8, "asked for")
    monkeypatch.setattr(kernels, "kernel", lambda: found)
    if kernels.library() is not None:
        assert kernels.crf_said() == "CRF operator (avx2: asked for)"
    old = tmp_path / "_recurrence.so"
    old.write_bytes(b"TextlstmRecurrence")
    monkeypatch.setattr(kernels, "library", lambda: old)
    assert kernels.crf_said() == f"no CRF operator ({old} is older: build it again)"
    monkeypatch.setattr(kernels, "kernel", lambda: kernels.Kernel("", 0, "TEXTLSTM_KERNEL=off"))
    assert kernels.crf_said() == "no CRF operator (TEXTLSTM_KERNEL=off)"


def test_other_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="has no attribute 'x'"):
        _ = kernels.x
    assert dir(kernels) == sorted(kernels.__all__)


PROGRAM = Path(__file__).with_name("trained.py")


def trained(threads, cell, variable):
    done = subprocess.run(
        [sys.executable, PROGRAM, str(threads), cell], capture_output=True, text=True,
        env={**os.environ, kernels.VARIABLE: variable, "TF_CPP_MIN_LOG_LEVEL": "3"}, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    fused, digest, *weights = done.stdout.split()
    return fused == "True", digest, [float(w) for w in weights]


@pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_trained_weights_do_not_depend_on_threads_and_hardly_on_the_kernel(cell):
    fused, digest, weights = trained(1, cell, "auto")
    assert fused and len(digest) == len(hashlib.sha256().hexdigest())
    assert {trained(threads, cell, "auto")[1] for threads in (2, 3)} == {digest}
    fused, _, stock = trained(2, cell, "off")
    assert not fused
    assert weights == pytest.approx(stock, abs=2e-4)
