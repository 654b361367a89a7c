"""Who calls: tokens for applications, and what the scopes of a token open."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RefusedError, invalid_client, oauth, unauthorized
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.halopsa.settings import ApiApplication, HalopsaSettings

_EVERY_AREA = frozenset({"all", "all:standard", "admin"})
_WEBHOOKS = frozenset({"all", "admin", "admin:webhooks"})
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Token:
    """What an application was given."""

    application: ApiApplication
    scopes: frozenset[str]
    ends: float
    """In seconds of the instance's monotonic clock."""

    def opens(self, area: str, *, writing: bool) -> bool:
        """Return whether the scopes let this token read or write an area: customers, crm, items, setup and so on."""
        if writing and self.application.read_only:
            return False
        if area == "webhooks":
            return bool(self.scopes & _WEBHOOKS)
        if self.scopes & _EVERY_AREA:
            return True
        if area == "setup" and not writing:
            return bool(self.scopes)
        return f"edit:{area}" in self.scopes or (not writing and f"read:{area}" in self.scopes)


class Door:
    """Knows the applications of one instance and the tokens that they were given."""

    def __init__(self, settings: HalopsaSettings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self._applications = {each.client_id: each for each in settings.applications}
        self._tokens: dict[str, Token] = {}

    def revoke(self) -> None:
        """Make every token that was given out worthless, as a restart of the real server does."""
        self._tokens.clear()

    def give(self, form: Mapping[str, str], tenant: str | None, *, is_form: bool) -> dict[str, Any]:
        """Return the answer to a request for a token; `tenant` stands in the address, in the form, or nowhere.

        Raises `RefusedError`: 500 for an unknown tenant, 401 for an unknown application, 400 for what is malformed.
        """
        named = tenant or form.get("tenant")
        if named and named.lower() != self._settings.tenant.lower():
            raise RefusedError(500)
        if not is_form:
            raise oauth("invalid_request", texts.INVALID_REQUEST)
        if not form.get("grant_type"):
            raise oauth("invalid_request", texts.NO_GRANT)
        if form.get("grant_type") != "client_credentials":
            raise oauth("unsupported_grant_type", texts.UNSUPPORTED_GRANT)
        application = self._applications.get(form.get("client_id", ""))
        if application is None and self._facts.at("unknown_client", "named"):
            raise invalid_client(texts.UNKNOWN_CLIENT)
        if application is None or not _same(form.get("client_secret"), application.client_secret):
            raise invalid_client()
        scopes = self._granted(application, form.get("scope", ""))
        text = token_urlsafe(32)
        self._tokens[text] = Token(application, scopes, self._settings.monotonic() + self._settings.token_seconds)
        return {
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
            "access_token": text,
            "expires_in": self._settings.token_seconds,
            "refresh_token": None,
            "id_token": None,
        }

    def admit(self, headers: Mapping[str, str]) -> Token:
        """Return the token that a request bears. Raises `RefusedError` (401) where there is none that holds."""
        token = self._token(headers)
        if token is None or token.ends <= self._settings.monotonic():
            raise unauthorized(self._facts)
        return token

    def who(self, headers: Mapping[str, str]) -> str:
        """Return the client id of whoever bears a token, an old one too."""
        token = self._token(headers)
        return token.application.client_id if token else NOBODY

    def _token(self, headers: Mapping[str, str]) -> Token | None:
        scheme, _, text = headers.get("Authorization", "").partition(" ")
        return self._tokens.get(text.strip()) if scheme.lower() == "bearer" else None

    def _granted(self, application: ApiApplication, asked: str) -> frozenset[str]:
        """Return what of the scopes asked for an application is given; whoever asks for none gets all it may have."""
        wanted = frozenset(asked.split()) or application.scopes
        if "all" in application.scopes:
            return wanted
        if "all" in wanted:
            wanted = (wanted - {"all"}) | application.scopes
        if not wanted <= application.scopes and self._facts.at("scope_not_permitted", "refused"):
            raise oauth("invalid_scope", texts.INVALID_SCOPE)
        return wanted & application.scopes


def _same(told: str | None, real: str) -> bool:
    return hmac.compare_digest((told or "").encode(), real.encode())
