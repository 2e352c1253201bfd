"""What to know before relying on the figures: worked out once for terminal, ``show`` and page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.common.output import many
from cli.sets.set_figures import ShownSet, fresh, limits

if TYPE_CHECKING:
    from sensing.core.events import Analysis
    from sensing.store.values.sessions import RecordingDetail

TITLE = "Limitations of these results"
_HOP_RATE_HZ = 100.0
"""Below it hops are missed and contact times are coarse (11 % off at 50 Hz)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A recording's sets, and what their figures rest on."""

    sets: Sequence[ShownSet]
    notes: Sequence[str]
    rate_hz: float
    profile: str | None


def of_analysis(analysis: Analysis) -> Measured:
    """What a fresh analysis found."""
    return Measured(
        sets=[fresh(n, each) for n, each in enumerate(analysis.sets, start=1)],
        notes=analysis.notes,
        rate_hz=analysis.rate_hz,
        profile=analysis.profile,
    )


def of_recording(part: RecordingDetail, sets: Sequence[ShownSet]) -> Measured:
    """What is stored of a recording, with those of its sets that are shown."""
    return Measured(
        sets=sets,
        notes=part.analysis.notes,
        rate_hz=part.recording.rate_hz,
        profile=part.analysis.profile,
    )


def limitations(measured: Sequence[Measured], *, by_set: bool = True) -> list[str]:
    """One line for each limitation, which names the sets it is about or else counts them."""
    lines = Counter(note for each in measured for note in each.notes)
    for each in measured:
        for one in each.sets:
            where = f"set {one.n}" if by_set else "in a set"
            lines.update(f"{where}: {line}" for line in limits(one))
    found = [f"{line}{f' ({count} times)' if count > 1 else ''}" for line, count in lines.items()]
    return [*found, *_of_all(measured, by_set=by_set)]


def _of_all(measured: Sequence[Measured], *, by_set: bool) -> Iterator[str]:
    detected = [one.n for each in measured for one in each.sets if one.events.guessed]
    if detected:
        sets = _listed(detected) if by_set else f"in {many(len(detected), 'set')}"
        yield (
            f"{sets}: the exercise was detected from the signal, which cannot tell similar "
            "exercises apart, above all one leg from two; specify it with --exercise"
        )
    hops = [each for each in measured if any(one.events.hops for one in each.sets)]
    slow = sorted({each.rate_hz for each in hops if each.rate_hz < _HOP_RATE_HZ})
    if slow:
        yield (
            f"{', '.join(f'{rate:.0f}' for rate in slow)} Hz is slow for hops: some are missed and "
            "contact times are coarse; 100 Hz or more is needed"
        )
    reps = [each for each in measured if any(one.events.reps for one in each.sets)]
    names = ["contact time, flight time, RSI"] if any(each.profile is None for each in hops) else []
    names += ["heel-rise height"] if any(each.profile is None for each in reps) else []
    if names:
        yield (
            f"not calibrated: {', '.join(names)}; these can be compared within one athlete, but "
            "not between athletes"
        )


def _listed(numbers: Sequence[int]) -> str:
    """``set 3``, ``sets 1, 2 and 3``."""
    if len(numbers) == 1:
        return f"set {numbers[0]}"
    return f"sets {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
