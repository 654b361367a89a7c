"""Lists that were pasted: what they say now, and which of them are forgotten."""

from datetime import timedelta

from sqlalchemy import select

from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.storage import imports, issues, schema
from sync_desktop.storage.workspace import Transaction, Workspace
from tests.storage.shelf import NOON, SITE
from tests.storage.test_issue_life import fail

MONTH = timedelta(days=30)
LINES = select(schema.import_lines.c.import_id, schema.import_lines.c.issue_id)
OPEN, DISMISSED = (RecordRef(kind=RecordKind.QUOTE, id=name) for name in ("open", "dismissed"))


def listed(issue_id: int | None) -> imports.ImportedLine:
    return imports.ImportedLine(1, "x: busy", "busy", "quote", "x", "", "", Verdict.FAILURE, "Busy", issue_id=issue_id)


async def test_old_lists_are_forgotten_but_for_what_an_open_issue_refers_to(workspace: Workspace) -> None:
    def store(tx: Transaction) -> tuple[int, int]:
        first, second = (fail(tx, ref) for ref in (OPEN, DISMISSED))
        issues.dismiss(tx, second, at=NOON)
        for lines in ([listed(first), listed(second), listed(None)], [listed(second)]):
            imports.save_import(tx, SITE.id, lines, whole=True, at=NOON - MONTH - timedelta(days=1))
        imports.save_import(tx, SITE.id, [listed(None)], whole=False, at=NOON)
        return first, second

    first, second = await workspace.write(store)
    for _ in range(2):
        await workspace.write(lambda tx: imports.prune_imports(tx, before=NOON - MONTH))
        assert await workspace.read(lambda conn: conn.execute(LINES).all()) == [(1, first), (3, None)]
        assert await workspace.read(lambda conn: imports.listings(conn, second)) == []
        # What the second list said by leaving the first record out still holds.
        assert await workspace.read(lambda conn: imports.listed_now(conn, SITE.id, first)) == ()

    await workspace.write(lambda tx: issues.clear(tx, SITE.id, OPEN, evidence="seen", at=NOON))
    await workspace.write(lambda tx: imports.prune_imports(tx, before=NOON - MONTH))
    assert await workspace.read(lambda conn: conn.scalars(select(schema.imports.c.id)).all()) == [3]
