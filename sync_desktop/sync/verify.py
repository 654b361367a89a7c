"""Reads back what was written and compares it with what was meant (safety, rule 11: cleared means seen)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Link
from sync_desktop.domain.plans import Step
from sync_desktop.domain.records import AnyRecord, Quote, ref_of
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import Seen
from sync_desktop.storage.workspace import Workspace
from sync_desktop.sync.check import Checker
from sync_desktop.sync.plan import Plan
from sync_desktop.sync.refs import SiteRefs, load
from sync_desktop.sync.site_run import SiteRun


async def read_back(
    run: SiteRun, before: Checker, record: AnyRecord, steps: Sequence[Step]
) -> tuple[Plan, list[Failure]]:
    """Check a record again after a write, with every row of it read anew, and compare what these steps have sent.

    Returns the new plan and what differs from what was sent. What was sent in earlier writes is none of it: whoever
    changed that in the PSA since meant to. Rows of other records that were read before the write are not read again.
    """
    refs = await _reloaded(run.workspace, run, record, before.refs)
    reader = before.reader.without(_written_rows(refs, record))
    checker = Checker(run, refs, reader)
    await checker.prefetch([record])
    plan = await checker.check(record)
    if plan.seen is None:
        missing = f"It was written, but {run.site.psa.label} does not show it"
        return plan, [_differs(missing, {})] if not plan.failures else []
    sent = {step.part: frozenset(step.after) for step in steps if step.done and step.ref == plan.ref}
    failures = _header(refs, plan, plan.seen, sent.get("", frozenset()))
    if isinstance(record, Quote):
        failures += await _lines(run, checker, record, plan.seen, sent)
    return plan, failures


async def _reloaded(workspace: Workspace, run: SiteRun, record: AnyRecord, before: SiteRefs) -> SiteRefs:
    refs = await workspace.read(lambda conn: load(conn, run.site, [record]))
    refs.targets = before.targets
    return refs


def _written_rows(refs: SiteRefs, record: AnyRecord) -> set[tuple[str, str]]:
    own = ref_of(record)
    return {(link.entity, link.external_id) for (ref, _), link in refs.links.items() if ref == own or link.sent}


def _header(refs: SiteRefs, plan: Plan, seen: Seen, fields: frozenset[str]) -> list[Failure]:
    link = refs.link(plan.ref)
    if link is None:
        return []
    wrong = _unlike(link, seen, fields)
    return [_differs("Written, but differs", wrong, name=seen.name)] if wrong else []


def _unlike(link: Link, seen: Seen, fields: frozenset[str]) -> dict[str, str]:
    """Return those of the fields that are not what was sent, each with both values in words."""
    return {
        name: f"sent {value}, found {seen.fields.get(name)}"
        for name, value in link.sent.items()
        if name in fields and not same_value(value, seen.fields.get(name))
    }


async def _lines(
    run: SiteRun, checker: Checker, quote: Quote, seen: Seen, sent: Mapping[str, frozenset[str]]
) -> list[Failure]:
    """Compare the lines that were sent, and what they come to together."""
    rows = {row.id: row for row in await checker.reader.lines(seen.id)}
    failures: list[Failure] = []
    meant = found = Decimal(0)
    for part, link in checker.refs.parts(ref_of(quote)).items():
        row = rows.get(link.external_id)
        if part.startswith("location:") or row is None or part not in sent:
            continue
        meant += run.connector.line_amount(link.sent)
        found += run.connector.line_amount(row.fields)
        if wrong := _unlike(link, row, sent[part]):
            failures.append(_differs("Written, but differs", wrong, name=row.name))
    if meant != found:
        amounts = {"total": f"sent {meant:,.2f}, found {found:,.2f}"}
        failures.append(_differs("Written, but differs", amounts, name=quote.name))
    return failures


def _differs(message: str, wrong: dict[str, str], *, name: str = "") -> Failure:
    fields = "; ".join(f"{field}: {words}" for field, words in wrong.items())
    return Failure(kind=FailureKind.DIFFERENCE, message=message, facts={"field": fields, "found_name": name})
