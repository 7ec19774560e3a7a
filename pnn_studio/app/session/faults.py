"""What is wrong with a layout or with what it is printed with: where, why, and what helps.

Pure functions of the recipe, also of ones that were refused: the window marks the place, says
the reason and offers the cure as a button.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from pnn_studio.app.session import layout_edits, technologies
from pnn_studio.app.session.selection import LayerItem
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.run import MAX_DESIGNS
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.errors import TechnologyError

# a layer, or a field of the panel
Place = LayerItem | Literal["family", "technology", "surrogates", "largest R"]

# fewer printed sizes than a decade are hardly weights
_LEAST_RANGE = 10.0


@dataclass(frozen=True)
class Cure:
    """What helps: words for a button, and the recipe that it makes."""

    text: str
    recipe: Recipe


@dataclass(frozen=True)
class Fault:
    """Something that is wrong.

    Attributes
    ----------
    place : LayerItem or str
        The layer (1 is the first hidden one), or the field of the panel.
    reason : str
        One line for people.
    cure : Cure or None
        What helps.
    blocks : bool
        Whether nothing can be trained like that; else it is worth a second look.
    """

    place: Place
    reason: str
    cure: Cure | None = None
    blocks: bool = True


def faults(recipe: Recipe, classes: int, at_hand: Technologies) -> tuple[Fault, ...]:
    """List what is wrong, what blocks first.

    Parameters
    ----------
    recipe : Recipe
        Chosen, or refused.
    classes : int
        Of the data; 0 without data.
    at_hand : Technologies
        Reads the technology.
    """
    found = [
        *_too_few_or_many_layers(recipe),
        *_sizes(recipe, classes),
        *_family(recipe),
        *_print_process(recipe, at_hand),
    ]
    return tuple(sorted(found, key=lambda fault: not fault.blocks))


def _too_few_or_many_layers(recipe: Recipe) -> list[Fault]:
    layers = layout_edits.hidden_layers(recipe)
    if not layers:
        cure = Cure(f"Keep one of {layout_edits.NEW_LAYER}", layout_edits.insert_layers(recipe, 0))
        return [Fault(LayerItem(1), "A network needs at least one hidden layer.", cure)]
    if len(layers) > MAX_HIDDEN_LAYERS:
        first = layout_edits.with_layers(recipe, layers[:MAX_HIDDEN_LAYERS])
        reason = f"{len(layers)} hidden layers; at most {MAX_HIDDEN_LAYERS} are possible."
        cure = Cure(f"Keep the first {MAX_HIDDEN_LAYERS}", first)
        return [Fault(LayerItem(MAX_HIDDEN_LAYERS), reason, cure)]
    return []


def _sizes(recipe: Recipe, classes: int) -> list[Fault]:
    found = []
    for number, neurons in enumerate(recipe.hidden, start=1):
        name, wanted, blocks = f"Layer {number}", 0, True
        if neurons < 1:
            reason, wanted = f"{name} has no neuron; it needs at least one.", 1
        elif neurons > MAX_NEURONS:
            reason = f"{name} has {neurons} neurons; at most {MAX_NEURONS} are possible."
            wanted = MAX_NEURONS
        elif neurons == 1 and classes > 2:  # noqa: PLR2004 - one voltage parts two classes well
            reason = (
                f"{name} has 1 neuron but the data have {classes} classes; one voltage hardly "
                "tells them apart."
            )
            wanted, blocks = min(classes, MAX_NEURONS), False
        if wanted:
            cured = layout_edits.resize_layer(recipe, number - 1, wanted)
            found.append(Fault(LayerItem(number), reason, Cure(f"Set to {wanted}", cured), blocks))
    return found


def _family(recipe: Recipe) -> list[Fault]:
    designs = recipe.designs
    if designs <= MAX_DESIGNS:
        return []
    alphas = recipe.alphas if recipe.power_limit is None else 1
    seeds = max(MAX_DESIGNS // alphas, 1)
    cured = replace(recipe, alphas=min(recipe.alphas, MAX_DESIGNS), seeds=seeds)
    reason = f"{designs} designs; at most {MAX_DESIGNS} are trained at once."
    return [Fault("family", reason, Cure(f"Set seeds to {seeds}", cured))]


def _print_process(recipe: Recipe, at_hand: Technologies) -> list[Fault]:
    print_process = recipe.print_process
    own_limit = replace(recipe, print_process=replace(print_process, largest_r=None))
    try:
        own = at_hand.technology(own_limit.print_process)
    except TechnologyError as error:
        short = str(error).replace(
            print_process.technology, PurePath(print_process.technology).name
        )
        return [Fault("technology", short, _shipped(recipe))]
    back = Cure(f"Set to {_ohm(own)}", own_limit)
    try:
        technology = at_hand.technology(print_process)
    except TechnologyError as error:
        return [Fault("largest R", str(error), back)]
    return [*_surrogates(recipe, technology, at_hand), *_largest_r(technology, own, back)]


def _shipped(recipe: Recipe) -> Cure:
    title = technologies.technologies()[0].title
    return Cure(f"Use {title}", replace(recipe, print_process=SHIPPED_PROCESS))


def _surrogates(recipe: Recipe, technology: Technology, at_hand: Technologies) -> list[Fault]:
    print_process = recipe.print_process
    reason = at_hand.why_unfit(print_process, technology)
    if not reason:
        return []
    offered = technologies.surrogate_choices(technology)
    if offered:
        chosen = PrintProcess(print_process.technology, offered[0].source, print_process.largest_r)
        cure = Cure(f"Use {offered[0].title}", replace(recipe, print_process=chosen))
        return [Fault("surrogates", reason, cure)]
    if not print_process.surrogates:
        reason = f"No surrogates ship for {technology.title}; choose the folder that has its own."
    return [Fault("surrogates", reason, _shipped(recipe))]


def _largest_r(technology: Technology, own: Technology, back: Cure) -> list[Fault]:
    chosen, reliable = 1 / technology.g_min, 1 / own.g_min
    reason = ""
    if chosen > reliable * (1 + 1e-9):
        reason = (
            f"Largest R of {_ohm(technology)} lies above the {_ohm(own)} that {own.title} prints "
            "reliably."
        )
    elif technology.g_max / technology.g_min < _LEAST_RANGE < own.g_max / own.g_min:
        ratio = technology.g_max / technology.g_min
        reason = f"Largest R of {_ohm(technology)} leaves only weights of 1 to {ratio:.1f}."
    return [Fault("largest R", reason, back, blocks=False)] if reason else []


def _ohm(technology: Technology) -> str:
    return format_si(1 / technology.g_min, "Ω")
