"""Trains the sweeps of a study, each kept in a file of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from pnn_studio.app.analysis.family_plan import with_model
from pnn_studio.app.analysis.study_fronts import SweepOfStudy
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.grown import printed_alike
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_kept
from pnn_studio.app.jobs.transport import Transport
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.study import Cell, Study
from pnn_studio.errors import TrainingLost
from pnn_studio.storage.sweep_file import load_sweep

# told how many of all designs are trained, of how many, and what share of the work that is
Follow = Callable[[int, int, float], None]
_TELL_S = 0.1


class StudyRun:
    """The sweeps of a study, one after the other, or some at a time where others train them.

    Parameters
    ----------
    study : Study
        What is trained.
    out : Path
        Folder of the sweep files. What lies there is not trained again, and nothing of it is lost:
        where a study asks for other alphas or seeds, the file then has both.
    transport : Transport, optional
        Takes the sweeps to who trains them.
    at_once : int
        How many sweeps are trained at a time.
    cancelled : callable
        Asked whether to end; what is trained is kept.
    follow : callable
        Told how far all of it is.
    """

    def __init__(
        self,
        study: Study,
        out: Path,
        *,
        transport: Transport | None = None,
        at_once: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
        follow: Follow = lambda *_: None,
    ) -> None:
        self._study, self._out, self._transport = study, out, transport
        self._at_once, self._cancelled, self._follow = at_once, cancelled, follow
        self._over = threading.Event()
        self._loading = threading.Lock()
        self._models = dict[PrintProcess, Models]()
        self._datasets = dict[tuple[DataReference, str], Dataset]()
        # designs that are trained, and the share of the work, by sweep
        self._stand: dict[str, tuple[int, float]] = {}
        self._found: dict[str, SweepOfStudy] = {}
        self.new = 0  # designs that were trained now

    @property
    def sweeps(self) -> list[SweepOfStudy]:
        """The sweeps that have anything, in the order of the study."""
        return [self._found[each.name] for each in self._study.cells() if each.name in self._found]

    def run(self) -> None:
        """Train what is not trained yet.

        Raises
        ------
        PnnError
            Where data, technologies or files cannot be used, or whoever trains is gone. What was
            trained by then is kept.
        """
        cells = list(self._study.cells())
        for cell in cells:
            self._load(cell)  # all is refused before anything is trained

        def one(cell: Cell) -> None:
            if self._over.is_set() or self._cancelled():
                return
            try:
                family = self._sweep(cell)
            except TrainingLost:
                self._found[cell.name] = SweepOfStudy(cell, load_sweep(self._file(cell)))
                raise
            self._found[cell.name] = SweepOfStudy(cell, family)

        with ThreadPoolExecutor(self._at_once, thread_name_prefix="study") as pool:
            waiting: set[Future[None]] = {pool.submit(one, cell) for cell in cells}
            try:
                while waiting:
                    done, waiting = wait(waiting, _TELL_S, FIRST_EXCEPTION)
                    for each in done:
                        each.result()
                    self._tell()
            finally:
                self._over.set()
                pool.shutdown(cancel_futures=True)

    def _file(self, cell: Cell) -> Path:
        return self._out / f"{cell.name}.npz"

    def _tell(self) -> None:
        each = len(self._study.alphas) * len(self._study.seeds)
        stand = list(self._stand.values())
        share = sum(share for _, share in stand) * each / self._study.designs
        self._follow(sum(done for done, _ in stand), self._study.designs, share)

    def _load(self, cell: Cell) -> tuple[Models, Dataset]:
        with self._loading:
            models = self._models.get(cell.print_process)
            if models is None:
                models = self._models[cell.print_process] = load_models(cell.print_process)
            key = cell.data, models.technology.fingerprint
            dataset = self._datasets.get(key)
            if dataset is None:
                asked = cell.data
                dataset = self._datasets[key] = load_data(
                    asked.source, models.technology, asked.label, asked.split_seed, asked.options
                )
        return models, dataset

    def _sweep(self, cell: Cell) -> Family:
        """Train what a sweep lacks."""
        models, dataset = self._load(cell)
        layout = cell.layout.of(dataset.voltages.shape[1], len(dataset.class_names))
        plan = FamilyPlan(layout, (0.0,), (0,), self._study.schedule)
        plan = plan.over(self._study.alphas, self._study.seeds)
        plan = with_model(plan, cell.model, models.technology, cell.variation)
        asked = plan.designs
        path = self._file(cell)
        known = load_sweep(path) if path.is_file() else None
        if known is not None and known.plan.is_like(plan):
            if _has_all(known, plan) and printed_alike(known, dataset, models.technology):
                self._stand[cell.name] = asked, 1.0
                return known
            plan = _union(plan, known.plan)

        def on_record(record: EpochRecord, run: FamilyRun) -> bool:
            done = int((record.status != IMPROVING).sum())
            others = 1 - run.known / plan.designs
            self._stand[cell.name] = min(done, asked), 1 - others * (1 - record.progress)
            return not (self._over.is_set() or self._cancelled())

        family = train_kept(
            plan, dataset, models, path, on_record, known=known, transport=self._transport
        )
        before = 0 if known is None else len(set(plan.aims) & set(_finished(known)))
        self.new += plan.designs - family.unfinished - before
        return family


def _finished(family: Family) -> list[tuple[float, float | None, int]]:
    return [
        aim
        for aim, status in zip(family.plan.aims, family.status, strict=True)
        if status != IMPROVING
    ]


def _has_all(family: Family, plan: FamilyPlan) -> bool:
    return set(plan.aims) <= set(_finished(family))


def _union(plan: FamilyPlan, before: FamilyPlan) -> FamilyPlan:
    """Plan all alphas and seeds of two grids, so that no design of either is lost."""
    alphas = sorted(set(plan.alphas) | set(before.alphas))
    return plan.over(alphas, sorted(set(plan.seeds) | set(before.seeds)))
