"""Recognises what the PSA has refused before: the same thing is not sent again by itself as long as nothing changed."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import AnyRecord, RecordRef
from sync_desktop.domain.words import CauseClass, FailureKind
from sync_desktop.psa.connector import Draft, Pending
from sync_desktop.storage import codec, refusals
from sync_desktop.storage.refusals import Refusal
from sync_desktop.sync.plan import Act, Operation
from sync_desktop.sync.site_run import SiteRun

Refused = Mapping[tuple[RecordRef, str], Refusal]
"""Refusals by record and part."""

_REFUSALS = (FailureKind.REFUSED, FailureKind.PERMISSION)
_PASSING = (CauseClass.TRANSIENT, CauseClass.CREDENTIALS, CauseClass.IN_PROGRESS)
"""Causes that go by themselves, or with other credentials: sending the same thing again may well help."""


class HeldBackError(SyncError):
    """Something was not sent, because the PSA has refused exactly that before; bears what the PSA said then."""


async def refused_before(run: SiteRun, operations: Iterable[Operation]) -> Refused:
    """Return what the PSA refused of the records that these operations are about."""
    refs, site_id = {operation.ref for operation in operations}, run.site.id

    def read(conn: Connection) -> Refused:
        return {(ref, each.part): each for ref in refs for each in refusals.refusals_of(conn, site_id, ref)}

    return await run.workspace.read(read) if refs else {}


def refusal_of(operation: Operation, known: Refused, draft: Draft | None = None) -> Refusal | None:
    """Return the refusal of exactly this operation, where there is one."""
    refusal = known.get((operation.ref, operation.part))
    return refusal if refusal is not None and refusal.fingerprint == fingerprint(operation, draft) else None


def fingerprint(operation: Operation, draft: Draft | None = None) -> str:
    """Return what stands for all that an operation sends; empty as long as an identifier in it is not known.

    `draft` is what a create really sends, where it was drafted anew since the plan was made.
    """
    draft = draft or operation.draft
    created = operation.act is Act.CREATE and draft is not None
    fields = draft.fields if created and draft else operation.after
    parent = draft.parent_id if created and draft else operation.parent_id
    if any(isinstance(value, Pending) for value in (*fields.values(), parent)):
        return ""
    return _hash([operation.act.value, operation.entity, operation.external_id, parent], fields)


def _hash(words: Iterable[str], fields: Mapping[str, Any]) -> str:
    text = "\n".join((*words, codec.dump_values(dict(sorted(fields.items())))))
    return hashlib.sha256(text.encode()).hexdigest()


def is_lasting(run: SiteRun, record: AnyRecord | None, failure: Failure) -> bool:
    """Say whether the PSA looked at what was sent and refused it for good: it would say the same again."""
    if failure.kind not in _REFUSALS or failure.facts.get("sent") != "refused":
        return False
    return all(each.cause_class not in _PASSING for each in run.diagnoses(record, (failure,)))
