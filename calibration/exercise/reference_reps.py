"""Find the reference reps of a trial, given how many were done.

In most trials the reps find each other, as in any set (``find_raises``). Where they are so slow or
so small that they do not, a plain raise is mixed into their template: with the durations of the
beat if there was one, which then goes first, otherwise of several tempos. The known number tells
which is right: the one that finds exactly that many reps, most alike. If none does, the trial is
refused and the number found is reported, since a profile of the wrong movements would spoil every
later count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.find_raises import find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior, plain_prior
from sensing.analysis.reps.raise_signals import RaiseSignals, raise_signals
from sensing.core.errors import RecordingError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples
from sensing.core.units import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Durations of a beat: seconds up, at the top, down."""

    raise_s: float
    top_s: float
    lower_s: float

    def __str__(self) -> str:
        return f"{self.raise_s:g}-{self.top_s:g}-{self.lower_s:g}"


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The reference reps of a trial.

    Attributes:
        piece: the samples that contain them.
        signals: its vertical velocity and lean.
        at: grid positions of their upward pulses, shape (n,).
    """

    piece: Samples
    signals: RaiseSignals
    at: Ints


_SHORTEST_S = 3.0
"""s; three raises take longer."""
_PLAIN_REPS = 2.0
"""Reps that a plain raise counts for: fewer than the trial's own, whose lean and course are right.
"""
_RAISES_S, _TOP_S, _SLOWER = 4, 0.2, (1.0, 2.5)
"""Without a beat: number of durations of the way up, from the quickest to the slowest usual one;
hold at the top, s; and the way down against the way up."""


def find_reference(
    pieces: list[Samples], exercise: Exercise, reps: int, pace: Pace | None
) -> Reference:
    """Find the reference reps.

    Args:
        pieces: stretches of the trial without steps.
        exercise: which exercise was done.
        reps: how many were done.
        pace: durations of the beat, if there was one.

    Raises:
        RecordingError: a different number was found.
    """
    p = RaiseParams()
    counted = 0
    best: tuple[tuple[bool, float], Reference] | None = None
    for piece in pieces:
        if len(piece) < _SHORTEST_S * piece.rate_hz:
            continue
        signals = raise_signals(piece, p)
        for prior in (None, *_plain(exercise, pace)):
            for each in find_raise_sets(signals, p, named=True, prior=prior):
                members = each.members
                # The count without a plain raise is the one that athletes expect.
                if prior is None or counted == 0:
                    counted = max(counted, len(members.at))
                to_the_beat = pace is not None and prior is not None
                rank = to_the_beat, float(np.median(members.alike))
                if len(members.at) == reps and (best is None or rank > best[0]):
                    best = rank, Reference(piece, signals, members.at)
    if best is not None:
        return best[1]
    raise RecordingError(
        f"{reps} reps were expected, but {counted or 'no'} movements are alike",
        remedy="stand still before and after, do all reps alike, and repeat; or set --reps",
    )


def _plain(exercise: Exercise, pace: Pace | None) -> list[RaisePrior]:
    """Plain raises of the beat, or of the tempos that are usual for the exercise."""
    if pace is not None:
        return [plain_prior(pace.raise_s, pace.top_s, pace.lower_s, _PLAIN_REPS)]
    up_s, down_s = exercise.look.rise_s, exercise.look.lower_s
    return [
        plain_prior(float(up), _TOP_S, float(np.clip(up * slower, *down_s)), _PLAIN_REPS)
        for up in np.geomspace(max(0.5, up_s[0]), up_s[1], _RAISES_S)
        for slower in _SLOWER
    ]
