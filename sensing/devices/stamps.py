"""Packets with the sensor's own time: sorted, without repeats, with lost samples counted.

Every such protocol stamps one sample of a packet, its first or its last. The stamp does four jobs:

* it times the packet's samples, one period apart; the period is learnt from the stamps (real rates
  are up to a few per cent off the nominal one);
* a repeated packet is dropped, and a packet that overtook another waits for it a moment;
* a gap between two packets is counted as lost samples;
* a stamp that does not fit the time passed on the host means that the sensor's clock was set or
  restarted: a new *epoch*, unrelated to the times before. A single wild stamp may be damage, so a
  new epoch needs a second packet that agrees with the first.

Everything follows from the packets and their arrival times, so a replay decides as the live stream
did.
"""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sensing.core.units import Floats
from sensing.devices.base import Batch, Tally

RESTART_S = 10.0
"""A stamp this far off the time passed on the host is of another epoch: longer than any radio holds
packets back, shorter than setting or restarting a clock is likely to move it."""
MOST_WAITING = 4
"""Packets that wait for a delayed one; a Bluetooth stack delivers in nearly the right order or not
at all."""
LONGEST_WAIT_S = 0.25
"""Longest wait: the user is waiting, too."""
LONGEST_GAP_S = 1.0
"""Nothing waits at a longer gap: its packets are lost, not delayed."""
_REMEMBERED = 64
"""Packets among which repeats are sought: more than a connection has in flight."""
_STEPS = 15
"""Steps whose median is the period: odd, and robust to nearly half of them being wrong."""
_RATE_UNLEARNT, _RATE_LEARNT = 0.05, 0.015
"""Relative uncertainty of the period before and after that many steps."""
_RATE_LIMIT = 0.15
"""A step farther than this from the nominal period is a gap, and nothing is learnt from it."""
_LATE_RUN = 8
"""This many late packets in a row mean that the clock was set back."""


@dataclass(frozen=True, slots=True, eq=False)
class StampedPacket:
    """One stamped packet.

    Attributes:
        stamp_s: the sensor's time of its first or last sample, s, unwrapped or not.
        acc_g: shape (n, 3), g, or None.
        gyro_dps: shape (n, 3), °/s, or None.
        arrival_s: host time it arrived, s.
        sequence: its number modulo 65536, or None if there is none.
    """

    stamp_s: float
    acc_g: Floats | None
    gyro_dps: Floats | None
    arrival_s: float
    sequence: int | None = None

    @property
    def n(self) -> int:
        """Samples in it."""
        whole = self.acc_g if self.acc_g is not None else self.gyro_dps
        return 0 if whole is None else len(whole)

    def same_as(self, other: StampedPacket) -> bool:
        """True for a copy: no sensor gives two packets the same stamp and number."""
        return self.stamp_s == other.stamp_s and self.sequence == other.sequence


