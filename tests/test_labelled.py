"""Can accuracy break unnoticed? Figures on the labelled sets that every clone has, each bounded.

A bound is what was measured and a small margin for other versions of the libraries, so that a
change for the worse fails here; a change for the better should tighten it. They are no targets and
no accuracy on people: everybody in these recordings is simulated. ``-s`` prints the figures,
``python -m tests.scoreboard`` the whole table, ``python -m tests.mutants`` changes the rules one at
a time and says which changes these bounds do not notice.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensing.core.exercises import CALF_RAISE, CATALOGUE
from sensing.simulation.options import MOVEMENTS
from tests import (
    labelled_figures,
    make_labelled_sets,
    make_people_like_sets,
    people_like_figures,
)

BOUNDS: dict[str, dict[str, float]] = {
    "double-leg-calf-raise": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.27,
        "down s": 0.141,
        "height %": 3.01,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "single-leg-calf-raise": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.152,
        "down s": 0.265,
        "height %": 2.38,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "bent-knee-calf-raise": {
        "exact": 0.873,
        "within 1": 0.998,
        "up s": 0.271,
        "down s": 0.204,
        "height %": 3.83,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "seated-calf-raise": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.0789,
        "down s": 0.242,
        "height %": 6.91,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "eccentric-calf-raise": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.224,
        "down s": 0.41,
        "height %": 3.59,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "jumping-calf-raise": {
        "found": 0.855,
        "landing ms": 19,
        "landing bias": 4.7,
        "contact ms": 22.54,
        "contact bias": 10.63,
        "covered": 0.998,
        "stands": 0.748,
        "excluded": 0.002,
        "false": 4,
        "auto false": 0,
    },
    "soleus-squat": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.11,
        "down s": 0.182,
        "height %": 3.96,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "tibialis-raise": {
        "exact": 0.998,
        "within 1": 0.998,
        "up s": 0.238,
        "down s": 0.32,
        "height %": 6.95,
        "excluded": 0.003,
        "false": 0,
        "auto": 0.748,
        "auto false": 0,
    },
    "double-leg-hop": {
        "found": 0.998,
        "landing ms": 3.22,
        "landing bias": 4.42,
        "contact ms": 14.54,
        "contact bias": 2.32,
        "covered": 0.955,
        "excluded": 0.002,
        "false": 9,
        "auto": 0.998,
        "auto false": 0,
    },
    "double-leg-hop-shoe": {
        "found": 0.998,
        "landing ms": 3.12,
        "landing bias": 5.65,
        "contact ms": 75.82,
        "contact bias": 70.25,
        "covered": 0.051,
        "excluded": 0.02,
        "false": 0,
        "auto": 0.998,
        "auto false": 1,
    },
    "single-leg-hop": {
        "found": 0.978,
        "landing ms": 6.8,
        "landing bias": 2.76,
        "contact ms": 24.76,
        "contact bias": 1.41,
        "covered": 0.984,
        "excluded": 0.002,
        "false": 9,
        "auto": 0.998,
        "auto false": 0,
    },
    "single-leg-hop-shoe": {
        "found": 0.998,
        "landing ms": 5.01,
        "landing bias": 7.59,
        "contact ms": 62.82,
        "contact bias": 47.3,
        "covered": 0.048,
        "excluded": 0.019,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "box-jump": {
        "found": 0.831,
        "landing ms": 3.87,
        "landing bias": 6.2,
        "contact ms": 43.82,
        "contact bias": 3.91,
        "covered": 0.892,
        "stands": 0.807,
        "excluded": 0.06,
        "false": 15,
        "auto false": 0,
    },
    "drop-jump": {
        "found": 0.807,
        "landing ms": 11.42,
        "landing bias": 4.29,
        "contact ms": 28.0,
        "contact bias": 4.27,
        "covered": 0.998,
        "excluded": 0.002,
        "false": 0,
        "auto false": 0,
    },
    "calf-raise-hold": {
        "found": 0.998,
        "hold s": 0.318,
        "false": 0,
        "auto": 0.873,
        "auto false": 0,
    },
    "seated-calf-raise-hold": {
        "found": 0.998,
        "hold s": 2.052,
        "false": 2,
        "auto": 0.998,
        "auto false": 0,
    },
    "leg-press-hold": {
        "found": 0.998,
        "hold s": 0.996,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "single-leg-balance": {
        "found": 0.998,
        "hold s": 0.392,
        "false": 1,
        "auto": 0.998,
        "auto false": 1,
    },
    "hop-to-balance": {
        "found": 0.998,
        "landing ms": 8.87,
        "landing bias": 1.65,
        "hold s": 0.37,
        "excluded": 0.002,
        "false": 2,
        "auto": 0.748,
        "auto false": 0,
    },
    "vele-forward-lean": {
        "found": 0.998,
        "lean °": 0.91,
        "lean covered": 0.998,
        "hold s": 0.36,
        "false": 0,
        "auto": 0.873,
        "auto false": 0,
    },
    "heel-walk": {
        "found": 0.998,
        "steps %": 0.02,
        "false": 0,
        "auto": 0.998,
        "auto false": 0,
    },
    "heel-toe-walk": {
        "found": 0.998,
        "steps %": 37.71,
        "false": 0,
        "auto false": 0,
    },
}
"""At least so much of what is better when higher, at most so much of everything else."""


@pytest.mark.parametrize("row", labelled_figures.rows())
def test_figures_are_no_worse_than_they_were(row: str) -> None:
    """Counts, tempo, height, hops, contact times, holds, false detections."""
    got = labelled_figures.figures(row)
    print()
    worse = []
    for name, bound in BOUNDS[row].items():
        at_least = name in labelled_figures.HIGHER_IS_BETTER
        sign = "≥" if at_least else "≤"
        print(f"{row:24s} {name:14s} {labelled_figures.shown(got[name]):>8s}  {sign} {bound:g}")
        if got[name] < bound if at_least else got[name] > bound:
            worse.append(f"{name} is {got[name]:.4f}, not {sign} {bound}")
        assert name in labelled_figures.MEANING
    assert worse == []
    assert set(BOUNDS[row]) | {"auto"} == set(got) | {"auto"}


def test_every_exercise_is_done_by_several_people() -> None:
    """On sensors of 50 to 208 Hz, with and without a gyro, with packets lost."""
    truths = labelled_figures.truths()
    for row in CATALOGUE:
        if not row.is_seen or row.name == CALF_RAISE:
            continue
        own = [truth for truth in truths.values() if truth["exercise"] == row.name]
        assert len({truth["seed"] for truth in own}) >= 4
        assert {truth["gyro"] for truth in own} == {True, False}
        assert any(truth["loss"] for truth in own)
    rates_hz = {truth["rate_hz"] for truth in truths.values()}
    assert min(rates_hz) == 50
    assert max(rates_hz) == 208
    assert list(BOUNDS) == labelled_figures.rows()


def test_the_labelled_sets_are_small() -> None:
    """They come with every clone."""
    size = sum(path.stat().st_size for path in make_labelled_sets.FOLDER.iterdir())
    assert size < 6.8e6


LOSING = ("packets-lost", "gaps")
LEAST = {
    ("without loss", "given, gyro"): 0.97,
    ("without loss", "given, no gyro"): 0.95,
    ("without loss", "auto, gyro"): 0.91,
    ("without loss", "auto, no gyro"): 0.75,
    ("with 2 % lost", "given, gyro"): 0.99,
    ("with 2 % lost", "given, no gyro"): 0.89,
    ("with 2 % lost", "auto, gyro"): 0.99,
    ("with 2 % lost", "auto, no gyro"): 0.79,
}
"""Share of exact counts. The target is .98 without loss and .95 with it: with the exercise given it
is nearly reached; ``auto`` without a gyro is strict where the shank hardly leans."""


@pytest.mark.parametrize(("what", "how"), LEAST)
def test_people_like_sets_are_counted(what: str, how: str) -> None:
    """Every kind of raise, brisk, shaky, hardly leaning, cut in mid-set; and with lost samples."""
    lossy = what == "with 2 % lost"
    found = [
        each
        for group in people_like_figures.groups()
        if group not in MOVEMENTS and (group in LOSING) == lossy
        for each in people_like_figures.counted(group)
        if each.how == how
    ]
    print(f"{what}, {how}: {people_like_figures.share(found):.3f} of {len(found)}")
    assert people_like_figures.share(found) >= LEAST[what, how]


def test_movements_of_a_day_give_hardly_a_set() -> None:
    """Walking with and without aids, stairs, squats, sitting down and weight shifts.

    The target is none. Some simulated squats, chairs and weight shifts still pass for holds or low
    raises; there are no recordings of people doing these with the sensor at the ankle.
    """
    false = {
        (each.name, each.how): each.false
        for group in MOVEMENTS
        for each in people_like_figures.counted(group)
        if each.false
    }
    print(false)
    assert not [name for name, _ in false if name.startswith(("walking", "stairs"))]
    assert sum(false.values()) <= 9


def test_people_like_sets_are_of_every_kind() -> None:
    """With and without a gyro, at 50, 100 and 200 Hz, in steps of 0.01 g too; small."""
    truths = people_like_figures.truths()
    plans = make_people_like_sets.plans()
    assert list(truths) == [plan.name for plan in plans]
    for group in people_like_figures.groups():
        own = [plan.options for plan in plans if plan.group == group]
        assert {each.gyro for each in own} == {True, False}
        assert {each.rate_hz for each in own} >= {50.0, 100.0}
        assert {each.resolution_mg for each in own} == {None, 10.0}
    assert {plan.options.rate_hz for plan in plans} == {50.0, 100.0, 200.0}
    size = sum(path.stat().st_size for path in make_people_like_sets.FOLDER.iterdir())
    assert size < 3e6


@pytest.mark.parametrize("name", ["brisk-1", "gaps-0", "stairs-1", "cut-2"])
def test_the_script_makes_people_like_sets_again(name: str) -> None:
    """To rounding, as the others."""
    (plan,) = [plan for plan in make_people_like_sets.plans() if plan.name == name]
    data, truth = make_people_like_sets.make(plan)
    step_g = (plan.options.resolution_mg or 4.0) / 1000
    path = make_people_like_sets.FOLDER / f"{name}.csv.gz"
    _is_as_before(data, truth, path, most_g=max(0.01, 1.5 * step_g))  # a last digit may tip a step


@pytest.mark.parametrize("name", ["single-leg-hop-0", "seated-calf-raise-3", "heel-walk-2"])
def test_the_script_makes_them_again(name: str) -> None:
    """To rounding: numpy and scipy differ in the last digits from version to version."""
    (plan,) = [plan for plan in make_labelled_sets.plans() if plan.name == name]
    data, truth = make_labelled_sets.make(plan)
    _is_as_before(data, truth, make_labelled_sets.FOLDER / f"{name}.csv.gz")


def _is_as_before(data: bytes, truth: dict[str, Any], path: Path, most_g: float = 0.01) -> None:
    """The same recording and sets as in the folder."""
    truths = json.loads((path.parent / make_labelled_sets.TRUTH).read_text(encoding="utf-8"))
    there = truths[path.name.removesuffix(".csv.gz")]
    for mine, its in zip(truth["sets"], there["sets"], strict=True):
        assert mine["start_s"] == pytest.approx(its["start_s"], abs=0.01)
        assert mine["end_s"] == pytest.approx(its["end_s"], abs=0.01)
    again, kept = (
        np.loadtxt(gzip.decompress(each).decode().splitlines(), delimiter=",", skiprows=1)
        for each in (data, path.read_bytes())
    )
    assert again.shape == kept.shape
    assert np.abs(again[:, 1:4] - kept[:, 1:4]).max() < most_g
