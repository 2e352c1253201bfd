"""Results of tests out of the database: gathered, set side by side, printed, and followed in time.

Which test a session was, stands in the target of its recordings; ``--as`` reads any session as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import out
from cli.tables import Column, plain, print_table, printable
from sensing.errors import AnkletError, UsageError
from sensing.protocols import Protocol, find_protocol

if TYPE_CHECKING:
    from sensing.events import Hold, Steadiness
    from sensing.review.outcome import About, Beside, Figure, Outcome
    from sensing.samples import Side
    from sensing.store import RecordingDetail, SessionDetail, Store

WIDEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was typed of the person; None says nothing."""

    mass_kg: float | None = None
    age: int | None = None
    female: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one side of one session."""

    session_id: int
    day: str
    outcome: Outcome
    calibrated: str


def protocol_of(detail: SessionDetail) -> str | None:
    """Which test the session was recorded as, None if none."""
    names = [part.recording.target.get("protocol") for part in detail.recordings]
    return next((str(name) for name in names if name), None)


def results_of(store: Store, detail: SessionDetail, protocol: Protocol, told: Told) -> list[Result]:
    """The results of a session, left before right.

    Raises:
        UsageError: nothing of the test's kind is in it, or a mass that can't be meant.
    """
    sides: dict[Side | None, list[RecordingDetail]] = {}
    for part in detail.recordings:
        sides.setdefault(part.recording.side, []).append(part)
    ordered = sorted(sides.items(), key=lambda each: each[0] or "")
    return [_result(store, detail, protocol, told, side, parts) for side, parts in ordered]


def other_leg(store: Store, detail: SessionDetail, protocol: Protocol) -> SessionDetail | None:
    """The newest session of the same day that tested the other leg of the same person."""
    side = detail.side
    if side not in ("left", "right"):
        return None
    near = []
    for each in store.sessions_of_protocol(protocol.name, athlete=detail.athlete, day=detail.day):
        other = store.session(each)
        if other.id != detail.id and other.side in ("left", "right") and other.side != side:
            near.append(other)
    return max(near, key=lambda each: each.started_utc, default=None)


def results_with_other_leg(
    store: Store, session_id: int | None, as_name: str | None, told: Told
) -> tuple[Protocol, list[Result]]:
    """The results of a session, and of the other leg if it was tested on the same day.

    Args:
        store: where they are.
        session_id: None: the last test there is.
        as_name: the test to read the session as; None: the one it was recorded as.
        told: what was typed of the person.

    Raises:
        StoreError: there is no such session.
        UsageError: it is no test, or holds nothing of the test's kind.
    """
    if session_id is None:
        tests = store.sessions_of_protocol(as_name)
        if not tests:
            raise UsageError(
                "no test is stored yet", remedy="`anklet protocols` lists those you can do"
            )
        session_id = tests[-1]
    detail = store.session(session_id)
    name = as_name or protocol_of(detail)
    if name is None:
        raise UsageError(
            f"session {session_id} was not recorded as a test",
            remedy=f"--as heel-raise-test reads it as one (`anklet show {session_id}` shows it)",
        )
    protocol = find_protocol(name)
    results = results_of(store, detail, protocol, told)
    other = other_leg(store, detail, protocol)
    if other is not None:
        results += results_of(store, other, protocol, told)
    return protocol, sorted(results, key=lambda each: each.outcome.side or "")


def print_results(results: Sequence[Result], protocol: Protocol) -> None:
    """Print the results of one or both legs for a person."""
    from sensing.review.outcome import beside

    console = out()
    ids = ", ".join(str(each) for each in dict.fromkeys(each.session_id for each in results))
    console.print(f"{protocol.title}  (session {ids}, {results[-1].day})", style="bold")
    width = min(console.width, WIDEST)
    by_side = {each.outcome.side: each.outcome for each in results}
    for each in results:
        for line in _headline(each.outcome):
            _print(line, width)
    if "left" in by_side and "right" in by_side:
        _print_beside(beside(by_side["left"], by_side["right"]))
    else:
        for each in results:
            _print_figures(each.outcome)
    console.print("\nWhat can't be trusted, and what to know", style="bold")
    told = [(each.calibrated, *each.outcome.doubts) for each in results]
    for line in dict.fromkeys(doubt for each in told for doubt in each):
        of = [str(r.outcome.side) for r, each in zip(results, told, strict=True) if line in each]
        _print(line if len(of) == len(results) else f"{', '.join(of)}: {line}", width)
    console.print()
    _print(f"Source: {protocol.sources[0]}. All: anklet protocols {protocol.name}", width)
    if protocol.one_leg and len(by_side) == 1:
        side = next(iter(by_side))
        other = {"left": "right", "right": "left"}.get(side or "", "")
        if other:
            line = f"The other leg: anklet record {protocol.name} --side {other}"
        else:
            line = "Which leg it was isn't known; record with --side to compare both."
        _print(line, width)


def as_json(results: Sequence[Result], protocol: Protocol) -> dict[str, object]:
    """The same for programs: SI units, None where nothing is known."""
    from sensing.review.outcome import beside

    by_side = {each.outcome.side: each.outcome for each in results}
    pairs: tuple[Beside, ...] = ()
    if "left" in by_side and "right" in by_side:
        pairs = beside(by_side["left"], by_side["right"])
    return {
        "protocol": protocol.name,
        "results": [
            {
                "session": each.session_id,
                "day": each.day,
                "side": each.outcome.side,
                "figures": {
                    figure.name: plain({"value": figure.value, "sd": figure.sd})
                    for figure in each.outcome.figures
                },
                "ended": each.outcome.ended,
                "norm": each.outcome.norm or None,
                "calibration": each.calibrated,
                "doubts": list(each.outcome.doubts),
                "rows": [plain(row) for row in each.outcome.rows],
            }
            for each in results
        ],
        "left_over_right": {
            pair.left.name: plain({"value": pair.ratio, "sd": pair.ratio_sd}) for pair in pairs
        },
        "sources": list(protocol.sources),
    }


def history(
    store: Store, protocol: Protocol, *, side: str | None, athlete: str | None, told: Told
) -> list[Result]:
    """All results of a test, oldest first; a session that holds none any more is left out."""
    found = []
    for session_id in store.sessions_of_protocol(protocol.name, athlete=athlete):
        detail = store.session(session_id)
        try:
            results = results_of(store, detail, protocol, replace(told))
        except AnkletError:
            continue
        found += [each for each in results if side is None or each.outcome.side == side]
    return found


def print_history(results: Sequence[Result], protocol: Protocol, form: str) -> None:
    """One row a result: day, session, side, the main figures."""
    from cli.output import print_json
    from cli.tables import print_csv

    rows = [
        {
            "day": each.day,
            "session": each.session_id,
            "side": each.outcome.side,
            **{name: value for figure in each.outcome.figures for name, value in _both(figure)},
        }
        for each in results
    ]
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["day", "session", "side"]
    if form == "json":
        print_json([plain({name: row.get(name) for name in names}) for row in rows])
        return
    if form == "csv":
        print_csv(names, rows)
        return
    if not rows:
        out().print(
            f"No {protocol.name} yet: `anklet record {protocol.name} --side left` does the first."
        )
        return
    main = [figure for figure in results[-1].outcome.figures if figure.main]
    shown = [
        {
            "day": each.day,
            "session": each.session_id,
            "side": each.outcome.side,
            **{figure.name: _figure_text(each.outcome, figure.name) for figure in main},
        }
        for each in results
    ]
    columns = [
        Column(name="day", heading="day"),
        Column(name="session", heading="session"),
        Column(name="side", heading="side"),
        *(Column(name=figure.name, heading=f"{figure.title}{_unit(figure)}") for figure in main),
    ]
    out().print(protocol.title, style="bold")
    print_table(columns, shown)
    out().print("± is one standard deviation of the measurement, not of you from day to day.")


def _both(figure: Figure) -> Iterator[tuple[str, float | None]]:
    yield figure.name, figure.value
    yield f"{figure.name}_sd", figure.sd


def _unit(figure: Figure) -> str:
    return f", {figure.unit}" if figure.unit else ""


def _figure_text(outcome: Outcome, name: str) -> str:
    figure = outcome.figure(name)
    if figure is None or figure.value is None:
        return "–"
    return replace(figure, unit="").text


def _result(
    store: Store,
    detail: SessionDetail,
    protocol: Protocol,
    told: Told,
    side: Side | None,
    parts: Sequence[RecordingDetail],
) -> Result:
    from sensing.review.results import Recorded, result

    recorded = [
        Recorded(
            sets=tuple(each.corrected for each in part.sets if not each.said.false_set),
            parts=_thirds(part) if protocol.ends == "let-go" and protocol.sets == 1 else (),
            told_reps=_told_reps(part),
        )
        for part in parts
    ]
    about = _about(store, detail, parts[0], told)
    try:
        outcome = result(protocol, recorded, about, side)
    except UsageError as error:
        raise UsageError(
            error.what,
            where=f"session {detail.id}{f', {side}' if side else ''}",
            remedy=f"`anklet show {detail.id}` lists what was found",
        ) from None
    return Result(
        session_id=detail.id,
        day=detail.day.isoformat(),
        outcome=outcome,
        calibrated=_calibrated(parts[0]),
    )


def _told_reps(part: RecordingDetail) -> int | None:
    """How many raises the person says there were; None where nothing was said of the count."""
    from sensing.store import corrected_count

    counted = [each for each in part.sets if not each.said.false_set]
    if not any("rep" in each.said.counts or each.said.missed.get("rep") for each in counted):
        return None
    return sum(corrected_count(each.found, each.said, "rep") for each in counted)


def _about(store: Store, detail: SessionDetail, part: RecordingDetail, told: Told) -> About:
    from sensing.review.outcome import About

    target = part.recording.target
    mass_kg = told.mass_kg if told.mass_kg is not None else _number(target.get("body_mass_kg"))
    if mass_kg is None:
        known = {each.name: each.body_mass_kg for each in store.athletes()}
        mass_kg = known.get(detail.athlete)
    bpm = _number(target.get("metronome_bpm"))
    return About(
        body_mass_kg=mass_kg,
        load_kg=part.recording.load_kg,
        rise_sd_share=_rise_sd_share(part),
        cycle_s=120.0 / bpm if bpm else None,
        exercise=part.analysis.exercise,
        placement=part.analysis.placement,
        age=told.age,
        female=told.female,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rise_sd_share(part: RecordingDetail) -> float | None:
    """Uncertainty of rises where the profile that was used knew the height."""
    profile = json.loads(part.analysis.parameters).get("profile") or {}
    return _number(profile.get("rise_sd_share")) if profile.get("rise_scale") else None


def _calibrated(part: RecordingDetail) -> str:
    analysis = part.analysis
    profile = (
        f"calibrated by profile {analysis.profile!r}" if analysis.profile else "not calibrated"
    )
    return f"{profile}; engine {analysis.engine}; {part.recording.rate_hz:.0f} Hz"


def _thirds(part: RecordingDetail) -> tuple[Steadiness | None, ...]:
    """Steadiness of the thirds of the longest hold; nothing if the recording isn't at hand."""
    from sensing.reading import read_take, sha256_of
    from sensing.review.hold_tests import Trial, thirds

    holds = tuple(hold for each in part.sets for hold in each.corrected.holds)
    hold = Trial(holds=holds).longest
    if hold is None or hold.steadiness is None:
        return ()
    path = Path(part.recording.path)
    try:
        if sha256_of(path) != part.recording.sha256:
            return ()
        asked = json.loads(part.analysis.parameters)
        take = read_take(path, rate_hz=asked.get("rate_hz"), format_name=asked.get("format"))
    except AnkletError:
        return ()
    return tuple(_steadiness(take.blocks, a_s, b_s) for a_s, b_s in _inner(hold, thirds(hold)))


