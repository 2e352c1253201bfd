"""Times of samples: whose clock, how accurate, and the effect of loss and pauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.core.errors import DeviceError, RecordingError
from sensing.core.packets import LINK_LOST, Event, Packet
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import Setup
from sensing.devices.open_frame import GYRO as OPEN_GYRO
from sensing.devices.packets_to_samples import columns_of_packets
from sensing.sampling.columns import Columns
from tests.device_vectors import later, times_s
from tests.radio import (
    encode_metamotion,
    encode_movesense,
    encode_open_frame,
    encode_polar,
    encode_witmotion,
)

INTERVAL_S = 0.03
LOST = Event(0.0, LINK_LOST)


def counts(n: int, rate_hz: float) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """A slow swing with a little noise, ±16 g counts: the same movement at any rate."""
    t = np.arange(n) / rate_hz
    rng = np.random.default_rng(5)
    swing = 500 * np.sin(2 * np.pi * 0.7 * t)
    rows = np.column_stack([swing, 2048 + 0 * t, 300 * np.cos(2 * np.pi * 0.7 * t)])
    return np.rint(rows + rng.normal(0, 4, rows.shape)).astype(np.int64)


def aired(packets: Sequence[Packet], seed: int = 3, host_s: float = 5000.0) -> list[Packet]:
    """The same packets after a radio: sent at the next connection interval, some again later."""
    rng = np.random.default_rng(seed)
    out = []
    latest = 0.0
    for packet in packets:
        tries = 1 + rng.geometric(0.8)
        latest = max(
            latest, np.ceil(packet.arrival_s / INTERVAL_S) * INTERVAL_S + (tries - 2) * INTERVAL_S
        )
        out.append(replace(packet, arrival_s=host_s + latest))
    return out


OPEN = Setup(
    family="open-frame",
    rate_hz=208.0,
    range_g=16.0,
    details={"acc_g_per_count": 1 / 2048},
)
META = Setup(family="metamotion", rate_hz=200.0, range_g=16.0)


def each_family(n: int, true_hz: float) -> dict[str, tuple[Setup, list[Packet]]]:
    """The same movement as every family would send it, its clock a little off."""
    rows = counts(n, true_hz)
    return {
        "polar-sense": (
            Setup(family="polar-sense", rate_hz=208.0, range_g=16.0),
            encode_polar.frames(rows, true_hz, per_frame=33),
        ),
        "movesense": (
            Setup(family="movesense", rate_hz=208.0, range_g=None),
            encode_movesense.packets(rows / 2048 * G_MPS2, 208.0, true_rate_hz=true_hz),
        ),
        "witmotion": (
            Setup(family="witmotion", rate_hz=200.0, range_g=16.0),
            encode_witmotion.packets(rows, true_hz),
        ),
        "witmotion, clock": (
            Setup(family="witmotion", rate_hz=200.0, range_g=16.0),
            encode_witmotion.packets(rows, true_hz, clocked="long"),
        ),
        "metamotion": (META, encode_metamotion.packets(rows, true_hz)),
        "open-frame": (OPEN, encode_open_frame.packets(rows, true_hz)),
    }


@pytest.mark.parametrize("name", list(each_family(100, 204.0)))
def test_every_family_finds_the_true_rate_and_place(name: str) -> None:
    """30 s at 204.6 Hz over a radio: rate to 0.05 %, every sample within 20 ms of its truth."""
    true_hz = 204.6
    setup, packets = each_family(6144, true_hz)[name]
    dated = columns_of_packets(setup, aired(packets))
    assert len(times_s(dated)) >= 6135
    rate_hz = (len(times_s(dated)) - 1) / (times_s(dated)[-1] - times_s(dated)[0])
    assert rate_hz == pytest.approx(true_hz, rel=5e-4)
    error_s = times_s(dated) - 5000.0 - np.arange(len(times_s(dated))) / true_hz
    # The delay of the earliest packets stays: encoders and intervals add 10 to 50 ms to all.
    assert np.ptp(error_s) < 0.02
    assert -0.005 < np.min(error_s) < 0.08
    assert (np.diff(times_s(dated)) > 0).all()


def test_times_start_at_the_host_and_survive_the_header() -> None:
    """The setup as a dictionary, as in a recording's header, gives the same."""
    packets = aired(encode_open_frame.packets(counts(500, 208.0), 208.0))
    whole = columns_of_packets(OPEN, packets)
    again = columns_of_packets(Setup.from_dict("open-frame", OPEN.to_dict()), packets)
    np.testing.assert_array_equal(times_s(whole), times_s(again))
    assert whole.range_g == 16.0
    assert whole.notes == ()


