"""The jobs of the worker that need torch or the circuit; they load what takes a second to load."""

import contextlib
import threading
import time
from pathlib import Path

from pnn_studio.app.cluster.connection import connected, seen
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.commands.check import check_design, in_crossbar
from pnn_studio.app.commands.exporting.export_order import write_orders, written_words
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.front_run import check_designs
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import data_of, technology_of
from pnn_studio.app.jobs.clusters import AskCluster
from pnn_studio.app.jobs.control import JobControl, Say, progress
from pnn_studio.app.jobs.print_job import (
    ComputePrints,
    ComputeYields,
    FoundYield,
    PrintJob,
    RoundDesign,
    Rounded,
)
from pnn_studio.app.jobs.protocol import (
    Check,
    Checked,
    CheckSome,
    Done,
    DrawExport,
    ExportFiles,
    Job,
    Keeping,
    NetlistText,
    Progress,
    Told,
    Train,
    WriteNetlist,
    Writing,
)
from pnn_studio.app.jobs.transport import Transport
from pnn_studio.app.prints.printable import printable_design
from pnn_studio.app.prints.yield_run import run_yield, yield_of
from pnn_studio.app.worker import files
from pnn_studio.circuit.netlist_file import sample_netlist
from pnn_studio.data.datasets import load_dataset
from pnn_studio.domain.circuit_model import model_for
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.run import EpochRecord
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification, samples_of_check
from pnn_studio.errors import PnnError
from pnn_studio.training.compiled.warm_up import is_warm, warm_up

_FAMILY_EVERY_S = 1.0
# so long the first one waits until all designs have begun: others cannot be shown, and the next
# family may take its time
_ALL_BEGUN_S = 3.0
_PRINTS_STEP = 0.01
# nothing trains while the designs so far are evaluated: it is done for a tenth of the time
_FAMILY_SHARE = 9.0


def do(job: Job, control: JobControl, say: Say) -> None:
    """Do a job; `say` sends its replies to the window.

    Raises
    ------
    PnnError
        Where it cannot be done.
    """
    if isinstance(job, Train):
        _train(job, control, say)
    elif isinstance(job, Check):
        _check(job, control, say)
    elif isinstance(job, CheckSome):
        _check_some(job, control, say)
    elif isinstance(job, AskCluster):
        say(seen(job.address))
        say(Done("Asked"))
    elif isinstance(job, PrintJob):
        _print(job, control, say)
    elif isinstance(job, WriteNetlist):
        technology, dataset = _inputs(job, job.design)
        names = NodeNames.of(job.design, job.given)
        say(NetlistText(sample_netlist(job.design, technology, dataset, job.sample, names)))
        say(Done("Written"))
    elif isinstance(job, DrawExport):
        # draws with matplotlib, which takes most of a second to load
        from pnn_studio.app.commands.exporting.export_preview import preview_of

        say(preview_of(job.subject, job.order))
        say(Done("Drawn"))
    elif isinstance(job, ExportFiles):
        _export(job, control, say)
    else:
        files.do(job, control, say)


def _inputs(
    job: Check | CheckSome | PrintJob | WriteNetlist, design: TrainedDesign
) -> tuple[Technology, Dataset]:
    """Load the technology of a job's design, and its data unless the job brings them."""
    technology = technology_of(design, job.technology)
    return technology, job.data or data_of(design, technology)


def _check(job: Check, control: JobControl, say: Say) -> None:
    technology, dataset = _inputs(job, job.design)
    follow = progress(control, say)
    samples = samples_of_check(dataset)
    verification = check_design(
        in_crossbar(job.design, job.crossbar),
        technology,
        dataset,
        cancelled=control.stopped.is_set,
        samples=lambda done: follow(done / samples),
    )
    say(verification)
    say(Done("Checked"))


def _check_some(job: CheckSome, control: JobControl, say: Say) -> None:
    technology, dataset = _inputs(job, job.designs[0])
    makers = {number: lambda each=each: each for number, each in enumerate(job.designs)}
    stopped = control.stopped.is_set
    for number, found in check_designs(makers, technology, dataset, cancelled=stopped):
        ref = job.refs[number]
        if isinstance(found, Verification):
            say(Checked(ref, found))
        else:
            say(Checked(ref, None, str(found)))
    say(Done("Checked"))


def _print(job: PrintJob, control: JobControl, say: Say) -> None:
    if isinstance(job, ComputePrints):
        _compute_prints(job, control, say)
    elif isinstance(job, ComputeYields):
        _compute_yields(job, control, say)
    else:
        _round(job, control, say)


