"""Signing in: who gives tokens, what is sent there and how often, and what a wrong secret, tenant or host comes to."""

from itertools import product
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind, RecordKind, RequestClass
from sync_desktop.psa.halopsa import OWN_CAP, PRACTICE_CAP
from sync_desktop.psa.halopsa.addresses import (
    Authority,
    auth_server,
    authority,
    resource_server,
    told_authority,
    web_origin,
)
from sync_desktop.psa.halopsa.dialect import HaloDialect
from sync_desktop.psa.halopsa.rows import CLIENT
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from sync_desktop.transport.messages import Request
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import failing
from tests.sandbox.halopsa_tenant import SECRET, TENANT
from tests.transport.wire import serving

RESOURCE = "https://acme.halopsa.com/api"


def asked(at: Desk) -> list[str]:
    """Return method and path of every exchange, signing in included."""
    return [f"{each.method} {urlsplit(each.url).path}" for each in at.journal.exchanges]


@pytest.mark.parametrize(
    ("typed", "resource"),
    [
        ("https://acme.halopsa.com/api", RESOURCE),
        (" https://acme.halopsa.com/api/ ", RESOURCE),
        ("acme.halopsa.com", RESOURCE),
        ("https://halo.example/itsm/api", "https://halo.example/itsm/api"),
        ("", ""),
    ],
)
def test_the_resource_server_may_be_typed_as_people_know_it(typed: str, resource: str) -> None:
    assert resource_server(typed) == resource


def test_addresses_beside_the_api() -> None:
    assert web_origin(RESOURCE) == "https://acme.halopsa.com"
    assert auth_server("acme.halopsa.com") == "https://acme.halopsa.com/auth"
    assert auth_server("") == ""


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"auth_url": "https://acme.halopsa.com/auth/"}, Authority("https://acme.halopsa.com/auth", ("token",), "")),
        (
            {"auth_url": "https://auth.haloservicedesk.com", "tenant_id": "acme"},
            Authority("https://auth.haloservicedesk.com", ("token", "auth/token"), "acme"),
        ),
        ({}, Authority("https://acme.halopsa.com/auth", ("token",), "")),
        (None, Authority("https://acme.halopsa.com/auth", ("token",), "")),
        ("no", Authority("https://acme.halopsa.com/auth", ("token",), "")),
    ],
)
def test_the_instance_says_who_gives_tokens(told: object, found: Authority) -> None:
    assert told_authority(told, RESOURCE, "") == found


def test_a_tenant_that_was_typed_counts_before_the_one_that_is_told() -> None:
    assert told_authority({"tenant_id": "told"}, RESOURCE, "typed").tenant == "typed"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/auth",
        "https://evilhalopsa.com/auth",
        "https://halopsa.com.evil.example/auth",
        "http://x",
        "?",
    ],
)
def test_the_secret_is_sent_to_no_foreign_host(url: str) -> None:
    with pytest.raises(SyncError) as caught:
        told_authority({"auth_url": url}, RESOURCE, "")
    failure = caught.value.failure
    assert (failure.kind, failure.facts["reason"]) == (FailureKind.CREDENTIALS, "authorisation server")
    assert "nothing was sent there" in failure.message


def test_an_instance_of_ones_own_names_its_own_host() -> None:
    found = told_authority({"auth_url": "https://halo.example/auth"}, "https://halo.example/api", "")
    assert found == authority("https://halo.example/auth", "")


@pytest.mark.parametrize("position", ["path", "path_slash", "host"])
async def test_one_token_signs_everything(position: str) -> None:
    async with desk() as at:
        at.practice.switch("auth_url", position)
        first, second = await at.connector.test()
        assert "accepted the client id and secret" in first
        assert second == "This application sees 3 clients."
        await at.connector.read(CLIENT, ["10"])
        token = "/token" if position == "host" else "/auth/token"
        assert asked(at)[:3] == ["GET /api/authinfo", f"POST {token}", "GET /api/Client"]
        assert len([each for each in asked(at) if each.startswith("POST")]) == 1
        assert "tenant=fabrikam" in at.journal.exchanges[1].url


async def test_a_bare_authority_may_give_its_tokens_below_auth() -> None:
    async with desk() as at:
        at.practice.switch("auth_url", "host")
        await at.connector.test()
        at.practice.switch("auth_url", "path")
        at.practice.instance.door.revoke()
        at.forget()
        await at.connector.read(CLIENT, ["10"])
        assert asked(at)[:4] == ["GET /api/Client/10", "POST /token", "POST /auth/token", "GET /api/Client/10"]


async def test_an_authority_that_was_typed_is_asked_without_discovery() -> None:
    async with desk(auth_server="{origin}/auth/", tenant=TENANT) as at:
        await at.connector.test()
        assert asked(at) == ["POST /auth/token", "GET /api/Client"]


async def test_an_address_that_gives_no_tokens_is_told() -> None:
    async with desk(auth_server="{origin}/elsewhere") as at:
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.NOT_FOUND
        assert failure.message.startswith("HaloPSA does not say where people sign in")


async def test_a_wrong_secret_is_sent_once_and_nothing_is_signed_until_it_changes() -> None:
    async with desk(secret="wrong") as at:
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.CREDENTIALS
        assert failure.message == "The specified client credentials are invalid."
        assert failure.facts["reason"] == "client secret"
        again = await failing(at.connector.read(CLIENT, ["10"]))
        assert again.message == failure.message
        assert asked(at) == ["GET /api/authinfo", "POST /auth/token"]
        assert at.latch.shut


