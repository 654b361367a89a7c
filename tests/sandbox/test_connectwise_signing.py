"""Finding the tenant, signing, the rights of a security role, and the limit on requests."""

import pytest

from sync_desktop.sandbox.connectwise.settings import ApiMember
from tests.sandbox.connectwise_tenant import COMPANY, OURS, practice, signature

CANNOT_ROUTE = "Cannot route. Codebase/company is invalid"
NO_ENDPOINT = {"code": "ConnectWiseApi", "message": "The endpoint does not exist."}
NO_PERMISSION = {"code": "Security", "message": "You do not have security permission to perform this action."}
CLERK = ApiMember("clerk", "c", "clerk-guid", "clerk", denied=frozenset({"Sales/Opportunities"}))
READER = ApiMember("reader", "r", "reader-guid", "reader", read_only=True)


async def test_companyinfo_needs_no_signature_and_no_exact_case() -> None:
    async with practice() as api:
        reply = await api.call("GET", "/Login/CompanyInfo/FABRIKAM/", headers={"Authorization": None, "clientId": None})
        assert reply.status == 200
        assert reply.json["Codebase"] == "v2026_1/"
        assert reply.json["VersionCode"] == "v2026.1"
        assert reply.json["IsCloud"] == "True"


async def test_an_unknown_company_is_null_and_no_error() -> None:
    async with practice() as api:
        reply = await api.get("/login/companyinfo/nobody")
        assert (reply.status, reply.text) == (200, "null")


@pytest.mark.parametrize("codebase", ["v4_6_release", "V2026_1"])
async def test_the_router_and_the_running_codebase_lead_to_the_tenant(codebase: str) -> None:
    async with practice() as api:
        reply = await api.get(f"/{codebase}/APIs/3.0/System/Info/")
        assert reply.status == 200
        assert reply.json["version"].startswith("v2026.")
        assert reply.headers["api-current-version"] == reply.json["version"]
        assert len(reply.headers["x-cw-request-id"]) == 32


@pytest.mark.parametrize(
    "path", ["/v2025_1/apis/3.0/system/info", "/v4_6_release/apis/3.0/apis/3.0/system/info", "/apis/3.0/system/info"]
)
async def test_what_the_router_does_not_know_is_plain_text(path: str) -> None:
    async with practice() as api:
        reply = await api.get(path)
        assert (reply.status, reply.text) == (400, CANNOT_ROUTE)
        assert reply.headers["Content-Type"].startswith("text/plain")


async def test_another_company_cannot_be_routed_either() -> None:
    async with practice() as api:
        reply = await api.call("GET", "system/info", headers=signature(company="contoso"))
        assert (reply.status, reply.text) == (400, CANNOT_ROUTE)


async def test_a_cloud_host_without_its_prefix_wants_ssl() -> None:
    async with practice() as api:
        reply = await api.call("GET", "system/info", headers={"Host": "na.myconnectwise.net"})
        assert reply.json == {"code": "Security", "message": "SSL is required.", "errors": None}
        assert (await api.call("GET", "system/info", headers={"Host": "api-na.myconnectwise.net"})).status == 200


async def test_the_route_is_looked_at_before_the_program_and_the_program_before_the_keys() -> None:
    async with practice() as api:
        nobody = {"Authorization": None, "clientId": None}
        reply = await api.call("GET", "sales/statuses", headers=nobody)
        assert (reply.status, reply.json) == (404, NO_ENDPOINT)
        reply = await api.call("GET", "sales/stages", headers=nobody)
        assert (reply.status, reply.json["code"]) == (403, "Security")
        assert "clientId" in reply.json["message"]
        reply = await api.call("GET", "sales/stages", headers={"Authorization": None})
        assert (reply.status, reply.json) == (401, {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"})


@pytest.mark.parametrize("told", ["Bearer x", "Basic ???", "Basic Og=="])
async def test_what_is_no_basic_signature_is_nobodys(told: str) -> None:
    async with practice() as api:
        assert (await api.call("GET", "system/info", headers={"Authorization": told})).status == 401


async def test_a_wrong_private_key_is_refused_and_a_client_id_may_be_written_in_any_case() -> None:
    async with practice() as api:
        assert (await api.call("GET", "system/info", headers=signature(private="guess"))).status == 401
        assert (await api.call("GET", "system/info", headers={"clientId": OURS.client_id.upper()})).status == 200


async def test_a_role_without_the_right_may_neither_read_nor_write() -> None:
    async with practice(CLERK) as api:
        for method, path in (("GET", ""), ("GET", "/50"), ("GET", "/count"), ("POST", ""), ("DELETE", "/50")):
            reply = await api.call(method, f"sales/opportunities{path}", headers=signature(CLERK))
            assert (reply.status, reply.json) == (403, NO_PERMISSION), (method, path)
        assert api.store.get("sales/opportunities", 50) is not None


async def test_inquiry_is_enough_for_the_info_routes() -> None:
    role = ApiMember("thin", "t", "thin-guid", denied=frozenset({"procurement/categories"}))
    async with practice(role) as api:
        assert (await api.call("GET", "procurement/categories", headers=signature(role))).status == 403
        reply = await api.call("GET", "procurement/categories/info", headers=signature(role))
        assert [set(row) for row in reply.json] == [{"id", "name", "inactiveFlag", "_info"}]


async def test_a_thin_role_sees_a_contact_without_its_company() -> None:
    role = ApiMember("thin", "t", "thin-guid", denied=frozenset({"company/companies", "company/companies/sites"}))
    async with practice(role) as api:
        reply = await api.call("GET", "company/contacts/40", headers=signature(role))
        assert reply.json["firstName"] == "Kim"
        assert not {"company", "site"} & set(reply.json)


async def test_a_member_that_may_only_read_writes_nothing() -> None:
    async with practice(READER) as api:
        reply = await api.call("POST", "company/companies", COMPANY, headers=signature(READER))
        assert (reply.status, reply.json) == (403, NO_PERMISSION)
        assert (await api.call("GET", "company/companies/20", headers=signature(READER))).status == 200


async def test_one_request_too_many_refuses_everybody_until_the_cool_down_is_over() -> None:
    async with practice(CLERK, limits=True, calls_per_minute=3) as api:
        for _ in range(3):
            assert (await api.get("system/info")).status == 200
        api.clock.seconds = 1.0
        reply = await api.get("system/info")
        text = "Too many requests. Please try again in 30 seconds."
        assert (reply.status, reply.json) == (429, {"error": "ConnectWiseAPI", "message": text})
        assert reply.headers["Retry-After"] == "30"
        api.clock.seconds = 21.5
        reply = await api.call("GET", "system/info", headers=signature(CLERK))
        assert (reply.status, reply.headers["Retry-After"]) == (429, "10")
        api.clock.seconds = 31.0
        assert (await api.get("system/info")).status == 200


async def test_requests_of_the_minute_before_no_longer_count() -> None:
    async with practice(limits=True, calls_per_minute=2) as api:
        for seconds in (0.0, 59.0, 61.0):
            api.clock.seconds = seconds
            assert (await api.get("system/info")).status == 200


async def test_requests_of_others_count_and_a_reset_forgets_them() -> None:
    async with practice(limits=True) as api:
        api.tenant.limits.spend(1000)
        assert (await api.get("system/info")).status == 429
        api.tenant.reset()
        assert (await api.get("system/info")).status == 200


async def test_without_limits_nothing_is_refused() -> None:
    async with practice(calls_per_minute=0) as api:
        assert (await api.get("system/info")).status == 200
