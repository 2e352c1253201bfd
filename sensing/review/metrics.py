"""What can be followed over sessions, one row each: which way is progress, meaning and error.

``of`` says where a value comes from: the median of a figure over a set's reps, hops or holds
(``figure``), something counted or added up in a set (``sum``), or what was carried (``told``).

Every figure that is measured has an error of its own from one session to the next, because the
strap never sits twice the same: ``error_abs`` and ``error_share`` are its standard deviation, the
two added in squares. They were found by letting simulated people wear the sensor anew for each of
several sessions and comparing what was measured with what they really did: the pooled standard
deviation within a person, rounded up, the worst of single-leg, seated, eccentric and tibialis
raises, single-leg hops, calf-raise holds and one-leg balance; where one exercise is far
worse than the rest it stands in ``worse``. Hop height and RSI by height follow from the error of
the times; of sway the same balance was felt through several straps. No person has yet been measured
so at the ankle; on people the error is at least that large. It is therefore only ever used to hold
a claim back, never to make one.
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
_HOLDS: tuple[Kind, ...] = ("hold", "hops-and-hold")
_ALL: tuple[Kind, ...] = ("reps", "hops", "hold", "hops-and-hold", "walk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Quantity):
    """One row.

    Attributes:
        better: which way is progress; ``neither`` where that is a matter of what is trained.
        kinds: of exercise that have it.
        of: where a value comes from.
        definition: what it is, for a reader who was not there.
        error_abs, error_share: standard deviation from session to session that is the
            measurement's own, in SI units and as a share of the value.
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
        """The measurement's own standard deviation between two sessions, at this value."""
        usual = math.hypot(self.error_abs, self.error_share * value)
        return max(usual, dict(self.worse).get(exercise, 0.0))


def _metric(name: str, **more: Any) -> Metric:
    return Metric(**asdict(QUANTITIES[name]), **more)


METRICS: tuple[Metric, ...] = (
    _metric(
        "rise_m",
        better="higher",
        kinds=_REPS,
        definition="How far the sensor rose from heel down to the top of a raise; the median of a "
        "set's reps. Twice integrated from acceleration, pinned where the heel is down.",
        error_share=0.08,
    ),
    _metric(
        "raise_time_s",
        better="neither",
        kinds=_REPS,
        definition="Concentric time: from the heel leaving the floor to full height; the median of "
        "a set's reps.",
        error_abs=0.03,
        error_share=0.04,
        worse=(("eccentric-calf-raise", 0.1),),
    ),
    _metric(
        "hold_time_s",
        better="neither",
        kinds=_REPS,
        definition="From full height to the beginning of the lowering; the median of a set's reps.",
        error_abs=0.03,
        error_share=0.15,
        worse=(("eccentric-calf-raise", 0.21), ("tibialis-raise", 0.1)),
    ),
    _metric(
        "lower_time_s",
        better="neither",
        kinds=_REPS,
        definition="Eccentric time: from the beginning of the lowering to the heel being down; the "
        "median of a set's reps.",
        error_abs=0.04,
        error_share=0.07,
        worse=(("eccentric-calf-raise", 0.23), ("tibialis-raise", 0.1)),
    ),
    _metric(
        "contact_time_s",
        better="lower",
        kinds=_HOPS,
        definition="Ground-contact time: from initial contact to toe-off, where the vertical "
        "ground force passes 20 N; the median of a set's hops.",
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
        definition="From flight time, g·t²/8 (Bosco 1983); the median of a set's hops.",
        error_share=0.07,
    ),
    _metric(
        "rsi",
        better="higher",
        kinds=_HOPS,
        definition="Reactive strength index as flight time over contact time; the median of a "
        "set's hops. What contact gains flight loses, so it moves twice with an error of either.",
        error_share=0.055,
    ),
    _metric(
        "rsi_height_mps",
        better="higher",
        kinds=_HOPS,
        definition="Reactive strength index as jump height over contact time; the median of a "
        "set's hops.",
        error_share=0.08,
    ),
    _metric(
        "duration_s",
        better="higher",
        kinds=_HOLDS,
        definition="From reaching the position to leaving it; the median of a set's holds.",
        error_abs=0.35,
        # Of balance the ends are hard to see; that after a hop was not tried and is taken alike.
        worse=(("single-leg-balance", 6.0), ("hop-to-balance", 6.0)),
    ),
    _metric(
        "rms_mps2",
        better="lower",
        kinds=_HOLDS,
        definition="Root mean square of acceleration across gravity, below 10 Hz; after Mancini "
        "2012, measured at the ankle: to be compared within a person.",
        error_share=0.16,
    ),
    _metric(
        "path_mps2_per_s",
        better="lower",
        kinds=_HOLDS,
        definition="Length of the path that acceleration across gravity draws, per second; after "
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
        definition="Raises of all sets of a session, after corrections; partial ones count.",
    ),
    _metric(
        "hops",
        better="higher",
        kinds=_HOPS,
        of="sum",
        definition="Ground contacts of all sets of a session, after corrections.",
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
        definition="From heel off to heel down, all reps of a session added up.",
    ),
    _metric(
        "load_kg",
        better="higher",
        kinds=_ALL,
        of="told",
        definition="Weight carried besides one's own, as told; the heaviest of a session.",
    ),
    _metric(
        "volume_kg",
        better="higher",
        kinds=_REPS,
        of="sum",
        definition="Weight carried besides one's own times reps, all sets of a session added up.",
    ),
    _metric(
        "hold_load_kg_s",
        better="higher",
        kinds=_HOLDS,
        of="sum",
        definition="Weight carried besides one's own times seconds held, all sets of a session.",
    ),
)
"""All of them, in the order they are listed."""

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
    "sway": _BY_NAME["rms_mps2"],
    "path": _BY_NAME["path_mps2_per_s"],
    "tremor": _BY_NAME["tremor_rms_mps2"],
    "load": _BY_NAME["load_kg"],
    "volume": _BY_NAME["volume_kg"],
    "tut": _BY_NAME["time_under_tension_s"],
}
"""What people type instead of the name: without its unit, or in a word."""


def find_metric(name: str) -> Metric:
    """The metric of this name, in full or in short.

    Raises:
        UsageError: there is none; the message offers the nearest names.
    """
    wanted = name.strip().lower().replace("-", "_")
    metric = _BY_NAME.get(wanted) or _SHORT.get(wanted)
    if metric is not None:
        return metric
    near = difflib.get_close_matches(wanted, [*_BY_NAME, *_SHORT], n=2, cutoff=0.6)
    near = list(dict.fromkeys(each if each in _BY_NAME else _SHORT[each].name for each in near))
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(_BY_NAME)}"
    raise UsageError(f"no metric is called {name!r}", remedy=hint)
