"""Whether a label that nobody chose is one: asked before anything else is said of its classes."""

import numpy as np

from pnn_studio.data.column_reader import Column
from pnn_studio.data.importing import Imported
from pnn_studio.data.numerals import numbers
from pnn_studio.domain.units import count_of
from pnn_studio.errors import DatasetError

_LEAST_ASKED = 5  # classes, before it is asked whether they are
_SHARED = 2  # samples a class, from which on they are
_SHARED_FRACTIONS = (
    5  # the same where classes are numbers with fractions, which rather are measured
)
_MOST_CLASSES = 20  # of a column that rather looks like a label


def ask_for_label(imported: Imported) -> None:
    """Ask back whether a column is the label, where few samples share a class.

    Raises
    ------
    DatasetError
        With the question, and a column that rather looks like classes.
    """
    labels, label = imported.labels(), imported.one("label")
    names = set(labels)
    if label is None or len(names) < _LEAST_ASKED:
        return
    shared = len(labels) / len(names)
    measured = not np.isnan(numbers(sorted(names), imported.style)).any()
    fractions = measured and any(not name.lstrip("+-").isdecimal() for name in names)
    if shared >= (_SHARED_FRACTIONS if fractions else _SHARED):
        return
    better = next((each.name for each in imported.columns if _like_classes(each)), "")
    example = f", for example {better!r:.40}" if better else ""
    raise DatasetError(
        f"{imported.table.title}: {label.name!r:.40} has {len(names)} classes in {len(labels)} "
        f"samples, about {count_of(round(shared), 'sample')} a class. Is it the label? Say so, or "
        f"choose another column{example} (--label)."
    )


def _like_classes(column: Column) -> bool:
    """Whether a column of inputs has few different values, as classes do."""
    known = column.values[~np.isnan(column.values)]
    if not column.coding or not len(known) or (known != np.floor(known)).any():
        return False
    return 1 < len(np.unique(known)) <= min(_MOST_CLASSES, len(known) // _SHARED_FRACTIONS)
