"""Asset groups and asset types: what a product's category leads to is one target of two rows.

There is no inactive flag on either. A row that is not shown was deleted, or is hidden from the application's agent:
HaloPSA does not say which.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import BETWEEN_PARTS, Target, part_kind
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.halopsa.client import Row
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP
from sync_desktop.psa.halopsa.rows import identifier, text
from sync_desktop.psa.listing import lost, unlearnt

GROUP, TYPE = "asset group", "asset type"
PATHS = {GROUP: "AssetGroup", TYPE: "AssetType"}

_WORST = (
    MappingState.MOVED,
    MappingState.GONE,
    MappingState.WRONG_KIND,
    MappingState.NOT_PERMITTED,
    MappingState.UNKNOWN,
)
"""What a target is called that has several things wrong with it: what helps most to put it right comes first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that an instance shows, by id, and what it did not show when it was asked."""

    groups: Mapping[str, Row]
    types: Mapping[str, Row]
    asked: Mapping[tuple[str, str], Failure | None] = field(default_factory=dict)
    """`GROUP` or `TYPE` with an id that came back without a row: why not, None where HaloPSA shows nothing."""

    def lost(self, what: str, row_id: str) -> tuple[MappingState, str]:
        """Return what is known of a row that is not shown."""
        called = f"{what.title()} {row_id}"
        answer = self.asked.get((what, row_id))
        if answer is None:
            return MappingState.GONE, f"{called} not found"
        return unlearnt(answer), f"HaloPSA does not tell of {called}: {answer.message}"


def parts_of(target_id: str) -> tuple[str, str]:
    """Return the ids of asset group and asset type in a target's id such as `101/203`; the second may be missing."""
    group, _, asset_type = target_id.partition("/")
    return group, asset_type


def joined(group_id: str, type_id: str, shown: Shown, *, kind: str = PRODUCT_GROUP) -> Target:
    """Return one target of an asset group and an asset type, which may be missing."""
    problems = list(_problems(group_id, type_id, shown))
    found = [state for state, _ in problems]
    group, asset_type = shown.groups.get(group_id, {}), shown.types.get(type_id, {})
    called = ((group_id, group), (type_id, asset_type))
    names = [text(row, "name") or f"#{row_id}" for row_id, row in called if row_id]
    return Target(
        kind=kind,
        id=f"{group_id}/{type_id}" if type_id else group_id,
        name=BETWEEN_PARTS.join(names),
        valid=not problems,
        why_not="; ".join(why for _, why in problems),
        detail=booked_to(group),
        state=min(found, key=_WORST.index, default=MappingState.VALID),
        moved_to=f"{identifier(asset_type, 'assetgroup_id')}/{type_id}" if MappingState.MOVED in found else "",
    )


def _problems(group_id: str, type_id: str, shown: Shown) -> Iterator[tuple[MappingState, str]]:
    """Yield what is wrong with each part, with the state that it makes of the target."""
    group = shown.groups.get(group_id)
    if not group_id:
        yield MappingState.UNKNOWN, f"nothing is known of its {GROUP}"
    elif group is None:
        yield shown.lost(GROUP, group_id)
    elif group.get("showasitem") is False:
        yield MappingState.WRONG_KIND, f"Asset Group {group_id} “{text(group, 'name')}” is not used for items"
    if not type_id:
        return
    asset_type = shown.types.get(type_id)
    if asset_type is None:
        yield shown.lost(TYPE, type_id)
        return
    now = identifier(asset_type, "assetgroup_id")
    if group_id and now != group_id:
        name = text(shown.groups.get(now, {}), "name")
        where = f"{now}{f' “{name}”' if name else ''}, not of {group_id}"
        yield MappingState.MOVED, f"Asset Type {type_id} is now of Asset Group {where}"


def parts(shown: Shown) -> Iterator[Target]:
    """Yield each row as a target of its own, those that were asked for and are not shown included."""
    for group_id in shown.groups:
        yield joined(group_id, "", shown, kind=part_kind(PRODUCT_GROUP, GROUP))
    for type_id, row in shown.types.items():
        group = shown.groups.get(identifier(row, "assetgroup_id"), {})
        detail = f"in {text(group, 'name')}" if group else ""
        yield Target(kind=part_kind(PRODUCT_GROUP, TYPE), id=type_id, name=text(row, "name"), detail=detail)
    for what, row_id in shown.asked:
        state, _ = shown.lost(what, row_id)
        yield lost(part_kind(PRODUCT_GROUP, what), row_id, state)


def booked_to(group: Row) -> str:
    """Return what hangs on an asset group: its accounts and its tax, as far as it has them."""
    told = {"income": "nominalcode", "expense": "nominalcodepurchase", "tax": "tax_name"}
    return " · ".join(f"{what} {value}" for what, name in told.items() if (value := text(group, name)))
