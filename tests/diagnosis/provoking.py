"""Short ways to let a sync fail at the practice servers, and to see which rules speak of it."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, MappingOrigin, Psa, RecordKind
from sync_desktop.resources import resource
from sync_desktop.storage import issues, mappings
from sync_desktop.storage.transaction import Transaction
from tests.conftest import SHOWS
from tests.sync.sync_stage import NOW, Stage, staged

_WELL = ("in step", "ready")
"""How the names of cases begin whose quotes have nothing in their way."""
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


def _only_ready(site: dict[str, Any]) -> None:
    """Leave one quote that could be written, and what it needs: it is read in a blink."""
    number, rows = site["cases"]["ready"][0], site["salesbuildr"]
    quote = next(row for row in rows["quote"] if row["number"] == number)
    kept = {quote["id"], *(str(quote[name]) for name in ("companyId", "contactId", "opportunityId"))}
    kept |= {str(item["productId"]) for item in quote["items"]}
    for kind in ("quote", "company", "contact", "opportunity", "product"):
        rows[kind] = [row for row in rows[kind] if row["id"] in kept]
    site["cases"] = {"ready": [number]}


@asynccontextmanager
async def practice_world(folder: Path, psa: Psa, *, only_ready: bool = False) -> AsyncIterator[Stage]:
    """Serve the practice world of a PSA, with the mappings that Salesbuildr keeps to itself set by hand."""
    site = json.loads(_site(psa))
    if only_ready:
        _only_ready(site)
    async with staged(folder, {"schema_version": 1, "name": psa.value, "sites": [site]}) as stage:
        if psa in _LEADS_TO:
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
