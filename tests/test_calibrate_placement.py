"""Are up, forward, placement and a loose strap found, and is what is unclear refused?

Figures are printed (``pytest -s``) and bounded. Simulated people are drawn anew here (``placing``).
The real recordings come from soles whose own x axis points to the toes, so forward is known there,
and from an ankle where it can at least be asked whether two halves agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration.common.routine import run
from calibration.placement.forward import braked, shoe_steps
from calibration.placement.looseness import LOOSE, ringing
from calibration.placement.routine import PlacementRoutine
from calibration.placement.trial import Found
from sensing.analysis.analyse import analyse
from sensing.analysis.holds.steadiness import steadiness
from sensing.analysis.signals.posture import posture
from sensing.analysis.signals.vertical import across
from sensing.core.errors import RecordingError
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Floats
from sensing.files.read_recording import read_recording
from sensing.guided.pacing import Tempo
from sensing.profile.mounting import Mounting
from sensing.profile.profile import Profile
from sensing.profile.sensor_correction import Vector
from tests import placing
from tests.placing import Placed

place = partial(placing.place, idealised=True)

SLOW = Tempo(raise_s=1.0, hold_s=0.5, lower_s=1.2)
SLOWER = Tempo(raise_s=2.0, hold_s=0.5, lower_s=2.0)


def found(samples: Samples, placement: Worn | None = None) -> Found:
    """What the routine makes of a whole recording."""
    return run(PlacementRoutine(placement=placement), [samples])


def off_deg(mounting: Mounting, truth: Placed) -> tuple[float, float]:
    """How far up and forward are off, degrees; forward signed, to the left positive."""
    up = np.array(mounting.up)
    level = truth.forward - (truth.forward @ up) * up
    aside = np.arctan2(
        float(np.array(mounting.forward) @ np.cross(up, level)),
        float(np.array(mounting.forward) @ level),
    )
    tipped = np.arccos(min(1.0, float(up @ truth.up)))
    return float(np.degrees(tipped)), float(np.degrees(aside))


def vector(v: Floats) -> Vector:
    """An array as three numbers."""
    x, y, z = (float(each) for each in v)
    return x, y, z


def rms(values: list[float]) -> float:
    """Root mean square; NaN of nothing."""
    return float(np.sqrt(np.mean(np.square(values)))) if values else float("nan")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table.

    Attributes:
        did, tempo, reps: what was done.
        placement, gyro, rate_hz: the sensor.
        told: the placement was given.
        most_deg: bound on the RMS of forward.
        least: share of takes that must be accepted.
    """

    did: str
    placement: Worn = "ankle"
    gyro: bool = True
    rate_hz: float = 104.0
    tempo: Tempo | None = None
    reps: int = 3
    told: bool = False
    most_deg: float
    least: float = 0.9


DOUBLE, SINGLE = "double-leg-calf-raise", "single-leg-calf-raise"
CASES = (
    Case(did=DOUBLE, most_deg=4),
    Case(did=DOUBLE, tempo=SLOW, most_deg=4),
    Case(did=DOUBLE, tempo=SLOWER, most_deg=6, least=0.75),
    Case(did=DOUBLE, tempo=SLOW, gyro=False, most_deg=6),
    Case(did=DOUBLE, tempo=SLOWER, gyro=False, most_deg=12, least=0.5),
    Case(did=DOUBLE, tempo=SLOW, rate_hz=52.0, most_deg=4),
    Case(did=DOUBLE, tempo=SLOW, rate_hz=416.0, most_deg=4),
    Case(did=SINGLE, tempo=SLOW, most_deg=6),
    Case(did="walking", reps=4, told=True, most_deg=4),
    Case(did=DOUBLE, tempo=SLOW, placement="shoe", most_deg=3),
    Case(did=DOUBLE, tempo=SLOW, placement="shoe", gyro=False, most_deg=3),
    Case(did="walking", reps=4, placement="shoe", told=True, most_deg=4),
)
SEEDS = range(5100, 5108)


