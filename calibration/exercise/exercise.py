"""Calibrate one exercise from a few reference reps, and check the result.

The trial is refused, with the reason, wherever its profile could make later results worse: the
wrong number of reps, reps unlike each other, steps or hops instead of raises, the movement of
another exercise, another placement, data gaps, clipping, a loose strap. Finally the profile must
count the trial itself: all reps with the whole profile, and each rep with a profile fitted to the
other reps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.exercise.reference_reps import Pace, Reference, find_reference
from calibration.exercise.rep_learning import (
    durations,
    near_the_beat,
    own_course,
    shape_of,
    time_reference,
)
from calibration.placement.looseness import LOOSE, ringing
from sensing.analysis.reps.count_reps import count_with
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_path import SMOOTHEST, Paths
from sensing.analysis.reps.rep_phases import Phases
from sensing.analysis.sets.find_sets import between, pieces
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.analysis.sets.placement import find_placement
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Bools
from sensing.profile.rep_template import RepShape

LEAST_REPS, MOST_REPS = 3, 20
"""One rep shows no variation; after twenty the athlete tires, and tired reps are no reference."""

_LEAST_ALIKE = 0.55
"""Correlation of a rep with the mean of the others is 0.8–0.99, in the shakiest reps 0.6."""

_BEYOND_LOOK = (0.6, 1.4)
"""An athlete may be this far outside the usual range of an exercise."""

_COARSE_MPS2 = 0.3
"""Simulated people are counted as well with a resolution of 16 mg as with finer ones, not at 62."""

_SAME_MPS2 = 1e-6

_LANDINGS = 3
"""Initial contacts after which a loose strap must ring."""

_MOST_LOST = 0.1
_LONGEST_GAP_S = 0.25
"""Data gap in a rep that is allowed: slow movement is interpolated over this long."""

_OFF_BEAT = 1.5
"""Fitted phases are up to a quarter off the beat they were paced to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntReps:
    """The result of a trial.

    Attributes:
        shape: the athlete's own raise.
        start_s, end_s: start and end of each reference rep, on the recording's clock, s.
        words: what was learnt, one sentence each.
    """

    shape: RepShape
    start_s: tuple[float, ...]
    end_s: tuple[float, ...]
    words: tuple[str, ...]


def learn_reps(
    blocks: list[Samples],
    exercise: Exercise,
    reps: int,
    placement: Worn | None = None,
    pace: Pace | None = None,
) -> LearntReps:
    """Learn an athlete's own raise from reference reps.

    Args:
        blocks: the trial: standing still, the reps, standing still.
        exercise: which exercise was done; of kind "reps".
        reps: how many were done.
        placement: how the sensor was worn, if it was given.
        pace: durations of the beat, if the reps were paced.

    Raises:
        UsageError: this number of reps is not a reference.
        RecordingError: the trial is not good enough; the message says why and what to do.
    """
    if not LEAST_REPS <= reps <= MOST_REPS:
        raise UsageError(
            f"{reps} reps are not enough, or too many, for a reference",
            remedy=f"do {LEAST_REPS} to {MOST_REPS}",
        )
    if not blocks:
        raise RecordingError("the trial has no samples", remedy=REPEAT)
    _check_steps(blocks)
    seen = _placement(blocks, placement)
    parts = [part for block in blocks for part in _raises_only(block, seen)]
    reference = find_reference(parts, exercise, reps, pace)
    freely = time_reference(reference, exercise, None)
    _check_samples(reference, freely)
    _check_movement(freely, exercise)
    if pace is not None:
        _check_beat(near_the_beat(reference, exercise, pace), pace)
    phases = freely if pace is None else time_reference(reference, exercise, pace)
    course = SMOOTHEST if pace is None else own_course(reference, phases, pace)
    fitted = _Fitted(reference, phases, freely, pace, course)
    shape = fitted.shape(exercise, seen, np.ones(reps, dtype=np.bool_))
    _check_alike(shape, exercise)
    _check_counts(parts, fitted, exercise, shape)
    start_s, end_s = (
        tuple(reference.piece.time_s(float(t) * reference.piece.rate_hz) for t in times)
        for times in (phases.start_s, phases.end_s)
    )
    return LearntReps(shape=shape, start_s=start_s, end_s=end_s, words=words_of(shape))


