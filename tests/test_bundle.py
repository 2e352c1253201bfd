"""``anklet bundle``: nothing in the zip says whose it is, and everything in it is used again."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

import cli
from cli.recordings.simulate import recording_bytes
from sensing.analysis.analyse import analyse
from sensing.capture.recorder import Recorder
from sensing.core.errors import RecordingError
from sensing.core.packets import Event, Packet
from sensing.files.anonymous import anonymous
from sensing.files.bundle import is_bundle, unpack
from sensing.files.labels import labels_path
from sensing.files.read_recording import read_header, read_recording
from sensing.files.recordings.recording_format import parse_recording
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from sensing.store.store import open_store
from tests.conftest import Command
from tests.radio import clock

NAMES = ("Zebedee Quux", "Ottoline Vance")
TELLING = ("Zebedee", "Quux", "Ottoline", "Vance", "knee hurts", "Zebs band", "AA:BB:CC:11:22:33",
           "2026-03-01", "18:05:00", "sessionkey77", "raisesquux")  # fmt: skip
"""What must not be in a bundle, in whatever case."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of packets as `record` makes it, with a header and an event that tell all."""
    folder = tmp_path_factory.mktemp("recorded")
    args = ["single-leg-calf-raise", "--sensor", "demo", "--reps", 5, "--countdown", 2]
    with clock.installed():
        assert cli.run(["record", *map(str, args), "--db", str(folder / "made.db")]) == 0
    (made,) = folder.rglob("*.anklet")
    read = parse_recording(made.read_bytes(), made.name)
    header = replace(
        read.header,
        athlete=NAMES[0],
        note="knee hurts",
        sensor_name="Zebs band",
        sensor_address="AA:BB:CC:11:22:33",
        started="2026-03-01T18:05:00+01:00",
        session="sessionkey77",
        pain=7,
        load_kg=10.0,
        side="left",
        target={**read.header.target, "body_mass_kg": 71.5, "for": "Quux"},
        setup={**read.header.setup, "notes": ["Zebs band is old"]},
    )
    path = folder / "raisesquux.anklet"
    with Recorder(path, header) as recorder:
        for record in read.records:
            if isinstance(record, Packet):
                recorder.packet(record)
            elif isinstance(record, Event):
                recorder.event(replace(record, detail="AA:BB:CC:11:22:33 went away"))
    tops = [rep.top_s for each in analyse(read_recording(path)).sets for rep in each.reps]
    assert len(tops) == 5
    rows = [f"raisesquux,rep,{top + 0.25:.3f}," for top in tops]
    labels_path(path).write_text("\n".join(["recording,event,time_s,end_s", *rows, ""]))
    return path


@pytest.fixture
def clinic(run: Command, recorded: Path, tmp_path: Path, db_path: Path) -> Path:
    """A database with that recording and another person's from another program; labels of both."""
    hops = simulate(Options(exercise="single-leg-hop", seed=7, reps=8))
    made = recording_bytes(hops, zipped=False).decode().splitlines()
    head, *rows = made
    dated = []
    for row in rows:  # a clock that tells the day: 2026-03-01
        t_s, rest = row.split(",", 1)
        dated.append(f"{1772384700 + float(t_s):.5f},{rest}")
    other = tmp_path / "Vance.csv"
    other.write_text("\n".join([head, *dated, ""]), encoding="utf-8")
    assert run("replay", recorded).status == 0
    with open_store(db_path) as store:
        assert [each.name for each in store.athletes()] == [NAMES[0]]
    added = run("replay", other, "--athlete", NAMES[1], "-e", "single-leg-hop")
    assert added.status == 0
    table = tmp_path / "Vance labels.csv"
    events = [
        f"Vance,contact,{1772384700 + hop['contact_s']},{1772384700 + hop['takeoff_s']},{NAMES[1]}"
        for hop in hops.truth["hops"]
    ]
    table.write_text("\n".join(["recording,event,time_s,end_s,person", *events, ""]))
    return table


def test_no_byte_of_a_bundle_says_whose_it_is(run: Command, clinic: Path, tmp_path: Path) -> None:
    """Not packed, not unpacked, not in the times of the files, in no case and no encoding."""
    target = tmp_path / "shared.zip"
    done = run("bundle", 1, 2, "-l", clinic, "-o", target)
    assert done.status == 0, done.err
    whole = [target.read_bytes()]
    with zipfile.ZipFile(io.BytesIO(whole[0])) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for each in packed.infolist():
            data = packed.read(each)
            whole += [each.filename.encode(), data]
            if each.filename.endswith(".gz"):
                import gzip

                whole.append(gzip.decompress(data))
    for data in whole:
        for word in TELLING:
            for coded in (word.encode(), word.encode("utf-16-le"), word[::-1].encode()):
                assert coded.lower() not in data.lower(), word
        assert not re.search(rb"17723847\d\d", data)  # the day as seconds since 1970
    with zipfile.ZipFile(target) as packed:
        said = json.loads(packed.read("bundle.json"))
        assert "Licence" in packed.read("README.md").decode()
    first, second = said["recordings"]
    assert (first["person"], second["person"]) == ("person-1", "person-2")
    assert (first["body_mass_kg"], first["load_kg"], first["side"]) == (71.5, 10.0, "left")
    assert (first["sensor"], first["exercise"]) == ("open-frame", "single-leg-calf-raise")
    assert second["exercise"] == "single-leg-hop"
    assert "pain" not in first


