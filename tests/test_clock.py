"""The clock fit: true rate, loss and delay distinguished, drift followed, and how much work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.sampling.clock_fit import BRIDGE_S, Grid, fit_arrival, fit_stamps
from tests.work import calls

RATES_HZ = (50.0, 100.0, 104.0, 208.0, 209.3, 416.0, 420.0)


def stamps(rate_hz: float, seconds: float) -> Floats:
    """Perfect stamps."""
    return np.arange(int(rate_hz * seconds)) / rate_hz


def missing(grids: list[Grid], t: Floats) -> int:
    """Lost samples inside the blocks, by the fit."""
    return sum(len(g) for g in grids) - len(t)


def largest_error(grids: list[Grid], true_s: Floats) -> float:
    """Largest distance of the grid from the true times, in sample periods."""
    worst = 0.0
    for g in grids:
        place = g.index if g.place is None else g.place
        off = (g.t0_s + place / g.rate_hz - true_s[g.first : g.last]) * g.rate_hz
        worst = max(worst, float(np.max(np.abs(off))))
    return worst


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_stamps_rounded_to_the_millisecond_are_not_gaps(rate_hz: float) -> None:
    """At 420 Hz a rounded step is 2 or 3 ms instead of 2.4; nothing counts as lost."""
    t = stamps(rate_hz, 120)
    (grid,) = fit_stamps(np.round(t, 3))
    assert len(grid) == len(t)
    assert grid.rate_hz == pytest.approx(rate_hz, rel=1e-6)
    assert largest_error([grid], t) < 0.25


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("jitter", [0.0, 0.4])
def test_every_lost_packet_is_counted_exactly(rate_hz: float, jitter: float) -> None:
    """Packets of 5 to 19 samples go missing; jitter of ±0.4 of a period changes no count."""
    rng = np.random.default_rng(int(rate_hz))
    t = stamps(rate_hz, 120)
    keep = np.ones(len(t), dtype=np.bool_)
    for first in rng.integers(100, len(t) - 100, 20):
        keep[first : first + rng.integers(5, 20)] = False
    late = np.sort(t + jitter * rng.uniform(-1, 1, len(t)) / rate_hz)
    grids = fit_stamps(np.round(late, 5)[keep])
    assert missing(grids, t[keep]) == int(np.sum(~keep))
    assert largest_error(grids, t[keep]) < 0.1


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_samples_lost_one_by_one_are_counted(rate_hz: float) -> None:
    """One in ten lost at random, as by an overloaded sensor."""
    rng = np.random.default_rng(3)
    t = stamps(rate_hz, 60)
    keep = rng.random(len(t)) > 0.1
    keep[[0, -1]] = True
    grids = fit_stamps(t[keep])
    assert missing(grids, t[keep]) == int(np.sum(~keep))
    assert grids[0].rate_hz == pytest.approx(rate_hz, rel=1e-6)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_jittering_phone_loses_nothing(rate_hz: float) -> None:
    """Gaussian jitter of a quarter period makes many steps longer than 1.5 periods."""
    rng = np.random.default_rng(5)
    t = stamps(rate_hz, 300)
    late = np.sort(t + rng.normal(0, 0.25, len(t)) / rate_hz)
    assert np.max(np.diff(late)) * rate_hz > 1.5
    grids = fit_stamps(late)
    assert missing(grids, t) == 0
    assert largest_error(grids, t) < 0.05


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
@pytest.mark.parametrize("step_s", [0.0, 1e-4])
def test_batches_stamped_on_arrival_are_spread_over_their_time(
    rate_hz: float, step_s: float
) -> None:
    """Ten samples written at once, with (nearly) equal stamps, each batch a little late."""
    rng = np.random.default_rng(7)
    n = int(rate_hz * 60) // 10 * 10
    t = np.arange(n) / rate_hz
    arrival = np.repeat(t[9::10] + rng.exponential(0.008, n // 10), 10)
    arrival = np.maximum.accumulate(arrival + step_s * np.tile(np.arange(10), n // 10))
    grids = fit_stamps(arrival)
    assert missing(grids, t) == 0
    assert grids[0].rate_hz == pytest.approx(rate_hz, rel=5e-4)
    assert largest_error(grids, t) / rate_hz < 0.004


def test_a_batch_that_never_comes_is_loss_and_one_that_comes_late_is_not() -> None:
    """A delay of 0.9 s made up for afterwards, against 0.9 s of lost samples."""
    rate_hz = 100.0
    ends = np.arange(9, 6000, 10) / rate_hz
    late = ends.copy()
    late[300:309] = late[309]
    assert missing(fit_stamps(np.repeat(late, 10)), np.repeat(late, 10)) == 0
    gone = np.repeat(np.delete(ends, np.s_[300:309]), 10)
    assert missing(fit_stamps(gone), gone) == pytest.approx(90, abs=3)


def test_a_clock_that_drifts_is_followed_to_a_quarter_sample_for_an_hour() -> None:
    """±80 ppm by temperature, half a second in sum: a straight line would be 100 samples off."""
    t = stamps(208.0, 3600)
    drifting = t + 0.05 * np.sin(t / 600)
    (grid,) = fit_stamps(drifting)
    assert largest_error([grid], drifting) < 0.25
    constant = fit_stamps(t * (1 + 2e-2))[0]
    assert constant.rate_hz == pytest.approx(208 / 1.02, rel=1e-9)
    assert largest_error([constant], t * 1.02) < 1e-3


def test_a_long_gap_starts_a_new_block_with_its_own_time() -> None:
    """A gap too long to bridge is not filled."""
    t = stamps(100.0, 60)
    hole = (t < 20) | (t >= 20 + BRIDGE_S + 0.5)
    grids = fit_stamps(t[hole] + 1.7e9)
    assert [len(g) for g in grids] == [2000, len(t[hole]) - 2000]
    assert grids[1].t0_s == pytest.approx(1.7e9 + 22.5, abs=1e-5)
    short = (t < 20) | (t >= 20 + BRIDGE_S - 0.5)
    assert len(fit_stamps(t[short])) == 1


@pytest.mark.parametrize(("first_hz", "then_hz"), [(50, 100), (200, 104), (400, 50)])
def test_a_rate_that_changes_for_good_is_refused_and_placed(
    first_hz: float, then_hz: float
) -> None:
    """The message says where it changes."""
    t = np.concatenate([stamps(first_hz, 40), 40 + stamps(then_hz, 90)])
    with pytest.raises(RecordingError, match=r"rate changes .* (39|40|41)\.\d s from the start"):
        fit_stamps(t)


def test_uneven_sampling_follows_its_stamps() -> None:
    """Samples taken when a program found time, each at its stamp."""
    rng = np.random.default_rng(11)
    t = np.cumsum(rng.uniform(0.004, 0.016, 6000))
    (grid,) = fit_stamps(t)
    assert grid.uneven
    assert largest_error([grid], t) < 1e-6


@given(
    st.lists(st.floats(0, 1e4, allow_nan=False), min_size=2, max_size=60),
    st.floats(1e-4, 10, allow_nan=False),
)
@example([0.0, 1.0, 3.0, 5.0, 10.0, 0.0], 10.0)  # a block in which no time passes
def test_any_stamps_that_do_not_fall_give_grids_or_a_clear_refusal(
    steps: list[float], scale: float
) -> None:
    """Indices rise, blocks cover every sample once, rates are positive."""
    t = np.cumsum(np.asarray(steps) * scale)
    try:
        grids = fit_stamps(t)
    except RecordingError:
        return
    assert [g.first for g in grids][1:] == [g.last for g in grids][:-1]
    assert (grids[0].first, grids[-1].last) == (0, len(t))
    for g in grids:
        assert g.rate_hz > 0
        assert np.isfinite(g.t0_s)
        assert g.index[0] == 0
        assert (np.diff(g.index) >= 0).all()


@pytest.mark.parametrize(("seconds", "percent"), [(5, 0.12), (10, 0.04), (30, 0.007)])
def test_arrival_times_give_the_rate_to_the_published_accuracy(
    seconds: float, percent: float
) -> None:
    """100 Hz in packets of ten: 7.5–30 ms slots, retransmissions, a stall; RMS over 200 streams."""
    rng = np.random.default_rng(13)
    errors = []
    for _ in range(200):
        rate_hz = 100 * (1 + rng.uniform(-0.02, 0.02))
        counts = np.arange(9, int(rate_hz * seconds), 10).astype(np.float64)
        due = counts / rate_hz + rng.uniform(0, 50)
        slot_s = rng.choice([0.0075, 0.015])
        arrival = np.ceil(due / slot_s) * slot_s + rng.exponential(0.0005, len(due))
        again = rng.random(len(due)) < 0.05
        arrival = np.maximum.accumulate(arrival + again * slot_s * rng.integers(1, 5, len(due)))
        errors.append(fit_arrival(counts, arrival)[0] / rate_hz - 1)
    assert float(np.sqrt(np.mean(np.square(errors)))) * 100 < percent


def test_arrival_fit_puts_samples_where_the_least_delayed_packets_say() -> None:
    """A delay of half a second and its burst change neither rate nor origin."""
    rng = np.random.default_rng(17)
    counts = np.arange(9, 6000, 10).astype(np.float64)
    arrival = counts / 100 + rng.exponential(0.005, len(counts))
    arrival[200:205] = arrival[205]
    rate_hz, t0_s = fit_arrival(counts, arrival)
    assert rate_hz == pytest.approx(100, rel=2e-4)
    assert t0_s == pytest.approx(0, abs=0.004)


@pytest.mark.parametrize(
    ("counts", "arrival"), [([1.0], [1.0]), ([1.0, 1.0], [0.0, 1.0]), ([1.0, 2.0], [3.0, 3.0])]
)
def test_too_few_packets_are_refused(counts: list[float], arrival: list[float]) -> None:
    """One packet, or none that advance, do not show the rate."""
    with pytest.raises(RecordingError, match="too few packets"):
        fit_arrival(np.asarray(counts), np.asarray(arrival))


def test_an_hour_at_208_hz_is_fitted_in_a_few_operations_on_arrays() -> None:
    """However many samples there are and however many are lost; tests/benchmarks times it."""

    def fit(seconds: float) -> int:
        t = np.round(stamps(208.0, seconds), 3)
        t = t[np.random.default_rng(1).random(len(t)) > 0.02]
        return calls(lambda: fit_stamps(t))

    fit(60)  # what is done once only
    assert fit(3600) < 2 * fit(900) < 4000
