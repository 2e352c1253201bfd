"""Steadiness measures what it claims at any mounting and sample rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from sensing.analysis.holds.steadiness import steadiness
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats

UP = np.array([0.0, 0.0, G_MPS2])


def hold(acc_mps2: Floats, rate_hz: float) -> Samples:
    """Samples with nothing lost or clipped."""
    n = len(acc_mps2)
    return Samples(
        start=0,
        t0_s=0.0,
        rate_hz=rate_hz,
        acc_mps2=acc_mps2,
        gyro_dps=None,
        lost=np.zeros(n, dtype=np.bool_),
        clipped=np.zeros(n, dtype=np.bool_),
    )


def swaying(rate_hz: float, *, tremor_mps2: float = 0.1, seconds: float = 20.0) -> Floats:
    """Two sways of different size across gravity and a tremor of 7.3 Hz, exact at any rate."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    x = 0.2 * np.sin(2 * np.pi * 0.8 * t) + tremor_mps2 * np.sin(2 * np.pi * 7.3 * t)
    y = 0.1 * np.sin(2 * np.pi * 1.3 * t + 1)
    return np.stack([x, y, np.full_like(t, G_MPS2)], axis=1)


def figures(part: Samples) -> list[float]:
    """All measures but the tremor's frequency."""
    s = steadiness(part)
    return [
        s.rms_mps2,
        s.jerk_rms_mps3,
        s.path_mps2_per_s,
        s.ellipse95_m2ps4,
        s.tremor_rms_mps2,
    ]


def test_the_measures_of_a_known_sway_are_the_ones_computed_by_hand() -> None:
    """Sines have RMS, jerk and tremor in closed form."""
    s = steadiness(hold(swaying(200.0), 200.0))
    power = (0.2**2 + 0.1**2 + 0.1**2) / 2
    jerk = sum((2 * np.pi * f * a) ** 2 / 2 for f, a in ((0.8, 0.2), (1.3, 0.1), (7.3, 0.1)))
    assert s.rms_mps2 == pytest.approx(np.sqrt(power), rel=0.03)
    assert s.jerk_rms_mps3 == pytest.approx(np.sqrt(jerk), rel=0.1)
    assert s.tremor_rms_mps2 == pytest.approx(0.1 / np.sqrt(2), rel=0.05)
    assert s.tremor_peak_hz == pytest.approx(7.3, abs=0.2)
    wide, deep = (0.2**2 + 0.1**2) / 2, 0.1**2 / 2
    assert s.ellipse95_m2ps4 == pytest.approx(5.991 * np.pi * np.sqrt(wide * deep), rel=0.05)


@given(st.integers(0, 2**32 - 1))
def test_turning_the_sensor_changes_nothing(seed: int) -> None:
    """Any mounting gives the same figures."""
    acc = swaying(100.0, seconds=6.0)
    turned = Rotation.random(rng=np.random.default_rng(seed)).apply(acc)
    np.testing.assert_allclose(figures(hold(turned, 100.0)), figures(hold(acc, 100.0)), rtol=1e-6)


@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 208.0, 416.0])
def test_the_rate_hardly_matters(rate_hz: float) -> None:
    """The same sway sampled at 50–416 Hz differs by less than 8 %."""
    np.testing.assert_allclose(
        figures(hold(swaying(rate_hz), rate_hz)), figures(hold(swaying(200.0), 200.0)), rtol=0.08
    )


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_tremor_frequency(seed: int) -> None:
    """White noise and brown sway alone show no peak."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.02, (1000, 3)) + np.cumsum(rng.normal(0, 0.004, (1000, 3)), axis=0)
    acc = noise + UP
    assert steadiness(hold(acc, 100.0)).tremor_peak_hz is None


def test_the_noise_of_a_still_sensor_reads_as_little_as_the_docstring_says() -> None:
    """250 µg/√Hz stays below the stated noise floor."""
    rate_hz = 208.0
    sigma = 250e-6 * G_MPS2 * np.sqrt(rate_hz / 2)
    acc = np.random.default_rng(1).normal(0, sigma, (4000, 3)) + UP
    s = steadiness(hold(acc, rate_hz))
    assert s.rms_mps2 < 0.013
    assert s.jerk_rms_mps3 < 0.5
    assert s.tremor_rms_mps2 < 0.011


def test_too_short_a_part_is_refused() -> None:
    """Half a second has no sway."""
    with pytest.raises(ValueError, match="less than 1 s"):
        steadiness(hold(swaying(100.0, seconds=0.5), 100.0))
