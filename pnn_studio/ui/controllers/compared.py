"""Which runs the trade-off draws: asked for in the list of runs and in its legend alike."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from pnn_studio.app.session.compared import MAX_DRAWN, drawn, swapped, toggled
from pnn_studio.domain.design_ref import RunId
from pnn_studio.ui.controllers.studio import Studio


def toggle_drawn(studio: Studio, run: RunId, parent: QWidget, at: QPoint) -> None:
    """Draw the front of a run, or draw it no more; where there is no room ask which one goes.

    Parameters
    ----------
    studio : Studio
        Whose session.
    run : int
        Id of a run.
    parent : QWidget
        Over which a menu opens.
    at : QPoint
        Where, on the screen.
    """
    session, found = studio.session, studio.session.find_run(run)
    if found is None:
        return
    if session.run is not None and session.run.id == run:
        studio.status.emit("The run that is shown is always drawn; show another one to hide it.")
        return
    if found.family is None:
        studio.status.emit(f"{found.name} has no designs yet that could be drawn.")
        return
    shown = toggled(session, run)
    if shown is not None:
        word = "Drawn" if run in shown.compared else "Not drawn any more"
        studio.edit(shown)
        studio.status.emit(f"{word} in the Trade-off: {found.name}")
        return
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName("Which run is to be hidden")
    title = menu.addAction(f"{MAX_DRAWN} fronts are drawn. Hide one of them:")
    title.setEnabled(False)
    for each in drawn(session)[1:]:
        words = each.name.replace("&", "&&")
        menu.addAction(words, partial(_swap, studio, each.id, run))
    menu.popup(at)


def _swap(studio: Studio, gone: RunId, run: RunId) -> None:
    studio.edit(swapped(studio.session, gone, run))
