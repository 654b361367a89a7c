"""Older workspaces are brought up to date, after a copy was put beside them."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.sites import Credentials, Side, Site
from sync_desktop.domain.words import MappingState
from sync_desktop.storage import activity, imports, mappings, migrating, schema, settings, sites
from sync_desktop.storage.workspace import APPLICATION_ID
from tests.storage.shelf import NOON, opened


def tables(path: Path) -> dict[str, str]:
    """Return every table and index with what made it, but for spaces."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_schema").fetchall()
    return {name: re.sub(r"\s+", "", sql) for name, sql in rows}


def version(path: Path) -> tuple[int, int, str]:
    with closing(sqlite3.connect(path)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (number,) = connection.execute("PRAGMA user_version").fetchone()
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return application, number, revision


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A workspace from before the first migration: ours by its header, and with a table that no version has."""
    path = tmp_path / "50% old.syncdesk"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("CREATE TABLE keepsake (text)")
        connection.execute("INSERT INTO keepsake VALUES ('still here')")
        connection.commit()
    return path


async def test_migrating_makes_what_a_new_workspace_has(old: Path, path: Path) -> None:
    await (await opened(path)).close()
    await (await opened(old)).close()
    migrated = tables(old)
    assert migrated.pop("keepsake")
    assert migrated == tables(path)
    assert version(old) == version(path) == (APPLICATION_ID, schema.SCHEMA_VERSION, schema.revision())


def of_version(path: Path, version: int, statement: str, values: tuple[object, ...] = ()) -> Path:
    """Make a workspace as an older version left it, with a site, and with what a statement puts into it."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path))
    with engine.connect() as connection:
        migrating.upgrade(connection, schema.revision(version))
        connection.exec_driver_sql("INSERT INTO sites VALUES ('contoso', 'Contoso', '{}')")
        connection.exec_driver_sql(statement, values)
        connection.commit()
        for pragma in (f"application_id = {APPLICATION_ID}", f"user_version = {version}", "journal_mode = WAL"):
            connection.execute(text(f"PRAGMA {pragma}"))
    engine.dispose()
    return path


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A workspace of version 1 with a site and an entry of the activity."""
    return of_version(
        tmp_path / "first.syncdesk",
        1,
        "INSERT INTO activity VALUES (1, 'contoso', 'Contoso', 'quote', 'q1', 'Create quote', 'Quotes', '9',"
        " '{}', '{}', '2026-03-02T12:00:00.000000Z', 'ana', NULL)",
    )


async def test_version_1_keeps_its_activity_and_all_of_it_was_done(first_version: Path, path: Path) -> None:
    await (await opened(path)).close()
    workspace = await opened(first_version)
    (kept,) = await workspace.read(activity.activity)
    await workspace.close()
    assert (kept.what, kept.external_id, kept.outcome) == ("Create quote", "9", activity.WriteOutcome.DONE)
    assert tables(first_version) == tables(path)
    assert version(first_version) == version(path)
    assert first_version.with_name(f"{first_version.name}.v1.bak").exists()


async def test_a_copy_is_put_beside_before_anything_changes(old: Path) -> None:
    before = tables(old)
    workspace = await opened(old)
    await workspace.write(lambda tx: settings.put(tx, "works", "1"))
    await workspace.close()
    backup = old.with_name(f"{old.name}.v0.bak")
    assert sorted(found.name for found in old.parent.iterdir()) == [old.name, backup.name]
    assert tables(backup) == before
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT text FROM keepsake").fetchall() == [("still here",)]


async def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables(old)
    upgrade = migrating.upgrade

    def failing(conn: object) -> None:
        upgrade(conn)  # type: ignore[arg-type]  # whatever the workspace hands in
        raise UserError("The lights went out.")

    monkeypatch.setattr(migrating, "upgrade", failing)
    with pytest.raises(UserError, match="lights"):
        await opened(old)
    assert tables(old) == before
    monkeypatch.undo()
    await (await opened(old)).close()
    assert "issues" in tables(old)


@pytest.mark.parametrize("rejected", [None, 1, 2], ids=["never", "before the last change", "as they are"])
async def test_what_a_site_of_version_2_knew_of_its_credentials_holds_for_both_sides(
    path: Path, rejected: int | None
) -> None:
    site = {"id": "one", "name": "Contoso MSP", "psa": "autotask", "quoting_url": "https://contoso.example/public-api"}
    told = json.dumps({**site, "credentials_version": 2, "rejected_version": rejected})
    of_version(path, 2, "INSERT INTO sites (id, name, data) VALUES ('one', 'Contoso MSP', ?)", (told,))
    workspace = await opened(path)
    found = await workspace.read(lambda conn: sites.site(conn, "one"))
    await workspace.close()
    known = Credentials(version=2, rejected_version=rejected)
    assert found == Site.model_validate(site).with_credentials(Side.QUOTING, known).with_credentials(Side.PSA, known)
    assert found.rejected == ((Side.QUOTING, Side.PSA) if rejected == 2 else ())


async def test_version_3_keeps_its_issues_and_can_take_an_import(tmp_path: Path, path: Path) -> None:
    await (await opened(path)).close()
    moments = ("2026-03-02T12:00:00.000000Z",) * 3
    old = of_version(
        tmp_path / "third.syncdesk",
        3,
        "INSERT INTO issues VALUES (7, 'contoso', 'quote', 'q1', 'Q-1 Laptops', 'Q-1', 'Adatum', 'sent', NULL, 'open',"
        " 'check', 'error', '[]', ?, ?, ?, 1, 0, '')",
        moments,
    )
    workspace = await opened(old)
    line = imports.ImportedLine(1, "Q-1: busy", "busy", "quote", "Q-1", "", "", Verdict.FAILURE, "Busy", issue_id=7)
    await workspace.write(lambda tx: imports.save_import(tx, "contoso", [line], whole=True, at=NOON))
    assert await workspace.read(lambda conn: imports.listings(conn, 7)) == [(NOON, "busy")]
    await workspace.close()
    assert tables(old) == tables(path)
    assert version(old) == version(path)
    with closing(sqlite3.connect(old.with_name(f"{old.name}.v3.bak"))) as connection:
        assert connection.execute("SELECT title FROM issues").fetchall() == [("Q-1 Laptops",)]


async def test_targets_of_version_4_are_valid_until_an_audit_says_otherwise(tmp_path: Path, path: Path) -> None:
    await (await opened(path)).close()
    old = of_version(
        tmp_path / "fourth.syncdesk",
        4,
        "INSERT INTO targets VALUES ('contoso', 'code', '41', 0, 'Security', 1, 1, '', '', ?)",
        ("2026-03-02T12:00:00.000000Z",),
    )
    workspace = await opened(old)
    (target,) = await workspace.read(lambda conn: mappings.targets(conn, "contoso", "code"))
    await workspace.close()
    assert (target.id, target.state, target.moved_to) == ("41", MappingState.VALID, "")
    assert tables(old) == tables(path)
    assert version(old) == version(path)


async def test_the_tables_of_a_migrated_file_are_those_of_the_schema(old: Path) -> None:
    await (await opened(old)).close()
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(old))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or name in schema.metadata.tables
