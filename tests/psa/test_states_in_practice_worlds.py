"""What has become of targets in the practice worlds, provoked through the sandbox's control server as anybody can.

What mappings lead to is what Salesbuildr's rows say, or keep to themselves; calls are those that the sandbox served.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from sync_desktop.domain.mappings import OTHERS, Target
from sync_desktop.domain.words import MappingState, Psa
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.kinds import INCOME, PRODUCT_GROUP, TAX
from sync_desktop.storage import mappings
from tests.diagnosis.provoking import practice_world, set_mapping
from tests.sync.sync_stage import Stage

VALID, INACTIVE, DELETED = MappingState.VALID, MappingState.INACTIVE, MappingState.DELETED
GONE, WRONG_KIND, MOVED = MappingState.GONE, MappingState.WRONG_KIND, MappingState.MOVED


@dataclass(frozen=True, slots=True)
class World:
    """A practice world that is changed and looked at through its control server."""

    stage: Stage
    psa: Psa
    session: ClientSession

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.stage.sandbox.describe()['control']}{path}"
        async with self.session.request(method, url, json=body) as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    async def change(self, path: str, **members: Any) -> None:
        await self.control("PATCH", f"/world/{self.psa.value}/{path}", members)

    async def delete(self, path: str) -> None:
        await self.control("DELETE", f"/world/{self.psa.value}/{path}")

    async def hide(self, collection: str, *ids: int) -> None:
        arg = {"collection": collection, "where": {"id": list(ids)}}
        await self.control("POST", "/faults", {"system": self.psa.value, "kind": "hide", "arg": arg})

    async def listed(self) -> tuple[dict[str, dict[str, Target]], list[str]]:
        """Return what all mappings lead to, by kind and identifier, and what was asked of the PSA for it."""
        connector = (await self.stage.run()).connector
        wanted: dict[str, set[str]] = defaultdict(set)
        for kind in connector.mapping_kinds:
            wanted[kind.name] = set()
        for each in await self.stage.workspace.read(lambda conn: mappings.mappings(conn, self.stage.site_id)):
            wanted[each.kind].add(each.target_id)
        await self.control("DELETE", "/requests")
        listings = await connector.listings(wanted)
        asked = [each["path"] for each in await self.control("GET", f"/requests?system={self.psa.value}")]
        assert not [kind for kind, listing in listings.items() if listing.failure]
        found = {
            kind: {target.id: target for target in listing.targets if target.id in wanted[kind]}
            for kind, listing in listings.items()
        }
        assert {kind: set(targets) for kind, targets in found.items()} == wanted, "each has a state"
        return found, asked

    async def states(self) -> dict[str, dict[str, MappingState]]:
        found, _ = await self.listed()
        return {kind: {key: each.state for key, each in targets.items()} for kind, targets in found.items()}


@asynccontextmanager
async def world(folder: Path, psa: Psa) -> AsyncIterator[World]:
    async with practice_world(folder, psa) as stage, ClientSession() as session:
        yield World(stage, psa, session)


async def test_autotask_names_each_target_with_its_state_and_hidden_ones_never_as_deleted(tmp_path: Path) -> None:
    async with world(tmp_path, Psa.AUTOTASK) as at:
        await set_mapping(at.stage, TAX_REGION, OTHERS, "1")
        found = await at.states()
        goods = found[PRODUCT_BILLING_CODE]
        assert {key: goods[key] for key in ("401", "403", "409", "410", "502")} == {
            "401": VALID,
            "403": VALID,
            "409": INACTIVE,
            "410": DELETED,
            "502": WRONG_KIND,
        }
        services = found[SERVICE_BILLING_CODE]
        assert {key: services[key] for key in ("401", "410", "502")} == {
            "401": WRONG_KIND,
            "410": DELETED,
            "502": VALID,
        }
        assert found[PAYMENT_TERM] == {"5": VALID, "6": VALID, "7": INACTIVE, "8": VALID, "9": DELETED}
        assert found[STAGE]["29"] is INACTIVE
        assert set(found[STAGE].values()) == {VALID, INACTIVE}
        assert found[CATEGORY]["4"] is INACTIVE
        assert sorted(found[OWNER].values()) == [INACTIVE, *[VALID] * 10]

        _, asked = await at.listed()
        assert len(asked) == 9, asked

        await at.change("BillingCodes/401", isActive=False)
        await at.change("BillingCodes/402", useType=5)
        await at.delete("BillingCodes/403")
        await at.delete("TaxRegions/1")
        await at.control("POST", "/world/autotask/picklists/opportunityStage", {"id": 22, "deleted": True})
        await at.control("POST", "/world/autotask/picklists/opportunityStage", {"id": 23, "isActive": False})
        changed = await at.states()
        goods = changed[PRODUCT_BILLING_CODE]
        assert (goods["401"], goods["402"], goods["403"]) == (INACTIVE, WRONG_KIND, DELETED)
        assert changed[SERVICE_BILLING_CODE]["402"] is VALID
        assert changed[TAX_REGION] == {"1": DELETED}
        assert (changed[STAGE]["22"], changed[STAGE]["23"]) == (DELETED, INACTIVE)

        await at.hide("BillingCodes", 404, 405, 406, 407, 408, 411, 412, 413, 501)
        half = await at.states()
        goods = half[PRODUCT_BILLING_CODE]
        assert {key: goods[key] for key in ("401", "404", "403", "410")} == {
            "401": INACTIVE,
            "404": GONE,
            "403": GONE,
            "410": GONE,
        }
        assert {kind: half[kind] for kind in (OWNER, STAGE, PAYMENT_TERM)} == {
            kind: changed[kind] for kind in (OWNER, STAGE, PAYMENT_TERM)
        }


async def test_halopsa_names_each_target_with_its_state_and_where_a_moved_one_went(tmp_path: Path) -> None:
    async with world(tmp_path, Psa.HALOPSA) as at:
        for kind, source, target in ((TAX, OTHERS, "2"), (INCOME, "101", "4000"), (INCOME, "102", "4800")):
            await set_mapping(at.stage, kind, source, target)
        found, _ = await at.listed()
        groups = found[PRODUCT_GROUP]
        broken = {key: (each.state, each.moved_to) for key, each in groups.items() if each.state is not VALID}
        assert broken == {
            "106/214": (WRONG_KIND, ""),
            "107/216": (GONE, ""),
            "108/218": (GONE, ""),
            "102/220": (GONE, ""),
            "101/222": (MOVED, "109/222"),
        }
        assert {key: each.state for key, each in found[INCOME].items()} == {"4000": VALID, "4800": INACTIVE}
        assert {key: each.state for key, each in found[PAYMENT_TERM].items()} == {
            "61": VALID,
            "62": VALID,
            "63": INACTIVE,
            "64": VALID,
            "65": GONE,
        }

        _, asked = await at.listed()
        lists = [path for path in asked if path.rpartition("/")[2].partition("?")[0].isalpha()]
        assert len(lists) == 11, lists
        assert sorted(path.partition("/api/")[2].partition("?")[0] for path in asked if path not in lists) == [
            "AssetGroup/107",
            "AssetGroup/108",
            "AssetType/216",
            "AssetType/220",
            "Category/504",
            "Lookup/419",
            "Lookup/65",
        ]

        await at.change("AssetGroup/102", showasitem=False)
        await at.change("AssetType/201", assetgroup_id=109)
        await at.change("Lookup/62", inactive=True)
        await at.delete("Tax/2")
        await at.hide("AssetGroup", 103, 104)
        changed, _ = await at.listed()
        groups = changed[PRODUCT_GROUP]
        assert {key: (groups[key].state, groups[key].moved_to) for key in ("102/210", "101/201", "103/211")} == {
            "102/210": (WRONG_KIND, ""),
            "101/201": (MOVED, "109/201"),
            "103/211": (GONE, ""),
        }
        assert groups["101/202"].state is VALID
        assert changed[PAYMENT_TERM]["62"].state is INACTIVE
        assert changed[TAX]["2"].state is GONE
