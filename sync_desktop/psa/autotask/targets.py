"""Mapping kinds of Autotask, and the lists that their targets come from."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.autotask.client import AutotaskClient, Row
from sync_desktop.psa.autotask.metadata import Metadata
from sync_desktop.psa.autotask.rows import is_active, text
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, SHIPPING, STAGE
from sync_desktop.psa.listing import ReadOnce

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PRODUCT_BILLING_CODE = "product-billing-code"
SERVICE_BILLING_CODE = "service-billing-code"

USE_TYPES = {"1": "Work Type", "2": "Expense", "3": "Internal time", "4": "Material", "5": "Service", "6": "Milestone"}
"""BillingCodes.useType; 1 to 5 from the developer help, 6 inferred from "six types"."""
MATERIAL, SERVICE = "4", "5"
_USES = {PRODUCT_BILLING_CODE: MATERIAL, SERVICE_BILLING_CODE: SERVICE}

KINDS = (
    MappingKind(
        name=PRODUCT_BILLING_CODE,
        label="Category → billing code (products)",
        source="category",
        source_label="Category",
        target_label="billing code of use type Material",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        quoting_member="billing_code",
        held_by={"Products": ("productBillingCodeID",)},
    ),
    MappingKind(
        name=SERVICE_BILLING_CODE,
        label="Category → billing code (services)",
        source="category",
        source_label="Category",
        target_label="billing code of use type Service",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        quoting_member="billing_code",
        held_by={"Services": ("billingCodeID",), "ServiceBundles": ("billingCodeID",)},
    ),
    MappingKind(
        name=OWNER,
        label="Owner → resource",
        source="owner",
        source_label="Owner",
        target_label="resource",
        needed_by=(RecordKind.COMPANY, RecordKind.OPPORTUNITY),
    ),
    MappingKind(
        name=STAGE,
        label="Opportunity stage → stage",
        source="opportunity-stage",
        source_label="Stage",
        target_label="opportunity stage",
        needed_by=(RecordKind.OPPORTUNITY,),
    ),
    MappingKind(
        name=CATEGORY,
        label="Opportunity category → category",
        source="opportunity-category",
        source_label="Category",
        target_label="opportunity category",
        needed_by=(RecordKind.OPPORTUNITY,),
    ),
    MappingKind(
        name=PAYMENT_TERM,
        label="Payment term → payment term",
        source="payment-term",
        source_label="Payment term",
        target_label="payment term",
        needed_by=(RecordKind.QUOTE,),
    ),
    MappingKind(
        name=SHIPPING,
        label="Shipping type → shipping type",
        source="shipping-type",
        source_label="Shipping type",
        target_label="shipping type",
        needed_by=(RecordKind.QUOTE,),
    ),
)


class Targets:
    """Lists targets of each kind, whole: without a filter on activity, so that what is inactive can be called so."""

    def __init__(self, client: AutotaskClient, metadata: Metadata) -> None:
        self._client = client
        self._metadata = metadata
        self._lists: dict[str, Callable[[ReadOnce], Awaitable[list[Target]]]] = {
            PRODUCT_BILLING_CODE: lambda once: self._billing_codes(PRODUCT_BILLING_CODE, MATERIAL, once),
            SERVICE_BILLING_CODE: lambda once: self._billing_codes(SERVICE_BILLING_CODE, SERVICE, once),
            OWNER: self._resources,
            STAGE: lambda once: self._picks(STAGE, "Opportunities", "stage", once),
            CATEGORY: lambda once: self._picks(CATEGORY, "Opportunities", "opportunityCategoryID", once),
            PAYMENT_TERM: lambda once: self._picks(PAYMENT_TERM, "Quotes", "paymentTerm", once),
            SHIPPING: self._shipping_types,
        }

    async def listing(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        """Return the targets of a kind, as one of several that are listed in one go."""
        return Listing(tuple(await self.of_kind(kind, wanted, once)))

    async def of_kind(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> list[Target]:
        """Return the targets of a kind; `KeyError` for a kind that Autotask does not have.

        `wanted` are the identifiers that mappings lead to: Autotask's lists leave nothing out.
        """
        del wanted
        return await self._lists[kind](once or ReadOnce())

    async def one(self, kind: str, target_id: str) -> Target | None:
        """Ask for one target by its id; None where there is none, or none that may be seen.

        What is a value of a pick list has no row of its own: its list is read.
        """
        if kind in _USES:
            rows = await self._client.by_ids("BillingCodes", [target_id], label=f"Ask for billing code {target_id}")
            await self._metadata.load(("BillingCodes",))
            return next((self._billing_code(kind, _USES[kind], row) for row in rows), None)
        if kind == OWNER:
            rows = await self._client.by_ids("Resources", [target_id], label=f"Ask for resource {target_id}")
            return next((_resource(row) for row in rows), None)
        return next((each for each in await self.of_kind(kind) if each.id == target_id), None)

    async def _billing_codes(self, kind: str, use: str, once: ReadOnce) -> list[Target]:
        rows = await self._everything("BillingCodes", "Read billing codes", once)
        await self._metadata.load(("BillingCodes",))
        return [self._billing_code(kind, use, row) for row in rows]

    def _billing_code(self, kind: str, use: str, row: Row) -> Target:
        has = text(row, "useType")
        ledger = self._metadata.field("BillingCodes", "generalLedgerAccount")
        account = ledger.pick(text(row, "generalLedgerAccount")) if ledger else None
        named = USE_TYPES.get(has, f"use type {has}")
        why = "inactive in Autotask" if not is_active(row) else ""
        if not why and has != use:
            why = f"its use type is {named}, and {USE_TYPES[use]} is needed"
        return Target(
            kind=kind,
            id=text(row, "id"),
            name=text(row, "name"),
            active=is_active(row),
            valid=not why,
            why_not=why,
            detail=" · ".join(part for part in (named, f"GL {account.label}" if account else "") if part),
        )

    async def _everything(self, entity: str, label: str, once: ReadOnce) -> list[Row]:
        return await once.of(entity, lambda: self._client.everything(entity, label=label))

    async def _resources(self, once: ReadOnce) -> list[Target]:
        return [_resource(row) for row in await self._everything("Resources", "Read resources", once)]

    async def _shipping_types(self, once: ReadOnce) -> list[Target]:
        rows = await self._everything("ShippingTypes", "Read shipping types", once)
        return [_target(SHIPPING, row, name=text(row, "name"), detail=text(row, "description")) for row in rows]

    async def _picks(self, kind: str, entity: str, field: str, once: ReadOnce) -> list[Target]:
        await once.of(f"{entity} fields", lambda: self._metadata.load((entity,), fresh=True))
        info = self._metadata.field(entity, field)
        return [
            Target(
                kind=kind,
                id=value.value,
                name=value.label.strip() or f"(value {value.value}, without a name)",
                active=value.active,
                valid=value.active,
                why_not="" if value.active else "inactive in Autotask",
            )
            for value in (info.values if info else ())
        ]


def _resource(row: Row) -> Target:
    name = f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()
    return _target(OWNER, row, name=name, detail=text(row, "email"))


def _target(kind: str, row: Row, *, name: str, detail: str) -> Target:
    active = is_active(row)
    why = "" if active else "inactive in Autotask"
    return Target(kind=kind, id=text(row, "id"), name=name, active=active, valid=active, why_not=why, detail=detail)