def _inner(
    hold: Hold, spans: Sequence[tuple[float, float]], margin_s: float = 0.5
) -> Iterator[tuple[float, float]]:
    """Thirds without the way up and the way down at the ends of the hold."""
    for a_s, b_s in spans:
        first_s = a_s + margin_s if a_s == hold.start_s else a_s
        yield first_s, b_s - margin_s if b_s >= hold.end_s - 1e-9 else b_s


def _steadiness(blocks: Sequence[object], a_s: float, b_s: float) -> Steadiness | None:
    from sensing.analysis.steadiness import SHORTEST_S, steadiness
    from sensing.samples import Samples

    for block in blocks:
        if (
            isinstance(block, Samples)
            and block.time_s(0) <= a_s
            and b_s <= block.time_s(len(block))
        ):
            part = block.part(round(block.position(a_s)), round(block.position(b_s)))
            if len(part) >= (SHORTEST_S + 0.1) * part.rate_hz and part.fault(a_s, b_s) is None:
                return steadiness(part)
    return None


def _headline(outcome: Outcome) -> Iterator[str]:
    """The result in a sentence, as it would be told to somebody."""
    said = [f"{figure.title} {figure.text}" for figure in outcome.figures if figure.main]
    first = outcome.figures[0]
    if first.name == "reps":
        said[0] = f"{first.text} raise{'' if first.value == 1 else 's'}"
    told = [words for words in said if not words.endswith("–")]
    yield f"{outcome.side or 'side not told'}: {', '.join(told) or 'no figure'}"
    if outcome.norm:
        yield f"  norm: {outcome.norm}"
    if outcome.ended:
        yield f"  ended: {outcome.ended}"


def _print_figures(outcome: Outcome) -> None:
    rows = [{"figure": each.title, "value": each.text} for each in outcome.figures]
    out().print()
    print_table(
        [Column(name="figure", heading=outcome.side or ""), Column(name="value", heading="")], rows
    )


def _print_beside(pairs: Sequence[Beside]) -> None:
    rows = []
    for pair in pairs:
        ratio = "–"
        if pair.ratio is not None:
            ratio = f"{100 * pair.ratio:.0f}"
            ratio += f" ± {100 * pair.ratio_sd:.0f} %" if pair.ratio_sd is not None else " %"
        rows.append(
            {
                "figure": pair.left.title,
                "left": pair.left.text,
                "right": pair.right.text,
                "ratio": ratio,
            }
        )
    out().print()
    print_table(
        [
            Column(name="figure", heading=""),
            Column(name="left", heading="left"),
            Column(name="right", heading="right"),
            Column(name="ratio", heading="left/right"),
        ],
        rows,
    )


def _print(line: str, width: int) -> None:
    import textwrap

    indent = "    " if line.startswith("  ") else "  "
    text = textwrap.fill(
        printable(line.strip()), width, initial_indent=indent, subsequent_indent=indent
    )
    out().print(text)
