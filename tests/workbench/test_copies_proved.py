"""Salesbuildr's own copy of a repaired category at ConnectWise: open until what Salesbuildr wrote itself proves it."""

import re
from pathlib import Path
from typing import Any

from sync_desktop.domain.records import RecordRef, ref_of
from sync_desktop.domain.words import Psa, RecordKind
from sync_desktop.workbench.mapping_views import Edit, TodoView
from tests.diagnosis.provoking import practice_world
from tests.sync.sync_stage import Stage

CASE, KIND, SITE_NAME = "not eligible: draft that needs a repair", "product-category", "Proseware Networks"
BAD, GOOD = "41/411/1", "42/421/1"


def source_of(stage: Stage) -> str:
    rows = stage.sandbox.site().quoting_store.rows("category").values()
    return next(str(row["id"]) for row in rows if row["name"] == "Firewalls")


async def repaired(stage: Stage) -> None:
    await stage.bench.mappings.audit()
    saved = await stage.bench.mappings.save(stage.site_id, [Edit(KIND, source_of(stage), GOOD, BAD)])
    assert (saved.saved, saved.todos) == (1, 1)


def mend(stage: Stage) -> None:
    """Lead Salesbuildr's own mapping to what can be used."""
    store = stage.sandbox.site().quoting_store
    (row,) = [each for each in store.rows("category-mapping").values() if each["categoryId"] == source_of(stage)]
    store.update("category-mapping", row["id"], {"category": 42, "subcategory": 421, "type": 1})


async def pushed(stage: Stage) -> dict[str, Any]:
    """Let Salesbuildr write the draft, as it does once that is approved."""
    (quote,) = (await stage.quotes()).values()
    (told,) = await stage.sandbox.vendor_sync(SITE_NAME, [f"quote/{quote.id}"])
    return told


async def the_todo(stage: Stage) -> TodoView:
    (todo,) = await stage.bench.mappings.todos(stage.site_id, closed=True)
    return todo


async def test_a_product_that_salesbuildr_wrote_after_its_copy_was_mended_closes_the_todo(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE, only=CASE) as stage:
        await repaired(stage)
        (open_one,) = await stage.bench.mappings.check_todos(stage.site_id)
        assert "A product of Firewalls can still show it" in open_one.evidence
        assert (await pushed(stage))["errors"], "Salesbuildr's own copy leads to an inactive category still"
        assert len(await stage.bench.mappings.check_todos(stage.site_id)) == 1
        mend(stage)
        assert "errors" not in await pushed(stage)
        stage.sandbox.log.clear()
        assert await stage.bench.mappings.check_todos(stage.site_id) == ()
        assert stage.written() == []
        todo = await the_todo(stage)
        assert todo.closed_at is not None
        assert todo.evidence.startswith("“Gatekeep 400 firewall” was not in ConnectWise when this was repaired.")
        assert todo.evidence.endswith(f"into Security › Firewalls · Inventory (#{GOOD}).")
        (site,) = await stage.bench.sites.sites()
        assert re.fullmatch(r"ConnectWise: no limit published, \d+ calls in the last minute", site.calls_text)


async def test_a_refresh_sees_it_as_well_but_not_in_what_this_program_wrote(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE, only=CASE) as stage:
        await repaired(stage)
        (quote,) = stage.sandbox.site().quoting_store.rows("quote").values()
        quote["status"] = "approved"
        await stage.bench.runs.refresh()
        assert (await stage.attempt(ref_of(next(iter((await stage.quotes()).values()))))).by_outcome == {"written": 1}
        products = stage.sandbox.site().quoting_store.rows("product")
        new = next(row for row in products.values() if not row["externalIdentifier"])
        ours = await stage.link(RecordRef(kind=RecordKind.PRODUCT, id=new["id"]))
        assert ours is not None
        new["externalIdentifier"] = ours.external_id
        await stage.bench.runs.refresh()
        assert (await the_todo(stage)).closed_at is None, "somebody told Salesbuildr of what this program wrote"
