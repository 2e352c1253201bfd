"""``anklet report``: sessions as one page to read, print or share.

The page is self-contained: no script, font or picture is fetched, so it reads the same offline and
in ten years. What is on it comes from the database in a handful of queries.
"""

from __future__ import annotations

import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.completion import complete_session
from cli.common.database import Db, ids_of, stored
from cli.common.days import today
from cli.common.output import many, remark
from cli.common.selection import Exercise, OneSide, Since, Until, Whose, check_selection
from cli.report.chosen_sessions import Chosen, choose
from cli.report.html import Html, join, tag
from sensing.core.errors import UsageError
from sensing.files.atomic_write import new_file

if TYPE_CHECKING:
    from sensing.store.store import Store

_MARK = "<!-- anklet report -->"
_META = (
    '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)


def report(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            autocompletion=complete_session,
            help="Only these sessions, such as 3 5 or 3,5; by default those of the last 12 weeks.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; - is standard output."),
    ] = Path("anklet-report.html"),
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE even if it is not a report.")
    ] = False,
    db: Db = None,
) -> None:
    """Write sessions as one page to read, print or share.

    Summary, trends, left against right, every set with its picture, its figures with their
    uncertainty and its calibration, and definitions. One file without scripts that needs no
    network.

    [bold]Examples[/bold]

      anklet report -o spring.html --since 2026-03-01
      anklet report 12 31 -o two.html
      anklet report --exercise single-leg-hop -o hops.html
    """
    check_selection(exercise, since, until)
    if ids and (since or until):
        raise UsageError("IDs and days were both given", remedy="give one or the other")
    _check_place(output, force=force)
    with stored(db) as store:
        chosen = choose(store, ids_of(ids) if ids else None, exercise, side, since, until, athlete)
        page = _page(store, chosen)
    _write(output, page)
    if str(output) != "-":
        sessions = many(len(chosen.sessions), "session")
        remark(f"{output}: {sessions}, {len(page.encode()) / 1e3:.0f} kB")


def _page(store: Store, chosen: Chosen) -> str:
    from importlib.metadata import version

    from cli.report.protocol_section import tests_section
    from cli.report.sets import sessions_section
    from cli.report.summary import (
        definitions_section,
        limitations_section,
        summary_section,
        symmetry_section,
        trends_section,
    )
    from cli.report.trends import KINDS, figures_of, symmetries_of, trends_of
    from cli.sets.limitations import TITLE

    figures = figures_of(store, chosen)
    done = [(each.detail.day, s.events.exercise) for each in chosen.sessions for s in each.sets]
    exercises = list(dict.fromkeys(name for _, name in done))
    days = {day for day, name in done if KINDS.get(name) in ("reps", "hops", "hold")}
    weeks = max(1.0, ((chosen.last - chosen.first).days + 1) / 7)
    title = f"{chosen.athlete}, {_day(chosen.first)} to {_day(chosen.last)}"
    tests = tests_section(store, chosen.athlete, chosen.ids)
    sections = (
        ("summary", "Summary", summary_section(chosen.sessions, len(days), weeks)),
        ("trends", "Trends", trends_section(trends_of(figures))),
        ("legs", "Left and right", symmetry_section(symmetries_of(figures))),
        *([("tests", "Tests", tests)] if tests is not None else []),
        ("limitations", TITLE, limitations_section(chosen.sessions)),
        ("sessions", "Sessions", sessions_section(chosen.sessions)),
        ("terms", "Definitions", definitions_section(exercises)),
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
    style = Html(f"<style>{_css()}</style>")
    head = join([Html(_META), tag("title", f"Anklet: {title}"), style])
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
    return files("cli.report").joinpath("page.css").read_text(encoding="utf-8")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


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
            raise UsageError(f"{output} exists and is not a report", remedy="--force replaces it")


def _write(output: Path, page: str) -> None:
    if str(output) == "-":
        sys.stdout.write(page)
        return
    with new_file(output, force=True) as beside:
        beside.write_text(page, encoding="utf-8")
