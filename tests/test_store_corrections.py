"""Does a person's word stand beside the machine's, in every figure, and outlive its analysis?"""

from __future__ import annotations

import math
import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.core.events import Set
from sensing.results import set_summary
from sensing.results.set_summary import medians
from sensing.store.schema import schema_3, schema_4
from sensing.store.store import Store
from sensing.store.values.corrections import AddedSet, Count, FalseSet, Marked, Missed, Renamed
from sensing.store.values.rows import Saved
from sensing.store.values.sessions import StoredSet
from tests.stored import (
    HOLD,
    HOPS,
    NOW,
    RAISES,
    WORKOUT,
    in_memory,
    rep,
    save,
    sets,
)


def test_a_count_given_by_a_person_stands_beside_the_machines(store: Store) -> None:
    """Lists use the person's, the machine's is still there."""
    save(store)
    after = store.correct(1, Count(set_n=1, item="rep", count=12), now_utc=NOW)
    assert after.detected == RAISES
    assert after.summary.reps is not None
    assert (after.summary.reps.count, after.summary.reps.partial) == (12, 1)
    (row,) = store.sessions()
    assert (row.reps, row.corrected) == (12, True)


def test_a_rep_marked_false_leaves_counts_and_figures(store: Store) -> None:
    """Of five reps one is doubtful; marking another false leaves four, three of them in figures."""
    save(store)
    reps = store.correct(
        1, Marked(set_n=1, item="rep", n=3, mark="false"), now_utc=NOW
    ).summary.reps
    assert reps is not None
    assert (reps.count, reps.full, reps.partial, reps.invalid) == (4, 4, 0, 1)
    assert reps.rise_m == 0.07


def test_a_doubtful_rep_counts_but_lends_no_figure_even_marked_ok(store: Store) -> None:
    """A person can vouch for the rep, not for what the sensor lost."""
    save(store)
    before = store.session(1).sets[0].summary.reps
    after = store.correct(1, Marked(set_n=1, item="rep", n=4, mark="ok"), now_utc=NOW).summary.reps
    assert before is not None
    assert after is not None
    assert (before.count, after.count) == (5, 5)
    assert after.time_under_tension_s == before.time_under_tension_s


def test_what_is_marked_false_is_in_no_number_at_all(store: Store) -> None:
    """Not among those left out because of the data either."""
    save(store)
    after = store.correct(1, Marked(set_n=1, item="rep", n=4, mark="false"), now_utc=NOW).summary
    assert after.reps is not None
    assert (after.reps.count, after.reps.invalid) == (4, 0)


def test_full_and_partial_can_be_told_either_way(store: Store) -> None:
    """The machine's guess of what is partial is only that."""
    save(store)
    store.correct(1, Marked(set_n=1, item="rep", n=3, mark="ok"), now_utc=NOW)
    reps = store.correct(1, Marked(set_n=1, item="rep", n=1, mark="partial"), now_utc=NOW)
    assert reps.summary.reps is not None
    assert (reps.summary.reps.full, reps.summary.reps.partial) == (4, 1)
    assert reps.corrected.reps[0].partial


def test_missed_ones_are_added(store: Store) -> None:
    """Each time one more, with or without a time."""
    save(store)
    store.correct(1, Missed(set_n=2, item="hop"), now_utc=NOW)
    store.correct(1, Missed(set_n=2, item="hop", at_s=61.6), now_utc=NOW)
    assert store.sessions()[0].hops == 6
    assert store.session(1).sets[1].corrections.missed == {"hop": (None, 61.6)}


def test_saying_the_same_of_one_rep_twice_is_saying_it_once(store: Store) -> None:
    """And a second word replaces the first."""
    save(store)
    for mark in ("false", "false", "partial"):
        store.correct(1, Marked(set_n=1, item="rep", n=1, mark=mark), now_utc=NOW)
    assert store.session(1).sets[0].corrections.marks == {("rep", 1): "partial"}
    for count in (3, 12):
        store.correct(1, Count(set_n=1, item="rep", count=count), now_utc=NOW)
    assert store.session(1).sets[0].corrections.counts == {"rep": 12}
    assert store.take_back(1, 1) == 2


def test_a_set_that_was_none_counts_nothing(store: Store) -> None:
    """Moving between sets was detected as a set."""
    save(store)
    after = store.correct(1, FalseSet(set_n=1), now_utc=NOW)
    assert after.summary.reps is None
    (row,) = store.sessions()
    assert (row.sets, row.reps) == (2, 0)


