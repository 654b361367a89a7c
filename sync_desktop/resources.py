"""Where the files of `resources/` are: inside the installed package, or beside it in a checkout."""

from pathlib import Path


def resource(name: str) -> Path:
    """Return a file or folder of `resources/`, such as `diagnosis/autotask.toml`.

    By the package's own place, without `importlib.resources`: that alone costs a fiftieth of the window's first paint.
    """
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    root = installed if installed.is_dir() else package.parent / "resources"
    return root.joinpath(*name.split("/"))
