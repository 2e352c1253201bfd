"""``anklet log``: log work that the sensor can't measure, so that the week is complete."""

from __future__ import annotations

import difflib
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.athletes import AthleteName, NewAthlete, athlete_for, is_shown, known_athlete
from cli.common.database import Db, ids_of, stored
from cli.common.days import day_of
from cli.common.options import Load, Note, Pain
from cli.common.output import remark
from cli.common.tables import AsCsv, AsJson, Column, Row, chosen, columns, print_rows, printable
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.values.rows import LoggedWork, Work

_LISTED = 20
_MOST_SETS = 100
_MOST = 100_000.0
_DOSE = re.compile(
    r"(?:(?P<sets>\d+)\s*[x×*]\s*)?(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<unit>s|sec|min)?",
    re.IGNORECASE,
)
_NAMES = (
    *("id", "day", "athlete", "exercise", "side", "sets", "reps", "hold_s", "load_kg", "pain"),
    "note",
)
_COLUMNS = columns(
    *(
        "id",
        "day",
        "athlete",
        "exercise",
        "side",
        "sets",
        Column("reps", "reps per set", optional=True),
    ),
    *(Column("hold_s", "held (s)", optional=True), "load_kg", "pain", "note"),
)


def log(
    exercise: Annotated[
        str | None,
        typer.Argument(metavar="EXERCISE", help="What was done, in your words; without: the list."),
    ] = None,
    dose: Annotated[
        str | None, typer.Argument(metavar="DOSE", help="Sets and reps, 5x8, or sets held, 3x45s.")
    ] = None,
    load: Load = None,
    side: Annotated[Literal["left", "right"] | None, typer.Option(help="Leg, if only one.")] = None,
    day: Annotated[
        str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD or yesterday; else today.")
    ] = None,
    pain: Pain = None,
    note: Note = None,
    athlete: AthleteName = None,
    new_athlete: NewAthlete = False,
    delete: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Delete entries of the list, such as 3 or 3,5."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Log work that the sensor can't measure.

    Deadlifts, split squats, the leg press: anything that belongs to the week. Without an exercise,
    the command lists all entries, newest first.

    [bold]Examples[/bold]

      anklet log "single-leg deadlift" 5x8 --load 12 --side left
      anklet log "wall sit" 3x45s --day yesterday
      anklet log
      anklet log --delete 3
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    if delete:
        if exercise is not None:
            raise UsageError(
                "--delete takes IDs and nothing else", remedy="separate several with commas: 3,5"
            )
        _delete(ids_of(delete, listed_by="anklet log"), db)
        return
    if exercise is None:
        _list(form, athlete, db)
        return
    if form != "text":
        raise UsageError("--json and --csv apply to the list", remedy="leave out the exercise")
    if dose is None:
        raise UsageError(f"{exercise!r} has no dose", remedy="add sets × reps, such as 5x8")
    work = _work(exercise, dose, load=load, side=side, pain=pain, note=note or "")
    when = day_of(day)
    from sensing.store.store import open_store

    with open_store(db) as store:
        whose = athlete_for(store, athlete, new=new_athlete)
        before = [each.work.exercise for each in store.logged_work(athlete=whose)]
        key = store.log_work(work, day=when, now_utc=datetime.now(UTC), athlete=whose)
        shown = f" for {printable(whose)}" if is_shown(store, whose) else ""
    remark(f"logged as entry {key}{shown}: {when} {words(work)}")
    near = _nearly(work.exercise, before)
    if near is not None:
        remark(
            f"earlier entries are called {near!r}; to count both as one exercise, use "
            f"`anklet log --delete {key}` and log it again under that name"
        )


def _delete(ids: list[int], db: Path | None) -> None:
    with stored(db) as store:
        known = {each.id for each in store.logged_work()}
        for each in sorted(ids, key=lambda one: one in known):  # an unknown one stops it all
            store.delete_logged(each)
    remark(f"{'entry' if len(ids) == 1 else 'entries'} {', '.join(map(str, ids))} deleted")


def _list(form: Literal["text", "json", "csv"], athlete: str | None, db: Db) -> None:
    with stored(db) as store:
        whose = None if athlete is None else known_athlete(store, athlete)
        found = store.logged_work(athlete=whose)
        mine = all(not is_shown(store, each.athlete) for each in found)
    shown = found[:_LISTED] if form == "text" else found
    if not found and form == "text":
        remark('there are no entries yet; add one: `anklet log "split squat" 3x8 --load 10`')
        return
    columns = [each for each in _COLUMNS if each.name != "athlete" or not mine]
    print_rows(form, _NAMES, [_row(each) for each in shown], columns)
    if len(shown) < len(found):
        remark(f"the newest {len(shown)} of {len(found)}; --csv lists all")


def _row(each: LoggedWork) -> Row:
    return {"id": each.id, "day": each.day, "athlete": each.athlete, **asdict(each.work)}


def _work(
    exercise: str,
    dose: str,
    *,
    load: float | None,
    side: Literal["left", "right"] | None,
    pain: int | None,
    note: str,
) -> Work:
    """The work that was typed.

    Raises:
        UsageError: the dose is not valid.
    """
    from sensing.store.values.rows import Work

    found = _DOSE.fullmatch(dose.strip())
    amount = float(found["amount"].replace(",", ".")) if found else 0.0
    if found is None or not (found["unit"] or amount.is_integer()):
        raise UsageError(
            f"{dose!r} is not a valid sets × reps value",
            remedy="write 5x8, or 3x45s for sets that are held",
        )
    sets = int(found["sets"] or 1)
    unit = (found["unit"] or "").lower()
    held_s = amount * (60 if unit == "min" else 1) if unit else None
    if not 1 <= sets <= _MOST_SETS or not 0 < amount < _MOST:
        raise UsageError(f"{dose!r} is not a plausible sets × reps value")
    return Work(
        exercise=" ".join(exercise.split()),
        side=side,
        sets=sets,
        reps=None if unit else int(amount),
        hold_s=held_s,
        load_kg=load,
        pain=pain,
        note=note,
    )


def words(work: Work) -> str:
    """The work in short, as people write it."""
    amount = f"{work.reps}" if work.hold_s is None else f"{work.hold_s:g} s"
    side = f", {work.side}" if work.side else ""
    load = f", {work.load_kg:g} kg" if work.load_kg else ""
    return f"{work.exercise}{side} {work.sets}×{amount}{load}"


def _nearly(name: str, before: list[str]) -> str | None:
    """An earlier name that is nearly but not exactly the same."""
    if name in before:
        return None
    folded = {each.casefold(): each for each in reversed(before)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.8)
    return folded[near[0]] if near else None
