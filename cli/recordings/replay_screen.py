"""The screen of ``replay --speed``: a recording played through the live count and the live screen.

It is the screen of ``record``, fed by the same guide; only the samples come from a recording and
the time from a clock that is passed in, so that a test need not wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from cli.recordings.ingest import AnalysedFile
from cli.screen.observer import Observer
from cli.screen.record_screen import LinkView, RecordScene, SideScene
from cli.screen.screen_parts import clock as clock_text
from cli.sets.set_figures import set_words
from sensing.core.exercises import AUTO, Exercise, find_exercise
from sensing.guided.course import Course
from sensing.guided.guide import Guide
from sensing.live.counter import LiveCounter

_FRAMES_HZ = 20.0
"""As often as ``record`` looks at everything."""
_LOOK_S = 0.01
"""An observer's key is looked for this often: a tap is timed when it is read."""
_SETTLED_S = Course().settle_s
"""A set is listed as analysed so long after its end, when the provisional count has settled."""


class Clock(Protocol):
    """What playing needs of a clock; the module ``time`` has both."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Let so many seconds pass."""


def play(
    found: AnalysedFile,
    speed: float,
    *,
    show: Callable[[RecordScene], None],
    clock: Clock = time,
    observer: Observer | None = None,
    pressed: Callable[[], str | None] = lambda: None,
) -> None:
    """Show a recording as its session would have looked live.

    It is counted with the placement and the profile that it was analysed with; a set is listed as
    analysed once it is over. Gaps last as long as they did. A machine too slow for ``speed`` falls
    behind the clock but leaves nothing out. An observer's taps (space) are timed by the clock, not
    by what is on the screen.
    """
    recording, analysis = found.recording, found.analysis
    exercise = None if analysis.exercise == AUTO else find_exercise(analysis.exercise)
    first_s, begun_s = recording.blocks[0].time_s(0), clock.monotonic()
    listed = 0
    guide, message = _begun(exercise, first_s), ""

    def wait(early_s: float) -> None:
        if observer is None:
            clock.sleep(early_s)
            return
        until_s = clock.monotonic() + early_s
        while (left_s := until_s - clock.monotonic()) > 0:
            clock.sleep(min(left_s, _LOOK_S))
            if pressed() == " ":
                observer.tap(first_s + (clock.monotonic() - begun_s) * speed)

    for block in recording.blocks:
        counter = _counter(found, exercise, block.rate_hz)
        stride = max(1, round(block.rate_hz * speed / _FRAMES_HZ))
        for at in range(0, len(block), stride):
            part = block.part(at, at + stride)
            now_s = part.time_s(len(part))
            early_s = begun_s + (now_s - first_s) / speed - clock.monotonic()
            if early_s > 0:
                wait(early_s)
            over = [each for each in analysis.sets if each.end_s + _SETTLED_S <= now_s]
            if len(over) > listed:
                message = (
                    ""
                    if observer is not None
                    else " · ".join(f"{each.exercise}: {set_words(each)}" for each in over[listed:])
                )
                listed = len(over)
                guide, counter = _begun(exercise, now_s), _counter(found, exercise, block.rate_hz)
            view = counter.push(part)
            show(
                RecordScene(
                    moment=guide.step(now_s, {"": view}, streaming=True),
                    exercise=exercise,
                    sides=(SideScene(side=None, view=view, link=_link(found)),),
                    message=message,
                    observed=None if observer is None else observer.observed,
                    played=f"{clock_text(now_s - first_s)} of {clock_text(recording.duration_s)}",
                )
            )


def _begun(exercise: Exercise | None, now_s: float) -> Guide:
    """A guide in the middle of a set that only the end of the recording ends."""
    guide = Guide(Course(countdown_s=0), exercise)
    guide.step(now_s, {}, streaming=True)
    guide.skip(now_s)
    return guide


def _counter(found: AnalysedFile, exercise: Exercise | None, rate_hz: float) -> LiveCounter:
    return LiveCounter(rate_hz, exercise, found.analysis.placement, found.chosen.profile)


def _link(found: AnalysedFile) -> LinkView:
    recording = found.recording
    due = recording.samples + recording.lost_samples
    return LinkView(
        name=found.file.name,
        state="streaming",
        rate_hz=recording.rate_hz,
        lost_share=recording.lost_samples / due if due else 0.0,
    )
