"""What is made and changed in HaloPSA, where it lands, and what is found of it when its answer was lost."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import TakenOtherwiseError
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, LINES, OPPORTUNITIES, QUOTATION, USERS
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.halopsa_drafts import client, draft, intent, line, user
from tests.psa.tenant_client import failing


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        yield made


async def test_a_client_comes_with_its_main_site_and_main_contact(at: Desk) -> None:
    at.practice.setting("rmaincontactcompulsary")
    made = client(
        main_site__phonenumber="555 0100",
        main_site__line1="1 Main St",
        main_site__postcode="83702",
        main_contact__name="Ada Kaur",
        main_contact__emailaddress="ada@x.example",
    )
    client_id = await at.connector.create(made)
    assert at.posts == ["Client"]
    seen = (await at.connector.read(CLIENT, [client_id]))[client_id]
    assert {name: seen.fields.get(name) for name in made.fields} == dict(made.fields)


async def test_a_main_contact_is_not_made_twice(at: Desk) -> None:
    client_id = await at.connector.create(
        client(main_contact__name="Ada Kaur", main_contact__emailaddress="ada@x.example")
    )
    users = len(at.rows("Users"))
    made = user(int(client_id), phonenumber="555 0199")
    user_id = await at.connector.create(made)
    assert len(at.rows("Users")) == users
    seen = (await at.connector.read(USERS, [user_id]))[user_id]
    assert {name: seen.fields.get(name) for name in made.fields} == dict(made.fields)


async def test_somebody_of_that_name_elsewhere_is_somebody_else(at: Desk) -> None:
    at.practice.store.update("Users", 31, {"ismaincontact": True, "name": "Ada Kaur"})
    made = await at.connector.create(user())
    assert made != "31"
    assert at.rows("Users")[int(made)]["site_id"] == 20


async def test_somebody_alike_who_is_no_main_contact_is_not_taken_for_the_new_one(at: Desk) -> None:
    """Whether they are one is for a person to say, before anything is created."""
    at.practice.store.update("Users", 31, {"name": "Ada Kaur", "emailaddress": "ada@x.example"})
    assert await at.connector.create(user()) != "31"


async def test_where_halopsa_makes_no_site_one_is_made(at: Desk) -> None:
    at.practice.switch("client_makes", "nothing")
    made = client(main_site__phonenumber="555 0100", main_site__line3="Boise", main_contact__name="Ada Kaur")
    client_id = await at.connector.create(made)
    assert at.posts == ["Client", "Site"]
    seen = (await at.connector.read(CLIENT, [client_id]))[client_id]
    assert {name: seen.fields.get(name) for name in made.fields} == dict(made.fields)


async def test_a_client_whose_site_was_refused_is_there_all_the_same() -> None:
    rules = [{"entity": "Site", "errors": ["Please populate region"]}]
    async with desk(rules=rules) as at:
        at.practice.switch("client_makes", "nothing")
        made = client(main_site__phonenumber="555 0100")
        failure = await failing(at.connector.create(made))
        assert (failure.message, failure.facts["sent"]) == ("Please populate region", "unknown")
        (found,) = await at.connector.find_created(intent(made))
        assert found.name == "Litware"


@pytest.mark.parametrize(("client_id", "user_id", "site"), [(11, 32, 21), (10, None, 20), (10, 31, 20)])
async def test_an_opportunity_is_at_its_contacts_site_else_the_main_one(
    at: Desk, client_id: int, user_id: int | None, site: int
) -> None:
    at.practice.store.update("Client", 11, {"main_site_id": 22})
    who = {"client_id": client_id} | ({"user_id": user_id} if user_id else {})
    made = draft(OPPORTUNITIES, RecordKind.OPPORTUNITY, "", "", summary="x", tickettype_id=40, **who)
    assert at.rows("Opportunities")[int(await at.connector.create(made))]["site_id"] == site


async def test_nothing_is_made_for_a_client_that_is_gone(at: Desk) -> None:
    failure = await failing(at.connector.create(user(9999)))
    assert (failure.kind, failure.facts["sent"]) == (FailureKind.NOT_FOUND, "no")
    assert at.posts == []


async def test_what_is_taken_with_a_warning_is_made_and_told() -> None:
    rules = [{"entity": "Item", "warnings": ["Stock is not tracked."]}]
    async with desk(rules=rules) as at:
        item = draft(ITEM, RecordKind.PRODUCT, name="Monitor", assetgroup_id=70)
        with pytest.raises(TakenOtherwiseError) as caught:
            await at.connector.create(item)
        assert caught.value.failure.message == "HaloPSA warned: Stock is not tracked."
        assert caught.value.failure.kind is FailureKind.DIFFERENCE
        assert at.rows("Item")[int(caught.value.external_id)]["name"] == "Monitor"


async def test_what_the_instance_refuses_is_told_in_its_words(at: Desk) -> None:
    at.practice.setting("rmaincontactcompulsary")
    failure = await failing(at.connector.create(client()))
    assert (failure.kind, failure.message) == (FailureKind.REFUSED, "Please populate main contact name")
    assert failure.facts["sent"] == "refused"


async def test_each_kind_of_row_is_found_again(at: Desk) -> None:
    drafts = [
        client(website="https://litware.example", main_site__line1="1 Main St"),
        user(),
        draft(
            OPPORTUNITIES,
            RecordKind.OPPORTUNITY,
            summary="Server",
            details="Three racks",
            tickettype_id=40,
            client_id=10,
        ),
        draft(ITEM, RecordKind.PRODUCT, key="64f0", name="Monitor", assetgroup_id=70, externalreference="64f0"),
        draft(QUOTATION, RecordKind.QUOTE, key="Q-9", title="T", ticket_id=500, client_id=10, third_party_number="Q-9"),
        line(),
    ]
    for each in drafts:
        assert [seen.id for seen in await at.connector.find_created(intent(each))] == []
        made = await at.connector.create(each)
        assert [seen.id for seen in await at.connector.find_created(intent(each))] == [made]


async def test_a_row_that_is_only_called_the_same_is_not_it(at: Desk) -> None:
    await at.connector.create(user(emailaddress="ada@other.example"))
    assert await at.connector.find_created(intent(user())) == []


async def test_two_equal_lines_are_both_found(at: Desk) -> None:
    made = [await at.connector.create(line()), await at.connector.create(line())]
    assert [seen.id for seen in await at.connector.find_created(intent(line()))] == made


@pytest.mark.parametrize("members", ["kept", "reset"])
@pytest.mark.parametrize("left_out", ["removed", "kept"])
async def test_a_line_is_added_behind_the_others_which_stay_as_they_are(at: Desk, left_out: str, members: str) -> None:
    at.practice.switch("lines_left_out", left_out)
    at.practice.switch("line_members", members)
    lines = [{**each, "sort_seq": 10 * each["sort_seq"]} for each in at.rows("Quotation")[600]["lines"]]
    at.practice.store.update("Quotation", 600, {"lines": lines})
    before = {each["id"]: dict(each) for each in at.rows("Quotation")[600]["lines"]}
    made = await at.connector.create(line())
    held = {each["id"]: each for each in at.rows("Quotation")[600]["lines"]}
    assert list(held) == [700, 701, int(made)]
    for line_id, each in before.items():
        assert {name: held[line_id].get(name) for name in each} == each
    assert [seen.id for seen in (await at.connector.lines(["600"]))["600"]] == ["700", "701", made]


@pytest.mark.parametrize("members", ["kept", "reset"])
@pytest.mark.parametrize("left_out", ["removed", "kept"])
async def test_a_line_is_changed_and_nothing_else(at: Desk, left_out: str, members: str) -> None:
    at.practice.switch("lines_left_out", left_out)
    at.practice.switch("line_members", members)
    before = [dict(each) for each in at.rows("Quotation")[600]["lines"]]
    await at.connector.update(LINES, "701", "600", {"quantity": Decimal(7)}, "Update line")
    first, second = at.rows("Quotation")[600]["lines"]
    assert {name: first.get(name) for name in before[0]} == before[0]
    assert {name: second.get(name) for name in before[1]} == {**before[1], "quantity": 7}


@pytest.mark.parametrize("members", ["kept", "reset"])
@pytest.mark.parametrize("left_out", ["removed", "kept"])
async def test_a_line_is_removed_or_it_is_told_that_it_cannot_be(at: Desk, left_out: str, members: str) -> None:
    at.practice.switch("lines_left_out", left_out)
    at.practice.switch("line_members", members)
    if left_out == "removed":
        await at.connector.delete(LINES, "700", "600", "Delete line")
        assert [each["id"] for each in at.rows("Quotation")[600]["lines"]] == [701]
        await at.connector.delete(LINES, "700", "600", "Delete line")  # one that is gone is as good
        return
    failure = await failing(at.connector.delete(LINES, "700", "600", "Delete line"))
    assert failure.message == "HaloPSA keeps lines that a quotation is sent without: delete it there by hand"
    assert (failure.kind, failure.facts["sent"]) == (FailureKind.REFUSED, "refused")


async def test_a_line_that_is_left_out_with_a_warning_is_refused_in_its_words() -> None:
    rules = [{"entity": "QuotationDetail", "when": {"item_id": 90}, "warnings": ["Dock was not added: clearance."]}]
    async with desk(rules=rules) as at:
        failure = await failing(at.connector.create(line()))
        assert (failure.kind, failure.message) == (FailureKind.REFUSED, "Dock was not added: clearance.")
        assert failure.facts["sent"] == "refused"
        assert await at.connector.create(line(item_id=91))


async def test_lines_of_a_quotation_or_a_line_that_is_gone(at: Desk) -> None:
    assert (await failing(at.connector.create(line("9999")))).kind is FailureKind.NOT_FOUND
    with pytest.raises(SyncError):
        await at.connector.update(LINES, "9999", "600", {"quantity": 1}, "Update line")
    assert at.posts == []


async def test_a_client_and_its_main_site(at: Desk) -> None:
    at.practice.store.update("Site", 20, {"delivery_address": {"line1": "1 Main St", "line2": "Suite 2"}})
    changes = {"website": None, "main_site/phonenumber": "555 0199", "main_site/line1": "2 Main St"}
    await at.connector.update(CLIENT, "10", "", changes, "Update company")
    assert at.posts == ["Site", "Client"]
    seen = (await at.connector.read(CLIENT, ["10"]))["10"]
    assert {name: seen.fields.get(name) for name in changes} == changes
    assert seen.fields["main_site/line2"] == "Suite 2"


async def test_a_telephone_alone_touches_no_address(at: Desk) -> None:
    await at.connector.update(CLIENT, "10", "", {"main_site/phonenumber": "555 0199"}, "Update company")
    assert at.posts == ["Site"]
    assert at.exchanges[-1].request_body == '[{"id":20,"phonenumber":"555 0199"}]'


@pytest.mark.parametrize(
    ("entity", "row_id", "changes"),
    [
        (USERS, "31", {"surname": "Cole", "name": "Kim Cole", "mobilenumber": None}),
        (OPPORTUNITIES, "500", {"summary": "Anew"}),
        (ITEM, "90", {"name": "Laptop 5"}),
        (QUOTATION, "600", {"note": "As agreed", "expiry_date": "2026-04-01T00:00:00Z"}),
    ],
)
async def test_other_rows(at: Desk, entity: str, row_id: str, changes: dict[str, Any]) -> None:
    await at.connector.update(entity, row_id, "", changes, "Update")
    assert len(at.posts) == 1
    seen = (await at.connector.read(entity, [row_id]))[row_id]
    assert {name: str(seen.fields.get(name)).rstrip("Z") for name in changes} == {
        name: str(value).rstrip("Z") for name, value in changes.items()
    }


async def test_lines_stay_where_their_quotation_changes(at: Desk) -> None:
    await at.connector.update(QUOTATION, "600", "", {"title": "Anew"}, "Update quote")
    assert [each["id"] for each in at.rows("Quotation")[600]["lines"]] == [700, 701]
