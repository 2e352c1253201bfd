"""Frames with the sensor's own time: sorted, without repeats, with lost samples counted.

Every such protocol stamps one sample of a frame, its first or its last. The stamp does four jobs:

* it times the frame's samples, one period apart; the period is learnt from the stamps (real rates
  are up to a few per cent off the nominal one);
* a repeated frame is dropped, and a frame that overtook another waits for it a moment;
* a gap between two frames is counted as lost samples;
* a stamp that does not fit the time passed on the host means that the sensor's clock was set or
  restarted: a new *epoch*, unrelated to the times before. A single wild stamp may be damage, so a
  new epoch needs a second frame that agrees with the first.

Everything follows from the frames and their arrival times, so a replay decides as the live stream
did.
"""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import replace
from typing import Literal

import numpy as np

from sensing.devices.base import Batch, Tally
from sensing.devices.stamped_frames import (
    RATE_LEARNT,
    RATE_LIMIT,
    RATE_UNLEARNT,
    RESTART_S,
    SLACK,
    STEPS,
    StampedFrame,
    StampedFrames,
    Stamping,
    regular_run,
)

MOST_WAITING = 4
"""Frames that wait for a delayed one; a Bluetooth stack delivers in nearly the right order or not
at all."""
LONGEST_WAIT_S = 0.25
"""Longest wait: the user is waiting, too."""
LONGEST_GAP_S = 1.0
"""Nothing waits at a longer gap: its frames are lost, not delayed."""
_REMEMBERED = 64
"""Frames among which repeats are sought: more than a connection has in flight."""
_LATE_RUN = 8
"""This many late frames in a row mean that the clock was set back."""


_MANY = (64, 4096)
"""Frames looked at together at first and at most. They change cost only."""


