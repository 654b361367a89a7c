"""A ConnectWise site whose category Firewalls leads to an inactive one, and what its issues and lists say of it."""

from typing import Any, cast

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.mappings import Mapping, MappingChange, MappingKind, Target
from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.records import AnyRecord, Category, Named, Product, Quote, QuoteItem, RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import (
    CauseClass,
    FailureKind,
    IssueOrigin,
    MappingOrigin,
    MappingState,
    Psa,
    RecordKind,
    Severity,
)
from sync_desktop.psa.connector import Connector
from sync_desktop.psa.connectwise.kinds import KINDS, PRODUCT_CATEGORY
from sync_desktop.psa.connectwise.rows import entity_of
from sync_desktop.psa.connectwise.whereabouts import ConnectWiseInquiries
from sync_desktop.storage import imports, issues, mappings, records
from sync_desktop.storage.imports import ImportedLine
from sync_desktop.storage.transaction import Transaction
from tests.mapping.conftest import NOON

SITE = Site(
    id="contoso",
    name="Contoso MSP",
    psa=Psa.CONNECTWISE,
    quoting_url="https://me:hush@contoso.salesbuildr.example/public-api?key=hush",
)
PAGES = {"salesbuildr_page": "Admin > Integrations > ConnectWise > Categories", "psa_page": "Setup > Category"}
KIND = next(kind for kind in KINDS if kind.name == PRODUCT_CATEGORY).model_copy(update=PAGES)
BAD, GOOD = "41/411/1", "57/131/1"
SAID = "catalogItem object is invalid. 41 is an inactive"
FIREWALLS = Named(id="firewalls", name="Firewalls")


class Stub:
    """What is asked of a connector here: its kinds, and what texts mean. It asks nobody."""

    psa = Psa.CONNECTWISE
    mapping_kinds: tuple[MappingKind, ...] = (KIND,)
    inquiries = ConnectWiseInquiries(cast("Any", None), cast("Any", None), cast("Any", None))

    @staticmethod
    def entity_of(record: AnyRecord) -> str:
        return entity_of(record)


CONNECTOR = cast(Connector, Stub())


def target(target_id: str, state: MappingState = MappingState.VALID, **members: Any) -> Target:
    names = {BAD: "Security HW › UTM · Hardware", GOOD: "Network Security › Firewall · Hardware"}
    valid = state is MappingState.VALID
    given = {"kind": KIND.name, "id": target_id, "name": names.get(target_id, ""), "state": state, "valid": valid}
    return Target(**{**given, **members})


def mapped(target_id: str, origin: MappingOrigin = MappingOrigin.HAND, source: Named = FIREWALLS) -> Mapping:
    return Mapping(
        kind=KIND.name,
        source_id=source.id,
        source_name=source.name,
        target_id=target_id,
        target_name=target(target_id).name,
        origin=origin,
    )


def change(before: Mapping | None, after: str = GOOD) -> MappingChange:
    return MappingChange(
        id=1,
        batch="b",
        site_id=SITE.id,
        kind=KIND.name,
        source_id=FIREWALLS.id,
        source_name=FIREWALLS.name,
        before=None,
        counted_before=before,
        after=mapped(after),
        at=NOON,
        os_user="ana",
    )


def audited(tx: Transaction, *targets: Target) -> None:
    """Keep what the last audit saw."""
    mappings.save_targets(tx, SITE.id, KIND.name, targets, at=NOON)


def quote(tx: Transaction, quote_id: str, *categories: Named) -> RecordRef:
    """Keep a quote with a product of each category."""
    items = []
    for category in categories:
        product = Product(id=f"p-{category.id}", name=f"A {category.name}", category=category)
        records.save_records(tx, SITE.id, [product], at=NOON)
        items.append(QuoteItem(id=product.id, name=product.name, product=Named(id=product.id)))
    made = Quote(
        id=quote_id, number=quote_id.upper(), title="Offer", status="sent", created_at=NOON, items=tuple(items)
    )
    records.save_records(tx, SITE.id, [made], at=NOON)
    return RecordRef(kind=RecordKind.QUOTE, id=quote_id)


def categories(tx: Transaction, *named: Named) -> None:
    records.save_categories(tx, SITE.id, [Category(id=each.id, name=each.name) for each in named])


def failed(tx: Transaction, ref: RecordRef, message: str = SAID, **facts: str) -> int:
    """Open the issue of a quote that Salesbuildr's list names."""
    kind = FailureKind.MAPPING_INVALID if facts else FailureKind.REFUSED
    said = Diagnosis(
        rule="r", cause_key=message, title="t", cause_class=CauseClass.DATA, severity=Severity.ERROR, why="w"
    )
    return issues.record_failure(
        tx,
        SITE.id,
        ref,
        title=ref.id.upper(),
        company="",
        quote_status="",
        value=None,
        number="",
        failures=[Failure(kind=kind, message=message, facts=facts)],
        diagnoses=[said],
        origin=IssueOrigin.IMPORTED,
        at=NOON,
    )


def listed(tx: Transaction, minutes: int, *lines: tuple[str, int | None], whole: bool = True) -> None:
    """Import a list of Salesbuildr's, so many minutes after noon: messages with the issues that they are about."""
    at = NOON.replace(minute=minutes)
    rows = [
        ImportedLine(number, text, text, "quote", "", "", "", Verdict.FAILURE, "t", issue_id)
        for number, (text, issue_id) in enumerate(lines)
    ]
    imports.save_import(tx, SITE.id, rows, whole=whole, at=at)
