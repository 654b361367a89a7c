"""The lists that the targets of HaloPSA's mapping kinds come from, and what has become of those that are not there."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa import accounts
from sync_desktop.psa.halopsa.asset_groups import GROUP, PATHS, TYPE, Shown, joined, parts, parts_of
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.kinds import ACCOUNTS, OPPORTUNITY_TYPE, PRODUCT_GROUP, PRODUCT_TYPE, QUOTE_STATUS, TAX
from sync_desktop.psa.halopsa.lists import (
    CUSTOMER_TYPES,
    NOMINAL_CODES,
    OF_OPPORTUNITIES,
    PAYMENT_TERMS,
    PIPELINE_STAGES,
    QUOTE_STATUSES,
    TICKET_TYPES,
    Lists,
)
from sync_desktop.psa.halopsa.rows import ITEM, identifier, text
from sync_desktop.psa.listing import ReadOnce, lost, no_values, unlearnt

_LOOKUPS = {
    STAGE: PIPELINE_STAGES,
    PAYMENT_TERM: PAYMENT_TERMS,
    QUOTE_STATUS: QUOTE_STATUSES,
    COMPANY_TYPE: CUSTOMER_TYPES,
}
_LOOKUP = "Lookup"
_NUMBER = re.compile(r"-?\d+")
"""Ids of rows; lookups have 0 and numbers below."""


@dataclass(frozen=True, slots=True)
class _List:
    """Where the targets of a kind come from, and how a row is shown."""

    path: str
    label: str
    parameters: Mapping[str, str]
    name: Callable[[Row], str]
    detail: Callable[[Row], str]
    strange: Callable[[Row], str] = lambda _row: ""
    """Why a row that was asked for by its id is none of the list's; empty where it may be."""


def _category_list(row: Row) -> str:
    return "" if row.get("type_id") in (None, 1) else "it is of another list of categories"


def _other_tickets(row: Row) -> str:
    return "" if row.get("use") in (None, "", "opportunity") else "it is for tickets that are no opportunities"


_LISTS = {
    OWNER: _List(
        "Agent",
        "Read agents",
        {"showall": "true", "includeenabled": "true", "includedisabled": "true"},
        lambda row: text(row, "name") or f"{text(row, 'firstname')} {text(row, 'surname')}".strip(),
        lambda row: text(row, "email"),
    ),
    CATEGORY: _List(
        "Category",
        "Read categories",
        {"type_id": "1"},
        lambda row: text(row, "value") or text(row, "category_name"),
        lambda row: text(row, "note"),
        _category_list,
    ),
    OPPORTUNITY_TYPE: _List(
        TICKET_TYPES,
        "Read ticket types of opportunities",
        OF_OPPORTUNITIES,
        lambda row: text(row, "name"),
        lambda row: text(row, "group_name"),
        _other_tickets,
    ),
    TAX: _List(
        "Tax",
        "Read tax rates",
        {},
        lambda row: text(row, "name"),
        lambda row: " · ".join(part for part in (text(row, "code"), _percent(row)) if part),
    ),
}


def _percent(row: Row) -> str:
    value = row.get("value")
    return f"{float(value):g} %" if isinstance(value, int | float | Decimal) else ""


