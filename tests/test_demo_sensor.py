"""The simulated sensor: real frames of a person who does what was requested."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.analyse import analyse
from sensing.core.events import Analysis
from sensing.devices.open_frame import ACC, FAMILY, GYRO, read_frame
from sensing.devices.packets_to_samples import columns_of_packets
from sensing.sampling.checked_recording import recording_of
from sensing.simulation.demo_sensor import DemoSensor
from tests.device_vectors import times_s
from tests.radio import encode_open_frame as encode


def analysed(sensor: DemoSensor, exercise: str, until_s: float) -> Analysis:
    """What a recording of the sensor shows."""
    dated = columns_of_packets(sensor.setup, sensor.packets(until_s))
    return analyse(recording_of(replace(dated, range_g=None, gyro_dps=None)), exercise, "ankle")


@pytest.mark.parametrize("gyro", [False, True])
def test_its_bytes_are_those_of_the_protocol(gyro: bool) -> None:
    """Each frame, taken apart and built again by the other encoder, is the same."""
    sequence = {ACC: 0, GYRO: 0}
    packets = DemoSensor("double-leg-calf-raise", gyro=gyro).packets(20.0)
    for packet in packets:
        first_s, number, counts = read_frame(packet.payload)
        assert number == sequence[packet.characteristic]
        again = encode.frame(round(first_s * 1e6), number, counts.astype(np.int64))
        assert again == packet.payload
        sequence[packet.characteristic] += 1
    assert (sequence[GYRO] == sequence[ACC]) if gyro else sequence[GYRO] == 0


def test_its_samples_are_timed_as_they_were_taken() -> None:
    """208 Hz nominal, in fact 0.4 % more; 1 g at rest, nothing lost."""
    sensor = DemoSensor("single-leg-calf-raise", gyro=True)
    dated = columns_of_packets(sensor.setup, sensor.packets(30.0))
    rate_hz = 1 / float(np.median(np.diff(times_s(dated))))
    assert rate_hz == pytest.approx(208 * 1.004, rel=1e-3)
    assert np.diff(times_s(dated)).max() < 1.5 / 208
    norm_g = np.sqrt((dated.acc[: 5 * 208] ** 2).sum(axis=1))
    assert float(np.median(norm_g)) == pytest.approx(1.0, abs=0.05)
    assert dated.gyro_dps is not None
    assert np.abs(np.median(dated.gyro_dps[: 5 * 208], axis=0)).max() < 3.0


@pytest.mark.parametrize("side", ["left", "right"])
def test_its_person_does_what_was_requested_on_time(side: str) -> None:
    """Two sets of six, the first at its time, the second after the rest; then stillness."""
    sensor = DemoSensor(
        "single-leg-calf-raise",
        side="left" if side == "left" else "right",
        reps=6,
        sets=2,
        rest_s=15.0,
        starts_s=8.0,
        idealised=True,
    )
    first, second = sensor.truth["sets"]
    assert first["start_s"] == pytest.approx(8.0, abs=0.01)
    assert 15.0 <= second["start_s"] - first["end_s"] <= 18.0
    found = analysed(sensor, "single-leg-calf-raise", second["end_s"] + 60.0).sets
    assert [len(each.reps) for each in found] == [6, 6]
    for each, true in zip(found, (first, second), strict=True):
        errors_s = [
            rep.top_s - other["top_s"] for rep, other in zip(each.reps, true["reps"], strict=True)
        ]
        assert np.ptp(errors_s) < 0.5


def test_a_hold_lasts_as_long_as_requested() -> None:
    """Twenty seconds on the toes."""
    sensor = DemoSensor("calf-raise-hold", hold_s=20.0)
    (found,) = analysed(sensor, "calf-raise-hold", 60.0).sets
    assert sum(hold.end_s - hold.start_s for hold in found.holds) == pytest.approx(20.0, abs=0.7)


def test_two_legs_move_together_but_their_sensors_differ() -> None:
    """One person, left and right."""
    left = DemoSensor("double-leg-calf-raise", side="left")
    right = DemoSensor("double-leg-calf-raise", side="right")
    starts = [[r["start_s"] for r in each.truth["sets"][0]["reps"]] for each in (left, right)]
    assert starts[0] == starts[1]
    assert left.packets(1.0) != right.packets(1.0)
    assert left.name != right.name


@settings(max_examples=20)
@given(st.lists(st.floats(0, 3), max_size=20))
def test_asking_at_any_time_gives_each_packet_once_and_in_order(steps_s: list[float]) -> None:
    """The same stream however often it is asked, and never ahead of time."""
    sensor = DemoSensor("double-leg-calf-raise", reps=2)
    got, now_s = [], 0.0
    for step_s in steps_s:
        now_s += step_s
        new = sensor.packets(now_s)
        assert all(packet.arrival_s <= now_s for packet in new)
        got += new
    assert got == DemoSensor("double-leg-calf-raise", reps=2).packets(now_s)
    assert all(a.arrival_s <= b.arrival_s for a, b in pairwise(got))


def test_frames_come_in_bursts_and_never_before_their_last_sample() -> None:
    """As over a radio: at connection events, some of which fail."""
    packets = DemoSensor("double-leg-calf-raise", reps=2).packets(20.0)
    origin_s = read_frame(packets[0].payload)[0]
    late_s = []
    for packet in packets:
        first_s, _, counts = read_frame(packet.payload)
        late_s.append(packet.arrival_s - (first_s - origin_s + (len(counts) - 1) / 208.832))
    assert min(late_s) > 0
    assert max(late_s) < 0.25
    apart_s = {round(b.arrival_s - a.arrival_s, 3) for a, b in pairwise(packets)}
    assert 0.0 in apart_s
    assert all(each % 0.03 < 1e-6 or each % 0.03 > 0.03 - 1e-6 for each in apart_s)


def test_the_person_rests_until_the_end() -> None:
    """After ten minutes it still streams, at rest."""
    sensor = DemoSensor("double-leg-calf-raise", reps=2)
    sensor.packets(600.0)
    counts = np.concatenate(
        [
            read_frame(packet.payload)[2]
            for packet in sensor.packets(640.0)
            if packet.characteristic == ACC
        ]
    )
    assert 39 * 208 < len(counts) < 41 * 210
    norm_g = np.sqrt(((counts * sensor.setup.details["acc_g_per_count"]) ** 2).sum(axis=1))
    assert float(np.std(norm_g)) < 0.02


def test_a_setup_survives_the_recording() -> None:
    """The decoder can be made from the header."""
    sensor = DemoSensor("double-leg-calf-raise", gyro=True)
    plain = sensor.setup.to_dict()
    assert FAMILY.decoder(type(sensor.setup).from_dict("open-frame", plain))
