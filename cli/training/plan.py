"""``anklet plan``: training plans, each of an athlete or for everybody, and what they ask for."""

from __future__ import annotations

import shlex
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.athletes import NewAthlete, athlete_for, is_shown, known_athlete
from cli.common.completion import complete_athlete
from cli.common.database import Db, stored
from cli.common.days import day_of, today
from cli.common.output import many, out, print_json, remark, write_text
from cli.common.selection import one_athlete
from cli.common.tables import AsCsv, AsJson, Column, Form, Row, chosen, columns, print_rows
from cli.training.plan_next import print_next, print_today
from cli.training.plan_words import progress_json
from cli.training.stored_plan import plan_for, progress_of, running_days, stored_plans
from cli.training.week_text import print_plan
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.store import Store
    from sensing.store.values.rows import StoredPlan

_EXAMPLE = "example_plan.toml"
_NAMES = ("athlete", "name", "from_day", "in_use", "taken_utc")
_COLUMNS = columns(
    *("athlete", Column("name", "plan"), Column("from_day", "from"), Column("in_use", "in use"))
)
_NONE_YET = "`anklet plan example -o plan.toml`, change it, `anklet plan use plan.toml`"


def plan(
    what: Annotated[
        Literal["show", "next", "check", "use", "stop", "list", "export", "example"],
        typer.Argument(
            metavar="show|next|check|use|stop|list|export|example",
            help="What to do; by default show it.",
            show_default=False,
        ),
    ] = "show",
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The plan's file.", show_default=False)
    ] = None,
    athlete: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose plan. With use, stop and export, the default is the plan of all athletes "
            "without their own.",
            autocompletion=complete_athlete,
            show_default=False,
        ),
    ] = None,
    new_athlete: NewAthlete = False,
    from_day: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="With use and stop: the first day; by default today."
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="With show and next: the day; by default today."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="With example and export: file to write; by default it is printed.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show, check or set a training plan.

    `example` prints a plan to start from, `check FILE` checks yours, and `use FILE` stores it in
    the database, for one athlete or for everybody: `anklet record` then suggests what is next, and
    `today` and `week` show the progress. `next` shows today's targets and why they are what they
    are, `list` whose plan is which, and `export` writes a stored plan to a file, to change it.

    [bold]Examples[/bold]

      anklet plan example -o plan.toml
      anklet plan use plan.toml
      anklet plan use anna.toml --athlete anna
      anklet plan next --athlete anna
      anklet plan stop --athlete anna
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    _check(what, file, from_day, day, output, athlete, form)
    if what == "example":
        write_text(example_text(), output)
    elif what == "check" and file is not None:
        _say_valid(file)
    elif what == "use" and file is not None:
        _use(file, athlete, day_of(from_day), db, new=new_athlete)
    elif what == "stop":
        _stop(athlete, day_of(from_day), db)
    elif what == "list":
        with stored(db) as store:
            stored_plans(store)  # one that lies beside the database is among them
            print_rows(form, _NAMES, _rows(store.plans(every=True)), _COLUMNS)
    elif what == "export":
        with stored(db) as store:
            write_text(_text_of(store, athlete), output)
    else:
        _show(what, file, athlete, day_of(day), db, as_json=as_json)


def _check(
    what: str,
    file: Path | None,
    from_day: str | None,
    day: str | None,
    output: Path | None,
    athlete: str | None,
    form: Form,
) -> None:
    """Refuse options that don't go together."""
    if what == "use" and file is None:
        raise UsageError("which plan should be used?", remedy="anklet plan use FILE")
    if file is not None and what not in ("show", "next", "check", "use"):
        raise UsageError(
            f"`plan {what}` reads no file",
            remedy=f"anklet plan {what} -o {file}"
            if what in ("example", "export")
            else "leave the file out",
        )
    if output is not None and what not in ("example", "export"):
        raise UsageError("--output goes with `anklet plan example` and `anklet plan export`")
    if from_day is not None and what not in ("use", "stop"):
        raise UsageError("--from goes with `anklet plan use` and `anklet plan stop`")
    if day is not None and what not in ("show", "next"):
        raise UsageError("--day goes with `anklet plan show` and `anklet plan next`")
    if athlete is not None and what in ("example", "list"):
        raise UsageError(f"`plan {what}` is of no athlete", remedy="leave --athlete out")
    if form == "csv" and what != "list":
        raise UsageError("--csv goes with `anklet plan list`")
    if form == "json" and what not in ("show", "next", "list"):
        raise UsageError("--json goes with `anklet plan show`, `next` and `list`")


