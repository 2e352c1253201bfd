"""Options of the simulation, and their limits.

What is None is drawn with the person, so that a seed alone gives a plausible recording.
"""

from __future__ import annotations

from dataclasses import dataclass

from sensing.core.errors import UsageError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Placement, Side
from sensing.guided.pacing import Tempo

WORKOUT = "workout"
"""Instead of an exercise: calf raises, hops and a hold, with rests and walking between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One recording to simulate.

    Attributes:
        exercise: a name of the catalogue, or ``workout``.
        seed: the same seed and options give the same bytes; a different seed simulates a different
            person.
        idealised: the person moves as a model of raises would, not as people do: smoothly, the
            shank upright, heels set down softly.
        reps: raises, hops, jumps, trials of hop-to-balance, or strides; None: the usual dose.
        hold_s: duration of a hold or balance, s.
        tempo: paced movement instead of the person's own.
        beat_s: raises start on a beat, so many seconds apart; None: after the person's own pauses.
        fatigue: share of range lost by the last rep (hops: of flight time), 0…0.6.
        partial: probability that a rep is partial, 0…1.
        fidgets: number of other movements around and between sets.
        rate_hz: nominal sample rate, Hz.
        rate_error: its relative error (0.005 is half a percent too fast).
        range_g: the accelerometer clips at ± this, g.
        resolution_mg: smallest step, mg; None: the range over 15 bits.
        noise_ug: accelerometer noise density, µg/√Hz.
        loss: share of packets lost.
        gyro: whether there is a gyroscope.
        side: leg the sensor is worn on, the working leg in one-leg exercises.
        placement: strapped on the shank above the ankle, or on the shoe.

    Raises:
        UsageError: a value outside what can be simulated.
    """

    exercise: str
    seed: int = 0
    idealised: bool = False
    reps: int | None = None
    hold_s: float | None = None
    tempo: Tempo | None = None
    beat_s: float | None = None
    fatigue: float | None = None
    partial: float | None = None
    fidgets: int | None = None
    rate_hz: float = 208.0
    rate_error: float | None = None
    range_g: float = 16.0
    resolution_mg: float | None = None
    noise_ug: float | None = None
    loss: float = 0.0
    gyro: bool = True
    side: Side = "right"
    placement: Placement = "ankle"

    def __post_init__(self) -> None:
        if self.exercise != WORKOUT:
            find_exercise(self.exercise)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("reps", self.reps, 1, 500)
        _within("hold", self.hold_s, 1, 600, " s")
        _within("fatigue", self.fatigue, 0, 0.6)
        _within("partial", self.partial, 0, 1)
        _within("fidgets", self.fidgets, 0, 100)
        _within("rate", self.rate_hz, 10, 500, " Hz")
        _within("rate error", self.rate_error, -0.1, 0.1)
        _within("range", self.range_g, 1, 200, " g")
        _within("resolution", self.resolution_mg, 0.001, 500, " mg")
        _within("noise", self.noise_ug, 0, 10000, " µg/√Hz")
        _within("loss", self.loss, 0, 0.5)
        _within("beat", self.beat_s, 0.5, 60, " s")
        if self.tempo is not None:
            _within("tempo: seconds up", self.tempo.raise_s, 0.15, 30, " s")
            _within("tempo: seconds held", self.tempo.hold_s, 0, 60, " s")
            _within("tempo: seconds down", self.tempo.lower_s, 0.15, 30, " s")


def _within(name: str, value: float | None, low: float, high: float, unit: str = "") -> None:
    if value is not None and not low <= value <= high:  # NaN fails too
        raise UsageError(
            f"{name} {value:g}{unit} cannot be simulated",
            remedy=f"give {low:g} to {high:g}{unit}",
        )
