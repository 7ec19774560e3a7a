"""What a selected item is a part of: a layout, and the design of it where one is trained."""

from dataclasses import dataclass

from pnn_studio.app.session.names import layout_names, names_of
from pnn_studio.app.session.session import Session
from pnn_studio.domain.cells import CELLS, CellKind, CellRole, circuits_of
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import CircuitPower, Evaluation, LayerEvaluation
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.operating_point import circuit_power
from pnn_studio.domain.technology import Technology


@dataclass(frozen=True, eq=False)
class Subject:
    """What an item is a part of.

    Attributes
    ----------
    names : NodeNames
        The network, and what its nodes are called.
    design : TrainedDesign or None
        Of that layout; None before training.
    evaluation : Evaluation or None
        The design over the test split; None where its data are not at hand.
    sample : int
        The sample that is shown.
    technology : Technology or None
        Gives the rails of the circuits.
    edited : bool
        Whether something was trained, but for another network than is drawn.
    """

    names: NodeNames
    design: TrainedDesign | None = None
    evaluation: Evaluation | None = None
    sample: int = 0
    technology: Technology | None = None
    edited: bool = False

    @property
    def untrained(self) -> str:
        """Why there are no values."""
        if self.edited:
            return "Edited since the training: train again to see its values."
        return "Not trained yet."

    @property
    def layout(self) -> Layout:
        """The network."""
        return self.names.layout

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return self.names.last

    def kind(self, layer: int, role: CellRole) -> CellKind:
        """Return which circuit plays a role in layer 1, 2 ..."""
        if self.design is not None:
            return self.design.layers[layer - 1].kind(role)
        if self.technology is None:
            return CELLS[circuits_of(role)[0]]
        technology = self.technology
        return (technology.activation if role == "activation" else technology.negation).kind

    def short(self, layer: int, index: int) -> str:
        """Name a neuron or a row shortly: ``x0``, ``h1.0``, ``y1``, ``bias``."""
        return self.names.short(self.names.at(layer, index))

    def name(self, layer: int, index: int) -> str:
        """Name a neuron or a row with what the data call it."""
        return self.names.full(self.names.at(layer, index))

    def cell(self, layer: int, role: CellRole, index: int, column: int | None = None) -> str:
        """Name a nonlinear circuit."""
        return self.names.cell(layer, role, index, column, brief=self.kind(layer, role).name)

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
    names, design = layout_names(session), session.drawn_design
    if names is None:
        return None
    evaluation = session.evaluation(design) if design is not None else None
    edited = design is None and session.design is not None
    return Subject(names, design, evaluation, sample, technology, edited)


def subject_of_design(session: Session, design: TrainedDesign, sample: int = 0) -> Subject:
    """Gather what a design is, whatever layout is chosen now; names are those of its layout."""
    evaluation = session.evaluation(design)
    return Subject(names_of(session, design), design, evaluation, sample)
