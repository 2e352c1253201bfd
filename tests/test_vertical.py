"""The fine grid and its vertical: rest is g, mounting and rate do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.signals.vertical import FINE_HZ, fine_motion, jerk_gps
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Floats
from tests.hopping import at_rate, made
from tests.simulated_signals import turned


def _samples(acc: Floats, rate_hz: float, gyro_dps: Floats | None = None) -> Samples:
    none = np.zeros(len(acc), dtype=np.bool_)
    return Samples(
        start=0,
        t0_s=5.0,
        rate_hz=rate_hz,
        acc_mps2=acc,
        gyro_dps=gyro_dps,
        lost=none,
        clipped=none,
    )


@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 208.0, 416.0])
@pytest.mark.parametrize("placement", ["ankle", "shoe"])
def test_at_rest_the_vertical_is_g(rate_hz: float, placement: Worn) -> None:
    """In any orientation."""
    direction = np.array([0.3, -0.8, 0.52])
    acc = np.tile(G_MPS2 * direction / np.linalg.norm(direction), (int(3 * rate_hz), 1))
    fine = fine_motion(_samples(acc, rate_hz, np.zeros_like(acc)), placement)
    assert np.allclose(fine.up_mps2, G_MPS2, atol=0.02)
    assert fine.jerk_gps.max() < 0.1


@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 208.0, 416.0])
def test_a_wave_keeps_its_shape_and_time_on_the_fine_grid(rate_hz: float) -> None:
    """A vertical movement at 6 Hz keeps its timing at any rate."""
    t = np.arange(int(4 * rate_hz)) / rate_hz
    acc = np.zeros((len(t), 3))
    acc[:, 2] = G_MPS2 + 5 * np.sin(2 * np.pi * 6 * t)
    fine = fine_motion(_samples(acc, rate_hz), "ankle")
    fine_t = np.arange(len(fine)) / FINE_HZ
    inner = slice(100, -100)
    wave = G_MPS2 + 5 * np.sin(2 * np.pi * 6 * fine_t)
    assert np.abs(fine.up_mps2 - wave)[inner].max() < 0.15
    assert fine.time_s(10) == pytest.approx(5.0 + 10 / FINE_HZ)


@settings(max_examples=10)
@given(st.integers(0, 2**16))
def test_mounting_does_not_matter(seed: int) -> None:
    """Vertical and jerk do not depend on the orientation."""
    samples, _ = made("single-leg-hop", 4, "shoe", gyro=True)
    for placement in ("ankle", "shoe"):
        straight = fine_motion(samples, placement)
        other = fine_motion(turned(samples, seed), placement)
        assert np.allclose(straight.jerk_gps, other.jerk_gps, atol=1e-6)
        assert np.allclose(straight.up_mps2, other.up_mps2, atol=0.2)


def test_jerk_is_the_slope_of_force() -> None:
    """A ramp of 1 g in 0.1 s is 10 g/s, whatever the rate."""
    for rate_hz in (50.0, 200.0):
        ramp = np.outer(np.arange(40) / rate_hz * 10 * G_MPS2, [0.0, 0.6, 0.8])
        assert np.allclose(jerk_gps(ramp, rate_hz), 10.0)


def test_a_gyro_keeps_the_vertical_of_a_foot_that_turns() -> None:
    """Rocking by 40° twice a second, without leaving its place, the foot still weighs 1 g."""
    rate_hz = 100.0
    t = np.arange(800) / rate_hz
    angle = np.radians(40) * np.sin(2 * np.pi * 2 * t) * np.clip((t - 2) / 0.5, 0, 1)
    acc = G_MPS2 * np.column_stack([np.sin(angle), np.zeros_like(t), np.cos(angle)])
    gyro = np.zeros_like(acc)
    gyro[:, 1] = -np.degrees(np.gradient(angle, t))
    with_gyro = fine_motion(_samples(acc, rate_hz, gyro), "shoe")
    without = fine_motion(_samples(acc, rate_hz), "shoe")
    assert with_gyro.oriented
    assert not without.oriented
    error = np.abs(with_gyro.up_mps2 - G_MPS2)[400:-100].max()
    assert error < 0.5
    assert np.abs(without.up_mps2 - G_MPS2)[400:-100].max() > 1.5


def test_windows_of_another_rate_have_the_same_fine_jerk() -> None:
    """The peaks of landings from 208 Hz and from 150 Hz are within a third of each other."""
    samples, truth = made("double-leg-hop", 2)
    for hop in truth["hops"][2:6]:
        a, b = (samples.position(hop["contact_s"] + s) for s in (-0.3, 0.3))
        part = samples.part(round(a), round(b))
        fast = fine_motion(part, "ankle").jerk_gps.max()
        slow = fine_motion(at_rate(part, 150.0), "ankle").jerk_gps.max()
        assert slow == pytest.approx(fast, rel=0.35)
