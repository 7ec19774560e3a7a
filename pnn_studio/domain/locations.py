"""Where the files that ship with the program lie, in a checkout and in an installed wheel."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


@cache  # the window asks at every move of its slider
def shipped_folder(name: str) -> Path:
    """Find a folder that ships with the program.

    Parameters
    ----------
    name : str
        ``"resources"`` or ``"surrogates"``.

    Returns
    -------
    Path
        Beside the package in a checkout, inside it (``_resources``, ``_surrogates``) in a wheel.
    """
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _PACKAGE / f"_{name}"
