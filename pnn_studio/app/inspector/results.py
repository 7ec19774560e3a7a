"""What is known of a selected result: a design, a run, a node of the check."""

from dataclasses import replace
from pathlib import PurePath

import numpy as np

from pnn_studio.app.analysis.check_words import node_sentence
from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.inspector.by_class import recall_section
from pnn_studio.app.inspector.distribution import input_distribution
from pnn_studio.app.inspector.inspection import (
    inspect_circuit,
    inspect_layer,
    inspect_neuron,
    inspect_resistor,
)
from pnn_studio.app.inspector.limit_section import figure_line, limit_sections
from pnn_studio.app.inspector.power_breakdown import design_bars
from pnn_studio.app.inspector.printable_section import printable_sections
from pnn_studio.app.inspector.sheet import (
    EMPTY,
    Line,
    PairsFigure,
    PowerFigure,
    Sheet,
    SheetSection,
    Step,
)
from pnn_studio.app.inspector.subject import Subject, subject_of, subject_of_design
from pnn_studio.app.session.names import names_of
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.selection import (
    CircuitItem,
    DesignItem,
    Item,
    LayerItem,
    NeuronItem,
    NodeItem,
    ResistorItem,
    RunItem,
    owner_of,
)
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.figures import figure_of, figures_of
from pnn_studio.domain.nodes import Node, NodeNames, column_node
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.domain.verification import AGREES_WITHIN, Verification

_OF_ADDED = ("accuracy_test", "power_total_w", "epochs")  # figures of a design from a file


def inspect(  # noqa: PLR0911 - one answer a kind of item
    session: Session, item: Item | None, sample: int, technology: Technology | None = None
) -> Sheet:
    """Describe what is selected; what is no more (an edit took it away) is nothing selected."""
    match item:
        case DesignItem():
            return inspect_design(session, sample)
        case RunItem():
            run = session.find_run(item.run)
            return inspect_run(run, session, item) if run is not None else EMPTY
        case NodeItem():
            return inspect_node(session, item)
        case None:
            return EMPTY
    subject = subject_of(session, sample, technology)
    if subject is None or not _exists(subject, item):
        return EMPTY
    match item:
        case LayerItem():
            return inspect_layer(subject, item)
        case NeuronItem():
            sheet, dataset = inspect_neuron(subject, item), session.dataset
            if item.layer or dataset is None or item.index >= len(dataset.input_names):
                return sheet
            section = input_distribution(dataset, item.index)
            return replace(sheet, sections=(section, *sheet.sections))
        case ResistorItem():
            return inspect_resistor(subject, item)
    return inspect_circuit(subject, item)


def _exists(  # noqa: PLR0911 - one answer a kind of item
    subject: Subject, item: Item
) -> bool:
    """Whether the layout still has what is selected."""
    sizes, shapes = subject.layout.sizes, subject.layout.shapes
    match item:
        case LayerItem():
            return item.layer < len(sizes)
        case NeuronItem():
            extra = 2 if item.layer < len(shapes) else 0  # bias and ground
            return item.layer < len(sizes) and item.index < sizes[item.layer] + extra
        case ResistorItem():
            if not 1 <= item.layer <= len(shapes):
                return False
            rows, columns = shapes[item.layer - 1]
            return item.row < rows and item.column < columns
        case CircuitItem():
            if not 1 <= item.layer <= len(shapes):
                return False
            rows, columns = shapes[item.layer - 1]
            return item.index < (columns if item.circuit == "activation" else rows)
    return False


