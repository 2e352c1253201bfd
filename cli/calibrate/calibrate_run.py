"""Run ``anklet calibrate``: a trial, from a file or live, and the profile it becomes."""

from __future__ import annotations

from dataclasses import replace

from rich.padding import Padding

from calibration.common.routine import run as run_routine
from calibration.contact_time.reference import read_reference
from calibration.exercise.reference_reps import Pace
from calibration.profiles.choosing import choose
from calibration.profiles.kinds import (
    Calibration,
    contact_calibration,
    exercise_calibration,
    height_calibration,
    hold_calibration,
    placement_calibration,
    sensor_calibration,
)
from cli.calibrate.request import Request
from cli.common.days import today
from cli.common.output import out, remark
from cli.recordings.profile_choice import profiles_in_use, read_stored, save_profile
from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.core.errors import UsageError
from sensing.core.exercises import Exercise, find_exercise
from sensing.core.samples import Worn
from sensing.files.profiles.profile_text import Learnt, Scope, Written
from sensing.files.read_recording import read_header, read_recording
from sensing.profile.profile import Profile
from sensing.profile.sensor_correction import SensorFit
from sensing.store.store import Store, open_store


def run(request: Request) -> None:
    """Run one calibration.

    Raises:
        UsageError: the options do not fit together.
        RecordingError: the trial is not good enough; the message says why.
        DeviceError: the sensor can't be found or started.
        StoreError: the database can't be used.
    """
    _check(request)
    if request.from_file is None:
        from cli.calibrate.calibrate_live import record_trial

        with open_store(request.db) as store:
            calibration = _calibration(request, store)
        file, name = record_trial(request, calibration)
        request = replace(request, from_file=file, sensor=name or request.sensor)
    elif (header := read_header(request.from_file)) is not None:
        request = _filled_in(request, header.side, header.placement, header.sensor_name)
    assert request.from_file is not None  # noqa: S101 - given, or just recorded
    if request.what == "sensor" and request.sensor is None:
        raise UsageError("the sensor is not known", remedy="name it with --sensor")
    with open_store(request.db, create=not request.dry_run) as store:
        calibration = _calibration(request, store)
        result = run_routine(calibration.routine, read_recording(request.from_file).blocks)
        _save(request, calibration, result, store)


def _check(request: Request) -> None:
    if request.what == "exercise" and request.exercise is None:
        raise UsageError("no exercise was named", remedy="use `anklet calibrate exercise NAME`")
    if request.what == "contact":
        if request.reference is None:
            raise UsageError(
                "there is no reference",
                remedy="add --reference CSV; --video-template prints one to fill in",
            )
        if request.from_file is None:
            raise UsageError(
                "contact times are calibrated from a recording made beside the reference",
                remedy="record the hops with `anklet record`, then add --from RECORDING",
            )
    if request.what == "height" and request.rise_cm is None:
        raise UsageError("the height is not known", remedy="add --rise CM")
    if request.what in ("exercise", "contact", "height") and request.side is None:
        is_ours = request.from_file is not None and request.from_file.suffix == ".anklet"
        if not is_ours:
            raise UsageError("each leg is calibrated separately", remedy="add --side left or right")


def _filled_in(
    request: Request, side: str | None, placement: str | None, sensor: str | None
) -> Request:
    """The options as typed, completed from the recording."""
    if request.side is None and side in ("left", "right"):
        request = replace(request, side="left" if side == "left" else "right")
    if request.placement is None and placement in ("ankle", "shoe"):
        request = replace(request, placement="shoe" if placement == "shoe" else "ankle")
    return replace(request, sensor=request.sensor or sensor)


def _calibration(request: Request, store: Store) -> Calibration:
    """The calibration that was requested."""
    placement: Worn = request.placement or "ankle"
    who = Scope(
        athlete=request.athlete, side=request.side, placement=placement, sensor=request.sensor
    )
    fit = _sensor_fit(request.sensor, store)
    if request.what == "sensor":
        return sensor_calibration(who)
    if request.what == "placement":
        return placement_calibration(replace(who, placement=request.placement))
    row = _row(request)
    if request.what == "exercise" and row.kind == "hold":
        return hold_calibration(who, row, placement=placement, sensor=fit)
    if request.what == "exercise":
        pace = None
        if (tempo := request.tempo) is not None:
            pace = Pace(raise_s=tempo.raise_s, top_s=tempo.hold_s, lower_s=tempo.lower_s)
        return exercise_calibration(
            who, row, reps=request.reps, placement=placement, pace=pace, sensor=fit
        )
    if request.what == "contact":
        assert request.reference is not None  # noqa: S101 - checked before
        reference = read_reference(request.reference)
        return contact_calibration(who, row, reference, placement=placement, sensor=fit)
    assert request.rise_cm is not None  # noqa: S101 - checked before
    return height_calibration(who, row, request.rise_cm / 100, placement=placement, sensor=fit)


def _row(request: Request) -> Exercise:
    assert request.exercise is not None  # noqa: S101 - checked before, or the default
    return find_exercise(request.exercise)


def _sensor_fit(sensor: str | None, store: Store) -> SensorFit | None:
    """The sensor's calibration, if there is one."""
    found = choose(profiles_in_use(store), Scope(sensor=sensor), today=today())
    return found.profile.sensor


def _save(request: Request, calibration: Calibration, result: object, store: Store) -> None:
    """Save the result as a new version of the profile of its scope, and print it."""
    scope = calibration.scope
    if calibration.what == "placement" and scope.placement is None:
        scope = replace(scope, placement=result.mounting.placement)  # type: ignore[attr-defined]
    name = _name(scope)
    known = {each.name: each for each in store.profiles()}
    before = read_stored(known[name]).written if name in known else None
    profile = Profile(name=name) if before is None else before.profile
    profile, words = calibration.apply(profile, result)
    learnt = dict(before.learnt) if before else {}
    learnt[calibration.part] = Learnt(day=today(), engine=ALGORITHM_VERSION)
    out().print(f"{calibration.what} of {name}", soft_wrap=True)
    for line in words:
        out().print(Padding(line, (0, 0, 0, 2)))
    if calibration.what == "contact":
        from cli.calibrate.agreement_plot import bland_altman

        out().print(bland_altman(result), soft_wrap=True)  # type: ignore[arg-type]
    if request.dry_run:
        remark("nothing was saved (--dry-run)")
        return
    save_profile(store, Written(profile=profile, scope=scope, learnt=learnt), name)


def _name(scope: Scope) -> str:
    """The name of a profile of this scope."""
    parts = (scope.athlete, scope.exercise, scope.side, scope.placement, scope.sensor)
    return ", ".join(each for each in parts if each) or "everybody"
