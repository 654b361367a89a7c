"""Mappings and links by hand: what may be chosen, what is refused and why, and what follows from a choice."""

from typing import Any

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import LinkOrigin, MappingOrigin, RecordKind, Role
from sync_desktop.workbench.views import LinkChoice, TargetChoice
from tests.workbench.desk_stage import SITE, DeskStage

KIND = "product-billing-code"
INACTIVE, MISSING, WRONG = (
    "billing code inactive",
    "category without billing code",
    "billing code of the wrong use type",
)


async def choice_of(stage: DeskStage, case: str) -> tuple[int, TargetChoice]:
    """Return a case's first issue and the targets that its mapping may have."""
    issue_id = (await stage.row(case)).id
    detail = await stage.bench.issues.detail(issue_id)
    assert detail is not None
    cause = detail.causes[0]
    return issue_id, await stage.bench.mappings.choice(issue_id, cause.mapping_kind, cause.mapping_source)


async def test_the_chooser_shows_the_tenants_own_codes_the_fit_ones_first(stage: DeskStage) -> None:
    _, choice = await choice_of(stage, INACTIVE)
    assert (choice.kind, choice.kind_label) == (KIND, "Category → billing code (products)")
    assert choice.source_name == "Firewalls"
    held = stage.held("BillingCodes")
    assert {target.id for target in choice.targets} == {str(each) for each in held}
    fit = [target.choosable for target in choice.targets]
    assert fit == sorted(fit, reverse=True)
    for target in choice.targets:
        row = held[int(target.id)]
        assert target.choosable == (row["isActive"] and row["useType"] == 4)
        assert bool(target.why_not) != target.choosable
    assert str(next(each.id for each in choice.targets if each.id == choice.current_id)) == choice.current_id


async def test_the_chooser_says_who_waits_and_that_salesbuildr_keeps_its_own_copy(stage: DeskStage) -> None:
    _, choice = await choice_of(stage, INACTIVE)
    assert set(choice.waiting_issue_ids) == {row.id for row in await stage.rows(INACTIVE)}
    assert choice.note.startswith("4 open issues wait for this.")
    assert "Salesbuildr keeps its own copy" in choice.note
    assert choice.note.endswith(" 2 of 2 linked products have **Security appliances (2019)**.")


async def test_the_chooser_of_what_was_never_mapped_has_no_present_target_and_knows_the_name(stage: DeskStage) -> None:
    _, choice = await choice_of(stage, MISSING)
    assert (choice.current_id, choice.source_name) == ("", "Cloud backup")


async def test_a_mapping_set_by_hand_counts_and_survives_a_refresh(stage: DeskStage) -> None:
    _, choice = await choice_of(stage, INACTIVE)
    fit = next(target for target in choice.targets if target.choosable)
    await stage.bench.mappings.set(SITE, KIND, choice.source_id, fit.id)
    for _ in range(2):
        (mapping,) = [m for m in await stage.bench.mappings.all(SITE, KIND) if m.source_id == choice.source_id]
        assert (mapping.target_id, mapping.target_name) == (fit.id, fit.name)
        assert (mapping.source_name, mapping.origin) == ("Firewalls", MappingOrigin.HAND)
        await stage.bench.runs.read_only()
    assert stage.writes == []


@pytest.mark.parametrize(
    ("case", "use"),
    [(INACTIVE, "inactive in Autotask"), (WRONG, "its use type is ")],
    ids=["inactive", "wrong use"],
)
async def test_what_cannot_be_used_cannot_be_set(stage: DeskStage, case: str, use: str) -> None:
    _, choice = await choice_of(stage, case)
    before = await stage.bench.mappings.all(SITE)
    with pytest.raises(UserError, match=f"cannot be chosen: .*{use}"):
        await stage.bench.mappings.set(SITE, choice.kind, choice.source_id, choice.current_id)
    assert await stage.bench.mappings.all(SITE) == before


async def test_a_code_that_somebody_deactivates_meanwhile_is_refused(stage: DeskStage) -> None:
    _, choice = await choice_of(stage, INACTIVE)
    fit = next(target for target in choice.targets if target.choosable)
    stage.sandbox.site().psa_store.update("BillingCodes", int(fit.id), {"isActive": False})
    with pytest.raises(UserError, match="cannot be chosen: inactive in Autotask"):
        await stage.bench.mappings.set(SITE, KIND, choice.source_id, fit.id)


