"""Speed of the main jobs. Measured, not asserted: machines differ.

Run with ``python -m pytest tests/benchmarks``. What is aimed at, on one core: an hour at 208 Hz in
2 s and 300 MB, its file read in 1 s, its time stamps fitted in 0.3 s; a live chunk of ten samples
in 200 µs; raises counted live with a tenth of a core; ``--help`` in 0.25 s.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from rich.console import Console

from cli.screen.record_display import Display
from cli.screen.record_screen import LinkView, RecordScene, SideScene
from sensing.analysis.analyse import analyse
from sensing.capture.capture import Capture
from sensing.core.exercises import find_exercise
from sensing.core.packets import Packet
from sensing.core.samples import Recording, Samples, Side
from sensing.devices.base import Setup
from sensing.devices.open_frame import FAMILY
from sensing.files.read_recording import read_recording
from sensing.files.recordings.recording_format import Header
from sensing.guided.course import Course, Moment
from sensing.guided.guide import Guide
from sensing.live.counter import LiveCounter, LiveView
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.clock_fit import fit_stamps
from sensing.sampling.columns import Columns
from sensing.simulation.demo_sensor import DemoSensor
from sensing.simulation.make import simulate
from sensing.simulation.options import Options

RATE_HZ = 208.0
HOUR_S = 3600
_SIDES: tuple[Side, ...] = ("left", "right")


@pytest.fixture(scope="module")
def hour() -> Recording:
    """An hour of workouts, one after another, with the accelerometer only."""
    one = recording_of(_columns()).blocks[0]
    times = int(np.ceil(HOUR_S * one.rate_hz / len(one)))
    n = round(HOUR_S * one.rate_hz)
    whole = replace(
        one,
        acc_mps2=np.tile(one.acc_mps2, (times, 1))[:n],
        gyro_dps=None,
        lost=np.zeros(n, dtype=np.bool_),
        clipped=np.zeros(n, dtype=np.bool_),
    )
    return Recording(
        blocks=(whole,),
        rate_hz=one.rate_hz,
        duration_s=HOUR_S,
        samples=n,
        lost_samples=0,
        clipped_samples=0,
    )


def _pedantic(benchmark: BenchmarkFixture) -> Callable[..., Any]:
    """The fixture's method, which comes without types."""
    method: Callable[..., Any] = benchmark.pedantic
    return method


def _columns() -> Columns:
    made = simulate(Options(exercise="workout", seed=1, rate_hz=RATE_HZ))
    return Columns(acc=made.acc_g, t_s=made.samples_t_s, gyro_dps=made.gyro_dps)


@pytest.mark.parametrize("exercise", ["auto", "single-leg-calf-raise", "single-leg-hop"])
def test_an_hour_is_analysed(benchmark: BenchmarkFixture, hour: Recording, exercise: str) -> None:
    """All of it, from samples to sets."""
    analysis = _pedantic(benchmark)(analyse, (hour, exercise, "ankle"), rounds=3, iterations=1)
    benchmark.extra_info["sets"] = len(analysis.sets)


def test_an_hour_of_time_stamps_is_fitted(benchmark: BenchmarkFixture) -> None:
    """Rounded to the millisecond, one in fifty lost."""
    t = np.round(np.arange(round(HOUR_S * RATE_HZ)) / RATE_HZ, 3)
    t = t[np.random.default_rng(1).random(len(t)) > 0.02]
    _pedantic(benchmark)(fit_stamps, (t,), rounds=3)