def _compute_prints(job: ComputePrints, control: JobControl, say: Say) -> None:
    technology, dataset = _inputs(job, job.design)
    told = 0.0

    def tell(what: str, share: float) -> None:
        nonlocal told
        # the prints take most of the time; ngspice, where it is asked, takes more
        whole = share if what == "prints" else 1.0
        if what == "ngspice":
            say(Told(f"Simulating prints in ngspice, {share:.0%}"))
        elif whole - told >= _PRINTS_STEP or (whole == 1 and told < 1):
            told = whole
            say(Progress(whole))

    stopped = control.stopped.is_set
    report = run_yield(
        job.design, technology, dataset, job.plan, known=job.known, cancelled=stopped, tell=tell
    )
    say(report)
    say(Done("Stopped" if stopped() else "Computed", stopped=stopped()))


def _compute_yields(job: ComputeYields, control: JobControl, say: Say) -> None:
    technology, dataset = _inputs(job, job.designs[0])
    stopped = control.stopped.is_set
    for number, (design, ref) in enumerate(zip(job.designs, job.refs, strict=True)):
        found = None if stopped() else yield_of(design, technology, dataset, job.plan, stopped)
        if found is None:
            break
        say(FoundYield(ref, found))
        say(Progress((number + 1) / len(job.designs)))
    say(Done("Stopped" if stopped() else "Computed", stopped=stopped()))


def _round(job: RoundDesign, control: JobControl, say: Say) -> None:
    technology, dataset = _inputs(job, job.design)
    stopped = control.stopped.is_set
    design = printable_design(
        job.design, technology, dataset, follow=progress(control, say), cancelled=stopped
    )
    before, after = (
        check_design(each, technology, dataset, cancelled=stopped) for each in (job.design, design)
    )
    say(Rounded(design, before, after))
    say(Done("Rounded"))


def _export(job: ExportFiles, control: JobControl, say: Say) -> None:
    orders = [(order, Path(path)) for order, path in job.orders]
    written = write_orders(
        job.subject,
        orders,
        lambda name, number, count: say(Writing(name, number, count)),
        control.stopped.is_set,
    )
    say(Done(written_words(written)))


def compile_ahead() -> None:
    """Begin to compile, or load, what trains new work, beside all else that this process does."""
    threading.Thread(target=_compile, daemon=True).start()


def _compile() -> None:
    with contextlib.suppress(PnnError):  # told of by the job that needs it
        models = load_models()
        warm_up(model_for("loaded", models.technology), models.technology, models.surrogates)


def _train(job: Train, control: JobControl, say: Say) -> None:
    if not job.cluster:
        _train_by(None, job, control, say)
        return
    say(Told(f"Connecting with {job.cluster}"))
    with connected(job.cluster) as cluster:
        _train_by(ClusterTransport(cluster), job, control, say)


def _train_by(transport: Transport | None, job: Train, control: JobControl, say: Say) -> None:
    models = load_models(job.print_process)
    dataset = job.data
    if isinstance(dataset, DataReference):
        dataset = load_dataset(dataset, models.technology)
    checkpoint = Path(job.checkpoint) if job.checkpoint else None
    training = FamilyRun(
        job.plan,
        dataset,
        models,
        checkpoint=checkpoint,
        threads=job.threads,
        known=job.known,
        transport=transport,
    )
    if not is_warm(job.plan.model):
        say(Told("Compiling the training, only this once on this machine: a minute or so"))
    family_due, told, started = 0.0, "", time.monotonic()

    def on_record(record: EpochRecord, training: FamilyRun) -> bool:
        nonlocal family_due, told
        say(record)
        if training.trouble != told:
            told = training.trouble
            say(Keeping(told))
        begin = time.monotonic()
        shown = record.epochs.all() or begin > started + _ALL_BEGUN_S
        if begin >= family_due and shown:
            say(training.family())
            now = time.monotonic()
            family_due = now + max(_FAMILY_EVERY_S, _FAMILY_SHARE * (now - begin))
        if control.paused:
            control.wait_while_paused()
        going = not control.stopped.is_set()
        if control.checkpoint is not None:  # said before the stop, if both were
            training.keep_at(control.checkpoint)
        return going

    say(training.run(on_record))
    stopped = control.stopped.is_set()
    say(Done("Stopped" if stopped else _trained(training), stopped=stopped))


def _trained(training: FamilyRun) -> str:
    """Say in one line what was trained, and what of it was not."""
    words = f"Trained {training.plan.designs} designs"
    if training.known:
        words += f", {training.known} of them before"
    if training.outdated:
        words += f"; what was left of it {training.outdated}, and was not used"
    return words
