"""From the cells of a file to values, labels and a split, and all that stands in the way."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pnn_studio.data.column_reader import Column, ColumnReader, in_order, without_useless_help
from pnn_studio.data.label_question import label_question
from pnn_studio.data.numerals import Style, detect_style, sample_of
from pnn_studio.data.table import MAX_CELLS, Table
from pnn_studio.data.text_table import Follow, read_table
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import (
    NO_COMMENT,
    ColumnSummary,
    ImportOptions,
    InputColumn,
    Kind,
    Preview,
    Problem,
)
from pnn_studio.domain.layout import MAX_INPUTS
from pnn_studio.errors import DatasetError

_LABEL_NAMES = ("label", "class", "target")
_SPLIT_NAME = "split"
_PREVIEW_ROWS = 20
_PREVIEW_CLASSES = 256
_PREVIEW_CELL = 200
_PREVIEW_CELLS = 20_000  # of rows with problems
_SHOWN = 3
_READING = 0.7  # share of the time that splitting the lines takes


@dataclass(frozen=True, eq=False)
class Imported:
    """All that was found in a file.

    Attributes
    ----------
    table : Table
        Its cells.
    style : Style
        How its numbers are written.
    options : ImportOptions
        What was chosen.
    columns : tuple of Column
        In the order of the file.
    problems : tuple of Problem
        By line.
    """

    table: Table
    style: Style
    options: ImportOptions
    columns: tuple[Column, ...]
    problems: tuple[Problem, ...]

    def _one(self, kind: Kind) -> Column | None:
        return next((column for column in self.columns if column.kind == kind), None)

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which rows can be used, shape (rows,)."""
        kept = np.ones(len(self.table.lines), dtype=bool)
        if self.options.missing == "drop":
            for column in self.columns:
                if column.coding or column.kind == "label":
                    kept &= ~column.missing
        if self.options.unreadable == "drop":
            for column in self.columns:
                if len(column.unreadable):
                    kept &= ~column.unreadable
        label = self._one("label")
        if self.options.left_out_classes and label is not None:
            kept &= ~np.isin([cell.strip() for cell in label.cells], self.options.left_out_classes)
        return kept

    @property
    def dropped(self) -> int:
        """Number of rows of the file that cannot be used."""
        uneven = self.table.uneven_rows if self.options.unreadable == "drop" else 0
        return uneven + int(np.count_nonzero(~self.kept))

    def labels(self) -> tuple[str, ...]:
        """Return the labels of the rows that are kept."""
        column = self._one("label")
        cells = column.cells if column else []
        return tuple(cell.strip() for cell, kept in zip(cells, self.kept, strict=True) if kept)

    def split(self) -> NDArray[np.int8] | None:
        """Return the split of the rows that are kept; None where the file does not tell."""
        column = self._one("split")
        return None if column is None else column.values[self.kept].astype(np.int8)

    def check(self) -> None:
        """Refuse a file that cannot be imported, before memory is taken for its values.

        Raises
        ------
        DatasetError
            With the first problem that stands in the way.
        """
        blocking = [problem for problem in self.problems if problem.blocking]
        title = self.table.title
        if blocking:
            separator = ", " if blocking[0].line else ": "
            more = f" There are {len(blocking) - 1} problems more." if len(blocking) > 1 else ""
            raise DatasetError(f"{title}{separator}{blocking[0]}{more}")
        column = self._one("label")
        there = {cell.strip() for cell in (column.cells if column else [])}
        unknown = [each for each in self.options.left_out_classes if each not in there]
        if unknown:
            raise DatasetError(
                f"{title} has no class {unknown[0]!r:.40} to leave out; its classes are "
                f"{', '.join(in_order(there)):.200}."
            )
        inputs = sum(column.inputs for column in self.columns)
        if not inputs:
            label = self._one("label")
            raise DatasetError(
                f"{title} has no input column beside the label {label.name if label else ''!r:.40}."
                " If it has more columns, choose what stands between them (--delimiter)."
            )
        if inputs > MAX_INPUTS:
            raise DatasetError(
                f"{title} has {inputs} input columns; at most {MAX_INPUTS} are possible. Leave "
                "some out (--leave-out)."
            )
        if not self.kept.any():
            raise DatasetError(
                f"{title}: every row lacks a value, has one that cannot be read, or is of a class "
                "that is left out, so that none is left."
            )
        if inputs * len(self.table.lines) > MAX_CELLS:
            raise DatasetError(
                f"{title} would give {inputs} values for {len(self.table.lines)} rows; at most "
                f"{MAX_CELLS} values are possible. Thin it out first."
            )

    def values(
        self, train: NDArray[np.bool_]
    ) -> tuple[tuple[InputColumn, ...], NDArray[np.float64]]:
        """Make the inputs of the rows that are kept.

        Parameters
        ----------
        train : array, shape (kept rows,)
            The rows that medians are taken of.

        Returns
        -------
        columns : tuple of InputColumn
            How.
        values : array, shape (kept rows, inputs)
            Raw values, before scaling.
        """
        kept, columns, parts = self.kept, [], []
        for column in self.columns:
            if column.coding:
                values = column.values[kept]
                made = InputColumn(column.name, column.coding, column.categories, unit=column.unit)
                if self.options.missing == "median":
                    made = replace(made, fill=_fill(made, values[train]))
                columns.append(made)
                parts.append(code(made, values))
        return tuple(columns), np.hstack(parts)


