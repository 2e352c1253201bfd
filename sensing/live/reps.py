"""The provisional count of raises: the result's own detector, run on the recent past.

A few times a second the samples since the set began go through the detector that decides in the
end (:mod:`sensing.analysis.reps.count_reps`). What it finds there is what it will find, but for the
newest second and a set that has only begun. Therefore:

* A rep is counted once it is over (:mod:`sensing.live.rep_end`, or another one follows), and never
  taken back. If the detector thinks again, the count waits until the reps found catch up with it.
* The rep after one that was counted has to be found in two looks, others in three. A look that does
  not find the reps counted last, or several between them, is set aside until many in a row have
  contradicted the count.
* The detector is told which reps were counted, and holds to them while they are few.
* With the exercise given, the first two are counted one by one (:mod:`sensing.live.first_reps`).
* When a set begins and after a long rest the window begins anew. In a long set the oldest reps are
  settled and their samples left behind, all but those of the last reps.

Looks are made at fixed sample numbers, so the count does not depend on how samples arrive.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.analysis.reps.find_raises import find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import RaiseSignals, raise_signals
from sensing.analysis.reps.rep_phases import fit_phases
from sensing.core.exercises import CALF_RAISE, Look, find_exercise
from sensing.core.samples import Samples, join
from sensing.core.units import Ints
from sensing.live.first_reps import MOST, first_raises
from sensing.live.live_rep import LiveRep, nearest
from sensing.live.rep_end import RepEnds

LOOK_S = 0.3
"""s from look to look. Larger: later counts; smaller: more work."""
_LEAST_S = 2.0
_LONGEST_S, _KEPT_S, _KEPT_REPS = 40.0, 25.0, 8
"""A longer window is cut to this, but not below so many reps. Larger: more work; smaller: the
template is learnt from fewer reps than in the result."""
_BEFORE_S = 3.0
"""s kept before the first rep of a window that was cut: filters need them."""
_BEFORE_GO_S = 1.5
"""s kept before a set begins: the athlete stands still there. Longer: what was done before bends
the first raise; shorter: filters have no rest to begin with."""
_REST_S = 14.0
"""s after its fastest moment at which nothing can follow a rep as part of its set."""
_STILL_S, _STILL_MPS2 = 1.5, 0.06
"""s for which specific force stays within this (RMS, m/s²) where nobody moves and no look is made;
quiet standing is 0.02–0.05. Longer or smaller: more work; shorter or larger: slow raises are
late."""
_SAME_S, _SAME = 0.5, 0.3
"""Nearer to each other, in s and against the set's rhythm, reps of two looks are the same."""
_ALONE = 3
"""Looks in a row that have to find a rep which follows no counted one. Larger: later first counts;
smaller: what the detector takes back at once is counted."""
_MISSED = 2
"""Reps that a look may find before the last one counted without contradicting the count. Larger:
pulses within slow reps are counted; smaller: a rep missed at first comes late."""
_FITTED = 5
"""Reps that a height is fitted with: their tempo and lean say where the last began and ended.
Larger: more work; smaller: the last has to say it alone."""
_ANY = find_exercise(CALF_RAISE).look
_CHECKED = 3
"""Reps counted last that a look has to find …"""
_AGAINST, _AGAINST_FEW, _FOR = 13, 5, 3
"""… or after so many looks its reps replace them, and after so many if only the first ones were
counted or none of them is found; each look that agrees makes up for so many. The next one has to
agree before they count. Larger: a wrong start lasts longer; smaller: a wrong look does."""


