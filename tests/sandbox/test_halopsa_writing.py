"""Creates, partial updates and deletes of the practice HaloPSA, and what they bring with them."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from tests.sandbox.halopsa_tenant import (
    CLIENT,
    ITEM,
    LINE,
    NOW,
    OPPORTUNITY,
    QUOTE,
    QUOTE_STATUS,
    USER,
    Practice,
    practice,
)


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def test_one_object_is_answered_with_201_and_the_object_itself(api: Practice) -> None:
    reply = await api.post("client/", CLIENT)
    assert (reply.status, reply.json["name"], reply.json["toplevel_name"]) == (201, "Litware", "Customers")
    row = api.row("Client", reply.json["id"])
    assert (row["inactive"], row["datecreated"], row["alastupdate"]) == (False, NOW, NOW)


async def test_several_objects_are_answered_with_all_of_them(api: Practice) -> None:
    reply = await api.post("Client", CLIENT, {**CLIENT, "name": "Fourth Coffee"})
    assert [row["name"] for row in reply.json] == ["Litware", "Fourth Coffee"]


async def test_an_object_with_an_id_changes_only_what_it_names(api: Practice) -> None:
    before = dict(api.row("Client", 10))
    reply = await api.post("Client", {"id": 10, "website": "northwind.example"})
    assert reply.status == 201
    assert api.row("Client", 10) == {**before, "website": "northwind.example", "alastupdate": NOW}


async def test_an_update_is_not_held_to_what_it_does_not_touch(api: Practice) -> None:
    api.store.update("Client", 11, {"name": ""})
    assert (await api.post("Client", {"id": 11, "website": "adatum.example"})).status == 201


async def test_an_id_that_nobody_has_changes_nothing(api: Practice) -> None:
    reply = await api.post("Client", {"id": 999, "name": "x"})
    assert (reply.status, reply.text) == (404, "")


async def test_an_id_of_0_or_less_makes_a_new_row(api: Practice) -> None:
    for row_id in (0, -1, None):
        assert (await api.post("Client", {"id": row_id, "name": f"New {row_id}"})).json["id"] > 100_000


async def test_a_new_client_has_a_main_site_with_a_general_user(api: Practice) -> None:
    told = (await api.post("Client", {**CLIENT, "newclient_phonenumber": "555-0101"})).json
    site = api.row("Site", told["main_site_id"])
    assert (site["name"], site["client_id"], site["phonenumber"]) == ("Main", float(told["id"]), "555-0101")
    (user,) = [row for row in api.store.rows("Users").values() if row["site_id"] == site["id"]]
    assert user["name"] == "General User"
    assert (told["main_site_name"], told["main_phonenumber"]) == ("Main", "555-0101")


async def test_a_new_client_is_made_with_the_site_and_main_contact_that_it_names(api: Practice) -> None:
    told = (
        await api.post(
            "Client",
            {
                **CLIENT,
                "newclient_sitename": "Head office",
                "newclient_contactname": "Ada Kaur",
                "newclient_contactemail": "ada@litware.example",
                "newclient_delivery_address": {"line1": "1 Road", "line3": "Boise", "postcode": "83702"},
            },
        )
    ).json
    site = (await api.get(f"Site/{told['main_site_id']}")).json
    lines = [site.get(f"delivery_address_line{at}") for at in range(1, 6)]
    assert (site["name"], lines) == ("Head office", ["1 Road", None, "Boise", None, "83702"])
    person = api.row("Users", site["maincontact_id"])
    assert (person["firstname"], person["surname"], person["emailaddress"]) == ("Ada", "Kaur", "ada@litware.example")
    assert (told["main_contact_name"], person["ismaincontact"]) == ("Ada Kaur", True)
    assert not any(name.startswith("newclient_") for name in api.row("Client", told["id"]))


async def test_a_new_site_can_bring_its_contact(api: Practice) -> None:
    told = (await api.post("Site", {"name": "Depot", "client_id": 10, "newsite_contactname": "Bo Li"})).json
    assert told["client_id"] == 10.0
    assert api.row("Users", told["maincontact_id"])["site_id"] == told["id"]


async def test_a_user_is_named_by_first_and_last_name_or_the_other_way_round(api: Practice) -> None:
    told = (await api.post("Users", USER)).json
    assert (told["name"], told["site_name"], told["client_name"]) == ("Pat Coleman", "Main", "Northwind Traders")
    other = (await api.post("Users", {"name": "Mary Ann Evans", "site_id": 20})).json
    assert (other["firstname"], other["surname"]) == ("Mary Ann", "Evans")


async def test_an_opportunity_begins_with_the_status_of_its_type_and_a_weighted_value(api: Practice) -> None:
    told = (await api.post("Opportunities", {**OPPORTUNITY, "oppvalue": 2000, "oppconversionprobability": 25})).json
    assert (told["status_id"], told["status_name"], told["dateoccurred"], told["hasbeenclosed"]) == (
        1,
        "New",
        NOW,
        False,
    )
    assert told["oppvalueadjusted"] == 500


async def test_an_opportunity_is_closed_and_opened_by_its_status(api: Practice) -> None:
    told = (await api.post("Opportunities", {"id": 500, "status_id": 9})).json
    assert (told["hasbeenclosed"], told["dateclosed"]) == (True, NOW)
    assert "dateclosed" not in (await api.post("Opportunities", {"id": 500, "status_id": 2})).json


async def test_the_status_for_closed_closes_whatever_it_is_called(api: Practice) -> None:
    api.store.update("Status", 9, {"name": "Finished"})
    assert (await api.post("Opportunities", {"id": 500, "status_id": 9})).json["hasbeenclosed"] is True


async def test_statuses_of_a_deal_that_is_over_close_its_opportunity(api: Practice) -> None:
    assert (await api.post("Opportunities", {"id": 500, "status_id": 23})).json["hasbeenclosed"] is True
    assert await api.ids("Opportunities", "tickets", open_only="true") == []


async def test_amounts_follow_lines_that_somebody_else_changed(api: Practice) -> None:
    api.store.update("Quotation", 600, {"lines": [{"id": 700, "quantity": 3, "price": 10, "costprice": 4}]})
    told = (await api.get("Quotation/600")).json
    assert (told["revenue"], told["cost"]) == (30, 12)


async def test_pipeline_stages_count_only_where_they_are_enabled(api: Practice) -> None:
    told = (await api.post("Opportunities", {**OPPORTUNITY, "pipeline_stage_id": -9})).json
    assert (told["pipeline_stage_id"], told["pipeline_stage_name"]) == (-9, "Qualified")
    api.setting("rshowpipelinestages", on=False)
    assert "pipeline_stage_id" not in (await api.post("Opportunities", {**OPPORTUNITY, "pipeline_stage_id": 111})).json


async def test_an_item_is_made_active_in_its_group(api: Practice) -> None:
    told = (await api.post("Item", ITEM)).json
    assert (told["status"], told["assetgroup_name"], told["assettype_name"]) == (0, "Hardware", "Laptops")


async def test_a_quote_is_worked_out_from_its_lines(api: Practice) -> None:
    lines = [
        {**LINE, "discount_perc": 10},
        {**LINE, "name": "Extra", "optional": True},
        {"item_id": 91, "quantity": 2, "item_recurring": True, "billingperiod": 2, "item_tax_code": 41},
    ]
    told = (await api.post("Quotation", {**QUOTE, "lines": lines, "carriage_price": 15, "status": 101})).json
    assert [line["net_total"] for line in told["lines"]] == [270, 300, 40]
    assert [line["total_tax"] for line in told["lines"]] == [27, 30, 0]
    assert (told["revenue"], told["tax_total"], told["total"], told["cost"]) == (325, 27, 352, 180)
    assert (told["client_name"], told["ticket_summary"], told["approvalstate"]) == ("Northwind Traders", "Refresh", 0)
    backup = told["lines"][2]
    assert (backup["name"], backup["price"], backup["assetgroup_id"], backup["sort_seq"]) == ("Backup", 20, 73, 3)
    assert {line["qhid"] for line in told["lines"]} == {told["id"]}


async def test_a_quote_takes_the_client_of_its_opportunity(api: Practice) -> None:
    assert (await api.post("Quotation", {"ticket_id": 500})).json["client_id"] == 10


async def test_lines_with_an_id_are_changed_and_others_are_new(api: Practice) -> None:
    lines = [{"id": 700, "price": 900}, {"id": 701}, LINE]
    told = (await api.post("Quotation", {"id": 600, "lines": lines})).json
    assert [(line["id"] < 100_000, line["price"], line["quantity"]) for line in told["lines"]] == [
        (True, 900, 2),
        (True, 20, 1),
        (False, 100, 3),
    ]
    assert told["title"] == "Refresh"


async def test_a_post_without_lines_leaves_them_alone(api: Practice) -> None:
    await api.post("Quotation", {"id": 600, "note": "x"})
    assert [line["id"] for line in api.row("Quotation", 600)["lines"]] == [700, 701]


async def test_new_ids_of_lines_are_never_used_again(api: Practice) -> None:
    first = (await api.post("Quotation", QUOTE)).json["lines"][0]["id"]
    again = (await api.post("Quotation", {**QUOTE, "lines": [LINE, LINE]})).json["lines"]
    assert len({first, *(line["id"] for line in again)}) == 3


async def test_validating_only_keeps_nothing(api: Practice) -> None:
    before = len(api.store.rows("Quotation"))
    told = (await api.post("Quotation", {**QUOTE, "_validateonly": True})).json
    assert (told["revenue"], len(api.store.rows("Quotation"))) == (300, before)
    assert "does not exist" in (await api.post("Quotation", {**QUOTE, "client_id": 999, "_validateonly": True})).error


async def test_a_quote_can_make_its_sales_order_once(api: Practice) -> None:
    told = (await api.post("Quotation", {"id": 600, "lines": [LINE], "_create_so": True})).json
    await api.post("Quotation", {"id": 600, "_create_so": True})
    (order,) = api.store.rows("SalesOrder").values()
    assert (told["salesorder_id"], order["quotation_id"], order["ticket_id"]) == (order["id"], 600, 500)
    assert [(line["name"], line["quantity"], line["quotation_line_id"]) for line in order["lines"]] == [
        ("Laptop", 3, told["lines"][0]["id"])
    ]


async def test_a_quote_can_move_its_opportunity_to_another_status(api: Practice) -> None:
    await api.post("Quotation", {"id": 600, "new_ticket_status": 2})
    assert api.row("Opportunities", 500)["status_id"] == 2


@pytest.mark.parametrize(("result", "state"), [(True, 1), (False, 2)])
async def test_a_customer_decides_on_a_quote(api: Practice, result: bool, state: int) -> None:
    reply = await api.post("quotation/approval", {"id": 600, "result": result, "approvalname": "Kim", "ponumber": "P1"})
    assert (reply.status, reply.json["approvalstate"], reply.json["ponumber"]) == (201, state, "P1")
    assert await api.ids("Quotation", "quotes", open="true") == []


async def test_external_links_are_added_to_what_is_there(api: Practice) -> None:
    for third in ("a", "b"):
        await api.post("Client", {"id": 10, "new_external_link": {"third_party_id": third, "third_party_url": "u"}})
    told = (await api.get("Client/10", includedetails="true")).json
    assert [(link["third_party_id"], link["halo_id"]) for link in told["external_links"]] == [("a", 10), ("b", 10)]


async def test_a_merged_client_leaves_everything_to_the_other(api: Practice) -> None:
    await api.post("Client", {"id": 11, "_merge_client_into": 10})
    assert api.store.get("Client", 11) is None
    assert api.row("Site", 21)["client_id"] == 10.0
    assert api.row("Opportunities", 501)["client_id"] == 10


async def test_a_merged_user_leaves_quotes_to_the_other(api: Practice) -> None:
    await api.post("Users", {"id": 31, "_merge_user_into": 30})
    assert api.store.get("Users", 31) is None
    assert (api.row("Quotation", 600)["user_id"], api.row("Opportunities", 500)["user_id"]) == (30, 30)


async def test_webhooks_have_guids_for_ids(api: Practice) -> None:
    (old,) = (await api.get("Webhook")).json
    assert old["id"] == "0c3f7f5e-5a0e-4b39-9e0b-5e2a54f0a001"
    made = (await api.post("Webhook", {"name": "Quotes", "url": "https://y.example", "active": True})).json
    assert str(UUID(made["id"])) == made["id"]
    await api.post("Webhook", {"id": made["id"], "active": False})
    assert (await api.get(f"Webhook/{made['id'].upper()}")).json["active"] is False
    assert (await api.call("DELETE", f"Webhook/{made['id']}")).json["id"] == made["id"]
    assert (await api.get(f"Webhook/{made['id']}")).status == 404
    assert (await api.get("WebhookEvent", webhook_id=made["id"])).json == {"record_count": 0, "events": []}


async def test_lists_of_the_setup_can_be_written_too(api: Practice) -> None:
    value = (await api.post("Lookup", {"lookupid": QUOTE_STATUS, "name": "Approved"})).json
    assert await api.ids("Lookup", lookupid=str(QUOTE_STATUS)) == [0, 101, value["id"]]
    zero = await api.post("Lookup", {"id": 0, "inactive": True})
    assert (zero.status, zero.json["name"]) == (201, "Draft")
    assert (await api.post("AssetGroup", {"name": "Cables", "showasitem": True})).status == 201
    assert (await api.call("POST", "Lookup/ClearCache", [])).status == 201
    assert (await api.call("POST", "ClientContract/NextRef", [{}])).json["id"]


async def test_a_delete_is_answered_with_the_object_and_takes_it_away(api: Practice) -> None:
    reply = await api.call("DELETE", "Quotation/600")
    assert (reply.status, reply.json["id"], reply.json["title"]) == (200, 600, "Refresh")
    assert api.store.get("Quotation", 600) is None
    assert (await api.call("DELETE", "Quotation/600")).status == 404


async def test_a_deleted_opportunity_is_kept_out_of_sight(api: Practice) -> None:
    assert (await api.call("DELETE", "Opportunities/500?reason=duplicate")).status == 200
    assert (await api.get("Opportunities/500")).status == 404
    assert await api.ids("Opportunities", "tickets") == [501]
    assert await api.ids("Opportunities", "tickets", deleted="true") == [500]


@pytest.mark.parametrize("path", ["Client/10", "Site/20", "Users/31", "AssetGroup/70", "AssetType/80", "Item/90"])
async def test_what_others_need_cannot_be_deleted(api: Practice, path: str) -> None:
    assert "cannot be deleted because it is used by" in (await api.call("DELETE", path)).error
    assert (await api.get(path)).status == 200


async def test_a_client_that_nobody_needs_goes_with_its_sites_and_users(api: Practice) -> None:
    told = (await api.post("Client", CLIENT)).json
    assert (await api.call("DELETE", f"Client/{told['id']}")).status == 200
    assert api.store.get("Site", told["main_site_id"]) is None
    assert not any(row["site_id"] == told["main_site_id"] for row in api.store.rows("Users").values())