def test_what_was_said_can_be_taken_back(store: Store) -> None:
    """All of it, or one mark; then the machine's word stands again."""
    save(store)
    before = store.session(1)
    store.correct(1, Count(set_n=1, item="rep", count=12), now_utc=NOW)
    store.correct(1, Marked(set_n=1, item="rep", n=1, mark="false"), now_utc=NOW)
    assert store.take_back(1, 1, item="rep", n=1) == 1
    assert store.session(1).sets[0].corrections.counts == {"rep": 12}
    assert store.take_back(1, 1) == 1
    assert store.session(1) == before


@pytest.mark.parametrize(
    ("correction", "line"),
    [
        (Count(set_n=4, item="rep", count=1), "session 1 has no set 4; it has sets 1 to 3"),
        (Count(set_n=1, item="rep", count=-1), "a count of -1 makes no sense"),
        (Marked(set_n=1, item="rep", n=6, mark="ok"), "set 1 has no rep 6; it has 5 reps"),
        (Marked(set_n=3, item="hold", n=2, mark="ok"), "set 3 has no hold 2; it has 1 hold"),
        (Marked(set_n=2, item="hop", n=1, mark="partial"), "a hop can't be partial"),
        (Missed(set_n=1, item="rep", at_s=14.0), "rep 2 was detected at 14 s"),
        (Missed(set_n=1, item="rep", at_s=float("nan")), "nan is no time"),
    ],
)
def test_a_correction_of_what_is_not_there_is_refused(
    store: Store, correction: Count | Marked | Missed, line: str
) -> None:
    """In one line that says what there is."""
    save(store)
    with pytest.raises(UsageError) as refused:
        store.correct(1, correction, now_utc=NOW)
    assert str(refused.value).startswith(line)
    assert not store.sessions()[0].corrected


def close(value: float | dict[str, float] | None) -> object:
    """To the millionth the views round to."""
    return None if value is None else pytest.approx(value, rel=1e-6, abs=2e-6)


marks = st.sampled_from(["false", "partial", "ok"])


def check_figures(store: Store, stored: StoredSet) -> None:
    """The figures kept of a set are those of its events and marks as they are now."""
    kept = {
        row["name"]: row
        for row in store._db.query("SELECT * FROM set_figure WHERE set_id = ?", [stored.id])
    }
    for name, events in (
        ("rise_m", stored.corrected.reps),
        ("rsi", stored.corrected.hops),
        ("duration_s", stored.corrected.holds),
    ):
        lends = [each for each in events if each.valid]
        values = sorted(v for v in (getattr(each, name) for each in lends) if v is not None)
        if stored.corrections.false_set:
            continue  # its own reps have no say in what its figures would be
        if not values:
            assert name not in kept
            continue
        row, many = kept[name], len(values)
        assert row["many"] == many
        assert row["median"] == close(statistics.median(values))
        assert row["low"] == close(values[math.ceil(many / 4) - 1])
        assert row["high"] == close(values[math.ceil(3 * many / 4) - 1])
        assert (row["least"], row["most"]) == (close(values[0]), close(values[-1]))
    if not stored.corrections.false_set:
        own = stored.corrected
        assert stored.medians == close(medians(own.reps, own.hops, own.holds))
        assert stored.medians == {name: row["median"] for name, row in kept.items()}


def test_the_program_and_the_database_keep_the_same_figures() -> None:
    """A fresh set and a stored one have medians of the same names."""
    assert set_summary.REP_FIGURES == schema_3.REP_FIGURES
    assert set_summary.HOP_FIGURES == schema_3.HOP_FIGURES
    assert set_summary.HOLD_FIGURES == schema_4.HOLD_FIGURES


