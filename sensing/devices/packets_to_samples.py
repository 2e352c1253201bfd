"""From packets to samples: every sample gets a time on one clock, the host's.

Where the sensor sends its own time, that is the time between samples; the host's arrival times only
say where each epoch lies on its clock and, over minutes, whether the sensor's clock runs true. A
packet is never early, only late, so the earliest arrivals place it. Without sensor time the count
of samples is fitted to the arrival times (:func:`sensing.sampling.clock_fit.fit_arrival`), anew
wherever the stream was interrupted or paused. No sample is timed by its own arrival alone.

Acceleration and gyro may come apart, each with times of its own. The gyro is then interpolated at
the times of the acceleration; where it was lost, the sample is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from sensing.core.errors import DeviceError, RecordingError
from sensing.core.packets import LINK_LOST, Event, Packet
from sensing.core.units import Bools, Floats
from sensing.devices.base import Batch, Decoder, Setup, TakesMany, Tally
from sensing.devices.registry import family
from sensing.sampling.clock_fit import EARLIEST, LATE_S, LATE_WINDOW_S, fit_arrival
from sensing.sampling.columns import Columns

# Constants, chosen by hand on simulated streams (tests/test_packets_to_samples.py); not fitted.

SILENCE_S = 2.0
"""s; after a longer pause a stream without sensor time starts a new count: what was held back comes
within the link's supervision timeout or never."""
_RATE_SPAN_S = 10.0
"""s; a shorter run can't measure its rate to better than 0.05 % and takes that of the longest."""
_SKEW_SPAN_S = 60.0
"""s; shorter streams can't show that the sensor's clock is off."""
_SKEW_PPM = 500.0
"""A sensor's clock is believed to this much: a crystal is 25 times better, and a fit over a minute
is better still. Beyond it the sensor's seconds are scaled to the host's."""
_MOST_REACH_PERIODS = 1.5
"""A sample of acceleration has a gyro value between two of the gyro no farther apart, …"""
_ON_IT_PERIODS = 0.25
"""… or with one this close: at an end or beside a gap there is none on one side."""
_GYRO_SHARE = 0.9
"""Share of the samples the gyro must cover, or it is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What a decoder made of a stream.

    Attributes:
        batches: in the order they were taken.
        tally: the decoder's counts.
        unread: packets that it could not read.
        reason: why not the first of them.
    """

    batches: list[Batch]
    tally: Tally
    unread: int
    reason: str

    def remarks(self) -> list[str]:
        """What was wrong with the packets, for the user."""
        counts = (
            (self.unread, f"could not be read (first: {self.reason})"),
            (self.tally.damaged, "were damaged and skipped"),
            (self.tally.repeated, "arrived twice"),
            (self.tally.late, "arrived too late"),
        )
        return [f"{count} packets {what}" for count, what in counts if count]


def decode(setup: Setup, records: Iterable[Packet | Event], *, together: bool = False) -> Decoded:
    """Decode a stream as the live session did.

    Args:
        setup: what the sensor granted.
        records: in order of arrival; of events only the loss of the link matters.
        together: batches may hold many packets, which is much quicker.

    Raises:
        DeviceError: the setup names an unknown family.
    """
    decoder = family(setup.family).decoder(setup)
    batches: list[Batch] = []
    unread, reason = 0, ""
    for record in _at_once(decoder, records, batches) if together else records:
        if isinstance(record, Packet):
            try:
                batches += decoder.feed(record)
            except DeviceError as error:
                unread += 1
                reason = reason or error.what
        elif record.name == LINK_LOST:
            batches += decoder.interrupted()
    batches += decoder.finish()
    return Decoded(batches, decoder.tally, unread, reason)


def _at_once(
    decoder: Decoder, records: Iterable[Packet | Event], batches: list[Batch]
) -> Iterator[Packet | Event]:
    """Decode the packets that a decoder takes together; what is left has to be done one by one."""
    for is_packet, some in groupby(records, key=lambda record: isinstance(record, Packet)):
        left = list(some)
        if is_packet and isinstance(decoder, TakesMany):
            done = decoder.feed_all([each for each in left if isinstance(each, Packet)])
            if done is not None:
                batches += done
                continue
        yield from left


