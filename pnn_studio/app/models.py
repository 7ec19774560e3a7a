"""A technology and the surrogates of its circuits: what a training needs beside plan and data."""

from dataclasses import dataclass
from pathlib import Path

from pnn_studio.domain.kit import SHIPPED_KIT, Kit
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import Surrogates, load_surrogates


@dataclass(frozen=True, eq=False)
class Models:
    """A technology, the surrogates of its circuits, and where both came from.

    Attributes
    ----------
    technology, surrogates
        Loaded and checked.
    kit : Kit
        What `load_models` was given, so that another process loads the same.
    """

    technology: Technology
    surrogates: Surrogates
    kit: Kit


def load_models(kit: Kit = SHIPPED_KIT) -> Models:
    """Load a technology and its surrogates."""
    loaded = kit.load()
    folder = Path(kit.surrogates) if kit.surrogates else shipped_folder("surrogates") / loaded.id
    if not kit.surrogates and not folder.is_dir():
        raise SurrogateError(
            f"No surrogates ship for the technology {loaded.id!r}; give their folder with "
            "--surrogates, or make them with pnn-studio surrogates build --technology FILE."
        )
    return Models(loaded, load_surrogates(folder, loaded), kit)
