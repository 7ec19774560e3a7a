"""The models of a circuit that a design can be trained with, by name.

What a model is and does stands in `physics`; here is what people and files call it.
"""

from collections.abc import Mapping
from typing import Literal

from pnn_studio.domain.technology import Technology
from pnn_studio.errors import TechnologyError

ModelName = Literal["loaded", "ideal"]

# what each one is, in a sentence
MODELS: Mapping[ModelName, str] = {
    "loaded": "Each circuit is computed with the load that it drives, as ngspice does.",
    "ideal": "The paper's model: circuits are ideal voltage sources; leaves the load out.",
}

# the circuits, as activation and negation, whose equations the loaded model knows
_EQUATIONS = ("ptanh", "negation")


def why_not_loaded(technology: Technology) -> str:
    """Say in a sentence why designs of a technology cannot be trained as loaded; empty: they can.

    Examples
    --------
    >>> from pnn_studio.domain.technology import load_technology
    >>> why_not_loaded(load_technology("negt"))
    ''
    """
    if technology.transistor is None:
        return (
            f"The technology {technology.id!r} has surrogates alone and states no transistor, so "
            "designs are trained with the ideal model."
        )
    if technology.circuit_names != _EQUATIONS:
        return (
            f"The loaded model knows the equations of {' and '.join(_EQUATIONS)}, not those of "
            f"{' and '.join(technology.circuit_names)}; designs are trained with the ideal model."
        )
    return ""


def model_for(chosen: ModelName, technology: Technology) -> ModelName:
    """Return what designs are trained with: the model that is chosen, ideal where it must be.

    New work chooses loaded, and so is that wherever the technology states its transistor.
    """
    return "ideal" if why_not_loaded(technology) else chosen


def check_model(model: ModelName, technology: Technology) -> None:
    """Refuse a model that the technology does not state enough for.

    Raises
    ------
    TechnologyError
        Saying why, and what can be done.
    """
    reason = why_not_loaded(technology) if model == "loaded" else ""
    if reason:
        raise TechnologyError(f"{reason} Choose it (--model ideal), or add what is missing.")
