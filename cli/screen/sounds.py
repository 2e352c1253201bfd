"""Sounds: the bell of the terminal, rung once or several times for each cue.

A bell has one pitch and one loudness, so cues differ in the number of rings and their spacing.
Nothing waits here: rings still to come are kept until the next call with a later time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from sensing.guided.course import Cue

BELL = "\a"

RINGS: dict[Cue, tuple[float, ...]] = {
    "beat": (0.0,),
    "accent": (0.0,),
    "tick": (0.0,),
    "rest-tick": (0.0,),
    "rep": (0.0,),
    "back": (0.0,),
    "rest-over": (0.0, 0.2),
    "last-rep": (0.0, 0.2),
    "prompt": (0.0, 0.15, 0.3),
    "go": (0.0, 0.2),
    "trouble": (0.0, 0.5),
    "target": (0.0, 0.3, 0.6),
    "over": (0.0, 0.3, 0.6),
}
"""When each cue rings, s after it occurred; the least important cue first. Of simultaneous or
overlapping cues only the most important rings. Seconds within a tempo are only shown."""

_PACED_REP = (0.0, 0.2)
"""In a paced set single rings are the beat; a rep has two."""

_ORDER = {cue: rank for rank, cue in enumerate(RINGS)}


class Sounds:
    """Rings the bell of a terminal.

    Args:
        stream: where the bell is written; silent unless it is a terminal.
        mute: silent.
    """

    def __init__(self, stream: IO[str], *, mute: bool = False) -> None:
        self._stream = stream
        self._on = not mute and _is_terminal(stream)
        self._due_s: list[float] = []
        self._rank = -1
        self._paced = False

    def ring(self, cues: Sequence[Cue], now_s: float) -> None:
        """Take new cues and ring what is due; call it often, with or without cues."""
        self._queue(cues, now_s)
        if not self._due_s or now_s < self._due_s[0]:
            return
        self._due_s = [each for each in self._due_s if each > now_s]
        if self._on:
            with suppress(OSError, ValueError):  # a closed terminal is no reason to stop
                self._stream.write(BELL)
                self._stream.flush()

    def _queue(self, cues: Sequence[Cue], now_s: float) -> None:
        if "go" in cues:
            self._paced = False
        if "accent" in cues or "beat" in cues:
            self._paced = True
        if not self._due_s:
            self._rank = -1
        for cue in cues:
            rank = _ORDER.get(cue, -1)
            if rank > self._rank:
                self._rank = rank
                rings = _PACED_REP if cue == "rep" and self._paced else RINGS[cue]
                self._due_s = [now_s + after for after in rings]


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False
