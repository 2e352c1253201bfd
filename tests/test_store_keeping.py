"""Athletes, profiles, sensors and work logged by hand: is the right one found, is none lost?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sensing.core.errors import StoreError, UsageError
from sensing.store.database.connection import rows
from sensing.store.store import Store
from sensing.store.values.rows import Work
from tests.stored import NOW, WORKOUT, save

DAY = date(2026, 3, 1)


# --- athletes ----------------------------------------------------------------------------------


def test_people_are_added_renamed_and_weighed(store: Store) -> None:
    """Sessions go with the new name."""
    save(store)
    store.add_athlete("anna", body_mass_kg=61.0)
    store.add_athlete("anna")
    store.rename_athlete("me", "ben")
    store.set_body_mass("ben", 80.0)
    assert [(each.name, each.body_mass_kg, each.sessions) for each in store.athletes()] == [
        ("anna", 61.0, 0),
        ("ben", 80.0, 1),
    ]
    assert store.sessions()[0].athlete == "ben"
    store.set_body_mass("ben", None)
    assert store.athletes()[1].body_mass_kg is None


def test_nobody_takes_anothers_name_or_has_no_mass(store: Store) -> None:
    """Refused in a line, nothing changed."""
    store.add_athlete("anna")
    store.add_athlete("ben")
    with pytest.raises(UsageError, match="there is a 'ben' already"):
        store.rename_athlete("anna", "ben")
    with pytest.raises(StoreError, match="nobody called 'eve'; there is anna, ben"):
        store.set_body_mass("eve", 70.0)
    for mass in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="body mass"):
            store.set_body_mass("anna", mass)
    with pytest.raises(UsageError, match="needs a name"):
        store.add_athlete(" ")
    assert [each.name for each in store.athletes()] == ["anna", "ben"]


# --- profiles ----------------------------------------------------------------------------------


def test_a_changed_text_is_a_new_version_and_the_same_text_is_not(store: Store) -> None:
    """A changed scope is one too: it fits others."""
    first = store.put_profile("mine", "a = 1\n", now_utc=NOW)
    assert store.put_profile("mine", "a = 1\n", now_utc=NOW + timedelta(days=1)) == first
    assert store.put_profile("mine", "a = 2\n", now_utc=NOW).version == 2
    assert store.put_profile("mine", "a = 2\n", now_utc=NOW, side="left").version == 3
    assert store.put_profile("mine", "a = 1\n", now_utc=NOW).version == 4
    assert store.profile("mine").version == 4
    assert store.profile("mine", 2).toml == "a = 2\n"
    assert [each.version for each in store.profiles()] == [4]
    assert [each.version for each in store.profiles(every=True)] == [1, 2, 3, 4]


def test_ties_go_to_the_default_then_to_the_newest(store: Store) -> None:
    """And a new version of a default is the default."""
    for k, name in enumerate(("old", "middle", "new")):
        store.put_profile(name, "x", now_utc=NOW + timedelta(days=k), side="left")
    store.put_profile("other scope", "x", now_utc=NOW)

    def found() -> tuple[str, int]:
        fitting = [each for each in store.profiles() if each.side == "left"]
        best = max(fitting, key=lambda each: (each.is_default, each.id))
        return best.name, best.version

    assert found() == ("new", 1)
    store.set_default_profile("old")
    store.set_default_profile("other scope")
    assert found() == ("old", 1)
    store.put_profile("old", "y", now_utc=NOW, side="left")
    assert found() == ("old", 2)
    store.set_default_profile("middle")
    assert found() == ("middle", 1)
    assert [each.name for each in store.profiles() if each.is_default] == ["middle", "other scope"]


def test_a_retired_profile_is_not_found_but_kept(store: Store) -> None:
    """Until its text is put again."""
    store.put_profile("mine", "x", now_utc=NOW)
    store.put_profile("mine", "y", now_utc=NOW)
    assert store.retire_profile("mine", now_utc=NOW) == 0
    assert store.profiles() == []
    assert store.profile("mine").retired_utc == NOW
    again = store.put_profile("mine", "y", now_utc=NOW)
    assert (again.version, again.retired_utc) == (2, None)
    assert store.profiles() == [again]


def test_a_version_that_a_result_used_is_never_deleted(store: Store) -> None:
    """It is retired; versions nobody used are gone."""
    used = store.put_profile("mine", "x", now_utc=NOW)
    store.put_profile("mine", "y", now_utc=NOW)
    calibrated = replace(WORKOUT, profile="mine")
    save(store, calibrated, profile_id=used.id)
    assert store.profile("mine", 1).analyses == 1
    assert store.delete_profile("mine", now_utc=NOW) == 1
    assert [each.version for each in store.profiles(every=True)] == [1]
    assert store.session(1).recordings[0].analysis.profile_id == used.id
    store.put_profile("unused", "x", now_utc=NOW)
    assert store.delete_profile("unused", now_utc=NOW) == 0
    with pytest.raises(StoreError, match="no profile 'unused'; there is mine"):
        store.profile("unused")
    with pytest.raises(StoreError, match="no version 2; it has 1"):
        store.profile("mine", 2)


def test_another_version_of_the_profile_is_another_question(store: Store) -> None:
    """A better calibration must not be taken for one already used."""
    calibrated = replace(WORKOUT, profile="mine")
    for text in ("x", "y"):
        used = store.put_profile("mine", text, now_utc=NOW)
        assert save(store, calibrated, profile_id=used.id).new
        assert not save(store, calibrated, profile_id=used.id).new
    assert len(store.session(1).recordings[0].others) == 1


# --- work logged by hand -----------------------------------------------------------------------


def test_work_is_logged_listed_and_deleted(store: Store) -> None:
    """By day and person."""
    squat = Work(exercise="split squat", side="left", sets=3, reps=8, load_kg=12.0, note="deep")
    first = store.log_work(squat, day=DAY, now_utc=NOW)
    press = Work(exercise="leg press")
    store.log_work(press, day=DAY + timedelta(days=3), now_utc=NOW, athlete="anna")
    assert [each.work for each in store.logged_work()] == [press, squat]
    assert [each.athlete for each in store.logged_work(athlete="anna")] == ["anna"]
    assert [each.id for each in store.logged_work(until=DAY)] == [first]
    assert [each.work for each in store.logged_work(since=DAY + timedelta(days=1))] == [press]
    store.delete_logged(first)
    assert len(store.logged_work()) == 1
    with pytest.raises(StoreError, match="nothing is logged under"):
        store.delete_logged(first)


@pytest.mark.parametrize(
    "wrong",
    [
        {"exercise": " "},
        {"sets": 0},
        {"reps": -1},
        {"hold_s": -1.0},
        {"hold_s": float("inf")},
        {"load_kg": float("nan")},
        {"pain": 11},
    ],
)
def test_work_that_makes_no_sense_is_not_logged(store: Store, wrong: dict[str, object]) -> None:
    """In one line, before anything is written."""
    with pytest.raises(UsageError):
        store.log_work(
            Work(**{"exercise": "squat", **wrong}),  # type: ignore[arg-type]
            day=DAY,
            now_utc=NOW,
        )
    assert store.logged_work() == []


def test_what_was_measured_and_what_was_logged_are_one_view(store: Store) -> None:
    """Of logged work the reps and seconds of all sets are summed."""
    save(store, load_kg=10.0)
    store.log_work(Work(exercise="split squat", sets=3, reps=8, load_kg=12.0), day=DAY, now_utc=NOW)
    store.log_work(Work(exercise="split squat", reps=6), day=DAY, now_utc=NOW)
    store.log_work(Work(exercise="wall sit", sets=2, hold_s=45.0), day=DAY, now_utc=NOW)
    found = rows(store._db, "SELECT * FROM daily_work WHERE day = ?", [DAY.isoformat()])
    work = {row["exercise"]: row for row in found}
    assert {row["source"] for row in found} == {"sensor", "logged"}
    squat, sit = work["split squat"], work["wall sit"]
    assert (squat["sets"], squat["reps"], squat["volume_kg"]) == (4, 30, 288.0)
    assert (sit["sets"], sit["holds"], sit["hold_s"], sit["reps"]) == (2, 2, 90.0, 0)
    assert work["single-leg-calf-raise"]["volume_kg"] == 50.0


# --- sensors -----------------------------------------------------------------------------------


def test_the_sensor_used_last_is_remembered_for_each_side(store: Store) -> None:
    """One sensor for both legs, or one for each."""
    assert store.last_sensor() is None

    def use(address: str, minute: int, side: str | None = None) -> None:
        store.remember_sensor(
            name=f"sensor {address}",
            address=address,
            family="polar",
            side=side,  # type: ignore[arg-type]
            now_utc=NOW + timedelta(minutes=minute),
        )

    use("A", 0, "left")
    use("B", 1, "right")
    use("C", 2)
    last, left, right = (store.last_sensor(side) for side in (None, "left", "right"))
    assert last is not None
    assert left is not None
    assert right is not None
    assert (last.address, left.address, right.address) == ("C", "A", "B")
    use("A", 3)
    assert [each.address for each in store.known_sensors()] == ["A", "C", "B"]
    kept = store.last_sensor("left")
    assert kept is not None
    assert (kept.address, kept.last_used_utc) == ("A", NOW + timedelta(minutes=3))
