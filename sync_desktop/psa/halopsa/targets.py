"""Mapping kinds of HaloPSA, and the lists that their targets come from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.lists import PAYMENT_TERMS, PIPELINE_STAGES, QUOTE_STATUSES, Lists
from sync_desktop.psa.halopsa.rows import ITEM, identifier, text
from sync_desktop.psa.listing import ReadOnce

PRODUCT_GROUP = "product-group"
QUOTE_STATUS = "quote-status"
_GROUPS, _TYPES = "AssetGroup", "AssetType"
_NOT_FOUND = "not found"

KINDS = (
    MappingKind(
        name=PRODUCT_GROUP,
        label="Category → asset group and asset type",
        source="category",
        source_label="Category",
        target_label="asset group and asset type",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        held_by={ITEM: ("assetgroup_id", "assettype_id")},
    ),
    MappingKind(
        name=OWNER,
        label="Owner → agent",
        source="owner",
        source_label="Owner",
        target_label="agent",
        needed_by=(RecordKind.COMPANY, RecordKind.OPPORTUNITY, RecordKind.QUOTE),
    ),
    MappingKind(
        name=STAGE,
        label="Opportunity stage → pipeline stage",
        source="opportunity-stage",
        source_label="Stage",
        target_label="pipeline stage",
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
        name=QUOTE_STATUS,
        label="Quote status → quote status",
        source="quote-status",
        source_label="Status",
        target_label="quote status",
        needed_by=(RecordKind.QUOTE,),
    ),
)

_LOOKUPS = {STAGE: PIPELINE_STAGES, PAYMENT_TERM: PAYMENT_TERMS, QUOTE_STATUS: QUOTE_STATUSES}


@dataclass(frozen=True, slots=True)
class _List:
    """Where the targets of a kind come from, and how a row is shown."""

    path: str
    label: str
    parameters: Mapping[str, str]
    name: Callable[[Row], str]
    detail: Callable[[Row], str]


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
    ),
}


class Targets:
    """Lists targets of each kind, whole, so that what is inactive can be called so."""

    def __init__(self, client: HaloClient, lists: Lists) -> None:
        self._client = client
        self._lists = lists

    async def listing(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        """Return the targets of a kind, as one of several that are listed in one go."""
        return Listing(tuple(await self.of_kind(kind, wanted, once)))

    async def of_kind(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> list[Target]:
        """Return the targets of a kind; `KeyError` for a kind that HaloPSA does not have.

        `wanted` are the identifiers that mappings lead to.
        """
        once = once or ReadOnce()
        if kind == PRODUCT_GROUP:
            return await self._groups(wanted, once)
        if kind in _LOOKUPS:
            rows = await once.of(_LOOKUPS[kind], lambda: self._lists.read(_LOOKUPS[kind]))
            return [_target(kind, row, name=text(row, "name"), detail="") for row in rows]
        found = _LISTS[kind]
        rows = await once.of(found.path, lambda: self._client.listed(found.path, label=found.label, **found.parameters))
        return [_target(kind, row, name=found.name(row), detail=found.detail(row)) for row in rows]

    async def _groups(self, wanted: Collection[str], once: ReadOnce) -> list[Target]:
        """Return each asset group alone and with each of its asset types, and what mappings lead to besides."""
        groups = await self._rows(_GROUPS, "Read asset groups", (parts_of(each)[0] for each in wanted), once)
        types = await self._rows(_TYPES, "Read asset types", (parts_of(each)[1] for each in wanted), once)
        combined = [(identifier(row, "assetgroup_id"), type_id) for type_id, row in types.items()]
        alone = [(group_id, "") for group_id in groups]
        every = dict.fromkeys([*alone, *combined, *(parts_of(each) for each in wanted)])
        return [joined(*parts, groups, types) for parts in every if parts[0] in groups or parts[1] in types]

    async def _rows(self, path: str, label: str, wanted: Iterable[str], once: ReadOnce) -> dict[str, Row]:
        rows = {text(row, "id"): row for row in await once.of(path, lambda: self._client.listed(path, label=label))}
        for row_id in dict.fromkeys(wanted):
            if row_id.isdigit() and row_id not in rows:
                row = await self._one(path, row_id, f"{label}: #{row_id}", once)
                rows |= {row_id: row} if row else {}
        return rows

    async def _one(self, path: str, row_id: str, label: str, once: ReadOnce) -> Row | None:
        return await once.of(f"{path}/{row_id}", lambda: self._client.one(path, row_id, label=label))


def parts_of(target_id: str) -> tuple[str, str]:
    """Return the ids of asset group and asset type in a target's id such as `101/203`; the second may be missing."""
    group, _, asset_type = target_id.partition("/")
    return group, asset_type


def joined(group_id: str, type_id: str, groups: Mapping[str, Row], types: Mapping[str, Row]) -> Target:
    """Return one target of an asset group and an asset type, which may be missing."""
    problems = list(_problems(group_id, type_id, groups, types))
    names = [text(groups.get(group_id, {}), "name") or f"#{group_id}"]
    if type_id:
        names.append(text(types.get(type_id, {}), "name") or f"#{type_id}")
    return Target(
        kind=PRODUCT_GROUP,
        id=f"{group_id}/{type_id}" if type_id else group_id,
        name=" › ".join(names),
        valid=not problems,
        why_not="; ".join(problems),
        detail=_accounts(groups.get(group_id, {})),
    )


def _problems(group_id: str, type_id: str, groups: Mapping[str, Row], types: Mapping[str, Row]) -> Iterable[str]:
    """Yield what is wrong with each part. There is no inactive flag on either.

    A part that is not found was deleted, or is hidden from the application's agent: HaloPSA does not say which.
    """
    group = groups.get(group_id)
    if group is None:
        yield f"Asset Group {group_id} {_NOT_FOUND}"
    elif group.get("showasitem") is False:
        yield f"Asset Group {group_id} “{text(group, 'name')}” is not used for items"
    if not type_id:
        return
    asset_type = types.get(type_id)
    if asset_type is None:
        yield f"Asset Type {type_id} {_NOT_FOUND}"
        return
    now = identifier(asset_type, "assetgroup_id")
    if now != group_id:
        name = text(groups.get(now, {}), "name")
        yield f"Asset Type {type_id} is now of Asset Group {now}{f' “{name}”' if name else ''}, not of {group_id}"


def target_state(why_not: str) -> str:
    """Return what is wrong with a target in one word, as rules match on it."""
    if not why_not or _NOT_FOUND in why_not:
        return "deleted"
    return "wrong use" if "not used for items" in why_not else "moved"


def _accounts(group: Mapping[str, object]) -> str:
    income, expense = text(group, "nominalcode"), text(group, "nominalcodepurchase")
    return " · ".join(
        part for part in (f"income {income}" if income else "", f"expense {expense}" if expense else "") if part
    )


def _target(kind: str, row: Row, *, name: str, detail: str) -> Target:
    active = not (row.get("inactive") or row.get("isdisabled"))
    why = "" if active else "inactive in HaloPSA"
    return Target(kind=kind, id=text(row, "id"), name=name, active=active, valid=active, why_not=why, detail=detail)
