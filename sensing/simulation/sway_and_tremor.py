"""Postural sway and tremor, which never stop.

Sway of the shank has a 1/f^1.5 power spectrum above a slow corner and falls off fast above 2 Hz,
like a heavy pendulum. Tremor is a narrow band of noise, 6–10 Hz while a position is held and 4–8
Hz, larger, while it changes slowly (Pozos 1982, J Appl Physiol 52); it turns the foot, and the
ankle shakes with it. Both are drawn for the whole recording and scaled by the movement, so that
they are continuous.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sensing.core.units import G_MPS2, Floats
from sensing.simulation.motion import FINE_HZ, Motion
from sensing.simulation.person import Person

Power = Callable[[Floats], Floats]


def with_sway_and_tremor(motion: Motion, person: Person, rng: np.random.Generator) -> Motion:
    """The movement with sway and tremor."""
    n = len(motion)
    sway = _smooth(motion.sway)
    hold, move = _smooth(motion.hold_tremor), _smooth(motion.move_tremor)
    size = np.radians(person.sway_deg)
    pitch = size * sway * _noise(n, _sway_power, rng)
    roll = 0.7 * size * sway * _noise(n, _sway_power, rng)
    heading = 0.3 * size * sway * _noise(n, _sway_power, rng)

    tremor_mps2 = person.hold_tremor_mg * 1e-3 * G_MPS2
    still_hz, moving_hz = person.hold_tremor_hz, person.move_tremor_hz

    def shaking(hold_share: float, move_share: float) -> Floats:
        held = hold * _noise(n, _band(still_hz), rng)
        moved = person.move_tremor_factor * move * _noise(n, _band(moving_hz), rng)
        return tremor_mps2 * (hold_share * held + move_share * moved)

    # Tremor as displacement (m): acceleration of a narrow band divided by its frequency squared.
    up = shaking((2 * np.pi * still_hz) ** -2, (2 * np.pi * moving_hz) ** -2)
    forward = 0.4 * shaking((2 * np.pi * still_hz) ** -2, (2 * np.pi * moving_hz) ** -2)
    side = 0.4 * shaking((2 * np.pi * still_hz) ** -2, (2 * np.pi * moving_hz) ** -2)
    return replace(
        motion,
        x_m=motion.x_m + forward,
        y_m=motion.y_m + side,
        z_m=motion.z_m + up,
        foot_pitch=motion.foot_pitch + up / person.pivot_m,
        shank_pitch=motion.shank_pitch + pitch + 0.5 * forward / 0.4,
        shank_roll=motion.shank_roll + roll + 0.5 * side / 0.4,
        heading=motion.heading + heading,
    )


def _smooth(scale: Floats, seconds: float = 0.3) -> Floats:
    """Moving average, so that strength never jumps; ends extended."""
    k = round(seconds * FINE_HZ)
    padded = np.concatenate([np.full(k, scale[0]), scale, np.full(k, scale[-1])])
    total = np.concatenate([[0.0], np.cumsum(padded)])
    mean = (total[k:] - total[:-k]) / k
    return np.asarray(mean[k // 2 + 1 :][: len(scale)], dtype=np.float64)


def _noise(n: int, power: Power, rng: np.random.Generator) -> Floats:
    """Noise with this power spectrum and RMS 1, shape (n,)."""
    m = 1 << max(10, (n - 1).bit_length())
    f = np.asarray(np.fft.rfftfreq(m, 1 / FINE_HZ), dtype=np.float64)
    amplitude = np.asarray(np.sqrt(power(f)), dtype=np.float64)
    used = int(np.searchsorted(f, 40.0))
    spectrum = np.zeros(len(f), dtype=np.complex128)
    spectrum[:used] = amplitude[:used] * (
        rng.standard_normal(used) + 1j * rng.standard_normal(used)
    )
    x = np.fft.irfft(spectrum, m)
    return np.asarray(x[:n] / np.sqrt((x**2).mean()), dtype=np.float64)


def _sway_power(f: Floats) -> Floats:
    slow = np.where(f > 0, (f**2 + 0.05**2) ** -0.75, 0.0)
    return np.asarray(slow / (1 + (f / 2.0) ** 6), dtype=np.float64)


def _band(peak_hz: float) -> Power:
    def power(f: Floats) -> Floats:
        narrow = np.exp(-0.5 * ((f - peak_hz) / 0.8) ** 2)
        broad = 0.08 * np.exp(-0.5 * ((f - peak_hz) / 2.5) ** 2)
        return np.asarray(narrow + broad, dtype=np.float64)

    return power
