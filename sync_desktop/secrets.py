"""Secrets: in the operating system's keyring and nowhere else.

The stores block, some of them on a prompt of the operating system; `AsyncSecrets` keeps that off the loop's thread.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from pydantic import SecretStr

from sync_desktop.domain.failures import UserError

T = TypeVar("T")

SERVICE = "Sync Desktop"
"""The name under which the operating system's keyring shows our entries."""

LONGEST = 1280
"""UTF-16 units that the Windows Credential Locker holds (2,560 bytes an entry); the limit is the same everywhere, so
that a secret that was accepted on one system is accepted on another."""

_UNSAFE_MODULES = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it in files that anybody can read."""

_NO_KEYRING = (
    "This system has no keyring that Sync Desktop can keep secrets in: "
    "set one up, such as GNOME Keyring or KWallet, and unlock it."
)


class SecretStore(Protocol):
    """Keeps the secrets of sites by name. Every method may block and may raise UserError with one sentence."""

    def may_block(self, site_id: str) -> bool:
        """Tell whether a site's secrets are kept where somebody has to be waited for."""
        ...

    def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret; None where there is none."""
        ...

    def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Keep a secret in place of an older one."""
        ...

    def delete(self, site_id: str, name: str) -> None:
        """Forget a secret; without effect where there is none."""
        ...


class Backend(Protocol):
    """What is asked of a backend of the keyring library."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept; None where nothing is."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password."""
        ...


class KeyringSecrets:
    """The operating system's keyring.

    `backend` is for tests; by default it is the one that the keyring library finds, on first use. Backends that keep
    secrets in plain text, or not at all, are refused.
    """

    def __init__(self, backend: Backend | None = None) -> None:
        self._given = backend
        self._backend: Backend | None = None

    def may_block(self, site_id: str) -> bool:
        """Tell that the operating system may ask its user first."""
        del site_id
        return True

    def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret; raises UserError where the keyring cannot be asked."""
        value = _explained(lambda: self._safe().get_password(SERVICE, _entry(site_id, name)), "read")
        return None if value is None else SecretStr(value)

    def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Keep a secret; raises UserError where it is too long or the keyring refuses."""
        text = value.get_secret_value()
        units = len(text.encode("utf-16-le", errors="surrogatepass")) // 2
        if units > LONGEST:
            raise UserError(f"This secret is too long: it has {units:,} characters, and a keyring holds {LONGEST:,}.")
        _explained(lambda: self._safe().set_password(SERVICE, _entry(site_id, name), text), "save")

    def delete(self, site_id: str, name: str) -> None:
        """Forget a secret; raises UserError where the keyring refuses."""
        if self.get(site_id, name) is not None:
            _explained(lambda: self._safe().delete_password(SERVICE, _entry(site_id, name)), "delete")

    def _safe(self) -> Backend:
        """Return the backend, or the first safe one of several that the library has chained."""
        if self._backend is None:
            import keyring
            from keyring.backends.chainer import ChainerBackend

            found: Backend = self._given or keyring.get_keyring()
            several: list[Backend] = list(found.backends) if isinstance(found, ChainerBackend) else [found]
            safe = next((one for one in several if _is_safe(one)), None)
            if safe is None:
                raise UserError(_why_unsafe(several))
            self._backend = safe
        return self._backend


class MemorySecrets:
    """Secrets for as long as the program runs, where a person does not want them kept."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], SecretStr] = {}

    def may_block(self, site_id: str) -> bool:
        """Tell that nobody is waited for."""
        del site_id
        return False

    def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret; None where there is none."""
        return self._values.get((site_id, name))

    def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Keep a secret until the program ends."""
        self._values[site_id, name] = value

    def delete(self, site_id: str, name: str) -> None:
        """Forget a secret."""
        self._values.pop((site_id, name), None)


class PracticeSecrets:
    """The practice sites' credentials, by site and name: constants of the sandbox that are never written anywhere."""

    def __init__(self, values: Mapping[tuple[str, str], str]) -> None:
        self._values = {key: SecretStr(value) for key, value in values.items()}

    def knows(self, site_id: str) -> bool:
        """Tell whether a site is one of the practice sites."""
        return any(known == site_id for known, _ in self._values)

    def may_block(self, site_id: str) -> bool:
        """Tell that nobody is waited for."""
        del site_id
        return False

    def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret; None where there is none."""
        return self._values.get((site_id, name))

    def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Refuse: raises UserError."""
        del site_id, name, value
        raise UserError("The credentials of a practice site are fixed and cannot be changed.")

    def delete(self, site_id: str, name: str) -> None:
        """Refuse: raises UserError."""
        del site_id, name
        raise UserError("The credentials of a practice site are fixed and cannot be deleted.")


