"""What is to be exported: a kind, its formats and choices, in one value for window and worker."""

from dataclasses import dataclass, field, replace

from pnn_studio.domain.export_kinds import KINDS, ExportKind, FileFormat
from pnn_studio.domain.export_options import LEAST_DPI, ExportOptions
from pnn_studio.errors import UsageError


@dataclass(frozen=True)
class ExportOrder:
    """A kind of content in some of its formats.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    formats : tuple of str
        Names of formats of that kind; at least one.
    options : ExportOptions
        How it is drawn and written.
    """

    kind: str
    formats: tuple[str, ...]
    options: ExportOptions = field(default_factory=ExportOptions)

    def __post_init__(self) -> None:
        """Refuse what is not in the table."""
        found = KINDS.get(self.kind)
        if found is None:
            raise UsageError(
                f"{self.kind!r:.30} is nothing that can be exported; there are {', '.join(KINDS)}."
            )
        known = ", ".join(each.id for each in found.formats)
        for each in self.formats:
            if found.format(each) is None:
                raise UsageError(f"{found.name} is written as {known}, not as {each!r:.20}.")
        if not self.formats:
            raise UsageError(f"Choose at least one format of {known}.")

    @property
    def what(self) -> ExportKind:
        """The kind."""
        return KINDS[self.kind]

    @property
    def picture(self) -> "ExportOrder":
        """The order of which it looks like: no format or resolution makes a drawing another."""
        if not self.what.drawn:
            return self
        figure = replace(self.options.figure, dpi=LEAST_DPI)
        return ExportOrder(self.kind, ("png",), replace(self.options, figure=figure))

    @property
    def files(self) -> tuple[FileFormat, ...]:
        """Its formats in the order of the kind, each once."""
        return tuple(each for each in self.what.formats if each.id in self.formats)
