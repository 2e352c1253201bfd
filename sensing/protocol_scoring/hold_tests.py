"""Tests made of holds: a heel-raise hold to failure, and single-leg balance in three trials.

*Hold to failure.* On the toes of one leg for as long as possible; it ends when the heel comes down.
The result is the duration, and how sway and tremor change from the first third to the last: a tired
calf trembles more (Pozos 1982 for the band). There is no published norm for the hold without load.

*Balance.* Three trials of 15 s, each ending when the foot comes down; the result is the best and
the mean of the three, as in Springer 2007 (J Geriatr Phys Ther 30:8, 549 people, trials of up to
45 s). Healthy people under 60 reach 15 s, so sway says more than time; ankle-worn sensors rank
balance tasks as others do (myAnkle, JMIR Rehab 2016). Compare sway only within an athlete and a
placement (``analysis/steadiness.py``).
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sensing.core.events import Hold, Steadiness
from sensing.core.samples import Side, rules_for
from sensing.protocol_scoring.outcome import About, Measure, Outcome

HOLD, BALANCE = "hold-to-failure", "balance-test"
HOLD_EXERCISE, BALANCE_EXERCISE = "calf-raise-hold", "single-leg-balance"
TRIALS, TRIAL_S = 3, 15.0
HOLD_SD_S, BALANCE_SD_S = 0.35, 0.7
"""Uncertainty of a duration: both ends of a raised hold are known to about 0.2 s each (simulated
people); six adults with the sensor in the shoe were within 0.7 s in 86 % of their holds."""
_SWAY_SHARE = 0.16
"""Uncertainty of sway, from putting the strap on anew on simulated people; real ones vary more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The holds of one recording.

    Attributes:
        holds: all holds detected in it, in order of time.
        parts: steadiness of the first, middle and last third of the longest one; empty if the
            recording is not available.
    """

    holds: tuple[Hold, ...]
    parts: tuple[Steadiness | None, ...] = ()

    @property
    def longest(self) -> Hold | None:
        """The test itself; a shorter hold was a false start."""
        known = [hold for hold in self.holds if _usable(hold)] or list(self.holds)
        return max(known, key=_between_s, default=None)


def hold_to_failure(trials: Sequence[Trial], about: About, side: Side | None = None) -> Outcome:
    """The result of one leg; of several recordings the longest hold counts."""
    best = max(trials, key=_length_s, default=None)
    hold = None if best is None else best.longest
    steady = None if hold is None else hold.steadiness
    parts = best.parts if best is not None else ()
    doubts = list(_hold_doubts(trials, about, exercises=(HOLD_EXERCISE, "seated-calf-raise-hold")))
    cut_off = hold is not None and hold.cut_off
    if cut_off:
        doubts.append("the recording ended before the heel came down: the hold was longer")
    elif hold is not None and not hold.valid:
        doubts.append(
            f"the hold may have been interrupted where nothing was seen: {hold.reason or 'unknown'}"
        )
    if hold is not None and len(parts) < 2:
        doubts.append("the recording is not available: changes of sway and tremor are not known")
    figures = (
        _duration("hold_s", "held", hold),
        _sway("rms_mps2", "sway", None if steady is None else steady.rms_mps2, main=True),
        _change("sway_change", "sway, first to last third", parts, "rms_mps2"),
        _change("tremor_change", "tremor, first to last third", parts, "tremor_rms_mps2"),
        _sway("tremor_rms_mps2", "tremor", None if steady is None else steady.tremor_rms_mps2),
    )
    names = ("first", "middle", "last")
    return Outcome(
        protocol=HOLD,
        side=side,
        figures=figures,
        ended="cut off" if cut_off else "the heel came down" if hold else "no hold was detected",
        doubts=tuple(doubts),
        rows=tuple(
            {
                "third": name,
                "rms_mps2": None if part is None else part.rms_mps2,
                "path_mps2_per_s": None if part is None else part.path_mps2_per_s,
                "tremor_rms_mps2": None if part is None else part.tremor_rms_mps2,
            }
            for name, part in zip(names, parts, strict=False)
        ),
    )


def balance(trials: Sequence[Trial], about: About, side: Side | None = None) -> Outcome:
    """The result of one leg.

    Args:
        trials: one recording each, in order; time beyond 15 s is not part of the test.
        about: what else is known.
        side: the leg stood on.
    """
    held = [each.longest for each in trials]
    times_s = [0.0 if hold is None else min(_between_s(hold), TRIAL_S) for hold in held]
    sways = [sway for sway in (_of(hold, "rms_mps2") for hold in held) if sway is not None]
    doubts = list(_hold_doubts(trials, about, exercises=(BALANCE_EXERCISE,)))
    if len(trials) != TRIALS:
        doubts.append(f"the test has {TRIALS} trials; there were {len(trials)}")
    invalid = sum(hold is not None and not _usable(hold) for hold in held)
    if invalid:
        doubts.append(f"{invalid} trials with lost or clipped samples have no sway")
    short = sum(hold is not None and hold.cut_off and _between_s(hold) < TRIAL_S for hold in held)
    if short:
        doubts.append(f"{short} trials were cut off by the end of the recording")
    figures = (
        _seconds("best_s", "best", max(times_s, default=None)),
        _seconds("mean_s", "mean", statistics.mean(times_s) if times_s else None),
        _sway("best_rms_mps2", "least sway", min(sways, default=None), main=True),
        _sway("rms_mps2", "mean sway", statistics.mean(sways) if sways else None, main=True),
    )
    full = sum(time_s > TRIAL_S - BALANCE_SD_S for time_s in times_s)
    return Outcome(
        protocol=BALANCE,
        side=side,
        figures=figures,
        ended=f"{full} of {len(trials)} trials held to the end",
        doubts=tuple(doubts),
        rows=tuple(
            {
                "trial": n,
                "held_s": time_s,
                "rms_mps2": _of(hold, "rms_mps2"),
                "path_mps2_per_s": _of(hold, "path_mps2_per_s"),
            }
            for n, (hold, time_s) in enumerate(zip(held, times_s, strict=True), start=1)
        ),
    )


def thirds(hold: Hold) -> tuple[tuple[float, float], ...]:
    """Start and end of each third of a hold, s."""
    third_s = _between_s(hold) / 3
    edges = [hold.start_s + k * third_s for k in range(4)]
    return tuple(itertools.pairwise(edges))


def _between_s(hold: Hold) -> float:
    """From start to end, s; the best estimate where the duration is not known."""
    return hold.end_s - hold.start_s


def _usable(hold: Hold) -> bool:
    """It is valid, or only cut off by the end of the recording."""
    return hold.valid or hold.cut_off


def _length_s(trial: Trial) -> float:
    return 0.0 if trial.longest is None else _between_s(trial.longest)


def _of(hold: Hold | None, name: str) -> float | None:
    if hold is None or hold.steadiness is None or not _usable(hold):
        return None
    value: float = getattr(hold.steadiness, name)
    return value


def _duration(name: str, title: str, hold: Hold | None) -> Measure:
    known = hold is not None
    return Measure(
        name=name,
        title=title,
        value=_between_s(hold) if hold is not None else None,
        sd=HOLD_SD_S if known else None,
        unit="s",
        places=1,
        main=True,
    )


def _seconds(name: str, title: str, value: float | None) -> Measure:
    sd = None if value is None else BALANCE_SD_S
    return Measure(name=name, title=title, value=value, sd=sd, unit="s", places=1, main=True)


def _sway(name: str, title: str, value: float | None, *, main: bool = False) -> Measure:
    sd = None if value is None else _SWAY_SHARE * value
    return Measure(name=name, title=title, value=value, sd=sd, unit="m/s² RMS", places=3, main=main)


def _change(name: str, title: str, parts: Sequence[Steadiness | None], figure: str) -> Measure:
    value = None
    if len(parts) > 1 and parts[0] is not None and parts[-1] is not None:
        first, last = getattr(parts[0], figure), getattr(parts[-1], figure)
        if first > 0 and math.isfinite(last):
            value = last / first - 1
    return Measure(name=name, title=title, value=value, unit="%", scale=100, divides=False)


def _hold_doubts(trials: Sequence[Trial], about: About, *, exercises: Sequence[str]) -> list[str]:
    doubts = []
    if about.exercise not in (*exercises, "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as the {exercises[0]} of this test")
    more = sum(max(0, len(trial.holds) - 1) for trial in trials)
    if more:
        doubts.append(f"{more} more holds besides the longest of a recording are left out")
    doubts.append(
        f"sway is that of the {rules_for(about.placement)}, in m/s²: compare it only with your "
        "own, not with values from the trunk or from a force plate"
    )
    return doubts
