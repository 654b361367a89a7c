"""Lists, envelopes, pages, filters and single rows of the practice HaloPSA."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.halopsa_tenant import QUOTE_STATUS, Practice, practice

ENVELOPES = {
    "Client": "clients",
    "Site": "sites",
    "Users": "users",
    "Opportunities": "tickets",
    "Tickets": "tickets",
    "Projects": "tickets",
    "Quotation": "quotes",
    "SalesOrder": "salesorders",
    "Item": "items",
    "Supplier": "suppliers",
    "ClientContract": "contracts",
    "Invoice": "invoices",
    "RecurringInvoice": "invoices",
    "PurchaseOrder": "purchaseorders",
}
ARRAYS = (
    *("Lookup", "TicketType", "AssetGroup", "AssetType", "Status", "Category", "Team", "Tax", "Currency"),
    *("CostCentres", "Webhook", "FieldInfo", "Agent", "TopLevel", "ItemGroup"),
)
FILTERS: tuple[tuple[str, str, dict[str, str], list[int]], ...] = (
    ("Client", "clients", {"search": "NORTHWIND"}, [10]),
    ("Site", "sites", {"client_id": "11"}, [21]),
    ("Users", "users", {"client_id": "10", "exclude_generaluser": "true"}, [31]),
    ("Users", "users", {"site_id": "21"}, [32]),
    ("Users", "users", {"search": "0199", "search_phonenumbers": "true"}, [31]),
    ("Users", "users", {"search": "0199"}, []),
    ("Opportunities", "tickets", {"open_only": "true"}, [500]),
    ("Opportunities", "tickets", {"closed_only": "true"}, [501]),
    ("Opportunities", "tickets", {"client_id": "10", "status_id": "1"}, [500]),
    ("Opportunities", "tickets", {"startdate": "2026-01-01", "enddate": "2026-02-01"}, [500]),
    ("Quotation", "quotes", {"ticket_id": "500"}, [600]),
    ("Quotation", "quotes", {"quote_status": "0,101"}, [600]),
    ("Quotation", "quotes", {"quote_status": "0"}, []),
    ("Quotation", "quotes", {"search": "q-7"}, [600]),
    ("Item", "items", {"assetgroup_id": "70"}, [90]),
    ("Item", "items", {"assettypes": "80,81"}, [90]),
    ("Item", "items", {"recurringonly": "true"}, [91]),
    ("Item", "items", {"excluderecurring": "true"}, [90, 93]),
    ("Item", "items", {"search": "lt-1"}, [90]),
    ("AssetType", "", {"assetgroup_id": "73"}, [81]),
    ("TicketType", "", {"domain": "opps"}, [40, 42]),
    ("TicketType", "", {"domain": "opps", "showall": "true"}, [40, 41, 42]),
    ("Status", "", {"type": "opps"}, [1, 2, 9, 23]),
    ("Status", "", {"domain": "opps", "excludeclosed": "true"}, [1, 2, 23]),
    ("Category", "", {"type_id": "2"}, [2]),
    ("Lookup", "", {"lookupid": "11"}, [55, 56, 57]),
    ("Lookup", "", {"lookupid": str(QUOTE_STATUS)}, [0, 101]),
    ("Lookup", "", {"lookupid": str(QUOTE_STATUS), "showallcodes": "true"}, [0, 101, 102]),
    ("Lookup", "", {"lookupid": str(QUOTE_STATUS), "exclude_zero": "true"}, [101]),
    ("Client", "clients", {"lastupdatefromdate": "2026-01-15T00:00:00"}, [10]),
    ("Client", "clients", {"lastupdatetodate": "2026-01-15T00:00:00"}, [11]),
)
"""Path, key of its envelope, query, ids."""
SEARCHES: tuple[tuple[str, int, object, list[int]], ...] = (
    ("name", 4, "north", [10]),
    ("Name", 2, "Adatum", [11]),
    ("name", 3, "Adatum", [10]),
    ("name", 0, ["Adatum", "Nobody"], [11]),
    ("name", 1, "Adatum", [10]),
    ("name", 5, "north", [11]),
    ("id", 6, "10", [10]),
    ("id", 7, "10", [11]),
    ("id", 8, "10", [10, 11]),
    ("id", 9, "10", []),
    ("id", 10, "10", [10]),
)
"""Member, type of the comparison, value, ids."""
MANY = [{"id": 1000 + at, "name": f"Client {at:03}", "inactive": False} for at in range(130)]


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


@pytest.fixture
async def crowded() -> AsyncIterator[Practice]:
    tickets = [
        {"id": 2000 + at, "summary": f"Deal {at}", "tickettype_id": 40, "status_id": 1, "client_id": 1000}
        for at in range(130)
    ]
    async with practice(rows={"Client": MANY, "Opportunities": tickets}) as running:
        yield running


async def test_lists_with_a_view_come_in_an_envelope_of_their_own(api: Practice) -> None:
    for path, key in ENVELOPES.items():
        assert set((await api.get(path)).json) == {"record_count", key}
        paged = (await api.get(path, pageinate="true", page_size="1", page_no="1")).json
        assert set(paged) == {"page_no", "page_size", "record_count", key}


async def test_lists_of_the_setup_are_bare_arrays(api: Practice) -> None:
    for path in ARRAYS:
        assert isinstance((await api.get(path)).json, list), path


async def test_paths_and_query_names_ignore_case_and_a_trailing_slash_is_nothing(api: Practice) -> None:
    for path in ("client", "CLIENT/", "/API/Client"):
        reply = await api.get(path, PAGEINATE="True", Page_Size="1", Page_No="2")
        assert (reply.status, [row["id"] for row in reply.json["clients"]]) == (200, [11])


async def test_without_pages_50_rows_come_or_as_many_as_were_counted(crowded: Practice) -> None:
    told = (await crowded.get("Client")).json
    assert (told["record_count"], len(told["clients"])) == (130, 50)
    assert len(await crowded.ids("Client", "clients", count="100000")) == 130
    assert len(await crowded.ids("Opportunities", "tickets", count="120")) == 120


@pytest.mark.parametrize(("path", "key"), [("Client", "clients"), ("Opportunities", "tickets")])
async def test_a_page_has_at_most_100_rows_and_does_not_say_so(crowded: Practice, path: str, key: str) -> None:
    first = (await crowded.get(path, pageinate="true", page_size="1000")).json
    assert (first["page_size"], first["record_count"], len(first[key])) == (1000, 130, 100)
    second = await crowded.ids(path, key, pageinate="true", page_size="1000", page_no="2")
    assert len(second) == 30
    assert not {row["id"] for row in first[key]} & set(second)
    assert await crowded.ids(path, key, pageinate="true", page_size="1000", page_no="3") == []


async def test_inactive_rows_are_left_out_unless_they_are_asked_for(api: Practice) -> None:
    assert await api.ids("Client", "clients") == [10, 11]
    assert await api.ids("Client", "clients", includeinactive="true") == [10, 11, 12]
    assert await api.ids("Client", "clients", includeinactive="true", includeactive="false") == [12]
    assert await api.ids("Client", "clients", activeinactive="false,true") == [12]
    assert await api.ids("Item", "items") == [90, 91, 93]
    assert await api.ids("Item", "items", includeinactive="true", includeactive="false") == [92]
    assert await api.ids("Agent") == [1, 2]
    assert await api.ids("Agent", includedisabled="true") == [1, 2, 3]


async def test_rows_can_be_ordered_by_several_members(api: Practice) -> None:
    assert await api.ids("Users", "users", order="name", orderdesc="true") == [31, 32, 30]
    assert await api.ids("Users", "users", order="site_id", orderdesc="true", order2="name", orderdesc2="true") == [
        32,
        31,
        30,
    ]


async def test_ids_alone_can_be_asked_for(api: Practice) -> None:
    assert (await api.get("Client", idonly="true")).json == {"record_count": 2, "clients": [{"id": 10}, {"id": 11}]}
    assert (await api.get("Opportunities", ticketidonly="true")).json["tickets"] == [{"id": 500}, {"id": 501}]


async def test_lists_are_filtered_as_their_parameters_say(api: Practice) -> None:
    for path, key, query, expected in FILTERS:
        assert await api.ids(path, key, **query) == expected, (path, query)


async def test_advanced_search_compares_as_its_type_says(api: Practice) -> None:
    for name, kind, value, expected in SEARCHES:
        search = json.dumps([{"filter_name": name, "filter_type": kind, "filter_value": value}])
        assert await api.ids("Client", "clients", advanced_search=search) == expected, (name, kind)


@pytest.mark.parametrize("search", ['[{"filter_name":"notes","filter_type":4,"filter_value":"x"}]', "no json", "{}"])
async def test_what_cannot_be_searched_is_told(api: Practice, search: str) -> None:
    reply = await api.get("Users", advanced_search=search)
    assert "Invalid advanced search parameter" in reply.error


async def test_a_row_by_its_id_is_bare_and_has_its_details_when_asked(api: Practice) -> None:
    assert "main_delivery_address" not in (await api.get("Client/10")).json
    told = (await api.get("client/10/", includeDetails="true")).json
    assert (told["id"], told["main_delivery_address"]) == (10, {"line1": "1 Main Street"})


async def test_lines_come_with_a_quote_in_detail_or_with_lists_that_ask_for_them(api: Practice) -> None:
    assert "lines" not in (await api.get("Quotation/600")).json
    assert len((await api.get("Quotation/600", includedetails="true")).json["lines"]) == 2
    assert "lines" not in (await api.get("Quotation")).json["quotes"][0]
    (row,) = (await api.get("Quotation", includelines="true")).json["quotes"]
    assert [line["id"] for line in row["lines"]] == [700, 701]


async def test_rows_show_the_names_of_what_they_point_at_as_they_are_now(api: Practice) -> None:
    await api.post("Client", {"id": 10, "name": "Northwind"})
    told = (await api.get("Opportunities/500")).json
    names = ("client_name", "site_name", "user_name", "status_name", "pipeline_stage_name", "tickettype_name")
    assert [told[name] for name in names] == [
        *("Northwind", "Main", "Kim Abercrombie", "New", "Proposal", "Opportunity")
    ]
    site = (await api.get("Site/20")).json
    assert (site["client_name"], site["clientsite_name"]) == ("Northwind", "Northwind/Main")
    item = (await api.get("Item/90")).json
    assert (item["assetgroup_name"], item["assettype_name"]) == ("Hardware", "Laptops")


async def test_ids_of_sites_and_clients_are_floats_where_the_real_ones_are(api: Practice) -> None:
    assert '"site_id":20.0' in (await api.get("Users/31")).text
    assert '"client_id":10.0' in (await api.get("Site/20")).text
    told = (await api.get("Users/31")).json
    assert (told["site_id_int"], told["client_id"], told["client_name"]) == (20, 10, "Northwind Traders")


async def test_empty_members_are_left_out(api: Practice) -> None:
    assert "website" not in (await api.get("Client/10")).json


async def test_what_is_not_there_is_an_empty_404(api: Practice) -> None:
    for path in ("Client/999", "Quotation/999", "Nothing", "Client/10/Sites", "/other", "/api"):
        reply = await api.get(path)
        assert (reply.status, reply.text) == (404, ""), path


async def test_values_of_the_wrong_type_are_named(api: Practice) -> None:
    for path, query, name in (
        ("Client/abc", {}, "id"),
        ("Client", {"count": "abc"}, "count"),
        ("Client", {"pageinate": "abc"}, "pageinate"),
        ("Item", {"assetgroups": "abc"}, "assetgroups"),
    ):
        reply = await api.get(path, **query)
        assert (reply.status, reply.json) == (400, {name: ["The value 'abc' is not valid."]})


async def test_asset_groups_of_others_are_hidden_by_their_access_control(api: Practice) -> None:
    assert await api.ids("AssetGroup") == [70, 71, 73]
    assert (await api.get("AssetGroup/72")).status == 404
    told = (await api.get("AssetGroup", type="item", includetypesforgroups="true")).json
    assert [(row["id"], [each["id"] for each in row["assettypes"]]) for row in told] == [(70, [80]), (73, [81])]


async def test_opportunities_can_be_viewed_with_a_body(api: Practice) -> None:
    reply = await api.call("POST", "Opportunities/View", [{"open_only": True, "pageinate": True, "page_size": 5}])
    assert [row["id"] for row in reply.json["tickets"]] == [500]


async def test_settings_versions_and_health_can_be_read(api: Practice) -> None:
    assert (await api.get("Control")).json["rshowpipelinestages"] is True
    for path in ("InstanceInfo", "VersionInfo", "/api/Health"):
        assert (await api.get(path)).status == 200
    failing = await api.get("TestError")
    assert (failing.status, failing.json["ClassName"]) == (500, "System.InvalidOperationException")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_there_is_no_put_and_no_patch(api: Practice, method: str) -> None:
    for path in ("Client", "Client/10"):
        assert (await api.call(method, path, {"name": "x"})).status == 405
