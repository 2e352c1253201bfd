"""What ``anklet calibrate`` does: a take, from a file or live, and the profile it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rich.padding import Padding

from calibration.choosing import choose
from calibration.lessons import (
    Lesson,
    What,
    contact_lesson,
    exercise_lesson,
    height_lesson,
    hold_lesson,
    placement_lesson,
    sensor_lesson,
)
from calibration.profile_text import Learnt, Scope, Written, to_toml
from calibration.reference import read_reference
from calibration.reference_reps import Pace
from calibration.routine import run as run_routine
from cli.calibrated import kept_one, kept_profiles
from cli.output import out, remark
from sensing.corrected import SensorFit
from sensing.engine import ENGINE
from sensing.errors import UsageError
from sensing.exercises import Exercise, find_exercise
from sensing.pacing import Tempo
from sensing.profile import Profile
from sensing.reading import read_header, read_take
from sensing.samples import Placement, Side
from sensing.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    what: What
    exercise: str | None
    from_file: Path | None
    reps: int
    tempo: Tempo | None
    reference: Path | None
    rise_cm: float | None
    side: Side | None
    placement: Placement | None
    athlete: str
    sensor: str | None
    dry_run: bool
    db: Path | None


def run(wanted: Wanted) -> None:
    """The whole of it.

    Raises:
        UsageError: what was asked for makes no sense.
        RecordingError: the take is not good enough; the message says why.
        DeviceError: the sensor can't be found or started.
        StoreError: the database can't be used.
    """
    _check(wanted)
    if wanted.from_file is None:
        from cli.calibrate_live import record_take

        with open_store(wanted.db) as store:
            lesson = _lesson(wanted, store)
        file, name = record_take(wanted, lesson)
        wanted = replace(wanted, from_file=file, sensor=name or wanted.sensor)
    elif (header := read_header(wanted.from_file)) is not None:
        wanted = _filled_in(wanted, header.side, header.placement, header.sensor_name)
    assert wanted.from_file is not None  # noqa: S101 - given, or recorded just now
    if wanted.what == "sensor" and wanted.sensor is None:
        raise UsageError("which sensor it is is not known", remedy="name it with --sensor")
    with open_store(wanted.db, create=not wanted.dry_run) as store:
        lesson = _lesson(wanted, store)
        result = run_routine(lesson.routine, read_take(wanted.from_file).blocks)
        _keep(wanted, lesson, result, store)


def _check(wanted: Wanted) -> None:
    if wanted.what == "exercise" and wanted.exercise is None:
        raise UsageError("which exercise?", remedy="`anklet calibrate exercise NAME`")
    if wanted.what == "contact":
        if wanted.reference is None:
            raise UsageError(
                "the reference is missing",
                remedy="give --reference CSV; --video-template prints one to fill in",
            )
        if wanted.from_file is None:
            raise UsageError(
                "contact times are learnt from a recording made beside the reference",
                remedy="record the hops with `anklet record`, then give it with --from",
            )
    if wanted.what == "height" and wanted.rise_cm is None:
        raise UsageError("how high is not known", remedy="give --rise CM")
    if wanted.what in ("exercise", "contact", "height") and wanted.side is None:
        is_ours = wanted.from_file is not None and wanted.from_file.suffix == ".anklet"
        if not is_ours:
            raise UsageError(
                "one leg is not like the other", remedy="say which with --side left or right"
            )


def _filled_in(
    wanted: Wanted, side: str | None, placement: str | None, sensor: str | None
) -> Wanted:
    """What was typed, and where nothing was, what the recording says."""
    if wanted.side is None and side in ("left", "right"):
        wanted = replace(wanted, side="left" if side == "left" else "right")
    if wanted.placement is None and placement in ("ankle", "shoe"):
        wanted = replace(wanted, placement="shoe" if placement == "shoe" else "ankle")
    return replace(wanted, sensor=wanted.sensor or sensor)


def _lesson(wanted: Wanted, store: Store) -> Lesson:
    """The routine that was asked for."""
    placement: Placement = wanted.placement or "ankle"
    who = Scope(athlete=wanted.athlete, side=wanted.side, placement=placement, sensor=wanted.sensor)
    fit = _sensor_fit(wanted.sensor, store)
    if wanted.what == "sensor":
        return sensor_lesson(who)
    if wanted.what == "placement":
        return placement_lesson(replace(who, placement=wanted.placement))
    row = _row(wanted)
    if wanted.what == "exercise" and row.kind == "hold":
        return hold_lesson(who, row, placement=placement, sensor=fit)
    if wanted.what == "exercise":
        tempo = wanted.tempo
        pace = (
            None
            if tempo is None
            else Pace(raise_s=tempo.raise_s, top_s=tempo.hold_s, lower_s=tempo.lower_s)
        )
        return exercise_lesson(
            who, row, reps=wanted.reps, placement=placement, pace=pace, sensor=fit
        )
    if wanted.what == "contact":
        assert wanted.reference is not None  # noqa: S101 - checked before
        reference = read_reference(wanted.reference)
        return contact_lesson(who, row, reference, placement=placement, sensor=fit)
    assert wanted.rise_cm is not None  # noqa: S101 - checked before
    return height_lesson(who, row, wanted.rise_cm / 100, placement=placement, sensor=fit)


def _row(wanted: Wanted) -> Exercise:
    assert wanted.exercise is not None  # noqa: S101 - checked before, or the default
    return find_exercise(wanted.exercise)


def _sensor_fit(sensor: str | None, store: Store) -> SensorFit | None:
    """The sensor's own errors, if they were learnt before."""
    found = choose(kept_profiles(store), Scope(sensor=sensor), today=_today())
    return found.profile.sensor


def _keep(wanted: Wanted, lesson: Lesson, result: object, store: Store) -> None:
    """Put what was learnt into the profile of its scope, as a new version, and say it."""
    scope = lesson.scope
    if lesson.what == "placement" and scope.placement is None:
        scope = replace(scope, placement=result.mounting.placement)  # type: ignore[attr-defined]
    name = _name(scope)
    known = {each.name: each for each in store.profiles()}
    before = kept_one(known[name]).written if name in known else None
    profile = Profile(name=name) if before is None else before.profile
    profile, words = lesson.learn(profile, result)
    learnt = dict(before.learnt) if before else {}
    learnt[lesson.part] = Learnt(day=_today(), engine=ENGINE)
    out().print(f"{lesson.what} of {name}", soft_wrap=True)
    for line in words:
        out().print(Padding(line, (0, 0, 0, 2)))
    if lesson.what == "contact":
        from cli.agreement_plot import bland_altman

        out().print(bland_altman(result), soft_wrap=True)  # type: ignore[arg-type]
    if wanted.dry_run:
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
