"""Every figure beside its target: ``python -m tests.scoreboard [FOLDER] [--markdown]``.

First the labelled sets that every clone has (``tests/labelled``), one row an exercise, and their
live counts beside the results (``tests/live_figures.py``, which knows more). Then FOLDER,
where it exists: ``simulated``, ``real``, ``real-ankle``, ``real-shoe`` and ``real-shoe-more``, or
some of them; by default ``../shared/recordings``. With ``--markdown`` only the results person by
person are printed, as they stand in ``docs/validation.md``. Figures on simulated recordings say how
well the analysis recovers a simulation, not how accurate it is on people; the lower tables are from
people.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from sensing.analysis.analyse import analyse
from tests import labelled_figures, live_figures, scoreboard_people, scoring


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, how it came out, what it should be."""

    what: str
    value: str
    target: str
    ok: bool | None = None


def _seconds(errors: list[float], q: float) -> float:
    return float(np.percentile(np.abs(errors), q)) if errors else float("nan")


def simulated(folder: Path) -> list[Figure]:
    """Exercise given, no calibration, accelerometer only; and ``auto``."""
    reps = scoring.RepScore()
    hops, fast_hops = scoring.HopScore(), scoring.HopScore()
    hold_errors: dict[str, list[float]] = defaultdict(list)
    holds_missed = holds_false = right = bouts = 0
    for path in scoring.recordings(folder):
        recording, truth = scoring.load(path)
        recording = scoring.without_gyro(recording)
        given = analyse(recording, truth["exercise"], "ankle")
        if truth["kind"] == "reps":
            reps.add(truth, scoring.reps_of(given))
        elif truth["kind"] == "hops":
            found = scoring.hops_of(given)
            hops.add(truth["hops"], found, recording.rate_hz)
            if recording.rate_hz >= 95:
                fast_hops.add(truth["hops"], found, recording.rate_hz)
        else:
            holds = [hold for each in given.sets for hold in each.holds]
            holds_false += max(0, len(holds) - len(truth["holds"]))
            for hold in truth["holds"]:
                middle = (hold["start_s"] + hold["end_s"]) / 2
                match = [h for h in holds if h.start_s <= middle <= h.end_s]
                holds_missed += not match
                if match:
                    error = match[0].duration_s - (hold["end_s"] - hold["start_s"])
                    hold_errors[truth["exercise"]].append(error)
        good, all_of = scoring.right_kinds(truth, analyse(recording))
        right, bouts = right + good, bouts + all_of
    contact = np.array(fast_hops.contact_error_s)
    share = right / bouts
    rows: list[tuple[str, float, str, bool | None]] = [
        ("rep count exact", reps.within(0), "≥ 0.90", reps.within(0) >= 0.90),
        ("rep count within ±1", reps.within(1), "1.00", reps.within(1) >= 1.0),
    ]
    for what, errors, most in (
        ("raise time, p90 of the error, s", reps.raise_error_s, 0.20),
        ("lowering time, p90 of the error, s", reps.lower_error_s, 0.20),
        ("eccentric lowering, p90 of the error, s", reps.slow_lower_error_s, 0.45),
    ):
        p90 = _seconds(errors, 90)
        rows.append((what, p90, f"≤ {most:.2f}", p90 <= most))
    found_share, false_share = hops.found / hops.true, hops.false / hops.true
    covered = hops.covered()
    rows += [
        ("hops found", found_share, "≥ 0.99", found_share >= 0.99),
        ("hops false", false_share, "≤ 0.01", false_share <= 0.01),
        (
            "initial contact ≥ 100 Hz, SD, s",
            float(contact.std()),
            "≤ 0.003",
            bool(contact.std() <= 0.003),
        ),
        ("initial contact ≥ 100 Hz, bias, s", float(contact.mean()), "–", None),
        ("ground-contact time, RMSE, s", hops.rmse_s(), "≤ 0.018", hops.rmse_s() <= 0.018),
        ("contact time within ±2 stated SD", covered, "0.90–0.98", 0.90 <= covered <= 0.98),
    ]
    for exercise, most in (("calf-raise-hold", 0.35), ("single-leg-balance", 0.8)):
        p95 = _seconds(hold_errors[exercise], 95)
        rows.append((f"{exercise}, duration, p95 of the error, s", p95, f"≤ {most}", p95 <= most))
    rows += [
        ("holds missed / false", holds_missed + holds_false, "0", holds_missed + holds_false == 0),
        ("auto: bouts of the right kind", share, "≥ 0.95", share >= 0.95),
    ]
    return [Figure(what, f"{value:.3f}", target, ok) for what, value, target, ok in rows]


