"""What can be printed with: technologies and surrogates that are at hand, each in a sentence.

No torch: surrogates are looked at by their cards; training loads and checks them whole.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from pnn_studio.domain.cells import CIRCUITS, in_roles
from pnn_studio.domain.circuit_model import ModelName, model_for
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.print_process import PrintProcess, technology_file
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import Technology, load_technology
from pnn_studio.domain.units import format_si
from pnn_studio.errors import PnnError, SurrogateError, TechnologyError
from pnn_studio.storage.files import read_limited

_MAX_CARD = 1 << 20


@dataclass(frozen=True)
class Choice:
    """One of several that can be chosen.

    Attributes
    ----------
    source : str
        As a `PrintProcess` has it.
    title : str
        What people call it.
    """

    source: str
    title: str


class Technologies:
    """Reads what is chosen, each file once until it changes."""

    def __init__(self) -> None:
        self._read: dict[PrintProcess, tuple[int, Technology]] = {}
        self._fit: dict[tuple[Path, str], tuple[tuple[int, ...], str]] = {}

    def technology(self, print_process: PrintProcess) -> Technology:
        """Return the technology of a print process.

        Raises
        ------
        TechnologyError
            Where it cannot be read, or is none.
        """
        changed = _changed(print_process.technology)
        known = self._read.get(print_process)
        if known is None or known[0] != changed:
            known = self._read[print_process] = (changed, print_process.load())
        return known[1]

    def why_unfit(self, print_process: PrintProcess, technology: Technology) -> str:
        """Say why surrogates do not fit the technology they are for; empty where they do."""
        folder = print_process.surrogate_folder(technology)
        changed = tuple(
            _moment(folder / circuit / "card.json") for circuit in technology.circuit_names
        )
        known = self._fit.get((folder, technology.id))
        if known is None or known[0] != changed:
            known = self._fit[folder, technology.id] = (changed, why_unfit(folder, technology))
        return known[1]

    def model_of(self, recipe: Recipe) -> ModelName:
        """Return what a recipe is trained with: the model that is chosen, ideal where it must be.

        Where the technology cannot be read nothing is trained, and it is what is chosen.
        """
        technology = self.of_design(None, recipe.print_process)
        return recipe.model if technology is None else model_for(recipe.model, technology)

    def of_design(
        self, design: TrainedDesign | None, print_process: PrintProcess
    ) -> Technology | None:
        """Return what a design was trained for; None where its file is gone or another one now."""
        try:
            technology = self.technology(print_process)
        except TechnologyError:
            return None
        fits = design is None or technology.accepts(design.technology_fingerprint)
        return technology if fits else None


def _changed(source: str) -> int:
    return _moment(technology_file(source))


def _moment(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):
        return 0  # reading it says why


def technologies() -> tuple[Choice, ...]:
    """List the technologies that ship."""
    folder = shipped_folder("resources") / "technologies"
    found = (path.stem for path in sorted(folder.glob("*.toml")))
    return tuple(Choice(name, load_technology(name).title) for name in found)


def surrogate_choices(technology: Technology) -> tuple[Choice, ...]:
    """List the surrogates that ship for a technology; the usual ones first."""
    root = shipped_folder("surrogates")
    choices = []
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        usual = folder.name == technology.id
        if not why_unfit(folder, technology):
            choices.append((not usual, Choice("" if usual else str(folder), folder.name)))
    return tuple(choice for _, choice in sorted(choices, key=lambda each: each[0]))


def why_unfit(folder: Path, technology: Technology) -> str:
    """Say why the surrogates in a folder do not fit a technology; empty where they do."""
    try:
        cards = [_card(folder / circuit) for circuit in technology.circuit_names]
        made_for = {card.text("technology") for card in cards}
    except PnnError as error:
        return str(error)
    for name in sorted(made_for - {technology.id}):
        return f"{folder.name}: made for the technology {name!r:.40}, not for {technology.id}."
    return ""


def _card(folder: Path) -> Fields:
    path = folder / "card.json"
    name = f"{folder.parent.name}/{folder.name}/{path.name}"
    try:
        data = json.loads(read_limited(path, _MAX_CARD))
    except (ValueError, RecursionError) as error:
        raise SurrogateError(f"{name}: not a JSON file.") from error
    except PnnError as error:
        raise SurrogateError(f"{name}: there is no card that can be read.") from error
    return Fields(data, name, SurrogateError)


def technology_sentence(technology: Technology) -> str:
    """Say in a sentence what a technology prints."""
    least, most = _ohm(1 / technology.g_max), _ohm(1 / technology.g_min)
    volts = input_range(technology)
    check = "" if technology.transistor is not None else ", without a check in ngspice"
    return f"Resistors of {least} to {most}, inputs of {volts}{check}."


def _ohm(value: float) -> str:
    """Write a limit as people say it: 10 kΩ, not 10.0 kΩ."""
    number, unit = format_si(value, "Ω").split(" ")
    return f"{float(number):g} {unit}"


def surrogate_sentence(folder: Path) -> str:
    """Say in a sentence what surrogates were fitted to, as far as their cards tell."""
    try:
        circuits = in_roles(each for each in CIRCUITS if (folder / each).is_dir())
        cards = [_card(folder / circuit) for circuit in circuits]
        counts = [card.integer("circuits", 1) for card in cards]
    except PnnError:
        return "They stand for the nonlinear circuits in training."
    return f"Fitted to {min(counts)} simulated circuits of either kind."


def inputs_of(technology: Technology) -> tuple[float, float]:
    """Return the least and the largest input voltage."""
    return technology.input_low, technology.input_high


def input_range(technology: Technology) -> str:
    """Write the voltages that inputs have."""
    low, high = technology.input_low, technology.input_high
    return f"{low:g}…{high:g} V".replace("-", "\N{MINUS SIGN}")


def fitted_range(folder: Path, circuit: str, component: str) -> tuple[float, float]:
    """Return the range of a component that the surrogates in a folder were fitted on.

    Raises
    ------
    SurrogateError
        Where the card cannot be read, or does not say.
    """
    card = _card(folder / circuit)
    for entry in card.tables("components"):
        if entry.text("name") == component:
            return entry.number("low"), entry.number("high")
    raise card.fail("components", f"does not name {component}.")
