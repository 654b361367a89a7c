"""What SQLite reports, in a sentence for the person at the screen."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sync_desktop.domain.failures import UserError


def damaged(path: Path) -> UserError:
    """Say that a file cannot be read as a workspace although it may once have been one."""
    return UserError(f"{path} is damaged or is not a workspace; put back a copy of it, or choose another file.")


def locked(path: Path) -> UserError:
    """Say that somebody else keeps the file to himself."""
    return UserError(f"Another program is using {path}; close it or let it finish, then try again.")


def read_only(path: Path) -> UserError:
    """Say that the file may not be written."""
    return UserError(f"{path} is read-only; give yourself the right to change it, or choose another file.")


def no_space(path: Path) -> UserError:
    """Say that nothing was saved for want of space."""
    return UserError(f"No space is left for {path}, so this was not saved; make room and try again.")


def _sentence(path: Path, code: int) -> UserError | None:
    """Return what a person should read for an SQLite result code; None where the mistake is this program's."""
    match code & 0xFF:  # the low byte is the kind, the rest its shade
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return locked(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return read_only(path)
        case sqlite3.SQLITE_FULL:
            return no_space(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_CANTOPEN:
            return UserError(f"{path} cannot be opened; see that its folder is there and that you may write to it.")
        case sqlite3.SQLITE_IOERR:
            return UserError(f"The disk failed while {path} was in use, so this was not saved; check the disk.")
        case _:
            return None


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into a UserError; mistakes of this program pass as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        sentence = _sentence(path, getattr(cause, "sqlite_errorcode", 0))
        if sentence is None:
            raise
        raise sentence from error
