"""How well the figures of a set are known: standard uncertainties of its medians and totals.

What is uncertain is the figure of the reps, hops or holds as they were done: how much they differ
from each other is no error. Each event brings its own standard uncertainty s. Part of its error is
shared by all events of a set, for it comes from the person, the strap and the way of moving, and
doesn't average out; the rest differs from event to event and does. With c the share of the variance
s² that is shared, and n events:

* median: s²·(c + (1 − c)·k), k = π/2/n from three events on (the variance of a median in that of a
  mean, normal errors), 1/2 for two, 1 for one;
* total: n²·s²·(c + (1 − c)/n);
* cadence: both ends of a period err by the instant of a contact, the median over n periods, and the
  sensor's clock errs alike in all;
* spread between hops: what of it is the error of single hops, and how that scatters (below);
* steps: a share of their number.

s is the median of what the events state, so that one that touches a gap does not widen all.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from sensing.core.events import Hold, Hop, Rep, Set
from sensing.results.quantities import sd_name

SHARED: Mapping[str, float] = {
    **dict.fromkeys(("raise_time_s", "hold_time_s", "lower_time_s"), 0.75),
    "rise_m": 0.9,
    "time_under_tension_s": 0.75,
    **dict.fromkeys(("contact_time_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps"), 0.8),
    "duration_s": 0.5,
}
"""Share of the variance of an event's error that all events of its set share; 0 for the rest. Of
contacts from eight people beside force, each timed by constants of the others: their sets scatter
by 19 ms, the hops within one by 9. Of raises and holds from 200 simulated people
(``tests/coverage.py`` prints all). Larger: medians are hardly better known than single events;
smaller: medians of many reps look more certain than they are."""
CONTACT_SD_S = 0.007
"""s; error of the instant of one initial contact, without its mean: periods of eight people's hops
in the shoe err by 10 ms, √2 times as much. Larger: a less certain cadence; smaller: a more certain
one."""
_CLOCK = 0.001
"""Share of a period by which a sensor's clock may be off, once fitted. Larger and smaller
likewise."""
_STEPS = 0.1
"""Error of a number of steps, as a share of it, on simulated drills alone: half are exact, a few
are off by a quarter. Larger and smaller likewise."""
_REP = ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m")
_HOP = ("contact_time_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps")
_STEADINESS = (
    *("rms_mps2", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4", "tremor_rms_mps2"),
    *("tremor_peak_hz", "ap_rms_mps2", "ml_rms_mps2", "lean_deg", "side_lean_deg", "quiet_ratio"),
)


def uncertainties(sets: Iterable[Set]) -> dict[str, float]:
    """Standard uncertainty of each figure of one set, or of several together, by its name.

    ``hold_s`` is the total time held, ``longest_hold_s`` the longest. What is unknown is left out.
    """
    these = tuple(sets)
    reps = [rep for each in these for rep in each.reps if rep.valid]
    hops = [hop for each in these for hop in each.hops if hop.valid]
    holds = [hold for each in these for hold in each.holds if hold.valid]
    found = {name: _median_of(reps, name) for name in _REP} if reps else {}
    if reps:
        found["time_under_tension_s"] = _total_sd("time_under_tension_s", map(_rep_sd_s, reps))
    if hops:
        found |= {name: _median_of(hops, name) for name in _HOP}
        for name in ("contact_time", "flight_time"):
            found[f"{name}_spread_s"] = _spread_of(hops, f"{name}_s")
        found["cadence_hz"] = cadence_sd_hz([p for each in these for p in periods_s(each.hops)])
    if holds:
        found |= _of_holds(holds)
    steps = [each.steps for each in these if each.steps is not None]
    if steps:
        found["steps"] = _STEPS * math.hypot(*steps)
    return {name: sd for name, sd in found.items() if sd is not None}


def median_sd(figure: str, sds: Sequence[float]) -> float | None:
    """Standard uncertainty of the median of events with these uncertainties; None of none."""
    n = len(sds)
    if n == 0:
        return None
    of_median = math.pi / 2 / n if n > 2 else 1 / n
    shared = SHARED.get(figure, 0.0)
    return statistics.median(sds) * math.sqrt(shared + (1 - shared) * of_median)


def spread(values: Sequence[float]) -> float | None:
    """Sample standard deviation; None of fewer than two."""
    if len(values) < 2:
        return None
    mean = math.fsum(values) / len(values)
    # Not `statistics.stdev`: in exact fractions it takes most of the time of a year's report.
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def spread_sd(figure: str, values: Sequence[float], sds: Sequence[float]) -> float | None:
    """Standard uncertainty of the spread of events, in the figure's unit; None where unknown.

    The spread that is measured is that of the events, S, and that of their errors, e, together:
    √(S² + e²). So it is too large by what it loses without e², and it scatters by e/√(n − 1). Of n
    errors e² itself is off by √(2/(n − 1)) of it; so much is added. The part of the errors that all
    events share does not spread them.

    Args:
        figure: name of the figure.
        values: of the events.
        sds: standard uncertainties of the events.
    """
    measured = spread(values)
    if measured is None or not sds:
        return None
    freedom = len(values) - 1
    own = statistics.median(sds) * math.sqrt(1 - SHARED.get(figure, 0.0))
    square = own**2 * (1 + math.sqrt(2 / freedom))
    too_large = measured - math.sqrt(max(0.0, measured**2 - square))
    return math.hypot(too_large, own / math.sqrt(freedom))


def cadence_sd_hz(periods: Sequence[float]) -> float | None:
    """Standard uncertainty of one over the median of some periods, 1/s; None if there is none.

    Args:
        periods: times between contacts, s.
    """
    n = len(periods)
    period_s = statistics.median(periods) if n else 0.0
    if period_s <= 0:
        return None
    of_median = math.pi / 2 / n if n > 2 else 1 / n
    off_s = math.hypot(CONTACT_SD_S * math.sqrt(2 * of_median), _CLOCK * period_s)
    return off_s / period_s**2


def periods_s(series: Sequence[Hop]) -> list[float]:
    """Times from each contact to the very next one where the hopping went on, s.

    A hop without a flight ended its series, and the pause after it is not a slow hop.
    """
    return [
        after.contact_s - before.contact_s
        for before, after in itertools.pairwise(series)
        if before.valid
        and after.valid
        and (before.flight_time_s is not None or "flight_time_s" in before.reasons)
    ]


def _spread_of(hops: Sequence[Hop], figure: str) -> float | None:
    values = [value for hop in hops if (value := getattr(hop, figure)) is not None]
    sds = [sd for hop in hops if (sd := getattr(hop, sd_name(figure))) is not None]
    return spread_sd(figure, values, sds)


def _median_of(events: Sequence[object], figure: str) -> float | None:
    name = sd_name(figure)
    return median_sd(
        figure, [sd for event in events if (sd := getattr(event, name, None)) is not None]
    )


def _of_holds(holds: Sequence[Hold]) -> dict[str, float | None]:
    steady = [hold.steadiness for hold in holds if hold.steadiness is not None]
    leans = [hold.lean_sd_deg for hold in holds if hold.lean_sd_deg is not None]
    timed = [hold for hold in holds if hold.duration_s is not None]
    longest = max(timed, key=lambda hold: hold.duration_s or 0.0, default=None)
    return {
        "duration_s": _median_of(timed, "duration_s"),
        "hold_s": _total_sd("duration_s", (hold.duration_sd_s for hold in timed)),
        "longest_hold_s": longest.duration_sd_s if longest is not None else None,
        "shank_lean_deg": median_sd("shank_lean_deg", leans),
        **{name: _median_of(steady, name) for name in _STEADINESS},
    }


def _rep_sd_s(rep: Rep) -> float | None:
    """Uncertainty of the time from heel off to heel down, s: of its two ends, each told with one
    movement; where they meet the hold at the top, what one gains the other loses."""
    known = [sd for sd in (rep.raise_time_sd_s, rep.lower_time_sd_s) if sd is not None]
    return math.hypot(*known) if known else None


def _total_sd(figure: str, sds: Iterable[float | None]) -> float | None:
    """Standard uncertainty of a sum over events; None if that of any is unknown."""
    every = list(sds)
    known = [sd for sd in every if sd is not None]
    if not known or len(known) < len(every):
        return None
    n, shared = len(known), SHARED.get(figure, 0.0)
    square = math.fsum(sd**2 for sd in known) / n
    return n * math.sqrt(square * (shared + (1 - shared) / n))
