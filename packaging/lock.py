"""Write the hash-pinned lock files beside this script anew.

    python3 packaging/lock.py [--upgrade]

Without `--upgrade` only what pyproject.toml demands is changed; with it, every package moves to its newest version that
fits. Needs `uv` on the PATH or as a module of this Python; nothing else of the project does.

Both files are for Python 3.11 to 3.13 on Linux, Windows and macOS at once (markers tell what is needed where), name
wheels only, and hold no addresses: whoever installs takes the packages from where their own pip is set to take them,
and the hashes say whether they are the right ones. `requirements-dev.lock` holds all of `requirements.lock` in the same
versions. The build backend is among them, so that installing the project itself fetches nothing that is not pinned.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
RUNTIME = HERE / "requirements.lock"
DEV = HERE / "requirements-dev.lock"
HEADER = (
    "# Made by packaging/lock.py; do not edit. Install with: pip install --require-hashes --only-binary=:all: -r {}\n"
)
EDITABLE = "editables"
"""What hatchling asks for in addition when a checkout is installed in place."""
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--only-binary=:all:",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--quiet",
)


def main(arguments: list[str]) -> int:
    """Make both files; the runtime one holds to the versions of the other."""
    if unknown := set(arguments) - {"--upgrade"}:
        print(f"Unknown option: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    compile_lock(DEV, "--group", "dev", *arguments)
    compile_lock(RUNTIME, "--constraints", within(DEV), *arguments)
    return 0


def compile_lock(lock: Path, *options: str) -> None:
    """Let uv resolve the project's requirements and its build backend's into one file."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        build = [*tomllib.load(file)["build-system"]["requires"], EDITABLE]
    # The comments in the file name paths as they are given: so uv runs in the project and is told short ones.
    command = [*uv(), "pip", "compile", "pyproject.toml", "-", *OPTIONS, *options, "--output-file", within(lock)]
    subprocess.run(command, input="\n".join(build), text=True, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    lock.write_text(HEADER.format(within(lock)) + without_header(lock), encoding="utf-8", newline="\n")
    print(f"{lock.name}: {sum('==' in line for line in lock.read_text(encoding='utf-8').splitlines())} packages")


def without_header(lock: Path) -> str:
    """Return a lock's text without the line that an earlier run put on top."""
    return "".join(
        line for line in lock.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("# Made by")
    )


def within(file: Path) -> str:
    """Return a file's path inside the project, with slashes on every system."""
    return file.relative_to(PROJECT).as_posix()


def uv() -> list[str]:
    """Return how uv is called here."""
    found = shutil.which("uv")
    return [found] if found else [sys.executable, "-m", "uv"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
