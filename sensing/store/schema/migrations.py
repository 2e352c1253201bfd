"""The tables and views, as a list of migrations that only ever grows.

A migration that has left this house is never edited: a person's database has run it. A change of
the schema is a new function here, its SQL in a file of its own, and a dump of a database of that
age under ``tests/schemas``, from where the tests open databases of every age.

The SQL is written out rather than built, because checks, generated columns and the remarks behind
each column then stand in the database itself (``.schema`` in any SQLite tool shows them). Tables
are STRICT, so a text can't slip into a column of numbers. What follows from other columns is a
generated column and can't disagree with them.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from sensing.core import reactive_strength as reactive
from sensing.store.schema import (
    schema_1,
    schema_2,
    schema_3,
    schema_4,
    schema_5,
    schema_6,
    schema_7,
    schema_8,
    schema_9,
    schema_10,
    schema_11,
    schema_12,
)

MIGRATION_SET = "anklet"
MIGRATIONS = Migrations(MIGRATION_SET)


def _run(db: Database, script: str) -> None:
    # sqlite-utils' executescript asks after every letter whether a statement is whole: 0.2 s.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def m001_sessions_with_sets_and_corrections(db: Database) -> None:
    """Sessions, their recording, its analyses, what they found, and what a person says of it."""
    _run(db, schema_1.TABLES)
    _run(db, schema_1.INDEXES)
    _run(db, schema_1.VIEWS)


def m002_sessions_of_several_recordings(db: Database) -> None:
    """Side, load and pain of each recording; profiles, sensors, work logged by hand."""
    _run(db, schema_2.DROPPED_VIEWS)
    _run(db, schema_2.TABLES)
    _run(db, schema_2.INDEXES)
    _run(db, schema_2.VIEWS)


def m003_figures_of_sets_kept(db: Database) -> None:
    """Medians and quartiles of every set, kept instead of worked out at every look."""
    _run(db, schema_3.DROPPED_VIEWS)
    _run(db, schema_3.TABLES)
    _run(db, schema_3.FILLED)
    _run(db, schema_3.TRIGGERS)
    _run(db, schema_3.SET_SUMMARY)


def m004_leans_of_holds(db: Database) -> None:
    """The lean of the shank in a forward lean, and its uncertainty."""
    _run(db, schema_4.COLUMNS)
    _run(db, schema_4.DROPPED)
    _run(db, schema_4.HOLD_CORRECTED)
    _run(db, schema_4.TRIGGERS)


def m005_counting_and_measuring_apart(db: Database) -> None:
    """Why each figure of an event is unknown, its uncertainty, and counts of every event."""
    _run(db, schema_5.DROPPED)
    _run(db, schema_5.TABLES)
    _run(db, schema_5.VIEWS)
    _run(db, schema_5.TRIGGERS)


def m006_placement_unknown(db: Database) -> None:
    """An analysis may leave open where the sensor was worn."""
    _run(db, schema_6.TABLES)


def m007_stands_between_jumps(db: Database) -> None:
    """Stands between jumps, and an RSI that may be unknown by itself."""
    _run(db, schema_7.DROPPED)
    _run(db, schema_7.TABLES)
    _run(db, schema_7.VIEWS)
    _run(db, schema_7.TRIGGERS)


def m008_rsi_unknown_by_both_definitions(db: Database) -> None:
    """A landing whose RSI is unknown has it by neither definition."""
    _run(db, schema_8.DROPPED)
    _run(db, schema_8.TABLES)
    _run(db, schema_8.VIEWS)
    _run(db, schema_8.TRIGGERS)


def m009_recordings_by_relative_paths(db: Database) -> None:
    """Recordings are found from the database's folder, wherever that is moved."""
    _run(db, schema_9.TABLES)
    schema_9.make_paths_relative(db)


def m010_roster_of_athletes(db: Database) -> None:
    """The default athlete, other spellings of names, and the backups that were made."""
    _run(db, schema_10.TABLES)


def m011_plans_of_athletes(db: Database) -> None:
    """Training plans, each of an athlete or for everybody without one."""
    _run(db, schema_11.TABLES)


def m012_uncertainty_of_every_figure(db: Database) -> None:
    """Standard uncertainties of every figure of an event, and of a set's medians and totals."""
    _run(db, schema_12.DROPPED)
    _run(db, schema_12.TABLES)
    db.conn.create_function("height_sd", 2, _height_sd, deterministic=True)
    db.conn.create_function("rsi_height_sd", 3, _rsi_height_sd, deterministic=True)
    _run(db, schema_12.FILLED)
    _run(db, schema_12.VIEWS)
    _run(db, schema_12.TRIGGERS)


def _height_sd(flight_time_s: float | None, sd_s: float | None) -> float | None:
    if flight_time_s is None or sd_s is None:
        return None
    return reactive.height_sd_m(flight_time_s, sd_s)


def _rsi_height_sd(
    contact_time_s: float | None, flight_time_s: float | None, sd: float | None
) -> float | None:
    if contact_time_s is None or flight_time_s is None or sd is None:
        return None
    return reactive.rsi_height_sd_from_rsi_sd(contact_time_s, flight_time_s, sd)


STEPS = (
    m001_sessions_with_sets_and_corrections,
    m002_sessions_of_several_recordings,
    m003_figures_of_sets_kept,
    m004_leans_of_holds,
    m005_counting_and_measuring_apart,
    m006_placement_unknown,
    m007_stands_between_jumps,
    m008_rsi_unknown_by_both_definitions,
    m009_recordings_by_relative_paths,
    m010_roster_of_athletes,
    m011_plans_of_athletes,
    m012_uncertainty_of_every_figure,
)
"""Every migration, in order."""

for _step in STEPS:
    MIGRATIONS()(_step)
