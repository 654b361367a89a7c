"""The lock files: pinned by hash, without addresses, in step with pyproject.toml and with each other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
ENTRY = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)(?:    --hash=.*\n)+)", re.MULTILINE)


def text(lock: str) -> str:
    return (PROJECT / "packaging" / lock).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in ENTRY.finditer(text(lock))}


def wanted(lock: str) -> list[Requirement]:
    description = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [*description["project"]["dependencies"], *description["build-system"]["requires"]]
    if lock == "requirements-dev.lock":
        names += description["dependency-groups"]["dev"]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes_and_none_an_address(lock: str) -> None:
    content = text(lock)
    assert len(re.findall(r"^[a-z]", content, re.MULTILINE)) == len(pins(lock)) > 40
    assert not re.search(
        r"https?:|file:|^\s*-(i|f|e)\b|--(extra-)?index|--find-links|--trusted|@ ", content, re.MULTILINE
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_to_a_version_that_fits(lock: str) -> None:
    pinned = pins(lock)
    for requirement in wanted(lock):
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


def test_developing_uses_the_versions_that_are_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_each_systems_keyring_is_locked_for_that_system() -> None:
    content = text("requirements.lock")
    assert re.search(r"^secretstorage==\S+ ; sys_platform == 'linux'", content, re.MULTILINE)
    assert re.search(r"^pywin32-ctypes==\S+ ; sys_platform == 'win32'", content, re.MULTILINE)