@pytest.mark.parametrize(("position", "part"), [("named", "client id"), ("same", "client secret")])
async def test_an_unknown_client_id_is_told_apart_where_the_server_does_so(position: str, part: str) -> None:
    async with desk(client_id="somebody") as at:
        at.practice.switch("unknown_client", position)
        failure = await failing(at.connector.test())
        assert (failure.kind, failure.facts["reason"]) == (FailureKind.CREDENTIALS, part)
        assert at.latch.shut


async def test_an_authorisation_server_that_nobody_answers_at_is_told_as_that() -> None:
    async with desk(auth_server="http://127.0.0.1:1/auth") as at:
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.NETWORK
        assert (failure.facts["setting"], failure.facts["reason"]) == ("authorisation server", "refused")
        assert not at.latch.shut


async def test_an_address_that_is_not_the_apis_is_told_instead_of_seeing_no_clients() -> None:
    async with desk(resource_server="{origin}/elsewhere", auth_server="{origin}/auth") as at:
        failure = await failing(at.connector.test())
        assert failure.message == "HaloPSA has no place for Client rows"


async def test_who_asks_for_credentials_to_tell_of_its_authority_is_not_halopsa() -> None:
    async def shut(_: web.Request) -> web.Response:
        return web.Response(status=401)

    async with serving(shut) as port, desk(resource_server=f"http://127.0.0.1:{port}/api") as at:
        failure = await failing(at.connector.test())
        assert failure.message.startswith("HaloPSA does not say where people sign in: http://127.0.0.1:")
        assert failure.message.endswith("/api answered with HTTP 401")
        assert not at.latch.shut


async def test_a_tenant_that_is_not_known_is_told_and_shuts_nothing() -> None:
    async with desk(tenant="fabricam") as at:
        failure = await failing(at.connector.test())
        assert failure.message.startswith("HaloPSA does not know the tenant “fabricam”")
        assert not at.latch.shut


async def test_scopes_that_are_refused_are_a_permission_and_named() -> None:
    clerk = ApiApplication("clerk", "c", 2, scopes=frozenset({"read:crm"}))
    async with desk(clerk, client_id="clerk", secret="c") as at:
        failure = await failing(at.connector.test())
        assert (failure.kind, failure.facts["scope"]) == (FailureKind.PERMISSION, "read:crm")
        assert not at.latch.shut


async def test_a_token_is_renewed_before_it_ends() -> None:
    async with desk() as at:
        await at.connector.test()
        await at.clock.sleep(3600 - 121)
        await at.connector.read(CLIENT, ["10"])
        assert asked(at).count("POST /auth/token") == 1
        await at.clock.sleep(2)
        await at.connector.read(CLIENT, ["10"])
        assert asked(at).count("POST /auth/token") == 2


async def test_a_token_that_was_made_worthless_is_replaced_once() -> None:
    async with desk() as at:
        await at.connector.test()
        at.practice.instance.door.revoke()
        assert list(await at.connector.read(CLIENT, ["10"])) == ["10"]
        assert asked(at).count("POST /auth/token") == 2


async def test_a_token_that_never_holds_is_told_after_one_new_one() -> None:
    async with desk(settings={"token_seconds": 0}) as at:
        failure = await failing(at.connector.test())
        assert failure.message == "HaloPSA did not accept the token that it gave"
        assert asked(at)[1:] == ["POST /auth/token", "GET /api/Client", "POST /auth/token", "GET /api/Client"]
        assert at.latch.shut


async def test_nothing_of_the_secret_or_the_token_is_kept() -> None:
    async with desk() as at:
        await at.connector.test()
        (token,) = at.practice.instance.door._tokens
        assert token not in at.journal.text
        assert SECRET not in at.journal.text


async def test_a_site_that_only_reads_signs_in_and_reads() -> None:
    async with desk(writes=False) as at:
        await at.connector.test()
        await at.connector.prepare(list(RecordKind))
        failure = await failing(at.client.post(CLIENT, {"name": "Litware"}, label="Create company Litware"))
        assert failure.kind is FailureKind.READ_ONLY
        assert at.posts == []


NO_READS = (
    ("POST", "Client"),
    ("POST", "Quotation"),
    ("POST", "Opportunities"),
    ("POST", "Quotation/Approval"),
    ("POST", "Lookup/ClearCache"),
    ("POST", "token"),
    ("DELETE", "Quotation/600"),
    ("PUT", "Client"),
    ("PATCH", "Client/10"),
    ("GET", "Webhook"),
)


async def test_rule_01_a_site_that_only_reads_may_send_nothing_but_listed_reads() -> None:
    async with desk(writes=False) as at:
        session = at.client._session
        for (method, path), kind in product(NO_READS, RequestClass):
            failure = await failing(session.send(Request(method, path, kind, "Look", json=[{"id": 10}])))
            assert failure.kind is FailureKind.READ_ONLY
        assert at.calls == []
    assert {method for method, _ in HaloDialect.reads} == {"GET"}


def test_practice_instances_know_no_limit_of_ours() -> None:
    assert OWN_CAP < 300 < PRACTICE_CAP
