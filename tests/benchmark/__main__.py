"""``scripts/benchmark``: speed of the engine; ``--window``: what a person there feels.

``--circuit``: how far the exact solve is from ngspice; ``--printable``: what printable values cost;
``--cluster``: what a cluster costs.
"""

import json
from pathlib import Path

import click

from tests.benchmark import window as studio
from tests.benchmark.data import NAMES


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--only", type=click.Choice(NAMES), help="Speed of one data set, nothing else.")
@click.option("--window", "what", flag_value="window", help="Measure the window instead.")
@click.option(
    "--circuit",
    "what",
    flag_value="circuit",
    help="Compare the exact solve with ngspice instead.",
)
@click.option(
    "--printable", "what", flag_value="printable", help="Round designs and simulate them instead."
)
@click.option(
    "--cluster", "what", flag_value="cluster", help="Measure what a cluster costs instead."
)
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(studio.PARTS),
    help="With --window: only this; may be given several times.",
)
@click.option("--minutes", default=2.0, help="With --window: how long it is used for its memory.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the results in a file.")
def main(
    as_json: bool,
    only: str | None,
    what: str | None,
    parts: tuple[str, ...],
    minutes: float,
    out: Path | None,
) -> None:
    """Measure the engine, or the window, on this machine."""

    def tell(line: str) -> None:
        click.echo(line, err=as_json)

    if what == "window":
        results = studio.measure(parts or studio.PARTS, minutes, tell)
    elif what == "circuit":
        # loads torch, as the engine does
        from tests.benchmark.circuit import measure as compare

        results = compare(tell)
    elif what == "printable":
        from tests.benchmark.printable import measure as round_all

        results = round_all(tell)
    elif what == "cluster":
        # as above, and Dask
        from tests.benchmark.cluster import overhead, scale

        results = {"overhead": overhead(only or "breastcancerwisc", tell), "scale": scale(tell)}
    else:
        # torch is loaded for the engine alone: beside the window it would only take memory
        from tests.benchmark.engine import measure

        results = measure(only, tell)
    if out is not None:
        out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(results))


if __name__ == "__main__":
    main()
