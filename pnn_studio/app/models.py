"""A technology and the surrogates of its circuits: what a training needs beside plan and data."""

from dataclasses import dataclass
from pathlib import Path

from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.technology import DEFAULT_TECHNOLOGY, Technology, load_technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import Surrogates, load_surrogates


@dataclass(frozen=True, eq=False)
class Models:
    """A technology, the surrogates of its circuits, and where both came from.

    Attributes
    ----------
    technology, surrogates
        Loaded and checked.
    technology_source, surrogates_source : str
        What `load_models` was given, so that another process loads the same.
    """

    technology: Technology
    surrogates: Surrogates
    technology_source: str
    surrogates_source: str


def load_models(technology: str = "", surrogates: str = "") -> Models:
    """Load a technology (identifier or TOML file) and the folder of its surrogates.

    Empty texts mean the technology and the surrogates that ship.
    """
    loaded = load_technology(technology or DEFAULT_TECHNOLOGY)
    folder = Path(surrogates) if surrogates else shipped_folder("surrogates") / loaded.id
    if not surrogates and not folder.is_dir():
        raise SurrogateError(
            f"No surrogates ship for the technology {loaded.id!r}; give their folder with "
            "--surrogates, or make them with pnn-studio surrogates build --technology FILE."
        )
    return Models(loaded, load_surrogates(folder, loaded), technology, surrogates)
