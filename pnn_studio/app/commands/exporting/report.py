"""The report of a design: one HTML file that says all that is known of it, to read and to print."""

import math
from collections import Counter
from collections.abc import Iterator

from pnn_studio.app.analysis.check_words import agreement_sentence, node_sentence
from pnn_studio.app.analysis.command_lines import quoted, train_command
from pnn_studio.app.analysis.part_names import part_places
from pnn_studio.app.analysis.yield_words import MOST_PARTS, yield_sentences
from pnn_studio.app.commands.exporting.drawn_plots import drawn_plot
from pnn_studio.app.commands.exporting.export import design_drawings
from pnn_studio.app.commands.exporting.making import Making
from pnn_studio.app.commands.own_data import technology_of
from pnn_studio.circuit.components import component_table
from pnn_studio.domain.board import Board
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.export_options import TWO_COLUMNS_MM, ExportOptions, FigureOptions
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.provenance import Provenance
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import MINUS, count_of, format_percent, format_si
from pnn_studio.domain.verification import power_difference
from pnn_studio.errors import UsageError
from pnn_studio.storage import html

_WORST = 8  # nodes of the check that are listed
# as wide as a page, and without frame and title block: what these say stands around it
_DRAWN = ExportOptions(figure=FigureOptions(TWO_COLUMNS_MM, style="paper"))
_PARTS = ("crossbar", "activation", "negation")


def report_html(subject: ExportSubject, provenance: Provenance, making: Making) -> str:
    """Write the report of a design.

    Parameters
    ----------
    subject : ExportSubject
        The design and what is known beside it; what is not known is said to be unknown.
    provenance : Provenance
        Where it comes from.
    making : Making
        What was drawn of the same subject already.

    Returns
    -------
    str
        HTML that stands alone: figures are inline SVG, nothing is loaded and nothing runs.
    """
    technology = technology_of(subject.design, subject.technology)
    meta = [("generator", dict(provenance.entries)["program"])]
    meta += [(f"pnn-{name}", value) for name, value in provenance.entries]
    sections = [
        f"<h1>{html.text(subject.title)}</h1>",
        html.paragraph(_lead(subject)),
        *_design(subject, technology),
        *_data(subject),
        *_figures(subject),
        *_tradeoff(subject, making),
        *_curves(subject, making),
        *_schematic(subject, making),
        *_check(subject, making),
        *_prints(subject, making),
        *_components(subject, technology),
        *_origin(subject, technology, provenance),
    ]
    return html.page(subject.title, meta, sections)


def _lead(subject: ExportSubject) -> str:
    design, found = subject.design, subject.verification
    model = design.metrics
    said = (
        f"By the model {design.model} {format_percent(model.accuracy['test'])} of the test samples "
        f"are answered rightly with {format_si(model.power.total, 'W')}"
    )
    if found is None:
        return f"{said}; the design was not checked in ngspice."
    accuracy, power = format_percent(found.spice_accuracy), found.spice_power.total
    return f"In ngspice {accuracy} with {format_si(power, 'W')}. {said}."


def _design(subject: ExportSubject, technology: Technology) -> Iterator[str]:
    design, layout = subject.design, subject.design.layout
    yield html.heading("Design")
    shared = "the whole network" if layout.sharing == "network" else "each layer"
    modified, original = (design.count_negations(each) for each in ("modified", "original"))
    trained = [] if design.origin is None else [("trained", str(design.origin))]
    yield html.facts(
        (
            ("layout", str(layout)),
            ("crossbar", f"{layout.crossbar}: {count_of(design.negations, 'negation circuit')}"),
            ("negations", f"{modified} in the modified crossbar, {original} in the original one"),
            ("nonlinear circuits", f"one set of component values for {shared}"),
            ("alpha, seed", f"{design.alpha:.2f}, {design.seed}"),
            *trained,
            ("epochs", str(design.metrics.epochs)),
            ("circuit model", design.model),
            ("trained for", design.trained_for),
            ("technology", technology.id),
            ("largest resistor", format_si(1 / design.g_min, "Ω")),
            ("bias", format_si(design.bias, "V")),
        )
    )


def _data(subject: ExportSubject) -> Iterator[str]:
    design, dataset = subject.design, subject.data
    yield html.heading("Data")
    rows = [("data", design.data.title), ("classes", ", ".join(design.class_names))]
    if dataset is not None:
        counts = ", ".join(f"{dataset.counts[split]} {split}" for split in SPLITS)
        rows.append(("samples", f"{len(dataset.classes)}: {counts}"))
    else:
        rows.append(("samples", "not at hand"))
    rows += [("split seed", str(design.data.split_seed)), ("SHA-256", design.data.fingerprint)]
    yield html.facts(rows)
    yield html.table(
        ("input", "from", "to"),
        (
            (name, f"{low:.6g}", f"{high:.6g}")
            for name, low, high in zip(design.input_names, design.low, design.high, strict=True)
        ),
        (1, 2),
    )
    yield html.paragraph("From and to are the values that become the ends of the input range.",
                         note=True)  # fmt: skip


def _figures(subject: ExportSubject) -> Iterator[str]:
    """List accuracy and power by who says so, ngspice first."""
    design, found = subject.design, subject.verification
    metrics = design.metrics
    yield html.heading("Accuracy and power")
    powers = [metrics.power]
    texts = [
        [f"model {design.model}", *(format_percent(metrics.accuracy[each]) for each in SPLITS)]
    ]
    if found is not None:
        powers.insert(0, found.spice_power)
        texts.insert(0, ["ngspice", "", "", format_percent(found.spice_accuracy)])
    yield html.table(
        ("source", *(f"accuracy, {split}" for split in SPLITS), "power", *_PARTS),
        (
            (*said, *(format_si(each, "W") for each in
             (power.total, power.crossbar, power.activation, power.negation)))
            for said, power in zip(texts, powers, strict=True)
        ),
        range(1, 8),
    )  # fmt: skip
    yield html.paragraph("Power is the mean over the test samples.", note=True)