def _fill(column: InputColumn, values: NDArray[np.float64]) -> float:
    """Return what stands in for a missing value: median, or most frequent category."""
    known = values[~np.isnan(values)]
    if not len(known):
        raise DatasetError(
            f"Column {column.name!r:.40} has no value in the training split to take a median of; "
            "leave the column out (--leave-out)."
        )
    if column.coding == "number":
        return float(np.median(known))
    return float(np.bincount(known.astype(int)).argmax())


def code(column: InputColumn, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make the inputs of one column.

    Parameters
    ----------
    column : InputColumn
        How.
    values : array, shape (rows,)
        Numbers or indices of categories, nan where there is none.

    Returns
    -------
    array, shape (rows, inputs)
        Raw values, before scaling.
    """
    if column.fill is not None:
        values = np.where(np.isnan(values), column.fill, values)
    if column.coding == "one-hot":
        return np.asarray(values[:, None] == np.arange(len(column.categories)), dtype=float)
    return values[:, None]


def examine(reference: DataReference, follow: Follow | None = None) -> Imported:
    """Read a file and find out what is in it.

    Parameters
    ----------
    reference : DataReference
        The file, its label column and what is chosen.
    follow : callable, optional
        Told the share of the work that is done.

    Raises
    ------
    DatasetError
        Where there is nothing to look at: no file, no rows, no such columns.
    """

    def tell(share: float) -> None:
        if follow is not None:
            follow(share)

    options = reference.options
    table = read_table(Path(reference.source), options, lambda share: tell(_READING * share))
    _check_names(table, options)
    label, split = _special_columns(table, reference)
    others = [
        cells
        for name, cells in zip(table.names, table.columns, strict=True)
        if name not in (label, split, *options.left_out) and name not in table.ignored
    ]
    style = detect_style(sample_of(others), table.delimiter, options.decimal, options.thousands)
    reader = ColumnReader(table, style, options)
    columns = []
    for name, cells in zip(table.names, table.columns, strict=True):
        read = reader.input
        if name in options.left_out:
            read = reader.left_out
        elif name in (label, split):
            read = reader.label if name == label else reader.split
        columns.append(read(name, cells))
        tell(_READING + (1 - _READING) * len(columns) / len(table.names))
    problems = [each for each in (*table.problems, *reader.problems) if not _met(each, options)]
    problems = without_useless_help(problems, columns)
    if style.ambiguous:
        what = f"numbers such as 1,234 are read as {'1.234' if style.decimal == ',' else '1234'}"
        remedy = "if that is wrong, choose how numbers are written (--decimal)"
        problems.append(Problem(0, "", what, 1, remedy, blocking=False, helps=("decimal",)))
    question = None if reference.label is not None else label_question(columns, style)
    if question is not None:
        problems.append(question)
    problems.sort(key=lambda problem: problem.line)
    return Imported(table, style, options, tuple(columns), tuple(problems))


def _met(problem: Problem, options: ImportOptions) -> bool:
    """Whether what is chosen has done away with a problem."""
    dropped = "drop unreadable" in problem.helps and options.unreadable == "drop"
    return dropped or problem.column in options.left_out


def _check_names(table: Table, options: ImportOptions) -> None:
    asked = {
        "to leave out": options.left_out,
        "to code": [each.column for each in options.categories],
        "to scale": [each.column for each in options.limits if each.column],
        "to split by": [options.split_column] if options.split_column else [],
    }
    for purpose, names in asked.items():
        for name in names:
            if name not in table.names:
                raise _no_column(table, name, f" {purpose}")


def _no_column(table: Table, name: str, purpose: str = "") -> DatasetError:
    return DatasetError(
        f"{table.title} has no column {name!r:.40}{purpose}; its columns are "
        f"{', '.join(table.names):.200}."
    )


def _special_columns(table: Table, reference: DataReference) -> tuple[str, str]:
    """Names of the label and of the split column; the latter is empty where there is none."""
    names = [name for name in table.names if name not in reference.options.left_out]
    small = {name.lower(): name for name in reversed(names)}
    split = reference.options.split_column or small.get(_SPLIT_NAME, "")
    if reference.label is not None:
        if reference.label not in table.names:
            raise _no_column(table, reference.label)
        if reference.label not in names:
            raise DatasetError(f"The label column {reference.label!r:.40} cannot be left out.")
        return reference.label, "" if split == reference.label else split
    if table.label in names and table.label != split:
        return table.label, split
    for name in _LABEL_NAMES:
        if name in small and small[name] != split:
            return small[name], split
    others = [name for name in names if name != split and name not in table.ignored]
    if not others:
        raise DatasetError(f"{table.title} has no column left for the label.")
    return others[-1], split


# --- what is told before anything is loaded ----------------------------------------------------


def summarise(imported: Imported, problems: tuple[Problem, ...]) -> Preview:
    """Put together what a person sees of a file, with the problems that loading it meets."""
    table = imported.table
    rows = _shown_rows(imported, problems)
    counts = Counter(imported.labels())
    return Preview(
        title=table.title,
        options=replace(
            imported.options,
            encoding=table.encoding,
            delimiter=table.delimiter,
            decimal=imported.style.decimal,
            thousands=imported.style.thousands,
            header=table.header,
            skip_lines=table.skipped,
            comment=table.comment or NO_COMMENT,
            sheet=table.sheet,
        ),
        samples=int(np.count_nonzero(imported.kept)),
        dropped=imported.dropped,
        columns=tuple(map(_summary, imported.columns)),
        rows=tuple(tuple(cell[:_PREVIEW_CELL] for cell in rows[line]) for line in sorted(rows)),
        lines=tuple(sorted(rows)),
        classes=tuple((name, counts[name]) for name in in_order(counts)[:_PREVIEW_CLASSES]),
        inputs=sum(column.inputs for column in imported.columns),
        problems=problems,
        sheets=table.sheets,
    )


def _shown_rows(imported: Imported, problems: Sequence[Problem]) -> dict[int, list[str]]:
    """Cells by line: the first rows, and those that problems are in."""
    table, width = imported.table, len(imported.columns)
    shown = set(table.lines[:_PREVIEW_ROWS])
    # the first of every problem come before further ones of any
    told = sorted(
        (place, line) for problem in problems for place, line in enumerate(problem.lines[:_SHOWN])
    )
    shown.update(line for _, line in told[: max(_PREVIEW_CELLS // width, 1)])
    rows = {}
    for line in shown:
        if line in table.uneven:
            cells = [*table.uneven[line], *[""] * width][: max(width, len(table.uneven[line]))]
            # what is too much stands in the last cell, as in the file
            rows[line] = [*cells[: width - 1], table.delimiter.join(cells[width - 1 :])]
        else:
            row = bisect.bisect_left(table.lines, line)
            rows[line] = [column.cells[row] for column in imported.columns]
    return rows


def _summary(column: Column) -> ColumnSummary:
    detail = ""
    if column.kind == "number":
        known = column.values[~column.missing & ~column.unreadable]
        distinct = len(np.unique(known))
        detail = f"{known.min():g} to {known.max():g}" if len(known) else ""
    elif column.kind == "category":
        names = ", ".join(f"{each:.20}" for each in column.categories[:_SHOWN])
        more = ", …" if len(column.categories) > _SHOWN else ""
        detail = f"{column.coding}: {names}{more}"
    if column.kind != "number":
        distinct = len({cell.strip() for cell in column.cells})
    return ColumnSummary(column.name, column.kind, int(column.missing.sum()), distinct, detail)
