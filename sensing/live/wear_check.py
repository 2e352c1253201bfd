"""Is the sensor all right? A check from a few seconds of standing still before a set begins.

A sensor at rest measures gravity and nothing else, so the norm of its mean must be 1 g. Whether it
is on a leg at all cannot be told: the noise of many sensors hides the sway of a standing leg.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.core.units import Floats

_LOOK_S = 2.0
_STILL_G = 0.03
"""Spread of specific force over two seconds; the noise of a sensor is a tenth of it, a step ten
times as much."""
_GRAVITY_OFF_G = 0.06
"""Data sheets of this class allow offsets of up to 0.04 g an axis; beyond this a scale is wrong."""

Verdict = Literal["unknown", "moving", "gravity", "good"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WearStatus:
    """The result of the check.

    Attributes:
        verdict: "good" if there is no problem.
        gravity_g: norm of the mean specific force, g; None until there is enough data.
        words: the verdict in words.
    """

    verdict: Verdict
    gravity_g: float | None
    words: str


class WearCheck:
    """Checks the newest samples.

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
        """The result now."""
        if len(self._recent) < (self._recent.maxlen or 0):
            return WearStatus(verdict="unknown", gravity_g=None, words="stand still")
        acc_g = np.asarray(self._recent)
        spread_g = float(np.sqrt((acc_g.var(axis=0)).sum()))
        gravity_g = float(np.sqrt((acc_g.mean(axis=0) ** 2).sum()))
        if spread_g > _STILL_G:
            return WearStatus(verdict="moving", gravity_g=gravity_g, words="stand still")
        if abs(gravity_g - 1) > _GRAVITY_OFF_G:
            words = f"reads {gravity_g:.2f} g at rest instead of 1 g: wrong scale or faulty sensor"
            return WearStatus(verdict="gravity", gravity_g=gravity_g, words=words)
        return WearStatus(verdict="good", gravity_g=gravity_g, words=f"{gravity_g:.2f} g at rest")
