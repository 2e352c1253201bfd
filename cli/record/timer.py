"""``anklet record`` for an exercise that the sensor can't see: a timer with beeps, and a log entry.

No sensor is used, nothing is measured and nothing detected; what was done goes into the training
log, as ``anklet log`` would put it there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cli.common.athletes import is_shown
from cli.common.output import err, remark
from cli.common.tables import printable
from sensing.core.exercises import Exercise
from sensing.core.samples import Side

HOLD_S = 5.0
"""s that each repetition is held if not said otherwise; the usual dose."""
_RELAX_S = 3.0
"""s between two repetitions."""

sleep = time.sleep
"""Waits; tests replace it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What to time, and what to log of it.

    Attributes:
        reps: repetitions of a set.
        hold_s: seconds that each is held.
    """

    exercise: Exercise
    sets: int
    reps: int
    hold_s: float
    rest_s: float
    countdown_s: float
    side: Side | None
    pain: int | None
    note: str | None
    athlete: str
    mute: bool
    db: Path | None


def run_timer(timed: Timed) -> None:
    """Time the sets, and log those that were finished; Ctrl-C ends early."""
    name = timed.exercise.name
    remark(f"the sensor can't see {name}: it runs as a timer, and nothing is measured")
    remark(timed.exercise.how)
    done = 0
    try:
        for number in range(1, timed.sets + 1):
            for seconds, words in _course(timed, number):
                _say(words, mute=timed.mute)
                sleep(seconds)
            done = number
            _say(f"set {number} of {timed.sets} over", mute=timed.mute)
    except KeyboardInterrupt:
        remark("stopped")
    if done:
        _log(timed, done)


def _course(timed: Timed, number: int) -> Iterator[tuple[float, str]]:
    """Seconds and words of each part of a set, its rest or countdown before it included."""
    if number > 1:
        yield timed.rest_s, f"rest {timed.rest_s:.0f} s"
    else:
        yield timed.countdown_s, f"begins in {timed.countdown_s:.0f} s"
    for rep in range(1, timed.reps + 1):
        yield timed.hold_s, f"{rep} of {timed.reps}: hold {timed.hold_s:g} s"
        if rep < timed.reps:
            yield _RELAX_S, "let go"


def _say(words: str, *, mute: bool) -> None:
    console = err()
    if console.is_terminal and not mute:
        console.bell()
    console.print(words, soft_wrap=True)


def _log(timed: Timed, sets: int) -> None:
    from sensing.store.store import open_store
    from sensing.store.values.rows import Work

    note = f"timed, not measured; each held {timed.hold_s:g} s"
    work = Work(
        exercise=timed.exercise.name,
        side=timed.side,
        sets=sets,
        reps=timed.reps,
        hold_s=None,
        load_kg=None,
        pain=timed.pain,
        note=f"{note}; {timed.note}" if timed.note else note,
    )
    now = datetime.now(UTC)
    with open_store(timed.db) as store:
        key = store.log_work(work, day=now.astimezone().date(), now_utc=now, athlete=timed.athlete)
        shown = f" for {printable(timed.athlete)}" if is_shown(store, timed.athlete) else ""
    remark(f"logged as entry {key}{shown}: {timed.exercise.name} {sets}×{timed.reps}, not measured")
