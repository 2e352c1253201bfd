"""A simulated person: body and habits drawn from wide, plausible ranges.

Ranges are measured or published ones where there are any (tremor: Pozos 1982, J Appl Physiol 52;
hop cadence, contact and flight times: jump-training literature) and deliberately wide elsewhere, so
that an algorithm tested on them cannot rely on how they were drawn. How people raise their heels is
drawn in ``raise_habits.py``.

An *idealised* person moves as a model of raises would: along minimum-jerk curves, the shank upright
to a degree or two, heels set down softly. Nobody does; such people are there to ask an algorithm
what it does with one difficulty at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        tilt_share: lean of the shank per foot pitch, standing (no unit).
        bent_tilt_share: the same with the knee bent.
        seated_tilt_share: the same sitting.
        toes_tilt_share: the same lifting the toes.
        toes_angle_deg: full foot angle from which that of lifting the toes is drawn.
        lean_axis_deg: direction of the lean, from straight ahead to the right.
        lean_turn: turn of the shank about its own length per lean (no unit).
        lean_lag_s: lean comes so much later than height; negative: earlier.
        raise_sway: sway in a set of raises, relative to quiet standing.
        turns_aside: turns about other axes, different in every rep, against the lean.
        lean_variation: of the lean from rep to rep beyond that of height, relative.
        raise_s, top_s, lower_s, pause_s: median durations in the own calf raise.
        variation: from rep to rep, relative.
        first_rep: spread of the first rep's height about that of the others, log.
        breath: length of the longer pauses for breath, relative.
        no_stay: share of reps that turn at once at the top.
        skew: how late in a phase the fast part comes.
        early, late: powers p and q of the speed u^p (1 − u)^q of a raise; 2 and 2 is minimum jerk.
        overshoot: of the raise, relative to its height.
        rough: wobble of the path, relative to height.
        drop: 0 sets the heel down softly, 1 lets it fall.
        strike_g: peak acceleration of a heel strike, as far as the lowering is quick enough for it.
        shank_give: share of the shank's turn that rings on at a heel strike.
        least_lower_s: quickest lowering.
        raise_shake_mg, lower_shake_mg: shaking while raising and lowering, RMS; 0: as tremor says.
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
    seated_tilt_share: float
    toes_tilt_share: float
    toes_angle_deg: float
    lean_axis_deg: float = 0.0
    lean_turn: float = 0.0
    lean_lag_s: float = 0.0
    raise_sway: float = 1.0
    turns_aside: float = 0.0
    lean_variation: float = 0.0
    raise_s: float
    top_s: float
    lower_s: float
    pause_s: float
    variation: float
    first_rep: float = 0.0
    breath: float = 1.0
    no_stay: float = 0.0
    early: float = 2.0
    late: float = 2.0
    strike_g: float = 0.0
    shank_give: float = 0.0
    least_lower_s: float = 0.3
    raise_shake_mg: float = 0.0
    lower_shake_mg: float = 0.0
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


def draw_idealised(rng: np.random.Generator) -> Person:
    """Draw a person who moves as a model of raises would."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def log_between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    size = between(-1, 1)  # tall people have longer feet, higher ankles, more mass, longer strides
    person = Person(
        mass_kg=68 + 12 * size + between(-9, 14),
        pivot_m=0.1325 + 0.012 * size + between(-0.006, 0.006),
        ankle_m=0.0775 + 0.005 * size + between(-0.004, 0.004),
        heel_m=between(0.035, 0.055),
        foot_angle_deg=between(21, 36),
        tilt_share=between(-0.02, 0.07),
        bent_tilt_share=-between(0.13, 0.27),
        seated_tilt_share=0.0,
        toes_tilt_share=0.0,
        toes_angle_deg=0.0,
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
    return replace(
        person,
        seated_tilt_share=person.bent_tilt_share,
        toes_tilt_share=person.tilt_share,
        toes_angle_deg=person.foot_angle_deg,
    )
