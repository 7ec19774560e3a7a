"""The looks of the window: a frozen palette for light and for dark, following the system."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

BASE_PX, CAPTION_PX, TITLE_PX, READOUT_PX, START_PX = 12, 11, 13, 16, 20


@dataclass(frozen=True)
class Theme:
    """Colours by role, as ``#RRGGBB``.

    Accent is for what can be acted on or is selected, Okabe-Ito colours are for categories (`_fill`
    for areas, `_ink` for text and lines of the same hue), everything else is grey.
    """

    name: str
    window: str
    panel: str
    canvas: str
    plot: str
    tip: str
    hover: str
    border: str
    grid: str
    control: str
    text: str
    text2: str
    disabled: str
    accent: str
    accent_pressed: str
    on_accent: str
    soft: str
    ok: str
    warn: str
    error: str
    warn_ground: str
    ok_ground: str
    wire: str
    positive_fill: str
    positive_ink: str
    negative_fill: str
    negative_ink: str
    crossbar_ink: str
    negation_ink: str
    activation_ink: str
    crossbar_fill: str = "#CC79A7"
    negation_fill: str = "#E69F00"
    activation_fill: str = "#009E73"

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, `alpha` of it opaque."""
        color = QColor(str(getattr(self, role)))
        color.setAlphaF(alpha)
        return color

    def blend(self, role: str, ground: str, share: float) -> QColor:
        """Return what `role` looks like when `share` of it covers `ground`, as an opaque colour."""
        top, below = self.color(role), self.color(ground)
        parts = zip(top.getRgb()[:3], below.getRgb()[:3], strict=True)  # type: ignore[index]
        return QColor(*(round(share * a + (1 - share) * b) for a, b in parts))

    def palette(self) -> QPalette:
        """Return the palette for what no stylesheet rule reaches, such as file dialogs."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "panel",
            QPalette.ColorRole.AlternateBase: "window",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.PlaceholderText: "text2",
            QPalette.ColorRole.Button: "panel",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "tip",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.Accent: "accent",
        }
        for role, name in roles.items():
            palette.setColor(role, self.color(name))
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette


LIGHT = Theme(
    name="light",
    window="#F1F2F4",
    panel="#FFFFFF",
    canvas="#FBFBFC",
    plot="#FFFFFF",
    tip="#FFFFFF",
    hover="#E8EAEE",
    border="#D9DCE1",
    grid="#E9EBEE",
    control="#868D97",
    text="#1A1D21",
    text2="#555C66",
    disabled="#9AA0A9",
    accent="#5246B5",
    accent_pressed="#43389E",
    on_accent="#FFFFFF",
    soft="#ECEAF8",
    ok="#00704F",
    warn="#8A5B00",
    error="#B3261E",
    warn_ground="#FFF4DC",
    ok_ground="#E3F1EC",
    wire="#3A4048",
    positive_fill="#0072B2",
    positive_ink="#00629A",
    negative_fill="#D55E00",
    negative_ink="#A84900",
    crossbar_ink="#A2447A",
    negation_ink="#8A5B00",
    activation_ink="#00704F",
)

DARK = Theme(
    name="dark",
    window="#15171A",
    panel="#1C1F23",
    canvas="#111316",
    plot="#15171A",
    tip="#23272C",
    hover="#2A2E34",
    border="#33383F",
    grid="#24282D",
    control="#7A828D",
    text="#E7E9EC",
    text2="#A6ADB7",
    disabled="#6B727C",
    accent="#A79DF5",
    accent_pressed="#BDB5F8",
    on_accent="#14121F",
    soft="#2C2946",
    ok="#45C29A",
    warn="#E6B04A",
    error="#FF8A80",
    warn_ground="#33290F",
    ok_ground="#17302A",
    wire="#C3C8CF",
    positive_fill="#56B4E9",
    positive_ink="#56B4E9",
    negative_fill="#E8772E",
    negative_ink="#F08C4C",
    crossbar_ink="#DB93BB",
    negation_ink="#E6B04A",
    activation_ink="#45C29A",
)


def theme_for(scheme: Qt.ColorScheme) -> Theme:
    """Return the theme of a colour scheme; light where the system does not say."""
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def font(pixels: int = BASE_PX, *, bold: bool = False) -> QFont:
    """Return the system's font in that size, with tabular figures."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


Colours = Literal["system", "light", "dark"]
COLOUR_WORDS: Mapping[Colours, str] = {
    "system": "as in the system",
    "light": "light",
    "dark": "dark",
}


class Appearance(QObject):
    """The theme in use; follows the system's colour scheme live unless another one was chosen.

    Widgets that paint themselves read `theme` while they paint and update on `changed`.

    Notes
    -----
    Signals: `changed`, `chosen` (a `Colours`) when a person chose.
    """

    changed = Signal()
    chosen = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        hints = QGuiApplication.styleHints()
        self.choice: Colours = "system"
        self.theme = theme_for(hints.colorScheme())
        hints.colorSchemeChanged.connect(self._follow)

    @Slot(Qt.ColorScheme)
    def _follow(self, scheme: Qt.ColorScheme) -> None:
        if self.choice == "system":
            self.use(theme_for(scheme))

    def choose(self, choice: Colours) -> None:
        """Follow the system, or stay light or dark whatever the system is."""
        self.choice = choice
        hints = QGuiApplication.styleHints()
        # so that window frames and file dialogs go with it
        if choice == "system":
            hints.unsetColorScheme()
            self.use(theme_for(hints.colorScheme()))
        else:
            theme = DARK if choice == "dark" else LIGHT
            hints.setColorScheme(Qt.ColorScheme.Dark if theme is DARK else Qt.ColorScheme.Light)
            self.use(theme)
        self.chosen.emit(choice)

    def use(self, theme: Theme) -> None:
        """Show everything in `theme`."""
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()
