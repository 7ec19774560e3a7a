"""The card that floats beside what is under the pointer."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from pnn_studio.ui.widgets.canvas.drawing_room import free_place
from pnn_studio.ui.widgets.controls import label

_CARD_WIDTH = 196


@dataclass(frozen=True)
class Facts:
    """What the hover card says of a component; `source` says what its voltages are of."""

    title: str
    place: str
    values: tuple[str, ...]
    source: str = ""


class HoverCard(QFrame):
    """Floats beside the component under the pointer."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._place = label("", "heading"), label("", "caption")
        self._values = [label("") for _ in range(4)]
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 7, 10, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._place, 0, 1, Qt.AlignmentFlag.AlignRight)
        for index, value in enumerate(self._values):
            side = Qt.AlignmentFlag.AlignRight if index % 2 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(value, 1 + index // 2, index % 2, side)
        self._source = label("", "caption")
        grid.addWidget(self._source, 3, 0, 1, 2)
        self.setMinimumWidth(_CARD_WIDTH)
        self.hide()

    def show_facts(self, told: Facts, beside: QRectF, taken: Sequence[QRectF] = ()) -> None:
        """Show at the right and below, or where there is room and nothing of `taken` is covered."""
        self._title.setText(told.title)
        self._place.setText(told.place)
        for index, value in enumerate(self._values):
            value.setText(told.values[index] if index < len(told.values) else "")
        self._source.setText(told.source)
        self._source.setVisible(bool(told.source))
        self.adjustSize()
        ground = QSizeF(self._ground.size())
        self.move(free_place(QSizeF(self.size()), beside, taken, ground).toPoint())
        self.show()
        self.raise_()
