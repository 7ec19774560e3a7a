"""What the plots for a paper show, as values: figure and table are made of the same ones.

Nothing is rounded, moved or left out here; what is drawn stands at its exact place.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PlotName = Literal["front", "curves", "check", "yield"]
Origin = Literal["model", "ngspice"]


@dataclass(frozen=True, eq=False)
class FrontPoints:
    """Designs as one source of figures has them.

    Attributes
    ----------
    source : {"model", "ngspice"}
        Who says so.
    designs : int array, shape (points,)
        Index of each in its family.
    power, accuracy : arrays, shape (points,)
        Watt, and share of right answers, both on the test split.
    front : int array, shape (front,)
        Points that no other one of this source beats, by ascending power.
    """

    source: Origin
    designs: NDArray[np.int64]
    power: Array
    accuracy: Array
    front: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FrontPlot:
    """The trade-off of a family.

    Attributes
    ----------
    title : str
        What was trained.
    model : str
        The circuit model of the designs.
    goal : {"alpha", "limit_w"}
        What sets the designs apart: the weight of power, or a power limit in watt.
    goals : array, shape (designs,)
        That of each design.
    seeds : tuple of int
        Seed of each design.
    points : tuple of FrontPoints
        By the model, and in ngspice where designs were checked.
    chosen : int or None
        The design that is exported with it.
    picked : int or None
        The design of least power that keeps 95 % of the best accuracy in ngspice.
    """

    title: str
    model: str
    goal: Literal["alpha", "limit_w"]
    goals: Array
    seeds: tuple[int, ...]
    points: tuple[FrontPoints, ...]
    chosen: int | None = None
    picked: int | None = None

    def of(self, source: Origin) -> FrontPoints | None:
        """Return the points of a source; None where it has none."""
        return next((each for each in self.points if each.source == source), None)


@dataclass(frozen=True, eq=False)
class CurvesPlot:
    """How the training of one design went, by the model.

    Attributes
    ----------
    title, model : str
        Which design, and by which circuit model.
    epochs : int array, shape (points,)
        Epochs.
    loss, accuracy : arrays, shape (points, 2)
        Volt, and share of right answers, on the training and the validation split.
    power : array, shape (points, 3)
        Watt on the training split: crossbar, activation, negation.
    """

    title: str
    model: str
    epochs: NDArray[np.int64]
    loss: Array
    accuracy: Array
    power: Array


@dataclass(frozen=True, eq=False)
class CheckPlot:
    """Every node of one design, in ngspice and by the model.

    Attributes
    ----------
    title, model, simulator : str
        Which design, by which circuit model, and what simulated it.
    names : tuple of str
        Nets, as the netlist has them.
    layers : int array, shape (nodes,)
        Layer of each node, 1 is the first.
    kinds : tuple of str
        What each node is: ``negation``, ``column``, ``activation``.
    model_v, spice_v : arrays, shape (samples, nodes)
        Volt over the test split.
    power : array, shape (2, 3)
        Watt by model and ngspice: crossbar, activation, negation.
    accuracy : tuple of two floats
        Share of right answers by model and ngspice.
    answers_equal : int
        Samples on which both give the same answer.
    """

    title: str
    model: str
    simulator: str
    names: tuple[str, ...]
    layers: NDArray[np.int64]
    kinds: tuple[str, ...]
    model_v: Array
    spice_v: Array
    power: Array
    accuracy: tuple[float, float]
    answers_equal: int


@dataclass(frozen=True, eq=False)
class YieldPlot:
    """Prints of one design, solved exactly.

    Attributes
    ----------
    title : str
        Which design.
    words : str
        How many prints, drawn from what.
    prints : int array, shape (samples + 1,)
        Prints with 0, 1 ... right test samples.
    least_count : int
        Right samples from which a print keeps the limit.
    least, nominal : float
        Accuracy that prints must reach, and that of the design as drawn.
    share : float
        The yield.
    interval : tuple of two floats
        95 % interval of it.
    spread : array, shape (points,)
        Deviation of ln R at each point of the curve.
    mean, low, high : arrays, shape (points,)
        Accuracy there: mean, and the middle 90 % of prints.
    at : float
        Deviation of ln R that the prints were drawn with.
    """

    title: str
    words: str
    prints: NDArray[np.int64]
    least_count: int
    least: float
    nominal: float
    share: float
    interval: tuple[float, float]
    spread: Array
    mean: Array
    low: Array
    high: Array
    at: float
