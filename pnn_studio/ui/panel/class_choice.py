"""Which classes of a file are used: a list in which each can be left out and taken back."""

from PySide6.QtCore import Signal, Slot

from pnn_studio.domain.importing import ImportOptions, Preview
from pnn_studio.domain.units import count_of
from pnn_studio.errors import one_line
from pnn_studio.ui.widgets.controls import Combo, describe
from pnn_studio.ui.widgets.theme import Appearance


class ClassChoice(Combo):
    """A choice in it leaves a class out, or takes it back.

    Notes
    -----
    Signal `toggled` (name of a class).
    """

    toggled = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        describe(self, "Classes used", "Choose a class to leave its rows out, or to use them again")
        self.activated.connect(self._tell)

    def show_classes(self, preview: Preview | None, options: ImportOptions) -> None:
        """List the classes of a file with their samples; those that are left out say so."""
        left_out = options.left_out_classes
        self.clear()
        self.addItem(f"all but {len(left_out)}" if left_out else "all")
        for name, count in preview.classes if preview is not None else ():
            self.addItem(f"{one_line(name):.40}, {count_of(count, 'sample')}", name)
        for name in left_out:
            self.addItem(f"{one_line(name):.40}, left out", name)
        self.setCurrentIndex(0)

    @Slot(int)
    def _tell(self, index: int) -> None:
        name = self.itemData(index)
        self.setCurrentIndex(0)
        if isinstance(name, str):
            self.toggled.emit(name)
