"""Sites: form, secrets, test of the connection in words, the role switch; and Help."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, IssueState, Psa, RecordKind, Role
from sync_desktop.sandbox import credentials
from sync_desktop.workbench.views import SiteInput
from tests.workbench.desk_stage import SITE, DeskStage


async def test_a_new_sites_form_asks_for_everything_and_recommends_a_user_of_its_own(empty_stage: DeskStage) -> None:
    form = await empty_stage.bench.sites.form()
    assert (form.id, form.name, form.psa, form.role, form.practice) == ("", "", Psa.AUTOTASK, Role.ASSIST, False)
    assert [field.name for field in form.fields] == ["quoting_url", "username", "zone_url", "web_url"]
    assert [(secret.name, secret.optional) for secret in form.secrets] == [
        ("api-key", False),
        ("integration-key", True),
        ("autotask.secret", False),
        ("autotask.integration_code", False),
    ]
    assert not any(secret.stored for secret in form.secrets)
    for psa in Psa:
        advice = (await empty_stage.bench.sites.form(psa=psa)).advice
        assert any("of its own" in text and "never Salesbuildr's" in text for text in advice), psa


async def test_a_saved_site_only_reads_and_its_secrets_are_in_the_keyring_only(empty_stage: DeskStage) -> None:
    given = empty_stage.live_input()
    site_id = await empty_stage.bench.sites.save(given)
    (band,) = [site for site in await empty_stage.bench.sites.sites() if site.id == site_id]
    assert (band.name, band.role, band.role_label) == ("Contoso MSP", Role.ASSIST, "ASSIST: READ ONLY")
    form = await empty_stage.bench.sites.form(site_id)
    assert {field.name: field.value for field in form.fields} == dict(given.fields)
    assert all(secret.stored for secret in form.secrets if not secret.optional)
    kept = empty_stage.secrets.get(site_id, "autotask.secret")
    assert kept is not None
    assert kept.get_secret_value() == credentials.AUTOTASK_SECRET
    assert "secret" not in repr(given).casefold().replace("autotask.secret", "")
    for secret in given.secrets.values():
        assert secret not in repr(form)
        assert secret.encode() not in b"".join(each.read_bytes() for each in empty_stage.path.parent.iterdir())


async def test_a_secret_that_was_not_typed_anew_stays(empty_stage: DeskStage) -> None:
    site_id = await empty_stage.bench.sites.save(empty_stage.live_input())
    renamed = empty_stage.live_input(id=site_id, name="Contoso", secrets={"api-key": ""})
    assert await empty_stage.bench.sites.save(renamed) == site_id
    kept = empty_stage.secrets.get(site_id, "api-key")
    assert kept is not None
    assert kept.get_secret_value() == credentials.API_KEY
    assert [site.name for site in await empty_stage.bench.sites.sites() if site.id == site_id] == ["Contoso"]


async def test_a_new_site_can_be_tried_where_there_is_no_keyring(
    empty_stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_keyring(site_id: str, name: str) -> SecretStr | None:
        raise UserError("This system has no keyring")

    monkeypatch.setattr(empty_stage.secrets, "get", no_keyring)
    tried = await empty_stage.bench.sites.test(empty_stage.live_input())
    assert [line.ok for line in tried] == [True, True, True]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "  "}, "Give the site a name"),
        ({"name": "fabrikam it"}, "There is a site named “fabrikam it” already"),
        ({"fields": {"quoting_url": "acme.salesbuildr.com"}}, "Salesbuildr API address: enter an address such as"),
        ({"fields": {"quoting_url": "ftp://acme.example"}}, "Salesbuildr API address: enter an address such as"),
        ({"fields": {}}, "Salesbuildr API address: enter an address such as"),
        ({"id": SITE}, "A practice site's connection is set by the sandbox"),
        ({"id": "nowhere"}, "This workspace has no site “nowhere”."),
    ],
)
async def test_a_site_that_cannot_be_kept_says_why_and_nothing_is_stored(
    empty_stage: DeskStage, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(UserError) as raised:
        await empty_stage.bench.sites.save(empty_stage.live_input(**changes))
    assert str(raised.value).startswith(says)
    assert [site.id for site in await empty_stage.bench.sites.sites()] == [SITE]


async def test_an_integration_key_goes_beside_the_api_key_and_stays_out_of_every_file(empty_stage: DeskStage) -> None:
    stage = empty_stage
    typed = stage.live_input()
    stage.sandbox.switches.set("salesbuildr", "integration_key", value=True)
    assert (await lines(stage, typed))[0] == (False, "Salesbuildr: No integration key provided.")
    wanted = {**typed.secrets, "integration-key": credentials.API_KEY}
    assert (await lines(stage, stage.live_input(secrets=wanted)))[0][0]
    stage.sandbox.switches.set("salesbuildr", "integration_key", value=False)
    site_id = await stage.bench.sites.save(stage.live_input(secrets={**wanted, "integration-key": "a-second-key"}))
    form = await stage.bench.sites.form(site_id)
    assert all(secret.stored for secret in form.secrets)
    await stage.bench.runs.read_only()
    await stage.bench.runs.batch(site_id, [quote_ref(stage, "in step")], AttemptKind.CHECK, "Checking 1 quote")
    kept = b"".join(each.read_bytes() for each in stage.path.parent.iterdir())
    assert b'"integration-key":"[removed]"' in kept
    assert b"a-second-key" not in kept


async def test_an_integration_key_can_be_forgotten_which_opens_salesbuildr_again(empty_stage: DeskStage) -> None:
    stage = empty_stage
    stage.sandbox.switches.set("salesbuildr", "integration_key", value=True)
    typed = stage.live_input()
    wrong = {**typed.secrets, "integration-key": "mistyped"}
    site_id = await stage.bench.sites.save(stage.live_input(secrets=wrong))
    refs = [quote_ref(stage, "in step")]
    await stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    form = await stage.bench.sites.form(site_id)
    assert {secret.name for secret in form.secrets if secret.rejected_by} == {"api-key", "integration-key"}
    stage.sandbox.switches.set("salesbuildr", "integration_key", value=False)
    await stage.bench.sites.save(stage.live_input(id=site_id, secrets={}, forget=frozenset({"integration-key"})))
    form = await stage.bench.sites.form(site_id)
    assert [secret.name for secret in form.secrets if not secret.stored] == ["integration-key"]
    assert not any(secret.rejected_by for secret in form.secrets)
    await stage.bench.runs.read_only()
    result = await stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    assert result.by_outcome == {"in step": 1}


def quote_ref(stage: DeskStage, case: str, number: int = 0) -> RecordRef:
    """Return the reference of one of a case's quotes."""
    return RecordRef(kind=RecordKind.QUOTE, id=stage.quoting_id("quote", number=stage.numbers(case)[number]))


