"""Write files and folders completely or not at all: under a temporary name, then renamed.

After an error or Ctrl-C the temporary file is removed. A kill leaves a hidden ``.NAME.part-…``
behind, never half a file under the final name. Only the owner can read what is written, since it is
health data.
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
    """A temporary file to write, renamed to ``target`` if the block succeeds.

    Args:
        target: the file to be.
        force: replace an existing file.

    Raises:
        UsageError: ``target`` exists, or can't be written.
    """
    with _explained(target):
        _need_parent(target)
        if target.exists() and not target.is_file():
            what = "a directory" if target.is_dir() else "a device"
            raise UsageError(
                f"is {what}, not a file", where=str(target), remedy="give the name of a new file"
            )
        if not force and _occupied(target):
            raise UsageError(
                "exists already", where=str(target), remedy="give another name, or use --force"
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
    """A temporary folder to fill, renamed to ``target`` if the block succeeds.

    Args:
        target: the folder to be.
        force: replace a folder that holds only files of the names in ``ours``.
        ours: names of files that may be deleted.

    Raises:
        UsageError: ``target`` may not be replaced, or can't be written.
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
            _refuse_full(target, force=force, ours=ours)  # again: it may have changed meanwhile
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
            f"there is no directory {target.parent}", where=str(target), remedy="create it first"
        )


def _refuse_full(target: Path, *, force: bool, ours: frozenset[str]) -> None:
    if target.resolve() == Path.cwd():
        raise UsageError(
            "is the current folder", where=str(target), remedy="give the name of a new folder in it"
        )
    if not _occupied(target):
        return
    if not target.is_dir() or target.is_symlink():
        raise UsageError(
            "is not a folder", where=str(target), remedy="give the name of a new folder"
        )
    there = sorted(each.name for each in target.iterdir())
    strange = [name for name in there if name not in ours]
    if strange:
        raise UsageError(
            f"the folder contains other files ({strange[0]})",
            where=str(target),
            remedy="give the name of a new folder",
        )
    if there and not force:
        raise UsageError(
            "the folder is not empty",
            where=str(target),
            remedy="give another, or replace its contents with --force",
        )


def _occupied(target: Path) -> bool:
    return target.exists() or target.is_symlink()


def _sync(place: Path) -> None:
    """Flush a file or a folder's entries to the disk; Windows can't for a folder."""
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
