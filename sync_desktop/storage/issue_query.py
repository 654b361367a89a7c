"""Which issues to list, and in which order: the conditions that a query stands for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, cast, select

from sync_desktop.domain.words import IssueState, Severity
from sync_desktop.storage import schema, search

_issues, _causes = schema.issues, schema.issue_causes

_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "last_failed": (_issues.c.last_failed_at.desc(),),
    "opened": (_issues.c.opened_at.desc(),),
    "title": (_issues.c.title,),
    "company": (_issues.c.company, _issues.c.last_failed_at.desc()),
    "value": (cast(_issues.c.value, Float).desc(),),
}


@dataclass(frozen=True, slots=True)
class IssueQuery:
    """Which issues to list. `order` is one of `last_failed`, `opened`, `title`, `company`, `value`."""

    state: IssueState | None = None
    text: str = ""
    site_id: str | None = None
    severity: Severity | None = None
    cause_key: str | None = None
    limit: int = 200
    offset: int = 0
    order: str = "last_failed"


def matching(query: IssueQuery) -> ColumnElement[bool]:
    """Return the condition that a query stands for."""
    conditions: list[ColumnElement[bool]] = [_issues.c.id.is_not(None)]
    if query.state is not None:
        conditions.append(_issues.c.state == query.state.value)
    if query.site_id is not None:
        conditions.append(_issues.c.site_id == query.site_id)
    if query.severity is not None:
        conditions.append(_issues.c.severity == query.severity.value)
    if query.cause_key is not None:
        of_cause = select(_causes.c.issue_id).where(_causes.c.cause_key == query.cause_key, _causes.c.position == 0)
        conditions.append(_issues.c.id.in_(of_cause))
    if (hits := search.issue_ids(query.text)) is not None:
        conditions.append(_issues.c.id.in_(hits))
    return and_(*conditions)


def page(query: IssueQuery, rows: Select[Any]) -> Select[Any]:
    """Return a query over the issues, cut to the page that is wanted. Raises ValueError for an unknown order."""
    if query.order not in _ORDERS:
        raise ValueError(f"Issues are not ordered by {query.order}")
    ordered = rows.where(matching(query)).order_by(*_ORDERS[query.order], _issues.c.id.desc())
    return ordered.limit(query.limit).offset(query.offset)
