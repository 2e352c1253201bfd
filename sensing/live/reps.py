"""The provisional count of raises: the result's own detector, run on the recent past.

A few times a second the samples since the set began go through the detector that decides in the
end (:mod:`sensing.analysis.reps.count_reps`). What it finds there is what it will find, but for the
newest second and a set that has only begun. Therefore:

* A rep is counted once it is over (:mod:`sensing.live.rep_end`, or another one follows), and never
  taken back.
* Each rep is followed from look to look (:mod:`sensing.live.live_rep`): one that is found gains,
  one that is not loses. The next one has to be found twice, one among those counted more often. A
  counted one that has lost all is no longer held to be a rep; the count then waits for the next.
* The detector is told which reps were counted, and holds to them while they are few.
* A calibrated athlete's own raise counts as further reps in looks that find no set without it.
* With the exercise given, the first two are counted one by one (:mod:`sensing.live.first_reps`).
* When a set begins and after a long rest the window begins anew. In a long set the oldest reps are
  settled and their samples left behind, all but those of the last reps.

Looks are made at fixed sample numbers, so the count does not depend on how samples arrive.
"""

from __future__ import annotations

from operator import attrgetter

import numpy as np

from sensing.analysis.reps.count_reps import is_own
from sensing.analysis.reps.find_raises import RaiseSet, find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior, own_prior
from sensing.analysis.reps.raise_signals import RaiseSignals, raise_signals
from sensing.analysis.reps.rep_phases import fit_phases
from sensing.core.exercises import CALF_RAISE, Look, find_exercise
from sensing.core.samples import Samples, join
from sensing.core.units import Bools, Ints
from sensing.live.first_reps import MOST, first_raises
from sensing.live.live_rep import LiveRep, same
from sensing.live.rep_end import RepEnds
from sensing.profile.rep_template import RepShape

LOOK_S = 0.3
"""s from look to look. Larger: later counts; smaller: more work."""
_LEAST_S = 1.2
"""s of the shortest window. Larger: the first rep of a recording that begins in it is late."""
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
_SAME_S, _SAME = 0.5, 0.45
"""Nearer to each other, in s where there is no rhythm yet and against the set's rhythm where there
is one, reps of two looks are the same."""
_FIRST, _NEXT, _BETWEEN = 3, 2, 6
"""Score from which reps count: the first ones, the next one, and one before the last that counts.
Larger: later; smaller: what the detector takes back at once is counted."""
_FIXED = 3
"""Looks that found a rep among others like it before the detector is told of it. Larger: first reps
get lost again; smaller: it is told of wrong ones."""
_FITTED = 5
"""Reps that a height is fitted with: their tempo and lean say where the last began and ended.
Larger: more work; smaller: the last has to say it alone."""
_SEEN_M, _BELIEVED = 0.01, 2.0
"""Where the way up of a first rep shows this height, a fitted one that is more times as high is not
believed: without others to lean on, the fit may end beside it. Larger: heights of 16 cm are shown;
smaller: the better of the two is thrown away."""
_ANY = find_exercise(CALF_RAISE).look


