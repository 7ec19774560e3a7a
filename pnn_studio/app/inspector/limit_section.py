"""What the inspector says of the power limit: the design to print within it, and how sure it is."""

from collections.abc import Mapping

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.analysis.limit_choice import LimitAnswer, limit_answer, limit_words
from pnn_studio.app.inspector.sheet import IntervalFigure, Line, SheetSection, Step, Tone
from pnn_studio.app.session.compared import drawn
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.selection import DesignItem
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import FigureValue, figure_of
from pnn_studio.domain.interval import wilson
from pnn_studio.domain.units import count_of, format_si
from pnn_studio.domain.verification import Verification

_CHOSEN_SEEN = "Chosen by its answers in ngspice on samples of training and validation."
_PRINTS = "How many prints of it keep that accuracy is found in the tab Yield."
_INTERVAL = (
    "Wilson's interval: where the share of right answers lies, by so few test samples, for the "
    "circuit as it is drawn; what printing adds is found in the tab Yield"
)


def figure_line(of: FigureValue, samples: int = 0, *, named: bool = True) -> Line:
    """Write a figure with its source; an accuracy of known samples also as right ones of so many.

    A figure of ngspice leads, in bold; without its name it stands under one of the same name.
    """
    text = short = of.text
    if of.figure.split is not None and samples and isinstance(of.value, float):
        text += f" ({round(of.value * samples)} of {samples})"
    tone: Tone = "bold" if of.source == "ngspice" else "plain"
    name = of.figure.name if named else ""
    short = short if short != text else ""
    return Line(name, text, tone, of.source or "", short, of.figure.help)


def limit_sections(
    session: Session, limit: float, index: int
) -> tuple[list[SheetSection], list[Step]]:
    """Say what a limit means for the run that is shown, and what to do next.

    Parameters
    ----------
    session : Session
        What is shown.
    limit : float
        Watt.
    index : int
        The design that is shown.
    """
    run = session.run
    if run is None or run.family is None:
        return [], []
    checked = session.checks.of_run(run)
    answer = limit_answer(run.family, limit, index, checked)
    note = f"{answer.within} of {answer.designs} designs"
    title, text = f"Within {format_si(limit, 'W')}", limit_words(answer)
    if not answer.within:
        return _nothing(run, run.family, answer, SheetSection(title, note, text=text), index)
    sections = [SheetSection(title, note, text=text, text_tone="warn")] if text else []
    check = lead = None
    if answer.candidates and not run.goes_on:
        what = f"Check {count_of(len(answer.candidates), 'candidate')}"
        check = Step(what, "check-some", designs=answer.candidates)
    chosen = answer.proposed
    if chosen is not None and chosen != index:
        name = design_name(run.plan, chosen)
        lead = Step(f"Go to {name}", "design", DesignItem(DesignRef(run.id, chosen)))
    sections.append(_best(session, run.family, answer, checked, check, lead))
    sections += _each_run(session, limit)
    return sections, [each for each in (check, lead) if each is not None]


def _nothing(
    run: Run, family: Family, answer: LimitAnswer, section: SheetSection, index: int
) -> tuple[list[SheetSection], list[Step]]:
    """Say that nothing is within the limit, and offer to train for it."""
    limit = format_si(answer.limit, "W")
    text = f"{section.text} Trained for {limit} alone, this layout may do with less."
    steps = [Step(f"Train for {limit}", "train-limit", limit=answer.limit)]
    if run.plan.limits is not None and min(run.plan.goals) <= answer.limit:
        text = f"{section.text} Designs were trained for {limit}: this layout does not get there."
        steps = []
    if answer.least_design is not None and answer.least_design != index:
        name = design_name(family.plan, answer.least_design)
        item = DesignItem(DesignRef(run.id, answer.least_design))
        steps.append(Step(f"Go to {name}", "design", item))
    return [SheetSection(section.title, section.note, text=text, text_tone="warn")], steps


def _best(
    session: Session,
    family: Family,
    answer: LimitAnswer,
    checked: Mapping[int, Verification],
    check: Step | None,
    lead: Step | None,
) -> SheetSection:
    """Propose the design that holds in ngspice; before one does, name the likely one as such.

    A click has its candidates checked by the step `check`, or leads to it by the step `lead`,
    where there is something to be checked and where it is not shown already.
    """
    title = f"Best within {format_si(answer.limit, 'W')}"
    note = f"{answer.within} of {answer.designs}"
    chosen = answer.proposed
    if chosen is None:
        return SheetSection(title, note, text="No design that is checked stays within it.")
    design, found = family.design(chosen), checked.get(chosen)
    data = session.data_of(design)
    name = Line("design", design_name(family.plan, chosen), step=lead)
    if answer.best is None or found is None:
        counts = data.counts if data is not None else {}
        lines = tuple(
            figure_line(figure, counts.get(figure.figure.split or "test", 0))
            for figure in (figure_of(design, key) for key in _KEYS)
        )
        text = "ngspice has the last word: check the candidates, and one that holds is proposed."
        return SheetSection(
            f"{title}, not checked", note, lines=(name, *lines), text=text, text_tone="warn"
        )
    right, samples = round(found.spice_accuracy * found.samples), found.samples
    low, high = wilson(right, samples)
    ends = f"{low * 100:.0f} to {high * 100:.0f} %"
    same = round(found.agreement * samples)
    lines = (
        name,
        *(figure_line(figure_of(design, key, found), samples) for key in _KEYS[1:]),
        Line("95 % interval", ends, "plain", "ngspice", help=_INTERVAL),
        Line("answers as the model's", f"{same} of {samples}", "plain", "ngspice"),
    )
    text = f"{_CHOSEN_SEEN} {_PRINTS}"
    if answer.candidates:
        title += ", so far"
        count = count_of(len(answer.candidates), "candidate")
        lines = (Line("not checked yet", count, step=check), *lines)
    return SheetSection(
        title, note, lines=lines, after=IntervalFigure(low, high, samples), text=text
    )


def _each_run(session: Session, limit: float) -> list[SheetSection]:
    """Say what each run that is drawn does within the limit; nothing where there is but one."""
    runs = drawn(session)
    if len(runs) < 2:  # noqa: PLR2004 - a comparison
        return []
    lines = []
    for run in runs:
        if run.family is None:
            continue
        checked = session.checks.of_run(run)
        answer = limit_answer(run.family, limit, None, checked)
        chosen = answer.proposed
        if chosen is None:
            lines.append(Line(run.name, "none within", "muted"))
            continue
        found = checked.get(chosen) if answer.best is not None else None
        design = run.family.design(chosen)
        accuracy, power = (figure_of(design, key, found) for key in _KEYS[1:])
        tone: Tone = "bold" if found is not None else "plain"
        text, name = f"{accuracy.text}, {power.text}", design_name(run.plan, chosen)
        told = f"{run.name}, {name}: {text}"
        lines.append(Line(run.name, text, tone, power.source or "", help=told))
    return [SheetSection(f"Each run within {format_si(limit, 'W')}", lines=tuple(lines))]


_KEYS = ("accuracy_valid", "accuracy_test", "power_total_w")
