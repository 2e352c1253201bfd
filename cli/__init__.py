"""The command ``anklet``: which verbs there are, and how a run of one ends.

``VERBS`` is the whole list. A verb is a plain function with a typer signature in a module of this
package; adding one is adding a row here. Its module is imported only when the verb itself is asked
for (to run it, to show its help, to complete its options), so ``anklet --help`` costs no numpy.

A run ends with exit status 0, or with one line on standard error and exit status 2 when something
is wrong that a person can mend. Ctrl-C ends with 130 and a reader that hangs up (``| head``)
with 1, both in silence. Any other exception is a bug and keeps its
traceback.
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

from cli.common.output import complain, never_fail_on_letters, silence_stdout
from sensing.core.errors import AnkletError, UsageError

_FAILED = 2
_INTERRUPTED = 130  # 128 + SIGINT
_COMPLETING = "_ANKLET_COMPLETE"
_GARBAGE = 50_000  # objects between two collections: rows by the thousand are no garbage
_HUNG_UP = 1  # what typer ends with too when it is the one to notice


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
        "demo", "cli.recordings.demo:demo", "Start here", "Replay the bundled workout and show it."
    ),
    Verb("record", "cli.record.record:record", "Sensors", "Do a session with a sensor on, live."),
    Verb(
        "sensors",
        "cli.sensors.sensors:sensors",
        "Sensors",
        "List the sensors near, or look at one closely.",
    ),
    Verb(
        "doctor", "cli.sensors.doctor:doctor", "Sensors", "Check Bluetooth, database and terminal."
    ),
    Verb(
        "calibrate",
        "cli.calibrate.calibrate:calibrate",
        "Calibration",
        "Calibrate a sensor, how it is worn, or your own movement.",
    ),
    Verb(
        "profiles",
        "cli.calibrate.profiles:profiles",
        "Calibration",
        "List, export, import and delete calibrations.",
    ),
    Verb(
        "reanalyze",
        "cli.recordings.reanalyze:reanalyze",
        "Calibration",
        "Analyse stored recordings again, and say what changed.",
    ),
    Verb(
        "analyze",
        "cli.recordings.analyze:analyze",
        "Recordings",
        "Say what was done in a recording.",
    ),
    Verb(
        "replay",
        "cli.recordings.replay:replay",
        "Recordings",
        "Analyse recordings and keep the result.",
    ),
    Verb(
        "recover",
        "cli.recordings.recover:recover",
        "Recordings",
        "Take in recordings that never reached the database.",
    ),
    Verb(
        "simulate",
        "cli.recordings.simulate:simulate",
        "Recordings",
        "Make a recording up, with its truth beside it.",
    ),
    Verb(
        "today",
        "cli.training.week:today",
        "Training",
        "Show what was done today, and what is left to do.",
    ),
    Verb(
        "week",
        "cli.training.week:week",
        "Training",
        "Show what was done each day of a week, compared with your plan or the usual dose.",
    ),
    Verb("plan", "cli.training.plan:plan", "Training", "Show, check or use your own plan."),
    Verb("log", "cli.training.log:log", "Training", "Log work that the sensor can't measure."),
    Verb(
        "sessions",
        "cli.review.sessions:sessions",
        "Review",
        "List the stored sessions, newest first.",
    ),
    Verb(
        "show", "cli.review.show:show", "Review", "Show one session with every rep, hop and hold."
    ),
    Verb("trend", "cli.review.trend:trend", "Review", "Follow a figure over the sessions."),
    Verb(
        "compare",
        "cli.review.compare:compare",
        "Review",
        "Put one leg beside the other, or one session beside another.",
    ),
    Verb("plot", "cli.review.plot:plot", "Review", "Draw the sets of a session as PNG or SVG."),
    Verb(
        "report",
        "cli.report.report:report",
        "Review",
        "Write sessions as one page to look at, to print or to hand on.",
    ),
    Verb(
        "correct",
        "cli.review.correct:correct",
        "Review",
        "Set a count right, or mark what was none.",
    ),
    Verb("note", "cli.review.sessions:note", "Review", "Put a note on a session."),
    Verb("delete", "cli.review.sessions:delete", "Review", "Delete a session."),
    Verb(
        "protocols",
        "cli.protocols.protocols:protocols",
        "Review",
        "List the guided tests and show their results.",
    ),
    Verb("browse", "cli.data.browse:browse", "Data", "Look into the database in a browser."),
    Verb(
        "export",
        "cli.data.export:export",
        "Data",
        "Write what is stored as tables for other programs.",
    ),
    Verb(
        "backup",
        "cli.data.backup:backup",
        "Data",
        "Copy the database into a file, whole and checked.",
    ),
    Verb("merge", "cli.data.merge:merge", "Data", "Bring another machine's sessions in."),
    Verb(
        "exercises",
        "cli.training.exercises:exercises",
        "Look up",
        "List the exercises Anklet knows.",
    ),
)

_BY_NAME = {verb.name: verb for verb in VERBS}


def _load(verb: Verb) -> typer.core.TyperCommand:
    module, _, name = verb.target.partition(":")
    function = getattr(importlib.import_module(module), name)
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(verb.name, help=_flowing(inspect.getdoc(function) or ""))(function)
    command = typer.main.get_command(alone)
    assert isinstance(command, typer.core.TyperCommand)  # noqa: S101 - one command, no callback
    return command


def _flowing(text: str) -> str:
    """Paragraphs on one line each, to be broken where the window ends; indented lines stay."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        each if each.startswith(" ") else each.replace("\n", " ") for each in paragraphs
    )


def _no_verb(name: str) -> UsageError:
    import difflib

    near = difflib.get_close_matches(name, list(_BY_NAME), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "`anklet --help` lists them"
    return UsageError(f"there is no verb {name!r}", remedy=hint)


class _LazyGroup(TyperGroup):
    """Lists verbs from the table, but hands out the real one, freshly imported, to run it."""

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def]  # typer's types are private
        if args and not args[0].startswith("-") and args[0] not in _BY_NAME:
            raise _no_verb(args[0])
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(_BY_NAME[str(name)]) if command else None, rest


app = typer.Typer(
    cls=_LazyGroup,
    name="anklet",
    help="Counts calf raises, times hops and scores holds from a motion sensor on the ankle.",
    epilog="anklet VERB --help explains a verb and shows examples of it.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)

for _verb in VERBS:
    app.command(_verb.name, help=_verb.short, rich_help_panel=_verb.group)(lambda: None)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"anklet {version('anklet')}")  # noqa: T201 - the answer itself
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    pass


def run(args: Sequence[str]) -> int:
    """Run one command line; gives its exit status instead of raising, whatever a person did."""
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
        complain(f"{error.format_message().rstrip('.')}; `{path} --help` explains")
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
    gc.set_threshold(_GARBAGE)
    never_fail_on_letters()
    raise SystemExit(run(sys.argv[1:]))
