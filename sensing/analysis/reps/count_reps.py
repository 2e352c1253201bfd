"""Count calf raises: the sets of a closed window, each with its reps and their phases.

A raise moves the ankle up and back along the same path, so vertical velocity follows the rate at
which the shank leans: v = k · dθ/dt, with k of about 0.12 m/rad in people. A step does not come
back the way it went. The detector uses this in six steps:

1. ``raise_signals``: vertical velocity and lean, and what they agree on.
2. ``raise_chains``: upward pulses that repeat at an interval a rep can have, at any tempo.
3. ``raise_members``: the set's own template, learnt from them, and the likeliest sequence of reps
   that match it.
4. ``raise_structure``: whether the set's median cycle is a raise or something else done alike. An
   exercise that was named is evidence, so it is judged more mildly.
5. ``find_raises``: several sets, the most telling first.
6. ``rep_phases``: a movement fitted to each rep, for its four moments and its height.

Here it is decided what is reported. A rep is partial when it rises clearly less than its set's own
reps: there is no absolute height an ankle has to reach.

Parameters are in ``raise_params``. Fails where the shank does not lean and the way up takes longer
than 3 s: such reps need a calibration.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sensing.analysis.reps.find_raises import RaiseSet, find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_path import own_paths
from sensing.analysis.reps.raise_prior import own_prior
from sensing.analysis.reps.raise_signals import RaiseSignals, raise_signals
from sensing.analysis.reps.rep_faults import with_faults
from sensing.analysis.reps.rep_model import Tempo
from sensing.analysis.reps.rep_phases import Phases, fit_phases
from sensing.core.events import Rep
from sensing.core.exercises import Look
from sensing.core.samples import Samples
from sensing.core.units import Bools, Floats
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.rep_template import RepShape

# Constants, chosen by hand on simulated people; not fitted.

_SHORTEST_S = 2.0
"""s; shortest window. Larger: sets are missed; smaller: nothing to see."""
_PARTIAL = 0.7
"""A rise below this part of the set's median is a partial rep. Larger: more are; smaller: fewer."""
_MOVE_SD, _HOLD_SD, _RISE_SD = (0.06, 0.08), (0.02, 0.39), (0.01, 0.1)
"""Standard uncertainty that no fit shows, because movements are not the smoothest: of the two
movements and the hold at the top (s, and share of the duration) and of the height (m, and share).
Fitted on 384 simulated people, six exercises, one vote each, so that ±2 of the whole hold 95 %; on
people only the tops could be compared. Larger: figures look less certain than they are; smaller:
more."""
_OF_FIT = 1.6
"""What the fit says of its own uncertainty is too small by this factor, for it takes neighbouring
samples for independent; fitted with the three above. Larger and smaller likewise."""
_DOUBT = 0.2
"""How far below the least similar reference rep a set may agree with the athlete's own raise.
Larger: profiles of other movements are used; smaller: a day's change of strap rules it out."""
_KNOWN = 0.8
"""Share of the reps found without the profile that have to be found with it. Larger: one rep less
rules the profile out; smaller: it hides reps."""
_OWN_SPREAD = (0.1, 0.1)
"""Relative spread of the durations from rep to rep where the path of the movement is known. Larger:
times follow noise; smaller: they follow the beat."""
_OTHER = 1.25
"""A phase this many times as long or as short is of another tempo. Larger: the beat's durations are
used for another tempo; smaller: they are changed by noise."""
_STAY_S = 0.5
"""s; so is a hold at the top that differs by more. Larger and smaller likewise."""


def find_reps(
    window: Samples,
    look: Look,
    profile: Profile = UNCALIBRATED,
    params: RaiseParams | None = None,
    *,
    named: bool = True,
    own: RepShape | None = None,
    steps: Sequence[tuple[float, float]] = (),
) -> list[tuple[Rep, ...]]:
    """Sets of reps in a window, in order of time.

    Args:
        window: closed window.
        look: what to expect of the exercise.
        profile: ``rise_scale`` turns measured into true height.
        params: parameters.
        named: whether somebody said that this exercise was done.
        own: the athlete's own raise of this exercise and placement, if calibrated.
        steps: start and end of stretches of walking and running, s.
    """
    p = params or RaiseParams()
    if len(window) < _SHORTEST_S * window.rate_hz:
        return []
    signals = raise_signals(window, p)
    walked = _walked(window, signals, steps)
    found = find_raise_sets(signals, p, named=named, walked=walked)
    trusted = False
    if own is not None:
        prior = own_prior(own, p.own_reps)
        known = find_raise_sets(signals, p, named=named, prior=prior, walked=walked)
        trusted = _knows(known, found, own)
        found = known if trusted else found
    sets = []
    for each in found:
        phases = fit_phases(signals, each.members.at, look)
        tempo = _tempo(own, phases) if own is not None and trusted else None
        if tempo is not None:
            phases = fit_phases(signals, each.members.at, look, tempo)
        sets.append(_reps(window, phases, profile, calibrated=trusted))
    return sorted(sets, key=lambda reps: reps[0].start_s)


