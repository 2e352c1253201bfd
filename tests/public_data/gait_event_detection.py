"""kezhende/GaitEventDetection (BSD 3-Clause): one adult walking, accelerometer at the ankle.

Layout as documented in its README and ``main.m``; the files are binary and were not seen when this
was written: ``accX.mat``, ``accY.mat`` and ``accZ.mat`` in the top folder, each with one vector of
the file's own name, m/s², 128 Hz. The first 90 s are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from tests.public_data.labelled import (
    STANDARD_GRAVITY_MPS2,
    Array,
    Labelled,
    NotThisDataSetError,
    one_file,
)

RATE_HZ = 128
DURATION_S = 90


def recordings(clone: Path) -> Iterator[Labelled]:
    """The one recording."""
    axes = [_axis(clone, name) for name in ("accX", "accY", "accZ")]
    samples = RATE_HZ * DURATION_S
    if any(len(axis) < samples for axis in axes):
        raise NotThisDataSetError(f"the walk is shorter than {DURATION_S} s")
    acc_mps2 = np.stack([axis[:samples] for axis in axes], axis=1)
    t_s = np.arange(samples) / RATE_HZ
    yield Labelled("real", "ankle-walking", t_s, acc_mps2 / STANDARD_GRAVITY_MPS2)


def _axis(clone: Path, name: str) -> Array:
    path = one_file(clone, f"{name}.mat")
    try:
        variables = loadmat(path, variable_names=[name])
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - what scipy raises depends on where a file is damaged
        raise NotThisDataSetError(f"'{path.name}' is not a MATLAB file of version 7") from None
    if name not in variables:
        raise NotThisDataSetError(f"'{path.name}' has no variable '{name}'")
    try:
        return np.asarray(variables[name], dtype=float).ravel()
    except (TypeError, ValueError):
        raise NotThisDataSetError(f"'{path.name}' holds something other than numbers") from None
