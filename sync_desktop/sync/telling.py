"""What is told of an attempt: its record, its end in a line, and the lines that a quote arrived without."""

from collections.abc import Sequence
from decimal import Decimal

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.plans import Step
from sync_desktop.domain.records import (
    AnyRecord,
    Company,
    Contact,
    Opportunity,
    Product,
    Quote,
    RecordRef,
    quote_total,
)
from sync_desktop.domain.words import FailureKind, Outcome, RecordKind
from sync_desktop.sync.plan import Act, Plan


def items_missing(items: Sequence[Failure]) -> list[Failure]:
    """Return the failures of a quote that arrived without some of its lines."""
    names = ", ".join(failure.facts.get("item", "") for failure in items)
    facts = {"items": names, "items_missing": str(len(items)), "reason": items[0].message}
    return [Failure(kind=FailureKind.ITEMS_MISSING, message="Some line items not synchronized", facts=facts), *items]


def value_of(record: AnyRecord) -> Decimal | None:
    """Return what a quote is worth; None for any other record."""
    return quote_total(record) if isinstance(record, Quote) else None


def nameless(ref: RecordRef) -> AnyRecord:
    """Return a stand-in for a record that is not stored, so that its failure can be shown."""
    name = f"{ref.kind.label} {ref.id}"
    match ref.kind:
        case RecordKind.COMPANY:
            return Company(id=ref.id, name=name)
        case RecordKind.CONTACT:
            return Contact(id=ref.id, last_name=name)
        case RecordKind.OPPORTUNITY:
            return Opportunity(id=ref.id, name=name)
        case RecordKind.PRODUCT:
            return Product(id=ref.id, name=name)
        case RecordKind.QUOTE:
            return Quote(id=ref.id, number="", title=name)


def in_a_line(outcome: Outcome, plan: Plan | None, failures: Sequence[Failure], steps: Sequence[Step]) -> str:
    """Return how an attempt ended: what was seen, what was left out and why, or what went wrong first."""
    match outcome:
        case Outcome.IN_STEP | Outcome.WRITTEN:
            return plan.evidence if plan and plan.evidence else outcome.value
        case Outcome.NOT_ELIGIBLE:
            return f"Left out: {plan.not_eligible}" if plan else outcome.value
        case Outcome.READY:
            return f"Nothing blocks it: {_steps(len(plan.writes) if plan else 0)} to write"
        case Outcome.CANCELLED:
            done = sum(step.done for step in steps)
            return f"Cancelled; {_kept(_steps(done), done)}"
        case Outcome.FAILED if plan and failures and failures[0].kind is FailureKind.BUDGET:
            done = sum(step.done and step.action != Act.LINK for step in steps)
            kept = f"; {_kept(f'{done} of {_steps(len(plan.writes))}', done)}" if done else ""
            return f"{failures[0].message.rstrip('.')}{kept}"
        case _:
            return failures[0].message if failures else outcome.value


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _kept(steps: str, count: int) -> str:
    return f"{steps} was carried out and is kept" if count == 1 else f"{steps} were carried out and are kept"
