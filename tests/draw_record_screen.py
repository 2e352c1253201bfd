"""Draw ``docs/record.svg``, a moment of a demo session: ``python -m tests.draw_record_screen``.

The session runs on simulated time; the picture shows one moment on a terminal of 80 columns.
``test_readme`` draws it again and compares.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from rich.console import Console

import cli
from cli.screen.record_display import Display
from cli.screen.record_screen import RecordScene, RecordScreen
from tests.conftest import ROOT
from tests.radio import clock

COMMAND = "anklet record single-leg-hop --sensor demo --side left --reps 20"
PICTURE = ROOT / "docs" / "record.svg"
_COUNT = 14
_COLUMNS, _ROWS = 80, 15

_MARGIN = 12

_FORMAT = """<svg viewBox="VIEW" xmlns="http://www.w3.org/2000/svg">
<title>The live screen of a demo session</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect class="window" fill="#0c0c0c" x="-MARGIN" y="-MARGIN" width="WIDTH" height="HEIGHT" rx="8" />
<g class="{unique_id}-matrix">{backgrounds}{matrix}</g>
<desc>{terminal_width} {terminal_height}</desc>
</svg>
"""
"""rich's own, without a window around it and without fonts from the network."""


def session() -> list[RecordScene]:
    """Every moment of the session."""
    scenes: list[RecordScene] = []
    with (
        TemporaryDirectory() as folder,
        mock.patch.object(Display, "show", lambda _, scene: scenes.append(scene)),
        mock.patch("sys.stdout", io.StringIO()),
        clock.installed(),
    ):
        args = COMMAND.split()[1:]
        assert cli.run([*args, "--db", str(Path(folder) / "demo.db")]) == 0
    return scenes


def picture() -> str:
    """The SVG of a moment in mid-set."""
    scene = next(
        each for each in session() if each.moment.stage == "set" and each.moment.count == _COUNT
    )
    console = Console(
        record=True, width=_COLUMNS, height=_ROWS, file=io.StringIO(), force_terminal=True
    )
    console.print(RecordScreen(scene))
    drawn = console.export_svg(code_format=_FORMAT, unique_id="anklet")
    size = re.search(r"<desc>([\d.]+) ([\d.]+)</desc>\n", drawn)
    assert size is not None
    wide, high = (round(float(each)) + 2 * _MARGIN for each in size.groups())
    drawn = drawn.replace(size.group(), "").replace("-MARGIN", str(-_MARGIN))
    drawn = drawn.replace("VIEW", f"{-_MARGIN} {-_MARGIN} {wide} {high}")
    drawn = drawn.replace("WIDTH", str(wide)).replace("HEIGHT", str(high))
    return re.sub(r"[ \t]+\n", "\n", drawn)


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
