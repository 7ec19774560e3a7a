"""``diagnose``."""

import click

from pnn_studio.app.cli import options
from pnn_studio.errors import one_line


@click.command()
@options.as_json
def diagnose(as_json: bool) -> None:
    """Print what a report of a fault needs: versions, ngspice, display, cores, folders.

    Nothing private: no names of people, machines or files, and the home folder is written ~.
    """
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands.diagnosis import diagnosis

    found = diagnosis()

    def show() -> None:
        for group, entries in found.items():
            click.echo(group)
            width = max(map(len, entries), default=0)
            for name, value in entries.items():
                click.echo(f"  {name:<{width}}  {one_line(str(value))}")

    options.answer(found, as_json, show)
