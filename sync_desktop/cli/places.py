"""Where files are when nobody names them. Plain, because the window asks before anything else is loaded."""

from pathlib import Path


def default_workspace() -> Path:
    """Return where a workspace is kept when none is named."""
    from platformdirs import user_data_path

    return user_data_path("Sync Desktop", appauthor=False, ensure_exists=True) / "workspace.db"