def real_ankle(folder: Path) -> list[Figure]:
    """One person walking, one running, the sensor at the ankle."""
    rows = []
    recording, _ = scoring.load(folder / "ankle-walking.csv.gz")
    auto = analyse(recording)
    kinds = {bout.kind for bout in auto.bouts}
    rows.append(Figure("walking: sets", str(len(auto.sets)), "0", not auto.sets))
    rows.append(Figure("walking: kinds", " ".join(sorted(kinds)), "walking", "walking" in kinds))
    recording, _ = scoring.load(folder / "ankle-running.csv.gz")
    auto = analyse(recording)
    running = sum(b.end_s - b.start_s for b in auto.bouts if b.kind == "running")
    rest = sum(b.end_s - b.start_s for b in auto.bouts if b.kind == "rest")
    rows.append(Figure("running: sets", str(len(auto.sets)), "0", not auto.sets))
    rows.append(Figure("running: running, s", f"{running:.0f}", "about 650", None))
    rows.append(Figure("running: rest, s", f"{rest:.0f}", "about 96", None))
    hops = scoring.hops_of(analyse(recording, "single-leg-hop"))
    contact = [h.contact_time_s for h in hops if h.valid and h.contact_time_s is not None]
    middle = float(np.median(contact)) if contact else float("nan")
    period = float(np.median(np.diff([h.contact_s for h in hops]))) if hops else float("nan")
    off = abs(len(hops) / 832 - 1)
    rows += [
        Figure("running as hops: contacts", str(len(hops)), "832 ± 3 %", off <= 0.03),
        Figure("running: median contact time, s", f"{middle:.3f}", "0.18–0.36",
               0.18 <= middle <= 0.36),
        Figure("running: median period, s", f"{period:.3f}", "0.76 ± 1 %",
               abs(period / 0.76 - 1) <= 0.01),
    ]  # fmt: skip
    return rows


