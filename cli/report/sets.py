"""The sessions of a report: each set with its picture, its figures and what is doubtful in it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.report.charts import set_picture
from cli.report.figures import count, figure, plus_minus
from cli.report.html import Html, join, table, tag
from sensing.results.reactive_strength import height_sd_m, rsi_height_sd_mps, rsi_sd
from sensing.review.metrics import find_metric

if TYPE_CHECKING:
    from sensing.store.read.gathering import (
        GatheredSession,
        GatheredSet,
        HoldRow,
        HopRow,
        RecordingRow,
        RepRow,
    )

IN_FULL = 400
"""Sessions that are shown with every set and its picture; older ones are a row each. A page of more
takes long to open and nobody reads it."""

_OPEN = 1
_REPS = ("rise_m", "raise_time_s", "hold_time_s", "lower_time_s")
_HOPS = ("contact_time_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps")
_HOLDS = ("duration_s", "rms_mps2", "path_mps2_per_s", "tremor_rms_mps2")


def sessions_section(sessions: Sequence[GatheredSession]) -> Html:
    """All of them, newest first; the newest stands open."""
    full, rest = sessions[:IN_FULL], sessions[IN_FULL:]
    parts: list[Html] = [_session(each, open_=n < _OPEN) for n, each in enumerate(full)]
    if rest:
        parts.append(tag("h3", "Earlier sessions"))
        parts.append(tag("p", "One row each; `anklet report ID` shows one of them with every set."))
        parts.append(
            table(
                "Earlier sessions",
                ("session", "day", "sets", "reps", "hops", "held"),
                (
                    (
                        str(each.id),
                        each.day,
                        str(len(each.sets)),
                        *_totals(each),
                    )
                    for each in rest
                ),
                numbers=range(2, 100),
            )
        )
    return join(parts)


def _totals(session: GatheredSession) -> tuple[Html, Html, Html]:
    return (
        count("reps", sum(s.row.reps for s in session.sets), of="session", key=session.id),
        count("hops", sum(s.row.hops for s in session.sets), of="session", key=session.id),
        figure(
            "hold_s",
            round(sum(s.row.hold_s for s in session.sets), 6),
            of="session",
            key=session.id,
        ),
    )


def _session(session: GatheredSession, *, open_: bool) -> Html:
    reps, hops, held = _totals(session)
    amounts = [
        part
        for value, part in (
            (sum(s.row.reps for s in session.sets), join([reps, " reps"])),
            (sum(s.row.hops for s in session.sets), join([hops, " hops"])),
            (sum(s.row.hold_s for s in session.sets), join([held, " held"])),
        )
        if value
    ]
    names = ", ".join(dict.fromkeys(each.row.exercise for each in session.sets)) or "no set"
    head = tag(
        "summary",
        tag("h3", f"{session.day}", tag("span", f" session {session.id}", class_="quiet")),
        tag("span", f"{names}", class_="what"),
        tag("span", join(amounts, " · "), class_="amounts"),
    )
    inside = [tag("p", f"Note: {session.note}", class_="note")] if session.note else []
    inside += [_recording(each) for each in session.recordings.values()]
    inside += [_set(each, session.recordings[each.row.recording_id]) for each in session.sets]
    return Html(
        f'<details class="session" id="session-{session.id}"{" open" if open_ else ""}>'
        f"{head}{join(inside)}</details>"
    )


def _recording(each: RecordingRow) -> Html:
    lost = f", {each.lost_samples} samples lost" if each.lost_samples else ""
    clipped = f", {each.clipped_samples} clipped" if each.clipped_samples else ""
    note = f". Note: {each.note}" if each.note else ""
    return tag(
        "p",
        f"{each.name}: {each.duration_s:.0f} s at {each.rate_hz:.0f} Hz{lost}{clipped}, on the "
        f"{each.placement}, engine {each.engine}{note}",
        class_="quiet",
    )


def calibration(each: RecordingRow) -> str:
    """Which profile its figures rest on."""
    if each.profile is None:
        return "not calibrated"
    version = f", version {each.profile_version}" if each.profile_version else ""
    return f"calibrated by {each.profile}{version}"


def _set(each: GatheredSet, recording: RecordingRow) -> Html:
    row = each.row
    told = [
        part
        for part in (
            row.side or "",
            f"{row.load_kg:g} kg" if row.load_kg else "",
            f"pain {row.pain} of 10" if row.pain is not None else "",
            calibration(recording),
        )
        if part
    ]
    head = tag(
        "h4",
        f"{row.n}. {row.exercise}",
        tag("span", f" {' · '.join(told)}" if told else "", class_="quiet"),
    )
    figures = list(_figures(each))
    doubts = list(doubts_of(each))
    return tag(
        "article",
        head,
        set_picture(each, _words(each)),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in figures)),
        tag("p", "; ".join(doubts), class_="doubt") if doubts else "",
        class_="set",
    )


def _figures(each: GatheredSet) -> Iterator[tuple[str, Html]]:
    row, key = each.row, each.row.set_id
    if each.reps or row.reps:
        partial = (
            join([", ", count("partial_reps", row.partial_reps, of="set", key=key), " partial"])
            if row.partial_reps
            else ""
        )
        yield (
            "reps",
            join(
                [
                    count("reps", row.reps, of="set", key=key),
                    _corrected(row.machine_reps, row.reps),
                    partial,
                ]
            ),
        )
    if each.hops or row.hops:
        yield (
            "contacts",
            join(
                [count("hops", row.hops, of="set", key=key), _corrected(row.machine_hops, row.hops)]
            ),
        )
    if row.machine_exercise not in (None, row.exercise):
        yield "found as", text_of(row.machine_exercise)
    for names in (_REPS, _HOPS, _HOLDS):
        for name in names:
            if name in each.medians:
                metric = find_metric(name)
                value = each.medians[name]
                yield (
                    metric.title,
                    join(
                        [
                            figure(name, value, of="set", key=key),
                            plus_minus(metric, _error(each, name, value)),
                        ]
                    ),
                )
    if each.reps:
        yield (
            "under tension",
            figure("time_under_tension_s", row.time_under_tension_s, of="set", key=key),
        )
    if len(each.holds) > 1:
        yield "held in all", figure("hold_s", row.hold_s, of="set", key=key)
    if row.steps is not None:
        yield "steps", count("steps", row.steps, of="set", key=key)


def text_of(value: object) -> Html:
    """Plain text."""
    return tag("span", value)


def _corrected(machine: int, count_: int) -> Html:
    return tag("small", f" (machine {machine})") if machine != count_ else Html("")


def _error(each: GatheredSet, name: str, value: float) -> float | None:
    """Standard deviation: of a contact its own, of other figures the measurement's between days."""
    if name in ("contact_time_s", "flight_time_s"):
        own = [
            hop.contact_time_sd_s
            for hop in each.hops
            if hop.in_figures and hop.contact_time_sd_s is not None
        ]
        return statistics.median(own) if own else None
    sd = (
        _error(each, "contact_time_s", 0.0)
        if name in ("rsi", "rsi_height_mps", "height_m")
        else None
    )
    contact, flight = each.medians.get("contact_time_s"), each.medians.get("flight_time_s")
    if sd is None or not contact or not flight:
        return find_metric(name).error_of(value, each.row.exercise)
    match name:
        case "rsi":
            return rsi_sd(contact, flight, sd)
        case "rsi_height_mps":
            return rsi_height_sd_mps(contact, flight, sd)
        case _:
            return height_sd_m(flight, sd)


