"""Who calls: the three headers of every request, and the lock after too many wrong secrets."""

import hmac
from collections import Counter
from collections.abc import Mapping

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import RefusedError, errors
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.settings import ApiUser, AutotaskSettings


class Door:
    """Knows the users of one tenant, and which of them are locked."""

    def __init__(self, settings: AutotaskSettings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self._users = {user.username.lower(): user for user in settings.users()}
        self._wrong: Counter[str] = Counter()
        self._locked: set[str] = set()

    @property
    def locked(self) -> frozenset[str]:
        """Return the names of the locked users, in lower case."""
        return frozenset(self._locked)

    def unlock(self, username: str | None = None) -> None:
        """Do what an administrator does in Resources: unlock one user, or all."""
        names = set(self._users) if username is None else {username.lower()}
        self._locked -= names
        for name in names:
            self._wrong.pop(name, None)

    def user(self, username: str | None) -> ApiUser:
        """Return a user by name. Raises `RefusedError` (500) where there is none, as zoneInformation does too."""
        user = self._users.get((username or "").lower())
        if user is None:
            raise errors(texts.ZONE_UNKNOWN)
        return user

    def admit(self, headers: Mapping[str, str]) -> ApiUser:
        """Return who signed a request. Raises `RefusedError` in the vendor's way; a wrong secret is counted."""
        user = self.user(headers.get("UserName"))
        name = user.username.lower()
        if name in self._locked:
            raise self._locked_out()
        if not _same(headers.get("Secret"), user.secret):
            self._wrong[name] += 1
            limit = self._allowed()
            if limit is not None and self._wrong[name] >= limit:
                self._locked.add(name)
            raise self.wrong_secret()
        if not _same(headers.get("ApiIntegrationCode"), self.code_of(user)):
            raise errors(texts.INTEGRATION_CODE)
        self._wrong.pop(name, None)
        return user

    def code_of(self, user: ApiUser) -> str:
        """Return the tracking identifier that a user signs with."""
        return user.integration_code or self._settings.integration_code

    def _allowed(self) -> int | None:
        told = self._facts.get("lockout_after")
        if told == "never":
            return None
        return self._settings.lockout_after if told == "configured" else int(told)

    def wrong_secret(self) -> RefusedError:
        """Return the answer to a wrong secret."""
        if self._facts.at("unauthorized_body", "errors"):
            return errors(texts.UNAUTHORIZED, status=401)
        return RefusedError(401, None)

    def _locked_out(self) -> RefusedError:
        match self._facts.get("locked_answer"):
            case "401_text":
                return errors(texts.LOCKED, status=401)
            case "500_text":
                return errors(texts.LOCKED)
            case _:
                return RefusedError(401, None)


def _same(told: str | None, real: str) -> bool:
    return hmac.compare_digest((told or "").encode(), real.encode())