def test_up_and_forward_are_found_from_raises_and_from_steps() -> None:
    """Random mountings, eight people a row; refused trials are not wrong, but must be rare."""
    print("\nwhat was done            where  rate gyro  kept  up     forward (most)  said")
    for case in CASES:
        tipped, aside, said, right = [], [], [], 0
        for seed in SEEDS:
            trial = place(
                seed,
                case.did,
                reps=case.reps,
                tempo=case.tempo,
                placement=case.placement,
                rate_hz=case.rate_hz,
                gyro=case.gyro,
            )
            try:
                out = found(trial.samples, case.placement if case.told else None)
            except RecordingError:
                continue
            up, forward = off_deg(out.mounting, trial)
            tipped.append(up)
            aside.append(forward)
            said.append(out.mounting.forward_sd_deg)
            right += out.mounting.placement == case.placement
        pace = f" {case.tempo.raise_s:g} s" if case.tempo else ""
        print(
            f"{case.did + pace:<26}{case.placement:<6}{case.rate_hz:4.0f} "
            f"{'yes' if case.gyro else 'no ':>4}  {len(aside)}/{len(SEEDS)}  {rms(tipped):3.1f}°  "
            f"{rms(aside):5.1f}° ({max(map(abs, aside), default=0):3.0f}°)   ±{rms(said):4.1f}°"
        )
        assert len(aside) >= case.least * len(SEEDS), case
        assert right == len(aside), case
        assert rms(tipped) <= 2.0, case
        assert rms(aside) <= case.most_deg, case
        assert rms(aside) <= 2.0 * rms(said), case


TAKE = place(5200, tempo=SLOW)
FOUND = found(TAKE.samples)


@settings(max_examples=8)
@given(seed=st.integers(0, 2**32 - 1))
def test_turning_the_sensor_turns_the_result(seed: int) -> None:
    """Physics knows no sensor axes: up and forward turn with the readings."""
    turn = Rotation.random(rng=np.random.default_rng(seed))
    gyro = TAKE.samples.gyro_dps
    assert gyro is not None
    turned = replace(
        TAKE.samples, acc_mps2=turn.apply(TAKE.samples.acc_mps2), gyro_dps=turn.apply(gyro)
    )
    mounting = found(turned).mounting
    np.testing.assert_allclose(mounting.up, turn.apply(FOUND.mounting.up), atol=1e-4)
    np.testing.assert_allclose(mounting.forward, turn.apply(FOUND.mounting.forward), atol=0.01)


@settings(max_examples=8)
@given(cuts=st.lists(st.integers(0, len(TAKE.samples)), max_size=20))
def test_chunks_do_not_matter(cuts: list[int]) -> None:
    """Neither for the result nor for the last prompt."""
    routine = PlacementRoutine()
    for a, b in pairwise([0, *sorted(cuts), len(TAKE.samples)]):
        prompt = routine.push(TAKE.samples.part(a, b))
    assert routine.finish().mounting == FOUND.mounting
    assert prompt == PlacementRoutine().push(TAKE.samples)


def test_the_dialogue_ends_when_there_is_enough() -> None:
    """Stand, raise, stand: done, and not before the raises."""
    routine = PlacementRoutine(side="left")
    said = [routine.prompt]
    for k in range(0, len(TAKE.samples), 10):
        said.append(routine.push(TAKE.samples.part(k, k + 10)))
        if said[-1].done:
            break
    assert said[-1].done
    assert all(b.progress >= a.progress - 1e-9 for a, b in pairwise(said))
    assert said[0].text.startswith("Stand still")
    assert any("raises" in p.text for p in said)
    assert routine.finish().mounting.side == "left"


def _no_stand() -> Samples:
    return place(5300, tempo=SLOW, stand_s=1.0).samples.part(0, 700)


def _nothing() -> Samples:
    return place(5301, "nothing").samples


def _one_raise() -> Samples:
    return place(5302, reps=1, tempo=SLOW).samples