def doubts_of(each: GatheredSet) -> Iterator[str]:
    """What of a set is left out of its figures, and why."""
    kinds: tuple[tuple[str, Sequence[RepRow | HopRow | HoldRow]], ...] = (
        ("rep", each.reps),
        ("contact", each.hops),
        ("hold", each.holds),
    )
    for noun, events in kinds:
        why = Counter(event.reason or "marked false" for event in events if not event.in_figures)
        for reason, many in why.items():
            plural = noun if many == 1 else f"{noun}s"
            yield f"{many} {plural} left out of every figure: {reason}"
    if each.row.corrected:
        yield "added by hand" if each.row.added else "corrected by hand"


def _words(each: GatheredSet) -> str:
    """The picture in words."""
    row = each.row
    rises = [100 * rep.rise_m for rep in each.reps if rep.rise_m is not None and rep.in_figures]
    if rises:
        return (
            f"{len(each.reps)} reps as bars: height the rise, {min(rises):.1f} to {max(rises):.1f} "
            "cm, width the time, the lighter part the lowering."
        )
    contacts = [1000 * h.contact_time_s for h in each.hops if h.contact_time_s and h.in_figures]
    if contacts:
        return (
            f"{len(each.hops)} hops as bars: flight above the line, contact below it, "
            f"{min(contacts):.0f} to {max(contacts):.0f} ms."
        )
    if each.holds:
        return "Held " + ", ".join(f"{hold.duration_s:.1f} s" for hold in each.holds) + "."
    return f"{row.reps or row.hops or 0} counted."
