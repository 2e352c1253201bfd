"""Does the sensor sit right? What a few seconds of standing still tell before a set begins.

A sensor at rest feels gravity and nothing else, so the length of its mean must be 1 g. Whether it
is on a leg at all can't be told: the noise of many sensors hides how little a standing leg moves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.core.units import Floats

_LOOK_S = 2.0
_STILL_G = 0.03
"""Spread of specific force over the two seconds; a sensor's own noise is a tenth of it, a step ten
times as much."""
_GRAVITY_OFF_G = 0.06
"""Data sheets of this class allow offsets of up to 0.04 g an axis; beyond this a scale is wrong."""

Verdict = Literal["unknown", "moving", "gravity", "good"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WearStatus:
    """How the sensor sits.

    Attributes:
        verdict: "good" if nothing speaks against it.
        gravity_g: length of the mean specific force, g; None before there is enough.
        words: the same for the person.
    """

    verdict: Verdict
    gravity_g: float | None
    words: str


class WearCheck:
    """Watches the newest samples.

    Args:
        rate_hz: sample rate, Hz.
    """

    def __init__(self, rate_hz: float) -> None:
        self._recent: deque[Floats] = deque(maxlen=max(2, round(_LOOK_S * rate_hz)))

    def push(self, acc_g: Floats) -> None:
        """Take samples, shape (n, 3), g."""
        self._recent.extend(acc_g)

    @property
    def seat(self) -> WearStatus:
        """How it sits now."""
        if len(self._recent) < (self._recent.maxlen or 0):
            return WearStatus(verdict="unknown", gravity_g=None, words="stand still")
        acc_g = np.asarray(self._recent)
        spread_g = float(np.sqrt((acc_g.var(axis=0)).sum()))
        gravity_g = float(np.sqrt((acc_g.mean(axis=0) ** 2).sum()))
        if spread_g > _STILL_G:
            return WearStatus(verdict="moving", gravity_g=gravity_g, words="stand still")
        if abs(gravity_g - 1) > _GRAVITY_OFF_G:
            words = f"reads {gravity_g:.2f} g at rest instead of 1: a wrong scale, or a fault"
            return WearStatus(verdict="gravity", gravity_g=gravity_g, words=words)
        return WearStatus(verdict="good", gravity_g=gravity_g, words=f"{gravity_g:.2f} g at rest")
