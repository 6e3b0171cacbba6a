"""Who may import whom (CONTRIBUTING, "The map"), and what a light command never loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Arrows go to earlier lines, or to modules further left on the same line's level.
LEVELS = [
    [
        "errors",
        "console",
        "processors",
        "atomic",
        "fields",
        "decoding",
        "drawing",
        "settings",
        "spans",
        "targets",
        "tagged",
        "cutting",
        "words",
        "vocabulary",
        "text",
        "tables",
        "report",
    ],
    [
        "vectors",
        "cooccurrence",
        "cache",
        "columns",
        "corpora",
        "store",
        "batches",
        "reference",
        "tasks",
        "check",
    ],
    ["bundle", "recipe", "discover", "runtime", "explaining", "card", "runfolder"],
    ["allocator", "interrupt", "progress", "quiet", "comparison", "charts"],
    [
        "page_style",
        "page_parts",
        "page_classify",
        "page_tag",
        "page_translate",
        "page_generate",
        "page_forecast",
    ],
    ["kernels"],  # light but for operators.py, which its __init__ imports on first use
    ["doctor"],
    ["layers", "heads", "export"],
    ["linear", "ngrams", "sampling", "baselines", "harness"],
    [
        "mixing",
        "ablation",
        "checkpoint",
        "optimizer",
        "feeding",
        "contiguous",
        "continued",
        "evaluation",
        "training",
        "page",
        "run",
        "rescoring",
        "lab",
        "estimator",
        "sklearn",
    ],
    ["cli_lab", "cli", "__main__"],
]
LEVEL = {name: place for place, names in enumerate(LEVELS) for name in names}
LIGHT = {name for names in LEVELS[:5] for name in names} | {"run", "cli", "cli_lab", "doctor"}
HEAVY = {"tensorflow", "keras", "sklearn", "tensorflow_datasets", "matplotlib", "onnx", "scipy"}
RECIPES_MAY = {"errors", "recipe", "settings", "corpora", "text", "tasks", "layers", "heads"}


def modules():
    for path in sorted((ROOT / "textlstm").rglob("*.py")):
        parts = path.relative_to(ROOT / "textlstm").with_suffix("").parts
        if parts != ("__init__",):
            yield path, parts[0]


def imports(path, *, top_only=False):
    """Yield the dotted names a file imports: everywhere, or outside functions only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node
    for node in ast.walk(tree):
        if top_only and inside_function_or_typing(node):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside_function_or_typing(node):
    while node := getattr(node, "parent", None):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return True
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return True
    return False


def own(name):
    """Return the top module of a `textlstm.X...` name that is in the map, else None."""
    parts = name.split(".")
    return parts[1] if parts[0] == "textlstm" and len(parts) > 1 and parts[1] in LEVEL else None


def test_every_module_has_its_place():
    found = {top for _, top in modules()}
    assert found - set(LEVEL) == set()
    assert len(found) > 20


@pytest.mark.parametrize(("path", "top"), list(modules()), ids=lambda x: getattr(x, "stem", x))
def test_arrows_go_to_earlier_lines(path, top):
    late = {
        name
        for name in imports(path, top_only=True)
        if own(name) and own(name) != top and LEVEL[own(name)] > LEVEL[top]
    }
    assert late == set(), f"{path} imports {late}"


@pytest.mark.parametrize(("path", "top"), list(modules()), ids=lambda x: getattr(x, "stem", x))
def test_light_modules_import_nothing_heavy(path, top):
    if top in LIGHT:
        heavy = {n for n in imports(path, top_only=True) if n.split(".")[0] in HEAVY}
        assert heavy == set()


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("[!_]*.py")), ids=lambda p: p.stem)
def test_recipes_import_what_they_may(path):
    names = {own(n) or n.split(".")[0] for n in imports(path, top_only=True)}
    own_names = {n for n in names if n in LEVEL}
    assert own_names <= RECIPES_MAY
    assert "keras" not in names
    assert not any(n.startswith("textlstm.recipes") for n in imports(path))


def loaded_after(code):
    script = f"{code}\nimport sys\nprint(*sorted({{n.split('.')[0] for n in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.splitlines()[-1].split())


CLI = (
    "from click.testing import CliRunner; from textlstm.cli import main; "
    "r = CliRunner().invoke(main, {}); assert r.exit_code == 0, r.output"
)


@pytest.mark.parametrize(
    "code",
    [
        "import textlstm",
        "import textlstm; textlstm.Predictor",
        "import textlstm.layers, textlstm.heads, textlstm.export",
        "from textlstm import discover; [discover.load(n) for n in discover.names()]",
        CLI.format("['--help']"),
        CLI.format("['recipes']"),
        CLI.format("['show', 'sentiment']"),
        CLI.format("['doctor']"),
        "import textlstm.lab.gradients, textlstm.lab.memory",
        CLI.format("['gradients', 'lengths=3', 'seeds=1']"),
    ],
)
def test_light_commands_load_nothing_heavy(code):
    assert loaded_after(code) & HEAVY == set()


def test_help_loads_not_even_numpy():
    assert "numpy" not in loaded_after(CLI.format("['--help']"))


def test_the_help_knows_every_command():
    from textlstm.cli import main

    assert list(main.commands) == [
        "recipes", "show", "copy", "run", "evaluate", "predict", "explain", "compare", "check",
        "gradients", "memory", "plan", "shootout", "doctor",
    ]  # fmt: skip
