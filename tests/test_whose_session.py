"""Whose session is it? Asked rather than guessed, and completed by the shell."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.common.athletes import athlete_for
from sensing.core.errors import UsageError
from sensing.store.database.place import recordings_path
from sensing.store.store import Store
from tests.clinic import ROSTER, Typed, fill_clinic
from tests.conftest import ROOT, Command
from tests.test_recover import recorded

HOPS = ROOT / "sample_recordings" / "single-leg-hop.csv.gz"
CHOOSE = "there are 30 athletes; choose with --athlete NAME, or once for all with"


@pytest.fixture
def clinic(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Thirty athletes, two of whom have trained."""
    monkeypatch.chdir(tmp_path)
    fill_clinic(store)
    return store


# --- whose session it is -------------------------------------------------------------------------


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "args",
    [
        ["record", "single-leg-hop"],
        ["log", "press", "3x5"],
        ["replay", str(HOPS)],
        ["calibrate", "placement", "--side", "left"],
        ["week", "--json"],
        ["compare", "left", "right", "--csv"],
        ["report", "-o", "-"],
    ],
)
def test_nothing_belongs_to_me_in_silence(run: Command, args: list[str]) -> None:
    """Without a name, a default or a terminal it is refused, before anything else is done."""
    done = run(*args)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"anklet: {CHOOSE}")
    assert done.err.count("\n") == 1


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "args", [[], ["week"], ["today"], ["compare", "left", "right"], ["report"]]
)
def test_a_look_back_lists_the_athletes(run: Command, args: list[str]) -> None:
    """And says how to choose."""
    done = run(*args)
    assert done.status == 0
    assert all(name in done.out for name in ROSTER)
    assert "anklet athletes default NAME" in done.out
    assert not Path("anklet-report.html").exists()


def test_the_default_is_meant(clinic: Store, run: Command) -> None:
    """By every command; another can still be named, in any spelling."""
    run("athletes", "default", "patient 12")
    assert "of patient 12" in run().out
    assert run("week", "--day", "2026-03-01").out.startswith("patient 12: week of")
    assert "for patient 12: " in run("log", "press", "3x5").err
    assert "for patient 4: " in run("log", "press", "3x5", "--athlete", "PÁTIENT 4").err
    assert run("report", "-o", "one.html").status == 0
    assert run("athletes", "default").out == "patient 12\n"
    run("athletes", "default", "")
    assert run("athletes", "default").out == "No athlete is the default.\n"
    assert len(clinic.logged_work()) == 2


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "args",
    [["record", "single-leg-hop"], ["log", "press", "3x5"], ["replay", str(HOPS)]],
)
def test_a_name_that_is_close_is_asked_about(clinic: Store, run: Command, args: list[str]) -> None:
    """A new number is not; nor is a name said to be new."""
    done = run(*args, "--athlete", "patient3")
    assert done.status == 2
    assert "Did you mean patient 3? --new-athlete creates patient3" in done.err
    assert len(clinic.athletes()) == 30
    if args[0] != "record":
        assert run(*args, "--athlete", "patient 31").status == 0
        assert run(*args, "--athlete", "patient3", "--new-athlete").status == 0
        assert clinic.athlete_named("patient3") == "patient3"


@pytest.mark.parametrize(
    ("typed", "name", "whose"),
    [
        ("7\n", None, "patient 7"),
        ("PATIENT 8\n", None, "patient 8"),
        ("carla\n", None, "carla"),
        ("q\n", None, None),
        ("\n", None, None),
        ("", None, None),
        ("\n", "patient7", "patient 7"),
        ("n\n", "patient7", "patient7"),
        ("q\n", "patient7", None),
        ("", "patient7", None),
    ],
)
def test_a_terminal_is_asked(
    clinic: Store,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    name: str | None,
    whose: str | None,
) -> None:
    """By number or name; whether a close name is meant. Nothing begins by mistake."""
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    if whose is None:
        with pytest.raises(UsageError, match="nothing was started"):
            athlete_for(clinic, name)
    else:
        assert athlete_for(clinic, name) == whose


def test_of_one_athlete_nobody_is_asked(store: Store, run: Command) -> None:
    """The only one there is, whatever the name; at first it is oneself."""
    assert athlete_for(store, None) == "me"
    assert "for" not in run("log", "press", "3x5").err
    store.rename_athlete("me", "anna")
    assert athlete_for(store, None) == "anna"
    assert "for anna" in run("log", "press", "3x5").err
    with pytest.raises(UsageError, match="--new-athlete needs a name"):
        athlete_for(store, None, new=True)


def test_a_recordings_own_header_finds_its_athlete(
    clinic: Store, run: Command, tmp_path: Path
) -> None:
    """In another spelling; replayed again, it stays where it was put."""
    path = recorded(tmp_path / "a.anklet", athlete="PATIENT  3")
    assert run("replay", path).status == 0
    clinic.rename_athlete("patient 3", "carla")
    assert run("replay", path).status == 0
    assert [each.sessions for each in clinic.athletes() if each.name == "carla"] == [2]
    assert len(clinic.athletes()) == 30
    near = recorded(tmp_path / "b.anklet", athlete="patient12", note="near")
    assert "Did you mean patient 12?" in run("replay", near).err
    folder = recordings_path(clinic.place)
    folder.mkdir()
    recorded(folder / "c.anklet", athlete="patient12", note="lost")
    done = run("recover")
    assert done.status == 0
    assert "patient12 is a new athlete, but close to patient 12" in done.err


# --- the shell -----------------------------------------------------------------------------------


@pytest.fixture
def complete(
    run: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """What bash is offered at the end of a line."""

    def completed(line: str) -> list[str]:
        monkeypatch.setenv("_ANKLET_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        with pytest.raises(SystemExit):
            run()
        done = capsys.readouterr()
        assert done.err == ""
        return done.out.split("\n")[:-1] if done.out.strip() else []

    return completed


def test_a_shell_completes_athletes_and_sessions(
    clinic: Store, complete: Callable[[str], list[str]]
) -> None:
    """What was typed in any case; spaces as bash needs them."""
    assert complete("anklet week --athlete PATIENT3") == []
    clinic.rename_athlete("patient 30", "Jürgen Groß")
    for line in ("anklet week --athlete jur", "anklet record --athlete JÜR"):
        assert complete(line) == ["Jürgen\\ Groß"]
    assert complete("anklet athletes delete P")[0] == "patient\\ 1"
    assert complete("anklet show ") == ["2", "1"]
    assert complete("anklet delete 1,") == ["1,2", "1,1"]


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_shell_gets_no_errors(
    complete: Callable[[str], list[str]], db_path: Path, content: bytes | None
) -> None:
    """A database that is missing, empty or none: nothing to complete, and nothing is made."""
    if content is not None:
        db_path.write_bytes(content)
    assert complete("anklet week --athlete p") == []
    assert complete("anklet show 1") == []
    assert db_path.exists() == (content is not None)
