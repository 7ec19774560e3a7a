"""``study``."""

from pathlib import Path

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.clusters import Tls, cluster_of

_MOST_AT_ONCE = 16


@click.command()
@click.argument("file", type=options.FILE, metavar="STUDY.toml")
@click.option("--out", type=options.FILE, metavar="DIR", help="Folder [that of the file's name].")
@options.cluster
@options.as_json
def study(
    file: Path,
    out: Path | None,
    cluster: str | None,
    cluster_tls: Tls | None,
    as_json: bool,
) -> None:
    """Train a grid of data sets, layouts, models and technologies, and draw their fronts together.

    The folder has a sweep file for each, a table of all designs (study.csv; study.parquet with
    pnn-studio[cluster]), fronts.svg, fronts.pdf and report.html. Ctrl-C keeps what is trained; the
    same command goes on, and a file that asks for more trains what is new.
    """
    # loads torch, which --help does not need
    from pnn_studio.app.analysis.study_fronts import answer_words
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands.study import results
    from pnn_studio.app.commands.study.run import StudyRun
    from pnn_studio.domain.reading import read_regular
    from pnn_studio.domain.units import count_of
    from pnn_studio.errors import PnnError, TrainingLost, UsageError
    from pnn_studio.storage.project_lock import only_writer
    from pnn_studio.storage.study_file import MOST_BYTES, parse_study

    content = read_regular(file, MOST_BYTES, UsageError, "the study")
    asked = parse_study(content, file)
    folder = file.with_suffix("") if out is None else out
    if folder == file:
        raise UsageError(f"{file} needs an ending, or give another folder with --out.")
    results.claim(folder, content)
    click.get_current_context().with_resource(only_writer(folder / "report.html"))
    with (
        cluster_of(cluster, cluster_tls) as there,
        console.study_progress(asked.title) as (follow, cancelled),
    ):
        transport, at_once = None, 1
        if there is not None:
            # as above
            from pnn_studio.app.cluster.training import ClusterTransport

            transport = ClusterTransport(there)
            # as many as keep all workers busy while some sweeps end
            each = len(asked.alphas) * len(asked.seeds)
            at_once = min(2 + 2 * there.slots // each, _MOST_AT_ONCE)
        run = StudyRun(
            asked,
            folder,
            transport=transport,
            at_once=at_once,
            cancelled=cancelled,
            follow=follow,
        )
        lost: PnnError | None = None
        try:
            run.run()
        except TrainingLost as error:
            lost = error
    groups, written = results.write_results(folder, asked, run.sweeps)
    if lost is not None:
        raise lost
    left = asked.designs - results.trained(asked, run.sweeps)
    summary = results.summary(asked, groups) | {"new": run.new, "unfinished": left}

    def show() -> None:
        stopped = (
            f"Stopped: {left} of them are unfinished; the same command goes on" if left else ""
        )
        click.echo(
            f"{count_of(asked.designs, 'design')} in {count_of(asked.sweeps, 'sweep')}, "
            f"{run.new} of them trained now{f'. {stopped}' if stopped else ''}."
        )
        for group in groups:
            click.echo(answer_words(group))
        click.echo(f"Wrote {folder}: {', '.join(each.name for each in written)}")

    options.answer(summary, as_json, show)
