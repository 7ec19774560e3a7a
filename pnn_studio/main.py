"""The entry point: parses, then either starts the window or runs a command.

Commands import what they need when they run, so that ``--help`` and the window are up at once.
"""

import contextlib
import gc
import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.data import data, predict
from pnn_studio.app.cli.designs import check, export
from pnn_studio.app.cli.diagnose import diagnose
from pnn_studio.app.cli.printing import yield_
from pnn_studio.app.cli.project import project
from pnn_studio.app.cli.studies import study
from pnn_studio.app.cli.surrogates import surrogates
from pnn_studio.app.cli.training import reproduce, sweep, train
from pnn_studio.app.jobs.ends import Ended, ending_tidily
from pnn_studio.app.jobs.streams import open_streams
from pnn_studio.app.project.openable import what_to_open
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.errors import PnnError

EXPECTED_FAILURE = 2
INTERRUPTED = 130


class _Program(click.Group):
    """Commands; a project or a table in place of one opens the window with it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a file for what is to be opened."""
        if args[0] not in self.commands and what_to_open(args[:1]).kind:
            args = [open_.name or "", *args]
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="pnn-studio")
@click.option(
    "--size",
    type=options.Size(),
    default="1440x900",
    help="Of the window in these pictures [1440x900].",
)
@click.option(
    "--screenshot",
    type=options.FILE,
    metavar="DIR",
    help="Write pictures of every view of an example, without a display, and end.",
)
@click.pass_context
def cli(context: click.Context, screenshot: Path | None, size: tuple[int, int]) -> None:
    """Design printed analog neural networks, and check them in ngspice.

    Without a command the studio's window opens; with a project or a table in place of a command
    it opens with that one. DATA is iris, wine, breast-cancer, balance-scale,
    tic-tac-toe or a table: CSV, TSV, ARFF, XLSX, ODS.
    """
    if context.invoked_subcommand is not None:
        return
    if screenshot is not None:
        # Qt is loaded for pictures of the window alone
        from pnn_studio.ui.shell.screenshots import take_screenshots

        for path in take_screenshots(screenshot, size):
            click.echo(path)
    else:
        context.exit(_open_window(None))


@cli.command()
@click.option("--out", type=options.FILE, required=True, help="Folder for its files.")
@options.model
@options.as_json
def demo(out: Path, model: ModelName | None, as_json: bool) -> None:
    """Train iris, check a frugal design in ngspice, export it, check the front: in a minute."""
    from pnn_studio.app.cli import console  # loads torch, which --help does not need
    from pnn_studio.app.commands import demo  # loads torch, which --help does not need

    with console.training_progress("Training", demo.DESIGNS, model or "loaded") as follow:
        result = demo.run(out, follow, model)
    options.answer(result.summary(), as_json, lambda: console.show_demo(result))


@cli.command("open")
@click.argument("file", type=options.FILE)
def open_(file: Path) -> None:
    """Open the window with a project, or with a table (CSV, ARFF, XLSX ...) to import."""
    click.get_current_context().exit(_open_window(file))


def _open_window(file: Path | None) -> int:
    gc.disable()  # an eighth of the time that its modules take to load; the window enables it
    # Qt is loaded for the window alone
    from pnn_studio.ui.shell.app import open_window

    return open_window(file)


for command in (
    *(train, sweep, study, reproduce, check, export, yield_),
    *(data, predict, project, surrogates, diagnose),
):
    cli.add_command(command)


def run(arguments: list[str] | None = None) -> None:
    """Run the program and exit: 0 done, 2 an expected failure with one line on stderr."""
    open_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal that lacks a character, or a path that is no text, shows its escape
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with ending_tidily():
            code = cli.main(arguments, prog_name="pnn-studio", standalone_mode=False)
        print(end="", flush=True)  # here, where a full disk can still be told
    except click.ClickException as error:
        _fail(str(PnnError(error.format_message())))
    except PnnError as error:
        _fail(str(error))
    except Ended as end:
        _say(f"pnn-studio: ended by {end}")
        sys.exit(128 + end.number)
    except (click.Abort, KeyboardInterrupt):
        _say("pnn-studio: interrupted")
        sys.exit(INTERRUPTED)
    except OSError as error:
        # no space left, no room for temporary files, or nobody who reads stdout any more
        place = f"{error.filename}: " if error.filename else ""
        _drop_stdout()
        _fail(f"{place}{error.strerror or error}")
    except SystemExit:
        # click ends so, and only so, when nobody reads stdout any more
        _drop_stdout()
        _fail("nobody reads the output any more; it was not written whole")
    sys.exit(code if isinstance(code, int) else 0)


def _drop_stdout() -> None:
    """Keep Python from trying at its end to write what could not be written."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.__stdout__.fileno() if sys.__stdout__ else 1)


def _fail(message: str) -> NoReturn:
    _say(f"pnn-studio: {message}")
    sys.exit(EXPECTED_FAILURE)


def _say(line: str) -> None:
    """Write a line to stderr, where there is anybody to read it."""
    with contextlib.suppress(OSError):
        click.echo(line, err=True)


if __name__ == "__main__":
    run()
