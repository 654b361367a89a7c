"""Safety, rule 9: what the PSA cannot hold shows on the plan, of the record itself and of what is made for it."""

from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.storage import attempts
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.small_world import SmallWorld

COUNTRY = {"id": 237, "name": "United States", "displayName": "United States", "countryCode": "US", "isActive": True}
ATLANTIS = "Company Tessellate Ceramics Studio · Country: Autotask has no country “Atlantis”, so it is not sent"
PAYMENT = "Company Tessellate Ceramics Studio · Payment term: an Autotask company has none; each quote has its own"


def world(**company: Any) -> SmallWorld:
    """Return a world with a quote whose company, contact and opportunity are new."""
    made = SmallWorld()
    made.psa["Countries"] = [COUNTRY]
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    made.row("company", "c3").update(company)
    made.row("company", "c3")["address"]["country"] = "US"
    return made


async def warnings(stage: Stage, ref: RecordRef) -> tuple[str, ...]:
    """Return the warnings on the plan of the latest attempt at a record."""
    latest, *_ = await stage.workspace.read(lambda conn: attempts.attempts_of(conn, stage.site_id, ref))
    assert latest.check is not None
    return latest.check.warnings


async def test_a_new_companys_country_arrives_as_autotasks_own(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        (company,) = [row for row in stage.psa("Companies").values() if row["id"] > 100_000]
        assert company["countryID"] == 237
        assert not [each for each in await warnings(stage, quote_ref("Q-1")) if "Country" in each]
        assert sum("/Countries/" in each for each in stage.requests()) == 1


async def test_what_a_new_company_loses_stands_on_the_plan_of_its_quote_and_in_its_issue(tmp_path: Path) -> None:
    made = world(telephone=None)
    made.row("company", "c3")["address"]["country"] = "Atlantis"
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert ATLANTIS in await warnings(stage, quote_ref("Q-1"))
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert ATLANTIS in detail.extra


@pytest.mark.parametrize(("kind", "row_id"), [(RecordKind.CONTACT, "p3"), (RecordKind.OPPORTUNITY, "op")])
async def test_what_a_new_company_loses_stands_on_the_plan_of_each_record_that_needs_it(
    kind: RecordKind, row_id: str, tmp_path: Path
) -> None:
    made = world()
    made.row("company", "c3")["address"]["country"] = "Atlantis"
    async with staged(tmp_path, made) as stage:
        ref = RecordRef(kind=kind, id=row_id)
        await stage.attempt(ref, kind=AttemptKind.CHECK)
        assert ATLANTIS in await warnings(stage, ref)
        assert stage.written() == []


async def test_an_update_tells_what_it_leaves_out_and_what_is_in_step_tells_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path, world(quotePaymentTermId="t1")) as stage:
        await stage.check("Q-1")
        assert PAYMENT in await warnings(stage, quote_ref("Q-1"))
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        await stage.check("Q-1")
        assert PAYMENT not in await warnings(stage, quote_ref("Q-1"))
        stage.change_quoting("company", "c3", telephone="(614) 555-0199")
        await stage.bench.runs.read_only()
        await stage.check("Q-1")
        assert PAYMENT in await warnings(stage, quote_ref("Q-1"))
