"""What a user installs: the wheel, and prediction without TensorFlow, away from the checkout."""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import textlstm
from textlstm import discover

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "requirements-runtime.txt"
# What only training, evaluation or a terminal needs, and what the runtime's packages could drag in.
ABSENT = [
    "tensorflow",
    "keras",
    "sklearn",
    "scipy",
    "rich",
    "onnx",
    "matplotlib",
    "huggingface_hub",
]


def runtime_packages():
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [re.match(r"[A-Za-z0-9_-]+", line)[0] for line in lines if not line.startswith("#")]


def succeed(*words, **options):
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=500, **options
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


def pip(place, *words):
    """Run this Python's pip for the environment at `place`, which has none."""
    return succeed(
        sys.executable, "-m", "pip", "--python", place / "bin" / "python",
        "--disable-pip-version-check", "install", "-q", "--no-deps", *words,
    )  # fmt: skip


class Installed:
    """A clean environment, used from a folder that is not the checkout."""

    def __init__(self, place, elsewhere):
        self.bin = place / "bin"
        self.elsewhere = elsewhere
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def run(self, program, *words, **options):
        return subprocess.run(
            [self.bin / program, *map(str, words)],
            capture_output=True, text=True, timeout=120, cwd=self.elsewhere, env=self.env,
            **options,
        )  # fmt: skip

    def textlstm(self, *words, **options):
        return self.run("textlstm", *words, **options)


def source(place):
    """A copy of what a wheel is made of, so that the checkout stays as it is."""
    (place / "source").mkdir()
    for folder in ("textlstm", "recipes"):
        shutil.copytree(
            ROOT / folder, place / "source" / folder,
            ignore=shutil.ignore_patterns("__pycache__", "*.so"),
        )  # fmt: skip
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, place / "source" / name)
    return place / "source"


def build(place, **variables):
    """Run pip wheel on the copy at `place`."""
    return subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q", "--no-deps",
         "--no-index", "--no-build-isolation", "-w", place, source(place)],
        capture_output=True, text=True, timeout=500, env={**os.environ, **variables},
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    done = build(place)
    assert done.returncode == 0, done.stderr
    return next(place.glob("*.whl"))


def compiled(wheel):
    return [n for n in zipfile.ZipFile(wheel).namelist() if n.endswith((".so", ".cc", ".h"))]


@pytest.mark.skipif(
    shutil.which("g++") is None or platform.machine() != "x86_64", reason="needs g++ on x86-64"
)
def test_the_wheel_holds_the_kernels(wheel):
    (name,) = compiled(wheel)
    assert name.startswith("textlstm/kernels/_recurrence")


def test_without_a_compiler_there_is_a_wheel_unless_the_kernels_are_required(tmp_path):
    for folder, required in (("free", "0"), ("strict", "1")):
        (tmp_path / folder).mkdir()
        done = build(
            tmp_path / folder, CC="/bin/false", CXX="/bin/false", TEXTLSTM_REQUIRE_KERNEL=required
        )
        assert (done.returncode == 0) == (required == "0"), done.stderr
    (built,) = (tmp_path / "free").glob("*.whl")
    assert compiled(built) == []


@pytest.fixture(scope="module")
def light(tmp_path_factory, wheel):
    """The wheel beside the packages of requirements-runtime.txt, taken from this environment."""
    place = tmp_path_factory.mktemp("light")
    venv.create(place / "venv", with_pip=False)
    pip(place / "venv", "--no-index", wheel)
    site = next((place / "venv" / "lib").glob("python*")) / "site-packages"
    for package in runtime_packages():
        found = importlib.metadata.distribution(package)
        for top in {file.parts[0] for file in found.files} - {".."}:
            (site / top).symlink_to(Path(found.locate_file(top)).resolve())
    (place / "elsewhere").mkdir()
    return Installed(place / "venv", place / "elsewhere")


def test_the_wheel_holds_every_module_and_nothing_else(wheel):
    files = {path for path in zipfile.ZipFile(wheel).namelist() if not path.endswith("/")}
    info = f"textlstm-{textlstm.__version__}.dist-info"
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "textlstm").rglob("*.py")}
    recipes = {f"textlstm/{path.relative_to(ROOT)}" for path in (ROOT / "recipes").glob("*.py")}
    assert "textlstm/recipes/sentiment.py" in recipes and "textlstm/runtime/predictor.py" in modules
    inside = {path for path in files if not path.startswith(info)}
    assert (modules | recipes) - inside == set()
    assert {path for path in inside if not path.startswith("textlstm/")} == set()
    assert {path for path in inside if path.endswith(".py")} == modules | recipes
    assert any(path.startswith(info) and path.endswith("LICENSE") for path in files)


