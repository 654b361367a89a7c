"""`sync-desktop audit`: compare every mapping with the PSA as it is now; say what is broken and what that affects."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from sync_desktop.cli.choosing import chosen_sites, print_head
from sync_desktop.cli.workspace import add_site, add_workspace, print_progress, run_with
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.mapping_views import AuditResult, MappingPage, MappingRow
from sync_desktop.workbench.views import SiteBand

_OK, _BROKEN, _NOT_READ = 0, 1, 3
_EPILOG = """\
Exit status: 0 nothing is broken, 1 something is, 3 something could not be read and nothing that was read is broken.

--json prints one object: schema (1) and sites, each with site, psa, audited_at (ISO 8601, null where it was never
read), calls, milliseconds, problems (sentences), mappings, needs_attention and broken (counts), kinds (kind, label,
mappings, needs_attention, problem, changed since the audit before) and findings: the mappings that need attention, each
with kind, source_id, source, target_id, target, state, text, why, known_from, inferred, broken, affects (records, their
kind, quotes, issues) and salesbuildr_todo. Later versions may add members.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    add_workspace(parser)
    add_site(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object, for scripts")


def run(arguments: argparse.Namespace) -> int:
    """Audit the named site, or all."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        sites = await chosen_sites(bench, arguments.site)
        made = [await _audited(bench, site) for site in sites]
        if arguments.json:
            print(json.dumps({"schema": 1, "sites": [_plain(*each) for each in made]}, ensure_ascii=False))
        else:
            for site, result, pages in made:
                print_head(site, sites)
                _print(result, pages)
        for sentence in [each for _, result, _ in made for each in result.problems]:
            print(f"sync-desktop: {sentence}", file=sys.stderr)
        if any(result.broken for _, result, _ in made):
            return _BROKEN
        return _NOT_READ if any(result.problems for _, result, _ in made) else _OK

    return run_with(arguments, work)


Audited = tuple[SiteBand, AuditResult, Sequence[MappingPage]]


async def _audited(bench: Workbench, site: SiteBand) -> Audited:
    """Audit one site, and return the pages of all its kinds."""
    result = await bench.mappings.audit([site.id])
    kinds = await bench.mappings.kinds(site.id)
    return site, result, [await bench.mappings.page(site.id, kind.name) for kind in kinds]


def _print(result: AuditResult, pages: Sequence[MappingPage]) -> None:
    for page in pages:
        found = [row for row in page.rows if row.state.needs_attention]
        if found or page.since_before:
            print(f"{page.kind}: {page.kind_label}{f' ({page.since_before})' if page.since_before else ''}")
        for row in found:
            _print_row(row)
    print(f"{result.text}, {result.milliseconds:,} ms")


def _print_row(row: MappingRow) -> None:
    print(f"  {row.source} → {row.target}: {row.state_text} [{row.known_from}]")
    print(f"      {row.why}")
    print(f"      Affects {', '.join(row.affects)}.")
    if row.suggestion is not None:
        print(f"      Suggested: {row.suggestion.target}, {row.suggestion.evidence}.")


def _plain(site: SiteBand, result: AuditResult, pages: Sequence[MappingPage]) -> dict[str, Any]:
    """Return the object of one site, as the epilog says."""
    audited_at = next((page.audited_at for page in pages if page.audited_at is not None), None)
    return {
        "site": site.name,
        "psa": site.psa_label,
        "audited_at": audited_at.isoformat() if audited_at else None,
        "calls": result.calls,
        "milliseconds": result.milliseconds,
        "problems": list(result.problems),
        "mappings": sum(page.total for page in pages),
        "needs_attention": result.needs_attention,
        "broken": result.broken,
        "kinds": [
            {
                "kind": page.kind,
                "label": page.kind_label,
                "mappings": page.total,
                "needs_attention": page.needs_attention,
                "problem": page.problem,
                "changed": page.since_before,
            }
            for page in pages
        ],
        "findings": [_finding(row) for page in pages for row in page.rows if row.state.needs_attention],
    }


def _finding(row: MappingRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "source_id": row.source_id,
        "source": row.source,
        "target_id": row.target_id,
        "target": row.target,
        "state": row.state.value,
        "text": row.state_text,
        "why": row.why,
        "known_from": row.known_from,
        "inferred": row.inferred,
        "broken": row.state.is_broken,
        "affects": {"records": row.products, "kind": row.counted, "quotes": row.quotes, "issues": row.issues},
        "salesbuildr_todo": row.todo,
    }
