"""``anklet report``: sessions as one page to look at, to print or to hand on.

The page stands alone: no script, no font, no picture is fetched, so it reads the same offline and
in ten years. What is on it comes from the database in a handful of questions.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.days import today
from cli.output import remark
from cli.page_html import Html, join, tag
from cli.selection import Exercise, OneSide, Since, Until, Whose, check_days, one_athlete
from cli.stored import LARGEST, Db, stored
from sensing.errors import UsageError
from sensing.exercises import CATALOGUE, find_exercise

if TYPE_CHECKING:
    from sensing.review.figure import Figure
    from sensing.review.metrics import Metric
    from sensing.review.symmetry import Symmetry
    from sensing.samples import Side
    from sensing.store import Store
    from sensing.store.gathering import GatheredSession

_WEEKS = 12
_MARK = "<!-- anklet report -->"
_META = (
    '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
_KINDS = {row.name: row.kind for row in CATALOGUE}


def report(
    ids: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="[ID]...",
            min=1,
            max=LARGEST,
            help="Only these sessions; else those of the last 12 weeks.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="Where to; - is standard output."),
    ] = Path("anklet-report.html"),
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is no report.")
    ] = False,
    db: Db = None,
) -> None:
    """Write sessions as one page to look at, to print or to hand on.

    Summary, trends, left beside right, every set with its picture, its uncertainty and how it was
    calibrated, and what each figure means. One file without scripts that needs no network.

    [bold]Examples[/bold]

      anklet report -o spring.html --since 2026-03-01

      anklet report 12 31 -o two.html

      anklet report --exercise single-leg-hop -o hops.html
    """
    check_days(since, until)
    if exercise is not None:
        find_exercise(exercise)
    if ids and (since or until):
        raise UsageError("ids and days are both given", remedy="give one of them")
    _check_place(output, force=force)
    with stored(db) as store:
        chosen = _choose(store, ids, exercise, side, since, until, athlete)
        page = _page(store, chosen)
    _write(output, page)
    if str(output) != "-":
        many = len(chosen.sessions)
        remark(f"{output}: {many} session{'s' if many != 1 else ''}, {len(page) / 1e6:.1f} MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """What a report is of."""

    sessions: list[GatheredSession]
    athlete: str
    first: date
    last: date
    words: str
    exercise: str | None
    side: Side | None
    ids: frozenset[int]


def _choose(
    store: Store,
    ids: list[int] | None,
    exercise: str | None,
    side: Side | None,
    since: datetime | None,
    until: datetime | None,
    athlete: str | None,
) -> _Chosen:
    """The sessions meant.

    Raises:
        UsageError: there are none, or they are of several people.
        StoreError: there is no session of an id.
    """
    if ids:
        for each in ids:
            store.session(each)  # refuses what isn't there
        wanted = ids
        words = "sessions " + ", ".join(map(str, sorted(set(ids))))
    else:
        whose = one_athlete(store, athlete)
        newest = store.sessions(limit=1, athlete=whose, exercise=exercise)
        if whose is None or not newest:
            raise UsageError(
                "there is nothing to report on", remedy="`anklet sessions` lists what there is"
            )
        last = until.date() if until else newest[0].day
        start = since.date() if since else last - timedelta(weeks=_WEEKS)
        wanted = store.session_ids(
            athlete=whose, since=start, until=last, exercise=exercise, side=side
        )
        words = f"sessions from {start} to {last}"
    sessions = store.gather(wanted, exercise=exercise, side=side)
    if not sessions:
        raise UsageError(f"no session is like that: {words}", remedy="`anklet sessions` lists them")
    people = sorted({each.athlete for each in sessions})
    if len(people) > 1:
        raise UsageError(
            f"these sessions are of {len(people)} people, {', '.join(people)}",
            remedy="a report is of one; give the ids of one person's",
        )
    narrowed = "".join(f", {each}" for each in (exercise, side) if each)
    return _Chosen(
        sessions=sessions,
        athlete=people[0],
        first=date.fromisoformat(sessions[-1].day),
        last=date.fromisoformat(sessions[0].day),
        words=words + narrowed,
        exercise=exercise,
        side=side,
        ids=frozenset(each.id for each in sessions),
    )


def _page(store: Store, chosen: _Chosen) -> str:
    from importlib.metadata import version

    from cli.page_sets import sessions_section
    from cli.page_summary import (
        definitions_section,
        summary_section,
        symmetry_section,
        trends_section,
    )

    figures = _figures(store, chosen)
    exercises = list(dict.fromkeys(s.row.exercise for each in chosen.sessions for s in each.sets))
    days = {
        session.day
        for session in chosen.sessions
        if any(_KINDS.get(each.row.exercise) in ("reps", "hops", "hold") for each in session.sets)
    }
    weeks = max(1.0, ((chosen.last - chosen.first).days + 1) / 7)
    title = f"{chosen.athlete}, {_day(chosen.first)} to {_day(chosen.last)}"
    sections = (
        ("summary", "Summary", summary_section(chosen.sessions, len(days), weeks)),
        ("trends", "Trends", trends_section(_trends(figures))),
        ("legs", "Left and right", symmetry_section(_symmetries(figures))),
        ("trust", "What can't be trusted, and why", _doubts(chosen.sessions)),
        ("sessions", "Sessions", sessions_section(chosen.sessions)),
        ("terms", "What the figures are", definitions_section(exercises)),
    )
    body = join(
        tag(
            "section",
            tag("h2", name, id=f"{key}-head"),
            inside,
            id=key,
            aria_labelledby=f"{key}-head",
        )
        for key, name, inside in sections
    )
    contents = tag("ul", *(tag("li", tag("a", name, href=f"#{key}")) for key, name, _ in sections))
    head = join(
        [
            Html(_META),
            tag("title", f"Anklet: {title}"),
            Html(f"<style>{_css()}</style>"),
        ]
    )
    made = f"Made by Anklet {version('anklet')} on {today()}."
    what = tag("p", f"Lower-leg work, {chosen.words}.", class_="quiet")
    whole = join(
        [
            tag("a", "Skip to the content", class_="skip", href="#main"),
            tag("header", tag("h1", title), what),
            tag("nav", contents, aria_label="Contents"),
            tag("main", body, id="main"),
            tag("footer", made),
        ]
    )
    document = tag("html", tag("head", head), tag("body", whole), lang="en")
    return f"<!doctype html>\n{_MARK}\n{document}\n"


def _css() -> str:
    return files("cli").joinpath("page.css").read_text(encoding="utf-8")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# --- what is followed --------------------------------------------------------------------------


def _figures(store: Store, chosen: _Chosen) -> dict[tuple[str, str], list[Figure]]:
    """Figures of the sessions chosen, by exercise and metric."""
    from cli.page_summary import FOLLOWED
    from sensing.review.metrics import find_metric

    kinds = {_KINDS.get(s.row.exercise) for each in chosen.sessions for s in each.sets}
    names = dict.fromkeys(name for kind in FOLLOWED if kind in kinds for name in FOLLOWED[kind])
    found: dict[tuple[str, str], list[Figure]] = {}
    for name in names:
        for each in store.figures(
            find_metric(name),
            athlete=chosen.athlete,
            since=chosen.first,
            until=chosen.last,
            exercise=chosen.exercise,
            side=chosen.side,
        ):
            kind = _KINDS.get(each.exercise)
            if each.session_id in chosen.ids and kind and name in FOLLOWED[kind]:
                found.setdefault((each.exercise, name), []).append(each)
    return found


def _trends(figures: dict[tuple[str, str], list[Figure]]) -> dict:  # type: ignore[type-arg]
    from sensing.review.metrics import find_metric
    from sensing.review.trend import groups_of, trend

    found = {}
    for (exercise, name), own in figures.items():
        legs = [
            (side or "both", trend(each, find_metric(name)))
            for (_, side), each in sorted(
                groups_of(own).items(), key=lambda group: group[0][1] or ""
            )
        ]
        if any(len(each.points) > 1 for _, each in legs):
            found[exercise, name] = legs
    return found


def _symmetries(
    figures: dict[tuple[str, str], list[Figure]],
) -> list[tuple[str, Metric, Symmetry]]:
    from sensing.review.metrics import find_metric
    from sensing.review.symmetry import symmetry

    found = []
    for (exercise, name), own in figures.items():
        metric = find_metric(name)
        each = symmetry(own, metric) if metric.of == "figure" else None
        if each is not None:
            found.append((exercise, metric, each))
    return found


# --- what can't be trusted ---------------------------------------------------------------------


def _doubts(sessions: list[GatheredSession]) -> Html:
    """What of the whole selection is doubtful, each reason once with how often it is."""
    import json
    from collections import Counter

    from cli.page_sets import doubts_of

    reasons: Counter[str] = Counter()
    uncalibrated = 0
    for session in sessions:
        for recording in session.recordings.values():
            reasons.update(json.loads(recording.notes))
            uncalibrated += recording.profile is None
        for each in session.sets:
            reasons.update(f"in a set, {doubt}" for doubt in doubts_of(each))
    hops = any(each.hops for session in sessions for each in session.sets)
    lines = []
    if uncalibrated and hops:
        recordings = sum(len(each.recordings) for each in sessions)
        lines.append(
            f"{uncalibrated} of {recordings} recordings are not calibrated: contact time, flight "
            "time and both RSI compare within this person only"
        )
    lines += [f"{text}{f' ({many} times)' if many > 1 else ''}" for text, many in reasons.items()]
    if not lines:
        return tag("p", "Nothing that is known of.")
    return tag("ul", *(tag("li", line) for line in lines))


# --- where it goes -----------------------------------------------------------------------------


def _check_place(output: Path, *, force: bool) -> None:
    """Refuse to replace anybody's file before any work is done.

    Raises:
        UsageError: the file is something else, or has no place.
    """
    if str(output) == "-":
        return
    if output.is_dir():
        raise UsageError(f"{output} is a directory", remedy="name a file in it")
    if not output.parent.is_dir():
        raise UsageError(f"there is no directory {output.parent}")
    if output.exists() and not force:
        with output.open("rb") as file:
            begins = file.read(200)
        if begins and _MARK.encode() not in begins:
            raise UsageError(f"{output} is there and no report", remedy="--force replaces it")


def _write(output: Path, page: str) -> None:
    if str(output) == "-":
        sys.stdout.write(page)
        return
    beside = output.with_name(output.name + ".part")
    beside.write_text(page, encoding="utf-8")
    beside.replace(output)
