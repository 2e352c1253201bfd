"""The sensor's clock: from time stamps, or from arrival times, to one even grid.

Stamps are not the grid itself: they are rounded to the millisecond, delayed by a phone, written in
batches, and some are missing. Three facts help. Samples come in order, one period apart unless
something was lost. A *late* stamp is made up for by the next ones; a *lost* sample never is, so the
count stays behind the time. And the period is constant to within the drift of a crystal.

So the period is measured over windows of 1, 2, 4, … samples, each estimate saying how many periods
the next, longer window holds. Steps of more than 1.5 periods are candidates for loss; the mean
offset of the stamps before and after says how many samples are missing. A least-squares line
through (index, stamp) then gives rate and origin. Where the clock drifts too far from a line, the
samples are interpolated onto one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Bools, Floats, Ints

# Constants, unless a source is named chosen by hand against simulated stamps (tests/test_clock.py)
# and not fitted.

GAP_PERIODS = 1.5
"""Periods; a longer step may be lost data (docs/interface.md). Larger: single losses pass as
jitter; smaller: more late stamps to examine."""
BRIDGE_S = 2.0
"""s; longest gap filled by a straight line. Larger: filters run over movement that nobody measured;
smaller: more blocks, each analysed by itself."""
DRIFT_PERIODS = 0.25
"""Periods the grid may deviate from the stamps before samples are interpolated. Larger: instants
are off by up to that much; smaller: recordings are interpolated for their jitter."""
_SMOOTH_S = 0.5
"""s; half width over which stamps are averaged to separate drift from jitter. Larger: quick drift
is missed; smaller: jitter passes as drift."""
_OFFSET_SAMPLES = 32
"""Stamps averaged on either side of a step. Larger: drift counts as loss; smaller: jitter does."""
_SHORTEST_S, _LONGEST_S = 1e-5, 1e5
"""s; fixed: outside there is no sample period in any unit of time."""
_LONGEST_WINDOW = 1024
"""Samples; last window of the period estimate. Larger: better with jitter, worse with drift;
smaller: the reverse."""
_MOST_WINDOWS = 20_000
"""Windows looked at of each length. Larger: slower; smaller: a noisier estimate."""
_BATCH_STEP = 0.25
"""Periods; closer stamps were written together. Larger: jitter counts as batches; smaller: batches
spread by a phone are missed."""
_BATCH_SHARE = 0.2
"""Share of such steps from which stamps are arrival times. Larger: batched stamps are taken at
their word; smaller: a jittery clock is fitted by its earliest stamps."""
_BATCH_ROW_S = 2.0
"""s over which batches even out. Larger: a change of rate is located less well; smaller: a batch
looks like a change of rate."""
_ROW_SAMPLES = 32
"""Samples of a row whose rate is checked; larger and smaller as above."""
_OTHER_RATE = 1.4
"""Lasting change of rate that is another setting of the sensor, not drift. Larger: recordings on
two clocks pass; smaller: uneven sampling is refused. Sensors offer rates a factor 2 apart."""
_ALIKE, _ALIKE_SHARE = 0.3, 0.4
"""A row has a rate if this share of its steps is within this part of it. Share larger: changes of
rate are missed; smaller: uneven sampling is refused."""
_UNEVEN = 0.3
"""Periods (SD of the jitter) above which the sampling itself is uneven. Larger: samples are moved
to the grid that were taken elsewhere; smaller: jitter is taken for the truth."""
LATE_S = 0.5
"""s; a later batch may hide loss. Larger: loss is overlooked; smaller: radio delay, which stays
below it, counts as loss."""
LATE_WINDOW_S = 2.0
"""s; the earliest packets of so long before and after such a pause are compared. Larger: drift
counts as loss; smaller: delay does."""
_OWN_RATE_S = 30.0
"""s; a block this long gets a rate of its own. Larger: drift between blocks is ignored; smaller:
the rate of a block is noisier than that of the whole (0.007 % after 30 s in simulations)."""
_KEPT_SPREADS = 2.5
"""Robust SDs around the line within which an arrival is used. Larger: delays pull on the rate;
smaller: fewer packets are left."""
EARLIEST = 0.02
"""Quantile of the delays that counts as no delay. Larger: times are late by the usual delay;
smaller: a single early outlier decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """How the samples of one block lie on an even grid.

    Attributes:
        first: position of the block's first sample among all samples.
        last: one past its last.
        index: shape (last - first,), index of every sample on the grid from 0, lost ones counted.
        t0_s: time of index 0, s.
        rate_hz: true rate, Hz.
        place: shape (last - first,), exact position of every sample on the grid (in indices), where
            the clock drifts too much for ``index``; else None.
        uneven: the positions are not a smooth function of the sample count.
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
        """Time of every sample on the grid, shape (last - first,), s."""
        return self.t0_s + (self.index if self.place is None else self.place) / self.rate_hz


def fit_stamps(t_s: Floats, *, where: str = "") -> list[Grid]:
    """Fit even grids to time stamps, one for each block without a long gap.

    Args:
        t_s: shape (n,), s, never decreasing. Equal stamps are a batch.
        where: the recording, for messages.

    Raises:
        RecordingError: fewer than two samples, no time passes, or the rate changes on the way.
    """
    if len(t_s) < 2 or t_s[-1] <= t_s[0]:
        raise RecordingError(
            f"{len(t_s)} samples in no time at all", where=where, remedy="record for longer"
        )
    origin = float(t_s[0])
    t = t_s - origin
    period = _period(t)
    if not _SHORTEST_S < period < _LONGEST_S:
        raise RecordingError(
            f"samples are {period:.3g} s apart", where=where, remedy="check the time column"
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
    """Grid of ``n`` samples without time stamps, at a given rate."""
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
    """True sample period, s, from the last sample of each batch, over many batches."""
    ends = np.append(np.flatnonzero(steps >= _BATCH_STEP * period), len(t) - 1)
    reach = min(_OFFSET_SAMPLES, len(ends) - 1)
    if reach < 1:
        return period
    return float(np.median((t[ends[reach:]] - t[ends[:-reach]]) / (ends[reach:] - ends[:-reach])))


def _missing(t: Floats, steps: Floats, period: float) -> Ints:
    """Samples missing before sample 1, 2, …; shape (n - 1,).

    Stamps are averaged up to the next step that may be loss. A second pass, averaging up to the
    next real loss, takes back what was one late stamp between two others.
    """
    missing = np.zeros(len(steps), dtype=np.int64)
    ahead = t - period * np.arange(len(t))
    total = np.concatenate([[0.0], np.cumsum(ahead)])
    breaks = np.flatnonzero(steps > GAP_PERIODS * period) + 1
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
    """The same for arrival times: only a delay that is never made up for is loss."""
    n = len(t)
    missing = np.zeros(n - 1, dtype=np.int64)
    reach = max(2, round(LATE_WINDOW_S / period))
    ahead = t - period * np.arange(n)
    for b in (np.flatnonzero(np.diff(t) > LATE_S) + 1).tolist():
        left = float(np.min(ahead[max(0, b - reach) : b]))
        right = float(np.min(ahead[b : b + reach]))
        if right - left > LATE_S / 2:
            missing[b - 1] = round((right - left) / period)
    return missing


def _check_one_rate(t: Floats, steps: Floats, period: float, where: str, *, batched: bool) -> None:
    """Refuse recordings whose rate changes for good: part of them would be on the wrong clock."""
    width = max(_ROW_SAMPLES, round(_BATCH_ROW_S / period)) if batched else _ROW_SAMPLES
    n = len(steps) // width
    if n < 4:
        return
    starts = np.arange(n) * width
    if len(steps) > n * width:  # the last row ends where the recording does
        starts = np.append(starts, len(steps) - width)
    rows = steps[starts[:, None] + np.arange(width)]
    longest = LATE_S if batched else GAP_PERIODS * np.median(rows, axis=1, keepdims=True)
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
        f"the sample rate changes (about {low:.0f} and {high:.0f} Hz, "
        f"{t[starts[at]]:.1f} s from the start)",
        where=where,
        remedy="cut the recording there and analyse each part by itself",
    )


def _line(
    index: Ints, t: Floats, block: tuple[int, int], batch_period: float | None
) -> tuple[float, float]:
    """Origin and period of one block by least squares, s.

    Of a batch only the last stamp counts: it waited least.
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
    if k[-1] * common >= _OWN_RATE_S and t[b - 1] > t[a]:
        t0, period = _line(index, t, block, common if batched else None)
    else:
        period = common
        offsets = t[a:b] - period * k
        t0 = float(np.min(offsets) if batched else np.mean(offsets))
    if batched:
        return Grid(a, b, k, origin + t0, 1 / period)
    deviation = (t[a:b] - t0) / period - k
    drift = _smooth(deviation, max(1, round(_SMOOTH_S / period)))
    uneven = float(np.std(deviation - drift)) > _UNEVEN
    if not uneven and np.max(np.abs(drift)) <= DRIFT_PERIODS:
        return Grid(a, b, k, origin + t0, 1 / period)
    place = np.maximum.accumulate(k + (deviation if uneven else drift))
    t0 += period * float(place[0])
    place -= place[0]
    return Grid(a, b, np.rint(place).astype(np.int64), origin + t0, 1 / period, place, uneven)


def _smooth(x: Floats, half: int) -> Floats:
    """Straight-line fit in a window of ± ``half`` samples around each, by running sums.

    Not a mean: at the ends the window is one-sided, and a mean would lag behind a slope.
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
    """True rate and origin of a sensor that sends no time stamps.

    A packet is never early, only late: radio slots and retransmissions delay it by up to half a
    second, and the next ones catch up. A least-squares line through all packets finds the clock;
    outliers around it are left out and the fit is repeated; finally the line is lowered onto the
    earliest arrivals, which waited least.

    Args:
        counts: shape (n,), index of the last sample in each packet, lost ones counted.
        arrival_s: shape (n,), when it arrived on a monotonic clock, s.

    Returns:
        Rate in Hz, and the time of index 0 in seconds on the arrival clock.

    Raises:
        RecordingError: fewer than two packets, or neither count nor time increases.
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
        keep = np.abs(late - typical) <= max(_KEPT_SPREADS * spread, 1e-6)
    late = arrival_s - (middle + slope * (counts - centre))
    t0 = middle - slope * centre + float(np.quantile(late, EARLIEST))
    if slope <= 0:
        slope = float((arrival_s[-1] - arrival_s[0]) / (counts[-1] - counts[0]))
    return 1 / slope, t0
