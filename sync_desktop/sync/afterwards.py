"""Looks in the PSA what became of an update or a deletion whose answer was lost."""

from sync_desktop.domain.values import same_value
from sync_desktop.psa.connector import Connector, Seen
from sync_desktop.storage.activity import WriteOutcome
from sync_desktop.sync.plan import Act, Operation


async def look_afterwards(connector: Connector, operation: Operation) -> WriteOutcome:
    """Read the row again and say what it shows of an update or a deletion; raises `SyncError` where it cannot be read.

    A row that has neither the values that were sent nor those from before leaves the outcome unknown.
    """
    row = await _row(connector, operation)
    if operation.act is Act.DELETE:
        return WriteOutcome.DONE if row is None else WriteOutcome.NOT_FOUND
    if row is None:
        return WriteOutcome.UNKNOWN
    if all(same_value(row.fields.get(name), value) for name, value in operation.after.items()):
        return WriteOutcome.DONE
    as_before = all(same_value(row.fields.get(name), operation.before.get(name)) for name in operation.after)
    return WriteOutcome.NOT_FOUND if as_before else WriteOutcome.UNKNOWN


async def _row(connector: Connector, operation: Operation) -> Seen | None:
    """Return the row as it is now: a line among its quote's lines, for some PSAs show lines nowhere else."""
    if operation.act is Act.DELETE or operation.is_line:
        lines = await connector.lines([operation.parent_id])
        return next((row for row in lines.get(operation.parent_id, ()) if row.id == operation.external_id), None)
    return (await connector.read(operation.entity, [operation.external_id])).get(operation.external_id)
