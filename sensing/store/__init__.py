"""Sessions kept over months in one SQLite file.

A recording is analysed and stored as a session; a person may correct what the machine counted, and
both stand side by side. ``docs/database.md`` describes every table and column.

How it works: :mod:`~sensing.store.place` says where the file lies and keeps it private,
:mod:`~sensing.store.opening` opens it, checks that it is ours and brings it up to date by the
migrations of :mod:`~sensing.store.schema`; :mod:`~sensing.store.writing` and
:mod:`~sensing.store.reading` turn values into rows and back, :mod:`~sensing.store.upkeep` keeps one
analysis the current one; :mod:`~sensing.store.corrections` is the arithmetic of a person's word,
and :mod:`~sensing.store.carrying` hands it on to a new analysis of the same recording.
:class:`~sensing.store.store.Store` puts together what one may ask: :mod:`~sensing.store.saving`,
:mod:`~sensing.store.sessions`, :mod:`~sensing.store.correcting`, :mod:`~sensing.store.athletes`,
:mod:`~sensing.store.profiles`, :mod:`~sensing.store.logged` and :mod:`~sensing.store.sensors`.
:mod:`~sensing.store.exporting`, :mod:`~sensing.store.backup` and :mod:`~sensing.store.merging` give
it all away, copy it and take another database in; :mod:`~sensing.store.dictionary` says what every
column means. :mod:`~sensing.store.failures` puts what SQLite meets into one line.
"""

from sensing.store.athletes import ME
from sensing.store.corrections import (
    AddedSet,
    Correction,
    Corrections,
    Count,
    FalseSet,
    Item,
    Mark,
    Marked,
    Missed,
    Renamed,
    corrected_count,
    machine_count,
    summarise_corrected,
)
from sensing.store.place import database_path, recordings_path
from sensing.store.rows import (
    Athlete,
    KnownSensor,
    LoggedWork,
    RecordingDetail,
    RecordingInfo,
    Saved,
    SessionDetail,
    SessionRow,
    StoredAnalysis,
    StoredProfile,
    StoredRecording,
    StoredSet,
    Work,
)
from sensing.store.store import Store, open_store

__all__ = [
    "ME",
    "AddedSet",
    "Athlete",
    "Correction",
    "Corrections",
    "Count",
    "FalseSet",
    "Item",
    "KnownSensor",
    "LoggedWork",
    "Mark",
    "Marked",
    "Missed",
    "RecordingDetail",
    "RecordingInfo",
    "Renamed",
    "Saved",
    "SessionDetail",
    "SessionRow",
    "Store",
    "StoredAnalysis",
    "StoredProfile",
    "StoredRecording",
    "StoredSet",
    "Work",
    "corrected_count",
    "database_path",
    "machine_count",
    "open_store",
    "recordings_path",
    "summarise_corrected",
]
