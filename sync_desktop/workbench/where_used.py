"""What depends on a target of the PSA, as the dialog and the command show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import MappingState, RecordKind
from sync_desktop.mapping.where_used import where_used, words
from sync_desktop.workbench.counting import many, plural
from sync_desktop.workbench.mapping_views import UsedPart, WhereUsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_desktop.mapping.standing import Standing
    from sync_desktop.mapping.where_used import Dependents
    from sync_desktop.psa.connector import Connector

_NAMED = 20
"""Names that are shown of each sort."""


def used_view(standing: Standing, connector: Connector, what: str, target_id: str) -> WhereUsed:
    """Return what depends on a target; `UserError` for a word that the PSA does not have."""
    found = where_used(standing, connector, what, target_id.strip().removeprefix("#"))
    if found is None:
        known = ", ".join((*words(connector, standing.kinds), *(kind.name for kind in standing.kinds)))
        raise UserError(f"{standing.site.psa.label} has no “{what}” that mappings lead to; there are: {known}.")
    return WhereUsed(
        heading=_heading(found, standing.site.psa.label),
        site_name=standing.site.name,
        parts=tuple(part for part in _parts(found, standing) if part.count),
        sentence=f"{_sentence(found, standing.site.psa.label)} {_as_of(standing)}",
    )


def _heading(found: Dependents, psa: str) -> str:
    named = f" “{found.target.name}”" if found.target is not None and "#" not in found.target.name else ""
    known = found.target is not None and found.target.state is not MappingState.VALID
    state = f", {found.target.state.value}" if found.target is not None and known else ""
    return f"{found.what[:1].upper()}{found.what[1:]} {found.target_id}{named} in {psa}{state}"


def _parts(found: Dependents, standing: Standing) -> Iterable[UsedPart]:
    """Yield each sort of thing that depends on a target: sources of mappings, records, quotes, issues."""
    sources: dict[str, dict[str, None]] = {}
    for entry in found.entries:
        sources.setdefault(entry.kind.source_label, {})[entry.source_name] = None
    for label, named in sources.items():
        yield _part(many(label), named)
    usage = standing.usage
    for kind in RecordKind:
        yield _part(many(kind.label), [usage.names[ref] for ref in found.use.records if ref.kind is kind])
    yield _part("Open quotes", [usage.names[ref] for ref in found.use.quotes])
    yield _part("Open issues", [usage.titles[each] for each in found.use.issues])


def _part(label: str, names: Iterable[str]) -> UsedPart:
    listed = list(names)
    return UsedPart(label, len(listed), tuple(listed[:_NAMED]))


def _sentence(found: Dependents, psa: str) -> str:
    if not found.entries:
        return "Nothing here depends on it."
    if not found.use:
        return f"{plural(len(found.entries), 'mapping')} here lead to it, and nothing that is synchronised needs them."
    needing = f"{plural(len(found.use.quotes), 'open quote')} and {plural(len(found.use.records), 'record')}"
    if any(entry.judged.state.is_broken for entry in found.entries):
        return f"It cannot be used. {needing} need it; those that {psa} does not have yet do not arrive there."
    return (
        f"{needing} need it. Without it, those that {psa} does not have yet would not arrive; what is there keeps it."
    )


def _as_of(standing: Standing) -> str:
    if standing.audit is None:
        return "No audit has compared the mappings with the PSA yet."
    return f"As of the audit of {standing.audit.at.astimezone():%d %b %H:%M}."
