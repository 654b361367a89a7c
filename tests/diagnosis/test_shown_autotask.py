"""Rules that speak when a quote is synchronised with the practice Autotask, each provoked there."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.assembly import wiring
from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.words import Psa
from sync_desktop.psa.autotask.kinds import TAX_REGION
from sync_desktop.psa.drafting import COMPANY_TYPE, STATUS
from sync_desktop.transport.session import Session
from tests.diagnosis.provoked_autotask import (
    BY_HAND,
    FAULTS,
    OF_NEW_RECORDS,
    OWN_RULE,
    RECORDS,
    SIGNING,
    WORLD,
    WRONG,
)
from tests.diagnosis.provoking import (
    Fault,
    Record,
    World,
    first_of,
    practice_world,
    rules_said,
    rules_under,
    rules_when,
    set_mapping,
    shown,
    tried_world,
)
from tests.sync.sync_stage import quote_ref, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with tried_world(tmp_path_factory.mktemp("autotask"), Psa.AUTOTASK) as found:
        yield found


@pytest.mark.parametrize("rule", WORLD)
async def test_a_case_of_the_practice_world_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, world.said)


async def test_no_case_of_the_practice_world_is_unknown_but_its_own_rule(world: World) -> None:
    assert world.said == {*WORLD, OWN_RULE}


@pytest.mark.parametrize("rule", FAULTS)
async def test_an_answer_to_the_quote_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, await rules_under(world.stage, FAULTS[rule]))


@pytest.mark.parametrize("rule", SIGNING)
async def test_an_answer_to_signing_in_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    async with practice_world(tmp_path, Psa.AUTOTASK, only="ready") as stage:
        shown(record_property, rule, await rules_under(stage, SIGNING[rule]))


@pytest.mark.parametrize("rule", WRONG)
async def test_a_connection_that_is_wrong_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    async with practice_world(tmp_path, Psa.AUTOTASK, only="ready") as stage:
        shown(record_property, rule, await rules_when(stage, WRONG[rule]))


def _one_quote(**members: Any) -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1", [item("laptop", "a"), item("dock", "b")], **members)
    return made


@pytest.mark.logs_errors
@pytest.mark.parametrize("rule", BY_HAND)
async def test_what_a_check_or_write_finds_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    members, prepare, kind = BY_HAND[rule]
    async with staged(tmp_path, _one_quote(**members)) as stage:
        await prepare(stage)
        shown(record_property, rule, await rules_said(stage, [quote_ref("Q-1")], kind))


@pytest.mark.parametrize("rule", RECORDS)
async def test_what_a_write_of_another_record_finds_is_told_by(
    tmp_path: Path, record_property: Record, rule: str
) -> None:
    ref, prepare = RECORDS[rule]
    world = SmallWorld()
    world.opportunity("fresh")
    async with staged(tmp_path, world) as stage:
        await prepare(stage)
        shown(record_property, rule, await rules_said(stage, [ref]))


async def test_what_new_companies_and_opportunities_get_is_told_where_it_cannot_be_used(
    tmp_path: Path, record_property: Record
) -> None:
    async with practice_world(tmp_path, Psa.AUTOTASK, only="ready: new company") as stage:
        for kind, source, target in (
            (TAX_REGION, OTHERS, "99"),
            (STATUS, "won", "3"),
            (STATUS, "active", "3"),
            (COMPANY_TYPE, "Customer", "999"),
        ):
            await set_mapping(stage, kind, source, target)
        said = await rules_said(stage, [await first_of(stage, "ready")])
    for rule in OF_NEW_RECORDS:
        shown(record_property, rule, said)


async def test_a_list_that_the_api_user_may_not_see_is_told(world: World, record_property: Record) -> None:
    world.stage.fault("hide", arg="BillingCodes")
    try:
        said = await rules_said(world.stage, [await first_of(world.stage, "ready: new product")])
    finally:
        world.stage.sandbox.faults.clear()
    shown(record_property, "general.empty-list", said)


async def test_a_server_that_does_not_answer_is_told(
    tmp_path: Path, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "Session", partial(Session, timeout=0.1))
    async with practice_world(tmp_path, Psa.AUTOTASK, only="ready") as stage:
        shown(
            record_property, "general.timeout", await rules_under(stage, Fault("autotask", "timeout", path="/query$"))
        )