def test_a_bundle_is_validated_as_it_is(run: Command, clinic: Path, tmp_path: Path) -> None:
    """The same figures as from the recordings themselves, under numbers instead of names."""
    target = tmp_path / "shared.zip"
    assert run("bundle", "1,2", "-l", clinic, "-o", target).status == 0
    found = json.loads(run("validate", target, "--json").out)
    by_hand = json.loads(
        run("validate", tmp_path / "Vance.csv", "-l", clinic, "--json", "-e", "single-leg-hop").out
    )
    assert [row["person"] for row in found["recordings"]] == ["person-1", "person-2"]
    raises, hops = found["recordings"]
    assert (raises["labelled"], raises["found"], raises["matched"]) == (5, 5, 5)
    assert raises["shift_s"] == pytest.approx(0.25, abs=0.01)
    (alone,) = by_hand["recordings"]
    assert (hops["labelled"], hops["matched"]) == (alone["labelled"], alone["matched"])
    figure = next(row for row in found["figures"] if row["person"] in ("all", "person-2"))
    assert figure["bias"] == pytest.approx(by_hand["figures"][0]["bias"], abs=0.0005)


def test_a_recording_without_names_is_analysed_alike(recorded: Path, tmp_path: Path) -> None:
    """Packets are kept byte for byte, so not a digit changes; a torn recording stays torn."""
    made = anonymous(recorded)
    path = tmp_path / f"001{made.ending}"
    path.write_bytes(made.data)
    before, after = read_recording(recorded), read_recording(path)
    one, other = (analyse(each, "single-leg-calf-raise") for each in (before, after))
    assert replace(one, notes=()) == replace(other, notes=())
    header = read_header(path)
    assert header is not None
    assert (header.athlete, header.note, header.sensor_address, header.started) == (None,) * 4
    assert header.target["body_mass_kg"] == 71.5
    assert "for" not in header.target
    torn = tmp_path / "torn.anklet"
    torn.write_bytes(recorded.read_bytes()[:-100])
    path.write_bytes(anonymous(torn).data)
    assert not parse_recording(path.read_bytes(), path.name).closed


def test_people_are_numbered_alike_within_a_bundle(
    run: Command, clinic: Path, tmp_path: Path
) -> None:
    """One number for each, whatever the order of the sessions."""
    del clinic
    for ids in (("1", "2"), ("2", "1")):
        target = tmp_path / f"{'-'.join(ids)}.zip"
        assert run("bundle", *ids, "-o", target).status == 0
        with zipfile.ZipFile(target) as packed:
            said = json.loads(packed.read("bundle.json"))["recordings"]
        assert [each["person"] for each in said] == ["person-1", "person-2"]
        assert all(a["sha256"] != b["sha256"] for a, b in combinations(said, 2))


def test_a_changed_recording_is_noticed(run: Command, recorded: Path, tmp_path: Path) -> None:
    """A bundle whose checksum is wrong, one cut short, and a zip that is none of ours."""
    assert run("replay", recorded).status == 0
    target = tmp_path / "a.zip"
    assert run("bundle", 1, "-o", target).status == 0
    assert is_bundle(target)
    bent = tmp_path / "bent.zip"
    with zipfile.ZipFile(target) as source, zipfile.ZipFile(bent, "w") as sink:
        for name in source.namelist():
            data = source.read(name)
            sink.writestr(name, data[:-1] + b"?" if name.endswith(".anklet") else data)
    (tmp_path / "one").mkdir()
    with pytest.raises(RecordingError, match="checksum"):
        unpack(bent, tmp_path / "one")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(target.read_bytes()[:-300])
    done = run("validate", cut)
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["9", "-o", "a.zip"], "9"),
        (["1", "-o", "a.tar"], "end the name in .zip"),
        (["1", "-o", "nowhere/a.zip"], "there is no directory"),
        (["one", "-o", "a.zip"], "'one' is not an ID"),
        (["1", "-o", "a.zip", "-l", "others.csv"], "no recording of these sessions is called 'b'"),
    ],
)
def test_bad_input_is_one_line(
    run: Command,
    recorded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    message: str,
) -> None:
    """And no file is left behind."""
    assert run("replay", recorded).status == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "others.csv").write_text("recording,reps\nb,4\n", encoding="utf-8")
    done = run("bundle", *args)
    assert done.status == 2
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".*part*"))
