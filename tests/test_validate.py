"""``anklet validate``: by hand on recordings whose truth is known, and what can go wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli.recordings.simulate import recording_bytes
from sensing.core.errors import UsageError
from sensing.core.events import Analysis, Hold, Hop, Rep, Set
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from sensing.validation.comparison import compare
from sensing.validation.labels import LabelledEvent, RecordingLabels
from sensing.validation.summary import sum_up
from tests.conftest import Command, Run
from tests.scoring import hop_contacts, kept_spans, load, other_foot, recordings
from tests.stored import rep


def analysis(*sets: Set, duration_s: float = 60.0) -> Analysis:
    """An analysis with these sets."""
    return Analysis(
        exercise="auto",
        placement="ankle",
        placement_found=True,
        rate_hz=100.0,
        duration_s=duration_s,
        samples=6000,
        lost_samples=0,
        clipped_samples=0,
        sets=sets,
        bouts=(),
        engine="3",
    )


def reps_at(*tops_s: float) -> Set:
    """Reps with their tops at these times."""
    reps: tuple[Rep, ...] = tuple(rep(top_s - 0.9) for top_s in tops_s)
    return Set(start_s=0, end_s=60, exercise="calf-raise", reps=reps)


def labelled(*times_s: float, **more: object) -> RecordingLabels:
    """Labelled reps at these times."""
    events = tuple(LabelledEvent(event="rep", time_s=each) for each in times_s)
    return RecordingLabels(recording="a", events=events, **more)  # type: ignore[arg-type]


def test_taps_by_hand() -> None:
    """Five taps 0.3 s late, one rep missed, one found that nobody did."""
    found = analysis(reps_at(3, 6, 9, 12, 30))
    (one,) = compare(labelled(3.3, 6.3, 9.3, 12.3, 15.3), found, 0.0, person="P1")
    assert one.shift_s == pytest.approx(0.3)
    assert (one.labelled, one.found, len(one.matched)) == (5, 5, 4)
    summed = sum_up([one])
    (detection,) = summed.detections
    assert (detection.precision, detection.recall, detection.f1) == (0.8, 0.8, 0.8)
    (count,) = summed.counts
    assert (count.exact, count.within_one, count.mape) == (1.0, 1.0, 0.0)
    assert any("one person" in note for note in summed.notes)
    (still,) = compare(labelled(3.6, 6.6, 9.6), found, 0.0, person=None, shift=False)
    assert still.shift_s is None
    assert len(still.matched) == 0  # 0.6 s late is beyond the tolerance


def test_only_what_was_watched_counts() -> None:
    """A video of 2 to 8 s and 11 to 13 s: the reps before, between and after are left out."""
    found = analysis(reps_at(1, 3, 6, 9, 12, 30))
    watched = labelled(3.0, 6.0, spans=((2.0, 8.0), (11.0, 13.0)))
    (one,) = compare(watched, found, 0.0, person=None)
    assert (one.labelled, one.found, len(one.matched)) == (2, 3, 2)
    counted = RecordingLabels(recording="a", counts={"rep": 3}, spans=watched.spans)
    assert compare(counted, found, 0.0, person=None)[0].found == 3
    outside = labelled(9.0, spans=((2.0, 8.0),))
    with pytest.raises(UsageError, match="outside what was observed"):
        compare(outside, found, 0.0, person=None)


def test_durations_and_coverage_by_hand() -> None:
    """Contact times 10 ms too long, uncertainties of 4 and 6 ms: the second holds at ± 2 SD."""
    hops = [
        Hop(
            contact_s=5.0 + n,
            takeoff_s=5.2 + n + 0.01,
            contact_time_sd_s=sd_s,
            flight_time_s=0.15,
            valid=valid,
        )
        for n, sd_s, valid in ((0, 0.004, True), (1, 0.006, True), (2, 0.006, True), (3, 9, False))
    ]
    found = analysis(Set(start_s=5, end_s=9, exercise="single-leg-hop", hops=tuple(hops)))
    events = tuple(LabelledEvent(event="contact", time_s=5.0 + n, end_s=5.2 + n) for n in range(4))
    (one,) = compare(RecordingLabels(recording="a", events=events), found, 0.0, person="P1")
    (figure,) = sum_up([one]).figures
    assert (figure.name, figure.n, figure.unsupported) == ("contact_time_s", 3, 1)
    assert figure.agreement is not None
    assert figure.agreement.bias == pytest.approx(0.01)
    assert figure.covered == pytest.approx(2 / 3)
    assert figure.stated == 3


def test_counts_of_several_people() -> None:
    """Exact in two of three, within one in all; percentages leave out what was not done."""
    sets = {"a": reps_at(1, 2, 3), "b": reps_at(1, 2), "c": reps_at()}
    compared = [
        compare(
            RecordingLabels(recording=name, counts={"rep": count}), analysis(each), 0.0, person=name
        )[0]
        for (name, each), count in zip(sets.items(), (3, 3, 0), strict=True)
    ]
    *people, everyone = sum_up(compared).counts
    assert [each.person for each in people] == ["a", "b", "c"]
    assert everyone.exact == pytest.approx(2 / 3)
    assert everyone.within_one == 1.0
    assert everyone.mape == pytest.approx((0 + 1 / 3) / 2)
    assert everyone.agreement is not None
    assert everyone.agreement.bias == pytest.approx(-1 / 3)
    assert everyone.agreement.bias_interval is not None


def test_holds_match_by_their_start() -> None:
    """A hold found 0.4 s late and one that is another one altogether."""
    holds = tuple(
        Hold(start_s=a, end_s=b, steadiness=None, duration_sd_s=0.3)
        for a, b in ((10.4, 40.0), (50.0, 55.0))
    )
    found = analysis(Set(start_s=10, end_s=55, exercise="calf-raise-hold", holds=holds))
    event = LabelledEvent(event="hold", time_s=10.0, end_s=40.0)
    (one,) = compare(RecordingLabels(recording="a", events=(event,)), found, 0.0, person=None)
    assert [(p.label_time_s, p.found_time_s) for p in one.pairs or ()] == [
        (10.0, 10.4),
        (None, 50.0),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people's simulated raises with events, and one's hops with events."""
    made = tmp_path_factory.mktemp("validate")
    rows = ["recording,event,time_s,end_s,exercise"]
    for name, exercise, seed in (
        ("P1-raises", "single-leg-calf-raise", 3),
        ("P2-raises", "single-leg-calf-raise", 5),
        ("P2-hops", "single-leg-hop", 7),
    ):
        one = simulate(Options(exercise=exercise, seed=seed, reps=6))
        (made / f"{name}.csv.gz").write_bytes(recording_bytes(one, zipped=True))
        rows += [
            f"{name},rep,{each['start_s']},{each['end_s']},{exercise}"
            for each in one.truth.get("reps") or []
        ]
        rows += [
            f"{name},contact,{each['contact_s']},{each['takeoff_s']},{exercise}"
            for each in one.truth.get("hops") or []
        ]
    (made / "labels.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    return made


def test_a_folder_with_labels(run: Command, folder: Path, tmp_path: Path) -> None:
    """Text, JSON and files say the same; people come from the names."""
    command = ("validate", folder, "-l", folder / "labels.csv", "--athlete-from", "^.*(P[0-9])")
    said = run(*command)
    assert said.status == 0
    assert "3 recordings of 2 people" in said.out
    assert "Ground-contact time: Anklet minus reference" in said.out
    assert "Duration of a rep: Anklet minus reference" in said.out
    done = run(*command, "--json", "-o", tmp_path / "out")
    found = json.loads(done.out)
    assert found == json.loads((tmp_path / "out" / "validation.json").read_text())
    assert {row["person"] for row in found["counts"] if row["event"] == "rep"} == {
        "P1",
        "P2",
        "all",
    }
    (reps,) = [row for row in found["events"] if (row["person"], row["event"]) == ("all", "rep")]
    assert reps["recall"] >= 0.9
    with (tmp_path / "out" / "pairs.csv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    matched = [row for row in pairs if row["label_time_s"] and row["found_time_s"]]
    assert len(matched) == sum(row["matched"] for row in found["recordings"])
    assert (tmp_path / "out" / "bland-altman.png").stat().st_size > 5000
    again = run(*command, "-o", tmp_path / "out")
    assert again.status == 2
    assert run(*command, "-o", tmp_path / "out", "--force").status == 0


def test_the_tables_fit_a_terminal(anklet: Run, folder: Path) -> None:
    """80 columns, and 60 without a broken number."""
    for width in (80, 60):
        done = anklet("validate", folder, "-l", folder / "labels.csv", COLUMNS=str(width))
        assert done.returncode == 0
        assert max(map(len, done.stdout.splitlines())) <= width + 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["none"], "none: no such file or folder"),
        (["empty"], "there are no recordings in this folder"),
        (["P1-raises.csv.gz"], "none of the recordings has labels"),
        ([".", "-l", "nobody.csv"], "nobody.csv, line 2: no recording given is called 'P9'"),
        ([".", "-l", "late.csv"], "late.csv, line 2: 9000 s is not in P1-raises"),
        ([".", "-l", "labels.csv", "--athlete-from", "("], "is not a regular expression"),
        ([".", "-l", "labels.csv", "--athlete-from", "X"], "does not match"),
        ([".", "-l", "labels.csv", "-e", "skipping"], "skipping"),
        ([".", "-l", "labels.csv", "--tolerance", "0"], "--tolerance 0 is not above 0"),
        ([".", "-l", "missing.csv"], "missing.csv: no such file"),
        (["torn.zip"], "the bundle is damaged"),
    ],
)
def test_bad_input_is_one_line(
    run: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    message: str,
) -> None:
    """What, where, what to do; exit status 2."""
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir(exist_ok=True)
    (folder / "nobody.csv").write_text("recording,reps\nP9,4\n", encoding="utf-8")
    (folder / "late.csv").write_text(
        "recording,event,time_s\nP1-raises,rep,9000\n", encoding="utf-8"
    )
    import zipfile

    with zipfile.ZipFile(folder / "torn.zip", "w") as packed:
        packed.writestr("bundle.json", '{"format": 1, "recordings": [{"file": "../evil.anklet"}]}')
    try:
        done = run("validate", *args)
    finally:
        for name in ("nobody.csv", "late.csv", "torn.zip"):
            (folder / name).unlink()
        (folder / "empty").rmdir()
    assert done.status == 2
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1 or "left out" in done.err
    assert not done.out


