"""What the Sites page, the band and the commands about sites ask for."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from sync_desktop.domain.failures import SyncError, UserError
from sync_desktop.domain.sites import Side, Site
from sync_desktop.domain.words import Psa, Role
from sync_desktop.psa.registry import FOLDERS, folder, side_of
from sync_desktop.storage import links, settings, sites
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.runs import sentence
from sync_desktop.workbench.views import FormPart, SecretField, SiteBand, SiteForm, SiteInput, TestLine, TextField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from sync_desktop.psa.tools import FormField
    from sync_desktop.storage.transaction import Transaction
    from sync_desktop.sync.site_run import SiteRun
    from sync_desktop.workbench.backstage import Backstage

_QUOTING_URL = "quoting_url"


class SitesDesk:
    """Shows sites, keeps them, tries their connections, switches their role."""

    def __init__(self, stage: Backstage) -> None:
        self._stage = stage

    async def sites(self) -> tuple[SiteBand, ...]:
        """Return every site as the band names it."""

        def read(conn: Connection) -> list[tuple[Site, str | None]]:
            return [(site, settings.get(conn, settings.refreshed_key(site.id))) for site in sites.all_sites(conn)]

        found = await self._stage.workspace.read(read)
        return tuple([await self._band(site, refreshed) for site, refreshed in found])

    async def _band(self, site: Site, refreshed: str | None) -> SiteBand:
        run = self._stage.opened(site.id)
        return SiteBand(
            id=site.id,
            name=site.name,
            psa=site.psa,
            psa_label=site.psa.label,
            role=site.role,
            role_label=site.role_label,
            practice=site.practice,
            quotes_read_at=datetime.fromisoformat(refreshed) if refreshed else None,
            calls_text=_calls(run) if run else "",
            problem=_problem(site),
        )

    async def form(self, site_id: str = "", psa: Psa | None = None) -> SiteForm:
        """Return the form of a site, or an empty one for a PSA, the first one where none is named."""
        site = await self._stage.site(site_id) if site_id else None
        psa = site.psa if site else psa or next(iter(FOLDERS))
        declared = folder(psa)
        quoting_keys = await self._asked(site, Side.QUOTING, _quoting_keys())
        return SiteForm(
            id=site_id,
            name=site.name if site else "",
            psa=psa,
            role=site.role if site else Role.ASSIST,
            practice=bool(site and site.practice),
            parts=(
                FormPart("Salesbuildr", (_quoting_address(site), *quoting_keys)),
                FormPart(psa.label, await self._asked(site, Side.PSA, declared.FORM)),
            ),
            advice=declared.ADVICE,
            psas=() if site else tuple(FOLDERS),
        )

    async def _asked(
        self, site: Site | None, side: Side, declared: Sequence[FormField]
    ) -> tuple[TextField | SecretField, ...]:
        """Return what one side's declared fields are, as they stand at a site or as a new one starts."""
        known = site.connection if site else {}
        return tuple(
            [
                await self._secret(site, side, each)
                if each.secret
                else TextField(each.name, each.label, known.get(each.name, each.default), each.help)
                for each in declared
            ]
        )

    async def _secret(self, site: Site | None, side: Side, asked: FormField) -> SecretField:
        stored = site is not None and await self._stage.secrets.get(site.id, asked.name) is not None
        rejected = site is not None and stored and site.credentials(side).rejected
        return SecretField(
            name=asked.name,
            label=asked.label,
            stored=stored,
            help=asked.help,
            optional=asked.optional,
            rejected_by=site.system_label(side) if site is not None and rejected else "",
        )

    async def save(self, given: SiteInput) -> str:
        """Keep a site; what was typed as a secret goes into the keyring.

        A side whose secrets or address have changed may be signed for again: what was rejected were others.
        """
        made = await self._made(given)
        typed = {name: value for name, value in given.secrets.items() if value}
        for name, value in typed.items():
            await self._stage.secrets.set(made.id, name, SecretStr(value))
        for name in given.forget - typed.keys():
            await self._stage.secrets.delete(made.id, name)
        renewed = {side_of(made.psa, name) for name in (*typed, *given.forget)}

        def store(tx: Transaction) -> None:
            before = sites.site(tx.conn, made.id)
            site = made
            for side in Side:  # as they are now: a rejection may have been stored while the secrets were
                known = (before or made).credentials(side)
                fresh = side in renewed or (before is not None and _address_of(before, side) != _address_of(made, side))
                site = site.with_credentials(side, known.renewed() if fresh else known)
            sites.save_site(tx, site)
            if before is not None and _leads_elsewhere(before, site.quoting_url, site.connection):
                links.doubt_links(tx, site.id)

        await self._stage.workspace.write(store)
        return made.id

    async def _made(self, given: SiteInput) -> Site:
        name = given.name.strip()
        if not name:
            raise UserError("Give the site a name; it stands above every list.")
        quoting_url = _address(given.fields.get(_QUOTING_URL, ""), "Salesbuildr API address")
        connection = {key: value.strip() for key, value in given.fields.items() if key != _QUOTING_URL}
        for field in folder(given.psa).FORM:
            if not (field.secret or field.optional or field.default or connection.get(field.name)):
                raise UserError(f"{field.label}: this is still empty. {field.help}.")
        if given.id:
            site = await self._stage.site(given.id)
            if site.practice:
                raise UserError("A practice site's connection is set by the sandbox and cannot be changed.")
            changed: dict[str, object] = {"name": name, "quoting_url": quoting_url, "connection": connection}
            if _leads_elsewhere(site, quoting_url, connection):
                changed |= {"role": Role.ASSIST, "push_off_confirmed": False, "write_previewed": False}
            return site.model_copy(update=changed)
        if any(site.name.casefold() == name.casefold() for site in await self._stage.all_sites()):
            raise UserError(f"There is a site named “{name}” already: choose another name.")
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "site"
        site_id = f"{slug}-{uuid.uuid4().hex[:6]}"
        return Site(id=site_id, name=name, psa=given.psa, quoting_url=quoting_url, connection=connection)

    async def test(self, given: SiteInput) -> tuple[TestLine, ...]:
        """Try both connections with what was typed, without keeping anything; one signed call each."""
        site = await self._tested(given)
        run = await self._stage.open_trial(site, {name: value for name, value in given.secrets.items() if value})
        try:
            return (*await _try_quoting(run), *await _try_psa(run))
        finally:
            await self._stage.close_run(run)

    async def _tested(self, given: SiteInput) -> Site:
        if given.id and (await self._stage.site(given.id)).practice:
            return await self._stage.site(given.id)
        site = (await self._made(given)).model_copy(update={"role": Role.ASSIST})
        for side in Side:
            site = site.with_credentials(side, site.credentials(side).model_copy(update={"rejected_version": None}))
        return site

    async def set_role(self, site_id: str, role: Role, *, push_off_confirmed: bool, typed_name: str) -> None:
        """Switch what a site allows; to write needs the confirmation and the site's name, typed."""
        site = await self._stage.site(site_id)
        if role is Role.WRITE:
            if not push_off_confirmed:
                raise UserError(
                    "Confirm first that Salesbuildr's own push is off at this site: two writers make duplicates."
                )
            if typed_name.strip() != site.name:
                raise UserError(f"Type the site's name, “{site.name}”, to switch it to write.")

        def store(tx: Transaction) -> None:
            known = sites.site(tx.conn, site_id) or site
            switched = {"role": role, "push_off_confirmed": push_off_confirmed, "write_previewed": False}
            sites.save_site(tx, known.model_copy(update=switched))

        await self._stage.workspace.write(store)


