"""Results of tests from the database: of one leg or both, and over time.

The targets of a session's recordings say which test it was; ``--as`` treats any session as a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sensing.core.errors import AnkletError, UsageError
from sensing.guided.protocols import Protocol, find_protocol

if TYPE_CHECKING:
    from sensing.core.events import Hold, Steadiness
    from sensing.core.samples import Samples, Side
    from sensing.protocol_scoring.outcome import About, Outcome
    from sensing.store.store import Store
    from sensing.store.values.sessions import RecordingDetail, SessionDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteData:
    """What was given about the athlete and the test; None is unknown."""

    mass_kg: float | None = None
    age: int | None = None
    female: bool | None = None
    box_height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one side of one session."""

    session_id: int
    day: str
    outcome: Outcome
    calibrated: str


def protocol_of(detail: SessionDetail) -> str | None:
    """The test that the session was recorded as, or None."""
    names = [part.recording.target.get("protocol") for part in detail.recordings]
    return next((str(name) for name in names if name), None)


def results_of(
    store: Store, detail: SessionDetail, protocol: Protocol, given: AthleteData
) -> list[Result]:
    """The results of a session, left before right.

    Raises:
        UsageError: the session has no events of the test's kind, or the mass is not plausible.
    """
    sides: dict[Side | None, list[RecordingDetail]] = {}
    for part in detail.recordings:
        sides.setdefault(part.recording.side, []).append(part)
    ordered = sorted(sides.items(), key=lambda each: each[0] or "")
    return [_result(store, detail, protocol, given, side, parts) for side, parts in ordered]


def other_leg(store: Store, detail: SessionDetail, protocol: Protocol) -> SessionDetail | None:
    """The newest session of the same day that tested the athlete's other leg."""
    wanted = {"left": "right", "right": "left"}.get(detail.side or "")
    ids = store.sessions_of_protocol(protocol.name, athlete=detail.athlete, day=detail.day)
    near = [each for each in map(store.session, ids) if wanted and each.side == wanted]
    return max(near, key=lambda each: each.started_utc, default=None)


def results_with_other_leg(
    store: Store, session_id: int | None, as_name: str | None, given: AthleteData
) -> tuple[Protocol, list[Result]]:
    """The results of a session, and of the other leg if it was tested on the same day.

    Without an ID it is the newest test; without a name, the test it was recorded as.

    Raises:
        StoreError: there is no such session.
        UsageError: it is not a test, or has no events of the test's kind.
    """
    if session_id is None:
        tests = store.sessions_of_protocol(as_name)
        if not tests:
            raise UsageError(
                "no test is stored yet", remedy="`anklet protocols` lists the available tests"
            )
        session_id = tests[-1]
    detail = store.session(session_id)
    name = as_name or protocol_of(detail)
    if name is None:
        raise UsageError(
            f"session {session_id} was not recorded as a test",
            remedy=f"treat it as one with --as heel-raise-test (`anklet show {session_id}`)",
        )
    protocol = find_protocol(name)
    results = results_of(store, detail, protocol, given)
    other = other_leg(store, detail, protocol)
    if other is not None:
        results += results_of(store, other, protocol, given)
    return protocol, sorted(results, key=lambda each: each.outcome.side or "")


def history(
    store: Store, protocol: Protocol, *, side: str | None, athlete: str | None, given: AthleteData
) -> list[Result]:
    """All results of a test, oldest first; sessions without valid events are left out."""
    found = []
    for session_id in store.sessions_of_protocol(protocol.name, athlete=athlete):
        detail = store.session(session_id)
        try:
            results = results_of(store, detail, protocol, given)
        except AnkletError:
            continue
        found += [each for each in results if side is None or each.outcome.side == side]
    return found


def _result(
    store: Store,
    detail: SessionDetail,
    protocol: Protocol,
    given: AthleteData,
    side: Side | None,
    parts: Sequence[RecordingDetail],
) -> Result:
    from sensing.guided.protocol_results import Recorded, result

    recorded = [
        Recorded(
            sets=tuple(each.corrected for each in part.sets if not each.corrections.false_set),
            parts=_thirds(part) if protocol.ends == "let-go" and protocol.sets == 1 else (),
            told_reps=_corrected_reps(part),
        )
        for part in parts
    ]
    about = _about(store, detail, parts[0], given)
    try:
        outcome = result(protocol, recorded, about, side)
    except UsageError as error:
        raise UsageError(
            error.what,
            where=f"session {detail.id}{f', {side}' if side else ''}",
            remedy=f"`anklet show {detail.id}` lists its events",
        ) from None
    return Result(
        session_id=detail.id,
        day=detail.day.isoformat(),
        outcome=outcome,
        calibrated=_calibrated(parts[0]),
    )


