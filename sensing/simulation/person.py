"""A simulated person: body and habits drawn from wide, plausible ranges.

Ranges are measured or published ones where there are any (foot angles and times of self-paced
raises: ten adults with motion capture; tremor: Pozos 1982, J Appl Physiol 52; hop cadence, contact
and flight times: jump-training literature) and deliberately wide elsewhere, so that an algorithm
tested on them cannot rely on how they were drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person.

    Attributes:
        mass_kg: body mass.
        pivot_m: forefoot to below the ankle.
        ankle_m: height of the ankle joint.
        heel_m: heel to below the ankle.
        foot_angle_deg: full double-leg raise.
        tilt_share: shank pitch per foot pitch, standing (no unit).
        bent_tilt_share: the same with the knee bent or sitting.
        raise_s, top_s, lower_s, pause_s: median durations in the own calf raise.
        variation: from rep to rep, relative.
        skew: how late in a phase the fast part comes.
        overshoot: of the raise, relative to its height.
        rough: wobble of the path, relative to height.
        drop: 0 sets the heel down softly, 1 lets it fall.
        wanders: relative drift of range and pace over a set.
        fatigue: share of range lost by the last rep.
        slowing: relative slowing of raises by the last rep.
        partial: probability of a partial rep.
        sway_deg: sway of the shank in quiet standing, RMS.
        hold_tremor_mg: tremor while holding on the toes, RMS.
        hold_tremor_hz: its peak frequency.
        move_tremor_factor: factor on tremor while slowly raising or lowering.
        move_tremor_hz: peak frequency of that.
        restless: rate of other movements in a rest, 1/s.
        hop_contact_s, hop_flight_s: own style of single-leg hops.
        calf_share: share of the leg's compliance that lies in the ankle.
        toe_landing_m: height of the heel at landing.
        shank_damping: of the shank between ankle and knee springs (no unit).
        snap_g: snap of the foot just after toe-off.
        flight_leg_g: voluntary acceleration of the leg in flight.
        knee_share: share of knee bend that leans the shank forward.
        shock_forward, shock_side: share of vertical shock across the leg.
        heel_ring_hz, heel_ring_damping: of the heel's soft tissue at landing.
        stride_s, stride_m: walking.
    """

    mass_kg: float
    pivot_m: float
    ankle_m: float
    heel_m: float
    foot_angle_deg: float
    tilt_share: float
    bent_tilt_share: float
    raise_s: float
    top_s: float
    lower_s: float
    pause_s: float
    variation: float
    skew: float
    overshoot: float
    rough: float
    drop: float
    wanders: float
    fatigue: float
    slowing: float
    partial: float
    sway_deg: float
    hold_tremor_mg: float
    hold_tremor_hz: float
    move_tremor_factor: float
    move_tremor_hz: float
    restless: float
    hop_contact_s: float
    hop_flight_s: float
    calf_share: float
    toe_landing_m: float
    shank_damping: float
    snap_g: float
    flight_leg_g: float
    knee_share: float
    shock_forward: float
    shock_side: float
    heel_ring_hz: float
    heel_ring_damping: float
    stride_s: float
    stride_m: float


def draw_person(rng: np.random.Generator) -> Person:
    """Draw a person."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def log_between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    size = between(-1, 1)  # tall people have longer feet, higher ankles, more mass, longer strides
    return Person(
        mass_kg=68 + 12 * size + between(-9, 14),
        pivot_m=0.1325 + 0.012 * size + between(-0.006, 0.006),
        ankle_m=0.0775 + 0.005 * size + between(-0.004, 0.004),
        heel_m=between(0.035, 0.055),
        foot_angle_deg=between(21, 36),
        tilt_share=between(-0.02, 0.07),
        bent_tilt_share=-between(0.13, 0.27),
        raise_s=log_between(0.35, 1.5),
        top_s=between(0.0, 0.7),
        lower_s=log_between(0.5, 2.2),
        pause_s=log_between(0.08, 1.2),
        variation=between(0.05, 0.16),
        skew=between(-0.4, 0.4),
        overshoot=max(0.0, between(-0.05, 0.12)),
        rough=between(0.0, 0.05),
        drop=max(0.0, between(-0.3, 1.0)),
        wanders=between(0.0, 0.12),
        fatigue=between(0.0, 0.35),
        slowing=between(0.0, 0.30),
        partial=between(0.0, 0.16),
        sway_deg=log_between(0.1, 0.6),
        hold_tremor_mg=log_between(4, 20),
        hold_tremor_hz=between(6, 10),
        move_tremor_factor=log_between(1.2, 4.0),
        move_tremor_hz=between(4, 8),
        restless=between(0.05, 0.25),
        hop_contact_s=between(0.16, 0.36),
        hop_flight_s=between(0.09, 0.36),
        calf_share=between(0.25, 0.5),
        toe_landing_m=between(0.02, 0.065),
        shank_damping=between(0.2, 0.45),
        snap_g=between(0.0, 1.5),
        flight_leg_g=between(0.0, 0.6),
        knee_share=between(0.3, 0.9),
        shock_forward=between(-0.6, 0.6),
        shock_side=between(-0.3, 0.3),
        heel_ring_hz=between(13, 26),
        heel_ring_damping=between(0.15, 0.4),
        stride_s=between(0.95, 1.3),
        stride_m=1.3 + 0.15 * size + between(-0.15, 0.15),
    )
