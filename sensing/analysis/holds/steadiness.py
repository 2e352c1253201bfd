"""How steady a hold was: sway and tremor across gravity, at any mounting.

Up is the mean specific force of the hold. What is left across it, low-passed at 10 Hz, is a curve
in a plane; its size, speed and jerkiness are the measures. They do not depend on the directions of
the plane's axes, so not on the mounting; taken after the low-pass, with derivatives of a cubic
spline, they hardly depend on the sample rate.

The family is Mancini 2012 (J NeuroEng Rehabil 9:59, table 2), there at the lumbar spine and
low-passed at 3.5 Hz; here at the ankle or shoe and at 10 Hz, so that the tremor of a calf-raise
hold (6–9 Hz, Pozos 1982, J Appl Physiol 52) is included. Figures compare within an athlete and a
placement, not with theirs.

Noise floor: an ankle sensor of 100–250 µg/√Hz at rest reads 3–6 mm/s² RMS, 0.2–0.5 m/s³ jerk and
3–7 mm/s² tremor. Nothing is subtracted: a hold is 10 times that, noise adds in squares (1 %), and
subtracting would require knowing the sensor.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import interpolate, signal, special

from sensing.analysis.holds import steadiness_uncertainty as known
from sensing.analysis.signals.vertical import across
from sensing.core.events import Steadiness
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats
from sensing.profile.mounting import Mounting

# Constants. They define the figures: another value makes them incomparable with stored ones.

SHORTEST_S = 1.0
"""s; the slowest sways last about a second, so shorter holds have no steadiness. Judgement. Larger:
fewer figures; smaller: meaningless ones."""
SWAY_CUTOFF_HZ = 10.0
"""Hz; low-pass of the sway, order 4 both ways. Judgement, above the tremor. Larger: noise counts;
smaller: tremor is left out."""
TREMOR_BAND_HZ = (4.0, 12.0)
"""Hz; physiological tremor of the calf (Pozos 1982: 6–9 held, 4–8 moving), with room. A larger
span: sway and noise count; a smaller one: tremor is left out."""
_CHI2_95 = 5.991
"""Fixed: 95 % point of chi-square with 2 degrees of freedom, the scale of the prediction ellipse
(Schubert & Kirchner 2014, Gait & Posture 39:518)."""
_SEGMENT_S = 2.0
"""s of a spectral segment: bins of 0.5 Hz, several segments in 5 s. Larger: finer but noisier;
smaller: coarser. Judgement."""
_FALSE_PEAK = 0.01
"""Probability that noise alone shows a tremor peak. Larger: more false peaks; smaller: faint tremor
is missed. Judgement."""
_PEAK_OVER_FLOOR = 2.0
"""A peak is also at least this many times its floor: in long holds a ripple is significant but no
tremor. Larger: faint tremor is missed; smaller: ripples count. Judgement."""

_NEAR_PEAK_HZ = 2.0
"""Hz around a tremor's peak within which it may be mistaken for its neighbours. Larger: larger
uncertainties of its frequency; smaller: smaller ones. Judgement: the band of a tremor."""


def steadiness(part: Samples, mounting: Mounting | None = None) -> Steadiness:
    """Steadiness of one hold.

    * ``rms_mps2``: root mean square distance from the mean, √(mean(x² + y²)) (RMS of Mancini).
    * ``jerk_rms_mps3``: RMS of the time derivative, √(mean(ẋ² + ẏ²)) (JERK of Mancini is half its
      square times the duration; as an RMS it does not grow with the length of the hold).
    * ``path_mps2_per_s``: length of the curve per second, mean √(ẋ² + ẏ²) (PATH / T of Mancini).
    * ``ellipse95_m2ps4``: area of the ellipse that holds 95 % of a normal cloud with the same
      covariance, 5.991·π·√(λ₁λ₂) (Schubert & Kirchner 2014).
    * ``tremor_rms_mps2``: RMS of the 4–12 Hz band.
    * ``tremor_peak_hz``: peak frequency of that band; None unless the peak stands out of the
      spectrum's own slope by more than chance (1 %) and at least twofold.
    * ``ap_rms_mps2``, ``ml_rms_mps2``: the front-back and side-to-side parts of ``rms_mps2``, whose
      squares add up to its own; ``lean_deg``, ``side_lean_deg``: the lean against standing.

    Each with its standard uncertainty (``steadiness_uncertainty.py``).

    Args:
        part: its n samples without the transitions, at least 1 s.
        mounting: how the sensor sits; without it the last four are None.

    Raises:
        ValueError: there is less than 1 s of signal, or no gravity in it.
    """
    up, plane = _plane(part, mounting)
    rate_hz = part.rate_hz
    sway = _sway(plane, rate_hz)
    jerk = _derivative(sway, rate_hz)
    tremor = zero_phase(plane, rate_hz, TREMOR_BAND_HZ, order=4, band="bandpass")
    rms, jerk_rms, tremor_rms = (
        float(np.sqrt(np.mean(np.sum(x**2, axis=1)))) for x in (sway, jerk, tremor)
    )
    path, jerky = float(np.mean(np.hypot(jerk[:, 0], jerk[:, 1]))), known.relative_sd(jerk)
    area = float(_CHI2_95 * np.pi * np.sqrt(max(0.0, np.linalg.det(np.cov(sway.T)))))
    peak_hz, peak_sd_hz = _peak(plane, rate_hz)
    figures = Steadiness(
        rms_mps2=rms,
        rms_sd_mps2=rms * known.relative_sd(sway),
        jerk_rms_mps3=jerk_rms,
        jerk_rms_sd_mps3=jerk_rms * jerky,
        path_mps2_per_s=path,
        path_sd_mps2_per_s=path * jerky,
        ellipse95_m2ps4=area,
        ellipse95_sd_m2ps4=area * known.relative_sd_of_area(sway),
        tremor_rms_mps2=tremor_rms,
        tremor_rms_sd_mps2=tremor_rms * known.relative_sd(tremor),
        tremor_peak_hz=peak_hz,
        tremor_peak_sd_hz=peak_sd_hz,
    )
    if mounting is None:
        return figures
    parts = np.sqrt(np.mean(sway**2, axis=0))
    part_sds = [float(parts[k]) * known.relative_sd(sway[:, [k]]) for k in (0, 1)]
    lean, lean_sds = (
        mounting.lean_deg(up),
        [known.sd_of_angle(np.degrees(sway[:, k] / G_MPS2)) for k in (0, 1)],
    )
    return replace(
        figures,
        ap_rms_mps2=float(parts[0]),
        ap_rms_sd_mps2=part_sds[0],
        ml_rms_mps2=float(parts[1]),
        ml_rms_sd_mps2=part_sds[1],
        lean_deg=lean[0],
        lean_sd_deg=lean_sds[0],
        side_lean_deg=lean[1],
        side_lean_sd_deg=lean_sds[1],
    )


def sway_path(part: Samples, mounting: Mounting | None = None) -> Floats:
    """The curve that the measures describe, shape (n, 2), m/s², about its mean.

    Args:
        part: the samples of the hold, at least 1 s.
        mounting: how the sensor sits: then the axes are front-back and side-to-side, else any two.

    Raises:
        ValueError: there is less than 1 s of signal, or no gravity in it.
    """
    return _sway(_plane(part, mounting)[1], part.rate_hz)


def _plane(part: Samples, mounting: Mounting | None) -> tuple[Floats, Floats]:
    """Up, and the specific force across it."""
    if len(part) < SHORTEST_S * part.rate_hz:
        raise ValueError(f"{len(part)} samples are less than {SHORTEST_S:g} s")
    up = _up(part.acc_mps2)
    first, second = across(up) if mounting is None else mounting.axes(up)
    return up, np.stack([part.acc_mps2 @ first, part.acc_mps2 @ second], axis=1)


def _sway(plane: Floats, rate_hz: float) -> Floats:
    sway = zero_phase(plane, rate_hz, SWAY_CUTOFF_HZ, order=4)
    return np.asarray(sway - sway.mean(axis=0), dtype=np.float64)


def _up(acc_mps2: Floats) -> Floats:
    """Direction of the mean specific force, a unit vector, shape (3,)."""
    mean = acc_mps2.mean(axis=0)
    size = float(np.linalg.norm(mean))
    if size == 0:
        raise ValueError("the mean specific force is zero, so there is no up")
    return np.asarray(mean / size, dtype=np.float64)


def _derivative(x: Floats, rate_hz: float) -> Floats:
    """Time derivative at the samples; at a fifth of the rate a spline is within 2 %, where
    differences are 24 % low."""
    t = np.arange(len(x)) / rate_hz
    return np.asarray(interpolate.CubicSpline(t, x, axis=0)(t, 1), dtype=np.float64)


def _peak(plane: Floats, rate_hz: float) -> tuple[float | None, float | None]:
    """Frequency of the tremor peak and its uncertainty; None if none stands out of the slope."""
    n = min(len(plane), round(_SEGMENT_S * rate_hz))
    freq, _, each = signal.spectrogram(
        plane.T, rate_hz, window="hann", nperseg=n, noverlap=n // 2, detrend="constant"
    )
    each = each.sum(axis=0)
    k = _peak_bin(freq, each.mean(axis=1), rate_hz, many=len(plane) / n)
    if k is None:
        return None, None
    peak_hz = _vertex(freq, each.mean(axis=1), k)
    if each.shape[1] < 2:
        return peak_hz, float((freq[1] - freq[0]) / 2)
    less = (each.sum(axis=1, keepdims=True) - each) / (each.shape[1] - 1)
    reach = round(_NEAR_PEAK_HZ / (freq[1] - freq[0]))
    first, last = max(1, k - reach), min(len(freq) - 2, k + reach)
    beside = np.array(
        [_vertex(freq, p, first + int(np.argmax(p[first : last + 1]))) for p in less.T]
    )
    return peak_hz, known.sd_of_peak(beside, float(freq[1] - freq[0]))


def _peak_bin(freq: Floats, power: Floats, rate_hz: float, *, many: float) -> int | None:
    """Bin of the tremor peak; ``many`` is the number of segments without overlap."""
    low, high = TREMOR_BAND_HZ
    around = (freq >= low / 2) & (freq <= min(high * 1.5, 0.45 * rate_hz)) & (power > 0)
    inside = np.flatnonzero((freq >= low) & (freq <= high) & (power > 0))
    if len(inside) < 3 or around.sum() < 6:
        return None
    floor = _power_law(freq[around], power[around])
    ratio = np.zeros_like(power)
    ratio[1:] = power[1:] / np.exp(floor[0] + floor[1] * np.log(freq[1:]))
    k = int(inside[np.argmax(ratio[inside])])
    # A Hann-windowed average with half overlap has about 1.9 degrees of freedom per half segment
    # and direction (Welch 1967).
    freedom = 1.9 * 2 * max(1.0, 2 * many - 1)
    chance = special.chdtri(freedom, _FALSE_PEAK / len(inside)) / freedom
    if ratio[k] < max(_PEAK_OVER_FLOOR, chance):
        return None
    if not 0 < k < len(power) - 1 or power[k] < max(power[k - 1], power[k + 1]):
        return None
    return k


def _vertex(freq: Floats, power: Floats, k: int) -> float:
    """Frequency of the peak at a bin, between the bins, from the parabola of their logarithms."""
    a, b, c = np.log(power[k - 1 : k + 2])
    shift = 0.5 * (a - c) / (a - 2 * b + c) if a - 2 * b + c < 0 else 0.0
    return float(freq[k] + np.clip(shift, -0.5, 0.5) * (freq[1] - freq[0]))


def _power_law(freq: Floats, power: Floats) -> tuple[float, float]:
    """Log power = a + b·log f by least absolute deviations, so that a peak does not lift it."""
    x, y = np.log(freq), np.log(power)
    weight = np.ones_like(x)
    a = b = 0.0
    for _ in range(10):
        mx, my = np.average(x, weights=weight), np.average(y, weights=weight)
        b = float(
            np.average((x - mx) * (y - my), weights=weight)
            / max(np.average((x - mx) ** 2, weights=weight), 1e-12)
        )
        a = float(my - b * mx)
        weight = 1 / np.maximum(np.abs(y - a - b * x), 0.05)
    return a, b
