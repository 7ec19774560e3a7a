"""What is exported: a design with all that is known beside it, as one value."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.nodes import Given
from pnn_studio.domain.print_report import PrintReport
from pnn_studio.domain.verification import Verification


@dataclass(frozen=True, eq=False)
class ExportSubject:
    """A design, and what else a file of it may show.

    Window and command line make this value, and the same code writes files of it.

    Attributes
    ----------
    design : TrainedDesign
        The design.
    family : Family or None
        The designs that were trained with it; None for one from a design file.
    index : int or None
        Which one of them it is.
    checks : tuple of (index, Verification)
        What ngspice said of designs of that family, by ascending index.
    verification : Verification or None
        What it said of this design.
    technology : str
        Identifier or file of its technology, where it does not ship.
    data : Dataset or None
        Its samples, where they are at hand.
    given : tuple of (str, str)
        Names that layers and neurons were given, see `NodeNames`.
    prints : PrintReport or None
        What is known of its prints.
    """

    design: TrainedDesign
    family: Family | None = None
    index: int | None = None
    checks: tuple[tuple[int, Verification], ...] = ()
    verification: Verification | None = None
    technology: str = ""
    data: Dataset | None = None
    given: Given = ()
    prints: PrintReport | None = None

    @property
    def title(self) -> str:
        """What people call it, for example ``Iris 4-3-3, alpha 0.50, seed 2``."""
        design = self.design
        name = f"{design.data.title} {design.layout}"
        return f"{name}, alpha {design.alpha:.2f}, seed {design.seed}"

    @property
    def stem(self) -> str:
        """What its files are called, in letters that every file system takes."""
        design = self.design
        source = re.sub(r"[^\w.-]+", "-", PurePath(design.data.source).stem)[:60].strip("-.")
        return f"{source or 'design'}-{design.layout}-{round(design.alpha * 100):03d}"
