"""The simulation: physics, and reproducibility by seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import signal

from sensing.core.errors import UsageError
from sensing.core.exercises import CATALOGUE
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2
from sensing.simulation.make import SimulatedRecording, simulate
from sensing.simulation.options import Options

RAISE = Options(exercise="single-leg-calf-raise", seed=5, rate_hz=104.0, fidgets=0)
HOPS = Options(exercise="single-leg-hop", seed=5, rate_hz=208.0, fidgets=0)


def _truth(made: SimulatedRecording) -> dict[str, Any]:
    return dict(made.truth)


def _norm(made: SimulatedRecording) -> np.ndarray:
    return np.asarray(np.linalg.norm(made.acc_g, axis=1))


def test_the_same_seed_gives_the_same_numbers() -> None:
    """Bit for bit; a different seed simulates a different person."""
    one, two, other = simulate(RAISE), simulate(RAISE), simulate(replace(RAISE, seed=6))
    assert np.array_equal(one.acc_g, two.acc_g)
    assert one.truth == two.truth
    assert one.truth != other.truth


def test_at_rest_the_sensor_measures_one_g() -> None:
    """Within bias and gain: 20 mg and a percent."""
    made = simulate(RAISE)
    before = made.samples_t_s < _truth(made)["set"][0] - 1
    assert np.median(_norm(made)[before]) == pytest.approx(1.0, abs=0.06)


def test_a_raise_has_the_usual_acceleration() -> None:
    """a 1 s raise of 8 cm peaks at 0.05 g; tremor is as large, a step much larger."""
    made = simulate(RAISE)
    start_s, end_s = _truth(made)["set"]
    inside = (made.samples_t_s > start_s) & (made.samples_t_s < end_s)
    slow = zero_phase(_norm(made)[inside], 104.0, 3.0)
    assert 0.005 < np.percentile(np.abs(slow - 1.0), 95) < 0.2


def test_tremor_has_the_frequencies_of_people() -> None:
    """The spectrum of a hold has more at 4–12 Hz than at 15–30 Hz."""
    made = simulate(Options(exercise="calf-raise-hold", seed=5, rate_hz=104.0, fidgets=0))
    hold = _truth(made)["holds"][0]
    t = made.samples_t_s
    inside = (t > hold["start_s"] + 1) & (t < hold["end_s"] - 1)
    f, power = signal.welch(_norm(made)[inside], 104.0, nperseg=512)
    tremor = power[(f >= 4) & (f <= 12)].mean()
    assert tremor > 3 * power[(f >= 15) & (f <= 30)].mean()


def test_over_whole_hops_the_mean_force_is_gravity() -> None:
    """Mechanics: over a whole cycle the mean force is the weight."""
    made = simulate(HOPS)
    hops = _truth(made)["hops"]
    t = made.samples_t_s
    inside = (t >= hops[2]["contact_s"]) & (t < hops[-2]["contact_s"])
    mean = made.acc_g[inside].mean(axis=0)
    assert np.linalg.norm(mean) == pytest.approx(1.0, abs=0.08)


def test_contacts_and_flights_alternate_and_add_up() -> None:
    """Toe-off after contact, next contact after toe-off, flight between them."""
    hops = _truth(simulate(HOPS))["hops"]
    assert len(hops) > 5
    for one, following in pairwise(hops):
        assert one["takeoff_s"] - one["contact_s"] == pytest.approx(one["contact_time_s"], abs=1e-3)
        flight_s = following["contact_s"] - one["takeoff_s"]
        assert one["flight_time_s"] == pytest.approx(flight_s, abs=1e-3)
        assert 0.1 < one["contact_time_s"] < 0.5
        assert 0.03 < flight_s < 0.6


def test_landings_have_the_usual_peaks() -> None:
    """|f| peaks at 5–17 g at the ankle; soft landings may stay below."""
    made = simulate(HOPS)
    peaks = [
        _norm(made)[np.abs(made.samples_t_s - hop["contact_s"] - 0.03) < 0.05].max()
        for hop in _truth(made)["hops"]
    ]
    assert 2.5 < np.median(peaks) < 17


def test_another_rate_shows_the_same_person() -> None:
    """The ground truth does not depend on the sensor."""
    one, two = simulate(RAISE), simulate(replace(RAISE, rate_hz=208.0))
    assert _truth(one)["reps"] == _truth(two)["reps"]


def test_lost_packets_leave_gaps_and_change_nothing_else() -> None:
    """About the requested share, in runs."""
    whole = simulate(replace(RAISE, rate_error=0.0))
    holed = simulate(replace(RAISE, rate_error=0.0, loss=0.1))
    missing = 1 - len(holed.samples_t_s) / len(whole.samples_t_s)
    assert 0.03 < missing < 0.2
    assert np.isin(holed.samples_t_s, whole.samples_t_s).all()


def test_a_small_range_clips() -> None:
    """Nothing beyond the range, and something at it."""
    made = simulate(replace(HOPS, range_g=4.0))
    assert np.abs(made.acc_g).max() <= 4.0
    assert np.abs(made.acc_g).max() > 3.95


def test_the_gyro_turns_with_gravity() -> None:
    """Where force is slow, up in the sensor's axes turns as the gyro says."""
    made = simulate(replace(RAISE, placement="shoe"))
    assert made.gyro_dps is not None
    rate_hz = 1 / float(np.median(np.diff(made.samples_t_s)))
    up = zero_phase(made.acc_g, rate_hz, 1.0)
    up /= np.linalg.norm(up, axis=1)[:, None]
    gyro = np.radians(zero_phase(made.gyro_dps, rate_hz, 1.0))
    turning = np.gradient(up, 1 / rate_hz, axis=0)
    expected = np.cross(up, gyro)
    busy = np.linalg.norm(turning, axis=1) > 0.15
    assert busy.sum() > 50
    match = np.sum(turning[busy] * expected[busy]) / np.sum(expected[busy] ** 2)
    assert match == pytest.approx(1.0, abs=0.3)


@pytest.mark.thorough
@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_every_exercise_can_be_simulated(row: Any) -> None:
    """With ground truth of its kind, samples finite and in order."""
    made = simulate(Options(exercise=row.name, seed=3, rate_hz=52.0))
    assert np.isfinite(made.acc_g).all()
    assert (np.diff(made.samples_t_s) > 0).all()
    assert made.truth["exercise"] == row.name


@pytest.mark.parametrize(
    "wrong",
    [{"rate_hz": 0.0}, {"rate_hz": float("nan")}, {"loss": 2.0}, {"range_g": -1.0}, {"reps": 0}],
)
def test_an_impossible_option_is_one_clear_line(wrong: dict[str, Any]) -> None:
    """Refused with the allowed range."""
    with pytest.raises(UsageError, match="give"):
        Options(exercise="single-leg-hop", **wrong)


def test_gravity_is_the_standard_one() -> None:
    """The simulator and the analyses share one constant."""
    assert pytest.approx(9.80665) == G_MPS2
