"""Projects with designs of any size, which nobody has trained: the conductances are drawn."""

from dataclasses import replace

import numpy as np

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.project import Project, ProjectRun, RunHead, View
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.settings import Recipe, Settings, Shown
from tests.support.runs import sample_dataset, sample_family, sample_verification

SIZES = {"4-3-3": (4, (3,), 3), "30-6-10": (30, (6,), 10), "64-32-10": (64, (32,), 10)}
# as long as those of data sets that people have
_INPUTS = ("mean radius", "mean concave points", "worst fractal dimension", "area error", "ph")
_CLASSES = ("setosa", "versicolor", "virginica", "malignant tumour", "0", "benign")


def _named(kinds: tuple[str, ...], count: int) -> tuple[str, ...]:
    return tuple(
        kinds[at] if at < len(kinds) else f"{kinds[at % len(kinds)]} {at}" for at in range(count)
    )


def sized_project(inputs: int, hidden: tuple[int, ...], outputs: int, samples: int = 90) -> Project:
    """Make a project with one run of nine designs of that layout, the one at alpha 0 checked."""
    dataset = replace(
        sample_dataset(inputs, outputs, samples),
        title="Drawn",
        input_names=_named(_INPUTS, inputs),
        class_names=_named(_CLASSES, outputs),
    )
    layout = Layout(inputs, hidden, outputs)
    recipe = Recipe(data=dataset.reference, hidden=hidden, alphas=3, seeds=3, model="ideal")
    plan = FamilyPlan.grid(layout, 3, 3)
    family = replace(
        sample_family(plan, dataset.reference),
        input_names=dataset.input_names,
        class_names=dataset.class_names,
    )
    head = RunHead(plan, recipe, f"Drawn {'-'.join(map(str, layout.sizes))}", "finished")
    return Project(
        steps=(Settings(recipe, Shown(alpha=0.0)),),
        current=0,
        datasets=(dataset,),
        runs=(ProjectRun(head, family),),
        checks=(),
        designs=(),
        view=View(),
    )


def check_shown(session, samples: int = 30) -> None:
    """Have the design that is shown checked: ngspice differs by noise, and some answers do."""
    design, rng = session.design, np.random.default_rng(1)
    found = sample_verification(design, samples)
    noise = rng.normal(0, 0.06, found.model.shape)
    outputs = found.model_outputs + rng.normal(0, 0.3, found.model_outputs.shape)
    checked = replace(found, spice=found.model + noise, spice_outputs=outputs)
    session.take_verification(session.design_ref, design, checked)
