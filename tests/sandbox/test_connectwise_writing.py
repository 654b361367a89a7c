"""Creates, replacements, patches, deletes and the routes that change more than one row."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.connectwise_tenant import COMPANY, CONTACT, ITEM, LINE, NOW, OPPORTUNITY, Practice, practice


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def made(api: Practice, path: str, body: object) -> dict[str, Any]:
    """Return what a create answers."""
    reply = await api.post(path, body)
    assert reply.status == 201, reply.text
    row: dict[str, Any] = reply.json
    return row


async def test_a_create_answers_201_with_the_whole_record_and_its_address(api: Practice) -> None:
    reply = await api.post("company/companies", COMPANY)
    assert reply.status == 201
    row = reply.json
    assert (row["status"]["name"], row["deletedFlag"], row["site"]["name"]) == ("Active", False, "Main")
    assert [each["name"] for each in row["types"]] == ["Customer"]
    assert row["_info"] == {
        "lastUpdated": NOW,
        "updatedBy": "SyncDesktop",
        "dateEntered": NOW,
        "enteredBy": "SyncDesktop",
    }
    assert (await api.get(reply.headers["Location"])).json == row
    (site,) = (await api.get(f"company/companies/{row['id']}/sites")).json
    assert (site["id"], site["city"], site["primaryAddressFlag"]) == (row["site"]["id"], "Boise", True)
    (association,) = (await api.get(f"company/companies/{row['id']}/typeAssociations")).json
    assert association["type"]["id"] == 1


async def test_the_store_holds_what_was_written_with_references_resolved(api: Practice) -> None:
    row = await made(api, "sales/opportunities", {**OPPORTUNITY, "primarySalesRep": {"identifier": "RVarga"}})
    held = api.row("sales/opportunities", row["id"])
    assert held["primarySalesRep"] == {"id": 2, "identifier": "rvarga", "name": "Rosa Varga"}
    assert held["company"] == {"id": 20, "identifier": "Northwind", "name": "Northwind Traders"}


async def test_a_contact_gets_the_defaults_that_were_captured(api: Practice) -> None:
    row = await made(api, "company/contacts", CONTACT)
    told = {name: row[name] for name in ("portalSecurityLevel", "disablePortalLoginFlag", "inactiveFlag", "types")}
    assert told == {"portalSecurityLevel": 1, "disablePortalLoginFlag": True, "inactiveFlag": False, "types": []}
    assert row["site"]["id"] == 30
    (mail,) = row["communicationItems"]
    assert (mail["defaultFlag"], mail["domain"], mail["communicationType"]) == (True, "@northwind.example", "Email")


async def test_each_kind_of_communication_has_one_default(api: Practice) -> None:
    items = [
        {"type": {"id": 1}, "value": "a@x.example"},
        {"type": {"id": 1}, "value": "b@x.example", "defaultFlag": True},
        {"type": {"name": "direct"}, "value": "555", "extension": "7"},
        {"type": {"id": 3}, "value": "556"},
    ]
    row = await made(api, "company/contacts", {"firstName": "Lee", "communicationItems": items})
    told = [(one["communicationType"], one["defaultFlag"]) for one in row["communicationItems"]]
    assert told == [("Email", False), ("Email", True), ("Phone", True), ("Fax", True)]
    assert (row["defaultPhoneType"], row["defaultPhoneNbr"], row["defaultPhoneExtension"]) == ("Direct", "555", "7")
    assert len({one["id"] for one in row["communicationItems"]}) == 4


async def test_an_opportunity_gets_stage_status_probability_and_place(api: Practice) -> None:
    row = await made(api, "sales/opportunities", OPPORTUNITY)
    assert (row["stage"]["id"], row["status"]["name"], row["probability"]["name"]) == (7, "Open", "10")
    assert (row["locationId"], row["businessUnitId"], row["site"]["id"]) == (11, 10, 30)
    assert row["expectedCloseDate"] == "2026-05-01T00:00:00Z"


async def test_a_catalog_item_takes_its_category_from_its_subcategory(api: Practice) -> None:
    row = await made(api, "procurement/catalog", ITEM)
    assert (row["category"]["id"], row["unitOfMeasure"]["name"], row["inactiveFlag"]) == (60, "Each", False)


async def test_a_line_takes_from_its_item_and_stands_in_the_forecast(api: Practice) -> None:
    row = await made(api, "procurement/products", {**LINE, "price": 90.5, "integrationXRef": "q1/i1"})
    assert (row["description"], row["cost"], row["extPrice"], row["extCost"]) == ("Laptop", 60.5, 271.5, 181.5)
    assert (row["integrationXRef"], row["sequenceNumber"], row["company"]["id"]) == ("q1/i1", 2, 20)
    item = api.row("sales/opportunities/forecast", row["forecastDetailId"])
    assert (item["revenue"], item["cost"]) == (271.5, 181.5)
    assert await api.ids("procurement/products", "opportunity/id=50") == [95, row["id"]]
    await api.patch(f"procurement/products/{row['id']}", ("replace", "quantity", 1))
    assert api.row("sales/opportunities/forecast", row["forecastDetailId"])["revenue"] == 90.5
    assert (await api.call("DELETE", f"procurement/products/{row['id']}")).status == 204
    assert api.store.get("sales/opportunities/forecast", row["forecastDetailId"]) is None


async def test_a_line_may_keep_out_of_the_forecast(api: Practice) -> None:
    row = await made(api, "procurement/products", {**LINE, "bypassForecastUpdate": True})
    assert "forecastDetailId" not in row


async def test_a_recurring_item_makes_a_recurring_line(api: Practice) -> None:
    recurring = {"recurringFlag": True, "recurringBillCycle": {"id": 2}, "recurringRevenue": 12, "recurringCost": 4}
    item = await made(api, "procurement/catalog", {**ITEM, **recurring, "productClass": "Agreement"})
    row = await made(api, "procurement/products", {**LINE, "catalogItem": {"id": item["id"]}})
    assert (row["recurring"]["billCycleId"], row["recurring"]["billCycle"]["name"]) == (2, "Monthly")
    forecast = api.row("sales/opportunities/forecast", row["forecastDetailId"])
    assert (forecast["forecastType"], forecast["recurringFlag"], forecast["recurringRevenue"]) == (
        "Agreement",
        True,
        12,
    )


async def test_members_of_a_body_are_taken_in_any_case_and_id_and_info_are_passed_over(api: Practice) -> None:
    body = {"NAME": "Net 60", "duedays": "60", "id": 5, "_info": {"lastUpdated": "x"}}
    row = await made(api, "finance/billingTerms", body)
    assert (row["name"], row["dueDays"]) == ("Net 60", 60)
    assert row["id"] != 5


async def test_line_breaks_become_a_space(api: Practice) -> None:
    row = await made(api, "sales/opportunities", {**OPPORTUNITY, "notes": "one\r\ntwo\nthree"})
    assert row["notes"] == "one two three"


@pytest.mark.parametrize("path", ["name", "/name"])
async def test_a_patch_takes_paths_with_and_without_a_slash_and_dates_the_record(api: Practice, path: str) -> None:
    reply = await api.patch("sales/opportunities/50", ("replace", path, "Anew"))
    assert (reply.status, reply.json["name"]) == (200, "Anew")
    assert reply.json["_info"]["lastUpdated"] == NOW
    assert reply.json["_info"]["updatedBy"] == "SyncDesktop"
    assert reply.json["expectedCloseDate"] == "2026-04-01T00:00:00Z"


async def test_a_reference_is_replaced_as_a_whole_and_a_member_removed(api: Practice) -> None:
    reply = await api.patch(
        "sales/opportunities/50",
        ("replace", "type", {"id": 2}),
        ("add", "/customerPO", "PO-1"),
        ("remove", "stage", None),
    )
    assert (reply.json["type"]["name"], reply.json["customerPO"], "stage" in reply.json) == ("Hardware", "PO-1", False)


async def test_a_path_into_a_reference_answers_200_and_changes_nothing(api: Practice) -> None:
    reply = await api.patch("sales/opportunities/50", ("replace", "company/identifier", "Adatum"))
    assert (reply.status, reply.json["company"]["id"]) == (200, 20)


async def test_elements_of_lists_have_paths(api: Practice) -> None:
    reply = await api.patch(
        "company/contacts/40",
        ("replace", "/communicationItems/1/value", "5550199"),
        ("add", "/communicationItems/2", {"type": {"id": 1}, "value": "kim2@northwind.example"}),
    )
    items = reply.json["communicationItems"]
    assert [one["value"] for one in items] == ["kim@northwind.example", "5550199", "kim2@northwind.example"]
    reply = await api.patch("company/contacts/40", ("remove", "communicationItems/0", None))
    assert [one["value"] for one in reply.json["communicationItems"]] == ["5550199", "kim2@northwind.example"]
    assert (await api.patch("company/contacts/40", ("replace", "communicationItems/9/value", "x"))).status == 400


async def test_custom_fields_that_are_left_out_keep_their_values(api: Practice) -> None:
    told = [{"id": 2, "caption": "Size", "value": 5}]
    reply = await api.patch("company/companies/20", ("replace", "customFields", told))
    assert [(one["id"], one["value"]) for one in reply.json["customFields"]] == [(1, "Gold"), (2, 5)]


async def test_a_won_status_dates_the_opportunity(api: Practice) -> None:
    reply = await api.patch("sales/opportunities/50", ("replace", "status", {"id": 2}))
    assert (reply.json["status"]["name"], reply.json["closedDate"]) == ("Won", NOW)


async def test_a_put_empties_what_it_leaves_out_and_keeps_what_the_server_keeps(api: Practice) -> None:
    body = {"identifier": "Northwind", "name": "Northwind Ltd", "status": {"id": 1}}
    reply = await api.put("company/companies/20", body)
    assert reply.status == 200
    row = reply.json
    assert (row["name"], "city" in row, row["site"]["id"], len(row["types"])) == ("Northwind Ltd", False, 30, 1)


async def test_a_put_of_an_opportunity_needs_more_than_its_create(api: Practice) -> None:
    whole = {**OPPORTUNITY, "locationId": 11, "businessUnitId": 10}
    assert (await api.put("sales/opportunities/50", whole)).json["name"] == "New office"
    bare = {name: value for name, value in OPPORTUNITY.items() if name != "expectedCloseDate"}
    reply = await api.put("sales/opportunities/50", bare)
    assert reply.messages == [
        "The expectedCloseDate field is required.",
        "The locationId field is required.",
        "The businessUnitId field is required.",
    ]


async def test_a_deleted_company_lies_in_the_recycle_bin(api: Practice) -> None:
    reply = await api.call("DELETE", "company/companies/21")
    assert (reply.status, reply.text) == (204, "")
    row = (await api.get("company/companies/21")).json
    assert (row["deletedFlag"], row["dateDeleted"], row["deletedBy"]) == (True, NOW, "SyncDesktop")


async def test_what_others_use_is_not_deleted_and_what_nobody_uses_is(api: Practice) -> None:
    reply = await api.call("DELETE", "procurement/categories/60")
    assert (reply.status, reply.json["code"]) == (409, "Conflict")
    assert (await api.call("DELETE", "company/contacts/40")).status == 409
    assert (await api.call("DELETE", "finance/billingTerms/5")).status == 204
    assert (await api.get("finance/billingTerms/5")).status == 404
    assert (await api.call("DELETE", "finance/billingTerms/5")).json["message"] == "Billing Term 5 not found"


async def test_a_deleted_opportunity_takes_its_lines_along(api: Practice) -> None:
    note = await made(api, "sales/opportunities/50/notes", {"text": "Called"})
    assert (note["opportunityId"], note["enteredBy"]) == (50, "SyncDesktop")
    assert (await api.call("DELETE", "sales/opportunities/50")).status == 204
    assert (await api.ids("procurement/products"), api.store.rows("sales/opportunities/notes")) == ([], {})


async def test_type_associations_change_the_types_of_their_company(api: Practice) -> None:
    await api.get("company/companies/20/typeAssociations")
    row = await made(api, "company/companies/20/typeAssociations", {"type": {"id": 2}})
    assert [each["id"] for each in (await api.get("company/companies/20")).json["types"]] == [1, 2]
    assert (await api.call("DELETE", f"company/companyTypeAssociations/{row['id']}")).status == 204
    assert [each["id"] for each in (await api.get("company/companies/20")).json["types"]] == [1]


async def test_a_communication_is_added_to_its_contact(api: Practice) -> None:
    row = await made(api, "company/contacts/40/communications", {"type": {"id": 1}, "value": "kim2@northwind.example"})
    assert (row["contactId"], row["communicationType"], row["defaultFlag"]) == (40, "Email", False)
    assert len(api.row("company/contacts", 40)["communicationItems"]) == 3
    reply = await api.post("company/contacts/40/communications", {"value": "x"})
    assert reply.messages == ["The type field is required."]


async def test_a_merge_moves_what_points_at_the_company_and_bins_it(api: Practice) -> None:
    reply = await api.post("company/companies/21/merge", {"toCompanyId": 20})
    assert (reply.status, reply.json["success"]) == (200, True)
    assert await api.ids("company/contacts", "company/id=20") == [40, 41]
    assert (await api.get("company/companies/21")).json["deletedFlag"] is True
    assert (await api.post("company/companies/21/merge", {})).status == 400


@pytest.mark.parametrize(
    ("action", "path", "pointer"),
    [
        ("convertToSalesOrder", "sales/orders", "salesOrder"),
        ("converttoserviceticket", "service/tickets", "ticket"),
        ("convertToProject", "project/projects", "project"),
        ("convertToAgreement", "finance/agreements", "agreement"),
    ],
)
async def test_a_conversion_leaves_something_behind_the_opportunity(
    api: Practice, action: str, path: str, pointer: str
) -> None:
    row = await made(api, f"sales/opportunities/50/{action}", {})
    assert await api.ids(path, "opportunity/id=50") == [row["id"]]
    assert (await api.get("procurement/products/95")).json[pointer]["id"] == row["id"]


async def test_forecast_items_are_written_by_hand_too(api: Practice) -> None:
    item = {"status": {"id": 1}, "forecastType": "Service", "revenue": 500, "cost": 100}
    reply = await api.post("sales/opportunities/50/forecast", {"forecastItems": [item]})
    assert reply.status == 201
    assert reply.json["serviceRevenue"]["revenue"] == 500
    made_id = reply.json["forecastItems"][-1]["id"]
    path = f"sales/opportunities/50/forecast/{made_id}"
    assert (await api.patch(path, ("replace", "revenue", 600))).json["revenue"] == 600
    assert (await api.put(path, {**item, "revenue": 700})).json["revenue"] == 700
    assert (await api.call("DELETE", path)).status == 204
    assert (await api.call("DELETE", "sales/opportunities/50/forecast")).status == 204
    assert (await api.get("sales/opportunities/51/forecast")).json["message"] == "Opportunity 51 not found"


async def test_a_callback_gets_the_values_that_were_captured(api: Practice) -> None:
    body = {"url": "https://x.example/?recordId=", "objectId": 1, "type": "contact", "level": "owner"}
    row = await made(api, "system/callbacks", body)
    assert (row["payloadVersion"], row["isSoapCallbackFlag"], row["inactiveFlag"]) == ("3.0.0", False, False)
    reply = await api.post("system/callbacks", body)
    assert reply.errors == [("ObjectExists", "objectId", "A matching callback entry already exists")]
    reply = await api.post("system/callbacks", {**body, "url": "nowhere", "level": "sky"})
    assert reply.errors == [
        ("InvalidField", "url", "Invalid URL"),
        (
            "InvalidObject",
            "level",
            "Unrecognized level for type, see documentation for supported levels for each type",
        ),
    ]
