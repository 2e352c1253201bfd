"""Results of the analysis: reps, hops, holds, stands, and the sets and bouts they belong to.

All times are seconds on the recording's own clock; intervals are [start, end). A value that can't
be known is None, never 0.

Counting and measuring are judged apart. Every event listed counts. ``valid=False`` with a
``reason`` means that it is doubtful *that* it happened: it counts, but its figures are in no
median. ``reasons`` names each figure of an event that the data do not support and says why
("gap", "clipped", "outlier"); such a figure is None. A short gap widens the figure's standard
uncertainty (``*_sd_s``, ``*_sd_m``, …) instead, which is None where it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sensing.core import reactive_strength as reactive
from sensing.core.samples import Placement, Side

CUT_OFF = "cut off"
"""Reason of a figure of something that was in progress when its window began or ended."""
STAND = "stand"
"""Reason of contact time and RSI of a landing after which the person stood before the next jump."""
ON_BOX = "on box"
"""The same of one on a box: a stand, and no ground contact."""
PAUSE = "pause"
"""Reason of the RSI of a landing with a pause before the next jump."""
MARKED_FALSE = "marked false"
"""Reason of what a person said was no rep, hop or hold: it is listed, but never counts."""
BoutKind = Literal["calf-raise", "hop", "hold", "walking", "running", "other", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One raise: concentric phase, hold at the top, eccentric phase.

    Attributes:
        start_s: the heel leaves the floor; concentric phase begins.
        top_s: full height is reached.
        lower_s: eccentric phase begins.
        end_s: the heel is back on the floor.
        rise_m: heel-rise height at the sensor, m; None if unknown.
        partial: clearly lower than the set's own full reps.
        calibrated: detected and timed with the athlete's own profile.
        valid: False if it is doubtful that it happened; then ``reason`` says why.
        raise_time_sd_s, hold_time_sd_s, lower_time_sd_s: standard uncertainties, s, None if
            unknown, of the concentric time, the hold at the top and the eccentric time.
        rise_sd_m: that of the heel-rise height, m.
        reasons: why each figure that the data do not support is None. The instants stay best
            estimates.
    """

    start_s: float
    top_s: float
    lower_s: float
    end_s: float
    rise_m: float | None
    partial: bool = False
    valid: bool = True
    reason: str | None = None
    calibrated: bool = False
    raise_time_sd_s: float | None = None
    hold_time_sd_s: float | None = None
    lower_time_sd_s: float | None = None
    rise_sd_m: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def raise_time_s(self) -> float | None:
        """Duration of the concentric phase, s."""
        return None if "raise_time_s" in self.reasons else self.top_s - self.start_s

    @property
    def hold_time_s(self) -> float | None:
        """Hold at the top, s."""
        return None if "hold_time_s" in self.reasons else self.lower_s - self.top_s

    @property
    def lower_time_s(self) -> float | None:
        """Duration of the eccentric phase, s."""
        return None if "lower_time_s" in self.reasons else self.end_s - self.lower_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One ground contact of a series and the flight after it.

    Attributes:
        contact_s: initial contact (vertical ground force rises through 20 N).
        takeoff_s: toe-off (it falls through 20 N again); None if unknown.
        contact_time_sd_s: standard uncertainty of the contact time, s; None with it.
        flight_time_s: from toe-off to the next contact; None on the last hop of a series.
        calibrated: toe-off timed with the athlete's own profile.
        valid: False if it is doubtful that it was a hop; ``reason`` says why.
        flight_time_sd_s, rsi_sd: as ``contact_time_sd_s``, of flight time and RSI (flight/contact).
        reasons: why each figure that the data do not support is None.
    """

    contact_s: float
    takeoff_s: float | None
    contact_time_sd_s: float | None
    flight_time_s: float | None
    valid: bool = True
    reason: str | None = None
    calibrated: bool = False
    flight_time_sd_s: float | None = None
    rsi_sd: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_stand(self) -> bool:
        """True if the person stood before the next jump, on the floor or on a box."""
        return self.reasons.get("contact_time_s") in (STAND, ON_BOX)

    @property
    def contact_time_s(self) -> float | None:
        """Ground-contact time, s."""
        if self.takeoff_s is None or "contact_time_s" in self.reasons:
            return None
        return self.takeoff_s - self.contact_s

    @property
    def rsi(self) -> float | None:
        """RSI (flight/contact), no unit."""
        if self.flight_time_s is None or not self.contact_time_s or "rsi" in self.reasons:
            return None
        return self.flight_time_s / self.contact_time_s

    @property
    def height_m(self) -> float | None:
        """Jump height from flight time, m."""
        return None if self.flight_time_s is None else reactive.height_m(self.flight_time_s)

    @property
    def height_sd_m(self) -> float | None:
        """Standard uncertainty of the jump height, m; it follows from that of the flight time."""
        if self.flight_time_s is None or self.flight_time_sd_s is None:
            return None
        return reactive.height_sd_m(self.flight_time_s, self.flight_time_sd_s)

    @property
    def rsi_height_mps(self) -> float | None:
        """RSI (height/contact), m/s."""
        if self.height_m is None or not self.contact_time_s or "rsi" in self.reasons:
            return None
        return self.height_m / self.contact_time_s

    @property
    def rsi_height_sd_mps(self) -> float | None:
        """Standard uncertainty of the RSI (height/contact), m/s; it follows from ``rsi_sd``."""
        contact_s, flight_s = self.contact_time_s, self.flight_time_s
        if self.rsi_sd is None or self.rsi is None or contact_s is None or flight_s is None:
            return None
        return reactive.rsi_height_sd_from_rsi_sd(contact_s, flight_s, self.rsi_sd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A stand between two jumps, on the box or on the floor: [landing, toe-off)."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Postural sway and tremor of a hold, across gravity, low-passed at 10 Hz.

    Defined in ``sensing/analysis/holds/steadiness.py``. ``quiet_ratio`` is ``rms_mps2`` as a
    multiple of the athlete's own quiet standing on both feet; None if not calibrated. The four
    before it need a calibrated mounting: ``ap_rms_mps2`` and ``ml_rms_mps2`` are the front-back and
    side-side parts of ``rms_mps2``; ``lean_deg`` and ``side_lean_deg`` the mean lean against
    standing upright, forward and to the left. The rest are their standard uncertainties, None where
    not known (``steadiness_uncertainty.py``).
    """

    rms_mps2: float
    jerk_rms_mps3: float
    path_mps2_per_s: float
    ellipse95_m2ps4: float
    tremor_rms_mps2: float
    tremor_peak_hz: float | None
    ap_rms_mps2: float | None = None
    ml_rms_mps2: float | None = None
    lean_deg: float | None = None
    side_lean_deg: float | None = None
    quiet_ratio: float | None = None
    rms_sd_mps2: float | None = None
    jerk_rms_sd_mps3: float | None = None
    path_sd_mps2_per_s: float | None = None
    ellipse95_sd_m2ps4: float | None = None
    tremor_rms_sd_mps2: float | None = None
    tremor_peak_sd_hz: float | None = None
    ap_rms_sd_mps2: float | None = None
    ml_rms_sd_mps2: float | None = None
    lean_sd_deg: float | None = None
    side_lean_sd_deg: float | None = None
    quiet_ratio_sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A position held: [start, end).

    Attributes:
        steadiness: None if the hold is too short for it or the data do not support it.
        valid: False if it is doubtful that it happened; then ``reason`` says why.
        duration_sd_s: standard uncertainty of the time held, s; None if unknown.
        lean_deg: lean of the shank against standing, °, where the exercise is a lean, else None.
        lean_sd_deg: its standard uncertainty, °; None with it.
        reasons: why each figure that the data do not support is None. The instants stay best
            estimates.
    """

    start_s: float
    end_s: float
    steadiness: Steadiness | None
    valid: bool = True
    reason: str | None = None
    duration_sd_s: float | None = None
    lean_deg: float | None = None
    lean_sd_deg: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def cut_off(self) -> bool:
        """True if it was in progress when its window began or ended: it lasted longer."""
        return CUT_OFF in (self.reason, self.reasons.get("duration_s"))

    @property
    def shank_lean_deg(self) -> float | None:
        """``lean_deg``, by its name where those of a :class:`Steadiness` stand beside it."""
        return self.lean_deg

    @property
    def duration_s(self) -> float | None:
        """Time the position was held, s."""
        return None if "duration_s" in self.reasons else self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """One set of one exercise.

    Attributes:
        exercise: name from the catalogue.
        guessed: the exercise was detected from the signal, which can tell a calf raise from a hop
            but seldom one leg from two.
        steps: steps of both legs, for the walking drills; None elsewhere.
        stands: stands between jumps, in order of time. Those on a box are in no hop.
    """

    start_s: float
    end_s: float
    exercise: str
    guessed: bool = False
    side: Side | None = None
    reps: tuple[Rep, ...] = ()
    hops: tuple[Hop, ...] = ()
    holds: tuple[Hold, ...] = ()
    steps: int | None = None
    stands: tuple[Stand, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """A stretch of one kind of movement, or of rest."""

    start_s: float
    end_s: float
    kind: BoutKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The results of one recording, and how they were obtained.

    Attributes:
        exercise: as requested, ``auto`` included.
        placement: where the sensor was worn; ``unknown`` was analysed by the rules of the ankle.
        placement_found: it was not given, but detected or assumed (the notes say which).
        engine: algorithm version.
        profile: name of the calibration profile used, or None.
    """

    exercise: str
    placement: Placement
    placement_found: bool
    rate_hz: float
    duration_s: float
    samples: int
    lost_samples: int
    clipped_samples: int
    sets: tuple[Set, ...]
    bouts: tuple[Bout, ...]
    engine: str
    profile: str | None = None
    notes: tuple[str, ...] = ()