def _toes() -> Samples:
    return place(5307, "tibialis-raise", reps=12, noise_ug=80.0).samples


def _squats() -> Samples:
    return place(5304, "soleus-squat").samples


def _hops() -> Samples:
    return place(5305, "single-leg-hop", reps=12, range_g=32.0).samples


def _clipped() -> Samples:
    samples = place(5306, "walking", reps=4).samples
    return replace(samples, clipped=np.abs(samples.acc_mps2).max(axis=1) > 1.8 * G_MPS2)


def _mostly_lost() -> Samples:
    samples = place(5308, tempo=SLOW).samples
    return replace(samples, lost=np.arange(len(samples)) % 5 == 0)


def _uneven_steps() -> Samples:
    return place(5312, "walking", reps=3, gyro=False).samples


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (_no_stand, r"never stood still for 4 s"),
        (_nothing, r"no movement follows the standing"),
        (_one_raise, r"one raise follows"),
        (_toes, r"no movement follows|did not move the ankle forward|no raise follows"),
        (_squats, r"raise follows|leaned by"),
        (_hops, r"steps do not tell front from back|the steps disagree"),
        (_clipped, r"at the end of the sensor's range"),
        (_mostly_lost, r"2\d % of the samples of the movement are missing"),
        (_uneven_steps, r"the steps disagree"),
    ],
)
def test_a_bad_trial_is_refused_with_the_reason(bad: Callable[[], Samples], message: str) -> None:
    """Each says what is wrong and what to do."""
    with pytest.raises(RecordingError, match=message) as error:
        found(bad())
    assert error.value.remedy


def test_a_placement_that_the_raises_contradict_is_refused() -> None:
    """Both ways round; the right one is accepted."""
    with pytest.raises(RecordingError, match="did not turn as a foot"):
        found(TAKE.samples, "shoe")
    shoe = place(5400, tempo=SLOW, placement="shoe").samples
    with pytest.raises(RecordingError, match="turned as on a foot"):
        found(shoe, "ankle")
    assert found(shoe, "shoe").mounting.placement == "shoe"


def test_other_exercises_never_reverse_forward_at_the_ankle() -> None:
    """Whatever was done instead, an accepted trial has forward in front."""
    accepted = 0
    for did in ("bent-knee-calf-raise", "tibialis-raise", "soleus-squat", "single-leg-balance"):
        for seed in range(5500, 5508):
            trial = place(seed, did, reps=4)
            try:
                out = found(trial.samples)
            except RecordingError:
                continue
            accepted += 1
            assert abs(off_deg(out.mounting, trial)[1]) < 30, (did, seed)
    assert accepted < 12


@pytest.mark.parametrize("rate_hz", [100.0, 208.0, 420.0])
def test_a_loose_strap_is_detected_in_steps(rate_hz: float) -> None:
    """Loose straps ring on; straps that hold do not; at 50 Hz nothing is claimed."""
    loose: list[bool | None] = []
    firm: list[bool | None] = []
    for seed in range(5600, 5606):
        for strap, out in (((10.0, 0.06), loose), (None, firm)):
            trial = place(seed, "walking", reps=4, rate_hz=rate_hz, strap=strap)
            out.append(found(trial.samples, "ankle").mounting.loose)
    print(
        f"\n{rate_hz:.0f} Hz: loose straps heard {sum(map(bool, loose))} of {len(loose)}, ", end=""
    )
    print(f"false alarms {sum(map(bool, firm))} of {len(firm)}")
    assert all(loose)
    assert not any(firm)
    slow = place(5600, "walking", reps=4, rate_hz=50.0, strap=(10.0, 0.06))
    assert found(slow.samples, "ankle").mounting.loose is None


