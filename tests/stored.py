"""Sessions written for the tests of the store and of what is printed from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from sensing.core.events import Analysis, Bout, Hold, Hop, Rep, Set, Stand, Steadiness
from sensing.store.store import Store, open_store
from sensing.store.values.rows import AnalysisRun, RecordingInfo, RecordingNotes, Saved

STARTED = datetime(2026, 3, 1, 17, 5, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def rep(start_s: float, *, rise_m: float | None = 0.07, **more: object) -> Rep:
    """A rep of 2.4 s: 0.9 s up, 0.3 s held, 1.2 s down."""
    times = {"top_s": start_s + 0.9, "lower_s": start_s + 1.2, "end_s": start_s + 2.4}
    return Rep(start_s=start_s, rise_m=rise_m, **times, **more)  # type: ignore[arg-type]


def hop(contact_s: float, **more: object) -> Hop:
    """A hop of 0.2 s contact and 0.15 s flight."""
    given: dict[str, object] = {"flight_time_s": 0.15, "contact_time_sd_s": 0.01, **more}
    return Hop(contact_s=contact_s, takeoff_s=contact_s + 0.2, **given)  # type: ignore[arg-type]


STEADY = Steadiness(
    rms_mps2=0.11,
    jerk_rms_mps3=4.0,
    path_mps2_per_s=1.6,
    ellipse95_m2ps4=0.04,
    tremor_rms_mps2=0.07,
    tremor_peak_hz=None,
)
RAISES = Set(
    start_s=10.0,
    end_s=40.0,
    exercise="single-leg-calf-raise",
    side="left",
    reps=(
        rep(10.0),
        rep(13.0),
        rep(16.0, rise_m=0.03, partial=True),
        rep(19.0, valid=False, reason="gap"),
        rep(22.0, rise_m=None),
    ),
)
HOPS = Set(
    start_s=60.0,
    end_s=62.0,
    exercise="single-leg-hop",
    guessed=True,
    hops=(hop(60.0), hop(60.35), hop(60.7), hop(61.05, flight_time_s=None)),
)
HOLD = Set(
    start_s=80.0,
    end_s=112.0,
    exercise="calf-raise-hold",
    holds=(Hold(start_s=80.5, end_s=111.5, steadiness=STEADY),),
)
JUMPS = Set(
    start_s=20.0,
    end_s=29.5,
    exercise="box-jump",
    hops=(
        hop(20.0),
        hop(23.0, rsi_sd=None, reasons={"rsi": "pause", "rsi_height_mps": "pause"}),
        hop(26.0, reasons=dict.fromkeys(("contact_time_s", "rsi", "rsi_height_mps"), "stand")),
    ),
    stands=(Stand(start_s=20.4, end_s=22.8), Stand(start_s=23.4, end_s=25.8)),
)
"""Stands on a box, a landing with a pause, and a stand on the floor."""
WORKOUT = Analysis(
    exercise="auto",
    placement="ankle",
    placement_found=True,
    rate_hz=207.6,
    duration_s=120.0,
    samples=24900,
    lost_samples=12,
    clipped_samples=3,
    sets=(RAISES, HOPS, HOLD),
    bouts=(
        Bout(start_s=0.0, end_s=10.0, kind="rest"),
        Bout(start_s=10.0, end_s=40.0, kind="calf-raise"),
    ),
    engine="0.1.0",
    profile=None,
    notes=("12 samples never arrived",),
)


def info(name: str = "workout.csv", letter: str = "a") -> RecordingInfo:
    """A recording whose SHA-256 is one letter all through."""
    return RecordingInfo(
        path=f"/somewhere/{name}",
        sha256=letter * 64,
        format="csv",
        range_g=16.0,
        started_utc=STARTED,
    )


def save(store: Store, analysis: Analysis = WORKOUT, *, letter: str = "a", **more: object) -> Saved:
    """Save with everything one seldom cares about filled in."""
    given: dict[str, Any] = {"now_utc": NOW, **more}

    def taken(kind: Any) -> dict[str, Any]:
        return {name: given.pop(name) for name in kind.__dataclass_fields__ if name in given}

    recording = replace(info(letter=letter), **taken(RecordingInfo))
    run, notes = AnalysisRun(**taken(AnalysisRun)), RecordingNotes(**taken(RecordingNotes))
    return store.save(analysis, recording, run, notes, **given)


def in_memory() -> Store:
    """A store that leaves no file: one that is read where there is none."""
    return open_store(Path("nothing-here.db"), create=False)


seconds = st.floats(0, 1e5, allow_nan=False, width=32)
perhaps = st.none() | seconds


def unknown(*names: str) -> st.SearchStrategy[dict[str, str]]:
    """Which of these figures of an event are unknown, and why; mostly none."""
    some = st.dictionaries(st.sampled_from(names), st.sampled_from(["gap", "outlier"]))
    return st.just({}) | some


reasons = st.none() | st.sampled_from(["gap", "clipped"])
reps = st.builds(
    Rep,
    start_s=seconds,
    top_s=seconds,
    lower_s=seconds,
    end_s=seconds,
    rise_m=perhaps,
    partial=st.booleans(),
    valid=st.booleans(),
    reason=reasons,
    raise_time_sd_s=perhaps,
    rise_sd_m=perhaps,
    reasons=unknown("raise_time_s", "hold_time_s", "lower_time_s"),
)
hops = st.builds(
    Hop,
    contact_s=seconds,
    takeoff_s=perhaps,
    contact_time_sd_s=perhaps,
    flight_time_s=perhaps,
    valid=st.booleans(),
    reason=reasons,
    rsi_sd=perhaps,
    reasons=unknown("contact_time_s", "rsi"),
)
steadinesses = st.builds(
    Steadiness,
    **dict.fromkeys(
        ["rms_mps2", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4", "tremor_rms_mps2"],
        seconds,
    ),
    tremor_peak_hz=perhaps,
)
holds = st.builds(
    Hold,
    start_s=seconds,
    end_s=seconds,
    steadiness=st.none() | steadinesses,
    valid=st.booleans(),
    reason=reasons,
    duration_sd_s=perhaps,
    reasons=unknown("duration_s"),
)
stands = st.builds(Stand, start_s=seconds, end_s=seconds)
sets = st.builds(
    Set,
    start_s=seconds,
    end_s=seconds,
    exercise=st.sampled_from(["single-leg-calf-raise", "hop-to-balance", "heel-walk"]),
    guessed=st.booleans(),
    side=st.sampled_from([None, "left", "right"]),
    reps=st.lists(reps, max_size=5).map(tuple),
    hops=st.lists(hops, max_size=5).map(tuple),
    holds=st.lists(holds, max_size=3).map(tuple),
    steps=st.none() | st.integers(0, 100),
    stands=st.lists(stands, max_size=3).map(tuple),
)
analyses = st.builds(
    replace,
    st.just(WORKOUT),
    sets=st.lists(sets, max_size=3).map(tuple),
    notes=st.tuples(st.text()),
)
