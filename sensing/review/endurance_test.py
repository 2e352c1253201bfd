"""The heel-raise endurance test: how many raises count, why it was over, and what they add up to.

The raises of the whole recording are judged in order. A raise fails when it rises to less than
half of the person's own height (the median of the first five), or when it is off the beat: begun
more than a quarter of a cycle away from the beat of the five raises before it, or more than one and
a half cycles after the last of them. The test is over at the first *two failing ones
in a row*, or where more than two cycles pass without a raise; what comes after does not count. A
single failing raise does not end it: a low one is not counted, a late one is.

Protocol (Sleeswijk Visser, thesis, chapter 3; metronome, board and rest as there): one leg, on a
10° board, knee straight, fingertips on the wall, as high as possible, up on one beat of 60 a minute
and down on the next. There an observer prompts and ends it after two unanswered prompts; how low
is too low and how late too late is left to the eye, so the limits above are Anklet's own.

Rise is that of the *sensor above the ankle*. The heel behind it rises more, the body above it about
as much. So the work, m·g·(sum of rises), comes close to that done on the body's centre of mass
where knee and trunk stay straight, and is less than published work from the heel's height.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sensing.events import Rep
from sensing.review.outcome import About, Figure, Outcome
from sensing.samples import Side
from sensing.units import G_MPS2

NAME = "heel-raise-test"
EXERCISE = "single-leg-calf-raise"
CYCLE_S = 2.0
"""Up on one beat of 60 a minute, down on the next: 30 raises a minute."""
HALF = 0.5
FIRST = 5
"""Raises that tell a person's own height, their beat, and fatigue."""
OFF_BEAT, LATE, LOST = 0.25, 1.5, 2.5
"""Of a cycle: how far off the beat fails, how long after the raise before fails, and after how
long two beats have passed without a raise."""
UNCALIBRATED_SHARE = 0.15
"""Standard uncertainty of a rise as a part of it, uncalibrated. Simulated people doing this very
test are 2–5 % off, in freer movement 7–14 %, which belongs to the person and does not average out;
nobody was measured at the ankle yet, and a strap that slips or a shank that leans are worse."""
MASS_SHARE = 0.01
"""Of body mass: scales, clothes and the day."""

_LEAST_BEATS = 3
_EITHER_WAY = 0.05
"""How well half the height is told: rises of one person scatter by 2–4 % about their own scale."""

Why = Literal["counted", "low", "off the beat", "not trusted", "after the end"]

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
same table has one more in five of the twelve."""
MEDIANS = (24, 21)
"""Men and women of all ages, ibid."""
SOURCE = "Hébert-Losier 2017, 566 adults on a 10° board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One raise of the test; ``n`` counts from 1 all raises seen."""

    n: int
    rep: Rep
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All raises, and why the test was over.

    Attributes:
        raises: in order.
        stop: how many there were before the end.
        ended: why it was over, in words; empty if no rule ended it.
        usual_m: the person's own height, m.
    """

    raises: tuple[Judged, ...]
    stop: int
    ended: str
    usual_m: float | None

    @property
    def counted(self) -> tuple[Rep, ...]:
        """Those that count."""
        return tuple(each.rep for each in self.raises if each.why == "counted")


def judge(reps: Sequence[Rep], cycle_s: float | None = CYCLE_S, *, half: float = HALF) -> Judgement:
    """Say of every raise whether it counts.

    Args:
        reps: of one recording, in order of time.
        cycle_s: from one raise to the next as the metronome beat; None: there was none, and then
            no raise is off the beat.
        half: the share of the person's own height below which a raise fails.
    """
    usual_m = _usual(reps)
    off = _off_beat(reps, cycle_s)
    fails: list[Why | None] = [
        "low" if _is_low(rep, usual_m, half) else "off the beat" if late and rep.valid else None
        for rep, late in zip(reps, off, strict=True)
    ]
    stop, ended = _end(reps, fails, cycle_s)
    judged = []
    for i, rep in enumerate(reps):
        fail = fails[i]
        if i >= stop:
            why: Why = fail if fail is not None and i < stop + 2 else "after the end"
        elif fail == "low":
            why = "low"
        else:  # one late raise is still a raise; only a second one shows that the beat is lost
            why = "counted" if rep.valid else "not trusted"
        judged.append(Judged(n=i + 1, rep=rep, why=why))
    return Judgement(raises=tuple(judged), stop=stop, ended=ended, usual_m=usual_m)


def _end(
    reps: Sequence[Rep], fails: Sequence[Why | None], cycle_s: float | None
) -> tuple[int, str]:
    """How many raises there were before the end, and what the end was."""
    for i in range(1, len(reps)):
        gap_s = _gap_s(reps, i)
        if cycle_s is not None and gap_s > LOST * cycle_s:
            return i, f"the beat was lost: {gap_s:.0f} s without a raise after raise {i}"
        both = {fails[i - 1], fails[i]}
        if None not in both:
            which = f"(raises {i} and {i + 1})"
            if both == {"low"}:
                return i - 1, f"two raises in a row below half the height {which}"
            if both == {"off the beat"}:
                return i - 1, f"the beat was lost {which}"
            return i - 1, f"two raises in a row too low or off the beat {which}"
    return len(reps), ""


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
        Figure(
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


def _usual(reps: Sequence[Rep]) -> float | None:
    known = [rep.rise_m for rep in reps if rep.valid and rep.rise_m is not None][:FIRST]
    return statistics.median(known) if known else None


def _is_low(rep: Rep, usual_m: float | None, half: float) -> bool:
    known = rep.valid and rep.rise_m is not None and usual_m is not None
    return known and (rep.rise_m or 0.0) < half * (usual_m or 0.0)


def _gap_s(reps: Sequence[Rep], i: int) -> float:
    return reps[i].start_s - reps[i - 1].start_s


def _off_beat(reps: Sequence[Rep], cycle_s: float | None) -> list[bool]:
    """Of every raise, whether it began away from the person's own beat."""
    if cycle_s is None:
        return [False] * len(reps)
    starts_s = [rep.start_s for rep in reps]
    return [is_off_beat(starts_s[:i], start_s, cycle_s) for i, start_s in enumerate(starts_s)]


