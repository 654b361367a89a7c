"""Suggestions for the mappings of a site, from what is stored: targets, votes of products, and what was rejected."""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from sync_desktop.domain.mappings import Suggestion
from sync_desktop.mapping.suggest import Question, Suggester
from sync_desktop.mapping.votes import votes
from sync_desktop.storage import mapping_changes, mappings

STEPS = ("opportunity-stage", "opportunity-status", "quote-status")
"""The kinds whose targets are steps of a sale, at whichever PSA."""


def suggester(conn: Connection, site_id: str, kind: str, *, rejected_too: bool = False) -> Suggester:
    """Return what answers questions about one kind of a site, as the last audit left it."""
    mine = {source_id: said for (of, source_id), said in votes(conn, site_id).items() if of == kind}
    rejected: Callable[[Suggestion], bool] = _nothing if rejected_too else _Rejected(conn, site_id)
    return Suggester(mappings.targets(conn, site_id, kind), mine, rejected, of_steps=kind in STEPS)


def best_of(conn: Connection, site_id: str, kind: str, questions: Iterable[Question]) -> dict[str, Suggestion]:
    """Return the strongest suggestion for each source that has one."""
    asked = suggester(conn, site_id, kind)
    return {each.source_id: found for each in questions if (found := asked.best(each)) is not None}


def question(conn: Connection, site_id: str, kind: str, source_id: str, source_name: str) -> Question:
    """Return the question about one source, with what counts for it now."""
    counted = mappings.mapping(conn, site_id, kind, source_id)
    known = mappings.targets(conn, site_id, kind) if counted is not None else []
    now = next((target for target in known if counted is not None and target.id == counted.target_id), None)
    return Question(kind, source_id, source_name, counted, now)


class _Rejected:
    """Knows the suggestions that are not wanted as long as they rest on the same."""

    def __init__(self, conn: Connection, site_id: str) -> None:
        self._fingerprints = mapping_changes.rejected(conn, site_id)

    def __call__(self, suggestion: Suggestion) -> bool:
        key = (suggestion.kind, suggestion.source_id, suggestion.target.id)
        return self._fingerprints.get(key) == suggestion.fingerprint


def _nothing(_suggestion: Suggestion) -> bool:
    return False