class RepCounter:
    """Counts raises.

    Args:
        rate_hz: sample rate, Hz.
        look: what the exercise looks like; None if it was not given.
        own: the athlete's own raise of it, if calibrated.

    Attributes:
        count: reps that are over.
        under_way: whether another one has begun.
        risen: those of them whose height is known.
        rise_m: height of the last of these, m.
        first_s: when the first one began, s; None before.
        last_s: when the last one began, over or under way, s.
    """

    def __init__(self, rate_hz: float, look: Look | None, own: RepShape | None = None) -> None:
        self._rate_hz = rate_hz
        self._look_of = look
        self._own = own
        self._params = RaiseParams()
        self._every = max(1, round(LOOK_S * rate_hz))
        self._recent: list[Samples] = []
        self._since = 0
        self._reps: list[LiveRep] = []
        self._settled = 0
        self._settled_to = -1.0
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
        self._reps, self._usual_s = [], None
        self.under_way, self._shown = False, self.count

    def _look(self) -> None:
        window = join(self._recent)
        self._recent = [window]
        if len(window) < _LEAST_S * self._rate_hz or self._is_still(window):
            return
        self._see(window)
        self._count(window)
        self._leave_behind(window)

    def _is_still(self, window: Samples) -> bool:
        """Whether nothing moves that a look could tell anything new of."""
        if any(not (rep.over and rep.counted) for rep in self._reps):
            return False
        lately = window.acc_mps2[-round(_STILL_S * self._rate_hz) :]
        return float(lately.var(axis=0).sum()) < _STILL_MPS2**2

    def _see(self, window: Samples) -> None:
        """Look for reps after the settled ones, and keep to those that are found again."""
        signals = raise_signals(window, self._params)
        free = window.start + np.arange(len(signals)) * signals.stride > self._settled_to
        sets = [
            one.members.at.tolist()
            for one in self._found(signals, free, self._fixed(window, signals))
        ]
        seen = self._unsettled(window, signals.stride, sets)
        alone = False
        if not seen and self._look_of is not None and len(self._counted) <= MOST:
            over = [rep.end for rep in self._reps if rep.counted]
            first = first_raises(
                signals,
                self._look_of,
                self._params,
                self._on_grid(window, signals, self._counted),
                self._on_grid(window, signals, over),
            )
            seen = self._unsettled(window, signals.stride, [[at] for at in first])[:MOST]
            alone = True
        known = same([rep.at for rep in self._reps], [place for place, _, _ in seen], self._near)
        reps = [rep for i, rep in enumerate(self._reps) if i not in known.values() and rep.missed()]
        for i, (place, at, own) in enumerate(seen):
            following = seen[i + 1][1] if i + 1 < len(seen) else None
            last = following is None
            old = known.get(i)
            rep = LiveRep(place, place) if old is None else self._reps[old]
            rep.found(place, alone=alone)
            rep.since += rep.over
            rep.over = rep.over or not last
            if not rep.over or rep.since <= 1 or old is None:
                course = RepEnds(signals, np.array(own)).follow(at, following, self._usual_s)
                rep.over = rep.over or course.over
                rep.rise_m = course.rise_m
                if rep.since == 1:
                    so_far = [k for k in own if k <= at]
                    fitted_m = self._fitted_m(signals, so_far)
                    seen_m = course.rise_m if len(so_far) <= MOST else 0.0
                    if seen_m < _SEEN_M or fitted_m < _BELIEVED * seen_m:
                        rep.rise_m = fitted_m
                if old is None:
                    rep.start = window.start + course.start * signals.stride
            reps.append(rep)
        self._reps = sorted(reps, key=attrgetter("at"))

    def _found(self, signals: RaiseSignals, free: Bools, counted: Ints) -> list[RaiseSet]:
        """Sets after the settled reps; the athlete's own raise finds those that nothing else does.

        A look at a rep under way is sooner sure of it without the whole of a known raise.
        """

        def found(prior: RaisePrior | None = None) -> list[RaiseSet]:
            named, p = self._look_of is not None, self._params
            return find_raise_sets(signals, p, named=named, prior=prior, free=free, counted=counted)

        sets = found()
        if sets or self._own is None:
            return sets
        known = found(own_prior(self._own, self._params.own_reps))
        return known if is_own(known, sets, self._own) else sets

    def _fixed(self, window: Samples, signals: RaiseSignals) -> Ints:
        """Grid positions of the counted reps that were among others like them, shape (m,)."""
        at = [rep.at for rep in self._reps if rep.counted and rep.alike >= _FIXED]
        return self._on_grid(window, signals, at)

    def _on_grid(self, window: Samples, signals: RaiseSignals, at: list[float]) -> Ints:
        """Grid positions of sample numbers, shape (m,)."""
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
    def _counted(self) -> list[float]:
        """Sample numbers of the counted reps that are not settled."""
        return [rep.at for rep in self._reps if rep.counted]

    @property
    def _near(self) -> float:
        """Samples within which reps of two looks are the same."""
        near = _SAME_S * self._rate_hz
        if len(self._counted) > 1:
            near = _SAME * float(np.median(np.diff(self._counted)))
        return near

    def _count(self, window: Samples) -> None:
        """Count what is over and has been found often enough."""
        counted = [i for i, rep in enumerate(self._reps) if rep.counted]
        newest = counted[-1] if counted else -1
        for i, rep in enumerate(self._reps):
            needed = _FIRST if newest < 0 else _NEXT if i > newest else _BETWEEN
            if rep.over and not rep.counted and rep.score >= needed:
                rep.count(window.stop)
        sure = [rep for rep in self._reps if rep.counted]
        self.count = max(self.count, self._settled + len(sure))
        measured = [rep for rep in sure if rep.since]
        if measured and self._settled + len(measured) > self.risen:
            self.risen = self._settled + len(measured)
            self.rise_m = measured[-1].rise_m
        last = self._reps[-1] if self._reps else None
        self.under_way = last is not None and not last.over and last.score > 1
        shown = self._settled + len(sure) + self.under_way
        if shown > self._shown:
            self._shown = shown
            newest_rep = last if self.under_way and last is not None else sure[-1]
            self.last_s = window.time_s(newest_rep.start - window.start)
            if self.first_s is None:
                self.first_s = window.time_s(self._reps[0].start - window.start)

    def _leave_behind(self, window: Samples) -> None:
        """Settle what is past, a rest after the last rep seen: the window stays short."""
        rest = self._rate_hz * _REST_S
        counted = self._counted
        last = self._reps[-1].at if self._reps else 0.0
        if counted and window.stop - last > rest:
            self._settled = self.count
            self._settled_to = window.stop - _BEFORE_S * self._rate_hz
            self._reps = []
            self._keep_from(window, self._settled_to)
        elif len(window) > _LONGEST_S * self._rate_hz:
            wanted = window.stop - _KEPT_S * self._rate_hz
            kept = [at for at in counted[:-_KEPT_REPS] if at < wanted]
            if kept:
                self._settled += len(kept)
                self._settled_to = (kept[-1] + counted[len(kept)]) / 2
                self._reps = [rep for rep in self._reps if rep.at > self._settled_to]
                self._keep_from(window, self._settled_to - _BEFORE_S * self._rate_hz)
            elif not counted:
                self._keep_from(window, wanted)

    def _keep_from(self, window: Samples, at: float) -> None:
        """Leave the samples before a sample number behind."""
        first = max(0, round(at) - window.start)
        self._recent = [window.part(first, len(window))]
