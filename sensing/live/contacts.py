"""Contact times while a series of hops runs: the real analysis of the newest seconds, each second.

A causal guess sees the landing at once but not when the toes leave the floor; it can be wrong by a
third. The analysis that decides in the end needs to see what comes after. So the last seconds go
through it every second, and the contacts it has seen whole are shown: a second late and nearly
right. The newest two are left for the next time, for nothing after them has been seen yet.
"""

from __future__ import annotations

from sensing.analysis.sets.find_sets import find_sets
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, join
from sensing.core.units import G_MPS2
from sensing.profile.profile import UNCALIBRATED

_WINDOW_S = 5.0
"""Holds eight hops or more, enough for a series to say what is real in it."""
_EVERY_S = 1.0
_LATEST_S = 1.0
"""A contact that began less than this before the end of the window may not be whole."""
_KEPT = 5
_LANDING_MPS2 = 1.5 * G_MPS2
"""Where nothing hit the ground this hard there is nothing to measure."""


class LiveContacts:
    """Measures the ground contacts of the newest seconds.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done.
    """

    def __init__(self, rate_hz: float, exercise: Exercise) -> None:
        self._exercise = exercise
        self._window = round(_WINDOW_S * rate_hz)
        self._every = max(1, round(_EVERY_S * rate_hz))
        self._recent: list[Samples] = []
        self._since = 0
        self._seen_s = float("-inf")
        self.last_s: tuple[float, ...] = ()
        self.best_s: float | None = None

    def push(self, samples: Samples) -> None:
        """Take the next samples, of any number; what is measured does not depend on it."""
        at = 0
        while at < len(samples):
            part = samples.part(at, at + self._every - self._since)
            at += len(part)
            self._since += len(part)
            self._recent.append(part)
            if self._since >= self._every:
                self._since = 0
                self._measure()

    def _measure(self) -> None:
        whole = join(self._recent)
        window = whole.part(len(whole) - self._window, len(whole))
        self._recent = [window]
        if float((window.acc_mps2**2).sum(axis=1).max()) < _LANDING_MPS2**2:
            return
        end_s = window.time_s(len(window))
        found = find_sets(window, self._exercise, "ankle", UNCALIBRATED)
        for each in (hop for found_set in found.sets for hop in found_set.hops):
            seen = self._seen_s < each.contact_s < end_s - _LATEST_S
            if seen and each.valid and each.contact_time_s is not None:
                self._seen_s = each.contact_s
                self.last_s = (*self.last_s, each.contact_time_s)[-_KEPT:]
                if self.best_s is None or each.contact_time_s < self.best_s:
                    self.best_s = each.contact_time_s
