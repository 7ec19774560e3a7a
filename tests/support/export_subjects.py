"""Subjects of exports for tests: a design with a family, checks and data, without a training."""

from dataclasses import replace

from pnn_studio.domain.export_subject import ExportSubject
from tests.support.prints import sample_report
from tests.support.runs import sample_dataset, sample_family, sample_verification, small_plan


def full_subject(index=2, given=(), **names):
    """Make a design of a family of which all is known; `names` are those of inputs and classes."""
    family = replace(sample_family(small_plan()), **names)
    checks = tuple(
        (each, sample_verification(family.design(each), shift=0.01 * (each + 1)))
        for each in (0, index)
    )
    return ExportSubject(
        design=family.design(index),
        family=family,
        index=index,
        checks=checks,
        verification=dict(checks)[index],
        data=sample_dataset(),
        given=given,
        prints=sample_report(family.design(index)),
    )