@given(st.lists(sets, min_size=1, max_size=3), st.data())
@settings(max_examples=30)
def test_the_views_say_what_the_program_says(found: list[Set], data: st.DataObject) -> None:
    """Whoever reads the database with other tools gets the same counts and medians."""
    with in_memory() as store:
        save(store, replace(WORKOUT, sets=tuple(found)), load_kg=10.0)
        for n, each in enumerate(found, 1):
            for item, events in (("rep", each.reps), ("hop", each.hops), ("hold", each.holds)):
                for k in range(1, len(events) + 1):
                    mark = data.draw(st.none() | marks)
                    if mark is not None and (mark != "partial" or item == "rep"):
                        word = Marked(set_n=n, item=item, n=k, mark=mark)  # type: ignore[arg-type]
                        store.correct(1, word, now_utc=NOW)
            for item in ("rep", "hop", "step"):
                if data.draw(st.integers(0, 4)) == 0:
                    store.correct(
                        1,
                        Count(set_n=n, item=item, count=data.draw(st.integers(0, 9))),  # type: ignore[arg-type]
                        now_utc=NOW,
                    )
            for _ in range(data.draw(st.integers(0, 2))):
                store.correct(1, Missed(set_n=n, item="rep"), now_utc=NOW)
            if data.draw(st.integers(0, 5)) == 0:
                store.correct(1, FalseSet(set_n=n), now_utc=NOW)
            if data.draw(st.integers(0, 3)) == 0:
                store.correct(1, Renamed(set_n=n, exercise="tibialis-raise"), now_utc=NOW)
            if data.draw(st.integers(0, 4)) == 0:
                store.take_back(1, n, item=data.draw(st.sampled_from([None, "rep", "hop"])))
        if data.draw(st.booleans()):
            added = AddedSet(exercise="calf-raise-hold", counts={"rep": 4}, hold_s=30.0)
            store.add_set(1, added, now_utc=NOW)
        detail = store.session(1)
        views = list(store._db.query("SELECT * FROM set_summary ORDER BY n"))
        for stored in detail.sets:
            check_figures(store, stored)
        volume = list(store._db.query("SELECT * FROM daily_volume"))
    for stored, view in zip(detail.sets, views, strict=True):
        summary = stored.summary
        assert view["counted"] == (not stored.corrections.false_set)
        assert view["exercise"] == stored.exercise == stored.corrected.exercise
        assert view["machine_exercise"] == (None if stored.added else stored.detected.exercise)
        assert (view["corrected"], view["added"]) == (
            bool(stored.corrections) or stored.added,
            stored.added,
        )
        if stored.corrections.false_set:
            assert (view["reps"], view["hops"], view["holds"], view["hold_s"]) == (0, 0, 0, 0)
            continue
        assert view["steps"] == summary.steps
        assert view["reps"] == (summary.reps.count if summary.reps else 0)
        assert view["partial_reps"] == (summary.reps.partial if summary.reps else 0)
        assert view["hops"] == (summary.hops.count if summary.hops else 0)
        assert view["holds"] == (summary.holds.count if summary.holds else 0)
        assert view["hold_s"] == close((summary.holds.total_s or 0.0) if summary.holds else 0.0)
        for part in (summary.reps, summary.hops):
            for name in ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m", "flight_time_s"):
                if hasattr(part, name):
                    assert view[name] == close(getattr(part, name)), name
            for name in ("contact_time_s", "rsi", "rsi_height_mps"):
                if hasattr(part, name):
                    assert view[name] == close(getattr(part, name)), name
    real = [each.summary for each in detail.sets if not each.corrections.false_set]
    assert sum(row["sets"] for row in volume) == len(real)
    counted = sum(each.reps.count for each in real if each.reps)
    assert sum(row["reps"] for row in volume) == counted
    assert sum(row["volume_kg"] for row in volume) == pytest.approx(10.0 * counted)
    assert sum(row["hops"] for row in volume) == sum(each.hops.count for each in real if each.hops)


def again(store: Store, *found: Set) -> Saved:
    """Analyse the recording anew, with another finding."""
    return save(store, replace(WORKOUT, engine="0.2.0", sets=found), again=True)


def test_a_count_is_carried_to_the_set_at_the_same_time(store: Store) -> None:
    """Though a set before it is gone, and it has another number now."""
    save(store)
    store.correct(1, Count(set_n=2, item="hop", count=5), now_utc=NOW)
    saved = again(store, replace(HOPS, start_s=60.1), HOLD)
    assert (saved.corrections_kept, saved.corrections_left) == (1, 0)
    assert store.session(1).sets[0].corrections.counts == {"hop": 5}


def test_a_mark_is_carried_to_the_rep_at_the_same_time(store: Store) -> None:
    """The new analysis sees one more before it."""
    save(store)
    store.correct(1, Marked(set_n=1, item="rep", n=2, mark="false"), now_utc=NOW)
    store.correct(1, Marked(set_n=1, item="rep", n=5, mark="partial"), now_utc=NOW)
    again(store, replace(RAISES, reps=(rep(7.0), *RAISES.reps)))
    assert store.session(1).sets[0].corrections.marks == {
        ("rep", 3): "false",
        ("rep", 6): "partial",
    }


def test_what_the_new_analysis_agrees_with_needs_no_correction(store: Store) -> None:
    """It dropped the false rep and found the missed one: the person's word has come true."""
    save(store)
    store.correct(1, Marked(set_n=1, item="rep", n=2, mark="false"), now_utc=NOW)
    store.correct(1, Missed(set_n=1, item="rep", at_s=26.0), now_utc=NOW)
    better = (RAISES.reps[0], *RAISES.reps[2:], rep(25.0))
    saved = again(store, replace(RAISES, reps=better))
    assert (saved.corrections_kept, saved.corrections_left) == (2, 0)
    assert not store.session(1).sets[0].corrections
    assert store.sessions()[0].reps == 5


