"""What the practice HaloPSA refuses, in its words, and what it only warns of."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.halopsa_tenant import CLIENT, ITEM, LINE, OPPORTUNITY, QUOTE, USER, Practice, practice


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def refused(api: Practice, path: str, body: dict[str, Any]) -> str:
    """Return the text of a refusal, having seen that nothing was kept."""
    before = api.store.dump()
    text = (await api.post(path, body)).error
    left = {name: rows for name, rows in api.store.dump().items() if rows or name in before}
    assert left == before
    return text


async def test_a_client_without_main_contact_is_refused_where_it_is_compulsory(api: Practice) -> None:
    api.setting("rmaincontactcompulsary")
    assert await refused(api, "Client", CLIENT) == "Please populate main contact name"
    assert (await api.post("Client", {**CLIENT, "newclient_contactname": "Ada Kaur"})).status == 201
    assert (await api.post("Client", {"id": 10, "website": "x"})).status == 201


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("Client", {"toplevel_id": 1}, "Please populate name"),
        ("Client", {"id": 10, "name": ""}, "Please populate name"),
        ("Site", {"name": "Depot"}, "Please populate client"),
        ("Users", {"name": "Ada Kaur"}, "Please select a Site"),
        ("Users", {"site_id": 20}, "Please populate name"),
        ("Opportunities", {**OPPORTUNITY, "summary": ""}, "Please populate summary"),
        ("Opportunities", {**OPPORTUNITY, "tickettype_id": None}, "Please select a Ticket Type"),
        ("Opportunities", {**OPPORTUNITY, "tickettype_id": 1}, "The selected Ticket Type is not an Opportunity type"),
        ("Opportunities", {**OPPORTUNITY, "site_id": None}, "Please select a Site"),
        ("Opportunities", {**OPPORTUNITY, "tickettype_id": 42}, "Please complete the mandatory field category_1"),
        ("SalesOrder", {"title": "x", "client_id": 10}, "Please populate user"),
        ("Item", {"name": "Monitor"}, "Please populate asset group"),
        ("Webhook", {"url": "https://x.example"}, "Please populate name"),
        ("Client", {**CLIENT, "accountmanagertech": 999}, "Agent 999 does not exist"),
        ("Quotation", {**QUOTE, "ticket_id": 999}, "Opportunities 999 does not exist"),
        ("Quotation", {**QUOTE, "status": 111}, "Lookup 111 does not exist"),
        ("Quotation", {**QUOTE, "lines": [{**LINE, "item_id": 999}]}, "Item 999 does not exist"),
        ("Opportunities", {**OPPORTUNITY, "user_id": 32}, "The selected User does not belong to the selected Client"),
        ("Quotation", {**QUOTE, "site_id": 21}, "The selected Site does not belong to the selected Client"),
        ("Item", {**ITEM, "assettype_id": 81}, "The selected Asset Type does not belong to the selected Asset Group"),
    ],
)
async def test_what_is_missing_or_does_not_fit_is_refused(
    api: Practice, path: str, body: dict[str, Any], text: str
) -> None:
    assert await refused(api, path, body) == text


@pytest.mark.parametrize("group", [71, 72, 999])
async def test_an_asset_group_that_is_gone_hidden_or_not_for_items_is_refused(api: Practice, group: int) -> None:
    text = f"Asset Group {group} is not available for Items"
    assert await refused(api, "Item", {**ITEM, "assetgroup_id": group, "assettype_id": None}) == text
    assert await refused(api, "Quotation", {**QUOTE, "lines": [{**LINE, "assetgroup_id": group}]}) == text


async def test_a_group_that_is_gone_is_named_before_its_types_that_are_gone_too(api: Practice) -> None:
    gone = {**ITEM, "assetgroup_id": 79, "assettype_id": 89}
    assert await refused(api, "Item", gone) == "Asset Group 79 is not available for Items"
    assert await refused(api, "Item", {**ITEM, "assettype_id": 89}) == "AssetType 89 does not exist"


async def test_a_line_inherits_the_group_of_its_item(api: Practice) -> None:
    text = await refused(api, "Quotation", {**QUOTE, "lines": [{"item_id": 93, "quantity": 1}]})
    assert text == "Asset Group 71 is not available for Items"


async def test_an_asset_type_that_has_moved_no_longer_fits(api: Practice) -> None:
    api.store.update("AssetType", 80, {"assetgroup_id": 73})
    assert "does not belong to the selected Asset Group" in await refused(api, "Item", ITEM)


async def test_a_hidden_asset_group_is_refused_as_a_deleted_one_is(api: Practice) -> None:
    show = api.store.hide("AssetGroup", lambda row: row["id"] == 70)
    assert await refused(api, "Item", ITEM) == "Asset Group 70 is not available for Items"
    show()
    assert (await api.post("Item", ITEM)).status == 201


async def test_the_general_user_of_any_client_will_do(api: Practice) -> None:
    assert (await api.post("Opportunities", {**OPPORTUNITY, "user_id": -1})).status == 201


@pytest.mark.parametrize(
    ("setting", "path", "body", "text"),
    [
        ("ruseremailmandatory", "Users", {**USER, "emailaddress": ""}, "Please populate email address"),
        ("ruserphonemandatory", "Users", USER, "Please populate phone number"),
        ("rquotedaystodelivermandatory", "Quotation", QUOTE, "Please populate days to deliver"),
    ],
)
async def test_what_the_instance_makes_mandatory_is_demanded(
    api: Practice, setting: str, path: str, body: dict[str, Any], text: str
) -> None:
    api.setting(setting)
    assert await refused(api, path, body) == text
    api.setting(setting, on=False)
    assert (await api.post(path, body)).status == 201


async def test_mandatory_members_are_not_asked_for_where_the_caller_says_so(api: Practice) -> None:
    api.setting("rquotedaystodelivermandatory")
    assert (await api.post("Quotation", {**QUOTE, "_novalidate": True})).status == 201
    strict = {**OPPORTUNITY, "tickettype_id": 42, "_novalidate": True}
    assert (await api.post("Opportunities", strict)).status == 201
    assert (await api.post("SalesOrder", {"title": "x", "client_id": 10, "_novalidate": True})).status == 201
    assert await refused(api, "Users", {"name": "x", "_novalidate": True}) == "Please select a Site"


async def test_rules_of_the_instance_refuse_or_warn() -> None:
    rules = [
        {"entity": "client", "when": {"name": "Litware"}, "errors": ["Litware is on stop"]},
        {
            "entity": "QuotationDetail",
            "when": {"item_id": 91},
            "warnings": ["Backup was not added: it is no longer sold"],
        },
        {"entity": "QuotationDetail", "when": {"item_id": 90, "quantity": 7}, "errors": ["Seven are too many"]},
        {"entity": "Item", "when": {"name": "Monitor"}, "warnings": ["A cheaper monitor is in stock"]},
    ]
    async with practice(rules=rules) as api:
        assert await refused(api, "Client", CLIENT) == "Litware is on stop"
        assert await refused(api, "Quotation", {**QUOTE, "lines": [{**LINE, "quantity": 7}]}) == "Seven are too many"
        item = await api.post("Item", ITEM)
        assert (item.status, item.json["_warning"]) == (201, "A cheaper monitor is in stock")
        told = (await api.post("Quotation", {**QUOTE, "lines": [LINE, {"item_id": 91}]})).json
        assert told["_warning"] == "Backup was not added: it is no longer sold"
        assert [line["item_id"] for line in told["lines"]] == [90]
        assert "_warning" not in api.row("Quotation", told["id"])


async def test_the_first_broken_object_of_several_ends_the_post(api: Practice) -> None:
    reply = await api.post("Client", CLIENT, {"name": ""})
    assert reply.error == "Please populate name"