@given(st.lists(st.integers(0, 119), max_size=30, unique=True))
@settings(max_examples=30)
def test_lost_packets_are_gaps_where_the_sensor_has_a_clock(missing: list[int]) -> None:
    """The others keep their times, to a thousandth of a period."""
    packets = aired(encode_open_frame.packets(counts(1200, 208.0), 208.0))
    whole = columns_of_packets(OPEN, packets)
    kept = [i for i in range(120) if i not in missing]
    part = columns_of_packets(OPEN, [packets[i] for i in kept])
    at = np.concatenate([np.arange(10 * i, 10 * i + 10) for i in kept])
    # Origins differ where the earliest packet is among the lost; the spacing can't.
    np.testing.assert_allclose(
        times_s(part) - times_s(part)[0], times_s(whole)[at] - times_s(whole)[at[0]], atol=5e-6
    )
    np.testing.assert_array_equal(part.acc, whole.acc[at])


def test_a_wrong_clock_is_detected_and_corrected() -> None:
    """A board whose seconds are 1.5 % short, over two minutes: the host's seconds count."""
    n, true_hz = 25_000, 205.0
    packets = [
        replace(packet, arrival_s=1.015 * packet.arrival_s)
        for packet in encode_open_frame.packets(counts(n, true_hz), true_hz)
    ]
    dated = columns_of_packets(OPEN, aired(packets))
    assert times_s(dated)[-1] - times_s(dated)[0] == pytest.approx(
        1.015 * (n - 1) / true_hz, rel=3e-4
    )
    assert "clock" in dated.notes[0]


def test_a_right_clock_is_left_alone_however_late_packets_come() -> None:
    """Two minutes with a stall of 3 s in the middle: not a sample is moved."""
    n = 25_000
    packets = aired(encode_open_frame.packets(counts(n, 208.0), 208.0))
    late = held_back(packets, 5060, 5063)
    dated = columns_of_packets(OPEN, late)
    np.testing.assert_allclose(np.diff(times_s(dated)), 1 / 208, rtol=1e-3)
    assert dated.notes == ()


def held_back(packets: list[Packet], from_s: float, until_s: float) -> list[Packet]:
    """Those that would arrive between these times arrive together at the second."""
    return [
        replace(packet, arrival_s=until_s) if from_s < packet.arrival_s < until_s else packet
        for packet in packets
    ]


def pause(packets: list[Packet], first: int, last: int, *, told: bool) -> list[Packet | Event]:
    """The stream without packets [first, last), the link lost there."""
    told_here: list[Packet | Event] = [LOST] if told else []
    return [*packets[:first], *told_here, *packets[last:]]


@pytest.mark.parametrize("told", [True, False], ids=["link lost", "silence only"])
@pytest.mark.parametrize(("seconds", "slack_s"), [(1.0, 0.06), (8.0, 0.06)])
def test_without_a_clock_a_pause_is_a_gap_of_its_length(
    told: bool, seconds: float, slack_s: float
) -> None:
    """MetaMotion: packets missing for one and for eight seconds, with and without notice."""
    true_hz = 198.0
    packets = aired(encode_metamotion.packets(counts(9000, true_hz), true_hz))
    gone = round(seconds * true_hz / 3)
    dated = columns_of_packets(META, pause(packets, 1500, 1500 + gone, told=told))
    steps = np.diff(times_s(dated))
    holes = np.flatnonzero(steps > 0.1)
    assert holes.tolist() == [4499]
    assert steps[holes[0]] == pytest.approx((3 * gone + 1) / true_hz, abs=slack_s)
    rest = np.delete(steps, holes)
    np.testing.assert_allclose(rest, 1 / true_hz, rtol=2e-3)


def test_without_a_clock_a_delay_that_is_made_up_for_is_not_loss() -> None:
    """1.5 s held back and then delivered at once: samples stay evenly spaced."""
    packets = aired(encode_metamotion.packets(counts(6000, 198.0), 198.0))
    held = held_back(packets, 5012, 5013.5)
    dated = columns_of_packets(META, held)
    np.testing.assert_allclose(np.diff(times_s(dated)), 1 / 198.0, rtol=2e-3)


