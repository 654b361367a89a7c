"""What is shown before the workbench is loaded is what the workbench shows: rows, order, groups, counts, sites."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, insert, select

from sync_desktop.assembly import open_workbench
from sync_desktop.domain.clock import SystemClock
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import CauseClass, FailureKind, IssueOrigin, IssueState, Psa, RecordKind, Role, Severity
from sync_desktop.secrets import MemorySecrets
from sync_desktop.storage import issues, schema, settings, sites
from sync_desktop.storage.workspace import Transaction, Workspace
from sync_desktop.workbench.first_look import FirstLook, first_look
from sync_desktop.workbench.listing import FIRST_PAGE
from sync_desktop.workbench.views import IssuePage, SiteBand

T = TypeVar("T")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def both(path: Path) -> tuple[FirstLook, IssuePage, tuple[SiteBand, ...]]:
    """Return what a first look finds, and what the workbench then says of the same file."""
    look = first_look(path)
    assert look is not None
    bench = await open_workbench(path, MemorySecrets())
    try:
        return look, await bench.issues.page(state=IssueState.OPEN), await bench.sites.sites()
    finally:
        await bench.close()


async def test_a_checked_workspace_looks_the_same_before_and_after_it_is_opened(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    shutil.copyfile(template, path)
    look, page, bands = await both(path)
    assert len(page.rows) > 20
    assert page.headline
    assert bands[0].quotes_read_at is not None
    assert look == FirstLook(page, bands)


@pytest.mark.parametrize("seed", range(4))
async def test_any_workspace_looks_the_same_before_and_after_it_is_opened(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.db"
    await invent(path, Dice(seed))
    look, page, bands = await both(path)
    assert set(page.counts.values()) != {0}
    assert look == FirstLook(page, bands)


async def test_an_empty_workspace_looks_the_same_before_and_after_it_is_opened(tmp_path: Path) -> None:
    await (await Workspace.open(tmp_path / "new.db", clock=SystemClock())).close()
    look, page, bands = await both(tmp_path / "new.db")
    assert look == FirstLook(page, bands) == FirstLook(page, ())


async def test_a_long_list_is_cut_at_the_same_issue(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    await invent(path, Dice(7), copies=FIRST_PAGE)
    look, page, bands = await both(path)
    assert len(page.rows) == FIRST_PAGE < page.total
    assert look == FirstLook(page, bands)


async def test_what_only_the_workbench_can_tell_of_a_site_comes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "made.db"
    await invent(path, Dice(1))
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("UPDATE sites SET data = json_set(data, '$.psa_credentials.rejected_version', 1)")
    look, _, bands = await both(path)
    assert all(band.problem for band in bands)
    assert look.sites == tuple(replace(band, problem="") for band in bands)


@dataclass
class Dice:
    """Throws the same for the same seed, everywhere."""

    seed: int

    def choice(self, sides: Sequence[T]) -> T:
        """Return one of these."""
        self.seed = (self.seed * 1_103_515_245 + 12_345) % 2**31
        return sides[(self.seed >> 8) % len(sides)]


async def invent(path: Path, dice: Dice, *, copies: int = 0) -> None:
    """Make a workspace with sites of all roles, and issues of all states, kinds and causes, some at one moment."""
    workspace = await Workspace.open(path, clock=SystemClock())
    try:
        await workspace.write(lambda tx: _sites(tx, dice))
        await workspace.write(lambda tx: _issues(tx, dice))
        if copies:
            await workspace.write(lambda tx: _copy_one(tx, copies))
    finally:
        await workspace.close()


def _sites(tx: Transaction, dice: Dice) -> None:
    for number, name in enumerate(("Zeta", "Ärzte & Söhne", "alpha")):
        practice, role = bool(number % 2), dice.choice(list(Role))
        url = "https://tenant.example/public-api"
        sites.save_site(
            tx,
            Site(id=f"s{number}", name=name, psa=dice.choice(list(Psa)), role=role, practice=practice, quoting_url=url),
        )
        if number != 1:
            settings.put(tx, settings.refreshed_key(f"s{number}"), (NOON - timedelta(hours=number)).isoformat())


def _issues(tx: Transaction, dice: Dice) -> None:
    for number in range(60):
        diagnoses = [_diagnosis(dice) for _ in range(dice.choice((1, 2, 3)))]
        issue_id = issues.record_failure(
            tx,
            f"s{dice.choice(range(3))}",
            RecordRef(kind=dice.choice(list(RecordKind)), id=f"r{number}"),
            title=f"Q-{number} “Größe” **{number}**",
            company=dice.choice(("Northwind", "", "Čapek s.r.o.")),
            quote_status=dice.choice(("approved", "SENT", "")),
            value=dice.choice((None, Decimal(0), Decimal("1234567.891"), Decimal("-12.50"), Decimal(number))),
            number=f"Q-{number}",
            failures=[_failure(dice) for _ in diagnoses],
            diagnoses=diagnoses,
            origin=IssueOrigin.CHECK,
            at=NOON - timedelta(seconds=dice.choice(range(20))),
        )
        match dice.choice(range(4)):
            case 0:
                issues.dismiss(tx, issue_id, at=NOON)
            case 1:
                issues.clear(tx, *_owner(tx, issue_id), evidence="Quote #7 was read back", at=NOON)


def _owner(tx: Transaction, issue_id: int) -> tuple[str, RecordRef]:
    found = issues.issue(tx.conn, issue_id)
    assert found is not None
    return found.site_id, found.ref


def _failure(dice: Dice) -> Failure:
    kind = dice.choice((FailureKind.MAPPING_INVALID, FailureKind.MAPPING_MISSING, FailureKind.NETWORK))
    facts = {"mapping_kind": "product-billing-code", "source_id": str(dice.choice(range(3)))}
    record = dice.choice((None, RecordRef(kind=RecordKind.COMPANY, id="c1")))
    return Failure(kind=kind, message="It “failed”\nhere", facts=dice.choice(({}, facts)), record=record)


def _diagnosis(dice: Dice) -> Diagnosis:
    key = f"rule-{dice.choice(range(5))}"
    return Diagnosis(
        rule=key,
        cause_key=key,
        title=f"Cause of **{key}**",
        cause_class=CauseClass.DATA,
        severity=dice.choice(list(Severity)),
        why="It was switched off.",
        badge=dice.choice(("Fix mapping", "Open")),
    )


def _copy_one(tx: Transaction, times: int) -> None:
    """Copy an open issue and its cause many times."""
    first = select(func.max(schema.issues.c.id)).where(schema.issues.c.state == IssueState.OPEN.value).scalar_subquery()
    issue = tx.conn.execute(select(schema.issues).where(schema.issues.c.id == first)).mappings().one()
    causes = schema.issue_causes
    cause = tx.conn.execute(select(causes).where(causes.c.issue_id == first, causes.c.position == 0)).mappings().one()
    copies = range(1000, 1000 + times)
    tx.conn.execute(insert(schema.issues), [{**issue, "id": each, "record_id": f"copy {each}"} for each in copies])
    tx.conn.execute(insert(causes), [{**cause, "issue_id": each} for each in copies])
