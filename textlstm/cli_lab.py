"""The commands that look at cells: what is claimed of them, what they cost, which is best."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from textlstm.console import INTERRUPTED, width


@click.command()
@click.argument("words", nargs=-1, metavar="[RECIPE|RUN] [KEY=VALUE]...")
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the picture as .png, .html or .json; may be given again",
)
@click.option("--json", "as_json", is_flag=True, help="print all numbers as JSON")
def gradients(words: Sequence[str], save: Sequence[Path], as_json: bool) -> None:
    """Show how gradients vanish or explode through time, cell by cell.

    Of cells before training, of cells of a recipe's size, or of the layers of a trained run.

    \b
    textlstm gradients lengths=50,100 forget_bias=0,1,5 clip=1 --save gradients.png
    textlstm gradients cells=rnn activation=tanh,relu scale=0.9,1,1.5,2
    textlstm gradients runs/sentiment-1
    """  # noqa: D301 (click reads the backspace)
    from textlstm.lab import gradients as lab
    from textlstm.progress import Plain

    click.echo(lab.command(words, save=save, width=width(), as_json=as_json, say=Plain().say))


@click.command()
@click.argument("words", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--preset", help="named values to start from: quick")
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the picture as .png, .html or .json; may be given again",
)
@click.option("--json", "as_json", is_flag=True, help="print all numbers as JSON")
def memory(words: Sequence[str], preset: str | None, save: Sequence[Path], as_json: bool) -> None:
    """Show which cells learn to remember over how many steps.

    \b
    textlstm memory --preset quick
    textlstm memory tasks=adding lengths=200 cells=rnn,lstm --save memory.png
    """  # noqa: D301 (click reads the backspace)
    from textlstm.allocator import keep_freed_memory

    keep_freed_memory()  # here, before any library has started a thread
    from textlstm.lab import memory as lab
    from textlstm.progress import for_stream

    found = lab.command(words, preset=preset, save=save, progress=for_stream())
    click.echo(found.document() if as_json else found.table(width()))
    if found.interrupted:
        click.get_current_context().exit(INTERRUPTED)


@click.command()
@click.argument("recipe")
@click.argument("words", nargs=-1, metavar="[length=N,N] [KEY=VALUE[,VALUE]]...")
@click.option("--preset", help="named values to start from, such as tiny")
@click.option("--save", type=click.Path(path_type=Path), metavar="PNG", help="write the picture")
@click.option("--json", "as_json", is_flag=True, help="print the plan as JSON")
def plan(
    recipe: str, words: Sequence[str], preset: str | None, save: Path | None, as_json: bool
) -> None:
    """Measure size, time and memory before training, by cell and length.

    \b
    textlstm plan sentiment cell=rnn,gru,lstm length=50,100,200,400,800
    textlstm plan sentiment train=reviews.csv         also how long training will take
    """  # noqa: D301 (click reads the backspace)
    from textlstm.lab import planning
    from textlstm.progress import Plain

    planning.savable(save)
    made = planning.plan(recipe, words, preset=preset, progress=Plain())
    if save is not None:
        made.save(save)
    if as_json:
        click.echo(json.dumps(made.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(made.table(width()))


@click.command()
@click.argument("recipe")
@click.argument("words", nargs=-1, metavar="[seeds=N] [KEY=VALUE[,VALUE]]...")
@click.option("--preset", help="named values to start from, such as tiny")
@click.option("--out", type=click.Path(path_type=Path), help="folder of the runs; goes on in it")
@click.option("--json", "as_json", is_flag=True, help="print shootout.json instead of tables")
def shootout(
    recipe: str, words: Sequence[str], preset: str | None, out: Path | None, as_json: bool
) -> None:
    """Train a grid of settings over several seeds and compare.

    \b
    textlstm shootout sentiment cell=rnn,gru,lstm bidirectional=false,true seeds=3
    A comma separates values of a setting, | those of a setting that is a list (units=64|64,64).
    seeds=N                   runs of each, from seed= on (3)
    budget=same-parameters    units such that the recurrent layers have as many weights as the
                              first one's (same-units)
    noise=0,0.1,0.2           also the score as words of the test texts are dropped or misspelt
    """  # noqa: D301 (click reads the backspace)
    from textlstm.allocator import keep_freed_memory

    keep_freed_memory()  # here, before any library has started a thread
    from textlstm.lab import shootout as arena
    from textlstm.progress import for_stream

    found = arena.of_words(recipe, words, preset=preset, out=out, progress=for_stream())
    if found is None:
        click.get_current_context().exit(INTERRUPTED)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(found.table(width()))
        click.echo(f"\n{found.folder}: runs, shootout.json and shootout.png")


COMMANDS = (gradients, memory, plan, shootout)
