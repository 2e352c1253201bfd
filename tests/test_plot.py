"""Is what is drawn what is stored, and does a picture come of whatever there is?"""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest

from sensing.store.store import Store
from sensing.store.values.corrections import FalseSet
from tests.conftest import ROOT, Command
from tests.stored import NOW, save

pytest.importorskip("matplotlib")
SAMPLES = ROOT / "sample_recordings"


@pytest.fixture
def workout(run: Command, tmp_path: Path) -> Path:
    """Raises, hops and a hold as session 1, its recording beside."""
    path = tmp_path / "workout.csv.gz"
    shutil.copy(SAMPLES / "workout.csv.gz", path)
    assert run("replay", path).status == 0
    return path


def svg(run: Command, tmp_path: Path, *args: object) -> str:
    """A picture as text."""
    place = tmp_path / "picture.svg"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = run("plot", *args, "-o", place)
    assert done.status == 0, done.err
    return place.read_text(encoding="utf-8")


def test_a_session_is_drawn_with_units_and_what_it_rests_on(
    run: Command, workout: Path, tmp_path: Path
) -> None:
    """A panel of the signal for each set, and beside it what is of its kind."""
    picture = svg(run, tmp_path, 1)
    for words in (
        *("Set 1: calf-raise – 12 reps", "Set 2: single-leg-hop – 21 contacts"),
        *("specific force (g)", "height of the sensor (cm)", "time (ms)", "sway across gravity"),
        *("initial contact", "toe-off", "concentric", "eccentric", "held", "contact time ± 1 SD"),
        *("workout.csv.gz: sensor on the ankle (not given); not calibrated",),
    ):
        assert words in picture, words
    (tmp_path / "picture.png").unlink(missing_ok=True)
    assert run("plot", 1, "--set", 3, "-o", tmp_path / "picture.png").status == 0
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_contacts_are_drawn_at_their_stored_values() -> None:
    """In milliseconds, trusted ones apart from the others."""
    from matplotlib.figure import Figure

    from cli.review.plot_panels import contacts_panel
    from tests.stored import hop

    hops = [hop(0.0), hop(0.4, valid=False, reason="gap"), hop(0.8, flight_time_s=None)]
    axes = Figure().add_subplot()
    contacts_panel(axes, hops)
    drawn: dict[str, Any] = {str(each.get_label()): each for each in axes.containers}
    trusted = drawn["contact time ± 1 SD"].lines[0]
    assert list(trusted.get_xdata()) == [1, 3]
    assert list(trusted.get_ydata()) == pytest.approx([200.0, 200.0])
    assert list(drawn["doubtful"].lines[0].get_xdata()) == [2]


def test_reps_laid_over_one_another_reach_their_own_rise(
    run: Command, workout: Path, db_path: Path
) -> None:
    """The top of each curve is the rise that is stored."""
    from matplotlib.figure import Figure

    from cli.recordings.stored_samples import blocks_to_draw
    from cli.review.plot_panels import reps_panel
    from sensing.store.store import open_store

    with open_store(db_path) as store:
        detail = store.session(1)
    axes = Figure().add_subplot()
    first = detail.sets[0]
    reps_panel(axes, first.detected.reps, blocks_to_draw(detail.recordings[0]))
    curves: list[Any] = [line for line in axes.lines if line.get_label() != "median"]
    tops = sorted(float(max(curve.get_ydata())) for curve in curves)
    rises = sorted(100 * rep.rise_m for rep in first.detected.reps if rep.rise_m is not None)
    assert tops == pytest.approx(rises)


def test_without_the_recording_the_events_are_drawn(
    run: Command, workout: Path, tmp_path: Path
) -> None:
    """And it is said."""
    workout.unlink()
    done = run("plot", 1, "-o", tmp_path / "x.svg")
    assert done.status == 0
    assert "the signal can't be drawn" in done.err
    picture = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "events only" in picture
    assert "the recording is not available," in picture


def test_one_kind_alone(run: Command, workout: Path, tmp_path: Path) -> None:
    """As asked."""
    picture = svg(run, tmp_path, 1, "--kind", "sway")
    assert "sway across gravity" in picture
    assert "specific force" not in picture


def test_a_set_marked_false_is_left_out_unless_it_is_asked_for(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """Like everywhere."""
    save(store)
    store.correct(1, FalseSet(set_n=2), now_utc=NOW)
    assert "single-leg-hop" not in svg(run, tmp_path, 1)
    assert "single-leg-hop" in svg(run, tmp_path, 1, "--set", 2)


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ((9,), "there is no session 9"),
        ((1, "--set", 9), "session 1 has no set 9; it has sets 1 to 3"),
        ((1, "-o", "x.gif"), "x.gif does not say which format to write; end it in .png or .svg"),
        ((1, "-o", "/nowhere/x.png"), "can't be written"),
        ((1, "--set", 1, "--kind", "sway"), "can be drawn as sway"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    run: Command, store: Store, args: tuple[object, ...], line: str
) -> None:
    """And status two, and no picture."""
    save(store)
    done = run("plot", *args)
    assert done.status == 2
    assert line in done.err
    assert done.err.splitlines()[-1].startswith("anklet: ")


def test_without_matplotlib_it_says_how_to_get_it(
    run: Command, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line."""
    save(store)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("cli.review.plot.find_spec", lambda name: None)
    done = run("plot", 1)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "pip install matplotlib beside Anklet" in done.err
