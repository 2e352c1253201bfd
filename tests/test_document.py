"""The JSON that programs outside rely on: every promised key, null for unknown, never NaN."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.events import Analysis, Bout, Hold, Hop, Rep, Set, Stand, Steadiness
from sensing.results.json_document import document

REP = Rep(
    start_s=11.0,
    top_s=11.9,
    lower_s=12.1,
    end_s=13.4,
    rise_m=0.071,
    raise_time_sd_s=0.05,
    hold_time_sd_s=0.04,
    lower_time_sd_s=0.1,
    rise_sd_m=0.006,
)
HOP = Hop(
    contact_s=25.012,
    takeoff_s=25.214,
    contact_time_sd_s=0.012,
    flight_time_s=0.241,
    flight_time_sd_s=0.012,
    rsi_sd=0.13,
)
LAST_HOP = Hop(contact_s=25.455, takeoff_s=None, contact_time_sd_s=None, flight_time_s=None)
STEADY = Steadiness(
    rms_mps2=0.11,
    jerk_rms_mps3=4.0,
    path_mps2_per_s=1.6,
    ellipse95_m2ps4=0.04,
    tremor_rms_mps2=0.07,
    tremor_rms_sd_mps2=0.011,
    tremor_peak_hz=7.4,
)
HOLD = Hold(start_s=36.9, end_s=75.9, steadiness=STEADY, duration_sd_s=0.3)
ANALYSIS = Analysis(
    exercise="auto",
    placement="ankle",
    placement_found=True,
    rate_hz=207.6,
    duration_s=80.0,
    samples=16608,
    lost_samples=3,
    clipped_samples=0,
    sets=(
        Set(
            start_s=11.0,
            end_s=16.0,
            exercise="single-leg-calf-raise",
            guessed=True,
            reps=(REP, replace(REP, start_s=13.5, valid=False, reason="gap")),
        ),
        Set(start_s=25.0, end_s=26.0, exercise="single-leg-hop", hops=(HOP, LAST_HOP)),
        Set(
            start_s=36.9,
            end_s=75.9,
            exercise="calf-raise-hold",
            side="left",
            holds=(HOLD,),
            stands=(Stand(start_s=30.0, end_s=31.5),),
        ),
    ),
    bouts=(Bout(start_s=11.0, end_s=16.0, kind="calf-raise"),),
    engine="1",
    profile=None,
    notes=("a remark",),
)

# The keys of the contract, copied from it by hand: a renamed one must fail here.
CONTRACT = {
    "": "schema recording exercise sets reps hops holds stands summary",
    "recording": "duration_s rate_hz placement samples lost_samples clipped_samples",
    "sets": "start_s end_s exercise reps",
    "reps": "set start_s top_s lower_s end_s raise_time_s hold_time_s lower_time_s rise_m partial"
    " valid reason reasons raise_time_sd_s hold_time_sd_s lower_time_sd_s rise_sd_m",
    "hops": "set contact_s takeoff_s contact_time_s contact_time_sd_s flight_time_s rsi valid"
    " reason reasons flight_time_sd_s rsi_sd",
    "holds": "set start_s end_s duration_s steadiness valid reason reasons duration_sd_s"
    " lean_deg lean_sd_deg",
    "stands": "set start_s end_s",
    "steadiness": "rms_mps2 jerk_rms_mps3 path_mps2_per_s ellipse95_m2ps4 tremor_rms_mps2"
    " tremor_peak_hz",
}


def test_every_promised_key_is_there() -> None:
    """Further keys may come; none of these may go."""
    whole = json.loads(json.dumps(document(ANALYSIS)))
    assert whole["schema"] == 2
    found = {"": whole, "recording": whole["recording"]}
    found |= {name: whole[name][0] for name in ("sets", "reps", "hops", "holds", "stands")}
    found["steadiness"] = whole["holds"][0]["steadiness"]
    for place, keys in CONTRACT.items():
        assert set(keys.split()) <= set(found[place]), place


def test_each_event_says_which_set_it_belongs_to() -> None:
    """Sets are numbered from 1, in the order they are listed."""
    whole = json.loads(json.dumps(document(ANALYSIS)))
    assert [rep["set"] for rep in whole["reps"]] == [1, 1]
    assert [hop["set"] for hop in whole["hops"]] == [2, 2]
    assert [hold["set"] for hold in whole["holds"]] == [3]
    assert [(each["reps"], each["hops"], each["holds"]) for each in whole["sets"]] == [
        (2, 0, 0),
        (0, 2, 0),
        (0, 0, 1),
    ]


def test_derived_figures_follow_from_the_instants() -> None:
    """Durations are differences of the instants printed beside them; RSI is flight over contact."""
    whole = json.loads(json.dumps(document(ANALYSIS)))
    rep, hop = whole["reps"][0], whole["hops"][0]
    assert rep["raise_time_s"] == pytest.approx(rep["top_s"] - rep["start_s"], abs=2e-6)
    assert rep["hold_time_s"] == pytest.approx(rep["lower_s"] - rep["top_s"], abs=2e-6)
    assert rep["lower_time_s"] == pytest.approx(rep["end_s"] - rep["lower_s"], abs=2e-6)
    assert hop["contact_time_s"] == pytest.approx(hop["takeoff_s"] - hop["contact_s"], abs=2e-6)
    assert hop["rsi"] == pytest.approx(hop["flight_time_s"] / hop["contact_time_s"], abs=1e-4)
    height_m = 9.80665 * hop["flight_time_s"] ** 2 / 8
    assert hop["rsi_height_mps"] == pytest.approx(height_m / hop["contact_time_s"], abs=1e-4)


def test_what_is_not_known_is_null() -> None:
    """The last hop has no flight and no RSI, and zero would be a lie."""
    last = json.loads(json.dumps(document(ANALYSIS)))["hops"][-1]
    for key in ("takeoff_s", "contact_time_s", "contact_time_sd_s", "flight_time_s", "rsi"):
        assert last[key] is None, key


def test_a_figure_that_is_not_supported_is_null_with_its_reason() -> None:
    """The instants stay, the figures they would give do not; the other figures stay."""
    rep = replace(
        REP, rise_m=None, rise_sd_m=None, reasons={"raise_time_s": "gap", "rise_m": "gap"}
    )
    hop = replace(HOP, reasons={"contact_time_s": "gap"})
    hold = replace(HOLD, reasons={"duration_s": "clipped"}, duration_sd_s=None)
    sets = (replace(ANALYSIS.sets[0], reps=(rep,), hops=(hop,), holds=(hold,)),)
    whole = json.loads(json.dumps(document(replace(ANALYSIS, sets=sets))))
    assert whole["reps"][0]["reasons"] == {"raise_time_s": "gap", "rise_m": "gap"}
    for kind in ("reps", "hops", "holds"):
        for name in whole[kind][0]["reasons"]:
            assert whole[kind][0][name] is None, name
    assert whole["reps"][0]["top_s"] == REP.top_s
    assert whole["reps"][0]["lower_time_s"] == pytest.approx(1.3)
    assert whole["hops"][0]["rsi"] is None


def test_what_is_not_valid_counts_but_is_in_no_median() -> None:
    """The second rep is listed with its reason."""
    whole = json.loads(json.dumps(document(ANALYSIS)))
    assert whole["reps"][1]["reason"] == "gap"
    assert whole["summary"]["reps"]["count"] == whole["sets"][0]["reps"] == 2
    assert whole["summary"]["reps"]["invalid"] == 1
    assert whole["sets"][0]["summary"]["reps"]["count"] == 2


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True))
def test_no_number_is_ever_nan_or_infinite(rise_m: float, sd_s: float) -> None:
    """Whatever the analyses come up with, JSON without NaN is what leaves the house."""
    odd = replace(
        ANALYSIS,
        sets=(
            replace(
                ANALYSIS.sets[0],
                reps=(replace(REP, rise_m=rise_m),),
                hops=(replace(HOP, contact_time_sd_s=sd_s),),
            ),
        ),
    )
    text = json.dumps(document(odd), allow_nan=False)
    rep = json.loads(text)["reps"][0]
    if math.isfinite(rise_m):
        assert rep["rise_m"] == pytest.approx(rise_m, abs=1e-6)
    else:
        assert rep["rise_m"] is None


def test_a_recording_with_nothing_in_it_is_still_whole() -> None:
    """Every list is there, empty."""
    whole = document(replace(ANALYSIS, sets=(), bouts=(), notes=()))
    for key in ("sets", "reps", "hops", "holds", "bouts", "notes"):
        assert whole[key] == []
