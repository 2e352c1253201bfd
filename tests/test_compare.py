"""Are differences between legs, sessions and the ends of a set reported, and only real ones?"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sensing.core.events import Rep, Set
from sensing.core.samples import Side
from sensing.review.difference import difference
from sensing.review.fatigue import fatigue
from sensing.review.metrics import find_metric
from sensing.review.symmetry import symmetry, words
from sensing.store.store import Store
from tests.conftest import Command
from tests.stored import HOLD, HOPS, RAISES, WORKOUT, rep, save
from tests.test_trend import figure
from tests.years import write_years

RISE = find_metric("rise_m")
HOLD_S = find_metric("duration_s")


def legs(ratio: float, *, sessions: int, scatter: float, seed: int = 1, apart: bool = False):  # type: ignore[no-untyped-def]
    """Left is ``ratio`` times right; days are good or bad for both."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(sessions):
        day = 30 * math.exp(0.2 * rng.normal())
        for k, (side, level) in enumerate((("left", ratio), ("right", 1.0))):
            value = day * level * math.exp(scatter * rng.normal())
            session = 2 * n + k if apart else n
            found.append(figure(session, value, side=side, session_id=session))
    return found


def test_the_interval_contains_a_known_ratio_as_often_as_stated() -> None:
    """At least 95 in 100 (the error of the strap, which this has not, only widens it)."""
    held = 0
    for seed in range(200):
        found = symmetry(legs(0.85, sessions=6, scatter=0.05, seed=seed), HOLD_S)
        assert found is not None
        assert found.paired
        held += (found.low_percent or 0) <= 85 <= (found.high_percent or 0)
    assert held >= 186


def test_good_and_bad_days_don_t_hide_a_difference() -> None:
    """Both legs share them."""
    found = symmetry(legs(0.85, sessions=8, scatter=0.02), HOLD_S)
    assert found is not None
    assert found.unequal
    assert found.better is False
    assert found.below_usual
    assert words(found, HOLD_S) == (
        f"left {100 - found.index_percent:.0f} % lower than right, worse; below the usual 90 %"
    )
    apart = symmetry(legs(0.85, sessions=4, scatter=0.02, apart=True), HOLD_S)
    assert apart is not None
    assert not apart.paired
    assert not apart.unequal, "between days the legs were never done on, days scatter too much"


def test_equal_legs_show_no_difference() -> None:
    """Nor is the index far from 100."""
    found = symmetry(legs(1.0, sessions=10, scatter=0.05), RISE)
    assert found is not None
    assert not found.unequal
    assert words(found, RISE) == "no difference"


def test_the_index_of_the_other_leg_is_the_inverse() -> None:
    """Right as a percentage of left."""
    these = legs(0.8, sessions=6, scatter=0.03)
    one, other = symmetry(these, HOLD_S), symmetry(these, HOLD_S, of="right")
    assert one is not None
    assert other is not None
    assert one.index_percent * other.index_percent == pytest.approx(10_000)
    assert other.high_percent == pytest.approx(1e4 / (one.low_percent or 1))
    assert (one.better, other.better) == (False, True)


def test_one_leg_alone_has_no_index() -> None:
    """Nor has what is no larger than its own error."""
    assert symmetry([figure(1, 0.06, side="left")], RISE) is None
    tiny = [figure(1, 0.02, side=side) for side in ("left", "right")]
    assert symmetry(tiny, find_metric("hold_time_s")) is None


def test_a_calibrated_leg_is_not_compared_with_one_that_is_not() -> None:
    """The calibration alone would make a difference; what was measured alike still counts."""
    basis = {"left": "ankle, profile me version 1", "right": "ankle, not calibrated"}
    these = [each._replace(basis=basis[each.side]) for each in legs(0.8, sessions=8, scatter=0.02)]
    found = symmetry(these, HOLD_S)
    assert found is not None
    assert (found.alike, found.unequal, found.low_percent) == (False, False, None)
    assert words(found, HOLD_S) == "the legs were measured otherwise"
    before = legs(0.8, sessions=8, scatter=0.02)
    both = symmetry([*these, *(each._replace(basis=basis["right"]) for each in before)], HOLD_S)
    assert both is not None
    assert both.alike
    assert both.unequal


def test_one_set_each_is_too_little_to_judge() -> None:
    """An index without an interval is no verdict."""
    found = symmetry([figure(1, 0.05, side="left"), figure(1, 0.06, side="right")], RISE)
    assert found is not None
    assert (found.low_percent, found.unequal) == (None, False)
    assert words(found, RISE) == "too little to tell"


