"""The provisional count of hops: the result's own decoder, run on the recent past.

A few times a second the newest seconds go through the analysis that decides in the end
(:func:`sensing.analysis.sets.find_sets.hop_sets`). What it finds there is what it will find, but
for the newest moment. Therefore:

* A landing is counted when it was found and another one follows, or a moment has passed. None is
  ever taken back: if the decoder thinks again, the count waits until the hops found catch up.
* A contact time is listed once the next landing is counted and two looks in a row agree on it. What
  later looks measure of it replaces it; the contact is the same if it began at the same time.
* In a long series the oldest hops are settled and their samples left behind, all but those that
  the decoder needs to see what series it was.

Looks are made at fixed sample numbers, so the count does not depend on how samples arrive.
"""

from __future__ import annotations

from dataclasses import dataclass

from sensing.analysis.hops.hop_odds import JUMP_S
from sensing.analysis.hops.initial_contacts import stretches_with_impacts
from sensing.analysis.sets.find_sets import hop_sets
from sensing.core.events import Hop
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples, join, rules_for
from sensing.profile.profile import Profile

LOOK_S = 0.3
"""s from look to look. Larger: later counts; smaller: more work."""
_KEPT_S, _KEPT_JUMPS_S = 5.0, 12.0
"""s of samples that a window is cut to, in hops and in jumps with a stand between. Larger: more
work; smaller: a series is judged by fewer of its hops than in the result."""
_LONGER_S = 2.0
"""s that a window may grow beyond that. Larger: more work; smaller: it is cut more often."""
_BEFORE_S = 1.5
"""s kept before the first hop of a window that was cut. Larger: more work; smaller: the first
landing lacks what came before it."""
_SURE_S = 0.3
"""s after which a landing counts that none follows yet. Larger: later counts; smaller: what the
decoder takes back at once is counted."""
_STILL_S = 2.0
"""s without an impact after which a look can tell nothing new. Larger: more work; smaller: the last
landings are judged before all of them is seen."""
_SAME_S = 0.11
"""Half the shortest time between two landings of one foot (0.22 s): what begins closer together is
the same contact. Larger: neighbours become one; smaller: a contact is listed twice."""
_AGREE_S = 0.02
"""s within which two looks agree on a contact time. Larger: first guesses are listed; smaller:
later times."""
_KEPT = 5
"""Contact times shown. Larger and smaller: more and fewer of them."""


@dataclass(slots=True)
class LiveContact:
    """A ground contact.

    Attributes:
        at_s: when it began, s.
        length_s: its contact time in the latest look, s.
    """

    at_s: float
    length_s: float


