"""``anklet correct``: a person's word on a set, kept beside what the machine found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.output import remark
from cli.stored import LARGEST, Db, SessionId, stored
from sensing.errors import UsageError
from sensing.exercises import CATALOGUE

if TYPE_CHECKING:
    from sensing.events import Set
    from sensing.store import Correction, Item, StoredSet

Word = Literal["false", "partial", "missed", "ok"]

_COUNTED: dict[str, Item] = {
    "reps": "rep",
    "hops": "hop",
    "hops-and-hold": "hop",
    "walk": "step",
}


def _nth(item: str) -> typer.models.OptionInfo:
    option = typer.Option(
        f"--{item}", min=1, max=LARGEST, metavar="K", help=f"The {item} to mark, within its set."
    )
    assert isinstance(option, typer.models.OptionInfo)  # noqa: S101 - typer declares it as Any
    return option


def correct(
    session_id: SessionId,
    set_n: Annotated[
        int, typer.Option("--set", min=1, max=LARGEST, metavar="N", help="Which set.")
    ],
    count: Annotated[
        int | None,
        typer.Option(min=0, max=100_000, metavar="M", help="How many there were in the set."),
    ] = None,
    rep: Annotated[int | None, _nth("rep")] = None,
    hop: Annotated[int | None, _nth("hop")] = None,
    hold: Annotated[int | None, _nth("hold")] = None,
    mark: Annotated[
        Word | None,
        typer.Option(help="What it was: none at all, a partial one, one missed, or a full one."),
    ] = None,
    at_s: Annotated[
        float | None,
        typer.Option("--at", metavar="S", help="When the missed one was, s on the recording."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what you said.")] = False,
    db: Db = None,
) -> None:
    """Set a count right, or mark what was none.

    A rep, hop or hold can be marked as false, partial (reps only) or ok, and one that was missed
    be added.

    What the machine found is kept beside it, and lists and summaries use your word.
    `anklet show ID` gives the numbers of sets, reps, hops and holds.

    [bold]Examples[/bold]

      anklet correct 3 --set 1 --count 12

      anklet correct 3 --set 1 --rep 4 --mark false

      anklet correct 3 --set 2 --hop 7 --mark ok

      anklet correct 3 --set 1 --mark missed --at 31.5

      anklet correct 3 --set 2 --mark false            (the whole set was none)

      anklet correct 3 --set 1 --rep 4 --undo

      anklet correct 3 --set 1 --undo                  (all that was said of set 1)
    """
    item, n = _pointed_at(rep=rep, hop=hop, hold=hold)
    with stored(db) as store:
        if undo:
            if count is not None or mark is not None or at_s is not None:
                raise UsageError(
                    "--undo says nothing new", remedy="give it without --count, --mark"
                )
            many = store.take_back(session_id, set_n, item=item, n=n)
            after = store.session(session_id).sets[set_n - 1]
            remark(f"{many} correction{'' if many == 1 else 's'} taken back")
        else:
            found = next(
                (each.found for each in store.session(session_id).sets if each.n == set_n), None
            )
            said = _said(found, set_n, count=count, item=item, n=n, mark=mark, at_s=at_s)
            after = store.correct(session_id, said, now_utc=datetime.now(UTC))
            if mark is not None and after.said.counts:
                remark("the count you gave stands all the same; --undo takes it back")
    remark(f"session {session_id}, set {set_n}: {_both(after)}")


def _pointed_at(
    *, rep: int | None, hop: int | None, hold: int | None
) -> tuple[Item | None, int | None]:
    given: list[tuple[Item, int | None]] = [("rep", rep), ("hop", hop), ("hold", hold)]
    pointed = [(item, n) for item, n in given if n is not None]
    if len(pointed) > 1:
        raise UsageError("only one can be marked at a time", remedy="give --rep, --hop or --hold")
    return pointed[0] if pointed else (None, None)


def _said(
    found: Set | None,
    set_n: int,
    *,
    count: int | None,
    item: Item | None,
    n: int | None,
    mark: Word | None,
    at_s: float | None,
) -> Correction:
    """What the options say; ``found`` is None for a set that isn't there, which the store tells."""
    from sensing.store import Count, FalseSet, Marked, Missed

    if (count is None) == (mark is None):
        raise UsageError(
            "it is not clear what to set right", remedy="give either --count or --mark"
        )
    if at_s is not None and mark != "missed":
        raise UsageError("--at is for what was missed", remedy="give it with --mark missed")
    if count is not None:
        if n is not None:
            raise UsageError(
                f"a single {item} has no count", remedy="give --count without it, or --mark"
            )
        return Count(set_n=set_n, item=_counted_in(found), count=count)
    if mark == "missed":
        if n is not None:
            raise UsageError(
                f"what was missed has no number yet, but --{item} {n} was given",
                remedy="leave it out; --at says when it was",
            )
        return Missed(set_n=set_n, item=_counted_in(found), at_s=at_s)
    if mark is not None and item is not None and n is not None:
        return Marked(set_n=set_n, item=item, n=n, mark=mark)
    if mark == "false":
        return FalseSet(set_n=set_n)
    raise UsageError(
        f"it is not clear what is {mark}", remedy="give --rep, --hop or --hold with its number"
    )


def _counted_in(found: Set | None) -> Item:
    if found is None:
        return "rep"
    kind = next((row.kind for row in CATALOGUE if row.name == found.exercise), None)
    if kind is None:
        return "hop" if found.hops else "rep"
    item = _COUNTED.get(kind)
    if item is None:
        raise UsageError(
            f"in a {found.exercise} nothing is counted",
            remedy="mark a hold that was none with --hold K --mark false",
        )
    return item


def _both(after: StoredSet) -> str:
    from sensing.store import corrected_count, machine_count

    items: tuple[Item, ...] = ("rep", "hop", "hold", "step")
    words = []
    for item in items:
        machine = machine_count(after.found, item)
        yours = corrected_count(after.found, after.said, item)
        if machine or yours:
            words.append(f"{machine} {item}{'' if machine == 1 else 's'} by the machine, {yours} ")
            words[-1] += "by you" if after.said else "counted"
    return "; ".join(words) or "nothing in it"
