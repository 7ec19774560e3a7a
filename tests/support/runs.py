"""Records and families for tests of the window: everything that a training says, without one."""

import numpy as np

from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.family import Family, History
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FINISHED, IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.verification import NodeError, Verification
from tests.support.designs import NEGATION_ETA, PTANH_ETA, TRAINED, sample_theta

REFERENCE = DataReference("iris", None, 0, "f" * 64)


def sample_dataset(inputs: int = 4, classes: int = 3, samples: int = 30) -> Dataset:
    """Draw a data set of that size, a third of it in each split."""
    rng = np.random.default_rng(0)
    return Dataset(
        reference=REFERENCE,
        title="Iris",
        input_names=tuple(f"input {index}" for index in range(inputs)),
        class_names=tuple(f"class {index}" for index in range(classes)),
        voltages=rng.random((samples, inputs)),
        classes=np.arange(samples, dtype=np.int64) % classes,
        split=(np.arange(samples) % 3).astype(np.int8),
        low=np.zeros(inputs),
        high=np.ones(inputs),
    )


def sample_record(plan: FamilyPlan, epoch: int, progress: float = 0.5) -> EpochRecord:
    """Make the record of an epoch: losses that fall, accuracies that rise."""
    rng = np.random.default_rng(epoch)
    designs = plan.designs
    loss = 0.7 * np.exp(-epoch / 200) + 0.02 + 0.01 * rng.random(designs)
    accuracy = 1 - 0.6 * np.exp(-epoch / 100) * rng.random(designs)
    power = np.tile([2e-5, 1e-3, 4e-3], (designs, 1)) * (0.9 + 0.2 * rng.random((designs, 1)))
    status = np.full(designs, IMPROVING, np.int8)
    return EpochRecord(
        epoch, epoch * 0.01, epoch * designs, loss, loss * 1.1, accuracy, accuracy, power, status,
        progress, np.full(designs, epoch),
    )  # fmt: skip


def sample_family(plan: FamilyPlan, data: DataReference = REFERENCE, seed: int = 0) -> Family:
    """Make a family of that plan, the designs drawn at random."""
    rng = np.random.default_rng(seed)
    technology = load_technology("negt")
    designs, layout = plan.designs, plan.layout
    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    cells = {"ptanh": technology.activation.defaults, "negation": technology.negation.defaults}
    accuracy = 0.9 + 0.1 * rng.random((designs, 3))
    return Family(
        plan=plan,
        data=data,
        technology=technology.id,
        technology_fingerprint=technology.fingerprint,
        g_min=technology.g_min,
        bias=technology.bias,
        input_names=tuple(f"input {index}" for index in range(layout.inputs)),
        class_names=tuple(f"class {index}" for index in range(layout.outputs)),
        low=(0.0,) * layout.inputs,
        high=(1.0,) * layout.inputs,
        theta=tuple(
            np.stack([sample_theta(*shape, rng) for _ in range(designs)]) for shape in layout.shapes
        ),
        omega={
            name: np.tile(list(values.values()), (designs, groups, 1))
            for name, values in cells.items()
        },
        eta={
            "ptanh": np.tile(PTANH_ETA, (designs, groups, 1)),
            "negation": np.tile(NEGATION_ETA, (designs, groups, 1)),
        },
        cell_power={name: np.full((designs, groups), 5e-4) for name in cells},
        accuracy=accuracy,
        measurable_accuracy=accuracy - 0.1,
        power=np.tile([2e-5, 1e-3, 4e-3], (designs, 1)),
        valid_loss=rng.random(designs),
        epochs=np.full(designs, 100, np.int64),
        status=np.full(designs, FINISHED, np.int8),
        seconds=1.0,
        design_epochs=100 * designs,
        history=History(
            np.arange(5) * 20,
            _halves(rng.random((5, designs, 2))),
            _halves(rng.random((5, designs, 2))),
            _halves(rng.random((5, designs, 3))) / np.float32(1e3),
        ),
        origin=TRAINED,
    )


def _halves(values):
    """Make numbers that half precision holds, as a history has them."""
    return values.astype(np.float16).astype(np.float32)


def sample_verification(design, samples: int = 10, shift: float = 0.05) -> Verification:
    """Make a check in which ngspice lies `shift` volt above the model everywhere."""
    rng = np.random.default_rng(0)
    nodes, errors = [], []
    for number, (rows, columns) in enumerate(design.layout.shapes, start=1):
        nodes += [f"l{number}_n{row}" for row in range(rows - 1)]
        nodes += [f"l{number}_{kind}{column}" for kind in "zh" for column in range(columns)]
        errors.append(NodeError(shift, shift))
    model = rng.uniform(-1, 1, (samples, len(nodes)))
    outputs = rng.uniform(-1, 1, (samples, design.layout.outputs))
    power = design.metrics.power
    return Verification(
        classes=outputs.argmax(axis=1).astype(np.int64),
        nodes=tuple(nodes),
        model=model,
        spice=model + shift,
        model_outputs=outputs,
        spice_outputs=outputs + shift,
        layer_errors=tuple(errors),
        model_power=power,
        spice_power=power + power,
        seconds=0.06,
        simulator="ngspice 39",
        seen_accuracy=0.9,
    )


def small_plan(alphas: int = 3, seeds: int = 2, layout: Layout | None = None) -> FamilyPlan:
    """Plan a small family of a 4-3-3 layout."""
    return FamilyPlan.grid(layout or Layout(4, (3,), 3), alphas, seeds)


def start_run(session: Session, plan: FamilyPlan) -> int:
    """Open a run in the history that begins at once, as a worker that is idle would have it."""
    place = session.queue_run(plan)
    session.set_run_state("running", place)
    return place
