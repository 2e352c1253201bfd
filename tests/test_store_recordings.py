"""Does a session hold both legs and every set, numbered through, however they came in?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.core.errors import StoreError, UsageError
from sensing.store.database.connection import rows
from sensing.store.store import Store
from sensing.store.values.corrections import AddedSet, Count
from tests.stored import HOLD, HOPS, NOW, RAISES, STARTED, WORKOUT, in_memory, save

KEY = "3f9c"
ONE_HOPS = replace(WORKOUT, sets=(HOPS,))
ONE_RAISES = replace(WORKOUT, sets=(RAISES,))


def two_legs(store: Store) -> None:
    """Session 1: raises and a hold on the left, hops on the right, begun together."""
    left = replace(WORKOUT, sets=(RAISES, HOLD))
    save(store, ONE_HOPS, letter="b", session_key=KEY, side="right", load_kg=5.0)
    save(store, left, letter="a", session_key=KEY, side="left", load_kg=20.0, pain=3)


def test_recordings_of_one_key_are_one_session(store: Store) -> None:
    """Left and right, each with its own details."""
    two_legs(store)
    detail = store.session(1)
    assert [part.recording.side for part in detail.recordings] == ["left", "right"]
    assert [part.recording.load_kg for part in detail.recordings] == [20.0, 5.0]
    assert [part.recording.pain for part in detail.recordings] == [3, None]
    assert (detail.side, detail.load_kg, detail.key) == ("left + right", 20.0, KEY)
    assert save(store, letter="c", session_key="other").session_id == 2


def test_sets_are_numbered_through_all_recordings(store: Store) -> None:
    """Left before right though right came first; each keeps its side and load."""
    two_legs(store)
    assert [(each.n, each.exercise, each.side, each.load_kg) for each in store.session(1).sets] == [
        (1, "single-leg-calf-raise", "left", 20.0),
        (2, "calf-raise-hold", "left", 20.0),
        (3, "single-leg-hop", "right", 5.0),
    ]


def test_a_set_of_any_recording_can_be_corrected_by_its_number(store: Store) -> None:
    """And the correction stays with it when an earlier recording comes in and numbers move."""
    two_legs(store)
    store.correct(1, Count(set_n=3, item="hop", count=30), now_utc=NOW)
    warm_up = {"session_key": KEY, "started_utc": STARTED - timedelta(minutes=9)}
    save(store, ONE_RAISES, letter="c", **warm_up)
    sets = store.session(1).sets
    assert [each.n for each in sets] == [1, 2, 3, 4]
    assert sets[3].corrections.counts == {"hop": 30}
    assert store.correct(1, Count(set_n=1, item="rep", count=9), now_utc=NOW).summary.reps


def test_the_list_sums_a_session_of_several_recordings(store: Store) -> None:
    """One line, both sides, nothing counted twice, the highest pain, the heaviest load."""
    two_legs(store)
    save(store, letter="d", started_utc=STARTED - timedelta(days=1), athlete="anna", note="hers")
    first, second = store.sessions()
    assert (first.recordings, first.side, first.load_kg, first.pain) == (2, "left + right", 20.0, 3)
    assert (first.sets, first.reps, first.hops, first.hold_s) == (3, 5, 4, 31.0)
    assert first.exercises == ("single-leg-calf-raise", "calf-raise-hold", "single-leg-hop")
    assert (second.athlete, second.note) == ("anna", "hers")
    assert [row.id for row in store.sessions(athlete="anna")] == [second.id]
    assert store.sessions(athlete="nobody") == []
    assert [row.id for row in store.sessions(exercise="single-leg-hop", limit=1)] == [1]


def test_a_note_on_every_set_is_listed_once(store: Store) -> None:
    """Typed once for a session, it stands in each recording's header; one of its own is added."""
    for letter, note in (("a", "new shoes"), ("b", "new shoes"), ("c", "tired"), ("d", None)):
        save(store, letter=letter, session_key=KEY, note=note)
    assert store.sessions()[0].note == "new shoes; tired"
    store.note(1, "of it all")
    assert store.sessions()[0].note == "of it all"


def test_views_carry_the_details_of_the_recording(store: Store) -> None:
    """Side, load and pain of each set, in summaries and in the day's volume."""
    two_legs(store)
    found = rows(store._db, "SELECT n, side, load_kg, pain FROM set_summary ORDER BY n", [])
    assert [tuple(row.values()) for row in found] == [
        (1, "left", 20.0, 3),
        (2, "left", 20.0, 3),
        (3, "right", 5.0, None),
    ]
    volume = {row["exercise"]: row for row in rows(store._db, "SELECT * FROM daily_volume", [])}
    assert volume["single-leg-calf-raise"]["volume_kg"] == 5 * 20.0
    assert volume["single-leg-hop"]["side"] == "right"


