"""Attempts: checks and writes of records, with their steps and exchanges."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, bindparam, delete, insert, select, update

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.model import Model
from sync_desktop.domain.plans import Check, Step
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, Outcome
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, of_record, ref_in
from sync_desktop.storage.transaction import Transaction

_attempts, _steps, _exchanges = schema.attempts, schema.steps, schema.exchanges
_BEGIN = insert(_attempts).returning(_attempts.c.id)
_FINISH = update(_attempts).where(_attempts.c.id == bindparam("attempt"))
_NO_STEPS = delete(_steps).where(_steps.c.attempt_id == bindparam("attempt"))
_ADD_STEPS = insert(_steps)
_KEEP_EXCHANGES = insert(_exchanges)


class Attempt(Model):
    """One check or write of one record at one site."""

    id: int | None = None
    site_id: str
    ref: RecordRef
    kind: AttemptKind
    outcome: Outcome | None = None
    """None while it runs."""
    started_at: datetime
    ended_at: datetime | None = None
    summary: str = ""
    failures: tuple[Failure, ...] = ()
    steps: tuple[Step, ...] = ()
    check: Check | None = None
    """What the comparison with the PSA brought to light, where it got that far."""
    batch_id: str | None = None


def begin(
    tx: Transaction,
    site_id: str,
    ref: RecordRef,
    kind: AttemptKind,
    *,
    at: datetime,
    owner: str,
    batch_id: str | None = None,
) -> int:
    """Write down that an attempt starts and return its id. `owner` is who holds the record's lease."""
    row = {
        **key_of(site_id, ref),
        "attempt_kind": kind.value,
        "owner": owner,
        "started_at": at,
        "summary": "",
        "failures": "[]",
        "batch_id": batch_id,
    }
    attempt_id: int = tx.conn.execute(_BEGIN, row).scalar_one()
    tx.touch("attempts", attempt_id)
    return attempt_id


def finish(
    tx: Transaction,
    attempt_id: int,
    *,
    outcome: Outcome,
    summary: str,
    failures: Sequence[Failure],
    steps: Sequence[Step],
    at: datetime,
    check: Check | None = None,
) -> None:
    """Write down how an attempt ended; said again, the last word counts. Raises LookupError for an unknown id."""
    values = {
        "attempt": attempt_id,
        "outcome": outcome.value,
        "summary": summary,
        "failures": codec.dump_failures(tuple(failures)),
        "ended_at": at,
        "checked": None if check is None else check.model_dump_json(),
    }
    if not tx.conn.execute(_FINISH, values).rowcount:
        raise LookupError(f"There is no attempt {attempt_id}")
    tx.conn.execute(_NO_STEPS, {"attempt": attempt_id})
    if steps:
        tx.conn.execute(_ADD_STEPS, [_step_row(attempt_id, position, step) for position, step in enumerate(steps)])
    tx.touch("attempts", attempt_id)


def attempts_of(conn: Connection, site_id: str, ref: RecordRef, limit: int = 50) -> list[Attempt]:
    """Return the attempts at a record, newest first."""
    query = select(_attempts).where(of_record(_attempts, site_id, ref)).order_by(_attempts.c.id.desc()).limit(limit)
    rows = conn.execute(query).all()
    steps = _steps_of(conn, [row.id for row in rows])
    return [_attempt(row, steps.get(row.id, ())) for row in rows]


def mark_interrupted(tx: Transaction, *, at: datetime, live_owners: Collection[str]) -> list[int]:
    """Mark attempts that run on paper but whose owner is gone, and return their ids.

    `live_owners` are those who hold a lease: their attempts go on in another process.
    """
    cut_off = _attempts.c.outcome.is_(None) & _attempts.c.owner.not_in(live_owners)
    ids = list(tx.conn.scalars(select(_attempts.c.id).where(cut_off).order_by(_attempts.c.id)))
    if ids:
        ended = {
            "outcome": Outcome.INTERRUPTED.value,
            "ended_at": at,
            "summary": "The program ended in the middle of this attempt",
        }
        tx.conn.execute(update(_attempts).where(cut_off).values(ended))
        tx.touch("attempts", *ids)
    return ids


