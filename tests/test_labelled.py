"""Can accuracy break unnoticed? Figures on the labelled sets that every clone has, each bounded.

A bound is what was measured and a small margin for other versions of the libraries, so that a
change for the worse fails here; a change for the better should tighten it. They are no targets and
no accuracy on people: everybody in these recordings is simulated. ``-s`` prints the figures,
``python -m tests.scoreboard`` the whole table, ``python -m tests.mutants`` changes the rules one at
a time and says which changes these bounds do not notice.
"""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from sensing.core.exercises import CATALOGUE
from tests import labelled_figures, make_labelled_sets

BOUNDS: dict[str, dict[str, float]] = {
    "double-leg-calf-raise": {
        "exact": 0.996,
        "within 1": 0.996,
        "up s": 0.285,
        "down s": 0.155,
        "height %": 4.67,
        "excluded": 0.256,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "single-leg-calf-raise": {
        "exact": 0.871,
        "within 1": 0.996,
        "up s": 0.188,
        "down s": 0.287,
        "height %": 4.63,
        "excluded": 0.06,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "bent-knee-calf-raise": {
        "exact": 0.996,
        "within 1": 0.996,
        "up s": 0.289,
        "down s": 0.241,
        "height %": 5.7,
        "excluded": 0.065,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "seated-calf-raise": {
        "exact": 0.871,
        "within 1": 0.996,
        "up s": 0.123,
        "down s": 0.28,
        "height %": 5.38,
        "excluded": 0.065,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "eccentric-calf-raise": {
        "exact": 0.996,
        "within 1": 0.996,
        "up s": 0.212,
        "down s": 0.413,
        "height %": 3.12,
        "excluded": 0.129,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "jumping-calf-raise": {
        "found": 0.888,
        "landing ms": 1.01,
        "landing bias": 5.88,
        "contact ms": 460.1,
        "contact bias": 173.66,
        "covered": 0.799,
        "excluded": 0.122,
        "false": 4,
        "auto false": 0,
    },
    "soleus-squat": {
        "exact": 0.871,
        "within 1": 0.996,
        "up s": 0.094,
        "down s": 0.15,
        "height %": 5.8,
        "excluded": 0.087,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "tibialis-raise": {
        "exact": 0.621,
        "within 1": 0.621,
        "up s": 0.31,
        "down s": 0.326,
        "height %": 5.23,
        "excluded": 0.274,
        "false": 0,
        "auto": 0.621,
        "auto false": 0,
    },
    "double-leg-hop": {
        "found": 0.989,
        "landing ms": 3.49,
        "landing bias": 5.04,
        "contact ms": 15.37,
        "contact bias": 3.97,
        "covered": 0.964,
        "excluded": 0.073,
        "false": 14,
        "auto": 0.996,
        "auto false": 0,
    },
    "double-leg-hop-shoe": {
        "found": 0.978,
        "landing ms": 7.67,
        "landing bias": 5.48,
        "contact ms": 52.75,
        "contact bias": 50.21,
        "covered": 0.74,
        "excluded": 0.06,
        "false": 5,
        "auto": 0.996,
        "auto false": 1,
    },
    "single-leg-hop": {
        "found": 0.919,
        "landing ms": 10.39,
        "landing bias": 7.35,
        "contact ms": 29.69,
        "contact bias": 11.32,
        "covered": 0.953,
        "excluded": 0.082,
        "false": 45,
        "auto": 0.996,
        "auto false": 0,
    },
    "single-leg-hop-shoe": {
        "found": 0.996,
        "landing ms": 12.12,
        "landing bias": 7.69,
        "contact ms": 40.01,
        "contact bias": 37.8,
        "covered": 0.806,
        "excluded": 0.01,
        "false": 3,
        "auto": 0.996,
        "auto false": 0,
    },
    "box-jump": {
        "found": 0.856,
        "landing ms": 1.35,
        "landing bias": 5.58,
        "contact ms": 697.28,
        "contact bias": 182.09,
        "covered": 0.49,
        "excluded": 0.369,
        "false": 20,
        "auto false": 0,
    },
    "calf-raise-hold": {
        "found": 0.996,
        "hold s": 0.328,
        "false": 0,
        "auto": 0.871,
        "auto false": 0,
    },
    "seated-calf-raise-hold": {
        "found": 0.996,
        "hold s": 2.105,
        "false": 2,
        "auto": 0.996,
        "auto false": 0,
    },
    "leg-press-hold": {
        "found": 0.996,
        "hold s": 1.023,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "single-leg-balance": {
        "found": 0.996,
        "hold s": 0.403,
        "false": 1,
        "auto": 0.996,
        "auto false": 1,
    },
    "hop-to-balance": {
        "found": 0.996,
        "landing ms": 0.56,
        "landing bias": 5.26,
        "hold s": 0.375,
        "excluded": 0.01,
        "false": 21,
        "auto": 0.746,
        "auto false": 1,
    },
    "heel-walk": {
        "found": 0.996,
        "steps %": 0.05,
        "false": 0,
        "auto": 0.996,
        "auto false": 0,
    },
    "heel-toe-walk": {
        "found": 0.996,
        "steps %": 38.3,
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
    assert size < 6.1e6


@pytest.mark.parametrize("name", ["single-leg-hop-0", "seated-calf-raise-3", "heel-walk-2"])
def test_the_script_makes_them_again(name: str) -> None:
    """To rounding: numpy and scipy differ in the last digits from version to version."""
    (plan,) = [plan for plan in make_labelled_sets.plans() if plan.name == name]
    data, truth = make_labelled_sets.make(plan)
    there = labelled_figures.truths()[name]
    for mine, its in zip(truth["sets"], there["sets"], strict=True):
        assert mine["start_s"] == pytest.approx(its["start_s"], abs=0.01)
        assert mine["end_s"] == pytest.approx(its["end_s"], abs=0.01)
    again, kept = (
        np.loadtxt(gzip.decompress(each).decode().splitlines(), delimiter=",", skiprows=1)
        for each in (data, (make_labelled_sets.FOLDER / f"{name}.csv.gz").read_bytes())
    )
    assert again.shape == kept.shape
    assert np.abs(again[:, 1:4] - kept[:, 1:4]).max() < 0.01
