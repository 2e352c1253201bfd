"""Is one absurd sample treated as lost, in a recording and live, and is a landing never?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.analyse import analyse
from sensing.core.samples import Samples, join
from sensing.core.units import G_MPS2, Floats
from sensing.live.outliers import OutlierScreen
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.sampling.outliers import find_outliers, without
from tests import scoring
from tests.make_labelled_sets import FOLDER
from tests.simulated_signals import raises, regular

TIMES = regular(8, up_s=0.9, stay_s=0.4, down_s=1.3, rest_s=0.7)
SET = raises(TIMES, duration_s=TIMES[-1][3] + 5)
ACC_G = SET.acc_mps2 / G_MPS2
T_S = np.arange(len(SET)) / SET.rate_hz

_SPIKES = st.tuples(
    st.integers(8, len(SET) - 8), st.integers(0, 2), st.floats(4, 400), st.booleans()
)


def _spiked(k: int, axis: int, by_g: float, *, up: bool) -> Floats:
    acc_g = ACC_G.copy()
    acc_g[k, axis] += by_g if up else -by_g
    return acc_g


@given(_SPIKES)
def test_a_spike_in_a_set_of_raises_is_found_and_nothing_else(
    spike: tuple[int, int, float, bool],
) -> None:
    """Anywhere, on any axis, from 4 g upwards."""
    k, axis, by_g, up = spike
    found = find_outliers(_spiked(k, axis, by_g, up=up))
    assert np.flatnonzero(found).tolist() == [k]


def test_a_spike_of_the_gyro_is_found_too() -> None:
    """And so is what no gyro can give."""
    gyro_dps = np.random.default_rng(1).normal(0, 3, ACC_G.shape)
    gyro_dps[500, 1] = 1000
    gyro_dps[700:702, 2] = 5000
    assert np.flatnonzero(find_outliers(ACC_G, gyro_dps)).tolist() == [500, 700, 701]


def test_values_beyond_the_range_are_found_where_it_is_known() -> None:
    """Several in a row as well; below it they may be a movement."""
    acc_g = ACC_G.copy()
    acc_g[400:403, 0] = 9.0
    assert not find_outliers(acc_g).any()
    assert np.flatnonzero(find_outliers(acc_g, range_g=8.0)).tolist() == [400, 401, 402]


def test_a_sensor_of_a_larger_range_loses_nothing() -> None:
    """Where many samples lie beyond every usual range, that is the sensor's."""
    acc_g = ACC_G.copy()
    acc_g[100::50] *= 60
    acc_g[101::50] *= 40
    assert not find_outliers(acc_g).any()


def test_an_outlier_changes_no_count_and_says_so() -> None:
    """The reps are those without it; only its own rep is less certain."""
    k = round(TIMES[3][1] * SET.rate_hz)
    clean = recording_of(Columns(acc=ACC_G, t_s=T_S))
    spiked = recording_of(Columns(acc=_spiked(k, 2, 30.0, up=True), t_s=T_S))
    assert spiked.lost_samples == 1
    assert any("outlier" in note for note in spiked.notes)
    (block,) = spiked.blocks
    assert block.outlier is not None
    assert np.flatnonzero(block.outlier).tolist() == [k]
    assert np.abs(block.acc_mps2 - clean.blocks[0].acc_mps2).max() < 0.2
    ((before,), (after,)) = (
        analyse(each, "single-leg-calf-raise", "ankle").sets for each in (clean, spiked)
    )
    assert len(after.reps) == len(before.reps) == 8
    assert all(rep.valid and not rep.reasons for rep in after.reps)


def _pushed(samples: Samples, cuts: list[int]) -> Samples:
    """What comes out when the samples come in these pieces."""
    screen = OutlierScreen(None)
    edges = [0, *sorted(cuts), len(samples)]
    parts = [samples.part(a, b) for a, b in itertools.pairwise(edges) if b > a]
    return join([out for part in parts if (out := screen.push(part)) is not None])


@given(st.lists(st.integers(1, 400), max_size=12), st.lists(_SPIKES, max_size=2))
def test_live_the_same_samples_are_treated_as_lost(
    cuts: list[int], spikes: list[tuple[int, int, float, bool]]
) -> None:
    """However they are cut; two samples late."""
    acc_g = ACC_G[:400].copy()
    for k, axis, by_g, up in spikes:
        acc_g[k % 400, axis] += by_g if up else -by_g
    found = find_outliers(acc_g)
    samples = replace(SET.part(0, 400), acc_mps2=acc_g * G_MPS2)
    out = _pushed(samples, cuts)
    assert len(out) == 398
    assert (out.lost == found[:398]).all()
    if not (found[:-1] & found[1:]).any():
        assert np.allclose(out.acc_mps2, without(acc_g, found)[:398] * G_MPS2)


def test_no_sample_of_the_labelled_sets_is_an_outlier() -> None:
    """Simulated landings and heel strikes at 50–208 Hz."""
    assert _flagged(FOLDER) == 0


@pytest.mark.parametrize("folder", ["real", "real-ankle", "real-shoe", "real-shoe-more"])
def test_no_sample_of_people_is_an_outlier(shared: Path, folder: str) -> None:
    """Hops, jumps, runs and heel strikes at 45–400 Hz: every impact is kept."""
    assert _flagged(shared / folder) == 0


def _flagged(folder: Path) -> int:
    paths = scoring.recordings(folder)
    assert paths
    blocks = [block for path in paths for block in scoring.load(path)[0].blocks]
    return sum(int(np.sum(b.outlier)) for b in blocks if b.outlier is not None)
