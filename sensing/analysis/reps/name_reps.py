"""Under which name a detected set of raises is reported.

Which raise it is can be told only in part. A lifted toe raises the ankle by a centimetre, and a
lowering of 3 s is an eccentric one by definition. One leg can't be told from two, nor a bent knee
from a straight one: people's shanks lean by 9–25° with straight knees. So the name is
``calf-raise``, unless the athlete's profile knows the movement.
"""

from __future__ import annotations

import itertools
import statistics

from sensing.core.events import Rep
from sensing.core.exercises import CALF_RAISE
from sensing.core.samples import Placement
from sensing.profile.rep_template import RepShape

# Constants, chosen by hand on people at the ankle (6 sets) and simulated people; not fitted.

_LEAST_REPS = 4
"""Three similar movements happen in any ten minutes. Larger: short sets are missed; smaller: other
movements are sets."""
_LONGEST_PAUSE_S = 5.0
"""s; usual pause between reps. Larger: chance movements are sets; smaller: slow sets are missed."""
_RISE_M = (0.006, 0.16)
"""m; lowest and highest usual height. A wider range: other movements pass; a narrower one: tibialis
raises or shoes are missed."""
_TIBIALIS_M = 0.011
"""m; lower is a tibialis raise; people's lowest calf raises were 1.5 cm. Larger: low calf raises
are named so; smaller: tibialis raises are calf raises."""
_SLOW_S, _SLOWER = 2.6, 1.9
"""s; a slower lowering, that also takes this many times the raise, is an eccentric raise. Larger:
eccentric raises are calf raises; smaller: slow calf raises are eccentric."""


def name_reps(
    reps: tuple[Rep, ...], placement: Placement, own: RepShape | None = None
) -> str | None:
    """Name under which a detected set is reported, or None if it is not to be reported.

    Args:
        reps: the reps of one set.
        placement: where the sensor is worn; a shoe rises and turns more than an ankle.
        own: the athlete's own raise, if calibrated; reps found with it have its name.
    """
    rises = [r.rise_m for r in reps if r.rise_m is not None]
    if len(reps) < _LEAST_REPS or not rises:
        return None
    rise_m = statistics.median(rises)
    pauses = [b.start_s - a.end_s for a, b in itertools.pairwise(reps)]
    if not _RISE_M[0] <= rise_m <= _RISE_M[1] or statistics.median(pauses) > _LONGEST_PAUSE_S:
        return None
    if own is not None and all(rep.calibrated for rep in reps):
        return own.exercise
    if rise_m < _TIBIALIS_M and placement != "shoe":
        return "tibialis-raise"
    lowered_s = statistics.median(rep.end_s - rep.lower_s for rep in reps)
    raised_s = statistics.median(rep.top_s - rep.start_s for rep in reps)
    if lowered_s > max(_SLOW_S, _SLOWER * raised_s):
        return "eccentric-calf-raise"
    return CALF_RAISE
