"""``anklet correct``: correct a set; what was detected is kept beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.database import Db, SessionId, positive, stored
from cli.common.options import complete_exercise
from cli.common.output import many, remark
from sensing.core.errors import UsageError
from sensing.core.exercises import CATALOGUE, find_exercise

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.store import Store
    from sensing.store.values.corrections import AddedSet, Correction, Item
    from sensing.store.values.sessions import StoredSet

Word = Literal["false", "partial", "missed", "ok"]

_COUNTED: dict[str, Item] = {"reps": "rep", "hops": "hop", "hops-and-hold": "hop", "walk": "step"}


def _nth(item: str) -> typer.models.OptionInfo:
    option = typer.Option(
        f"--{item}", parser=positive, metavar="K", help=f"The {item} to mark, within its set."
    )
    assert isinstance(option, typer.models.OptionInfo)  # noqa: S101 - typer declares it as Any
    return option


def correct(
    session_id: SessionId,
    set_n: Annotated[
        int | None, typer.Option("--set", parser=positive, metavar="N", help="Which set.")
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(min=0, max=100_000, metavar="M", help="How many there were in the set."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            *("--exercise", "-e"),
            metavar="NAME",
            help="Which exercise the set was.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    rep: Annotated[int | None, _nth("rep")] = None,
    hop: Annotated[int | None, _nth("hop")] = None,
    hold: Annotated[int | None, _nth("hold")] = None,
    mark: Annotated[
        Word | None,
        typer.Option(help="Mark it as false (a false detection), partial, missed, or ok."),
    ] = None,
    at_s: Annotated[
        float | None,
        typer.Option(
            "--at", metavar="SECONDS", help="When the missed one was, in seconds of the recording."
        ),
    ] = None,
    missed_set: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Add a set of this exercise; with --count or --held.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    held_s: Annotated[
        float | None, typer.Option("--held", metavar="SECONDS", help="Duration of the missed hold.")
    ] = None,
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="Leg of the missed set.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo your corrections.")] = False,
    db: Db = None,
) -> None:
    """Correct a count, or mark a false detection.

    A rep, hop or hold can be marked as false, partial (reps only) or ok. Missed events and whole
    missed sets can be added.

    What was detected is kept beside your corrections; lists and summaries use the corrected values.
    `anklet show ID` shows the numbers of sets, reps, hops and holds.

    [bold]Examples[/bold]

      anklet correct 3 --set 1 --count 12
      anklet correct 3 --set 1 --rep 4 --mark false
      anklet correct 3 --set 2 --hop 7 --mark ok
      anklet correct 3 --set 1 --mark missed --at 31.5
      anklet correct 3 --set 2 --mark false            (the whole set)
      anklet correct 3 --set 2 --exercise tibialis-raise
      anklet correct 3 --missed-set seated-calf-raise --count 15 --side left
      anklet correct 3 --missed-set calf-raise-hold --held 45
      anklet correct 3 --set 1 --rep 4 --undo
      anklet correct 3 --set 1 --undo                  (everything about set 1)
    """
    item, n = _pointed_at(rep=rep, hop=hop, hold=hold)
    if missed_set is not None:
        if any(each is not None for each in (set_n, exercise, mark, item)) or undo:
            raise UsageError(
                "--missed-set adds a set and cannot correct another",
                remedy="combine it only with --count, --held, --side and --at",
            )
        added = _added(missed_set, count, held_s, side, at_s)
        with stored(db) as store:
            made = store.add_set(session_id, added, now_utc=datetime.now(UTC))
        remark(f"session {session_id}, set {made.n} added: {missed_set}, {_both(made)}")
        return
    if set_n is None:
        raise UsageError(
            "no set given", remedy="specify a set with --set, or add one with --missed-set"
        )
    if held_s is not None or side is not None:
        raise UsageError("--held and --side are for a set added with --missed-set")
    with stored(db) as store:
        if undo:
            if any(each is not None for each in (count, mark, at_s, exercise)):
                raise UsageError(
                    "--undo takes no new correction",
                    remedy="give it without --count, --mark, --exercise",
                )
            after = _undone(store, session_id, set_n, item, n)
        else:
            found = _set_of(store, session_id, set_n)
            said = _said(
                found, set_n, count=count, exercise=exercise, item=item, n=n, mark=mark, at_s=at_s
            )
            after = store.correct(session_id, said, now_utc=datetime.now(UTC))
            if mark is not None and after.corrections.counts and not after.added:
                remark("the count you gave still applies; --undo removes it")
            if exercise is not None:
                _remark_on_kind(after)
    if after is not None:
        remark(f"session {session_id}, set {set_n}: {_both(after)}")


def _undone(
    store: Store, session_id: int, set_n: int, item: Item | None, n: int | None
) -> StoredSet | None:
    """Undo corrections of a set; gives it as it is then, None if it had been added and is gone."""
    before = _set_of(store, session_id, set_n)
    undone = store.take_back(session_id, set_n, item=item, n=n)
    remark(f"{many(undone, 'correction')} undone")
    if before is not None and before.added and item is None:
        remark(f"session {session_id}: the set you had added was removed")
        return None
    return store.session(session_id).sets[set_n - 1]


def _added(
    name: str, count: int | None, held_s: float | None, side: Side | None, at_s: float | None
) -> AddedSet:
    """A set that was not detected, as typed."""
    from sensing.store.values.corrections import AddedSet

    kind = find_exercise(name).kind
    if kind == "timer":
        raise UsageError(f"the sensor can't see {name}", remedy=f"`anklet log {name} 2x10` logs it")
    if kind in ("hold", "lean") and count is not None:
        raise UsageError(
            f"nothing is counted in a {name}", remedy="give its duration with --held S"
        )
    if kind not in ("hold", "hops-and-hold", "lean") and held_s is not None:
        raise UsageError(f"a {name} is not a hold", remedy="give its count with --count M")
    counts: dict[Item, int] = {} if count is None else {_COUNTED[kind]: count}
    return AddedSet(exercise=name, counts=counts, hold_s=held_s, side=side, at_s=at_s)


def _set_of(store: Store, session_id: int, set_n: int) -> StoredSet | None:
    return next((each for each in store.session(session_id).sets if each.n == set_n), None)


def _remark_on_kind(after: StoredSet) -> None:
    """Say what renaming a set does not do."""
    kinds = {row.name: row.kind for row in CATALOGUE}
    if not after.added and kinds.get(after.exercise) != kinds.get(after.detected.exercise):
        remark(
            "its reps or hops stay as detected; to analyse it as a"
            f" {after.exercise}, replay the recording with --exercise {after.exercise}"
        )


def _pointed_at(
    *, rep: int | None, hop: int | None, hold: int | None
) -> tuple[Item | None, int | None]:
    given: list[tuple[Item, int | None]] = [("rep", rep), ("hop", hop), ("hold", hold)]
    pointed = [(item, n) for item, n in given if n is not None]
    if len(pointed) > 1:
        raise UsageError(
            "only one event can be marked at a time", remedy="give --rep, --hop or --hold"
        )
    return pointed[0] if pointed else (None, None)


def _said(
    found: StoredSet | None,
    set_n: int,
    *,
    count: int | None,
    exercise: str | None,
    item: Item | None,
    n: int | None,
    mark: Word | None,
    at_s: float | None,
) -> Correction:
    """The correction asked for; ``found`` is None if there is no such set (the store says so)."""
    from sensing.store.values.corrections import Count, FalseSet, Marked, Missed, Renamed

    if sum(each is not None for each in (count, mark, exercise)) != 1:
        raise UsageError(
            "no single correction given", remedy="give one of --count, --mark and --exercise"
        )
    if at_s is not None and mark != "missed":
        raise UsageError("--at is for a missed event", remedy="give it with --mark missed")
    if exercise is not None:
        if n is not None:
            raise UsageError(
                f"a single {item} has no exercise", remedy="use --exercise for the whole set"
            )
        return Renamed(set_n=set_n, exercise=exercise)
    if count is not None:
        if n is not None:
            raise UsageError(
                f"a single {item} has no count", remedy="give --count without it, or --mark"
            )
        return Count(set_n=set_n, item=_counted_in(found), count=count)
    if mark == "missed":
        if n is not None:
            raise UsageError(
                f"a missed event has no number yet, but --{item} {n} was given",
                remedy="leave it out; --at says when it was",
            )
        return Missed(set_n=set_n, item=_counted_in(found), at_s=at_s)
    if mark is not None and item is not None and n is not None:
        return Marked(set_n=set_n, item=item, n=n, mark=mark)
    if mark == "false":
        return FalseSet(set_n=set_n)
    raise UsageError(
        f"nothing to mark {mark}", remedy="give --rep, --hop or --hold with its number"
    )


def _counted_in(found: StoredSet | None) -> Item:
    if found is None:
        return "rep"
    kind = next((row.kind for row in CATALOGUE if row.name == found.exercise), None)
    if kind is None:
        return "hop" if found.detected.hops else "rep"
    item = _COUNTED.get(kind)
    if item is None:
        raise UsageError(
            f"nothing is counted in a {found.exercise}",
            remedy="mark a false hold with --hold K --mark false",
        )
    return item


def _both(after: StoredSet) -> str:
    from sensing.store.values.corrections import corrected_count, machine_count

    items: tuple[Item, ...] = ("rep", "hop", "hold", "step")
    words = []
    for item in items:
        machine = 0 if after.added else machine_count(after.detected, after.corrections, item)
        yours = corrected_count(after.detected, after.corrections, item)
        if machine or yours:
            said = bool(after.corrections) or after.added
            after_it = "after your correction" if said else "counted"
            words.append(f"{many(machine, item)} detected, {yours} {after_it}")
    if after.corrections.exercise is not None and not after.added:
        words.insert(
            0,
            f"{after.detected.exercise} detected, {after.exercise} after your correction",
        )
    return "; ".join(words) or "nothing in it"
