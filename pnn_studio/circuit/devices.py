"""The device library: the electrolyte-gated transistor as a SPICE subcircuit.

Smooth, drain/source antisymmetric EKV-like model, one expression over all regions::

    I = kp/2 W/L a^2 (sp((Vgs - Vt)/a)^2 - sp((Vgd - Vt)/a)^2) (1 + lam sqrt(Vds^2 + 1e-4))
    a = 2 n Ut,  sp(x) = ln(1 + e^x)

after Enz, Krummenacher, Vittoz, "An analytical MOS transistor model valid in all regions of
operation", Analog Integrated Circuits and Signal Processing 8 (1995). The gate draws no current.
"""

from PySpice.Spice.Netlist import SubCircuit

from pnn_studio.domain.technology import Technology, Transistor
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import SimulatorMissing

TRANSISTOR = "egt"
# sp is written so that exp() never overflows
FUNCTIONS = """\
.func sp(x) {max(x,0)+ln(1+exp(-abs(x)))}
.func sq(x) {x*x}
"""
# of the drain, with the parameters that `transistor_subcircuit` states
DRAIN_CURRENT = (
    "{b}*(sq(sp((v(g,s)-{vto})/{a}))-sq(sp((v(g,d)-{vto})/{a})))*(1+{lam}*sqrt(v(d,s)*v(d,s)+1e-4))"
)


def transistor_of(technology: Technology) -> Transistor:
    """Return the technology's transistor.

    Raises
    ------
    SimulatorMissing
        Where the technology has none.
    """
    if technology.transistor is None:
        raise SimulatorMissing(
            f"The technology {technology.id} has no transistor, so there is nothing to simulate; "
            f"add a [transistor] table to its file, as in negt.toml."
        )
    return technology.transistor


def transistor_subcircuit(technology: Technology) -> SubCircuit:
    """Make the subcircuit ``egt d g s`` with parameters ``w`` and ``l`` in metre.

    It needs the library's `FUNCTIONS` at the top level of the netlist.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    model = transistor_of(technology)
    square = spice_number(1e-6)
    subcircuit = SubCircuit(TRANSISTOR, "d", "g", "s", w=square, l=square)
    subcircuit.raw_spice = (
        f".param kp={spice_number(model.kp)} vto={spice_number(model.vt)} "
        f"nss={spice_number(model.n)} ut={spice_number(model.ut)} lam={spice_number(model.lam)}\n"
        ".param a={2*nss*ut} b={0.5*kp*a*a*w/l}"
    )
    subcircuit.B("d", "d", "s", i=DRAIN_CURRENT)
    return subcircuit
