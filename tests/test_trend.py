"""Is a change reported where there is one, and only there?"""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.review.figure import Figure
from sensing.review.metrics import METRICS, find_metric
from sensing.review.robust_line import MOST_POINTS, theil_sen
from sensing.review.trend import trend, words
from sensing.store.read.figures import figures_sql
from sensing.store.schema.schema_4 import FILLED
from sensing.store.store import Store, open_store
from tests.conftest import Command
from tests.years import write_years

RISE, CONTACT, REPS = find_metric("rise_m"), find_metric("contact_time_s"), find_metric("reps")


def figure(day_n: int, value: float, *, basis: str = "ankle", **more: object) -> Figure:
    """A set of its own session, on a day."""
    given_ = {
        "day": f"day {day_n}",
        "started_utc": "",
        "session_id": day_n,
        "set_n": 1,
        "exercise": "single-leg-calf-raise",
        "side": None,
        "load_kg": None,
        "pain": None,
        "note": "",
        "low": value,
        "high": value,
        "least": value,
        "most": value,
        "many": 12,
        "engine": "1",
    }
    return Figure(day_n=day_n, value=value, basis=basis, **(given_ | more))  # type: ignore[arg-type]


def series(slope_per_day: float, *, days: int = 60, scatter: float = 0.002) -> list[Figure]:
    """Rises around 6 cm, every other day."""
    rng = np.random.default_rng(3)
    return [figure(n, 0.06 + slope_per_day * n + scatter * rng.normal()) for n in range(0, days, 2)]


