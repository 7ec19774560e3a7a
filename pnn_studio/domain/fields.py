"""Reading nested data from a file of a stranger: every wrong entry is named with its place."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from pnn_studio.domain.bounds import QUANTITY
from pnn_studio.domain.reading import is_number, shown
from pnn_studio.errors import PnnError


class Fields:
    """A table in a JSON or TOML file, read entry by entry.

    Parameters
    ----------
    data : object
        Parsed value; must be a table.
    file : str
        Name of the file, for messages.
    error : type of PnnError
        What is raised.
    where : str
        Path of this table in the file, for messages.
    """

    def __init__(self, data: object, file: str, error: type[PnnError], where: str = "") -> None:
        self._file, self._error, self._where = file, error, where
        if not isinstance(data, dict):
            raise self.fail("", "must be a table of named values.")
        self._data: dict[str, Any] = data

    def fail(self, key: str, what: str) -> PnnError:
        """Make the error for entry `key` (empty: this table itself)."""
        place = ".".join(part for part in (self._where, key) if part) or "top level"
        return self._error(f"{self._file}, {place}: {what}")

    def keys(self) -> tuple[str, ...]:
        """Names of the entries."""
        return tuple(self._data)

    def has(self, key: str) -> bool:
        """Whether there is such an entry that is not null."""
        return self._data.get(key) is not None

    def value(self, key: str) -> Any:
        """Return what stands at `key`, unchecked."""
        return self._get(key)

    def _get(self, key: str) -> Any:
        if key not in self._data:
            raise self.fail(key, "is missing.")
        return self._data[key]

    def table(self, key: str) -> "Fields":
        """Return the table at `key`."""
        return self._below(self._get(key), key)

    def _below(self, data: object, key: str) -> "Fields":
        return Fields(data, self._file, self._error, f"{self._where}.{key}" if self._where else key)

    def sequence(self, key: str) -> list[Any]:
        """Return the list at `key`, its elements unchecked."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self.fail(key, "must be a list.")
        return value

    def entry(self, key: str, data: object) -> "Fields":
        """Return a value that stands at `key`, or in a list there, as a table."""
        return self._below(data, key)

    def tables(self, key: str) -> Iterator["Fields"]:
        """Go through a list of tables."""
        for number, each in enumerate(self.sequence(key)):
            yield self._below(each, f"{key}[{number}]")

    def text(self, key: str, choices: Sequence[str] = ()) -> str:
        """Return the text at `key`, one of `choices` where they are given."""
        value = self._get(key)
        if not isinstance(value, str) or (choices and value not in choices):
            wanted = " or ".join(f'"{choice}"' for choice in choices) if choices else "a text"
            raise self.fail(key, f"must be {wanted}, not {shown(value)}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.sequence(key)
        if not all(isinstance(each, str) for each in values):
            raise self.fail(key, "must be a list of texts.")
        return tuple(values)

    def expect(self, key: str, value: object) -> None:
        """Refuse anything but `value`."""
        if self._data.get(key) != value:
            found = shown(self._get(key))
            raise self.fail(key, f"must be {value!r}, not {found}.")

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return the finite number at `key`, within `low`..`high`."""
        value = self._get(key)
        if not is_number(value):
            raise self.fail(key, f"must be a finite number, not {shown(value)}.")
        if not low <= value <= high:
            raise self.fail(key, f"must lie in {low:g}..{high:g}, not {value:g}.")
        return float(value)

    def quantity(self, key: str) -> float:
        """Return the number at `key`, 0 or of a size that something real can have."""
        value, (least, most) = self.number(key), QUANTITY
        if value and not least <= abs(value) <= most:
            raise self.fail(key, f"must be 0 or of a size in {least:g}..{most:g}, not {value:g}.")
        return value

    def integer(self, key: str, low: int = 0, high: int = 2**31 - 1) -> int:
        """Return the whole number at `key`, within `low`..`high`."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            found = shown(value)
            raise self.fail(key, f"must be a whole number from {low} to {high}, not {found}.")
        return value

    def integers(self, key: str, low: int, high: int, most: int) -> tuple[int, ...]:
        """Return a list of at most `most` whole numbers within `low`..`high`."""
        values = self.sequence(key)
        fits = all(
            isinstance(each, int) and not isinstance(each, bool) and low <= each <= high
            for each in values
        )
        if len(values) > most or not fits:
            raise self.fail(key, f"must be at most {most} whole numbers from {low} to {high}.")
        return tuple(values)

    def numbers(self, key: str, count: int, most: float = math.inf) -> tuple[float, ...]:
        """Return a list of exactly `count` finite numbers within -`most`..`most`."""
        values = self.sequence(key)
        if len(values) != count or not all(is_number(each) for each in values):
            raise self.fail(key, f"must be {count} finite numbers.")
        if not all(abs(each) <= most for each in values):
            raise self.fail(key, f"must lie in {-most:g}..{most:g}.")
        return tuple(float(each) for each in values)
