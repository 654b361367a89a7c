"""Salesbuildr's practice server answers as its help pages say."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.practice import SMALL, Caller, StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def caller(clock: StillClock) -> AsyncIterator[Caller]:
    async with Sandbox(SMALL, timing=clock.timing) as sandbox, ClientSession() as http:
        yield Caller(sandbox, http)


async def test_without_a_key_and_with_a_wrong_one_it_is_401_in_json(caller: Caller) -> None:
    status, body, _ = await caller.quoting("/company", key=None)
    assert (status, body["message"]) == (401, "No API key provided")
    status, body, _ = await caller.quoting("/company", key="wrong")
    assert (status, body["message"]) == (401, "Invalid API key provided")


async def test_the_second_key_header_is_needed_only_where_the_switch_says_so(caller: Caller) -> None:
    assert (await caller.quoting("/company"))[0] == 200
    caller.sandbox.switches.set("salesbuildr", "integration_key", value=True)
    assert (await caller.quoting("/company"))[0] == 401
    assert (await caller.quoting("/company", headers={"integration-key": "practice-salesbuildr-key"}))[0] == 200


async def test_a_list_has_twenty_rows_by_default_and_a_hundred_at_most(caller: Caller) -> None:
    store = caller.sandbox.site().quoting_store
    for number in range(130):
        store.insert("company", {"id": f"x{number:03}", "name": f"Company {number}"})
    assert len((await caller.quoting("/company"))[1]["results"]) == 20
    _, body, _ = await caller.quoting("/company?from=100&size=500")
    assert (len(body["results"]), body["total"]) == (32, 132)
    assert len((await caller.quoting("/company?size=500"))[1]["results"]) == 100
    caller.sandbox.switches.set("salesbuildr", "oversize", "refuse")
    assert (await caller.quoting("/company?size=500"))[0] == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=name", ["Fourth Coffee", "Litware"]),
        ("sort=-name", ["Litware", "Fourth Coffee"]),
        ("sort=%2Bname", ["Fourth Coffee", "Litware"]),
        ("query=lit", ["Litware"]),
        ("filters=name:litware|nobody", ["Litware"]),
        ("filters=name:litware,externalIdentifier:12", []),
    ],
)
async def test_lists_are_sorted_searched_and_filtered(caller: Caller, query: str, names: list[str]) -> None:
    _, body, _ = await caller.quoting(f"/company?{query}")
    assert [row["name"] for row in body["results"]] == names
    assert body["total"] == len(names)


async def test_a_filter_follows_nested_values_in_either_shape(caller: Caller) -> None:
    for position in ("object", "string"):
        caller.sandbox.switches.set("salesbuildr", "nested_objects", position)
        _, body, _ = await caller.quoting("/quote?filters=company.id:c1|c9,status:approved")
        assert [row["number"] for row in body["results"]] == ["Q-1"]


@pytest.mark.parametrize("query", ["from=x", "size=-1", "filters=name", "filters=wrong:1"])
async def test_a_list_that_cannot_be_asked_for_like_that_is_400(caller: Caller, query: str) -> None:
    status, body, _ = await caller.quoting(f"/company?{query}")
    assert status == 400
    assert body["message"]


async def test_a_quote_names_everything_as_objects_or_as_text(caller: Caller) -> None:
    _, quote, _ = await caller.quoting("/quote/q1")
    assert quote["company"] == {
        "id": "c1",
        "name": "Litware",
        "number": None,
        "externalIdentifier": "11",
        "address": {"city": "Boise"},
        "labels": None,
    }
    assert quote["status"] == {"id": "approved", "name": "Approved"}
    assert quote["paymentTerm"] == {"id": "f2", "name": "Net 30", "externalIdentifier": "6"}
    assert quote["contact"]["name"] == "Ada Kaur"
    assert quote["discount"] == {"type": "percentage", "value": 5}
    assert quote["sentAt"] == "2026-03-06T10:00:00Z"
    item = quote["items"][0]
    assert item["manufacturer"]["name"] == "Corvane"
    assert item["category"] == {"id": "k1", "name": "Laptops", "parentCategory": {"id": "k0", "name": "Hardware"}}
    caller.sandbox.switches.set("salesbuildr", "nested_objects", "string")
    _, quote, _ = await caller.quoting("/quote/q1")
    assert [quote[name] for name in ("status", "company", "contact", "owner", "paymentTerm", "discount")] == [
        "approved",
        "c1",
        "p1",
        "o1",
        "f2",
        "5",
    ]
    assert quote["items"][0]["product"] == "a1"


async def test_the_quote_itself_has_no_external_identifier(caller: Caller) -> None:
    _, quote, _ = await caller.quoting("/quote/q1")
    assert "externalIdentifier" not in quote


async def test_single_rows_are_found_by_id_and_by_external_identifier(caller: Caller) -> None:
    assert (await caller.quoting("/company/c2"))[1]["name"] == "Fourth Coffee"
    assert (await caller.quoting("/company/ext/11"))[1]["name"] == "Litware"
    assert (await caller.quoting("/opportunity/d1"))[1]["pipelineStage"]["externalIdentifier"] == "22"
    for path in ("/company/c9", "/company/ext/99", "/companies", "/quote/ext/1"):
        status, body, _ = await caller.quoting(path)
        assert status == 404
        assert "message" in body


async def test_fields_answer_under_the_names_of_the_switch_only(caller: Caller) -> None:
    _, body, _ = await caller.quoting("/field/opportunity-stage")
    assert [value["displayValue"] for value in body["values"]] == ["Proposal"]
    caller.sandbox.switches.set("salesbuildr", "stage_field", "pipeline-stage")
    assert (await caller.quoting("/field/opportunity-stage"))[0] == 404
    assert (await caller.quoting("/field/pipeline-stage"))[0] == 200
    caller.sandbox.switches.set("salesbuildr", "payment_term_field", "quote-payment-term")
    assert (await caller.quoting("/field/quote-payment-term"))[1]["values"][0]["externalIdentifier"] == "6"


async def test_categories_come_flat_and_as_a_tree(caller: Caller) -> None:
    _, flat, _ = await caller.quoting("/category")
    assert [row["billingCode"] for row in flat] == [None, 401, 402]
    caller.sandbox.switches.set("salesbuildr", "category_shape", "envelope")
    assert (await caller.quoting("/category"))[1] == {"results": flat, "total": 3}
    _, tree, _ = await caller.quoting("/category/tree")
    assert [(row["name"], [child["name"] for child in row["children"]]) for row in tree] == [("Hardware", ["Laptops"])]
    _, tree, _ = await caller.quoting("/category/tree?includeEmpty=true")
    assert [row["name"] for row in tree] == ["Hardware", "Unused"]


async def test_bundles_can_be_left_out(caller: Caller) -> None:
    assert (await caller.quoting("/product"))[1]["total"] == 2
    assert (await caller.quoting("/product?includeBundles=false"))[1]["total"] == 1


async def test_deleted_rows_are_listed_unless_the_switch_is_off(caller: Caller) -> None:
    caller.sandbox.site().quoting_store.update("quote", "q2", {"deletedAt": "2026-03-01T00:00:00Z"})
    assert (await caller.quoting("/quote"))[1]["total"] == 2
    caller.sandbox.switches.set("salesbuildr", "deleted_in_lists", value=False)
    assert (await caller.quoting("/quote"))[1]["total"] == 1


async def test_writes_answer_as_documented_and_are_logged(caller: Caller) -> None:
    status, made, _ = await caller.quoting("/company", method="POST", json={"name": "Relecloud"})
    assert (status, made["name"]) == (200, "Relecloud")
    _, changed, _ = await caller.quoting(f"/company/{made['id']}", method="PUT", json={"name": "Nod"})
    assert changed["name"] == "Nod"
    assert (await caller.quoting(f"/company/{made['id']}", method="DELETE"))[0] == 200
    assert (await caller.quoting(f"/company/{made['id']}", method="DELETE"))[0] == 404
    assert (await caller.quoting("/quote/q1", method="PUT", json={}))[0] == 405
    assert (await caller.quoting("/company", method="POST", json=["no object"]))[0] == 400
    state = {"state": "error", "error": "no", "externalIdentifier": ""}
    assert (await caller.quoting("/sync-state/quote/q1", method="PUT", json=state))[0] == 200
    assert (await caller.quoting("/sync-state/quote/q1", method="PUT", json={}))[0] == 400
    served = caller.sandbox.log.entries(system="salesbuildr")
    assert [entry["method"] for entry in served] == ["POST", "PUT", "DELETE", "DELETE", "PUT", "POST", "PUT", "PUT"]


async def test_the_501st_call_in_ten_minutes_is_told_to_wait(clock: StillClock) -> None:
    async with Sandbox(SMALL, limits=True, timing=clock.timing) as sandbox, ClientSession() as http:
        caller = Caller(sandbox, http)
        status, _, headers = await caller.quoting("/field/opportunity-category")
        assert (status, headers["X-RateLimit-Remaining"]) == (200, "499")
        clock.seconds += 30
        for _ in range(499):
            await caller.quoting("/field/opportunity-category")
        status, body, headers = await caller.quoting("/company")
        assert (status, body["message"], headers["X-RateLimit-Remaining"]) == (429, "Too Many Requests", "0")
        assert int(headers["Retry-After"]) in (570, 571)
        state = {"state": "ok", "error": "", "externalIdentifier": ""}
        assert (await caller.quoting("/sync-state/quote/q1", method="PUT", json=state))[0] == 200
        clock.seconds += 571
        assert (await caller.quoting("/company"))[0] == 200
        assert (await caller.quoting("/company"))[0] == 429
