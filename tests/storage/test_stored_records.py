"""Records of the quoting side come back as they were read."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sync_desktop.domain.records import (
    Category,
    Company,
    Contact,
    FieldValue,
    Named,
    Opportunity,
    Product,
    Quote,
    QuoteItem,
    RecordRef,
    Term,
    ref_of,
)
from sync_desktop.domain.words import RecordKind
from sync_desktop.storage import records
from sync_desktop.storage.workspace import Changes, Connection, Workspace
from tests.storage.shelf import NOON, OTHER, SITE, opened

LATER = NOON + timedelta(hours=1)
COMPANY = Company(id="c1", name="Northwind", external_id="174")
KEPT = (
    COMPANY,
    Contact(id="p1", first_name="Ana", email="ana@northwind.example", company=Named(id="c1", name="Northwind")),
    Opportunity(id="o1", name="Refresh", probability=Decimal("0.55"), expected_close_date=NOON),
    Product(id="x1", name="FortiGate 60F", cost=Decimal("412.50"), term=Term.MONTHLY),
    Quote(
        id="q1",
        number="Q-2041",
        title="Refresh",
        sent_at=NOON,
        items=(QuoteItem(id="i1", name="FortiGate 60F", quantity=Decimal(3), price=Decimal("499.00")),),
    ),
)


async def test_every_kind_comes_back_as_it_was_after_reopening(path: Path) -> None:
    workspace = await opened(path)
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, KEPT, at=NOON))
    await workspace.close()
    again = await opened(path)

    def compare(conn: Connection) -> None:
        for one in KEPT:
            assert records.record(conn, SITE.id, ref_of(one)) == one
            assert records.records(conn, SITE.id, one.kind) == [one]
            assert records.record(conn, OTHER.id, ref_of(one)) is None

    await again.read(compare)
    assert await again.read(lambda conn: records.count(conn, SITE.id)) == len(KEPT)
    assert await again.read(lambda conn: records.count(conn, SITE.id, RecordKind.QUOTE)) == 1
    await again.close()


async def test_a_second_reading_replaces_and_tells_only_what_changed(workspace: Workspace) -> None:
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, KEPT, at=NOON))
    await asyncio.sleep(0.06)  # what was told of the first reading is out
    told: list[Changes] = []
    workspace.subscribe(told.append)
    renamed = COMPANY.model_copy(update={"name": "Northwind Traders"})
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, (renamed, *KEPT[1:]), at=LATER))
    found = await workspace.read(lambda conn: records.record(conn, SITE.id, ref_of(COMPANY)))
    await workspace.close()
    assert found == renamed
    assert [dict(changes) for changes in told] == [{"records": frozenset({"company/c1"})}]


async def test_of_one_record_read_twice_the_last_counts(workspace: Workspace) -> None:
    twice = (COMPANY, COMPANY.model_copy(update={"name": "Litware"}))
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, twice, at=NOON))
    found = await workspace.read(lambda conn: records.records(conn, SITE.id, RecordKind.COMPANY))
    assert [one.name for one in found] == ["Litware"]


async def test_what_a_whole_reading_did_not_see_is_deleted_until_it_is_seen_again(workspace: Workspace) -> None:
    many = [Company(id=f"c{n}", name=f"Company {n}") for n in range(1200)]
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, many, at=NOON))
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, many[:1000], at=LATER))
    missing = await workspace.write(lambda tx: records.mark_missing_deleted(tx, SITE.id, RecordKind.COMPANY, LATER))
    assert missing == 200
    assert await workspace.read(lambda conn: records.count(conn, SITE.id)) == 1000
    last = RecordRef(kind=RecordKind.COMPANY, id="c1199")

    async def is_deleted() -> bool:
        found = await workspace.read(lambda conn: records.record(conn, SITE.id, last))
        return found is not None and found.deleted

    assert await is_deleted()
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, many[-1:], at=LATER))
    assert not await is_deleted()


async def test_lists_are_replaced_as_a_whole(workspace: Workspace) -> None:
    hardware = Category(id="1", name="Hardware", billing_code="29682833")
    support = Category(id="2", name="Support", parent_id="1")
    net30 = FieldValue(field="paymentTerm", id="7", name="Net 30", external_id="4")
    carrier = FieldValue(field="shippingType", id="7", name="Carrier")
    await workspace.write(lambda tx: records.save_categories(tx, SITE.id, (support, hardware)))
    assert await workspace.read(lambda conn: records.categories(conn, SITE.id)) == [hardware, support]
    await workspace.write(lambda tx: records.save_categories(tx, SITE.id, (support,)))
    assert await workspace.read(lambda conn: records.categories(conn, SITE.id)) == [support]
    await workspace.write(lambda tx: records.save_field_values(tx, SITE.id, (carrier, net30, net30)))
    assert await workspace.read(lambda conn: records.field_values(conn, SITE.id)) == [net30, carrier]
    assert await workspace.read(lambda conn: records.field_values(conn, SITE.id, "shippingType")) == [carrier]


async def test_how_far_a_refresh_came_is_kept(workspace: Workspace) -> None:
    await workspace.write(lambda tx: records.save_progress(tx, SITE.id, "quotes", "100"))
    await workspace.write(lambda tx: records.save_progress(tx, SITE.id, "quotes", "200"))
    assert await workspace.read(lambda conn: records.progress(conn, SITE.id)) == {"quotes": "200"}
    assert await workspace.read(lambda conn: records.progress(conn, OTHER.id)) == {}
