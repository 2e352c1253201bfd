"""Results person by person on the recordings of people: the tables of ``docs/validation.md``.

``python -m tests.scoreboard FOLDER`` prints them after the targets;
``python -m tests.scoreboard FOLDER --markdown`` prints them alone, as they stand in the document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sensing.analysis.analyse import analyse, placement_of
from sensing.core.events import Analysis
from sensing.core.samples import Recording
from tests import scoring


@dataclass(frozen=True, slots=True)
class Results:
    """One table; the first column names the person or the recording."""

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


def people(folder: Path) -> list[Results]:
    """Every table whose recordings are there."""
    tables = []
    ankle = folder / "real-ankle"
    if ankle.is_dir():
        tables += [ankle_raises(ankle), drop_jumps(ankle), walks(ankle)]
    if (folder / "real").is_dir():
        tables.append(walking_and_running(folder / "real"))
    shoes = [each for each in (folder / "real-shoe", folder / "real-shoe-more") if each.is_dir()]
    if shoes:
        tables += [shoe_hops(shoes), shoe_holds(shoes)]
    placed = [each for each in (ankle, *shoes) if each.is_dir()]
    if placed:
        tables.append(placements(placed))
    return tables


def ankle_raises(folder: Path) -> Results:
    """Calf raises counted, each recording by one person, with and without the gyro."""
    rows: list[tuple[str, ...]] = []
    totals = np.zeros(5, dtype=int)
    for path in scoring.recordings(folder, "raises-*"):
        recording, truth = scoring.load(path)
        told = analyse(recording, truth["exercise"])
        bare = scoring.without_gyro(recording)
        counts = [
            truth["reps_n"],
            len(scoring.reps_of(told)),
            len(scoring.reps_of(analyse(recording))),
            len(scoring.reps_of(analyse(bare, truth["exercise"]))),
            len(scoring.reps_of(analyse(bare))),
        ]
        totals += counts
        rows.append(
            (
                _name(path),
                *map(str, counts),
                _top_error(told, truth.get("tops_s", [])),
                str(told.placement),
            )
        )
    rows.append(("all", *map(str, totals), "", ""))
    headings = (
        "recording",
        "raises done",
        "exercise given",
        "auto",
        "given, no gyro",
        "auto, no gyro",
        "top, median error (s)",
        "placement",
    )
    return Results("Calf raises, sensor at the ankle", headings, rows)


def _top_error(analysis: Analysis, tops_s: list[float]) -> str:
    found = [(rep.top_s + rep.lower_s) / 2 for rep in scoring.reps_of(analysis)]
    if not tops_s or not found:
        return "–"
    errors = [min(abs(top - other) for other in found) for top in tops_s]
    return f"{float(np.median(errors)):.2f}"


def drop_jumps(folder: Path) -> Results:
    """Ground-contact time of each drop jump beside the force plate's."""
    rows: list[tuple[str, ...]] = []
    errors = []
    for path in scoring.recordings(folder, "drop-jump-*"):
        recording, truth = scoring.load(path)
        hops = scoring.hops_of(analyse(recording, "drop-jump", "shoe"))
        times = [hop.contact_time_s for hop in hops if hop.contact_time_s is not None]
        plate_s = truth["contact_time_s"]
        if not times:
            rows.append((_name(path), f"{1000 * plate_s:.0f}", "not found", ""))
            continue
        nearest = min(times, key=lambda time: abs(time - plate_s))
        errors.append(1000 * (nearest - plate_s))
        rows.append(
            (_name(path), f"{1000 * plate_s:.0f}", f"{1000 * nearest:.0f}", f"{errors[-1]:+.0f}")
        )
    if errors:
        spread = f"{float(np.mean(errors)):+.0f}, SD {float(np.std(errors)):.0f}"
        rows.append((f"{len(errors)} found", "", "", spread))
    headings = ("jump", "force plate (ms)", "measured (ms)", "error (ms)")
    return Results("Drop jumps, one person, sensor on the foot", headings, rows)