@pytest.mark.parametrize(
    ("kind", "source", "target", "says"),
    [
        ("colour", "x", "1", "Fabrikam IT has no mapping kind “colour”; there are: product-billing-code"),
        (KIND, "", "999999", "Firewalls: Autotask shows no billing code of use type Material with the id 999999."),
        (KIND, "nowhere", "", "There is no category with the id “nowhere” at this site"),
    ],
)
async def test_a_mapping_of_nothing_is_refused_in_a_sentence(
    stage: DeskStage, kind: str, source: str, target: str, says: str
) -> None:
    _, choice = await choice_of(stage, INACTIVE)
    fit = next(each.id for each in choice.targets if each.choosable)
    with pytest.raises(UserError) as raised:
        await stage.bench.mappings.set(SITE, kind, source or choice.source_id, target or fit)
    assert str(raised.value).startswith(says)


async def test_the_chooser_of_an_issue_that_is_gone_is_told_in_a_sentence(stage: DeskStage) -> None:
    with pytest.raises(UserError, match="not in the workspace any more"):
        await stage.bench.mappings.choice(99_999, KIND, "x")


async def test_mappings_can_be_listed_by_kind(stage: DeskStage) -> None:
    names = {kind.name for kind in await stage.bench.mappings.kinds(SITE)}
    assert KIND in names
    everything = await stage.bench.mappings.all(SITE)
    assert {mapping.kind for mapping in everything} <= names
    assert len(everything) == sum([len(await stage.bench.mappings.all(SITE, name)) for name in names])


def of_quote(stage: DeskStage, case: str, member: str) -> str:
    """Return the id that a case's first quote names."""
    row = stage.sandbox.site().quoting_store.rows("quote")[stage.quoting_id("quote", number=stage.numbers(case)[0])]
    return str(row[member])


async def near(stage: DeskStage) -> LinkChoice:
    """Return the choice for the company that has a near match in Autotask."""
    return await stage.bench.links.choice(SITE, RecordKind.COMPANY, of_quote(stage, "company near match", "companyId"))


async def test_the_candidates_of_a_company_say_what_agrees_and_what_differs(stage: DeskStage) -> None:
    choice = await near(stage)
    assert choice.linked_to == ""
    assert choice.candidates
    best = choice.candidates[0]
    assert best.entity == "Companies"
    assert best.agrees
    assert stage.held("Companies")[int(best.external_id)]["companyName"] == best.name
    assert choice.may_create
    assert choice.why_not_create == ""


async def test_a_link_by_hand_counts_at_once_and_lets_the_quotes_through(stage: DeskStage) -> None:
    choice = await near(stage)
    best = choice.candidates[0]
    await stage.bench.links.link(SITE, RecordKind.COMPANY, choice.record_id, best.entity, best.external_id)
    assert (await near(stage)).linked_to == best.external_id
    (link,) = [x for x in await stage.bench.links.all(SITE, RecordKind.COMPANY) if x.ref.id == choice.record_id]
    assert link.origin is LinkOrigin.HAND
    companies = len(stage.held("Companies"))
    row = await stage.row("company near match")
    assert (await stage.bench.issues.retry([row.id])).by_outcome == {"written": 1}
    assert len(stage.held("Companies")) == companies


async def test_a_link_can_be_taken_back_and_the_psa_is_not_touched(stage: DeskStage) -> None:
    choice = await near(stage)
    best = choice.candidates[0]
    await stage.bench.links.link(SITE, RecordKind.COMPANY, choice.record_id, best.entity, best.external_id)
    await stage.bench.links.unlink(SITE, RecordKind.COMPANY, choice.record_id)
    assert (await near(stage)).linked_to == ""
    assert stage.writes == []


async def test_one_row_of_the_psa_stands_for_one_company_only(stage: DeskStage) -> None:
    choice = await near(stage)
    linked = next(iter(await stage.bench.links.all(SITE, RecordKind.COMPANY)))
    with pytest.raises(UserError, match=r"is already linked to the company .*: unlink that first"):
        await stage.bench.links.link(SITE, RecordKind.COMPANY, choice.record_id, "Companies", linked.external_id)


