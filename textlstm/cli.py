"""The command line: each command imports what it needs when it runs."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

import textlstm
from textlstm import cli_lab
from textlstm.console import INTERRUPTED, coloured, width
from textlstm.errors import Refusal

CHUNK = 256  # lines read from standard input before they are answered


class Commands(click.Group):
    """Turns refusals into a line and an exit code; keeps commands in the order of a user's day."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order they are defined."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for a slip."""
        if args and args[0] not in self.commands:
            from textlstm.errors import nearest

            raise click.UsageError(
                f"no command {args[0]!r}.{nearest(args[0], self.commands)} See textlstm --help.",
                ctx,
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is one message on standard error."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            click.echo(f"textlstm: {refusal}", err=True)
            ctx.exit(refusal.exit_code)
        except KeyboardInterrupt:
            click.echo("textlstm: interrupted", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(textlstm.__version__, prog_name="textlstm")
def main() -> None:
    """Train small recurrent networks on text, from a labelled file to a deployable model.

    \b
    textlstm run sentiment                      on the embedded corpus
    textlstm run sentiment train=reviews.csv    on your file (columns text,label)
    textlstm run ner train=train.conll          entities, from tokens and their tags
    textlstm run generation train=book.txt      a language model of running text
    textlstm predict runs/sentiment-1 "not bad at all"
    """  # noqa: D301 (click reads the backspace)


@main.command()
def recipes() -> None:
    """List the recipes."""
    from textlstm import discover

    names = discover.names()
    longest = max(map(len, names))
    for name in names:
        click.echo(f"{name:<{longest}}  {discover.summary(name)}")


@main.command()
@click.argument("recipe")
def show(recipe: str) -> None:
    """Print a recipe's settings: type, default, comment, and its presets."""
    from textlstm import discover

    found = discover.load(recipe)
    fields = found.settings.describe()
    shown = [(f.name, f.type, _default(f.default), f.comment) for f in fields]
    widths = [max(len(row[i]) for row in shown) for i in range(3)]
    if sum(widths) + 30 > width():  # narrow: the comment goes below
        for name, kind, default, comment in shown:
            click.echo(f"{name}={default}  ({kind})\n    {comment}")
    else:
        for name, kind, default, comment in shown:
            click.echo(
                f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {default:<{widths[2]}}  {comment}"
            )
    for name, values in found.presets.items():
        words = " ".join(f"{key}={_default(value)}" for key, value in values.items())
        click.echo(f"\n--preset {name}: {words}")


@main.command()
@click.argument("recipe")
@click.argument("file", type=click.Path(path_type=Path))
def copy(recipe: str, file: Path) -> None:
    """Copy a recipe's file, to edit and run as ./FILE."""
    from textlstm import atomic, discover
    from textlstm.errors import SettingsError

    source = discover.source(discover.path(recipe))
    if file.is_dir():
        file = file / f"{Path(recipe).stem}.py"
    if file.suffix != ".py":
        raise SettingsError(f"{file}: a recipe's file ends in .py")
    if file.exists():
        raise SettingsError(f"{file}: exists already; nothing was written")
    if not file.parent.is_dir():
        raise SettingsError(f"{file.parent}: no such folder")
    stamp = f"# Copied from recipe {recipe!r} of textlstm {textlstm.__version__}.\n"
    try:
        atomic.write_text(file, stamp + source)
    except OSError as problem:
        raise SettingsError(f"{file}: cannot be written: {problem.strerror}") from None
    click.echo(
        f"{file}: now run it with `textlstm run ./{file.name}`"
        if not file.is_absolute() and file.parent == Path()
        else f"{file}: now run it with `textlstm run {file}`"
    )


@main.command()
@click.argument("recipe", required=False)
@click.argument("words", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--preset", help="named values to start from, such as tiny")
@click.option("--out", type=click.Path(path_type=Path), help="run folder (default runs/RECIPE-N)")
@click.option("--resume", type=click.Path(path_type=Path), help="go on where this run stopped")
@click.option("--json", "as_json", is_flag=True, help="print report.json instead of tables")
def run(
    recipe: str | None,
    words: Sequence[str],
    preset: str | None,
    out: Path | None,
    resume: Path | None,
    as_json: bool,
) -> None:
    """Train, evaluate and bundle a model."""
    from textlstm.allocator import keep_freed_memory

    keep_freed_memory()  # here, before any library has started a thread
    from textlstm import run as pipeline
    from textlstm.errors import SettingsError
    from textlstm.progress import for_stream
    from textlstm.runtime.shown import KINDS, shown

    if resume is not None:
        if recipe or words or preset or out:
            raise SettingsError("--resume takes the settings of the run: give nothing beside it")
        plan = pipeline.resumed(resume)
    elif recipe is None:
        raise SettingsError("which recipe? `textlstm recipes` lists them")
    else:
        plan = pipeline.planned(recipe, words, preset=preset, out=out)
    done = pipeline.execute(plan, for_stream())
    if as_json:
        click.echo(json.dumps(done.report.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(done.report.table(width()))
        for text, answer in done.examples():
            click.echo(f"  {shown(done.predictor.task.kind, text, answer, color=coloured())}")
        click.echo(
            f"\n{done.folder}: report.html shows it all; predict with\n"
            f'  textlstm predict {done.folder} "{KINDS[done.predictor.task.kind].sample}"'
        )
    if done.interrupted:
        click.get_current_context().exit(INTERRUPTED)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("words", nargs=-1, metavar="[test=FILE] [KEY=VALUE]...")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
def evaluate(folder: Path, words: Sequence[str], as_json: bool) -> None:
    """Score a model on a file, or again on its own test part."""
    from textlstm import rescoring
    from textlstm.progress import Plain

    report = rescoring.evaluate_words(folder, words, Plain().say)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(report.table(width()))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--json", "as_json", is_flag=True, help="print a JSON line an input")
@click.option("--beam", type=int, help="translation: hypotheses kept a sentence; 1: greedy")
@click.option("--nbest", type=int, help="translation: answers a sentence, with scores")
@click.option("--max-length", type=int, help="translation, generation: tokens at most")
@click.option("--sample", is_flag=True, help="translation: draw tokens by their probabilities")
@click.option("--temperature", type=float, help="of what is drawn: below 1 more like the likeliest")
@click.option("--top-k", type=int, help="drawn among this many likeliest tokens")
@click.option("--top-p", type=float, help="drawn among tokens of this probability")
@click.option("--seed", type=int, help="of what is drawn: other numbers, other texts")
def predict(folder: Path, texts: Sequence[str], as_json: bool, **given: Any) -> None:
    """Answer texts, or the lines of standard input.

    Where the output is no terminal, a tagger's answers are JSON lines and a translator's the
    translations alone, one a line. Translations are drawn with --sample only, continuations of
    a generation model always; on a terminal these appear as they are drawn.
    """
    from textlstm.runtime import Predictor
    from textlstm.runtime.shown import printed

    given["sample"] = given["sample"] or None  # a flag that is off was not given
    options = {name: value for name, value in given.items() if value is not None}
    predictor = Predictor.load(folder)
    predictor.predict([], **options)  # refuses an option before anything is read
    kind, terminal, color = predictor.task.kind, sys.stdout.isatty(), coloured()
    for chunk in _chunks(texts):
        if kind == "generate" and terminal and not as_json:
            for text in chunk:
                _continue(text, predictor.stream(text, **options))
            continue
        for text, answer in zip(chunk, predictor.predict(chunk, **options), strict=True):
            click.echo(printed(kind, text, answer, as_json=as_json, terminal=terminal, color=color))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("text")
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the picture as .png, .html or .json; may be given again",
)
@click.option(
    "--matrix",
    is_flag=True,
    help="also what is left of each token at each later one; JSON always holds it",
)
@click.option("--json", "as_json", is_flag=True, help="print all gates and states as JSON")
def explain(folder: Path, text: str, save: Sequence[Path], matrix: bool, as_json: bool) -> None:
    """Show the gates of the recurrent layers on a text, token by token."""
    from textlstm import explaining

    colour = coloured()
    click.echo(
        explaining.command(
            folder, text, save=save, width=width(), colour=colour, matrix=matrix, as_json=as_json
        )
    )


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print the comparison as JSON")
def compare(folders: Sequence[Path], as_json: bool) -> None:
    """Compare runs on the same examples, with paired tests."""
    from textlstm import comparison

    found = comparison.compare(*folders)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(found.table(width()))


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="FILE... [KEY=VALUE]...")
def check(words: Sequence[str]) -> None:
    """Say what is in data files and what is wrong with them."""
    from textlstm import check as checking
    from textlstm.errors import DataError, SettingsError
    from textlstm.settings import CheckSettings

    names = {field.name for field in CheckSettings.describe()}
    options = [word for word in words if word.partition("=")[0] in names and "=" in word]
    files = [word for word in words if word not in options]
    if not files:
        raise SettingsError("which file?")
    wrong = checking.check(files, CheckSettings.from_words(options), click.echo)
    if wrong:
        raise DataError(
            f"{wrong:,} things are wrong (✖)" if wrong > 1 else "one thing is wrong (✖)"
        )


for command in cli_lab.COMMANDS:
    main.add_command(command)


@main.command()
def doctor() -> None:
    """Say what is installed and what recurrent layers and the CRF run on."""
    from textlstm import doctor as examination

    for line in examination.lines():
        click.echo(line)


def _continue(text: str, pieces: Iterable[str]) -> None:
    """Print a text and its continuation, piece by piece as it is drawn."""
    click.secho(text, nl=False, bold=coloured())
    for piece in pieces:
        click.echo(piece, nl=False)
        sys.stdout.flush()
    click.echo()


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    if texts:
        yield list(texts)
        return
    if sys.stdin.isatty():
        click.echo("one text a line; Ctrl-D ends", err=True)
    size = 1 if sys.stdin.isatty() else CHUNK
    lines: list[str] = []
    for line in _utf8_lines():
        lines.append(line)
        if len(lines) == size:
            yield lines
            lines = []
    if lines:
        yield lines


def _utf8_lines() -> Iterator[str]:
    """Yield the lines of standard input, UTF-8 whatever the locale says."""
    from textlstm.errors import DataError

    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8").rstrip("\r\n").removeprefix("\ufeff" if number == 1 else "")
        except UnicodeDecodeError as problem:
            raise DataError(
                f"<stdin>:{number}: not UTF-8: {problem.reason} at byte "
                f"{problem.start + 1} of the line"
            ) from None


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