def _show(
    what: str, file: Path | None, athlete: str | None, now: date, db: Path | None, *, as_json: bool
) -> None:
    """Progress and targets of the plan in a file, or of the athlete's."""
    monday = date.fromordinal(now.toordinal() - now.weekday())
    with stored(db) as store:
        whose = _followed_by(store, athlete)
        in_use = plan_for(store, file, athlete=whose, day=now)
        if in_use is None:
            raise UsageError("there is no plan yet", remedy=_NONE_YET)
        if what == "check":
            _say_valid(None, in_use.plan.name, len(in_use.plan.entries))
            return
        steps = progress_of(store, in_use, athlete=whose, now=now)
        running = running_days(store, in_use.plan, athlete=whose, first=monday, last=now)
        named = whose if is_shown(store, whose) else ""
    if as_json:
        entries = progress_json(steps)
        print_json({"plan": in_use.plan.name, "athlete": whose, "entries": entries})
        return
    if what == "next":
        print_next(in_use.plan, steps, running, now, athlete=named)
        return
    print_plan(in_use.plan, steps, one_day=False, athlete=named)
    print_today(steps, now, athlete=named)


def _followed_by(store: Store, athlete: str | None) -> str:
    """The athlete whose plan is meant; they need no session yet."""
    from sensing.store.write.athletes import ME

    if athlete is None:
        return one_athlete(store, None) or ME
    return known_athlete(store, athlete)


def _say_valid(file: Path | None, name: str = "", entries: int = 0) -> None:
    from sensing.training.plan_file import read_plan

    if file is not None:
        found = read_plan(file)
        name, entries = found.name, len(found.entries)
    said = f"{name!r}, {many(entries, 'entry', 'entries')}, no errors"
    out().print(f"{file}: {said}" if file else said, soft_wrap=True)


def _use(file: Path, athlete: str | None, day: date, db: Path | None, *, new: bool) -> None:
    """Store a plan after checking it; on any error the earlier one stays."""
    from sensing.store.store import open_store
    from sensing.training.plan_file import parse_plan, plan_text

    text = plan_text(file)
    found = parse_plan(text, str(file))
    with open_store(db) as store:
        if athlete is not None or new:
            athlete = athlete_for(store, athlete, new=new)
        earlier = _newest(stored_plans(store, athlete), athlete)
        if earlier is not None and earlier.toml == text and day == today():
            remark(f"{found.name!r} is already {_whose(athlete)}")
            return
        store.put_plan(found.name, text, from_day=day, now_utc=datetime.now(UTC), athlete=athlete)
    option = f" --athlete {shlex.quote(athlete)}" if athlete else ""
    remark(f"{found.name!r} is now {_whose(athlete)}; start with `anklet record{option}`")


def _stop(athlete: str | None, day: date, db: Path | None) -> None:
    with stored(db) as store:
        athlete = None if athlete is None else known_athlete(store, athlete)
        found = stored_plans(store, athlete)
        earlier = _newest(found, athlete)
        if earlier is None or earlier.toml is None:
            raise UsageError(
                f"there is no {_kind(athlete)} to stop", remedy="see `anklet plan list`"
            )
        store.put_plan(earlier.name, None, from_day=day, now_utc=datetime.now(UTC), athlete=athlete)
        default = _newest(found, None)
    left = ""
    if athlete is not None and default is not None and default.toml is not None:
        left = f"; the default plan {default.name!r} holds for {athlete} now"
    remark(f"{earlier.name!r} is stopped{left}; the weeks before {day} keep it")


def _text_of(store: Store, athlete: str | None) -> str:
    athlete = None if athlete is None else known_athlete(store, athlete)
    found = _newest(stored_plans(store, athlete), athlete)
    if found is None or found.toml is None:
        raise UsageError(f"there is no {_kind(athlete)}", remedy="see `anklet plan list`")
    return found.toml


def _newest(found: list[StoredPlan], athlete: str | None) -> StoredPlan | None:
    return next((each for each in reversed(found) if each.athlete == athlete), None)


def _whose(athlete: str | None) -> str:
    return (
        "the plan of everybody without their own" if athlete is None else f"the plan of {athlete}"
    )


def _kind(athlete: str | None) -> str:
    return "default plan" if athlete is None else f"plan of {athlete}"


def _rows(found: list[StoredPlan]) -> list[Row]:
    """A row for each plan that was taken, those in use marked."""
    return [
        {
            "athlete": each.athlete or "(default)",
            "name": each.name if each.toml is not None else f"{each.name}: stopped",
            "from_day": each.from_day,
            "in_use": each.toml is not None
            and each
            == _newest([one for one in found if one.athlete == each.athlete], each.athlete),
            "taken_utc": each.taken_utc,
        }
        for each in found
    ]


def example_text() -> str:
    """The bundled example."""
    return files("cli.training").joinpath(_EXAMPLE).read_text(encoding="utf-8")
