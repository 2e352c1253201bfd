"""Where things are printed: data on standard output, everything else on standard error.

Colours follow rich's rules: none when piped, none with ``NO_COLOR``. Piped tables are as wide as
``COLUMNS`` says, else 80, so that what a script sees does not depend on the window it was written
in.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

Step = Callable[[str], None]


def out() -> Console:
    """Console on standard output, for what was asked for."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def err() -> Console:
    """Console on standard error, for progress and remarks."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def print_json(value: object) -> None:
    """Print one JSON value and nothing else.

    Raises:
        ValueError: a NaN or an infinity is in it; JSON has neither.
    """
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    json.dump(value, sys.stdout, allow_nan=False, ensure_ascii=not unicode, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress(label: str) -> Iterator[Step]:
    """A moving bar on standard error while something long runs, with the time it has taken.

    Gives a function that says what is being done now. Nothing is shown in a pipe.
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
    """The same for what is over before a bar could be seen."""
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


def remark(text: str) -> None:
    """Say something on standard error that is no error."""
    print(_one_line(text), file=sys.stderr)  # noqa: T201 - this is the place that prints


def complain(text: str) -> None:
    """Say what is wrong, in one line on standard error."""
    remark(f"anklet: {text}")


def never_fail_on_letters() -> None:
    """Show ``?`` for what the terminal's encoding lacks, rather than end in an error half-way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def silence_stdout() -> None:
    """Point standard output at nowhere, so that the flush at exit cannot fail again."""
    with contextlib.suppress(OSError, ValueError):  # not a real file: nothing to silence
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
