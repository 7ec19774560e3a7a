"""Which designs of a family were checked, and whether ngspice agrees with the model."""

from collections.abc import Mapping

from pnn_studio.app.session import Session
from pnn_studio.domain.family import Family
from pnn_studio.domain.verification import Verification

# a power that differs by more is called different
POWER_TOLERANCE = 0.05
POWER_DIFFERS = "power differs"


def power_difference(verification: Verification) -> float:
    """Return how much more power ngspice finds than the model, as a share."""
    return verification.spice_power.total / verification.model_power.total - 1


def answers_agree(verification: Verification) -> bool:
    """Whether ngspice gives the same answer on every sample; its power is a matter of degree."""
    return verification.agreement == 1


def what_differs(verification: Verification) -> str:
    """Say in what ngspice differs from the model; empty where it agrees."""
    different = verification.samples - round(verification.agreement * verification.samples)
    if different:
        return "1 answer differs" if different == 1 else f"{different} answers differ"
    return POWER_DIFFERS if abs(power_difference(verification)) > POWER_TOLERANCE else ""


def checked_designs(session: Session, family: Family) -> Mapping[int, Verification]:
    """Find the designs of a family that ngspice has simulated exactly as they are now.

    Returns
    -------
    mapping of int to Verification
        By index in the family; a design that went on training since its check is not in it.
    """
    return session.checks.of_family(family)
