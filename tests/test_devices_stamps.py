"""Sorting of stamped frames, and standard services."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.devices.base import Batch, Tally, choose
from sensing.devices.gatt import BATTERY_LEVEL, IDENTITY, battery_level, identity
from sensing.devices.stamped_frames import StampedFrame, StampedFrames
from sensing.devices.stamps import MOST_WAITING, Sequencer
from tests.device_vectors import Silent, Talk, acc_rows, stamps

RATE_HZ = 100.0
N = 10


def frame(first: int, stamp_s: float, arrival_s: float, n: int = N) -> StampedFrame:
    """Ten numbered samples."""
    k = np.arange(first, first + n, dtype=np.float64)
    return StampedFrame(stamp_s, np.column_stack([k, k, k]), None, arrival_s)


def run(frames: list[StampedFrame], sequencer: Sequencer) -> list[Batch]:
    """Everything that comes out."""
    return [*(b for p in frames for b in sequencer.push(p)), *sequencer.finish()]


def first_stamped(tally: Tally | None = None) -> Sequencer:
    """A stream whose stamps are of the first sample."""
    return Sequencer(RATE_HZ, stamps="first", tally=tally or Tally(), resolution_s=1e-6)


def row(times: range, offset_s: float = 0.0, late_s: float = 0.0) -> list[StampedFrame]:
    """Packets at these places, their clock and their arrival shifted."""
    return [frame(N * i, i / 10 + offset_s, i / 10 + 0.11 + late_s) for i in times]


@pytest.mark.parametrize("which", ["first", "last"])
@given(off=st.floats(-0.1, 0.1))
def test_the_period_is_learnt_from_the_stamps(which: str, off: float) -> None:
    """Up to 10 % off the nominal rate: samples are spaced by what the stamps say."""
    true_s = (1 + off) / RATE_HZ
    at = 0 if which == "first" else N - 1
    sequencer = Sequencer(RATE_HZ, stamps="first" if which == "first" else "last", tally=Tally())
    frames = [frame(N * i, (N * i + at) * true_s, N * (i + 1) * true_s) for i in range(40)]
    got = run(frames, sequencer)
    np.testing.assert_allclose(np.diff(stamps(got))[3 * N :], true_s, rtol=1e-6)
    assert sum(b.lost or 0 for b in got[3:]) == 0


@pytest.mark.parametrize("back_s", [0.53, 2.0, 5.0])
def test_a_clock_set_back_starts_a_new_epoch(back_s: float) -> None:
    """By less than a restart: detected by overlap with what was returned, or by staying behind."""
    frames = [*row(range(50)), *row(range(50, 120), offset_s=-back_s)]
    tally = Tally()
    got = run(frames, first_stamped(tally))
    assert sorted({b.epoch for b in got}) == [0, 1]
    assert len(acc_rows(got)) >= 1200 - 8 * N
    for epoch in (0, 1):
        part = stamps([b for b in got if b.epoch == epoch])
        assert (np.diff(part) > 0).all()


def test_a_long_gap_with_a_clock_that_ran_on_stays_one_epoch() -> None:
    """A minute without a link: the sensor's clock says how much was lost."""
    got = run([*row(range(20)), *row(range(620, 640))], first_stamped())
    assert {b.epoch for b in got} == {0}
    assert [b.lost for b in got if b.lost] == [6000]


def test_a_packet_that_is_too_late_is_counted_and_dropped() -> None:
    """Its gap was closed a second ago; time does not run backwards."""
    frames = row(range(30))
    late = frames.pop(5)
    tally = Tally()
    got = run([*frames[:20], late, *frames[20:]], first_stamped(tally))
    assert (np.diff(stamps(got)) > 0).all()
    assert tally.late == 1
    assert tally.lost_samples == N


@given(st.lists(st.floats(0, 9), max_size=200))
def test_no_order_of_packets_makes_anything_pile_up(at: list[float]) -> None:
    """With random stamps only a few frames wait."""
    sequencer = first_stamped()
    for i, stamp_s in enumerate(at):
        sequencer.push(frame(N * i, stamp_s, i / 10))
        assert len(sequencer._waiting) <= MOST_WAITING
        assert len(sequencer._given) <= 64