def walks(folder: Path) -> Results:
    """Sets detected where none was done, and whether walking was named, person by person."""
    recordings: dict[str, list[Path]] = defaultdict(list)
    for pattern in ("walk-*", "move-*"):
        for path in scoring.recordings(folder, pattern):
            recordings[_person(path)].append(path)
    rows: list[tuple[str, ...]] = []
    totals = np.zeros(4, dtype=int)
    for name, paths in recordings.items():
        false, named, bare = [], 0, 0
        for path in paths:
            recording, truth = scoring.load(path)
            analysis, blind = analyse(recording), analyse(scoring.without_gyro(recording))
            false += [each.exercise for each in analysis.sets]
            kind = "running" if truth["what"] == "running" else "walking"
            named += any(bout.kind == kind for bout in analysis.bouts)
            bare += any(bout.kind == kind for bout in blind.bouts)
        totals += (len(paths), named, bare, len(false))
        which = f" ({', '.join(sorted(set(false)))})" if false else ""
        rows.append((name, str(len(paths)), str(named), str(bare), f"{len(false)}{which}"))
    rows.append(("all", *map(str, totals)))
    headings = ("person", "recordings", "walking or running named", "without a gyro", "false sets")
    return Results("Walking and running, sensor at the ankle: auto", headings, rows)


def placements(folders: list[Path]) -> Results:
    """Where the sensor is found to be, person by person; drop jumps are left out."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for path in _all(folders):
        if path.name.startswith("drop-jump"):
            continue
        recording, truth = scoring.load(path)
        worn = str(truth["placement"]).split()[0]
        bare = scoring.without_gyro(recording)
        seen = (str(placement_of(recording)), str(placement_of(bare)))
        found[(truth.get("person") or _person(path), worn)].append(seen)
    rows: list[tuple[str, ...]] = []
    totals = np.zeros(7, dtype=int)
    for (person, worn), each in found.items():
        counts = [len(each)]
        for of in (0, 1):
            said = [one[of] for one in each]
            right, unknown = said.count(worn), said.count("unknown")
            counts += [right, unknown, len(said) - right - unknown]
        totals += counts
        rows.append((person, worn, *map(str, counts)))
    rows.append(("all", "", *map(str, totals)))
    headings = (
        *("person", "sensor", "recordings", "right", "unknown", "wrong"),
        *("right, no gyro", "unknown, no gyro", "wrong, no gyro"),
    )
    return Results("Placement, detected from the signal", headings, rows)


def walking_and_running(folder: Path) -> Results:
    """One person walking and one running."""
    rows: list[tuple[str, ...]] = []
    for path in scoring.recordings(folder, "ankle-*"):
        recording, _ = scoring.load(path)
        auto = analyse(recording)
        seconds = {
            kind: sum(b.end_s - b.start_s for b in auto.bouts if b.kind == kind)
            for kind in ("walking", "running", "rest")
        }
        rows.append(
            (
                _name(path),
                *(f"{each:.0f}" for each in seconds.values()),
                str(len(auto.sets)),
                *_as_hops(recording, running=path.name.startswith("ankle-running")),
            )
        )
    headings = (
        "person",
        "walking (s)",
        "running (s)",
        "rest (s)",
        "false sets",
        "contacts as hops",
        "median contact (ms)",
        "median period (s)",
    )
    return Results("Walking and running, sensor at the ankle: bouts and contacts", headings, rows)


def _as_hops(recording: Recording, *, running: bool) -> tuple[str, str, str]:
    """Running is a flight-and-contact movement; walking analysed as hops means nothing."""
    if not running:
        return "–", "–", "–"
    hops = scoring.hops_of(analyse(recording, "single-leg-hop"))
    times = [h.contact_time_s for h in hops if h.valid and h.contact_time_s is not None]
    if len(hops) < 2 or not times:
        return str(len(hops)), "–", "–"
    period_s = float(np.median(np.diff([hop.contact_s for hop in hops])))
    return str(len(hops)), f"{1000 * float(np.median(times)):.0f}", f"{period_s:.2f}"


def shoe_hops(folders: list[Path]) -> Results:
    """Hops and their ground-contact times beside the insole's force, person by person."""
    scores: dict[str, scoring.HopScore] = defaultdict(scoring.HopScore)
    for path in _all(folders):
        recording, truth = scoring.load(path)
        found = scoring.hops_of(analyse(recording, "single-leg-hop", "shoe"))
        for _, contacts in scoring.hop_contacts(truth):
            a, b = contacts[0]["contact_s"] - 0.1, contacts[-1]["contact_s"] + 0.1
            near = [hop for hop in found if a <= hop.contact_s <= b]
            scores[truth["person"]].add(contacts, near, recording.rate_hz, reach_s=0.12)
    rows: list[tuple[str, ...]] = []
    all_found = all_true = gross = timed = 0
    for person, score in sorted(scores.items()):
        all_found, all_true = all_found + score.found, all_true + score.true
        found_of = f"{score.found} of {score.true}"
        errors = np.array(score.contact_time_error_s)
        if not len(errors):
            rows.append((person, found_of, "–", "–", "–", "0 of 0"))
            continue
        bias = float(np.median(errors))
        beyond = int(np.sum(np.abs(errors - bias) > 0.06))
        gross, timed = gross + beyond, timed + len(errors)
        rows.append(
            (
                person,
                found_of,
                f"{1000 * bias:+.0f}",
                f"{1000 * scoring.robust_sd(score.contact_time_error_s):.0f}",
                f"{1000 * score.rmse_without_bias_s():.0f}",
                f"{beyond} of {len(errors)}",
            )
        )
    rows.append(("all", f"{all_found} of {all_true}", "", "", "", f"{gross} of {timed}"))
    headings = (
        "person",
        "hops found",
        "contact, median error (ms)",
        "robust SD (ms)",
        "RMSE less the median (ms)",
        "off by > 60 ms",
    )
    return Results("Hops, sensor in the shoe, exercise given", headings, rows)


