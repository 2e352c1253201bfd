"""The heel-raise endurance test: how many raises count, why it ended, and what they add up to.

Which raises count and what ends the test is defined in
:mod:`~sensing.protocol_scoring.raise_rules`.

Protocol (Sleeswijk Visser, thesis, chapter 3, including metronome, board and rest): one leg, on a
10° board, knee straight, fingertips on the wall, as high as possible, up on one beat of 60 a minute
and down on the next. There an observer prompts, and ends the test after two unanswered prompts.

The height is that of the *sensor above the ankle*. The heel behind it rises more, the body above it
about as much. So the work, m·g·(sum of heights), is close to the work done on the body's centre of
mass if knee and trunk stay straight, and less than published work from the heel's height.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence

from sensing.core.events import Rep, Set
from sensing.core.samples import Side
from sensing.core.units import G_MPS2
from sensing.protocol_scoring.outcome import About, Measure, Outcome
from sensing.protocol_scoring.raise_rules import CYCLE_S, HALF, Judgement, judge
from sensing.review.fatigue import Fatigue, fatigue

NAME = "heel-raise-test"
EXERCISE = "single-leg-calf-raise"
UNCALIBRATED_SHARE = 0.15
"""Standard uncertainty of a height as a share of it, uncalibrated. Simulated people doing this test
are 2–5 % off, in freer movement 7–14 %, which belongs to the athlete and does not average out;
nobody has been measured at the ankle yet, and a slipping strap or a leaning shank are worse."""
MASS_SHARE = 0.01
"""Share of body mass: scales, clothes and time of day."""

_NORMAL_95 = 1.96
_EITHER_WAY = 0.05
"""How well half the height is known: heights of one athlete scatter by 2–4 % about their scale."""

NORMS: dict[int, tuple[int, int]] = {
    20: (37, 30),
    30: (32, 27),
    40: (28, 24),
    50: (23, 21),
    60: (19, 19),
    70: (14, 16),
}
"""Raises by decade of age, men and women: Hébert-Losier 2017 (Physiotherapy 103:446; 566 adults,
10° incline, 30 a minute) as quoted by naasphysiotherapy.ie. Second hand: another quotation of the
same table has one more in seven of the twelve values."""
MEDIANS = (24, 21)
"""Men and women of all ages, from the same source."""
SOURCE = "Hébert-Losier 2017, 566 adults on a 10° board"


def endurance(
    reps: Sequence[Rep], about: About, side: Side | None = None, *, own_count: int | None = None
) -> Outcome:
    """The result of one leg.

    Args:
        reps: all raises of the recording, in order of time.
        about: what else is known.
        side: the leg.
        own_count: the athlete's own count.
    """
    judged = judge(reps, about.cycle_s)
    counted = judged.counted
    rises_m = [rep.rise_m for rep in counted if rep.rise_m is not None]
    share = UNCALIBRATED_SHARE if about.rise_sd_share is None else about.rise_sd_share
    total_m = sum(rises_m) if rises_m else None
    peak_m = max(rises_m, default=None)
    figures = [
        Measure(
            name="reps",
            title="raises",
            value=len(counted) if own_count is None else own_count,
            main=True,
        ),
        _shared("peak_rise_m", "peak height", peak_m, share, unit="cm", scale=100, places=1),
        _shared("total_rise_m", "total height", total_m, share, unit="m", scale=1, places=2),
        _work(total_m, share, about),
        *_fatigue(counted),
        _pace(counted),
    ]
    return Outcome(
        protocol=NAME,
        side=side,
        figures=tuple(figures),
        ended=judged.ended or "no raise failed: stopped by you or by the end of the recording",
        norm=norm(about.age, female=about.female),
        doubts=(
            *_corrected(own_count, len(counted)),
            *_near_half(reps, about.cycle_s, len(counted)),
            *_doubts(judged, about),
        ),
        rows=tuple(
            {
                "n": each.n,
                "start_s": each.rep.start_s,
                "rise_m": each.rep.rise_m,
                "raise_time_s": each.rep.raise_time_s,
                "lower_time_s": each.rep.lower_time_s,
                "judged": each.why,
            }
            for each in judged.raises
        ),
    )


def norm(age: int | None, *, female: bool | None) -> str:
    """What healthy adults reach, in words, with the source."""
    men, women = MEDIANS
    overall = f"median of all ages {men} for men, {women} for women ({SOURCE})"
    if age is None:
        return overall
    decade = min(max(age // 10 * 10, min(NORMS)), max(NORMS))
    men, women = NORMS[decade]
    median = f"{men} for men, {women} for women"
    if female is not None:
        median = str(women if female else men)
    near = "" if decade <= age < decade + 10 else f" (the nearest norm to {age})"
    who = "" if female is None else " of women" if female else " of men"
    return f"usual{who} from {decade} to {decade + 9}{near}: {median} ({SOURCE}; second hand)"


def _shared(
    name: str,
    title: str,
    value: float | None,
    share: float,
    *,
    unit: str,
    scale: float,
    places: int,
) -> Measure:
    """A figure whose uncertainty is a share of it, the same for every raise."""
    return Measure(
        name=name,
        title=title,
        value=value,
        sd=None if value is None else share * value,
        unit=unit,
        scale=scale,
        places=places,
        main=True,
    )


def _work(total_m: float | None, share: float, about: About) -> Measure:
    work_j = sd = None
    if total_m is not None and about.body_mass_kg is not None:
        work_j = (about.body_mass_kg + (about.load_kg or 0.0)) * G_MPS2 * total_m
        sd = work_j * math.hypot(share, MASS_SHARE)
    return Measure(name="work_j", title="work", value=work_j, sd=sd, unit="J", main=True)


def _fatigue(counted: Sequence[Rep]) -> list[Measure]:
    """Change over the counted raises, from the first to the last, as everywhere in Anklet."""
    whole = Set(
        start_s=counted[0].start_s if counted else 0.0,
        end_s=counted[-1].end_s if counted else 0.0,
        exercise=EXERCISE,
        reps=tuple(counted),
    )
    return [
        _change("rise_change", "height, first to last", fatigue(whole, "rise_m")),
        _change("raise_time_change", "concentric, first to last", fatigue(whole, "raise_time_s")),
    ]


def _change(name: str, title: str, found: Fatigue | None) -> Measure:
    value = sd = None
    if found is not None:
        value, reach = found.change, (found.high - found.low) / 2
        sd = reach / _NORMAL_95 if math.isfinite(reach) else None
    return Measure(name=name, title=title, value=value, sd=sd, unit="%", scale=100, divides=False)


def _pace(counted: Sequence[Rep]) -> Measure:
    gaps_s = [b.start_s - a.start_s for a, b in itertools.pairwise(counted)]
    pace_hz = 1 / statistics.median(gaps_s) if gaps_s else None
    return Measure(
        name="pace_hz", title="pace", value=pace_hz, unit="raises a minute", scale=60, places=1
    )


def _corrected(own_count: int | None, count: int) -> list[str]:
    if own_count is None:
        return []
    return [f"the count is yours; the totals are of the {count} raises detected that count"]


def _near_half(reps: Sequence[Rep], cycle_s: float | None, count: int) -> list[str]:
    """The range of counts if the height limit were slightly lower or higher."""
    others = [
        len(judge(reps, cycle_s, half=HALF * (1 + way)).counted)
        for way in (-_EITHER_WAY, _EITHER_WAY)
    ]
    low, high = min(count, *others), max(count, *others)
    if low == high:
        return []
    return [f"some raises are close to half the height: the count may be {low} to {high}"]


def _doubts(judged: Judgement, about: About) -> list[str]:
    doubts = []
    if about.exercise not in (EXERCISE, "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as the single-leg raise of this test")
    if about.cycle_s is None:
        doubts.append("no metronome was set: the pace was free, which changes height and work")
    elif about.cycle_s != CYCLE_S:
        doubts.append(
            f"the metronome was set to {60 / about.cycle_s:.0f} raises a minute, not 30: height "
            "and work are those of another pace"
        )
    if "without a raise" in judged.ended:
        doubts.append(
            "a missed raise looks the same as a lost beat: `anklet show ID --plot` draws that "
            "part, and `anklet correct` corrects the count"
        )
    low = sum(each.why == "low" for each in judged.raises[: judged.stop])
    if low:
        doubts.append(f"{_raises(low)} below half the height, one at a time, not counted")
    untrusted = sum(each.why == "not trusted" for each in judged.raises)
    if untrusted:
        doubts.append(
            f"{_raises(untrusted)} excluded for lost or clipped samples: the count may be up to "
            f"{untrusted} too low, and the totals with it"
        )
    if about.rise_sd_share is None:
        doubts.append(
            "height and work are not calibrated: ± is the standard uncertainty, mostly the same "
            "for all raises of one athlete, so first and last, or two days, compare better"
        )
        doubts.append(
            "height is that of the sensor above the ankle; the heel rises more, so peak, total and "
            "work are lower than published values measured at the heel"
        )
    else:
        doubts.append(
            "height is scaled to the heel by your calibration; the body rises less, so work is "
            "comparable with published work from the heel, not the work done on the body"
        )
    if about.body_mass_kg is None:
        doubts.append("work needs your body mass: --mass KG")
    doubts.append(
        "a bent knee and pushing hands are not detected; healthy people differ by up to 6 "
        "raises from day to day (limits of agreement, Hébert-Losier 2017)"
    )
    return doubts


def _raises(count: int) -> str:
    return "1 raise" if count == 1 else f"{count} raises"
