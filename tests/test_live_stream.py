"""The provisional count of a running stream: losses, lost links, true rates, several sets."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import pytest

from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2
from sensing.devices.base import Batch, Setup
from sensing.live.stream import LiveStream
from tests.simulated_people import cohort
from tests.simulated_signals import raises, regular

RAISE = find_exercise("single-leg-calf-raise")
HOLD = find_exercise("calf-raise-hold")
TIMES = regular(8, up_s=0.9, stay_s=0.4, down_s=1.3, rest_s=0.7)
SET = raises(TIMES, duration_s=TIMES[-1][3] + 5, rate_hz=104.0)
PER_PACKET = 10


def setup(rate_hz: float = 104.0) -> Setup:
    """A sensor of this nominal rate."""
    return Setup(family="open-frame", rate_hz=rate_hz, range_g=16.0)


def batches(
    samples: Samples, *, true_hz: float = 104.0, lost: Set[int] = frozenset(), at_s: float = 100.0
) -> list[Batch]:
    """The samples in packets, some of which never came."""
    out = []
    missing = 0
    for number, first in enumerate(range(0, len(samples), PER_PACKET)):
        acc_g = samples.acc_mps2[first : first + PER_PACKET] / G_MPS2
        if number in lost:
            missing += len(acc_g)
            continue
        arrival_s = at_s + (first + len(acc_g)) / true_hz
        out.append(
            Batch(acc_g=acc_g, gyro_dps=None, device_s=None, arrival_s=arrival_s, lost=missing)
        )
        missing = 0
    return out


def fed(stream: LiveStream, packets: list[Batch]) -> LiveStream:
    """The stream after these packets."""
    for each in packets:
        stream.push(each)
    return stream


def test_a_set_is_counted_live_as_it_is_from_a_file() -> None:
    """Eight are eight."""
    assert fed(LiveStream(setup(), RAISE, "ankle"), batches(SET)).view.count == 8


def test_lost_packets_are_counted_and_filled_so_that_time_runs_on() -> None:
    """Every twentieth packet gone: the share is known, no time is missing, the count holds."""
    gone = set(range(5, 400, 20))
    whole = fed(LiveStream(setup(), RAISE, "ankle"), batches(SET))
    stream = fed(LiveStream(setup(), RAISE, "ankle"), batches(SET, lost=gone))
    assert stream.grid.lost_samples == PER_PACKET * len(
        [n for n in gone if n < len(SET) / PER_PACKET]
    )
    assert stream.view.time_s == pytest.approx(whole.view.time_s, abs=0.02)
    assert stream.view.count == 8


def test_a_hold_runs_on_through_a_link_that_was_lost_for_seconds() -> None:
    """Four seconds of nothing in the middle: the hold is one, and as long as it was."""
    (recording, truth), *_ = cohort("calf-raise-hold", 1, seed=7)
    block = recording.blocks[0]
    (hold, *_) = truth["sets"][0]["holds"]
    middle = round(block.position((hold["start_s"] + hold["end_s"]) / 2) / PER_PACKET)
    gone = range(middle, middle + round(4 * block.rate_hz / PER_PACKET))
    packets = batches(block, true_hz=block.rate_hz, lost=set(gone))
    stream = fed(LiveStream(setup(block.rate_hz), HOLD, "ankle"), packets)
    assert stream.view.holds == 1
    assert stream.view.hold_s == pytest.approx(hold["end_s"] - hold["start_s"], abs=1.0)


def test_after_a_gap_of_minutes_a_new_counter_keeps_the_count() -> None:
    """Eight before, eight after."""
    stream = fed(LiveStream(setup(), RAISE, "ankle"), batches(SET))
    later = batches(SET, at_s=600.0)
    stream.push(
        Batch(
            acc_g=later[0].acc_g,
            gyro_dps=None,
            device_s=None,
            arrival_s=later[0].arrival_s,
            lost=None,
            epoch=1,
        )
    )
    assert fed(stream, later[1:]).view.count == 16


def test_the_rate_is_measured_and_the_next_recording_uses_it() -> None:
    """A crystal 2 % fast is known after five seconds."""
    stream = fed(LiveStream(setup(), RAISE, "ankle"), batches(SET, true_hz=106.1))
    assert stream.grid.rate_hz == pytest.approx(106.1, rel=0.002)
    before = stream.view.count
    stream.begin()
    assert stream.view.count == before
    assert stream.grid.lost_samples == 0


def test_angular_rate_alone_is_left_out() -> None:
    """Some sensors send it separately; the count uses acceleration."""
    stream = LiveStream(setup(), RAISE, "ankle")
    spin = np.zeros((10, 3))
    stream.push(Batch(acc_g=None, gyro_dps=spin, device_s=None, arrival_s=1.0, lost=0))
    assert stream.grid.samples == 0
