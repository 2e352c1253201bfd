"""The metrics that can be followed over sessions, one row each: meaning, progress and error.

``of`` says where a value comes from: the median over a set's reps, hops or holds (``figure``), a
count or sum of a set (``sum``), or a value the athlete gave (``told``).

Every measured figure has an error of its own from one session to the next, because the strap never
sits exactly the same: ``error_abs`` and ``error_share`` are its standard deviation, combined in
squares. They come from simulated people who wear the sensor anew for each of several sessions, by
comparing results with ground truth: the pooled standard deviation within an athlete, rounded up,
the worst of single-leg, seated, eccentric and tibialis raises, single-leg hops, calf-raise holds
and one-leg balance. Where one exercise is far worse than the rest, it is listed in ``worse``. The
errors of jump height and RSI by height follow from those of the times; for sway the same balance
was measured through several straps. No athlete has been measured this way at the ankle yet; on
people the error is at least that large. It is therefore only used to withhold a claim, never to
make one.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sensing.core.errors import UsageError
from sensing.core.exercises import Kind
from sensing.results.quantities import QUANTITIES, Quantity

Better = Literal["higher", "lower", "neither"]
Of = Literal["figure", "sum", "told"]

_REPS: tuple[Kind, ...] = ("reps",)
_HOPS: tuple[Kind, ...] = ("hops", "hops-and-hold")
_HOLDS: tuple[Kind, ...] = ("hold", "hops-and-hold", "lean")
_ALL: tuple[Kind, ...] = ("reps", "hops", "hold", "hops-and-hold", "lean", "walk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Quantity):
    """One row.

    Attributes:
        better: which direction is progress; ``neither`` if that depends on the goal.
        kinds: of exercise that have it.
        of: where a value comes from.
        definition: what it is, for a reader who was not there.
        error_abs, error_share: standard deviation between sessions that comes from the measurement,
            in SI units and as a share of the value.
        worse: exercises in which it is larger, each with its standard deviation, SI.
    """

    better: Better
    kinds: tuple[Kind, ...]
    of: Of = "figure"
    definition: str
    error_abs: float = 0.0
    error_share: float = 0.0
    worse: tuple[tuple[str, float], ...] = ()

    def error_of(self, value: float, exercise: str) -> float:
        """The measurement's own standard deviation between two sessions, for this value."""
        usual = math.hypot(self.error_abs, self.error_share * value)
        return max(usual, dict(self.worse).get(exercise, 0.0))


def _metric(name: str, **more: Any) -> Metric:
    return Metric(**asdict(QUANTITIES[name]), **more)


