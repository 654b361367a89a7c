"""Salesbuildr's own integration is a second writer over Autotask's real API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.practice import Caller
from tests.sandbox.world_files import world_of


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with Sandbox(world_of("autotask")) as sandbox, ClientSession() as http:
        yield Caller(sandbox, http)


def quote(caller: Caller, case: str) -> dict[str, Any]:
    """Return the first quote of a case."""
    site = caller.sandbox.site()
    return next(row for row in site.quoting_store.rows("quote").values() if row["number"] in site.cases[case])


async def sync(caller: Caller, *records: str) -> list[dict[str, Any]]:
    """Let the integration write, and return what it says of each record."""
    body = {"site": "Fabrikam IT", "records": list(records)}
    status, told = await caller.control("/vendor-sync", method="POST", json=body)
    assert status == 200, told
    return list(told["records"])


@pytest.mark.parametrize("case", ["ready", "ready: new product", "ready: new company", "ready: new contact"])
async def test_a_quote_arrives_once_with_everything_it_needs_and_its_stamps(caller: Caller, case: str) -> None:
    row, store = quote(caller, case), caller.sandbox.site().psa_store
    (told,) = await sync(caller, f"quote/{row['id']}")
    made = store.rows("Quotes")[told["id"]]
    assert made["externalQuoteNumber"] == row["number"]
    assert made["creatorResourceID"] == 29682002
    held = [line for line in store.rows("QuoteItems").values() if line["quoteID"] == told["id"]]
    assert len(held) >= len(row["items"])
    quoting = caller.sandbox.site().quoting_store
    for kind in ("company", "contact", "opportunity"):
        assert quoting.rows(kind)[row[f"{kind}Id"]]["externalIdentifier"]
    before = len(store.rows("QuoteItems"))
    assert await sync(caller, f"quote/{row['id']}") == [told]
    assert len(store.rows("QuoteItems")) == before


async def test_it_works_as_its_own_user_in_the_request_log(caller: Caller) -> None:
    await sync(caller, f"quote/{quote(caller, 'ready')['id']}")
    assert {entry["who"] for entry in caller.sandbox.log.entries(system="autotask")} == {"salesbuildr@fabrikam.example"}


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("billing code inactive", "BillingCode does not exist or is invalid"),
        ("company inactive", "Company does not exist or is invalid"),
        ("contact of another company", "companyID is not associated with contactID"),
        ("item refused by the tenant", "clearance stock"),
        ("labour without role", "no external identifier"),
    ],
)
async def test_what_autotask_refuses_is_told_in_its_words(caller: Caller, case: str, says: str) -> None:
    (told,) = await sync(caller, f"quote/{quote(caller, case)['id']}")
    assert says in told["errors"][0]


async def test_without_stamps_only_the_fields_of_the_vendor_are_there(caller: Caller) -> None:
    caller.sandbox.switches.set("salesbuildr", "vendor_stamps", value=False)
    (told,) = await sync(caller, f"quote/{quote(caller, 'ready')['id']}")
    assert not caller.sandbox.site().psa_store.rows("Quotes")[told["id"]].get("externalQuoteNumber")


async def test_an_answer_that_is_no_json_is_told_by_its_status(caller: Caller) -> None:
    await caller.fault("html", system="autotask")
    (told,) = await sync(caller, f"quote/{quote(caller, 'ready')['id']}")
    assert told["errors"][0].startswith("HTTP 502")


async def test_a_lost_answer_is_told_and_the_next_record_is_tried(caller: Caller) -> None:
    await caller.fault("reset_before", system="autotask", times=1)
    row = quote(caller, "ready")
    lost, written = await sync(caller, f"quote/{row['id']}", f"quote/{row['id']}")
    assert lost["errors"][0].startswith("No answer")
    assert written["id"]