REPEAT = "stand still, do all reps alike, stand still, and repeat the trial"


def words_of(shape: RepShape) -> tuple[str, ...]:
    """What was learnt, for the athlete."""
    timed = " (paced by the beat)" if shape.paced else ""
    first = (
        f"{shape.reps} reps: up {shape.raise_s:.1f} s, at the top {shape.top_s:.1f} s, "
        f"down {shape.lower_s:.1f} s{timed}, heel-rise height {shape.rise_m * 100:.1f} cm."
    )
    alike = (
        f"The reps vary by {shape.raise_spread:.0%} on the way up, {shape.lower_spread:.0%} on "
        f"the way down and {shape.rise_spread:.0%} in height; the least similar rep agrees "
        f"{shape.alike[0]:.0%} with the others."
    )
    smallest_m = RaiseParams().smallest * shape.rise_m
    smallest = (
        f"From now on, movements like these of {smallest_m * 100:.1f} cm or more are "
        "counted. Each rep was also counted with a profile from the other reps."
    )
    if shape.paced:
        return first, alike, smallest
    unknown = (
        "Without a beat the signal can't distinguish a slow start from a late one, so eccentric "
        "phases are not corrected; to correct them as well, repeat with --tempo."
    )
    return first, alike, smallest, unknown


def _check_steps(blocks: list[Samples]) -> None:
    """Refuse a sensor whose resolution is as coarse as the movement is large."""
    gaps = np.diff(np.sort(np.concatenate([block.acc_mps2 for block in blocks]), axis=0), axis=0)
    step_mps2 = float(np.min(gaps[gaps > _SAME_MPS2], initial=np.inf))
    if _COARSE_MPS2 < step_mps2 < np.inf:
        raise RecordingError(
            f"the sensor's resolution of {step_mps2 / G_MPS2 * 1000:.0f} mg is too coarse: a raise "
            "is 5 to 50 mg",
            remedy="set a smaller range or a finer resolution",
        )


def _placement(blocks: list[Samples], given: Worn | None) -> Worn:
    seen = find_placement(max(blocks, key=len))
    if seen == "unknown":
        return given or "ankle"
    if given is not None and given != seen:
        raise RecordingError(
            f"the sensor moves as if it were on the {seen}, not on the {given}",
            remedy=f"use --placement {seen}, or move the sensor to the {given}",
        )
    return seen


def _raises_only(block: Samples, placement: Worn) -> list[Samples]:
    """A block without the walking in it; hops are refused."""
    steps = stretches_of_steps(block, placement)
    for stretch in steps:
        if stretch.kind == "hop":
            raise RecordingError(
                f"there are hops at {stretch.start_s:.0f} s, not raises",
                remedy="name the exercise that was done, or " + REPEAT,
            )
    left = pieces(block, [(s.start_s, s.end_s) for s in steps])
    walked_s = sum(s.end_s - s.start_s for s in steps)
    if walked_s > 0.5 * len(block) / block.rate_hz:
        raise RecordingError(
            f"{walked_s:.0f} s of this trial are walking or running, not raises", remedy=REPEAT
        )
    return left


def _check_movement(phases: Phases, exercise: Exercise) -> None:
    """Refuse the movement of another exercise."""
    up_s, _, down_s = (float(np.median(x)) for x in durations(phases))
    rise_m = float(np.median(phases.rise_m))
    look = exercise.look
    for what, value, (least, most), unit, digits in (
        ("the ankle rose", 100 * rise_m, tuple(100 * m for m in look.rise_m), "cm", 1),
        ("the way up took", up_s, look.rise_s, "s", 1),
        ("the way down took", down_s, look.lower_s, "s", 1),
    ):
        if not _BEYOND_LOOK[0] * least < value < _BEYOND_LOOK[1] * most:
            raise RecordingError(
                f"{what} {value:.{digits}f} {unit}; in a {exercise.name} it is "
                f"{least:g} to {most:g} {unit}",
                remedy="name the exercise that was done, or " + REPEAT,
            )


