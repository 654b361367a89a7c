"""What the ConnectWise connector sees of a tenant: rows, states, near matches, stamps, lost creates."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import AnyRecord, Company, Contact, Named, Opportunity, Product, Quote, RecordRef
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Draft
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, LINES, OPPORTUNITIES, QUOTES
from sync_desktop.psa.drafting import OWNER
from sync_desktop.sandbox.connectwise.settings import ApiMember
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import failing
from tests.sandbox.connectwise_tenant import ROWS

REF = RecordRef(kind=RecordKind.QUOTE, id="q1")
ONE = ROWS[OPPORTUNITIES][0]
LINE = ROWS[LINES][0]


def opportunity(row_id: int, status: int | None, **rest: Any) -> dict[str, Any]:
    return {**ONE, "id": row_id, "status": {"id": status} if status else None, **rest}


def line(row_id: int, opportunity_id: int, key: str = "", **rest: Any) -> dict[str, Any]:
    return {**LINE, "id": row_id, "opportunity": {"id": opportunity_id}, "integrationXRef": key, **rest}


async def test_the_connection_is_tested_by_calls_that_need_the_keys() -> None:
    async with desk() as at:
        told = await at.connector.test()
        assert told == (
            "The company was found, and its keys and client id were accepted by ConnectWise v2026.1.105333.",
            "This API member sees 3 companies.",
        )


async def test_rows_are_read_in_one_call_and_deleted_ones_are_inactive() -> None:
    async with desk() as at:
        found = await at.connector.read(COMPANIES, ["20", "22"])
        assert at.calls == [("GET", COMPANIES)]
        assert {row_id: (seen.name, seen.active) for row_id, seen in found.items()} == {
            "20": ("Northwind Traders", True),
            "22": ("Tailspin Toys", False),
        }


async def test_what_a_list_leaves_out_is_asked_for_by_its_id() -> None:
    async with desk() as at:
        found = await at.connector.read(COMPANIES, ["20", "999", "x"])
        assert set(found) == {"20"}
        assert at.calls == [("GET", COMPANIES), ("GET", f"{COMPANIES}/999")]


async def test_a_contact_says_whose_it_is_and_how_it_is_reached() -> None:
    async with desk() as at:
        seen = (await at.connector.read(CONTACTS, ["40"]))["40"]
        assert (seen.name, seen.parent_id, seen.emails) == ("Kim Abercrombie", "20", ("kim@northwind.example",))


@pytest.mark.parametrize("members", ["omitted", "null"])
async def test_the_state_of_an_opportunity_is_its_statuss(members: str) -> None:
    statuses = [
        *ROWS["sales/opportunities/statuses"],
        {"id": 9, "name": "No decision", "closedFlag": True},
    ]
    rows = {
        OPPORTUNITIES: [
            opportunity(51, 1),
            opportunity(52, 2),
            opportunity(53, 3),
            opportunity(54, 9),
            opportunity(55, 2),
        ],
        LINES: [line(95, 55, salesOrder={"id": 3}), line(96, 52)],
        "sales/opportunities/statuses": statuses,
        "sales/orders": [{"id": 3, "identifier": "SO-3"}],
    }
    async with desk(rows=rows) as at:
        at.practice.switch("empty_members", members)
        found = await at.connector.read(OPPORTUNITIES, ["51", "52", "53", "54", "55"])
        assert {row_id: (seen.state, seen.state_label) for row_id, seen in found.items()} == {
            "51": ("open", "Open"),
            "52": ("won", "Won"),
            "53": ("lost", "Lost"),
            "54": ("lost", "No decision"),
            "55": ("ordered", "Won"),
        }


FOLLOWED = ("sales/orders", "service/tickets", "project/projects", "finance/agreements", "finance/invoices")


@pytest.mark.parametrize("collection", FOLLOWED)
async def test_what_was_made_of_a_won_opportunity_is_seen_from_either_side(collection: str) -> None:
    rows = {OPPORTUNITIES: [opportunity(51, 2), opportunity(52, 2)], collection: [{"id": 1, "opportunity": {"id": 51}}]}
    async with desk(rows=rows) as at:
        found = await at.connector.read(OPPORTUNITIES, ["51", "52"])
        assert {row_id: seen.state for row_id, seen in found.items()} == {"51": "ordered", "52": "won"}


async def test_a_role_that_does_not_see_orders_leaves_a_won_opportunity_to_a_person() -> None:
    thin = ApiMember("thin", "thin", "client-guid", denied=frozenset(FOLLOWED))
    rows = {OPPORTUNITIES: [opportunity(51, 2)], "sales/orders": [{"id": 1, "opportunity": {"id": 51}}]}
    async with desk(thin, rows=rows, public_key="thin", private_key="thin") as at:
        assert (await at.connector.read(OPPORTUNITIES, ["51"]))["51"].state == "won"


async def test_open_opportunities_cost_no_further_calls() -> None:
    async with desk() as at:
        await at.connector.read(OPPORTUNITIES, ["50"])
        assert at.calls == [("GET", OPPORTUNITIES), ("GET", "sales/opportunities/statuses")]


@pytest.mark.parametrize(
    ("name", "active"), [("Active", True), ("Inactive", False), ("Not active", False), ("Prospect", True)]
)
async def test_a_company_is_inactive_by_the_name_of_its_status(name: str, active: bool) -> None:
    rows = {"company/companies/statuses": [{"id": 1, "name": name, "defaultFlag": True}]}
    async with desk(rows=rows) as at:
        seen = (await at.connector.read(COMPANIES, ["20"]))["20"]
        assert seen.active is active
        (candidate,) = await at.connector.candidates(Company(id="c", name="Northwind Traders"), parent_id="")
        assert candidate.active is active


async def test_an_opportunity_without_a_status_that_can_be_seen_is_not_taken_for_an_open_one() -> None:
    async with desk(rows={OPPORTUNITIES: [opportunity(51, None), opportunity(52, 99)]}) as at:
        found = await at.connector.read(OPPORTUNITIES, ["51", "52"])
        assert {seen.state for seen in found.values()} == {"unknown"}


async def test_an_opportunity_is_read_as_the_quote_whose_lines_it_has() -> None:
    async with desk() as at:
        seen = (await at.connector.read(QUOTES, ["50"]))["50"]
        assert (seen.entity, seen.id, seen.parent_id) == (QUOTES, "50", "50")
        assert seen.belongs_to == {RecordKind.COMPANY: "20", RecordKind.CONTACT: "40", RecordKind.OPPORTUNITY: "50"}
        assert not at.connector.creates(QUOTES)


async def test_lines_come_in_their_order() -> None:
    rows = {LINES: [line(97, 50, sequenceNumber=1), line(98, 50, sequenceNumber=3), line(99, 50, sequenceNumber=2)]}
    async with desk(rows=rows) as at:
        found = await at.connector.lines(["50", "51"])
        assert [seen.id for seen in found["50"]] == ["97", "99", "98"]
        assert found.get("51", []) == []
        assert {(seen.entity, seen.parent_id) for seen in found["50"]} == {(LINES, "50")}


async def test_a_role_without_the_right_is_told_so() -> None:
    thin = ApiMember("thin", "thin", "client-guid", denied=frozenset({"system/members", "company/countries"}))
    async with desk(thin, public_key="thin", private_key="thin") as at:
        failure = await failing(at.connector.targets(OWNER))
        assert failure.kind is FailureKind.PERMISSION
        assert failure.message == "You do not have security permission to perform this action."
        await at.connector.prepare([RecordKind.COMPANY])  # countries are no reason to write no company


MATCHES: list[tuple[AnyRecord, str, str, set[str]]] = [
    (Company(id="c", name="northwind traders"), "", "20", {"same name"}),
    (Company(id="c", name='Adatum "the" O\'Neill'), "", "21", {"same name"}),
    (Company(id="c", name="Tailspin Toys Holding"), "", "22", {"similar name"}),
    (Company(id="c", name="North", phone="001-555-0100"), "", "20", {"same telephone"}),
    (Contact(id="p", first_name="K", last_name="A", email="KIM@northwind.example"), "", "40", {"same e-mail"}),
    (
        Contact(id="p", first_name="Kim", last_name="Abercrombie", email="other@x.example"),
        "20",
        "40",
        {"same name", "same company"},
    ),
    (Opportunity(id="d", name="refresh"), "20", "50", {"same title"}),
    (Product(id="a", name="Laptop"), "", "90", {"same name"}),
    (Product(id="a", name="Notebook", mpn="LX-5"), "", "90", {"same part number", "same identifier"}),
]


@pytest.mark.parametrize(("record", "company", "row", "agrees"), MATCHES, ids=lambda each: getattr(each, "name", ""))
async def test_near_matches(record: AnyRecord, company: str, row: str, agrees: set[str]) -> None:
    async with desk() as at:
        (found,) = await at.connector.candidates(record, parent_id=company)
        assert (found.external_id, set(found.agrees)) == (row, agrees)
        assert found.active is (row != "22")


@pytest.mark.parametrize(
    "record",
    [
        Company(id="c", name="Unheard Of"),
        Contact(id="p", first_name="Jay", last_name="Nobody", email="jay@nowhere.example"),
        Opportunity(id="d", name="Something else"),
        Product(id="a", name="Toaster", mpn="T-1"),
    ],
    ids=lambda each: each.name,
)
async def test_no_near_match(record: AnyRecord) -> None:
    async with desk() as at:
        assert await at.connector.candidates(record, parent_id="20") == []


QUOTE = Quote(id="q1", number="Q-1", title="New office")


async def test_a_quote_is_found_by_the_stamps_of_its_lines() -> None:
    rows = {
        OPPORTUNITIES: [opportunity(50, 1), opportunity(51, 1)],
        LINES: [
            line(95, 50, "Q-1/line:i1"),
            line(96, 50, "Q-1/shipping"),
            line(97, 51, "Q-10/line:i9"),
            line(98, 51, "id:q7/line:i7"),
            line(99, 51, "Q-1"),
            line(100, 51, "somebody/else"),
        ],
    }
    async with desk(rows=rows) as at:
        found = await at.connector.by_keys(QUOTES, ["Q-1", "Q-2", ""])
        assert {key: [seen.id for seen in seens] for key, seens in found.items()} == {"Q-1": ["50"]}
        (seen,) = found["Q-1"]
        assert (seen.entity, seen.key, seen.parent_id) == (QUOTES, "Q-1", "50")
        stamped = await at.connector.stamped_quotes()
        assert [(seen.id, seen.key) for seen in stamped] == [("50", "Q-1"), ("51", "Q-10"), ("51", "id:q7")]
        (candidate,) = await at.connector.candidates(QUOTE, parent_id="")
        assert (candidate.entity, candidate.external_id) == (QUOTES, "50")


async def test_a_quote_number_with_signs_of_the_grammar_is_found_all_the_same() -> None:
    async with desk(rows={LINES: [line(95, 50, 'Q*"1"/line:i1'), line(96, 50, "Qx/line:i2")]}) as at:
        found = await at.connector.by_keys(QUOTES, ['Q*"1"'])
        assert {key: [seen.id for seen in seens] for key, seens in found.items()} == {'Q*"1"': ["50"]}


async def test_products_are_found_by_their_stamp_in_few_calls() -> None:
    item = ROWS[CATALOG][0]
    keys = [f"64f0c0ffee{number:014x}" for number in range(80)]
    rows = {
        CATALOG: [{**item, "id": 100 + n, "identifier": f"I{n}", "integrationXRef": key} for n, key in enumerate(keys)]
    }
    async with desk(rows=rows) as at:
        found = await at.connector.by_keys(CATALOG, [*keys, "unknown"])
        assert {key: [seen.id for seen in seens] for key, seens in found.items()} == {
            key: [str(100 + n)] for n, key in enumerate(keys)
        }
        assert len(at.sent) < 10
        assert max(len(each.url) for each in at.sent) < 2_000


CREATES: list[tuple[str, Mapping[str, Any], str]] = [
    (COMPANIES, {"identifier": "Litware", "name": "Litware", "city": "Boise", "types/id": 1}, ""),
    (
        CONTACTS,
        {"firstName": "Pat", "lastName": "O'Neill", "company/id": 20, "communicationItems/Email/1": "p@x.example"},
        "",
    ),
    (OPPORTUNITIES, {"name": "New 10% office", "company/id": 20, "contact/id": 40, "primarySalesRep/id": 2}, ""),
    (
        CATALOG,
        {
            "identifier": "M-1",
            "description": "Monitor",
            "customerDescription": "Monitor",
            "category/id": 60,
            "subcategory/id": 70,
            "type/id": 80,
            "price": Decimal("9.99"),
            "integrationXRef": "64f0",
        },
        "64f0",
    ),
    (
        LINES,
        {
            "catalogItem/id": 90,
            "opportunity/id": 50,
            "quantity": Decimal(2),
            "price": Decimal("5.5"),
            "billableOption": "Billable",
            "integrationXRef": "Q-1/line:i1",
        },
        "Q-1/line:i1",
    ),
    (LINES, {"catalogItem/id": 90, "opportunity/id": 50, "quantity": Decimal(7), "billableOption": "Billable"}, ""),
]


@pytest.mark.parametrize(("entity", "fields", "key"), CREATES)
async def test_a_create_whose_answer_was_lost_is_found(entity: str, fields: Mapping[str, Any], key: str) -> None:
    async with desk() as at:
        intent = Intent(
            id="i", ref=REF, entity=entity, key=key, fields=dict(fields), created_at=datetime(2026, 3, 1, tzinfo=UTC)
        )
        assert await at.connector.find_created(intent) == []
        draft = Draft(ref=REF, entity=entity, fields=fields, label=entity, key=key)
        made = await at.connector.create(draft)
        assert [seen.id for seen in await at.connector.find_created(intent)] == [made]
        unlike = intent.model_copy(update={"fields": {**fields, "billableOption": "NoCharge"}})
        assert await at.connector.find_created(unlike) == []
        other = {**fields, "description" if entity in (CATALOG, LINES) else "city": "Another"}
        assert await at.connector.find_created(intent.model_copy(update={"fields": other})) == []


async def refused(at: Desk, **changes: Any) -> Failure:
    fields = {**CREATES[3][1], **changes}
    return await failing(at.connector.create(Draft(ref=REF, entity=CATALOG, fields=fields, label="product Monitor")))


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("named", "catalogItem object is invalid. 71 is an inactive subcategory."),
        ("none", "catalogItem object is invalid. 71 is an inactive"),
    ],
)
async def test_an_inactive_category_is_refused_in_the_words_that_salesbuildr_shows(tail: str, message: str) -> None:
    async with desk() as at:
        at.practice.switch("inactive_tail", tail)
        failure = await refused(at, **{"subcategory/id": 71})
        assert (failure.kind, failure.message) == (FailureKind.REFUSED, message)
        assert failure.facts["inactive_id"] == "71"
        assert failure.facts["field"].startswith("subcategory")
        assert failure.facts["sent"] == "refused"


async def test_a_contact_that_is_there_already_is_refused() -> None:
    fields = {
        "firstName": "Kim",
        "lastName": "Abercrombie",
        "company/id": 20,
        "communicationItems/Email/1": "kim@northwind.example",
    }
    async with desk() as at:
        draft = Draft(ref=REF, entity=CONTACTS, fields=fields, label="contact Kim")
        failure = await failing(at.connector.create(draft))
        assert failure.facts["code"] == "ContactApi"
        assert "duplicate contact" in failure.message


async def test_lists_are_read_once_and_kept() -> None:
    async with desk() as at:
        await at.connector.prepare(list(RecordKind))
        first = len(at.sent)
        await at.connector.prepare(list(RecordKind))
        assert len(at.sent) == first
        assert "connectwise/company/countries" in at.cache.values


async def test_our_own_calls_are_counted_by_the_minute() -> None:
    async with desk() as at:
        await at.connector.test()
        budget = await at.connector.budget(fresh=True)
        assert (budget.ours, budget.our_limit, budget.used_share) == (3, 500, 0.0)


@pytest.mark.parametrize(
    ("entity", "page"),
    [(COMPANIES, "CompanyFV"), (CONTACTS, "ContactFV"), (OPPORTUNITIES, "OpportunityFV"), (QUOTES, "OpportunityFV")],
)
async def test_records_are_opened_where_people_log_in(entity: str, page: str) -> None:
    async with desk(site="https://api-na.myconnectwise.net") as at:
        url = at.connector.url(entity, "7")
        assert url.startswith("https://na.myconnectwise.net/v4_6_release/")
        assert url.endswith(f"companyName=fabrikam&recordType={page}&recid=7")
        assert at.connector.url(LINES, "7") == ""


async def test_labour_services_and_bundles_are_all_catalog_items() -> None:
    async with desk() as at:
        record = Product(id="a", name="x", category=Named(id="h1"))
        assert at.connector.entity_of(record) == CATALOG
        assert all(at.connector.creates(entity) for entity in (COMPANIES, CONTACTS, OPPORTUNITIES, CATALOG, LINES))
