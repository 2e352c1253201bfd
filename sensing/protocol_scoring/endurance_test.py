"""The heel-raise endurance test: how many raises count, why it was over, and what they add up to.

Which raises count and what ends it is said in :mod:`~sensing.protocol_scoring.raise_rules`.

Protocol (Sleeswijk Visser, thesis, chapter 3; metronome, board and rest as there): one leg, on a
10° board, knee straight, fingertips on the wall, as high as possible, up on one beat of 60 a minute
and down on the next. There an observer prompts, and ends it after two unanswered prompts.

Rise is that of the *sensor above the ankle*. The heel behind it rises more, the body above it about
as much. So the work, m·g·(sum of rises), comes close to that done on the body's centre of mass
where knee and trunk stay straight, and is less than published work from the heel's height.
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
"""Standard uncertainty of a rise as a part of it, uncalibrated. Simulated people doing this very
test are 2–5 % off, in freer movement 7–14 %, which belongs to the person and does not average out;
nobody was measured at the ankle yet, and a strap that slips or a shank that leans are worse."""
MASS_SHARE = 0.01
"""Of body mass: scales, clothes and the day."""

_NORMAL_95 = 1.96
_EITHER_WAY = 0.05
"""How well half the height is told: rises of one person scatter by 2–4 % about their own scale."""

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
same table has one more in seven of the twelve."""
MEDIANS = (24, 21)
"""Men and women of all ages, ibid."""
SOURCE = "Hébert-Losier 2017, 566 adults on a 10° board"


def endurance(
    reps: Sequence[Rep], about: About, side: Side | None = None, *, told: int | None = None
) -> Outcome:
    """The whole result of one leg.

    Args:
        reps: all raises of the recording, in order of time.
        about: what is known besides.
        side: the leg.
        told: how many there were, says the person, who saw it.
    """
    judged = judge(reps, about.cycle_s)
    counted = judged.counted
    rises_m = [rep.rise_m for rep in counted if rep.rise_m is not None]
    share = UNCALIBRATED_SHARE if about.rise_sd_share is None else about.rise_sd_share
    total_m = sum(rises_m) if rises_m else None
    peak_m = max(rises_m, default=None)
    figures = [
        Measure(
            name="reps", title="raises", value=len(counted) if told is None else told, main=True
        ),
        _shared("peak_rise_m", "peak rise", peak_m, share, unit="cm", scale=100, places=1),
        _shared("total_rise_m", "total rise", total_m, share, unit="m", scale=1, places=2),
        _work(total_m, share, about),
        *_fatigue(counted),
        _pace(counted),
    ]
    return Outcome(
        protocol=NAME,
        side=side,
        figures=tuple(figures),
        ended=judged.ended or "no raise failed: ended by yourself or by the recording",
        norm=norm(about.age, female=about.female),
        doubts=(
            *_corrected(told, len(counted)),
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
    """What healthy adults reach, in words, with its source."""
    men, women = MEDIANS
    overall = f"median of all ages {men} for men, {women} for women ({SOURCE})"
    if age is None:
        return overall
    decade = min(max(age // 10 * 10, min(NORMS)), max(NORMS))
    men, women = NORMS[decade]
    told = f"{men} for men, {women} for women"
    if female is not None:
        told = str(women if female else men)
    near = "" if decade <= age < decade + 10 else f" (the nearest to {age} that there is)"
    who = "" if female is None else " of women" if female else " of men"
    return f"usual{who} from {decade} to {decade + 9}{near}: {told} ({SOURCE}; second hand)"


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
    """Change along the raises that count, from the first to the last, as everywhere in Anklet."""
    whole = Set(
        start_s=counted[0].start_s if counted else 0.0,
        end_s=counted[-1].end_s if counted else 0.0,
        exercise=EXERCISE,
        reps=tuple(counted),
    )
    return [
        _change("rise_change", "rise, first to last", fatigue(whole, "rise_m")),
        _change("raise_time_change", "time up, first to last", fatigue(whole, "raise_time_s")),
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


def _corrected(told: int | None, count: int) -> list[str]:
    if told is None:
        return []
    return [f"the count is yours; {count} of the raises seen count, and the totals are of those"]


def _near_half(reps: Sequence[Rep], cycle_s: float | None, count: int) -> list[str]:
    """Between which counts it would be, judged a little more or less strictly."""
    others = [
        len(judge(reps, cycle_s, half=HALF * (1 + way)).counted)
        for way in (-_EITHER_WAY, _EITHER_WAY)
    ]
    low, high = min(count, *others), max(count, *others)
    if low == high:
        return []
    return [f"some raises rise to just about half the height: the count may be {low} to {high}"]


def _doubts(judged: Judgement, about: About) -> list[str]:
    doubts = []
    if about.exercise not in (EXERCISE, "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as the single-leg raise of this test")
    if about.cycle_s is None:
        doubts.append("no metronome was set: the pace was free, which changes rise and work")
    elif about.cycle_s != CYCLE_S:
        doubts.append(
            f"the metronome beat for {60 / about.cycle_s:.0f} raises a minute, not for 30: rise "
            "and work are those of another pace"
        )
    if "without a raise" in judged.ended:
        doubts.append(
            "a raise that was missed looks the same as a lost beat: `anklet show ID --plot` draws "
            "the stretch, and `anklet correct` sets the count right"
        )
    low = sum(each.why == "low" for each in judged.raises[: judged.stop])
    if low:
        doubts.append(f"{_raises(low)} below half the height, one at a time, not counted")
    untrusted = sum(each.why == "not trusted" for each in judged.raises)
    if untrusted:
        doubts.append(
            f"{_raises(untrusted)} touched by lost or clipped samples left out: the count may be "
            f"up to {untrusted} too low, and the totals with it"
        )
    if about.rise_sd_share is None:
        doubts.append(
            "rise and work are not calibrated: ± is one standard deviation, mostly the same for "
            "every raise of a person, so that first and last, and day and day, compare better"
        )
        doubts.append(
            "rise is that of the sensor above the ankle; the heel rises more, so peak, total and "
            "work are below published ones measured at the heel"
        )
    else:
        doubts.append(
            "rise is scaled to the height of the heel by your calibration; the body rises less, so "
            "that the work is what is published for the heel, not what was done on the body"
        )
    if about.body_mass_kg is None:
        doubts.append("work needs your body mass: --mass KG")
    doubts.append(
        "a knee that bends and hands that push are not seen; and from one day to the next healthy "
        "people differ by up to 6 raises (limits of agreement, Hébert-Losier 2017)"
    )
    return doubts


def _raises(count: int) -> str:
    return "1 raise" if count == 1 else f"{count} raises"
