"""The command ``anklet``: its verbs, and how a run ends.

``_GROUPS`` lists them all. A verb is a plain function with a typer signature in a module of this
package; to add one, add a row there. Its module is imported only when the verb is used (to run it,
to show its help, to complete its options), so ``anklet --help`` does not import numpy.

A run ends with exit status 0, or with status 2 and one line on standard error if something is wrong
that the user can fix. `doctor`, `reanalyze` and `relink` end with 1 if they found a problem or left
something undone. Ctrl-C ends with 130 and a closed pipe (``| head``) with 1, both silently.
Any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

import errno
import gc
import importlib
import inspect
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.core import TyperGroup

from cli.common.old_spellings import Command
from cli.common.output import complain, replace_unknown_letters, silence_stdout
from sensing.core.errors import AnkletError, UsageError

_FAILED = 2
_EXAMPLES = "[bold]Examples[/bold]"
_INTERRUPTED = 130  # 128 + SIGINT
_COMPLETING = "_ANKLET_COMPLETE"
_DATA = {"--json", "--csv", "-"}
"""Where one of these was typed, a program reads the output and gets nothing but what it asked."""
_OBJECTS_PER_COLLECTION = 50_000  # the thousands of rows read at once are not garbage
_HUNG_UP = 1  # typer's own status for a closed pipe


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the command line.

    Attributes:
        name: as typed after ``anklet``.
        module: where its function is, which has the same name.
        group: heading it is listed under.
        short: what it does, in one line; the first line of the function's docstring.
    """

    name: str
    module: str
    group: str
    short: str


_GROUPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Start here": (
        ("demo", "cli.recordings.demo", "Analyse a bundled workout, without a sensor."),
        ("doctor", "cli.sensors.doctor", "Check Bluetooth, the database and the terminal."),
        ("exercises", "cli.training.exercises", "List the exercises Anklet knows."),
    ),
    "Record": (
        ("sensors", "cli.sensors.sensors", "List the sensors nearby, or check one in detail."),
        ("record", "cli.record.record", "Record a session with a sensor, live."),
        (
            "protocols",
            "cli.protocols.protocols",
            "List the standard tests Anklet can guide, and show results.",
        ),
    ),
    "Recordings": (
        ("analyze", "cli.recordings.analyze", "Analyse a recording and print the result."),
        ("replay", "cli.recordings.replay", "Analyse recordings and save the results."),
        ("recover", "cli.recordings.recover", "Import recordings that never reached the database."),
        (
            "reanalyze",
            "cli.recordings.reanalyze",
            "Analyse saved recordings again and report what changed.",
        ),
        ("relink", "cli.recordings.relink", "Find recordings that were moved or renamed."),
        ("simulate", "cli.recordings.simulate", "Simulate a recording with ground truth."),
    ),
    "Training": (
        ("today", "cli.training.week", "Show what you did today and what is still to do."),
        ("week", "cli.training.week", "Show a week against your plan or the usual dose."),
        ("plan", "cli.training.plan", "Show, check or set a training plan."),
        ("log", "cli.training.log", "Log work that the sensor can't measure."),
    ),
    "Review": (
        ("sessions", "cli.review.sessions", "List your sessions, newest first."),
        ("show", "cli.review.show", "Show one session with every rep, hop and hold."),
        ("trend", "cli.review.trend", "Follow one metric over your sessions."),
        ("compare", "cli.review.compare", "Compare left and right, or two sessions."),
        ("plot", "cli.review.plot", "Draw the sets of a session as PNG, SVG or PDF."),
        ("report", "cli.report.report", "Write sessions as one page to read, print or share."),
    ),
    "Edit": (
        ("correct", "cli.review.correct", "Correct a count, or mark a false detection."),
        ("note", "cli.review.sessions", "Put a note on a session."),
        ("delete", "cli.review.sessions", "Delete sessions."),
    ),
    "Validation": (
        (
            "validate",
            "cli.validation.validate",
            "Compare results with what an observer or an instrument says.",
        ),
        ("bundle", "cli.validation.bundle", "Pack recordings with their labels, to share."),
    ),
    "Calibration": (
        (
            "calibrate",
            "cli.calibrate.calibrate",
            "Calibrate for your sensor, how it sits, and your exercises.",
        ),
        ("profiles", "cli.calibrate.profiles", "List and manage your calibration profiles."),
    ),
    "Data": (
        ("browse", "cli.data.browse", "Browse the database in a web browser."),
        ("export", "cli.data.export", "Export the database as tables for other programs."),
        ("athletes", "cli.data.athletes", "List, add, rename, merge and delete athletes."),
        ("backup", "cli.data.backup", "Copy the whole database into one checked file."),
        ("merge", "cli.data.merge", "Merge the sessions of another database into yours."),
    ),
}

