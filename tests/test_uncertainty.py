"""Every figure has a standard uncertainty; medians are known better; none falls out of date."""

from __future__ import annotations

import json
import math
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.holds.steadiness import steadiness
from sensing.analysis.holds.steadiness_uncertainty import relative_sd, with_missing
from sensing.core import reactive_strength as reactive
from sensing.core.events import Analysis, Steadiness
from sensing.results.json_document import document
from sensing.results.quantities import sd_name
from sensing.results.uncertainty import SHARED, median_sd, spread, spread_sd, uncertainties
from sensing.store.store import open_store
from sensing.store.values.corrections import Count, FalseSet, Marked
from tests.stored import HOPS, NOW, RAISES, WORKOUT, hop, rep, save
from tests.test_steadiness import hold, swaying

SDS = st.lists(st.floats(1e-3, 10), min_size=1, max_size=40)
KNOWN_REPS = {"raise_time_sd_s": 0.1, "hold_time_sd_s": 0.2, "lower_time_sd_s": 0.1}
NO_FIGURE = {
    *("set", "start_s", "end_s", "top_s", "lower_s", "contact_s", "takeoff_s", "partial"),
    *("calibrated", "valid", "reason", "reasons", "steadiness"),
}


@given(SDS, st.sampled_from(sorted(SHARED)))
def test_a_median_is_known_no_worse_than_one_event_and_no_better_than_what_all_share(
    sds: list[float], figure: str
) -> None:
    """Averaging takes away what differs between events, never what they have in common."""
    found, usual = median_sd(figure, sds), float(np.median(sds))
    assert found is not None
    assert math.sqrt(SHARED[figure]) * usual <= found * (1 + 1e-12)
    assert found <= usual * (1 + 1e-12)


@given(st.floats(0.05, 1), st.floats(0.02, 0.7), st.floats(1e-4, 0.05))
def test_the_uncertainty_of_rsi_by_height_goes_with_that_of_rsi(
    contact_s: float, flight_s: float, sd_s: float
) -> None:
    """Both come from one error of contact time, whichever is stored."""
    rsi_sd = reactive.rsi_sd(contact_s, flight_s, sd_s)
    given_rsi = reactive.rsi_height_sd_from_rsi_sd(contact_s, flight_s, rsi_sd)
    assert given_rsi == pytest.approx(reactive.rsi_height_sd_mps(contact_s, flight_s, sd_s))


def test_every_figure_of_the_json_has_its_uncertainty_beside_it() -> None:
    """Of single events and of summaries; counts, instants and spreads of hops have none."""
    reps = tuple(rep(at_s, rise_sd_m=0.01, **KNOWN_REPS) for at_s in (10.0, 13.0))
    hops = tuple(hop(t, flight_time_sd_s=0.01, rsi_sd=0.1) for t in (60.0, 60.35, 60.7))
    analysis = replace(
        WORKOUT, sets=(replace(RAISES, reps=reps), replace(HOPS, hops=hops), WORKOUT.sets[2])
    )
    whole: dict[str, Any] = json.loads(json.dumps(document(analysis)))
    for kind in ("reps", "hops", "holds"):
        for event in whole[kind]:
            names = set(event) - NO_FIGURE
            assert not [n for n in names if "_sd" not in n and sd_name(n) not in names], kind
    assert whole["hops"][0]["height_sd_m"] > 0
    for kind, counted in (
        ("reps", {"count", "full", "partial", "invalid"}),
        ("hops", {"count", "invalid"}),
        ("holds", {"count", "invalid", "steadiness"}),
    ):
        summary = whole["summary"][kind]
        figures = {n for n in summary if "_sd" not in n} - counted
        assert figures
        assert not [n for n in figures if sd_name(n) not in summary]


def test_every_figure_of_steadiness_has_an_uncertainty() -> None:
    """By name, so that a new one is not forgotten."""
    names = set(Steadiness.__dataclass_fields__)
    assert not [name for name in names if "_sd" not in name and sd_name(name) not in names]


