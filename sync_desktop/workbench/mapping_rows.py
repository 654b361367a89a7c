"""The Mappings page's overview and rows, made of how the mappings of a site stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.words import RecordKind
from sync_desktop.workbench.mapping_views import KindEntry, MappingPage, MappingRow, SiteKinds, SuggestionView
from sync_desktop.workbench.mapping_words import (
    change_words,
    known_from,
    led_lines,
    led_words,
    part_words,
    target_lines,
    target_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_desktop.domain.mappings import MappingKind, Suggestion
    from sync_desktop.mapping.standing import Entry, Standing
    from sync_desktop.psa.connector import Connector

    Suggest = Callable[[Entry], Suggestion | None]


def site_kinds(standing: Standing, connector: Connector) -> SiteKinds:
    """Return a site's kinds with how many of each need attention."""
    entries = tuple(
        KindEntry(
            site_id=standing.site.id,
            kind=kind.name,
            label=kind.short_label or kind.label,
            needs_attention=sum(entry.needs_attention for entry in standing.entries[kind.name]),
            total=len(standing.entries[kind.name]),
        )
        for kind in standing.kinds
    )
    heading = f"{standing.site.name} · {standing.site.psa.label}"
    parts = tuple((word, f"{word[:1].upper()}{word[1:]}") for word in part_words(connector))
    return SiteKinds(standing.site.id, heading, entries, parts, audited=standing.audit is not None)


def mapping_page(
    standing: Standing, connector: Connector, kind: MappingKind, suggest: Suggest, text: str
) -> MappingPage:
    """Return the mappings of a kind whose words hold all of `text`, those that need attention first."""
    entries = standing.entries[kind.name]
    rows = [mapping_row(standing, connector, entry, suggest(entry)) for entry in entries]
    wanted = text.casefold().split()
    found = [row for row in rows if all(word in _words(row) for word in wanted)]
    audit = standing.audit
    problem = audit.problems.get(kind.name) if audit else None
    changed = [each for each in audit.changes if each.kind.partition("/")[0] == kind.name] if audit else []
    words = change_words(connector, changed)
    return MappingPage(
        site_id=standing.site.id,
        kind=kind.name,
        kind_label=kind.label,
        source_heading=kind.source_label,
        target_heading=f"{standing.site.psa.label} target",
        rows=tuple(sorted(found, key=lambda row: (not row.state.is_broken, not row.state.needs_attention))),
        total=len(entries),
        needs_attention=sum(entry.needs_attention for entry in entries),
        audited_at=audit.at if audit else None,
        calls=audit.calls if audit else 0,
        since_before=f"since the last audit {words}" if words else "",
        problem=problem.message if problem else "",
        valid_when=kind.valid_when,
        hangs_on=kind.hangs_on,
        site=site_kinds(standing, connector),
    )


def mapping_row(standing: Standing, connector: Connector, entry: Entry, suggestion: Suggestion | None) -> MappingRow:
    """Return one mapping as the page shows it."""
    mapping, targets = entry.mapping, standing.targets
    beneath = entry.beneath
    return MappingRow(
        site_id=standing.site.id,
        kind=entry.kind.name,
        source_id=entry.source_id,
        source=entry.source_name,
        target_id=mapping.target_id if mapping else "",
        target=led_words(connector, targets, mapping),
        state=entry.judged.state,
        state_text=entry.judged.text,
        why=entry.judged.why,
        known_from=known_from(mapping),
        inferred=mapping.origin.is_inferred if mapping else False,
        suggestion=_suggestion(standing, connector, suggestion),
        products=len(entry.use.records),
        issues=len(entry.use.issues),
        quotes=len(entry.use.quotes),
        counted=_noun(entry.kind),
        by_hand=known_from(mapping) == "set by hand",
        beneath=f"{led_words(connector, targets, beneath)}, says {known_from(beneath)}" if beneath else "",
        todo=entry.todo,
        lines=led_lines(connector, targets, mapping),
    )


def _noun(kind: MappingKind) -> str:
    """Return what the records are called that need a kind; empty where those are quotes only."""
    needing = {each for each in kind.needed_by if each is not RecordKind.QUOTE}
    if RecordKind.PRODUCT in needing or len(needing) == 1:
        return (RecordKind.PRODUCT if RecordKind.PRODUCT in needing else needing.pop()).value
    return "record" if needing else ""


def _suggestion(standing: Standing, connector: Connector, suggestion: Suggestion | None) -> SuggestionView | None:
    if suggestion is None:
        return None
    kind, target_id = suggestion.kind, suggestion.target.id
    return SuggestionView(
        target_id=target_id,
        target=target_words(connector, standing.targets, kind, target_id),
        evidence=suggestion.evidence,
        by=suggestion.by,
        lines=target_lines(connector, standing.targets, kind, target_id),
    )


def _words(row: MappingRow) -> str:
    return " ".join((row.source, row.target, row.state_text, row.known_from, row.target_id)).casefold()
