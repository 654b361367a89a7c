"""Who may call the practice Autotask, and what everybody else is told."""

from collections.abc import AsyncIterator

import pytest

from sync_desktop.sandbox.autotask.settings import ApiUser
from tests.sandbox.autotask_tenant import (
    CODE,
    COMPANY,
    EVERYTHING,
    SECRET,
    USER,
    Practice,
    practice,
    signature,
)

ZONE = "/atservicesrest/v1.0/zoneInformation"
ZONE_UNKNOWN = {"errors": ["Zone information could not be determined"]}
READER = ApiUser("reader@fabrikam.example", "r", 2, read_only=True)
CLERK = ApiUser("clerk@fabrikam.example", "c", 2, denied=frozenset({"quotes"}))
VENDOR = ApiUser("vendor@salesbuildr.example", "v", 2, integration_code="VENDORCODE")
AS_READER = signature(READER.username, READER.secret)
AS_CLERK = signature(CLERK.username, CLERK.secret)
WRONG = {"Secret": "guess"}


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice(READER, CLERK, VENDOR) as running:
        yield running


async def bare(api: Practice, path: str) -> tuple[int, str]:
    async with api.session.get(f"{api.origin}{path}") as reply:
        return reply.status, await reply.text()


@pytest.mark.parametrize("path", [ZONE, "/ATServicesRest/V1.0/ZoneInformation", ZONE.upper() + "/"])
async def test_the_zone_is_told_to_anyone_who_names_a_user(api: Practice, path: str) -> None:
    reply = await api.call("GET", path, headers={"UserName": "", "Secret": ""}, params={"USER": USER.upper()})
    assert reply.status == 200
    assert reply.json == {
        "zoneName": "Practice zone",
        "url": f"{api.origin}/ATServicesRest/",
        "webUrl": f"{api.origin}/",
        "ci": 100001,
    }


async def test_the_zone_leads_back_through_the_host_that_was_called(api: Practice) -> None:
    reply = await api.call("GET", ZONE, headers={"Host": "proxy.example:8080"}, params={"user": USER})
    assert reply.json["url"] == "http://proxy.example:8080/ATServicesRest/"


@pytest.mark.parametrize("query", ["?user=nobody", "?user=", ""])
async def test_an_unknown_user_has_no_zone(api: Practice, query: str) -> None:
    status, text = await bare(api, ZONE + query)
    assert status == 500
    assert "Zone information could not be determined" in text


@pytest.mark.parametrize("path", ["/atservicesrest/versioninformation", "/ATServicesRest/V1.0/VersionInformation"])
async def test_versions_need_no_headers(api: Practice, path: str) -> None:
    assert await bare(api, path) == (200, '{"apiVersions":["1.0"]}')


@pytest.mark.parametrize("path", [ZONE, "/atservicesrest/versioninformation"])
async def test_unsigned_routes_only_answer_get(api: Practice, path: str) -> None:
    assert (await api.post(path, {})).status == 405


async def test_an_unknown_user_is_told_of_the_zone_on_entities_too(api: Practice) -> None:
    reply = await api.call("GET", "Companies/10", headers={"UserName": "nobody@fabrikam.example"})
    assert (reply.status, reply.json) == (500, ZONE_UNKNOWN)


async def test_a_call_without_headers_is_one_of_an_unknown_user(api: Practice) -> None:
    status, text = await bare(api, "/ATServicesRest/V1.0/Companies/10")
    assert status == 500
    assert "Zone information" in text


async def test_a_wrong_integration_code_is_named(api: Practice) -> None:
    reply = await api.call("GET", "Companies/10", headers={"ApiIntegrationCode": "other"})
    assert (reply.status, reply.json) == (500, {"errors": ["IntegrationCode is invalid."]})


async def test_a_wrong_secret_gets_an_empty_401(api: Practice) -> None:
    reply = await api.call("GET", "Companies/10", headers=WRONG)
    assert (reply.status, reply.text) == (401, "")
    assert "WWW-Authenticate" not in reply.headers


async def test_each_user_signs_with_its_own_integration_code(api: Practice) -> None:
    own = signature(VENDOR.username, VENDOR.secret, "VENDORCODE")
    assert (await api.call("GET", "Companies/10", headers=own)).status == 200
    assert (await api.call("GET", "Companies/10", headers={**own, "ApiIntegrationCode": CODE})).status == 500


async def test_five_wrong_secrets_lock_the_user_until_an_administrator_unlocks_it(api: Practice) -> None:
    for _ in range(5):
        await api.call("GET", "Companies/10", headers=WRONG)
    assert (await api.get("Companies/10")).status == 401
    assert (await api.call("GET", "Companies/10", headers=AS_READER)).status == 200
    api.tenant.door.unlock(USER)
    assert (await api.get("Companies/10")).status == 200


async def test_a_right_secret_forgets_the_wrong_ones(api: Practice) -> None:
    for _ in range(4):
        await api.call("GET", "Companies/10", headers=WRONG)
    assert (await api.get("Companies/10")).status == 200
    await api.call("GET", "Companies/10", headers=WRONG)
    assert (await api.get("Companies/10")).status == 200


async def test_the_number_of_wrong_secrets_is_a_setting() -> None:
    async with practice(lockout_after=1) as api:
        await api.call("GET", "Companies/10", headers=WRONG)
        assert api.tenant.door.locked == {USER}
        api.tenant.reset()
        assert (await api.get("Companies/10")).status == 200


async def test_a_read_only_user_reads_and_cannot_write(api: Practice) -> None:
    assert (await api.call("POST", "Companies/query", EVERYTHING, headers=AS_READER)).status == 200
    for method, path, action in (
        ("POST", "Companies", "create"),
        ("PATCH", "Companies", "update"),
        ("DELETE", "Quotes/50/Items/60", "delete"),
    ):
        reply = await api.call(method, path, COMPANY, headers=AS_READER)
        expected = f"The logged in Resource does not have the adequate permissions to {action} this entity type."
        assert (reply.status, reply.json) == (500, {"errors": [expected]})
    assert len(api.store.rows("Companies")) == 4


async def test_a_user_that_lacks_an_entity_finds_nothing_there(api: Practice) -> None:
    found = await api.call("POST", "Quotes/query", EVERYTHING, headers=AS_CLERK)
    assert found.json["items"] == []
    assert (await api.call("GET", "Quotes/50", headers=AS_CLERK)).json == {"item": None}
    assert (await api.call("PATCH", "Quotes", {"id": 50, "name": "x"}, headers=AS_CLERK)).status == 500
    info = await api.call("GET", "Quotes/entityInformation", headers=AS_CLERK)
    assert info.json["info"]["canCreate"] is True
    assert info.json["info"]["userAccessForCreate"] == "None"
    assert (await api.call("GET", "Companies/10", headers=AS_CLERK)).json["item"]["id"] == 10


async def test_what_a_user_writes_carries_its_resource(api: Practice) -> None:
    made = await api.call("POST", "Companies", COMPANY, headers=signature(VENDOR.username, "v", "VENDORCODE"))
    assert api.row("Companies", made.json["itemId"])["createdByResourceID"] == 2


async def test_secrets_do_not_show_in_the_settings(api: Practice) -> None:
    assert SECRET not in repr(api.tenant.settings)
