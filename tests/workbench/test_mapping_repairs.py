"""Repairing mappings from the page: what a change touches, saving it only over what was seen, and taking it back."""

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import IssueState, SuggestedBy
from sync_desktop.workbench.mapping_views import Edit, MappingRow
from tests.workbench.desk_stage import SITE, DeskStage

GOODS = "product-billing-code"
INACTIVE, MISSING = "billing code inactive", "category without billing code"


async def row(stage: DeskStage, source: str, kind: str = GOODS) -> MappingRow:
    found = await stage.bench.mappings.page(SITE, kind)
    return next(each for each in found.rows if each.source == source)


def to(row: MappingRow, target_id: str) -> Edit:
    return Edit(row.kind, row.source_id, target_id, row.target_id)


async def fit(stage: DeskStage, kind: str = GOODS) -> list[str]:
    choice = await stage.bench.mappings.targets(SITE, kind, "")
    return [target.id for target in choice.targets if target.choosable]


async def test_what_a_change_touches_is_told_without_asking_anybody(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    firewalls, (code, *_) = await row(stage, "Firewalls"), await fit(stage)
    stage.sandbox.log.clear()
    impact = await stage.bench.mappings.impact(SITE, [to(firewalls, code)])
    assert stage.sandbox.log.entries(system="autotask") == []
    waiting = {each.id for each in await stage.rows(INACTIVE)}
    assert set(impact.retry_ids) == waiting
    assert (impact.issues, impact.products, impact.left_out) == (4, firewalls.products, ())
    first, issues, needed, linked, copy = impact.sentences
    assert first.startswith(f"Firewalls → **{(await name_of(stage, code))} (#{code})**, Material · GL ")
    assert issues == "4 open issues wait for it: **4 can be retried**."
    assert needed == f"{firewalls.products} products and {impact.quotes} open quotes need it."
    assert linked == "2 records that Autotask already has keep what they have."
    assert copy.startswith("Salesbuildr's own mapping is not changed by this")


async def name_of(stage: DeskStage, target_id: str) -> str:
    choice = await stage.bench.mappings.targets(SITE, GOODS, "")
    return next(target.name for target in choice.targets if target.id == target_id)


async def test_what_cannot_be_retried_is_counted_by_its_reason(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    firewalls, missing = await row(stage, "Firewalls"), await row(stage, "Cloud backup")
    quote = stage.sandbox.site().quoting_store.rows("quote")[
        stage.quoting_id("quote", number=stage.numbers(INACTIVE)[0])
    ]
    quote["status"] = "declined"
    quote["declinedAt"] = quote["createdAt"]
    await stage.bench.runs.read_only()
    impact = await stage.bench.mappings.impact(SITE, [to(firewalls, "1"), to(missing, "1")])
    assert impact.left_out == (("it was declined", 1),)
    assert impact.issues == len(impact.retry_ids) + 1
    assert "; 1 cannot: it was declined." in impact.sentences[2]


async def test_saving_makes_the_mapping_count_and_names_exactly_what_can_be_retried(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    firewalls, (code, *_) = await row(stage, "Firewalls"), await fit(stage)
    saved = await stage.bench.mappings.save(SITE, [to(firewalls, code)])
    assert (saved.saved, saved.refused) == (1, ())
    assert set(saved.retry_ids) == {each.id for each in await stage.rows(INACTIVE)}
    now = await row(stage, "Firewalls")
    assert (now.target_id, now.known_from, now.by_hand) == (code, "set by hand", True)
    result = await stage.bench.issues.retry(saved.retry_ids, confirmed=True)
    assert result.by_outcome == {"written": 4}
    assert await stage.rows(INACTIVE) == []
    assert len(await stage.rows(INACTIVE, IssueState.CLEARED)) == 4


async def test_a_target_that_was_deactivated_since_is_refused_and_the_rest_is_saved(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    codes = await fit(stage)
    stage.sandbox.site().psa_store.update("BillingCodes", int(codes[0]), {"isActive": False})
    edits = [to(await row(stage, "Firewalls"), codes[0]), to(await row(stage, "Cloud backup"), codes[1])]
    saved = await stage.bench.mappings.save(SITE, edits)
    (refused,) = saved.refused
    assert (refused.kind, refused.source_id) == (GOODS, edits[0].source_id)
    assert refused.sentence.startswith("Firewalls: “")
    assert refused.sentence.endswith("cannot be chosen: inactive in Autotask.")
    assert saved.saved == 1
    assert (await row(stage, "Cloud backup")).target_id == codes[1]


async def test_what_somebody_set_meanwhile_is_not_written_over(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    codes, seen = await fit(stage), await row(stage, "Firewalls")
    await stage.bench.mappings.set(SITE, GOODS, seen.source_id, codes[0])
    (refused,) = (await stage.bench.mappings.save(SITE, [to(seen, codes[1])])).refused
    assert "somebody changed it meanwhile" in refused.sentence
    assert (await row(stage, "Firewalls")).target_id == codes[0]


async def test_nothing_is_saved_where_the_psa_does_not_answer(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    seen, (code, *_) = await row(stage, "Firewalls"), await fit(stage)
    stage.sandbox.faults.order({"system": "autotask", "path": "BillingCodes", "kind": "status", "arg": {"status": 400}})
    with pytest.raises(UserError, match="Nothing was saved: Autotask did not show its targets"):
        await stage.bench.mappings.save(SITE, [to(seen, code)])
    assert (await row(stage, "Firewalls")).target_id == seen.target_id
    assert await stage.bench.mappings.changes(SITE) == ()


async def test_a_rollback_names_what_was_written_meanwhile_and_leaves_it_alone(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    seen, (code, *_) = await row(stage, "Firewalls"), await fit(stage)
    saved = await stage.bench.mappings.save(SITE, [to(seen, code)])
    await stage.bench.issues.retry(saved.retry_ids, confirmed=True)
    (change,) = await stage.bench.mappings.changes(SITE)
    assert change.text.startswith("Firewalls: ")
    assert change.written_since
    writes = stage.writes
    done = await stage.bench.mappings.rollback(SITE, [change.id])
    assert done.text.startswith("1 mapping rolled back. ")
    assert done.left_alone == change.written_since
    assert stage.writes == writes
    now = await row(stage, "Firewalls")
    assert (now.target_id, now.by_hand) == (seen.target_id, False)
    (change,) = await stage.bench.mappings.changes(SITE)
    assert change.rolled_back
    again = await stage.bench.mappings.rollback(SITE, [change.id])
    assert again.text == "Nothing was rolled back"


async def test_a_suggestion_is_shown_can_be_rejected_and_brought_back(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    suggested = [each for each in (await stage.bench.mappings.page(SITE, GOODS)).rows if each.suggestion]
    assert suggested, "the practice world has no mapping that anything can be suggested for"
    for each in suggested:
        assert each.state.needs_attention
    first = suggested[0]
    assert first.suggestion is not None
    assert first.suggestion.by in SuggestedBy
    target = first.suggestion.target_id
    await stage.bench.mappings.reject(SITE, GOODS, first.source_id, target)
    without = (await row(stage, first.source)).suggestion
    assert without is None or without.target_id != target
    await stage.bench.mappings.take_back_rejection(SITE, GOODS, first.source_id, target)
    assert (await row(stage, first.source)).suggestion == first.suggestion


async def test_an_issue_offers_the_repair_that_is_suggested_with_what_it_lets_be_retried(stage: DeskStage) -> None:
    issue_id = (await stage.row(INACTIVE)).id
    before = await stage.bench.issues.detail(issue_id)
    assert before is not None
    assert before.causes[0].remap is None
    await stage.bench.mappings.audit()
    code = next(each for each in stage.held("BillingCodes").values() if each["isActive"] and each["useType"] == 4)
    stage.sandbox.site().psa_store.update("BillingCodes", code["id"], {"name": "Firewall Sales"})
    await stage.bench.mappings.audit()
    detail = await stage.bench.issues.detail(issue_id)
    assert detail is not None
    remap = detail.causes[0].remap
    assert remap is not None
    assert (remap.source, remap.suggestion.target) == ("Firewalls", f"Firewall Sales (#{code['id']})")
    assert remap.suggestion.evidence == "the same name but for “Sales”"
    assert remap.retry == len(await stage.rows(INACTIVE))
    edit = Edit(remap.kind, remap.source_id, remap.suggestion.target_id, remap.was)
    assert len((await stage.bench.mappings.save(SITE, [edit])).retry_ids) == remap.retry
