"""A set has the same figures, limitations and picture wherever it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from cli.sets.limitations import limitations, of_analysis, of_recording
from cli.sets.set_figures import amount_words, count_words, fresh, limits, of_stored
from cli.sets.set_picture import picture_of
from sensing.core.events import Set
from sensing.store.values.corrections import Marked
from tests.stored import HOLD, HOPS, NOW, RAISES, WORKOUT, in_memory, save, sets


@given(sets)
@settings(max_examples=30)
def test_a_stored_set_has_the_figures_it_had_when_it_was_fresh(found: Set) -> None:
    """The medians of the database and those of the program, with uncertainties for the same."""
    with in_memory() as store:
        save(store, replace(WORKOUT, sets=(found,)))
        stored = of_stored(store.session(1).sets[0])
    before, after = fresh(1, found), stored
    assert [each.quantity for each in before.figures] == [each.quantity for each in after.figures]
    for one, other in zip(before.figures, after.figures, strict=True):
        assert other.value == pytest.approx(one.value, rel=1e-6, abs=2e-6)
        assert (other.sd is None) == (one.sd is None)
    assert count_words(before) == count_words(after)


def test_a_session_has_the_limitations_of_its_analysis() -> None:
    """``show`` says what ``analyze`` said; the page counts sets instead of naming them."""
    with in_memory() as store:
        save(store)
        (part,) = store.session(1).recordings
    measured = of_recording(part, [of_stored(each) for each in part.sets])
    lines = limitations([of_analysis(WORKOUT)])
    assert limitations([measured]) == lines
    assert "set 1: 1 rep doubtful, counted but in no figure: data gap" in lines
    assert any(line.startswith("set 2: the exercise was detected") for line in lines)
    counted = limitations([measured, measured], by_set=False)
    assert "in a set: 1 rep doubtful, counted but in no figure: data gap (2 times)" in counted
    assert any(line.startswith("in 2 sets: the exercise was detected") for line in counted)


def test_what_is_marked_false_is_named_apart_from_what_is_doubtful() -> None:
    """Only the one does not count."""
    with in_memory() as store:
        save(store)
        store.correct(1, Marked(set_n=1, item="rep", n=1, mark="false"), now_utc=NOW)
        shown = of_stored(store.session(1).sets[0])
    assert list(limits(shown)) == [
        "1 rep marked false",
        "1 rep doubtful, counted but in no figure: data gap",
    ]
    assert count_words(shown) == ["4 reps, 1 of them partial"]


def test_an_unknown_figure_is_named_with_its_reason() -> None:
    """Once for each kind of figure; the rep counts."""
    why = {"raise_time_s": "gap", "hold_time_s": "gap", "rise_m": "outlier"}
    two = tuple(replace(rep, reasons=why, rise_m=None) for rep in RAISES.reps[:2])
    (hold,) = HOLD.holds
    shown = fresh(1, replace(RAISES, reps=(*two, RAISES.reps[2])))
    assert set(limits(shown)) == {
        "tempo of 2 reps unknown: data gap",
        "height of 2 reps unknown: absurd sample",
    }
    assert count_words(shown) == ["3 reps, 1 of them partial"]
    cut = fresh(1, replace(HOLD, holds=(replace(hold, reasons={"duration_s": "cut off"}),)))
    assert list(limits(cut)) == ["time held of 1 hold unknown: cut off"]
    assert amount_words(cut) == "held –"


def test_a_picture_has_the_phases_and_instants_of_its_events() -> None:
    """Also without the signal; hidden by nothing that is not valid."""
    picture = picture_of(RAISES)
    assert picture.lines == ()
    assert [span.kind for span in picture.spans[:3]] == ["up", "top", "down"]
    assert [span.valid for span in picture.spans[::3]] == [True, True, True, False, True]
    assert [mark.kind for mark in picture.marks].count("partial") == 1
    hops = picture_of(HOPS)
    assert [span.kind for span in hops.spans].count("flight") == 3
    assert [mark.at_s for mark in hops.marks if mark.kind == "contact"] == [
        60.0,
        60.35,
        60.7,
        61.05,
    ]
    (held,) = picture_of(HOLD).spans
    assert (held.kind, held.took_s) == ("held", 31.0)
