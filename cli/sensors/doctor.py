"""``anklet doctor``: check everything a session needs, with a remedy for each problem."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db
from cli.common.output import many, out, print_json, progress
from cli.common.tables import AsJson, print_pairs, printable
from cli.sensors import checkup
from cli.sensors.checkup import NOT_CHECKED, Check, State
from sensing.core.errors import AnkletError

if TYPE_CHECKING:
    from sensing.ble.causes import Platform

_MARKS: dict[State, tuple[str, str, str]] = {
    "ok": ("✓", "ok", "green"),
    "trouble": ("✗", "NO", "red"),
    "note": ("–", "--", "dim"),
}
"""Mark of each state, its form without Unicode, and its colour."""

_TITLES: dict[Platform, tuple[str, str]] = {
    "linux": ("Linux", ""),
    "wsl": ("Linux", " in WSL"),
    "container": ("Linux", " in a container"),
    "macos": ("macOS", ""),
    "windows": ("Windows", ""),
}
_PROBLEM_FOUND = 1


def doctor(
    bluetooth: Annotated[
        bool,
        typer.Option("--bluetooth/--no-bluetooth", help="Check Bluetooth by scanning for sensors."),
    ] = True,
    as_json: AsJson = False,
    db: Db = None,
) -> None:
    """Check Bluetooth, the database and the terminal.

    Scans for sensors, opens the database, and looks for recordings that never reached it. ✗ marks a
    problem, with a remedy for this computer below it; – marks information only. The exit status is
    1 if there is a problem. Nothing is changed.

    [bold]Examples[/bold]

      anklet doctor
      anklet doctor --json
    """
    window = _terminal()  # before the progress bar redirects standard output
    checks = []
    with progress("checking") as step:
        for check in _checks(db, try_bluetooth=bluetooth):
            step(f"checked {check.name}")
            checks.append(check)
    checks.append(window)
    troubles = sum(check.state == "trouble" for check in checks)
    if as_json:
        print_json(
            {"ok": not troubles, "system": _system(), "checks": [asdict(each) for each in checks]}
        )
    else:
        _print(checks, troubles)
    if troubles:
        raise typer.Exit(_PROBLEM_FOUND)


def _checks(db: Path | None, *, try_bluetooth: bool) -> Iterator[Check]:
    from sensing.store.database.place import database_path, recordings_path

    yield Check("Python", "ok", f"{platform.python_version()}, {sys.executable}")
    yield checkup.packages()
    if try_bluetooth:
        from cli.sensors.checkup_bluetooth import bluetooth

        yield from asyncio.run(bluetooth())
    place = database_path(db)
    yield checkup.database(place)
    yield checkup.recordings(recordings_path(place))
    yield checkup.unsaved(place)
    yield checkup.disk(place)
    yield checkup.clock(datetime.now().astimezone(), _newest(place))


def _terminal() -> Check:
    size = shutil.get_terminal_size()
    return checkup.terminal(
        is_terminal=sys.stdout.isatty(),
        encoding=sys.stdout.encoding or "",
        columns=size.columns,
        rows=size.lines,
    )


def _newest(place: Path) -> datetime | None:
    from sensing.store.database.health import examine

    try:
        newest = examine(place).newest_utc
    except AnkletError:
        return None
    return None if newest is None else datetime.fromisoformat(newest)


def _system() -> str:
    from sensing.ble.troubles import this_platform

    try:
        own = version("anklet")
    except PackageNotFoundError:
        own = "(not installed)"
    name, inside = _TITLES[this_platform()]
    release = platform.mac_ver()[0] or platform.release()
    return f"Anklet {own} on {name} {release}{inside}, {platform.machine()}"


def _print(checks: Sequence[Check], troubles: int) -> None:
    from rich.text import Text

    console = out()
    console.print(Text(_system(), style="bold"))
    fancy = (console.encoding or "").lower().startswith("utf")
    arrow = "→ " if fancy else "-> "
    rows = []
    for check in _joined(checks):
        mark, plain_mark, style = _MARKS[check.state]
        found = Text(printable(check.found), style="dim" if check.state == "note" else "")
        if check.remedy:
            found.append(f"\n{arrow}{check.remedy}", style="bold" if style == "red" else "dim")
        rows.append((Text(mark if fancy else plain_mark, style=style), check.name, found))
    print_pairs(rows)
    verdict = f"{many(troubles, 'problem') if troubles else 'No problems'} found."
    console.print(verdict, style="red" if troubles else "green")


def _joined(checks: Sequence[Check]) -> Iterator[Check]:
    """Joins the checks that another problem prevented into one line."""
    not_checked = [each.name for each in checks if each.found == NOT_CHECKED]
    for check in checks:
        if check.found != NOT_CHECKED:
            yield check
        elif check.name == not_checked[-1]:
            yield Check("", "note", f"{', '.join(not_checked)}: {NOT_CHECKED}")
