"""One way in for every kind of file: its content says what it is; what comes out lies on a grid."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sensing.errors import UsageError
from sensing.intake import Columns, take_of
from sensing.reading import FORMATS, read_take, sha256_of
from sensing.recorder import Recorder
from sensing.recording import Header, SampleRun
from sensing.units import G_MPS2, Floats


def shaken(t_s: Floats) -> Floats:
    """A known movement at any instant, in g: gravity and a 5 Hz swing, with seconds of rest."""
    swing = 0.3 * np.sin(2 * np.pi * 5 * t_s) * (np.sin(0.5 * t_s) > 0)
    return np.column_stack([0.05 + 0.5 * swing, 0.1 - swing, 0.99 + swing])


def test_an_unknown_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """Before the file is even looked for."""
    with pytest.raises(UsageError, match=r"'excel'.*phyphox"):
        read_take(tmp_path / "none", format_name="excel")
    assert {"plain", "anklet", "witmotion"} <= set(FORMATS)


def test_a_recording_of_ours_is_told_by_content_and_by_name(tmp_path: Path) -> None:
    """Renamed it is still ours; with a damaged signature its name says what it should be."""
    path = tmp_path / "walk.anklet"
    with Recorder(path, Header(rate_hz=100.0)) as recorder:
        acc = shaken(np.arange(500) / 100) * G_MPS2
        recorder.samples(SampleRun(0, acc))
    renamed = tmp_path / "walk.csv"
    renamed.write_bytes(path.read_bytes())
    assert read_take(renamed).samples == 500
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(bytes(data))
    assert read_take(path).samples == 500


def test_the_digest_is_of_the_bytes_in_the_file(tmp_path: Path) -> None:
    """By which a recording is known again."""
    path = tmp_path / "some.csv.gz"
    path.write_bytes(b"x" * 3_000_000)
    assert sha256_of(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest()


DISTORTED: dict[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "even": lambda t, _: t,
    "rounded to ms": lambda t, _: np.round(t, 3),
    "fast by 2 %": lambda t, _: t * 0.98,
    "drifting": lambda t, _: t + 0.05 * np.sin(t / 20),
    "with losses": lambda t, rng: t[(rng.random(len(t)) > 0.03) | (t == 0)],
    "drifting with losses": lambda t, rng: (t + 0.05 * np.sin(t / 20))[rng.random(len(t)) > 0.03],
    "uneven": lambda t, rng: np.sort(t + rng.uniform(0, 1.5, len(t)) * t[1]),
}


@pytest.mark.parametrize("rate_hz", [104.0, 208.0, 416.0])
@pytest.mark.parametrize("kind", list(DISTORTED))
def test_samples_on_the_grid_are_what_the_movement_was_at_their_time(
    kind: str, rate_hz: float
) -> None:
    """A movement known at every instant, stamped by all kinds of clocks."""
    t = DISTORTED[kind](np.arange(int(120 * rate_hz)) / rate_hz, np.random.default_rng(8))
    take = take_of(Columns(acc=shaken(t), t_s=t))
    (block,) = take.blocks
    on_grid = block.t0_s + np.arange(len(block)) / block.rate_hz
    off = np.abs(block.acc_mps2 - shaken(on_grid) * G_MPS2).max(axis=1)[~block.lost]
    steepest = 0.3 * 2 * np.pi * 5 * G_MPS2
    allowed = 0.6 if kind == "uneven" else 0.3  # straight lines over up to 2.5 periods
    assert np.quantile(off, 0.999) < steepest * allowed / rate_hz
    assert abs(len(block) - 120 * take.rate_hz) < 0.03 * 120 * take.rate_hz
    if "losses" in kind:
        assert 0.02 < take.lost_samples / len(block) < 0.04
    else:
        assert take.lost_samples == 0


def test_blocks_are_in_order_and_know_their_own_time() -> None:
    """Two long holes: three blocks, and nothing made up in between."""
    t = np.arange(30_000) / 100
    t = t[((t < 100) | (t > 104)) & ((t < 200) | (t > 260))]
    take = take_of(Columns(acc=shaken(t), t_s=t))
    assert [round(b.t0_s, 2) for b in take.blocks] == [0.0, 104.01, 260.01]
    assert take.lost_samples == pytest.approx(6401, abs=3)
    assert take.duration_s == pytest.approx(300, abs=0.02)
    assert not any(b.lost.any() for b in take.blocks)


def test_reading_costs_no_scipy_and_no_radio() -> None:
    """A reader must start fast."""
    script = (
        "import sys, sensing.reading;"
        "print(*({'scipy', 'bleak', 'matplotlib', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
