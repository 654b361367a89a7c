"""Reads anew from the quoting side what failed records are about, so that what was mended there counts at a retry."""

from collections.abc import Iterable, Sequence

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import Category, FieldValue, RecordRef
from sync_desktop.domain.words import FailureKind
from sync_desktop.storage import records
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.refresh import renew_mappings
from sync_desktop.sync.site_run import SiteRun

MOST = 100
"""Records that are read one by one at most, of Salesbuildr's 500 calls in ten minutes; beyond that a refresh is due."""
_MAPPINGS = (FailureKind.MAPPING_MISSING, FailureKind.MAPPING_INVALID)


async def _lists(run: SiteRun) -> tuple[tuple[Category, ...], tuple[FieldValue, ...]]:
    return await run.source.categories(), await run.source.field_values()


async def reread_lists(run: SiteRun) -> None:
    """Read anew what Salesbuildr's API shows of categories and field values, and of its own mappings with them."""
    categories, values = await _lists(run)
    await run.workspace.write(lambda tx: _keep_lists(tx, run, categories, values))


def _keep_lists(tx: Transaction, run: SiteRun, categories: Iterable[Category], values: Iterable[FieldValue]) -> None:
    records.save_categories(tx, run.site.id, categories)
    records.save_field_values(tx, run.site.id, values)
    renew_mappings(tx, run)


async def reread(run: SiteRun, refs: Sequence[RecordRef], failures: Sequence[Failure]) -> None:
    """Read anew the records themselves and those that their failures name; and, where a mapping is one, the lists.

    What the quoting side does not have any more stays as it was last seen: the attempt itself says so.
    """
    named = [failure.record for failure in failures if failure.record is not None]
    found = [await run.source.record(ref) for ref in list(dict.fromkeys([*refs, *named]))[:MOST]]
    lists = await _lists(run) if any(failure.kind in _MAPPINGS for failure in failures) else None
    site_id, at = run.site.id, run.clock.now()

    def store(tx: Transaction) -> None:
        records.save_records(tx, site_id, [record for record in found if record is not None], at=at)
        if lists is not None:
            _keep_lists(tx, run, *lists)

    await run.workspace.write(store)
