"""Signs requests: finds who gives tokens, asks for one with the application's secret, and for a new one in time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.halopsa.addresses import Authority, auth_server, authority, told_authority
from sync_desktop.psa.halopsa.dialect import HaloDialect, TokenDialect
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.session import Request, Session

EARLY = 120.0
"""Seconds before its end at which a token is renewed; others' clients do so 60 to 300 s before."""
_HOUR = 3600.0
"""What a token lasts where the answer does not say so; real ones do."""
SCOPE = "all"
"""All that the application may do; what that is, its permissions and its agent's role decide together."""

AUTHORISATION_SERVER = "authorisation server"
"""The fact of failures that are about where tokens are asked for."""
_NOT_HALO = (FailureKind.CREDENTIALS, FailureKind.PERMISSION, FailureKind.REFUSED, FailureKind.UNREADABLE)

SessionMaker = Callable[[str, Dialect], Session]
Credentials = Callable[[], Awaitable[tuple[str, str]]]
"""Gives client id and secret."""


class Tokens:
    """The tokens of one application at one instance.

    `resource` is the API's address. `auth` and `tenant` are what was typed of the authorisation server; empty, the
    instance is asked.
    """

    def __init__(
        self,
        *,
        resource: str,
        auth: str,
        tenant: str,
        credentials: Credentials,
        make_session: SessionMaker,
        clock: Clock,
    ) -> None:
        self._resource = resource
        self._auth = auth_server(auth)
        self._tenant = tenant
        self._credentials = credentials
        self._make_session = make_session
        self._clock = clock
        self._authority: Authority | None = None
        self._token = ""
        self._scope = ""
        self._renew_at = 0.0
        self._asking = asyncio.Lock()

    async def sign(self) -> Mapping[str, str]:
        """Return the header that signs a request; asks for a token where there is none that lasts."""
        async with self._asking:
            if not self._token or self._clock.monotonic() >= self._renew_at:
                await self._ask()
            return {"Authorization": f"Bearer {self._token}"}

    def granted(self) -> str:
        """Return the scopes of the token as they were told, separated by blanks; empty where they were not."""
        return self._scope

    async def forget(self) -> bool:
        """After a 401: give the token up, so that the next request asks for another; one more try is worth it."""
        self._token = ""
        return True

    async def authority(self) -> Authority:
        """Return who gives tokens, found on first use; unsigned."""
        if self._authority is None:
            self._authority = authority(self._auth, self._tenant) if self._auth else await self._discover()
        return self._authority

    async def _discover(self) -> Authority:
        session = self._make_session(self._resource, HaloDialect())
        try:
            answer = await session.send(
                Request(
                    method="GET",
                    path="authinfo",
                    request_class=RequestClass.READ,
                    label="Find HaloPSA's authorisation server",
                    signed=False,
                )
            )
            told = None if answer.status == 404 else await answer.decoded()
        except SyncError as error:
            if error.failure.kind not in _NOT_HALO:
                raise
            # Nobody has to sign in to be told where to sign in: whoever refuses that is not HaloPSA.
            raise _says_nothing(self._resource, f"answered {_in_short(error.failure)}") from error
        finally:
            await session.aclose()
        return told_authority(told, self._resource, self._tenant)

    async def _ask(self) -> None:
        told = await self._answer(await self.authority())
        token = told.get("access_token") if isinstance(told, dict) else None
        if not token or not isinstance(token, str):
            message = "HaloPSA's authorisation server answered without a token"
            raise SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"reason": "token"}))
        try:
            lasts = float(told.get("expires_in") or _HOUR)
        except (TypeError, ValueError):
            lasts = _HOUR
        self._token, self._scope = token, str(told.get("scope") or "")
        self._renew_at = self._clock.monotonic() + lasts - min(EARLY, lasts / 2)

    async def _answer(self, authority: Authority) -> Any:
        session = self._make_session(authority.base_url, TokenDialect(authority.tenant))
        client_id, secret = await self._credentials()
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": SCOPE}
        try:
            for path in authority.paths:
                answer = await session.send(
                    Request(
                        method="POST",
                        path=path,
                        request_class=RequestClass.READ,
                        label="Sign in to HaloPSA",
                        params={"tenant": authority.tenant} if authority.tenant else None,
                        form=form,
                        signed=False,
                    )
                )
                if answer.status != 404:
                    return await answer.decoded()
        except SyncError as error:
            if error.failure.kind is FailureKind.NETWORK:
                error.failure = error.failure.with_facts(setting=AUTHORISATION_SERVER)
            raise
        finally:
            await session.aclose()
        raise _says_nothing(authority.base_url, "gives no tokens")


def _says_nothing(url: str, why: str) -> SyncError:
    message = f"HaloPSA does not say where people sign in: {url} {why}"
    facts = {"reason": AUTHORISATION_SERVER, "url": url}
    return SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))


def _in_short(failure: Failure) -> str:
    status = failure.facts.get("status", "")
    return f"with HTTP {status}" if status else "with something that cannot be read"
