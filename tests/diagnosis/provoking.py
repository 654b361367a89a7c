"""Short ways to let a sync fail at the practice servers, and to see which rules speak of it."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from inspect import isawaitable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection

from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Credentials
from sync_desktop.domain.words import AttemptKind, MappingOrigin, Psa, RecordKind
from sync_desktop.resources import resource
from sync_desktop.sandbox.store import Row, Store
from sync_desktop.storage import issues, mappings
from sync_desktop.storage.transaction import Transaction
from tests.conftest import SHOWS
from tests.sync.sync_stage import NOW, Stage, staged

_WELL = ("in step", "ready")
"""How the names of cases begin whose quotes have nothing in their way."""
_PROVEN = ("company", "contact", "opportunity")
_LEADS_TO = {
    Psa.CONNECTWISE: ("product-category", ("category", "subcategory", "type")),
    Psa.HALOPSA: ("product-group", ("assetGroup", "assetType")),
}
"""The kind of mapping that Salesbuildr keeps to itself, and the members of its rows that are its targets."""


@cache
def _site(psa: Psa) -> str:
    """Return the practice world's site of a PSA, as JSON."""
    sites = json.loads(resource("sandbox/default.json").read_text(encoding="utf-8"))["sites"]
    return json.dumps(next(site for site in sites if site["psa"] == psa))


def _leave(site: dict[str, Any], case: str) -> None:
    """Leave the first quote of a case, and what it needs: it is read in a blink."""
    number, rows = site["cases"][case][0], site["salesbuildr"]
    quote = next(row for row in rows["quote"] if row["number"] == number)
    kept = {quote["id"], *(str(quote[name]) for name in ("companyId", "contactId", "opportunityId"))}
    kept |= {str(item["productId"]) for item in quote["items"]}
    # One more that is linked, of each kind: what can be read back proves that the credentials see such records.
    linked = (next(row["id"] for row in rows[kind] if row["externalIdentifier"]) for kind in _PROVEN)
    kept |= set(linked)
    for kind in ("quote", "company", "contact", "opportunity", "product"):
        rows[kind] = [row for row in rows[kind] if row["id"] in kept]
    site["cases"] = {"ready": [number]}


@asynccontextmanager
async def practice_world(folder: Path, psa: Psa, *, only: str = "", mapped: bool = True) -> AsyncIterator[Stage]:
    """Serve the practice world of a PSA, with the mappings that Salesbuildr keeps to itself set by hand, if `mapped`.

    With `only`, the first quote of that case is all that Salesbuildr has, and is the case "ready".
    """
    site = json.loads(_site(psa))
    if only:
        _leave(site, only)
    async with staged(folder, {"schema_version": 1, "name": psa.value, "sites": [site]}) as stage:
        if mapped and psa in _LEADS_TO:
            await _map_categories(stage, *_LEADS_TO[psa])
        yield stage


async def _map_categories(stage: Stage, kind: str, parts: tuple[str, ...]) -> None:
    for row in stage.sandbox.site().quoting_store.rows("category-mapping").values():
        target = "/".join(str(row[part]) for part in parts if row.get(part))
        await set_mapping(stage, kind, str(row["categoryId"]), target)


async def set_mapping(stage: Stage, kind: str, source_id: str, target_id: str) -> None:
    """Set a mapping by hand, whatever its target is."""
    made = ValueMapping(kind=kind, source_id=source_id, source_name="", target_id=target_id, origin=MappingOrigin.HAND)

    def store(tx: Transaction) -> None:
        mappings.save_mapping(tx, stage.site_id, made, at=NOW)

    await stage.workspace.write(store)


async def first_of_each_failing_case(stage: Stage) -> list[RecordRef]:
    """Return the first stored quote of each case of the world that something is in the way of."""
    firsts = [numbers[0] for case, numbers in stage.sandbox.site().cases.items() if not case.startswith(_WELL)]
    known = await stage.quotes()
    return [RecordRef(kind=RecordKind.QUOTE, id=known[number].id) for number in firsts if number in known]


async def first_of(stage: Stage, case: str) -> RecordRef:
    """Return the first quote of a case."""
    number = stage.sandbox.site().cases[case][0]
    return RecordRef(kind=RecordKind.QUOTE, id=(await stage.quotes())[number].id)


async def rules_said(stage: Stage, refs: Iterable[RecordRef], kind: AttemptKind = AttemptKind.WRITE) -> set[str]:
    """Try records and return the rules that their issues speak by; an issue's every cause counts."""
    wanted = list(refs)
    await stage.attempt(*wanted, kind=kind)

    def read(conn: Connection) -> set[str]:
        found = [issues.issue_for(conn, stage.site_id, ref) for ref in wanted]
        return {each.rule for issue in found if issue is not None for each in issue.diagnoses}

    return await stage.workspace.read(read)


@dataclass(frozen=True, slots=True)
class World:
    """A practice world after its failing cases were tried, and the rules that spoke."""

    stage: Stage
    said: set[str]


@asynccontextmanager
async def tried_world(folder: Path, psa: Psa) -> AsyncIterator[World]:
    """Serve the practice world of a PSA and try the first quote of each of its failing cases."""
    async with practice_world(folder, psa) as stage:
        yield World(stage, await rules_said(stage, await first_of_each_failing_case(stage)))


@dataclass(frozen=True, slots=True)
class Fault:
    """What a practice server does instead of what a quote's write asks of it."""

    system: str
    kind: str = "status"
    method: str = ""
    path: str = ""
    arg: Any = None


