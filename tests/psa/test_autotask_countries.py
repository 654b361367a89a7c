"""A company's country: Autotask keeps countries by an id, addresses of the quoting side hold a code or a name."""

from typing import Any

import pytest

from sync_desktop.domain.records import Address, Company
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Drafted
from sync_desktop.sandbox.autotask.settings import ApiUser
from tests.psa.tenant_client import Desk, Known, desk

ROWS = [
    {"id": 237, "name": "United States", "displayName": "United States", "countryCode": "US", "isActive": True},
    {"id": 77, "name": "United Kingdom", "displayName": "Great Britain", "countryCode": "GB", "isActive": True},
    {"id": 156, "name": "The Netherlands", "displayName": "Netherlands", "countryCode": "NL", "isActive": True},
    {"id": 40, "name": "Norway", "displayName": "Norway (old)", "countryCode": "NO", "isActive": False},
]
TENANT: dict[str, list[dict[str, Any]]] = {"Countries": ROWS}


def company(country: str) -> Company:
    return Company(id="c1", name="Litware", type="Customer", phone="555-0101", address=Address(country=country))


def drafted(at: Desk, country: str) -> Drafted:
    known = Known()
    known.defaults = {"Companies.ownerResourceID": "3"}
    return at.connector.draft(company(country), known)


def asked(at: Desk) -> int:
    return sum("/Countries/" in each.url for each in at.sent)


async def test_a_country_is_found_by_its_iso_code_or_a_name_and_arrives_with_the_company() -> None:
    async with desk(rows=TENANT) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        for called, expected in (
            ("US", 237),
            ("us", 237),
            ("U.S.A.", 237),
            ("united  states", 237),
            ("UK", 77),
            ("Great Britain", 77),
            ("Netherlands", 156),
            ("the Netherlands", 156),
        ):
            found = drafted(at, called)
            assert found.warnings == (), called
            assert found.draft is not None
            row_id = await at.connector.create(found.draft)
            assert at.practice.store.rows("Companies")[int(row_id)]["countryID"] == expected, called


@pytest.mark.parametrize(
    ("called", "why"),
    [
        ("Atlantis", "Autotask has no country “Atlantis”"),
        ("NO", "“Norway (old)” is inactive in Autotask"),
        ("norway", "“Norway (old)” is inactive in Autotask"),
    ],
)
async def test_a_country_that_cannot_be_sent_is_told_and_stops_nothing(called: str, why: str) -> None:
    async with desk(rows=TENANT) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        found = drafted(at, called)
        assert found.warnings == (f"Country: {why}, so it is not sent",)
        assert found.failures == ()
        assert found.draft is not None
        assert "countryID" not in found.draft.fields


async def test_no_country_is_no_warning() -> None:
    async with desk(rows=TENANT) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        assert drafted(at, "").warnings == ()


@pytest.mark.parametrize("answer", ["empty", "500", "403"])
async def test_a_user_who_may_not_see_countries_still_makes_companies(answer: str) -> None:
    user = ApiUser("thin@fabrikam.example", "secret", denied=frozenset({"Countries"}))
    async with desk(user, rows=TENANT, secret="secret", username=user.username) as at:
        at.practice.switch("denied_read", answer)
        await at.connector.prepare([RecordKind.COMPANY])
        found = drafted(at, "US")
        assert found.draft is not None
        assert found.warnings == (
            "Country: Autotask shows this API user no countries, and “US” has to be one, so it is not sent",
        )


async def test_the_list_is_read_once_for_companies_only_and_kept() -> None:
    async with desk(rows=TENANT) as at:
        await at.connector.prepare([RecordKind.CONTACT, RecordKind.QUOTE])
        assert asked(at) == 0
        await at.connector.prepare([RecordKind.COMPANY])
        await at.connector.prepare([RecordKind.COMPANY])
        assert asked(at) == 1
        assert [row["id"] for row in at.cache.values["autotask/countries"]] == ["40", "77", "156", "237"]


async def test_what_was_kept_is_not_read_again() -> None:
    async with desk() as at:
        at.cache.values["autotask/countries"] = [{**ROWS[0], "id": "237"}]
        await at.connector.prepare([RecordKind.COMPANY])
        found = drafted(at, "US")
        assert found.draft is not None
        assert (found.draft.fields["countryID"], asked(at)) == (237, 0)


async def test_a_country_is_sent_on_creation_only() -> None:
    """A list that is not shown for a while must not clear what a company has."""
    async with desk(rows=TENANT) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        draft = drafted(at, "US").draft
        assert draft is not None
        assert "countryID" not in draft.updatable
