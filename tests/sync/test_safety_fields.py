"""Rule 9 of safety: where each field comes from, what is required and not there, and what a PSA cannot hold."""

from collections.abc import Callable
from pathlib import Path

from sync_desktop.domain.words import FailureKind, Outcome, RecordKind
from sync_desktop.psa.autotask.fields import field_table
from sync_desktop.psa.connector import FieldRow
from sync_desktop.psa.connectwise.fields import field_table as connectwise_table
from sync_desktop.psa.halopsa.fields import field_table as halopsa_table
from tests.sync.sync_stage import staged
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import COURIER, item
from tests.worlds.sides import of_every_psa
from tests.worlds.small_world import SmallWorld


def new_company(side: PsaSide) -> SmallWorld:
    """Return a quote of a company, contact and opportunity that are not in the PSA."""
    made = SmallWorld(side)
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    return made


async def test_rule_09_values_that_autotask_cannot_hold_are_warned_of_and_cut(tmp_path: Path) -> None:
    made = SmallWorld()
    made.row("company", "c1")["address"]["street"] = "Building 7, " * 6
    made.quote("Q-1", [item("laptop", "1", name="Corvane " * 20)], poNumber="PO " * 30)
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        (attempt,) = await stage.attempts("Q-1")
        assert attempt.outcome is Outcome.WRITTEN
        assert attempt.check is not None
        warned = " ".join(attempt.check.warnings)
        for field, limit in (("purchaseOrderNumber", 50), ("name", 100), ("address1", 50)):
            assert f"Autotask's {field} holds {limit} characters" in warned
        assert stage.line_rows("Q-1")[0]["name"] == ("Corvane " * 20)[:100].rstrip()


async def test_rule_09_values_that_connectwise_cannot_hold_are_warned_of_and_cut(tmp_path: Path) -> None:
    made = new_company(CONNECTWISE)
    made.row("company", "c3")["address"]["street"] = "Building 7, " * 6
    made.row("product", "newlaptop")["name"] = "Corvane " * 20
    made.quote("Q-2", [item("newlaptop", "2")])
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"written": 2}
        warned = ""
        for number in ("Q-1", "Q-2"):
            check = (await stage.attempts(number))[0].check
            assert check is not None
            warned += " ".join(check.warnings)
        for field, limit in (("addressLine1", 50), ("description", 60)):  # also of what was made along the way
            assert f"ConnectWise's {field} holds {limit} characters" in warned
        assert max(stage.there("company").values(), key=lambda row: row["id"])["addressLine1"] == (
            ("Building 7, " * 6)[:50].rstrip()
        )
        (product,) = (row for row in stage.there("product").values() if row.get("integrationXRef") == "newlaptop")
        assert product["description"] == ("Corvane " * 20)[:60].rstrip()


Lack = tuple[str, str, dict[str, None], tuple[str, ...]]
"""Kind and id of a row of Salesbuildr, what it lacks, and the fields of the PSA that then have no value."""
LACKS: dict[str, tuple[Lack, ...]] = {
    "autotask": (
        ("company", "c3", {"telephone": None}, ("phone",)),
        ("company", "c3", {"accountManagerId": None}, ("ownerResourceID",)),
        ("opportunity", "op", {"probability": None}, ("probability",)),
        ("opportunity", "op", {"categoryId": None}, ("opportunityCategoryID",)),
        ("contact", "p3", {"lastName": None}, ("lastName",)),
    ),
    "connectwise": (
        ("company", "c3", {"address": None}, ("addressLine1",)),
        ("contact", "p3", {"firstName": None}, ("firstName",)),
        ("opportunity", "op", {"ownerId": None}, ("primarySalesRep/id",)),
        ("opportunity", "op", {"contactId": None}, ("contact/id",)),
    ),
    "halopsa": (
        ("opportunity", "op", {"categoryId": None}, ("categoryid_1",)),
        ("contact", "p3", {"firstName": None, "lastName": None}, ("main_contact/name", "name")),
    ),
}