def test_an_unreadable_recording_leaves_the_others(run: Command, folder: Path) -> None:
    """It is named, the others are compared, and the exit status says that something is missing."""
    broken = folder / "P3-raises.csv"
    broken.write_text("t_s,ax_g,ay_g,az_g\n0,0,0,1\n", encoding="utf-8")
    counts = folder / "counts.csv"
    counts.write_text("recording,reps\nP1-raises,6\nP3-raises,6\n", encoding="utf-8")
    try:
        done = run("validate", folder, "-l", counts, "-l", folder / "labels.csv")
    finally:
        broken.unlink()
        counts.unlink()
    assert done.status == 2
    assert "3 recordings" in done.out
    assert "P3-raises.csv" in done.err
    assert "1 of 4 labelled recordings could not be analysed" in done.err


@pytest.mark.thorough
def test_people_with_force_truth(run: Command, shared: Path, tmp_path: Path) -> None:
    """Hops of the labelled people beside the insole's force: found, and timed as stated."""
    source = shared / "real-shoe-more"
    rows = ["recording,event,time_s,end_s,person,exercise"]
    for path in recordings(source):
        _, truth = load(path)
        name = path.name.removesuffix(".csv.gz")
        for _, contacts in hop_contacts(truth):
            rows += [
                f"{name},contact,{c['contact_s']},{c['takeoff_s']},{truth['person']},single-leg-hop"
                for c in contacts
            ]
        if not any(row.startswith(f"{name},") for row in rows):
            rows += [
                f"{name},hold,{a},{b},{truth['person']},auto"
                for _, a, b in kept_spans(truth, other_foot(path))
            ]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join([*rows, ""]), encoding="utf-8")
    done = run("validate", source, "-l", table, "--placement", "shoe", "--json")
    assert done.status == 0
    found = json.loads(done.out)
    pooled = {row["event"]: row for row in found["events"] if row["person"] == "all"}
    assert pooled["contact"]["recall"] >= 0.85
    (contact,) = [
        row
        for row in found["figures"]
        if (row["figure"], row["person"]) == ("contact_time_s", "all")
    ]
    assert contact["covered_share"] >= 0.75
    assert abs(contact["bias"]) < 0.05
