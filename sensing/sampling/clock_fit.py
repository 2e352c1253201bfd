"""The sensor's clock: from time stamps, or from arrival times, to one even grid.

A recording's stamps are not the grid itself: they are rounded to the millisecond, jittered by a
phone, written in batches, and some are missing. Three facts tell them apart. Samples come in order,
so two that follow each other are one period apart unless something was lost. A *late* stamp is made
up for by the next ones, a *lost* sample never is: the count stays behind the time for good. And the
period is the same all along, to within the drift of a crystal.

So the period is measured over windows of 1, 2, 4, … samples, each estimate telling how many periods
the next, longer window holds. Steps of more than 1.5 periods are only candidates for loss; the mean
offset of the stamps before and after says how many samples are really missing. A straight line by
least squares through (index, stamp) then gives rate and origin. Where the clock drifts too far from
a line, the samples are interpolated onto one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Bools, Floats, Ints

HOLE_PERIODS = 1.5
"""A step longer than this many periods may be lost data (the contract of plain recordings)."""

BRIDGE_S = 2.0
"""Longest hole filled by a straight line; a longer one would be a movement made up."""

DRIFT_PERIODS = 0.25
"""Farthest the grid may stray from the stamps before the samples are interpolated."""

_SMOOTH_S = 0.5
"""Half width over which stamps are averaged to tell drift from jitter."""

_OFFSET_SAMPLES = 32
"""Stamps averaged on either side of a step: averages jitter out, short against any drift."""

_SHORTEST_S, _LONGEST_S = 1e-5, 1e5
"""Periods outside are no sample periods, whatever the unit."""

_LONGEST_WINDOW = 1024
_MOST_WINDOWS = 20_000

_BATCH_STEP = 0.25
"""Stamps closer than this many periods were written together, …"""

_BATCH_SHARE = 0.2
"""… and if so many are, the stamps are times of arrival, not of sampling."""

_BATCH_ROW_S = 2.0
"""Batches even out over this time."""

_OTHER_RATE = 1.4
"""A lasting change by this factor is another setting of the sensor, not drift."""

_ALIKE, _ALIKE_SHARE = 0.3, 0.4
"""A rate is a rate if this share of its steps are alike to within this much; else it is chance."""

_UNEVEN = 0.3
"""Jitter (standard deviation in periods) above which the sampling itself must be uneven."""

_LATE_S = 0.5
"""A batch later than this may hide loss; radios and phones hold data back for less."""

_OWN_RATE_S = 30.0
"""A block this long gets a rate of its own; a shorter one can't tell it better than the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """How the samples of one block lie on an even grid.

    Attributes:
        first: position of the block's first sample among all samples.
        last: one past its last.
        index: shape (last - first,), index of every sample on the grid, from 0, lost ones counted.
        t0_s: time of index 0, s.
        rate_hz: true rate, Hz.
        place: shape (last - first,), exact place of every sample on the grid (in indices), where
            the clock drifts too much for ``index`` to do; else None.
        uneven: the places are no smooth function of the sample count.
    """

    first: int
    last: int
    index: Ints
    t0_s: float
    rate_hz: float
    place: Floats | None = None
    uneven: bool = False

    def __len__(self) -> int:
        return int(self.index[-1]) + 1

    def times_s(self) -> Floats:
        """Time of every sample as the grid has it, shape (last - first,), s."""
        return self.t0_s + (self.index if self.place is None else self.place) / self.rate_hz


def fit_stamps(t_s: Floats, *, where: str = "") -> list[Grid]:
    """Lay time stamps on even grids, one per block without a long hole.

    Args:
        t_s: shape (n,), never falling, s. Equal stamps are taken for a batch.
        where: the recording, for messages.

    Raises:
        RecordingError: fewer than two samples, no time passes, or the rate changes on the way.
    """
    if len(t_s) < 2 or t_s[-1] <= t_s[0]:
        raise RecordingError(
            f"{len(t_s)} samples over no time at all", where=where, remedy="record for longer"
        )
    origin = float(t_s[0])
    t = t_s - origin
    period = _period(t)
    if not _SHORTEST_S < period < _LONGEST_S:
        raise RecordingError(
            f"samples {period:.3g} s apart", where=where, remedy="check the column of time"
        )
    steps = np.diff(t)
    batched = float(np.mean(steps < _BATCH_STEP * period)) > _BATCH_SHARE
    if batched:
        period = _period_of_batches(t, steps, period)
    _check_one_rate(t, steps, period, where, batched=batched)
    missing = _missing_in_batches(t, period) if batched else _missing(t, steps, period)
    index = np.arange(len(t), dtype=np.int64)
    index[1:] += np.cumsum(missing)

    cuts = np.flatnonzero(missing * period > BRIDGE_S) + 1
    edges = [0, *cuts.tolist(), len(t)]
    blocks = list(pairwise(edges))
    longest = max(blocks, key=lambda block: block[1] - block[0])
    whole = longest[1] - longest[0] > 2
    common = _line(index, t, longest, period if batched else None)[1] if whole else period
    return [_block(index, t, block, origin, common, batched=batched) for block in blocks]


def fit_even(n: int, rate_hz: float) -> list[Grid]:
    """Grid of ``n`` samples that carry no stamps, at a rate known from elsewhere."""
    return [Grid(0, n, np.arange(n, dtype=np.int64), 0.0, rate_hz)]


def _period(t: Floats) -> float:
    """True sample period, s: windows of m = 1, 2, 4, … samples that hold m whole periods."""
    n = len(t)
    m = min(64, n - 1)
    period = float(np.median(t[m:] - t[:-m])) / m
    if period <= 0:
        period = float(t[-1]) / (n - 1)
    m = 1
    while m <= min(_LONGEST_WINDOW, n - 1):
        stride = max(1, (n - m) // _MOST_WINDOWS)
        spans = t[m::stride] - t[: n - m : stride]
        whole = spans[np.abs(spans - m * period) < 0.5 * period]
        if len(whole) >= max(1, len(spans) // 20):
            period = float(np.mean(whole)) / m
        m *= 2
    return period


def _period_of_batches(t: Floats, steps: Floats, period: float) -> float:
    """The same from the last sample of each batch, over windows of many batches."""
    ends = np.append(np.flatnonzero(steps >= _BATCH_STEP * period), len(t) - 1)
    reach = min(_OFFSET_SAMPLES, len(ends) - 1)
    if reach < 1:
        return period
    return float(np.median((t[ends[reach:]] - t[ends[:-reach]]) / (ends[reach:] - ends[:-reach])))


def _missing(t: Floats, steps: Floats, period: float) -> Ints:
    """Samples missing before sample 1, 2, …; shape (n - 1,).

    Stamps are averaged up to the next step that may be loss. A second look at what was found, with
    averages up to the next real loss, takes back what was one late stamp between two others.
    """
    missing = np.zeros(len(steps), dtype=np.int64)
    ahead = t - period * np.arange(len(t))
    total = np.concatenate([[0.0], np.cumsum(ahead)])
    breaks = np.flatnonzero(steps > HOLE_PERIODS * period) + 1
    for _ in range(2):
        if len(breaks) == 0:
            break
        before = np.maximum(breaks - _OFFSET_SAMPLES, np.concatenate([[0], breaks[:-1]]))
        after = np.minimum(breaks + _OFFSET_SAMPLES, np.concatenate([breaks[1:], [len(t)]]))
        left = (total[breaks] - total[before]) / (breaks - before)
        right = (total[after] - total[breaks]) / (after - breaks)
        sizes = np.maximum(0, np.rint((right - left) / period)).astype(np.int64)
        missing[:] = 0
        missing[breaks - 1] = sizes
        breaks = breaks[sizes > 0]
    return missing


def _missing_in_batches(t: Floats, period: float) -> Ints:
    """The same where stamps are arrival times: only lateness that is never made up is loss."""
    n = len(t)
    missing = np.zeros(n - 1, dtype=np.int64)
    reach = max(2, round(2.0 / period))
    ahead = t - period * np.arange(n)
    for b in (np.flatnonzero(np.diff(t) > _LATE_S) + 1).tolist():
        left = float(np.min(ahead[max(0, b - reach) : b]))
        right = float(np.min(ahead[b : b + reach]))
        if right - left > _LATE_S / 2:
            missing[b - 1] = round((right - left) / period)
    return missing


def _check_one_rate(t: Floats, steps: Floats, period: float, where: str, *, batched: bool) -> None:
    """Refuse recordings whose rate changes for good: half of it would be on the wrong clock."""
    width = max(32, round(_BATCH_ROW_S / period)) if batched else 32
    n = len(steps) // width
    if n < 4:
        return
    starts = np.arange(n) * width
    if len(steps) > n * width:  # the last row ends where the recording does
        starts = np.append(starts, len(steps) - width)
    rows = steps[starts[:, None] + np.arange(width)]
    longest = _LATE_S if batched else HOLE_PERIODS * np.median(rows, axis=1, keepdims=True)
    kept = rows < longest
    local = np.sum(rows * kept, axis=1) / np.maximum(1, np.sum(kept, axis=1)) / period
    off = (local > _OTHER_RATE) | (local < 1 / _OTHER_RATE)
    if not batched:
        usual = np.abs(rows / (local * period)[:, None] - 1) < _ALIKE
        off &= np.mean(usual, axis=1) > _ALIKE_SHARE
    lasting = off[:-1] & off[1:]
    if not lasting.any():
        return
    row = int(np.argmax(lasting))
    at = row if row > 0 else int(np.argmin(off))
    low, high = sorted((1 / period, 1 / (period * float(local[row]))))
    raise RecordingError(
        f"the sample rate changes on the way (about {low:.0f} and {high:.0f} Hz, "
        f"{t[starts[at]]:.1f} s from the start)",
        where=where,
        remedy="cut the recording there and read each part by itself",
    )


def _line(
    index: Ints, t: Floats, block: tuple[int, int], batch_period: float | None
) -> tuple[float, float]:
    """Origin and period of one block by least squares, s.

    Of batched stamps only the last of each batch counts: it waited least.
    """
    a, b = block
    k = (index[a:b] - index[a]).astype(np.float64)
    if batch_period is not None:
        ends = np.append(np.diff(t[a:b]) >= _BATCH_STEP * batch_period, True)
        rate, t0 = fit_arrival(k[ends], t[a:b][ends])
        return t0, 1 / rate
    slope, middle = _least_squares(k, t[a:b])
    return middle - slope * float(np.mean(k)), slope


def _least_squares(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope of the line through (x, y), and its height at the mean of x."""
    dx = x - np.mean(x)
    middle = float(np.mean(y))
    return float(np.dot(dx, y - middle) / np.dot(dx, dx)), middle


