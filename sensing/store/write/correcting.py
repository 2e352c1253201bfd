"""Sessions changed after they were saved: sets corrected, added and restored; notes; deletion."""

from __future__ import annotations

from datetime import datetime

from sensing.core.errors import UsageError
from sensing.store.read.sessions import Reading
from sensing.store.values.corrections import AddedSet, Correction, Item, check
from sensing.store.values.sessions import RecordingDetail, StoredSet
from sensing.store.write.set_sds import settle
from sensing.store.write.upkeep import renumber, retitle
from sensing.store.write.writing import insert_added_set, update, write_correction


class Correcting(Reading):
    """The part of a store that changes sessions."""

    def delete(self, session_id: int) -> None:
        """Delete a session and all that hangs on it; the recordings' files are not touched.

        Their SHA-256 is remembered, so that nothing imports them again unasked.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            db.execute(
                "INSERT OR IGNORE INTO deleted SELECT sha256 FROM recording WHERE session_id = ?",
                [session_id],
            )
            db.table("session").delete(session_id)

    def note(self, session_id: int, text: str) -> None:
        """Put a note on a session, in place of the one before; an empty one takes it away.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            update(db, "session", session_id, {"note": text})

    def correct(self, session_id: int, correction: Correction, *, now_utc: datetime) -> StoredSet:
        """Store a correction of a set beside what was detected; gives the set after.

        Raises:
            UsageError: there is no such set, rep, hop or hold in the session, or the correction
                makes no sense for it.
            StoreError: there is no such session.
        """
        with self._writing() as db:
            before = self._set(session_id, correction.set_n)
            check(correction, before.detected)
            write_correction(db, before.id, correction, now_utc=now_utc)
            settle(db)
            retitle(db, session_id)
            return self._set(session_id, correction.set_n)

    def add_set(self, session_id: int, added: AddedSet, *, now_utc: datetime) -> StoredSet:
        """Store a set that was not detected; gives it with its number.

        It is put beside the sets of the session's last recording of its side, else of the last.

        Raises:
            UsageError: a set was detected at its time.
            StoreError: there is no such session.
        """
        with self._writing() as db:
            parts = self.session(session_id).recordings
            of_side = [part for part in parts if part.recording.side == added.side]
            part = (of_side or parts)[-1]
            _check_unseen(part, added)
            made = insert_added_set(
                db, part.analysis.id, added, span_s=_span_s(part), now_utc=now_utc
            )
            settle(db)
            renumber(db, session_id)
            retitle(db, session_id)
            return next(each for each in self.session(session_id).sets if each.id == made)

    def take_back(
        self, session_id: int, set_n: int, *, item: Item | None = None, n: int | None = None
    ) -> int:
        """Undo corrections, so that what was detected counts again; gives how many were undone.

        A set that the person had added is gone then; that counts as one.

        Args:
            item: only corrections of reps, hops or holds; None: all corrections of the set.
            n: only the mark on this one.

        Raises:
            UsageError: there is no such set.
            StoreError: there is no such session.
        """
        with self._writing() as db:
            before = self._set(session_id, set_n)
            if before.added and item is None:
                db.table("exercise_set").delete(before.id)
                renumber(db, session_id)
                many = 1
            else:
                cursor = db.execute(
                    "DELETE FROM correction WHERE set_id = :set_id"
                    " AND (:item IS NULL OR item = :item) AND (:n IS NULL OR n = :n)",
                    {"set_id": before.id, "item": item, "n": n},
                )
                many = cursor.rowcount
                settle(db)
            retitle(db, session_id)
            return many

    def _set(self, session_id: int, set_n: int) -> StoredSet:
        detail = self.session(session_id)
        for each in detail.sets:
            if each.n == set_n:
                return each
        raise UsageError(
            f"session {session_id} has no set {set_n}", remedy=f"it has {_sets(len(detail.sets))}"
        )


def _sets(count: int) -> str:
    return {0: "none", 1: "only set 1"}.get(count, f"sets 1 to {count}")


def _span_s(part: RecordingDetail) -> tuple[float, float]:
    """From when to when a recording was, as well as it is known, s on its own clock."""
    if part.bouts:
        return part.bouts[0].start_s, part.bouts[-1].end_s
    return 0.0, part.recording.duration_s


def _check_unseen(part: RecordingDetail, added: AddedSet) -> None:
    for each in part.sets:
        found = each.detected
        if added.at_s is not None and not each.added and found.start_s <= added.at_s < found.end_s:
            raise UsageError(
                f"set {each.n} was detected then, {found.start_s:.1f} to {found.end_s:.1f} s",
                remedy="correct that one, or give another time",
            )
