"""What somebody changes in a PSA behind our back is named with its right state, and nothing that is valid is broken."""

from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.words import MappingState, Psa
from sync_desktop.psa.connectwise import categories
from sync_desktop.workbench.mapping_views import Edit, MappingPage
from tests.diagnosis.provoking import practice_world
from tests.sync.sync_stage import Stage

Said = tuple[MappingState, str]
INACTIVE, GONE = (MappingState.INACTIVE, "Inactive"), (MappingState.GONE, "Gone or hidden")
PARENT = (MappingState.PARENT_INACTIVE, "Subcategory moved to #41, inactive")
DELETED, WRONG = (MappingState.DELETED, "Deleted"), (MappingState.WRONG_KIND, "Wrong kind")
CATEGORIES, SUBCATEGORIES, TYPES = (f"procurement/{each}" for each in ("categories", "subcategories", "types"))


async def audited(stage: Stage, kind: str) -> MappingPage:
    result = await stage.bench.mappings.audit()
    assert result.problems == ()
    return await stage.bench.mappings.page(stage.site_id, kind)


def broken(page: MappingPage) -> dict[str, Said]:
    return {row.source: (row.state, row.state_text) for row in page.rows if row.state.is_broken}


def delete(stage: Stage, entity: str, row_id: int) -> None:
    stage.sandbox.site().psa_store.delete(entity, row_id)


def lists_hide(stage: Stage, position: str) -> None:
    """Say whether ConnectWise's lists leave inactive categories, subcategories and types out."""
    stage.sandbox.switches.set("connectwise", "hide_inactive_in_lists", position)


async def test_connectwise_whether_its_lists_hide_what_is_inactive_or_show_it(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE) as stage:
        before = {
            "Firewalls": INACTIVE,
            "Security": INACTIVE,
            "Cabling": GONE,
            "Cloud backup": GONE,
            "Audio and video": INACTIVE,
            "Door entry": (MappingState.MOVED, "Subcategory moved to #42"),
            "Power": INACTIVE,
        }
        for position in ("off", "on"):
            lists_hide(stage, position)
            assert broken(await audited(stage, "product-category")) == before, position
        rows = {row.source: row for row in (await audited(stage, "product-category")).rows}
        assert rows["Firewalls"].target == "Security (2019) (#41) › Firewalls (#411) · Inventory (#1)"
        assert rows["Firewalls"].why.endswith("cannot be used: 41 is an inactive category.")
        assert rows["Laptops"].state is MappingState.VALID
        stage.change_psa(CATEGORIES, 36, inactiveFlag=True)
        delete(stage, CATEGORIES, 33)
        stage.change_psa(SUBCATEGORIES, 311, inactiveFlag=True)
        stage.change_psa(SUBCATEGORIES, 312, category={"id": 45, "name": "Racks and cables"})
        stage.change_psa(SUBCATEGORIES, 314, category={"id": 41, "name": "Security (2019)"})
        stage.change_psa(TYPES, 2, inactiveFlag=True)
        stage.change_psa(SUBCATEGORIES, 313, name="Server machines")
        changed = {
            "Phones": INACTIVE,
            "Storage": PARENT,
            "Cloud": GONE,
            "Laptops": INACTIVE,
            "Desktops": (MappingState.MOVED, "Subcategory moved to #45"),
            "Licences": INACTIVE,
            "Security": INACTIVE,
        }
        first = await audited(stage, "product-category")
        assert first.since_before.startswith("since the last audit ")
        for told in ("1 category was deactivated", "1 deleted or hidden", "1 product type was deactivated"):
            assert told in first.since_before
        for position in ("off", "on"):
            lists_hide(stage, position)
            found = await audited(stage, "product-category")
            assert broken(found) == {**before, **changed}, position
            assert next(row for row in found.rows if row.source == "Desktops").why.endswith(
                "312 is a subcategory of 45 “Racks and cables” now, not of 31."
            )
        assert not [each for each in stage.sandbox.log.entries(system="connectwise") if each["method"] != "GET"]


async def test_a_connectwise_member_that_cannot_see_half_of_the_list(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE) as stage:
        before = broken(await audited(stage, "product-category"))
        half = {"collection": SUBCATEGORIES, "where": {"id": [311, 312, 313, 314]}}
        stage.sandbox.faults.order({"system": "connectwise", "kind": "hide", "arg": half})
        for position in ("off", "on"):
            lists_hide(stage, position)
            found = broken(await audited(stage, "product-category"))
            assert found == {**before, **dict.fromkeys(("Laptops", "Desktops", "Servers", "Storage"), GONE)}, position
        stage.sandbox.faults.clear()
        denied = {"system": "connectwise", "kind": "status", "path": "procurement/subcategories", "arg": 403}
        stage.sandbox.faults.order(denied)
        result = await stage.bench.mappings.audit()
        assert any("Categories" in each for each in result.problems)
        page = await stage.bench.mappings.page(stage.site_id, "product-category")
        mapped = [row for row in page.rows if row.target_id]
        assert {row.state for row in mapped} == {MappingState.NOT_PERMITTED}
        assert all(row.why.endswith("That breaks nothing.") for row in mapped)


