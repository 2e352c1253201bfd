"""A long session with a fault every minute: nothing received is lost, and memory stays flat.

Here twelve minutes of it; ``python -m tests.radio.soak 3 FOLDER`` does three hours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HOURS = 0.2
_GROWTH_MB = 15.0
"""From five minutes in to the end; caches of the libraries fill in the beginning."""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_faults_every_minute_lose_nothing_that_was_received(tmp_path: Path) -> None:
    """Out of range, silent, dropped and bursting, two sensors in turn."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.radio.soak", str(HOURS), tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    found = json.loads(run.stdout.splitlines()[-1])
    print(found)
    assert found["status"] == 0
    assert found["received_in_a_set_but_not_recorded"] == 0
    for side in ("left", "right"):
        assert found["recorded"][side] > 0.95 * found["received"][side] > 10_000
    memory_mb = found["memory_mb"]
    assert memory_mb[-1] - memory_mb[1] < _GROWTH_MB
    assert run.stderr.count("lost:") >= 6
