"""What a selected item is a part of: a layout, and the design of it where one is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import CircuitPower, Evaluation, LayerEvaluation
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.operating_point import circuit_power
from pnn_studio.domain.technology import Technology


@dataclass(frozen=True, eq=False)
class Subject:
    """What an item is a part of.

    Attributes
    ----------
    layout : Layout
        The network.
    input_names, class_names : tuple of str
        As in the data.
    design : TrainedDesign or None
        Of that layout; None before training.
    evaluation : Evaluation or None
        The design over the test split; None where its data are not at hand.
    sample : int
        The sample that is shown.
    technology : Technology or None
        Gives the rails of the circuits.
    names : mapping of str to str
        Names that layers (``1``) and neurons (``1.0``) were given.
    """

    layout: Layout
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    design: TrainedDesign | None = None
    evaluation: Evaluation | None = None
    sample: int = 0
    technology: Technology | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return len(self.layout.shapes)

    def short(self, layer: int, index: int) -> str:
        """Name a neuron or a row shortly: ``x0``, ``h1``, ``h2.0``, ``y1``, ``bias``."""
        size = self.layout.sizes[layer]
        if index >= size:
            return "bias" if index == size else "ground"
        if layer == 0:
            return f"x{index}"
        if layer == self.last:
            return f"y{index}"
        if given := self.names.get(f"{layer}.{index}"):
            return given
        return f"h{index}" if self.last == 2 else f"h{layer}.{index}"  # noqa: PLR2004

    def name(self, layer: int, index: int) -> str:
        """Name a neuron or a row with what the data call it."""
        short, size = self.short(layer, index), self.layout.sizes[layer]
        if index < size and layer == 0:
            return f"{short} {self.input_names[index]}"
        if index < size and layer == self.last:
            return f"{short} {self.class_names[index]}"
        return short

    def state(self, layer: int) -> LayerEvaluation | None:
        """Voltages and powers of layer 1, 2 ..."""
        return self.evaluation.layers[layer - 1] if self.evaluation else None

    def circuit_power(self, design: TrainedDesign, layer: int) -> CircuitPower:
        """Power of the circuits of layer 1, 2 ..., which is known without samples too."""
        state = self.state(layer)
        if state is not None:
            return state.circuits
        return circuit_power(design.layers[layer - 1], design.layout.crossbar)


def subject_of(session: Session, sample: int, technology: Technology | None) -> Subject | None:
    """Gather what the chosen layout is; with the design that is shown where it is of that layout.

    None where there are no data yet.
    """
    layout, dataset, design = session.layout, session.dataset, session.drawn_design
    if layout is None or dataset is None:
        return None
    evaluation = session.evaluation(design) if design is not None else None
    return Subject(
        layout,
        dataset.input_names,
        dataset.class_names,
        design,
        evaluation,
        sample,
        technology,
        dict(session.settings.names),
    )


def subject_of_design(session: Session, design: TrainedDesign, sample: int = 0) -> Subject:
    """Gather what a design is, whatever layout is chosen now; names are those of its layout."""
    names = dict(session.settings.names) if design.layout == session.layout else {}
    evaluation = session.evaluation(design)
    return Subject(
        design.layout,
        design.input_names,
        design.class_names,
        design,
        evaluation,
        sample,
        names=names,
    )
