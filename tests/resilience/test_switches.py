"""What nobody has settled about the servers: at every position a good quote arrives and a bad one is recognised."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sync_desktop.cli.practice import practice_sites
from sync_desktop.domain.words import AttemptKind
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.server import Sandbox
from tests.resilience.rough_stage import Stage, in_front_of
from tests.resilience.rough_world import NEW_COMPANY, NEW_CONTACT, NEW_PRODUCT, RoughWorld

GOOD, INACTIVE, NO_CODE = "Q-30", "Q-31", "Q-32"
AT_ONCE = 5
"""Switches that are moved together."""
CAUSES = {
    f"{INACTIVE} Offer {INACTIVE}": "Contact is inactive in Autotask",
    f"{NO_CODE} Offer {NO_CODE}": "BillingCode does not exist or is invalid",
}


def world() -> RoughWorld:
    """A good quote that needs much that is new, one about an inactive contact, and one without a billing code."""
    made = RoughWorld().plain(GOOD, NEW_PRODUCT).plain(INACTIVE).plain(NO_CODE, "newservice")
    person = {**made.quoting["contact"][0], "id": "gone", "firstName": "Lee", "lastName": "Gu"}
    made.quoting["contact"].append({**person, "email": "lee@northwindtraders.example", "externalIdentifier": "3009"})
    there = {"firstName": "Lee", "lastName": "Gu", "emailAddress": "lee@northwindtraders.example", "isActive": 0}
    made.psa["Contacts"].append({"id": 3009, "companyID": 2001, **there})
    made.row("quote", INACTIVE.lower())["contactId"] = "gone"
    old = {"id": 409, "name": "Old hardware", "isActive": False, "useType": 4, "billingCodeType": 0}
    made.psa["BillingCodes"].append(old)
    made.quoting["category"].append({"id": "old", "name": "Old", "billingCode": 409, "listed": True})
    made.row("product", "newservice")["categoryId"] = "old"
    whose = {"companyId": NEW_COMPANY, "contactId": NEW_CONTACT}
    made.row("quote", GOOD.lower()).update(opportunityId=made.opportunity("opp-new", **whose)["id"], **whose)
    made.quoting = _with_real_ids(made.quoting)
    return made


def _with_real_ids(value: Any, name: str = "") -> Any:
    """Return rows whose ids have the form of Salesbuildr's, by which a bare id is told from a word."""
    match value:
        case dict():
            return {key: _with_real_ids(member, key) for key, member in value.items()}
        case list():
            return [_with_real_ids(member, name) for member in value]
        case str() if name == "id" or name.endswith("Id"):
            return sha256(value.encode()).hexdigest()[:24]
        case _:
            return value


async def outcome(stage: Stage) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """Return how a sync of everything ended, what each issue says first, and the good quote's lines."""
    result = await stage.everything(AttemptKind.WRITE)
    said: dict[str, str] = {}
    for row in await stage.issues():
        detail = await stage.bench.issues.detail(row.id)
        said[row.record] = detail.causes[0].message if detail else ""
    found = {row.get("externalQuoteNumber") for row in stage.psa("Quotes").values()}
    return dict(result.by_outcome), said, stage.lines(GOOD) if GOOD in found else []


def together(sandbox: Sandbox, system: str) -> list[dict[str, str]]:
    """Return every position but the defaults, a few switches moved at once: each starts up and writes a whole world."""
    groups: list[dict[str, str]] = []
    for (of, name), switch in sandbox.switches._switches.items():
        for position in switch.positions if of == system else ():
            if position != switch.default:
                room = next((each for each in groups if name not in each and len(each) < AT_ONCE), None)
                if room is None:
                    room = {}
                    groups.append(room)
                room[name] = position
    return groups


@pytest.mark.parametrize("half", range(2))
@pytest.mark.parametrize("system", ["autotask", "salesbuildr"])
async def test_the_client_holds_at_every_position(tmp_path: Path, system: str, half: int) -> None:
    async with Sandbox(world().as_file()) as sandbox:
        (site,) = practice_sites(sandbox.describe())
        wrong: list[object] = []
        groups = together(sandbox, system)[half::2]
        for number, group in enumerate(groups):
            sandbox.reset()
            sandbox.switches.set_all({system: group})
            async with in_front_of(sandbox, tmp_path / f"{number}.db", site, refresh=False) as stage:
                # Salesbuildr's second header is the same key, where an account wants it.
                stage.secrets.set(site.id, "integration-key", SecretStr(credentials.API_KEY))
                await stage.bench.runs.read_only()
                ended = await outcome(stage)
            if ended != ({"blocked": 2, "written": 2}, CAUSES, ["Corvane L420 laptop"]):
                wrong.append((group, ended))
        assert groups
        assert wrong == []
