"""What the connector reads: targets and why one cannot be chosen, candidates, rows as floor 3 sees them, deep links."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import (
    AnyRecord,
    Company,
    Contact,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    RecordRef,
)
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.autotask import matches
from sync_desktop.psa.autotask.fields import BY_ENTITY
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE
from sync_desktop.psa.autotask.metadata import FieldInfo, PickValue
from sync_desktop.psa.autotask.rows import opportunity_state
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, SHIPPING, STAGE
from sync_desktop.psa.matching import names_the_same
from tests.psa.tenant_client import desk, failing

CODES = {"80": "Hardware", "81": "Old hardware", "82": "Managed", "83": "Travel"}


@pytest.mark.parametrize(
    ("kind", "why_not"),
    [
        (
            PRODUCT_BILLING_CODE,
            {
                "80": "",
                "81": "inactive in Autotask",
                "82": "its use type is Service, and Material is needed",
                "83": "its use type is Expense, and Material is needed",
            },
        ),
        (
            SERVICE_BILLING_CODE,
            {
                "80": "its use type is Material, and Service is needed",
                "81": "inactive in Autotask",
                "82": "",
                "83": "its use type is Expense, and Service is needed",
            },
        ),
    ],
)
async def test_every_billing_code_is_listed_and_the_unfit_say_why(kind: str, why_not: dict[str, str]) -> None:
    async with desk() as at:
        targets = await at.connector.targets(kind)
    assert {target.id: target.why_not for target in targets} == why_not
    assert {target.id: target.name for target in targets} == CODES
    assert all(target.valid == (not target.why_not) and target.kind == kind for target in targets)


async def test_billing_codes_are_read_without_a_filter_so_that_inactive_ones_can_be_called_so() -> None:
    async with desk() as at:
        await at.connector.targets(PRODUCT_BILLING_CODE)
        asked = next(each for each in at.sent if each.url.endswith("BillingCodes/query"))
    assert "isActive" not in asked.request_body


@pytest.mark.parametrize(
    ("kind", "valid", "gone"),
    [
        (OWNER, {"Ana Bowman", "Sync User", "Vendor User"}, {"Gone Person"}),
        (PAYMENT_TERM, {"Net 15", "Net 30"}, {"Net 45"}),
        (CATEGORY, {"Hardware"}, {"Renewal"}),
        (SHIPPING, {"Courier"}, set()),
    ],
)
async def test_targets_of_each_kind_with_those_that_are_inactive(kind: str, valid: set[str], gone: set[str]) -> None:
    async with desk() as at:
        targets = await at.connector.targets(kind)
    assert {target.name for target in targets if target.valid} == valid
    assert {target.name for target in targets if not target.valid} == gone
    assert {target.why_not for target in targets if not target.valid} <= {"inactive in Autotask"}


async def test_stages_are_the_tenants_pick_list_as_it_is_now() -> None:
    async with desk() as at:
        first = await at.connector.targets(STAGE)
        asked = len(at.sent)
        again = await at.connector.targets(STAGE)
        assert len(at.sent) == asked + 1, "a chooser never shows a list that was kept"
    assert first == again
    assert "21" in {target.id for target in first}


async def test_a_resource_without_a_last_name_is_listed_all_the_same() -> None:
    rows = {"Resources": [{"id": 5, "firstName": "Kestrel", "lastName": None, "isActive": True}]}
    async with desk(rows=rows) as at:
        (target,) = await at.connector.targets(OWNER)
    assert target.name == "Kestrel"


async def test_a_kind_that_autotask_does_not_have_is_a_mistake_of_ours() -> None:
    async with desk() as at:
        with pytest.raises(KeyError):
            await at.connector.targets("colour")


COMPANIES: dict[str, list[dict[str, Any]]] = {
    "Companies": [
        {"id": 0, "companyName": "Fabrikam IT", "isActive": True},
        {"id": 10, "companyName": "Tailspin Toys Holding", "isActive": True, "webAddress": "www.tailspin.example"},
        {"id": 11, "companyName": "TAILSPIN TOYS, Inc.", "isActive": False, "phone": "+1 208 555 0142"},
        {"id": 12, "companyName": "Café Zürich", "isActive": True},
        {"id": 13, "companyName": "Renamed Long Ago", "isActive": True, "phone": "(208) 555-0142"},
        {"id": 14, "companyName": "O'Brien Partners", "isActive": True},
        {"id": 15, "companyName": "Adatum", "isActive": True, "phone": "555-9999"},
        {"id": 16, "companyName": "東京商事", "isActive": True},
    ]
}
TAILSPIN = Company(id="c", name="Tailspin Toys", website="https://tailspin.example", phone="208-555-0142")


async def found(record: AnyRecord, company: str = "", rows: Any = None) -> dict[str, tuple[str, ...]]:
    """Return what is found for a record, in order: id and what agrees."""
    async with desk(rows=rows) as at:
        candidates = await at.connector.candidates(record, parent_id=company)
    return {each.external_id: each.agrees for each in candidates}


async def test_near_companies_are_found_by_name_domain_and_telephone_inactive_ones_too() -> None:
    candidates = await found(TAILSPIN, rows=COMPANIES)
    assert candidates == {
        "11": ("same name", "same telephone"),
        "10": ("similar name", "same web domain"),
        "13": ("same telephone",),
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Cafe Zurich AG", "12"),
        ("Café Zürich AG", "12"),
        ("OBrien Partners Ltd", "14"),
        ("O’Brien Partners", "14"),
        ("東京商事", "16"),
        ("ADATUM", "15"),
    ],
)
async def test_a_company_is_found_however_its_name_is_written(name: str, expected: str) -> None:
    assert list(await found(Company(id="c", name=name), rows=COMPANIES)) == [expected]


async def test_a_company_that_nothing_resembles_has_no_candidates() -> None:
    assert await found(Company(id="c", name="Wingtip"), rows=COMPANIES) == {}


async def test_contacts_are_found_by_any_address_and_by_name_at_the_company() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "Contacts": [
            {"id": 1, "companyID": 11, "firstName": "A.", "lastName": "K", "emailAddress2": "ADA@litware.example"},
            {"id": 2, "companyID": 10, "firstName": "Ada", "lastName": "Kaur", "isActive": 0},
            {"id": 3, "companyID": 10, "firstName": "Bo", "lastName": "Kaur", "isActive": 1},
            {"id": 4, "companyID": 11, "firstName": "Ada", "lastName": "Kaur", "isActive": 1},
        ]
    }
    ada = Contact(id="p", first_name="Ada", last_name="Kaur", email="ada@litware.example", company=Named(id="c"))
    assert await found(ada, "10", rows) == {"1": ("same e-mail",), "2": ("same name", "same company")}
    assert await found(ada.model_copy(update={"email": ""}), "", rows) == {}


async def test_opportunities_are_looked_for_at_their_company_only() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "Opportunities": [
            {"id": 1, "title": "New Office", "companyID": 10, "status": 1},
            {"id": 2, "title": "New office, second floor", "companyID": 10, "status": 2},
            {"id": 3, "title": "New Office", "companyID": 11, "status": 1},
            {"id": 4, "title": "Printers", "companyID": 10, "status": 1},
        ]
    }
    record = Opportunity(id="d", name="New office")
    assert await found(record, "10", rows) == {"1": ("same title",), "2": ("similar title",)}
    assert await found(record, "", rows) == {}


async def test_products_are_found_by_name_part_number_or_internal_id() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "Products": [
            {"id": 1, "name": "laptop", "isActive": False},
            {"id": 2, "name": "LX 5 notebook", "manufacturerProductName": "LX-5", "isActive": True},
            {"id": 3, "name": "Other", "internalProductID": "SKU-9", "isActive": True},
            {"id": 4, "name": "Desk", "isActive": True},
        ]
    }
    record = Product(id="a", name="Laptop", mpn="LX-5", internal_id="SKU-9")
    assert await found(record, rows=rows) == {
        "2": ("same part number",),
        "1": ("same name",),
        "3": ("same internal id",),
    }


async def test_labour_is_offered_every_role_the_one_of_its_name_first() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "Roles": [{"id": 1, "name": "Architect", "isActive": True}, {"id": 2, "name": "Engineer", "isActive": True}]
    }
    candidates = await found(Product(id="a", name="Engineer", type=ProductType.LABOR), rows=rows)
    assert list(candidates) == ["2", "1"]


async def test_a_quote_is_found_by_its_stamp_only() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "Quotes": [
            {"id": 1, "name": "New office", "opportunityID": 30, "externalQuoteNumber": "Q-1", "isActive": False},
            {"id": 2, "name": "New office", "opportunityID": 30, "externalQuoteNumber": "Q-2", "isActive": True},
        ]
    }
    assert list(await found(Quote(id="q", number="Q-1", title="New office"), rows=rows)) == ["1"]


@pytest.mark.parametrize(
    ("record", "row", "same"),
    [
        (Company(id="c", name="Litware", website="litware.example"), {"domain": "litware.example"}, True),
        (Company(id="c", name="Litware"), {"name": "LITWARE Inc."}, True),
        (Company(id="c", name="Litware"), {"name": "Adatum"}, False),
        (Company(id="c", name="Litware"), {}, False),
        (Contact(id="p", first_name="A", email="a@x.example"), {"emails": ["A@x.example"]}, True),
        (Contact(id="p", first_name="A", email="a@x.example"), {"emails": ["b@x.example"]}, False),
        (Product(id="a1", name="Laptop", mpn="LX-5"), {"numbers": ["lx-5"]}, True),
        (Product(id="a1", name="Laptop"), {"numbers": ["a1"]}, True),
        (Product(id="a1", name="Laptop"), {"numbers": [""]}, False),
        (Opportunity(id="d", name="Refresh"), {"name": "Renewal"}, False),
    ],
)
def test_an_id_alone_never_says_that_a_row_is_the_record(record: AnyRecord, row: dict[str, Any], same: bool) -> None:
    told: dict[str, Any] = {"name": "", "emails": (), "numbers": (), "domain": "", **row}
    assert names_the_same(record, **told) is same


async def test_an_opportunity_is_open_lost_won_or_ordered_and_unknown_where_its_status_does_not_say() -> None:
    statuses = {1: 1, 2: 2, 3: 3, 4: 4, 5: 3, 6: 5, 7: 99, 8: None, 9: 5}
    rows: dict[str, list[dict[str, Any]]] = {
        "Opportunities": [{"id": n, "title": "T", "companyID": 10, "status": s} for n, s in statuses.items()],
        "SalesOrders": [{"id": n, "opportunityID": of, "title": "Order"} for n, of in ((1, 5), (2, 9))],
    }
    async with desk(rows=rows) as at:
        seen = await at.connector.read("Opportunities", [str(n) for n in statuses])
    assert {int(key): (each.state, each.state_label) for key, each in seen.items()} == {
        1: ("open", "Active"),
        2: ("lost", "Lost"),
        3: ("won", "Closed"),
        4: ("won", "Implemented"),
        5: ("ordered", "Closed"),
        6: ("unknown", "Not Ready To Buy"),
        7: ("unknown", "#99"),
        8: ("unknown", ""),
        9: ("ordered", "Not Ready To Buy"),
    }


@pytest.mark.parametrize(
    ("label", "state"),
    [
        (" active ", "open"),
        ("Open - on hold", "open"),
        ("LOST to a competitor", "lost"),
        ("Won", "won"),
        ("Inactive", "unknown"),
        ("Aktiv", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_label_that_says_nothing_of_the_state_is_no_open_one(label: str, state: str) -> None:
    assert opportunity_state(label) == state


async def test_pick_list_values_without_a_label_are_called_by_their_number() -> None:
    fields = {"name": "status", "picklistValues": [{"value": "1", "label": None}, {"value": "2", "label": " "}]}
    rows = {"Opportunities": [{"id": n, "title": "T", "companyID": 10, "status": n} for n in (1, 2)]}
    async with desk(rows=rows) as at:
        at.cache.values["autotask/fields/Opportunities"] = [fields]
        seen = await at.connector.read("Opportunities", ["1", "2"])
    assert [(each.state, each.state_label) for each in seen.values()] == [("unknown", "#1"), ("unknown", "#2")]


def test_a_value_without_a_label_is_never_taken_for_a_name_that_is_missing() -> None:
    blank = PickValue(value="1", label="", active=True, default=False)
    info = FieldInfo(name="companyType", required=True, read_only=False, length=0, values=(blank,))
    assert info.labelled("") is None
    assert info.pick("1") is blank
    assert info.pick("") is None


async def test_the_status_that_the_site_gives_to_new_opportunities_is_an_open_one() -> None:
    rows = {"Opportunities": [{"id": 1, "title": "T", "companyID": 10, "status": 5}]}
    async with desk(rows=rows, defaults={"Opportunities.status": "5"}) as at:
        seen = await at.connector.read("Opportunities", ["1"])
    assert seen["1"].state == "open"


async def test_rows_are_seen_with_their_parent_key_and_whether_they_are_active() -> None:
    async with desk() as at:
        contacts = await at.connector.read("Contacts", ["20", "22", "999"])
        quotes = await at.connector.read("Quotes", ["50"])
    assert {key: (each.name, each.active, each.parent_id) for key, each in contacts.items()} == {
        "20": ("Kim Abercrombie", True, "10"),
        "22": ("Old Hand", False, "10"),
    }
    assert quotes["50"].parent_id == "30"
    assert quotes["50"].belongs_to == {
        RecordKind.COMPANY: "10",
        RecordKind.CONTACT: "20",
        RecordKind.OPPORTUNITY: "30",
    }


async def test_the_fields_of_a_tenant_are_read_once_and_kept() -> None:
    async with desk() as at:
        await at.connector.prepare([RecordKind.COMPANY])
        await at.connector.prepare([RecordKind.COMPANY])
        assert [each.label for each in at.sent] == ["Read the fields of Companies", "Read countries"]
        kept = at.cache.values
    assert list(kept) == ["autotask/fields/Companies"]
    assert json.loads(json.dumps(kept)) == kept


async def test_rows_are_found_by_their_stamp_in_lists_of_500() -> None:
    stamped = [{"id": 1000 + n, "name": "Q", "opportunityID": 30, "externalQuoteNumber": f"Q-{n}"} for n in range(600)]
    async with desk(rows={"Quotes": stamped}) as at:
        found = await at.connector.by_keys("Quotes", [f"Q-{n}" for n in range(600)] + ["Q-x"])
        assert await at.connector.by_keys("QuoteLocations", ["x"]) == {}
        assert await at.connector.by_keys("Quotes", []) == {}
        assert len(await at.connector.stamped_quotes()) == 600
    assert {key: [row.id for row in rows] for key, rows in found.items()} == {
        f"Q-{n}": [str(1000 + n)] for n in range(600)
    }


@pytest.mark.parametrize(
    ("entity", "url"),
    [
        ("Companies", "OpenAccount&AccountID=17"),
        ("Contacts", "OpenContact&ContactID=17"),
        ("Opportunities", "OpenOpportunity&OpportunityID=17"),
    ],
)
async def test_a_row_opens_in_the_browser_where_autotask_has_a_link_for_it(entity: str, url: str) -> None:
    async with desk() as at:
        base = "https://ww14.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code="
        assert at.connector.url(entity, "17") == f"{base}{url}"
        assert at.connector.url("QuoteItems", "17") == ""
    async with desk(web_url="") as at:
        assert at.connector.url(entity, "17") == ""


def intent(entity: str, fields: dict[str, Any], *, key: str = "", parent: str = "") -> Intent:
    ref = RecordRef(kind=RecordKind.QUOTE, id="q")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Intent(id="i", ref=ref, entity=entity, key=key, fields=fields, parent_id=parent, created_at=at)


QUOTE = {"name": "New office", "opportunityID": 30, "externalQuoteNumber": "Q-9"}
KEYLESS = {"name": "New office", "opportunityID": 30}
PRODUCT = {"name": "Rack", "productBillingCodeID": 100, "unitPrice": Decimal("1.5")}
LINE = {"quoteItemType": 1, "productID": 70, "quantity": Decimal(2), "unitPrice": Decimal("99.5")}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (intent("Quotes", QUOTE, key="Q-9"), ["51"]),
        (intent("Quotes", {**QUOTE, "name": "Other"}, key="Q-9"), []),
        (intent("Quotes", {**QUOTE, "externalQuoteNumber": "Q-8"}, key="Q-8"), []),
        (intent("Quotes", KEYLESS), ["51"]),
        (intent("Quotes", {**KEYLESS, "opportunityID": 31}), []),
        (intent("Quotes", {**KEYLESS, "description": "Another"}), []),
        (intent("Products", PRODUCT), ["71"]),
        (intent("Products", {**PRODUCT, "unitPrice": Decimal(2)}), []),
        (intent("QuoteItems", LINE, parent="50"), ["60"]),
        (intent("QuoteItems", LINE, parent="51"), []),
        (intent("QuoteItems", {**LINE, "quantity": Decimal(3)}, parent="50"), []),
        (intent("QuoteLocations", {"city": "Seattle"}), ["41"]),
        (intent("Companies", {"companyName": "Northwind Traders", "phone": "555-0100"}), ["10"]),
        (intent("Companies", {"companyName": "Northwind Traders", "phone": "555-0101"}), []),
    ],
)
async def test_a_create_without_an_answer_is_found_by_its_key_or_by_all_that_was_sent(
    asked: Intent, expected: list[str]
) -> None:
    async with desk() as at:
        at.practice.store.rows("Quotes")[51] = {"id": 51, **QUOTE, "isActive": False}
        for number, price in ((71, 1.5), (72, 9)):
            row = {"id": number, "name": "Rack", "productBillingCodeID": 100, "unitPrice": price, "isActive": True}
            at.practice.store.rows("Products")[number] = row
        at.practice.store.rows("QuoteLocations")[41] = {"id": 41, "city": "Seattle"}
        assert [row.id for row in await at.connector.find_created(asked)] == expected


def test_whatever_can_be_created_can_be_searched_for_when_its_answer_is_lost() -> None:
    assert set(matches.SEARCHED) == {*BY_ENTITY, "QuoteItems", "QuoteLocations"}


async def test_the_test_of_a_connection_says_what_was_seen_and_the_budget_counts_it() -> None:
    async with desk() as at:
        accepted, calls = await at.connector.test()
        known = at.connector.known_budget()
        assert known.ours == 2, "the question for the zone and one signed call"
        assert known.our_limit == 1500
        fresh = await at.connector.budget(fresh=True)
        assert (fresh.tenant, fresh.tenant_limit) == (2, 10_000)
        again = await at.connector.budget()
        assert again.ours == 3
    assert "accepted" in accepted
    assert calls == "The tenant used 1 of its 10,000 calls in the last hour, all integrations together."


async def test_our_own_hour_ends_after_1500_calls() -> None:
    async with desk() as at:
        for _ in range(3):
            await at.connector.budget(fresh=True)
        at.connector._budget.limit = 3
        failure = await failing(at.connector.budget(fresh=True))
    assert failure.kind is FailureKind.BUDGET
    assert len(at.sent) == 3
