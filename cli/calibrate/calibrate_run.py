"""What ``anklet calibrate`` does: a trial, from a file or live, and the profile it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from rich.padding import Padding

from calibration.common.routine import run as run_routine
from calibration.contact_time.reference import read_reference
from calibration.exercise.reference_reps import Pace
from calibration.profiles.choosing import choose
from calibration.profiles.kinds import (
    Lesson,
    contact_lesson,
    exercise_lesson,
    height_lesson,
    hold_lesson,
    placement_lesson,
    sensor_lesson,
)
from calibration.profiles.profile_text import Learnt, Scope, Written, to_toml
from cli.calibrate.request import Request
from cli.common.output import out, remark
from cli.recordings.profile_choice import profiles_in_use, read_stored
from sensing.core.algorithm_version import ENGINE
from sensing.core.errors import UsageError
from sensing.core.exercises import Exercise, find_exercise
from sensing.core.samples import Placement
from sensing.files.read_recording import read_header, read_recording
from sensing.profile.profile import Profile
from sensing.profile.sensor_correction import SensorFit
from sensing.store.store import Store, open_store


def run(request: Request) -> None:
    """The whole of it.

    Raises:
        UsageError: what was asked for makes no sense.
        RecordingError: the trial is not good enough; the message says why.
        DeviceError: the sensor can't be found or started.
        StoreError: the database can't be used.
    """
    _check(request)
    if request.from_file is None:
        from cli.calibrate.calibrate_live import record_trial

        with open_store(request.db) as store:
            lesson = _lesson(request, store)
        file, name = record_trial(request, lesson)
        request = replace(request, from_file=file, sensor=name or request.sensor)
    elif (header := read_header(request.from_file)) is not None:
        request = _filled_in(request, header.side, header.placement, header.sensor_name)
    assert request.from_file is not None  # noqa: S101 - given, or recorded just now
    if request.what == "sensor" and request.sensor is None:
        raise UsageError("which sensor it is is not known", remedy="name it with --sensor")
    with open_store(request.db, create=not request.dry_run) as store:
        lesson = _lesson(request, store)
        result = run_routine(lesson.routine, read_recording(request.from_file).blocks)
        _keep(request, lesson, result, store)


def _check(request: Request) -> None:
    if request.what == "exercise" and request.exercise is None:
        raise UsageError("which exercise?", remedy="`anklet calibrate exercise NAME`")
    if request.what == "contact":
        if request.reference is None:
            raise UsageError(
                "the reference is missing",
                remedy="give --reference CSV; --video-template prints one to fill in",
            )
        if request.from_file is None:
            raise UsageError(
                "contact times are learnt from a recording made beside the reference",
                remedy="record the hops with `anklet record`, then give it with --from",
            )
    if request.what == "height" and request.rise_cm is None:
        raise UsageError("how high is not known", remedy="give --rise CM")
    if request.what in ("exercise", "contact", "height") and request.side is None:
        is_ours = request.from_file is not None and request.from_file.suffix == ".anklet"
        if not is_ours:
            raise UsageError(
                "one leg is not like the other", remedy="say which with --side left or right"
            )


def _filled_in(
    request: Request, side: str | None, placement: str | None, sensor: str | None
) -> Request:
    """What was typed, and where nothing was, what the recording says."""
    if request.side is None and side in ("left", "right"):
        request = replace(request, side="left" if side == "left" else "right")
    if request.placement is None and placement in ("ankle", "shoe"):
        request = replace(request, placement="shoe" if placement == "shoe" else "ankle")
    return replace(request, sensor=request.sensor or sensor)


def _lesson(request: Request, store: Store) -> Lesson:
    """The routine that was asked for."""
    placement: Placement = request.placement or "ankle"
    who = Scope(
        athlete=request.athlete, side=request.side, placement=placement, sensor=request.sensor
    )
    fit = _sensor_fit(request.sensor, store)
    if request.what == "sensor":
        return sensor_lesson(who)
    if request.what == "placement":
        return placement_lesson(replace(who, placement=request.placement))
    row = _row(request)
    if request.what == "exercise" and row.kind == "hold":
        return hold_lesson(who, row, placement=placement, sensor=fit)
    if request.what == "exercise":
        tempo = request.tempo
        pace = (
            None
            if tempo is None
            else Pace(raise_s=tempo.raise_s, top_s=tempo.hold_s, lower_s=tempo.lower_s)
        )
        return exercise_lesson(
            who, row, reps=request.reps, placement=placement, pace=pace, sensor=fit
        )
    if request.what == "contact":
        assert request.reference is not None  # noqa: S101 - checked before
        reference = read_reference(request.reference)
        return contact_lesson(who, row, reference, placement=placement, sensor=fit)
    assert request.rise_cm is not None  # noqa: S101 - checked before
    return height_lesson(who, row, request.rise_cm / 100, placement=placement, sensor=fit)


def _row(request: Request) -> Exercise:
    assert request.exercise is not None  # noqa: S101 - checked before, or the default
    return find_exercise(request.exercise)


def _sensor_fit(sensor: str | None, store: Store) -> SensorFit | None:
    """The sensor's own errors, if they were learnt before."""
    found = choose(profiles_in_use(store), Scope(sensor=sensor), today=_today())
    return found.profile.sensor


def _keep(request: Request, lesson: Lesson, result: object, store: Store) -> None:
    """Put what was learnt into the profile of its scope, as a new version, and say it."""
    scope = lesson.scope
    if lesson.what == "placement" and scope.placement is None:
        scope = replace(scope, placement=result.mounting.placement)  # type: ignore[attr-defined]
    name = _name(scope)
    known = {each.name: each for each in store.profiles()}
    before = read_stored(known[name]).written if name in known else None
    profile = Profile(name=name) if before is None else before.profile
    profile, words = lesson.learn(profile, result)
    learnt = dict(before.learnt) if before else {}
    learnt[lesson.part] = Learnt(day=_today(), engine=ENGINE)
    out().print(f"{lesson.what} of {name}", soft_wrap=True)
    for line in words:
        out().print(Padding(line, (0, 0, 0, 2)))
    if lesson.what == "contact":
        from cli.calibrate.agreement_plot import bland_altman

        out().print(bland_altman(result), soft_wrap=True)  # type: ignore[arg-type]
    if request.dry_run:
        remark("nothing was kept (--dry-run)")
        return
    written = Written(profile=profile, scope=scope, learnt=learnt)
    stored = store.put_profile(
        name,
        to_toml(written),
        now_utc=datetime.now(UTC),
        athlete=scope.athlete,
        exercise=scope.exercise,
        side=scope.side,
        placement=scope.placement,
        sensor=scope.sensor,
    )
    out().print(f"Kept as profile {stored.name!r}, version {stored.version}.", soft_wrap=True)


def _name(scope: Scope) -> str:
    """What a profile of this scope is called."""
    told = (scope.athlete, scope.exercise, scope.side, scope.placement, scope.sensor)
    return ", ".join(each for each in told if each) or "everybody"


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
