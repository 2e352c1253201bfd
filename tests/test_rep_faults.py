"""What missing samples do to a rep: never its count, seldom a figure, always an uncertainty."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.reps.rep_faults import HIDES_S, with_faults
from sensing.core.events import CUT_OFF, Rep
from sensing.core.gaps import gaps
from sensing.core.samples import Samples
from tests.simulated_signals import raises

RATE_HZ = 100.0
STILL = raises([], duration_s=20.0, rate_hz=RATE_HZ)
REP = Rep(
    start_s=8.0,
    top_s=9.0,
    lower_s=9.6,
    end_s=11.0,
    rise_m=0.07,
    raise_time_sd_s=0.05,
    hold_time_sd_s=0.06,
    lower_time_sd_s=0.08,
    rise_sd_m=0.004,
)
TIMES = ("raise_time_s", "hold_time_s", "lower_time_s")
SDS = {name: name.replace("_s", "_sd_s") for name in TIMES} | {"rise_m": "rise_sd_m"}


def _missing(*spans_s: tuple[float, float], what: str = "lost") -> Samples:
    """Samples without those between the times; only the flags matter here."""
    flags = np.zeros(len(STILL), dtype=np.bool_)
    for first_s, last_s in spans_s:
        flags[round(first_s * RATE_HZ) : round(last_s * RATE_HZ)] = True
    if what == "clipped":
        return replace(STILL, clipped=flags)
    return replace(STILL, lost=flags, outlier=flags if what == "outlier" else None)


_STARTS = st.floats(7.0, 12.0)


def test_without_gaps_nothing_changes() -> None:
    """Not even the object."""
    assert with_faults(REP, STILL) is REP
    assert with_faults(REP, _missing((5.0, 7.5), (11.5, 15.0))) is REP


@given(st.lists(st.tuples(_STARTS, st.floats(0.01, 0.11)), max_size=3))
def test_lost_packets_take_no_figure(lost: list[tuple[float, float]]) -> None:
    """Each stays, and so does the rep; uncertainties only grow, by no more than all that is lost.

    Gaps that run into each other are one longer gap, so these don't.
    """
    apart: list[tuple[float, float]] = []
    for start_s, length_s in sorted(lost):
        if not apart or start_s > apart[-1][1] + 0.05:
            apart.append((start_s, start_s + length_s))
    rep = with_faults(REP, _missing(*apart))
    assert rep.valid
    assert not rep.reasons
    total_s = sum(end_s - start_s + 1 / RATE_HZ for start_s, end_s in apart)
    for name, sd in SDS.items():
        assert getattr(rep, name) == getattr(REP, name)
        before, after = getattr(REP, sd), getattr(rep, sd)
        assert before <= after <= before + total_s


@given(_STARTS, st.floats(0.02, 3.0), st.sampled_from(["lost", "clipped", "outlier"]))
def test_what_is_unknown_is_what_has_a_reason(start_s: float, length_s: float, what: str) -> None:
    """A figure and its uncertainty are None together, exactly where ``reasons`` names it."""
    rep = with_faults(REP, _missing((start_s, start_s + length_s), what=what))
    assert set(rep.reasons.values()) <= {{"lost": "gap"}.get(what, what)}
    for name, sd in SDS.items():
        unknown = name in rep.reasons
        assert (getattr(rep, name) is None) == unknown
        assert (getattr(rep, sd) is None) == unknown
    for instant in ("start_s", "top_s", "lower_s", "end_s"):
        assert getattr(rep, instant) == getattr(REP, instant)


@pytest.mark.parametrize(
    ("instant_s", "hidden"),
    [
        (8.0, {"raise_time_s"}),
        (9.0, {"raise_time_s", "hold_time_s"}),
        (9.6, {"hold_time_s", "lower_time_s"}),
        (11.0, {"lower_time_s"}),
    ],
)
def test_a_long_gap_hides_the_instant_it_lies_on(instant_s: float, hidden: set[str]) -> None:
    """The durations that begin or end there are unknown, the others and the count are not."""
    half_s = (HIDES_S + 0.06) / 2
    rep = with_faults(REP, _missing((instant_s - half_s, instant_s + half_s)))
    assert rep.valid
    assert set(rep.reasons) == hidden
    assert rep.rise_m == REP.rise_m


def test_a_gap_adds_that_of_a_uniform_distribution() -> None:
    """Its length over the root of 12, in squares; other phases keep theirs."""
    rep = with_faults(REP, _missing((10.2, 10.3)))
    assert rep.lower_time_sd_s == pytest.approx(math.hypot(0.08, 0.1 / math.sqrt(12)))
    assert rep.raise_time_sd_s == REP.raise_time_sd_s
    assert rep.rise_sd_m == pytest.approx(math.hypot(0.004, 0.55 * 0.1 * 0.07))


def test_the_height_needs_most_of_the_raise() -> None:
    """0.55 s of 1 s are too much, of the hold at the top as well."""
    assert with_faults(REP, _missing((8.2, 8.75))).reasons["rise_m"] == "gap"
    assert "rise_m" not in with_faults(REP, _missing((8.4, 8.7))).reasons
    assert "rise_m" not in with_faults(REP, _missing((10.2, 10.9))).reasons


def test_a_rep_that_was_mostly_not_seen_is_doubtful() -> None:
    """Then it may not have happened at all."""
    rep = with_faults(REP, _missing((8.5, 10.4)))
    assert (rep.valid, rep.reason) == (False, "gap")


def test_a_rep_that_the_recording_cuts_off_has_only_the_figures_that_were_seen() -> None:
    """Begun before the first sample: neither concentric time nor height."""
    part = STILL.part(round(8.2 * RATE_HZ), len(STILL))
    rep = with_faults(replace(REP, start_s=part.time_s(0)), part)
    assert rep.valid
    assert dict(rep.reasons) == {"raise_time_s": CUT_OFF, "rise_m": CUT_OFF}
    assert rep.lower_time_s is not None


@given(st.lists(st.booleans(), min_size=1, max_size=80), st.floats(0, 1), st.floats(0, 1))
def test_gaps_are_the_runs_of_what_is_missing(flags: list[bool], a: float, b: float) -> None:
    """Of those that reach between two times, each once and whole."""
    n = len(flags)
    part = replace(STILL.part(100, 100 + n), lost=np.array(flags))
    first, last = sorted((a, b))
    first_s, last_s = (part.time_s(x * (n - 1)) for x in (first, last))
    found = gaps(part, first_s, last_s)
    covered = {k for h in found for k in range(n) if h.start_s < part.time_s(k) < h.end_s}
    lost = {k for k in range(n) if flags[k]}
    assert covered <= lost
    assert {k for k in lost if first_s < part.time_s(k) < last_s} <= covered
    for gap in found:
        assert gap.touches(first_s, last_s)
        assert gap.why == "gap"
