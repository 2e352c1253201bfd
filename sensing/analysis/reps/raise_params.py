"""Every number of the raise detector, in one table.

Chosen by hand on six sets of people (two groups, 178 raises, sensor at the ankle), 36 walks of 18
people and simulated people; nothing was fitted by a program. ``tests/left_out.py`` prints
what the limits of ``raise_structure`` would be without each person in turn, and whether that
person's raises still pass them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseParams:
    """Parameters of the raise detector; none depends on sample rate or mounting.

    Of each: what it is (unit); what a larger value does; where it comes from.

    Signals
        force_hz: low-pass of force (Hz). Larger: tremor gets in, which begins at 4 Hz (Pozos 1982,
            J Appl Physiol 52); smaller: brisk raises are blurred.
        lean_hz: the same for gravity's direction. Larger and smaller likewise.
        leak_hz: high-pass of velocity (Hz). Larger: slow raises shrink; smaller: bias drifts.
        violent_mps2, violent_hz: from this acceleration on (m/s², RMS over 4 s) velocity forgets
            sooner (Hz). Larger: steps bend the raises after them; smaller: brisk raises shrink.
        gravity_s: time over which lean passes from the gyro to gravity (s). Larger: the gyro's bias
            is trusted for longer; smaller: acceleration passes for lean.
        local_s: reach of the regression of velocity on the rate of lean (s). Larger: it averages
            over more reps; smaller: over chance.
        sure_dps: rate of lean by a gyro that says as much as force (°/s). Larger: less of it does.
        lean_scale_mps: velocity that a radian of lean counts as (m/s), with a gyro and without.
            Larger: lean decides what is alike; smaller: velocity does. People move .11–.13 m/rad.

    Pulses and chains
        floor_mps: smallest upward pulse (m/s). Larger: tibialis raises are lost; smaller: sway is
            found, which moves the ankle by 4–6 mm/s.
        slow_hz: low-pass of the second look, for slow reps (Hz). Larger: their bumps come back;
            smaller: reps merge.
        plain_mps: pulses above this are all as plain (m/s). Larger: steps come first.
        least_say: chains that say less than this share of the most telling one are left out.
            Larger: quicker; small sets beside walking are lost.
        alike: least likeness of linked pulses (0…1). Larger: rough sets split; smaller: other
            movement is linked.
        gap_s: shortest and longest time from rep to rep (s). Quicker is hopping.
        beyond_width: the next rep follows no sooner than this many widths of a pulse. Larger:
            raises without a rest are lost; smaller: one raise counts twice.
        neighbours: largest ratio of the sizes of linked pulses. Larger: other movement is linked.

    Members (log-likelihoods: a rep off by its own spread costs 0.5)
        worth: what a rep like all others adds. Larger: doubtful ones count; at 2.2 people's
            reps are lost.
        stray_sd, spreads: spread of what the template doesn't explain: so many times the set's own,
            within limits. Larger: unlike movement counts.
        odd: most that unlikeness costs. Larger: a stumble in the middle of a set is no rep.
        doubt, doubt_at_end: how far below the set's median likeness a rep may be, inside and at the
            ends of a set. Larger: other movement counts; smaller: rough reps are lost.
        size_sd: spread of the logarithm of size; people's first rep is up to 1.7 times the median.
            Larger: movement between sets counts; smaller: partial reps are lost.
        smallest: least size against the template. Larger: partial reps (0.4–0.7) are lost.
        tempo_sd: spread of the logarithm of the time from rep to rep, least and most; people's is
            .07–.26. Larger: gaps count less.
        pause, longer: price of a pause, and of each further power of e of it. Larger: what follows
            a pause is no rep; smaller: movement after the set is.
        fall: between two reps the template's size falls by this. Larger: reps that touch are one.
        least_reps: fewer alike are no set. Two of anything are alike.
        own_reps: reps that an athlete's own raise counts for. Larger: today's reps count less.

    Further sets in one stretch
        same: ratio of size and tempo within which a set is like the first. Larger: other movement
            is a set.
        least_more_reps, more_size, more_tempo: one that is not like it has so many reps, and, where
            the exercise is named, at least this size and at most this ratio of tempo. Larger, or a
            smaller ratio: fewer sets.

    Structure (pairs are: exercise named, ``auto``)
        follows_gyro, follows_gravity: least share of the rate of lean that velocity explains (R²).
            Larger: rough raises are lost; smaller: steps pass. People .60–.96 with a gyro and
            .70–.92 without; walking up to .69 and .75.
        follows_more: asked besides of accelerometers, where lean is brisk (named) or far (auto).
        leans_deg, leans_more_deg: swing from which R² begins to be asked for, with a gyro and
            without, and over which fully (°). Larger: people who hardly lean pass; so do steps.
        swing_gyro_deg, swing_gravity_deg: furthest swing of the shank (°). Larger: steps pass
            (56–80 with a gyro, 31–80 without); smaller: brisk raises are lost (21 and 49).
        still_deg: smaller swings say nothing of rise per lean (°). Larger: squats pass.
        far_deg, brisk_dps: swing (°) and rate of lean (°/s) over which an accelerometer takes
            acceleration for lean more and more. Larger: less is asked of brisk sets.
        k_named_m, k_gyro_m, k_gravity_m: least rise per lean (m/rad): exercise named, ``auto`` with
            a gyro, without. Larger: raises are lost (people .11–.30 and .05–.25); smaller: squats
            and sitting down pass (simulated .02–.06).
        k_most_m, k_brisk_m: most rise per lean; and least and most where it is brisk and measured
            by an accelerometer. Larger: steps pass (.06 and more); smaller: raises are lost (.05).
        slow_beat_s: rhythm over which the least rise per lean goes from brisk to slow (s).
        rise_m: rise of the median cycle (m). A wider range: sway and climbing pass.
        above_noise: size of the pulses over the velocity that the sensor's noise integrates to.
            Larger: tibialis raises are lost on poor sensors; smaller: noise makes sets (it reaches
            3.7 in five minutes).
        beat_s: a set in a quicker rhythm is hopping (s). Larger: brisk sets are lost (people 0.76).
        speed_mps: most upward speed of the median cycle (m/s). Larger: steps pass (0.30 and more);
            smaller: brisk raises are lost (people .22).
        back: lean at a rep's end less that at its start, against its swing. Larger: movement that
            doesn't return passes; smaller: people who shift their weight lose reps.
    """

    force_hz: float = 4.0
    lean_hz: float = 3.0
    leak_hz: float = 0.12
    violent_mps2: float = 2.5
    violent_hz: float = 0.4
    gravity_s: float = 3.0
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
    fall: float = 0.4
    least_reps: int = 3
    own_reps: float = 5.0

    same: float = 1.6
    least_more_reps: int = 5
    more_size: float = 0.6
    more_tempo: float = 2.5

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
    beat_s: tuple[float, float] = (0.45, 0.58)
    speed_mps: tuple[float, float] = (1.0, 0.35)
    back: tuple[float, float] = (0.7, 0.45)