class MixedSecrets:
    """Practice sites' constants where there are such, and another store for every other site."""

    def __init__(self, practice: PracticeSecrets, other: SecretStore) -> None:
        self._practice = practice
        self._other = other

    def may_block(self, site_id: str) -> bool:
        """Tell what is so of whichever store has the site."""
        return self._store(site_id).may_block(site_id)

    def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret of whichever store has the site."""
        return self._store(site_id).get(site_id, name)

    def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Keep a secret; UserError for a practice site."""
        self._store(site_id).set(site_id, name, value)

    def delete(self, site_id: str, name: str) -> None:
        """Forget a secret; UserError for a practice site."""
        self._store(site_id).delete(site_id, name)

    def _store(self, site_id: str) -> SecretStore:
        return self._practice if self._practice.knows(site_id) else self._other


class AsyncSecrets:
    """A store on a thread of its own, so that a keyring that asks for its password holds up nothing else.

    What is in memory is read at once: each request is signed with it, and a thread takes longer than the reading.
    """

    def __init__(self, store: SecretStore) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="secrets")

    async def get(self, site_id: str, name: str) -> SecretStr | None:
        """Return a secret; None where there is none. Raises UserError."""
        return await self._run(site_id, lambda: self._store.get(site_id, name))

    async def set(self, site_id: str, name: str, value: SecretStr) -> None:
        """Keep a secret. Raises UserError."""
        await self._run(site_id, lambda: self._store.set(site_id, name, value))

    async def delete(self, site_id: str, name: str) -> None:
        """Forget a secret. Raises UserError."""
        await self._run(site_id, lambda: self._store.delete(site_id, name))

    def close(self) -> None:
        """End the thread once its present call is done; what has not begun is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, site_id: str, call: Callable[[], T]) -> T:
        if not self._store.may_block(site_id):
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _entry(site_id: str, name: str) -> str:
    return f"{site_id}/{name}"


def _is_safe(backend: Backend) -> bool:
    names = (f"{kind.__module__}." for kind in type(backend).__mro__)
    unsafe = any(name.startswith(f"{module}.") for name in names for module in _UNSAFE_MODULES)
    return not unsafe and "plaintext" not in type(backend).__name__.lower()


def _why_unsafe(backends: Sequence[Backend]) -> str:
    names = [f"{type(backend).__module__}.{type(backend).__qualname__}" for backend in backends]
    named = [name for name in names if not name.startswith("keyring.backends.")]
    if not named:
        return _NO_KEYRING
    return f"The keyring that this system is set to ({named[0]}) does not protect secrets, so nothing is kept in it."


def _explained(call: Callable[[], T], doing: str) -> T:
    """Return what a call to the keyring returns; raises UserError with one sentence for each way in which it may fail.

    The library's own texts are left out, since a backend may quote what it was given.
    """
    from keyring import errors

    try:
        return call()
    except errors.NoKeyringError:
        sentence = _NO_KEYRING
    except errors.KeyringLocked:
        sentence = "The keyring of this system is locked: unlock it and try again."
    except errors.InitError:
        sentence = "The keyring of this system could not be opened: unlock it or log in to the desktop, then try again."
    except errors.PasswordSetError:
        sentence = "The keyring of this system refused to save the secret."
    except errors.PasswordDeleteError:
        sentence = "The keyring of this system refused to delete the secret."
    except UserError:
        raise
    except Exception:  # noqa: BLE001 - a backend lets through whatever its system's own library raises
        sentence = f"The keyring of this system failed to {doing} the secret."
    raise UserError(sentence)