def _block(
    index: Ints, t: Floats, block: tuple[int, int], origin: float, common: float, *, batched: bool
) -> Grid:
    a, b = block
    k = index[a:b] - index[a]
    if k[-1] * common >= _OWN_RATE_S:
        t0, period = _line(index, t, block, common if batched else None)
    else:
        period = common
        offsets = t[a:b] - period * k
        t0 = float(np.min(offsets) if batched else np.mean(offsets))
    if batched:
        return Grid(a, b, k, origin + t0, 1 / period)
    stray = (t[a:b] - t0) / period - k
    drift = _smooth(stray, max(1, round(_SMOOTH_S / period)))
    uneven = float(np.std(stray - drift)) > _UNEVEN
    if not uneven and np.max(np.abs(drift)) <= DRIFT_PERIODS:
        return Grid(a, b, k, origin + t0, 1 / period)
    place = np.maximum.accumulate(k + (stray if uneven else drift))
    t0 += period * float(place[0])
    place -= place[0]
    return Grid(a, b, np.rint(place).astype(np.int64), origin + t0, 1 / period, place, uneven)


def _smooth(x: Floats, half: int) -> Floats:
    """Straight-line fit in a window of ± ``half`` samples around each, by running sums.

    A line, not a mean: at the ends the window is one-sided, and a mean would lag behind a slope.
    """
    n = len(x)
    i = np.arange(n)
    a, b = np.maximum(0, i - half), np.minimum(n, i + half + 1)
    count = (b - a).astype(np.float64)
    s0 = np.concatenate([[0.0], np.cumsum(x)])
    s1 = np.concatenate([[0.0], np.cumsum(x * i)])
    mean = (s0[b] - s0[a]) / count
    centre = (a + b - 1) / 2
    spread = (count * count - 1) / 12
    slope = ((s1[b] - s1[a]) / count - centre * mean) / np.maximum(spread, 1.0)
    return np.asarray(mean + slope * (i - centre), dtype=np.float64)