def is_off_beat(
    before_s: Sequence[float],
    start_s: float,
    cycle_s: float,
    *,
    off: float = OFF_BEAT,
    late: float = LATE,
) -> bool:
    """Whether a raise begins away from the beat of the five before it, or long after the last.

    Against the last five a slow drift passes and a pace more than 8 % wrong does not: three cycles
    of it (to the middle of the five) come to a quarter of one.

    Args:
        before_s: when the raises before began, s.
        start_s: when this one does, s.
        cycle_s: of the metronome, s.
        off, late: limits, in cycles.
    """
    if not before_s:
        return False
    if start_s - before_s[-1] > late * cycle_s:
        return True
    last = before_s[-FIRST:]
    if len(last) < _LEAST_BEATS:
        return False
    angles = [2 * math.pi * each / cycle_s for each in last]
    own = math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))
    apart = math.remainder(2 * math.pi * start_s / cycle_s - own, 2 * math.pi)
    return abs(apart) > 2 * math.pi * off


def _shared(
    name: str,
    title: str,
    value: float | None,
    share: float,
    *,
    unit: str,
    scale: float,
    places: int,
) -> Figure:
    """A figure whose uncertainty is a share of it, the same for every raise."""
    return Figure(
        name=name,
        title=title,
        value=value,
        sd=None if value is None else share * value,
        unit=unit,
        scale=scale,
        places=places,
        main=True,
    )


def _work(total_m: float | None, share: float, about: About) -> Figure:
    work_j = sd = None
    if total_m is not None and about.body_mass_kg is not None:
        work_j = (about.body_mass_kg + (about.load_kg or 0.0)) * G_MPS2 * total_m
        sd = work_j * math.hypot(share, MASS_SHARE)
    return Figure(name="work_j", title="work", value=work_j, sd=sd, unit="J", main=True)


def _fatigue(counted: Sequence[Rep]) -> list[Figure]:
    """Change from the first five raises to the last five, as a share of the first."""
    rises = [rep.rise_m for rep in counted if rep.rise_m is not None]
    times = [rep.raise_time_s for rep in counted]
    return [
        _change("rise_change", "rise, first to last five", rises),
        _change("raise_time_change", "time up, first to last five", times),
    ]


def _change(name: str, title: str, values: Sequence[float]) -> Figure:
    """Means of five: the error of the scale is in both and falls out; their scatter stays."""
    value = sd = None
    if len(values) >= 2 * FIRST:
        first, last = values[:FIRST], values[-FIRST:]
        a, b = statistics.mean(first), statistics.mean(last)
        if a > 0 and b > 0:
            scatter = [statistics.stdev(part) / math.sqrt(FIRST) for part in (first, last)]
            value = b / a - 1
            sd = b / a * math.hypot(scatter[0] / a, scatter[1] / b)
    return Figure(name=name, title=title, value=value, sd=sd, unit="%", scale=100, divides=False)


def _pace(counted: Sequence[Rep]) -> Figure:
    gaps_s = [b.start_s - a.start_s for a, b in itertools.pairwise(counted)]
    pace_hz = 1 / statistics.median(gaps_s) if gaps_s else None
    return Figure(
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
