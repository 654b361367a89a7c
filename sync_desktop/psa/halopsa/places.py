"""Sites: a user belongs to one, and through it to a client; quotes and opportunities that name a user name it too."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.rows import CLIENT, SITE, USERS, client_fields, identifier

_MAIN = "Main"
"""What a site is called that has to be made: HaloPSA's own name for a new client's first one."""


class Places:
    """Finds sites of clients and clients of sites."""

    def __init__(self, client: HaloClient) -> None:
        self._client = client

    async def main_site(self, client_id: str, details: Mapping[str, Any] | None = None) -> str:
        """Return a client's main site, else its first active one, else one that is made now with these details."""
        row = await self._client.one(CLIENT, client_id)
        if row is None:
            raise _no_client(client_id)
        if known := identifier(row, "main_site_id") or await self._first_site(client_id):
            return known
        body = {"name": _MAIN, "client_id": int(client_id), **(details or {})}
        return str((await self._client.post(SITE, body, label="Create the client's main site"))["id"])

    async def _first_site(self, client_id: str) -> str:
        sites = await self._client.found(SITE, label="Read the client's sites", client_id=client_id)
        return next((str(site["id"]) for site in sites if not site.get("inactive")), "")

    async def site_for(self, fields: Mapping[str, Any]) -> int:
        """Return the site of a quote or an opportunity: its user's, else its client's main one."""
        user_id = fields.get("user_id")
        user = await self._client.one(USERS, str(user_id)) if user_id else None
        site = identifier(user or {}, "site_id")
        return int(site or await self.main_site(str(fields["client_id"])))

    async def client_ids(self, site_ids: Collection[str]) -> dict[str, str]:
        """Return which client each site belongs to."""
        rows = await self._client.by_ids(SITE, site_ids)
        return {str(row["id"]): identifier(row, "client_id") for row in rows}

    async def with_places(self, rows: Collection[Row]) -> dict[str, Row]:
        """Return the flat fields of clients by id, with what their main sites and main contacts hold."""
        whole = [await self._with_main_site(row) for row in rows]
        sites = await self._by_id(SITE, (identifier(row, "main_site_id") for row in whole))
        contacts = await self._by_id(USERS, (identifier(site, "maincontact_id") for site in sites.values()))
        found: dict[str, Row] = {}
        for row in whole:
            site = sites.get(identifier(row, "main_site_id"))
            contact = contacts.get(identifier(site or {}, "maincontact_id"))
            found[str(row["id"])] = client_fields(row, site, contact)
        return found

    async def _with_main_site(self, row: Row) -> Row:
        """Return a client that says which site is its main one; lists need not, and some clients have none set."""
        if identifier(row, "main_site_id"):
            return row
        row = await self._client.one(CLIENT, str(row["id"])) or row
        if identifier(row, "main_site_id"):
            return row
        first = await self._first_site(str(row["id"]))
        return {**row, "main_site_id": int(first)} if first else row

    async def _by_id(self, path: str, ids: Iterable[str]) -> dict[str, Row]:
        return {str(row["id"]): row for row in await self._client.by_ids(path, {each for each in ids if each})}


def _no_client(client_id: str) -> SyncError:
    """Return the failure of something that needs a client which is not there any more."""
    message = f"HaloPSA has no {CLIENT} row {client_id} any more"
    facts = {"entity": CLIENT, "external_id": client_id, "sent": "no"}
    return SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