async def lines(stage: DeskStage, given: SiteInput) -> list[tuple[bool, str]]:
    return [(line.ok, line.text) for line in await stage.bench.sites.test(given)]


async def test_a_connection_that_works_says_what_was_seen_and_keeps_nothing(empty_stage: DeskStage) -> None:
    found = await lines(empty_stage, empty_stage.live_input())
    companies = len(empty_stage.sandbox.site().quoting_store.rows("company"))
    assert found[0] == (True, f"Salesbuildr: the key was accepted; {companies} companies can be read.")
    assert found[1][0]
    assert "user name, secret and integration code were accepted" in found[1][1]
    assert found[2] == (
        True,
        "Autotask: The tenant used 1 of its 10,000 calls in the last hour, all integrations together.",
    )
    assert [site.id for site in await empty_stage.bench.sites.sites()] == [SITE]
    assert empty_stage.writes == []


@pytest.mark.parametrize(
    ("fields", "secrets", "ok", "says"),
    [
        ({}, {"api-key": "wrong"}, (False, True), "Salesbuildr: "),
        ({}, {"autotask.secret": "wrong"}, (True, False), "Autotask: Autotask authentication error"),
        ({}, {"autotask.integration_code": "WRONG"}, (True, False), "Autotask: IntegrationCode is invalid."),
        ({"username": "nobody"}, {}, (True, False), "Autotask: Zone information could not be determined."),
    ],
)
async def test_each_thing_that_was_typed_wrong_has_its_own_sentence(
    empty_stage: DeskStage, fields: dict[str, str], secrets: dict[str, str], ok: tuple[bool, bool], says: str
) -> None:
    given = empty_stage.live_input()
    typed = empty_stage.live_input(fields={**given.fields, **fields}, secrets={**given.secrets, **secrets})
    found = await lines(empty_stage, typed)
    assert (found[0][0], found[-1][0]) == ok
    (wrong,) = [text for good, text in found if not good]
    assert wrong.startswith(says)
    assert "**" not in wrong
    assert len(wrong) > len(says)


async def test_a_wrong_secret_is_sent_once_and_the_site_says_so_until_it_changes(empty_stage: DeskStage) -> None:
    typed = empty_stage.live_input()
    wrong = empty_stage.live_input(secrets={**typed.secrets, "autotask.secret": "wrong"})
    site_id = await empty_stage.bench.sites.save(wrong)
    await empty_stage.bench.runs.read_only()
    refs = [quote_ref(empty_stage, "in step")]
    for _ in range(2):
        await empty_stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    signed = [each for each in empty_stage.sandbox.log.entries(system="autotask") if each["status"] == 401]
    assert len(signed) == 1
    band = next(site for site in await empty_stage.bench.sites.sites() if site.id == site_id)
    assert "credentials were rejected" in band.problem
    await empty_stage.bench.sites.save(empty_stage.live_input(id=site_id))
    band = next(site for site in await empty_stage.bench.sites.sites() if site.id == site_id)
    assert band.problem == ""
    result = await empty_stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    assert result.by_outcome == {"in step": 1}


