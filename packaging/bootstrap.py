"""Set Sync Desktop up in `.venv` beside the project, and start it or its tests. Needs nothing but Python.

    python3 packaging/bootstrap.py demo [options of `sync-desktop demo`]
    python3 packaging/bootstrap.py test [options of pytest]
    python3 packaging/bootstrap.py setup

`demo` installs what the program needs and runs `sync-desktop demo`; `test` installs what developing needs and runs the
tests; `setup` does the same and runs nothing. On Windows the first word is `py`. Packages are pinned by hash in the
lock files beside this script. On Debian, system libraries that Qt needs are installed by apt where root runs this, and
are named where not. A second call finds everything done and starts at once.
"""

from __future__ import annotations  # the sentence about the version has to be said by older Pythons too

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = {"demo": "requirements.lock", "test": "requirements-dev.lock", "setup": "requirements-dev.lock"}
COMMANDS = {"demo": ["-m", "sync_desktop", "demo"], "test": ["-m", "pytest"]}
OLDEST, NEWEST = (3, 11), (3, 13)

QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""What Qt loads on Linux, and the Debian packages that hold it."""
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-randr.so.0": "libxcb-randr0",
}
"""What it loads in addition to open a window on an X display."""


class SetupError(Exception):
    """Something that the person who set this up can put right; its text is one sentence."""


def main(arguments: list[str]) -> int:
    """Set up what the first argument asks for, run it with the others, and return its exit status."""
    mode = arguments[0] if arguments else ""
    if mode not in LOCKS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        check_python()
        install_libraries(missing_libraries())
        python = make_environment(PROJECT / ".venv")
        install_packages(python, mode)
    except (SetupError, OSError) as error:
        print(f"Sync Desktop could not be set up: {error}", file=sys.stderr)
        return 1
    if mode not in COMMANDS:
        return 0
    try:
        return subprocess.call([str(python), *COMMANDS[mode], *arguments[1:]], cwd=PROJECT, env=keeping_bytecode())
    except KeyboardInterrupt:
        return 130


def check_python() -> None:
    """Refuse a Python that the locked packages are not made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        running = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(
            f"it needs Python 3.11, 3.12 or 3.13, and this is {running}; please call it with one of those."
        )


def missing_libraries() -> dict[str, str]:
    """Return the system libraries that Qt would not find here, with their Debian packages."""
    if not sys.platform.startswith("linux"):
        return {}
    wanted = {**QT_LIBRARIES, **(SCREEN_LIBRARIES if os.environ.get("DISPLAY") else {})}
    return {library: package for library, package in wanted.items() if not is_loadable(library)}


def is_loadable(library: str) -> bool:
    """Tell whether the system's loader finds a library, wherever the distribution keeps it."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_libraries(missing: dict[str, str]) -> None:
    """Install missing libraries by apt, where that can be done, or say which to install."""
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise SetupError(f"Qt needs these system libraries, which are missing: {', '.join(missing)}.")
    # A package's newer name (libglib2.0-0t64) still answers to the older one.
    install_by_apt(list(missing.values()))
    if left := [library for library in missing if not is_loadable(library)]:
        raise SetupError(f"Qt needs these system libraries, which are still missing: {', '.join(left)}.")


def install_by_apt(packages: list[str]) -> None:
    """Install Debian packages as root; anybody else is told the line to type."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise SetupError(f"some system packages are missing; please run: sudo {' '.join(command)}")
    print(f"Installing system packages: {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(
            step,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise SetupError(f"`{' '.join(step)}` failed: {last_line(done.stderr or done.stdout)}")


def make_environment(folder: Path) -> Path:
    """Make the virtual environment where there is none of this Python's version; return its interpreter."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if environment_version(python) == sys.version_info[:2]:
        return python
    if importlib.util.find_spec("ensurepip") is None:
        provide_venv()
    print(f"Making {folder.name} …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(folder)], "the virtual environment could not be made")
    return python


def environment_version(python: Path) -> tuple[int, ...] | None:
    """Return the version of an environment's interpreter; None where there is none that runs."""
    if not python.exists():
        return None
    asked = [str(python), "-c", "import pip, sys; print(*sys.version_info[:2])"]
    done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def provide_venv() -> None:
    """Get the part of Python that makes environments; Debian keeps it in a package of its own."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not shutil.which("apt-get"):
        raise SetupError(
            f"this Python lacks ensurepip; please install your system's package for it, such as {package}."
        )
    install_by_apt([package])


def install_packages(python: Path, mode: str) -> None:
    """Bring the environment to the lock file's versions and put the project itself in; nothing where that is done."""
    lock = LOCKS[mode]
    # What developing needs holds all that running needs, in the same versions.
    if is_stamped(python, lock) or is_stamped(python, LOCKS["test"]):
        return
    print("Installing the packages that are pinned; the first time this takes about a minute …", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "-qq", "install"]
    stamp_of(python, lock).unlink(missing_ok=True)
    pinned = ["--require-hashes", "--only-binary=:all:", "-r", str(PROJECT / "packaging" / lock)]
    run([*pip, *pinned], "the packages could not be installed")
    # The build backend is in the lock, so that nothing unpinned is fetched to build the project.
    project = ["--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]
    run([*pip, *project], "the project could not be installed")
    compiling = [str(python), "-m", "compileall", "-q", "-j", "0", str(PROJECT / "sync_desktop")]
    run(compiling, "the project could not be compiled")  # an editable install leaves that to the first start
    stamp_of(python, lock).write_text(fingerprint(lock), encoding="utf-8")


def stamp_of(python: Path, lock: str) -> Path:
    """Return the file in an environment that says which state of a lock was installed whole."""
    return python.parent.parent / f"{lock}.stamp"


def is_stamped(python: Path, lock: str) -> bool:
    """Tell whether a lock, as it is now, was installed whole."""
    stamp = stamp_of(python, lock)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(lock)


def fingerprint(lock: str) -> str:
    """Return a text that changes when a lock file or the project's own description does, or the folder moves."""
    digest = hashlib.sha256(str(PROJECT).encode())
    for file in (PROJECT / "packaging" / lock, PROJECT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def keeping_bytecode() -> dict[str, str]:
    """Return this process's environment, but with compiled modules kept, whatever the shell says.

    Without them each start compiles the project anew, and each of the tests' processes all test modules, which takes
    longer than a whole folder of tests.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: list[str], otherwise: str) -> None:
    """Run a command whose words are shown as they come; a failure is a SetupError."""
    if subprocess.call(command, stdin=subprocess.DEVNULL):
        raise SetupError(f"{otherwise}; what went wrong stands above.")


def last_line(text: str) -> str:
    """Return the last line that says anything."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it gave no reason")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
