"""The kinds of calibration: the routine of each, and the part of a profile it provides.

A :class:`Calibration` connects a routine with the part of a profile that its result becomes. There
is no I/O here: the caller feeds the routine, from a recording or a live stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from calibration.common.routine import Routine
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
from calibration.sensor.routine import SensorRoutine
from sensing.core.exercises import Exercise
from sensing.core.samples import Worn
from sensing.files.profiles.profile_text import Scope
from sensing.profile.hold_reference import HoldShape
from sensing.profile.profile import Profile
from sensing.profile.sensor_correction import SensorFit
from sensing.validation.agreement import Agreement

What = Literal["sensor", "placement", "exercise", "contact", "height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One calibration that is about to be done.

    Attributes:
        what: which kind.
        scope: whom and what its profile is for.
        part: the part of the profile that it provides.
        routine: new, to be fed with samples.
        apply: returns a profile with the routine's result in it, and a summary, line by line.
    """

    what: What
    scope: Scope
    part: str
    routine: Routine[Any]
    apply: Callable[[Profile, Any], tuple[Profile, tuple[str, ...]]]


def sensor_calibration(who: Scope) -> Calibration:
    """The sensor's own errors, for everybody who wears it."""
    scope = Scope(sensor=who.sensor)
    return Calibration(
        what="sensor", scope=scope, part="sensor", routine=SensorRoutine(), apply=_sensor
    )


def placement_calibration(who: Scope) -> Calibration:
    """How the sensor sits: for one athlete, leg and placement, and any exercise."""
    routine = PlacementRoutine(who.side, who.placement)
    scope = replace(who, exercise=None)
    return Calibration(
        what="placement", scope=scope, part="mounting", routine=routine, apply=_mounting
    )


def exercise_calibration(
    who: Scope,
    exercise: Exercise,
    *,
    reps: int,
    placement: Worn,
    pace: Pace | None,
    sensor: SensorFit | None,
) -> Calibration:
    """How one athlete does one exercise."""
    routine = RepsRoutine(exercise, reps, placement, pace, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Calibration(what="exercise", scope=scope, part="rep", routine=routine, apply=_rep)


def hold_calibration(
    who: Scope, exercise: Exercise, *, placement: Worn, sensor: SensorFit | None
) -> Calibration:
    """How quietly one athlete stands, for the holds of one exercise."""
    routine = HoldRoutine(exercise, placement, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Calibration(what="exercise", scope=scope, part="hold", routine=routine, apply=_hold)


def contact_calibration(
    who: Scope,
    exercise: Exercise,
    reference: Reference,
    *,
    placement: Worn,
    sensor: SensorFit | None,
) -> Calibration:
    """How one athlete's ground contacts are timed in one exercise."""
    routine = ContactRoutine(reference, exercise, placement, sensor)
    scope = replace(who, exercise=exercise.name, sensor=None)
    return Calibration(what="contact", scope=scope, part="contact", routine=routine, apply=_contact)


def height_calibration(
    who: Scope,
    exercise: Exercise,
    known_m: float,
    *,
    placement: Worn,
    sensor: SensorFit | None,
) -> Calibration:
    """How the height at the sensor scales to that of the heel."""
    routine = HeightRoutine(known_m, exercise, placement, sensor)
    scope = replace(who, exercise=None, sensor=None)
    return Calibration(what="height", scope=scope, part="height", routine=routine, apply=_height)


def _sensor(profile: Profile, fit: SensorFit) -> tuple[Profile, tuple[str, ...]]:
    words = [
        (
            f"{fit.positions} positions: error at rest {fit.residual_before_mg:.1f} mg, "
            f"corrected {fit.residual_after_mg:.1f} mg"
        ),
        f"expected error in other positions: {fit.expected_mg:.1f} mg (1 SD)",
    ]
    if fit.checked_mg is not None:
        words.append(f"error of positions left out of the fit: {fit.checked_mg:.1f} mg")
    return replace(profile, sensor=fit), tuple(words)


def _mounting(profile: Profile, found: Found) -> tuple[Profile, tuple[str, ...]]:
    mounting = found.mounting
    strap = {
        None: "not tested",
        False: "no looseness detected",
        True: "LOOSE: tighten it and repeat",
    }
    words = (
        (
            f"worn on the {mounting.placement}; up and forward from {found.parts} "
            f"{'stretches of ' if found.kind == 'steps' else ''}{found.kind}"
        ),
        f"uncertainty of forward: {mounting.forward_sd_deg:.0f}° (1 SD)",
        f"strap: {strap[mounting.loose]}",
    )
    return replace(profile, mounting=mounting), words


def _rep(profile: Profile, learnt: LearntReps) -> tuple[Profile, tuple[str, ...]]:
    return replace(profile, rep=learnt.shape), learnt.words


def _hold(profile: Profile, shape: HoldShape) -> tuple[Profile, tuple[str, ...]]:
    return replace(profile, hold=shape), words_of(shape)


def _contact(profile: Profile, report: ContactReport) -> tuple[Profile, tuple[str, ...]]:
    how = {
        "none": "no correction needed; only the uncertainty was learnt",
        "constant": "corrected by a constant",
        "views": "timed by the athlete's own signal features",
    }
    words = (
        f"{len(report.true_s)} hops beside the reference; {how[report.way]}",
        f"before: {_agreement(report.before)}",
        f"after, on hops left out of the fit: {_agreement(report.after)}",
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
            f"heel-rise height is multiplied by {fit.rise_scale:.2f}"
        ),
        f"uncertainty of a single height: {100 * fit.rise_sd_share:.0f} % (1 SD)",
    )
    changed = replace(profile, rise_scale=fit.rise_scale, rise_sd_share=fit.rise_sd_share)
    return changed, words
