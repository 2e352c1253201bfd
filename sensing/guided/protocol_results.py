"""From what was recorded to the result of a test: which module answers for which protocol.

A result is always made of the finished analysis of the whole recording, with the person's
corrections obeyed, never of the live guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sensing.core.errors import UsageError
from sensing.core.events import Hold, Hop, Rep, Set, Steadiness
from sensing.core.samples import Side
from sensing.guided.protocols import Protocol
from sensing.protocol_scoring import cadence_test, endurance_test, hold_tests, ten_to_five
from sensing.protocol_scoring.hold_tests import Trial
from sensing.protocol_scoring.outcome import About, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recording of one side.

    Attributes:
        sets: found in it, as corrected, in order of time.
        parts: steadiness of the thirds of its longest hold, where the samples were at hand.
        told_reps: how many raises there were, where the person has set that right.
    """

    sets: tuple[Set, ...]
    parts: tuple[Steadiness | None, ...] = ()
    told_reps: int | None = None

    @property
    def reps(self) -> tuple[Rep, ...]:
        """All raises, in order of time."""
        return tuple(rep for each in self.sets for rep in each.reps)

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The contacts of the longest series: what is shorter was a try before it."""
        return max((each.hops for each in self.sets), key=len, default=())

    @property
    def holds(self) -> tuple[Hold, ...]:
        """All holds, in order of time."""
        return tuple(hold for each in self.sets for hold in each.holds)


def result(
    protocol: Protocol, recorded: Sequence[Recorded], about: About, side: Side | None = None
) -> Outcome:
    """The result of one side.

    Args:
        protocol: the test.
        recorded: its recordings, in order; one but for balance. Of several the longest is told.
        about: what is known besides.
        side: the leg.

    Raises:
        UsageError: nothing of the test's kind was found in them.
    """
    _check(protocol, recorded)
    trials = [Trial(holds=each.holds, parts=each.parts) for each in recorded]
    raised = max(recorded, key=lambda each: len(each.reps))
    best_hops = max((each.hops for each in recorded), key=len, default=())
    makers: dict[str, Callable[[], Outcome]] = {
        endurance_test.NAME: lambda: endurance_test.endurance(
            raised.reps, about, side, own_count=raised.told_reps
        ),
        ten_to_five.NAME: lambda: ten_to_five.ten_to_five(best_hops, about, side),
        cadence_test.NAME: lambda: cadence_test.cadence(best_hops, about, side),
        hold_tests.HOLD: lambda: hold_tests.hold_to_failure(trials, about, side),
        hold_tests.BALANCE: lambda: hold_tests.balance(trials, about, side),
    }
    return makers[protocol.name]()


def _check(protocol: Protocol, recorded: Sequence[Recorded]) -> None:
    kinds: dict[str, tuple[str, Callable[[Recorded], Sequence[object]]]] = {
        endurance_test.NAME: ("raises", lambda each: each.reps),
        ten_to_five.NAME: ("hops", lambda each: each.hops),
        cadence_test.NAME: ("hops", lambda each: each.hops),
        hold_tests.HOLD: ("hold", lambda each: each.holds),
        hold_tests.BALANCE: ("hold", lambda each: each.holds),
    }
    what, of = kinds[protocol.name]
    if not any(of(each) for each in recorded):
        raise UsageError(
            f"no {what} found: nothing to make a {protocol.name} of",
            remedy="`anklet show ID` lists what was found",
        )
