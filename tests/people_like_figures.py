"""Figures on the sets in ``tests/labelled/people_like``, group by group.

``python -m tests.people_like_figures`` prints them. Everybody in them is simulated, though as
people move: what is counted here is not yet counted on people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rich.console import Console
from rich.table import Table

from sensing.analysis.analyse import analyse
from sensing.core.events import Analysis
from sensing.core.samples import Recording
from sensing.files.read_recording import read_recording
from tests import scoring
from tests.make_labelled_sets import TRUTH
from tests.make_people_like_sets import FOLDER, plans

Truth = dict[str, Any]

_NEAR_S = 1.0
"""A rep so near to a set, or within it, is taken for one of it; others are false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was made of one recording in one way.

    Attributes:
        name: of the recording.
        how: exercise given or ``auto``, with the gyro or without.
        least, most: true reps, those partial or cut left out and counted.
        counted: reps found in the set.
        false: sets found where there was none.
    """

    name: str
    how: str
    least: int
    most: int
    counted: int
    false: int

    @property
    def exact(self) -> bool:
        """True if the count is right; partial and cut reps may count or not."""
        return self.least <= self.counted <= self.most

    @property
    def within_1(self) -> bool:
        """True if the count is right to one rep."""
        return self.least - 1 <= self.counted <= self.most + 1


@cache
def truths() -> dict[str, Truth]:
    """Ground truth of every recording, by name."""
    found: dict[str, Truth] = json.loads((FOLDER / TRUTH).read_text(encoding="utf-8"))
    return found


def groups() -> list[str]:
    """The groups, in order."""
    return list(dict.fromkeys(plan.group for plan in plans()))


@cache
def counted(group: str) -> list[Counted]:
    """The recordings of a group, each in every way that its sensor allows."""
    found = []
    for name, truth in truths().items():
        if truth["group"] == group:
            recording = read_recording(FOLDER / f"{name}.csv.gz")
            found += [_of(name, how, truth, each) for how, each in _ways(recording, truth)]
    return found


def _ways(recording: Recording, truth: Truth) -> Iterator[tuple[str, Analysis]]:
    sensors = {"gyro": recording} if truth["gyro"] else {}
    sensors["no gyro"] = scoring.without_gyro(recording)
    for sensor, each in sensors.items():
        if truth["exercise"] is not None:
            yield f"given, {sensor}", analyse(each, truth["exercise"])
        yield f"auto, {sensor}", analyse(each)


def _of(name: str, how: str, truth: Truth, analysis: Analysis) -> Counted:
    spans = [(done["start_s"] - _NEAR_S, done["end_s"] + _NEAR_S) for done in truth["sets"]]
    reps = [rep for done in truth["sets"] for rep in done.get("reps", [])]
    cut = sum(len(done.get("cut_reps", [])) for done in truth["sets"])

    def inside(start_s: float, end_s: float) -> bool:
        return any(a <= (start_s + end_s) / 2 <= b for a, b in spans)

    return Counted(
        name=name,
        how=how,
        least=sum(not rep["partial"] for rep in reps),
        most=len(reps) + cut,
        counted=sum(inside(rep.start_s, rep.end_s) for rep in scoring.reps_of(analysis)),
        false=sum(not inside(each.start_s, each.end_s) for each in analysis.sets),
    )


def share(found: list[Counted], how: str | None = None) -> float:
    """Share of exact counts, in one way or in all."""
    chosen = [each.exact for each in found if how is None or each.how == how]
    return sum(chosen) / len(chosen) if chosen else float("nan")


def main() -> None:
    """Print the table, and the recordings that are not exact."""
    hows = ("given, gyro", "given, no gyro", "auto, gyro", "auto, no gyro")
    table = Table(title="Simulated people as people move: exact counts", title_justify="left")
    for heading in ("group", *hows, "within 1", "false sets"):
        table.add_column(heading, justify="left" if heading == "group" else "right")
    for group in groups():
        found = counted(group)
        near = sum(each.within_1 for each in found) / len(found)
        table.add_row(
            group,
            *(f"{share(found, how):.2f}" for how in hows),
            f"{near:.2f}",
            str(sum(each.false for each in found)),
        )
    console = Console(width=160)
    console.print(table)
    for group in groups():
        for each in counted(group):
            if not each.exact or each.false:
                console.print(
                    f"{each.name:28s} {each.how:16s} {each.counted} of {each.least}–{each.most}, "
                    f"{each.false} false",
                    highlight=False,
                )


if __name__ == "__main__":
    main()
