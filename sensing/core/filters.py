"""Filters: causal ones that carry their state from chunk to chunk, and zero-phase ones for windows.

:class:`Causal` uses only operations whose result for sample ``k`` does not depend on how the
samples are chunked. ``sosfilt`` qualifies when its state starts at sample 0 by a fixed rule; a
moving mean by cumulative sums does not, because its rounding error depends on where the sum began.
Zero-phase filters look both ways and are for closed windows only.
"""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np
from scipy import signal

from sensing.core.units import Floats, Ints

Band = Literal["lowpass", "highpass", "bandpass"]


def butter_sos(
    rate_hz: float, cutoff_hz: float | tuple[float, float], *, order: int, band: Band
) -> Floats:
    """Butterworth sections, shape (sections, 6).

    Cut-offs (Hz) are kept below 0.45 of the rate so that 25–50 Hz still works.

    Raises:
        ValueError: a cut-off is not above 0.
    """
    return _sections(rate_hz, _within(rate_hz, cutoff_hz), order, band).copy()


def _within(rate_hz: float, cutoff_hz: float | tuple[float, float]) -> tuple[float, ...]:
    """Cut-offs below the limit."""
    edges = np.minimum(np.atleast_1d(np.asarray(cutoff_hz, dtype=np.float64)), 0.45 * rate_hz)
    if (edges <= 0).any():
        raise ValueError(f"cut-off {cutoff_hz} Hz is not above 0")
    return tuple(edges.tolist())


@functools.lru_cache(maxsize=128)
def _sections(rate_hz: float, edges: tuple[float, ...], order: int, band: Band) -> Floats:
    """The same, designed once: a session uses it hundreds of times, and a design takes 0.5 ms."""
    wn = edges if band == "bandpass" else edges[0]
    return np.asarray(signal.butter(order, wn, band, fs=rate_hz, output="sos"), dtype=np.float64)


def zero_phase(
    x: Floats,
    rate_hz: float,
    cutoff_hz: float | tuple[float, float],
    *,
    order: int = 2,
    band: Band = "lowpass",
) -> Floats:
    """Forward-backward Butterworth along axis 0 of a closed window (effective order doubled).

    Args:
        x: shape (n,) or (n, m).
        rate_hz: sample rate, Hz.
        cutoff_hz: cut-off, or (low, high) for a band, Hz.

    Windows shorter than the edge padding are padded less, down to a single sample.
    """
    if len(x) == 0:
        return x.copy()
    sections, low_hz = _both_ways(rate_hz, cutoff_hz, order, band)
    pad = min(len(x) - 1, max(3 * (2 * len(sections) + 1), int(rate_hz / low_hz)))
    rows = np.atleast_2d(x.T)
    padded = np.concatenate(
        [
            2 * rows[:, :1] - rows[:, pad:0:-1],
            rows,
            2 * rows[:, -1:] - rows[:, -2 : -pad - 2 : -1],
        ],
        axis=1,
    )
    # As scipy's sosfiltfilt, which finds the state at rest anew each time; section by section, for
    # a call of lfilter takes 5 µs and one of sosfilt 20.
    for _ in range(2):
        first = padded[:, :1]
        for b, a, rest in sections:
            padded, _ = signal.lfilter(b, a, padded, axis=1, zi=rest * first)
        padded = padded[:, ::-1]
    return np.asarray(padded[:, pad : len(x) + pad].T.reshape(x.shape), dtype=np.float64)


@functools.lru_cache(maxsize=128)
def _both_ways(
    rate_hz: float, cutoff_hz: float | tuple[float, float], order: int, band: Band
) -> tuple[tuple[tuple[Floats, Floats, Floats], ...], float]:
    """Numerator, denominator and state after a long input of 1 (shape (1, 2)) of each section, and
    the lowest cut-off, Hz."""
    sections = _sections(rate_hz, _within(rate_hz, cutoff_hz), order, band)
    rest = np.asarray(signal.sosfilt_zi(sections)[:, None], dtype=np.float64)
    low_hz = float(np.min(np.atleast_1d(np.asarray(cutoff_hz))))
    return tuple(zip(sections[:, :3], sections[:, 3:], rest, strict=True)), low_hz


class Causal:
    """A causal Butterworth filter whose output does not depend on the chunking.

    The state starts as if the first sample had lasted for ever: a constant input has no onset.
    """

    def __init__(
        self,
        rate_hz: float,
        cutoff_hz: float | tuple[float, float],
        *,
        order: int = 2,
        band: Band = "lowpass",
    ) -> None:
        self._sos = butter_sos(rate_hz, cutoff_hz, order=order, band=band)
        self._unit = signal.sosfilt_zi(self._sos)
        self._zi: Floats | None = None

    def push(self, x: Floats) -> Floats:
        """Filter the next samples, shape (n,) or (n, m) with the same m every time."""
        if len(x) == 0:
            return x.copy()
        if self._zi is None:
            unit = self._unit if x.ndim == 1 else self._unit[:, :, None]
            self._zi = np.asarray(unit * x[0], dtype=np.float64)
        y, self._zi = signal.sosfilt(self._sos, x, axis=0, zi=self._zi)
        return np.asarray(y, dtype=np.float64)


def running_median(x: Floats, width: int) -> Floats:
    """Median of the ``width`` (odd) points around each, ends repeated; shape (n,) to shape (n,).

    Written out because scipy's (1.15.0–1.15.2) overruns memory on short input (scipy#22250).
    """
    if len(x) == 0:
        return x.copy()
    half = width // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, half, mode="edge"), 2 * half + 1)
    return np.asarray(np.sort(windows, axis=-1)[:, half], dtype=np.float64)


def median_over(x: Floats) -> Floats:
    """Median along the first axis, shape (n, …) to (…), n at least 1.

    As numpy's own, which takes five times as long: it sorts across rows that lie apart in memory.
    """
    count = x.shape[0]
    line = np.array(x.reshape(count, -1).T, dtype=np.float64, order="C")
    line.sort(axis=1)
    return ((line[:, (count - 1) // 2] + line[:, count // 2]) / 2).reshape(x.shape[1:])


def median_of(x: Floats | Ints) -> float:
    """Median of a short row, shape (n,), n at least 1: numpy's own takes five times as long."""
    line = np.sort(x)
    return (float(line[(len(line) - 1) // 2]) + float(line[len(line) // 2])) / 2
