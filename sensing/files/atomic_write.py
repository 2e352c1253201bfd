"""Files and folders that are whole or not there: written beside their place, then renamed.

Whatever stops the writing (an error, Ctrl-C) takes away what was begun. A kill leaves a hidden
``.NAME.part-…`` beside the place, never something half at the place itself. What is written is for
its owner alone: it is about a person's body.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sensing.core.errors import UsageError


@contextmanager
def new_file(target: Path, *, force: bool) -> Iterator[Path]:
    """A file to write, which becomes ``target`` when the block ends well.

    Args:
        force: let it take the place of a file that is there already.

    Raises:
        UsageError: there is something at ``target``, or no way to write there.
    """
    with _explained(target):
        _need_parent(target)
        if target.exists() and not target.is_file():
            what = "a directory" if target.is_dir() else "a device"
            raise UsageError(
                f"this is {what}, not a file", where=str(target), remedy="name a new file"
            )
        if not force and _occupied(target):
            raise UsageError(
                "exists already", where=str(target), remedy="name another file, or use --force"
            )
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.part-", dir=target.parent)
        os.close(handle)
    made = Path(name)
    try:
        yield made
        _sync(made)
        with _explained(target):
            made.replace(target)
        _sync(target.parent)
    finally:
        made.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path, *, force: bool, ours: frozenset[str]) -> Iterator[Path]:
    """A folder to fill, which becomes ``target`` when the block ends well.

    Args:
        force: let it take the place of a folder that holds nothing but files called as in ``ours``.
        ours: names of files that may be thrown away.

    Raises:
        UsageError: there is something at ``target`` that may not go, or no way to write there.
    """
    with _explained(target):
        _need_parent(target)
        _refuse_full(target, force=force, ours=ours)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
    try:
        yield made
        for file in made.iterdir():
            _sync(file)
        with _explained(target):
            _refuse_full(target, force=force, ours=ours)  # as it is by now
            _put_in_place(made, target)
        _sync(target.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(made: Path, target: Path) -> None:
    if not target.exists():
        made.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    target.rename(old / "old")
    try:
        made.rename(target)
    except BaseException:
        (old / "old").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _need_parent(target: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(
            f"there is no directory {target.parent}", where=str(target), remedy="make it first"
        )


def _refuse_full(target: Path, *, force: bool, ours: frozenset[str]) -> None:
    if target.resolve() == Path.cwd():
        raise UsageError(
            "this is the folder you are in", where=str(target), remedy="name a new one in it"
        )
    if not _occupied(target):
        return
    if not target.is_dir() or target.is_symlink():
        raise UsageError(
            "this is no folder", where=str(target), remedy="give the name of a new folder"
        )
    there = sorted(each.name for each in target.iterdir())
    strange = [name for name in there if name not in ours]
    if strange:
        raise UsageError(
            f"the folder holds other things ({strange[0]})",
            where=str(target),
            remedy="give the name of a new folder",
        )
    if there and not force:
        raise UsageError(
            "the folder is not empty",
            where=str(target),
            remedy="name another, or let --force replace what is in it",
        )


def _occupied(target: Path) -> bool:
    return target.exists() or target.is_symlink()


def _sync(place: Path) -> None:
    """Force a file, or the names in a folder, onto the disk; Windows can't for a folder."""
    if place.is_dir() and os.name != "posix":
        return
    with suppress(PermissionError):
        handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(error.strerror or str(error), where=str(target)) from error