def test_two_sessions_differ_only_beyond_their_error() -> None:
    """Not a tenth of a centimetre, but two; another calibration can't be compared."""
    one = [figure(1, 0.060)]
    near, far = [figure(2, 0.061)], [figure(2, 0.080)]
    found = difference(one, near, RISE)
    assert found is not None
    assert (found.judged, found.better) == ("within error", None)
    found = difference(one, far, RISE)
    assert found is not None
    assert (found.judged, found.better) == ("up", True)
    found = difference(one, [figure(2, 0.080, basis="elsewhere")], RISE)
    assert found is not None
    assert (found.judged, found.better) == ("not comparable", None)
    assert difference(one, [], RISE) is None


# --- within a set ------------------------------------------------------------------------------


def tiring(share: float, *, reps: int = 15, scatter: float = 0.02) -> Set:
    """A set that loses a share of its rise."""
    rng = np.random.default_rng(4)
    made: list[Rep] = []
    for n in range(reps):
        rise_m = 0.06 * (1 - share * n / (reps - 1)) * math.exp(scatter * rng.normal())
        made.append(rep(3.0 * n, rise_m=rise_m))
    return replace(RAISES, reps=tuple(made))


def test_fatigue_within_a_set_is_detected() -> None:
    """A quarter of the height, by the ends of the line."""
    found = fatigue(tiring(0.25), "rise_m")
    assert found is not None
    assert found.certain
    assert found.change == pytest.approx(-0.25, abs=0.03)
    assert found.low <= -0.25 <= found.high
    assert found.first == pytest.approx(0.06, rel=0.03)


def test_scatter_within_a_set_is_not_fatigue() -> None:
    """One stumble at the end is no fatigue either."""
    steady = tiring(0.0)
    found = fatigue(steady, "rise_m")
    assert found is not None
    assert not found.certain
    stumbled = replace(steady, reps=(*steady.reps[:-1], rep(99.0, rise_m=0.02)))
    found = fatigue(stumbled, "rise_m")
    assert found is not None
    assert abs(found.change) < 0.1


def test_invalid_reps_give_no_figures() -> None:
    """Five valid reps are too few to judge."""
    reps = tuple(
        replace(each, valid=n < 5, reason=None if n < 5 else "gap")
        for n, each in enumerate(tiring(0.3).reps)
    )
    assert fatigue(replace(RAISES, reps=reps), "rise_m") is None


# --- the command -------------------------------------------------------------------------------


def keep(store: Store, letter: str, side: Side, *, lift: float = 1.0) -> None:
    """A workout of one leg."""
    raises = replace(
        RAISES,
        side=None,
        reps=tuple(rep(10 + 3 * n, rise_m=lift * (0.06 + 0.001 * (n % 3))) for n in range(8)),
    )
    save(store, replace(WORKOUT, sets=(raises, HOPS, HOLD)), letter=letter, side=side)


def test_legs_are_compared(run: Command, db_path: Path) -> None:
    """Each exercise under its name, JSON with every number."""
    write_years(db_path, sessions=20, years=0.1)
    done = run("compare", "left", "right")
    assert done.status == 0
    text = " ".join(done.out.split())
    for word in (
        "left as a percentage of right (LSI)",
        "LSI (%)",
        "single-leg-hop",
        "Fatigue within a set",
        "no difference",
    ):
        assert word in text, word
    found = json.loads(run("compare", "right", "left", "--json").out)
    hold = next(row for row in found["compared"] if row["metric"] == "duration_s")
    assert hold["index_percent"] == pytest.approx(100 / 0.94, rel=0.05)
    assert found["within_sets"]


def test_sessions_are_compared(run: Command, store: Store) -> None:
    """Only what both have; twice the height is reported as higher."""
    keep(store, "a", "left")
    keep(store, "b", "left", lift=2.0)
    done = run("compare", 1, 2, "-e", "single-leg-calf-raise")
    assert done.status == 0
    (line,) = [row for row in done.out.splitlines() if row.startswith("heel-rise height (cm)")]
    assert line.split()[3:6] == ["6.1", "12.2", "+6.1"]
    assert line.rstrip().endswith("higher, better")
    assert "contact" not in done.out


def test_nothing_in_common_is_reported(run: Command, store: Store) -> None:
    """On standard error."""
    keep(store, "a", "left")
    keep(store, "b", "right")
    done = run("compare", 1, 2)
    assert (done.status, done.out) == (0, "")
    assert "no data in common" in done.err


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("left", "left"), "'left' is neither a leg nor a session"),
        (("1", "right"), "'right' is neither"),
        (("1", "1"), "cannot be compared with itself"),
        (("1", "77"), "there is no session 77"),
        (("1", "2", "--since", "2026-01-01"), "are for comparing legs"),
    ],
)
def test_invalid_arguments_give_one_line(
    run: Command, store: Store, args: tuple[str, ...], line: str
) -> None:
    """And status two."""
    keep(store, "a", "left")
    done = run("compare", *args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


def test_an_empty_database_has_nothing_to_compare(run: Command) -> None:
    """A message, not an error."""
    done = run("compare", "left", "right")
    assert (done.status, done.out) == (0, "")
    assert "no data in common" in done.err
