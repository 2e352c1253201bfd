"""Would the raise detector's limits admit a person who had no part in them?

``python -m tests.left_out FOLDER`` prints, for each set of raises by people at the ankle, the facts
that tell raises from steps (``sensing/analysis/reps/raise_structure.py``), and the limits that the
*other* people alone would have given. A limit of the table lies beyond the most extreme set of all
by some factor; without a person it lies beyond the most extreme of the others by the same factor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sensing.analysis.reps.find_raises import find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import raise_signals
from sensing.analysis.reps.raise_structure import Structure
from sensing.core.samples import Recording
from tests import scoring

TABLE = RaiseParams()


@dataclass(frozen=True)
class Limit:
    """One limit of ``auto``: of which fact, its value, and whether facts have to be above it."""

    name: str
    of: Callable[[Structure], float]
    value: float
    least: bool

    def by(self, others: list[float], everyone: list[float]) -> float:
        """The limit that others alone would have given: as far beyond their extreme as the table's
        is beyond everyone's."""
        extreme = min if self.least else max
        return self.value / extreme(everyone) * extreme(others)

    def passes(self, value: float, limit: float) -> bool:
        """Whether a fact is on the right side."""
        return value >= limit if self.least else value <= limit


def limits(*, has_gyro: bool) -> tuple[Limit, ...]:
    """Limits of ``auto`` on R², swing and rise per lean."""
    p = TABLE
    return (
        Limit(
            "R², of what its swing asks",
            lambda s: s.follows / asked(s, has_gyro=has_gyro),
            (p.follows_gyro if has_gyro else p.follows_gravity)[1],
            least=True,
        ),
        Limit(
            "swing (°)",
            lambda s: s.swing_deg,
            (p.swing_gyro_deg if has_gyro else p.swing_gravity_deg)[1],
            least=False,
        ),
        Limit(
            "rise per lean (m/rad)",
            lambda s: s.k_m,
            p.k_gyro_m if has_gyro else p.k_brisk_m[0],
            least=True,
        ),
    )


def asked(structure: Structure, *, has_gyro: bool) -> float:
    """Share of the limit on R² that is asked of a shank which swings so far, 0.1…1."""
    share = (structure.swing_deg - TABLE.leans_deg[0 if has_gyro else 1]) / TABLE.leans_more_deg
    return min(max(share, 0.1), 1.0)


def structures(folder: Path, *, has_gyro: bool) -> dict[str, Structure]:
    """The median cycle of the longest set in each recording of raises, by its name."""
    found = {}
    for path in scoring.recordings(folder, "raises-*"):
        recording, _ = scoring.load(path)
        recording = recording if has_gyro else scoring.without_gyro(recording)
        sets = [each for each in _sets(recording) if each is not None]
        if sets:
            found[path.name.removesuffix(".csv.gz")] = max(sets, key=lambda each: each[0])[1]
    return found


def _sets(recording: Recording) -> list[tuple[int, Structure]]:
    return [
        (len(each.members.at), each.structure)
        for block in recording.blocks
        for each in find_raise_sets(raise_signals(block, TABLE), TABLE, named=True)
    ]


def rows(folder: Path, *, has_gyro: bool) -> list[tuple[str, list[tuple[float, float, bool]]]]:
    """Of each person: value, limit by the others, and whether it passes, for each limit."""
    by_name = structures(folder, has_gyro=has_gyro)
    out = []
    for name in by_name:
        cells = []
        for limit in limits(has_gyro=has_gyro):
            every = {other: limit.of(facts) for other, facts in by_name.items()}
            others = [value for other, value in every.items() if other != name]
            by_others = limit.by(others, list(every.values()))
            cells.append((every[name], by_others, limit.passes(every[name], by_others)))
        out.append((name, cells))
    return out


def markdown(folder: Path) -> str:
    """Both tables."""
    lines = []
    for has_gyro in (True, False):
        names = [limit.name for limit in limits(has_gyro=has_gyro)]
        lines += [
            f"### Limits of raises without each person, {'with' if has_gyro else 'without'} a gyro",
            "",
            "| person | " + " | ".join(f"{n} | limit by the others" for n in names) + " | passes |",
            "|" + " --- |" * (2 * len(names) + 2),
        ]
        for name, cells in rows(folder, has_gyro=has_gyro):
            values = " | ".join(f"{value:.3g} | {limit:.3g}" for value, limit, _ in cells)
            passes = "yes" if all(cell[2] for cell in cells) else "no"
            lines.append(f"| {name} | {values} | {passes} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1]) / "real-ankle"))
