"""Pacing: a tempo of up, hold and down, or the beat of a metronome.

Both run from the start of the set. A *mark* is a moment that sounds; the newest one that has passed
is returned with its number, so that a late caller sounds it once instead of all that were missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sensing.core.errors import UsageError

Part = Literal["up", "hold", "down", "beat"]
Mark = Literal["accent", "beat", "second"]

_LONGEST_S = 60.0
_SHORTEST_S = 0.15
"""Nobody raises or lowers the heels faster."""
_BPM = (20.0, 300.0)
_ROOM_S = 0.3
"""A second this close to the next phase cannot be told from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A position in the pace.

    Attributes:
        part: the current phase; ``beat`` for a metronome.
        share: share of the phase that is over, 0 to 1.
        length_s: length of the phase, s.
        number: number of the movement (tempo) or beat (metronome), from 0.
    """

    part: Part
    share: float
    length_s: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Paced movement: seconds up, held at the top, down."""

    raise_s: float
    hold_s: float
    lower_s: float

    @classmethod
    def parse(cls, text: str) -> Tempo:
        """Parse seconds up-hold-down, as in "1-0-3".

        Raises:
            UsageError: it is not three such numbers.
        """
        try:
            raise_s, hold_s, lower_s = (float(part) for part in text.split("-"))
        except ValueError:
            raise UsageError(
                f"{text!r} is not a valid tempo", remedy="give seconds up-hold-down, as in 1-0-3"
            ) from None
        moves = all(_SHORTEST_S <= part_s <= _LONGEST_S for part_s in (raise_s, lower_s))
        if not (moves and 0 <= hold_s <= _LONGEST_S):  # NaN fails too
            raise UsageError(
                f"the tempo {text!r} is too fast or too slow",
                remedy=f"give {_SHORTEST_S:g} to {_LONGEST_S:g} s up and down, "
                f"0 to {_LONGEST_S:g} s at the top",
            )
        return cls(raise_s=raise_s, hold_s=hold_s, lower_s=lower_s)

    def __str__(self) -> str:
        return f"{self.raise_s:g}-{self.hold_s:g}-{self.lower_s:g}"

    @property
    def cycle_s(self) -> float:
        """One movement, s."""
        return self.raise_s + self.hold_s + self.lower_s

    def beat(self, since_s: float) -> Beat:
        """The phase ``since_s`` after the set began."""
        number, at_s = _divided(since_s, self.cycle_s)
        for part, start_s, length_s in self._parts():
            if at_s < start_s + length_s or part == "down":
                share = min(1.0, (at_s - start_s) / length_s)
                return Beat(part=part, share=share, length_s=length_s, number=number)
        raise AssertionError("down is the last phase")

    def newest(self, since_s: float) -> tuple[int, Mark]:
        """Number (from 0) and kind of the newest mark: up is the accent, the others are beats."""
        cycle, at_s = _divided(since_s, self.cycle_s)
        marks = self._marks()
        passed = max(i for i, (mark_s, _) in enumerate(marks) if mark_s <= at_s)
        return cycle * len(marks) + passed, marks[passed][1]

    def _parts(self) -> list[tuple[Part, float, float]]:
        parts: list[tuple[Part, float, float]] = [("up", 0.0, self.raise_s)]
        if self.hold_s > 0:
            parts.append(("hold", self.raise_s, self.hold_s))
        return [*parts, ("down", self.raise_s + self.hold_s, self.lower_s)]

    def _marks(self) -> list[tuple[float, Mark]]:
        marks: list[tuple[float, Mark]] = []
        for part, start_s, length_s in self._parts():
            marks.append((start_s, "accent" if part == "up" else "beat"))
            seconds = range(1, math.ceil(length_s - _ROOM_S))
            marks += [(start_s + second, "second") for second in seconds]
        return marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Metronome:
    """A steady beat.

    Attributes:
        bpm: beats per minute.
        pairs: up on one beat, down on the next; every other beat is the accent.

    Raises:
        UsageError: no metronome is that slow or fast.
    """

    bpm: float
    pairs: bool = False

    def __post_init__(self) -> None:
        low, high = _BPM
        if not low <= self.bpm <= high:
            raise UsageError(
                f"a metronome cannot beat {self.bpm:g} times a minute",
                remedy=f"give {low:g} to {high:g}",
            )

    def beat(self, since_s: float) -> Beat:
        """The beat ``since_s`` after the set began."""
        period_s = 60.0 / self.bpm
        number, at_s = _divided(since_s, period_s)
        return Beat(part="beat", share=at_s / period_s, length_s=period_s, number=number)

    def newest(self, since_s: float) -> tuple[int, Mark]:
        """Number (from 0) and kind of the newest beat."""
        number = self.beat(since_s).number
        return number, "accent" if self.pairs and number % 2 == 0 else "beat"


def _divided(since_s: float, period_s: float) -> tuple[int, float]:
    """Number of whole periods, and the remainder in [0, period)."""
    since_s = max(0.0, since_s)
    number = int(since_s / period_s)
    rest_s = since_s - number * period_s
    return number, min(max(0.0, rest_s), math.nextafter(period_s, 0.0))