def test_a_sensor_switched_off_and_on_keeps_both_stretches_in_place() -> None:
    """Open frame, clock and numbers from 0 again after 20 s: both stretches where they were."""
    rows = counts(4000, 208.0)
    first = encode_open_frame.packets(rows[:2000], 208.0, start_us=70_000_000)
    off_s = 2000 / 208 + 20
    again = later(encode_open_frame.packets(rows[2000:], 208.0), off_s)
    air = aired([*first, *again])
    dated = columns_of_packets(OPEN, [*air[:200], LOST, *air[200:]])
    assert len(times_s(dated)) == 4000
    truth_s = np.arange(4000) / 208 + np.where(np.arange(4000) < 2000, 0.0, 20.0)
    error_s = times_s(dated) - 5000 - truth_s
    assert np.ptp(error_s) < 0.04


SPUN = Setup(
    family="open-frame",
    rate_hz=208.0,
    range_g=16.0,
    gyro_rate_hz=208.0,
    gyro_range_dps=2000.0,
    details={"acc_g_per_count": 1 / 2048, "gyro_dps_per_count": 1 / 2048},
)


def spun(drop: Callable[[int], bool] = lambda i: False) -> tuple[Columns, Floats]:
    """Acceleration and the same movement as gyro, half a period apart, decoded."""
    rows = counts(2000, 208.0)
    t = (np.arange(2000) + 0.5) / 208
    turn = np.rint(2048 * 40 * np.column_stack([np.sin(2 * np.pi * 0.7 * t)] * 3) / 100)
    gyro = encode_open_frame.packets(
        turn.astype(np.int64), 208.0, start_us=round(0.5e6 / 208), characteristic=OPEN_GYRO
    )
    acc = encode_open_frame.packets(rows, 208.0)
    both = [*acc, *(p for i, p in enumerate(gyro) if not drop(i))]
    both.sort(key=lambda p: p.arrival_s)
    return columns_of_packets(SPUN, aired(both)), rows / 2048


def test_a_separate_gyro_is_interpolated_at_the_times_of_acceleration() -> None:
    """Half a period off in time, on one clock: interpolated to where the acceleration is."""
    dated, _ = spun()
    assert dated.gyro_dps is not None
    assert len(times_s(dated)) == 1999
    at = np.arange(1, 2000) / 208
    np.testing.assert_allclose(dated.gyro_dps[:, 0], 0.4 * np.sin(2 * np.pi * 0.7 * at), atol=2e-3)


def test_where_the_gyro_is_lost_the_sample_is_lost() -> None:
    """A gap in the gyro is a gap in the samples, not a straight line."""
    dated, acc = spun(lambda i: i in (50, 51))
    assert dated.gyro_dps is not None
    steps = np.diff(times_s(dated))
    assert np.flatnonzero(steps > 1.5 / 208).tolist() == [498]
    assert steps[498] * 208 == pytest.approx(22, abs=0.5)
    rows = np.round(acc, 9).tolist()
    assert all(r in rows for r in np.round(dated.acc, 9).tolist())


@pytest.mark.parametrize("share", [1, 3])
def test_a_gyro_that_mostly_fails_is_left_out_with_a_note(share: int) -> None:
    """Silent, or every third packet only: acceleration alone, whole."""
    dated, acc = spun(lambda i: share == 1 or i % share != 0)
    assert dated.gyro_dps is None
    assert "gyro" in " ".join(dated.notes)
    np.testing.assert_allclose(dated.acc, acc)


def test_damage_is_counted_and_named() -> None:
    """Unreadable and repeated packets become notes."""
    packets = encode_open_frame.packets(counts(200, 208.0), 208.0)
    cut = replace(packets[4], payload=packets[4].payload[:-1])
    dated = columns_of_packets(OPEN, [*packets[:4], cut, packets[5], *packets[5:]])
    assert any("could not be read" in n for n in dated.notes)
    assert any("twice" in n for n in dated.notes)


def test_nothing_to_decode_is_one_clear_line() -> None:
    """No packets, only garbage, an unknown family, a setup without a rate."""
    for packets in ([], [Packet(0.0, "x", b"y")]):
        with pytest.raises(RecordingError, match="acceleration"):
            columns_of_packets(OPEN, packets)
    with pytest.raises(DeviceError, match="open-frame"):
        columns_of_packets(replace(OPEN, family="open-fame"), [])
    with pytest.raises(DeviceError, match="rate_hz"):
        Setup.from_dict("open-frame", {})