def test_sway_has_its_parts_and_lean_its_sign() -> None:
    """A known sway and lean in axes turned at random come out front-back, side-side and signed."""
    rate_hz, n = 100.0, 2000
    t_s = np.arange(n) / rate_hz
    forward, left = 0.3 * np.sin(2 * np.pi * 0.7 * t_s), 0.1 * np.sin(2 * np.pi * 1.1 * t_s)
    body = np.column_stack([forward, left, np.full(n, G_MPS2)])
    lean = Rotation.from_rotvec([0.0, np.radians(5.0), 0.0])  # 5° forward about the left axis
    for seed in range(4):
        turn = Rotation.random(rng=np.random.default_rng(seed))
        mounting = Mounting(
            up=vector(turn.apply([0.0, 0.0, 1.0])),
            forward=vector(turn.apply([1.0, 0.0, 0.0])),
            forward_sd_deg=3.0,
            placement="ankle",
        )
        hold = Samples(
            start=0,
            t0_s=0.0,
            rate_hz=rate_hz,
            acc_mps2=turn.apply(lean.inv().apply(body)),
            gyro_dps=None,
            lost=np.zeros(n, dtype=np.bool_),
            clipped=np.zeros(n, dtype=np.bool_),
        )
        known, plain = steadiness(hold, mounting), steadiness(hold)
        assert known.ap_rms_mps2 == pytest.approx(0.3 / np.sqrt(2), rel=0.03)
        assert known.ml_rms_mps2 == pytest.approx(0.1 / np.sqrt(2), rel=0.03)
        assert known.lean_deg == pytest.approx(5.0, abs=0.1)
        assert known.side_lean_deg == pytest.approx(0.0, abs=0.1)
        assert known.rms_mps2 == pytest.approx(plain.rms_mps2)
        assert known.tremor_rms_mps2 == pytest.approx(plain.tremor_rms_mps2)
        assert plain.ap_rms_mps2 is None
        assert plain.lean_deg is None


def test_a_hold_analysed_with_the_mounting_has_both_parts() -> None:
    """From the profile through the session into the hold; nothing else about it changes."""
    from sensing.sampling.checked_recording import recording_of
    from sensing.sampling.columns import Columns
    from sensing.simulation.make import simulate
    from sensing.simulation.options import Options

    made = simulate(Options(exercise="calf-raise-hold", seed=5700, rate_hz=104.0))
    trial = recording_of(Columns(acc=made.acc_g, t_s=made.samples_t_s, gyro_dps=made.gyro_dps))
    profile = Profile(name="worn", mounting=FOUND.mounting)
    (plain,) = analyse(trial, "calf-raise-hold", "ankle").sets
    (known,) = analyse(trial, "calf-raise-hold", "ankle", profile).sets
    a, b = plain.holds[0], known.holds[0]
    assert (a.start_s, a.end_s) == (b.start_s, b.end_s)
    assert a.steadiness is not None
    assert b.steadiness is not None
    assert a.steadiness.ap_rms_mps2 is None
    parts = np.hypot(b.steadiness.ap_rms_mps2 or 0.0, b.steadiness.ml_rms_mps2 or 0.0)
    assert parts == pytest.approx(b.steadiness.rms_mps2, rel=1e-6)


def _span(block: Samples, activity: dict[str, float], inside_s: float = 0.0) -> Samples:
    a, b = activity["start_s"] + inside_s, activity["end_s"] - inside_s
    return block.part(int(block.position(a)), int(block.position(b)))


def test_steps_of_real_people_show_where_their_toes_point(shared: Path) -> None:
    """The soles' x axis is the reference: never reversed, and mostly within the uncertainty."""
    off: dict[str, list[float]] = {}
    within = 0
    for path in sorted((shared / "real-shoe").glob("*.csv.gz")):
        labels = json.loads(path.with_name(path.name.replace(".csv.gz", ".json")).read_text())
        block = max(read_recording(path).blocks, key=len)
        what = {each["what"]: each for each in labels["activities"]}
        stood = what.get("standing upright without moving", what["standing in t-pose"])
        up = np.median(_span(block, stood, 0.5).acc_mps2, axis=0)
        up = up / np.linalg.norm(up)
        forward = shoe_steps(posture(_span(block, what["walking"])), up)
        assert forward is not None, path.name
        toes = np.array([1.0, 0.0, 0.0])
        toes = toes - (toes @ up) * up
        aside = np.degrees(np.arctan2(forward.forward @ np.cross(up, toes), forward.forward @ toes))
        off.setdefault(labels["person"], []).append(float(aside))
        within += abs(aside) <= 2 * forward.sd_deg
    print("\nwalking in the shoe, forward against the sole's own axis, degrees")
    for person, values in off.items():
        print(f"  {person}  {' '.join(f'{v:+4.0f}' for v in values)}")
    every = [value for values in off.values() for value in values]
    print(f"  RMS {rms(every):.0f}°, within twice what was said {within} of {len(every)}")
    assert max(map(abs, every)) < 45
    assert rms(every) <= 15
    assert within >= 0.8 * len(every)


