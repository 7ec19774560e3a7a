"""Keeps what is wrong with the layout or with an edit that was refused, for the views to mark."""

from PySide6.QtCore import QObject, Signal

from pnn_studio.app.session import messages
from pnn_studio.app.session.faults import Fault, Place, faults
from pnn_studio.app.session.session import Session
from pnn_studio.domain.settings import Recipe, Settings, Shown
from pnn_studio.errors import PnnError


class FaultController(QObject):
    """Faults of the recipe of a session, and of the latest edit where that was refused.

    Notes
    -----
    Signals: `changed` after an edit was refused, or is forgotten; `message` (a `Message`, or None
    to clear) where nobody would see the mark.
    """

    changed = Signal()
    message = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._refused: tuple[Fault, ...] = ()

    def _of(self, recipe: Recipe) -> tuple[Fault, ...]:
        dataset = self._session.dataset
        classes = len(dataset.class_names) if dataset is not None else 0
        return faults(recipe, classes, self._session.technologies)

    @property
    def all(self) -> tuple[Fault, ...]:
        """What was refused, then what is wrong; what blocks comes first in either."""
        return (*self._refused, *self._of(self._session.recipe))

    @property
    def blocking(self) -> Fault | None:
        """Why nothing can be trained; None where all is well."""
        return next((each for each in self._of(self._session.recipe) if each.blocks), None)

    @property
    def roles(self) -> dict[Place, str]:
        """Colour in which each place is marked."""
        return {each.place: "error" if each.blocks else "warn" for each in reversed(self.all)}

    def refuse(self, part: Settings | Recipe | Shown, error: PnnError) -> None:
        """Remember why an edit was refused, to mark it where its cure is at hand."""
        refused = self._session.settings.taking(part).recipe
        known = self._of(self._session.recipe)
        new = (each for each in self._of(refused) if each not in known)
        self._refused = tuple(each for each in new if each.blocks)
        if not self._refused:
            self.message.emit(messages.Message("error", str(error)))
        elif self._session.view.tab != 0 or self._session.dataset is None:
            self.message.emit(messages.of_fault(self._refused[0]))
        self.changed.emit()

    def forget(self) -> None:
        """Forget what was refused: another edit was made, or it is dismissed."""
        if self._refused:
            self._refused = ()
            self.message.emit(None)
            self.changed.emit()

    @property
    def has_refused(self) -> bool:
        """Whether the latest edit was refused."""
        return bool(self._refused)
