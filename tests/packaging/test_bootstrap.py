"""Setting up: what is refused in which words, what is installed, and that a second call does nothing."""

import ast
import ctypes
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script over a project of its own, with the commands that it calls recorded instead of run."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "packaging").mkdir()
    for name in ("pyproject.toml", "packaging/requirements.lock", "packaging/requirements-dev.lock"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setattr(module, "environment_version", lambda _: sys.version_info[:2])
    monkeypatch.setattr(module, "missing_libraries", dict)
    return module


@pytest.fixture
def calls(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the script called, without the interpreter's own name."""
    called: list[list[str]] = []

    def _call(command: list[str], **_: Any) -> int:
        called.append(command[1:])
        return 0

    monkeypatch.setattr(bootstrap.subprocess, "call", _call)
    return called


def test_a_python_that_is_too_old_is_refused_in_one_sentence(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4))
    assert bootstrap.main(["demo"]) == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11, 3.12 or 3.13, and this is 3.10" in said
    assert said.count("\n") == 1


def test_the_script_can_be_read_by_old_pythons() -> None:
    """Otherwise they would show a syntax error instead of the sentence."""
    assert ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8)).body


def test_demo_installs_by_hash_then_the_project_and_starts_it(bootstrap: Any, calls: list[list[str]]) -> None:
    assert bootstrap.main(["demo", "--headless"]) == 0
    packages, project, compiling, demo = calls
    assert "--require-hashes" in packages
    assert packages[-1].endswith("requirements.lock")
    assert "--no-deps" in project
    assert "--no-build-isolation" in project
    assert compiling[:2] == ["-m", "compileall"]
    assert demo == ["-m", "sync_desktop", "demo", "--headless"]


def test_test_runs_pytest_with_what_developing_needs(bootstrap: Any, calls: list[list[str]]) -> None:
    assert bootstrap.main(["test", "-q"]) == 0
    assert calls[0][-1].endswith("requirements-dev.lock")
    assert calls[-1] == ["-m", "pytest", "-q"]


def test_a_second_call_installs_nothing(bootstrap: Any, calls: list[list[str]]) -> None:
    bootstrap.main(["demo"])
    calls.clear()
    bootstrap.main(["demo"])
    assert calls == [["-m", "sync_desktop", "demo"]]


def test_what_developing_needs_is_enough_for_the_demo(bootstrap: Any, calls: list[list[str]]) -> None:
    bootstrap.main(["setup"])
    calls.clear()
    bootstrap.main(["demo"])
    assert calls == [["-m", "sync_desktop", "demo"]]


@pytest.mark.parametrize("changed", ["packaging/requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_description_is_installed_again(
    bootstrap: Any, calls: list[list[str]], tmp_path: Path, changed: str
) -> None:
    bootstrap.main(["demo"])
    calls.clear()
    (tmp_path / changed).write_text("changed", encoding="utf-8")
    bootstrap.main(["demo"])
    assert len(calls) == 4


def test_an_installation_that_failed_is_tried_again_and_nothing_started(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[list[str]] = []

    def _fail(command: list[str], **_: Any) -> int:
        called.append(command)
        return 1

    monkeypatch.setattr(bootstrap.subprocess, "call", _fail)
    assert [bootstrap.main(["demo"]), bootstrap.main(["demo"])] == [1, 1]
    assert len(called) == 2
    assert "could not be set up: the packages could not be installed" in capsys.readouterr().err


def test_the_exit_status_is_that_of_what_was_run(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, **_: 3 if "demo" in command else 0)
    assert bootstrap.main(["demo"]) == 3


def test_what_is_run_keeps_its_bytecode_whatever_the_shell_says(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []

    def _call(_: list[str], **options: Any) -> int:
        given.append(options.get("env"))
        return 0

    monkeypatch.setattr(bootstrap.subprocess, "call", _call)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("SOMETHING_ELSE", "stays")
    assert bootstrap.main(["test"]) == 0
    assert "PYTHONDONTWRITEBYTECODE" not in given[-1]
    assert given[-1]["SOMETHING_ELSE"] == "stays"


def test_without_a_mode_it_says_how_it_is_used(bootstrap: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main([]) == 2
    assert "bootstrap.py demo" in capsys.readouterr().err


def test_somebody_who_is_not_root_is_told_the_line_to_type(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(bootstrap.SetupError, match=r"sudo apt-get install -y --no-install-recommends libegl1$"):
        bootstrap.install_libraries({"libEGL.so.1": "libegl1"})


def test_without_apt_the_missing_libraries_are_named(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(bootstrap.SetupError, match=r"libEGL\.so\.1"):
        bootstrap.install_libraries({"libEGL.so.1": "libegl1"})


def test_libraries_of_a_screen_are_only_asked_for_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("bootstrap_for_libraries", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def _not_there(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", _not_there)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert set(module.missing_libraries()) == set(module.QT_LIBRARIES)
    monkeypatch.setenv("DISPLAY", ":0")
    assert set(module.SCREEN_LIBRARIES) < set(module.missing_libraries())
    monkeypatch.setattr(module.sys, "platform", "win32")
    assert module.missing_libraries() == {}