def columns_of_packets(setup: Setup, records: Iterable[Packet | Event]) -> Columns:
    """Decode a stream and put its samples on the host's clock; a gap in time is lost data.

    Args:
        setup: what the sensor granted.
        records: as for :func:`decode`.

    Raises:
        DeviceError: the setup names an unknown family.
        RecordingError: no packet held acceleration.
    """
    decoded = decode(setup, records, together=True)
    batches = decoded.batches
    remarks = [*setup.notes, *decoded.remarks()]
    acc_batches = [b for b in batches if b.acc_g is not None]
    if not acc_batches:
        raise RecordingError(
            "no packet holds acceleration", remedy="check the sensor and record again"
        )
    clocks = _clocks(acc_batches, remarks)
    t_s, keep = _times(acc_batches, setup.rate_hz, clocks)
    acc_g = np.concatenate([b.acc_g for b in acc_batches if b.acc_g is not None])[keep]
    gyro_dps: Floats | None = None
    if all(b.gyro_dps is not None for b in acc_batches):
        gyro_dps = np.concatenate([b.gyro_dps for b in acc_batches if b.gyro_dps is not None])
        gyro_dps = gyro_dps[keep]
    elif setup.gyro_rate_hz is not None:
        apart = [b for b in batches if b.acc_g is None and b.gyro_dps is not None]
        t_s, acc_g, gyro_dps = _paired(t_s, acc_g, apart, setup.gyro_rate_hz, clocks, remarks)
    return Columns(
        acc=acc_g, t_s=t_s, gyro_dps=gyro_dps, range_g=setup.range_g, notes=tuple(remarks)
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """Host time of a device time: ``scale × (device − origin) + offset``, all s."""

    origin_s: float
    scale: float
    offset_s: float

    def host(self, device_s: Floats) -> Floats:
        return np.asarray(self.scale * (device_s - self.origin_s) + self.offset_s, dtype=np.float64)


def _clocks(batches: Sequence[Batch], remarks: list[str]) -> dict[int, _Clock]:
    """The clock of each epoch of the sensor; none for those without sensor time."""
    found: dict[int, _Clock] = {}
    for run in _runs(batches):
        if run[0].device_s is None:
            continue
        ends_s = np.concatenate([_ends_s(b) for b in run])
        arrival_s = np.concatenate([_arrivals_s(b) for b in run])
        scale = _scale(ends_s, arrival_s)
        if scale != 1.0:
            off = 100 * (1 / scale - 1)
            remarks.append(f"the sensor's clock is off by {off:+.2f} %; corrected")
        origin_s = float(ends_s[0])
        late_s = arrival_s - scale * (ends_s - origin_s)
        offset_s = float(np.quantile(late_s, EARLIEST))
        found[run[0].epoch] = _Clock(origin_s, scale, offset_s)
    return found


def _ends_s(batch: Batch) -> Floats:
    """Device time of each packet's last sample, shape (k,), s."""
    if batch.device_s is None:
        return np.empty(0)
    return batch.device_s.reshape(len(_arrivals_s(batch)), -1)[:, -1]


def _arrivals_s(batch: Batch) -> Floats:
    """Arrival of each packet, shape (k,), s."""
    return np.array([batch.arrival_s]) if batch.arrivals_s is None else batch.arrivals_s


def _scale(ends_s: Floats, arrival_s: Floats) -> float:
    """Seconds of the host per second of the sensor: 1 unless clearly something else."""
    if len(ends_s) < 3 or ends_s[-1] - ends_s[0] < _SKEW_SPAN_S:
        return 1.0
    per_second, _ = fit_arrival(ends_s - ends_s[0], arrival_s)
    return 1.0 if abs(per_second - 1) < _SKEW_PPM * 1e-6 else 1 / per_second


def _times(
    batches: Sequence[Batch], rate_hz: float, clocks: Mapping[int, _Clock]
) -> tuple[Floats, Bools]:
    """Times of one stream, shape (n,), s, and which of its samples are in order of time."""
    runs = _runs(batches)
    if all(b.device_s is None for b in batches):
        rate_hz = _common_rate(runs, rate_hz)
    parts = []
    for run in runs:
        device_s = _with_known_start(run)
        if device_s and run[0].epoch in clocks:
            parts.append(clocks[run[0].epoch].host(np.concatenate(device_s)))
        else:
            parts.append(_by_arrival(run, rate_hz))
    t_s = np.concatenate(parts)
    # Epochs are placed one by one and may overlap a little; time may not run backwards.
    before = np.concatenate([[-np.inf], np.maximum.accumulate(t_s)[:-1]])
    keep: Bools = np.asarray(t_s > before, dtype=np.bool_)
    return t_s[keep], keep


def _with_known_start(run: Sequence[Batch]) -> list[Floats]:
    """Device times of a run's batches, the first with the period that the second shows.

    One stamp does not show the period, so a decoder assumes the nominal rate for the first packet;
    real rates are a few per cent off, so its far end would be wrong by up to a sample.
    """
    times_s = [b.device_s for b in run if b.device_s is not None]
    if len(times_s) < 2 or len(times_s[1]) < 2 or run[1].lost != 0:
        return times_s
    second_s = times_s[1]
    step_s = float(second_s[-1] - second_s[0]) / (len(second_s) - 1)
    times_s[0] = second_s[0] - step_s * np.arange(len(times_s[0]), 0, -1, dtype=np.float64)
    return times_s


def _runs(batches: Sequence[Batch]) -> list[list[Batch]]:
    """Batches grouped by epoch, and without sensor time by unbroken stretch."""
    runs = [[batches[0]]]
    for before, after in pairwise(batches):
        silent = after.device_s is None and after.arrival_s - before.arrival_s > SILENCE_S
        if silent or after.epoch != before.epoch:
            runs.append([after])
        else:
            runs[-1].append(after)
    return runs


def _counts(run: Sequence[Batch], rate_hz: float) -> tuple[Floats, Floats]:
    """Index of each packet's last sample, lost ones counted, and the packets' arrival times, s.

    Only a delay that is never made up for is loss: what a radio holds back comes in a burst.
    """
    counts = np.cumsum([len(b) for b in run]) - 1.0
    arrival_s = np.array([b.arrival_s for b in run])
    for late in (np.flatnonzero(np.diff(arrival_s) > LATE_S) + 1).tolist():
        late_s = arrival_s - counts / rate_hz
        before = late_s[np.searchsorted(arrival_s, arrival_s[late - 1] - LATE_WINDOW_S) : late]
        after = late_s[late : np.searchsorted(arrival_s, arrival_s[late] + LATE_WINDOW_S)]
        gone_s = float(np.min(after) - np.min(before))
        if gone_s > LATE_S / 2:
            counts[late:] += round(gone_s * rate_hz)
    return counts, arrival_s


def _common_rate(runs: Sequence[Sequence[Batch]], nominal_hz: float) -> float:
    """True rate of a stream without sensor time, from its longest run; the nominal one if all are
    too short to measure it.
    """
    longest = max(runs, key=lambda run: run[-1].arrival_s - run[0].arrival_s)
    if longest[-1].arrival_s - longest[0].arrival_s < _RATE_SPAN_S:
        return nominal_hz
    return fit_arrival(*_counts(longest, nominal_hz))[0]


def _by_arrival(run: Sequence[Batch], rate_hz: float) -> Floats:
    """Times from the count of samples, at the run's own rate if it is long enough."""
    counts, arrival_s = _counts(run, rate_hz)
    if arrival_s[-1] - arrival_s[0] >= _RATE_SPAN_S:
        rate_hz, t0_s = fit_arrival(counts, arrival_s)
    else:
        t0_s = float(np.quantile(arrival_s - counts / rate_hz, EARLIEST))
    ends = np.repeat(counts, [len(b) for b in run])
    back = np.concatenate([np.arange(len(b) - 1, -1, -1) for b in run])
    return np.asarray(t0_s + (ends - back) / rate_hz, dtype=np.float64)


def _paired(
    t_s: Floats,
    acc_g: Floats,
    apart: Sequence[Batch],
    rate_hz: float,
    clocks: Mapping[int, _Clock],
    remarks: list[str],
) -> tuple[Floats, Floats, Floats | None]:
    """Acceleration with the gyro at its times; samples without gyro are left out.

    Both streams of a sensor share its clock. Where more than a tenth of the gyro is missing, the
    gyro is left out instead.
    """
    if not apart:
        remarks.append("the gyro sent no data")
        return t_s, acc_g, None
    gyro_t_s, keep = _times(apart, rate_hz, clocks)
    gyro_dps = np.concatenate([b.gyro_dps for b in apart if b.gyro_dps is not None])[keep]
    near = _has_neighbours(t_s, gyro_t_s, 1 / rate_hz)
    share = float(np.mean(near))
    if share < _GYRO_SHARE:
        remarks.append(f"the gyro covers only {100 * share:.0f} % of the samples and is not used")
        return t_s, acc_g, None
    at_s = t_s[near]
    return (
        at_s,
        acc_g[near],
        np.column_stack([np.interp(at_s, gyro_t_s, gyro_dps[:, axis]) for axis in range(3)]),
    )


def _has_neighbours(t_s: Floats, at_s: Floats, period_s: float) -> Bools:
    """True where ``at_s`` has a sample close on both sides of ``t_s``, or almost on it."""
    right = np.searchsorted(at_s, t_s).clip(1, max(1, len(at_s) - 1))
    before_s, after_s = at_s[right - 1], at_s[np.minimum(right, len(at_s) - 1)]
    between = (before_s <= t_s) & (t_s <= after_s)
    nearest_s = np.minimum(np.abs(t_s - before_s), np.abs(t_s - after_s))
    close = between & (after_s - before_s <= _MOST_REACH_PERIODS * period_s)
    return np.asarray(close | (nearest_s < _ON_IT_PERIODS * period_s), dtype=np.bool_)
