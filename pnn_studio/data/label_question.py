"""Whether a label that nobody chose is one: asked before anything else is said of its classes."""

from collections.abc import Sequence

import numpy as np

from pnn_studio.data.column_reader import Column
from pnn_studio.data.numerals import Style, numbers
from pnn_studio.domain.importing import Problem
from pnn_studio.domain.units import count_of

_LEAST_ASKED = 5  # classes, before it is asked whether they are
_SHARED = 2  # samples a class, from which on they are
_SHARED_FRACTIONS = 5  # the same of numbers with fractions, which rather are measured
_MOST_CLASSES = 20  # of a column that rather looks like a label


def label_question(columns: Sequence[Column], style: Style) -> Problem | None:
    """Ask back whether a column is the label, where few samples share a class.

    Parameters
    ----------
    columns : sequence of Column
        All of them; one is the label.
    style : Style
        How numbers are written.

    Returns
    -------
    Problem or None
        The question, with a column that rather looks like classes; None where it looks like one.
    """
    label = next((each for each in columns if each.kind == "label"), None)
    if label is None or not any(each.coding for each in columns):
        return None
    told = [cell.strip() for cell, gone in zip(label.cells, label.missing, strict=True) if not gone]
    names = set(told)
    if len(names) < _LEAST_ASKED:
        return None
    shared = len(told) / len(names)
    measured = not np.isnan(numbers(sorted(names), style)).any()
    fractions = measured and any(not name.lstrip("+-").isdecimal() for name in names)
    if shared >= (_SHARED_FRACTIONS if fractions else _SHARED):
        return None
    better = next((each.name for each in columns if _like_classes(each)), "")
    example = f", for example {better!r:.40}" if better else ""
    what = (
        f"is {label.name!r:.40} the label? It has {len(names)} classes in {len(told)} samples, "
        f"about {count_of(round(shared), 'sample')} a class"
    )
    return Problem(0, "", what, 1, f"say so, or choose another column{example} (--label)")


def _like_classes(column: Column) -> bool:
    """Whether a column of inputs has few different values, as classes do."""
    known = column.values[~np.isnan(column.values)]
    if not column.coding or not len(known) or (known != np.floor(known)).any():
        return False
    return 1 < len(np.unique(known)) <= min(_MOST_CLASSES, len(known) // _SHARED_FRACTIONS)
