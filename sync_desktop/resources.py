"""Where the files of `resources/` are: inside the installed package, or beside it in a checkout."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def resource(name: str) -> "Traversable":
    """Return a file or folder of `resources/`, such as `diagnosis/autotask.toml`."""
    installed = files("sync_desktop").joinpath("_resources")
    root: Traversable = installed if installed.is_dir() else Path(__file__).resolve().parent.parent / "resources"
    return root.joinpath(*name.split("/"))
