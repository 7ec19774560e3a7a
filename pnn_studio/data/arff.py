"""The head of ARFF files: Weka's format, CSV with a declaration of every column in front.

Format: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pnn_studio.errors import DatasetError

_MAX_HEAD_LINES = 100_000
_SAMPLE_LINES = 200
_BEGIN = re.compile(r"\s*(?:%[^\n]*\n\s*)*@relation\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(?P<kind>.*)$""",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)""")
_KINDS = ("numeric", "real", "integer", "string", "date")


@dataclass(frozen=True)
class Attribute:
    """A column as it is declared; `categories` are empty where it is not nominal."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """The declarations.

    Attributes
    ----------
    attributes : tuple of Attribute
        One a column.
    lines : int
        Lines of the file up to and with ``@data``.
    sample : list of str
        The first lines of data, already taken from the stream.
    """

    attributes: tuple[Attribute, ...]
    lines: int
    sample: list[str]


def is_arff(begin: str) -> bool:
    """Whether a text begins as an ARFF file does."""
    return _BEGIN.match(begin) is not None


def read_head(stream: Iterator[str], title: str) -> Head:
    """Read up to the data.

    Raises
    ------
    DatasetError
        Naming the line that cannot be read.
    """
    attributes: list[Attribute] = []
    for number, line in enumerate(itertools.islice(stream, _MAX_HEAD_LINES), start=1):
        text = line.strip()
        if text.lower().startswith("@data"):
            if not attributes:
                raise DatasetError(f"{title}, line {number}: no @attribute stands before @data.")
            return Head(tuple(attributes), number, list(itertools.islice(stream, _SAMPLE_LINES)))
        if not text or text.startswith("%") or text.lower().startswith("@relation"):
            continue
        attributes.append(_attribute(text, f"{title}, line {number}"))
    raise DatasetError(f"{title} has no line @data; is it a whole ARFF file?")


def _attribute(text: str, place: str) -> Attribute:
    match = _ATTRIBUTE.match(text)
    if match is None:
        raise DatasetError(f"{place}: {text!r:.40} is no @attribute NAME TYPE.")
    kind = match["kind"].strip()
    name = _unquoted(match["name"])
    if kind.startswith("{") and kind.endswith("}"):
        listed = (_unquoted(each) for each in _CATEGORY.findall(kind[1:-1]))
        return Attribute(name, tuple(dict.fromkeys(each for each in listed if each)))
    if not kind.lower().startswith(_KINDS):
        raise DatasetError(
            f"{place}: the type {kind!r:.40} is not known; there are {', '.join(_KINDS)} and "
            "{categories}."
        )
    return Attribute(name, ())


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def quoting(sample: Iterable[str]) -> tuple[str, str | None]:
    """Return the quote and escape characters that the data use."""
    text = "".join(sample)
    return ("'" if text.count("'") > text.count('"') else '"', "\\" if "\\" in text else None)


def data_lines(lines: Iterable[str]) -> Iterator[str]:
    """Go through the data; comments become blank lines, so that line numbers stay.

    Raises
    ------
    DatasetError
        Where rows are sparse.
    """
    for line in lines:
        start = line.lstrip()
        if start.startswith("{"):
            raise DatasetError(
                "The rows of this ARFF file are sparse; make them dense first (in Weka with the "
                "filter SparseToNonSparse)."
            )
        yield "\n" if start.startswith("%") else line