class HopCounter:
    """Counts landings and lists contact times.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done.
        placement: how the sensor is worn.
        profile: calibrated values; the samples are already corrected.

    Attributes:
        count: landings so far.
        contacts: contact times so far, in order of time.
        first_s: when the first one was, s; None before.
        last_s: when the last one was, s.
    """

    def __init__(
        self, rate_hz: float, exercise: Exercise, placement: Placement, profile: Profile
    ) -> None:
        self._rate_hz = rate_hz
        self._exercise = exercise
        self._placement = rules_for(placement)
        self._profile = profile
        self._every = max(1, round(LOOK_S * rate_hz))
        jumps = exercise.look.contact_s[1] > JUMP_S
        self._kept_s = _KEPT_JUMPS_S if jumps else _KEPT_S
        self._recent: list[Samples] = []
        self._since = 0
        self._settled = 0
        self._settled_to_s = float("-inf")
        self._hops: list[Hop] = []
        self.contacts: list[LiveContact] = []
        self.count = 0
        self.first_s: float | None = None
        self.last_s: float | None = None

    @property
    def contacts_s(self) -> tuple[float, ...]:
        """The last contact times, newest last, s."""
        return tuple(each.length_s for each in self.contacts[-_KEPT:])

    @property
    def best_s(self) -> float | None:
        """The shortest contact time so far, s."""
        return min((each.length_s for each in self.contacts), default=None)

    def push(self, samples: Samples) -> dict[int, float]:
        """Take the next samples, of any number.

        Returns:
            When the newest landing was, s, by the index of the sample that it was counted with.
        """
        at = 0
        landed_s: dict[int, float] = {}
        while at < len(samples):
            part = samples.part(at, at + self._every - self._since)
            at += len(part)
            self._since += len(part)
            self._recent.append(part)
            if self._since >= self._every:
                self._since = 0
                if self._look() and self.last_s is not None:
                    landed_s[at - 1] = self.last_s
        return landed_s

    def _look(self) -> bool:
        """Look at the newest seconds; returns whether there are landings to add."""
        window = join(self._recent)
        self._recent = [window]
        lately = window.part(len(window) - round(_STILL_S * self._rate_hz), len(window))
        if stretches_with_impacts(lately, pad_s=_STILL_S, apart_s=_STILL_S):
            sets = hop_sets(window, self._exercise, self._placement, self._profile)
            hops = [hop for one in sets for hop in one.hops if hop.contact_s > self._settled_to_s]
            self._list(hops)
            self._hops = hops
        sure = self._sure(window.time_s(len(window)))
        added = self._count(sure)
        self._leave_behind(window, sure)
        return added

    def _sure(self, now_s: float) -> list[Hop]:
        """Hops that another one follows, and the last one after a moment."""
        last = len(self._hops) - 1
        return [
            hop for i, hop in enumerate(self._hops) if i < last or hop.contact_s <= now_s - _SURE_S
        ]

    def _count(self, sure: list[Hop]) -> bool:
        """Count what is sure; returns whether there is more than before."""
        count = self._settled + len(sure)
        if count <= self.count:
            return False
        self.count = count
        self.first_s = sure[0].contact_s if self.first_s is None else self.first_s
        self.last_s = sure[-1].contact_s
        return True

    def _list(self, hops: list[Hop]) -> None:
        """List the contact times that this look and the one before agree on."""
        for hop in hops[:-1]:
            length_s = hop.contact_time_s
            if length_s is None or not hop.valid:
                continue
            known = [each for each in self.contacts if abs(each.at_s - hop.contact_s) < _SAME_S]
            if known:
                known[-1].at_s, known[-1].length_s = hop.contact_s, length_s
            elif self._agreed(hop.contact_s, length_s):
                self.contacts.append(LiveContact(hop.contact_s, length_s))
                self.contacts.sort(key=lambda each: each.at_s)

    def _agreed(self, at_s: float, length_s: float) -> bool:
        """Whether the look before found the same contact time."""
        return any(
            abs(hop.contact_s - at_s) < _SAME_S
            and hop.contact_time_s is not None
            and abs(hop.contact_time_s - length_s) < _AGREE_S
            for hop in self._hops
        )

    def _leave_behind(self, window: Samples, sure: list[Hop]) -> None:
        """Settle the oldest hops, so that the window stays short."""
        if len(window) <= (self._kept_s + _LONGER_S) * self._rate_hz:
            return
        now_s = window.time_s(len(window))
        from_s = settled_to_s = now_s - self._kept_s
        old = [hop.contact_s for hop in sure if hop.contact_s < from_s]
        kept = [hop.contact_s for hop in sure[len(old) :]]
        if old and kept:
            from_s = settled_to_s = min(from_s, (old[-1] + kept[0]) / 2)
        self._settled += len(old)
        if not self._hops[len(old) :] and (self.last_s is None or self.last_s < from_s):
            # No hop is left: what was counted too many is forgiven, and what a long window did
            # not show is not believed of a part of it.
            self._settled = self.count
            settled_to_s = now_s - _KEPT_S
        self._settled_to_s = max(self._settled_to_s, settled_to_s)
        self._hops = [hop for hop in self._hops if hop.contact_s > self._settled_to_s]
        first = round(window.position(from_s - _BEFORE_S))
        self._recent = [window.part(first, len(window))]
