"""Merge two lists of corrections of one set: nothing is lost but what is contradicted.

There is one correction of each thing (the count of reps, the mark on hop 3, the exercise); where
two differ, the newer is kept. Missed events add up, except those that both databases have. The
result does not depend on which list is ours, so merging in either direction ends alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Row = Mapping[str, Any]

_VALUES = ("mark", "count", "exercise")


@dataclass(frozen=True, slots=True)
class Union:
    """How to change our corrections of a set.

    Attributes:
        drop: ids of those to delete.
        add: rows to insert, without id and set.
        clashes: corrections that differed, in words.
    """

    drop: tuple[int, ...]
    add: tuple[Row, ...]
    clashes: tuple[str, ...]


def unite(ours: Sequence[Row], theirs: Sequence[Row]) -> Union:
    """Merge our corrections of a set with theirs; both are rows of ``correction``."""
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


def content(corrections: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """Corrections as a value that can be compared and sorted."""
    return tuple(
        sorted((*map(repr, _key(row)), repr(_value(row)), row["made_utc"]) for row in corrections)
    )


def _key(row: Row) -> tuple[object, ...]:
    if row["what"] == "missed":
        # With a time it is the same in both; without, it is recognised by when it was entered.
        made_utc = row["made_utc"] if row["at_s"] is None else None
        return (row["what"], row["item"], row["at_s"], made_utc)
    return (row["what"], row["item"], row["n"])


def _value(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in _VALUES)


def _single(corrections: Iterable[Row]) -> dict[tuple[object, ...], Row]:
    return {_key(row): row for row in corrections if row["what"] != "missed"}


def _missed(ours: Sequence[Row], theirs: Sequence[Row]) -> list[tuple[list[Row], list[Row]]]:
    found: dict[tuple[object, ...], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for whose, corrections in enumerate((ours, theirs)):
        for row in corrections:
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
