"""The lists that the targets of Autotask's mapping kinds come from, and what has become of those that are not there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.autotask.client import AutotaskClient, Row
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.autotask.metadata import Metadata
from sync_desktop.psa.autotask.rows import is_active, opportunity_state, text
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, SHIPPING, STAGE, STATUS
from sync_desktop.psa.listing import ReadOnce, lost, no_values, unlearnt

_CODES = "BillingCodes"
USE_TYPES = {"1": "Work Type", "2": "Expense", "3": "Internal time", "4": "Material", "5": "Service", "6": "Milestone"}
"""BillingCodes.useType; 1 to 5 from the developer help, 6 inferred from "six types"."""
_USES = {PRODUCT_BILLING_CODE: "4", SERVICE_BILLING_CODE: "5"}


@dataclass(frozen=True, slots=True)
class _Rows:
    """An entity whose rows are targets, and how one is shown."""

    entity: str
    what: str
    name: Callable[[Row], str]
    detail: Callable[[Row], str]


def _person(row: Row) -> str:
    return f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()


def _name(row: Row) -> str:
    return text(row, "name")


def _nothing(_row: Row) -> str:
    return ""


_CODE_ROWS = _Rows(_CODES, "billing code", _name, _nothing)
_ROWS: Mapping[str, _Rows] = {
    PRODUCT_BILLING_CODE: _CODE_ROWS,
    SERVICE_BILLING_CODE: _CODE_ROWS,
    OWNER: _Rows("Resources", "resource", _person, lambda row: text(row, "email")),
    SHIPPING: _Rows("ShippingTypes", "shipping type", _name, lambda row: text(row, "description")),
    TAX_REGION: _Rows("TaxRegions", "tax region", _name, _nothing),
}
_PICKS: Mapping[str, tuple[str, str]] = {
    STAGE: ("Opportunities", "stage"),
    STATUS: ("Opportunities", "status"),
    CATEGORY: ("Opportunities", "opportunityCategoryID"),
    COMPANY_TYPE: ("Companies", "companyType"),
    PAYMENT_TERM: ("Quotes", "paymentTerm"),
}
"""Kinds whose targets are the values of a pick list, by entity and field: these have no rows of their own."""


class Targets:
    """Lists targets of each kind, whole: without a filter on activity, so that what is inactive can be called so."""

    def __init__(self, client: AutotaskClient, metadata: Metadata) -> None:
        self._client = client
        self._metadata = metadata

    async def of_kind(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> list[Target]:
        """Return the targets of a kind; `KeyError` for a kind that Autotask does not have.

        `wanted` are the identifiers that mappings lead to: Autotask's lists leave nothing out.
        """
        del wanted
        once = once or ReadOnce()
        if kind in _PICKS:
            return await self._picks(kind, once)
        of = _ROWS[kind]
        rows = await once.of(of.entity, lambda: self._client.everything(of.entity, label=f"Read {of.what}s"))
        return await self._made(kind, rows)

    async def listing(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        """Return the targets of a kind, and those that mappings lead to and that no list has, with what became of them.

        Raises `SyncError` (PERMISSION) where the list is empty for this API user, which says nothing of any target.
        """
        return Listing(tuple(await self._whole(kind, wanted, once)))

    async def _whole(self, kind: str, wanted: Collection[str], once: ReadOnce) -> list[Target]:
        found = await self.of_kind(kind, wanted, once)
        known = {target.id for target in found}
        missing = [target_id for target_id in dict.fromkeys(wanted) if target_id not in known]
        if not missing:
            return found
        if kind in _PICKS:
            if not found:
                raise no_values("Autotask", kind)
            return [*found, *(lost(kind, each, MappingState.DELETED) for each in missing)]
        found = [*found, *await self._asked(kind, missing, once)]
        return [*found, *await self._lost(kind, missing, found, once)]

    async def one(self, kind: str, target_id: str, once: ReadOnce | None = None) -> Target | None:
        """Ask for one target by its id; None where there is none, or none that may be seen.

        What is a value of a pick list has no row of its own: its list is read.
        """
        if kind in _PICKS:
            return next((each for each in await self.of_kind(kind, once=once) if each.id == target_id), None)
        return next(iter(await self._made(kind, await self._by_ids(kind, [target_id]))), None)

    async def _asked(self, kind: str, missing: Sequence[str], once: ReadOnce) -> list[Target]:
        """Ask by their ids, all in one call, for what a list does not have."""
        key = f"{_ROWS[kind].entity}/{','.join(missing)}"
        answer = await once.asked(key, lambda: self._by_ids(kind, missing))
        if isinstance(answer, Failure):
            return [lost(kind, each, unlearnt(answer), because=answer.message) for each in missing]
        return await self._made(kind, answer)

    async def _lost(self, kind: str, missing: Sequence[str], found: Collection[Target], once: ReadOnce) -> list[Target]:
        """Return what is not there under its id either: deleted for who sees every row, else gone or hidden."""
        there = {target.id for target in found}
        left = [target_id for target_id in missing if target_id not in there]
        if not left:
            return []
        entity = _ROWS[kind].entity
        sees_all = await once.asked(f"{entity} access", lambda: self._client.sees_all(entity))
        if not found and sees_all is not True:
            raise no_values("Autotask", kind)
        state = MappingState.DELETED if sees_all is True else MappingState.GONE
        return [lost(kind, target_id, state) for target_id in left]

    async def _by_ids(self, kind: str, ids: Sequence[str]) -> list[Row]:
        of = _ROWS[kind]
        what = f"{of.what} {ids[0]}" if len(ids) == 1 else f"{len(ids)} {of.what}s"
        return await self._client.by_ids(of.entity, ids, label=f"Ask for {what}")

    async def _made(self, kind: str, rows: Sequence[Row]) -> list[Target]:
        """Return rows as targets of a kind."""
        if kind not in _USES:
            return [_plain(kind, row) for row in rows]
        await self._metadata.load((_CODES,))
        taxes = await self._metadata.names("TaxCategories", {text(row, "taxCategoryID") for row in rows})
        return [self._billing_code(kind, row, taxes) for row in rows]

    def _billing_code(self, kind: str, row: Row, taxes: Mapping[str, str]) -> Target:
        has, use = text(row, "useType"), _USES[kind]
        ledger = self._metadata.field(_CODES, "generalLedgerAccount")
        account = ledger.pick(text(row, "generalLedgerAccount")) if ledger else None
        tax = taxes.get(text(row, "taxCategoryID"), "")
        named = USE_TYPES.get(has, f"use type {has}")
        parts = (named, f"GL {account.label}" if account else "", f"tax {tax}" if tax else "")
        plain = _plain(kind, row).model_copy(update={"detail": " · ".join(part for part in parts if part)})
        if not plain.valid or has == use:
            return plain
        why = f"its use type is {named}, and {USE_TYPES[use]} is needed"
        return plain.model_copy(update={"valid": False, "why_not": why, "state": MappingState.WRONG_KIND})

    async def _picks(self, kind: str, once: ReadOnce) -> list[Target]:
        entity, field = _PICKS[kind]
        await once.of(f"{entity} fields", lambda: self._metadata.load((entity,), fresh=True))
        info = self._metadata.field(entity, field)
        targets = [
            _target(
                kind,
                value.value,
                value.label.strip() or f"(value {value.value}, without a name)",
                "",
                active=value.active,
            )
            for value in (info.values if info else ())
        ]
        return [_status(target) for target in targets] if kind == STATUS else targets


def _status(target: Target) -> Target:
    """Return a status with what it says of an opportunity; one that closes it is of no use to quotes."""
    state = opportunity_state(target.name)
    if state == "unknown":
        return target
    changes: dict[str, Any] = {"detail": state}
    if state != "open" and target.valid:
        why = "it closes an opportunity, and quotes are written into open ones only"
        changes |= {"valid": False, "why_not": why, "state": MappingState.WRONG_KIND}
    return target.model_copy(update=changes)


def _plain(kind: str, row: Row) -> Target:
    of = _ROWS[kind]
    return _target(kind, text(row, "id"), of.name(row), of.detail(row), active=is_active(row))


def _target(kind: str, target_id: str, name: str, detail: str, *, active: bool) -> Target:
    return Target(
        kind=kind,
        id=target_id,
        name=name,
        active=active,
        valid=active,
        why_not="" if active else "inactive in Autotask",
        detail=detail,
        state=MappingState.VALID if active else MappingState.INACTIVE,
    )
