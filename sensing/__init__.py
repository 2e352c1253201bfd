"""From the bytes of an ankle-worn motion sensor to reps, hops and holds.

The names in ``__all__`` are the public API (docs/python.md); everything else is private and may
change with any version. A recording is read, analysed, and becomes rows of a table::

    import sensing

    recording = sensing.read("workout.csv.gz")
    analysis = sensing.analyse(recording, "single-leg-calf-raise")
    rows = analysis.to_rows()

They are loaded when first used, so that ``import sensing`` by itself costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensing.api.analysis import Analysis
    from sensing.api.recordings import (
        Simulated,
        analyse,
        load_profile,
        read,
        simulate,
    )
    from sensing.core.errors import AnkletError, RecordingError, UsageError
    from sensing.core.samples import Recording
    from sensing.guided.pacing import Tempo
    from sensing.profile.profile import Profile
    from sensing.simulation.options import Options as SimulationOptions

__all__ = [
    "Analysis",
    "AnkletError",
    "Profile",
    "Recording",
    "RecordingError",
    "Simulated",
    "SimulationOptions",
    "Tempo",
    "UsageError",
    "analyse",
    "load_profile",
    "read",
    "simulate",
]

_HOMES = {
    "sensing.api.analysis": ("Analysis",),
    "sensing.api.recordings": ("Simulated", "analyse", "load_profile", "read", "simulate"),
    "sensing.core.errors": ("AnkletError", "RecordingError", "UsageError"),
    "sensing.core.samples": ("Recording",),
    "sensing.guided.pacing": ("Tempo",),
    "sensing.profile.profile": ("Profile",),
}
_HOME_OF = {name: (home, name) for home, names in _HOMES.items() for name in names}
_HOME_OF["SimulationOptions"] = ("sensing.simulation.options", "Options")


def __getattr__(name: str) -> object:
    """A public name, from where it is defined."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sensing' has no attribute {name!r}")
    home, defined = _HOME_OF[name]
    return getattr(import_module(home), defined)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
