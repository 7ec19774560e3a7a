"""The Layout tab: the canvas with its strip, or what to do first."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.design_bar.sample_picker import SamplePicker
from pnn_studio.ui.layout.canvas import LayoutCanvas
from pnn_studio.ui.layout.fault_line import FaultLine
from pnn_studio.ui.layout.start_page import StartPage
from pnn_studio.ui.widgets.canvas.canvas_view import ZoomControls
from pnn_studio.ui.widgets.controls import ElidedLabel, label
from pnn_studio.ui.widgets.legend import Legend
from pnn_studio.ui.widgets.theme import Appearance

_LEGEND = (("positive", "positive_fill"), ("negative", "negative_fill"))


class LayoutTab(QWidget):
    """The canvas with its strip, or what to do first."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self.canvas = LayoutCanvas(studio, appearance)
        self.samples = SamplePicker(studio, appearance)
        self.fault = FaultLine(studio, appearance)
        self._sample = label("sample", "label")
        self._note = ElidedLabel("label")
        self._legend = Legend(appearance, _LEGEND)
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(12)
        strip.addWidget(self._note, 1)
        strip.addWidget(self._sample)
        strip.addWidget(self.samples, 1)
        strip.addWidget(self._legend)
        strip.addWidget(ZoomControls(self.canvas, appearance))
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        column.addWidget(head)
        column.addWidget(self.fault)
        column.addWidget(self.canvas, 1)
        self._pages = QStackedWidget()
        self.start = StartPage(studio, appearance)
        self._pages.addWidget(self.start)
        self._pages.addWidget(drawn)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        studio.changed.connect(self._refresh)
        studio.sample_changed.connect(self._refresh)
        studio.faults.changed.connect(self._refresh)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another tab was shown."""
        super().showEvent(event)
        self._refresh()

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "") -> None:
        if change in ("records", "verification") or not self.isVisible():
            return
        self._pages.setCurrentIndex(0 if self._studio.session.layout is None else 1)
        self.canvas.refresh()
        self.fault.refresh()
        trained = self.canvas.trained
        self._legend.setVisible(trained)
        self._sample.setVisible(trained)
        self.samples.setVisible(trained)
        self._note.setVisible(not trained)
        self._note.set_whole(_note(self._studio))
        if trained:
            self.samples.refresh()


def _note(studio: Studio) -> str:
    if studio.session.design is not None:
        return "Train to see its conductances"
    return "Every line is a place for a printed resistor; training decides which are printed"
