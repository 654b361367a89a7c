"""Bringing an older workspace to this version, with alembic. Loaded only where a version differs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(conn: Connection, revision: str = "head") -> None:
    """Run the migrations that a workspace lacks, inside the transaction that the connection is in."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, revision)
