"""What the practice Autotask holds after creates, updates and deletes."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.autotask_tenant import (
    COMPANY,
    CONTACT,
    ITEM,
    NOW,
    OPPORTUNITY,
    PRODUCT,
    QUOTE,
    SERVICE,
    Practice,
    practice,
    signature,
)


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def create(api: Practice, path: str, body: object) -> int:
    reply = await api.post(path, body)
    assert reply.status == 200, reply.text
    assert list(reply.json) == ["itemId"]
    return int(reply.json["itemId"])


@pytest.mark.parametrize(
    ("path", "entity", "body"),
    [
        ("Companies", "Companies", COMPANY),
        ("Companies/10/Contacts", "Contacts", CONTACT),
        ("Companies/10/Locations", "CompanyLocations", {"name": "Head office"}),
        ("Opportunities", "Opportunities", OPPORTUNITY),
        ("Quotes", "Quotes", QUOTE),
        ("Quotes/50/Items", "QuoteItems", ITEM),
        ("QuoteLocations", "QuoteLocations", {}),
        ("Products", "Products", PRODUCT),
        ("Products/70/Vendors", "ProductVendors", {"vendorID": 11, "isActive": True, "isDefault": True}),
        ("Services", "Services", SERVICE),
        ("ServiceBundles", "ServiceBundles", {"name": "All", "billingCodeID": 82, "periodType": 2}),
        ("ServiceBundles/91/Services", "ServiceBundleServices", {"serviceID": 90}),
        ("PaymentTerms", "PaymentTerms", {"name": "Net 60"}),
        ("UserDefinedFieldDefinitions/95/ListItems", "UserDefinedFieldListItems", {"valueForDisplay": "West"}),
    ],
)
async def test_a_create_answers_the_new_id_and_the_row_can_be_read(
    api: Practice, path: str, entity: str, body: dict[str, object]
) -> None:
    row_id = await create(api, path, body)
    row = (await api.get(f"{entity}/{row_id}")).json["item"]
    dates = {"effectiveDate": "2026-03-01T00:00:00Z", "expirationDate": "2026-04-01T00:00:00Z"}
    assert {name: row[name] for name in body} == {**body, **{k: v for k, v in dates.items() if k in body}}


async def test_the_server_fills_in_what_is_its_own(api: Practice) -> None:
    quote = api.row("Quotes", await create(api, "Quotes", QUOTE))
    assert quote["createDate"] == quote["lastActivityDate"] == NOW
    assert quote["creatorResourceID"] == quote["lastModifiedBy"] == 1
    assert quote["quoteNumber"] == 8
    assert quote["isActive"] is True
    assert quote["companyID"] == 10
    company = api.row("Companies", await create(api, "Companies", COMPANY))
    assert (company["isActive"], company["createdByResourceID"], company["createDate"]) == (True, 1, NOW)
    assert api.row("Services", await create(api, "Services", SERVICE))["isActive"] is True


async def test_names_in_a_body_ignore_case_and_the_id_is_the_servers(api: Practice) -> None:
    row_id = await create(api, "QuoteLocations", {"ID": 0, "CITY": "Seattle"})
    assert api.row("QuoteLocations", row_id)["city"] == "Seattle"
    assert await create(api, "QuoteLocations", {"id": 40}) != 40


async def test_numbers_written_as_text_are_taken_as_numbers(api: Practice) -> None:
    row_id = await create(api, "Quotes/50/Items", {**ITEM, "quantity": "2.5", "productID": "70", "isOptional": "false"})
    row = api.row("QuoteItems", row_id)
    assert (row["quantity"], row["productID"], row["isOptional"]) == (2.5, 70, False)


async def test_the_parent_in_the_path_wins(api: Practice) -> None:
    row_id = await create(api, "Companies/10/Contacts", {**CONTACT, "companyID": 11})
    assert api.row("Contacts", row_id)["companyID"] == 10


async def test_user_defined_values_travel_as_names_and_text(api: Practice) -> None:
    sent = [{"name": "REGION", "value": "East"}]
    row_id = await create(api, "Companies", {**COMPANY, "userDefinedFields": sent})
    await api.patch("Companies", {"id": row_id, "userDefinedFields": [{"name": "Rating", "value": 5}]})
    await api.patch("Companies", {"id": row_id, "userDefinedFields": None})
    assert (await api.get(f"Companies/{row_id}")).json["item"]["userDefinedFields"] == [
        {"name": "Region", "value": "East"},
        {"name": "Rating", "value": "5"},
    ]


async def test_a_create_can_be_made_in_somebodys_name(api: Practice) -> None:
    reply = await api.call("POST", "Opportunities", OPPORTUNITY, headers={"ImpersonationResourceId": "3"})
    row = api.row("Opportunities", reply.json["itemId"])
    assert (row["creatorResourceID"], row["impersonatorCreatorResourceID"]) == (3, 1)


@pytest.mark.parametrize("resource", ["4", "99", "me"])
async def test_nobody_writes_in_the_name_of_who_is_not_there(api: Practice, resource: str) -> None:
    reply = await api.call("POST", "Opportunities", OPPORTUNITY, headers={"ImpersonationResourceId": resource})
    assert reply.errors == [
        "Reference value on field: ImpersonationResourceId of type: Resource does not exist or is invalid."
    ]


async def test_patch_changes_what_was_sent_and_nothing_else(api: Practice) -> None:
    before = dict(api.row("Quotes", 50))
    reply = await api.patch("Quotes", {"id": 50, "NAME": "Refresh 2", "quoteNumber": 99, "unknown": 1})
    assert (reply.status, reply.json) == (200, {"itemId": 50})
    after = {**before, "name": "Refresh 2", "lastActivityDate": NOW, "lastModifiedBy": 1}
    assert api.row("Quotes", 50) == after


async def test_patch_empties_a_field_with_null(api: Practice) -> None:
    assert (await api.patch("Quotes", {"id": 50, "description": None})).status == 200
    assert api.row("Quotes", 50)["description"] is None


async def test_put_empties_what_it_leaves_out(api: Practice) -> None:
    reply = await api.call("PUT", "Quotes", {**QUOTE, "id": 50})
    assert reply.json == {"itemId": 50}
    row = api.row("Quotes", 50)
    assert (row["name"], row["description"], row["contactID"]) == ("New office", None, None)
    assert (row["quoteNumber"], row["opportunityID"]) == (7, 30)


async def test_put_needs_the_required_fields(api: Practice) -> None:
    reply = await api.call("PUT", "Quotes", {"id": 50, "name": "Only a name"})
    assert "Value does not exist for the required field billToLocationID." in reply.errors
    assert api.row("Quotes", 50)["name"] == "Refresh"


async def test_children_are_changed_through_their_parent(api: Practice) -> None:
    assert (await api.patch("Quotes/50/Items", {"id": 60, "quantity": 3})).json == {"itemId": 60}
    assert api.row("QuoteItems", 60)["quantity"] == 3
    wrong = await api.patch("Quotes/51/Items", {"id": 60, "quantity": 4})
    assert wrong.status == 500
    assert api.row("QuoteItems", 60)["quantity"] == 3
    put = await api.call("PUT", "Quotes/50/Items", {**ITEM, "id": 60, "quantity": 5})
    assert put.status == 200
    assert (api.row("QuoteItems", 60)["quoteID"], api.row("QuoteItems", 60)["quantity"]) == (50, 5)


async def test_what_is_set_once_is_refused_where_read_only_properties_are(api: Practice) -> None:
    api.switch("read_only_properties", "refused")
    refused = await api.patch("Quotes", {"id": 50, "opportunityID": 31})
    assert refused.errors == ["The field opportunityID is read only."]
    assert (await api.patch("Quotes/50/Items", {"id": 60, "quoteID": 50, "quantity": 3})).status == 200


async def test_a_body_that_is_no_text_is_an_unexpected_error(api: Practice) -> None:
    async with api.session.post(f"{api.origin}/ATServicesRest/V1.0/Quotes", data=b"\xff", headers=signature()) as reply:
        assert (reply.status, (await reply.json())["errorId"]) == (500, 57492)


async def test_what_is_set_once_stays(api: Practice) -> None:
    await api.patch("Quotes", {"id": 50, "opportunityID": 31})
    await api.patch("Services", {"id": 90, "periodType": 5})
    assert (api.row("Quotes", 50)["opportunityID"], api.row("Services", 90)["periodType"]) == (30, 2)


@pytest.mark.parametrize(
    ("path", "collection", "row_id"),
    [
        ("Quotes/50/Items/60", "QuoteItems", 60),
        ("Companies/10/Contacts/20", "Contacts", 20),
        ("ServiceBundles/91", "ServiceBundles", 91),
    ],
)
async def test_a_delete_answers_the_id_that_is_gone(api: Practice, path: str, collection: str, row_id: int) -> None:
    reply = await api.call("DELETE", path)
    assert (reply.status, reply.json) == (200, {"itemId": row_id})
    assert api.store.get(collection, row_id) is None


@pytest.mark.parametrize("path", ["Quotes/50/Items/99", "Quotes/51/Items/60", "ServiceBundles/99"])
async def test_deleting_what_is_not_there_has_its_own_text(api: Practice, path: str) -> None:
    reply = await api.call("DELETE", path)
    assert reply.status == 500
    (text,) = reply.json["errors"]
    assert text == (
        "No message. No matching records found. "
        "The logged in Resource may not have the required permissions to delete the data."
    )


@pytest.mark.parametrize("body", [{"name": "x"}, {"id": 999, "name": "x"}, {"id": None, "name": "x"}])
async def test_an_update_without_a_row_is_refused(api: Practice, body: dict[str, object]) -> None:
    reply = await api.patch("Quotes", body)
    assert reply.status == 500
    assert reply.json["errors"][-1] == "Error updating entity for record number [1]."


async def test_a_failed_write_leaves_nothing_behind(api: Practice) -> None:
    before = json.dumps(api.store.dump(), sort_keys=True)
    await api.post("Quotes", {**QUOTE, "contactID": 21})
    await api.patch("Quotes", {"id": 50, "contactID": 21})
    assert json.dumps(api.store.dump(), sort_keys=True) == before
