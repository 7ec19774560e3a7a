"""Whether ngspice agrees with the model of a design that was checked, and in what it differs."""

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
