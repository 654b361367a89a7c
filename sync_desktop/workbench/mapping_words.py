"""What the Mappings page and the commands about mappings say of targets and of what changed in a PSA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.mappings import BESIDE_PARTS, BETWEEN_PARTS, part_kind
from sync_desktop.domain.words import MappingOrigin, MappingState
from sync_desktop.psa.whereabouts import EVERY_PART
from sync_desktop.workbench.counting import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_desktop.domain.mappings import Mapping as ValueMapping
    from sync_desktop.domain.mappings import Target, TargetChange
    from sync_desktop.psa.connector import Connector

NOTHING = "–"

_VERBS = {
    MappingState.INACTIVE: "deactivated",
    MappingState.DELETED: "deleted",
    MappingState.GONE: "deleted or hidden",
    MappingState.MOVED: "moved",
    MappingState.WRONG_KIND: "given another use",
    MappingState.PARENT_INACTIVE: "left under an inactive parent",
    MappingState.NOT_PERMITTED: "closed to this API user",
    MappingState.VALID: "made usable again",
}


def target_words(connector: Connector, targets: Mapping[str, Mapping[str, Target]], kind: str, target_id: str) -> str:
    """Return "Security HW (#41) › UTM (#112) · Inventory (#1)"; of what has no name only the number."""
    parts = [part for part in connector.inquiries.parts(kind, target_id) if part.id]
    named = [targets.get(part_kind(kind, part.what), {}).get(part.id) for part in parts]
    if len(parts) > 1 and any(named):
        words = [row.called if row else f"#{part.id}" for part, row in zip(parts, named, strict=True)]
        return BESIDE_PARTS.join([BETWEEN_PARTS.join(words[:2]), *words[2:]])
    whole = targets.get(kind, {}).get(target_id)
    return whole.called if whole is not None else f"#{target_id}"


def led_words(connector: Connector, targets: Mapping[str, Mapping[str, Target]], mapping: ValueMapping | None) -> str:
    """Return where a mapping leads; by the name that it was set with, where it has not been audited yet."""
    if mapping is None:
        return NOTHING
    if mapping.target_id in targets.get(mapping.kind, {}) or not mapping.target_name:
        return target_words(connector, targets, mapping.kind, mapping.target_id)
    return f"{mapping.target_name} (#{mapping.target_id})"


def target_lines(
    connector: Connector, targets: Mapping[str, Mapping[str, Target]], kind: str, target_id: str
) -> tuple[str, str] | None:
    """Return "Security HW › UTM" and "Hardware"; None of a target that is no more than one row."""
    parts = [part for part in connector.inquiries.parts(kind, target_id) if part.id]
    if len(parts) < 2:
        return None
    named = [targets.get(part_kind(kind, part.what), {}).get(part.id) for part in parts]
    names = [row.name if row else f"#{part.id}" for part, row in zip(parts, named, strict=True)]
    return BETWEEN_PARTS.join(names[:2]), BESIDE_PARTS.join(names[2:])


def led_lines(
    connector: Connector, targets: Mapping[str, Mapping[str, Target]], mapping: ValueMapping | None
) -> tuple[str, str] | None:
    """Return where a mapping leads as `target_lines` does, by the name that `led_words` calls it by."""
    if mapping is None:
        return None
    lines = target_lines(connector, targets, mapping.kind, mapping.target_id)
    if lines is None or mapping.target_id in targets.get(mapping.kind, {}) or not mapping.target_name:
        return lines
    place, _, beside = mapping.target_name.partition(BESIDE_PARTS)
    return place, beside


def known_from(mapping: ValueMapping | None) -> str:
    """Return how a mapping came to be known."""
    if mapping is None:
        return NOTHING
    return "set by hand" if mapping.origin is MappingOrigin.HAND else mapping.origin.value


def part_words(connector: Connector) -> tuple[str, ...]:
    """Return the PSA's words for the rows that targets are made of, where they are made of several."""
    found: dict[str, None] = {}
    for kind in connector.mapping_kinds:
        parts = connector.inquiries.parts(kind.name, EVERY_PART)
        found |= dict.fromkeys(part.what for part in parts if len(parts) > 1)
    return tuple(found)


def change_words(connector: Connector, changes: Iterable[TargetChange]) -> str:
    """Return "1 category was deactivated, 1 deleted"; a row that several kinds lead to counts once. Empty for none."""
    told: dict[str, dict[str, set[str]]] = {}
    for change in changes:
        told.setdefault(noun_of(connector, change.kind), {}).setdefault(_verb(change), set()).add(change.target_id)
    sentences = []
    for noun, by_verb in told.items():
        (verb, ids), *others = by_verb.items()
        first = f"{plural(len(ids), noun)} {'was' if len(ids) == 1 else 'were'} {verb}"
        sentences.append(", ".join([first, *(f"{len(more):,} {each}" for each, more in others)]))
    return ", ".join(sentences)


def noun_of(connector: Connector, kind: str) -> str:
    """Return what a target of a kind is called, or a row that such targets are made of."""
    whole, _, part = kind.partition("/")
    if part:
        return part
    if all(each.name != whole for each in connector.mapping_kinds):
        return "target"
    parts = connector.inquiries.parts(whole, EVERY_PART)
    return parts[0].what if len(parts) == 1 else "target"


def _verb(change: TargetChange) -> str:
    if change.was_called and change.was is change.now:
        return "renamed"
    return "added" if change.was is None else _VERBS.get(change.now, "changed")
