"""Find, summarise and load recipe files. A recipe's name is its file's stem; no list repeats it."""

import ast
import dataclasses
import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from textlstm.errors import Refusal, SettingsError, nearest
from textlstm.recipe import Recipe


def folder() -> Path:
    """Return the folder of the recipe files: installed, or of a checkout."""
    here = Path(__file__).parent
    installed = here / "recipes"
    if installed.is_dir():
        return installed
    if (here.parent / "setup.cfg").is_file():
        return here.parent / "recipes"
    raise Refusal(f"the recipes are missing beside {here}: is the installation complete?")


def names() -> list[str]:
    """Return the names of the recipes that come with the package, sorted."""
    return sorted(path.stem for path in folder().glob("*.py") if not path.stem.startswith("_"))


def summary(name: str) -> str:
    """Return the first docstring line of a recipe; nothing is imported."""
    doc = ast.get_docstring(ast.parse(path(name).read_text(encoding="utf-8"))) or ""
    return doc.partition("\n")[0]


def path(name: str) -> Path:
    """Return the file of a recipe: a name of the package's, or a path that ends in `.py`.

    Raises:
        SettingsError: no such recipe or file.
    """
    if name.endswith(".py"):
        file = Path(name)
        if not file.is_file():
            raise SettingsError(f"{name}: no such recipe file")
        return file
    if name not in names():
        raise SettingsError(
            f"no recipe is called {name!r}: there are {', '.join(names())}."
            f"{nearest(name, names())} A recipe of your own is named by its path, ./{name}.py."
        )
    return folder() / f"{name}.py"


def load(name: str) -> Recipe:
    """Return the recipe of a name or a path; the file is run, as the user asked.

    Raises:
        SettingsError: no such recipe, a file that fails when it is run, or one that does not end
            in `recipe = Recipe(...)`.
    """
    file = path(name)
    module = _import_path(file) if name.endswith(".py") else _import_installed(file)
    recipe = getattr(module, "recipe", None)
    if not isinstance(recipe, Recipe):
        raise SettingsError(f"{file}: expected a last line `recipe = Recipe(...)`")
    return dataclasses.replace(recipe, name=file.stem, source=source(file))


def source(file: Path) -> str:
    """Return the text of a recipe's file.

    Raises:
        SettingsError: it cannot be read as UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise SettingsError(f"{file}: not UTF-8 at byte {problem.start + 1}") from None
    except OSError as problem:
        raise SettingsError(f"{file}: {problem.strerror}") from None


def _import_installed(file: Path) -> ModuleType:
    full = f"textlstm.recipes.{file.stem}"
    if importlib.util.find_spec("textlstm.recipes") is not None:
        return importlib.import_module(full)
    return _run_file(full, file)


def _import_path(file: Path) -> ModuleType:
    try:
        return _run_file(f"textlstm_user.{file.stem}", file)
    except SyntaxError as problem:
        raise SettingsError(f"{problem.filename or file}:{problem.lineno}: {problem.msg}") from None
    except Refusal:
        raise
    except Exception as problem:  # whatever the user's own code raises
        steps = traceback.extract_tb(problem.__traceback__)
        own = [s.lineno for s in steps if Path(s.filename).resolve() == file.resolve()]
        place = f"{file}:{own[-1]}" if own else str(file)
        what = f"{type(problem).__name__}: {problem}".partition("\n")[0]
        raise SettingsError(f"{place}: {what}") from None


def _run_file(full: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(full, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module
