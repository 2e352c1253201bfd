"""What a plan asks for today, and why: printed for ``anklet plan next`` and ``anklet plan``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from cli.common.output import out, print_lines
from cli.training.plan_words import (
    command_of,
    days_words,
    entry_words,
    rest_words,
    running_words,
    why_words,
)
from sensing.training.plan import due

if TYPE_CHECKING:
    from sensing.training.plan import Plan, Progress
    from sensing.training.recovery import Unrested


def print_next(
    plan: Plan, steps: Sequence[Progress], running: Sequence[Unrested], now: date, *, athlete: str
) -> None:
    """Today's targets with their commands, then those of later days."""
    console = out()
    whose = f" ({athlete})" if athlete else ""
    console.print(f"{plan.name}{whose}, {now:%a} {now}", style="bold")
    today = due(steps)
    for each in today:
        _print_step(each, now, athlete=athlete)
    if not today:
        console.print("Nothing is left for today.")
    later = [each for each in steps if each not in today]
    if later:
        console.print("\nLater", style="bold")
        for each in later:
            done = "next time" if each.sets_today else days_words(each.entry)
            why = f": {each.why}" if each.why else ""
            print_lines(console, [f"{entry_words(each.entry, each.side)} ({done}){why}"])
    if running:
        console.print()
        print_lines(console, running_words(running))


def print_today(steps: Sequence[Progress], now: date, *, athlete: str) -> None:
    """Commands of what is planned for today and not done yet."""
    today = [each for each in steps if each.due_today]
    if today:
        out().print("\nToday", style="bold")
    for each in today:
        out().print(f"  {_command(each, athlete)}", soft_wrap=True)
        _print_why(each, now)


def _print_step(step: Progress, now: date, *, athlete: str) -> None:
    console = out()
    left = "" if step.due_today else " (left over)"
    words = entry_words(step.entry, step.side, sets=step.sets_left or step.entry.sets)
    console.print()
    print_lines(console, [f"{words}{left}"])
    _print_why(step, now)
    console.print(f"    {_command(step, athlete)}", soft_wrap=True)


def _print_why(step: Progress, now: date) -> None:
    lines = [each for each in (why_words(step, now), rest_words(step)) if each]
    print_lines(out(), [f"  {each}" for each in lines])


def _command(step: Progress, athlete: str) -> str:
    sets = step.sets_left or step.entry.sets
    return command_of(step.entry, step.side, sets=sets, athlete=athlete)
