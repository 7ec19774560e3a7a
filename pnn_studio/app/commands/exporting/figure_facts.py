"""What a figure says of its design: the rows of the title block, and the line under a figure."""

from pnn_studio.circuit.figure.sheets import TitleBlock
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.provenance import this_program
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.domain.verification import Verification


def title_block(
    design: TrainedDesign, technology: Technology, verification: Verification | None = None
) -> TitleBlock:
    """Gather what is known of a design.

    Parameters
    ----------
    design : TrainedDesign
        In the crossbar structure that is drawn.
    technology : Technology
        The one that it was trained for.
    verification : Verification, optional
        What ngspice said of exactly this design. Its figures lead.
    """
    program = this_program()
    model, metrics = design.model, design.metrics
    accuracy = [f"{format_percent(metrics.accuracy['test'])} {model}"]
    power = [f"{format_si(metrics.power.total, 'W')} {model}"]
    versions = [program]
    caption = f"{model} {format_percent(metrics.accuracy['test'])}, "
    caption += format_si(metrics.power.total, "W")
    if verification is not None:
        share, watt = verification.spice_accuracy, verification.spice_power.total
        samples = count_of(verification.samples, "test sample")
        accuracy.insert(0, f"{format_percent(share)} ngspice")
        accuracy.append(samples)
        power.insert(0, f"{format_si(watt, 'W')} ngspice")
        versions.append(verification.simulator)
        caption = f"ngspice {format_percent(share)}, {format_si(watt, 'W')}"
    modified = design.layout.crossbar == "modified"
    others = design.count_negations("original" if modified else "modified")
    rows: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("data", (f"{design.data.title}, split seed {design.data.split_seed}",)),
        ("alpha, seed", (f"{design.alpha:.2f}, {design.seed}",)),
        (
            "crossbar",
            (
                f"{design.layout.crossbar}, {count_of(design.negations, 'negation')}",
                f"({others} in the {'original' if modified else 'modified'})",
            ),
        ),
        ("accuracy", tuple(accuracy)),
        ("power", tuple(power)),
        ("process", (technology.title,)),
        ("versions", (", ".join(versions),)),
    )
    if design.origin is not None:
        rows += (("trained", (f"{design.origin.date}, {design.origin.program}",)),)
    said = f"alpha {design.alpha:.2f}, seed {design.seed}; {caption}; {program}"
    return TitleBlock(f"{design.data.title} {design.layout}", rows, said)
