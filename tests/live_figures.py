"""The provisional count beside the result: ``python -m tests.live_figures [FOLDER]``.

Recordings are counted along as a screen would, every 40 ms, with the exercise given. Printed for
each: reps of the result, reps that the live count differs by (set by set), and how long after the
end of a rep the count had reached it. Each is counted twice: as ``record`` does, which begins each
set at *go* and counts nothing during rests, and right through, where a movement before a set may be
taken for its first rep. First the labelled sets that every clone has, then those of FOLDER with
raises (``simulated`` and ``real-ankle``), the latter with and without the gyro. Then hops, right
through: how long after a landing it was counted, how far each contact time as first listed and as
last listed is from the result's, and how long after the next landing it came.
``tests/test_live_delays.py`` bounds them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from sensing.analysis.analyse import analyse
from sensing.core.events import Set
from sensing.core.exercises import find_exercise
from sensing.core.samples import Placement, Recording
from sensing.live.counter import LiveCounter
from sensing.live.hops import HopCounter
from sensing.profile.profile import UNCALIBRATED, Profile
from tests import labelled_figures, scoring

STEP_S = 0.04
_GO_S, _SETTLE_S = 1.0, 2.0
"""s from *go* to the first rep, and after the last in which a rep still counts."""
_SAME_S = 0.11
"""s; contacts that begin closer together are the same."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One recording's live count beside its result.

    Attributes:
        name: of the recording.
        result: reps of the result.
        differ: reps by which the sets' live counts differ, and live counts outside of any set.
        late_s: from the end of each rep to the moment the set's count had reached it.
        back: times that a count that was certain was taken back.
    """

    name: str
    result: int
    differ: int
    late_s: tuple[float, ...]
    back: int


def beside(
    name: str,
    recording: Recording,
    exercise: str,
    *,
    guided: bool = True,
    profile: Profile = UNCALIBRATED,
    live: Profile | None = None,
) -> Beside:
    """Count a recording of raises live and compare set by set.

    Args:
        name, recording: what is counted.
        exercise: what was done.
        guided: whether sets are begun as ``record`` does.
        profile: calibration of the result …
        live: … and of the live count, if it is another.
    """
    row = find_exercise(exercise)
    sets = [each for each in analyse(recording, exercise, "ankle", profile).sets if each.reps]
    counted_s: list[float] = []
    back = 0
    go_s = [each.start_s - _GO_S for each in sets] if guided else []
    for block in recording.blocks:
        counter = LiveCounter(block.rate_hz, row, "ankle", live or profile)
        step = max(1, round(STEP_S * block.rate_hz))
        certain = 0
        for at in range(0, len(block), step):
            if go_s and block.time_s(at) >= go_s[0]:
                counter.begin_set()
                go_s.pop(0)
            view = counter.push(block.part(at, at + step))
            back += view.certain < certain
            counted_s += [view.time_s] * (view.certain - certain)
            certain = view.certain
    differ = 0
    late_s: list[float] = []
    if guided and sets:
        counted_s = [
            at_s
            for at_s in counted_s
            if any(each.start_s - _GO_S <= at_s <= each.end_s + _SETTLE_S for each in sets)
        ]
    for each, mine_s in _by_set(sets, counted_s):
        differ += abs(len(mine_s) - len(each.reps))
        pairs = zip(each.reps, mine_s, strict=False)
        late_s += [float(shown_s - rep.end_s) for rep, shown_s in pairs]
    if not sets:
        differ = len(counted_s)
    return Beside(name, sum(len(each.reps) for each in sets), differ, tuple(late_s), back)


def _by_set(sets: list[Set], counted_s: list[float]) -> Iterator[tuple[Set, list[float]]]:
    """Each set with the moments of the counts from it to the next; the first has those before."""
    edges_s = [-np.inf, *(each.start_s - _GO_S for each in sets[1:]), np.inf]
    for i, each in enumerate(sets):
        yield each, [at_s for at_s in counted_s if edges_s[i] <= at_s < edges_s[i + 1]]


def labelled() -> Iterator[tuple[str, Recording, str]]:
    """Labelled sets of raises."""
    for row in labelled_figures.rows():
        for number, (recording, truth) in enumerate(labelled_figures.recordings(row)):
            if find_exercise(truth["exercise"]).kind == "reps":
                yield f"{row}-{number}", recording, truth["exercise"]


def in_folder(folder: Path) -> Iterator[tuple[str, Recording, str]]:
    """Simulated and real raises of a folder of labelled recordings."""
    for path in scoring.recordings(folder / "simulated", "*raise-0*"):
        recording, truth = scoring.load(path)
        if find_exercise(truth["exercise"]).kind == "reps":
            yield path.name.removesuffix(".csv.gz"), recording, truth["exercise"]
    for path in scoring.recordings(folder / "real-ankle", "raises-*"):
        recording, _ = scoring.load(path)
        name = path.name.removesuffix(".csv.gz")
        yield name, recording, "double-leg-calf-raise"
        yield f"{name}, no gyro", scoring.without_gyro(recording), "double-leg-calf-raise"


def table(title: str, rows: Iterable[Beside]) -> Table:
    """One row a recording, and one for all."""
    out = Table(title=title, title_justify="left")
    for heading in ("recording", "reps", "differ", "late p50 s", "p95", "max", "> 0.6 s"):
        out.add_column(heading)
    every = list(rows)
    late_s = tuple(late for row in every for late in row.late_s)
    total = Beside(
        "all",
        sum(row.result for row in every),
        sum(row.differ for row in every),
        late_s,
        sum(row.back for row in every),
    )
    for row in [*every, total]:
        late = np.array(row.late_s) if row.late_s else np.array([np.nan])
        p50, p95, most = np.percentile(late, [50, 95, 100])
        cells = (f"{p50:+.2f}", f"{p95:+.2f}", f"{most:+.2f}", f"{np.mean(late > 0.6):.3f}")
        out.add_row(row.name, str(row.result), str(row.differ), *cells)
    return out


@dataclass(frozen=True, slots=True)
class HopsBeside:
    """One recording's live hops beside those of its result.

    Attributes:
        name: of the recording.
        result: hops of the result.
        differ: hops by which the sets' live counts differ, and live counts outside of any set.
        late_s: from each landing to the moment the set's count had reached it.
        timed: contact times of the result.
        twice: contacts that were listed more than once.
        first_s, last_s: contact times listed less those of the result, at first and in the end.
        timed_late_s: from the landing after a contact to the moment its contact time was listed.
    """

    name: str
    result: int
    differ: int
    late_s: tuple[float, ...]
    timed: int
    twice: int
    first_s: tuple[float, ...]
    last_s: tuple[float, ...]
    timed_late_s: tuple[float, ...]


def hops_beside(name: str, recording: Recording, exercise: str, placement: Placement) -> HopsBeside:
    """Count and time a recording of hops live and compare with the result."""
    row = find_exercise(exercise)
    sets = [each for each in analyse(recording, exercise, placement).sets if each.hops]
    counted_s: list[float] = []
    listed: list[tuple[float, float, float, float]] = []
    for block in recording.blocks:
        counter = HopCounter(block.rate_hz, row, placement, UNCALIBRATED)
        step = max(1, round(STEP_S * block.rate_hz))
        count = 0
        new: dict[int, tuple[float, float]] = {}
        for at in range(0, len(block), step):
            counter.push(part := block.part(at, at + step))
            now_s = part.time_s(len(part) - 1)
            counted_s += [now_s] * (counter.count - count)
            count = counter.count
            for each in counter.contacts[-5:]:
                new.setdefault(id(each), (now_s, each.length_s))
        listed += [(each.at_s, *new[id(each)], each.length_s) for each in counter.contacts]
    differ, late_s, timed, twice = 0 if sets else len(counted_s), [], 0, 0
    first_s, last_s, timed_late_s = [], [], []
    for one, mine_s in _by_set(sets, counted_s):
        differ += abs(len(mine_s) - len(one.hops))
        late_s += [at - hop.contact_s for at, hop in zip(mine_s, one.hops, strict=False)]
        for hop, following in pairwise(one.hops):
            if hop.contact_time_s is None or not hop.valid:
                continue
            timed += 1
            same = [each for each in listed if abs(each[0] - hop.contact_s) < _SAME_S]
            twice += len(same) > 1
            for _, now_s, at_first_s, in_the_end_s in same[:1]:
                timed_late_s.append(now_s - following.contact_s)
                first_s.append(at_first_s - hop.contact_time_s)
                last_s.append(in_the_end_s - hop.contact_time_s)
    return HopsBeside(
        name,
        sum(len(each.hops) for each in sets),
        differ,
        tuple(late_s),
        timed,
        twice,
        tuple(first_s),
        tuple(last_s),
        tuple(timed_late_s),
    )


def labelled_hops() -> Iterator[tuple[str, Recording, str, Placement]]:
    """Labelled sets of hops and jumps, those in the shoe among them."""
    for row in labelled_figures.rows():
        for number, (recording, truth) in enumerate(labelled_figures.recordings(row)):
            if find_exercise(truth["exercise"]).has_hops:
                placement: Placement = "shoe" if row.endswith("shoe") else "ankle"
                yield f"{row}-{number}", recording, truth["exercise"], placement


def hops_in_folder(folder: Path) -> Iterator[tuple[str, Recording, str, Placement]]:
    """Simulated hops at the ankle and people's in shoes of a folder of labelled recordings."""
    for path in scoring.recordings(folder / "simulated", "*hop-0*"):
        recording, truth = scoring.load(path)
        yield path.name.removesuffix(".csv.gz"), recording, truth["exercise"], "ankle"
    for sub in ("real-shoe", "real-shoe-more"):
        for path in scoring.recordings(folder / sub):
            recording, _ = scoring.load(path)
            yield path.name.removesuffix(".csv.gz"), recording, "single-leg-hop", "shoe"