async def test_targets_of_several_parts_have_short_lines_beside_their_whole_name(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE) as stage:
        rows = {row.source: row for row in (await audited(stage, "product-category")).rows}
        said = {source: (rows[source].target, rows[source].lines) for source in ("Firewalls", "Cabling")}
        assert said == {
            "Firewalls": (
                "Security (2019) (#41) › Firewalls (#411) · Inventory (#1)",
                ("Security (2019) › Firewalls", "Inventory"),
            ),
            "Cabling": ("#44 › #441 · Inventory (#1)", ("#44 › #441", "Inventory")),
        }
        suggestion = rows["Firewalls"].suggestion
        assert suggestion is not None
        assert (suggestion.lines, suggestion.called) == (
            ("Security › Firewalls", "Inventory"),
            "Security › Firewalls · Inventory (#42/421/1)",
        )
        owner = (await stage.bench.mappings.page(stage.site_id, "owner")).rows[0]
        assert owner.lines is None


async def test_autotask_tells_deleted_codes_from_hidden_ones_where_its_user_sees_all(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.AUTOTASK) as stage:
        before = {"Firewalls": INACTIVE, "Cabling": DELETED, "Security": WRONG}
        assert broken(await audited(stage, "product-billing-code")) == before
        assert broken(await audited(stage, "service-billing-code")) == {"Phones": WRONG}
        stage.change_psa("BillingCodes", 404, isActive=False)
        stage.change_psa("BillingCodes", 405, useType=5)
        delete(stage, "BillingCodes", 402)
        page = await audited(stage, "product-billing-code")
        changed = {
            "Monitors": INACTIVE,
            "Peripherals": INACTIVE,
            "Printers": WRONG,
            "Licences": DELETED,
        }
        assert broken(page) == {**before, **changed}
        assert page.since_before == (
            "since the last audit 1 billing code was deactivated, 1 given another use, 1 deleted"
        )
        half: dict[str, Any] = {"collection": "BillingCodes", "where": {"id": [401, 403]}}
        stage.fault("hide", arg=half)
        hidden = broken(await audited(stage, "product-billing-code"))
        for source in ("Laptops", "Desktops", "Servers", "Storage", "Networking", "Cabling", "Licences"):
            assert hidden[source] == GONE, source
        assert {source: hidden[source] for source in ("Firewalls", "Monitors", "Printers")} == {
            "Firewalls": INACTIVE,
            "Monitors": INACTIVE,
            "Printers": WRONG,
        }


async def test_halopsas_asset_groups_that_are_no_longer_for_items(tmp_path: Path) -> None:
    async with practice_world(tmp_path, Psa.HALOPSA) as stage:
        moved = (MappingState.MOVED, "Asset type moved to #109")
        before = broken(await audited(stage, "product-group"))
        assert (before["Firewalls"], before["Cabling"], before["Audio and video"]) == (WRONG, GONE, moved)
        stage.change_psa("AssetGroup", 103, showasitem=False)
        delete(stage, "AssetType", 202)
        stage.change_psa("AssetType", 210, assetgroup_id=101)
        page = await audited(stage, "product-group")
        assert broken(page) == {
            **before,
            "Cloud": WRONG,
            "Desktops": GONE,
            "Licences": (MappingState.MOVED, "Asset type moved to #101"),
        }
        assert "1 asset group was given another use" in page.since_before
        assert "Asset Group 103 “Cloud services” is not used for items" in next(
            row.why for row in page.rows if row.source == "Cloud"
        )
        assert stage.sandbox.log.entries(system="halopsa")
        writes = [each for each in stage.sandbox.log.entries(system="halopsa") if each["method"] != "GET"]
        assert all("token" in each["path"] for each in writes)


async def test_a_search_finds_what_is_not_listed_because_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(categories, "MOST", 20)
    async with practice_world(tmp_path, Psa.CONNECTWISE, only="ready") as stage:
        mappings, asked = stage.bench.mappings, (stage.site_id, "product-category")
        await mappings.audit()
        choice = await mappings.targets(*asked, "")
        assert (choice.more, "42/421/4" in {each.id for each in choice.targets}) == (True, False)
        stage.sandbox.log.clear()
        found = await mappings.find_targets(*asked, "firewalls security SERVICE")
        assert [(each.id, each.choosable) for each in found] == [("42/421/4", True), ("41/411/4", False)]
        assert stage.requests() == []
        laptops = next(each for each in (await mappings.page(*asked)).rows if each.source == "Laptops")
        edit = Edit("product-category", laptops.source_id, "42/421/4", laptops.target_id)
        (told, *_) = (await mappings.impact(stage.site_id, [edit])).sentences
        assert told.startswith("Laptops → **Security › Firewalls · Service (#42/421/4)**")
        assert (await mappings.save(stage.site_id, [edit])).refused == ()
        laptops = next(each for each in (await mappings.page(*asked)).rows if each.source == "Laptops")
        assert laptops.lines == ("Security › Firewalls", "Service")
