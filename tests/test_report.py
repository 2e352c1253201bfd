"""What a person reads: figures with names, what isn't trusted, pictures that fit the window."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from cli.sets.analysis_report import print_report
from cli.sets.set_picture import picture_of
from cli.sets.terminal_plot import FINE, PLAIN, draw, legend, timeline
from sensing.core.events import Bout, Hop, Set
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2
from tests.test_document import ANALYSIS, HOLD, HOP, REP

RATE_HZ = 100.0


def shaking(seconds: float, *, rate_hz: float = RATE_HZ) -> Samples:
    """A sensor at rest but for a 0.5 Hz swing of 0.1 g, with one loss from 4 s to 5 s."""
    t_s = np.arange(int(seconds * rate_hz)) / rate_hz
    acc = np.zeros((len(t_s), 3))
    acc[:, 1] = G_MPS2 * (1 + 0.1 * np.sin(np.pi * t_s))
    return Samples(
        start=0,
        t0_s=0.0,
        rate_hz=rate_hz,
        acc_mps2=acc,
        gyro_dps=None,
        lost=(t_s >= 4) & (t_s < 5),
        clipped=np.zeros(len(t_s), bool),
    )


def told(analysis: object = ANALYSIS, *, width: int = 80, every: bool = False) -> str:
    """The report as text."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False)
    print_report(console, analysis, (), title="x.csv", every=every)  # type: ignore[arg-type]
    return out.getvalue()


def test_rsi_is_named_with_its_definition() -> None:
    """0.241 s / 0.202 s, and 9.80665 · 0.241² / 8 m over 0.202 s: same hop, unlike numbers."""
    text = told()
    assert "RSI flight/contact 1.19" in text
    assert "RSI height/contact 0.35 ± 0.06 m/s" in text


def test_tempo_rise_hold_and_steadiness_are_told() -> None:
    """Each with its unit."""
    text = told()
    assert "up 0.90 ± 0.05 s · top 0.20 ± 0.04 s · down 1.30 ± 0.10 s" in text
    assert "height 7.1 ± 0.6 cm" in text
    assert "held 39.0 ± 0.3 s" in text
    assert "tremor 0.070 ± 0.011 m/s² · tremor frequency 7.4 Hz" in " ".join(text.split())


def test_limitations_are_listed_with_the_reason() -> None:
    """The doubtful rep, the guessed exercise, the missing calibration."""
    text = " ".join(told().split())
    assert "set 1: 1 rep doubtful, counted but in no figure: data gap" in text
    assert "the exercise was detected from the signal" in text
    assert "not calibrated: contact time, flight time, RSI, heel-rise height" in text
    calibrated = " ".join(told(replace(ANALYSIS, profile="mine")).split())
    assert "not calibrated" not in calibrated
    assert "profile mine" in calibrated


def test_a_slow_sensor_is_no_good_for_hops_and_that_is_said() -> None:
    """50 Hz loses hops; the reader must know before leaning on the figure."""
    assert "is slow for hops" in told(replace(ANALYSIS, rate_hz=50.0))
    assert "is slow for hops" not in told()


def test_unknown_figures_are_not_zeros() -> None:
    """A hop with nothing but its contact."""
    only = Hop(contact_s=1.0, takeoff_s=None, contact_time_sd_s=None, flight_time_s=None)
    each = Set(start_s=1.0, end_s=1.2, exercise="single-leg-hop", hops=(only,))
    text = told(replace(ANALYSIS, sets=(each,)), every=True)
    assert "contact times could not be measured" in text
    assert "RSI flight/contact 0" not in text
    assert "0 ms" not in text


def test_an_unknown_figure_is_a_dash_with_its_reason() -> None:
    """In the list of reps and below the figures; the rep is counted."""
    (one, *others) = ANALYSIS.sets[0].reps
    unsure = replace(one, reasons={"lower_time_s": "gap"})
    sets = (replace(ANALYSIS.sets[0], reps=(unsure, *others)), *ANALYSIS.sets[1:])
    text = told(replace(ANALYSIS, sets=sets), every=True, width=100)
    (row,) = [line for line in text.splitlines() if line.split()[:2] == ["1", "11.00"]]
    assert row.split()[8] == "–"  # behind 0.90 ± 0.05 and 0.20 ± 0.04
    assert "data gap" in row
    assert "set 1: tempo of 1 rep unknown: data gap" in text


def test_every_lists_each_rep_and_hop() -> None:
    """One row each, with a remark where it is doubtful."""
    text = told(every=True, width=100)
    assert "doubtful: data gap" in text
    assert text.count(" ± 12 ms") == 2  # two medians
    assert " ".join(text.split()).count("202 ± 12 241 ± 12 1.19") == 2  # one row, and its median


def test_a_recording_without_sets_says_so() -> None:
    """Silence would look like a fault."""
    assert "No set was detected" in told(replace(ANALYSIS, sets=()))


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("rate_hz", [25.0, 100.0, 420.0])
@pytest.mark.parametrize("marks", [FINE, PLAIN])
def test_a_picture_fits_the_window_at_any_rate(width: int, rate_hz: float, marks: object) -> None:
    """No line is longer than the window, none carries a colour code."""
    each = Set(start_s=2.0, end_s=9.0, exercise="x", reps=(REP,), holds=(HOLD,))
    reps = (replace(REP, start_s=2.0, top_s=3.0, lower_s=3.5, end_s=5.0),)
    picture = picture_of(replace(each, reps=reps, holds=()), [shaking(12, rate_hz=rate_hz)])
    drawn = draw(picture, width=width, marks=marks)  # type: ignore[arg-type]
    assert drawn
    assert "\x1b" not in drawn
    assert max(map(len, drawn.splitlines())) <= width
    assert len(drawn.splitlines()) <= 8


def test_marks_stand_where_the_events_are() -> None:
    """Two contacts a third and two thirds of the way through the picture."""
    hops = (replace(HOP, contact_s=3.0), replace(HOP, contact_s=6.0, valid=False, reason="gap"))
    each = Set(start_s=1.0, end_s=8.0, exercise="x", hops=hops)
    picture = picture_of(each, [shaking(12)])
    first = draw(picture, width=80, marks=PLAIN).splitlines()[0]
    left, right = first.index("v"), first.index("x")
    assert left / 80 == pytest.approx(3 / 9, abs=0.05)
    assert right / 80 == pytest.approx(6 / 9, abs=0.05)
    assert "v initial contact" in legend(picture, marks=PLAIN)
    assert "x doubtful" in legend(picture, marks=PLAIN)
    assert "partial" not in legend(picture, marks=PLAIN)


def test_a_short_peak_is_never_lost_in_a_long_set() -> None:
    """One sample of 9 g in an hour of rest still reaches the top of the picture's scale."""
    calm = shaking(3600)
    calm.acc_mps2[200_000] = (0.0, 9 * G_MPS2, 0.0)
    each = Set(start_s=0.0, end_s=3600.0, exercise="x", hops=(HOP,))
    drawn = draw(picture_of(each, [calm]), width=60, marks=PLAIN)
    assert drawn.splitlines()[0].lstrip().startswith(("9", "10"))


def test_the_timeline_is_as_wide_as_asked_and_in_proportion() -> None:
    """Half rest, a quarter raises, a quarter hops."""
    bouts = (
        Bout(start_s=10.0, end_s=15.0, kind="calf-raise"),
        Bout(start_s=15.0, end_s=20.0, kind="hop"),
    )
    assert timeline(bouts, duration_s=20.0, start_s=0.0, width=40) == "." * 20 + "r" * 10 + "h" * 10
