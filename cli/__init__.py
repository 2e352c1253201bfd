"""The command ``anklet``: its verbs, and how a run ends.

``VERBS`` is the whole list. A verb is a plain function with a typer signature in a module of this
package; to add one, add a row here. Its module is imported only when the verb is used (to run it,
to show its help, to complete its options), so ``anklet --help`` does not import numpy.

A run ends with exit status 0, or with status 2 and one line on standard error if something is wrong
that the user can fix. Ctrl-C ends with 130 and a closed pipe (``| head``) with 1, both silently.
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
_OBJECTS_PER_COLLECTION = 50_000  # the thousands of rows read at once are not garbage
_HUNG_UP = 1  # typer's own status for a closed pipe


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the command line.

    Attributes:
        name: as typed after ``anklet``.
        target: "module:function"; the first line of the function's docstring is ``short``.
        group: heading it is listed under.
        short: what it does, in one line of ``anklet --help``.
    """

    name: str
    target: str
    group: str
    short: str


VERBS: tuple[Verb, ...] = (
    Verb(
        "demo",
        "cli.recordings.demo:demo",
        "Start here",
        "Analyse a bundled workout, without a sensor.",
    ),
    Verb(
        "doctor",
        "cli.sensors.doctor:doctor",
        "Start here",
        "Check Bluetooth, the database and the terminal.",
    ),
    Verb(
        "exercises",
        "cli.training.exercises:exercises",
        "Start here",
        "List the exercises Anklet knows.",
    ),
    Verb(
        "sensors",
        "cli.sensors.sensors:sensors",
        "Record",
        "List the sensors nearby, or check one in detail.",
    ),
    Verb("record", "cli.record.record:record", "Record", "Record a session with a sensor, live."),
    Verb(
        "protocols",
        "cli.protocols.protocols:protocols",
        "Record",
        "List the standard tests Anklet can guide, and show results.",
    ),
    Verb(
        "analyze",
        "cli.recordings.analyze:analyze",
        "Recordings",
        "Analyse a recording and print the result.",
    ),
    Verb(
        "replay",
        "cli.recordings.replay:replay",
        "Recordings",
        "Analyse recordings and save the results.",
    ),
    Verb(
        "recover",
        "cli.recordings.recover:recover",
        "Recordings",
        "Import recordings that never reached the database.",
    ),
    Verb(
        "reanalyze",
        "cli.recordings.reanalyze:reanalyze",
        "Recordings",
        "Analyse saved recordings again and report what changed.",
    ),
    Verb(
        "simulate",
        "cli.recordings.simulate:simulate",
        "Recordings",
        "Simulate a recording with ground truth.",
    ),
    Verb(
        "today",
        "cli.training.week:today",
        "Training",
        "Show what you did today and what is still to do.",
    ),
    Verb(
        "week",
        "cli.training.week:week",
        "Training",
        "Show a week against your plan or the usual dose.",
    ),
    Verb("plan", "cli.training.plan:plan", "Training", "Show, check or set your training plan."),
    Verb("log", "cli.training.log:log", "Training", "Log work that the sensor can't see."),
    Verb("sessions", "cli.review.sessions:sessions", "Review", "List your sessions, newest first."),
    Verb(
        "show", "cli.review.show:show", "Review", "Show one session with every rep, hop and hold."
    ),
    Verb("trend", "cli.review.trend:trend", "Review", "Follow one metric over your sessions."),
    Verb(
        "compare",
        "cli.review.compare:compare",
        "Review",
        "Compare left and right, or two sessions.",
    ),
    Verb(
        "plot", "cli.review.plot:plot", "Review", "Draw the sets of a session as PNG, SVG or PDF."
    ),
    Verb(
        "report",
        "cli.report.report:report",
        "Review",
        "Write sessions as one page to read, print or share.",
    ),
    Verb(
        "correct",
        "cli.review.correct:correct",
        "Edit",
        "Correct a count, or mark a false detection.",
    ),
    Verb("note", "cli.review.sessions:note", "Edit", "Put a note on a session."),
    Verb("delete", "cli.review.sessions:delete", "Edit", "Delete sessions."),
    Verb(
        "calibrate",
        "cli.calibrate.calibrate:calibrate",
        "Calibration",
        "Calibrate for your sensor, how it sits, and your exercises.",
    ),
    Verb(
        "profiles",
        "cli.calibrate.profiles:profiles",
        "Calibration",
        "List and manage your calibration profiles.",
    ),
    Verb("browse", "cli.data.browse:browse", "Data", "Browse the database in a web browser."),
    Verb(
        "export",
        "cli.data.export:export",
        "Data",
        "Export the database as tables for other programs.",
    ),
    Verb(
        "backup", "cli.data.backup:backup", "Data", "Copy the whole database into one checked file."
    ),
    Verb(
        "merge",
        "cli.data.merge:merge",
        "Data",
        "Merge the sessions of another database into yours.",
    ),
)

_BY_NAME = {verb.name: verb for verb in VERBS}


def _load(verb: Verb) -> typer.core.TyperCommand:
    module, _, name = verb.target.partition(":")
    function = getattr(importlib.import_module(module), name)
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
        complain(str(error))
        return _FAILED
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
