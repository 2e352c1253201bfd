"""How well the steadiness of a hold is known: the standard uncertainty of each of its figures.

A hold is a sample of how somebody stands: the same person, holding as long again, would show other
figures. How far they differ depends on how many independent samples there are in a hold, and sway
is slow: most of it may lie in two or three swings to and fro. Each figure is the root of a mean
square, or goes with one.

* *Number of independent samples.* The mean square is the sum of the powers P of the hold's own
  frequencies, which in a Gaussian process are independent and scatter as much as they are large. So
  its variance is ΣP²/2, and it scatters like chi-square with ν = 2·(ΣP)²/variance degrees of
  freedom (Welch 1967 for spectra; Bartlett 1955).
* *Bursts.* Balance that is nearly lost now and then is not Gaussian. Overlapping batch means of the
  squares (Meketon & Schmeiser 1984, Proc Winter Simulation Conf 227) see that; the larger variance
  counts.
* *From ν to an uncertainty.* With few degrees of freedom a root scatters unevenly. The uncertainty
  is chosen so that ±2 of it hold as much as ±2 standard deviations of a normal error.

The path follows the jerk; the ellipse combines the two axes of the sway; a lean is a mean, of which
the slowest frequencies tell how far it wanders. The frequency of tremor comes from the jackknife
over the stretches whose spectra are averaged (Miller 1974, Biometrika 61:1).

To this is added what a sensor's own errors leave. Not in it: how the strap and the skin give way,
which differs from day to day and nobody has measured here.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import special

from sensing.core.events import Steadiness
from sensing.core.units import Floats

_BATCHES = 8
"""Stretches of a hold whose means are compared. Larger: bursts longer than a stretch are
missed; smaller: fewer stretches, and less certain."""
_SENSOR = 0.015
"""Share of a figure that a sensor's noise, gain and rate make (simulated: 1.4 % at 50 Hz). Larger:
larger uncertainties; smaller: smaller ones."""
_DRIFT_DEG = 0.06
"""°; 1 mg of bias that changed since the mounting was calibrated. Larger and smaller likewise."""
_LEAST_FREEDOM = 1.0
"""Fewest degrees of freedom: one swing. Larger: too certain; smaller: uncertainties far above the
figure itself."""
_MISSING_OF_SWAY, _MISSING = 0.25, 0.9
"""Error of a figure, as a share of it, per share of samples that are missing: of the sway, and of
the figures that depend on faster movement (84 holds with 2, 5 and 10 % deleted, see
``hold_figures.py``). Larger: larger uncertainties; smaller: smaller ones."""
_SWAY = ("rms_mps2", "ap_rms_mps2", "ml_rms_mps2")
"""Fixed: figures of the sway itself."""
_TWO_SD = 0.9545
"""Fixed: probability within two standard deviations of a normal error."""
_SDS = {
    "rms_mps2": "rms_sd_mps2",
    "jerk_rms_mps3": "jerk_rms_sd_mps3",
    "path_mps2_per_s": "path_sd_mps2_per_s",
    "ellipse95_m2ps4": "ellipse95_sd_m2ps4",
    "tremor_rms_mps2": "tremor_rms_sd_mps2",
    "ap_rms_mps2": "ap_rms_sd_mps2",
    "ml_rms_mps2": "ml_rms_sd_mps2",
}
"""Fixed: figures that missing samples make uncertain, with their uncertainties."""


def relative_sd(parts: Floats) -> float:
    """Standard uncertainty of the root mean square of a curve, as a share of it.

    Args:
        parts: the curve's components, shape (n, k), about their means.
    """
    square = np.sum(parts**2, axis=1)
    mean = float(square.mean())
    if mean <= 0:
        return 0.0
    power = _powers(parts)
    variance = max(float(np.sum(power**2)) / 2, _of_batches(square))
    return math.hypot(_of_freedom(2 * mean**2 / variance), _SENSOR)


def relative_sd_of_area(sway: Floats) -> float:
    """The same of the area of the ellipse of a curve, shape (n, 2): the root of two mean squares'
    product, which are independent along its own axes."""
    _, axes = np.linalg.eigh(np.cov(sway.T))
    along = sway @ axes
    return math.hypot(*(relative_sd(along[:, [k]]) for k in (0, 1)))


def sd_of_angle(degrees: Floats) -> float:
    """Standard uncertainty of the mean of an angle, shape (n,), about it, °.

    The mean wanders as much as the slowest frequency that the hold has room for: its power is the
    level of the spectrum near zero.
    """
    slowest = float(_powers(degrees[:, None])[:2].mean())
    return math.hypot(math.sqrt(slowest), _DRIFT_DEG)


def sd_of_peak(peaks_hz: Floats, bin_hz: float) -> float:
    """Standard uncertainty of a spectral peak, Hz.

    Args:
        peaks_hz: the peak without each of the n stretches in turn, shape (n,), at least two.
        bin_hz: width of a bin of the spectrum.
    """
    n = len(peaks_hz)
    few = float(special.stdtrit(n - 1, (1 + _TWO_SD) / 2)) / 2
    jackknife = math.sqrt((n - 1) * float(np.var(peaks_hz)))
    return math.hypot(few * jackknife, bin_hz / math.sqrt(12))


def with_missing(steady: Steadiness, share: float) -> Steadiness:
    """The same of a hold of which this share of the samples is missing, its uncertainties wider."""
    wider = {}
    for name, sd in _SDS.items():
        value, known = getattr(steady, name), getattr(steady, sd)
        if value is not None and known is not None:
            lost = _MISSING_OF_SWAY if name in _SWAY else _MISSING
            wider[sd] = math.hypot(known, lost * share * value)
    return replace(steady, **wider)


def _powers(parts: Floats) -> Floats:
    """Share of each frequency but zero in the mean square, shape (n // 2, k)."""
    n = len(parts)
    spectrum = np.abs(np.fft.rfft(parts, axis=0)[1:]) ** 2 * (2 / n**2)
    return np.asarray(spectrum, dtype=np.float64)


def _of_batches(series: Floats) -> float:
    """Variance of the mean of a series, shape (n,), by overlapping batch means."""
    n = len(series)
    m = max(1, n // _BATCHES)
    sums = np.cumsum(np.concatenate(([0.0], series)))
    means = (sums[m:] - sums[:-m]) / m
    return float(m / ((n - m + 1) * (n - m)) * np.sum((means - series.mean()) ** 2))


def _of_freedom(freedom: float) -> float:
    """Standard uncertainty of the root of a chi-square variable, as a share of it."""
    freedom = max(freedom, _LEAST_FREEDOM)
    low, high = 0.0, 10.0
    for _ in range(30):
        share = (low + high) / 2
        # The true value is within ±2 shares of what was measured, so measured / true lies between …
        most = np.inf if 2 * share >= 1 else (1 - 2 * share) ** -2
        least = (1 + 2 * share) ** -2
        held = special.chdtr(freedom, freedom * most) - special.chdtr(freedom, freedom * least)
        low, high = (share, high) if held < _TWO_SD else (low, share)
    return high
