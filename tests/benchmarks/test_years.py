"""Speed of looking back over ten thousand sessions. Measured, not asserted: machines differ.

Run with ``python -m pytest tests/benchmarks``. What is aimed at, as whole commands: ``week``,
``trend`` and ``sessions`` in 0.5 s, the report of a year in 5 s. Once for eight people over five
years, once for a single one who did two thousand sessions in each.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.conftest import ROOT
from tests.years import write_years

COMMANDS = {
    "bare": [],
    "week": ["week", "--day", "2026-03-01"],
    "sessions": ["sessions"],
    "trend of all": ["trend", "rise_m"],
    "trend of two legs": ["trend", "contact_time_s"],
    "trend of one": ["trend", "rise_m", "-e", "single-leg-calf-raise", "--side", "left"],
    "compare": ["compare", "left", "right"],
    "report of a year": ["report", "--since", "2025-03-01", "--until", "2026-03-01", "-o", "-"],
}


@pytest.fixture(scope="module", params=[8, 1], ids=["eight people", "one person"])
def years(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand sessions."""
    path = tmp_path_factory.mktemp("years") / "years.db"
    write_years(path, sessions=10_000, athletes=request.param)
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_a_whole_command(benchmark: BenchmarkFixture, years: Path, name: str) -> None:
    """From nothing to the last line."""
    line = [sys.executable, "-m", "cli", *COMMANDS[name]]
    pedantic: Callable[..., Any] = benchmark.pedantic
    pedantic(
        subprocess.run,
        (line,),
        {
            "check": True,
            "capture_output": True,
            "cwd": ROOT,
            "env": {"ANKLET_DB": str(years), "PATH": "", "PYTHONUTF8": "1"},
        },
        rounds=5,
        warmup_rounds=1,
    )
