"""Carry corrections over to a new analysis.

When a recording is reanalysed, sets may begin elsewhere and reps be numbered differently.
Corrections are therefore carried over by *time*: to the new set that overlaps most with the old
one, and in it to the rep, hop or hold that contains the middle of the old one. Three cases need no
carrying:

- something marked false that the new analysis does not detect: it agrees now;
- something missed that the new analysis detects at that time: it agrees now;
- something missed at an unknown time cannot be looked for; the corrected *count* of the old set is
  carried over instead.

A set added by hand is added to the new analysis too, unless that has detected one more than the old
there: at its time if that is known, else of its exercise.

Corrections that fit nothing stay with the old analysis and are counted for the caller.
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
"""Least overlap (intersection over union) of two sets that are the same: above one half, no set can
be the same as two others."""

_SAME_HOP_S = 0.1
"""Greatest distance of two initial contacts to be the same: a third of the shortest hop cycle."""


def carry_corrections(
    db: Database, old_id: int, new_id: int, *, now_utc: datetime
) -> tuple[int, int]:
    """Carry corrections of one analysis over to another; returns how many fit and how many do not.

    Runs inside the caller's transaction.
    """
    sets = read_sets(db, [old_id, new_id])
    old_sets, new_sets = sets[old_id], sets[new_id]
    kept = left = 0
    fresh = list(new_sets)
    for old in old_sets:
        new = None if old.added else _same_set(old.detected, new_sets)
        if new in fresh:
            fresh.remove(new)
        if old.added or not old.corrections:
            continue
        if new is None:
            left += 0 if old.corrections.false_set else _many(old.corrections)
            continue
        carried, fitting_nothing = _carried(old, new)
        kept += _many(old.corrections) - fitting_nothing
        left += fitting_nothing
        for correction in carried:
            write_correction(db, new.id, correction, now_utc=now_utc)
    for old in old_sets:
        if old.added:
            same = next((each for each in fresh if _is_now_detected(old, each)), None)
            if same is None:
                _add_again(db, old, new_id, now_utc=now_utc)
            else:
                fresh.remove(same)
            kept += 1
    return kept, left


def _is_now_detected(added: StoredSet, fresh: StoredSet) -> bool:
    if added.at_s is None:
        return fresh.detected.exercise == added.exercise
    return fresh.detected.start_s <= added.at_s < fresh.detected.end_s


def _add_again(db: Database, old: StoredSet, analysis_id: int, *, now_utc: datetime) -> None:
    holds = old.detected.holds
    again = AddedSet(
        exercise=old.exercise,
        counts=old.corrections.counts,
        hold_s=holds[0].end_s - holds[0].start_s if holds else None,
        side=old.detected.side,
        at_s=old.at_s,
    )
    span_s = (old.detected.start_s, old.detected.end_s)
    set_id = insert_added_set(db, analysis_id, again, span_s=span_s, now_utc=now_utc)
    if old.corrections.false_set:
        write_correction(db, set_id, FalseSet(set_n=old.n), now_utc=now_utc)


def _many(corrections: Corrections) -> int:
    missed = sum(len(times) for times in corrections.missed.values())
    renamed = corrections.exercise is not None
    return (
        len(corrections.counts) + len(corrections.marks) + missed + corrections.false_set + renamed
    )


def _same_set(old: Set, candidates: tuple[StoredSet, ...]) -> StoredSet | None:
    best = max(candidates, key=lambda each: _share(old, each.detected), default=None)
    return best if best is not None and _share(old, best.detected) > _SAME_SET else None


def _share(a: Set, b: Set) -> float:
    both_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    either_s = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return both_s / either_s if either_s > 0 else 0.0


def _carried(old: StoredSet, new: StoredSet) -> tuple[list[Correction], int]:
    """The corrections of the new set, and how many of the old ones fit nothing in it."""
    corrections = old.corrections
    counts = dict(corrections.counts)
    carried: list[Correction] = [FalseSet(set_n=new.n)] if corrections.false_set else []
    if corrections.exercise not in (None, new.detected.exercise):
        carried.append(Renamed(set_n=new.n, exercise=str(corrections.exercise)))
    fitting_nothing = 0
    for (item, n), mark in corrections.marks.items():
        there = _same_event(items_of(old.detected, item)[n - 1], items_of(new.detected, item))
        if there is not None:
            carried.append(Marked(set_n=new.n, item=item, n=there, mark=mark))
        elif mark != "false":
            fitting_nothing += 1
    for item, times in corrections.missed.items():
        if None in times:
            counts.setdefault(item, corrected_count(old.detected, corrections, item))
            continue
        seen = [span_s(event) for event in items_of(new.detected, item)]
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
