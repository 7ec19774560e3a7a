"""``check`` and ``export``."""

from pathlib import Path

import click

from pnn_studio.app.cli import options
from pnn_studio.errors import UsageError


@click.command()
@click.argument("design", type=options.FILE)
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=120.0, help="Seconds [120].")
@options.kit
@options.as_json
def check(
    design: Path, data: str, timeout: float, technology: str, surrogates: str, as_json: bool
) -> None:
    """Simulate a design whole in ngspice over its test split."""
    from pnn_studio.app import (  # loads torch, which --help does not need
        commands,
        console,
        summaries,
    )

    trained = commands.load_design(design)
    kit = commands.technology_of(trained, technology)
    if surrogates:
        loaded = commands.load_surrogates(Path(surrogates), kit)
        trained = commands.with_surrogates(trained, loaded)
    dataset = commands.data_of(trained, kit, data)
    verification = commands.check_design(trained, kit, dataset, timeout_s=timeout)
    options.answer(
        summaries.check_summary(verification),
        as_json,
        lambda: console.show_verification(verification),
    )


@click.command()
@click.argument("design", type=options.FILE, required=False)
@click.option(
    "--from", "sweep_file", type=options.FILE, help="Take the design out of a sweep file."
)
@click.option("--alpha", type=float, help="With --from: which alpha (the nearest trained).")
@click.option("--power-limit", type=options.Quantity("W"), help="With --from: which limit.")
@click.option("--seed", type=int, help="With --from: which seed [the best validation loss].")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["netlist", "svg", "csv", "design"]),
    required=True,
    help="SPICE file, schematic, component table, or design file.",
)
@click.option("--out", type=options.FILE, required=True, help="File to write.")
@click.option("--sample", type=int, default=0, help="Sample of the test split [0].")
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@options.technology
@options.as_json
def export(
    design: Path | None,
    sweep_file: Path | None,
    alpha: float | None,
    power_limit: float | None,
    seed: int | None,
    file_format: str,
    out: Path,
    sample: int,
    data: str,
    technology: str,
    as_json: bool,
) -> None:
    """Write a design as netlist, schematic, component table or design file."""
    from pnn_studio.app import commands  # loads torch, which --help does not need

    commands.check_output(out, design, sweep_file, data, technology)
    if (design is None) == (sweep_file is None):
        raise UsageError("Give either a design file or --from with a sweep file.")
    if sweep_file is None and any(each is not None for each in (alpha, power_limit, seed)):
        raise UsageError(
            "--alpha, --power-limit and --seed choose from a sweep file; give it with --from."
        )
    if design is not None:
        trained = commands.load_design(design)
    else:
        assert sweep_file is not None
        family = commands.load_sweep(sweep_file)
        trained = commands.pick_design(family, alpha, power_limit, seed)
    kit = commands.technology_of(trained, technology)
    needs_data = file_format == "netlist"
    dataset = commands.data_of(trained, kit, data) if needs_data else None
    commands.export_design(trained, kit, file_format, out, dataset=dataset, sample=sample)
    answer = {"file": str(out), "format": file_format, "alpha": trained.alpha, "seed": trained.seed}
    options.answer(answer, as_json, lambda: click.echo(f"Wrote {out}"))
