"""The command as a person meets it: help, mistakes, pipes, full disks, the cost of starting."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from cli.training.plan import example_text
from sensing.core.errors import AnkletError
from sensing.core.exercises import CATALOGUE
from tests.conftest import ROOT, Run
from tests.years import write_years

HEAVY = ("numpy", "scipy", "sqlite_utils", "bleak", "matplotlib", "plotext", "vqf")


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    """``anklet --help`` imports no numeric, database or radio library."""
    code = (
        "import sys, cli\n"
        "cli.run(['--help'])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_help_takes_a_quarter_of_a_second(anklet: Run) -> None:
    """Of the processor: how long a person waits on a busy machine is not the program's doing."""
    times = []
    for _ in range(5):
        before = os.times()
        assert anklet("--help").returncode == 0
        after = os.times()
        user_s = after.children_user - before.children_user
        times.append(user_s + after.children_system - before.children_system)
    assert min(times) <= 0.25


@pytest.mark.parametrize("line", ["", "week --day 2026-03-01", "sessions", "trend rise", "plan"])
def test_looking_back_loads_no_signal_processing(line: str, tmp_path: Path) -> None:
    """Half a second of imports that no look at stored figures needs."""
    write_years(tmp_path / "years.db", sessions=12, years=0.1)
    (tmp_path / "plan.toml").write_text(example_text(), encoding="utf-8")
    code = (
        "import sys, cli; status = cli.run(sys.argv[1:]);"
        "heavy = {'scipy', 'matplotlib', 'bleak'} & set(sys.modules);"
        "print('loaded', sorted(heavy), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *line.split()],
        cwd=ROOT,
        env=os.environ | {"ANKLET_DB": str(tmp_path / "years.db")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "loaded []"


def test_help_lists_every_verb_with_its_line(anklet: Run) -> None:
    """Nothing registered is hidden, and the lines come out whole."""
    text = " ".join(anklet("--help", COLUMNS="200").stdout.split())
    for verb in cli.VERBS:
        assert verb.name in text
        assert verb.short in text


@pytest.mark.parametrize("verb", cli.VERBS, ids=lambda verb: verb.name)
def test_every_verb_explains_itself_with_an_example(verb: cli.Verb, anklet: Run) -> None:
    """Its help begins with its line in the list and shows at least one command to copy."""
    done = anklet(verb.name, "--help", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    assert verb.short in done.stdout
    assert f"  anklet {verb.name}" in done.stdout


def test_no_arguments_says_how_to_begin(anklet: Run) -> None:
    """A first try is no mistake."""
    done = anklet()
    assert (done.returncode, done.stderr) == (0, "")
    assert "anklet demo" in done.stdout
    assert "anklet --help" in done.stdout


def test_version_is_one_line(anklet: Run) -> None:
    """Name and number, as scripts expect."""
    done = anklet("--version")
    assert done.returncode == 0
    name, number = done.stdout.split()
    assert name == "anklet"
    assert number[0].isdigit()


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["analyse"], "analyze"),
        (["exercices"], "exercises"),
        (["exercises", "single-leg-hops"], "single-leg-hop"),
        (["exercises", "--jsn"], "--json"),
        (["analyze"], "FILE"),
        (["analyze", "x.csv", "--exercise", "calf-rise-hold"], "calf-raise-hold"),
        (["analyze", "x.csv", "--rate", "fast"], "--rate"),
        (["analyze", "x.csv", "--rate", "-3"], "--rate"),
        (["analyze", "x.csv", "--placement", "wrist"], "shoe"),
    ],
)
def test_a_mistyped_line_gets_one_line_back_that_helps(
    args: list[str], hint: str, anklet: Run
) -> None:
    """Exit status 2, nothing on standard output, one line on standard error with the way out."""
    done = anklet(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert hint in done.stderr


def test_an_error_with_line_breaks_in_it_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A file name may hold anything; it can't break the one line or reach the terminal."""
    from cli.common.output import complain

    complain(str(AnkletError("no such\nthing", where="a\x1b[31m\r\nb.csv")))
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert "\x1b" not in err


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a person can mend is made one line; the rest must be reportable."""

    def broken() -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("cli.training.exercises.out", broken)
    with pytest.raises(ZeroDivisionError):
        cli.run(["exercises"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", [["exercises"], ["exercises", "--json"], ["--help"]])
def test_a_full_disk_is_said_in_one_line(args: list[str]) -> None:
    """What could not be written is not passed over in silence."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *args],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "space" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes break differently there")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_hangs_up_hears_no_complaint(unbuffered: str) -> None:
    """``anklet exercises | head -1`` ends in silence, buffered or not."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "exercises", "--json"],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    os.close(writing)
    assert done.returncode != 0
    assert done.stderr == ""


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """130, as a shell expects of a program that was interrupted, and no traceback."""

    def interrupted() -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.training.exercises.out", interrupted)
    assert cli.run(["exercises"]) == 130


def test_no_permission_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any OSError nobody foresaw names the file and the reason."""

    def forbidden() -> object:
        raise PermissionError(13, "Permission denied", "/their/file")

    monkeypatch.setattr("cli.training.exercises.out", forbidden)
    assert cli.run(["exercises"]) == 2
    assert capsys.readouterr().err == "anklet: /their/file: Permission denied\n"