def real_shoe(folder: Path) -> dict[str, list[Figure]]:
    """People, the sensor in the shoe, force as the truth; rows per person and over all."""
    hops: dict[str, scoring.HopScore] = defaultdict(scoring.HopScore)
    kept: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    false: dict[str, list[int]] = defaultdict(list)
    auto_hops: dict[str, list[int]] = defaultdict(list)
    for path in scoring.recordings(folder):
        recording, truth = scoring.load(path)
        given = scoring.hops_of(analyse(recording, "single-leg-hop", "shoe"))
        auto = analyse(recording, placement="shoe")
        for person in (truth["person"], "all"):
            for _, contacts in scoring.hop_contacts(truth):
                a, b = contacts[0]["contact_s"] - 0.1, contacts[-1]["contact_s"] + 0.1
                near = [h for h in given if a <= h.contact_s <= b]
                hops[person].add(contacts, near, recording.rate_hz, reach_s=0.12)
                seen = [h for h in scoring.hops_of(auto) if a <= h.contact_s <= b]
                auto_hops[person] += [
                    any(abs(h.contact_s - c["contact_s"]) < 0.12 for h in seen) for c in contacts
                ]
            holds = [hold for each in auto.sets for hold in each.holds]
            for _, a, b in scoring.kept_spans(truth, scoring.other_foot(path)):
                match = [h for h in holds if min(h.end_s, b) - max(h.start_s, a) > 0.5 * (b - a)]
                error = abs(match[0].end_s - match[0].start_s - (b - a)) if match else float("nan")
                kept[person].append((bool(match), error))
            false[person].append(sum(scoring.is_false(each, truth) for each in auto.sets))
    out = {}
    within = [
        error - float(np.median(score.contact_time_error_s))
        for person, score in hops.items()
        if person != "all" and score.contact_time_error_s
        for error in score.contact_time_error_s
    ]
    for person in [*sorted(p for p in hops if p != "all"), "all"]:
        score = hops[person]
        errors = [e for ok, e in kept[person] if ok]
        found = float(np.mean([ok for ok, _ in kept[person]])) if kept[person] else float("nan")
        close = float(np.mean(np.array(errors) <= 0.7)) if errors else float("nan")
        out[person] = [
            Figure("hops labelled", str(score.true), ""),
            _fig("hops found", score.found / score.true, "≥ 0.95", least=0.95),
            _fig("hops found by auto", float(np.mean(auto_hops[person])), "≥ 0.95", least=0.95),
            _fig(
                "contact time within a person, robust SD, s",
                scoring.robust_sd(within if person == "all" else score.contact_time_error_s),
                "≤ 0.012",
                most=0.012,
            ),
            _fig("contact time, RMSE less bias, s", score.rmse_without_bias_s(), "≤ 0.025",
                 most=0.025),
            Figure("contact time, bias, s",
                   f"{float(np.median(score.contact_time_error_s)):.3f}", ""),
            Figure("within ±2 stated SD, bias and all", f"{score.covered():.2f}", ""),
            Figure("holds labelled", str(len(kept[person])), ""),
            _fig("holds found", found, "≥ 0.8", least=0.8),
            _fig("holds within 0.7 s", close, "≥ 0.8", least=0.8),
            _fig("false sets, most in one recording", max(false[person]), "≤ 1", most=1),
        ]  # fmt: skip
    return out


def _fig(
    what: str, value: float, target: str, *, least: float | None = None, most: float | None = None
) -> Figure:
    ok = (least is None or value >= least) and (most is None or value <= most)
    return Figure(what, f"{value:.3f}".rstrip("0").rstrip("."), target, ok)


def _table(title: str, rows: list[Figure]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("figure", "measured", "target", ""):
        table.add_column(heading)
    for row in rows:
        mark = {True: "reached", False: "MISSED", None: ""}[row.ok]
        table.add_row(row.what, row.value, row.target, mark)
    return table


def main(folder: Path) -> None:
    """Print the table of the labelled sets and those of the folders that are there."""
    console = Console()
    measured = {row: labelled_figures.figures(row) for row in labelled_figures.rows()}
    for table in labelled_figures.tables(measured):
        console.print(table)
    live = [live_figures.beside(*each) for each in live_figures.labelled()]
    console.print(live_figures.table("Live count beside the result", live))
    if (folder / "simulated").is_dir():
        rows = simulated(folder / "simulated")
        console.print(_table("Simulated, exercise given, accelerometer only", rows))
    if (folder / "real").is_dir():
        console.print(_table("People, ankle", real_ankle(folder / "real")))
    if (folder / "real-shoe").is_dir():
        by_person = real_shoe(folder / "real-shoe")
        console.print(_table("People, shoe, all", by_person["all"]))
        table = Table(title="People, shoe, each", title_justify="left")
        people = [person for person in by_person if person != "all"]
        for heading in ("figure", *people, "target"):
            table.add_column(heading)
        for i, row in enumerate(by_person["all"]):
            table.add_row(row.what, *(by_person[p][i].value for p in people), row.target)
        console.print(table)
    for results in scoreboard_people.people(folder):
        table = Table(title=results.title, title_justify="left")
        longest = max(len(cells[0]) for cells in results.rows)
        table.add_column(results.headings[0], min_width=longest)
        for heading in results.headings[1:]:
            table.add_column(heading)
        for cells in results.rows:
            table.add_row(*cells)
        console.print(table)


if __name__ == "__main__":
    folders = [Path(each) for each in sys.argv[1:] if each != "--markdown"]
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "recordings"
    chosen = folders[0] if folders else default
    if "--markdown" in sys.argv:
        print(scoreboard_people.markdown(scoreboard_people.people(chosen)))
    else:
        main(chosen)
