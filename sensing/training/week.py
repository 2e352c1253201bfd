"""A week at a glance: what was done each day, compared with the usual dose or the athlete's plan.

*Lower-leg days* are days with raises, hops, jumps or holds from the catalogue; two to three a week
is the usual advice. Balance and walking drills don't load the calf and do not count, nor does work
logged under other names. *Dynamic* sets are raises and hops, *isometric* sets are holds.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sensing.core.exercises import CATALOGUE, Dose, Exercise
from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.training.completed import Done

USUAL_DAYS = (2, 3)
"""Lower-leg sessions a week, as usually recommended to runners."""

_LIGHT = {
    *("single-leg-balance", "heel-walk", "heel-toe-walk", "vele-forward-lean", "short-foot"),
}
_KNOWN = {row.name: row for row in CATALOGUE}

_KEPT_S = 0.3
_KEPT_SHARE = 0.2
"""A phase kept its tempo within the larger of these: people who move to a beat stay within it, and
it exceeds the uncertainty of the times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWork:
    """One exercise of one leg on one day.

    Attributes:
        sets: number of sets.
        reps: of each set that has any, in order.
        seconds: of each set that is timed.
        load_kg: the heaviest.
        pain: the highest.
    """

    sets: int
    reps: tuple[int, ...]
    seconds: tuple[float, ...]
    load_kg: float | None
    pain: int | None

    def text(self, *, held: bool) -> str:
        """As people write it: ``3×12``, ``2×45s``; a range if sets differ."""
        if held and self.seconds:
            return f"{self.sets}×{_range([round(each) for each in self.seconds])}s"
        return f"{self.sets}×{_range(self.reps)}" if self.reps else f"{self.sets}×"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One exercise of one leg through the week.

    Attributes:
        days: what was done, by day.
        known: its row of the catalogue; None if it was logged under another name.
        held: timed rather than counted.
    """

    exercise: str
    side: Side | None
    days: Mapping[int, DayWork]
    known: Exercise | None
    held: bool

    @property
    def sets(self) -> int:
        """Of all days."""
        return sum(each.sets for each in self.days.values())

    @property
    def reps(self) -> int:
        """Of all days and sets."""
        return sum(sum(each.reps) for each in self.days.values())

    @property
    def seconds(self) -> float:
        """Of all days and sets."""
        return sum(sum(each.seconds) for each in self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoKept:
    """How many reps kept the tempo they were paced to; ``why`` names the tempo."""

    exercise: str
    side: Side | None
    why: str
    kept: int
    reps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What the days add up to.

    Attributes:
        rows: each exercise and leg, the catalogue's in its order, then what was logged.
        lower_leg_days: days that loaded the lower leg.
        dynamic_sets, isometric_sets: of both legs.
        pain, pain_day: the highest reported and its day; None if none was reported.
        kept: reps that kept their tempo.
    """

    rows: tuple[Row, ...]
    lower_leg_days: tuple[int, ...]
    dynamic_sets: int
    isometric_sets: int
    pain: int | None
    pain_day: int | None
    kept: tuple[TempoKept, ...]


def loads_lower_leg(exercise: str) -> bool:
    """True of raises, hops, jumps and holds from the catalogue."""
    return exercise in _KNOWN and exercise not in _LIGHT


def week_of(done: Sequence[Done], kept: Sequence[TempoKept] = ()) -> Week:
    """Combine the work of some days."""
    groups: dict[tuple[str, Side | None], list[Done]] = {}
    for each in done:
        groups.setdefault((each.exercise, each.side), []).append(each)
    order = {name: n for n, name in enumerate(_KNOWN)}
    rows = [
        _row(exercise, side, own)
        for (exercise, side), own in sorted(
            groups.items(),
            key=lambda group: (order.get(group[0][0], 99), group[0][0], group[0][1] or ""),
        )
    ]
    loading = [row for row in rows if loads_lower_leg(row.exercise)]
    pains = [(each.pain, each.day_n) for each in done if each.pain is not None]
    worst = max(pains, default=(None, None))
    return Week(
        rows=tuple(rows),
        lower_leg_days=tuple(sorted({day for row in loading for day in row.days})),
        dynamic_sets=sum(row.sets for row in loading if not _is_isometric(row.known)),
        isometric_sets=sum(row.sets for row in loading if _is_isometric(row.known)),
        pain=worst[0],
        pain_day=worst[1],
        kept=tuple(kept),
    )


