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
        self._renew_at = 0.0
        self._asking = asyncio.Lock()

    async def sign(self) -> Mapping[str, str]:
        """Return the header that signs a request; asks for a token where there is none that lasts."""
        async with self._asking:
            if not self._token or self._clock.monotonic() >= self._renew_at:
                await self._ask()
            return {"Authorization": f"Bearer {self._token}"}

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
        self._token = token
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
        finally:
            await session.aclose()
        message = f"HaloPSA does not say where people sign in: {authority.base_url} gives no tokens"
        facts = {"reason": "authorisation server", "url": authority.base_url}
        raise SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
