"""The provisional count and clock of forward leans: the analysis itself, run on the recent past.

Several times a second ``forward_leans`` looks at the last two minutes. A lean counts once it has
been held for as long as a lean must be, and the clock is then set back to when it was reached; the
way back is seen about a second after it, and the clock is set back likewise.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from sensing.analysis.holds.attitude_steps import ShankPath
from sensing.analysis.holds.forward_leans import Lean, forward, forward_leans
from sensing.core.units import Floats
from sensing.profile.mounting import Mounting

_PAST_S = 120.0
"""s that are looked at. Longer: slower; shorter: the way out of a long lean is forgotten."""
_LOOK_S = 0.5
"""s between two looks. Longer: later; shorter: slower."""
_GONE_S = 2.0
"""s for which a lean under way must not be found before it is withdrawn. Longer: a wrong count
stays; shorter: it flickers."""


class LeanCounter:
    """Counts leans and runs a clock while one is held.

    Args:
        grid_hz: points a second.
        mounting: how the sensor sits, if calibrated.

    Attributes:
        from_s: when the last lean was reached, s; None before the first.
        to_s: when it was left, s; None while it is held.
        first_s: when the first one was reached.
        lean_deg: angle of the last one.
        count: leans so far, the one under way included.
        withdrawn: leans that counted for a moment and were none.
    """

    def __init__(self, grid_hz: float, mounting: Mounting | None = None) -> None:
        self._grid_hz = grid_hz
        self._forward = forward(mounting)
        self._toward: Floats | None = None
        length = round(_PAST_S * grid_hz)
        self._force: deque[Floats] = deque(maxlen=length)
        self._shake: deque[float] = deque(maxlen=length)
        self._points = 0
        self._every = max(1, round(_LOOK_S * grid_hz))
        self._seen_s = 0.0
        self.from_s: float | None = None
        self.to_s: float | None = None
        self.first_s: float | None = None
        self.lean_deg: float | None = None
        self.count = 0
        self.withdrawn = 0

    @property
    def holding(self) -> bool:
        """The clock is running."""
        return self.from_s is not None and self.to_s is None

    def held_s(self, now_s: float) -> float:
        """Time held so far, s; after the end of the lean, its duration."""
        if self.from_s is None:
            return 0.0
        return max(0.0, (now_s if self.to_s is None else self.to_s) - self.from_s)

    def point(self, force_mps2: Floats, shake_mps2: float, time_s: float) -> None:
        """Take one point of the grid."""
        self._force.append(force_mps2)
        self._shake.append(shake_mps2)
        self._points += 1
        if self._points % self._every:
            return
        path = ShankPath(
            time_s - (len(self._force) - 1) / self._grid_hz,
            self._grid_hz,
            np.asarray(self._force),
            np.asarray(self._shake),
        )
        for lean in self._found(path):
            self._take(lean, path, time_s)
        if self.holding and time_s - self._seen_s > _GONE_S and path.t0_s < (self.from_s or 0.0):
            self._withdraw()

    def _found(self, path: ShankPath) -> list[Lean]:
        """Leans of the path, with the way out that was last beyond doubt."""
        if self._forward is not None:
            return forward_leans(path, self._forward)
        leans = forward_leans(path)
        if leans and leans[0].is_sure:
            self._toward = leans[0].turn
        elif self._toward is not None:
            return forward_leans(path, self._toward)
        return leans

    def _take(self, lean: Lean, path: ShankPath, now_s: float) -> None:
        from_s, to_s = path.time_s(lean.reached), path.time_s(lean.left)
        if self.to_s is not None and from_s < self.to_s:
            return  # an earlier one
        if self.from_s is not None and self.to_s is None and to_s < self.from_s:
            return
        if not self.holding:
            self.count += 1
            self.first_s = from_s if self.first_s is None else self.first_s
        self.from_s, self.to_s = from_s, to_s if lean.is_over else None
        self.lean_deg = lean.lean_deg
        self._seen_s = now_s

    def _withdraw(self) -> None:
        self.count -= 1
        self.withdrawn += 1
        self.first_s = None if self.count == 0 else self.first_s
        self.from_s = self.to_s = self.lean_deg = None
