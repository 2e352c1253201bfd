"""Are forward leans counted and measured, whatever the sensor, and is nothing else one?

People and sensors are simulated; no lean of a real person is in any recording here. ``-s`` prints
the table.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.record import timer
from sensing.analysis.analyse import analyse
from sensing.analysis.holds.attitude_steps import shank_path
from sensing.analysis.holds.forward_leans import forward_leans
from sensing.analysis.holds.lean_holds import LEAN, find_leans
from sensing.core.events import Hold
from sensing.core.exercise_guides import HOW, MEASURED
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.core.samples import Recording, Samples
from sensing.core.units import G_MPS2
from sensing.live.counter import LiveCounter
from sensing.live.set_count import SideTally
from sensing.store.store import open_store
from tests.conftest import Command
from tests.simulated_people import cohort
from tests.simulated_signals import turned

PEOPLE = 20


@cache
def people() -> list[tuple[Recording, dict[str, Any]]]:
    """Recordings of leans, with their truth."""
    return list(cohort(LEAN, PEOPLE, seed=7000))


def leans_of(recording: Recording, exercise: str = LEAN) -> list[Hold]:
    """Every lean found."""
    found = analyse(recording, exercise, "ankle").sets
    return [hold for each in found if each.exercise == LEAN for hold in each.holds]


def stood_and_leant(
    leans_deg: list[float],
    *,
    held_s: float = 4.0,
    move_s: float = 1.0,
    rate_hz: float = 100.0,
    sway_deg: float = 0.05,
    seed: int = 0,
) -> tuple[Samples, list[tuple[float, float]]]:
    """A shank that leans by these angles from standing, and when each was held, s."""
    rng = np.random.default_rng(seed)
    angle: list[float] = [0.0] * round(5 * rate_hz)
    spans = []
    ramp = np.linspace(0, 1, round(move_s * rate_hz))
    ramp = ramp**3 * (10 - 15 * ramp + 6 * ramp**2)
    for lean in leans_deg:
        angle += (lean * ramp).tolist()
        spans.append((len(angle) / rate_hz, len(angle) / rate_hz + held_s))
        angle += [lean] * round(held_s * rate_hz)
        angle += (lean * ramp[::-1]).tolist() + [0.0] * round(3 * rate_hz)
    angle += [0.0] * round(3 * rate_hz)
    slow = np.convolve(rng.standard_normal(len(angle) + 200), np.hanning(201), "valid")
    pitch = np.radians(np.asarray(angle) + sway_deg * slow / slow.std())
    acc = G_MPS2 * np.stack([-np.sin(pitch), np.zeros_like(pitch), np.cos(pitch)], axis=1)
    none = np.zeros(len(acc), dtype=np.bool_)
    return Samples(
        t0_s=0.0, rate_hz=rate_hz, start=0, acc_mps2=acc, gyro_dps=None, lost=none, clipped=none
    ), spans


@given(
    leans=st.lists(st.floats(2.0, 10.0), min_size=2, max_size=5),
    held_s=st.floats(2.0, 12.0),
    move_s=st.floats(0.6, 2.5),
    rate_hz=st.sampled_from([50.0, 100.0, 208.0]),
    seed=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_leans_are_counted_timed_and_measured_at_any_rate_and_mounting(
    leans: list[float], held_s: float, move_s: float, rate_hz: float, seed: int
) -> None:
    """Of a person who hardly sways: all of them, at any angle alike, to a few tenths."""
    leans = [max(each, 0.6 * max(leans)) for each in leans]
    samples, spans = stood_and_leant(
        leans, held_s=held_s, move_s=move_s, rate_hz=rate_hz, seed=seed
    )
    for some in (samples, turned(samples, seed)):
        holds = [hold for each in find_leans(some) for hold in each]
        assert len(holds) == len(leans)
        for hold, lean, (start_s, end_s) in zip(holds, leans, spans, strict=True):
            assert hold.lean_deg == pytest.approx(lean, abs=0.25)
            assert hold.start_s == pytest.approx(start_s, abs=0.3)
            assert hold.end_s == pytest.approx(end_s, abs=0.3)


@given(seed=st.integers(0, 10_000), sway_deg=st.floats(0.02, 0.6), rate=st.sampled_from([50, 208]))
@settings(max_examples=25, deadline=None)
def test_quiet_standing_is_no_lean(seed: int, sway_deg: float, rate: int) -> None:
    """However much a person sways."""
    samples, _ = stood_and_leant([], sway_deg=sway_deg, seed=seed, rate_hz=rate)
    long = np.tile(samples.acc_mps2, (6, 1))
    none = np.zeros(len(long), dtype=np.bool_)
    samples = replace(samples, acc_mps2=long, lost=none, clipped=none)
    assert find_leans(samples) == []


def test_a_single_lean_that_lifts_the_ankle_is_none() -> None:
    """A raise leans the shank, too, but goes up."""
    samples, spans = stood_and_leant([9.0, 9.0, 9.0])
    acc = samples.acc_mps2.copy()
    for start_s, end_s in spans:
        for at_s, sign in ((start_s - 1.0, 1.0), (end_s, -1.0)):
            k = round(at_s * samples.rate_hz)
            n = round(samples.rate_hz)
            u = np.arange(n) / n
            # 7 cm in one second, along a minimum jerk.
            acc[k : k + n, 2] += sign * 0.07 * (60 * u - 180 * u**2 + 120 * u**3)
    raised = replace(samples, acc_mps2=acc)
    assert len(forward_leans(shank_path(samples))) == 3
    assert forward_leans(shank_path(raised)) == []


def test_leans_of_simulated_people() -> None:
    """Counted exactly in most, each figure within its stated uncertainty as often as it should."""
    angle, angle_z, held_s, held_z = [], [], [], []
    exact = wanted = false = auto_false = auto = 0
    for recording, truth in people():
        found, true = leans_of(recording), truth["holds"]
        exact += len(found) == len(true)
        wanted += len(true)
        detected = leans_of(recording, "auto")
        auto += sum(_match(hold, true) is not None for hold in detected)
        auto_false += sum(_match(hold, true) is None for hold in detected)
        for hold in found:
            match = _match(hold, true)
            false += match is None
            if match is None or hold.lean_deg is None or hold.duration_s is None:
                continue
            assert hold.lean_sd_deg
            assert hold.duration_sd_s
            angle.append(hold.lean_deg - match["lean_deg"])
            angle_z.append(angle[-1] / hold.lean_sd_deg)
            held_s.append(hold.duration_s - (match["end_s"] - match["start_s"]))
            held_z.append(held_s[-1] / hold.duration_sd_s)
    covered = [float(np.mean(np.abs(z) < 2)) for z in (angle_z, held_z)]
    got = {
        "sets counted exactly": exact / PEOPLE,
        "leans found": len(angle) / wanted,
        "false": false,
        "angle, median error (°)": float(np.median(np.abs(angle))),
        "angle, p95 (°)": float(np.percentile(np.abs(angle), 95)),
        "angle within 2 SD": covered[0],
        "time held, p95 (s)": float(np.percentile(np.abs(held_s), 95)),
        "time held within 2 SD": covered[1],
        "auto: leans found": auto / wanted,
        "auto: false": auto_false,
    }
    print()
    for name, value in got.items():
        print(f"{name:28s} {value:.3g}")
    assert got["sets counted exactly"] >= 0.85
    assert got["leans found"] >= 0.95
    assert got["false"] == got["auto: false"] == 0
    assert got["angle, p95 (°)"] < 1.1
    assert got["time held, p95 (s)"] < 0.6
    assert min(covered) > 0.87
    assert got["auto: leans found"] > 0.6


def _match(hold: Hold, true: list[dict[str, Any]]) -> dict[str, Any] | None:
    middle = (hold.start_s + hold.end_s) / 2
    return next((each for each in true if each["start_s"] < middle < each["end_s"]), None)


@pytest.mark.parametrize("exercise", ["double-leg-calf-raise", "calf-raise-hold", "short-foot"])
def test_other_exercises_hold_no_lean(exercise: str) -> None:
    """Neither told nor under auto."""
    for recording, _ in cohort(exercise, 4, seed=7100):
        assert leans_of(recording) == []
        assert leans_of(recording, "auto") == []


def test_the_live_count_is_the_result() -> None:
    """The same code on the recent past: of a set counted from *go*, one lean in twenty differs."""
    row = find_exercise(LEAN)
    apart = total = 0
    for recording, truth in people()[:6]:
        counter = LiveCounter(recording.rate_hz, row, "ankle")
        go_s, over_s = truth["set"][0] - 3.0, truth["set"][1] + 4.0
        tally: SideTally | None = None
        step = round(recording.rate_hz / 5)
        for block in recording.blocks:
            for k in range(0, len(block), step):
                view = counter.push(block.part(k, k + step))
                if view.time_s >= go_s:
                    tally = SideTally(view) if tally is None else tally
                    tally.update(view)
                if view.time_s >= over_s:
                    break
        result = leans_of(recording)
        assert tally is not None
        apart += abs(tally.now.count - len(result))
        total += len(result)
        assert view.lean_deg == pytest.approx(result[-1].lean_deg, abs=1.5)
    assert apart <= 0.05 * total


def test_a_lean_is_stored_and_shown(run: Command, db_path: Path, tmp_path: Path) -> None:
    """Angle and its uncertainty survive the database, and have a trend."""
    made = tmp_path / "lean.csv"
    run("simulate", LEAN, "--reps", "4", "--seed", "5", "-o", made)
    told = json.loads(run("analyze", made, "-e", LEAN, "--json").out)
    run("replay", made, "-e", LEAN, "--db", db_path)
    with open_store(db_path) as store:
        (each,) = store.session(1).sets
    assert each.medians["shank_lean_deg"] == pytest.approx(
        float(np.median([hold["lean_deg"] for hold in told["holds"]])), abs=1e-5
    )
    for stored, fresh in zip(each.detected.holds, told["holds"], strict=True):
        assert stored.lean_deg == pytest.approx(fresh["lean_deg"], abs=1e-5)
        assert stored.lean_sd_deg == pytest.approx(fresh["lean_sd_deg"], abs=1e-5)
    shown = run("show", "1", "--db", db_path).out
    assert "4 leans" in shown
    assert "lean" in run("trend", "lean", "--db", db_path).out


def test_the_short_foot_is_timed_and_logged(
    run: Command, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sensor; each part takes its time; the log says that nothing was measured."""
    waited: list[float] = []
    monkeypatch.setattr(timer, "sleep", waited.append)
    done = run(
        *("record", "short-foot", "--sets", "2", "--reps", "3", "--time", "4", "--rest", "20"),
        *("--side", "left", "--db", db_path),
    )
    assert "can't see" in done.err
    assert waited == [5.0, 4.0, 3.0, 4.0, 3.0, 4.0, 20.0, 4.0, 3.0, 4.0, 3.0, 4.0]
    with open_store(db_path) as store:
        (entry,) = store.logged_work()
    assert (entry.work.exercise, entry.work.side) == ("short-foot", "left")
    assert (entry.work.sets, entry.work.reps) == (2, 3)
    assert "not measured" in entry.work.note


def test_every_exercise_says_how_it_is_done_and_on_whom_it_was_measured() -> None:
    """Two to four sentences each, and nothing about exercises that don't exist."""
    names = {row.name for row in CATALOGUE}
    assert set(HOW) == names
    assert set(MEASURED) <= names
    for row in CATALOGUE:
        assert 2 <= row.how.count(". ") + 1 <= 5, row.name
        assert row.how.endswith(".")


def test_the_document_says_on_whom_each_exercise_was_measured(root: Path) -> None:
    """``docs/accuracy.md`` has the table of the program; ``ANKLET_RENEW=1`` writes it."""
    path = root / "docs/accuracy.md"
    before, _, rest = path.read_text(encoding="utf-8").partition("<!-- measured: table -->\n")
    table, _, after = rest.partition("<!-- measured: end -->")
    rows = "".join(f"| `{row.name}` | {row.measured} |\n" for row in CATALOGUE)
    wanted = f"| exercise | measured on |\n|---|---|\n{rows}"
    if os.environ.get("ANKLET_RENEW"):
        text = f"{before}<!-- measured: table -->\n{wanted}<!-- measured: end -->{after}"
        path.write_text(text, encoding="utf-8")
    else:
        assert table == wanted