@pytest.mark.parametrize("external", ["999999", "abc", ""])
async def test_a_row_that_is_not_there_cannot_be_linked(stage: DeskStage, external: str) -> None:
    choice = await near(stage)
    with pytest.raises(UserError, match="shows no Companies row"):
        await stage.bench.links.link(SITE, RecordKind.COMPANY, choice.record_id, "Companies", external)


async def test_a_row_can_be_named_by_its_number_alone(stage: DeskStage) -> None:
    choice = await near(stage)
    ref = RecordRef(kind=RecordKind.COMPANY, id=choice.record_id)
    best = choice.candidates[0]
    assert await stage.bench.links.link_to(SITE, ref, best.external_id) == best.name


async def test_a_record_that_was_never_read_cannot_be_linked(stage: DeskStage) -> None:
    with pytest.raises(UserError, match="The company nobody is not in this workspace: refresh first"):
        await stage.bench.links.choice(SITE, RecordKind.COMPANY, "nobody")


async def test_a_company_is_created_anew_because_a_person_said_so(stage: DeskStage) -> None:
    choice, before = await near(stage), set(stage.held("Companies"))
    result = await stage.bench.links.create_anew(SITE, RecordKind.COMPANY, choice.record_id)
    assert result.by_outcome == {"written": 1}
    (made,) = set(stage.held("Companies")) - before
    assert stage.held("Companies")[made]["companyName"] == choice.record
    assert (await near(stage)).linked_to == str(made)


async def test_labour_is_linked_to_a_role_and_never_created(stage: DeskStage) -> None:
    number = stage.numbers("labour without role")[0]
    store = stage.sandbox.site().quoting_store
    items = store.rows("quote")[stage.quoting_id("quote", number=number)]["items"]
    products = store.rows("product")
    product = next(i["productId"] for i in items if products[i["productId"]]["productType"] == "labor")
    choice = await stage.bench.links.choice(SITE, RecordKind.PRODUCT, product)
    assert not choice.may_create
    assert choice.why_not_create.startswith("Autotask does not let programs create these")
    assert {each.entity for each in choice.candidates} == {"Roles"}
    with pytest.raises(UserError, match="does not let programs create Roles"):
        await stage.bench.links.create_anew(SITE, RecordKind.PRODUCT, product)


async def test_at_an_assist_site_nothing_can_be_created(stage: DeskStage) -> None:
    await stage.bench.sites.set_role(SITE, Role.ASSIST, push_off_confirmed=False, typed_name="")
    choice = await near(stage)
    assert not choice.may_create
    assert choice.why_not_create.startswith("This site only reads")


@pytest.mark.parametrize("decision", ["", "delete everything"])
async def test_lines_of_others_are_handled_in_one_of_three_ways_only(stage: DeskStage, decision: str) -> None:
    quote = stage.quoting_id("quote", number=stage.numbers("lines added by others")[0])
    with pytest.raises(UserError, match="keep, adopt, replace"):
        await stage.bench.links.decide_lines(SITE, quote, decision)


async def test_lines_of_others_that_a_person_keeps_stay_and_the_issue_clears(stage: DeskStage) -> None:
    quote = stage.quoting_id("quote", number=stage.numbers("lines added by others")[0])
    row = await stage.row("lines added by others")
    before = lines_of(stage, stage.numbers("lines added by others")[0])
    await stage.bench.links.decide_lines(SITE, quote, "keep")
    result = await stage.bench.issues.retry([row.id])
    assert set(result.by_outcome) <= {"in step", "written"}
    assert set(before) <= set(lines_of(stage, stage.numbers("lines added by others")[0]))


def lines_of(stage: DeskStage, number: str) -> dict[int, dict[str, Any]]:
    (quote,) = [key for key, row in stage.held("Quotes").items() if row.get("externalQuoteNumber") == number]
    return {key: row for key, row in stage.held("QuoteItems").items() if row["quoteID"] == quote}


async def test_links_that_were_lost_come_back_from_the_stamps(empty_stage: DeskStage) -> None:
    await empty_stage.bench.runs.read_only()
    done = await empty_stage.bench.links.rebuild(SITE)
    stamped = [row for row in empty_stage.held("Quotes").values() if row.get("externalQuoteNumber")]
    assert done.quotes > 0
    assert done.quotes <= len(stamped)
    assert len([x for x in await empty_stage.bench.links.all(SITE, RecordKind.QUOTE) if not x.part]) == done.quotes
    assert empty_stage.writes == []
