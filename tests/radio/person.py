"""A scripted person for emulated sensors to be worn by: what the ankle feels at any moment.

The simulation makes the movement once at 500 Hz, far wider and finer than any sensor; each sensor
takes it at its own instants, through a low-pass for its own rate, and quantises it itself. Before
the recording begins and after it ends the person stands as at its edge (a few seconds of standing
played forth and back), or with ``repeats`` does it all again and again.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy import signal

from sensing.core.samples import Placement, Side
from sensing.core.units import Floats
from sensing.simulation.make import simulate
from sensing.simulation.options import Options

FINE_HZ = 500.0
_WIDE_G = 200.0
_FINE_MG = 0.01
_STAND_S = 2.0
"""Standing at either edge of a recording, played forth and back; it ends and begins with more."""
_SEAM_S = 0.5
"""Repeats blend into each other over this."""


class Person:
    """One person doing one thing.

    Args:
        options: what to do; rate, range and losses are the sensor's own and not taken from here.
        repeats: begin again at the end instead of standing.

    Attributes:
        truth: what was really done, times from the beginning.
        repeats: as given.
    """

    def __init__(self, options: Options, *, repeats: bool = False) -> None:
        made = simulate(options)
        self.truth = made.truth
        self.repeats = repeats
        t_s = np.arange(int(made.samples_t_s[-1] * FINE_HZ)) / FINE_HZ
        if made.gyro_dps is None:
            raise ValueError("a person for an emulated sensor needs a gyro")
        both = np.column_stack([made.acc_g, made.gyro_dps])
        self._fine = np.column_stack(
            [np.interp(t_s, made.samples_t_s, both[:, k]) for k in range(6)]
        )
        self._banded: dict[float, Floats] = {}

    @cached_property
    def duration_s(self) -> float:
        """Length of what is scripted, s."""
        return len(self._fine) / FINE_HZ

    @property
    def reps(self) -> int:
        """Complete raises in the script."""
        return sum(not rep["partial"] for each in self._sets for rep in each.get("reps", ()))

    @property
    def hops(self) -> int:
        """Hops in the script: contacts with both ends."""
        return sum(len(each.get("hops", ())) for each in self._sets)

    @property
    def _sets(self) -> list[dict[str, Any]]:
        sets: list[dict[str, Any]] = self.truth["sets"]
        return sets

    def at(self, t_s: Floats, *, rate_hz: float = FINE_HZ) -> tuple[Floats, Floats]:
        """What a sensor of this rate feels at these times.

        Args:
            t_s: seconds from the beginning, shape (n,).
            rate_hz: the sensor's rate, for its low-pass.

        Returns:
            Specific force in g and angular rate in °/s, shape (n, 3) each.
        """
        fine = self._for(rate_hz)
        last_s = self.duration_s - 1 / FINE_HZ
        if self.repeats:
            inside = np.where(t_s < 0, _forth_and_back(-t_s), np.mod(t_s, self.duration_s))
        else:
            after = last_s - _forth_and_back(t_s - last_s)
            inside = np.where(t_s < 0, _forth_and_back(-t_s), np.where(t_s > last_s, after, t_s))
        at = np.minimum(inside, last_s) * FINE_HZ
        low = np.minimum(at.astype(np.int64), len(fine) - 2)
        share = (at - low)[:, None]
        both = fine[low] * (1 - share) + fine[low + 1] * share
        return both[:, :3], both[:, 3:]

    def _for(self, rate_hz: float) -> Floats:
        found = self._banded.get(rate_hz)
        if found is None:
            found = self._fine
            if rate_hz < FINE_HZ:
                sos = signal.butter(2, 0.45 * rate_hz, fs=FINE_HZ, output="sos")
                start = signal.sosfilt_zi(sos)[:, :, None] * found[0]
                found = np.asarray(signal.sosfilt(sos, found, axis=0, zi=start)[0])
            if self.repeats:
                n = int(_SEAM_S * FINE_HZ)
                share = np.linspace(0, 1, n)[:, None]
                blend = found[-n:] * (1 - share) + found[:1] * share
                found = np.concatenate([found[:-n], blend])
            self._banded[rate_hz] = found
        return found


def _forth_and_back(t_s: Floats) -> Floats:
    """0 up to :data:`_STAND_S` and back, for ever."""
    return np.asarray(_STAND_S - np.abs(np.mod(t_s, 2 * _STAND_S) - _STAND_S))


def person_of(
    exercise: str,
    seed: int = 0,
    *,
    reps: int | None = None,
    hold_s: float | None = None,
    side: Side = "right",
    placement: Placement = "ankle",
    repeats: bool = False,
    **more: Any,
) -> Person:
    """A person drawn by a seed, doing an exercise of the catalogue (or ``workout``)."""
    options = Options(
        exercise=exercise,
        seed=seed,
        reps=reps,
        hold_s=hold_s,
        side=side,
        placement=placement,
        rate_hz=FINE_HZ,
        rate_error=0.0,
        range_g=_WIDE_G,
        resolution_mg=_FINE_MG,
        **more,
    )
    return Person(options, repeats=repeats)
