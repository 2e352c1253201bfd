"""Writes the dump of a database of today's schema, for the tests of every later one.

``python -m tests.dump_schema`` makes ``tests/schemas/vN.sql``, N being the number of migrations. It
holds a session with every kind of set and of correction, and since version 2 one of two recordings
and a row of every other table. A dump of a released schema is never made again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sensing.core.events import Hold
from sensing.results.quantities import sd_name
from sensing.store.database.place import recordings_path
from sensing.store.schema.migrations import STEPS
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import AddedSet, Count, FalseSet, Marked, Missed, Renamed
from sensing.store.values.rows import Work
from tests.stored import HOPS, JUMPS, NOW, RAISES, STARTED, STEADY, WORKOUT, hop, rep, save

FOLDER = Path(__file__).parent / "schemas"


def dump() -> str:
    """SQL that makes the database again."""
    with open_store(Path("nothing-here.db"), create=False) as store:
        save(store, side="left", load_kg=20.0, note="kept")
        for word in (
            Count(set_n=1, item="rep", count=12),
            Marked(set_n=2, item="hop", n=1, mark="false"),
            Missed(set_n=2, item="hop", at_s=61.6),
            FalseSet(set_n=3),
        ):
            store.correct(1, word, now_utc=NOW)
        fill_version_2(store)
        fill_version_7(store)
        fill_version_9(store)
        fill_roster(store)
        fill_version_11(store)
        fill_uncertainties(store)
        return "\n".join(store._db.conn.iterdump()) + "\n"


def fill_version_2(store: Store) -> None:
    """A session of two legs the day before, and what else came with the second schema."""
    profile = store.put_profile(
        "left hops", 'name = "left hops"\n', now_utc=NOW, athlete="me", side="left"
    )
    began = STARTED - timedelta(days=1)
    left = replace(WORKOUT, sets=(RAISES,), profile="left hops")
    right = replace(WORKOUT, sets=(replace(HOPS, side="right"),))
    told = {"started_utc": began, "session_key": "k2", "pain": 2, "target": {"sets": 1}}
    save(store, left, letter="c", side="left", profile_id=profile.id, load_kg=20.0, **told)
    save(store, right, letter="d", side="right", note="right one tired", **told)
    store.correct(2, Renamed(set_n=2, exercise="double-leg-hop"), now_utc=NOW)
    store.add_set(2, AddedSet(exercise="tibialis-raise", counts={"rep": 15}), now_utc=NOW)
    store.set_body_mass("me", 71.5)
    store.log_work(Work(exercise="split squat", sets=3, reps=8), day=began.date(), now_utc=NOW)
    store.remember_sensor(
        name="left one", address="AA:BB", family="polar", side="left", now_utc=NOW
    )
    save(store, letter="e", started_utc=began - timedelta(days=1))
    store.delete(3)


def fill_version_7(store: Store) -> None:
    """Box jumps with stands between them, two days before."""
    jumped = replace(WORKOUT, sets=(JUMPS,))
    save(store, jumped, letter="f", started_utc=STARTED - timedelta(days=2))


def fill_version_9(store: Store) -> None:
    """A recording in the database's own folder, with its size, three days before."""
    began = STARTED - timedelta(days=3)
    file = recordings_path(store.place) / "workout.anklet"
    save(store, letter="9", path=str(file), size_bytes=99, started_utc=began)


def fill_roster(store: Store) -> None:
    """A default athlete with another spelling, and a backup."""
    save(store, letter="8", athlete="patient1", started_utc=STARTED - timedelta(days=4))
    store.add_athlete("patient 1", body_mass_kg=62.0)
    store.merge_athletes("patient1", "patient 1")
    store.set_default_athlete("me")
    with store._writing() as db:
        db.execute("INSERT INTO backup VALUES ('/media/stick/anklet.db', '2026-03-01T18:00:00Z')")


def fill_version_11(store: Store) -> None:
    """A default plan, and an athlete's own that was stopped."""
    toml = 'name = "two a week"\n[[exercise]]\nname = "heel-walk"\nper_week = 2\n'
    store.put_plan("two a week", toml, from_day=None, now_utc=NOW)
    for text in (toml, None):
        store.put_plan("hers", text, from_day=STARTED.date(), now_utc=NOW, athlete="me")


def fill_uncertainties(store: Store) -> None:
    """A set of each kind whose figures all have their uncertainties, five days before."""
    sds = {"raise_time_sd_s": 0.1, "hold_time_sd_s": 0.2, "lower_time_sd_s": 0.1, "rise_sd_m": 0.01}
    steady = {sd_name(n): 0.01 for n in ("rms_mps2", "jerk_rms_mps3", "path_mps2_per_s")}
    known = replace(STEADY, **steady)
    reps = replace(RAISES, reps=(rep(10.0, **sds), rep(13.0, **sds)))
    hops = replace(HOPS, hops=(hop(60.0, flight_time_sd_s=0.01, rsi_sd=0.1), hop(60.4)))
    hold = Hold(start_s=70.0, end_s=90.0, steadiness=known, duration_sd_s=0.5)
    held = replace(HOPS, exercise="calf-raise-hold", hops=(), holds=(hold,))
    analysis = replace(WORKOUT, sets=(reps, hops, held))
    save(store, analysis, letter="7", started_utc=STARTED - timedelta(days=5))


if __name__ == "__main__":
    (FOLDER / f"v{len(STEPS)}.sql").write_text(dump(), encoding="utf-8")
