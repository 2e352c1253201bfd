"""The quality of a sensor's stream: true rate, losses, gravity, and suitability for hops.

The true rate is the slope of the sample count over time. If samples carry the sensor's own time, a
few packets give it to 0.1 %; else times of arrival are used, which the radio delays at random, so
that a few seconds give it to some tenths of a per cent. Its uncertainty is reported. Losses are
counted where packets are numbered or dated; where they are not, a lost packet makes the rate appear
low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.packets import Packet
from sensing.core.units import Floats
from sensing.devices.base import HOP_RANGE_G, HOP_RATE_HZ, Batch, Family, Setup
from sensing.devices.packets_to_samples import decode
from sensing.live.wear_check import WearCheck, WearStatus
from sensing.sampling.clock_fit import fit_arrival

_FEWEST_PACKETS = 4
_SURE = 2.0
"""Standard errors in ±: a 95 % interval."""

_LOOK_S = 0.25
"""Interval between checks whether the sensor was at rest."""

_TOO_MANY_LOST = 0.02
"""With every fiftieth sample lost, most of twenty hops are affected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamCheck:
    """What was measured.

    Attributes:
        packets: how many were received.
        samples: number of samples of acceleration.
        span_s: from the first packet to the last, by arrival.
        rate_hz: true rate; None if there were too few packets.
        rate_error_hz: half the width of the 95 % interval of the rate.
        rate_by: the clock it was measured with.
        lost_samples: known to be lost; None if losses are not visible.
        unread: packets that could not be decoded.
        longest_pause_s: longest time without a packet.
        gyro_samples: number of samples of angular rate, for `sensors info --json`.
        seat: its output when it was closest to rest.
    """

    packets: int
    samples: int
    span_s: float
    rate_hz: float | None
    rate_error_hz: float | None
    rate_by: Literal["sensor", "arrival"]
    lost_samples: int | None
    unread: int
    longest_pause_s: float
    gyro_samples: int
    seat: WearStatus

    @property
    def lost_share(self) -> float | None:
        """Share of all samples that was lost, 0 to 1; None if losses are not visible."""
        if self.lost_samples is None or not self.samples:
            return None
        return self.lost_samples / (self.samples + self.lost_samples)


def check_stream(family: Family, setup: Setup, packets: Sequence[Packet]) -> StreamCheck:
    """Measure a stream.

    Args:
        family: the sensor's.
        setup: what it granted.
        packets: everything received once it streamed, in order of arrival.

    Raises:
        RecordingError: no packet held acceleration.
    """
    decoded = decode(setup, packets)
    acc = [each for each in decoded.batches if each.acc_g is not None]
    if not acc:
        raise RecordingError("its packets hold no acceleration", remedy="switch it off and on")
    arrival_s = np.array([each.arrival_s for each in packets])
    clocked = all(each.device_s is not None for each in acc)
    lost = decoded.tally.lost_samples if family.loss_visible or family.shows_clock(setup) else None
    rate_hz, error_hz = _rate(acc, clocked=clocked)
    return StreamCheck(
        packets=len(packets),
        samples=sum(len(each) for each in acc),
        span_s=float(arrival_s[-1] - arrival_s[0]),
        rate_hz=rate_hz,
        rate_error_hz=error_hz,
        rate_by="sensor" if clocked else "arrival",
        lost_samples=lost,
        unread=decoded.unread + decoded.tally.damaged,
        longest_pause_s=float(np.max(np.diff(arrival_s), initial=0.0)),
        gyro_samples=sum(len(each) for each in decoded.batches if each.gyro_dps is not None),
        seat=_stillest(acc, setup.rate_hz),
    )


def why_not_hops(setup: Setup, check: StreamCheck | None = None) -> list[str]:
    """Why ground contacts cannot be timed with this setup; empty if they can."""
    reasons = []
    rate_hz = check.rate_hz if check and check.rate_hz else setup.rate_hz
    if setup.range_g is None:
        reasons.append("its range is unknown, and landings reach 17 g")
    elif setup.range_g < HOP_RANGE_G:
        reasons.append(f"±{setup.range_g:g} g clips landings, which reach 17 g")
    if min(rate_hz, setup.rate_hz) < HOP_RATE_HZ * (1 - _TOO_MANY_LOST):
        reasons.append(
            f"{rate_hz:.0f} Hz is too slow to time contacts; at least {HOP_RATE_HZ:g} Hz is needed"
        )
    share = check.lost_share if check else None
    if share is not None and share > _TOO_MANY_LOST:
        reasons.append(f"{100 * share:.0f} % of its samples were lost")
    return reasons


def _rate(acc: Sequence[Batch], *, clocked: bool) -> tuple[float | None, float | None]:
    """True rate and its uncertainty, Hz, from the longest stretch of one clock."""
    epochs: dict[int, list[Batch]] = {}
    for each in acc:
        epochs.setdefault(each.epoch, []).append(each)
    run = max(epochs.values(), key=len)
    if len(run) < _FEWEST_PACKETS:
        return None, None
    counts = np.cumsum([len(each) + (each.lost or 0) for each in run]).astype(np.float64)
    ends_s = (
        np.array([each.device_s[-1] for each in run if each.device_s is not None])
        if clocked
        else np.array([each.arrival_s for each in run])
    )
    try:
        rate_hz, t0_s = fit_arrival(counts, ends_s)
    except RecordingError:
        return None, None
    return rate_hz, _uncertainty(counts, ends_s - (t0_s + counts / rate_hz), rate_hz)


def _uncertainty(counts: Floats, late_s: Floats, rate_hz: float) -> float:
    """Half the 95 % interval of a rate fitted to times with these residuals, Hz."""
    spread_s = float(np.sqrt(np.sum((late_s - late_s.mean()) ** 2) / max(1, len(counts) - 2)))
    lever = float(np.sqrt(np.sum((counts - counts.mean()) ** 2)))
    return _SURE * rate_hz**2 * spread_s / lever if lever else float("inf")


def _stillest(acc: Sequence[Batch], rate_hz: float) -> WearStatus:
    """Its output in the last stretch at rest or, without one, in the last stretch."""
    check = WearCheck(rate_hz)
    samples = np.concatenate([each.acc_g for each in acc if each.acc_g is not None])
    step = max(1, round(_LOOK_S * rate_hz))
    best = check.seat
    for at in range(0, len(samples), step):
        check.push(samples[at : at + step])
        seat = check.seat
        if seat.verdict in ("good", "gravity") or best.verdict in ("unknown", "moving"):
            best = seat
    return best
