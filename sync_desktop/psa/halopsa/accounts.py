"""Account codes: texts that asset groups and items hold, and that a lookup lists where an instance has one.

The API has no path for them. Which lookup lists them, and in which of its members, is inferred: the one whose name has
the words "nominal" and "code", each value called by its code, and described beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.halopsa.client import Row
from sync_desktop.psa.halopsa.kinds import EXPENSE, INCOME
from sync_desktop.psa.halopsa.rows import text
from sync_desktop.psa.listing import lost

_OF_GROUPS = {
    INCOME: ("nominalcode", "nominalcode_name"),
    EXPENSE: ("nominalcodepurchase", "nominalcode_name_purchase"),
}
"""By kind, the members of an asset group that hold a code and what that is called."""
_NO_LIST = "HaloPSA shows no list of its accounts, and neither an asset group nor an item holds this code"


@dataclass(slots=True)
class _Code:
    """What is known of one code."""

    name: str = ""
    active: bool = True
    groups: list[str] = field(default_factory=list)
    """The names of the asset groups that book to it."""


def listed(kind: str, groups: Sequence[Row], codes: Sequence[Row]) -> list[Target]:
    """Return the codes of a lookup's rows and those that asset groups hold, each once, in their order."""
    found: dict[str, _Code] = {}
    for row in codes:
        found[text(row, "name")] = _Code(text(row, "value2"), active=not row.get("inactive"))
    member, called = _OF_GROUPS[kind]
    for row in groups:
        if code := text(row, member):
            known = found.setdefault(code, _Code(text(row, called)))
            known.groups.append(text(row, "name"))
    return [_target(kind, code, known) for code, known in sorted(found.items()) if code]


def _target(kind: str, code: str, known: _Code) -> Target:
    return Target(
        kind=kind,
        id=code,
        name=known.name or f"#{code}",
        active=known.active,
        valid=known.active,
        why_not="" if known.active else "inactive in HaloPSA",
        detail=f"used by {', '.join(known.groups)}" if known.groups else "",
        state=MappingState.VALID if known.active else MappingState.INACTIVE,
    )


def elsewhere(kind: str, code: str, items: Mapping[str, Row], *, has_list: bool) -> Target:
    """Return a code that neither the lookup nor an asset group has; `items` are some that hold codes, by their code.

    Where the instance has no list of codes, one that nothing holds may be good all the same: nothing is said of it.
    """
    name = f"#{code}"
    if code in items:
        return Target(kind=kind, id=code, name=name, detail=f"used by {text(items[code], 'name')}")
    if has_list:
        return lost(kind, code, MappingState.GONE)
    return Target(kind=kind, id=code, name=name, valid=False, why_not=_NO_LIST, state=MappingState.UNKNOWN)
