"""Projects for tests: small ones that hold a value of every kind, and random ones."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.project import DesignCheck, Project, ProjectRun, RunHead, View
from pnn_studio.domain.run_label import MAX_TAG, MAX_TAGS, RunLabel, read_name, read_tags
from pnn_studio.domain.settings import Recipe, Settings, Shown, TradeoffSwitches
from pnn_studio.errors import one_line
from tests.support.designs import sample_design
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_verification,
    small_plan,
)

# every character, also those that steer terminals, netlists, HTML and spreadsheets, and bytes that
# are no text (as a path may hold them)
NASTY = (
    '=cmd()|"/c calc"!A1\n.control\nshell touch /tmp/owned\n.endc\n<script>alert(1)</script>\x1b[2J'
)
texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.just(NASTY)
floats = st.floats(0, 1)


def as_tags(text):
    """Make tags of any text, as many as there may be."""
    return read_tags(",".join(one_line(each)[:MAX_TAG] for each in text.split(",")[:MAX_TAGS]))


def full_project(seed: int = 0) -> Project:
    """Make a project that holds something in every table."""
    dataset = sample_dataset()
    recipe = Recipe(data=dataset.reference, hidden=(3,))
    settings = Settings(recipe, Shown(pins=(DesignRef(0, 1),)))
    plan, design = small_plan(), sample_design(seed=seed)
    head = RunHead(plan, recipe, "Iris 4-3-3", "finished")
    check = DesignCheck("k" * 64, DesignRef(-1, 0), sample_verification(design, 5))
    return Project(
        steps=(Settings(), settings, Settings(recipe, Shown(alpha=0.7, pins=(DesignRef(0, 1),)))),
        current=1,
        datasets=(dataset,),
        runs=(ProjectRun(head, sample_family(plan, seed=seed)), ProjectRun(head, None)),
        checks=(check,),
        designs=(design,),
        view=View(1, 3),
    )


references = st.builds(
    DataReference,
    source=texts.filter(lambda text: text and "\0" not in text),
    label=st.none() | texts,
    split_seed=st.integers(0, 2**31 - 1),
    fingerprint=texts,
)
recipes = st.builds(
    Recipe,
    data=st.none() | references,
    hidden=st.lists(st.integers(1, 256), min_size=1, max_size=8).map(tuple),
    print_process=st.builds(PrintProcess, texts, texts, st.none() | st.floats(1e-3, 1e12)),
    crossbar=st.sampled_from(["modified", "original"]),
    sharing=st.sampled_from(["network", "layer"]),
    model=st.sampled_from(["loaded", "ideal"]),
    alphas=st.integers(1, 100),
    seeds=st.integers(1, 100),
    power_limit=st.none() | st.floats(1e-9, 1),
    max_epochs=st.integers(1, 10**6),
    names=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
pins = st.builds(DesignRef, st.integers(-3, 9), st.integers(0, 99))
shown = st.builds(
    Shown,
    alpha=floats,
    seed=st.sampled_from(["best", "median"]) | st.integers(0, 2**31 - 1),
    limit=st.none() | st.floats(1e-9, 1),
    pins=st.lists(pins, max_size=4).map(tuple),
    run=st.none() | st.integers(-3, 9),
    deleted_runs=st.lists(st.integers(-3, 9), max_size=3).map(tuple),
    tradeoff=st.builds(
        TradeoffSwitches,
        **dict.fromkeys(
            ("designs", "means", "front", "best95", "checked", "within"), st.booleans()
        ),
        y=st.sampled_from([None, "test", "valid", "ngspice"]),
    ),
    labels=st.lists(
        st.builds(RunLabel, st.integers(-3, 9), texts.map(read_name), texts.map(as_tags)),
        max_size=3,
    ).map(tuple),
    compared=st.lists(st.integers(-3, 9), max_size=3).map(tuple),
)
settings = st.builds(Settings, recipes, shown)


@st.composite
def datasets(draw):
    """Draw data with any names."""
    inputs, classes = draw(st.integers(1, 4)), draw(st.integers(2, 3))
    names = st.lists(texts, min_size=inputs, max_size=inputs).map(tuple)
    labels = st.lists(texts, min_size=classes, max_size=classes).map(tuple)
    data = sample_dataset(inputs, classes, 12)
    return replace(
        data,
        reference=draw(references),
        title=draw(texts),
        input_names=draw(names),
        class_names=draw(labels),
    )


@st.composite
def families(draw):
    """Draw a family of a random layout, any number in its losses."""
    layout = Layout(
        draw(st.integers(1, 4)),
        tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))),
        draw(st.integers(2, 3)),
        draw(st.sampled_from(["modified", "original"])),
        draw(st.sampled_from(["network", "layer"])),
    )
    plan = small_plan(draw(st.integers(1, 3)), draw(st.integers(1, 2)), layout)
    if draw(st.booleans()):
        limits = st.lists(
            st.none() | st.floats(1e-6, 1), min_size=plan.designs, max_size=plan.designs
        )
        plan = replace(plan, limits=tuple(draw(limits)))
        if set(plan.limits) == {None}:
            plan = replace(plan, limits=None)  # a sweep file does not tell the two apart
    model, reference = draw(
        st.sampled_from([("ideal", None), ("ideal", 0.2), ("loaded", 0.15), ("loaded", 3.2)])
    )
    plan = replace(plan, model=model, power_reference=reference)
    family = sample_family(plan, draw(references), draw(st.integers(0, 99)))
    loss = st.lists(st.floats(), min_size=plan.designs, max_size=plan.designs)
    return replace(family, valid_loss=np.array(draw(loss)))


@st.composite
def projects(draw):
    """Draw a project with anything in it."""
    steps = tuple(draw(st.lists(settings, min_size=1, max_size=4)))
    runs = []
    for family in draw(st.lists(families(), max_size=2)):
        state = draw(st.sampled_from(["finished", "stopped", "failed", "interrupted"]))
        head = RunHead(family.plan, draw(recipes), draw(texts), state)
        runs.append(ProjectRun(head, family if draw(st.booleans()) else None))
    designs = [sample_design(seed=seed) for seed in draw(st.lists(st.integers(0, 99), max_size=2))]
    checks = [
        DesignCheck(str(number), draw(pins), sample_verification(each, 4))
        for number, each in enumerate(designs)
    ]
    return Project(
        steps=steps,
        current=draw(st.integers(0, len(steps) - 1)),
        datasets=tuple(draw(st.lists(datasets(), max_size=2))),
        runs=tuple(runs),
        checks=tuple(checks),
        designs=tuple(designs),
        view=View(draw(st.integers(0, 3)), draw(st.integers(0, 99)), draw(st.booleans())),
    )
