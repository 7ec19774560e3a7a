"""New rows for a design: read by the names of its columns, scaled as its training data were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pnn_studio.data.column_reader import category_values, missing_words
from pnn_studio.data.datasets import to_volts
from pnn_studio.data.importing import code
from pnn_studio.data.numerals import (
    LARGEST,
    Style,
    detect_style,
    missing_cells,
    numbers,
    quantities,
    sample_of,
)
from pnn_studio.data.table import MAX_CELLS, Table
from pnn_studio.data.text_table import Follow, read_table
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.importing import ImportOptions, InputColumn, Problem
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows without classes.

    Attributes
    ----------
    title : str
        Name of the file.
    lines : tuple of int
        Line of each row in the file.
    voltages : array, shape (rows, inputs)
        In volt.
    clipped : int
        Number of values outside the range of the training data.
    """

    title: str
    lines: tuple[int, ...]
    voltages: NDArray[np.float64]
    clipped: int


def read_new_rows(
    path: Path,
    design: TrainedDesign,
    technology: Technology,
    options: ImportOptions,
    follow: Follow | None = None,
) -> NewRows:
    """Read rows to be classified; other columns of the file, its label too, are not looked at.

    Parameters
    ----------
    path : Path
        A table. Without a header its columns must be the design's, in their order.
    design : TrainedDesign
        Says which columns, how they are coded, what stands in for a missing value, and scales.
    technology : Technology
        Gives the input range in volt.
    options : ImportOptions
        How the file is written.
    follow : callable, optional
        Told the share that is read.

    Raises
    ------
    DatasetError
        Naming the line, the column and the reason of the first value that cannot be used.
    """
    columns = design.data.columns or tuple(InputColumn(name) for name in design.input_names)
    if tuple(name for column in columns for name in column.inputs) != design.input_names:
        raise DatasetError("The columns of the design do not match its inputs; train it anew.")
    wanted = [column.name for column in columns]
    table = read_table(path, options, follow, known=wanted)
    if table.blocking:
        raise _refusal(table, table.blocking)
    if len(table.lines) * len(design.input_names) > MAX_CELLS:
        raise DatasetError(
            f"{table.title} would give more than {MAX_CELLS} values; score it in parts."
        )
    chosen = _chosen(table, wanted)
    style = detect_style(sample_of(chosen), table.delimiter, options.decimal, options.thousands)
    problems: list[Problem] = []
    parts = [
        code(column, _values(table, column, cells, style, problems))
        for column, cells in zip(columns, chosen, strict=True)
    ]
    if problems:
        problems.sort(key=lambda problem: problem.line)
        raise _refusal(table, problems)
    voltages, clipped = to_volts(
        np.hstack(parts), np.asarray(design.low), np.asarray(design.high), technology
    )
    return NewRows(table.title, tuple(table.lines), voltages, clipped)


def _chosen(table: Table, wanted: Sequence[str]) -> list[list[str]]:
    """Cells of the wanted columns, by name, or by order where nothing names them."""
    missing = [name for name in wanted if name not in table.names]
    if missing and not table.header and len(table.names) == len(wanted):
        return table.columns
    if missing:
        raise DatasetError(
            f"{table.title} has no column {missing[0]!r:.40}; the design reads "
            f"{', '.join(wanted):.200}."
        )
    return [table.columns[table.names.index(name)] for name in wanted]


def _values(
    table: Table, column: InputColumn, cells: list[str], style: Style, problems: list[Problem]
) -> NDArray[np.float64]:
    if column.coding == "number":
        unit = column.unit
        values = quantities(cells, style, unit) if unit else numbers(cells, style)
        with np.errstate(invalid="ignore"):  # nan is not large
            unusable = ~(np.abs(values) < LARGEST)
        missing = missing_cells(cells) & unusable
        with_unit = f" with the unit {unit}, which the training data have," if unit else ""
        what = f"is not a number{with_unit} that can be used"
    else:
        values, missing = category_values(cells, column.categories)
        unusable = np.isnan(values)
        what = f"is not among the categories {', '.join(column.categories):.80}"
    if column.fill is None:
        _report(table, column.name, cells, missing, missing_words, problems)
    wrong = unusable & ~missing
    _report(table, column.name, cells, wrong, lambda cell: f"{cell!r:.40} {what}", problems)
    return np.where(missing, np.nan, values)


def _report(
    table: Table,
    name: str,
    cells: Sequence[str],
    where: NDArray[np.bool_],
    what: Callable[[str], str],
    problems: list[Problem],
) -> None:
    if where.any():
        first = int(where.argmax())
        rows = int(np.count_nonzero(where))
        remedy = "correct the value, or take such rows out"
        line = table.lines[first]
        problems.append(Problem(line, name, what(cells[first].strip()), rows, remedy))


def _refusal(table: Table, problems: Sequence[Problem]) -> DatasetError:
    more = f" There are {len(problems) - 1} problems more." if len(problems) > 1 else ""
    return DatasetError(f"{table.title}, {problems[0]}{more}")
