"""The sessions of a report: each set with its picture, its figures and its limitations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from cli.report.charts import set_picture
from cli.report.figures import count, figure
from cli.report.html import Html, join, table, tag
from cli.sets.analysis_report import worn_words
from cli.sets.set_figures import limits
from cli.sets.set_picture import picture_of
from sensing.results.quantities import QUANTITIES

if TYPE_CHECKING:
    from cli.report.chosen_sessions import ReportSession
    from cli.sets.set_figures import ShownSet
    from sensing.store.values.sessions import RecordingDetail, StoredAnalysis, StoredSet

IN_FULL = 400
"""Sessions shown with every set and its picture; older ones get a row each. A page with more takes
long to open, and nobody reads it."""

_OPEN = 1
_AMOUNTS = (("reps", "reps"), ("hops", "contacts"), ("hold_s", "held"))


def sessions_section(sessions: Sequence[ReportSession]) -> Html:
    """All of them, newest first; the newest is open."""
    full, rest = sessions[:IN_FULL], sessions[IN_FULL:]
    parts: list[Html] = [_session(each, open_=n < _OPEN) for n, each in enumerate(full)]
    if rest:
        parts.append(tag("h3", "Earlier sessions"))
        parts.append(tag("p", "One row each; `anklet report ID` shows one with every set."))
        parts.append(
            table(
                "Earlier sessions",
                ("session", "day", "sets", *(words for _, words in _AMOUNTS)),
                (
                    (str(each.detail.id), each.detail.day, str(len(each.sets)), *_totals(each))
                    for each in rest
                ),
                numbers=range(2, 100),
            )
        )
    return join(parts)


def _totals(session: ReportSession) -> list[Html]:
    key = session.detail.id
    return [figure(name, session.total(name), of="session", key=key) for name, _ in _AMOUNTS]


def _session(session: ReportSession, *, open_: bool) -> Html:
    detail = session.detail
    amounts = [
        join([total, f" {words}"])
        for (name, words), total in zip(_AMOUNTS, _totals(session), strict=True)
        if session.total(name)
    ]
    names = ", ".join(dict.fromkeys(each.events.exercise for each in session.sets)) or "no set"
    head = tag(
        "summary",
        tag("h3", f"{detail.day}", tag("span", f" session {detail.id}", class_="quiet")),
        tag("span", names, class_="what"),
        tag("span", join(amounts, " · "), class_="amounts"),
    )
    inside = [tag("p", f"Note: {detail.note}", class_="note")] if detail.note else []
    inside += [_recording(each) for each in detail.recordings]
    analyses = {each.id: part.analysis for part in detail.recordings for each in part.sets}
    inside += [
        _set(each, each.stored, analyses[each.stored.id])
        for each in session.sets
        if each.stored is not None
    ]
    return Html(
        f'<details class="session" id="session-{detail.id}"{" open" if open_ else ""}>'
        f"{head}{join(inside)}</details>"
    )


def _recording(part: RecordingDetail) -> Html:
    each = part.recording
    lost = f", {each.lost_samples} samples lost" if each.lost_samples else ""
    clipped = f", {each.clipped_samples} clipped" if each.clipped_samples else ""
    note = f". Note: {each.note}" if each.note else ""
    return tag(
        "p",
        f"{PurePath(each.path).name}: {each.duration_s:.0f} s at {each.rate_hz:.0f} Hz{lost}"
        f"{clipped}, {worn_words(part.analysis)}, algorithm version "
        f"{part.analysis.engine}{note}",
        class_="quiet",
    )


def calibration(each: StoredAnalysis) -> str:
    """Which profile its figures rest on."""
    if each.profile is None:
        return "not calibrated"
    version = f", version {each.profile_version}" if each.profile_version else ""
    return f"calibrated by {each.profile}{version}"


def _set(each: ShownSet, stored: StoredSet, analysis: StoredAnalysis) -> Html:
    about = (
        each.side or "",
        f"{stored.load_kg:g} kg" if stored.load_kg else "",
        f"pain {stored.pain} of 10" if stored.pain is not None else "",
        calibration(analysis),
    )
    exercise = each.events.exercise
    quiet = tag("span", f" {' · '.join(filter(None, about))}", class_="quiet")
    title = f"Set {each.n}, {exercise}"
    figures = [*_counts(each, stored), *_figures(each, stored)]
    limited = list(limits(each))
    if stored.added or stored.corrections:
        limited.append("added by hand" if stored.added else "corrected by hand")
    return tag(
        "article",
        tag("h4", f"{each.n}. {exercise}", quiet),
        set_picture(picture_of(each.events), title, _words(each)),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in figures)),
        tag("p", "; ".join(limited), class_="doubt") if limited else "",
        class_="set",
    )


def _counts(each: ShownSet, stored: StoredSet) -> Iterator[tuple[str, Html]]:
    from sensing.store.values.corrections import machine_count

    key, reps, hops = stored.id, each.summary.reps, each.summary.hops
    if reps is not None:
        partial = ""
        if reps.partial:
            partial = join(
                [", ", count("partial_reps", reps.partial, of="set", key=key), " partial"]
            )
        detected = _detected(machine_count(stored.detected, stored.corrections, "rep"), reps.count)
        yield "reps", join([count("reps", reps.count, of="set", key=key), detected, partial])
    if hops is not None:
        detected = _detected(machine_count(stored.detected, stored.corrections, "hop"), hops.count)
        yield "ground contacts", join([count("hops", hops.count, of="set", key=key), detected])
    if each.events.stands:
        yield "stands between jumps", tag("span", str(len(each.events.stands)))
    if not stored.added and stored.detected.exercise != each.events.exercise:
        yield "detected as", tag("span", stored.detected.exercise)
    if each.summary.steps is not None:
        yield "steps", count("steps", each.summary.steps, of="set", key=key)


def _figures(each: ShownSet, stored: StoredSet) -> Iterator[tuple[str, Html]]:
    for one in each.figures:
        shown = figure(one.quantity.name, one.value, of="set", key=stored.id, sd=one.sd)
        yield one.quantity.title, shown


def _detected(detected: int, counted: int) -> Html:
    return tag("small", f" ({detected} detected)") if detected != counted else Html("")


def _words(each: ShownSet) -> str:
    """The picture in words."""
    events = each.events
    heights = [rep.rise_m for rep in events.reps if rep.rise_m is not None and rep.valid]
    if heights:
        how = QUANTITIES["rise_m"]
        return (
            f"{len(events.reps)} reps as bars. Bar height is heel-rise height, "
            f"{how.number(min(heights))} to {how.text(max(heights))}; bar width is time, the "
            "lighter part the eccentric phase."
        )
    contacts = [hop.contact_time_s for hop in events.hops if hop.contact_time_s and hop.valid]
    if contacts:
        how = QUANTITIES["contact_time_s"]
        return (
            f"{len(events.hops)} hops as bars: flight above the line, contact below it, "
            f"{how.number(min(contacts))} to {how.text(max(contacts))}."
        )
    if events.holds:
        how = QUANTITIES["duration_s"]
        return "Held " + ", ".join(how.text(hold.duration_s) for hold in events.holds) + "."
    return f"{len(events.reps) or len(events.hops)} counted."
