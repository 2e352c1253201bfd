"""``anklet profiles``: the stored calibrations, and their files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.database import Db, stored
from cli.common.output import out, write_text
from cli.common.tables import AsCsv, AsJson, Column, chosen, columns, print_rows
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.values.rows import StoredProfile

_COLUMNS = columns(
    *("name", "version", "learnt", "newest"),
    *(Column("used", "results"), Column("default", "default", optional=True)),
)
_NEEDS_NAME = ("show", "export", "delete", "default")


def profiles(
    what: Annotated[
        Literal["list", "show", "export", "import", "delete", "default"],
        typer.Argument(metavar="WHAT", help="What to do."),
    ] = "list",
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The profile; for `import`, the file.")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="File that `export` writes.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File that `export` writes; - is stdout."
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """List and manage your calibration profiles.

    A profile is for an athlete, an exercise, a side, a placement and a sensor, or for some of
    these. `replay` and `record` choose the one that fits. Its file is TOML and may be edited by
    hand: `export` it, change it, `import` it. A changed profile is a new version; results keep the
    version they were made with.

    [bold]Examples[/bold]

      anklet profiles
      anklet profiles show "me, single-leg-hop, left, ankle"
      anklet profiles export "me, single-leg-hop, left, ankle" -o hops.toml
      anklet profiles import hops.toml
      anklet profiles delete "me, single-leg-hop, left, ankle"
    """
    if what in _NEEDS_NAME and name is None:
        raise UsageError(
            f"no profile to {what} was named", remedy="`anklet profiles` lists all profiles"
        )
    if what == "list":
        with stored(db) as store:
            _list(store.profiles(), as_json=as_json, as_csv=as_csv)
    elif what == "import":
        _import(name, db)
    elif what == "show":
        with stored(db) as store:
            out().print(_head(store.profile(str(name))), soft_wrap=True)
            out().print(store.profile(str(name)).toml, end="", soft_wrap=True)
    elif what == "export":
        _export(str(name), output or file, db)
    else:
        _change(what, str(name), db)


def _list(found: list[StoredProfile], *, as_json: bool, as_csv: bool) -> None:
    from calibration.profiles.choosing import has
    from cli.recordings.profile_choice import read_stored
    from sensing.files.profiles.profile_text import PARTS

    rows: list[dict[str, object]] = []
    for each in found:
        written = read_stored(each).written
        parts = [part for part in PARTS if has(written.profile, part)]
        days = [learnt.day for learnt in written.learnt.values()]
        rows.append(
            {
                "name": each.name,
                "version": each.version,
                "learnt": ", ".join(parts),
                "newest": max(days).isoformat() if days else None,
                "used": each.analyses,
                "default": each.is_default,
            }
        )
    form = chosen(as_json=as_json, as_csv=as_csv)
    if not rows and not (as_json or as_csv):
        out().print("There are no profiles yet; `anklet calibrate --help` shows how to make one.")
        return
    print_rows(form, [each.name for each in _COLUMNS], rows, _COLUMNS)


def _head(profile: StoredProfile) -> str:
    used = f"used by {profile.analyses} results"
    retired = "" if profile.retired_utc is None else ", deleted"
    return f"# version {profile.version} of {profile.created_utc:%Y-%m-%d}, {used}{retired}"


def _export(name: str, file: Path | None, db: Path | None) -> None:
    with stored(db) as store:
        toml = store.profile(name).toml
    if file is None:
        raise UsageError("no file to write", remedy="`anklet profiles export NAME -o FILE.toml`")
    write_text(toml, file)


def _import(name: str | None, db: Path | None) -> None:
    from cli.recordings.profile_choice import save_profile
    from sensing.files.profiles.profile_files import read_written
    from sensing.store.store import open_store

    if name is None:
        raise UsageError("no file was named", remedy="use `anklet profiles import FILE.toml`")
    written = read_written(Path(name))
    with open_store(db) as store:
        save_profile(store, written, written.profile.name)


def _change(what: str, name: str, db: Path | None) -> None:
    from sensing.store.store import open_store

    with open_store(db) as store:
        if what == "default":
            stored = store.set_default_profile(name)
            out().print(f"{stored.name!r} is now preferred over others of the same scope.")
            return
        uses = store.profile(name).analyses
        store.delete_profile(name, now_utc=datetime.now(UTC))
    left = f"; {uses} results keep the version they were made with" if uses else ""
    out().print(f"{name!r} is no longer used{left}.", soft_wrap=True)
