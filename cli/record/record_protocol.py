"""``anklet record PROTOCOL``: instructions before a guided test, and its result at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.output import out
from sensing.core.errors import AnkletError, UsageError

if TYPE_CHECKING:
    from sensing.guided.protocols import Protocol
    from sensing.store.store import Store

_ITS_OWN = ("reps", "time", "tempo", "metronome", "sets")
"""Options of ``record`` that a protocol fixes itself."""


def refuse_conflicts(
    protocol: Protocol, typed: Iterable[str], *, two_sensors: bool, mass_kg: float | None
) -> None:
    """Refuse options that would make it another test.

    Raises:
        UsageError: an option contradicts the protocol, or the mass is impossible.
    """
    from sensing.protocol_scoring.outcome import About

    About(body_mass_kg=mass_kg)  # refuses an impossible mass
    wrong = [f"--{name}" for name in _ITS_OWN if name in typed]
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} cannot be changed in {protocol.name}",
            remedy=f"leave it out, or record {protocol.exercise} instead",
        )
    if protocol.one_leg and two_sensors:
        raise UsageError(
            f"{protocol.name} tests one leg at a time",
            remedy="give --side and the sensor on that leg, then do the other",
        )


def box_height(name: str | None, given_cm: float | None) -> float | None:
    """Height of the box of a drop jump, m.

    Raises:
        UsageError: it is impossible, or there is no box in this exercise or test.
    """
    from sensing.protocol_scoring import drop_jump_test
    from sensing.protocol_scoring.outcome import About

    if given_cm is None:
        return None
    if name not in (drop_jump_test.NAME, drop_jump_test.EXERCISE):
        raise UsageError(
            "--box is for drop jumps",
            remedy=f"leave it out, or record {drop_jump_test.NAME}",
        )
    return About(box_height_m=given_cm / 100).box_height_m


def complete_exercise_or_protocol(incomplete: str) -> list[tuple[str, str]]:
    """Names of both that begin with what was typed, for shell completion."""
    from cli.common.options import complete_exercise
    from sensing.guided.protocols import PROTOCOLS

    tests = [(row.name, row.measured) for row in PROTOCOLS if row.name.startswith(incomplete)]
    return [*complete_exercise(incomplete), *tests]


def body_mass(store: Store, athlete: str, given_kg: float | None) -> float | None:
    """Body mass to store with a test: as given now (and stored with the athlete), or before."""
    if given_kg is not None:
        store.add_athlete(athlete, body_mass_kg=given_kg)
        return given_kg
    known = {each.name: each.body_mass_kg for each in store.athletes()}
    return known.get(athlete)


def print_result(db: Path, session_ids: Sequence[int]) -> None:
    """Print the result of the test, or that nothing was detected in it."""
    from cli.protocols.protocol_report import print_results
    from cli.protocols.protocol_results import AthleteData, results_with_other_leg
    from sensing.store.store import open_store

    for session_id in session_ids:
        with open_store(db) as store:
            try:
                protocol, results = results_with_other_leg(store, session_id, None, AthleteData())
            except AnkletError as error:
                out().print(f"No result: {error}")
                continue
        print_results(results, protocol)
