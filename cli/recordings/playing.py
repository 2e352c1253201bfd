"""A recording played as if it were happening: samples handed on when their time has come.

Samples go through the same session and the same live counter as they will from the radio. The clock
is handed in, so that nothing here knows what time it is and a test need not wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cli.screen.live_screen import Scene
from sensing.analysis.analyse import Session
from sensing.core.events import Set
from sensing.core.exercises import Exercise
from sensing.core.samples import Recording
from sensing.live.counter import LiveCounter

_FRAMES_HZ = 20.0  # about what a terminal can draw without flicker


class Clock(Protocol):
    """What playing needs of a clock; the module ``time`` has both."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Let so many seconds pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast to play.

    Attributes:
        speed: recorded seconds to one second of the clock; 1 is real time.
        clock: whose seconds.
    """

    speed: float
    clock: Clock


def play(
    recording: Recording,
    session: Session,
    exercise: Exercise | None,
    *,
    pace: Pace,
    show: Callable[[Scene], None],
) -> tuple[Set, ...]:
    """Play a recording through a session; gives the sets it found.

    Holes between blocks last as long as they did. A machine too slow for ``pace.speed`` falls
    behind the clock but leaves nothing out.

    Args:
        take: the recording.
        session: fresh, what the samples go through.
        exercise: what the live counter counts; None if that is to be found out.
        pace: how fast, and by which clock.
        show: draws a moment.
    """
    sets: list[Set] = []
    begun = pace.clock.monotonic()
    first_s = recording.blocks[0].time_s(0)
    for block in recording.blocks:
        counter = LiveCounter(block.rate_hz, exercise)
        stride = max(1, round(block.rate_hz * pace.speed / _FRAMES_HZ))
        for at in range(0, len(block), stride):
            part = block.part(at, at + stride)
            done_s = part.time_s(len(part)) - first_s
            early = begun + done_s / pace.speed - pace.clock.monotonic()
            if early > 0:
                pace.clock.sleep(early)
            view = counter.push(part)
            over = session.push(part)
            if over:  # a bout has been decided: its sets are listed, and the count begins anew
                sets += [each for found in over for each in found.sets]
                counter = LiveCounter(block.rate_hz, exercise)
            show(
                Scene(
                    view=view,
                    exercise=exercise,
                    sets=tuple(sets),
                    done_s=done_s,
                    duration_s=recording.duration_s,
                )
            )
        sets += [each for found in session.finish() for each in found.sets]
    return tuple(sets)
