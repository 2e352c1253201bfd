"""What a recording says it was made with."""

from __future__ import annotations

import platform
from importlib.metadata import version


def versions() -> dict[str, str]:
    """Versions of the program and of what else made the recording, by name."""
    return {
        "anklet": version("anklet"),
        "bleak": version("bleak"),
        "python": platform.python_version(),
        "system": platform.system(),
    }