def test_a_missed_rep_of_unknown_time_is_carried_as_the_count_it_made(store: Store) -> None:
    """The new analysis may have found it; counting it twice would be wrong."""
    save(store)
    store.correct(1, Missed(set_n=1, item="rep"), now_utc=NOW)
    assert store.sessions()[0].reps == 6
    again(store, replace(RAISES, reps=(*RAISES.reps, rep(25.0))))
    assert store.sessions()[0].reps == 6


def test_what_fits_nothing_is_left_with_the_old_analysis_and_said(store: Store) -> None:
    """Not thrown away, not put on the wrong set."""
    save(store)
    store.correct(1, Count(set_n=1, item="rep", count=12), now_utc=NOW)
    store.correct(1, Marked(set_n=2, item="hop", n=1, mark="ok"), now_utc=NOW)
    saved = again(store, replace(HOPS, hops=HOPS.hops[1:]), HOLD)
    assert (saved.corrections_kept, saved.corrections_left) == (0, 2)
    assert not store.sessions()[0].corrected
    assert store._db.table("correction").count == 2


# --- another exercise --------------------------------------------------------------------------


def test_a_set_can_be_called_by_another_name(store: Store) -> None:
    """Lists, views and the title say what the person says; the machine's word is beside it."""
    save(store)
    after = store.correct(1, Renamed(set_n=1, exercise="tibialis-raise"), now_utc=NOW)
    assert (after.exercise, after.detected.exercise) == ("tibialis-raise", "single-leg-calf-raise")
    assert after.corrected.exercise == "tibialis-raise"
    assert after.summary.reps == store.session(1).sets[0].summary.reps
    assert store.session(1).title.startswith("2026-03-01 tibialis-raise")
    assert [row.id for row in store.sessions(exercise="tibialis-raise")] == [1]
    assert store.sessions(exercise="single-leg-calf-raise") == []
    store.correct(1, Renamed(set_n=1, exercise="soleus-squat"), now_utc=NOW)
    assert store.take_back(1, 1) == 1
    assert "single-leg-calf-raise" in store.session(1).title


def test_a_guessed_name_that_a_person_gave_is_no_guess(store: Store) -> None:
    """The hops of the workout were named by the machine."""
    save(store)
    after = store.correct(1, Renamed(set_n=2, exercise="single-leg-hop"), now_utc=NOW)
    assert after.detected.guessed
    assert not after.corrected.guessed


def test_a_name_is_carried_unless_the_new_analysis_agrees(store: Store) -> None:
    """By time, like everything."""
    save(store)
    store.correct(1, Renamed(set_n=1, exercise="tibialis-raise"), now_utc=NOW)
    assert again(store, RAISES, HOPS, HOLD).corrections_kept == 1
    assert store.session(1).sets[0].exercise == "tibialis-raise"
    again(store, replace(RAISES, exercise="tibialis-raise"), HOPS, HOLD)
    assert not store.session(1).sets[0].corrections


def test_an_exercise_that_does_not_exist_is_refused(store: Store) -> None:
    """With what was meant."""
    save(store)
    with pytest.raises(UsageError, match="did you mean tibialis-raise"):
        store.correct(1, Renamed(set_n=1, exercise="tibialis-rais"), now_utc=NOW)
    with pytest.raises(UsageError, match="did you mean tibialis-raise"):
        AddedSet(exercise="tibialis-rais", counts={"rep": 3})


# --- a set that was missed altogether ----------------------------------------------------------

MISSED = AddedSet(exercise="tibialis-raise", counts={"rep": 15})


def test_a_missed_set_is_added_behind_those_the_machine_saw(store: Store) -> None:
    """It counts everywhere, and the machine's counts of it are none."""
    save(store, load_kg=10.0, side="left")
    added = store.add_set(1, MISSED, now_utc=NOW)
    assert (added.n, added.added, added.side, added.at_s) == (4, True, "left", None)
    assert added.summary.reps is not None
    assert added.summary.reps.count == 15
    (row,) = store.sessions()
    assert (row.sets, row.reps, row.corrected) == (4, 20, True)
    (view,) = store._db.query("SELECT * FROM set_summary WHERE n = 4")
    assert (view["machine_reps"], view["reps"], view["machine_exercise"]) == (0, 15, None)
    (volume,) = store._db.query("SELECT * FROM daily_volume WHERE exercise = 'tibialis-raise'")
    assert (volume["reps"], volume["volume_kg"]) == (15, 150.0)


