"""What is wrong with a layout or with what it is printed with: where, why, and what helps.

Pure functions of the settings, also of ones that were refused: the window marks the place, says
the reason and offers the cure as a button.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from pnn_studio.app.session import layout_edits
from pnn_studio.app.session import technologies as kits
from pnn_studio.app.session.selection import LayerItem
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS
from pnn_studio.domain.print_process import SHIPPED_KIT, Kit
from pnn_studio.domain.run import MAX_DESIGNS
from pnn_studio.domain.settings import Settings
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.errors import TechnologyError

# a layer, or a field of the panel
Place = LayerItem | Literal["family", "technology", "surrogates", "largest R"]

# fewer printed sizes than a decade are hardly weights
_LEAST_RANGE = 10.0


@dataclass(frozen=True)
class Cure:
    """What helps: words for a button, and the settings that it makes."""

    text: str
    settings: Settings


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


def faults(settings: Settings, classes: int, at_hand: Technologies) -> tuple[Fault, ...]:
    """List what is wrong, what blocks first.

    Parameters
    ----------
    settings : Settings
        Chosen, or refused.
    classes : int
        Of the data; 0 without data.
    at_hand : Technologies
        Reads the technology.
    """
    found = [
        *_too_few_or_many_layers(settings),
        *_sizes(settings, classes),
        *_family(settings),
        *_kit(settings, at_hand),
    ]
    return tuple(sorted(found, key=lambda fault: not fault.blocks))


def _too_few_or_many_layers(settings: Settings) -> list[Fault]:
    layers = layout_edits.hidden_layers(settings)
    if not layers:
        cure = Cure(
            f"Keep one of {layout_edits.NEW_LAYER}", layout_edits.insert_layers(settings, 0)
        )
        return [Fault(LayerItem(1), "A network needs at least one hidden layer.", cure)]
    if len(layers) > MAX_HIDDEN_LAYERS:
        first = layout_edits.with_layers(settings, layers[:MAX_HIDDEN_LAYERS])
        reason = f"{len(layers)} hidden layers; at most {MAX_HIDDEN_LAYERS} are possible."
        cure = Cure(f"Keep the first {MAX_HIDDEN_LAYERS}", first)
        return [Fault(LayerItem(MAX_HIDDEN_LAYERS), reason, cure)]
    return []


def _sizes(settings: Settings, classes: int) -> list[Fault]:
    found = []
    for number, neurons in enumerate(settings.hidden, start=1):
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
            cured = layout_edits.resize_layer(settings, number - 1, wanted)
            found.append(Fault(LayerItem(number), reason, Cure(f"Set to {wanted}", cured), blocks))
    return found


def _family(settings: Settings) -> list[Fault]:
    designs = settings.alphas * settings.seeds
    if designs <= MAX_DESIGNS:
        return []
    seeds = max(MAX_DESIGNS // settings.alphas, 1)
    cured = replace(settings, alphas=min(settings.alphas, MAX_DESIGNS), seeds=seeds)
    reason = f"{designs} designs; at most {MAX_DESIGNS} are trained at once."
    return [Fault("family", reason, Cure(f"Set seeds to {seeds}", cured))]


def _kit(settings: Settings, at_hand: Technologies) -> list[Fault]:
    kit = settings.kit
    own_limit = replace(settings, kit=replace(kit, largest_r=None))
    try:
        own = at_hand.technology(own_limit.kit)
    except TechnologyError as error:
        short = str(error).replace(kit.technology, PurePath(kit.technology).name)
        return [Fault("technology", short, _shipped(settings))]
    back = Cure(f"Set to {_ohm(own)}", own_limit)
    try:
        technology = at_hand.technology(kit)
    except TechnologyError as error:
        return [Fault("largest R", str(error), back)]
    return [*_surrogates(settings, technology, at_hand), *_largest_r(technology, own, back)]


def _shipped(settings: Settings) -> Cure:
    title = kits.technologies()[0].title
    return Cure(f"Use {title}", replace(settings, kit=SHIPPED_KIT))


def _surrogates(settings: Settings, technology: Technology, at_hand: Technologies) -> list[Fault]:
    kit = settings.kit
    reason = at_hand.why_unfit(kit, technology)
    if not reason:
        return []
    offered = kits.surrogate_choices(technology)
    if offered:
        chosen = Kit(kit.technology, offered[0].source, kit.largest_r)
        cure = Cure(f"Use {offered[0].title}", replace(settings, kit=chosen))
        return [Fault("surrogates", reason, cure)]
    if not kit.surrogates:
        reason = f"No surrogates ship for {technology.title}; choose the folder that has its own."
    return [Fault("surrogates", reason, _shipped(settings))]


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
