"""Salesbuildr's own copy of a repaired category, at each PSA: open until what Salesbuildr itself did proves it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync_desktop.domain.records import RecordRef, ref_of
from sync_desktop.domain.words import Psa, RecordKind
from sync_desktop.workbench.mapping_views import Edit, TodoView
from tests.diagnosis.provoking import practice_world
from tests.sync.sync_stage import Stage


@dataclass(frozen=True)
class Case:
    """A quote with a new firewall, whose category leads to what cannot be used."""

    psa: Psa
    site: str
    name: str
    kind: str
    bad: str
    good: str
    mended: dict[str, int] = field(default_factory=dict)
    """What Salesbuildr's own mapping says once somebody has mended it."""


CONNECTWISE = Case(
    Psa.CONNECTWISE,
    "Proseware Networks",
    "not eligible: draft that needs a repair",
    "product-category",
    "41/411/1",
    "42/421/1",
    {"category": 42, "subcategory": 421, "type": 1},
)
HALOPSA = Case(
    Psa.HALOPSA,
    "Adventure Works Support",
    "asset group not for items",
    "product-group",
    "106/214",
    "101/205",
    {"assetGroup": 101, "assetType": 205},
)
AUTOTASK = Case(Psa.AUTOTASK, "Fabrikam IT", "billing code inactive", "product-billing-code", "409", "411")


@asynccontextmanager
async def repaired(folder: Path, case: Case) -> AsyncIterator[Stage]:
    """Serve the case's quote alone, its category repaired here."""
    async with practice_world(folder, case.psa, only=case.name) as stage:
        await stage.bench.runs.read_only()
        await stage.bench.mappings.audit()
        edit = Edit(case.kind, source_of(stage), case.good, case.bad)
        saved = await stage.bench.mappings.save(stage.site_id, [edit])
        assert (saved.saved, saved.todos) == (1, 1)
        yield stage


def source_of(stage: Stage) -> str:
    rows = stage.sandbox.site().quoting_store.rows("category").values()
    return next(str(row["id"]) for row in rows if row["name"] == "Firewalls")


def mend(stage: Stage, case: Case) -> None:
    """Lead Salesbuildr's own mapping to what can be used."""
    store = stage.sandbox.site().quoting_store
    (row,) = [each for each in store.rows("category-mapping").values() if each["categoryId"] == source_of(stage)]
    store.update("category-mapping", row["id"], case.mended)


async def pushed(stage: Stage, case: Case) -> dict[str, Any]:
    """Let Salesbuildr write the quote by itself."""
    (quote,) = (await stage.quotes()).values()
    (told,) = await stage.sandbox.vendor_sync(case.site, [f"quote/{quote.id}"])
    return told


def new_product(stage: Stage) -> dict[str, Any]:
    """Return Salesbuildr's row of the firewall that the PSA had not at the repair."""
    products = stage.sandbox.site().quoting_store.rows("product").values()
    (found,) = [row for row in products if row["categoryId"] == source_of(stage) and not row["externalIdentifier"]]
    return found


async def checked(stage: Stage) -> TodoView:
    """Look what proves Salesbuildr's copy, which writes nothing, and return the to-do."""
    stage.sandbox.log.clear()
    await stage.bench.mappings.check_todos(stage.site_id)
    assert stage.written() == []
    (todo,) = await stage.bench.mappings.todos(stage.site_id, closed=True)
    return todo


async def test_at_connectwise_a_new_product_that_salesbuildr_entered_closes_the_todo(tmp_path: Path) -> None:
    async with repaired(tmp_path, CONNECTWISE) as stage:
        assert "A product of Firewalls can still show it" in (await checked(stage)).evidence
        assert (await pushed(stage, CONNECTWISE))["errors"], (
            "Salesbuildr's own copy leads to an inactive category still"
        )
        assert (await checked(stage)).closed_at is None
        mend(stage, CONNECTWISE)
        assert "errors" not in await pushed(stage, CONNECTWISE)
        todo = await checked(stage)
        assert todo.closed_at is not None
        said = (
            "When this was repaired, Salesbuildr had no “Gatekeep 400 firewall” in ConnectWise; since then it names #"
        )
        assert todo.evidence.startswith(said)
        where, _, who = todo.evidence.partition(
            f", which is in Security › Firewalls · Inventory (#{CONNECTWISE.good}). "
        )
        assert where != todo.evidence
        same = r"as \d of the \d products that Salesbuildr had linked before\."
        assert re.fullmatch(rf"ConnectWise says that Salesbuildr entered it on [^,]+, {same}", who), who
        (site,) = await stage.bench.sites.sites()
        assert re.fullmatch(r"ConnectWise: no limit published, \d+ calls in the last minute", site.calls_text)


