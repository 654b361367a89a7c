"""Saved pages and lists."""

from pathlib import Path

from sync_desktop.domain.failures import UserError
from sync_desktop.quoting.pasted.reading import LARGEST, decode


def read_file(path: Path) -> str:
    """Return the text of a saved page, CSV or text. UserError where it cannot be read, is too large, or is no text."""
    try:
        with path.open("rb") as file:
            return decode(file.read(LARGEST + 1))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
