"""`sync-desktop issues`: list issues, or show one."""

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import IssueState
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import IssueDetail, IssuePage

_STATES = {**{state.name.lower(): state for state in IssueState}, "all": None}
_EVERY = 1_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    add_site(parser)
    parser.add_argument("id", nargs="?", type=int, help="show this issue whole")
    parser.add_argument("--state", choices=sorted(_STATES), default="open")
    parser.add_argument("--search", default="", metavar="TEXT")
    parser.add_argument("--json", action="store_true", help="one JSON object, for scripts")


def run(arguments: argparse.Namespace) -> int:
    """Print issues; the exit status is 1 where open ones are listed."""

    async def work(bench: Workbench) -> int:
        if arguments.id is not None:
            return await _one(bench, arguments.id, as_json=arguments.json)
        site_id = (await chosen_site(bench, arguments.site)).id if arguments.site else None
        state = _STATES[arguments.state]
        page = await bench.issues.page(state=state, text=arguments.search, limit=_EVERY, site_id=site_id)
        if arguments.json:
            details = [await bench.issues.detail(row.id) for row in page.rows]
            listed = [_plain(detail) for detail in details if detail is not None]
            counts = {state.value: count for state, count in page.counts.items()}
            print(json.dumps({"schema": 1, "counts": counts, "issues": listed}, ensure_ascii=False, default=_json))
        else:
            _print(page)
        return 1 if any(row.state is IssueState.OPEN for row in page.rows) else 0

    return run_with(arguments, work)


async def _one(bench: Workbench, issue_id: int, *, as_json: bool) -> int:
    if as_json:
        detail = await bench.issues.detail(issue_id)
        if detail is None:
            raise UserError("This issue is not in the workspace any more.")
        print(json.dumps(_plain(detail), ensure_ascii=False, default=_json))
    else:
        print(await bench.issues.details_text(issue_id))
    return 0


def _plain(detail: IssueDetail) -> dict[str, Any]:
    return asdict(detail)


def _json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _print(page: IssuePage) -> None:
    told = [(state, count) for state, count in page.counts.items() if count or state is not IssueState.UNLISTED]
    print(" · ".join(f"{state.value} {count}" for state, count in told))
    for group in page.groups:
        print(f"\n{group.title.replace('**', '')} ({group.subtitle}) [{group.badge}]")
        for row in page.rows:
            if row.id in group.issue_ids:
                value = f"{row.value:,.2f}" if row.value is not None else ""
                print(f"  {row.id:>5}  {row.record:<42.42}  {row.company:<26.26}  {value:>12}  {row.state}")