METRICS: tuple[Metric, ...] = (
    _metric(
        "rise_m",
        better="higher",
        kinds=_REPS,
        definition="Vertical travel of the sensor from heel down to the top of the rep; the median "
        "of a set's reps. Integrated twice from acceleration, with the heel-down height fixed.",
        error_share=0.08,
    ),
    _metric(
        "raise_time_s",
        better="neither",
        kinds=_REPS,
        definition="From the heel leaving the floor to full height; the median of a set's reps.",
        error_abs=0.03,
        error_share=0.04,
        worse=(("eccentric-calf-raise", 0.1),),
    ),
    _metric(
        "hold_time_s",
        better="neither",
        kinds=_REPS,
        definition="From full height to the start of the way down; the median of a set's reps.",
        error_abs=0.03,
        error_share=0.15,
        worse=(("eccentric-calf-raise", 0.21), ("tibialis-raise", 0.1)),
    ),
    _metric(
        "lower_time_s",
        better="neither",
        kinds=_REPS,
        definition="From the start of the way down to the heel being down; the median of a set's "
        "reps.",
        error_abs=0.04,
        error_share=0.07,
        worse=(("eccentric-calf-raise", 0.23), ("tibialis-raise", 0.1)),
    ),
    _metric(
        "contact_time_s",
        better="lower",
        kinds=_HOPS,
        definition="From initial contact to toe-off, where the vertical ground force passes 20 N; "
        "the median of a set's hops.",
        error_abs=0.007,
    ),
    _metric(
        "flight_time_s",
        better="higher",
        kinds=_HOPS,
        definition="From toe-off to the next initial contact; the median of a set's hops.",
        error_abs=0.007,
    ),
    _metric(
        "height_m",
        better="higher",
        kinds=_HOPS,
        definition="g · flight time² / 8 (Bosco 1983); the median of a set's hops.",
        error_share=0.07,
    ),
    _metric(
        "rsi",
        better="higher",
        kinds=_HOPS,
        definition="Reactive strength index: flight time / ground-contact time; the median of a "
        "set's hops. An error in contact time changes flight time too, so it counts twice.",
        error_share=0.055,
    ),
    _metric(
        "rsi_height_mps",
        better="higher",
        kinds=_HOPS,
        definition="Reactive strength index: jump height / ground-contact time; the median of a "
        "set's hops.",
        error_share=0.08,
    ),
    _metric(
        "duration_s",
        better="higher",
        kinds=_HOLDS,
        definition="From reaching the position to leaving it; the median of a set's holds.",
        error_abs=0.35,
        # The ends of a balance are hard to detect; after a hop this was not tested separately.
        worse=(("single-leg-balance", 6.0), ("hop-to-balance", 6.0)),
    ),
    _metric(
        "rms_mps2",
        better="lower",
        kinds=_HOLDS,
        definition="Root mean square of horizontal acceleration below 10 Hz; after Mancini 2012, "
        "but measured at the ankle: compare only values of one athlete.",
        error_share=0.16,
    ),
    _metric(
        "path_mps2_per_s",
        better="lower",
        kinds=_HOLDS,
        definition="Length of the path that horizontal acceleration draws, per second; after "
        "Mancini 2012.",
        error_share=0.19,
    ),
    _metric(
        "tremor_rms_mps2",
        better="lower",
        kinds=_HOLDS,
        definition="Root mean square of the fast part of sway, where physiological tremor lies.",
        error_share=0.15,
    ),
    _metric(
        "reps",
        better="higher",
        kinds=_REPS,
        of="sum",
        definition="Raises in all sets of a session, after corrections; includes partial ones.",
    ),
    _metric(
        "hops",
        better="higher",
        kinds=_HOPS,
        of="sum",
        definition="Ground contacts in all sets of a session, after corrections.",
    ),
    _metric(
        "shank_lean_deg",
        better="neither",
        kinds=("lean",),
        definition="Angle of the shank in a forward lean against the stance just before; the "
        "median of a set's leans. From the direction of gravity, at any mounting.",
        error_abs=0.3,
    ),
    _metric(
        "hold_s",
        better="higher",
        kinds=_HOLDS,
        of="sum",
        definition="Seconds held in all sets of a session.",
    ),
    _metric(
        "time_under_tension_s",
        better="higher",
        kinds=_REPS,
        of="sum",
        definition="From heel off to heel down, added up over all reps of a session.",
    ),
    _metric(
        "load_kg",
        better="higher",
        kinds=_ALL,
        of="told",
        definition="Weight carried besides body weight, as given; the heaviest of a session.",
    ),
    _metric(
        "volume_kg",
        better="higher",
        kinds=_REPS,
        of="sum",
        definition="Weight carried besides body weight, times reps, over all sets of a session.",
    ),
    _metric(
        "hold_load_kg_s",
        better="higher",
        kinds=_HOLDS,
        of="sum",
        definition="Weight carried besides body weight, times seconds held, over all sets.",
    ),
)
"""All metrics, in the order they are listed."""

_BY_NAME = {metric.name: metric for metric in METRICS}
_SHORT = {
    **{metric.name.rpartition("_")[0]: metric for metric in METRICS if "_" in metric.name},
    "rise": _BY_NAME["rise_m"],
    "lowering": _BY_NAME["lower_time_s"],
    "eccentric": _BY_NAME["lower_time_s"],
    "concentric": _BY_NAME["raise_time_s"],
    "contact": _BY_NAME["contact_time_s"],
    "flight": _BY_NAME["flight_time_s"],
    "height": _BY_NAME["height_m"],
    "hold": _BY_NAME["duration_s"],
    "lean": _BY_NAME["shank_lean_deg"],
    "sway": _BY_NAME["rms_mps2"],
    "path": _BY_NAME["path_mps2_per_s"],
    "tremor": _BY_NAME["tremor_rms_mps2"],
    "load": _BY_NAME["load_kg"],
    "volume": _BY_NAME["volume_kg"],
    "tut": _BY_NAME["time_under_tension_s"],
}
"""Short names that can be typed: without the unit, or in one word."""


def find_metric(name: str) -> Metric:
    """The metric of this full or short name.

    Raises:
        UsageError: there is none; the message suggests similar names.
    """
    wanted = name.strip().lower().replace("-", "_")
    metric = _BY_NAME.get(wanted) or _SHORT.get(wanted)
    if metric is not None:
        return metric
    near = difflib.get_close_matches(wanted, [*_BY_NAME, *_SHORT], n=2, cutoff=0.6)
    near = list(dict.fromkeys(each if each in _BY_NAME else _SHORT[each].name for each in near))
    hint = f"did you mean {' or '.join(near)}?" if near else f"available: {', '.join(_BY_NAME)}"
    raise UsageError(f"there is no metric {name!r}", remedy=hint)