async def test_one_that_a_person_entered_proves_nothing_though_salesbuildr_names_it(tmp_path: Path) -> None:
    async with repaired(tmp_path, CONNECTWISE) as stage:
        product = new_product(stage)
        now = stage.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        by_hand = {
            "identifier": "GK400",
            "description": product["name"],
            "category": {"id": 42},
            "subcategory": {"id": 421},
            "type": {"id": 1},
            "_info": {"dateEntered": now, "enteredBy": "MTaylor"},
        }
        made = stage.store.insert("procurement/catalog", by_hand)
        product["externalIdentifier"] = str(made)
        todo = await checked(stage)
        assert todo.closed_at is None
        assert "ConnectWise says that MTaylor entered it on " in todo.evidence
        assert todo.evidence.endswith("a person may have made it. That proves nothing.")
        assert (await checked(stage)).evidence == todo.evidence, "what was judged once is not asked again"


async def test_nor_does_one_that_this_program_wrote_and_somebody_told_salesbuildr_of(tmp_path: Path) -> None:
    async with repaired(tmp_path, CONNECTWISE) as stage:
        (quote,) = stage.sandbox.site().quoting_store.rows("quote").values()
        quote["status"] = "approved"
        await stage.bench.runs.refresh()
        written = await stage.attempt(ref_of(next(iter((await stage.quotes()).values()))))
        assert written.by_outcome == {"written": 1}
        product = new_product(stage)
        ours = await stage.link(RecordRef(kind=RecordKind.PRODUCT, id=product["id"]))
        assert ours is not None
        product["externalIdentifier"] = ours.external_id
        await stage.bench.runs.refresh()
        assert (await checked(stage)).closed_at is None
        another = {**product, "id": "another", "name": "Gatekeep 401 firewall", "externalIdentifier": ""}
        stage.sandbox.site().quoting_store.insert("product", another)
        await stage.bench.runs.refresh()
        row = stage.store.rows("procurement/catalog")[int(ours.external_id)]
        row["description"] = another["name"]
        stage.sandbox.site().quoting_store.update("product", "another", {"externalIdentifier": ours.external_id})
        todo = await checked(stage)
        assert todo.closed_at is None
        assert "This program has written that row itself. That proves nothing." in todo.evidence


async def test_at_halopsa_which_does_not_say_who_wrote_it_that_is_inferred(tmp_path: Path) -> None:
    async with repaired(tmp_path, HALOPSA) as stage:
        assert (await pushed(stage, HALOPSA))["errors"], "Salesbuildr's own copy leads to what is not for items still"
        assert (await checked(stage)).closed_at is None
        mend(stage, HALOPSA)
        assert "errors" not in await pushed(stage, HALOPSA)
        todo = await checked(stage)
        assert todo.closed_at is not None
        assert re.search(
            r"which is in Hardware › Networking \(#101/205\)\. HaloPSA says that it was entered on [^,]+, not by whom: "
            r"that Salesbuildr did is inferred from its naming it\.",
            todo.evidence,
        ), todo.evidence


async def test_at_halopsa_a_row_from_before_the_repair_proves_nothing(tmp_path: Path) -> None:
    async with repaired(tmp_path, HALOPSA) as stage:
        product = new_product(stage)
        old = {"name": product["name"], "assetgroup_id": 101, "assettype_id": 205, "datecreated": "2026-01-05T09:00:00"}
        product["externalIdentifier"] = str(stage.store.insert("Item", {**old, "status": 0}))
        todo = await checked(stage)
        assert todo.closed_at is None
        assert ", before the repair. That proves nothing." in todo.evidence


async def test_at_autotask_salesbuildrs_api_proves_it(tmp_path: Path) -> None:
    async with repaired(tmp_path, AUTOTASK) as stage:
        todo = await checked(stage)
        assert (todo.closed_at, "still shows Security appliances (2019) (#409)" in todo.evidence) == (None, True)
        stage.sandbox.site().quoting_store.update("category", source_of(stage), {"billingCode": int(AUTOTASK.good)})
        todo = await checked(stage)
        assert todo.closed_at is not None
        assert todo.evidence == "Salesbuildr's API shows Security appliances (#411), which can be used."
        assert "errors" not in await pushed(stage, AUTOTASK)
