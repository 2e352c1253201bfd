"""Summarise a set, or several sets together: counts, medians and totals.

Medians, because one stumble must not move the figure of a whole set. Every event counts but what a
person marked false. Figures are over the valid events that have them: ``invalid`` is how many of
those counted are doubtful (``valid=False``) and have a part in no figure. An unknown figure is
None, never 0.

The spread of a series of contacts is the sample standard deviation *between* its hops; it says how
regular the hopping was, and is no uncertainty. That stands beside each figure (``rise_sd_m`` …) and
comes from :mod:`~sensing.results.uncertainty`; None where it is not known.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sensing.core.events import MARKED_FALSE, Hold, Hop, Rep, Set, Steadiness
from sensing.results.quantities import sd_name
from sensing.results.uncertainty import periods_s, spread, uncertainties

REP_FIGURES = ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m")
HOP_FIGURES = (
    *("contact_time_s", "contact_time_sd_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps"),
)
HOLD_FIGURES = (
    *("duration_s", "rms_mps2", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4"),
    *("tremor_rms_mps2", "shank_lean_deg"),
)
_OF_STEADINESS = HOLD_FIGURES[1:-1]
_OTHERS = (
    *("tremor_peak_hz", "ap_rms_mps2", "ml_rms_mps2", "lean_deg", "side_lean_deg", "quiet_ratio"),
)
_SUMMARISED = (
    *("contact_time_s", "contact_time_spread_s", "flight_time_s", "flight_time_spread_s"),
    *("rsi", "rsi_height_mps", "cadence_hz"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepSummary:
    """Raises taken together.

    Attributes:
        count: all reps, partial ones included; ``full`` + ``partial``.
        full: those over the full range.
        partial: those of clearly less range than the set's own full reps.
        invalid: of these, those of which it is doubtful that they happened; in no figure.
        raise_time_s: median concentric time, s.
        hold_time_s: median time at the top, s.
        lower_time_s: median eccentric time, s.
        rise_m: median rise, m, over the reps whose rise is known.
        time_under_tension_s: from heel off to heel down, all valid reps added up, s.
    """

    count: int
    full: int
    partial: int
    invalid: int
    raise_time_s: float | None
    hold_time_s: float | None
    lower_time_s: float | None
    rise_m: float | None
    time_under_tension_s: float
    raise_time_sd_s: float | None = None
    hold_time_sd_s: float | None = None
    lower_time_sd_s: float | None = None
    rise_sd_m: float | None = None
    time_under_tension_sd_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HopSummary:
    """Ground contacts and flights taken together.

    Attributes:
        count: all ground contacts.
        invalid: of these, doubtful or implausible ones; in no figure.
        contact_time_s: median ground-contact time, s.
        contact_time_spread_s: its standard deviation between hops, s; None under two hops.
        flight_time_s: median flight time, s.
        flight_time_spread_s: its standard deviation between hops, s; None under two flights.
        rsi: median reactive strength index, flight time / contact time (no unit).
        rsi_height_mps: median reactive strength index, jump height / contact time, m/s.
        cadence_hz: hops per second, from the median time between consecutive contacts.
    """

    count: int
    invalid: int
    contact_time_s: float | None
    contact_time_spread_s: float | None
    flight_time_s: float | None
    flight_time_spread_s: float | None
    rsi: float | None
    rsi_height_mps: float | None
    cadence_hz: float | None
    contact_time_sd_s: float | None = None
    contact_time_spread_sd_s: float | None = None
    flight_time_sd_s: float | None = None
    flight_time_spread_sd_s: float | None = None
    rsi_sd: float | None = None
    rsi_height_sd_mps: float | None = None
    cadence_sd_hz: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSummary:
    """Holds taken together.

    Attributes:
        count: all holds.
        invalid: of these, those of which it is doubtful that they happened; in no figure.
        total_s: time held, all known times added up, s; None if none is known.
        longest_s: the longest known, s.
        steadiness: medians over the holds whose steadiness is known.
    """

    count: int
    invalid: int
    total_s: float | None
    longest_s: float | None
    steadiness: Steadiness | None
    total_sd_s: float | None = None
    longest_sd_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one set, or several, amount to; a part is None where nothing of its kind was seen.

    Attributes:
        sets: how many sets were taken together.
        steps: steps of the walking drills; None where there were none.
    """

    sets: int
    reps: RepSummary | None
    hops: HopSummary | None
    holds: HoldSummary | None
    steps: int | None
    steps_sd: float | None = None

    def as_dict(self) -> dict[str, object]:
        """The same as plain dictionaries, numbers and None: what ``--json`` prints."""
        return asdict(self)


def medians(
    reps: Iterable[Rep] = (), hops: Iterable[Hop] = (), holds: Iterable[Hold] = ()
) -> dict[str, float]:
    """Median of each figure over valid events, by name; SI units, unknown ones left out.

    The database keeps the same of every stored set in ``set_figure``.
    """
    found = {
        **{n: _median(getattr(each, n) for each in reps if each.valid) for n in REP_FIGURES},
        **{n: _median(getattr(each, n) for each in hops if each.valid) for n in HOP_FIGURES},
        "duration_s": _median(each.duration_s for each in holds if each.valid),
        "shank_lean_deg": _median(each.shank_lean_deg for each in holds if each.valid),
        **{
            n: _median(getattr(each.steadiness, n, None) for each in holds if each.valid)
            for n in _OF_STEADINESS
        },
    }
    return {name: value for name, value in found.items() if value is not None}


