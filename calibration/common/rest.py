"""Detect rest in a stream: times when a sensor lies still, or a person stands quietly.

Samples are reduced to short frames (mean and spread), so that an hour of samples stays small and
rests can be looked up again after every packet. A frame is quiet if it spreads little more than the
quietest tenth of all frames, which is the sensor's own noise whatever its make. Consecutive quiet
frames are one rest as long as their means agree: slow turning is quiet too, but its mean moves. A
frame at each end of a rest is dropped, because the sensor was still being put down or picked up.

The result depends only on the frames so far, not on how the samples were split into chunks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.common.routine import Frames
from sensing.core.samples import Samples
from sensing.core.units import Floats

FRAME_S = 0.2
"""Ten samples at 50 Hz: enough for a spread, and two seconds still are ten frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """What counts as rest.

    Attributes:
        quiet_mps2: spread (standard deviation, RMS of the axes) that is always quiet, m/s².
        loud_mps2: spread that is never quiet, however noisy the rest of the recording is, m/s².
        over_noise: between the two, a frame is quiet up to this multiple of the quietest frames.
        wander_mps2: how far a frame's mean may differ from the rest so far, beyond noise, m/s².
        shortest_s: a shorter stretch is not a rest, s.
    """

    quiet_mps2: float
    loud_mps2: float
    over_noise: float
    wander_mps2: float
    shortest_s: float