def hop_table(title: str, rows: Iterable[HopsBeside]) -> Table:
    """One row a recording, and one for all."""
    out = Table(title=title, title_justify="left")
    for heading in (
        *("recording", "hops", "differ", "late p50 s", "p95"),
        *("timed", "listed", "first ms p50", "last ms p50", "listed late s p50"),
    ):
        out.add_column(heading)
    every = list(rows)
    for name, some in [*((row.name, [row]) for row in every), ("all", every)]:
        late_s, first_s, last_s, listed_s = (
            np.array([x for row in some for x in of(row)] or [np.nan])
            for of in map(attrgetter, ("late_s", "first_s", "last_s", "timed_late_s"))
        )
        out.add_row(
            name,
            str(sum(row.result for row in some)),
            str(sum(row.differ for row in some)),
            *(f"{each:.2f}" for each in np.percentile(late_s, [50, 95])),
            str(sum(row.timed for row in some)),
            str(sum(len(row.first_s) for row in some)),
            *(f"{1000 * np.median(np.abs(each)):.1f}" for each in (first_s, last_s)),
            f"{np.median(listed_s):.2f}",
        )
    return out


def main(folder: Path) -> None:
    """Print the tables of the recordings that are there."""
    console = Console(width=110)
    for guided, how in ((True, "as in record"), (False, "right through")):
        rows = [beside(*each, guided=guided) for each in labelled()]
        console.print(table(f"Live count beside the result, {how}", rows))
        if rows := [beside(*each, guided=guided) for each in in_folder(folder)]:
            console.print(table(f"The same in {folder.name}, {how}", rows))
    for title, some in (("", labelled_hops()), (f" in {folder.name}", hops_in_folder(folder))):
        hops = [hops_beside(*each) for each in some]
        if hops:
            console.print(hop_table(f"Hops live beside the result{title}, right through", hops))


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "recordings"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
