"""What needs a mapping: which records, open quotes and open issues, and what does not."""

from collections.abc import Sequence
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.mappings import OTHERS, SITE, MappingKind
from sync_desktop.domain.records import (
    AnyRecord,
    Company,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    QuoteItem,
    RecordRef,
)
from sync_desktop.domain.words import CauseClass, FailureKind, IssueOrigin, RecordKind, Severity
from sync_desktop.mapping.usage import Usage, Use, usage
from sync_desktop.storage import issues, records
from sync_desktop.storage.transaction import Transaction
from tests.mapping.conftest import NOON
from tests.mapping.conftest import SITE as CONTOSO


def kind(name: str, source: str, *needed_by: RecordKind, **members: Any) -> MappingKind:
    return MappingKind(
        name=name, label=name, source=source, source_label=source, target_label=name, needed_by=needed_by, **members
    )


GOODS = kind("goods", "category", RecordKind.PRODUCT, RecordKind.QUOTE, held_by={"Products": ("code",)})
SERVICES = kind("services", "category", RecordKind.PRODUCT, RecordKind.QUOTE, held_by={"Services": ("code",)})
OWNER = kind("owner", "owner", RecordKind.COMPANY, RecordKind.OPPORTUNITY)
TERM = kind("term", "payment-term", RecordKind.QUOTE)
PLACE = kind("place", SITE, RecordKind.OPPORTUNITY)
KINDS = (GOODS, SERVICES, OWNER, TERM, PLACE)

SECURITY = Named(id="security", name="Security")
ANA = Named(id="ana", name="Ana")
ACME = Company(id="acme", name="Acme")
DEAL = Opportunity(id="deal", name="Deal", owner=ANA)
FIREWALL = Product(id="firewall", name="Firewall", category=SECURITY)
GUARD = Product(id="guard", name="Guard", category=Named(id="support", name="Support"), type=ProductType.SERVICE)


def quote(quote_id: str, *items: QuoteItem, **members: Any) -> Quote:
    given = {"status": "sent", "created_at": NOON, "company": Named(id="acme"), "opportunity": Named(id="deal")}
    return Quote(**{"id": quote_id, "number": quote_id, "title": "Offer", "items": items, **given, **members})


def line(product_id: str, category: Named | None = None) -> QuoteItem:
    return QuoteItem(id=product_id, name=product_id, product=Named(id=product_id), category=category or Named())


def entity_of(record: AnyRecord) -> str:
    is_service = isinstance(record, Product) and record.type is ProductType.SERVICE
    return "Services" if is_service else "Products"


def used(tx: Transaction, stored: Sequence[AnyRecord]) -> Usage:
    records.save_records(tx, CONTOSO.id, stored, at=NOON)
    return usage(tx.conn, CONTOSO, KINDS, entity_of, NOON)


def counted(use: Use) -> tuple[int, int, int]:
    return len(use.records), len(use.quotes), len(use.issues)


def test_products_and_the_open_quotes_that_hold_them_need_their_category(tx: Transaction) -> None:
    found = used(tx, [FIREWALL, GUARD, quote("q1", line("firewall"), line("firewall")), quote("q2", line("guard"))])
    assert counted(found.of("goods", "security")) == (1, 1, 0)
    assert counted(found.of("services", "support")) == (1, 1, 0)
    assert found.names[RecordRef(kind=RecordKind.QUOTE, id="q1")] == "q1 Offer"


def test_a_kind_for_goods_is_not_needed_by_services(tx: Transaction) -> None:
    found = used(tx, [GUARD, quote("q", line("guard"))])
    assert not found.of("goods", "support")


def test_a_line_whose_product_was_never_read_needs_what_the_line_tells(tx: Transaction) -> None:
    found = used(tx, [quote("q", line("unknown", SECURITY))])
    assert counted(found.of("goods", "security")) == (0, 1, 0)


def test_quotes_that_the_site_does_not_write_need_nothing(tx: Transaction) -> None:
    left_out = [
        quote("draft", line("firewall"), status="draft"),
        quote("old", line("firewall"), created_at=NOON.replace(year=2025)),
        quote("gone", line("firewall"), deleted=True),
    ]
    found = used(tx, [FIREWALL, *left_out])
    assert counted(found.of("goods", "security")) == (1, 0, 0)


def test_a_deleted_product_needs_nothing(tx: Transaction) -> None:
    assert not used(tx, [FIREWALL.model_copy(update={"deleted": True})]).of("goods", "security")


def test_a_quote_needs_what_its_opportunity_and_company_need(tx: Transaction) -> None:
    bo = Named(id="bo", name="Bo")
    found = used(tx, [ACME.model_copy(update={"account_manager": bo}), DEAL, quote("q")])
    assert counted(found.of("owner", "ana")) == (1, 1, 0)
    assert counted(found.of("owner", "bo")) == (1, 1, 0)
    assert found.sources["owner", "ana"] == "Ana"


def test_what_only_quotes_have_is_counted_for_them(tx: Transaction) -> None:
    found = used(tx, [quote("q", payment_term=Named(id="n30", name="Net 30"))])
    assert counted(found.of("term", "n30")) == (0, 1, 0)


def test_every_record_of_its_kinds_needs_what_the_site_has(tx: Transaction) -> None:
    found = used(tx, [ACME, DEAL, quote("q")])
    assert counted(found.of("place", OTHERS)) == (1, 1, 0)


def test_open_issues_count_for_the_mapping_that_they_wait_for(tx: Transaction) -> None:
    about = {"mapping_kind": "goods", "source_id": "security"}
    failure = Failure(kind=FailureKind.MAPPING_INVALID, message="inactive", facts=about)
    other = Failure(kind=FailureKind.CLOSED, message="closed")
    fail(tx, "q1", failure)
    dismissed = fail(tx, "q2", failure)
    issues.dismiss(tx, dismissed, at=NOON)
    fail(tx, "q3", other)
    found = used(tx, [])
    use = found.of("goods", "security")
    assert counted(use) == (0, 0, 1)
    assert [found.titles[each] for each in use.issues] == ["q1"]


def test_what_several_sources_need_together_is_counted_once(tx: Transaction) -> None:
    switch = Product(id="switch", name="Switch", category=Named(id="network"))
    found = used(tx, [FIREWALL, switch, quote("q", line("firewall"), line("switch"))])
    assert counted(found.together([("goods", "security"), ("goods", "network")])) == (2, 1, 0)


def fail(tx: Transaction, quote_id: str, failure: Failure) -> int:
    """Open the issue of a quote."""
    diagnosis = Diagnosis(
        rule="r", cause_key="r:1", title="t", cause_class=CauseClass.DATA, severity=Severity.ERROR, why="w"
    )
    return issues.record_failure(
        tx,
        CONTOSO.id,
        RecordRef(kind=RecordKind.QUOTE, id=quote_id),
        title=quote_id,
        company="",
        quote_status="",
        value=None,
        number="",
        failures=[failure],
        diagnoses=[diagnosis],
        origin=IssueOrigin.ATTEMPT,
        at=NOON,
    )
