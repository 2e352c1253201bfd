"""The course of a session, and what one moment of it looks and sounds like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sensing.core.errors import UsageError
from sensing.guided.pacing import Beat, Metronome, Tempo
from sensing.live.set_count import SideCount

Stage = Literal["waiting", "countdown", "set", "settling", "rest", "done"]
Ends = Literal["target", "faltering", "let-go"]
"""What ends a set besides the athlete: only its target, failing raises (the rule of the heel-raise
test), or leaving the position (``sensing/guided/stop_rules.py``)."""
Cue = Literal[
    "tick",
    "go",
    "rep",
    "last-rep",
    "target",
    "prompt",
    "over",
    "rest-tick",
    "rest-over",
    "trouble",
    "back",
    "accent",
    "beat",
    "second",
]
"""Something to hear: the last seconds before *go*; *go*; a rep is certain; one to go; the target is
reached; a stop rule prompts; it has ended the set; the rest is nearly over; it is over; a sensor
is lost; it is back; upward movement or the first of two beats; another beat; a second within a
phase of the tempo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of a session.

    Attributes:
        sets: how many.
        reps: reps or hops a set; None: no such target.
        time_s: length of a set, s; of a hold the time *held*. None: no such target.
        rest_s: from the end of a set to the next *go*, s.
        countdown_s: countdown before each set, s; part of the rest.
        tempo: paced movement.
        metronome_bpm: an even beat, beats per minute.
        settle_s: how long the recording goes on after a set, s.
        ends: what ends a set besides its target.

    Raises:
        UsageError: a value or a combination that makes no sense.
    """

    sets: int = 1
    reps: int | None = None
    time_s: float | None = None
    rest_s: float = 60.0
    countdown_s: float = 5.0
    tempo: Tempo | None = None
    metronome_bpm: float | None = None
    settle_s: float = 2.0
    ends: Ends = "target"

    def __post_init__(self) -> None:
        _within("sets", self.sets, 1, 100)
        _within("reps", self.reps, 1, 1000)
        _within("time", self.time_s, 1, 3600, " s")
        _within("rest", self.rest_s, 0, 3600, " s")
        _within("countdown", self.countdown_s, 0, 60, " s")
        _within("settling", self.settle_s, 0, 60, " s")
        if self.reps is not None and self.time_s is not None:
            raise UsageError(
                "a set ends after a number of reps or a time", remedy="give one of them"
            )
        if self.tempo is not None and self.metronome_bpm is not None:
            raise UsageError("a tempo and a metronome cannot be combined", remedy="give one")
        if self.metronome_bpm is not None:
            Metronome(bpm=self.metronome_bpm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What to show and to sound at one moment.

    Attributes:
        stage: stage of the course.
        set_n: number of the set, from 1; during a rest that of the set before.
        sets: number of sets in all.
        elapsed_s: since this stage began, s.
        left_s: until *go* (countdown, rest), until the target (a set with a time) or until the
            recording ends (settling), s; None if unknown.
        set_s: length of the set so far, s.
        count: provisional reps or hops of this set, of the side that has more.
        certain: those of them that will not be withdrawn.
        held_s: time held in this set, s.
        target_reps, target_s: the target, None without one.
        reached: the target has been reached.
        sides: the counts of each sensor.
        cues: what to sound, in order; each occurs in one moment only.
        beat: position in the tempo or between beats; None without, or outside a set.
        said: the last prompt of a stop rule in this set, or why it has ended the set.
    """

    stage: Stage
    set_n: int
    sets: int
    elapsed_s: float
    left_s: float | None
    set_s: float
    count: int
    certain: int
    held_s: float
    target_reps: int | None
    target_s: float | None
    reached: bool
    sides: Mapping[str, SideCount]
    cues: tuple[Cue, ...] = ()
    beat: Beat | None = None
    said: str = ""

    @property
    def uncertain(self) -> bool:
        """The last one shown may still be withdrawn."""
        return self.count > self.certain


def _within(name: str, value: float | None, low: float, high: float, unit: str = "") -> None:
    if value is not None and not low <= value <= high:  # NaN fails too
        raise UsageError(
            f"{name} cannot be {value:g}{unit}", remedy=f"give {low:g} to {high:g}{unit}"
        )
