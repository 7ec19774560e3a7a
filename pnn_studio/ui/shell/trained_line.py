"""The line over the tabs that tells a trained circuit from what Train would make now."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import ElidedLabel
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance


def differences(session: Session, design: TrainedDesign) -> tuple[str, ...]:
    """Say in what that which Train would make now differs from a trained design."""
    recipe, layout, found = session.recipe, session.layout, []
    if layout is not None and layout != design.layout:
        if layout.sizes != design.layout.sizes:
            found.append(f"the layout is {layout}")
        if layout.crossbar != design.layout.crossbar:
            found.append(f"the crossbar is {layout.crossbar}")
        if layout.sharing != design.layout.sharing:
            shared = "by the layer" if layout.sharing == "layer" else "by all"
            found.append(f"circuits are shared {shared}")
    if recipe.data != design.data:
        found.append("the data are others")
    if recipe.print_process != session.shown_process:
        found.append("the process is another one")
    model = session.technologies.model_of(recipe)
    if model != design.model:
        found.append(f"the model is {model}")
    return tuple(found)


def trained_line(session: Session, *, draws: bool) -> str:
    """Say that what is shown is a trained circuit, where Train would make another one now.

    Parameters
    ----------
    session : Session
        What is shown.
    draws : bool
        Whether the tab shows the layout that would be trained, as Layout does.
    """
    design, run = session.design, session.run
    if design is None or run is None or session.layout is None or session.drawn_design is design:
        return ""
    found = " and ".join(differences(session, design))
    if not found:
        return ""
    if draws:
        return (
            f"This is what Train would make: {found}. The figures above are of the trained "
            f"circuit, {run.name}."
        )
    return f"This is the trained circuit, {run.name}. What Train would make differs: {found}."


class TrainedLine(QFrame):
    """Shows that line; gone where nothing differs."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self._draws = True
        self.setProperty("bar", "note")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon, self.text = QLabel(), ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 16, 5)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        studio.changed.connect(self._take_change)
        appearance.changed.connect(self._draw)
        self._draw()
        self.refresh()

    def show_tab(self, *, draws: bool) -> None:
        """Speak for another tab; `draws` as for `trained_line`."""
        self._draws = draws
        self.refresh()

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change not in ("records", "verification"):
            self.refresh()

    def refresh(self) -> None:
        """Show what is true now."""
        text = trained_line(self._studio.session, draws=self._draws)
        self.text.set_whole(text)
        self.setVisible(bool(text))

    @Slot()
    def _draw(self) -> None:
        made = icon("info", self._appearance.theme, "accent")
        self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))