def shoe_holds(folders: list[Path]) -> Results:
    """Tiptoe and one-leg holds found by ``auto``, and sets detected where none was done."""
    holds: dict[str, list[float]] = defaultdict(list)
    missed: dict[str, int] = defaultdict(int)
    false: dict[str, int] = defaultdict(int)
    files: dict[str, int] = defaultdict(int)
    for path in _all(folders):
        recording, truth = scoring.load(path)
        person = truth["person"]
        auto = analyse(recording, placement="shoe")
        found = [hold for each in auto.sets for hold in each.holds]
        for _, a, b in scoring.kept_spans(truth, scoring.other_foot(path)):
            match = [h for h in found if min(h.end_s, b) - max(h.start_s, a) > 0.5 * (b - a)]
            if match:
                holds[person].append(abs(match[0].end_s - match[0].start_s - (b - a)))
            else:
                missed[person] += 1
        false[person] += sum(scoring.is_false(each, truth) for each in auto.sets)
        files[person] += 1
    rows: list[tuple[str, ...]] = []
    for person in sorted(files):
        errors = np.array(holds[person])
        rows.append(
            (
                person,
                f"{len(errors)} of {len(errors) + missed[person]}",
                f"{int(np.sum(errors <= 0.7))} of {len(errors)}",
                f"{false[person]} in {files[person]}",
            )
        )
    every = np.array([error for each in holds.values() for error in each])
    rows.append(
        (
            "all",
            f"{len(every)} of {len(every) + sum(missed.values())}",
            f"{int(np.sum(every <= 0.7))} of {len(every)}",
            f"{sum(false.values())} in {sum(files.values())}",
        )
    )
    headings = ("person", "holds found", "duration within 0.7 s", "false sets in recordings")
    return Results("Holds and false sets, sensor in the shoe: auto", headings, rows)


def _all(folders: list[Path]) -> list[Path]:
    return [path for folder in folders for path in scoring.recordings(folder)]


def _person(path: Path) -> str:
    return re.sub(r"-(left|right)$", "", _name(path))


def _name(path: Path) -> str:
    return path.name.removesuffix(".csv.gz")


def markdown(tables: list[Results]) -> str:
    """The tables as they stand in ``docs/validation.md``."""
    parts = []
    for table in tables:
        lines = [f"### {table.title}", "", _line(table.headings)]
        lines.append(_line(tuple("---" for _ in table.headings)))
        lines += [_line(row) for row in table.rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
