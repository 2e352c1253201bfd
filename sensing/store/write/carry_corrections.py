"""Carry corrections over to a new analysis.

When a recording is analysed anew, sets may be cut elsewhere and reps numbered otherwise. What was
said is therefore carried over by *time*: to the new set that shares most with the old one, and in
it to the rep, hop or hold that the old one's middle falls into. Three cases need no carrying:

- something marked false that the new analysis doesn't see at all: it has come round;
- something missed that the new analysis does see at that time: it has come round too;
- what was missed at a time nobody knows can't be looked for; the person's *count* of the old set
  is carried over in its place.

A set the person added is added to the new analysis too, unless that has found one more than the old
there: at its time if that is known, else of its exercise.

What fits nothing stays with the old analysis, and the caller is told how much that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from sensing.core.events import Hold, Hop, Rep, Set
from sensing.store.read.whole_sessions import read_sets
from sensing.store.values.corrections import (
    AddedSet,
    Correction,
    Corrections,
    Count,
    FalseSet,
    Marked,
    Missed,
    Renamed,
    corrected_count,
    items_of,
    span_s,
)
from sensing.store.values.sessions import StoredSet
from sensing.store.write.writing import insert_added_set, write_correction

_SAME_SET = 0.5
"""Least share (intersection over union) two sets must have to be one and the same: over one half,
no set can be the same as two others."""

_SAME_HOP_S = 0.1
"""Greatest distance of two initial contacts to be the same: a third of the shortest hop cycle."""


def carry_corrections(
    db: Database, old_id: int, new_id: int, *, now_utc: datetime
) -> tuple[int, int]:
    """Carry corrections of one analysis over to another; gives how many fitted and not.

    Runs inside the caller's transaction.
    """
    sets = read_sets(db, [old_id, new_id])
    old_sets, new_sets = sets[old_id], sets[new_id]
    kept = left = 0
    fresh = list(new_sets)
    for old in old_sets:
        new = None if old.added else _same_set(old.found, new_sets)
        if new in fresh:
            fresh.remove(new)
        if old.added or not old.said:
            continue
        if new is None:
            left += 0 if old.said.false_set else _many(old.said)
            continue
        carried, fitting_nothing = _carried(old, new)
        kept += _many(old.said) - fitting_nothing
        left += fitting_nothing
        for correction in carried:
            write_correction(db, new.id, correction, now_utc=now_utc)
    for old in old_sets:
        if old.added:
            found = next((each for each in fresh if _is_now_seen(old, each)), None)
            if found is None:
                _add_again(db, old, new_id, now_utc=now_utc)
            else:
                fresh.remove(found)
            kept += 1
    return kept, left


def _is_now_seen(added: StoredSet, fresh: StoredSet) -> bool:
    if added.at_s is None:
        return fresh.found.exercise == added.exercise
    return fresh.found.start_s <= added.at_s < fresh.found.end_s


def _add_again(db: Database, old: StoredSet, analysis_id: int, *, now_utc: datetime) -> None:
    holds = old.found.holds
    again = AddedSet(
        exercise=old.exercise,
        counts=old.said.counts,
        hold_s=holds[0].duration_s if holds else None,
        side=old.found.side,
        at_s=old.at_s,
    )
    span_s = (old.found.start_s, old.found.end_s)
    set_id = insert_added_set(db, analysis_id, again, span_s=span_s, now_utc=now_utc)
    if old.said.false_set:
        write_correction(db, set_id, FalseSet(set_n=old.n), now_utc=now_utc)


def _many(said: Corrections) -> int:
    missed = sum(len(times) for times in said.missed.values())
    renamed = said.exercise is not None
    return len(said.counts) + len(said.marks) + missed + said.false_set + renamed


def _same_set(old: Set, candidates: tuple[StoredSet, ...]) -> StoredSet | None:
    best = max(candidates, key=lambda each: _share(old, each.found), default=None)
    return best if best is not None and _share(old, best.found) > _SAME_SET else None


def _share(a: Set, b: Set) -> float:
    both_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    either_s = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return both_s / either_s if either_s > 0 else 0.0


def _carried(old: StoredSet, new: StoredSet) -> tuple[list[Correction], int]:
    """What to write for the new set, and how many of the old corrections fit nothing in it."""
    said = old.said
    counts = dict(said.counts)
    carried: list[Correction] = [FalseSet(set_n=new.n)] if said.false_set else []
    if said.exercise not in (None, new.found.exercise):
        carried.append(Renamed(set_n=new.n, exercise=str(said.exercise)))
    fitting_nothing = 0
    for (item, n), mark in said.marks.items():
        there = _same_event(items_of(old.found, item)[n - 1], items_of(new.found, item))
        if there is not None:
            carried.append(Marked(set_n=new.n, item=item, n=there, mark=mark))
        elif mark != "false":
            fitting_nothing += 1
    for item, times in said.missed.items():
        if None in times:
            counts.setdefault(item, corrected_count(old.found, said, item))
            continue
        seen = [span_s(event) for event in items_of(new.found, item)]
        carried += [
            Missed(set_n=new.n, item=item, at_s=at_s)
            for at_s in times
            if at_s is not None and not any(start <= at_s < end for start, end in seen)
        ]
    carried += [Count(set_n=new.n, item=item, count=count) for item, count in counts.items()]
    return carried, fitting_nothing


def _same_event(old: Rep | Hop | Hold, candidates: Sequence[Rep | Hop | Hold]) -> int | None:
    for n, new in enumerate(candidates, 1):
        if isinstance(old, Hop) and isinstance(new, Hop):
            if abs(new.contact_s - old.contact_s) <= _SAME_HOP_S:
                return n
        else:
            start_s, end_s = span_s(new)
            if start_s <= sum(span_s(old)) / 2 < end_s:
                return n
    return None
