"""The layout of a printed network: how many inputs, neurons and layers, and which crossbar."""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.errors import LayoutError

Crossbar = Literal["modified", "original"]
Sharing = Literal["network", "layer"]

MAX_INPUTS = 1024
MAX_NEURONS = 256
MAX_HIDDEN_LAYERS = 8


@dataclass(frozen=True)
class Layout:
    """Inputs, hidden layers and outputs of a printed network.

    Attributes
    ----------
    inputs : int
        Number of input voltages.
    hidden : tuple of int
        Neurons of each hidden layer, from the inputs on; at least one layer.
    outputs : int
        Number of classes, one ptanh output each.
    crossbar : {"modified", "original"}
        One shared negation circuit per row, or one per negative weight.
    sharing : {"network", "layer"}
        Whether the component values of the nonlinear circuits are the same in the whole network
        or belong to each layer.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"

    def __post_init__(self) -> None:
        """Refuse what no circuit can have."""
        if not 1 <= self.inputs <= MAX_INPUTS:
            raise LayoutError(f"A network needs 1 to {MAX_INPUTS} inputs, not {self.inputs}.")
        if self.outputs < 2:  # noqa: PLR2004 - a decision needs two classes
            raise LayoutError(
                f"The output layer needs at least 2 neurons, one a class, not {self.outputs}."
            )
        if self.outputs > MAX_NEURONS:
            raise LayoutError(
                f"The output layer has {self.outputs} neurons; at most {MAX_NEURONS} are possible."
            )
        if not self.hidden:
            raise LayoutError(
                "A network needs at least one hidden layer; add one, for example of 3."
            )
        if len(self.hidden) > MAX_HIDDEN_LAYERS:
            raise LayoutError(
                f"{len(self.hidden)} hidden layers; at most {MAX_HIDDEN_LAYERS} are possible."
            )
        for number, neurons in enumerate(self.hidden, start=1):
            if not 1 <= neurons <= MAX_NEURONS:
                raise LayoutError(
                    f"Layer {number} needs 1 to {MAX_NEURONS} neurons, not {neurons}."
                )
        if self.crossbar not in ("modified", "original"):
            raise LayoutError(f"The crossbar is 'modified' or 'original', not {self.crossbar!r}.")
        if self.sharing not in ("network", "layer"):
            raise LayoutError(f"Circuits are shared by 'network' or 'layer', not {self.sharing!r}.")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Nodes of every stage: inputs, hidden layers, outputs."""
        return (self.inputs, *self.hidden, self.outputs)

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape of each layer's theta: (inputs + bias + ground, outputs)."""
        return tuple(
            (rows + 2, columns) for rows, columns in zip(self.sizes, self.sizes[1:], strict=False)
        )

    @property
    def resistor_sites(self) -> int:
        """Number of places at which a crossbar resistor can be printed."""
        return sum(rows * columns for rows, columns in self.shapes)

    @property
    def most_negations(self) -> tuple[int, ...]:
        """How many negation circuits each layer could have: one for each row, or resistor.

        The ground row needs none.
        """
        modified = self.crossbar == "modified"
        return tuple(
            rows - 1 if modified else (rows - 1) * columns for rows, columns in self.shapes
        )

    def __str__(self) -> str:
        """Sizes as people write them, for example ``4-3-3``."""
        return "-".join(str(size) for size in self.sizes)