def _corrected_reps(part: RecordingDetail) -> int | None:
    """The athlete's own count of the raises; None if the count was not corrected."""
    from sensing.store.values.corrections import corrected_count

    counted = [each for each in part.sets if not each.corrections.false_set]
    if not any(
        "rep" in each.corrections.counts or each.corrections.missed.get("rep") for each in counted
    ):
        return None
    return sum(corrected_count(each.detected, each.corrections, "rep") for each in counted)


def _about(store: Store, detail: SessionDetail, part: RecordingDetail, given: AthleteData) -> About:
    from sensing.protocol_scoring.outcome import About

    target = part.recording.target
    mass_kg = given.mass_kg if given.mass_kg is not None else _number(target.get("body_mass_kg"))
    if mass_kg is None:
        known = {each.name: each.body_mass_kg for each in store.athletes()}
        mass_kg = known.get(detail.athlete)
    box_m = given.box_height_m
    if box_m is None:
        box_m = _number(target.get("box_height_m"))
    bpm = _number(target.get("metronome_bpm"))
    return About(
        body_mass_kg=mass_kg,
        load_kg=part.recording.load_kg,
        rise_sd_share=_rise_sd_share(part),
        cycle_s=120.0 / bpm if bpm else None,
        exercise=part.analysis.exercise,
        placement=part.analysis.placement,
        age=given.age,
        female=given.female,
        box_height_m=box_m,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rise_sd_share(part: RecordingDetail) -> float | None:
    """Uncertainty of the height if the profile calibrated it."""
    profile = json.loads(part.analysis.parameters).get("profile") or {}
    return _number(profile.get("rise_sd_share")) if profile.get("rise_scale") else None


def _calibrated(part: RecordingDetail) -> str:
    analysis = part.analysis
    profile = (
        f"calibrated by profile {analysis.profile!r}" if analysis.profile else "not calibrated"
    )
    return f"{profile}; algorithm version {analysis.engine}; {part.recording.rate_hz:.0f} Hz"


def _thirds(part: RecordingDetail) -> tuple[Steadiness | None, ...]:
    """Steadiness of the thirds of the longest hold; empty if the recording is not available."""
    from cli.recordings.stored_samples import read_blocks
    from sensing.protocol_scoring.hold_tests import Trial, thirds

    holds = tuple(hold for each in part.sets for hold in each.corrected.holds)
    hold = Trial(holds=holds).longest
    if hold is None or hold.steadiness is None:
        return ()
    try:
        blocks = read_blocks(part)
    except AnkletError:
        return ()
    return tuple(_steadiness(blocks, a_s, b_s) for a_s, b_s in _inner(hold, thirds(hold)))


def _inner(
    hold: Hold, spans: Sequence[tuple[float, float]], margin_s: float = 0.5
) -> Iterator[tuple[float, float]]:
    """Thirds without the way up and the way down at the ends of the hold."""
    for a_s, b_s in spans:
        first_s = a_s + margin_s if a_s == hold.start_s else a_s
        yield first_s, b_s - margin_s if b_s >= hold.end_s - 1e-9 else b_s


def _steadiness(blocks: Sequence[Samples], a_s: float, b_s: float) -> Steadiness | None:
    from sensing.analysis.holds.hold_figures import too_much_missing
    from sensing.analysis.holds.steadiness import SHORTEST_S, steadiness

    for block in blocks:
        if block.time_s(0) <= a_s and b_s <= block.time_s(len(block)):
            part = block.part(round(block.position(a_s)), round(block.position(b_s)))
            long_enough = len(part) >= (SHORTEST_S + 0.1) * part.rate_hz
            if long_enough and too_much_missing(part, a_s, b_s) is None:
                return steadiness(part)
    return None
