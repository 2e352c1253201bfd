"""``anklet athletes``: who is in the database, and whose sessions are whose."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.athletes import NewAthlete, athlete_for, known_athlete, usual_athlete
from cli.common.completion import complete_athlete
from cli.common.database import Db, stored
from cli.common.output import many, out, print_json, remark, size_words
from cli.common.tables import AsJson, Column, columns, named, print_table, printable
from cli.data.athlete_files import AthleteFiles, files_of, remove
from sensing.core.athlete_names import name_key
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sensing.store.store import Store
    from sensing.store.values.rows import Athlete

What = Literal["list", "add", "rename", "merge", "delete", "default"]

_NAMES = ("name", "sessions", "last_seen", "logged", "default", "body_mass_kg", "spellings")
_COLUMNS = columns(
    *(Column("name", "athlete"), "sessions", Column("logged", "log entries", optional=True)),
    *(Column("last_seen", "last seen", optional=True), Column("default", "default", optional=True)),
    Column("also", "also", optional=True),
)
_NEEDED: dict[str, int] = {"list": 0, "add": 1, "rename": 2, "merge": 2, "delete": 1, "default": 0}
_USED: dict[str, int] = {**_NEEDED, "default": 1}
_HOW = {
    "add": "anklet athletes add NAME",
    "rename": "anklet athletes rename OLD NEW",
    "merge": "anklet athletes merge NAME INTO",
    "delete": "anklet athletes delete NAME",
}
_WORDS = {
    "session": ("session",),
    "logged": ("log entry", "log entries"),
    "profile": ("calibration profile",),
}
"""What the rows of a table are called; of others, the table's name."""

_UNTOLD = {"athlete_spelling"}
"""Tables whose rows are part of the name."""

_MOST_LISTED = 20


def athletes(
    what: Annotated[
        What,
        typer.Argument(metavar="WHAT", help="What to do."),
    ] = "list",
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The athlete.", autocompletion=complete_athlete),
    ] = None,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER",
            help="With rename, the new name; with merge, the athlete who stays.",
            autocompletion=complete_athlete,
        ),
    ] = None,
    mass: Annotated[float | None, typer.Option(metavar="KG", help="With add: body mass.")] = None,
    new_athlete: NewAthlete = False,
    keep_imported: Annotated[
        bool,
        typer.Option(
            "--keep-imported",
            help="With delete: leave recordings that lie outside the database's own folder.",
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="With delete: do not ask for confirmation.")
    ] = False,
    as_json: AsJson = False,
    db: Db = None,
) -> None:
    """List, add, rename, merge and delete athletes.

    Names match whatever their case, accents and spaces. `merge` joins two spellings of one person
    and makes a backup before. `delete` removes results, log, calibrations and the recordings'
    files, and names the backups that still hold the person. The default athlete is meant where
    none is named; `anklet athletes default ""` sets none.

    [bold]Examples[/bold]

      anklet athletes
      anklet athletes add "patient 1"
      anklet athletes default "patient 1"
      anklet athletes rename "patient 1" "patient 01"
      anklet athletes merge patient1 "patient 1"
      anklet athletes delete "patient 1"
    """
    _check(what, name, other)
    if as_json and what != "list":
        raise UsageError("--json applies to the list", remedy="leave it out")
    if mass is not None and what != "add":
        raise UsageError("--mass goes with `anklet athletes add`", remedy="leave it out")
    if what == "list":
        _list(db, as_json=as_json)
    elif what == "add":
        _add(str(name), mass, db, new=new_athlete)
    elif what == "rename":
        _rename(str(name), str(other), db)
    elif what == "merge":
        _merge(str(name), str(other), db)
    elif what == "delete":
        _delete(str(name), db, ask=not yes, keep_imported=keep_imported)
    else:
        _default(name, db)


def _check(what: What, name: str | None, other: str | None) -> None:
    given = (name is not None) + (other is not None)
    if given < _NEEDED[what]:
        missing = "no athlete was named" if not given else "the second name is missing"
        raise UsageError(missing, remedy=f"`{_HOW[what]}`")
    if given > _USED[what]:
        raise UsageError(
            f"{(name, other)[_USED[what]]!r} is one name too many for {what}",
            remedy="put a name with spaces in quotes",
        )


def _list(db: Path | None, *, as_json: bool) -> None:
    with stored(db) as store:
        found = store.athletes()
    if as_json:
        print_json(named(_NAMES, [_row(each, found) for each in found]))
        return
    if not found:
        out().print("There are no athletes yet; the first session adds one.")
        return
    print_table(
        _COLUMNS, [_row(each, found) | {"also": ", ".join(each.spellings)} for each in found]
    )
    for alike in _alike(found):
        first, *others = (printable(each) for each in alike)
        remark(
            f"{first} and {' and '.join(others)} match; if they are one person, join them with "
            f'`anklet athletes merge "{others[0]}" "{first}"`'
        )


def _row(each: Athlete, everybody: Sequence[Athlete]) -> dict[str, object]:
    return {
        "name": each.name,
        "sessions": each.sessions,
        "last_seen": each.last_day,
        "logged": each.logged,
        "default": each.name == usual_athlete(everybody),
        "body_mass_kg": each.body_mass_kg,
        "spellings": list(each.spellings),
    }