def dose_verdict(row: Row) -> str:
    """How the newest day compares with the usual dose; empty if there is none."""
    if row.known is None:
        return ""
    usual, work = row.known.usual, row.days[max(row.days)]
    if work.sets < usual.sets[0]:
        return f"{work.sets} of {usual.sets[0]} sets"
    if usual.reps is not None and work.reps:
        reps = statistics.median(work.reps)
        if reps < usual.reps[0]:
            return f"{reps:.0f} of {usual.reps[0]} reps a set"
    if usual.reps is None and usual.seconds is not None and work.seconds:
        seconds = statistics.median(work.seconds)
        # A set of 20 s may end a moment early.
        if seconds < 0.95 * usual.seconds[0]:
            return f"{seconds:.0f} of {usual.seconds[0]:.0f} s a set"
    return "more sets than usual" if work.sets > usual.sets[1] else "as usual"


def dose_text(usual: Dose) -> str:
    """The usual dose in short: ``3–5 × 30–60 s``."""
    sets = _range(usual.sets)
    if usual.reps is not None:
        return f"{sets} × {_range(usual.reps)}"
    if usual.seconds is not None:
        return f"{sets} × {_range([round(each) for each in usual.seconds])} s"
    return sets


def tempo_kept(
    sets: Iterable[Done], times: Mapping[int, Sequence[tuple[float, float, float]]]
) -> list[TempoKept]:
    """How many reps kept their tempo, for each exercise and leg that had one.

    A set has the tempo it was paced to; without one, the eccentric phase of the usual dose.

    Args:
        sets: what was done.
        times: seconds up, at the top and down of the valid reps of each set.
    """
    found: dict[tuple[str, Side | None, str], list[bool]] = {}
    for each in sets:
        reps = times.get(each.set_id or -1, ())
        known = _KNOWN.get(each.exercise)
        if each.tempo is not None:
            tempo = Tempo.parse(each.tempo)
            why = f"tempo {tempo}"
            kept = [keeps_tempo(rep, tempo) for rep in reps]
        elif known is not None and known.usual.lower_s is not None:
            slow = known.usual.lower_s
            why = f"eccentric phase {slow:g} s"
            kept = [down >= slow - _room(slow) for _, _, down in reps]
        else:
            continue
        found.setdefault((each.exercise, each.side, why), []).extend(kept)
    return [
        TempoKept(exercise=exercise, side=side, why=why, kept=sum(kept), reps=len(kept))
        for (exercise, side, why), kept in found.items()
        if kept
    ]


def keeps_tempo(rep: tuple[float, float, float], tempo: Tempo) -> bool:
    """True if seconds up, at the top and down of a rep are those of the tempo, nearly."""
    wanted = (tempo.raise_s, tempo.hold_s, tempo.lower_s)
    # "0" at the top does not forbid a hold: the turn itself takes a moment.
    return all(
        abs(took - asked) <= _room(asked)
        for took, asked in zip(rep, wanted, strict=True)
        if asked > 0
    )


def _room(asked_s: float) -> float:
    return max(_KEPT_S, _KEPT_SHARE * asked_s)


def _row(exercise: str, side: Side | None, own: Sequence[Done]) -> Row:
    known = _KNOWN.get(exercise)
    by_day: dict[int, list[Done]] = {}
    for each in own:
        by_day.setdefault(each.day_n, []).append(each)
    return Row(
        exercise=exercise,
        side=side,
        days={day: _day(sets) for day, sets in by_day.items()},
        known=known,
        held=known.kind in ("hold", "walk") if known else all(each.reps is None for each in own),
    )


def _day(sets: Sequence[Done]) -> DayWork:
    return DayWork(
        sets=sum(each.sets for each in sets),
        reps=tuple(each.reps for each in sets if each.reps is not None for _ in range(each.sets)),
        seconds=tuple(
            each.seconds for each in sets if each.seconds is not None for _ in range(each.sets)
        ),
        load_kg=max((each.load_kg for each in sets if each.load_kg is not None), default=None),
        pain=max((each.pain for each in sets if each.pain is not None), default=None),
    )


def _is_isometric(known: Exercise | None) -> bool:
    return known is not None and known.kind == "hold"


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}–{high}"
