"""Shared by the tests made of hops: stiffness, and limitations of contact times."""

from __future__ import annotations

from collections.abc import Sequence

from sensing.core import reactive_strength as reactive
from sensing.core.events import Hop
from sensing.protocol_scoring.outcome import About, Measure

_MASS_SHARE = 0.01
"""Share of body mass: scales, clothes and time of day."""
_DALLEAU_S = 0.05
"""Shorter flights are hardly hops, and a half sine does not describe their force."""


def stiffness_figures(
    contact_s: float | None, flight_s: float | None, sd_s: float | None, about: About
) -> tuple[Measure, ...]:
    """Leg stiffness (Dalleau 2004): per kilogram, and absolute if body mass is known."""
    each = each_sd = whole = whole_sd = None
    mass_kg = None
    if about.body_mass_kg is not None:
        mass_kg = about.body_mass_kg + (about.load_kg or 0.0)
    if contact_s is not None and flight_s is not None and flight_s >= _DALLEAU_S:
        each = reactive.leg_stiffness(1.0, contact_s, flight_s)
        if sd_s is not None:
            each_sd = reactive.leg_stiffness_sd(1.0, contact_s, flight_s, sd_s)
        if mass_kg is not None:
            whole = mass_kg * each
            mass_sd = _MASS_SHARE * mass_kg
            if sd_s is not None:
                whole_sd = reactive.leg_stiffness_sd(mass_kg, contact_s, flight_s, sd_s, mass_sd)
    return (
        Measure(
            name="stiffness_npm",
            title="leg stiffness",
            value=whole,
            sd=whole_sd,
            unit="kN/m",
            scale=0.001,
            places=1,
        ),
        Measure(
            name="stiffness_npm_per_kg",
            title="stiffness per kilogram",
            value=each,
            sd=each_sd,
            unit="N/m",
        ),
    )


def contact_doubts(hops: Sequence[Hop], about: About) -> list[str]:
    """Limitations of contact and flight times."""
    doubts = []
    timed = [hop for hop in hops if hop.takeoff_s is not None]
    strange = sum(not hop.calibrated for hop in timed)
    if strange:
        many = "contact and flight times" if strange == len(timed) else f"{strange} contact times"
        doubts.append(
            f"{many} are not calibrated: ± is the standard uncertainty, mostly the same for all "
            "hops of one athlete; RSI and stiffness share it"
        )
    if about.body_mass_kg is None:
        doubts.append("leg stiffness needs your body mass: --mass KG")
    doubts.append(
        "stiffness assumes the force to be a half sine over the contact (Dalleau 2004), which does "
        "not hold for long contacts"
    )
    return doubts
