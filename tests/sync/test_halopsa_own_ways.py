"""What only HaloPSA does with what is written: warnings, statuses by name, a main contact that comes along."""

from pathlib import Path
from typing import Any

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.halopsa.kinds import QUOTE_STATUS
from tests.sync.sync_stage import staged
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

WARNING = "Stock of this item is not tracked."
CONTACT = RecordRef(kind=RecordKind.CONTACT, id="p3")


def world(**members: Any) -> SmallWorld:
    made = SmallWorld(HALOPSA)
    made.quote("Q-1", **members)
    return made


def new_company() -> SmallWorld:
    made = SmallWorld(HALOPSA)
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    return made


async def test_what_is_taken_with_a_warning_is_linked_and_told_once(tmp_path: Path) -> None:
    made = world(items=[item("newlaptop", "a")])
    made.rules.append({"entity": "Item", "when": {"name": "Corvane L420 laptop"}, "warnings": [WARNING]})
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        issue = await stage.issue("Q-1")
        assert [each.message for each in issue.failures] == [f"HaloPSA warned: {WARNING}"]
        detail = await stage.bench.issues.detail(issue.id)
        assert detail is not None
        assert WARNING in detail.causes[0].why
        (row,) = (row for row in stage.there("product").values() if row["name"] == "Corvane L420 laptop")
        link = await stage.link(RecordRef(kind=RecordKind.PRODUCT, id="newlaptop"))
        assert link is not None
        assert link.external_id == str(row["id"])
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent


async def test_a_status_of_quotes_can_be_led_elsewhere_by_hand(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.bench.mappings.set(stage.site_id, QUOTE_STATUS, "approved", "0")
        await stage.write("Q-1")
        assert stage.quote_row("Q-1")["status"] == 0


async def test_a_company_by_itself_takes_a_contact_along(tmp_path: Path) -> None:
    async with staged(tmp_path, new_company()) as stage:
        await stage.check("Q-1")
        result = await stage.attempt(RecordRef(kind=RecordKind.COMPANY, id="c3"))
        assert result.by_outcome == {"written": 1}
        assert stage.written() == ["POST /api/Client"]


async def test_a_main_contact_that_came_with_its_client_is_no_stranger_to_the_next_attempt(tmp_path: Path) -> None:
    async with staged(tmp_path, new_company()) as stage:
        stage.fault("status", method="POST", path="/api/Users$", arg={"status": 400, "body": "No users today"}, times=1)
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        (ana,) = (row for row in stage.there("contact").values() if row["name"] == "Ana Bowman")
        assert (ana["ismaincontact"], ana["phonenumber"]) == (True, "(614) 555-0143")
        link = await stage.link(CONTACT)
        assert link is not None
        assert link.external_id == str(ana["id"])


async def test_a_main_contact_of_a_client_that_others_made_is_asked_about(tmp_path: Path) -> None:
    made = new_company()
    made.psa["Client"].append(HALOPSA.company(2003, "Tessellate Ceramics Studio"))
    ana = HALOPSA.contact(3009, 2003, "ana@tessellate.example")
    mail = "ana@tessellate.example"
    made.psa["Users"].append({**ana, "name": "Ana Bowman", "emailaddress": mail, "ismaincontact": True})
    async with staged(tmp_path, made) as stage:
        await stage.check("Q-1")
        await stage.bench.links.link(stage.site_id, RecordKind.COMPANY, "c3", "Client", "2003")
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.message, failure.record) == ("Contact has no external identifier", CONTACT)
        assert stage.written() == []
