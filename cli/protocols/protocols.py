"""``anklet protocols``: guided tests, how they are done, and their results."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.completion import complete_athlete, complete_session
from cli.common.database import Db, positive, stored
from cli.common.output import WIDEST, out, print_json
from cli.common.selection import one_athlete
from cli.common.tables import AsCsv, AsJson, Column, chosen, columns, print_rows
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    pass

_RESULT = "result"


def complete_protocol(incomplete: str) -> list[tuple[str, str]]:
    """Names that start with what was typed, each with what it measures, for the shell."""
    from sensing.guided.protocols import PROTOCOLS

    found = [(row.name, row.measured) for row in PROTOCOLS if row.name.startswith(incomplete)]
    return [*found, *([(_RESULT, "of a stored session")] if _RESULT.startswith(incomplete) else [])]


def protocols(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|result",
            help="Test to explain, or `result`.",
            autocompletion=complete_protocol,
        ),
    ] = None,
    session_id: Annotated[
        int | None,
        typer.Argument(
            metavar="ID",
            parser=positive,
            autocompletion=complete_session,
            help="With result: the session; by default the last test.",
        ),
    ] = None,
    as_protocol: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Treat the session as this test, whatever it was recorded as.",
            autocompletion=complete_protocol,
        ),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="All results of the test, oldest first.")
    ] = False,
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="With --history: only this leg.")
    ] = None,
    athlete: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="With --history: only this athlete.",
            autocompletion=complete_athlete,
        ),
    ] = None,
    mass: Annotated[
        float | None,
        typer.Option(metavar="KG", help="Body mass, for work and stiffness; by default as saved."),
    ] = None,
    box: Annotated[
        float | None,
        typer.Option(metavar="CM", help="Height of the box of a drop jump; by default as saved."),
    ] = None,
    age: Annotated[int | None, typer.Option(metavar="YEARS", help="Age, for the norms.")] = None,
    sex: Annotated[
        Literal["f", "m"] | None, typer.Option(help="Sex, for the norms: f or m.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """List the standard tests Anklet can guide, and show results.

    `anklet record NAME` runs a test. Its result is shown at the end, and again with
    `anklet protocols result ID`. Tests of the left and right leg on the same day are compared.
    Results come from the whole recording, with your corrections.

    [bold]Examples[/bold]

      anklet protocols
      anklet protocols heel-raise-test
      anklet protocols heel-raise-test --history --side left
      anklet protocols result 12 --age 46 --sex f
      anklet protocols result 7 --as heel-raise-test --mass 70 --json
    """
    from cli.protocols.protocol_results import AthleteData

    form = chosen(as_json=as_json, as_csv=as_csv)
    given = AthleteData(
        mass_kg=mass,
        age=age,
        female=None if sex is None else sex == "f",
        box_height_m=None if box is None else box / 100,
    )
    if what == _RESULT:
        if history:
            raise UsageError("--history needs a protocol", remedy="name one instead of `result`")
        if form == "csv":
            raise UsageError("a result has no CSV", remedy="use --json, or a protocol's --history")
        from cli.protocols.protocol_report import as_json as result_json
        from cli.protocols.protocol_report import print_results
        from cli.protocols.protocol_results import results_with_other_leg

        with stored(db) as store:
            protocol, results = results_with_other_leg(store, session_id, as_protocol, given)
        if as_json:
            print_json(result_json(results, protocol))
        else:
            print_results(results, protocol)
        return
    if session_id is not None or as_protocol is not None:
        raise UsageError("use `anklet protocols result ID` to show the result of a session")
    if history:
        if what is None:
            raise UsageError("--history needs a protocol", remedy="`anklet protocols` lists them")
        from cli.protocols.protocol_report import print_history
        from cli.protocols.protocol_results import history as results_over_time
        from sensing.guided.protocols import find_protocol

        protocol = find_protocol(what)
        with stored(db) as store:
            whose = one_athlete(store, athlete)
            found = results_over_time(store, protocol, side=side, athlete=whose, given=given)
        print_history(found, protocol, form)
        return
    _catalogue(what, form)


def _catalogue(name: str | None, form: Literal["text", "json", "csv"]) -> None:
    from sensing.guided.protocols import PROTOCOLS, find_protocol

    rows = PROTOCOLS if name is None else (find_protocol(name),)
    if name is not None and form == "text":
        for line in card(name):
            out().print(line, soft_wrap=True)
        return
    names = ["name", "title", "exercise", "measured", "sources"]
    records = [
        {each: getattr(row, each) for each in names} | {"source": row.sources[0]} for row in rows
    ]
    shown = columns(Column("name", "protocol"), Column("measured", "results"), "source")
    print_rows(form, names, records, shown)
    if form == "text":
        out().print("\nDetails: anklet protocols NAME. Run one: anklet record NAME.")


def card(name: str) -> list[str]:
    """How a test is done, line by line."""
    from sensing.guided.protocols import find_protocol

    row = find_protocol(name)
    width = min(out().width, WIDEST)
    lines = [f"{row.title} ({row.name})", f"  measured: {row.measured}"]
    for heading, points in (
        ("prepare", row.prepare),
        ("how", row.how),
        ("it stops", row.stops),
        ("sources", row.sources),
    ):
        lines.append(f"  {heading}")
        for point in points:
            text = textwrap.fill(point, width, initial_indent="    · ", subsequent_indent="      ")
            lines += text.splitlines()
    return lines
