"""Unite two lists of corrections of one set: nothing is lost but what is contradicted.

What was said of the same thing (the count of reps, the mark on hop 3, what exercise it was) can
stand once; where they clash the newer is kept. Missed ones add up, but what stands in
both databases is the same one. The result does not depend on whose words are whose, so merging in
either direction ends alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Row = Mapping[str, Any]

_SAID = ("mark", "count", "exercise")


@dataclass(frozen=True, slots=True)
class Union:
    """What to do to our corrections of a set.

    Attributes:
        drop: ids of those that give way.
        add: rows that come in, without id and set.
        clashes: what was said otherwise here and there, in words.
    """

    drop: tuple[int, ...]
    add: tuple[Row, ...]
    clashes: tuple[str, ...]


def unite(ours: Sequence[Row], theirs: Sequence[Row]) -> Union:
    """Make one of our corrections of a set and theirs; rows are those of ``correction``."""
    drop: list[int] = []
    add: list[Row] = []
    clashes: list[str] = []
    here, there = _single(ours), _single(theirs)
    for key in sorted(there, key=repr):
        new, old = there[key], here.get(key)
        if old is None:
            add.append(new)
            continue
        differ = _value(old) != _value(new)
        wins = (new["made_utc"], repr(_value(new))) > (old["made_utc"], repr(_value(old)))
        if differ:
            newer = "there" if wins else "here"
            clashes.append(
                f"{_words(old)} here, {_words(new)} there; the newer is kept, made {newer}"
            )
        if wins:
            drop.append(old["id"])
            add.append(new)
    for known, more in _missed(ours, theirs):
        # Both lists newest first: the k-th of one is the k-th of the other.
        for old, new in zip_longest(known, more):
            if new is not None and (old is None or new["made_utc"] > old["made_utc"]):
                add.append(new)
                if old is not None:
                    drop.append(old["id"])
    return Union(tuple(drop), tuple(add), tuple(clashes))


def content(said: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """Corrections as a value that can be compared and sorted."""
    return tuple(
        sorted((*map(repr, _key(row)), repr(_value(row)), row["made_utc"]) for row in said)
    )


def _key(row: Row) -> tuple[object, ...]:
    if row["what"] == "missed":
        # One with a time is the same wherever it was said; one without is known by when it was.
        told = row["made_utc"] if row["at_s"] is None else None
        return (row["what"], row["item"], row["at_s"], told)
    return (row["what"], row["item"], row["n"])


def _value(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in _SAID)


def _single(said: Iterable[Row]) -> dict[tuple[object, ...], Row]:
    return {_key(row): row for row in said if row["what"] != "missed"}


def _missed(ours: Sequence[Row], theirs: Sequence[Row]) -> list[tuple[list[Row], list[Row]]]:
    found: dict[tuple[object, ...], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for whose, said in enumerate((ours, theirs)):
        for row in said:
            if row["what"] == "missed":
                found[_key(row)][whose].append(row)
    for lists in found.values():
        for each in lists:
            each.sort(key=lambda row: row["made_utc"], reverse=True)
    return [found[key] for key in sorted(found, key=repr)]


def _words(row: Row) -> str:
    match row["what"]:
        case "count":
            return f"{row['count']} {row['item']}s"
        case "exercise":
            return str(row["exercise"])
        case _ if row["item"] == "set":
            return f"marked {row['mark']}"
        case _:
            return f"{row['item']} {row['n']} {row['mark']}"
