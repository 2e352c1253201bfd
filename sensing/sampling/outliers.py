"""Samples that no body part makes: treated as lost.

A damaged byte that no checksum catches gives one absurd sample. Two kinds are recognised:

* *A spike:* one sample far off both neighbours, while the neighbours agree with each other and
  with the steps before and after. A landing is as short at 50–100 Hz, and its peak may stand alone
  too; but something moves before it and rings after it. In 91 recordings of people (shoe and ankle,
  45–397 Hz, 10 800 samples more than 2 g off their neighbours) none stood out by more than 13 times
  the largest step around it, in simulated heel strikes by 15 times; of a spike it is asked for 20.
* *Beyond any range:* a value that the sensor can't give.

The same function is used where a recording is read and where a stream is counted live.
"""

from __future__ import annotations

import numpy as np

from sensing.core.units import Bools, Floats
from sensing.sampling.clipping import RANGES_G

# Constants. The ratio is set from the recordings named above, the rest is judgement; not fitted.

BEFORE, AFTER = 6, 2
"""Samples before and after that a spike is compared with. Fixed: the live count waits for those
after it. Larger: two spikes hide each other; smaller: landings look like spikes."""
_SPIKE_G, _SPIKE_DPS = 2.0, 300.0
"""g, °/s; smaller spikes do no harm. Larger: spikes spoil a height; smaller: more are searched."""
_STANDS_OUT = 20.0
"""A spike is so many times the largest step around it. Larger: spikes in movement stay; smaller:
landings are lost."""
_BEYOND = 1.05
"""Of the range, a value beyond what gain and offset explain. Larger: absurd values stay; smaller:
badly trimmed sensors lose their peaks."""
_FASTEST_DPS = 4200.0
"""°/s; the largest range of a gyro is 4000. Larger and smaller likewise."""
_RARE = 1e-3
"""Largest share of samples beyond every usual range that are outliers; more, and the sensor has a
larger range. Larger: its peaks are lost; smaller: bursts of absurd values stay."""


def find_outliers(
    acc_g: Floats, gyro_dps: Floats | None = None, range_g: float | None = None
) -> Bools:
    """Flag samples that no body part makes, shape (n,).

    Args:
        acc_g: consecutive samples as they came, shape (n, 3), g.
        gyro_dps: shape (n, 3), °/s, or None.
        range_g: the accelerometer's range, g, if known.
    """
    far = np.abs(acc_g).max(axis=1, initial=0.0) > _BEYOND * (range_g or max(RANGES_G))
    if range_g is None and np.mean(far) > _RARE:
        far[:] = False
    flags = far | _spikes(acc_g, _SPIKE_G)
    if gyro_dps is not None:
        flags |= np.abs(gyro_dps).max(axis=1, initial=0.0) > _FASTEST_DPS
        flags |= _spikes(gyro_dps, _SPIKE_DPS)
    return np.asarray(flags, dtype=np.bool_)


def without(x: Floats, outliers: Bools) -> Floats:
    """The rows of ``x``, shape (n, k), with straight lines in place of the outliers."""
    good = np.flatnonzero(~outliers)
    if len(good) in (0, len(x)):
        return x
    rows, out = np.flatnonzero(outliers), x.copy()
    for axis in range(x.shape[1]):
        out[rows, axis] = np.interp(rows, good, x[good, axis])
    return out


def _spikes(x: Floats, least: float) -> Bools:
    """Single samples far off their neighbours, which agree; shape (n,)."""
    n = len(x)
    found: Bools = np.zeros(n, dtype=np.bool_)
    if n < 3:
        return found
    off = np.linalg.norm(x[1:-1] - (x[:-2] + x[2:]) / 2, axis=1)
    for k in (np.flatnonzero(off > least) + 1).tolist():
        before, after = x[max(0, k - BEFORE) : k], x[k + 1 : k + 1 + AFTER]
        steps = [np.diff(before, axis=0), np.diff(after, axis=0), after[:1] - before[-1:]]
        around = np.linalg.norm(np.concatenate(steps), axis=1).max()
        found[k] = off[k - 1] > _STANDS_OUT * around
    return found