def _tradeoff(subject: ExportSubject, making: Making) -> Iterator[str]:
    yield html.heading("Trade-off")
    if subject.family is None:
        yield html.paragraph("This design came as a file, which tells of no other designs.")
        return
    known = count_of(subject.family.plan.designs, "design")
    caption = (
        f"Accuracy over power of {known} on the test samples, {len(subject.checks)} of them "
        "checked in ngspice. The square is this design."
    )
    yield _plot(subject, "front", caption, making)


def _curves(subject: ExportSubject, making: Making) -> Iterator[str]:
    yield html.heading("Training")
    caption = "Loss, accuracy and power over the epochs of this design, by its model."
    try:
        yield _plot(subject, "curves", caption, making)
    except UsageError as error:  # they are not known
        yield html.paragraph(str(error))


def _plot(subject: ExportSubject, kind: str, caption: str, making: Making) -> str:
    drawn = drawn_plot(subject, kind, "svg", _DRAWN.figure, making)
    return html.figure(drawn.decode(), caption, f"{kind}-")


def _schematic(subject: ExportSubject, making: Making) -> Iterator[str]:
    yield html.heading("Schematic")
    drawings = design_drawings(subject, _DRAWN, making)
    for number, svg in enumerate(drawings, start=1):
        of = f", sheet {number} of {len(drawings)}" if len(drawings) > 1 else ""
        yield html.figure(svg, f"The printed circuit{of}.", f"sheet{number}-")


def _check(subject: ExportSubject, making: Making) -> Iterator[str]:
    found, design = subject.verification, subject.design
    yield html.heading("Check in ngspice")
    if found is None:
        yield html.paragraph("Not checked: no figure of this report was confirmed in ngspice.")
        return
    names = NodeNames.of(design, subject.given)
    same = round(found.agreement * found.samples)
    percent = round(power_difference(found) * 100, 1)
    difference = f"{percent:+.1f} %".replace("-", MINUS) if percent else "less than 0.05 %"
    yield html.paragraph(
        f"{found.simulator} simulated the whole circuit over {found.samples} test samples. "
        f"{same} of {found.samples} answers are those of the model; power differs by {difference}. "
        f"{agreement_sentence(found, design.model, names)}"
    )
    caption = "Voltage of every node in ngspice over that of the model, and power by part."
    yield _plot(subject, "check", caption, making)
    worst = sorted(range(len(found.nodes)), key=lambda each: -abs(found.differences[each]))
    yield html.table(
        ("net", "largest difference", "what it is"),
        (
            (
                found.nodes[node],
                format_si(float(found.differences[node]), "V"),
                node_sentence(found, design.model, names, node),
            )
            for node in worst[:_WORST]
        ),
        (1,),
    )


def _prints(subject: ExportSubject, making: Making) -> Iterator[str]:
    """Say how many prints work, and which parts make the others fail."""
    report, design = subject.prints, subject.design
    yield html.heading("Yield")
    if report is None:
        yield html.paragraph("No prints were computed: nothing is known of what a process does.")
        return
    for line in yield_sentences(report):
        yield html.paragraph(line)
    caption = (
        "Prints by the accuracy that they have, and accuracy over the spread of R; model loaded, "
        "solved exactly."
    )
    yield _plot(subject, "yield", caption, making)
    board = Board.of(design, technology_of(design, subject.technology))
    places = part_places(board, NodeNames.of(design, subject.given))
    some = [each for each in report.harm[:MOST_PARTS] if each.share > 0]
    if some:
        yield html.table(
            ("component", "where", "share of lost yield", "sensitivity, points"),
            (
                (
                    each.ref,
                    places[each.ref].words if each.ref in places else each.ref,
                    format_percent(each.share),
                    f"{100 * each.sensitivity:.1f}".replace("-", MINUS),
                )
                for each in some
            ),
            (2, 3),
        )
        text = "Sensitivity: change of the accuracy when this part alone is 10 % off, worse side."
        yield html.paragraph(text, note=True)


def _components(subject: ExportSubject, technology: Technology) -> Iterator[str]:
    design = subject.design
    parts = component_table(design, technology, NodeNames.of(design, subject.given))
    yield html.heading("Components")
    counts = Counter((part.layer, part.circuit or "crossbar", part.kind) for part in parts)
    yield html.table(
        ("layer", "in", "kind", "count"),
        (
            (str(layer), circuit, kind, str(number))
            for (layer, circuit, kind), number in sorted(counts.items())
        ),
        (3,),
    )
    ohms = [part.resistance for part in parts if math.isfinite(part.resistance)]
    kinds = Counter(part.kind for part in parts)
    totals = " and ".join(count_of(kinds[kind], kind) for kind in ("resistor", "transistor"))
    yield html.paragraph(
        f"In all {totals}; resistors of {format_si(min(ohms), 'Ω')} to {format_si(max(ohms), 'Ω')}."
    )


def _origin(
    subject: ExportSubject, technology: Technology, provenance: Provenance
) -> Iterator[str]:
    yield html.heading("Where it comes from")
    yield html.facts(provenance.entries)
    yield html.paragraph("This command trains the same design:")
    yield html.code(quoted(train_command(subject, technology)))
