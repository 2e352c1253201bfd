"""Options that have a new name: the old one works for one release, with a hint.

An old spelling is not in the help. The parser takes it for the new one, so that its value is
checked and refused in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from typer.core import TyperCommand, TyperOption

from cli.common.output import remark


@dataclass(frozen=True, slots=True)
class OldSpelling:
    """An option's old name and its new one, both with their dashes."""

    verb: str
    old: str
    new: str


OLD_SPELLINGS = (
    OldSpelling("analyze", "--format", "--input-format"),
    OldSpelling("replay", "--format", "--input-format"),
    OldSpelling("simulate", "--out", "--output"),
    OldSpelling("week", "--of", "--day"),
    OldSpelling("correct", "--reps", "--count"),
)


class Command(TyperCommand):
    """A verb that also takes the old spellings of its options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option in self.params:
            if isinstance(option, TyperOption) and option.is_flag:
                option.metavar = ""  # not <bool>: a flag has no value

    def make_parser(self, ctx: Any) -> Any:  # typer's parser is a private type
        """The parser of this command, with the old spellings added to it."""
        parser = super().make_parser(ctx)
        for each in OLD_SPELLINGS:
            if each.verb == self.name:
                option = next(
                    param
                    for param in self.params
                    if isinstance(param, TyperOption) and each.new in param.opts
                )
                parser.add_option(option, [each.old], option.name)
                if not ctx.resilient_parsing:  # a shell completing a line wants no hints
                    _with_hint(parser._long_opt[each.old], each.old, option.opts)  # noqa: SLF001
        return parser


def _with_hint(entry: Any, old: str, new: Sequence[str]) -> None:
    """Print the hint when the parser meets the old spelling."""
    process = entry.process

    def process_with_hint(value: object, state: object) -> None:
        remark(f"{old} is now {'/'.join(sorted(new, key=len))}")
        process(value, state)

    entry.process = process_with_hint
