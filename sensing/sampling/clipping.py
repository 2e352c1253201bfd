"""Clipped samples, distinguished from ordinary peaks.

A converter that runs out of range repeats its last code: the largest value of the recording recurs
exactly, in neighbouring samples, and lies at one of the ranges sensors are built for. A peak that
only happens to be the largest does none of the three.
"""

from __future__ import annotations

import numpy as np

from sensing.core.units import Bools, Floats

# Constants, chosen by hand against simulated clipping (tests/test_plain_csv.py); not fitted.

RANGES_G = (2.0, 4.0, 8.0, 16.0, 32.0)
"""g; fixed: full scales of common accelerometers."""
_NEAR = 0.025
"""Relative distance of the last code from the nominal range: one code of 8 bits, gain and offset.
Larger: chance repeats near a range count; smaller: badly trimmed sensors are missed."""
_AT = 0.005
"""So near to a nominal range, two equal samples in a row do. Larger and smaller as above."""
_SAME_G = 1e-5
"""g; closer values are the same code, written with five decimals or more. Larger: neighbouring
codes of a fine converter count as one; smaller: rounding hides repeats."""
_LONE_PEAKS = 4
"""Lone samples at the end of the range that are enough together. Larger: brief clipping is missed;
smaller: equal peaks of a coarse converter count."""


def find_clipped(acc_g: Floats, range_g: float | None = None) -> tuple[Bools, float | None]:
    """Flag clipped samples.

    Args:
        acc_g: shape (n, 3), g.
        range_g: the range if known, g; then every sample at its end is flagged.

    Returns:
        Flags, shape (n,), and the range if known or evident, g, else None.
    """
    flags: Bools = np.zeros(len(acc_g), dtype=np.bool_)
    ends = [
        (axis, sign, end)
        for axis in range(acc_g.shape[1])
        for sign in (1.0, -1.0)
        if (end := float(np.max(sign * acc_g[:, axis], initial=0.0))) > 0
    ]
    known = range_g
    if known is None:
        evident = [
            full
            for axis, sign, end in ends
            if (full := _evident(sign * acc_g[:, axis], end)) is not None
        ]
        known = max(evident, default=None)
    if known is None:
        return flags, None
    for axis, sign, end in ends:
        side = sign * acc_g[:, axis]
        if range_g is not None:
            flags |= side >= known * (1 - _AT)
        elif _evident(side, end) is not None or abs(end - known) <= _AT / 10 * known:
            flags |= side >= end - _SAME_G
    return flags, known


def _evident(side: Floats, end: float) -> float | None:
    """Range that this side of an axis has evidently reached, g, or None."""
    full = min(RANGES_G, key=lambda r: abs(end - r))
    off = abs(end - full) / full
    if off > _NEAR:
        return None
    at = np.flatnonzero(side >= end - _SAME_G)
    starts = np.flatnonzero(np.diff(at, prepend=-2) > 1)
    runs = np.diff(np.append(starts, len(at)))
    longest, doubles = int(np.max(runs)), int(np.sum(runs >= 2))
    enough = longest >= 2 if off <= _AT else longest >= 3 or doubles >= 2
    return full if enough or (off <= _AT and len(runs) >= _LONE_PEAKS) else None
