"""What rows of HaloPSA look like from floor 3, and how they are found by key, likeness and list."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from sync_desktop.domain.records import Company, Contact, Named, Opportunity, Product, Quote
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP, QUOTE_STATUS
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, OPPORTUNITIES, QUOTATION, USERS
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.psa.halopsa_desk import Desk, desk
from tests.sandbox.halopsa_tenant import ROWS


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        yield made


async def test_a_client_shows_what_its_main_site_and_its_main_contact_hold(at: Desk) -> None:
    at.practice.store.update("Site", 20, {"maincontact_id": 31, "delivery_address": {"line1": "1 Main St"}})
    seen = (await at.connector.read(CLIENT, ["10"]))["10"]
    assert (seen.name, seen.active, seen.id) == ("Northwind Traders", True, "10")
    assert seen.fields["main_site/phonenumber"] == "555-0100"
    assert seen.fields["main_site/line1"] == "1 Main St"
    assert seen.fields["main_contact/name"] == "Kim Abercrombie"
    assert seen.fields["main_contact/emailaddress"] == "kim@northwind.example"


async def test_many_clients_cost_a_search_for_each_sort_of_row(at: Desk) -> None:
    assert len(await at.connector.read(CLIENT, ["10", "11", "12"])) == 3
    assert len(at.calls) <= 8
    assert {call.partition("/")[0] for call in at.calls} == {"GET Client", "GET Site"}


async def test_a_client_without_a_main_site_shows_its_first_active_one(at: Desk) -> None:
    seen = (await at.connector.read(CLIENT, ["11"]))["11"]
    assert seen.fields["main_site_id"] == 21


async def test_what_is_inactive_or_not_there(at: Desk) -> None:
    assert not (await at.connector.read(CLIENT, ["12"]))["12"].active
    assert not (await at.connector.read(USERS, ["33"]))["33"].active
    assert not (await at.connector.read(ITEM, ["92"]))["92"].active
    assert await at.connector.read(CLIENT, ["9999", "no id"]) == {}


async def test_a_user_belongs_to_the_client_of_its_site(at: Desk) -> None:
    seen = (await at.connector.read(USERS, ["31"]))["31"]
    assert (seen.name, seen.parent_id, seen.emails) == ("Kim Abercrombie", "10", ("kim@northwind.example",))


async def test_an_opportunity_names_its_client_and_its_contact(at: Desk) -> None:
    seen = (await at.connector.read(OPPORTUNITIES, ["500"]))["500"]
    assert (seen.name, seen.parent_id, seen.state, seen.state_label) == ("Refresh", "10", "open", "New")
    assert seen.belongs_to == {RecordKind.COMPANY: "10", RecordKind.CONTACT: "31"}


@pytest.mark.parametrize(
    ("changes", "orders", "state"),
    [
        ({"status_id": 2}, [], "open"),
        ({"status_id": 9, "hasbeenclosed": True}, [], "lost"),
        ({"status_id": 23, "hasbeenclosed": True}, [], "won"),
        ({"status_id": 23, "hasbeenclosed": True}, [{"id": 1, "ticket_id": 500, "user_id": 31}], "ordered"),
        ({"status_id": 23, "hasbeenclosed": True, "salesorder_id": 7}, [], "ordered"),
        ({"status_id": 2, "hasbeenclosed": None}, [], "unknown"),
    ],
)
async def test_what_has_become_of_an_opportunity(
    at: Desk, changes: Mapping[str, Any], orders: list[dict[str, Any]], state: str
) -> None:
    at.practice.store.update("Opportunities", 500, changes)
    for order in orders:
        at.practice.store.insert("SalesOrder", order)
    assert (await at.connector.read(OPPORTUNITIES, ["500"]))["500"].state == state


async def test_dates_that_stand_for_none_are_none(at: Desk) -> None:
    at.practice.store.update("Quotation", 600, {"expiry_date": "1900-01-01T00:00:00"})
    assert (await at.connector.read(QUOTATION, ["600"]))["600"].fields["expiry_date"] is None


async def test_lines_of_many_quotations_are_read_in_one_list(at: Desk) -> None:
    for number in range(4):
        at.practice.store.insert("Quotation", {"title": f"Q {number}", "lines": [{"id": 900 + number, "quantity": 1}]})
    ids = [str(row_id) for row_id in at.rows("Quotation")]
    found = await at.connector.lines(ids)
    assert at.calls == ["GET Quotation", "GET Quotation"]
    assert [seen.id for seen in found["600"]] == ["700", "701"]
    assert sorted(len(each) for each in found.values()) == [1, 1, 1, 1, 2]


async def test_a_quotation_that_is_gone_has_no_lines(at: Desk) -> None:
    assert await at.connector.lines(["9999"]) == {"9999": []}


async def test_where_people_open_things(at: Desk) -> None:
    origin = at.practice.origin
    assert at.connector.url(CLIENT, "10") == f"{origin}/customers?clientid=10"
    assert at.connector.url(OPPORTUNITIES, "500") == f"{origin}/ticket?id=500"
    assert at.connector.url(QUOTATION, "600") == ""


async def test_quotations_by_their_third_party_number(at: Desk) -> None:
    at.practice.store.insert("Quotation", {"title": "No stamp", "lines": []})
    found = await at.connector.by_keys(QUOTATION, ["Q-7", "Q-8"])
    assert {key: [seen.id for seen in each] for key, each in found.items()} == {"Q-7": ["600"]}
    assert found["Q-7"][0].parent_id == "500"
    assert [seen.key for seen in await at.connector.stamped_quotes()] == ["Q-7"]


async def test_what_was_stamped_meanwhile_is_found_in_one_call_and_its_row(at: Desk) -> None:
    await at.connector.by_keys(QUOTATION, ["Q-8"])
    made = at.practice.store.insert("Quotation", {"title": "New", "third_party_number": "Q-8", "lines": []})
    at.forget()
    found = await at.connector.by_keys(QUOTATION, ["Q-8"])
    assert [seen.id for seen in found["Q-8"]] == [str(made)]
    assert at.calls == ["GET Quotation", f"GET Quotation/{made}"]


async def test_what_was_deleted_or_stamped_anew_is_seen_so(at: Desk) -> None:
    made = at.practice.store.insert("Quotation", {"title": "New", "third_party_number": "Q-8", "lines": []})
    assert await at.connector.by_keys(QUOTATION, ["Q-8"])
    at.practice.store.delete("Quotation", made)
    assert await at.connector.by_keys(QUOTATION, ["Q-8"]) == {}
    at.practice.store.update("Quotation", 600, {"third_party_number": "Q-9"})
    assert list(await at.connector.by_keys(QUOTATION, ["Q-9", "Q-7"])) == ["Q-9"]


async def test_more_new_quotations_than_a_page_holds_are_all_seen(at: Desk) -> None:
    await at.connector.by_keys(QUOTATION, ["Q-8"])
    for number in range(150):
        at.practice.store.insert("Quotation", {"title": "New", "third_party_number": f"N-{number}", "lines": []})
    assert list(await at.connector.by_keys(QUOTATION, ["N-3"])) == ["N-3"]


async def test_a_stamp_that_was_taken_away_long_ago_is_not_believed(at: Desk) -> None:
    for number in range(120):
        at.practice.store.insert("Quotation", {"title": "New", "third_party_number": f"N-{number}", "lines": []})
    assert await at.connector.by_keys(QUOTATION, ["Q-7"])
    at.practice.store.update("Quotation", 600, {"third_party_number": None})
    assert await at.connector.by_keys(QUOTATION, ["Q-7"]) == {}


@pytest.mark.parametrize("searchable", [True, False])
async def test_items_by_their_external_reference(at: Desk, searchable: bool) -> None:
    at.practice.store.update("Item", 92, {"externalreference": "LT-10"})
    if not searchable:
        at.client._unsearchable.add((ITEM, "externalreference"))
    found = await at.connector.by_keys(ITEM, ["LT-1", "LT-2"])
    assert {key: [seen.id for seen in each] for key, each in found.items()} == {"LT-1": ["90"]}


async def test_other_rows_have_no_key(at: Desk) -> None:
    assert await at.connector.by_keys(CLIENT, ["x"]) == {}


async def candidates(at: Desk, record: Any, company: str = "10") -> list[tuple[str, tuple[str, ...], bool]]:
    found = await at.connector.candidates(record, parent_id=company)
    return [(each.external_id, each.agrees, each.active) for each in found]


async def test_companies_by_name_domain_and_telephone(at: Desk) -> None:
    at.practice.store.update("Client", 10, {"website": "https://www.northwind.example", "main_phonenumber": "5550100"})
    northwind = Company(id="c", name="Northwind Traders Ltd", website="northwind.example", phone="+1 555 0100")
    assert await candidates(at, northwind) == [("10", ("same name", "same web domain", "same telephone"), True)]
    assert await candidates(at, Company(id="c", name="Tailspin Toys")) == [("12", ("same name",), False)]
    assert await candidates(at, Company(id="c", name="Nobody")) == []


async def test_contacts_of_the_company_and_of_that_mail_address(at: Desk) -> None:
    kim = Contact(id="p", first_name="Kim", last_name="Abercrombie", email="jay@adatum.example")
    assert await candidates(at, kim) == [
        ("32", ("same e-mail",), True),
        ("31", ("same name", "same company"), True),
    ]
    assert await candidates(at, Contact(id="p", first_name="General", last_name="User")) == []


async def test_opportunities_of_the_company(at: Desk) -> None:
    chance = Opportunity(id="d", name="Refresh")
    assert await candidates(at, chance) == [("500", ("same title",), True)]
    assert await candidates(at, chance, company="") == []


async def test_items_by_name_and_part_number(at: Desk) -> None:
    at.practice.store.update("Item", 92, {"supplier_part_code": "LT-OLD"})
    laptop = Product(id="a", name="Laptop", mpn="LT-OLD")
    assert await candidates(at, laptop) == [("92", ("same part number",), False), ("90", ("same name",), True)]


async def test_quotations_by_their_stamp(at: Desk) -> None:
    quote = Quote(id="q7", number="Q-7", title="x", opportunity=Named(id="d1"))
    assert await candidates(at, quote) == [("600", ("same third-party number",), True)]


async def told_by(at: Desk, kind: str, *wanted: str) -> dict[str, tuple[str, str]]:
    return {each.id: (each.name, each.why_not) for each in await at.connector.targets(kind, wanted)}


async def test_asset_groups_alone_and_with_each_asset_type(at: Desk) -> None:
    assert await told_by(at, PRODUCT_GROUP) == {
        "70": ("Hardware", ""),
        "71": ("Cars", "Asset Group 71 “Cars” is not used for items"),
        "73": ("Services", ""),
        "70/80": ("Hardware › Laptops", ""),
        "73/81": ("Services › Managed", ""),
    }
    details = {each.id: each.detail for each in await at.connector.targets(PRODUCT_GROUP)}
    assert details["70/80"] == "income 200"


async def test_what_mappings_lead_to_is_judged_although_no_list_shows_it(at: Desk) -> None:
    told = await told_by(at, PRODUCT_GROUP, "72/80", "70/99", "70/81", "98/99")
    assert told["72/80"][1].startswith("Asset Group 72 not found")
    assert told["70/99"] == ("Hardware › #99", "Asset Type 99 not found")
    assert told["70/81"][1] == "Asset Type 81 is now of Asset Group 73 “Services”, not of 70"
    assert "98/99" not in told


@pytest.mark.parametrize(
    ("kind", "targets"),
    [
        (OWNER, {"1": ("API agent", ""), "2": ("Ana Bowman", ""), "3": ("Gone Person", "inactive in HaloPSA")}),
        (STAGE, {"-9": ("Qualified", ""), "111": ("Proposal", "")}),
        (CATEGORY, {"1": ("Sales", "")}),
        (PAYMENT_TERM, {"121": ("Net 30", "")}),
        (QUOTE_STATUS, {"0": ("Draft", ""), "101": ("Sent", ""), "102": ("Retired", "inactive in HaloPSA")}),
    ],
)
async def test_lists_with_what_is_inactive(at: Desk, kind: str, targets: dict[str, tuple[str, str]]) -> None:
    assert await told_by(at, kind) == targets


async def test_a_lookup_of_another_name_is_named_by_the_site() -> None:
    renamed = [{**row, "name": "Etapes"} if row["id"] == 56 else row for row in ROWS["Lookup"]]
    async with desk(rows={"Lookup": renamed}) as at:
        assert await told_by(at, STAGE) == {}
    async with desk(rows={"Lookup": renamed}, defaults={"Lookup.pipeline stages": "56"}) as at:
        assert list(await told_by(at, STAGE)) == ["-9", "111"]


async def test_settings_that_this_application_may_not_see_are_no_hindrance() -> None:
    clerk = ApiApplication("clerk", "c", 2, denied=frozenset({"Control", "Lookup", "TicketType"}))
    async with desk(clerk, client_id="clerk", secret="c") as at:
        await at.connector.prepare(list(RecordKind))
        assert at.cache.values["halopsa/TicketType"] == []


async def test_lists_are_read_once_and_kept() -> None:
    async with desk() as at:
        await at.connector.prepare(list(RecordKind))
        calls = len(at.calls)
        await at.connector.prepare(list(RecordKind))
        assert len(at.calls) == calls
        assert (await at.connector.budget()).ours == at.connector.known_budget().ours == len(at.journal.exchanges)