def test_an_empty_packet_is_nothing() -> None:
    """No samples, no batch, no state."""
    assert first_stamped().push(frame(0, 0.0, 0.0, n=0)) == []


@pytest.mark.parametrize(
    ("wanted", "chosen"), [(1, 52), (52, 52), (53, 104), (200, 208), (416, 416), (999, 416)]
)
def test_the_nearest_that_is_enough_is_chosen(wanted: float, chosen: float) -> None:
    """The lowest not below what is wanted, else the highest."""
    assert choose([104, 416, 52, 208], wanted) == chosen


class Gatt(Silent):
    """A board with Bluetooth's own services."""

    def __init__(self, values: dict[str, bytes]) -> None:
        self.values = values

    def read(self, characteristic: str) -> bytes | None:
        """What is there."""
        return self.values.get(characteristic)


@pytest.mark.parametrize(
    ("value", "percent"), [(b"\x57", 87), (b"\x00", 0), (b"\x65", None), (b"", None), (None, None)]
)
def test_the_battery_service_is_read(value: bytes | None, percent: int | None) -> None:
    """A percentage, or None."""
    board = Gatt({} if value is None else {BATTERY_LEVEL: value})
    assert Talk(board).run(battery_level()) == percent


def test_a_sensor_says_what_it_is() -> None:
    """Text of any kind, with or without an end; missing fields are left out."""
    board = Gatt({IDENTITY["model"]: b"H10\x00", IDENTITY["firmware"]: b"\xff5.0.0"})
    assert Talk(board).run(identity()) == {"model": "H10", "firmware": "\ufffd5.0.0"}


@given(
    stamps_of=st.sampled_from(("first", "last")),
    jitter_s=st.sampled_from((0.0, 0.002, 0.04)),
    faults=st.lists(
        st.tuples(st.sampled_from(("lost", "twice", "late", "restart")), st.integers(0, 149)),
        max_size=12,
    ),
    seed=st.integers(0, 99),
)
def test_many_frames_together_give_what_each_alone_gives(
    stamps_of: Literal["first", "last"],
    jitter_s: float,
    faults: list[tuple[str, int]],
    seed: int,
) -> None:
    """To the bit, whatever was lost, repeated, overtaken or restarted, past the stamp's wrap."""
    rng = np.random.default_rng(seed)
    m, wrap_s = 150, 8.0
    at = np.arange(m)
    stamp_s = at * N / 101.0 + rng.normal(0.0, jitter_s / 4, m)
    order = at.tolist()
    for what, k in faults:
        if what == "restart":
            stamp_s[k:] += 3000.0
        elif what == "late" and k in order and order.index(k) + 2 < len(order):
            order.insert(order.index(k) + 2, order.pop(order.index(k)))
        elif what == "twice":
            order.insert(order.index(k) if k in order else 0, k)
        elif what == "lost" and order.count(k) == 1 and len(order) > 1:
            order.remove(k)
    number = np.array(order)
    arrival_s = np.sort(50.0 + number * N / 101.0 + rng.exponential(0.01, len(number)))
    values = (number[:, None, None] * N + np.arange(N)[:, None]) * np.ones(3)
    frames = StampedFrames(
        stamp_s[number] % wrap_s, values, None, arrival_s, (number + 65500) % 0x10000
    )
    tallies = Tally(), Tally()
    one_by_one, together = (
        Sequencer(RATE_HZ, stamps=stamps_of, tally=tally, wrap_s=wrap_s, resolution_s=1e-6)
        for tally in tallies
    )
    alone = run([frames.one(i) for i in range(len(frames))], one_by_one)
    many = [*together.push_all(frames), *together.finish()]
    np.testing.assert_array_equal(acc_rows(many), acc_rows(alone))
    np.testing.assert_array_equal(stamps(many), stamps(alone))
    np.testing.assert_array_equal(
        np.concatenate([b.arrivals_s if b.arrivals_s is not None else [b.arrival_s] for b in many]),
        [b.arrival_s for b in alone],
    )
    assert tallies[0] == tallies[1]
    assert len(many) < len(alone) or faults or jitter_s > 0.01