# --- the line ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "alike"), [(8, 0.0), (30, 0.0), (100, 0.0), (100, 0.4)])
def test_the_interval_contains_the_true_slope_as_often_as_stated(n: int, alike: float) -> None:
    """95 times in 100; where neighbours resemble each other at least nearly so."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        x = np.sort(rng.integers(0, 200, n)).astype(float)
        y = rng.normal(size=n)
        for k in range(1, n):
            y[k] = alike * y[k - 1] + math.sqrt(1 - alike**2) * y[k]
        line = theil_sen(x.tolist(), (0.03 * x + y).tolist())
        assert line is not None
        held += line.low <= 0.03 <= line.high
    print(f"n={n} alike={alike}: {held / 200:.3f}")
    assert held / 200 >= (0.86 if alike else 0.92)


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.floats(-5, 5, width=32)), min_size=6, max_size=40
    ).filter(lambda points: len({x for x, _ in points}) > 1),
    st.floats(0.5, 3, width=32),
    st.floats(-10, 10, width=32),
    st.randoms(use_true_random=False),
)
def test_the_line_scales_with_units_and_ignores_order(
    points: list[tuple[int, float]], scale: float, shift: float, random: object
) -> None:
    """Scaled and shifted values give the scaled line; the order of the points is nothing."""
    x, y = [float(a) for a, _ in points], [b for _, b in points]
    line = theil_sen(x, y)
    shuffled = points.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = theil_sen([a for a, _ in shuffled], [scale * b + shift for _, b in shuffled])
    assert line is not None
    assert other is not None
    assert other.slope == pytest.approx(scale * line.slope, abs=1e-6)
    assert other.level == pytest.approx(scale * line.level + shift, abs=1e-4)
    assert line.low <= line.slope <= line.high


def test_one_wild_day_does_not_bend_the_line() -> None:
    """Which is what it is for."""
    x = [float(n) for n in range(20)]
    y = [0.1 * n for n in range(20)]
    y[-1] = 50.0
    line = theil_sen(x, y)
    assert line is not None
    assert line.slope == pytest.approx(0.1)


def test_too_few_points_have_no_line() -> None:
    """Nor have many on one day."""
    assert theil_sen([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]) is None
    assert theil_sen([1.0] * 9, [float(n) for n in range(9)]) is None


def test_very_many_points_give_the_same_line_as_fewer() -> None:
    """Drawn together, not thrown away."""
    rng = np.random.default_rng(1)
    x = np.arange(10 * MOST_POINTS + 7, dtype=float)
    line = theil_sen(x.tolist(), (2e-3 * x + rng.normal(size=len(x))).tolist())
    assert line is not None
    assert line.low <= 2e-3 <= line.high
    assert line.slope == pytest.approx(2e-3, rel=0.05)
    assert line.points == len(x)


# --- the verdict -------------------------------------------------------------------------------


def test_scatter_alone_is_not_a_change() -> None:
    """However many sessions."""
    found = trend(series(0.0), RISE)
    assert found.verdict == "unclear"
    assert words(found, RISE).startswith("no change beyond measurement error")


def test_a_change_within_measurement_error_is_not_claimed() -> None:
    """Half a millimetre a month in a hundred spotless sessions is the strap's, not the calf's."""
    found = trend(series(2e-5, days=200, scatter=0.0005), RISE)
    assert found.change_low is not None
    assert found.change_low > 0
    assert found.verdict == "within error"
    assert found.better is None


def test_a_change_beyond_both_is_reported_with_its_direction() -> None:
    """Higher is better for height, lower for contact; size and interval are shown."""
    found = trend(series(4e-4), RISE)
    assert (found.verdict, found.better) == ("up", True)
    assert words(found, RISE).startswith("better, beyond measurement error: +2.")
    worse = trend([figure(n, 0.2 + 0.001 * n) for n in range(0, 40, 2)], CONTACT)
    assert (worse.verdict, worse.better) == ("up", False)
    slower = trend([figure(n, 1 + 0.02 * n) for n in range(0, 40, 2)], find_metric("lower_time_s"))
    assert (slower.verdict, slower.better) == ("up", None)


def test_sessions_measured_differently_are_left_out() -> None:
    """A new calibration makes a step that is not progress."""
    before = [figure(n, 0.25, basis="not calibrated") for n in range(10)]
    after = [figure(n, 0.21 + 0.0001 * (n % 3), basis="calibrated") for n in range(10, 20)]
    found = trend([*before, *after], CONTACT)
    assert found.left_out == 10
    assert found.verdict == "unclear"
    assert [point.comparable for point in found.points] == [False] * 10 + [True] * 10


def test_few_sessions_are_too_few() -> None:
    """The message says how many are needed."""
    found = trend(series(0.001)[:5], RISE)
    assert found.verdict == "too few"
    assert "5 sessions measured alike, 6 on two days are needed" in words(found, RISE)


def test_a_session_combines_its_sets() -> None:
    """Median of figures, sum of counts, best of all."""
    sets = [
        figure(1, value, session_id=7, set_n=n, most=value + 0.01, pain=n)
        for n, value in enumerate((0.05, 0.07, 0.06), 1)
    ]
    (point,) = trend(sets, RISE).points
    assert (point.value, point.sets, point.pain) == (0.06, 3, 3)
    assert point.best == pytest.approx(0.08)
    (summed,) = trend(sets, REPS).points
    assert summed.value == pytest.approx(0.18)


def test_scattered_sets_increase_the_smallest_detectable_change() -> None:
    """The typical error of the person's own repeats counts when it exceeds the instrument's."""
    rng = np.random.default_rng(2)

    def sessions(scatter: float) -> list[Figure]:
        return [
            figure(day, 0.06 + scatter * rng.normal(), session_id=day, set_n=n)
            for day in range(10)
            for n in (1, 2)
        ]

    calm, wild = trend(sessions(0.0001), RISE), trend(sessions(0.02), RISE)
    assert calm.smallest == pytest.approx(1.96 * math.sqrt(2) * 0.08 * 0.06, rel=0.01)
    assert wild.smallest is not None
    assert wild.smallest > 2 * (calm.smallest or 0)


def test_an_exercise_with_a_larger_error_must_change_more() -> None:
    """Three seconds of balance more are nothing yet; of a calf-raise hold they are much."""
    hold = find_metric("duration_s")
    these = [figure(n, 20 + 0.1 * n, exercise="calf-raise-hold") for n in range(0, 30, 2)]
    assert trend(these, hold).verdict == "up"
    balance = [each._replace(exercise="single-leg-balance") for each in these]
    assert trend(balance, hold).verdict == "within error"


# --- metrics -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["rise", "RISE_M", "contact", "tut", "sway", "volume", "lowering"]
)
def test_a_metric_has_short_names(typed: str) -> None:
    """Without the unit, or in one word."""
    assert find_metric(typed) in METRICS


def test_an_unknown_metric_is_answered_with_the_nearest() -> None:
    """Or with all there are."""
    with pytest.raises(UsageError, match="did you mean contact_time_s"):
        find_metric("contct")
    with pytest.raises(UsageError, match="available: rise_m"):
        find_metric("xyz")


def test_a_value_has_its_unit_and_zero_has_no_sign() -> None:
    """What rounds to zero has no sign."""
    assert RISE.text(0.0463) == "4.6 cm"
    assert RISE.text(-0.0001, sign=True) == "0.0 cm"
    assert CONTACT.text(None) == "–"


# --- from the database -------------------------------------------------------------------------


@pytest.fixture
def years(db_path: Path) -> Path:
    """Forty sessions of one person, both legs, and a few of another's; some holds are leans."""
    write_years(db_path, sessions=50, athletes=2, years=0.3)
    with contextlib.closing(sqlite3.connect(db_path)) as db, db:
        leans = "exercise = 'calf-raise-hold' AND id % 7 = 0"
        held = f"SELECT id FROM exercise_set WHERE {leans}"  # noqa: S608 - our own names
        lean_deg = "shank_lean_deg = 4 + 0.01 * set_id"
        db.execute(f"UPDATE hold SET {lean_deg} WHERE set_id IN ({held})")  # noqa: S608 - our own names
        db.execute(f"UPDATE exercise_set SET exercise = 'vele-forward-lean' WHERE {leans}")  # noqa: S608 - our own names
        db.execute("DELETE FROM set_figure")
        db.execute(FILLED)
    return db_path


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_figures_agree_with_the_summary(metric: object, years: Path) -> None:
    """What is followed is what every other table shows."""
    wanted = find_metric(metric.name)  # type: ignore[attr-defined]
    kept = "(SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = '{}')"
    own = {
        "duration_s": kept.format("duration_s"),
        "height_m": kept.format("height_m"),
        "shank_lean_deg": kept.format("shank_lean_deg"),
        "volume_kg": "reps * load_kg",
        "hold_load_kg_s": "hold_s * load_kg",
    }.get(wanted.name, wanted.name)
    with open_store(years) as store:
        found = store.figures(wanted, athlete="me", side="left")
        rows = store._db.execute(
            f"SELECT session_id, n, {own} FROM set_summary s"  # noqa: S608 - our own names
            f" WHERE athlete = 'me' AND side = 'left' AND {own} IS NOT NULL"
            f" AND ({own} > 0 OR {wanted.of != 'sum'}) ORDER BY day, session_id, n"
        ).fetchall()
    assert found
    assert [(each.session_id, each.set_n, each.value) for each in found] == rows
    assert [each.day_n for each in found] == sorted(each.day_n for each in found)