def _problem(site: Site) -> str:
    """Return a sentence where a server rejected what is stored; empty where none did."""
    if not site.rejected:
        return ""
    who = " and ".join(site.system_label(side) for side in site.rejected)
    return (
        f"The stored credentials were rejected by {who}; nothing more is sent there until they are changed on the "
        "Sites page."
    )


def _quoting_keys() -> tuple[FormField, ...]:
    """Return what Salesbuildr's requests are signed with; the reference knows the second key from one caller only."""
    from sync_desktop.psa.tools import FormField
    from sync_desktop.quoting.salesbuildr import API_KEY, INTEGRATION_KEY

    return (
        FormField(API_KEY, "Salesbuildr API key", secret=True),
        FormField(
            INTEGRATION_KEY,
            "Salesbuildr integration key",
            secret=True,
            optional=True,
            help="Leave this empty, unless Salesbuildr gave you such a key: most accounts have none.",
        ),
    )


def _quoting_address(site: Site | None) -> TextField:
    return TextField(
        _QUOTING_URL,
        "Salesbuildr API address",
        site.quoting_url if site else "",
        "https://your-tenant.salesbuildr.com/public-api; the public API has to be switched on for the account",
    )


def _leads_elsewhere(site: Site, quoting_url: str, connection: Mapping[str, str]) -> bool:
    """Say whether a site would lead to another tenant, where what was allowed and linked does not hold."""
    return site.quoting_url != quoting_url or _leading(site.connection) != _leading(connection)


def _address_of(site: Site, side: Side) -> object:
    """Return what says where a side's secrets are sent, the names that stand beside them included."""
    return site.quoting_url if side is Side.QUOTING else _leading(site.connection)


def _leading(connection: Mapping[str, str]) -> dict[str, str]:
    """Return what of a connection says where it leads; the rest is for people to click on."""
    return {name: value for name, value in connection.items() if name != "web_url"}


async def _try_quoting(run: SiteRun) -> tuple[TestLine, ...]:
    try:
        count = await run.source.count()
    except SyncError as error:
        return (TestLine(False, f"Salesbuildr: {sentence(error.failure)}"),)
    return (TestLine(True, f"Salesbuildr: the key was accepted; {count:,} companies can be read."),)


async def _try_psa(run: SiteRun) -> tuple[TestLine, ...]:
    label = run.site.psa.label
    try:
        return tuple(TestLine(True, f"{label}: {text}") for text in await run.connector.test())
    except SyncError as error:
        (diagnosis,) = run.diagnoses(None, (error.failure,))
        said = sentence(error.failure)
        return (TestLine(False, f"{label}: {said} {diagnosis.why.replace('**', '')}"),)


def _calls(run: SiteRun) -> str:
    """Return how many calls are used, of what limit; our own is none worth a word where a practice server is asked."""
    known, label = run.connector.known_budget(), run.site.psa.label
    tenant = f" · tenant {known.tenant:,} of {known.tenant_limit:,}" if known.tenant is not None else ""
    if known.published and (tenant or not run.site.practice):
        return f"{label} {known.ours:,} of our {known.our_limit:,}{tenant}"
    calls = plural(known.ours, "call") if run.site.practice else f"{known.ours:,} of our {known.our_limit:,} calls"
    return f"{label}: {'' if known.published else 'no limit published, '}{calls} in the last {known.span}"


def _address(text: str, label: str) -> str:
    address = text.strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"{label}: enter an address such as https://your-tenant.salesbuildr.com/public-api.")
    return address
