"""What each kind of calibration is for: its routine, the profile it changes, and what it taught.

A :class:`Lesson` joins a routine to the part of a profile that its result becomes. Nothing here
asks for anything or keeps anything: whoever has a recording or a live stream feeds the routine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from calibration.common.routine import Routine
from calibration.contact_time.agreement import Agreement
from calibration.contact_time.contact_fit import ContactReport
from calibration.contact_time.reference import Reference
from calibration.contact_time.routine import ContactRoutine
from calibration.exercise.exercise import LearntReps
from calibration.exercise.height import HeightFit, HeightRoutine
from calibration.exercise.hold import HoldRoutine, words_of
from calibration.exercise.reference_reps import Pace
from calibration.exercise.routine import RepsRoutine
from calibration.placement.routine import PlacementRoutine
from calibration.placement.trial import Found
from calibration.profiles.profile_text import Scope
from calibration.sensor.routine import SensorRoutine
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement
from sensing.profile.hold_reference import HoldShape
from sensing.profile.profile import Profile
from sensing.profile.sensor_correction import SensorFit

What = Literal["sensor", "placement", "exercise", "contact", "height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One calibration.

    Attributes:
        what: which kind.
        scope: whom and what its profile is for.
        part: of a profile, that it learns.
        routine: fresh, to be fed.
        learn: puts the routine's result into a profile, with what it taught in words.
    """

    what: What
    scope: Scope
    part: str
    routine: Routine[Any]
    learn: Callable[[Profile, Any], tuple[Profile, tuple[str, ...]]]


def sensor_lesson(who: Scope) -> Lesson:
    """The sensor's own errors, for everybody who wears it."""
    scope = Scope(sensor=who.sensor)
    return Lesson(what="sensor", scope=scope, part="sensor", routine=SensorRoutine(), learn=_sensor)


def placement_lesson(who: Scope) -> Lesson:
    """How the sensor sits: of one person, leg and place, whatever is done."""
    routine = PlacementRoutine(who.side, who.placement)
    scope = replace(who, exercise=None)
    return Lesson(what="placement", scope=scope, part="mounting", routine=routine, learn=_mounting)


def exercise_lesson(
    who: Scope,
    exercise: Exercise,
    *,
    reps: int,
    placement: Placement,
    pace: Pace | None,
    sensor: SensorFit | None,
) -> Lesson:
    """How one person does one exercise."""
    routine = RepsRoutine(exercise, reps, placement, pace, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Lesson(what="exercise", scope=scope, part="rep", routine=routine, learn=_rep)


def hold_lesson(
    who: Scope, exercise: Exercise, *, placement: Placement, sensor: SensorFit | None
) -> Lesson:
    """How quietly one person stands, for the holds of one exercise."""
    routine = HoldRoutine(exercise, placement, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Lesson(what="exercise", scope=scope, part="hold", routine=routine, learn=_hold)


def contact_lesson(
    who: Scope,
    exercise: Exercise,
    reference: Reference,
    *,
    placement: Placement,
    sensor: SensorFit | None,
) -> Lesson:
    """How one person's ground contacts are timed in one exercise."""
    routine = ContactRoutine(reference, exercise, placement, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Lesson(what="contact", scope=scope, part="contact", routine=routine, learn=_contact)


def height_lesson(
    who: Scope,
    exercise: Exercise,
    known_m: float,
    *,
    placement: Placement,
    sensor: SensorFit | None,
) -> Lesson:
    """How a person's rise at the sensor scales to the heel's."""
    routine = HeightRoutine(known_m, exercise, placement, sensor)
    scope = replace(who, exercise=None, sensor=None)
    return Lesson(what="height", scope=scope, part="height", routine=routine, learn=_height)


def _sensor(profile: Profile, fit: SensorFit) -> tuple[Profile, tuple[str, ...]]:
    words = [
        (
            f"{fit.positions} positions: at rest it was {fit.residual_before_mg:.1f} mg off, "
            f"corrected {fit.residual_after_mg:.1f} mg"
        ),
        f"in other positions expect {fit.expected_mg:.1f} mg (1 sd)",
    ]
    if fit.checked_mg is not None:
        words.append(f"positions foretold from the others: {fit.checked_mg:.1f} mg off")
    return replace(profile, sensor=fit), tuple(words)


def _mounting(profile: Profile, found: Found) -> tuple[Profile, tuple[str, ...]]:
    mounting = found.mounting
    strap = {None: "not heard", False: "firm", True: "LOOSE: tighten it and calibrate again"}
    words = (
        (
            f"worn on the {mounting.placement}; up and forward found from {found.parts} "
            f"{'stretches of ' if found.kind == 'steps' else ''}{found.kind}"
        ),
        f"forward may be {mounting.forward_sd_deg:.0f}° off (1 sd); strap: {strap[mounting.loose]}",
    )
    return replace(profile, mounting=mounting), words


def _rep(profile: Profile, learnt: LearntReps) -> tuple[Profile, tuple[str, ...]]:
    return replace(profile, rep=learnt.shape), learnt.words


def _hold(profile: Profile, shape: HoldShape) -> tuple[Profile, tuple[str, ...]]:
    return replace(profile, hold=shape), words_of(shape)


def _contact(profile: Profile, report: ContactReport) -> tuple[Profile, tuple[str, ...]]:
    how = {
        "none": "timed well as it is: only how sure it is was learnt",
        "constant": "corrected by a constant",
        "views": "timed by this person's own landmarks",
    }
    words = (
        f"{len(report.true_s)} hops beside the reference; {how[report.way]}",
        f"before: {_agreement(report.before)}",
        f"after, on hops it was not learnt from: {_agreement(report.after)}",
    )
    return replace(profile, contact=report.fit), words


def _agreement(found: Agreement) -> str:
    return (
        f"bias {1000 * found.bias:+.0f} ms, SD {1000 * found.sd:.0f}, "
        f"RMSE {1000 * found.rmse:.0f}, "
        f"limits of agreement {1000 * found.lower:+.0f} to {1000 * found.upper:+.0f} ms"
    )


def _height(profile: Profile, fit: HeightFit) -> tuple[Profile, tuple[str, ...]]:
    words = (
        (
            f"{fit.reps} raises measured {100 * fit.measured_m:.1f} cm: "
            f"rise is multiplied by {fit.rise_scale:.2f}"
        ),
        f"a single rise is then uncertain by {100 * fit.rise_sd_share:.0f} % (1 sd)",
    )
    taught = replace(profile, rise_scale=fit.rise_scale, rise_sd_share=fit.rise_sd_share)
    return taught, words