def test_the_wheel_says_what_it_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        info = f"textlstm-{textlstm.__version__}.dist-info"
        entries = archive.read(f"{info}/entry_points.txt").decode()
        metadata = archive.read(f"{info}/METADATA").decode()
    assert "textlstm = textlstm.cli:main" in entries
    assert re.search(r"^Requires-Dist: tensorflow ?\(?>=", metadata, re.M)
    assert re.search(r"^Requires-Python: >=3.11$", metadata, re.M)
    wanted = re.findall(r"^Requires-Dist: ([A-Za-z0-9_-]+)", metadata, re.M)
    assert set(runtime_packages()) <= set(wanted)


def test_recipes_and_copy_work_away_from_the_checkout(light):
    where = light.run("python", "-c", "import textlstm; print(textlstm.__file__)").stdout
    assert str(light.bin.parent) in where
    listed = light.textlstm("recipes").stdout.splitlines()
    assert [line.split()[0] for line in listed] == discover.names()
    done = light.textlstm("copy", "sentiment", "mine.py")
    assert done.returncode == 0, done.stderr
    copied = (light.elsewhere / "mine.py").read_text(encoding="utf-8")
    assert copied.endswith((ROOT / "recipes" / "sentiment.py").read_text(encoding="utf-8"))
    for recipe in ("sentiment", "./mine.py"):
        shown = light.textlstm("show", recipe)
        assert shown.returncode == 0 and "learning_rate" in shown.stdout, shown.stderr


def test_the_light_environment_is_light(light):
    code = f"import importlib.util as u; print([n for n in {ABSENT} if u.find_spec(n)])"
    assert light.run("python", "-c", code).stdout.strip() == "[]"
    doctor = light.textlstm("doctor")
    assert doctor.returncode == 0, doctor.stderr
    assert "✗ tensorflow is not installed" in doctor.stdout


def predicts(environment, run):
    texts = ["the film was not bad", "电影不错", ""]
    wanted = run.predictor.predict(texts)
    done = environment.textlstm("predict", run.folder, *texts, "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows == [{"text": t, **a} for t, a in zip(texts, wanted, strict=True)]
    code = (
        "import sys, textlstm; answers = textlstm.Predictor.load(sys.argv[1]).predict(sys.argv[2:])"
        "; print(len(textlstm.Predictor.load(sys.argv[1]).bundle.weights()) > 3, answers)"
    )
    python = environment.run("python", "-c", code, run.folder, *texts)
    assert python.stdout.strip() == f"True {wanted}", python.stderr


def test_prediction_needs_the_runtime_packages_alone(light, tiny_run):
    predicts(light, tiny_run)


def test_data_are_checked_without_tensorflow(light, reviews):
    done = light.textlstm("check", reviews)
    assert done.returncode == 0, done.stderr
    assert "400" in done.stdout


def test_training_says_in_a_line_what_is_missing(light, reviews, tiny_run):
    done = light.textlstm("run", "sentiment", f"data={reviews}", "--out", "new")
    assert done.returncode == 2
    assert done.stderr == (
        "textlstm: tensorflow is not installed, which training needs: "
        "`pip install textlstm` installs it\n"
    )
    assert not (light.elsewhere / "new").exists()
    done = light.textlstm("evaluate", tiny_run.folder)
    assert done.returncode == 2
    assert done.stderr == (
        "textlstm: scikit-learn is not installed, which evaluation needs: "
        "`pip install textlstm` installs it\n"
    )
    done = light.run("python", "-c", "import textlstm; textlstm.train('sentiment', preset='tiny')")
    assert "SettingsError: tensorflow is not installed" in done.stderr


@pytest.mark.slow
def test_pip_makes_the_runtime_only_installation(tmp_path, wheel, tiny_run):
    venv.create(tmp_path / "venv", with_pip=False)
    probe = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--retries", "0",
         "-d", tmp_path / "probe", "click"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if probe.returncode:
        pytest.skip("no package index can be reached")
    pip(tmp_path / "venv", "-r", REQUIREMENTS)
    pip(tmp_path / "venv", "--no-index", wheel)
    (tmp_path / "elsewhere").mkdir()
    predicts(Installed(tmp_path / "venv", tmp_path / "elsewhere"), tiny_run)
