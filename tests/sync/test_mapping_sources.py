"""What each mapping kind maps: lists of the quoting side, what its records name, the site, and all others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, SITE, MappingKind
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import (
    AnyRecord,
    Category,
    Company,
    FieldValue,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    Shipping,
)
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import MappingOrigin, Psa, RecordKind
from sync_desktop.storage import mappings, records, sites
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from sync_desktop.sync.refresh import sources
from tests.sync.sync_stage import QuickClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT = datetime(2026, 3, 1, tzinfo=UTC)
OURS = Site(id="site", name="Fabrikam IT", psa=Psa.HALOPSA, quoting_url="http://127.0.0.1/public-api")
RECORDS: list[AnyRecord] = [
    Company(id="c1", name="Litware", type="Customer", account_manager=Named(id="o1", name="Ada Kaur")),
    Company(id="c2", name="Adatum", type="Prospect"),
    Opportunity(
        id="d1",
        name="Refresh",
        owner=Named(id="o2", name="Bo Kaur", external_id="7"),
        status=Named(id="won"),
        stage=Named(id="s1", name="Proposal"),
        category=Named(id="k1", name="Hardware"),
    ),
    Product(id="p1", name="Setup", type=ProductType.LABOR),
    Quote(
        id="q1",
        number="Q-1",
        title="Refresh",
        status="approved",
        payment_term=Named(id="t1", name="Net 30"),
        shipping=Shipping(type=Named(id="courier", name="Courier", external_id="1")),
    ),
    Quote(id="q2", number="Q-2", title="Without shipping"),
]
MAPPED = [("group", "k1", "101/201", "Hardware › Laptops"), ("group", OTHERS, "101", ""), ("type", "labor", "105", "")]


def kind(source: str, **more: object) -> MappingKind:
    told = {"name": "kind", "label": "", "source_label": "Of it", "target_label": "", "needed_by": (RecordKind.QUOTE,)}
    return MappingKind.model_validate({**told, "source": source, **more})


def _fill(tx: Transaction) -> None:
    sites.save_site(tx, OURS)
    records.save_records(tx, OURS.id, RECORDS, at=AT)
    records.save_categories(tx, OURS.id, [Category(id="k1", name="Laptops", billing_code="401")])
    value = FieldValue(field="opportunity-stage", id="s2", name="Closing", external_id="25")
    records.save_field_values(tx, OURS.id, [value])
    for name, source, target, called in MAPPED:
        made = ValueMapping(
            kind=name,
            source_id=source,
            source_name="",
            target_id=target,
            target_name=called,
            origin=MappingOrigin.HAND,
        )
        mappings.save_mapping(tx, OURS.id, made, at=AT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workspace(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workspace]:
    path = tmp_path_factory.mktemp("sources") / "w.syncdesk"
    opened = await Workspace.open(path, clock=QuickClock(), create=True)
    await opened.write(_fill)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (kind("category"), {"k1": ("Laptops", "")}),
        (kind("category", quoting_member="billing_code"), {"k1": ("Laptops", "401")}),
        (kind("category", has_default=True), {OTHERS: (OTHERS_LABEL, ""), "k1": ("Laptops", "")}),
        (kind("owner"), {"o1": ("Ada Kaur", ""), "o2": ("Bo Kaur", "7")}),
        (kind("company-type"), {"Customer": ("Customer", ""), "Prospect": ("Prospect", "")}),
        (kind("opportunity-status"), {"won": ("", "")}),
        (kind("opportunity-stage"), {"s2": ("Closing", "25"), "s1": ("Proposal", "")}),
        (kind("opportunity-category"), {"k1": ("Hardware", "")}),
        (kind("product-type"), {"labor": ("labor", "")}),
        (kind("payment-term"), {"t1": ("Net 30", "")}),
        (kind("shipping-type"), {"courier": ("Courier", "1")}),
        (kind("quote-status"), {"approved": ("approved", "")}),
        (kind("asset-group", sources_from=("group", "type")), {"101": ("Hardware", ""), "105": ("", "")}),
        (kind(SITE), {OTHERS: ("Of it", "")}),
        (kind(SITE, has_default=True), {OTHERS: ("Of it", "")}),
    ],
    ids=lambda each: each.source if isinstance(each, MappingKind) else "",
)
async def test_a_kind_maps_what_its_source_says(
    workspace: Workspace, declared: MappingKind, expected: dict[str, tuple[str, str]]
) -> None:
    found = await workspace.read(lambda conn: list(sources(conn, OURS.id, declared)))
    named = [(source_id, name, target) for source_id, name, target in found if source_id]
    assert {source_id: (name, target) for source_id, name, target in named} == expected
    assert len(named) == len(expected)


async def test_a_default_comes_first(workspace: Workspace) -> None:
    declared = kind("opportunity-stage", has_default=True)
    found = await workspace.read(lambda conn: list(sources(conn, OURS.id, declared)))
    assert found[0] == (OTHERS, OTHERS_LABEL, "")