def inspect_design(session: Session, sample: int = 0) -> Sheet:
    """Describe the design at the slider, and how it stands to the power limit."""
    run, index, design = session.run, session.design_index, session.design
    if run is None or run.family is None or index is None or design is None:
        return EMPTY
    family, checked = run.family, session.verification(design)
    dataset = session.data_of(design)
    state = {IMPROVING: "still improving", FINISHED: "finished"}.get(int(family.status[index]), "")
    known, modelled = (figures_of(design, "inspector", checked=found) for found in (checked, None))
    lines: list[Line] = []
    for best, model in zip(known, modelled, strict=True):
        samples = dataset.counts[best.figure.split] if dataset and best.figure.split else 0
        if best.figure.group in ("Accuracy", "Design"):
            lines.append(figure_line(best, samples))
            if best.source != model.source:
                lines.append(figure_line(model, samples, named=False))
    lines.append(Line("state", state))
    printed = [figure_line(each) for each in known if each.figure.group in ("Power", "Circuit")]
    power, of_model = design.metrics.power, design.model
    source: str = of_model
    if checked is not None:
        power, source = checked.spice_power, "ngspice"
        told = figure_of(design, "power_total_w")
        printed.insert(0, Line("power, model", told.text, "plain", of_model))
    bars = design_bars(subject_of_design(session, design, sample), design)
    sections = [SheetSection(lines=tuple(lines))]
    steps: list[Step] = []
    limit = session.shown.limit
    if limit is not None:  # who set one asks for what it answers, before anything else
        section, best_steps = limit_sections(session, limit, index)
        sections += section
        steps += best_steps
    sections.append(
        SheetSection(
            "Power",
            format_si(power.total, "W"),
            figure=PowerFigure(power, bars, source, of_model),
            lines=tuple(printed),
            source=source,
        )
    )
    printable, rounding = printable_sections(session, design)
    sections += printable
    steps += rounding
    recalls = recall_section(session, design)
    sections += [] if recalls is None else [recalls]
    title = design_name(run.plan, index)
    steps.append(Step("Show in Layout", "layout"))
    return Sheet("Design", title, "current", tuple(sections), tuple(steps))


def _process_lines(print_process: PrintProcess) -> tuple[Line, ...]:
    """Tell what was chosen other than usual."""
    lines = []
    if print_process.surrogates:
        lines.append(Line("surrogates", PurePath(print_process.surrogates).name))
    if print_process.largest_r is not None:
        lines.append(Line("largest R", format_si(print_process.largest_r, "Ω")))
    return tuple(lines)


def inspect_run(run: Run, session: Session, item: RunItem) -> Sheet:
    """Describe a run of the history: what was asked for, and what came of it."""
    record, plan, recipe = run.curves.latest, run.plan, run.recipe
    if item.run < 0:
        return _added_design(run, session, item)
    status = record.status if record is not None else np.zeros(plan.designs, np.int8)
    if record is None and run.family is not None:
        status = run.family.status
    running = run.goes_on
    asked = (
        Line("layout", str(plan.layout)),
        Line("crossbar", plan.layout.crossbar),
        Line("technology", PurePath(recipe.print_process.technology).stem),
        Line("model", plan.trained_by),
        *_process_lines(recipe.print_process),
        Line("alphas × seeds", f"{len(set(plan.alphas))} × {len(set(plan.seeds))}"),
        Line("epochs, at most", str(plan.schedule.max_epochs)),
        Line("data", recipe.data.source.rpartition("/")[2] if recipe.data else ""),
    )
    lines = [
        Line("designs", str(plan.designs)),
        Line("finished", str(int((status == FINISHED).sum()))),
        _unfinished(run, int((status == IMPROVING).sum())),
        Line("diverged", str(int((status == DIVERGED).sum()))),
    ]
    if record is not None:
        lines.append(Line("epoch", str(record.epoch)))
        lines.append(Line("time", format_si(record.seconds, "s")))
        speed = record.design_epochs / max(record.seconds, 1e-9)
        lines.append(Line("speed", f"{speed:,.0f} design epochs/s".replace(",", "\N{THIN SPACE}")))
    sections = [SheetSection("Asked for", lines=asked), SheetSection("Outcome", lines=tuple(lines))]
    if running:
        text = (
            "The slider answers from the designs trained so far. Edit the layout at any time: "
            "that takes effect with the next run."
        )
        sections.append(SheetSection(text=text))
    steps = () if running else (Step("Train again", "rerun", item), Step("Delete", "delete", item))
    return Sheet("Run", run.caption, run.state, tuple(sections), steps)


def _unfinished(run: Run, designs: int) -> Line:
    """Count the designs that train on, or did when their run was stopped."""
    if run.state == "stopped":
        return Line("unfinished", str(designs), "warn" if designs else "plain")
    return Line("still improving", str(designs))


def _added_design(run: Run, session: Session, item: RunItem) -> Sheet:
    """Describe a design that was added from a file, or rounded here."""
    design, layout = run.design(0), run.plan.layout
    if design is None or run.recipe.data is None:
        return EMPTY
    checked = session.verification(design)
    lines = (
        Line("layout", str(layout)),
        Line("crossbar", layout.crossbar),
        Line("data", run.recipe.data.source.rpartition("/")[2]),
        Line("technology", design.technology),
        Line("model", run.plan.model),
        *(figure_line(figure_of(design, key, checked)) for key in _OF_ADDED),
    )
    if session.checks.rounded_from(design) is not None:
        text = "Its values were rounded to those that can be printed; it has no family of its own."
    else:
        text = "It was added to the project on its own, without the family it was trained in."
    sections = (SheetSection(design_name(run.plan, 0), lines=lines), SheetSection(text=text))
    return Sheet("Added design", run.caption.removeprefix("added: "), "", sections,
                 (Step("Delete", "delete", item),))  # fmt: skip


