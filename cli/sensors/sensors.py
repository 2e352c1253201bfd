"""``anklet sensors``: list the sensors nearby, or check one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db, stored
from cli.common.output import out, remark
from cli.common.tables import (
    AsCsv,
    AsJson,
    Column,
    Form,
    Row,
    chosen,
    columns,
    print_rows,
    print_table,
    table_of,
)
from cli.sensors.signal_strength import signal_words
from sensing.core.errors import AnkletError, UsageError
from sensing.devices.gatt import LOW_BATTERY_PCT

if TYPE_CHECKING:
    from sensing.ble.finding import Sighting

_WHATS = ("scan", "info")

_NAMES = (
    *("name", "family", "title", "rssi_dbm", "signal", "battery_pct", "last_side"),
    *("last_used_utc", "address"),
)
_COLUMNS = columns(
    *("name", Column("kind", "model", optional=True), Column("rssi_dbm", "dBm"), "signal"),
    Column("battery_pct", "battery (%)", optional=True),
    Column("last_side", "leg", optional=True),
)

CHARGE_S = 4.0
"""Longest wait for one sensor's battery level."""

_MOST_BATTERIES = 8
_FASTEST_S, _LONGEST_S = 0.5, 120.0


def sensors(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="scan|info", help="`scan` for sensors (the default), or `info` about one."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="With info: name or address of the sensor; the start is enough."
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            min=_FASTEST_S, max=_LONGEST_S, metavar="SECONDS", help="How long to scan or to stream."
        ),
    ] = 5.0,
    everything: Annotated[
        bool, typer.Option("--all", help="Also list devices that Anklet doesn't support.")
    ] = False,
    battery: Annotated[
        bool,
        typer.Option(
            "--battery/--no-battery", help="Connect to each sensor to read its battery level."
        ),
    ] = True,
    rate: Annotated[
        float | None, typer.Option(min=1, metavar="HZ", help="With info: sample rate to request.")
    ] = None,
    range_g: Annotated[
        float | None,
        typer.Option("--range", min=1, metavar="G", help="With info: range to request, ± g."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """List the sensors nearby, or check one in detail.

    `info` connects to one sensor (the only one nearby, if none is named), lets it stream and shows
    its firmware, battery, true sample rate, lost samples, its output at rest and whether it is
    suitable for hops. Leave it lying still meanwhile. A sensor that is connected to a phone or
    another program can't be found.

    [bold]Examples[/bold]

      anklet sensors
      anklet sensors --no-battery --all
      anklet sensors info "Polar Sense 1A2B3C4D"
      anklet sensors info --rate 416 --seconds 20
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    _check_arguments(what, name, form)
    if what == "info":
        from cli.sensors.sensor_info import info

        info(name, seconds=seconds, rate_hz=rate, range_g=range_g, as_json=as_json)
        return
    if rate is not None or range_g is not None:
        raise UsageError("--rate and --range go with `anklet sensors info`")
    _list(form, seconds=seconds, everything=everything, battery=battery, db=db)


def _check_arguments(what: str | None, name: str | None, form: Form) -> None:
    if what is not None and what not in _WHATS:
        raise UsageError(
            f"{what!r} is neither scan nor info",
            remedy=f"`anklet sensors info '{what}'` checks one sensor",
        )
    if name is not None and what != "info":
        raise UsageError("scan takes no name", remedy=f"`anklet sensors info '{name}'` does")
    if what == "info" and form == "csv":
        raise UsageError("info has no --csv", remedy="use --json")


def _list(form: Form, *, seconds: float, everything: bool, battery: bool, db: Path | None) -> None:
    used = _used(db)

    def rows_of(
        seen: Sequence[Sighting], charges: dict[str, int | None], *, unknown: bool
    ) -> list[Row]:
        return [_row(each, charges, used) for each in seen if unknown or each.family]

    with _live_table(live=form == "text") as show:
        seen, charges = asyncio.run(
            _scan(
                seconds,
                battery=battery,
                show=lambda seen, charges, doing: show(
                    rows_of(seen, charges, unknown=False), doing
                ),
            )
        )
    known = [each for each in seen if each.family]
    if form != "text":
        print_rows(form, _NAMES, rows_of(seen, charges, unknown=everything), _COLUMNS)
    elif known or (everything and seen):
        names = [each.title for each in seen if everything or each.family]
        alike = everything or len(set(names)) < len(names)
        rows = rows_of(seen, charges, unknown=everything)
        print_table(columns(*_COLUMNS, "address") if alike else _COLUMNS, rows)
    if form == "text":
        _say_more(known, len(seen) - len(known), charges, everything=everything)


def _say_more(
    known: Sequence[Sighting], unknown: int, charges: dict[str, int | None], *, everything: bool
) -> None:
    """The remarks below the table."""
    if not known:
        remark(
            "no sensor found. Switch it on and wear it, and bring it near; if a phone app is"
            " connected to it, close the app"
        )
    for each in known:
        charge = charges.get(each.address)
        if charge is not None and charge < LOW_BATTERY_PCT:
            remark(f"{each.title} has {charge} % battery; charge it before a session")
    if unknown and not everything:
        others = "1 other device is" if unknown == 1 else f"{unknown} other devices are"
        remark(f"{others} nearby; --all lists them")


def _row(
    each: Sighting, charges: dict[str, int | None], used: dict[str, tuple[str | None, str]]
) -> Row:
    side, last = used.get(each.address, (None, None))
    return {
        "name": each.name or "(no name)",
        "family": each.family.name if each.family else None,
        "title": each.family.title if each.family else None,
        "kind": each.family.title.partition(" (")[0] if each.family else None,
        "rssi_dbm": each.rssi_dbm,
        "signal": signal_words(each.rssi_dbm),
        "battery_pct": charges.get(each.address),
        "last_side": side,
        "last_used_utc": last,
        "address": each.address,
    }


def _used(db: Path | None) -> dict[str, tuple[str | None, str]]:
    """Leg and time of each sensor's last use, by address; empty without a database."""
    with suppress(AnkletError), stored(db) as store:
        return {
            each.address: (each.last_side, each.last_used_utc.isoformat())
            for each in store.known_sensors()
        }
    return {}


_Show = Callable[["Sequence[Sighting]", dict[str, int | None], str], None]


async def _scan(
    seconds: float, *, battery: bool, show: _Show
) -> tuple[list[Sighting], dict[str, int | None]]:
    """Scan, then read the battery of the sensors found, the strongest signal first."""
    from sensing.ble.finding import scan
    from sensing.ble.probe import battery_of

    charges: dict[str, int | None] = {}

    def keep_scanning(seen: Sequence[Sighting]) -> bool:
        show(seen, charges, "scanning")
        return False

    seen = await scan(seconds, enough=keep_scanning)
    for each in seen[:_MOST_BATTERIES] if battery else []:
        if each.family is not None:
            show(seen, charges, f"reading the battery of {each.title}")
            charges[each.address] = await battery_of(each, each.family, seconds=CHARGE_S)
    return seen, charges


@contextmanager
def _live_table(*, live: bool) -> Iterator[Callable[[Sequence[Row], str], None]]:
    """In a terminal, the growing table while scanning; elsewhere nothing."""
    console = out()
    if not live or not console.is_terminal:
        yield lambda *_: None
        return
    from rich.console import Group
    from rich.live import Live
    from rich.spinner import Spinner

    spinner = Spinner("dots")
    with Live(console=console, refresh_per_second=8, transient=True) as screen:

        def show(rows: Sequence[Row], doing: str) -> None:
            spinner.update(text=f"{doing} …")
            screen.update(Group(table_of(_COLUMNS, rows), spinner) if rows else spinner)

        yield show
