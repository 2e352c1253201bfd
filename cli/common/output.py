"""Print results on standard output and everything else on standard error.

Colours follow rich's rules: none in a pipe, none with ``NO_COLOR``. In a pipe, tables are as wide
as ``COLUMNS`` says, or 80, so that a script's input does not depend on the window.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

Step = Callable[[str], None]

WIDEST = 100
"""Columns used of a wide terminal; longer lines are hard to read."""

UNBROKEN = "\xa0"
"""A space at which no line is broken."""


def out() -> Console:
    """Console on standard output, for results."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def err() -> Console:
    """Console on standard error, for progress and remarks."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def print_json(value: object) -> None:
    """Print one JSON value and nothing else.

    Raises:
        ValueError: it contains NaN or infinity, which JSON does not have.
    """
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    json.dump(value, sys.stdout, allow_nan=False, ensure_ascii=not unicode, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress(label: str) -> Iterator[Step]:
    """A progress bar on standard error while something long runs, with the time taken.

    Yields a function that changes the label. Nothing is shown in a pipe.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = err()
    if not console.is_terminal:  # even a disabled bar leaves an empty line in some versions
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda text: bar.update(task, description=text)


@contextmanager
def no_progress() -> Iterator[Step]:
    """The same for work that is done before a bar could be seen."""
    yield lambda _: None


def write_text(text: str, target: Path | None) -> None:
    """Write text to a new file, or to standard output if there is none or it is ``-``.

    Raises:
        UsageError: the file is there already, or can't be written.
    """
    if target is None or str(target) == "-":
        sys.stdout.write(text)
        return
    from sensing.files.atomic_write import new_file

    with new_file(target, force=False) as beside:
        beside.write_text(text, encoding="utf-8")
    remark(f"wrote {target}")


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print lines indented, also where they have to be broken, and none longer than is legible."""
    for line in lines:
        indent = " " * (2 + len(line) - len(line.lstrip(" ")))
        width = min(console.width, WIDEST)
        filled = textwrap.fill(
            line.lstrip(" "), width, initial_indent=indent, subsequent_indent=indent
        )
        console.print(filled.replace(UNBROKEN, " "))


def remark(text: str) -> None:
    """Print a remark, which is not an error, on standard error."""
    print(_one_line(text), file=sys.stderr)  # noqa: T201 - this is the place that prints


def complain(text: str) -> None:
    """Print an error, in one line on standard error."""
    remark(f"anklet: {text}")


def replace_unknown_letters() -> None:
    """Print ``?`` for letters that the terminal's encoding lacks, instead of failing half-way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def silence_stdout() -> None:
    """Discard standard output, so that the flush at exit can't fail again."""
    with contextlib.suppress(OSError, ValueError):  # not a real file: nothing to discard
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 rep``, ``2 reps``."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def size_words(size_bytes: float) -> str:
    """A file's size in words: ``137.8 MB``."""
    size, unit = float(size_bytes), "bytes"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.{0 if unit == 'bytes' else 1}f} {unit}"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