def test_walking_at_a_real_ankle_has_one_forward_from_first_to_last(shared: Path) -> None:
    """No truth, no gyro: quarters of the recording must at least agree to a few degrees."""
    block = max(read_recording(shared / "real" / "ankle-walking.csv.gz").blocks, key=len)
    up = block.acc_mps2.mean(axis=0)
    up = up / np.linalg.norm(up)
    level = np.stack(across(up))
    angles = []
    for k in range(4):
        quarter = block.part(k * len(block) // 4, (k + 1) * len(block) // 4)
        forward = braked(posture(quarter), up)
        assert forward is not None
        angles.append(np.degrees(np.arctan2(*(level @ forward.forward)[::-1])))
    print(f"\nforward by quarters of the walk: {' '.join(f'{a:.0f}°' for a in angles)}")
    assert np.ptp(angles) < 10


def test_no_firm_strap_of_real_people_is_called_loose(shared: Path) -> None:
    """Walking at the ankle and in the shoe; what is left of the ringing is printed."""
    heard: list[float] = []
    block = max(read_recording(shared / "real" / "ankle-walking.csv.gz").blocks, key=len)
    step = round(10 * block.rate_hz)
    parts = [block.part(k, k + step) for k in range(0, len(block) - step, step)]
    for path in sorted((shared / "real-shoe").glob("*.csv.gz"))[::3]:
        labels = json.loads(path.with_name(path.name.replace(".csv.gz", ".json")).read_text())
        whole = max(read_recording(path).blocks, key=len)
        parts += [_span(whole, a) for a in labels["activities"] if a["what"] == "walking"]
    for part in parts:
        out = ringing(part)
        if out is not None:
            heard.append(100 * out.share)
    print(f"\nleft of ringing on people: {np.round(np.quantile(heard, [0, 0.5, 1]))} %")
    assert len(heard) >= 15
    assert max(heard) < 100 * LOOSE / 1.5


def unit(v: Floats) -> Floats:
    """A vector of length one."""
    return np.asarray(v / np.linalg.norm(v))


@given(st.integers(0, 2**32 - 1))
def test_axes_of_a_mounting_are_square_and_right_handed(seed: int) -> None:
    """Whatever up is now: forward, left and up stay a right-handed frame of unit vectors."""
    rng = np.random.default_rng(seed)
    turn = Rotation.random(rng=rng)
    mounting = Mounting(
        up=vector(turn.apply([0.0, 0.0, 1.0])),
        forward=vector(turn.apply([1.0, 0.0, 0.0])),
        forward_sd_deg=3.0,
        placement="shoe",
    )
    up = unit(np.array(mounting.up) + 0.5 * rng.normal(size=3))
    forward, left = mounting.axes(up)
    np.testing.assert_allclose(np.cross(forward, left), up, atol=1e-9)
    assert abs(forward @ up) < 1e-9
    assert abs(left @ up) < 1e-9
    # Turned about the left axis only: forward has turned as far as up has, left aside.
    turned = (up @ np.array(mounting.up)) / np.sqrt(1 - (up @ mounting.left) ** 2)
    assert forward @ np.array(mounting.forward) == pytest.approx(turned, abs=1e-9)
