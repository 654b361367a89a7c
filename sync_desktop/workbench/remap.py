"""The repair that an issue offers in place: a good target for the mapping behind it, and what that lets be retried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.mappings import part_kind
from sync_desktop.mapping.affected import retried_after
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.mapping.suggesting import question, suggester
from sync_desktop.storage import mappings
from sync_desktop.workbench.mapping_views import RemapView, SuggestionView
from sync_desktop.workbench.mapping_words import target_words

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sync_desktop.domain.failures import Failure
    from sync_desktop.sync.site_run import SiteRun


def remap_of(conn: Connection, run: SiteRun, failure: Failure, now: datetime) -> RemapView | None:
    """Return the repair for the mapping that a failure is about; None where it is about none, or nothing is suggested.

    What is suggested is known from the last audit; before the first there is nothing.
    """
    about = mapping_of(failure)
    if about is None:
        return None
    (kind, source_id), site_id = about, run.site.id
    source = failure.facts.get("source_name", "") or source_id
    asked = question(conn, site_id, kind, source_id, source)
    best = suggester(conn, site_id, kind).best(asked)
    if best is None:
        return None
    rows = {part_kind(kind, part.what) for part in run.connector.inquiries.parts(kind, best.target.id)}
    known = {each: {row.id: row for row in mappings.targets(conn, site_id, each)} for each in rows}
    words = target_words(run.connector, {kind: {best.target.id: best.target}, **known}, kind, best.target.id)
    return RemapView(
        site_id=site_id,
        kind=kind,
        source_id=source_id,
        source=source,
        was=asked.mapping.target_id if asked.mapping else "",
        suggestion=SuggestionView(best.target.id, words, best.evidence, best.by),
        retry=len(retried_after(conn, run.site, [about], now).retry),
        only_reads=not run.site.writes,
    )