class Sequencer:
    """One stream of stamped packets in, batches out.

    Args:
        rate_hz: nominal rate, Hz.
        stamps: the sample of a packet that the stamp belongs to.
        tally: counts repeats, late packets and lost samples.
        wrap_s: the stamp wraps to 0 after so many seconds; None if never.
        resolution_s: resolution of the stamp, s.
    """

    def __init__(
        self,
        rate_hz: float,
        *,
        stamps: Literal["first", "last"],
        tally: Tally,
        wrap_s: float | None = None,
        resolution_s: float = 0.0,
    ) -> None:
        self._nominal_s = 1 / rate_hz
        self._period_s = 1 / rate_hz
        self._stamps_last = stamps == "last"
        self._tally = tally
        self._wrap_s = wrap_s
        self._resolution_s = resolution_s
        self._steps: deque[float] = deque(maxlen=_STEPS)
        self._epoch = 0
        self._given: deque[StampedPacket] = deque(maxlen=_REMEMBERED)
        self._waiting: list[StampedPacket] = []
        self._unconfirmed: StampedPacket | None = None
        self._newest: StampedPacket | None = None
        self._late_run = 0

    def push(self, packet: StampedPacket) -> list[Batch]:
        """Add a packet; returns the batches now in order."""
        if packet.n == 0:
            return []
        newest = self._newest
        if newest is None:
            self._newest = packet
            return [self._give(packet, lost=0)]
        placed = self._unwrapped(packet, newest)
        if self._fits(placed, newest):
            if self._unconfirmed is not None:
                self._tally.damaged += 1
                self._unconfirmed = None
            return self._in_epoch(placed)
        return self._out_of_epoch(packet)

    def release(self) -> list[Batch]:
        """Return what waits for a delayed packet, which is lost."""
        batches: list[Batch] = []
        while self._waiting:
            batches += self._give_next()
        return batches

    def finish(self) -> list[Batch]:
        """Return what is left at the end, without a lone packet of an unconfirmed epoch."""
        if self._unconfirmed is not None:
            self._tally.damaged += 1
            self._unconfirmed = None
        return self.release()

    def _unwrapped(self, packet: StampedPacket, near: StampedPacket) -> StampedPacket:
        """The packet with its stamp unwrapped to fit the host's time best."""
        if self._wrap_s is None:
            return packet
        expected = near.stamp_s + packet.arrival_s - near.arrival_s
        turns = round((expected - packet.stamp_s) / self._wrap_s)
        return replace(packet, stamp_s=packet.stamp_s + turns * self._wrap_s)

    @staticmethod
    def _fits(packet: StampedPacket, near: StampedPacket) -> bool:
        step_s = packet.stamp_s - near.stamp_s
        return abs(step_s - (packet.arrival_s - near.arrival_s)) <= RESTART_S

    def _out_of_epoch(self, packet: StampedPacket) -> list[Batch]:
        first = self._unconfirmed
        if first is None:
            self._unconfirmed = packet
            return []
        placed = self._unwrapped(packet, first)
        if placed.same_as(first):
            self._tally.repeated += 1
            return []
        if placed.stamp_s < first.stamp_s or not self._fits(placed, first):
            self._tally.damaged += 1
            self._unconfirmed = packet
            return []
        return [*self._restart(first), *self._in_epoch(placed)]

    def _restart(self, first: StampedPacket) -> list[Batch]:
        batches = self.release()
        self._epoch += 1
        self._unconfirmed = None
        self._late_run = 0
        self._given.clear()
        self._newest = first
        return [*batches, self._give(first, lost=None)]

    def _in_epoch(self, packet: StampedPacket) -> list[Batch]:
        if any(packet.same_as(other) for other in (*self._given, *self._waiting)):
            self._tally.repeated += 1
            return []
        if self._newest is None or packet.stamp_s > self._newest.stamp_s:
            self._newest = packet
        last = self._given[-1]
        gap = self._gap(last, packet)
        if gap < -self._slack(packet):
            return self._behind(packet)
        self._late_run = 0
        if self._follows(last, packet, gap):
            return self._in_order(packet)
        if gap * self._period_s > LONGEST_GAP_S:
            return [*self.release(), *self._in_order(packet)]
        self._wait(packet)
        oldest = min(p.arrival_s for p in self._waiting)
        if len(self._waiting) > MOST_WAITING or packet.arrival_s - oldest > LONGEST_WAIT_S:
            return self.release()
        return []

    def _wait(self, packet: StampedPacket) -> None:
        self._waiting.append(packet)
        self._waiting.sort(key=lambda p: p.stamp_s)

    def _in_order(self, packet: StampedPacket) -> list[Batch]:
        """Return a packet and those that waited for it."""
        self._wait(packet)
        batches = self._give_next()
        while self._waiting:
            last, head = self._given[-1], self._waiting[0]
            if not self._follows(last, head, self._gap(last, head)):
                break
            batches += self._give_next()
        return batches

    def _behind(self, packet: StampedPacket) -> list[Batch]:
        """Handle a packet older than the last one returned: late, or the clock was set back."""
        self._late_run += 1
        if self._late_run >= _LATE_RUN or any(self._overlap(packet, p) for p in self._given):
            return self._restart(packet)
        self._tally.late += 1
        return []

    def _overlap(self, a: StampedPacket, b: StampedPacket) -> bool:
        start = max(self._first_s(a), self._first_s(b))
        end = min(self._first_s(a) + a.n * self._period_s, self._first_s(b) + b.n * self._period_s)
        return end - start > self._slack(a) * self._period_s

    def _first_s(self, packet: StampedPacket) -> float:
        back = (packet.n - 1) * self._period_s if self._stamps_last else 0.0
        return packet.stamp_s - back

    def _between(self, before: StampedPacket, after: StampedPacket) -> int:
        """Samples from one stamp to the next if none are lost."""
        return after.n if self._stamps_last else before.n

    def _gap(self, before: StampedPacket, after: StampedPacket) -> float:
        """Periods missing between two packets; negative if the second starts too early."""
        step_s = after.stamp_s - before.stamp_s
        return step_s / self._period_s - self._between(before, after)

    def _slack(self, packet: StampedPacket) -> float:
        """Tolerance of a gap for rounding and rate, periods."""
        rate = _RATE_LEARNT if len(self._steps) == _STEPS else _RATE_UNLEARNT
        return 0.6 + self._resolution_s / self._period_s + rate * packet.n

    def _follows(self, before: StampedPacket, after: StampedPacket, gap: float) -> bool:
        if before.sequence is not None and after.sequence is not None:
            return (after.sequence - before.sequence) % 0x10000 == 1
        return gap <= self._slack(after)

    def _give_next(self) -> list[Batch]:
        packet = self._waiting.pop(0)
        last = self._given[-1]
        gap = self._gap(last, packet)
        if gap < -self._slack(packet):
            self._tally.late += 1
            return []
        if gap > self._slack(packet):
            return [self._give(packet, lost=round(gap))]
        return [self._give(packet, lost=0 if self._follows(last, packet, gap) else 1)]

    def _give(self, packet: StampedPacket, *, lost: int | None) -> Batch:
        step_s = self._learn(packet)
        self._given.append(packet)
        self._tally.lost_samples += lost or 0
        offset = packet.n - 1 if self._stamps_last else 0
        return Batch(
            acc_g=packet.acc_g,
            gyro_dps=packet.gyro_dps,
            device_s=packet.stamp_s
            + step_s * np.arange(-offset, packet.n - offset, dtype=np.float64),
            arrival_s=packet.arrival_s,
            lost=lost,
            epoch=self._epoch,
        )

    def _learn(self, packet: StampedPacket) -> float:
        """Update the period with the packet's stamp; returns the step between its samples, s.

        Between two stamps at the packets' ends lie just this packet's samples, so their step is
        known (as in Polar's own PmdTimeStampUtils); after a stamp at the start it is not yet.
        """
        if not self._given:
            return self._period_s
        before = self._given[-1]
        step_s = (packet.stamp_s - before.stamp_s) / self._between(before, packet)
        rounding_s = self._resolution_s / self._between(before, packet)
        if abs(step_s - self._nominal_s) > _RATE_LIMIT * self._nominal_s + rounding_s:
            return self._period_s
        self._steps.append(step_s)
        self._period_s = statistics.median(self._steps)
        near = abs(step_s - self._period_s) <= _RATE_LEARNT * self._period_s + rounding_s
        return step_s if self._stamps_last and near else self._period_s
