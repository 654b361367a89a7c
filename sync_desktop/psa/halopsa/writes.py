"""Creates and changes rows: bodies out of flat fields, with the site that each of them belongs to."""

from collections.abc import Mapping
from typing import Any

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.links import Link
from sync_desktop.domain.names import mail_agrees, names_agree
from sync_desktop.domain.records import Contact
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import Draft, TakenOtherwiseError
from sync_desktop.psa.halopsa import rows
from sync_desktop.psa.halopsa.client import WARNING, HaloClient, Row
from sync_desktop.psa.halopsa.lines import Lines
from sync_desktop.psa.halopsa.places import Places
from sync_desktop.psa.halopsa.rows import (
    ADDRESS_LINES,
    CLIENT,
    LINES,
    MAIN_CONTACT,
    MAIN_SITE,
    OPPORTUNITIES,
    QUOTATION,
    SITE,
    USERS,
    identifier,
    text,
)

_WITH_SITE = (OPPORTUNITIES, QUOTATION)


class Writes:
    """Everything of this program that changes an instance."""

    def __init__(self, client: HaloClient, places: Places, lines: Lines) -> None:
        self._client = client
        self._places = places
        self._lines = lines
        self.made: set[str] = set()
        """Rows that were made or changed here: these are read with their details, to see that all of it arrived."""

    async def create(self, draft: Draft) -> str:
        """Create one row and return its id."""
        label = f"Create {draft.label}"
        if draft.entity == LINES:
            return await self._lines.add(draft.parent_id, draft.fields, label=label)
        made = await self._created(draft, label)
        external_id = text(made, "id")
        self.made.add(external_id)
        if warning := text(made, WARNING):
            facts = {"entity": draft.entity, "external_id": external_id, "reason": warning}
            failure = Failure(kind=FailureKind.DIFFERENCE, message=f"HaloPSA warned: {warning}", facts=facts)
            raise TakenOtherwiseError(external_id, failure)
        return external_id

    async def _created(self, draft: Draft, label: str) -> Row:
        match draft.entity:
            case rows.CLIENT:
                return await self._client_row(draft, label)
            case rows.USERS:
                return await self._user(draft, label)
        body = dict(draft.fields)
        if draft.entity in _WITH_SITE:
            body["site_id"] = await self._places.site_for(body)
        return await self._client.post(draft.entity, body, label=label)

    async def _client_row(self, draft: Draft, label: str) -> Row:
        """Create a client with its main site, which HaloPSA makes itself; where it did not, that is made as well."""
        own, site, contact = _of_client(draft.fields)
        body = {
            **own,
            "newclient_phonenumber": site.get("phonenumber"),
            "newclient_delivery_address": _address(site) or None,
            "newclient_contactname": contact.get("name"),
            "newclient_contactemail": contact.get("emailaddress"),
        }
        made = await self._client.post(CLIENT, _filled(body), label=label)
        if not identifier(made, "main_site_id"):
            details = {
                "phonenumber": site.get("phonenumber"),
                "delivery_address": _address(site) or None,
                "newsite_contactname": contact.get("name"),
                "newsite_contactemail": contact.get("emailaddress"),
            }
            try:
                await self._places.main_site(text(made, "id"), _filled(details))
            except SyncError as error:  # the client itself is there: whoever asked has to find it
                facts = {**error.failure.facts, "sent": "unknown"}
                raise SyncError(error.failure.model_copy(update={"facts": facts})) from error
        return made

    async def _user(self, draft: Draft, label: str) -> Row:
        """Create a user at its client's main site, unless it is the main contact that the client was made with."""
        fields = {name: value for name, value in draft.fields.items() if name != "client_id"}
        client_id = str(draft.fields["client_id"])
        known = await self._main_contact(client_id, fields)
        if known is not None:
            missing = {name: value for name, value in fields.items() if not known.get(name)}
            if missing:
                await self._client.post(USERS, {"id": known["id"], **missing}, label=label)
            return known
        body = {**fields, "site_id": int(await self._places.main_site(client_id))}
        return await self._client.post(USERS, body, label=label)

    async def came_along(self, contact: Contact, company: Link) -> str:
        """Return the id of the main contact that a client was created with, where that is this contact."""
        if not names_agree(contact.name, str(company.sent.get(f"{MAIN_CONTACT}name", ""))):
            return ""
        fields = {"name": contact.name, "emailaddress": contact.email}
        return text(await self._main_contact(company.external_id, fields) or {}, "id")

    async def _main_contact(self, client_id: str, fields: Mapping[str, Any]) -> Row | None:
        """Return the client's main contact where name and e-mail are this user's."""
        found = await self._client.found(USERS, label="Look for the client's main contact", client_id=client_id)
        for row in found:
            mail = str(fields.get("emailaddress", ""))
            same_mail = mail_agrees(mail, text(row, "emailaddress")) or not (mail or row.get("emailaddress"))
            if row.get("ismaincontact") and same_mail and names_agree(str(fields["name"]), rows.person(row)):
                return row
        return None

    async def update(
        self, entity: str, external_id: str, parent_id: str, fields: Mapping[str, Any], label: str
    ) -> None:
        """Send changed fields only."""
        if entity == LINES:
            await self._lines.change(parent_id, external_id, fields, label=label)
            return
        self.made.add(external_id)
        if entity == CLIENT:
            fields, site, _ = _of_client(fields)
            if site:
                await self._site(external_id, site, label)
        if fields:
            await self._client.post(entity, {"id": int(external_id), **fields}, label=label)

    async def _site(self, client_id: str, fields: Mapping[str, Any], label: str) -> None:
        """Change a client's main site; an address is sent whole, as it was read but for what changes."""
        site_id = await self._places.main_site(client_id)
        body: Row = {"id": int(site_id)}
        if "phonenumber" in fields:
            body["phonenumber"] = fields["phonenumber"]
        lines = {line: fields[line] for line in ADDRESS_LINES if line in fields}
        if lines:
            site = await self._client.one(SITE, site_id) or {}
            body["delivery_address"] = {**(site.get("delivery_address") or {}), **lines}
        await self._client.post(SITE, body, label=label)


def _of_client(fields: Mapping[str, Any]) -> tuple[Row, Row, Row]:
    """Return a client's fields as its own, those of its main site and those of its main contact."""
    parts: tuple[Row, Row, Row] = ({}, {}, {})
    for name, value in fields.items():
        place = next((i for i, prefix in enumerate((MAIN_SITE, MAIN_CONTACT), start=1) if name.startswith(prefix)), 0)
        parts[place][name.rpartition("/")[2]] = value
    return parts


def _address(site: Mapping[str, Any]) -> Row:
    return {line: site[line] for line in ADDRESS_LINES if site.get(line)}


def _filled(body: Mapping[str, Any]) -> Row:
    return {name: value for name, value in body.items() if value not in (None, "")}