class Targets:
    """Lists targets of each kind, whole, so that what is inactive can be called so."""

    def __init__(self, client: HaloClient, lists: Lists) -> None:
        self._client = client
        self._lists = lists

    async def of_kind(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> list[Target]:
        """Return the targets of a kind; `KeyError` for a kind that HaloPSA does not have.

        `wanted` are the identifiers that mappings lead to.
        """
        once = once or ReadOnce()
        if kind in (PRODUCT_GROUP, PRODUCT_TYPE):
            shown = await self._shown(kind, wanted, once)
            found = _groups(kind, wanted, shown)
            return [each for each in found if each.state is not MappingState.GONE or _is_partly_there(each, shown)]
        if kind in ACCOUNTS:
            return await self._accounts(kind, wanted, once)
        return [_target(kind, row) for row in await self._rows(kind, once)]

    async def listing(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        """Return the targets of a kind, and those that mappings lead to and that no list has, with what became of them.

        Raises `SyncError` (PERMISSION) where the list is empty for this application, which says nothing of any target.
        """
        if kind in (PRODUCT_GROUP, PRODUCT_TYPE):
            shown = await self._shown(kind, wanted, once)
            if wanted and not shown.groups:
                raise no_values("HaloPSA", kind)
            made_of = tuple(parts(shown)) if kind == PRODUCT_GROUP else ()
            return Listing(tuple(_groups(kind, wanted, shown)), made_of)
        found = await self.of_kind(kind, wanted, once)
        if kind in ACCOUNTS:
            return Listing(tuple(found))
        known = {target.id for target in found}
        asked = [await self._asked(kind, each, once) for each in dict.fromkeys(wanted) if each not in known]
        if not found and asked and all(target.state is MappingState.GONE for target in asked):
            raise no_values("HaloPSA", kind)
        return Listing((*found, *asked))

    async def _rows(self, kind: str, once: ReadOnce) -> list[Row]:
        if kind in _LOOKUPS:
            return await once.of(_LOOKUPS[kind], lambda: self._lists.read(_LOOKUPS[kind]))
        of = _LISTS[kind]
        return await once.of(of.path, lambda: self._client.listed(of.path, label=of.label, **of.parameters))

    async def _asked(self, kind: str, target_id: str, once: ReadOnce) -> Target:
        """Ask by its id for what a list does not have: deleted and hidden rows are answered alike."""
        path = _LOOKUP if kind in _LOOKUPS else _LISTS[kind].path
        row = await self._one(path, target_id, once)
        if row is None or isinstance(row, Failure):
            return lost(kind, target_id, unlearnt(row), because=row.message if row else "")
        strange = await self._other_lookup(kind, row) if kind in _LOOKUPS else _LISTS[kind].strange(row)
        wrong = {"valid": False, "why_not": strange, "state": MappingState.WRONG_KIND} if strange else {}
        return _target(kind, row).model_copy(update=wrong)

    async def _other_lookup(self, kind: str, row: Row) -> str:
        lookup = await self._lists.lookup(_LOOKUPS[kind])
        return "" if text(row, "lookupid") in ("", lookup) else "it is a value of another list"

    async def _one(self, path: str, row_id: str, once: ReadOnce) -> Row | Failure | None:
        if not _NUMBER.fullmatch(row_id):
            return None
        label = f"Ask for {path} {row_id}"
        return await once.asked(f"{path}/{row_id}", lambda: self._client.one(path, row_id, label=label))

    async def _shown(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Shown:
        """Return asset groups and asset types: the lists, and what mappings lead to and they do not have."""
        ids = [parts_of(each) for each in wanted]
        asked: dict[tuple[str, str], Failure | None] = {}
        groups = await self._by_id(GROUP, (group for group, _ in ids), once, asked)
        types = await self._by_id(TYPE, (each for _, each in ids), once, asked) if kind == PRODUCT_GROUP else {}
        return Shown(groups, types, asked)

    async def _by_id(
        self, what: str, wanted: Iterable[str], once: ReadOnce, asked: dict[tuple[str, str], Failure | None]
    ) -> dict[str, Row]:
        path = PATHS[what]
        listed = await once.of(path, lambda: self._client.listed(path, label=f"Read {what}s"))
        rows = {text(row, "id"): row for row in listed}
        for row_id in dict.fromkeys(each for each in wanted if each and each not in rows):
            answer = await self._one(path, row_id, once)
            if answer is None or isinstance(answer, Failure):
                asked[what, row_id] = answer
            else:
                rows[row_id] = answer
        return rows

    async def _accounts(self, kind: str, wanted: Collection[str], once: ReadOnce) -> list[Target]:
        path = PATHS[GROUP]
        groups = await once.of(path, lambda: self._client.listed(path, label=f"Read {GROUP}s"))
        answer = await once.asked(NOMINAL_CODES, lambda: self._lists.read(NOMINAL_CODES))
        codes = [] if isinstance(answer, Failure) else answer
        found = accounts.listed(kind, groups, codes)
        known = {target.id for target in found}
        missing = [code for code in dict.fromkeys(wanted) if code not in known]
        held = await self._client.having(ITEM, ACCOUNTS[kind], missing) if missing else []
        items = {text(row, ACCOUNTS[kind]): row for row in held or ()}
        return [*found, *(accounts.elsewhere(kind, code, items, has_list=bool(codes)) for code in missing)]


def _groups(kind: str, wanted: Collection[str], shown: Shown) -> list[Target]:
    """Return each asset group alone and with each of its asset types, and what mappings lead to besides."""
    combined = [(identifier(row, "assetgroup_id"), type_id) for type_id, row in shown.types.items()]
    alone = [(group_id, "") for group_id in shown.groups]
    every = dict.fromkeys([*alone, *combined, *(parts_of(each) for each in wanted)])
    return [joined(*ids, shown, kind=kind) for ids in every]


def _is_partly_there(target: Target, shown: Shown) -> bool:
    group, asset_type = parts_of(target.id)
    return group in shown.groups or asset_type in shown.types


def _target(kind: str, row: Row) -> Target:
    of = _LISTS.get(kind)
    disabled = row.get("inactive") or row.get("isdisabled")
    why = "inactive in HaloPSA" if disabled else "hidden in HaloPSA" if row.get("visible") is False else ""
    return Target(
        kind=kind,
        id=text(row, "id"),
        name=of.name(row) if of else text(row, "name"),
        active=not why,
        valid=not why,
        why_not=why,
        detail=of.detail(row) if of else "",
        state=MappingState.INACTIVE if why else MappingState.VALID,
    )