def test_a_missed_hold_has_its_seconds(store: Store) -> None:
    """And no steadiness, which nobody measured."""
    save(store)
    added = store.add_set(1, AddedSet(exercise="calf-raise-hold", hold_s=45.0), now_utc=NOW)
    assert added.summary.holds is not None
    assert (added.summary.holds.total_s, added.summary.holds.steadiness) == (45.0, None)
    assert store.sessions()[0].hold_s == 31.0 + 45.0


def test_an_added_set_can_be_corrected_and_taken_away(store: Store) -> None:
    """Another count, another name; undone it is gone, and the numbers close up."""
    save(store)
    store.add_set(1, MISSED, now_utc=NOW)
    store.add_set(1, AddedSet(exercise="single-leg-hop", counts={"hop": 9}), now_utc=NOW)
    store.correct(1, Count(set_n=4, item="rep", count=12), now_utc=NOW)
    store.correct(1, Renamed(set_n=4, exercise="soleus-squat"), now_utc=NOW)
    assert store.sessions()[0].reps == 5 + 12
    assert store.session(1).sets[3].exercise == "soleus-squat"
    assert store.take_back(1, 4) == 1
    assert [(each.n, each.exercise) for each in store.session(1).sets[3:]] == [
        (4, "single-leg-hop")
    ]
    assert store._db.table("correction").count == 1


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"counts": {}}, "nothing is given for the set"),
        ({"counts": {"rep": -1}}, "a count below 0"),
        ({"hold_s": 0.0}, "a hold of 0 s"),
        ({"at_s": float("nan")}, "nan is no time"),
    ],
)
def test_an_added_set_that_makes_no_sense_is_refused(wrong: dict[str, object], line: str) -> None:
    """Before it gets anywhere."""
    with pytest.raises(UsageError, match=line):
        replace(MISSED, **wrong)  # type: ignore[arg-type]


def test_no_set_is_added_where_the_machine_saw_one(store: Store) -> None:
    """That one is to be corrected."""
    save(store)
    with pytest.raises(UsageError, match=r"set 2 was detected then, 60\.0 to 62\.0 s"):
        store.add_set(1, replace(MISSED, at_s=61.0), now_utc=NOW)
    assert store.add_set(1, replace(MISSED, at_s=70.0), now_utc=NOW).at_s == 70.0


def test_an_added_set_outlives_its_analysis(store: Store) -> None:
    """With its count, name and time, whatever the new analysis makes of the rest."""
    save(store)
    store.add_set(1, replace(MISSED, at_s=70.0, side="right"), now_utc=NOW)
    store.correct(1, Renamed(set_n=4, exercise="soleus-squat"), now_utc=NOW)
    assert again(store, RAISES).corrections_kept == 1
    (_, added) = store.session(1).sets
    assert (added.n, added.added, added.exercise) == (2, True, "soleus-squat")
    assert (added.corrections.counts, added.at_s, added.side) == ({"rep": 15}, 70.0, "right")


@pytest.mark.parametrize("at_s", [None, 72.0])
def test_a_missed_set_that_the_new_analysis_sees_is_not_counted_twice(
    store: Store, at_s: float | None
) -> None:
    """By its time, or if nobody knows that, by its exercise."""
    save(store)
    store.add_set(1, replace(MISSED, at_s=at_s), now_utc=NOW)
    seen = replace(RAISES, start_s=70.0, end_s=79.0, exercise="tibialis-raise", reps=(rep(71.0),))
    again(store, RAISES, HOPS, seen, HOLD)
    assert [each.added for each in store.session(1).sets] == [False] * 4
    assert store.sessions()[0].reps == 5 + 1


def test_a_set_of_that_exercise_seen_all_along_is_not_the_missed_one(store: Store) -> None:
    """Two were done, one was seen: analysed anew it is still one that was missed."""
    save(store)
    store.add_set(1, AddedSet(exercise="single-leg-hop", counts={"hop": 20}), now_utc=NOW)
    again(store, RAISES, HOPS, HOLD)
    assert store.sessions()[0].hops == 4 + 20


def test_a_missed_set_goes_to_the_recording_of_its_side(store: Store) -> None:
    """And so gets that one's load."""
    save(store, letter="a", session_key="k", side="left", load_kg=20.0)
    save(store, letter="b", session_key="k", side="right", load_kg=5.0)
    left = store.add_set(1, replace(MISSED, side="left"), now_utc=NOW)
    assert (left.n, left.side, left.load_kg) == (7, "left", 20.0)
    assert store.add_set(1, MISSED, now_utc=NOW).load_kg == 5.0