async def test_another_address_or_name_opens_what_was_rejected_at_the_old_one(empty_stage: DeskStage) -> None:
    typed = empty_stage.live_input()
    site_id = await empty_stage.bench.sites.save(
        empty_stage.live_input(fields={**typed.fields, "username": credentials.VENDOR_USERNAME})
    )
    await empty_stage.bench.runs.read_only()
    refs = [quote_ref(empty_stage, "in step")]
    await empty_stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    band = next(site for site in await empty_stage.bench.sites.sites() if site.id == site_id)
    assert "credentials were rejected" in band.problem
    await empty_stage.bench.sites.save(empty_stage.live_input(id=site_id, secrets={}))
    result = await empty_stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 1 quote")
    assert result.by_outcome == {"in step": 1}


async def test_a_site_is_connected_once_however_many_ask_at_the_same_time(empty_stage: DeskStage) -> None:
    """Two connections would have two latches, and a wrong secret would be signed twice."""
    stage = empty_stage.bench._stage
    first, second = await asyncio.gather(stage.run(SITE), stage.run(SITE))
    assert first is second
    refs = [quote_ref(empty_stage, "in step", number) for number in range(2)]
    await empty_stage.bench.runs.read_only()
    runs = empty_stage.bench.runs
    await asyncio.gather(*(runs.batch(SITE, [ref], AttemptKind.CHECK, "Checking 1 quote") for ref in refs))
    zones = [each for each in empty_stage.sandbox.log.entries(system="autotask") if "zoneInformation" in each["path"]]
    assert len(zones) == 1


@pytest.mark.parametrize(
    ("confirmed", "typed", "says"),
    [
        (False, "Contoso MSP", "Confirm first that Salesbuildr's own push is off"),
        (True, "contoso msp", "Type the site's name, “Contoso MSP”"),
        (True, "", "Type the site's name, “Contoso MSP”"),
    ],
)
async def test_a_live_site_writes_only_after_the_confirmation_and_its_name(
    empty_stage: DeskStage, confirmed: bool, typed: str, says: str
) -> None:
    site_id = await empty_stage.bench.sites.save(empty_stage.live_input())
    with pytest.raises(UserError) as raised:
        await empty_stage.bench.sites.set_role(site_id, Role.WRITE, push_off_confirmed=confirmed, typed_name=typed)
    assert str(raised.value).startswith(says)
    band = next(site for site in await empty_stage.bench.sites.sites() if site.id == site_id)
    assert band.role is Role.ASSIST


async def test_the_first_write_of_a_live_site_asks_for_its_preview_each_time_it_was_switched_on(
    empty_stage: DeskStage,
) -> None:
    stage = empty_stage
    site_id = await stage.bench.sites.save(stage.live_input())
    await stage.bench.runs.read_only()
    refs = [quote_ref(stage, "ready", number) for number in range(3)]
    await stage.bench.runs.batch(site_id, refs, AttemptKind.CHECK, "Checking 3 quotes")
    await stage.bench.sites.set_role(site_id, Role.WRITE, push_off_confirmed=True, typed_name=" Contoso MSP ")
    band = next(site for site in await stage.bench.sites.sites() if site.id == site_id)
    assert (band.role, band.role_label) == (Role.WRITE, "WRITES TO PSA")
    page = await stage.bench.issues.page(state=IssueState.OPEN)
    first, second, third = [row.id for row in page.rows]
    assert (await stage.bench.issues.retry([first])).needs_preview
    assert stage.writes == []
    assert (await stage.bench.issues.retry([first], confirmed=True)).by_outcome == {"written": 1}
    assert not (await stage.bench.issues.retry([second])).needs_preview
    await stage.bench.sites.set_role(site_id, Role.ASSIST, push_off_confirmed=True, typed_name="")
    sent = len(stage.writes)
    await stage.bench.issues.retry([second])
    assert len(stage.writes) == sent
    await stage.bench.sites.set_role(site_id, Role.WRITE, push_off_confirmed=True, typed_name="Contoso MSP")
    assert (await stage.bench.issues.retry([third])).needs_preview


async def test_the_band_tells_when_quotes_were_read_and_how_many_calls_were_used(stage: DeskStage) -> None:
    (before,) = await stage.bench.sites.sites()
    assert before.quotes_read_at is not None
    assert (before.role_label, before.practice, before.calls_text) == ("PRACTICE", True, "")
    await stage.bench.issues.retry([(await stage.row("billing code inactive")).id])
    (after,) = await stage.bench.sites.sites()
    assert after.calls_text.startswith("Autotask ")
    assert " of our 1,500" in after.calls_text
    await stage.bench.sites.set_role(SITE, Role.ASSIST, push_off_confirmed=False, typed_name="")
    (assist,) = await stage.bench.sites.sites()
    assert assist.role_label == "PRACTICE: READ ONLY"


async def test_help_explains_why_opportunity_changes_do_not_come_back(empty_stage: DeskStage) -> None:
    topics = {key: (title, " ".join(texts).replace("**", "")) for key, title, texts in empty_stage.bench.help_topics()}
    _, text = topics["autotask-opportunities"]
    assert "webhook" in text
    assert "10,000 calls" in text
    assert all(title and texts for title, texts in topics.values())