def _alike(found: Sequence[Athlete]) -> Iterator[list[str]]:
    """Names that match each other, which only earlier versions could tell apart."""
    by_key: dict[str, list[str]] = {}
    for each in found:
        by_key.setdefault(name_key(each.name), []).append(each.name)
    yield from (names for names in by_key.values() if len(names) > 1)


def _add(name: str, mass: float | None, db: Path | None, *, new: bool) -> None:
    from sensing.store.store import open_store

    with open_store(db) as store:
        known = store.athlete_named(name)
        if known is None:
            known = name if new else athlete_for(store, name, silent=True)
            known = store.athlete_named(known) or known
        if store.athlete_named(known) is not None:
            raise UsageError(f"{printable(known)} is in the list already")
        store.add_athlete(known, body_mass_kg=mass)
        remark(f"{printable(store.athlete_named(known))} added")


def _rename(name: str, new: str, db: Path | None) -> None:
    with stored(db) as store:
        old = known_athlete(store, name)
        store.rename_athlete(old, new)
        now = store.athlete_named(new)
    remark(
        f"{printable(old)} is now {printable(now)}; recordings, profiles and backups made before "
        "keep the name they were made with"
    )


def _merge(name: str, into: str, db: Path | None) -> None:
    from sensing.store.known_backups import KnownBackups

    with stored(db) as store:
        gone, stays = known_athlete(store, name), known_athlete(store, into)
        if gone == stays:
            raise UsageError(
                f"{printable(name)} and {printable(into)} are the same athlete",
                remedy="name two athletes",
            )
        backup = _new_file(store.place)
        KnownBackups.of(store).back_up_and_remember(backup, now_utc=datetime.now(UTC))
        merged = store.merge_athletes(gone, stays)
    print_ = out().print
    moved = f": {_counted(merged.moved)}" if merged.moved else ""
    print_(printable(f"{gone} is now {stays}{moved}."), soft_wrap=True)
    if merged.left:
        print_(f"Left out, because {printable(stays)} has one: {_counted(merged.left)}.")
    if merged.other_mass_kg is not None:
        print_(f"Left out: a body mass of {merged.other_mass_kg:g} kg.")
    print_(f"Backup from before: {backup}", soft_wrap=True)
    remark(f"to undo it, copy the backup over {store.place}, before anything else is saved")


def _new_file(place: Path) -> Path:
    """A file beside the database for a backup; no file is overwritten."""
    now = datetime.now().astimezone()
    stem = f"{place.stem}-before-merge-{now:%Y-%m-%d-%H%M%S}"
    path = place.with_name(f"{stem}.db")
    again = 2
    while path.exists():
        path = place.with_name(f"{stem}-{again}.db")
        again += 1
    return path


def _delete(name: str, db: Path | None, *, ask: bool, keep_imported: bool) -> None:
    from sensing.store.known_backups import KnownBackups

    with stored(db) as store:
        whose = known_athlete(store, name)
        files = files_of(store, whose)
        if keep_imported:
            files.imported.clear()
        for line in _what_goes(store, whose, files):
            remark(line)
        if ask:
            typer.confirm(f"Delete {printable(whose)} and all this?", abort=True, err=True)
        left = KnownBackups.of(store).backups_with(whose)
        remove([*files.own, *files.imported])
        store.delete_athlete(whose)
    out().print(f"{printable(whose)} deleted.", soft_wrap=True)
    if left:
        out().print(f"These backups still hold {printable(whose)}; they are yours to delete:")
    for each in left:
        gone = "" if each.readable else " (not found now, so it may)"
        out().print(f"  {each.path}{gone}", soft_wrap=True)


def _what_goes(store: Store, whose: str, files: AthleteFiles) -> Iterator[str]:
    yield f"{printable(whose)}: {_counted(store.athlete_content(whose)) or 'nothing is stored'}"
    going = [*files.own, *files.imported]
    if going:
        yield f"files removed: {len(going)}, {size_words(files.size_bytes)}"
    for path in files.imported[:_MOST_LISTED]:
        yield f"  {path}"
    if len(files.imported) > _MOST_LISTED:
        yield f"  and {len(files.imported) - _MOST_LISTED} more outside the database's folder"
    for path in files.changed:
        yield f"left, because it is no longer what was imported: {path}"


def _counted(counts: dict[str, int]) -> str:
    ordered = sorted(counts, key=lambda table: ([*_WORDS, table].index(table), table))
    return ", ".join(
        many(counts[table], *_WORDS.get(table, (table.replace("_", " "),)))
        for table in ordered
        if table not in _UNTOLD
    )


def _default(name: str | None, db: Path | None) -> None:
    with stored(db) as store:
        if name is None:
            found = store.athletes()
            usual = usual_athlete(found) if found else None
            out().print(
                "No athlete is the default." if usual is None else printable(usual), soft_wrap=True
            )
            return
        whose = known_athlete(store, name) if name.strip() else None
        store.set_default_athlete(whose)
    remark("no athlete is the default" if whose is None else f"{printable(whose)} is the default")
