"""Draws the picture of a report for the README: ``python -m tests.draw_report_page``.

The person in it is simulated (``tests/years.py``); the page is what ``anklet report`` writes.
Needs Chromium.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import cli
from tests.conftest import ROOT
from tests.test_report_page import FLAGS, browser
from tests.years import write_years

PICTURE = ROOT / "docs" / "report.png"
_WIDE, _HIGH = 1160, 1250


def draw(place: Path) -> None:
    """Write the picture."""
    with TemporaryDirectory() as folder:
        db, page = Path(folder) / "simulated.db", Path(folder) / "page.html"
        write_years(db, sessions=70, years=0.45, seed=5)
        os.environ["ANKLET_DB"] = str(db)
        if cli.run(["report", "--since", "2025-10-01", "-o", str(page)]):
            sys.exit("no report was made")
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=browser(), args=list(FLAGS))
            window = chromium.new_page(viewport={"width": _WIDE, "height": _HIGH})
            window.goto(page.as_uri())
            window.screenshot(path=place)
            chromium.close()


if __name__ == "__main__":
    draw(PICTURE)