class RepCounter:
    """Counts raises.

    Args:
        rate_hz: sample rate, Hz.
        look: what the exercise looks like; None if it was not given.

    Attributes:
        count: reps that are over.
        under_way: whether another one has begun.
        risen: those of them whose height is known.
        rise_m: height of the last of these, m.
        first_s: when the first one began, s; None before.
        last_s: when the last one began, over or under way, s.
    """

    def __init__(self, rate_hz: float, look: Look | None) -> None:
        self._rate_hz = rate_hz
        self._look_of = look
        self._params = RaiseParams()
        self._every = max(1, round(LOOK_S * rate_hz))
        self._recent: list[Samples] = []
        self._since = 0
        self._reps: list[LiveRep] = []
        self._counted: list[float] = []
        self._settled = 0
        self._settled_to = -1.0
        self._against = 0
        self._usual_s: float | None = None
        self._shown = 0
        self.count = 0
        self.under_way = False
        self.risen = 0
        self.rise_m: float | None = None
        self.first_s: float | None = None
        self.last_s: float | None = None

    def push(self, samples: Samples) -> None:
        """Take the next samples, of any number."""
        at = 0
        while at < len(samples):
            part = samples.part(at, at + self._every - self._since)
            at += len(part)
            self._since += len(part)
            self._recent.append(part)
            if self._since >= self._every:
                self._since = 0
                self._look()

    def settle(self) -> None:
        """A set begins: what was counted before stays, and is not looked at again."""
        self._settled = self.risen = self.count
        if self._recent:
            window = join(self._recent)
            self._settled_to = float(window.stop)
            self._keep_from(window, self._settled_to - _BEFORE_GO_S * self._rate_hz)
        self._counted, self._reps, self._usual_s = [], [], None
        self._against, self.under_way, self._shown = 0, False, self.count

    def _look(self) -> None:
        window = join(self._recent)
        self._recent = [window]
        if len(window) < _LEAST_S * self._rate_hz or self._is_still(window):
            return
        found = self._found(window)
        if self._agrees(found):
            self._against = max(0, self._against - _FOR)
            self._reps = found
            self._count(window)
        else:
            self._against += 1
            if self._against >= self._enough(found):
                self._against = 0
                self._reps = found
                self._counted = [rep.at for rep in found if rep.over]
        self._leave_behind(window, max([*self._counted, *(rep.at for rep in found)], default=0.0))

    def _is_still(self, window: Samples) -> bool:
        """Whether nothing moves that a look could tell anything new of."""
        if any(not rep.over or rep.looks < _ALONE for rep in self._reps):
            return False
        lately = window.acc_mps2[-round(_STILL_S * self._rate_hz) :]
        return float(lately.var(axis=0).sum()) < _STILL_MPS2**2

    def _found(self, window: Samples) -> list[LiveRep]:
        """Reps after the settled ones, in order of time, with what earlier looks knew of them."""
        signals = raise_signals(window, self._params)
        free = window.start + np.arange(len(signals)) * signals.stride > self._settled_to
        sets = [
            one.members.at.tolist()
            for one in find_raise_sets(
                signals,
                self._params,
                named=self._look_of is not None,
                free=free,
                counted=self._fixed(window, signals),
            )
        ]
        seen = self._unsettled(window, signals.stride, sets)
        alone = False
        if not seen and self._look_of is not None and len(self._counted) <= MOST:
            first = first_raises(signals, self._look_of, self._params)
            seen = self._unsettled(window, signals.stride, [[at] for at in first])[:MOST]
            alone = True
        known = [rep.at for rep in self._reps]
        near = self._near
        reps = []
        for i, (place, at, own) in enumerate(seen):
            following = seen[i + 1][1] if i + 1 < len(seen) else None
            last = following is None
            old = nearest(place, known, near)
            rep = LiveRep(place, place, not last, 0.0, looks=_ALONE if alone else 1)
            if old is not None:
                rep = replace(self._reps[old], at=place)
                rep.alike += not alone
                rep.since += rep.over
                rep.over = rep.over or not last
                rep.looks += 1
            if not rep.over or rep.since <= 1 or old is None:
                course = RepEnds(signals, np.array(own)).follow(at, following, self._usual_s)
                rep.over = rep.over or course.over
                rep.rise_m = course.rise_m
                if rep.since == 1:
                    rep.rise_m = self._fitted_m(signals, [k for k in own if k <= at])
                if old is None:
                    rep.start = window.start + course.start * signals.stride
            reps.append(rep)
        return reps

    def _fixed(self, window: Samples, signals: RaiseSignals) -> Ints:
        """Grid positions of the counted reps that were among others like them, shape (m,)."""
        at = [rep.at for rep in self._reps if rep.over and rep.alike >= _ALONE]
        return np.rint((np.array(at) - window.start) / signals.stride).astype(np.int64)

    def _fitted_m(self, signals: RaiseSignals, at: list[int]) -> float:
        """Height of the last of a set's reps, fitted as in the result, m."""
        few = np.array(at[-_FITTED:])
        phases = fit_phases(signals, few, self._look_of or _ANY)
        if len(few) > MOST:
            self._usual_s = float(np.median(phases.end_s - few / signals.rate_hz))
        return float(phases.rise_m[-1])

    def _unsettled(
        self, window: Samples, stride: float, sets: list[list[int]]
    ) -> list[tuple[float, int, list[int]]]:
        """Sample number, grid position and set of each rep that is not settled, in order."""
        every = [(window.start + at * stride, at, own) for own in sets for at in own]
        return sorted(each for each in every if each[0] > self._settled_to)

    @property
    def _near(self) -> float:
        """Samples within which reps of two looks are the same."""
        near = _SAME_S * self._rate_hz
        if len(self._counted) > 1:
            near = min(near, _SAME * float(np.median(np.diff(self._counted))))
        return near

    def _agrees(self, found: list[LiveRep]) -> bool:
        """Whether a look finds the reps counted last, and few others before them."""
        places = [rep.at for rep in found]
        near, counted = self._near, self._counted
        if not all(nearest(at, places, near) is not None for at in counted[-_CHECKED:]):
            return False
        before = [at for at in places if counted and at < counted[-1]]
        return sum(nearest(at, counted, near) is None for at in before) <= _MISSED

    def _count(self, window: Samples) -> None:
        """Take over the reps of this look."""
        sure = self._sure()
        self._counted = [rep.at for rep in sure]
        count = self._settled + len(sure)
        self.count = max(self.count, count)
        measured = [rep for rep in sure if rep.since]
        if measured and self._settled + len(measured) > self.risen:
            self.risen = self._settled + len(measured)
            self.rise_m = measured[-1].rise_m
        last = self._reps[-1] if self._reps else None
        self.under_way = last is not None and not last.over and last.looks > 1
        shown = self._settled + len(sure) + self.under_way
        if shown > self._shown:
            self._shown = shown
            newest = last if self.under_way and last is not None else sure[-1]
            self.last_s = window.time_s(newest.start - window.start)
            if self.first_s is None:
                self.first_s = window.time_s(self._reps[0].start - window.start)

    def _sure(self) -> list[LiveRep]:
        """Reps of this look that are over and can be relied on."""
        over = [rep for rep in self._reps if rep.over]
        old = [nearest(rep.at, self._counted, self._near) is not None for rep in over]
        following = max((i for i, known in enumerate(old) if known), default=len(over)) + 1
        return [
            rep
            for i, rep in enumerate(over)
            if old[i] or rep.looks >= (2 if i == following else _ALONE)
        ]

    def _enough(self, found: list[LiveRep]) -> int:
        """Looks against the count that replace it: few if it had hardly begun or is all gone."""
        gone = found and not any(
            nearest(at, [rep.at for rep in found], self._near) is not None for at in self._counted
        )
        return _AGAINST_FEW if gone or len(self._counted) <= MOST else _AGAINST

    def _leave_behind(self, window: Samples, last: float) -> None:
        """Settle what is past, a rest after the ``last`` rep seen: the window stays short."""
        rest = self._rate_hz * _REST_S
        if self._counted and window.stop - last > rest:
            self._settled = self.count
            self._settled_to = window.stop - _BEFORE_S * self._rate_hz
            self._counted, self._reps = [], []
            self._keep_from(window, self._settled_to)
        elif len(window) > _LONGEST_S * self._rate_hz:
            wanted = window.stop - _KEPT_S * self._rate_hz
            if len(self._counted) > _KEPT_REPS and not self._against:
                kept = [at for at in self._counted[:-_KEPT_REPS] if at < wanted]
                if kept:
                    following = self._counted[len(kept)]
                    self._settled += len(kept)
                    self._settled_to = (kept[-1] + following) / 2
                    self._counted = self._counted[len(kept) :]
                    self._keep_from(window, self._settled_to - _BEFORE_S * self._rate_hz)
            elif not self._counted:
                self._keep_from(window, wanted)

    def _keep_from(self, window: Samples, at: float) -> None:
        """Leave the samples before a sample number behind."""
        first = max(0, round(at) - window.start)
        self._recent = [window.part(first, len(window))]
