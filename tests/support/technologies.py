"""Transistor kits of another laboratory: a technology file, and surrogates for it."""

import json
import shutil
from pathlib import Path

from safetensors.torch import save_file

from pnn_studio.domain.locations import shipped_folder

SHIPPED = shipped_folder("surrogates") / "negt"
NEGT = shipped_folder("resources") / "technologies" / "negt.toml"


def write_technology(path: Path, *, transistor: bool = True, **replaced: str) -> Path:
    """Write the open technology under the identifier ``lab``, some texts of it replaced."""
    text = NEGT.read_text("utf-8").replace('id = "negt"', 'id = "lab"')
    if not transistor:
        head, _, rest = text.partition("[transistor]")
        text = head + rest[rest.index("[ptanh]") :]
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def copy_surrogates(folder: Path, technology: str = "lab") -> Path:
    """Copy the surrogates that ship, as those of `technology`."""
    shutil.copytree(SHIPPED, folder)
    for circuit in ("ptanh", "negation"):
        edit_card(folder / circuit, lambda card: card.update(technology=technology))
    return folder


def edit_card(folder: Path, edit) -> None:
    """Change the card in `folder` by a function that changes it in place."""
    path = folder / "card.json"
    card = json.loads(path.read_text("utf-8"))
    edit(card)
    path.write_text(json.dumps(card), encoding="utf-8")


def write_weights(path: Path, tensors) -> None:
    """Write tensors by name."""
    save_file({name: each.contiguous() for name, each in tensors.items()}, path)
