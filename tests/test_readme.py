"""README and usage guide are true: every transcript in them is run again and compared.

A transcript is a ``console`` block; each line in it that begins with ``$ anklet`` is run, and what
follows it is the expected output: the words exactly, numbers within one of their last digit. The
pictures' dots are not compared, because the last bit of a sum differs from one machine to the next.
After an intended change, renew all of them with ``ANKLET_RENEW=1 python3 -m tests -k readme`` and
read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.conftest import ROOT

README = ROOT / "README.md"
USAGE = ROOT / "docs" / "usage.md"
DOCUMENTS = (README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md")
BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
RENEW = "ANKLET_RENEW"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DOTS = re.compile("[\u2801-\u28ff]")


def runner(diary: Path) -> Callable[[str], str]:
    """Runs one ``anklet …`` line as the README shows it: 80 columns, from the checkout's root."""

    def run(line: str) -> str:
        program, *args = shlex.split(line)
        assert program == "anklet", line
        done = subprocess.run(
            [sys.executable, "-m", "cli", *args],
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "80", "ANKLET_DB": str(diary), "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=600,
        )
        return "".join(f"{row.rstrip()}\n" for row in done.stdout.splitlines())

    return run


def run_again(block: str, run: Callable[[str], str]) -> str:
    """The same transcript with what comes out today."""
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    assert lines, "a console block without a command"
    return "\n".join(f"{line}\n{run(line[2:])}" for line in lines)


def _again(run: Callable[[str], str], block: re.Match[str]) -> str:
    return run_again(block[0], run)


def alike(one: str, other: str) -> bool:
    """The same words, and the same numbers but for the last digit."""
    left, right = _without_dots(one), _without_dots(other)
    if NUMBER.sub("#", left) != NUMBER.sub("#", right):
        return False
    pairs = zip(NUMBER.findall(left), NUMBER.findall(right), strict=True)
    return all(abs(float(a) - float(b)) <= 1.001 * _last_digit(a, b) for a, b in pairs)


def _without_dots(text: str) -> str:
    # Where the marks above a line stand is a matter of the very same dots.
    lines = [line for line in text.splitlines() if not DOTS.search(line)]
    return "\n".join(re.sub("[ ═▲▼△×]+", " ", line) for line in lines)


def _last_digit(*numbers: str) -> float:
    return 10.0 ** -max(len(number.partition(".")[2]) for number in numbers)


def test_every_transcript_is_what_comes_out(tmp_path: Path) -> None:
    """One database for each document, so that later transcripts may build on earlier ones."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        run = runner(tmp_path / f"{document.stem}.db")
        today = BLOCK.sub(partial(_again, run), text)
        if os.environ.get(RENEW):
            document.write_text(today, encoding="utf-8")
        for then, now in zip(BLOCK.findall(text), BLOCK.findall(today), strict=True):
            assert os.environ.get(RENEW) or alike(then, now), f"{then}\n— but now —\n{now}"


def test_the_usage_guide_has_transcripts() -> None:
    """An empty search would make the test above pass for nothing."""
    blocks = BLOCK.findall(USAGE.read_text(encoding="utf-8"))
    assert any("$ anklet demo" in block for block in blocks)


def test_a_wrong_transcript_is_noticed(tmp_path: Path) -> None:
    """The comparison is not blind."""
    block = "$ anklet --version\nanklet 999\n"
    assert not alike(run_again(block, runner(tmp_path / "diary.db")), block)
    assert alike("contact 290 ms ± 12, RSI 0.75", "contact 291 ms ± 12, RSI 0.74")
    assert not alike("contact 290 ms", "contact 293 ms")
    assert not alike("contact 290 ms", "flight 290 ms")
    assert not alike("12 reps", "12 reps\n12 reps")


def test_the_picture_of_the_live_screen_is_what_the_command_beside_it_shows() -> None:
    """Drawn again, it shows the same lines; the command stands in the README."""
    from tests.draw_record_screen import COMMAND, PICTURE, picture

    assert COMMAND in README.read_text(encoding="utf-8")
    now = picture()
    if os.environ.get(RENEW):
        PICTURE.write_text(now, encoding="utf-8")
    shown = [re.findall(r"<text[^>]*>([^<]*)</text>", each) for each in (now, PICTURE.read_text())]
    assert "".join(shown[0])
    assert alike(*("\n".join(each) for each in shown))


def test_the_usage_guide_names_every_verb() -> None:
    """Nothing that can be done goes unmentioned."""
    import cli

    text = USAGE.read_text(encoding="utf-8")
    for verb in cli.VERBS:
        assert f"anklet {verb.name}" in text, verb.name


def test_the_readme_is_short() -> None:
    """The first command stands on the first screen, and the rest fits on three."""
    before, _, after = README.read_text(encoding="utf-8").partition("```\n")
    assert len(before.splitlines()) <= 24
    assert len(after.splitlines()) <= 72


def test_every_path_that_a_document_links_to_exists() -> None:
    """No dead links into the checkout."""
    for document in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), (document.name, link)
