"""Which errors in the rules would the labelled sets not notice? ``python -m tests.mutants ROOM``.

Takes the files of a room of ``sensing/analysis`` (``hops``, ``reps``, ``holds``, ``sets``), makes
one change at a time in a copy of the checkout, and runs the bounds of ``tests/test_labelled.py`` on
it. A change is a number of a module's constants made 30 % larger or smaller, or a comparison turned
round. Survivors are rules that no bound holds to: tighten a bound, add people, or drop the rule.

    python -m tests.mutants hops --sample 30 --jobs 2
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
ROWS = {
    "hops": "hop or jump",
    "reps": "raise or squat",
    "holds": "hold or balance",
    "sets": "figures",
}
"""Rows of the labelled sets that a room's rules decide, as pytest selects them."""

TURNED = {ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<"}
NEVER_ENDS_S = 600
"""A mutant may loop for ever; that is noticed too."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file: bytes from ``start`` to ``end`` become ``new``."""

    path: Path
    line: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.old} → {self.new}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    text = path.read_bytes()
    lines = text.splitlines(keepends=True)
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line))

    def place(line: int, column: int) -> int:
        return begins[line - 1] + column

    def mutant(line: int, start: int, end: int, new: str) -> Mutant:
        return Mutant(path, line, start, end, text[start:end].decode().strip(), new)

    tree = ast.parse(text)
    for statement in tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        for node in ast.walk(statement.value):
            if not isinstance(node, ast.Constant):
                continue
            value = node.value
            if isinstance(value, bool) or not isinstance(value, int | float) or not value:
                continue
            start = place(node.lineno, node.col_offset)
            end = place(node.end_lineno or 0, node.end_col_offset or 0)
            for new in _other(value):
                yield mutant(node.lineno, start, end, f"{new:g}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in TURNED:
            left, right = node.left, node.comparators[0]
            start = place(left.end_lineno or 0, left.end_col_offset or 0)
            end = place(right.lineno, right.col_offset)
            sign = text[start:end].decode().strip()
            if sign in ("<", "<=", ">", ">="):
                yield mutant(node.lineno, start, end, f" {TURNED[type(node.ops[0])]} ")


def _other(value: float) -> tuple[float, float]:
    """A constant made 30 % larger and smaller; a whole number by one at least."""
    if isinstance(value, int):
        by = max(1, round(0.3 * abs(value)))
        return value + by, value - by
    return 1.3 * value, 0.7 * value


def survives(mutant: Mutant, copy: Path, rows: str) -> bool:
    """True if the bounds hold for a mutant, made in a copy of the checkout and undone again."""
    path = copy / mutant.path.relative_to(ROOT)
    text = path.read_bytes()
    path.write_bytes(text[: mutant.start] + mutant.new.encode() + text[mutant.end :])
    try:
        return _bounds_hold(copy, rows)
    finally:
        path.write_bytes(text)


def _bounds_hold(copy: Path, rows: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    test = "tests/test_labelled.py::test_figures_are_no_worse_than_they_were"
    try:
        done = subprocess.run(
            [*command, test, "-k", rows],
            cwd=copy,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            check=False,
            timeout=NEVER_ENDS_S,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main() -> int:
    """Print each mutant with its fate, and how many were killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("room", choices=sorted(ROWS))
    parser.add_argument("--sample", type=int, help="so many, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    files = sorted((ROOT / "sensing" / "analysis" / args.room).glob("*.py"))
    every = [mutant for path in files for mutant in mutants(path)]
    chosen = every
    if args.sample is not None:
        chance = random.Random(args.seed)  # noqa: S311 - chance, not secrets
        chosen = sorted(chance.sample(every, min(args.sample, len(every))), key=str)
    with TemporaryDirectory() as folder:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for k in range(args.jobs):
            copy = Path(folder) / str(k)
            unwanted = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__")
            shutil.copytree(ROOT, copy, ignore=unwanted)
            copies.put(copy)
        if not _bounds_hold(Path(folder) / "0", ROWS[args.room]):
            print("the bounds don't hold as it is", file=sys.stderr)
            return 2

        def fate(mutant: Mutant) -> bool:
            copy = copies.get()
            try:
                return survives(mutant, copy, ROWS[args.room])
            finally:
                copies.put(copy)

        survivors = 0
        with ThreadPoolExecutor(args.jobs) as pool:
            for mutant, lives in zip(chosen, pool.map(fate, chosen), strict=True):
                survivors += lives
                print(f"{'SURVIVED' if lives else 'killed  '} {mutant}", flush=True)
    print(f"{args.room}: {len(chosen)} of {len(every)} mutants, {survivors} survived")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
