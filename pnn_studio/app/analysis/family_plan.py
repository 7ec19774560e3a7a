"""What a recipe comes to: window, projects and command line train the family that stands here."""

from dataclasses import replace

from pnn_studio.domain.circuit_model import ModelName, check_model, model_for
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.variation import Variation, VariationChoice
from pnn_studio.physics.power_reference import power_reference


def family_plan(recipe: Recipe, technology: Technology, dataset: Dataset) -> FamilyPlan:
    """Plan the family of a recipe on `dataset`.

    Its model is the one that is chosen wherever the technology states enough for it, else ideal.

    Parameters
    ----------
    recipe : Recipe
        What was chosen.
    technology : Technology
        Of its print process.
    dataset : Dataset
        Gives the inputs and outputs of the layout.

    Raises
    ------
    LayoutError, UsageError
        Where no circuit can be like that, or there are too many designs.
    """
    schedule, model = Schedule(max_epochs=recipe.max_epochs), model_for(recipe.model, technology)
    plan = designs_of(recipe, recipe.layout(dataset), schedule)
    # prints are known to the loaded model alone
    variation = recipe.variation if model == "loaded" else None
    return with_model(plan, model, technology, variation)


def designs_of(recipe: Recipe, layout: Layout, schedule: Schedule) -> FamilyPlan:
    """Plan the designs of a recipe: alphas times seeds, or its seeds within its power limit."""
    seeds, limit = recipe.seeds, recipe.power_limit
    if limit is None:
        return FamilyPlan.grid(layout, recipe.alphas, seeds, schedule)
    # as `train --power-limit` does
    return FamilyPlan(layout, (0.0,) * seeds, tuple(range(seeds)), schedule, (limit,) * seeds)


def with_model(
    plan: FamilyPlan,
    model: ModelName,
    technology: Technology,
    variation: VariationChoice = None,
) -> FamilyPlan:
    """Plan the same with a circuit model, alpha weighing power against what the layout asks for.

    Parameters
    ----------
    plan : FamilyPlan
        What is trained.
    model, technology
        Of the circuit.
    variation : float, "technology" or None
        The spread of the prints that it is trained for.

    Raises
    ------
    TechnologyError
        Where the technology does not state enough for the model, or the spread.
    UsageError
        Where the model knows no prints.
    """
    check_model(model, technology)
    return replace(
        plan,
        model=model,
        power_reference=power_reference(plan.layout, technology),
        variation=Variation.chosen(variation, technology),
    )
