"""Discovery, tokens, bearers, scopes and roles of the practice HaloPSA."""

from collections.abc import AsyncIterator

import pytest

from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.sandbox.halopsa_tenant import CLIENT, CLIENT_ID, SECRET, Practice, practice

SALESBUILDR = ApiApplication("sb", "s", 2, scopes=frozenset({"all:standard", "all:teams", "admin:webhooks"}))
READER = ApiApplication("reader", "r", 2, scopes=frozenset({"read:customers", "read:crm"}))
CLERK = ApiApplication("clerk", "c", 2, denied=frozenset({"Quotation"}))


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice(SALESBUILDR, READER, CLERK) as running:
        yield running


async def test_discovery_needs_no_token_and_leads_back_to_where_the_caller_came_in(api: Practice) -> None:
    for path in ("/api/authinfo", "/API/AuthInfo/"):
        reply = await api.call("GET", path, token="", headers={"Host": "127.0.0.1:9"})
        assert (reply.status, reply.json) == (200, {"auth_url": "http://127.0.0.1:9/auth", "tenant_id": "fabrikam"})
    assert (await api.call("POST", "/api/authinfo", [], token="")).status == 405


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/auth/token?tenant=fabrikam", {}),
        ("/auth/token?Tenant=Fabrikam", {}),
        ("/auth/token", {"tenant": "fabrikam"}),
        ("/Auth/Token/", {}),
    ],
)
async def test_a_token_is_given_with_the_tenant_in_address_or_form_or_nowhere(
    api: Practice, path: str, form: dict[str, str]
) -> None:
    reply = await api.log_in(path, scope="all", **form)
    assert reply.status == 200
    told = reply.json
    assert (told["token_type"], told["expires_in"], told["scope"], told["refresh_token"]) == (
        "Bearer",
        3600,
        "all",
        None,
    )
    assert (await api.call("GET", "Client/10", token=told["access_token"])).status == 200


@pytest.mark.parametrize("form", [{"client_secret": "guess"}, {"client_id": "somebody"}])
async def test_an_unknown_application_or_a_wrong_secret_is_an_invalid_client(
    api: Practice, form: dict[str, str]
) -> None:
    reply = await api.log_in(**form)
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")
    assert reply.json["error_description"]


async def test_an_unknown_tenant_is_an_error_of_the_server(api: Practice) -> None:
    reply = await api.log_in("/auth/token?tenant=nobody")
    assert (reply.status, reply.text) == (500, "")


async def test_only_forms_with_client_credentials_are_taken(api: Practice) -> None:
    assert (await api.log_in(grant_type="password")).json["error"] == "unsupported_grant_type"
    told = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET}
    reply = await api.call("POST", "/auth/token", told, token="")
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert (await api.call("GET", "/auth/token", token="")).status == 405


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
async def test_without_a_token_that_holds_there_is_an_empty_401(api: Practice, headers: dict[str, str]) -> None:
    reply = await api.call("GET", "Client", token="", headers=headers)
    assert (reply.status, reply.text) == (401, "")


async def test_a_token_ends_after_an_hour(api: Practice) -> None:
    token = await api.token()
    api.clock.seconds = 3599
    assert (await api.call("GET", "Client/10", token=token)).status == 200
    api.clock.seconds = 3600
    assert (await api.call("GET", "Client/10", token=token)).status == 401
    fresh = (await api.log_in()).json["access_token"]
    assert (await api.call("GET", "Client/10", token=fresh)).status == 200


async def test_tokens_can_be_revoked(api: Practice) -> None:
    token = await api.token()
    api.instance.door.revoke()
    assert (await api.call("GET", "Client/10", token=token)).status == 401


async def test_scopes_open_what_they_name_and_nothing_else(api: Practice) -> None:
    token = await api.token("reader", "r", "read:customers read:crm")
    statuses = {
        path: (await api.call("GET", path, token=token)).status for path in ("Client", "Quotation", "Item", "Webhook")
    }
    assert statuses == {"Client": 200, "Quotation": 200, "Item": 403, "Webhook": 403}
    assert (await api.call("GET", "Status", token=token)).status == 200
    refused = await api.call("POST", "Client", [CLIENT], token=token)
    assert (refused.status, refused.text) == (403, "")


async def test_the_scopes_of_salesbuildr_open_everything_with_webhooks(api: Practice) -> None:
    token = await api.token("sb", "s", "all:standard all:teams admin:webhooks")
    for path in ("Client", "Quotation", "Item", "Webhook", "AssetGroup"):
        assert (await api.call("GET", path, token=token)).status == 200
    fewer = await api.token("sb", "s", "all:standard")
    assert (await api.call("GET", "Webhook", token=fewer)).status == 403


async def test_whoever_asks_for_all_gets_what_the_application_may_have(api: Practice) -> None:
    told = (await api.log_in(client_id="reader", client_secret="r", scope="all")).json
    assert told["scope"] == "read:crm read:customers"


async def test_the_role_of_the_agent_denies_what_the_scopes_would_open(api: Practice) -> None:
    token = await api.token("clerk", "c")
    assert (await api.call("GET", "Quotation", token=token)).status == 403
    assert (await api.call("GET", "Quotation/600", token=token)).status == 403
    assert (await api.call("POST", "Quotation", [{"title": "x"}], token=token)).status == 403
    assert (await api.call("GET", "Client", token=token)).status == 200


async def test_the_agent_behind_the_application_is_told(api: Practice) -> None:
    assert (await api.get("Agent/me")).json["name"] == "API agent"
    token = await api.token("clerk", "c")
    assert (await api.call("GET", "agent/ME", token=token)).json["name"] == "Ana Bowman"