def test_the_catalogue_is_whole_in_every_form(anklet: Run) -> None:
    """Table, JSON and CSV hold every exercise, and JSON and CSV hold the same text."""
    names = [row.name for row in CATALOGUE]
    table = anklet("exercises").stdout
    assert all(name in table for name in names)
    records = json.loads(anklet("exercises", "--json").stdout)
    assert [record["name"] for record in records] == names
    assert list(csv.DictReader(io.StringIO(anklet("exercises", "--csv").stdout))) == records


def test_one_exercise_is_shown_with_how_the_sensor_is_worn(anklet: Run) -> None:
    """The card has what the table leaves out."""
    card = anklet("exercises", "single-leg-hop").stdout
    assert "strap" in card
    assert "double" not in card


def test_nothing_is_coloured_in_a_pipe(anklet: Run) -> None:
    """Escape codes are for terminals."""
    assert "\x1b" not in anklet("exercises").stdout + anklet("--help").stdout


@pytest.mark.parametrize("args", [("demo",), ("exercises",), ("exercises", "--csv"), ("--help",)])
def test_a_terminal_without_unicode_gets_plain_characters(
    args: tuple[str, ...], anklet: Run
) -> None:
    """No error half-way because of a × or a block of dots."""
    done = anklet(*args, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


def test_json_is_the_same_in_any_encoding(anklet: Run) -> None:
    """Escaped where it must be, never with letters lost."""
    plain = anklet("exercises", "--json", PYTHONIOENCODING="ascii").stdout
    assert plain.isascii()
    assert json.loads(plain) == json.loads(anklet("exercises", "--json").stdout)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_verbs_and_exercise_names(shell: str, anklet: Run) -> None:
    """Asked the way each shell asks; a lazily loaded verb completes its own options too."""

    def complete(line: str) -> str:
        words = line.split(" ")
        return anklet(
            _ANKLET_COMPLETE=f"complete_{shell}",
            _TYPER_COMPLETE_ARGS=line,
            _TYPER_COMPLETE_FISH_ACTION="get-args",
            _TYPER_COMPLETE_WORD_TO_COMPLETE=words[-1],
            COMP_WORDS=line,
            COMP_CWORD=str(len(words) - 1),
        ).stdout

    assert "exercises" in complete("anklet exer")
    assert "single-leg-hop" in complete("anklet exercises single-leg-h")
    assert "--placement" in complete("anklet analyze --pla")
    assert "seated-calf-raise-hold" in complete("anklet analyze --exercise seated")