def inspect_node(session: Session, item: NodeItem) -> Sheet:
    """Compare model and ngspice at one node."""
    design = session.design
    verification = session.verification(design) if design is not None else None
    if design is None or verification is None or item.node.net not in verification.nodes:
        return EMPTY
    column = verification.nodes.index(item.node.net)
    model, spice = verification.model[:, column], verification.spice[:, column]
    residual = spice - model
    worst = int(np.argmax(np.abs(residual)))
    owner, names = owner_of(item.node), names_of(session, design)
    answers = (verification.model_outputs[worst], verification.spice_outputs[worst])
    same = int(np.argmax(answers[0])) == int(np.argmax(answers[1]))
    lines = (
        Line(f"at sample {worst + 1}", _volts(spice[worst]), "bold", "ngspice"),
        Line("", _volts(model[worst]), source=design.model),
        Line("difference there", _volts(residual[worst])),
        Line("difference, rms", _volts(np.sqrt(np.mean(residual**2)))),
        Line("answer", "unchanged" if same else "another one", "plain" if same else "warn"),
    )
    sections = [
        SheetSection(lines=lines),
        SheetSection(
            "Every sample", f"○ {design.model}, ● ngspice", figure=PairsFigure(model, spice)
        ),
    ]
    agrees = abs(verification.differences[column]) <= AGREES_WITHIN
    why = f"{node_sentence(verification, design.model, names, column)}."
    if not agrees:
        why = f"{why} {_why(design, verification, item.node, names, worst)}".rstrip()
    sections.append(SheetSection("Agreement" if agrees else "Why it differs", text=why))
    note = f"{item.node.kind}, layer {item.node.layer}"
    steps = (Step("Show in Schematic", "schematic", owner),) if owner else ()
    return Sheet("Node", names.full(item.node), note, tuple(sections), steps)


def _volts(value: float) -> str:
    return format_si(float(value), "V")


def _why(
    design: TrainedDesign,
    verification: Verification,
    node: Node,
    names: NodeNames,
    sample: int,
) -> str:
    """Say what an activation makes of the error at its column; empty for other nodes."""
    if node.kind != "activation" or node.column is None:
        return ""
    column = column_node(node.layer, node.column)
    if column.net not in verification.nodes:
        return ""
    z, h = verification.nodes.index(column.net), verification.nodes.index(node.net)
    at = float(verification.model[sample, z])
    layer = design.layers[node.layer - 1]
    _, eta2, eta3, eta4 = layer.activation.eta
    gain = eta2 * eta4 / float(np.cosh((at - eta3) * eta4)) ** 2
    before, after = (
        float(verification.spice[sample, each] - verification.model[sample, each])
        for each in (z, h)
    )
    part = "steep" if gain > 1 else "flat"
    steep = f"lies on the {part} part of its {layer.kind('activation').name}"
    return (
        f"At sample {sample + 1} column {names.short(column)} {steep} (gain {gain:.1f}): "
        f"{format_si(before, 'V')} at the column becomes {format_si(after, 'V')} at the output."
    )


def describe(sheet: Sheet) -> str:
    """Write a sheet as text, for those who cannot see it and for copying."""
    lines: list[str] = [part for part in (sheet.kicker, sheet.title, sheet.note) if part]
    for section in sheet.sections:
        source = f" ({section.source})" if section.source else ""
        lines += [part for part in (section.title, section.note and section.note + source) if part]
        if isinstance(section.figure, PowerFigure):
            for bar in section.figure.bars:
                lines += [f"{bar.name}, {bar.total}"]
                lines += [f"{each.name}: {format_si(each.watts, 'W')}" for each in bar.burners]
        lines += [
            f"{line.name}: {line.value}" + (f" ({line.source})" if line.source else "")
            for line in section.lines
        ]
        lines += [" ".join(row.cells).strip() for row in section.rows]
        lines += [section.text] if section.text else []
    return "\n".join(lines)