def summarise(
    sets: Set | Iterable[Set],
    known: Mapping[str, float] | None = None,
    sds: Mapping[str, float] | None = None,
) -> Summary:
    """Take one set, or several, together.

    Args:
        sets: what is taken together.
        known: their medians, if they are known already; None: work them out.
        sds: their uncertainties, likewise.
    """
    these = (sets,) if isinstance(sets, Set) else tuple(sets)
    reps = [rep for each in these for rep in each.reps]
    hops = [hop for each in these for hop in each.hops]
    holds = [hold for each in these for hold in each.holds]
    steps = [each.steps for each in these if each.steps is not None]
    sds = uncertainties(these) if sds is None else sds
    return Summary(
        sets=len(these),
        reps=_summarise_reps(reps, known, sds) if reps else None,
        hops=_summarise_hops(hops, [each.hops for each in these], known, sds) if hops else None,
        holds=_summarise_holds(holds, known, sds) if holds else None,
        steps=sum(steps) if steps else None,
        steps_sd=sds.get("steps"),
    )


def summarise_reps(reps: Sequence[Rep]) -> RepSummary:
    """Take reps together; the figures of none are None."""
    return _summarise_reps(reps, None, {})


def _summarise_reps(
    reps: Sequence[Rep], known: Mapping[str, float] | None, sds: Mapping[str, float]
) -> RepSummary:
    median = (medians(reps=reps) if known is None else known).get
    counted = [rep for rep in reps if rep.reason != MARKED_FALSE]
    valid = [rep for rep in counted if rep.valid]
    partial = sum(rep.partial for rep in counted)
    return RepSummary(
        count=len(counted),
        full=len(counted) - partial,
        partial=partial,
        invalid=len(counted) - len(valid),
        raise_time_s=median("raise_time_s"),
        hold_time_s=median("hold_time_s"),
        lower_time_s=median("lower_time_s"),
        rise_m=median("rise_m"),
        time_under_tension_s=sum(rep.end_s - rep.start_s for rep in valid),
        **_named(sds, (*REP_FIGURES, "time_under_tension_s")),
    )


def summarise_hops(hops: Sequence[Hop]) -> HopSummary:
    """Take the hops of one series together, in order of time; the figures of none are None."""
    return _summarise_hops(hops, [hops], None, {})


def _summarise_hops(
    hops: Sequence[Hop],
    series: Sequence[Sequence[Hop]],
    known: Mapping[str, float] | None,
    sds: Mapping[str, float],
) -> HopSummary:
    median = (medians(hops=hops) if known is None else known).get
    counted = [hop for hop in hops if hop.reason != MARKED_FALSE]
    valid = [hop for hop in counted if hop.valid]
    period_s = _median(gap for each in series for gap in periods_s(each))
    return HopSummary(
        count=len(counted),
        invalid=len(counted) - len(valid),
        contact_time_s=median("contact_time_s"),
        contact_time_spread_s=spread(_known(hop.contact_time_s for hop in valid)),
        flight_time_s=median("flight_time_s"),
        flight_time_spread_s=spread(_known(hop.flight_time_s for hop in valid)),
        rsi=median("rsi"),
        rsi_height_mps=median("rsi_height_mps"),
        cadence_hz=1 / period_s if period_s else None,
        **_named(sds, _SUMMARISED),
    )


def _summarise_holds(
    holds: Sequence[Hold], known: Mapping[str, float] | None, sds: Mapping[str, float]
) -> HoldSummary:
    counted = [hold for hold in holds if hold.reason != MARKED_FALSE]
    valid = [hold for hold in counted if hold.valid]
    durations_s = [each for hold in valid if (each := hold.duration_s) is not None]
    return HoldSummary(
        count=len(counted),
        invalid=len(counted) - len(valid),
        total_s=sum(durations_s) if durations_s else None,
        longest_s=max(durations_s, default=None),
        steadiness=_steadiness(
            [hold.steadiness for hold in valid if hold.steadiness is not None],
            medians(holds=holds) if known is None else known,
            sds,
        ),
        total_sd_s=sds.get("hold_s"),
        longest_sd_s=sds.get("longest_hold_s"),
    )


def _steadiness(
    each: Sequence[Steadiness], known: Mapping[str, float], sds: Mapping[str, float]
) -> Steadiness | None:
    if not each:
        return None
    figures: dict[str, Any] = {name: known[name] for name in _OF_STEADINESS}
    figures |= {name: _median(getattr(one, name) for one in each) for name in _OTHERS}
    return Steadiness(**figures, **_named(sds, (*_OF_STEADINESS, *_OTHERS)))


def _named(sds: Mapping[str, float], figures: Sequence[str]) -> dict[str, Any]:
    """Uncertainties of these figures by their own names."""
    return {sd_name(name): sds.get(name) for name in figures}


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _median(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return statistics.median(known) if known else None
