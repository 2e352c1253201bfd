"""``anklet plan``: your own plan, checked and stored, and this week's progress."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.common.database import Db, stored
from cli.common.days import today
from cli.common.output import many, out, print_json, remark, write_text
from cli.common.selection import Whose, one_athlete
from cli.common.tables import AsJson
from cli.training.stored_plan import command_of, plan_place, progress_json, progress_of
from cli.training.week_text import print_plan
from sensing.core.errors import UsageError
from sensing.files.atomic_write import new_file

_EXAMPLE = "example_plan.toml"


def plan(
    what: Annotated[
        Literal["show", "check", "use", "example"],
        typer.Argument(
            metavar="show|check|use|example",
            help="What to do; by default show it.",
            show_default=False,
        ),
    ] = "show",
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The plan's file.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="With example: file to write; by default it is printed.",
        ),
    ] = None,
    athlete: Whose = None,
    as_json: AsJson = False,
    db: Db = None,
) -> None:
    """Show, check or set your training plan.

    `example` prints a plan to start from, `check FILE` checks yours, `use FILE` stores a copy
    beside the database: `anklet record` then suggests what is next, and `today` and `week` show
    your progress.

    [bold]Examples[/bold]

      anklet plan example -o plan.toml
      anklet plan check plan.toml
      anklet plan use plan.toml
      anklet plan
    """
    if what == "example":
        if file is not None:
            raise UsageError(
                "`plan example` reads no file", remedy="anklet plan example -o plan.toml"
            )
        write_text(example_text(), output)
        return
    if output is not None:
        raise UsageError("--output goes with `anklet plan example`")
    if what == "use" and file is None:
        raise UsageError("which plan should be used?", remedy="anklet plan use FILE")
    from sensing.store.write.athletes import ME
    from sensing.training.plan_file import read_plan

    with stored(db) as store:
        place = plan_place(store.place)
        if what == "use" and file is not None:
            _use(file, place)
            return
        source = file or place
        if file is None and not place.exists():
            raise UsageError(
                "there is no plan yet",
                remedy="`anklet plan example -o plan.toml`, change it, `anklet plan use plan.toml`",
            )
        found = read_plan(source)
        if what == "check":
            entries = many(len(found.entries), "entry", "entries")
            out().print(f"{source}: {found.name!r}, {entries}, no errors", soft_wrap=True)
            return
        whose = one_athlete(store, athlete) or ME
        steps = progress_of(store, found, athlete=whose, now=today())
    if as_json:
        print_json({"plan": found.name, "entries": progress_json(steps)})
        return
    print_plan(found, steps, one_day=False)
    due = [each for each in steps if each.due_today]
    if due:
        out().print("\nToday", style="bold")
        for each in due:
            sets = each.sets_left
            out().print(f"  {command_of(each.entry, each.side, sets=sets)}", soft_wrap=True)


def example_text() -> str:
    """The bundled example."""
    return files("cli.training").joinpath(_EXAMPLE).read_text(encoding="utf-8")


def _use(file: Path, place: Path) -> None:
    """Store a copy after checking it; on any error the earlier one stays."""
    from sensing.training.plan_file import read_plan

    found = read_plan(file)
    if place.exists() and file.resolve() == place.resolve():
        raise UsageError(f"{file} is already the plan in use")
    if not place.parent.is_dir():
        place.parent.mkdir(mode=0o700, parents=True)
    with new_file(place, force=True) as beside:
        beside.write_bytes(file.read_bytes())
    remark(f"{found.name!r} is now your plan, saved as {place}; start with `anklet record`")
