"""Contact times while a series of hops is under way: the analysis itself, run once a second.

A causal count sees a landing at once but not when the toes leave the floor; it can be wrong by a
third. The analysis that decides in the end needs to see what comes afterwards. So the last seconds
go through it every second, and the contacts that lie well inside them are listed: a second late and
nearly right. A contact is seen in several looks, each time at a slightly different instant; it is
listed once, with the median of what the looks so far have measured.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from sensing.analysis.sets.find_sets import find_sets
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples, join, rules_for
from sensing.core.units import G_MPS2
from sensing.profile.profile import Profile

_WINDOW_S = 5.0
"""Holds eight hops or more, enough for a series to say what is real in it."""
_EVERY_S = 1.0
_EDGE_S = 1.0
"""A contact closer than this to an end of the window may not be whole, or lacks its neighbours."""
_KEPT = 5
_LANDING_MPS2 = 1.5 * G_MPS2
"""Where nothing hit the ground this hard there is nothing to measure."""
_SAME_S = 0.11
"""Half the shortest time between two landings of one foot (0.22 s): what begins closer together is
the same contact. Its instant moves by some 0.01 s from look to look."""


@dataclass(slots=True)
class _Contact:
    """A contact: when it began in the latest look, and its length in each, s."""

    at_s: float
    lengths_s: list[float]

    @property
    def length_s(self) -> float:
        return median(self.lengths_s)


class LiveContacts:
    """Measures the ground contacts of the newest seconds.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done.
        placement: how the sensor is worn.
        profile: calibrated values; the samples are already corrected.
    """

    def __init__(
        self, rate_hz: float, exercise: Exercise, placement: Placement, profile: Profile
    ) -> None:
        self._exercise = exercise
        self._placement = rules_for(placement)
        self._profile = profile
        self._window = round(_WINDOW_S * rate_hz)
        self._every = max(1, round(_EVERY_S * rate_hz))
        self._recent: list[Samples] = []
        self._since = 0
        self._listed: deque[_Contact] = deque()
        self._best_before_s: float | None = None

    @property
    def last_s(self) -> tuple[float, ...]:
        """The last contact times, newest last, s."""
        return tuple(each.length_s for each in self._listed)[-_KEPT:]

    @property
    def best_s(self) -> float | None:
        """The shortest contact time so far, s."""
        lengths_s = [each.length_s for each in self._listed]
        if self._best_before_s is not None:
            lengths_s.append(self._best_before_s)
        return min(lengths_s, default=None)

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
        start_s, end_s = window.time_s(0), window.time_s(len(window))
        found = find_sets(window, self._exercise, self._placement, self._profile)
        for each in (hop for found_set in found.sets for hop in found_set.hops):
            inside = start_s + _EDGE_S < each.contact_s < end_s - _EDGE_S
            if inside and each.valid and each.contact_time_s is not None:
                self._list(each.contact_s, each.contact_time_s)
        while len(self._listed) > _KEPT and self._listed[0].at_s < start_s:
            best_s = self.best_s
            self._listed.popleft()
            self._best_before_s = best_s

    def _list(self, at_s: float, length_s: float) -> None:
        """Add a contact, or what this look measured of one that is listed already."""
        for i, each in enumerate(self._listed):
            if abs(each.at_s - at_s) < _SAME_S:
                each.at_s = at_s
                each.lengths_s.append(length_s)
                return
            if each.at_s > at_s:
                self._listed.insert(i, _Contact(at_s, [length_s]))
                return
        self._listed.append(_Contact(at_s, [length_s]))