def test_the_database_keeps_the_uncertainties_of_each_set_up_to_date(tmp_path: Path) -> None:
    """They are those of the set after corrections, even if another program wrote one."""
    path = tmp_path / "a.db"
    analysis: Analysis = replace(
        WORKOUT,
        sets=(
            replace(RAISES, reps=tuple(rep(10 + 3 * n, **KNOWN_REPS) for n in range(4))),
            replace(HOPS, hops=(hop(60.0, rsi_sd=0.1), hop(60.4, rsi_sd=0.2), hop(60.8))),
        ),
    )

    def up_to_date() -> None:
        with open_store(path) as store:
            for each in store.session(1).sets:
                wanted = {} if each.corrections.false_set else uncertainties([each.corrected])
                assert each.sds == pytest.approx(wanted, abs=1e-8)
            ((due,),) = store._db.execute("SELECT sum(sd_due) FROM exercise_set").fetchall()
            assert due == 0

    with open_store(path) as store:
        save(store, analysis)
    up_to_date()
    with open_store(path) as store:
        before = store.session(1).sets[1].sds["rsi"]
        store.correct(1, Marked(set_n=2, item="hop", n=2, mark="false"), now_utc=NOW)
        assert store.session(1).sets[1].sds["rsi"] != before
        store.correct(1, Count(set_n=1, item="rep", count=9), now_utc=NOW)
    up_to_date()
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM correction WHERE item = 'hop'")
    raw.close()
    up_to_date()
    with open_store(path) as store:
        assert store.session(1).sets[1].sds["rsi"] == pytest.approx(before)
        store.correct(1, FalseSet(set_n=1), now_utc=NOW)
        assert store.session(1).sets[0].sds == {}
        store.take_back(1, 1)
    up_to_date()


@pytest.mark.parametrize("corner_hz", [0.5, 1.0, 4.0])
def test_the_root_mean_square_of_noise_is_within_two_of_its_uncertainties(corner_hz: float) -> None:
    """200 stretches of coloured noise, whose true value is known: 91 to 99 %. Where most of it is
    slower than half the stretch there is too little to learn from: 88 %."""
    rng, rate_hz, seconds = np.random.default_rng(1), 50.0, 12.0
    n = round(seconds * rate_hz)
    frequency = np.fft.rfftfreq(64 * n, 1 / rate_hz)
    shape = 1 / np.sqrt(1 + (frequency / corner_hz) ** 2)
    within = []
    for _ in range(4):
        spectrum = shape * rng.standard_normal((2, len(frequency))) * (1 + 0j)
        spectrum += 1j * shape * rng.standard_normal((2, len(frequency)))
        parts = np.fft.irfft(spectrum, axis=1).T
        stretches = [parts[i * n : (i + 1) * n] for i in range(50)]
        stretches = [each - each.mean(axis=0) for each in stretches]
        sizes = [float(np.sqrt(np.mean(np.sum(each**2, axis=1)))) for each in stretches]
        true = float(np.sqrt(np.mean(np.square(sizes))))
        within += [
            abs(size - true) <= 2 * size * relative_sd(each)
            for size, each in zip(sizes, stretches, strict=True)
        ]
    assert 0.91 <= np.mean(within) <= 0.99


@given(st.floats(0.01, 10), st.integers(0, 1000))
def test_uncertainty_has_the_unit_of_its_figure(scale: float, seed: int) -> None:
    """A curve of twice the size has twice the uncertainty."""
    curve = np.random.default_rng(seed).standard_normal((200, 2)).cumsum(axis=0)
    curve -= curve.mean(axis=0)
    assert relative_sd(scale * curve) == pytest.approx(relative_sd(curve))


@given(st.floats(0, 0.1))
def test_missing_samples_only_widen(share: float) -> None:
    """Never the figure itself, and no uncertainty gets smaller."""
    whole = steadiness(hold(swaying(50.0, seconds=5.0), 50.0))
    torn = with_missing(whole, share)
    for name in Steadiness.__dataclass_fields__:
        a, b = getattr(whole, name), getattr(torn, name)
        if a is not None:
            assert b >= a if "_sd" in name else b == a


@pytest.mark.parametrize("true_s", [0.0, 0.005, 0.02], ids=["none", "little", "much"])
def test_the_spread_of_hops_is_within_its_uncertainty(true_s: float) -> None:
    """Hops that differ by so much, timed with errors of which a share is common to all."""
    rng = np.random.default_rng(0)
    shared, sd_s, n = SHARED["contact_time_s"], 0.02, 15
    held = 0
    for _ in range(400):
        done_s = 0.2 + true_s * rng.standard_normal(n)
        common, own = rng.standard_normal(), rng.standard_normal(n)
        timed_s = done_s + sd_s * (shared**0.5 * common + (1 - shared) ** 0.5 * own)
        off_s = (spread(timed_s.tolist()) or 0.0) - (spread(done_s.tolist()) or 0.0)
        stated_s = spread_sd("contact_time_s", timed_s.tolist(), [sd_s] * n)
        assert stated_s is not None
        held += abs(off_s) <= 2 * stated_s
    assert 0.93 <= held / 400 <= 1.0
    assert spread_sd("contact_time_s", [0.2], [sd_s]) is None