def fit_arrival(counts: Floats, arrival_s: Floats) -> tuple[float, float]:
    """True rate and origin of a sensor that sends no time of its own.

    A packet is never early, only late: radio slots and retransmissions delay it by up to half a
    second and let the next ones catch up. A first line by least squares over all packets finds the
    clock; the packets later than most around that line are then left out and the fit repeated; last
    the line is lowered onto the earliest arrivals, which waited least.

    Args:
        counts: shape (n,), index of the last sample in each packet, lost ones counted.
        arrival_s: shape (n,), when it arrived on a monotonic clock, s.

    Returns:
        Rate in Hz, and the time of index 0 in seconds on the arrival clock.

    Raises:
        RecordingError: fewer than two packets, or neither count nor time goes on.
    """
    if len(counts) < 2 or counts[-1] <= counts[0] or arrival_s[-1] <= arrival_s[0]:
        raise RecordingError(
            "too few packets to measure the sensor's rate", remedy="record for longer"
        )
    keep: Bools = np.ones(len(counts), dtype=np.bool_)
    slope = middle = centre = 0.0
    for _ in range(4):
        x, y = counts[keep], arrival_s[keep]
        if x[-1] <= x[0]:
            break
        slope, middle = _least_squares(x, y)
        centre = float(np.mean(x))
        late = arrival_s - (middle + slope * (counts - centre))
        typical = float(np.median(late))
        spread = 1.4826 * float(np.median(np.abs(late - typical)))
        keep = np.abs(late - typical) <= max(2.5 * spread, 1e-6)
    late = arrival_s - (middle + slope * (counts - centre))
    t0 = middle - slope * centre + float(np.quantile(late, 0.02))
    if slope <= 0:
        slope = float((arrival_s[-1] - arrival_s[0]) / (counts[-1] - counts[0]))
    return 1 / slope, t0
