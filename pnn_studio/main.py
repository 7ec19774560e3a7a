"""The entry point: parses, then either starts the window or runs a command.

Commands import what they need when they run, so that ``--help`` and the window are up at once.
"""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.errors import PnnError, UsageError

EXPECTED_FAILURE = 2
INTERRUPTED = 130
_SEEDS = click.IntRange(0, 2**31 - 1)
_EPOCHS = click.IntRange(1, 10**6)


class _Hidden(click.ParamType[tuple[int, ...]]):
    """Neurons of the hidden layers, as ``3`` or ``4,3``."""

    name = "N[,N...]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(each) for each in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of neurons such as 3 or 4,3.", param, ctx)


def _options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Join option decorators that several commands share; the first is listed first."""

    def apply(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


_FILE = click.Path(path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_technology = click.option(
    "--technology", default="", metavar="FILE", help="Another technology, a TOML file."
)
_kit = _options(
    _technology,
    click.option("--surrogates", default="", metavar="DIR", help="Its surrogates, a folder."),
)
_network = _options(
    click.option("--hidden", type=_Hidden(), default=(3,), help="Neurons of hidden layers [3]."),
    click.option(
        "--crossbar",
        type=click.Choice(["modified", "original"]),
        default="modified",
        help="One negation circuit a row, or one a negative weight.",
    ),
    click.option(
        "--circuits",
        "sharing",
        type=click.Choice(["network", "layer"]),
        default="network",
        help="Who shares the component values of ptanh and negation.",
    ),
    click.option("--epochs", type=_EPOCHS, help="Bound on the epochs of a design."),
)
_data = _options(
    click.argument("data"),
    click.option("--label", metavar="COLUMN", help="Label column of a CSV file."),
    click.option("--split-seed", type=_SEEDS, default=0, help="Seed of the split [0]."),
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pnn-studio")
@click.pass_context
def cli(context: click.Context) -> None:
    """Design printed analog neural networks, and check them in ngspice.

    Without a command the studio's window opens. DATA is iris, wine, breast-cancer, balance-scale,
    tic-tac-toe or a CSV file with a header line.
    """
    if context.invoked_subcommand is None:
        # Qt is loaded for the window alone
        from pnn_studio.ui.app import open_window

        context.exit(open_window())


@cli.command()
@_data
@click.option("--alpha", type=float, default=0.5, help="Weight of power, 0..1 [0.5].")
@_network
@click.option("--seed", type=_SEEDS, default=0, help="Seed of the initialisation [0].")
@click.option("--out", type=_FILE, help="Design file to write.")
@_kit
@_as_json
def train(
    data: str,
    label: str | None,
    split_seed: int,
    alpha: float,
    hidden: tuple[int, ...],
    crossbar: Crossbar,
    sharing: Sharing,
    epochs: int | None,
    seed: int,
    out: Path | None,
    technology: str,
    surrogates: str,
    as_json: bool,
) -> None:
    """Train one design."""
    # torch and scikit-learn are loaded for commands alone; so in every command below
    from pnn_studio.app import commands, console

    commands.check_output(out, data, technology)
    commands.check_alpha(alpha)
    layout = _Wanted(hidden, crossbar, sharing)
    models = commands.load_models(technology, surrogates)
    dataset = commands.load_data(data, models.technology, label, split_seed)
    plan = commands.single_plan(layout.for_data(dataset), alpha, seed, epochs)
    with console.training_progress(1) as follow:
        family = commands.train_family(plan, dataset, models, follow)
    design = commands.only_design(family)
    if out is not None:
        commands.save_design(out, design)
    summary = commands.design_summary(design)
    _answer(summary, as_json, lambda: console.show_design(design, out))


@cli.command()
@_data
@click.option("--alphas", type=click.IntRange(min=1), default=51, help="Values of alpha [51].")
@click.option("--seeds", type=click.IntRange(min=1), default=10, help="Seeds for each [10].")
@_network
@click.option("--out", type=_FILE, help="Sweep file (npz) to write.")
@_kit
@_as_json
def sweep(
    data: str,
    label: str | None,
    split_seed: int,
    alphas: int,
    seeds: int,
    hidden: tuple[int, ...],
    crossbar: Crossbar,
    sharing: Sharing,
    epochs: int | None,
    out: Path | None,
    technology: str,
    surrogates: str,
    as_json: bool,
) -> None:
    """Train the whole trade-off between accuracy and power as one family."""
    from pnn_studio.app import commands, console  # loads torch, see train

    commands.check_output(out, data, technology)
    layout = _Wanted(hidden, crossbar, sharing)
    models = commands.load_models(technology, surrogates)
    dataset = commands.load_data(data, models.technology, label, split_seed)
    plan = commands.grid_plan(layout.for_data(dataset), alphas, seeds, epochs)
    with console.training_progress(plan.designs) as follow:
        family = commands.train_family(plan, dataset, models, follow)
    if out is not None:
        commands.save_sweep(out, family)
    _answer(commands.sweep_summary(family), as_json, lambda: console.show_sweep(family, out))


@cli.command()
@click.argument("design", type=_FILE)
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=120.0, help="Seconds [120].")
@_kit
@_as_json
def check(
    design: Path, data: str, timeout: float, technology: str, surrogates: str, as_json: bool
) -> None:
    """Simulate a design whole in ngspice over its test split."""
    from pnn_studio.app import commands, console  # loads torch, see train

    trained = commands.load_design(design)
    kit = commands.technology_of(trained, technology)
    if surrogates:
        loaded = commands.load_surrogates(Path(surrogates), kit)
        trained = commands.with_surrogates(trained, loaded)
    dataset = commands.data_of(trained, kit, data)
    verification = commands.check_design(trained, kit, dataset, timeout_s=timeout)
    _answer(
        commands.check_summary(verification),
        as_json,
        lambda: console.show_verification(verification),
    )


@cli.command()
@click.argument("design", type=_FILE, required=False)
@click.option("--from", "sweep_file", type=_FILE, help="Take the design out of a sweep file.")
@click.option("--alpha", type=float, help="With --from: which alpha (the nearest trained).")
@click.option("--seed", type=int, help="With --from: which seed [the best validation loss].")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["netlist", "svg", "csv", "design"]),
    required=True,
    help="SPICE file, schematic, component table, or design file.",
)
@click.option("--out", type=_FILE, required=True, help="File to write.")
@click.option("--sample", type=int, default=0, help="Sample of the test split [0].")
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@_technology
@_as_json
def export(
    design: Path | None,
    sweep_file: Path | None,
    alpha: float | None,
    seed: int | None,
    file_format: str,
    out: Path,
    sample: int,
    data: str,
    technology: str,
    as_json: bool,
) -> None:
    """Write a design as netlist, schematic, component table or design file."""
    from pnn_studio.app import commands  # loads torch, see train

    commands.check_output(out, design, sweep_file, data, technology)
    if (design is None) == (sweep_file is None):
        raise UsageError("Give either a design file or --from with a sweep file.")
    if sweep_file is None and (alpha is not None or seed is not None):
        raise UsageError("--alpha and --seed choose from a sweep file; give it with --from.")
    if design is not None:
        trained = commands.load_design(design)
    else:
        assert sweep_file is not None
        if alpha is None:
            raise UsageError("Say with --alpha which design of the sweep is meant.")
        family = commands.load_sweep(sweep_file)
        trained = commands.pick_design(family, commands.check_alpha(alpha), seed)
    kit = commands.technology_of(trained, technology)
    needs_data = file_format == "netlist"
    dataset = commands.data_of(trained, kit, data) if needs_data else None
    commands.export_design(trained, kit, file_format, out, dataset=dataset, sample=sample)
    answer = {"file": str(out), "format": file_format, "alpha": trained.alpha, "seed": trained.seed}
    _answer(answer, as_json, lambda: click.echo(f"Wrote {out}"))


@cli.group(no_args_is_help=False)  # what is missing is told in one line, as everywhere
def surrogates() -> None:
    """Build the surrogates of the nonlinear circuits, or report on them."""


@surrogates.command()
@click.option("--out", type=_FILE, help="Folder [surrogates/ID of the technology].")
@click.option("--circuits", type=click.IntRange(min=200), default=2000, help="Of each kind [2000].")
@click.option("--seed", type=_SEEDS, default=0, help="Seed of the samples [0].")
@click.option("--data", type=_FILE, help="Folder of the simulated tables: kept there, used again.")
@_technology
@_as_json
def build(
    out: Path | None, circuits: int, seed: int, data: Path | None, technology: str, as_json: bool
) -> None:
    """Simulate circuits in ngspice and fit surrogates on them."""
    from pnn_studio.app import console, surrogate_build  # loads torch, see train

    with console.work_progress() as follow:
        folder, reports = surrogate_build.build(
            technology, out, circuits=circuits, seed=seed, data=data, follow=follow
        )
    answer = {"folder": str(folder), "held_out": reports}
    _answer(answer, as_json, lambda: console.show_surrogates(reports))


@surrogates.command()
@click.option("--surrogates", "folder", default="", metavar="DIR", help="Folder [those that ship].")
@_technology
@_as_json
def report(folder: str, technology: str, as_json: bool) -> None:
    """Show the held-out errors that the cards state."""
    from pnn_studio.app import commands, console  # loads torch, see train

    models = commands.load_models(technology, folder)
    reports = {name: each.card.get("held_out", {}) for name, each in models.surrogates.items()}
    _answer({"held_out": reports}, as_json, lambda: console.show_surrogates(reports))


@cli.command()
@click.option("--out", type=_FILE, required=True, help="Folder for its files.")
@_as_json
def demo(out: Path, as_json: bool) -> None:
    """Train iris, choose a design, check it in ngspice, export it: all of it within a minute."""
    from pnn_studio.app import console, demo  # loads torch, see train

    with console.training_progress(demo.DESIGNS) as follow:
        result = demo.run(out, follow)
    _answer(result.summary(), as_json, lambda: console.show_demo(result))


class _Wanted:
    """The layout that was asked for, before the data say how many inputs and outputs there are."""

    def __init__(self, hidden: tuple[int, ...], crossbar: Crossbar, sharing: Sharing) -> None:
        self._hidden, self._crossbar, self._sharing = hidden, crossbar, sharing
        Layout(1, hidden, 2, crossbar, sharing)  # refuses what is wrong before any work

    def for_data(self, dataset: Any) -> Layout:
        inputs, classes = dataset.voltages.shape[1], len(dataset.class_names)
        return Layout(inputs, self._hidden, classes, self._crossbar, self._sharing)


def _answer(summary: dict[str, Any], as_json: bool, show: Callable[[], None]) -> None:
    """Print one JSON object, or words for people."""
    if as_json:
        from pnn_studio.app.commands import json_text  # loads torch, see train

        click.echo(json_text(summary))
    else:
        show()


def run(arguments: list[str] | None = None) -> None:
    """Run the program and exit: 0 done, 2 an expected failure with one line on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal that lacks a character, or a path that is no text, shows its escape
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, prog_name="pnn-studio", standalone_mode=False)
        print(end="", flush=True)  # here, where a full disk can still be told
    except click.ClickException as error:
        _fail(str(PnnError(error.format_message())))
    except PnnError as error:
        _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("pnn-studio: interrupted", err=True)
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
    click.echo(f"pnn-studio: {message}", err=True)
    sys.exit(EXPECTED_FAILURE)


if __name__ == "__main__":
    run()
