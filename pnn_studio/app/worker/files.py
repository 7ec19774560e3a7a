"""The jobs of the worker that read what was trained elsewhere, and rows to be classified."""

import contextlib
from pathlib import Path

from pnn_studio.app.commands.outputs import check_output
from pnn_studio.app.commands.own_data import data_of, predict, save_predictions, technology_of
from pnn_studio.app.commands.project_items import load_item
from pnn_studio.app.jobs.control import JobControl, Say, progress
from pnn_studio.app.jobs.protocol import Done, Job, Predict, ReadTrained, SavePredictions, Trained
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.importing import DETECT
from pnn_studio.errors import PnnError


def do(job: Job, control: JobControl, say: Say) -> None:
    """Do a job; `say` sends its replies to the window.

    Raises
    ------
    PnnError
        Where it cannot be done.
    """
    match job:
        case ReadTrained():
            item = load_item(Path(job.path))
            design = item if isinstance(item, TrainedDesign) else item.design(0)
            say(Trained(item, _data_at_hand(design)))
            say(Done(f"Opened {job.path}"))
        case Predict():
            technology = technology_of(job.design, job.technology)
            follow = progress(control, say)
            say(predict(job.design, Path(job.path), technology, DETECT, follow))
            say(Done(f"Predicted {job.path}"))
        case SavePredictions():
            check_output(Path(job.path), *job.inputs)
            save_predictions(Path(job.path), job.predictions)
            say(Done(f"Wrote {job.path}"))


def _data_at_hand(design: TrainedDesign) -> Dataset | None:
    """Load the data of a design; a design is of use without them, too."""
    with contextlib.suppress(PnnError):
        return data_of(design, technology_of(design))
    return None
