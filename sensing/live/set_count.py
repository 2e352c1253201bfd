"""What one sensor has counted since the set began.

The provisional count runs on from set to set and may start again (after a long data gap). Here the
count before the set is subtracted, the count before a restart is kept, and the last movement counts
only once it is certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensing.live.counter import LiveView  # which imports the whole analysis

_EARLY_S = 0.5
"""Some move on the last tick rather than on *go*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCount:
    """One sensor's share of a set.

    Attributes:
        count: reps or hops shown, the uncertain one included.
        certain: those that will not be withdrawn.
        held_s: total time held in this set, s.
    """

    count: int = 0
    certain: int = 0
    held_s: float = 0.0

    @property
    def uncertain(self) -> bool:
        """The last one shown may still be withdrawn."""
        return self.count > self.certain


class SideTally:
    """Keeps a :class:`SideCount` up to date.

    Args:
        view: the provisional count as the set begins; None if there is none yet.
    """

    def __init__(self, view: LiveView | None = None) -> None:
        self._base = 0 if view is None else view.count
        self._begun_s = None if view is None else view.time_s - _EARLY_S
        self._carried = 0
        self._before = 0 if view is None else view.certain
        self._holds = 0 if view is None else view.holds
        self._withdrawn = 0 if view is None else view.withdrawn
        self._hold_base_s = 0.0 if view is None else view.hold_s
        self._hold_s = 0.0
        self._held_before_s = 0.0
        self.now = SideCount()

    def update(self, view: LiveView) -> None:
        """Take the newest provisional count."""
        self._update_hold(view)
        if view.certain < self._before:  # a new counter
            self._carried += max(0, self._before - self._base)
            self._base = 0
        self._before = view.certain
        early = self._begun_s is not None and (view.last_s is None or view.last_s < self._begun_s)
        self._base = view.count if early and not self._carried else min(self._base, view.count)
        certain = self._carried + max(0, view.certain - self._base)
        # A new counter may begin below what was uncertain in the old one; certain stays.
        certain = max(certain, self.now.certain)
        self.now = SideCount(
            count=max(certain, self._carried + view.count - self._base),
            certain=certain,
            held_s=self._held_before_s + self._hold_s,
        )

    def _update_hold(self, view: LiveView) -> None:
        """Add one hold to the next.

        While it lasts, and a moment after, its beginning and end may still be corrected. One that
        turned out to be too short is withdrawn and adds nothing, however long it was shown.
        """
        if view.holds != self._holds:
            withdrawn = view.withdrawn > self._withdrawn
            self._held_before_s += 0.0 if withdrawn else self._hold_s
            self._holds = view.holds
            self._hold_base_s = self._hold_s = 0.0
        self._withdrawn = view.withdrawn
        self._hold_s = max(0.0, view.hold_s - self._hold_base_s)
