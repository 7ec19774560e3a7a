"""The one way in which files are read: regular ones, and never more of them than may be."""

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

from pnn_studio.errors import PnnError

# of a number that a file may hold whatever it is: beyond it a product of two overflows, or a
# quotient does
LEAST, LARGEST = 1e-150, 1e150


def read_regular(path: Path, limit: int, error: type[PnnError], what: str = "") -> bytes:
    """Read a whole regular file of at most `limit` bytes.

    A pipe would have the program wait for ever, and a device may have no end: neither is opened in
    earnest.

    Parameters
    ----------
    path : Path
        The file, or a link to one.
    limit : int
        Bytes; a larger file is refused before memory is taken for it.
    error : type of PnnError
        What is raised.
    what : str
        What was looked for, for messages: ``"the card"``.

    Raises
    ------
    PnnError
        Of the kind `error`: where it cannot be read, is no regular file, or is larger.
    """
    read = f": {what} cannot be read, " if what else " cannot be read: "
    try:
        # without waiting for the other end of what may be a pipe; of a file it means nothing
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise error(f"{path}{read}it is a device or a pipe; give the name of a file.")
            if status.st_size > limit:
                raise error(_too_large(path, limit))
            content = file.read(limit + 1)
    except IsADirectoryError as trouble:
        raise error(f"{path}{read}it is a folder; give the name of a file.") from trouble
    except OSError as trouble:
        raise error(f"{path}{read}{trouble.strerror or trouble}.") from trouble
    except ValueError as trouble:  # a null character in its name
        raise error(f"{path}{read}{trouble}.") from trouble
    if len(content) > limit:  # it has grown, or lies in /proc and says that it is empty
        raise error(_too_large(path, limit))
    return content


def first_bytes(path: Path, count: int) -> bytes:
    """Return how a regular file begins; nothing where it cannot be read."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return file.read(count) if regular else b""
    except (OSError, ValueError):
        return b""


def _too_large(path: Path, limit: int) -> str:
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"
    return f"{path} is larger than {size}; it is not one of ours."


def parse_json(content: bytes, most_values: int) -> Any:
    """Read JSON of at most so many values.

    Parameters
    ----------
    content : bytes
        In UTF-8; what is in another encoding of Unicode is refused.
    most_values : int
        Entries of lists and tables, and these themselves. Each takes up to 70 bytes of memory,
        with two of text.

    Raises
    ------
    ValueError
        Where it is no JSON, or holds more.
    """
    values = sum(content.count(sign) for sign in (b",", b"[", b"{"))
    if values > most_values:
        raise ValueError(f"it holds more than {most_values} values")
    try:
        return json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def is_number(value: object) -> bool:
    """Whether a value out of a file is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # compared, because math.isfinite cannot take every integer that a file may hold
    return -sys.float_info.max <= value <= sys.float_info.max


def shown(value: object) -> str:
    """Quote an entry in a message; one that may be deeply nested or endless is only named."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    if isinstance(value, int) and abs(value) > 10**30:
        return "a huge whole number"  # Python refuses to write out the longest ones
    return f"{value!r:.60}"