def _check_beat(phases: Phases, pace: Pace) -> None:
    """Refuse reps that are off the beat."""
    up_s, _, down_s = (float(np.median(x)) for x in durations(phases))
    for what, seconds, asked_s in (("up", up_s, pace.raise_s), ("down", down_s, pace.lower_s)):
        if not asked_s / _OFF_BEAT < seconds < asked_s * _OFF_BEAT:
            raise RecordingError(
                f"the way {what} took about {seconds:.1f} s, not the {asked_s:g} s of the beat",
                remedy=f"keep to {pace}, or leave out --tempo",
            )


def _check_samples(reference: Reference, phases: Phases) -> None:
    """Refuse reps with data gaps, and a strap that lets the sensor ring."""
    piece = reference.piece
    for k, (start, end) in enumerate(zip(phases.start_s, phases.end_s, strict=True)):
        start_s, end_s = (piece.time_s(float(t) * piece.rate_hz) for t in (start, end))
        rep = between(piece, start_s, end_s)
        if rep.clipped.any():
            raise RecordingError(
                f"rep {k + 1} at {start_s:.0f} s is clipped",
                remedy="set a larger range and repeat",
            )
        lost = rep.lost.astype(np.float64)
        gap = round(_LONGEST_GAP_S * rep.rate_hz)
        # A moving sum as high as its own length is a data gap of that length.
        longest = np.convolve(lost, np.ones(gap)).max(initial=0.0)
        if lost.mean() > _MOST_LOST or longest > gap - 0.5:
            raise RecordingError(
                f"rep {k + 1} at {start_s:.0f} s has a data gap",
                remedy="stay near the receiver and repeat",
            )
    begin_s = piece.time_s(float(phases.start_s[0] - 1.0) * piece.rate_hz)
    stop_s = piece.time_s(float(phases.end_s[-1] + 1.0) * piece.rate_hz)
    if _rings(between(piece, begin_s, stop_s)):
        raise RecordingError(
            "the strap is loose: the sensor continues to ring after every knock",
            remedy="tighten it and repeat",
        )


def _rings(part: Samples) -> bool:
    """Whether ringing follows most initial contacts, as with a loose strap.

    One or two may be something else, and what is louder after a knock than during it is new
    movement.
    """
    found = ringing(part)
    return found is not None and found.knocks >= _LANDINGS and LOOSE < found.share < 1.0


def _check_alike(shape: RepShape, exercise: Exercise) -> None:
    if shape.alike[0] < _LEAST_ALIKE:
        raise RecordingError(
            f"the reps are too dissimilar (one agrees only {max(0.0, shape.alike[0]):.0%} "
            f"with the others) to be a reference for {exercise.name}",
            remedy=REPEAT,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """What a shape is fitted to: the reps, their times, and their speed profiles."""

    reference: Reference
    phases: Phases
    freely: Phases
    pace: Pace | None
    course: Paths

    def shape(self, exercise: Exercise, placement: Worn, which: Bools) -> RepShape:
        """The shape of some of the reps."""
        reference = self.reference
        return shape_of(
            Reference(reference.piece, reference.signals, reference.at[which]),
            _only(self.phases, which),
            _only(self.freely, which),
            exercise,
            placement,
            self.pace,
            self.course,
        )


def _check_counts(
    parts: list[Samples], fitted: _Fitted, exercise: Exercise, shape: RepShape
) -> None:
    """The profile counts the trial, and each rep is counted with a profile of the others."""
    found = _count(parts, shape)
    if found != shape.reps:
        raise RecordingError(
            f"the profile learnt from {shape.reps} reps counts {found} in the same trial",
            remedy=REPEAT,
        )
    for k in range(shape.reps):
        rest = np.arange(shape.reps) != k
        found = _count(parts, fitted.shape(exercise, shape.placement, rest))
        if found != shape.reps:
            raise RecordingError(
                f"a profile of the other reps does not count rep {k + 1} "
                f"({found} of {shape.reps} counted)",
                remedy=REPEAT,
            )


def _count(parts: list[Samples], shape: RepShape) -> int:
    return sum(count_with(part, shape) for part in parts)


def _only(phases: Phases, which: Bools) -> Phases:
    return Phases(
        start_s=phases.start_s[which],
        top_s=phases.top_s[which],
        lower_s=phases.lower_s[which],
        end_s=phases.end_s[which],
        rise_m=phases.rise_m[which],
        sd=phases.sd[which],
    )
