"""Where secrets are kept, and the sentence for each way in which a keyring may refuse."""

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from keyring import errors
from keyring.backends.chainer import ChainerBackend
from keyring.core import load_keyring
from pydantic import SecretStr

from sync_desktop.domain.failures import UserError
from sync_desktop.secrets import AsyncSecrets, KeyringSecrets, MemorySecrets, PracticeSecrets, SecretStore


class Ring:
    """A keyring in memory that can be told to fail; no class of the library, which would offer it to everybody."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.failing = failing
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.failing:
            raise self.failing


class PlaintextKeyring(Ring):
    """A backend as keyrings.alt has it."""


class FileRing(Ring):
    """Another one, known by its package."""

    __module__ = "keyrings.alt.file"


FAIL, NULL, CHAIN = (f"keyring.backends.{name}" for name in ("fail.Keyring", "null.Keyring", "chainer.ChainerBackend"))


@pytest.mark.parametrize("store", [KeyringSecrets(Ring()), MemorySecrets()])
def test_a_secret_is_kept_replaced_and_forgotten(store: SecretStore) -> None:
    assert store.get("1", "api-key") is None
    store.set("1", "api-key", SecretStr("old"))
    store.set("1", "api-key", SecretStr("new"))
    store.set("2", "api-key", SecretStr("of another site"))
    kept = store.get("1", "api-key")
    assert kept is not None
    assert kept.get_secret_value() == "new"
    store.delete("1", "api-key")
    store.delete("1", "api-key")
    assert store.get("1", "api-key") is None


def test_the_keyring_shows_our_name() -> None:
    ring = Ring()
    KeyringSecrets(ring).set("1", "secret", SecretStr("x"))
    assert list(ring.kept) == [("Sync Desktop", "1/secret")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errors.NoKeyringError("hunter2"), "has no keyring"),
        (errors.KeyringLocked("hunter2"), "is locked: unlock it"),
        (errors.InitError("hunter2"), "could not be opened"),
        (errors.PasswordSetError("hunter2"), "refused to save the secret"),
        (errors.KeyringError("hunter2"), "failed to save the secret"),
        (LookupError("hunter2"), "failed to save the secret"),
    ],
)
def test_each_way_to_fail_has_one_sentence_without_the_secret(error: Exception, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as caught:
        KeyringSecrets(Ring(error)).set("1", "secret", SecretStr("hunter2"))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_keyring_that_refuses_to_delete_is_a_sentence() -> None:
    class Stubborn(Ring):
        def delete_password(self, service: str, username: str) -> None:
            raise errors.PasswordDeleteError(f"{service} {username}")

    store = KeyringSecrets(Stubborn())
    store.set("1", "secret", SecretStr("x"))
    with pytest.raises(UserError, match="refused to delete"):
        store.delete("1", "secret")


@pytest.mark.parametrize("name", [FAIL, NULL])
def test_a_system_without_a_keyring_is_told_so(name: str) -> None:
    with pytest.raises(UserError, match="has no keyring"):
        KeyringSecrets(load_keyring(name)).set("1", "secret", SecretStr("x"))


@pytest.mark.parametrize("backend", [PlaintextKeyring(), FileRing()])
def test_a_keyring_in_a_plain_file_is_refused(backend: Ring) -> None:
    with pytest.raises(UserError, match="does not protect secrets"):
        KeyringSecrets(backend).set("1", "secret", SecretStr("x"))
    assert backend.kept == {}


def test_of_several_keyrings_the_first_safe_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, safe = FileRing(), Ring()
    monkeypatch.setattr(ChainerBackend, "backends", [load_keyring(NULL), plain, safe])
    KeyringSecrets(load_keyring(CHAIN)).set("1", "secret", SecretStr("x"))
    assert (len(plain.kept), len(safe.kept)) == (0, 1)


def test_several_keyrings_of_which_none_is_safe_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChainerBackend, "backends", [load_keyring(FAIL), FileRing()])
    with pytest.raises(UserError, match=r"keyrings\.alt\.file\.FileRing.*does not protect"):
        KeyringSecrets(load_keyring(CHAIN)).set("1", "secret", SecretStr("x"))


@pytest.mark.parametrize(("value", "fits"), [("x" * 1280, True), ("x" * 1281, False), ("😀" * 641, False)])
def test_a_secret_that_windows_could_not_hold_is_refused_everywhere(value: str, fits: bool) -> None:
    ring = Ring()
    if fits:
        KeyringSecrets(ring).set("1", "secret", SecretStr(value))
    else:
        with pytest.raises(UserError, match="too long"):
            KeyringSecrets(ring).set("1", "secret", SecretStr(value))
    assert bool(ring.kept) is fits


def test_practice_credentials_are_read_only_and_not_shown() -> None:
    store = PracticeSecrets({("1", "secret"): "practice"})
    assert "practice" not in repr(store.get("1", "secret"))
    assert store.get("2", "secret") is None
    with pytest.raises(UserError, match="fixed"):
        store.set("1", "secret", SecretStr("mine"))
    with pytest.raises(UserError, match="fixed"):
        store.delete("1", "secret")


async def test_a_keyring_that_waits_for_a_person_holds_up_nothing_else() -> None:
    answered = threading.Event()

    class Asking(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            answered.wait(5)
            return f"{service} {username}"

    secrets = AsyncSecrets(KeyringSecrets(Asking()))
    asked = asyncio.create_task(secrets.get("1", "secret"))
    await asyncio.sleep(0)
    assert not asked.done()
    answered.set()
    value = await asked
    assert value is not None
    assert value.get_secret_value() == "Sync Desktop 1/secret"
    secrets.close()


async def test_the_async_door_keeps_and_forgets() -> None:
    secrets = AsyncSecrets(MemorySecrets())
    await secrets.set("1", "secret", SecretStr("x"))
    assert await secrets.get("1", "secret") == SecretStr("x")
    await secrets.delete("1", "secret")
    assert await secrets.get("1", "secret") is None
    secrets.close()


REAL = """
from pydantic import SecretStr
from sync_desktop.secrets import KeyringSecrets
store = KeyringSecrets()
store.set("1", "secret", SecretStr("kept for real"))
print(store.get("1", "secret").get_secret_value(), store.get("1", "other"))
store.delete("1", "secret")
store.delete("1", "secret")
print(store.get("1", "secret"))
"""

UNLOCKED = """
set -e
export HOME="$(mktemp -d)" XDG_RUNTIME_DIR="$(mktemp -d)"
chmod 700 "$XDG_RUNTIME_DIR"
unset XDG_DATA_HOME DISPLAY
eval "$(printf '\\n' | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
export GNOME_KEYRING_CONTROL
status=0
"$@" || status=$?
rm -rf "$HOME" "$XDG_RUNTIME_DIR"
exit $status
"""


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring-daemon and dbus-run-session",
)
def test_a_real_secret_service_keeps_and_forgets() -> None:
    root = Path(__file__).resolve().parents[2]
    command = ["dbus-run-session", "--", "bash", "-c", UNLOCKED, "bash", sys.executable, "-W", "ignore", "-c", REAL]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["kept for real None", "None"], done.stderr
