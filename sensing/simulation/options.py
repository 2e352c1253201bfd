"""Options of the simulation, and their limits.

What is None is drawn with the person, so that a seed alone gives a plausible recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sensing.core.errors import UsageError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Placement, Side
from sensing.guided.pacing import Tempo

Cut = Literal["start", "end", "both"]

WORKOUT = "workout"
"""Instead of an exercise: calf raises, hops and a hold, with rests and walking between."""
MOVEMENTS = (
    "walking",
    "walking-with-aids",
    "stairs",
    "squats",
    "sit-to-stand",
    "weight-shifts",
)
"""Instead of an exercise: movements of a day, in which there is nothing to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One recording to simulate.

    Attributes:
        exercise: a name of the catalogue, ``workout``, or one of ``MOVEMENTS``.
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
        lean_deg: lean of the shank in a full raise; negative: backwards. None: the person's own.
        strike_g: median heel strike of a raise, as far as the lowering is quick enough for it.
        shake_mg: shaking while lowering, RMS.
        cut: the recording begins, ends or both in the middle of a set of raises.
        rate_hz: nominal sample rate, Hz.
        rate_error: its relative error (0.005 is half a percent too fast).
        range_g: the accelerometer clips at ± this, g.
        resolution_mg: smallest step, mg; None: the range over 15 bits.
        noise_ug: accelerometer noise density, µg/√Hz.
        loss: share of packets lost.
        gap_ms: they are lost in gaps of this length; None: one packet at a time.
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
    lean_deg: float | None = None
    strike_g: float | None = None
    shake_mg: float | None = None
    cut: Cut | None = None
    rate_hz: float = 208.0
    rate_error: float | None = None
    range_g: float = 16.0
    resolution_mg: float | None = None
    noise_ug: float | None = None
    loss: float = 0.0
    gap_ms: float | None = None
    gyro: bool = True
    side: Side = "right"
    placement: Placement = "ankle"

    def __post_init__(self) -> None:
        if self.exercise not in (WORKOUT, *MOVEMENTS):
            kind = find_exercise(self.exercise).kind
            if self.cut is not None and kind != "reps":
                raise UsageError(f"{self.exercise} has no raises to begin or end in")
        elif self.cut is not None:
            raise UsageError(f"a recording of {self.exercise} cannot begin or end in a set")
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("reps", self.reps, 1, 500)
        _within("hold", self.hold_s, 1, 600, " s")
        _within("fatigue", self.fatigue, 0, 0.6)
        _within("partial", self.partial, 0, 1)
        _within("fidgets", self.fidgets, 0, 100)
        _within("lean", self.lean_deg, -45, 45, "°")
        _within("strike", self.strike_g, 0, 8, " g")
        _within("shaking", self.shake_mg, 0, 1000, " mg")
        _within("gap", self.gap_ms, 1, 2000, " ms")
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
