"""ARFF files: Weka's format, a table with a declaration of every column in front.

Format: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/

Read as Weka's own tokenizer does: either quotation mark in any cell, with a backslash before what
is meant literally; blanks, tabs and commas separate; ``%`` begins a comment. Where that does not
give as many values as there are columns, but commas alone do (``dark red`` without quotes), commas
separate.
"""

import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pnn_studio.data.table import MAX_FILLED, Row, Table, bounded, collect, name_columns
from pnn_studio.domain.importing import Problem
from pnn_studio.errors import DatasetError

_MAX_HEAD_LINES = 100_000
_BEGIN = re.compile(r"\s*(?:%[^\r\n]*[\r\n]\s*)*@relation\b", re.IGNORECASE)
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_ATTRIBUTE = re.compile(
    rf"@attribute\s+(?P<name>{_QUOTED}|[^\s{{]+)\s*(?P<kind>.*)$", re.IGNORECASE
)
# a quotation that is not closed ends with its line
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|[^\s,{}'"%][^\s,{}]*|[,{}]|%.*""", re.DOTALL
)
_BY_COMMAS = re.compile(rf"\s*({_QUOTED}|[^,]*)\s*(?:,|$)")
_COMMENT = re.compile(rf"(?:{_QUOTED}|(?<=[^\s}}'\"])%|[^%])*")
_WEIGHT = re.compile(r"(?<=\S)\s*\{\s*[\d.eE+-]+\s*\}\s*$")
_SPECIAL = re.compile(r"""['"{}%\\]""")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_KINDS = ("numeric", "real", "integer", "string", "date")
_NUMERIC = ("numeric", "real", "integer")
_UNEVEN = ("complete the line", "put cells that hold a blank or a comma in quotes")


@dataclass(frozen=True)
class _Attribute:
    """A column as it is declared.

    Attributes
    ----------
    name : str
        Its name.
    categories : tuple of str
        Empty where it is not nominal.
    default : str
        What a sparse row means that leaves it out.
    weighted : bool
        Whether a weight is declared.
    """

    name: str
    categories: tuple[str, ...]
    default: str
    weighted: bool


def is_arff(begin: str) -> bool:
    """Whether a text begins as an ARFF file does."""
    return _BEGIN.match(begin) is not None


def read_arff(
    title: str, stream: io.TextIOWrapper, encoding: str, progress: Callable[[], None]
) -> Table:
    """Read an ARFF file.

    Parameters
    ----------
    title : str
        Name of the file.
    stream : TextIOWrapper
        Its text from the beginning.
    encoding : str
        That of the text.
    progress : callable
        Called now and then.

    Raises
    ------
    DatasetError
        Naming the line that cannot be read.
    """
    attributes, line = _read_head(stream, title)
    table = Table(title, encoding, "", True, [each.name for each in attributes])
    table.uneven_remedies = _UNEVEN
    reader = _Reader(title, attributes)
    collect(table, reader.rows(bounded(stream, title, line), line), progress)
    if not table.lines and not table.uneven:
        raise DatasetError(f"{title} is empty: no samples follow @data.")
    for column in table.columns:
        column[:] = ["" if cell == "?" else cell for cell in column]
    name_columns(table, 1)
    table.delimiter = ","  # as it is shown
    table.declared = {
        name: each.categories
        for name, each in zip(table.names, attributes, strict=True)
        if each.categories
    }
    if any(each.weighted for each in attributes) or reader.weighted:
        what = "weights of attributes or rows are declared, which training does not use"
        table.problems.append(Problem(reader.weighted, "", what, blocking=False))
    if reader.sparse:
        what = "rows are sparse: what they leave out is 0, or the first category that is declared"
        table.problems.append(Problem(reader.sparse, "", what, blocking=False))
    return table


# --- declarations ------------------------------------------------------------------------------


def _read_head(stream: Iterator[str], title: str) -> tuple[tuple[_Attribute, ...], int]:
    """Read up to and with ``@data``, in which line."""
    attributes: list[_Attribute] = []
    for number, line in enumerate(itertools.islice(stream, _MAX_HEAD_LINES), start=1):
        text = _without_comment(line)
        if text.lower().startswith("@data"):
            if not attributes:
                raise DatasetError(f"{title}, line {number}: no @attribute stands before @data.")
            return tuple(attributes), number
        if text and not text.lower().startswith("@relation"):
            attributes.append(_attribute(text, f"{title}, line {number}"))
    raise DatasetError(f"{title} has no line @data; is it a whole ARFF file?")


