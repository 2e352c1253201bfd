"""The public names of ``import sensing``: complete, documented, light, as docs/python.md says."""

from __future__ import annotations

import doctest
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import sensing
from tests.conftest import ROOT

WORKOUT = ROOT / "sample_recordings" / "workout.csv.gz"
DOCUMENT = ROOT / "docs" / "python.md"


def test_the_session_of_the_document_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of it is run again, from the project's folder."""
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert tried > 20
    assert failed == 0


def test_every_public_name_is_there_and_documented() -> None:
    """What ``__all__`` promises can be had, and says what it is."""
    for name in sensing.__all__:
        assert inspect.getdoc(getattr(sensing, name)), name
        assert name in dir(sensing)
    with pytest.raises(AttributeError, match="no attribute 'private'"):
        _ = sensing.private


def test_the_document_names_every_function() -> None:
    """Nothing public is left out of docs/python.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [name for name in sensing.__all__ if name.islower() and f"`{name}(" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("done", "kept_out"),
    [
        ("pass", {"numpy", "scipy", "bleak", "typer", "rich", "sqlite_utils", "pandas"}),
        (
            f"sensing.analyse(sensing.read({str(WORKOUT)!r})).to_rows()",
            {"bleak", "typer", "rich", "sqlite_utils", "pandas"},
        ),
    ],
    ids=["imported", "used"],
)
def test_it_costs_only_what_is_used(done: str, kept_out: set[str]) -> None:
    """Neither radio nor command line is loaded for an analysis; nothing at all for the import."""
    script = f"import sensing, sys; {done}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert not kept_out & {name.partition(".")[0] for name in ran.stdout.decode().split()}


def test_the_object_is_that_of_the_command_line() -> None:
    """``to_dict`` and ``anklet analyze --json`` are one and the same."""
    command = [sys.executable, "-m", "cli", "analyze", str(WORKOUT), "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert sensing.analyse(sensing.read(WORKOUT)).to_dict() == json.loads(ran.stdout)


def test_rows_hold_every_event_once_with_the_same_keys() -> None:
    """One row an event, cells only, the figures those of the object."""
    analysis = sensing.analyse(sensing.read(WORKOUT))
    rows, whole = analysis.to_rows(), analysis.to_dict()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert all(not isinstance(cell, dict | list | tuple) for row in rows for cell in row.values())
    for event in ("rep", "hop", "hold"):
        listed, told = [row for row in rows if row["event"] == event], whole[f"{event}s"]
        assert isinstance(told, list)
        assert len(listed) == len(told)
        for row, each in zip(listed, told, strict=True):
            assert isinstance(each, dict)
            same = {key for key in each if key in row and key not in ("reasons", "lean_deg")}
            assert {key: row[key] for key in same} == {key: each[key] for key in same}
            assert len(same) >= len(each) - 4


def test_what_cant_be_read_says_so_in_one_line(tmp_path: Path) -> None:
    """A missing file, and one that is no recording."""
    with pytest.raises(sensing.RecordingError, match=r"gone\.csv") as raised:
        sensing.read(tmp_path / "gone.csv")
    assert "\n" not in str(raised.value)
    (tmp_path / "no.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(sensing.RecordingError, match=r"no\.csv"):
        sensing.read(str(tmp_path / "no.csv"))
    with pytest.raises(sensing.UsageError, match="levitation"):
        sensing.simulate("levitation")
