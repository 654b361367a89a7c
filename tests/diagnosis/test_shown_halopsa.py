"""Rules that speak when a quote is synchronised with the practice HaloPSA, each provoked there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.words import Psa
from sync_desktop.psa.halopsa.kinds import INCOME, QUOTE_STATUS, TAX
from tests.diagnosis.provoked_halopsa import FAULTS, MAPPED, SIGNING, SITUATIONS, WORLD, WRONG
from tests.diagnosis.provoking import (
    Record,
    World,
    first_of,
    practice_world,
    rules_of,
    rules_said,
    rules_under,
    rules_when,
    set_mapping,
    shown,
    tried_world,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with tried_world(tmp_path_factory.mktemp("halopsa"), Psa.HALOPSA) as found:
        yield found


@pytest.mark.parametrize("rule", WORLD)
async def test_a_case_of_the_practice_world_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, world.said)


async def test_no_case_of_the_practice_world_is_unknown(world: World) -> None:
    assert world.said == set(WORLD)


@pytest.mark.parametrize("rule", FAULTS)
async def test_an_answer_to_the_quotation_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, await rules_under(world.stage, FAULTS[rule]))


@pytest.mark.parametrize("rule", SIGNING)
async def test_an_answer_to_signing_in_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    async with practice_world(tmp_path, Psa.HALOPSA, only="ready") as stage:
        shown(record_property, rule, await rules_under(stage, SIGNING[rule]))


@pytest.mark.parametrize("rule", WRONG)
async def test_a_connection_that_is_wrong_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    async with practice_world(tmp_path, Psa.HALOPSA, only="ready") as stage:
        shown(record_property, rule, await rules_when(stage, WRONG[rule]))


@pytest.mark.parametrize("rule", SITUATIONS)
async def test_what_is_so_at_both_systems_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    shown(record_property, rule, await rules_of(tmp_path, Psa.HALOPSA, SITUATIONS[rule]))


async def test_a_set_up_price_without_an_item_for_it_is_told(world: World, record_property: Record) -> None:
    site = await world.stage.backstage.site(world.stage.site_id)
    await world.stage.become(defaults={})
    try:
        said = await rules_said(world.stage, [await first_of(world.stage, "ready: set-up price")])
    finally:
        await world.stage.become(defaults=site.defaults)
    shown(record_property, "halopsa.line-item-not-set", said)


async def test_mappings_of_a_quote_and_its_product_that_cannot_be_used_are_told(
    tmp_path: Path, record_property: Record
) -> None:
    async with practice_world(tmp_path, Psa.HALOPSA, only="ready: new product") as stage:
        (quote,) = (await stage.quotes()).values()
        for kind, source, target in (
            (QUOTE_STATUS, quote.status, "9999"),
            (TAX, OTHERS, "99"),
            (INCOME, "101", "4800"),
        ):
            await set_mapping(stage, kind, source, target)
        said = await rules_said(stage, [await first_of(stage, "ready")])
    for rule in MAPPED:
        shown(record_property, rule, said)