async def rules_under(stage: Stage, fault: Fault) -> set[str]:
    """Try the first quote that could be written while a fault is in force, and return the rules of its issue."""
    ref = await first_of(stage, "ready")
    order = {"kind": fault.kind, "method": fault.method, "path": fault.path, "arg": fault.arg}
    stage.sandbox.faults.order({"system": fault.system, **{name: told for name, told in order.items() if told}})
    try:
        return await rules_said(stage, [ref])
    finally:
        stage.sandbox.faults.clear()


REJECTED = Credentials(version=2, rejected_version=2)
"""What is stored of credentials that a server has rejected before."""
NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong of a site's connection while a quote is tried; the server answers for itself.

    In a connection `{salesbuildr}` and `{psa}` stand for the addresses of the two servers; a secret that is None was
    forgotten.
    """

    secrets: Mapping[str, str | None] = field(default_factory=dict)
    connection: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    quoting_url: str = ""
    site: Mapping[str, Any] = field(default_factory=dict)
    """Other members of the stored site."""
    there: Callable[[Stage], object] | None = None
    """What is done to the servers."""


async def rules_when(stage: Stage, wrong: Wrong) -> set[str]:
    """Let a connection be wrong, try the first quote that could be written, and return the rules of its issue."""
    site, (told,) = await stage.backstage.site(stage.site_id), stage.sandbox.describe()["sites"]
    origins = {"salesbuildr": told["salesbuildr"]["base_url"], "psa": told[site.psa.value]["base_url"]}
    for name, value in wrong.secrets.items():
        if value is None:
            await stage.backstage.secrets.delete(site.id, name)
        else:
            await stage.backstage.secrets.set(site.id, name, SecretStr(value))
    stage.sandbox.switches.set_all({site.psa.value: wrong.switches})
    if wrong.there is not None:
        wrong.there(stage)
    connection = {name: text.format(**origins) for name, text in wrong.connection.items()}
    quoting_url = wrong.quoting_url.format(**origins) or site.quoting_url
    changed: dict[str, Any] = {
        "psa_credentials": site.psa_credentials.renewed(),
        "quoting_credentials": site.quoting_credentials.renewed(),
    }
    changed |= {"connection": {**site.connection, **connection}, "quoting_url": quoting_url}
    await stage.become(**{**changed, **wrong.site})
    return await rules_said(stage, [await first_of(stage, "ready")])


@dataclass(frozen=True, slots=True)
class Situation:
    """What is so at both systems before a quote is tried; nothing is ordered of the server, it answers for itself."""

    prepare: Callable[["Corner"], object]
    case: str = "ready"
    """Which quote of the practice world it is about."""
    site: Mapping[str, Any] = field(default_factory=dict)
    """Members of the stored site that are changed."""


@dataclass(frozen=True, slots=True)
class Corner:
    """The rows of a practice world that one quote is about."""

    stage: Stage

    @property
    def psa(self) -> Store:
        """What the PSA holds."""
        return self.stage.sandbox.site().psa_store

    @property
    def quote(self) -> Row:
        """The one quote."""
        (found,) = self._rows("quote").values()
        return found

    def of_quote(self, kind: str) -> Row:
        """Return the quote's company, contact or opportunity."""
        return self._rows(kind)[self.quote[f"{kind}Id"]]

    def change(self, kind: str, **members: Any) -> None:
        """Change the quote, or its company, contact or opportunity, in Salesbuildr."""
        row = self.quote if kind == "quote" else self.of_quote(kind)
        self.stage.change_quoting(kind, row["id"], **members)

    def new_product(self) -> Row:
        """Return the product of the quote that the PSA does not have."""
        known = (self._rows("product")[item["productId"]] for item in self.quote["items"])
        return next(product for product in known if not product["externalIdentifier"])

    def turn(self, **switches: str) -> None:
        """Turn switches of the PSA."""
        self.stage.sandbox.switches.set_all({self.stage.sandbox.site().psa: switches})

    def hide(self, collection: str, row_id: int) -> None:
        """Hide a row of the PSA from whoever asks for it by API."""
        where = {"collection": collection, "where": {"id": row_id}}
        order = {"system": self.stage.sandbox.site().psa, "kind": "hide", "arg": where}
        self.stage.sandbox.faults.order(order)

    def _rows(self, kind: str) -> Mapping[str, Row]:
        return self.stage.sandbox.site().quoting_store.rows(kind)


async def rules_of(folder: Path, psa: Psa, situation: Situation) -> set[str]:
    """Serve the practice world with nothing but a situation's quote, write it, and return the rules of its issue."""
    async with practice_world(folder, psa, only=situation.case) as stage:
        made = situation.prepare(Corner(stage))
        if isawaitable(made):
            await made
        await stage.bench.runs.read_only()
        await stage.become(**situation.site)
        return await rules_said(stage, [await first_of(stage, "ready")])


Record = Callable[[str, object], None]
"""pytest's `record_property`."""


def shown(record: Record, rule: str, said: set[str]) -> None:
    """Assert that a rule spoke, and note it for the table of all rules."""
    assert rule in said, said
    record(SHOWS, rule)


def answers(system: str, method: str, path: str, told: Mapping[str, tuple[int, Any]]) -> dict[str, Fault]:
    """Return a fault for each rule: requests of a method and path are answered by a status and a body."""
    return {
        rule: Fault(system, method=method, path=path, arg={"status": status, "body": body})
        for rule, (status, body) in told.items()
    }