def test_a_recording_can_join_a_session_by_its_id(store: Store) -> None:
    """Two files of two phones; a session that isn't there, or is another's, is refused."""
    save(store, letter="a", side="left", note="of the session")
    saved = save(store, letter="b", side="right", note="of the right", session_id=1)
    assert (saved.session_id, saved.new_session, saved.new_recording) == (1, False, True)
    detail = store.session(1)
    assert detail.note == "of the session"
    assert [part.recording.note for part in detail.recordings] == ["", "of the right"]
    with pytest.raises(StoreError, match="there is no session 7"):
        save(store, letter="c", session_id=7)
    with pytest.raises(UsageError, match="session 1 is me's, not anna's"):
        save(store, letter="c", session_id=1, athlete="anna")
    assert len(store.session(1).recordings) == 2


def test_a_recording_that_is_stored_stays_in_its_session(store: Store) -> None:
    """Whatever is said the second time."""
    save(store, letter="a")
    save(store, letter="b")
    assert save(store, letter="b", session_id=1, again=True).session_id == 2
    assert save(store, letter="b", session_key=KEY).session_id == 2


def test_a_session_begins_with_its_first_recording_in_whatever_order_they_come(
    store: Store,
) -> None:
    """Also its day."""
    save(store, letter="a", session_key=KEY, day=date(2026, 3, 2))
    earlier = STARTED - timedelta(hours=20)
    save(store, letter="b", session_key=KEY, started_utc=earlier, day=date(2026, 2, 28))
    detail = store.session(1)
    assert (detail.started_utc, detail.day) == (earlier, date(2026, 2, 28))
    assert detail.title.startswith("2026-02-28 ")


def test_analysing_one_recording_anew_leaves_the_others(store: Store) -> None:
    """Its sets change, the numbers after it move."""
    two_legs(store)
    saved = save(store, replace(WORKOUT, sets=(RAISES,)), letter="a", again=True)
    assert saved.session_id == 1
    assert [(each.n, each.exercise) for each in store.session(1).sets] == [
        (1, "single-leg-calf-raise"),
        (2, "single-leg-hop"),
    ]
    assert [len(part.others) for part in store.session(1).recordings] == [1, 0]


def test_what_was_planned_comes_back(store: Store) -> None:
    """As it was given."""
    target = {"sets": 3, "reps": 12, "tempo": "1-0-3", "raw_only": False}
    save(store, target=target)
    assert store.session(1).recordings[0].recording.target == target


@pytest.mark.parametrize("pain", [-1, 11])
def test_a_pain_off_the_scale_is_refused(store: Store, pain: int) -> None:
    """It ends at ten."""
    with pytest.raises(UsageError, match="pain"):
        save(store, pain=pain)
    assert store.sessions() == []


minutes = st.integers(0, 3)
sides = st.sampled_from([None, "left", "right"])


@pytest.mark.thorough
@given(st.lists(st.tuples(minutes, sides, st.integers(0, 3), st.booleans()), max_size=5))
@settings(max_examples=40)
def test_numbers_depend_on_what_is_there_and_not_on_the_order_it_came_in(
    given_recordings: list[tuple[int, str | None, int, bool]],
) -> None:
    """Any recordings, with any number of sets and some added, in two orders of coming in."""
    found = []
    for order in (given_recordings, given_recordings[::-1]):
        with in_memory() as store:
            for k, (minute, side, many, _) in enumerate(order):
                letter = "abcde"[k if order is given_recordings else len(order) - 1 - k]
                began = STARTED + timedelta(minutes=minute)
                analysis = replace(WORKOUT, sets=(HOPS, RAISES, HOLD)[:many])
                save(store, analysis, letter=letter, session_key=KEY, side=side, started_utc=began)
            for *_, adds in given_recordings:
                if adds:
                    added = AddedSet(exercise="tibialis-raise", counts={"rep": 5})
                    store.add_set(1, added, now_utc=NOW)
            sets = store.session(1).sets if given_recordings else ()
            parts = store.session(1).recordings if given_recordings else ()
            of = {each.id: p.recording.sha256[0] for p in parts for each in p.sets}
        assert [each.n for each in sets] == list(range(1, len(sets) + 1))
        assert [each.added for each in sets] == sorted(each.added for each in sets)
        keys = [(p.recording.started_utc, p.recording.side or "") for p in parts]
        assert keys == sorted(keys)
        found.append([(of[each.id], each.exercise) for each in sets if not each.added])
    same_start = len({(m, s) for m, s, *_ in given_recordings}) < len(given_recordings)
    assert same_start or found[0] == found[1]