@of_every_psa
async def test_rule_09_required_fields_without_a_value_block_and_nothing_is_invented(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, new_company(side)) as stage:
        for kind, row_id, change, fields in LACKS[side.system]:
            before = dict(stage.sandbox.site().quoting_store.rows(kind)[row_id])
            stage.change_quoting(kind, row_id, **change)
            await stage.bench.runs.read_only()
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
            failures = (await stage.issue("Q-1")).failures
            assert {each.kind for each in failures} == {FailureKind.REQUIRED_FIELD}
            assert tuple(each.facts["field"] for each in failures) == fields
            stage.change_quoting(kind, row_id, **before)
        assert stage.written() == []


@of_every_psa
async def test_rule_09_unmapped_owner_blocks_and_no_other_person_is_put_in(side: PsaSide, tmp_path: Path) -> None:
    made = SmallWorld(side)
    made.quote("Q-1", opportunityId=made.opportunity("op", name="New studio", ownerId="o2")["id"])
    async with staged(tmp_path, made) as stage:
        before = set(stage.there("opportunity"))
        await stage.write("Q-1")
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.facts["owner"]) == (FailureKind.MAPPING_MISSING, "Wanda Kaur")
        assert stage.written() == []
        await stage.bench.mappings.set(stage.site_id, "owner", "o2", "29682885")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        (row,) = (row for row_id, row in stage.there("opportunity").items() if row_id not in before)
        assert side.owner(row) == 29682885


NEVER = {
    "autotask": {
        *("stage", "status", "ownerResourceID", "probability", "projectedCloseDate", "unitPrice", "unitCost"),
        *("productBillingCodeID", "billingCodeID", "productCategory"),
    },
    "connectwise": {
        *("stage/id", "status/id", "primarySalesRep/id", "territoryManager/id", "probability/id", "expectedCloseDate"),
        *("price", "cost", "recurringRevenue", "recurringCost", "category/id", "subcategory/id", "type/id"),
    },
    "halopsa": {
        *("pipeline_stage_id", "status_id", "status", "agent_id", "accountmanagertech", "oppconversionprobability"),
        *("targetdate", "oppvalue", "oppprofit", "baseprice", "costprice", "recurringprice", "recurringcost"),
        *("assetgroup_id", "assettype_id", "categoryid_1"),
    },
}
"""Stage, status, owner, probability, close date; of products price, cost and category."""
TABLES: dict[str, tuple[Callable[[], dict[RecordKind, tuple[FieldRow, ...]]], str]] = {
    "autotask": (field_table, "QuoteItems."),
    "connectwise": (connectwise_table, "procurement/products."),
    "halopsa": (halopsa_table, "Quotation/lines."),
}
"""Each PSA's field table, and how the names of a line's fields begin in it."""


@of_every_psa
def test_rule_09_field_table_says_of_every_row_where_it_comes_from(side: PsaSide) -> None:
    table, line = TABLES[side.system]
    rows = [row for each in table().values() for row in each]
    assert all(row.comes_from for row in rows)
    entities = {side.collections[kind] for kind in ("company", "contact", "opportunity", "product")}
    held = {row.field.partition(".")[0] for row in rows if row.held}
    assert held >= entities | {line.removesuffix(".")}
    names = {row.field.partition(".")[2] for row in rows if row.held}
    assert names >= NEVER[side.system]
    updated = {row.field.partition(".")[2] for row in rows if row.updates and not row.field.startswith(line)}
    assert updated & NEVER[side.system] == set()


@of_every_psa
async def test_rule_09_whatever_is_sent_stands_in_the_field_table(side: PsaSide, tmp_path: Path) -> None:
    made, (table, line) = new_company(side), TABLES[side.system]
    items = [item("newlaptop", "a", setupPrice=50), item("backup", "b"), item("newservice", "c")]
    made.quote("Q-2", items, shippingType=COURIER, poNumber="PO-1", companyId="c3", contactId="p3", opportunityId="op")
    told = {row.field for each in table().values() for row in each if row.held}
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-2")).by_outcome == {"written": 1}
        sent = {f"{each.entity}.{name}" for each in await stage.activity() for name in each.after}
        assert {name for name in sent if name not in told and name.rpartition("/")[0] not in told} == set()
        assert any(name.startswith(line) for name in sent)