LYING = Calm(quiet_mps2=0.03, loud_mps2=0.4, over_noise=2.0, wander_mps2=0.06, shortest_s=1.4)
"""On a table: nothing moves. A hand trembles by 0.1–0.5 m/s² and turns by degrees."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A fifth of a second of samples, lost samples left out.

    Attributes:
        start_s, end_s: on the recording's clock, s.
        count: samples that arrived.
        mean_mps2, spread_mps2: mean and standard deviation of each axis, shape (3,), m/s².
        gyro_dps: mean angular rate, shape (3,), °/s, or None.
        step_mps2: smallest difference between two readings of an axis, m/s²; inf if none differ.
        clipped: a sample was at the end of the sensor's range.
        follows: it starts where the frame before it ended.
    """

    start_s: float
    end_s: float
    count: int
    mean_mps2: Floats
    spread_mps2: Floats
    gyro_dps: Floats | None
    step_mps2: float
    clipped: bool
    follows: bool

    @property
    def noise_mps2(self) -> float:
        """RMS of the axes' spreads, m/s²."""
        return float(np.sqrt(np.mean(self.spread_mps2**2)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rest:
    """A stretch of rest.

    Attributes:
        start_s, end_s: on the recording's clock, s.
        count: samples in it.
        mean_mps2: mean specific force, shape (3,), m/s².
        noise_mps2: standard deviation of single samples, RMS of the axes, m/s².
        drift_mps2: change of the norm from start to end, along a straight line, m/s².
        drift_sd_mps2: uncertainty of that change, 1 SD, m/s².
        gyro_dps: mean angular rate, shape (3,), °/s, or None.
        step_mps2: smallest difference between two readings of an axis anywhere in the recording,
            which is the sensor's resolution if that is coarser than its noise, m/s²; inf if no two
            readings differ.
        frozen: axes that never changed, shape (3,).
        clipped: a sample was at the end of the sensor's range.
    """

    start_s: float
    end_s: float
    count: int
    mean_mps2: Floats
    noise_mps2: float
    drift_mps2: float
    drift_sd_mps2: float
    gyro_dps: Floats | None
    step_mps2: float
    frozen: tuple[bool, bool, bool]
    clipped: bool

    @property
    def duration_s(self) -> float:
        """Duration, s."""
        return self.end_s - self.start_s

    @property
    def up(self) -> Floats:
        """Unit vector up in the sensor's axes, shape (3,)."""
        return np.asarray(self.mean_mps2 / max(float(np.linalg.norm(self.mean_mps2)), 1e-9))


class RestFinder:
    """Collects frames and finds the rests among them.

    Args:
        calm: what counts as rest.
    """

    def __init__(self, calm: Calm = LYING) -> None:
        self._calm = calm
        self._cutter = Frames(FRAME_S)
        self._frames: list[Frame] = []
        self._expected_s = -np.inf
        self._seen = 0
        self._runs: list[list[Frame]] = []

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames so far that contain samples."""
        return tuple(self._frames)

    def push(self, samples: Samples) -> None:
        """Add the next samples."""
        for part in self._cutter.push(samples):
            frame = _frame(part, self._expected_s)
            if frame is not None:
                self._frames.append(frame)
                self._expected_s = frame.end_s

    def rests(self) -> list[Rest]:
        """Rests so far, in order; the last one may still be going on."""
        return _rests(self._quiet(), self._calm, _step_mps2(self._frames))

    def now(self) -> list[Frame]:
        """Frames that may become a rest: quiet, in agreement, up to the newest frame."""
        runs = self._quiet()
        if not runs or runs[-1][-1] is not self._frames[-1]:
            return []
        return runs[-1]

    def _quiet(self) -> list[list[Frame]]:
        """Cached until there is a new frame, since a stream asks after every packet."""
        if self._seen != len(self._frames):
            self._runs = _runs(self._frames, self._calm)
            self._seen = len(self._frames)
        return self._runs


def find_rests(frames: list[Frame], calm: Calm) -> list[Rest]:
    """Rests among frames, which are in order of time."""
    return _rests(_runs(frames, calm), calm, _step_mps2(frames))


def _rests(runs: list[list[Frame]], calm: Calm, step_mps2: float) -> list[Rest]:
    found = []
    for run in runs:
        inner = run[1:-1]
        if inner and inner[-1].end_s - inner[0].start_s >= calm.shortest_s - 1e-9:
            found.append(_rest(inner, step_mps2))
    return found


def _frame(part: Samples, expected_s: float) -> Frame | None:
    here = ~part.lost
    count = int(here.sum())
    if count < max(2, len(part) // 2):
        return None
    acc = part.acc_mps2[here]
    gaps = np.diff(np.sort(acc, axis=0), axis=0)
    return Frame(
        start_s=part.time_s(0),
        end_s=part.time_s(len(part)),
        count=count,
        mean_mps2=acc.mean(axis=0),
        spread_mps2=acc.std(axis=0, ddof=1),
        gyro_dps=None if part.gyro_dps is None else part.gyro_dps[here].mean(axis=0),
        step_mps2=float(np.min(gaps[gaps > 1e-6], initial=np.inf)),
        clipped=bool(part.clipped.any()),
        follows=abs(part.time_s(0) - expected_s) < 0.5 / part.rate_hz,
    )


def _step_mps2(frames: list[Frame]) -> float:
    return min((frame.step_mps2 for frame in frames), default=np.inf)


def _runs(frames: list[Frame], calm: Calm) -> list[list[Frame]]:
    """Consecutive quiet frames whose means agree."""
    if not frames:
        return []
    noise = np.array([frame.noise_mps2 for frame in frames])
    floor = float(np.quantile(noise, 0.1))
    # A sensor of coarse resolution may toggle between two readings, which spreads by half a step.
    step = _step_mps2(frames)
    step = step if np.isfinite(step) else 0.0
    limit = min(max(calm.quiet_mps2, calm.over_noise * floor, 0.6 * step), calm.loud_mps2)
    runs: list[list[Frame]] = []
    run: list[Frame] = []
    total = np.zeros(3)
    for frame, level in zip(frames, noise, strict=True):
        together = bool(run) and frame.follows
        if together:
            off = float(np.linalg.norm(frame.mean_mps2 - total / len(run)))
            # The means of two noisy frames differ by chance: three axes, four standard deviations.
            chance = max(4 * level * np.sqrt(3 / frame.count), 0.5 * step)
            together = off <= calm.wander_mps2 + chance
        if run and (level > limit or not together):
            runs.append(run)
            run, total = [], np.zeros(3)
        if level <= limit:
            run.append(frame)
            total = total + frame.mean_mps2
    return [*runs, run] if run else runs


def _rest(frames: list[Frame], step_mps2: float) -> Rest:
    count = np.array([frame.count for frame in frames], dtype=np.float64)
    mean = np.average([frame.mean_mps2 for frame in frames], axis=0, weights=count)
    middle_s = np.array([(frame.start_s + frame.end_s) / 2 for frame in frames])
    norm = np.array([float(np.linalg.norm(frame.mean_mps2)) for frame in frames])
    length_s = frames[-1].end_s - frames[0].start_s
    slope, slope_sd = _line(middle_s, norm)
    gyros = [frame.gyro_dps for frame in frames if frame.gyro_dps is not None]
    spread = np.array([frame.spread_mps2 for frame in frames])
    means = np.array([frame.mean_mps2 for frame in frames])
    frozen = ((spread < 1e-9).all(axis=0) & (np.ptp(means, axis=0) < 1e-9)).tolist()
    return Rest(
        start_s=frames[0].start_s,
        end_s=frames[-1].end_s,
        count=int(count.sum()),
        mean_mps2=np.asarray(mean, dtype=np.float64),
        noise_mps2=float(np.sqrt(np.mean([frame.noise_mps2**2 for frame in frames]))),
        drift_mps2=slope * length_s,
        drift_sd_mps2=slope_sd * length_s,
        gyro_dps=np.mean(gyros, axis=0) if len(gyros) == len(frames) else None,
        step_mps2=step_mps2,
        frozen=(frozen[0], frozen[1], frozen[2]),
        clipped=any(frame.clipped for frame in frames),
    )


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope of a straight line through points, shape (n,) each, and its standard error."""
    x = x - x.mean()
    power = float(np.sum(x**2))
    if len(x) < 3 or power == 0:
        return 0.0, float("inf")
    slope = float(np.sum(x * y)) / power
    left = y - y.mean() - slope * x
    return slope, float(np.sqrt(np.sum(left**2) / (len(x) - 2) / power))