def save_exchanges(tx: Transaction, attempt_id: int | None, exchanges: Sequence[Exchange]) -> None:
    """Keep exchanges, from which secrets were cut out before; None where they belong to no attempt."""
    if not exchanges:
        return
    rows = [
        {
            **exchange.model_dump(exclude={"request_headers", "response_headers"}),
            "request_class": exchange.request_class.value,
            "request_headers": codec.dump_values(exchange.request_headers),
            "response_headers": codec.dump_values(exchange.response_headers),
            "attempt_id": attempt_id,
        }
        for exchange in exchanges
    ]
    tx.conn.execute(_KEEP_EXCHANGES, rows)
    if attempt_id is not None:
        tx.touch("attempts", attempt_id)


def exchanges_of(conn: Connection, attempt_id: int) -> list[Exchange]:
    """Return the exchanges of an attempt in the order in which they were kept."""
    query = select(_exchanges).where(_exchanges.c.attempt_id == attempt_id).order_by(_exchanges.c.id)
    return [_exchange(row) for row in conn.execute(query).mappings()]


def call_times(conn: Connection, site_id: str, system: str, since: datetime) -> list[datetime]:
    """Return when requests were sent to one system of a site since a moment, oldest first."""
    wanted = (_exchanges.c.site_id == site_id) & (_exchanges.c.system == system) & (_exchanges.c.started_at >= since)
    return list(conn.scalars(select(_exchanges.c.started_at).where(wanted).order_by(_exchanges.c.started_at)))


def prune_exchanges(tx: Transaction, *, before: datetime) -> None:
    """Forget old exchanges: of those that belong to an attempt the line stays, without headers and bodies."""
    old = _exchanges.c.started_at < before
    tx.conn.execute(delete(_exchanges).where(old, _exchanges.c.attempt_id.is_(None)))
    emptied = {"request_headers": "{}", "request_body": "", "response_headers": "{}", "response_body": ""}
    tx.conn.execute(update(_exchanges).where(old).values(emptied))


def _steps_of(conn: Connection, attempt_ids: Iterable[int]) -> dict[int, tuple[Step, ...]]:
    """Return the steps of some attempts."""
    query = select(_steps).where(_steps.c.attempt_id.in_(list(attempt_ids)))
    steps: dict[int, list[Step]] = {}
    for row in conn.execute(query.order_by(_steps.c.attempt_id, _steps.c.position)):
        steps.setdefault(row.attempt_id, []).append(_step(row))
    return {attempt_id: tuple(listed) for attempt_id, listed in steps.items()}


def _step_row(attempt_id: int, position: int, step: Step) -> dict[str, Any]:
    """Return the row of a step."""
    return {
        "attempt_id": attempt_id,
        "position": position,
        "kind": step.ref.kind.value,
        "record_id": step.ref.id,
        **step.model_dump(include={"action", "entity", "part", "label", "external_id", "done"}),
        "before": codec.dump_values(step.before),
        "after": codec.dump_values(step.after),
        "failure": None if step.failure is None else step.failure.model_dump_json(),
    }


def _step(row: Row[Any]) -> Step:
    """Return the step that a row holds."""
    return Step(
        action=row.action,
        entity=row.entity,
        ref=ref_in(row),
        part=row.part,
        label=row.label,
        before=codec.load_values(row.before),
        after=codec.load_values(row.after),
        external_id=row.external_id,
        done=row.done,
        failure=None if row.failure is None else Failure.model_validate_json(row.failure),
    )


def _attempt(row: Row[Any], steps: tuple[Step, ...]) -> Attempt:
    """Return the attempt that a row holds."""
    return Attempt(
        id=row.id,
        site_id=row.site_id,
        ref=ref_in(row),
        kind=AttemptKind(row.attempt_kind),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        started_at=row.started_at,
        ended_at=row.ended_at,
        summary=row.summary,
        failures=codec.load_failures(row.failures),
        steps=steps,
        check=None if row.checked is None else Check.model_validate_json(row.checked),
        batch_id=row.batch_id,
    )


def _exchange(row: RowMapping) -> Exchange:
    """Return the exchange that a row holds."""
    members = {name: row[name] for name in Exchange.model_fields}
    members["request_headers"] = codec.load_values(row["request_headers"])
    members["response_headers"] = codec.load_values(row["response_headers"])
    return Exchange.model_validate(members)
