"""The versions that a recording states it was made with."""

from __future__ import annotations

import platform
from importlib.metadata import version


def versions() -> dict[str, str]:
    """Versions of Anklet and of what it runs on, by name."""
    return {
        "anklet": version("anklet"),
        "bleak": version("bleak"),
        "python": platform.python_version(),
        "system": platform.system(),
    }
