"""``anklet browse``: the database in a web browser, read-only, on this computer only.

Datasette runs in this process on a socket that is bound first, so that no other program can take
the port in between. Only requests with the host name of this computer are answered, which stops
DNS rebinding: a foreign page that points its own name at 127.0.0.1 gets nothing.
"""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer

from cli.common.database import Db
from cli.common.output import out, remark
from sensing.core.errors import StoreError, UsageError

_HOST = "127.0.0.1"
_FIRST_PORT = 8001
_TRIES = 50
_OURS = {b"127.0.0.1", b"localhost"}
_LAST_PORT = 65535

App = Callable[[Any, Any, Any], Awaitable[None]]


def browse(
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=_LAST_PORT,
            metavar="N",
            help="Port to listen on; by default the first free one from 8001.",
        ),
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address, but open no browser.")
    ] = False,
    db: Db = None,
) -> None:
    """Browse the database in a web browser.

    Opens the database read-only in Datasette: every table with the meaning of its columns, filters,
    ready-made queries and your own SQL, also as CSV and JSON. Only this computer can reach it. You
    can record meanwhile. Ctrl-C stops it.

    [bold]Examples[/bold]

      anklet browse
      anklet browse --port 8080 --no-open
    """
    server_of = _server()
    from datasette.utils import tilde_encode

    place = _database(db)
    listening = _listen(port)
    address = f"http://{_HOST}:{listening.getsockname()[1]}/{tilde_encode(place.stem)}"
    server = server_of(_only_here(_pages(place)))
    out().print(address, soft_wrap=True)
    remark("press Ctrl-C to stop")
    if not no_open:
        # In a thread: some browsers block until they are closed. The socket is listening already.
        Thread(target=webbrowser.open, args=[address], daemon=True).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    finally:
        listening.close()


def _server() -> Callable[[App], Any]:
    try:
        import datasette  # noqa: F401 - is it installed?
        import uvicorn
    except ImportError:
        raise UsageError(
            "this needs Datasette, which is not installed",
            remedy="pip install datasette beside Anklet",
        ) from None
    return lambda app: uvicorn.Server(
        uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
    )


def _database(db: Path | None) -> Path:
    """Path of the database, checked and migrated.

    Raises:
        StoreError: it does not exist, or can't be used.
    """
    from sensing.store.store import open_store

    with open_store(db, create=False) as store:
        place = store.place
    if not place.exists():
        raise StoreError(
            "there is no database yet",
            where=str(place),
            remedy="`anklet record` or `anklet replay RECORDING` saves the first session",
        )
    if any(letter in str(place) for letter in "?#%"):
        raise StoreError(
            "Datasette can't open a path with ?, # or % in it",
            where=str(place),
            remedy="`anklet backup` makes a copy elsewhere; browse that with --db",
        )
    return place


def _pages(place: Path) -> App:
    import rich
    from datasette.app import Datasette

    from sensing.store.browse.browsing import SETTINGS, metadata

    # Datasette prints a traceback on rich's own console for every wrong address and query; the
    # page shows the error anyway.
    rich.reconfigure(quiet=True)
    # For a database in use Datasette must be able to create SQLite's shared memory. In a folder
    # that can't be written to, the database can't be in use.
    changing = os.access(place.parent, os.W_OK)
    made = Datasette(
        files=[str(place)] if changing else [],
        immutables=[] if changing else [str(place)],
        metadata=metadata(place.stem),
        settings=SETTINGS,
        static_mounts=[("assets", str(Path(__file__).with_name("browse_assets")))],
    )
    pages: App = made.app()
    return pages


def _only_here(pages: App) -> App:
    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            asked = dict(scope["headers"]).get(b"host", b"")
            if asked.rpartition(b":")[0] not in _OURS and asked not in _OURS:
                await send({"type": "http.response.start", "status": 421, "headers": []})
                await send({"type": "http.response.body", "body": b"Only for this computer.\n"})
                return
        await pages(scope, receive, send)

    return guarded


def _listen(port: int | None) -> socket.socket:
    """A socket that listens on this computer only.

    Raises:
        UsageError: the port, or every port tried, is taken or not allowed.
    """
    tried = range(_FIRST_PORT, _FIRST_PORT + _TRIES) if port is None else [port]
    for each in tried:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_HOST, each))
            listening.listen()
        except OSError as error:
            listening.close()
            if port is not None:
                raise UsageError(
                    f"port {port} can't be used: {error.strerror}",
                    remedy="give another --port, or leave it out to use a free one",
                ) from error
        else:
            return listening
    raise UsageError(
        f"no port from {tried[0]} to {tried[-1]} is free", remedy="choose one with --port"
    )