def test_an_hour_is_read(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """A plain recording of seven columns, 750 000 rows."""
    path = tmp_path / "hour.csv"
    n = round(HOUR_S * RATE_HZ)
    values = np.random.default_rng(1).normal(0, 0.01, (n, 6))
    values[:, 2] += 1
    header = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps"
    rows = np.column_stack([np.arange(n) / RATE_HZ, values])
    np.savetxt(path, rows, "%.5f", ",", header=header, comments="")
    recording = _pedantic(benchmark)(read_recording, (path,), rounds=3)
    assert recording.samples == n


@pytest.mark.parametrize("exercise", ["single-leg-calf-raise", "single-leg-hop", "calf-raise-hold"])
def test_a_live_chunk(benchmark: BenchmarkFixture, hour: Recording, exercise: str) -> None:
    """Ten samples into the live counter, the looks back averaged in."""
    block = hour.blocks[0]
    chunks = [block.part(a, a + 10) for a in range(0, 60 * 208, 10)]

    def minute(chunks: list[Samples]) -> None:
        counter = LiveCounter(block.rate_hz, find_exercise(exercise), "ankle")
        for chunk in chunks:
            counter.push(chunk)

    _pedantic(benchmark)(minute, (chunks,), rounds=3, iterations=1)
    if benchmark.stats is not None:
        benchmark.extra_info["us_per_chunk"] = 1e6 * benchmark.stats.stats.mean / len(chunks)


@pytest.mark.parametrize("rate_hz", [104.0, 208.0])
def test_raises_are_counted_live(benchmark: BenchmarkFixture, rate_hz: float) -> None:
    """Share of a core that a long set with gyro takes, by process time."""
    made = simulate(Options(exercise="single-leg-calf-raise", seed=1, rate_hz=rate_hz, reps=20))
    columns = Columns(acc=made.acc_g, t_s=made.samples_t_s, gyro_dps=made.gyro_dps)
    block = recording_of(columns).blocks[0]
    shares: list[float] = []

    def set_of_reps() -> None:
        counter = LiveCounter(block.rate_hz, find_exercise("single-leg-calf-raise"), "ankle")
        begun_s = process_time()
        for at in range(0, len(block), 10):
            counter.push(block.part(at, at + 10))
        shares.append((process_time() - begun_s) * block.rate_hz / len(block))

    _pedantic(benchmark)(set_of_reps, rounds=3, iterations=1)
    benchmark.extra_info["share_of_a_core"] = float(np.median(shares))


def test_help(benchmark: BenchmarkFixture) -> None:
    """The whole program, from nothing to the list of verbs."""
    _pedantic(benchmark)(
        subprocess.run,
        ([sys.executable, "-m", "cli", "--help"],),
        {"check": True, "capture_output": True},
        rounds=5,
    )


def test_memory_of_an_hour(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Largest resident size of ``anklet analyze`` on an hour's file, reading included."""
    made = _columns()
    path = tmp_path / "hour.csv"
    n = round(HOUR_S * RATE_HZ)
    rows = np.column_stack([np.arange(n) / RATE_HZ, np.resize(made.acc, (n, 3))])
    np.savetxt(path, rows, "%.5f", ",", header="t_s,ax_g,ay_g,az_g", comments="")
    code = (
        "import resource,sys\n"
        "from cli import run\n"
        "run(['analyze', sys.argv[1], '--json'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = _pedantic(benchmark)(
        subprocess.run,
        ([sys.executable, "-c", code, str(path)],),
        {"check": True, "capture_output": True, "text": True},
        rounds=1,
    )
    benchmark.extra_info["largest_mb"] = int(done.stderr.split()[-1]) / 1024


def test_two_sensors_live(benchmark: BenchmarkFixture) -> None:
    """A minute of two sensors at 208 Hz with gyro, packets to disk, count and screen.

    The median is the cost of a minute: 6 s of it would be 10 % of a core.
    """
    _pedantic(benchmark)(_two_sensors_for_a_minute, rounds=3, warmup_rounds=1)


def _two_sensors_for_a_minute() -> None:
    """Demo packets through captures, the guide and the drawn screen, eight frames a second."""
    with TemporaryDirectory() as folder:
        sensors = {side: _Played(side) for side in _SIDES}
        captures = {
            side: Capture(FAMILY, sensor.setup, find_exercise("single-leg-hop"))
            for side, sensor in sensors.items()
        }
        for side, capture in captures.items():
            capture.begin(Path(folder) / f"{side}.anklet", Header())
        guide = Guide(Course(time_s=60), find_exercise("single-leg-hop"))
        window = Console(file=io.StringIO(), force_terminal=True, width=80, height=24)
        display = Display(window, now_s=lambda: now_s)
        now_s = 0.0
        for step in range(60 * 20):
            now_s = step / 20
            for side, sensor in sensors.items():
                for packet in sensor.packets(now_s):
                    captures[side].receive(packet)
            views: dict[str, LiveView | None] = {
                side: capture.view for side, capture in captures.items()
            }
            moment = guide.step(now_s, views, streaming=True)
            display.show(_scene(moment, views))
        display.close()
        for capture in captures.values():
            capture.end()


@cache
def _demo_packets(side: Side) -> tuple[Setup, list[Packet]]:
    sensor = DemoSensor("single-leg-hop", side=side, reps=60, gyro=True)
    return sensor.setup, sensor.packets(60.0)


class _Played:
    """Packets made beforehand, so that making them up is not measured."""

    def __init__(self, side: Side) -> None:
        self.setup, self._coming = _demo_packets(side)
        self._next = 0

    def packets(self, until_s: float) -> list[Packet]:
        """Those due by now."""
        first = self._next
        while self._next < len(self._coming) and self._coming[self._next].arrival_s <= until_s:
            self._next += 1
        return self._coming[first : self._next]


def _scene(moment: Moment, views: Mapping[str, LiveView | None]) -> RecordScene:
    return RecordScene(
        moment=moment,
        exercise=find_exercise("single-leg-hop"),
        sides=tuple(
            SideScene(side=side, view=views[side], link=LinkView(name=side, state="streaming"))
            for side in _SIDES
        ),
    )
