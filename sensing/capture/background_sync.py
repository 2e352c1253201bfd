"""Calls ``fsync`` in a thread of its own, so that a slow disk does not delay packet timestamps.

``fsync`` may take half a second on a busy disk; on the event loop that would hold up the callbacks
that timestamp packets. Only one call runs at a time; a request during a call is skipped, because
the next one, at most a second later, covers it.
"""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue


class BackgroundSync:
    """A :data:`sensing.capture.recorder.Sync` that returns at once. Close it at the end."""

    def __init__(self) -> None:
        self._due: SimpleQueue[int | None] = SimpleQueue()
        self._busy = threading.Event()
        self._failed: OSError | None = None
        self._thread = threading.Thread(target=self._work, name="anklet-sync", daemon=True)
        self._thread.start()

    def __call__(self, descriptor: int) -> None:
        """Request an fsync of a file.

        Raises:
            OSError: an earlier call failed.
        """
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed
        if not self._busy.is_set():
            self._busy.set()
            # A descriptor of its own, because the file may be closed before its turn.
            self._due.put(os.dup(descriptor))

    def close(self) -> None:
        """Finish pending calls."""
        self._due.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (descriptor := self._due.get()) is not None:
            try:
                os.fsync(descriptor)
            except OSError as error:
                self._failed = error
            finally:
                os.close(descriptor)
                self._busy.clear()
