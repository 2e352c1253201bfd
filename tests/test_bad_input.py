"""Whatever it is fed, ``anklet`` answers with one clear line and status 2, or with an answer."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import cli
from tests.conftest import ROOT

HEAD = "t_s,ax_g,ay_g,az_g\n"
SAMPLE = ROOT / "sample_recordings" / "single-leg-hop.csv.gz"


def rows(count: int, *, rate_hz: float = 100.0, az: float = 1.0) -> str:
    """A sensor lying still, but not dead."""
    return "".join(
        f"{k / rate_hz:.4f},0.0{k % 3},0.0{k % 5},{az + k % 7 / 1000:.4f}\n" for k in range(count)
    )


def run(*args: object) -> tuple[int, str, str]:
    """Status, standard output and standard error of one command line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run([str(arg) for arg in args])
    return status, out.getvalue(), err.getvalue()


def refused(*args: object) -> str:
    """The one line a command was refused with."""
    status, out, err = run(*args)
    assert (status, out) == (2, ""), err
    assert len(err.splitlines()) == 1, err
    assert err.startswith("anklet: ")
    assert "Traceback" not in err
    return err


BAD: dict[str, bytes] = {
    "nothing in it": b"",
    "header only": HEAD.encode(),
    "two samples": (HEAD + rows(2)).encode(),
    "wrong columns": b"a,b,c\n" + b"1,2,3\n" * 500,
    "text in a number": (HEAD + rows(300) + "3.0,hello,0,1\n" + rows(300)).encode(),
    "time backwards": (HEAD + rows(300) + rows(300)).encode(),
    "time standing still": (HEAD + "1.0,0.01,0.02,1.0\n" * 500).encode(),
    "all zeros": (HEAD + "".join(f"{k / 100},0,0,0\n" for k in range(500))).encode(),
    "wrong unit": (HEAD + rows(500, az=9.81)).encode(),
    "no time and no rate": b"ax_g,ay_g,az_g\n" + b"0,0,1\n0,0.01,1\n" * 300,
    "not gzip": b"\x1f\x8bthis is not gzip at all, however it begins",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "UTF-16": (HEAD + rows(300)).encode("utf-16"),
    "one endless line": b"1," * 300_000,
}


@pytest.mark.parametrize("name", sorted(BAD))
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["report", "json"])
def test_a_bad_file_is_refused_in_one_line_that_names_it(
    name: str, packed: bool, form: tuple[str, ...], tmp_path: Path
) -> None:
    """Status 2 and nothing on standard output, so that a script can't take it for an answer."""
    path = tmp_path / "theirs.csv"
    path.write_bytes(gzip.compress(BAD[name]) if packed else BAD[name])
    assert "theirs.csv" in refused("analyze", path, *form)


def test_a_good_file_is_answered(tmp_path: Path) -> None:
    """Else the tests around this one would prove nothing."""
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + rows(500))
    assert run("analyze", path)[0] == 0


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """Missing, a directory, a device."""
    refused("analyze", tmp_path / "none.csv")
    refused("analyze", tmp_path)
    if Path("/dev/null").exists():
        refused("analyze", "/dev/null")


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="nobody is refused here",
)
def test_no_permission_is_refused(tmp_path: Path) -> None:
    """A file of somebody else's."""
    path = tmp_path / "secret.csv"
    path.write_text(HEAD + rows(500))
    path.chmod(0)
    assert "permission" in refused("analyze", path)


def test_a_torn_gzip_gives_what_there_is(tmp_path: Path) -> None:
    """A download broken off is still a recording, and that it is torn is said."""
    path = tmp_path / "torn.csv.gz"
    whole = SAMPLE.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    status, out, _ = run("analyze", path, "--json")
    assert status == 0
    assert any("ends too early" in note for note in json.loads(out)["notes"])


Spoil = Callable[[Path], None]


def _not_sqlite(path: Path) -> None:
    path.write_text("a shopping list\n" * 100)


def _corrupt(path: Path) -> None:
    run("replay", SAMPLE, "--db", path)
    data = bytearray(path.read_bytes())
    data[100:6000] = b"\xa5" * 5900
    path.write_bytes(data)


def _newer(path: Path) -> None:
    run("replay", SAMPLE, "--db", path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " SELECT migration_set, 'm999_later', applied_at FROM _sqlite_migrations LIMIT 1"
        )
        db.commit()


def _other_program(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
        db.commit()


def _directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("spoil", [_not_sqlite, _corrupt, _newer, _other_program, _directory])
def test_a_database_that_is_none_of_ours_is_refused_and_left_alone(
    spoil: Spoil, tmp_path: Path
) -> None:
    """Reading and writing alike; not a byte of it changes."""
    path = tmp_path / "theirs.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    refused("sessions", "--db", path)
    status, out, err = run("replay", SAMPLE, "--db", path)
    assert status == 2
    assert "Kept" not in out
    assert len(err.splitlines()) == 1
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_database_locked_by_another_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line after a wait, and what was found is shown all the same."""
    path = tmp_path / "busy.db"
    run("replay", SAMPLE, "--db", path)
    monkeypatch.setattr("sensing.store.database.opening.BUSY_TIMEOUT_S", 0.1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, _, err = run("replay", SAMPLE, "--again", "--db", path)
    assert status == 2
    assert len(err.splitlines()) == 1
    assert "busy.db" in err


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 9000), st.integers(0, 40), st.binary(max_size=12)), max_size=4
    )
)
@example(cuts=[(0, 40, b"")])
@example(cuts=[(200, 0, b"\0")])
@example(cuts=[(300, 0, b"nan,inf,-inf,1e999\n")])
def test_a_spoilt_recording_is_answered_or_refused(
    cuts: list[tuple[int, int, bytes]], tmp_path: Path
) -> None:
    """Bytes taken out and put in anywhere: never a traceback, never JSON that isn't."""
    data = (HEAD + rows(400)).encode()
    for at, length, new in cuts:
        data = data[:at] + new + data[at + length :]
    path = tmp_path / "spoilt.csv"
    path.write_bytes(data)
    status, out, err = run("analyze", path, "--json")
    if status == 0:
        assert json.loads(out)["schema"] == 2
    else:
        assert (status, out) == (2, "")
        assert len(err.splitlines()) == 1