class Sequencer:
    """One stream of stamped frames in, batches out.

    Args:
        rate_hz: nominal rate, Hz.
        stamps: the sample of a frame that the stamp belongs to.
        tally: counts repeats, late frames and lost samples.
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
        self._steps: deque[float] = deque(maxlen=STEPS)
        self._epoch = 0
        self._given: deque[StampedFrame] = deque(maxlen=_REMEMBERED)
        self._waiting: list[StampedFrame] = []
        self._unconfirmed: StampedFrame | None = None
        self._newest: StampedFrame | None = None
        self._late_run = 0

    def push(self, frame: StampedFrame) -> list[Batch]:
        """Add a frame; returns the batches now in order."""
        if frame.n == 0:
            return []
        newest = self._newest
        if newest is None:
            self._newest = frame
            return [self._give(frame, lost=0)]
        placed = self._unwrapped(frame, newest)
        if self._fits(placed, newest):
            if self._unconfirmed is not None:
                self._tally.damaged += 1
                self._unconfirmed = None
            return self._in_epoch(placed)
        return self._out_of_epoch(frame)

    def push_all(self, frames: StampedFrames) -> list[Batch]:
        """Add many frames, with the same result as one by one; regular ones come in one batch."""
        batches: list[Batch] = []
        at, many = 0, _MANY[0]
        while at < len(frames):
            taken = self._push_regular(frames.part(at, at + many), batches)
            at += taken
            if taken == many:
                many = min(2 * many, _MANY[1])
            elif at < len(frames):
                batches += self.push(frames.one(at))
                at, many = at + 1, _MANY[0]
        return batches

    def _push_regular(self, frames: StampedFrames, batches: list[Batch]) -> int:
        """Add the first frames that each follow the one before; returns how many."""
        in_order = self._given and self._newest is self._given[-1] and not self._waiting
        if not in_order or self._unconfirmed is not None or len(self._steps) < STEPS:
            return 0
        how = Stamping(
            nominal_s=self._nominal_s,
            stamps_last=self._stamps_last,
            wrap_s=self._wrap_s,
            resolution_s=self._resolution_s,
        )
        run = regular_run(frames, self._given[-1], self._steps, how)
        k = len(run)
        if k == 0:
            return 0
        batches.append(
            Batch(
                acc_g=None if frames.acc_g is None else frames.acc_g[:k].reshape(-1, 3),
                gyro_dps=None if frames.gyro_dps is None else frames.gyro_dps[:k].reshape(-1, 3),
                device_s=run.sample_s.reshape(-1),
                arrival_s=float(frames.arrival_s[k - 1]),
                lost=0,
                epoch=self._epoch,
                arrivals_s=frames.arrival_s[:k],
            )
        )
        for i in range(max(0, k - _REMEMBERED), k):
            self._given.append(frames.one(i, float(run.stamp_s[i])))
        self._newest = self._given[-1]
        self._steps.extend(run.steps_s[-STEPS:].tolist())
        self._period_s = run.period_s
        self._late_run = 0
        return k

    def release(self) -> list[Batch]:
        """Return what waits for a delayed frame, which is lost."""
        batches: list[Batch] = []
        while self._waiting:
            batches += self._give_next()
        return batches

    def finish(self) -> list[Batch]:
        """Return what is left at the end, without a lone frame of an unconfirmed epoch."""
        if self._unconfirmed is not None:
            self._tally.damaged += 1
            self._unconfirmed = None
        return self.release()

    def _unwrapped(self, frame: StampedFrame, near: StampedFrame) -> StampedFrame:
        """The frame with its stamp unwrapped to fit the host's time best."""
        if self._wrap_s is None:
            return frame
        expected = near.stamp_s + frame.arrival_s - near.arrival_s
        turns = round((expected - frame.stamp_s) / self._wrap_s)
        return replace(frame, stamp_s=frame.stamp_s + turns * self._wrap_s) if turns else frame

    @staticmethod
    def _fits(frame: StampedFrame, near: StampedFrame) -> bool:
        step_s = frame.stamp_s - near.stamp_s
        return abs(step_s - (frame.arrival_s - near.arrival_s)) <= RESTART_S

    def _out_of_epoch(self, frame: StampedFrame) -> list[Batch]:
        first = self._unconfirmed
        if first is None:
            self._unconfirmed = frame
            return []
        placed = self._unwrapped(frame, first)
        if placed.same_as(first):
            self._tally.repeated += 1
            return []
        if placed.stamp_s < first.stamp_s or not self._fits(placed, first):
            self._tally.damaged += 1
            self._unconfirmed = frame
            return []
        return [*self._restart(first), *self._in_epoch(placed)]

    def _restart(self, first: StampedFrame) -> list[Batch]:
        batches = self.release()
        self._epoch += 1
        self._unconfirmed = None
        self._late_run = 0
        self._given.clear()
        self._newest = first
        return [*batches, self._give(first, lost=None)]

    def _in_epoch(self, frame: StampedFrame) -> list[Batch]:
        if self._newest is None or frame.stamp_s > self._newest.stamp_s:
            self._newest = frame  # newer than all, so no copy of any
        elif any(frame.same_as(other) for other in (*self._given, *self._waiting)):
            self._tally.repeated += 1
            return []
        last = self._given[-1]
        gap = self._gap(last, frame)
        if gap < -self._slack(frame):
            return self._behind(frame)
        self._late_run = 0
        if self._follows(last, frame, gap):
            return self._in_order(frame)
        if gap * self._period_s > LONGEST_GAP_S:
            return [*self.release(), *self._in_order(frame)]
        self._wait(frame)
        oldest = min(p.arrival_s for p in self._waiting)
        if len(self._waiting) > MOST_WAITING or frame.arrival_s - oldest > LONGEST_WAIT_S:
            return self.release()
        return []

    def _wait(self, frame: StampedFrame) -> None:
        self._waiting.append(frame)
        self._waiting.sort(key=lambda p: p.stamp_s)

    def _in_order(self, frame: StampedFrame) -> list[Batch]:
        """Return a frame and those that waited for it."""
        if not self._waiting:
            return self._give_after(self._given[-1], frame)
        self._wait(frame)
        batches = self._give_next()
        while self._waiting:
            last, head = self._given[-1], self._waiting[0]
            if not self._follows(last, head, self._gap(last, head)):
                break
            batches += self._give_next()
        return batches

    def _behind(self, frame: StampedFrame) -> list[Batch]:
        """Handle a frame older than the last one returned: late, or the clock was set back."""
        self._late_run += 1
        if self._late_run >= _LATE_RUN or any(self._overlap(frame, p) for p in self._given):
            return self._restart(frame)
        self._tally.late += 1
        return []

    def _overlap(self, a: StampedFrame, b: StampedFrame) -> bool:
        start = max(self._first_s(a), self._first_s(b))
        end = min(self._first_s(a) + a.n * self._period_s, self._first_s(b) + b.n * self._period_s)
        return end - start > self._slack(a) * self._period_s

    def _first_s(self, frame: StampedFrame) -> float:
        back = (frame.n - 1) * self._period_s if self._stamps_last else 0.0
        return frame.stamp_s - back

    def _between(self, before: StampedFrame, after: StampedFrame) -> int:
        """Samples from one stamp to the next if none are lost."""
        return after.n if self._stamps_last else before.n

    def _gap(self, before: StampedFrame, after: StampedFrame) -> float:
        """Periods missing between two frames; negative if the second starts too early."""
        step_s = after.stamp_s - before.stamp_s
        return step_s / self._period_s - self._between(before, after)

    def _slack(self, frame: StampedFrame) -> float:
        """Tolerance of a gap for rounding and rate, periods."""
        rate = RATE_LEARNT if len(self._steps) == STEPS else RATE_UNLEARNT
        return SLACK + self._resolution_s / self._period_s + rate * frame.n

    def _follows(self, before: StampedFrame, after: StampedFrame, gap: float) -> bool:
        if before.sequence is not None and after.sequence is not None:
            return (after.sequence - before.sequence) % 0x10000 == 1
        return gap <= self._slack(after)

    def _give_next(self) -> list[Batch]:
        return self._give_after(self._given[-1], self._waiting.pop(0))

    def _give_after(self, last: StampedFrame, frame: StampedFrame) -> list[Batch]:
        gap = self._gap(last, frame)
        if gap < -self._slack(frame):
            self._tally.late += 1
            return []
        if gap > self._slack(frame):
            return [self._give(frame, lost=round(gap))]
        return [self._give(frame, lost=0 if self._follows(last, frame, gap) else 1)]

    def _give(self, frame: StampedFrame, *, lost: int | None) -> Batch:
        step_s = self._learn(frame)
        self._given.append(frame)
        self._tally.lost_samples += lost or 0
        offset = frame.n - 1 if self._stamps_last else 0
        return Batch(
            acc_g=frame.acc_g,
            gyro_dps=frame.gyro_dps,
            device_s=frame.stamp_s
            + step_s * np.arange(-offset, frame.n - offset, dtype=np.float64),
            arrival_s=frame.arrival_s,
            lost=lost,
            epoch=self._epoch,
        )

    def _learn(self, frame: StampedFrame) -> float:
        """Update the period with the frame's stamp; returns the step between its samples, s.

        Between two stamps at the frames' ends lie just this frame's samples, so their step is
        known (as in Polar's own PmdTimeStampUtils); after a stamp at the start it is not yet.
        """
        if not self._given:
            return self._period_s
        before = self._given[-1]
        step_s = (frame.stamp_s - before.stamp_s) / self._between(before, frame)
        rounding_s = self._resolution_s / self._between(before, frame)
        if abs(step_s - self._nominal_s) > RATE_LIMIT * self._nominal_s + rounding_s:
            return self._period_s
        self._steps.append(step_s)
        self._period_s = statistics.median(self._steps)
        near = abs(step_s - self._period_s) <= RATE_LEARNT * self._period_s + rounding_s
        return step_s if self._stamps_last and near else self._period_s
