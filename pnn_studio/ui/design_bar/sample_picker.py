"""Steps through the test samples, the ones that are answered wrong first."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pnn_studio.app.analysis.sample_order import Answers, answers
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    IconButton,
    describe,
    plain_tip,
    restyle,
)
from pnn_studio.ui.widgets.source_tag import SourceTag
from pnn_studio.ui.widgets.spins import Spin
from pnn_studio.ui.widgets.theme import Appearance


class SamplePicker(QWidget):
    """Back, number, on, and what the sample is and what the design takes it for."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._known: tuple[object, Answers] | None = None
        self.back, self.on = IconButton(appearance, "left"), IconButton(appearance, "right")
        self.spin = Spin(appearance, 1, 1)
        self.spin.setFixedWidth(94)
        describe(self.spin, "Test sample", "Whose voltages are written")
        order = "wrong answers come first"
        describe(self.back, "Sample before", f"The sample before; {order} ([)")
        describe(self.on, "Next sample", f"The next sample; {order} (])")
        self.what = ElidedLabel("label")
        self.source = SourceTag(appearance)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.back, self.spin, self.on):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.source)
        row.addSpacing(4)
        row.addWidget(self.what, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.back.clicked.connect(self.step_back)
        self.on.clicked.connect(self.step_on)
        self.spin.valueChanged.connect(self._take)
        self.spin.refused.connect(studio.refuse)
        # Not shortcuts of the buttons, which are deaf while they look pressed.
        for keys, step in (("[", self.step_back), ("]", self.step_on)):
            QShortcut(QKeySequence(keys), self).activated.connect(step)

    def sizeHint(self) -> QSize:
        """Room for a class name."""
        return QSize(330, 24)

    def _answers(self) -> Answers | None:
        session = self._studio.session
        design = session.design
        if design is None:
            return None
        if self._known is None or self._known[0] is not design:
            evaluation, dataset = session.evaluation(design), session.data_of(design)
            if evaluation is None or dataset is None:
                return None
            self._known = (design, answers(dataset, evaluation))
        return self._known[1]

    def _step(self, by: int) -> None:
        told = self._answers()
        if told is not None:
            self._studio.set_sample(told.next_to(self._studio.sample, by))

    @Slot()
    def step_back(self) -> None:
        """Go to the sample before."""
        self._step(-1)

    @Slot()
    def step_on(self) -> None:
        """Go to the next sample."""
        self._step(1)

    @Slot(int)
    def _take(self, number: int) -> None:
        self._studio.set_sample(number - 1)

    def refresh(self) -> None:
        """Show the sample that is chosen."""
        samples, sample = self._studio.samples, self._studio.sample
        told, design = self._answers(), self._studio.session.design
        for each in (self.spin, self.back, self.on):
            each.setEnabled(told is not None)
        blocked = self.spin.blockSignals(True)
        self.spin.setRange(1, max(samples, 1))
        self.spin.setSuffix(f" of {samples}")
        self.spin.setValue(sample + 1)
        self.spin.blockSignals(blocked)
        self.source.show_source("" if told is None or design is None else design.model)
        if design is not None:
            model = f"The voltages of this sample are those of the {design.model} model"
            self.source.setToolTip(model)
            self.source.setAccessibleName(model)
        if told is None or design is None or sample >= len(told.truth):
            self.what.set_whole("")
            return
        truth, answer = int(told.truth[sample]), int(told.answer[sample])
        names = design.class_names
        right = truth == answer
        text = names[truth] if right else f"{names[truth]}, taken for {names[answer]}"
        self.what.set_whole(text)
        self.what.setToolTip(plain_tip(f"{text}; {told.wrong} of {samples} are answered wrong"))
        restyle(self.what, tone="" if right else "error")
        self.what.setAlignment(Qt.AlignmentFlag.AlignVCenter)
