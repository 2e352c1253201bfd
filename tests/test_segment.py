"""The segmenter: independent of chunking, without loss, cutting at rests."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.sets.segment import Segmenter, SegmentParams
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2

RATE_HZ = 50.0
SHORT = SegmentParams(rest_s=4.0, longest_s=30.0, hard_s=45.0)


def _recording(seconds: list[tuple[float, float]], seed: int = 3) -> Samples:
    """Stretches of (duration, shaking); the first is in progress at sample 0 if it shakes."""
    rng = np.random.default_rng(seed)
    parts = []
    for duration_s, shake_mps2 in seconds:
        n = round(duration_s * RATE_HZ)
        move = shake_mps2 * np.sin(2 * np.pi * 1.3 * np.arange(n) / RATE_HZ)
        parts.append(np.column_stack([0 * move, 0 * move, G_MPS2 + move]))
    acc = np.concatenate(parts) + rng.normal(0, 0.01, (sum(map(len, parts)), 3))
    n = len(acc)
    none = np.zeros(n, dtype=np.bool_)
    return Samples(
        start=0, t0_s=0.0, rate_hz=RATE_HZ, acc_mps2=acc, gyro_dps=None, lost=none, clipped=none
    )


SESSION = _recording([(9, 1.0), (7, 0), (12, 0.5), (2, 0), (60, 0.7), (3, 0), (20, 0.4), (40, 0)])


def _spans(windows: list[Samples]) -> list[tuple[int, int]]:
    return [(w.start, w.stop) for w in windows]


def _run(cuts: list[int]) -> list[tuple[int, int]]:
    segmenter = Segmenter(RATE_HZ, SHORT)
    edges = [0, *sorted(cuts), len(SESSION)]
    windows: list[Samples] = []
    for a, b in itertools.pairwise(edges):
        windows += segmenter.push(SESSION.part(a, b))
    return _spans(windows + segmenter.finish())


WHOLE = _run([])


@settings(deadline=None)
@given(st.lists(st.integers(0, len(SESSION)), max_size=60))
def test_any_cut_gives_the_same_windows(cuts: list[int]) -> None:
    """Windows are the same to the sample for any chunking."""
    assert _run(cuts) == WHOLE


def test_one_sample_at_a_time_gives_the_same_windows() -> None:
    """The extreme case of chunking."""
    assert _run(list(range(len(SESSION)))) == WHOLE


def test_windows_tile_the_block() -> None:
    """No sample is left out and none is in two windows."""
    assert WHOLE[0][0] == 0
    assert WHOLE[-1][1] == len(SESSION)
    for before, after in itertools.pairwise(WHOLE):
        assert before[1] == after[0]


def test_a_long_rest_ends_a_window_in_the_rest() -> None:
    """Movement to 9 s, rest to 16 s: the cut lies inside, with rest on both sides."""
    first_stop_s = WHOLE[0][1] / RATE_HZ
    assert 10.0 < first_stop_s < 15.0


def test_a_window_never_outgrows_its_limit() -> None:
    """An hour of unbroken movement must not be kept in memory as one window."""
    assert max(b - a for a, b in WHOLE) <= SHORT.hard_s * RATE_HZ


@settings(deadline=None)
@given(st.integers(0, len(SESSION)))
def test_a_window_once_given_is_never_taken_back(n: int) -> None:
    """Windows returned by sample n are the first of the final ones."""
    early = _spans(Segmenter(RATE_HZ, SHORT).push(SESSION.part(0, n)))
    assert early == WHOLE[: len(early)]