VERBS = tuple(
    Verb(name, module, group, short)
    for group, verbs in _GROUPS.items()
    for name, module, short in verbs
)

_BY_NAME = {verb.name: verb for verb in VERBS}


def _load(verb: Verb) -> typer.core.TyperCommand:
    function = getattr(importlib.import_module(verb.module), verb.name)
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(verb.name, cls=Command, help=_flowing(inspect.getdoc(function) or ""))(function)
    command = typer.main.get_command(alone)
    assert isinstance(command, typer.core.TyperCommand)  # noqa: S101 - one command, no callback
    return command


def _flowing(text: str) -> str:
    """Each paragraph on one line, to be wrapped to the window; examples stay lines of their own."""
    paragraphs = [
        each if each.startswith(" ") else each.replace("\n", " ") for each in text.split("\n\n")
    ]
    return (
        "\n\n".join(paragraphs)
        .replace("\n\n  anklet ", "\n  anklet ")
        .replace(f"{_EXAMPLES}\n", f"{_EXAMPLES}\n\n")
    )


def _no_verb(name: str) -> UsageError:
    import difflib

    near = difflib.get_close_matches(name, list(_BY_NAME), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "`anklet --help` lists the commands"
    return UsageError(f"there is no command {name!r}", remedy=hint)


class _LazyGroup(TyperGroup):
    """Lists the verbs of the table and imports one only when it is used."""

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def]  # typer's types are private
        if args and not args[0].startswith("-") and args[0] not in _BY_NAME:
            raise _no_verb(args[0])
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(_BY_NAME[str(name)]) if command else None, rest


app = typer.Typer(
    cls=_LazyGroup,
    name="anklet",
    help="Counts calf raises, times hops and scores holds with a motion sensor on the ankle.",
    epilog="`anklet COMMAND --help` explains a command and shows examples.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)

for _verb in VERBS:
    app.command(_verb.name, help=_verb.short, rich_help_panel=_verb.group)(lambda: None)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"anklet {version('anklet')}")  # noqa: T201 - the answer itself
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit status; a user's mistake raises nothing."""
    try:
        # A shell that completes asks with no arguments but a variable of its own.
        status = _app(args) if args or _COMPLETING in os.environ else _first_look()
        sys.stdout.flush()  # a full disk or a closed pipe shows here, not at interpreter exit
    except AnkletError as error:
        return _refused(error, args)
    except typer.Abort:
        complain("stopped")
        return _FAILED
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "anklet"
        complain(f"{error.format_message().rstrip('.')}; see `{path} --help`")
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        return _end_of(error)
    return status if isinstance(status, int) else 0


def _refused(error: AnkletError, args: Sequence[str]) -> int:
    """A user's mistake: one line; where an athlete has to be chosen, also whom there is."""
    from cli.common.athletes import AthleteNotChosenError, print_choice

    if isinstance(error, AthleteNotChosenError) and error.is_listed and not _DATA & {*args}:
        print_choice(error.athletes)
        return 0
    complain(str(error))
    return _FAILED


def _app(args: Sequence[str]) -> object:
    return app(list(args), prog_name="anklet", standalone_mode=False)


def _first_look() -> object:
    from cli.training.overview import first_look

    first_look()
    return 0


def _end_of(error: OSError) -> int:
    if error.errno == errno.EPIPE:
        silence_stdout()
        return _HUNG_UP
    where = os.fspath(error.filename) if error.filename is not None else "writing the result"
    complain(f"{where}: {error.strerror or error}")
    silence_stdout()
    return _FAILED


def main() -> None:
    """Entry point of the installed command."""
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    replace_unknown_letters()
    raise SystemExit(run(sys.argv[1:]))
