"""Processor time of a whole process for one hour, beside another program on the same hour.

Run with ``python -m pytest -s tests/benchmarks/test_peers.py``; it prints a table. The peer is
``GaitLumbar`` of scikit-digital-health, which finds the steps of a recording; it is left out unless
it is installed. Measured, not asserted. What is aimed at: 0.4 of its time for mixed work, 0.3 for
walking.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sensing.simulation.make import simulate
from sensing.simulation.options import Options

RATE_HZ = 208.0
HOUR_S = 3600
_OURS = "import sys; from cli import run; run(['analyze', sys.argv[1], '--json'])"
_PEER = f"""
import sys
import numpy as np
from skdh.gait import GaitLumbar
t, *acc = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, usecols=range(4)).T
GaitLumbar().predict(time=t + 1.7e9, accel=np.column_stack(acc), fs={RATE_HZ}, height=1.75)
"""


def _hour(exercise: str, path: Path) -> None:
    """One simulated recording after another, for an hour, with gyro."""
    made = simulate(Options(exercise=exercise, seed=1, rate_hz=RATE_HZ, gyro=True))
    assert made.gyro_dps is not None
    n = round(HOUR_S * RATE_HZ)
    one = np.column_stack([made.acc_g, made.gyro_dps])
    whole = np.tile(one, (-(-n // len(one)), 1))[:n]
    header = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps"
    rows = np.column_stack([np.arange(n) / RATE_HZ, whole])
    np.savetxt(path, rows, "%.5f", ",", header=header, comments="")


def _process_s(code: str, path: Path) -> float:
    """Processor time of a new interpreter that runs this, s."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(("what", "exercise"), [("mixed work", "workout"), ("walking", "walking")])
def test_an_hour_beside_a_peer(what: str, exercise: str, tmp_path: Path) -> None:
    """The best of three, reading included."""
    path = tmp_path / "hour.csv"
    _hour(exercise, path)
    ours_s = min(_process_s(_OURS, path) for _ in range(3))
    line = f"{what:12} Anklet {ours_s:5.2f} s"
    if importlib.util.find_spec("skdh") is not None:
        peer_s = min(_process_s(_PEER, path) for _ in range(3))
        line += f"   GaitLumbar {peer_s:5.2f} s   ratio {ours_s / peer_s:.2f}"
    print(f"\n{line}")
