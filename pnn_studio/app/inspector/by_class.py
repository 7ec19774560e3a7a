"""How many samples of each class are answered rightly."""

import numpy as np

from pnn_studio.app.analysis.confusion import Confusion, confusion, confusions
from pnn_studio.app.inspector.sheet import Row, SheetSection
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.units import format_percent

_MOST = 32  # classes; more of them are in the file of a check


def recall_section(session: Session, design: TrainedDesign) -> SheetSection | None:
    """List the recall of every class over the test samples, of the model and of ngspice.

    None where neither the design's data nor a check are at hand.
    """
    verification, dataset = session.verification(design), session.data_of(design)
    evaluation = session.evaluation(design)
    found: list[tuple[str, Confusion]] = []
    if verification is not None:
        model, spice = confusions(verification)
        found = [(design.model, model), ("ngspice", spice)]
    elif dataset is not None and evaluation is not None:
        found = [(design.model, confusion(dataset.part("test")[1], evaluation.outputs))]
    if not found:
        return None
    samples = found[0][1].counts.sum(axis=1)
    names = design.class_names[:_MOST]
    rows = [
        Row((name, str(samples[at]), *(_share(each.recalls[at]) for _, each in found)))
        for at, name in enumerate(names)
    ]
    balanced = (format_percent(each.balanced_accuracy) for _, each in found)
    rows.append(Row(("balanced accuracy", "", *balanced), "bold"))
    more = len(design.class_names) - len(names)
    text = f"and {more} classes more" if more > 0 else ""
    head = ("class", "n", *(source for source, _ in found))
    return SheetSection("Recall by class", "test samples", head=head, rows=tuple(rows), text=text)


def _share(recall: float) -> str:
    return "—" if np.isnan(recall) else format_percent(float(recall))