def test_days_are_numbered_as_in_the_calendar(years: Path) -> None:
    """SQLite's days and Python's are the same."""
    from datetime import date

    with open_store(years) as store:
        for each in store.figures(RISE):
            assert date.fromordinal(each.day_n).isoformat() == each.day


LARGE = {"session", "recording", "analysis", "exercise_set", "rep", "hop", "hold", "f", "c"}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
@pytest.mark.parametrize("asked", [["athlete"], ["athlete", "since", "exercise", "side"]])
def test_no_figure_scans_a_large_table(metric: object, asked: list[str], store: Store) -> None:
    """The sessions are found by person and day, and all else by what it belongs to."""
    sql = figures_sql(find_metric(metric.name), asked)  # type: ignore[attr-defined]
    given_ = dict.fromkeys(["name", *asked], "x")
    plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}", given_)]
    assert not {line.split()[1] for line in plan if line.startswith("SCAN")} & LARGE, plan
    assert any("INDEX session_athlete" in line for line in plan), plan


# --- the command -------------------------------------------------------------------------------


def test_a_trend_is_shown_with_picture_table_and_verdict(run: Command, years: Path) -> None:
    """Pain and notes stand beside it."""
    done = run("trend", "rise", "-e", "single-leg-calf-raise", "--side", "left", "--athlete", "me")
    assert done.status == 0
    for word in (
        *(
            "heel-rise height (cm), single-leg-calf-raise, left",
            "95 %",
            "pain (0–10)",
            "interquartile",
            "best",
        ),
        *("slope +", "cm per week"),
    ):
        assert word in " ".join(done.out.split()), word


def test_many_groups_have_one_line_each(run: Command, years: Path) -> None:
    """Each exercise and leg."""
    done = run("trend", "rise_m", "--athlete", "me")
    assert "eccentric-calf-raise" in done.out
    assert "change (95 % interval)" in " ".join(done.out.split())


def test_json_and_csv_have_every_session(run: Command, years: Path) -> None:
    """With nothing that JSON has no word for."""
    groups = json.loads(run("trend", "contact", "--athlete", "me", "--json").out)
    assert [group["side"] for group in groups] == ["left", "right"]
    assert all(len(group["points"]) == 25 for group in groups)
    csv = run("trend", "contact", "--athlete", "me", "--csv").out
    assert csv.startswith("metric,exercise,side,session,day,value,")
    assert len(csv.splitlines()) == 51


def test_without_a_metric_all_are_listed(run: Command) -> None:
    """With what each is."""
    assert len(json.loads(run("trend", "--json").out)) == len(METRICS)
    assert "contact_time_s" in run("trend").out


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("trend", "risse_m"), "did you mean rise_m"),
        (("trend", "rise", "-e", "calf"), "is not an exercise"),
        (("trend", "rise", "--since", "2026-03-01", "--until", "2026-02-01"), "is before --since"),
        (
            ("trend", "rise", "--athlete", "nobody"),
            "there is no session of 'nobody'; known: athlete 2",
        ),
        (("trend", "rise", "--json", "--csv"), "can't be combined"),
    ],
)
def test_invalid_arguments_give_one_line(
    run: Command, years: Path, args: tuple[object, ...], line: str
) -> None:
    """And status two."""
    done = run(*args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


def test_an_empty_database_has_no_trend(run: Command, db_path: Path) -> None:
    """Said on standard error; JSON is an empty list."""
    done = run("trend", "rise")
    assert (done.status, done.out) == (0, "")
    assert "no matching session has a heel-rise height" in done.err
    assert json.loads(run("trend", "rise", "--json").out) == []
    assert not db_path.exists()