def _walked(window: Samples, signals: RaiseSignals, steps: Sequence[tuple[float, float]]) -> Bools:
    """Where stretches of steps lie on the signals' grid, shape (m,)."""
    walked = np.zeros(len(signals), dtype=np.bool_)
    for span in steps:
        first, last = (round(window.position(t) / signals.stride) for t in span)
        walked[max(0, first) : max(0, last)] = True
    return walked


def count_with(window: Samples, own: RepShape) -> int:
    """Number of reps of a window that are found with the athlete's own raise."""
    p = RaiseParams()
    if len(window) < _SHORTEST_S * window.rate_hz:
        return 0
    found = find_raise_sets(
        raise_signals(window, p), p, named=True, prior=own_prior(own, p.own_reps)
    )
    return sum(len(each.members.at) for each in found)


def _knows(known: list[RaiseSet], plain: list[RaiseSet], own: RepShape) -> bool:
    """Whether what was found with the athlete's own raise is that raise."""
    agrees = [each.agrees for each in known if each.agrees is not None]
    if not agrees or float(np.median(agrees)) < own.alike[0] - _DOUBT:
        return False
    counted = [sum(len(each.members.at) for each in sets) for sets in (known, plain)]
    return counted[0] >= _KNOWN * counted[1]


def _tempo(own: RepShape, seen: Phases) -> Tempo | None:
    """The athlete's own tempo, if given by a beat, adapted to a set measured without it.

    It is adapted only where the set's tempo clearly differs.
    """
    if not own.paced:
        return None
    today = np.array(
        [
            np.median(seen.top_s - seen.start_s),
            np.median(seen.lower_s - seen.top_s),
            np.median(seen.end_s - seen.lower_s),
        ]
    )
    given = np.array([own.raise_s, own.top_s, own.lower_s])
    other = today / np.maximum(own.seen_s, 0.05)
    usual = np.where(np.abs(np.log(np.maximum(other, 0.01))) > np.log(_OTHER), given * other, given)
    later = today[1] - own.seen_s[1]
    usual[1] = max(0.0, given[1] + later) if abs(later) > _STAY_S else given[1]
    return Tempo(usual_s=usual, spread=_OWN_SPREAD, reps=1.0, paths=own_paths(own))


def _reps(
    window: Samples, phases: Phases, profile: Profile, *, calibrated: bool
) -> tuple[Rep, ...]:
    scale = profile.rise_scale or 1.0
    usual_m = float(np.median(phases.rise_m))
    start, end, before_s, after_s = _without_overlap(phases)
    times = np.stack([start, phases.top_s, phases.lower_s, end])
    times[:3] = np.minimum(times[:3], end)
    times = np.clip(np.maximum.accumulate(times), 0.0, len(window) / window.rate_hz)
    reps = []
    for (start_s, top_s, lower_s, end_s), rise, sd, before, after in zip(
        times.T.tolist(),
        phases.rise_m.tolist(),
        phases.sd.tolist(),
        before_s.tolist(),
        after_s.tolist(),
        strict=True,
    ):
        first_s = window.time_s(0)
        rep = Rep(
            start_s=first_s + start_s,
            top_s=first_s + top_s,
            lower_s=first_s + lower_s,
            end_s=first_s + end_s,
            rise_m=rise * scale,
            raise_time_sd_s=math.hypot(_of_method(sd[1], top_s - start_s, _MOVE_SD), before),
            hold_time_sd_s=_of_method(sd[2], lower_s - top_s, _HOLD_SD),
            lower_time_sd_s=math.hypot(_of_method(sd[3], end_s - lower_s, _MOVE_SD), after),
            rise_sd_m=_of_method(sd[4], rise, _RISE_SD) * scale,
            partial=rise < _PARTIAL * usual_m,
            calibrated=calibrated,
        )
        reps.append(with_faults(rep, window))
    return tuple(reps)


def _without_overlap(phases: Phases) -> tuple[Floats, Floats, Floats, Floats]:
    """Starts and ends of n reps, shape (n,), s, and the uncertainty of each by overlap.

    The fits of two reps without a rest between them may overlap. The heel was down somewhere in
    there: in the middle, to a uniform distribution.
    """
    start, end = phases.start_s.copy(), phases.end_s.copy()
    overlap_s = np.maximum(end[:-1] - start[1:], 0.0)
    earliest = np.maximum(start[1:], phases.lower_s[:-1])
    down = (earliest + np.minimum(end[:-1], phases.top_s[1:])) / 2
    start[1:] = np.where(overlap_s > 0, down, start[1:])
    end[:-1] = np.where(overlap_s > 0, down, end[:-1])
    sd_s = overlap_s / math.sqrt(12)
    return start, end, np.append(0.0, sd_s), np.append(sd_s, 0.0)


def _of_method(fitted_sd: float, value: float, more: tuple[float, float]) -> float:
    """Standard uncertainty of a figure: of its fit, and of what the fit's model leaves out."""
    return math.hypot(_OF_FIT * fitted_sd, more[0], more[1] * value)
