"""From recordings to the result of a test: which module scores which protocol.

A result comes from the analysis of the whole recording with the athlete's corrections applied,
never from provisional counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sensing.core.errors import UsageError
from sensing.core.events import Hold, Hop, Rep, Set, Steadiness
from sensing.core.samples import Side
from sensing.guided.protocols import Protocol
from sensing.protocol_scoring import (
    cadence_test,
    drop_jump_test,
    endurance_test,
    hold_tests,
    ten_to_five,
)
from sensing.protocol_scoring.hold_tests import Trial
from sensing.protocol_scoring.outcome import About, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recording of one side.

    Attributes:
        sets: detected in it, as corrected, in order of time.
        parts: steadiness of the thirds of its longest hold, if the samples are available.
        told_reps: number of raises, if the athlete has corrected it.
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
        """The hops of the longest series; a shorter one was a practice trial."""
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
        recorded: its recordings, in order: one, except for balance and drop jumps, which have one
            a trial. Of several others the longest counts.
        about: what is known of the athlete and the test.
        side: the leg.

    Raises:
        UsageError: nothing that the test measures was detected in them.
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
        drop_jump_test.NAME: lambda: drop_jump_test.drop_jump_test(
            [hop for each in recorded for done in each.sets for hop in done.hops], about, side
        ),
        hold_tests.HOLD: lambda: hold_tests.hold_to_failure(trials, about, side),
        hold_tests.BALANCE: lambda: hold_tests.balance(trials, about, side),
    }
    return makers[protocol.name]()


def _check(protocol: Protocol, recorded: Sequence[Recorded]) -> None:
    kinds: dict[str, tuple[str, Callable[[Recorded], Sequence[object]]]] = {
        endurance_test.NAME: ("raises", lambda each: each.reps),
        ten_to_five.NAME: ("hops", lambda each: each.hops),
        cadence_test.NAME: ("hops", lambda each: each.hops),
        drop_jump_test.NAME: ("drop jump", lambda each: each.hops),
        hold_tests.HOLD: ("hold", lambda each: each.holds),
        hold_tests.BALANCE: ("hold", lambda each: each.holds),
    }
    what, of = kinds[protocol.name]
    if not any(of(each) for each in recorded):
        raise UsageError(
            f"no {what} detected, so there is no result of {protocol.name}",
            remedy="`anklet show ID` lists what was detected",
        )