def _without_comment(line: str) -> str:
    found = _COMMENT.match(line.strip())
    return found[0].strip() if found else ""


def _attribute(text: str, place: str) -> _Attribute:
    match = _ATTRIBUTE.match(text)
    if match is None:
        raise DatasetError(f"{place}: {text!r:.40} is no @attribute NAME TYPE.")
    kind, weights = _WEIGHT.subn("", match["kind"].strip())
    name = _unquoted(match["name"])
    if kind.startswith("{") and kind.endswith("}"):
        categories = tuple(dict.fromkeys(filter(None, _categories(kind[1:-1]))))
        return _Attribute(name, categories, categories[0] if categories else "", bool(weights))
    if not kind.lower().startswith(_KINDS):
        raise DatasetError(
            f"{place}: the type {kind!r:.40} is not known; there are {', '.join(_KINDS)} and "
            "{categories}."
        )
    return _Attribute(name, (), "0" if kind.lower().startswith(_NUMERIC) else "", bool(weights))


def _categories(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    if "," in tokens:
        return [_unquoted(each) for each in _BY_COMMAS.findall(text)]
    return [_unquoted(each) for each in tokens]


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(
            r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.DOTALL
        )
    return text


# --- rows --------------------------------------------------------------------------------------


class _Reader:
    """Takes lines of data apart.

    `sparse` and `weighted` are the first lines that are so, 0 where none is.
    """

    def __init__(self, title: str, attributes: Sequence[_Attribute]) -> None:
        self._title, self._width = title, len(attributes)
        self._defaults = [each.default for each in attributes]
        self.sparse = self.weighted = self._filled = 0

    def rows(self, lines: Iterator[str], line: int) -> Iterator[Row]:
        """Go through the rows with their lines, of which `line` were read before."""
        for number, text in enumerate(lines, start=line + 1):
            cells = self._cells(text, number)
            if cells:
                yield number, cells

    def _cells(self, text: str, line: int) -> list[str]:
        if not _SPECIAL.search(text):  # as nearly all rows are
            cells = list(map(str.strip, text.split(",")))
            if len(cells) == self._width and any(cells):
                return cells
        tokens = [each for each in _TOKEN.findall(text) if not each.startswith("%")]
        if not tokens:
            return []
        if tokens[0] == "{":
            return self._sparse_row(tokens, line)
        cells = self._dense_row(tokens, line)
        if len(cells) == self._width:
            return cells
        by_commas = [_unquoted(each) for each in _BY_COMMAS.findall(text.strip())]
        if by_commas and not by_commas[-1]:
            by_commas.pop()  # findall ends with an empty one
        return by_commas if len(by_commas) == self._width else cells

    def _dense_row(self, tokens: Sequence[str], line: int) -> list[str]:
        cells: list[str] = []
        awaits = True  # two commas with nothing between them: a missing value
        for token in tokens:
            if token == "{" and len(cells) == self._width:
                self.weighted = self.weighted or line
                break
            if token != ",":
                cells.append(_unquoted(token))
            elif awaits:
                cells.append("")
            awaits = token == ","
        if awaits and len(cells) == self._width - 1:
            cells.append("")
        return cells

    def _sparse_row(self, tokens: Sequence[str], line: int) -> list[str]:
        self.sparse = self.sparse or line
        end = tokens.index("}") if "}" in tokens else len(tokens)
        if end + 1 < len(tokens):
            self.weighted = self.weighted or line
        pairs = [each for each in tokens[1:end] if each != ","]
        cells: dict[int, str] = {}
        for index, value in itertools.zip_longest(pairs[::2], pairs[1::2]):
            known = index.isascii() and index.isdecimal() and len(index) < 9  # noqa: PLR2004
            if value is None or not known or int(index) >= self._width or int(index) in cells:
                raise DatasetError(
                    f"{self._title}, line {line}: a sparse row is pairs of index, from 0 to "
                    f"{self._width - 1} and each once, and value in braces, not {index!r:.20} "
                    f"{value or '':.20}; correct the line."
                )
            cells[int(index)] = _unquoted(value)
        self._filled += self._width - len(cells)
        if self._filled > MAX_FILLED:
            raise DatasetError(
                f"{self._title}: its sparse rows leave out more than {MAX_FILLED} values; at most "
                "that many are filled in. Thin it out first."
            )
        return [cells.get(place, default) for place, default in enumerate(self._defaults)]
