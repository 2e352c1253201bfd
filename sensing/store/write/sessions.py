"""Sessions annotated and deleted."""

from __future__ import annotations

from sensing.store.database.connection import first
from sensing.store.read.sessions import Reading
from sensing.store.write.writing import update


class Sessions(Reading):
    """The part of a store that changes whole sessions."""

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

    def _must_exist(self, session_id: int) -> None:
        if first(self._db, "SELECT id FROM session WHERE id = ?", session_id) is None:
            raise self._no_session(session_id)
