"""The left panel: data, layers, what is trained, and what for."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.panel.data_section import DataSection
from pnn_studio.ui.panel.family_section import FamilySection
from pnn_studio.ui.panel.layers_section import LayersSection
from pnn_studio.ui.panel.technology_section import TechnologySection
from pnn_studio.ui.widgets.theme import Appearance

WIDTH = 280


class DataPanel(QScrollArea):
    """Data, layout, family and process, one under the other."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._seen = studio, studio.session.settings
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
        self.data = DataSection(studio, appearance)
        self.layers = LayersSection(studio, appearance)
        self.technology = TechnologySection(studio, appearance)
        self.family = FamilySection(studio, appearance)
        self._sections = (self.data, self.layers, self.family, self.technology)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in self._sections:
            column.addWidget(section)
        column.addStretch()
        self.setWidget(inside)
        studio.changed.connect(self._refresh)
        studio.faults.changed.connect(self._refresh)
        self._refresh("settings")

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "settings") -> None:
        if change != "settings":
            return
        before, now = self._seen, self._studio.session.settings
        self._seen = now
        if now.shown.alpha != before.shown.alpha and now.taking(before.shown) == before:
            return  # the slider moved, and nothing else: this comes 60 times a second
        for section in self._sections:
            section.refresh()
