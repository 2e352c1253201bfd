"""Every number the raise detector leans on, in one table.

Fitted means: chosen on six recordings of people (two groups, 178 raises, 40 walks) and on simulated
people, each person left out in turn. Counts change little where a value moves by a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseParams:
    """Parameters of the raise detector; none depends on sample rate or mounting.

    Each line: what it is (unit); what a larger value does; where it comes from. Pairs are (with a
    gyro, without).

    Signals
        force_hz: low-pass of force (Hz); larger lets tremor in, smaller blurs brisk raises;
            tremor begins at 4 Hz (Pozos 1982, J Appl Physiol 52).
        lean_hz: the same for gravity's direction (Hz).
        leak_hz: high-pass of velocity (Hz); larger distorts slow raises, smaller drifts.
        gravity_s: time over which lean goes from gyro to gravity (s); larger trusts the gyro's
            bias for longer.
        local_s: reach of the local regression of velocity on lean rate (s); larger averages over
            more reps, smaller follows a change of exercise sooner.
        sure_dps: lean rate by a gyro from which lean has more to say than force (°/s).
        lean_scale_mps: velocity that one radian of lean counts as much as (m/s); larger lets lean
            decide likeness, smaller velocity; people move .11–.13 m per radian.

    Candidates and chains
        floor_mps: smallest upward pulse (m/s); larger loses tibialis raises, smaller finds sway;
            1/f sway of 0.6° moves the ankle 4–6 mm/s.
        alike: least likeness of neighbours (0–1); larger splits rough sets.
        gap_s: from one rep to the next, shortest and longest (s); shorter is hopping.
        beyond_width: shortest time to the next rep, in widths of a pulse; larger loses raises
            without a rest, smaller counts two pulses of one raise.
        neighbours: size of a rep against the one before (ratio).

    Membership: log-likelihoods, so that 2 is a rep's own spread doubled
        worth: what a rep like all others adds; larger takes in more doubtful ones.
        likeness_sd: spread of likeness below the set's median, least and most (0–1).
        size_sd: spread of the logarithm of size; people's first rep is up to 1.7 times the median.
        stray: movement the template does not explain, against its own size, that is free (ratio).
        tempo_sd: spread of the logarithm of the time between reps; people .07–.26.
        pause: price of any pause; larger joins fewer reps across a pause, and believes more that
            a doubtful movement in the middle of a set is a rep.
        fall: between two reps the template's own size falls by this (ratio); larger joins reps
            that touch.
        least_reps: fewer alike are no set.

    Structure, each (exercise named, ``auto``)
        follows: least share of the lean's rate that velocity explains in the median cycle (R²),
            with a gyro and without; raises .88 and .77, walks .75 and .68 and less.
        leans_dps: lean rate at which that begins to be asked for (°/s), and over which fully.
        swing_deg: furthest swing of the shank (°), with a gyro and without; raises 9–25.
        k_m: rise per radian (m); a squat leans and does not rise.
        beat_s: a set in a quicker rhythm is hopping (s).
        back: lean at a rep's end less that at its start, against its swing (ratio).
    """

    force_hz: float = 4.0
    lean_hz: float = 3.0
    leak_hz: float = 0.12
    gravity_s: float = 3.0
    violent_mps2: float = 2.5
    violent_hz: float = 0.4
    local_s: float = 4.0
    sure_dps: float = 15.0
    lean_scale_mps: tuple[float, float] = (1.6, 0.8)

    floor_mps: float = 0.007
    slow_hz: float = 1.2
    plain_mps: float = 0.08
    least_say: float = 0.02
    alike: float = 0.55
    gap_s: tuple[float, float] = (0.5, 14.0)
    beyond_width: float = 1.8
    neighbours: float = 4.0

    worth: float = 2.6
    stray_sd: tuple[float, float] = (0.15, 0.35)
    spreads: float = 1.5
    odd: float = 3.0
    doubt: float = 0.33
    doubt_at_end: float = 0.25
    size_sd: float = 0.4
    smallest: float = 0.28
    tempo_sd: tuple[float, float] = (0.1, 0.35)
    pause: float = 1.1
    longer: float = 3.0
    passed_over: float = 1.5
    fall: float = 0.4
    least_reps: int = 3
    own_reps: float = 5.0
    least_more_reps: int = 5
    more_size: float = 0.6
    more_tempo: float = 2.5
    same: float = 1.6

    follows_gyro: tuple[float, float] = (0.6, 0.75)
    follows_gravity: tuple[float, float] = (0.08, 0.6)
    follows_more: tuple[float, float] = (0.35, 0.14)
    leans_deg: tuple[float, float] = (12.0, 10.0)
    leans_more_deg: float = 12.0
    swing_gyro_deg: tuple[float, float] = (45.0, 38.0)
    swing_gravity_deg: tuple[float, float] = (75.0, 58.0)
    still_deg: float = 8.0
    far_deg: tuple[float, float] = (30.0, 50.0)
    brisk_dps: tuple[float, float] = (60.0, 110.0)
    k_named_m: float = 0.008
    k_gyro_m: float = 0.08
    k_gravity_m: float = 0.062
    k_most_m: float = 0.4
    k_brisk_m: tuple[float, float] = (0.03, 0.075)
    slow_beat_s: tuple[float, float] = (1.2, 2.0)
    rise_m: tuple[float, float] = (0.001, 0.2)
    above_noise: float = 3.5
    beat_s: float = 0.58
    back: tuple[float, float] = (0.7, 0.45)
