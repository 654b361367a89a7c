"""The ConnectWise client on a real socket: codebases, keys, paging, patches, and what it makes of strange answers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from typing import Any

import pytest
from aiohttp import web

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.connectwise.addresses import api_origin, tenant_of, web_origin
from sync_desktop.psa.connectwise.client import PAGE
from sync_desktop.psa.connectwise.dialect import AS_404, ConnectWiseDialect
from sync_desktop.psa.connectwise.rows import COMPANIES, CONTACTS
from sync_desktop.transport.session import Request
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import failing
from tests.sandbox.connectwise_tenant import COMPANY, ROWS, practice
from tests.transport.wire import Handler, answer, serving


@pytest.mark.parametrize(
    ("typed", "api", "web_address"),
    [
        ("na.myconnectwise.net", "https://api-na.myconnectwise.net", "https://na.myconnectwise.net"),
        ("https://api-eu.myconnectwise.net/", "https://api-eu.myconnectwise.net", "https://eu.myconnectwise.net"),
        (
            "https://staging.connectwisedev.com",
            "https://api-staging.connectwisedev.com",
            "https://staging.connectwisedev.com",
        ),
        ("https://psa.litware.example/v4_6_release", "https://psa.litware.example", "https://psa.litware.example"),
        (
            "https://myconnectwise.net.evil.example",
            "https://myconnectwise.net.evil.example",
            "https://myconnectwise.net.evil.example",
        ),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001", "http://127.0.0.1:8001"),
    ],
)
def test_the_cloud_has_its_api_on_hosts_of_its_own(typed: str, api: str, web_address: str) -> None:
    assert (api_origin(typed), web_origin(typed)) == (api, web_address)


@pytest.mark.parametrize("told", [{}, [], {"Codebase": ""}, {"Codebase": "../evil/"}, {"Codebase": "//evil.example/"}])
def test_a_codebase_that_is_none_is_not_gone_to(told: Any) -> None:
    with pytest.raises(SyncError) as caught:
        tenant_of(told, "fabrikam")
    assert caught.value.failure.kind is FailureKind.UNREADABLE


def test_the_model_is_pinned_to_the_release_that_runs() -> None:
    told = tenant_of({"Codebase": "v2026_1/", "VersionCode": "v2026.1"}, "x")
    assert told.codebase == "v2026_1"
    assert told.accept.startswith("application/vnd.connectwise.com+json; version=2026.1,")
    assert "version" not in tenant_of({"Codebase": "v4_6_release/"}, "x").accept


async def test_every_call_goes_to_the_codebase_with_keys_client_id_and_version() -> None:
    async with desk() as at:
        await at.client.info()
        (sent,) = at.sent
        assert "/v2026_1/apis/3.0/system/info" in sent.url
        assert sent.request_headers["Authorization"] == "[removed]"
        assert sent.request_headers["clientId"] == "[removed]"
        assert "version=2026.1" in sent.request_headers["Accept"]


@pytest.mark.parametrize("position", ["null", "404"])
async def test_an_unknown_company_is_told_and_no_key_is_sent(position: str) -> None:
    async with desk(company="nobody") as at:
        at.practice.switch("unknown_company", position)
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.CREDENTIALS
        assert failure.message == "ConnectWise does not know the company “nobody”"
        assert at.sent == []


@pytest.mark.parametrize(
    "reply", [answer(401, {"message": "No API key provided"}), answer(404, text="<html>Nothing here</html>")]
)
async def test_whoever_does_not_tell_of_a_codebase_is_not_connectwise(reply: Handler) -> None:
    async with serving(reply) as port, desk(site=f"http://127.0.0.1:{port}") as at:
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.UNREADABLE
        assert failure.message == "ConnectWise did not say where the API of the company “fabrikam” is"
        assert not at.latch.shut


@pytest.mark.parametrize("position", ["user", "unauthorized", "404"])
async def test_wrong_keys_are_sent_once(position: str) -> None:
    async with desk(private_key="wrong") as at:
        at.practice.switch("wrong_keys", position)
        failure = await failing(at.connector.test())
        assert failure.kind is FailureKind.CREDENTIALS
        await failing(at.connector.targets("owner"))
        assert at.calls == [("GET", "system/info")]
        assert at.latch.shut


async def test_wrong_keys_that_are_answered_by_404_are_found_out_from_any_call() -> None:
    async with desk(private_key="wrong") as at:
        at.practice.switch("wrong_keys", "404")
        failure = await failing(at.connector.read(COMPANIES, ["20"]))
        assert failure.kind is FailureKind.CREDENTIALS
        assert failure.facts["reason"] == AS_404
        assert at.calls == [("GET", COMPANIES), ("GET", "system/info")]


@pytest.mark.parametrize("status", ["400", "401", "403"])
async def test_an_unknown_client_id_is_told_as_that(status: str) -> None:
    async with desk(client_id="another") as at:
        at.practice.switch("client_id_missing", status)
        failure = await failing(at.connector.test())
        assert (failure.kind, failure.facts["reason"]) == (FailureKind.CREDENTIALS, "client id")
        assert len(at.sent) == 1


@pytest.mark.parametrize("position", ["user", "404"])
async def test_keys_are_tested_where_anybody_may_read_what_the_server_tells_of_itself(position: str) -> None:
    async with desk(private_key="wrong") as at:
        at.practice.switch("system_info_auth", "off")
        at.practice.switch("wrong_keys", position)
        assert (await failing(at.connector.read(COMPANIES, ["20"]))).kind is FailureKind.CREDENTIALS
        assert at.latch.shut
    async with desk(private_key="wrong") as at:
        at.practice.switch("system_info_auth", "off")
        at.practice.switch("wrong_keys", position)
        assert (await failing(at.connector.test())).kind is FailureKind.CREDENTIALS


@pytest.mark.parametrize("position", ["text", "404"])
async def test_a_tenant_that_moved_to_another_codebase_is_found_again(position: str) -> None:
    async with desk() as at:
        await at.client.info()
        at.practice.switch("wrong_codebase", position)
        move(at, "v2026_2/")
        assert await at.connector.read(COMPANIES, ["20"])
        assert "/v2026_2/" in at.sent[-1].url
        assert not at.latch.shut


def move(at: Desk, codebase: str) -> None:
    """Let the tenant run another release, as each update does."""
    version = codebase.strip("/").replace("_", ".")
    row = {"id": 1, "CompanyName": "Fabrikam", "CompanyID": "fabrikam", "Codebase": codebase, "VersionCode": version}
    at.practice.store.insert("login/companyinfo", {**row, "VersionNumber": "v4.6.1", "IsCloud": "True"})


async def test_a_path_that_does_not_exist_is_told_in_the_servers_words() -> None:
    async with desk() as at:
        failure = await failing(at.client.find("company/nothing", "", label="Read nothing"))
        assert failure.kind is FailureKind.NOT_FOUND
        assert failure.message == "The endpoint does not exist."
        assert not at.latch.shut


def companies(count: int) -> dict[str, list[dict[str, Any]]]:
    one = ROWS["company/companies"][0]
    return {
        "company/companies": [{**one, "id": 1000 + n, "identifier": f"C{n}", "name": f"N{n}"} for n in range(count)]
    }


@pytest.mark.parametrize("last_link", ["on", "off"])
async def test_whole_lists_are_read_forward_only(last_link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_desktop.psa.connectwise.client.PAGE", 10)
    async with desk(rows=companies(25)) as at:
        at.practice.switch("forward_last_link", last_link)
        rows = await at.client.everything(COMPANIES, label="Read companies")
        assert [row["id"] for row in rows] == list(range(1000, 1025))
        assert len(at.sent) == 3
        assert all(each.request_headers["pagination-type"] == "forward-only" for each in at.sent)


async def test_pages_of_what_was_searched_for_keep_the_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_desktop.psa.connectwise.client.PAGE", 10)
    async with desk(rows=companies(25)) as at:
        rows = await at.client.find(COMPANIES, "id >= 1005", label="Read companies")
        assert [row["id"] for row in rows] == list(range(1005, 1025))
        assert len(at.sent) == 2
        assert all("conditions=" in each.url for each in at.sent)


async def test_many_ids_are_read_in_addresses_of_a_safe_length() -> None:
    async with desk(rows=companies(400)) as at:
        rows = await at.client.by_ids(COMPANIES, [str(row["id"]) for row in companies(400)[COMPANIES]])
        assert len(rows) == 400
        assert max(len(each.url) for each in at.sent) < 2_000
        assert PAGE == 1_000


@asynccontextmanager
async def answering(*answers: web.Response, path: str = COMPANIES) -> AsyncIterator[Desk]:
    """Give a client whose server answers by script, after discovery."""
    queue = list(answers)

    async def handle(request: web.Request) -> web.StreamResponse:
        if "companyinfo" in request.path:
            return web.json_response({"Codebase": "v2026_1/", "VersionCode": "v2026.1"})
        return queue.pop(0) if len(queue) > 1 else queue[0]

    async with serving(handle) as port, desk(site=f"http://127.0.0.1:{port}") as at:
        yield at


async def test_a_next_page_that_leads_elsewhere_is_not_gone_to() -> None:
    first = web.json_response([{"id": 1}], headers={"Link": '<https://evil.example/x?page=2>; rel="next"'})
    async with answering(first, web.json_response([{"id": 2}])) as at:
        rows = await at.client.find(COMPANIES, "", label="Read companies")
        assert [row["id"] for row in rows] == [1, 2]
        assert all(each.url.startswith("http://127.0.0.1") for each in at.sent)


async def test_a_next_page_that_is_the_same_one_ends_the_reading() -> None:
    headers = {"Link": '<http://127.0.0.1/x?page=2>; rel="next"'}
    async with answering(*(web.json_response([{"id": 1}], headers=headers) for _ in range(3))) as at:
        failure = await failing(at.client.find(COMPANIES, "", label="Read companies"))
        assert failure.kind is FailureKind.UNREADABLE


@pytest.mark.parametrize("body", ['{"id": 1}', "[1]", "[", "null", "<html></html>", ""])
async def test_a_list_that_is_none_is_said_to_be_unreadable(body: str) -> None:
    async with answering(web.Response(text=body, content_type="application/json")) as at:
        failure = await failing(at.client.find(COMPANIES, "", label="Read companies"))
        assert failure.kind is FailureKind.UNREADABLE


async def test_a_created_row_without_an_id_may_have_been_made() -> None:
    async with answering(web.json_response({"name": "x"}, status=201)) as at:
        failure = await failing(at.client.create(COMPANIES, COMPANY, label="Create company"))
        assert (failure.kind, failure.facts["sent"]) == (FailureKind.UNREADABLE, "unknown")


async def test_a_rate_limit_is_waited_out_for_as_long_as_it_says() -> None:
    busy = {"error": "ConnectWiseAPI", "message": "Too many requests. Please try again in 30 seconds."}
    answers = [web.json_response(busy, status=429) for _ in range(2)]
    async with answering(*answers, web.json_response([])) as at:
        assert await at.client.find(COMPANIES, "", label="Read companies") == []
        assert at.clock.slept[:1] == [30]


@pytest.mark.parametrize("position", ["optional", "required"])
async def test_a_record_with_custom_fields_is_changed_and_keeps_them(position: str) -> None:
    async with desk() as at:
        at.practice.switch("patch_custom_fields", position)
        await at.connector.update(COMPANIES, "20", "", {"name": "Northwind Trading"}, "Update company")
        row = at.practice.row(COMPANIES, 20)
        assert row["name"] == "Northwind Trading"
        assert [each["value"] for each in row["customFields"]] == ["Gold"]


async def test_a_contacts_addresses_are_changed_where_they_stand() -> None:
    async with desk() as at:
        fields = {"communicationItems/Email/1": "kim@new.example", "communicationItems/Phone/2": None}
        await at.connector.update(CONTACTS, "40", "20", fields, "Update contact")
        items = at.practice.row(CONTACTS, 40)["communicationItems"]
        assert [each["value"] for each in items] == ["kim@new.example"]


async def test_an_address_is_added_by_a_request_that_is_never_repeated_blindly() -> None:
    async with desk() as at:
        await at.connector.update(
            CONTACTS, "41", "21", {"communicationItems/Email/1": "jay@x.example"}, "Update contact"
        )
        patch = at.sent[-1]
        assert patch.method == "PATCH"
        assert patch.request_class is RequestClass.CREATE
        (item,) = at.practice.row(CONTACTS, 41)["communicationItems"]
        assert (item["value"], item["defaultFlag"]) == ("jay@x.example", True)


@pytest.mark.parametrize("sub_path", ["ignored", "applied"])
async def test_a_reference_is_changed_as_a_whole(sub_path: str) -> None:
    async with desk() as at:
        at.practice.switch("patch_sub_path", sub_path)
        await at.connector.update("sales/opportunities", "50", "20", {"stage/id": 7}, "Update opportunity")
        assert at.practice.row("sales/opportunities", 50)["stage"]["id"] == 7
        (operation,) = json.loads(at.sent[-1].request_body)
        assert operation == {"op": "replace", "path": "stage", "value": {"id": 7}}


async def test_what_is_gone_cannot_be_changed_but_counts_as_deleted() -> None:
    async with desk() as at:
        failure = await failing(
            at.connector.update("procurement/products", "999", "50", {"quantity": 2}, "Update line")
        )
        assert failure.kind is FailureKind.NOT_FOUND
        await at.connector.delete("procurement/products", "999", "50", "Delete line")


async def test_an_assist_site_sends_reads_only() -> None:
    async with desk(writes=False) as at:
        await at.connector.prepare(list(at.connector.field_table))
        for kind in at.connector.mapping_kinds:
            await at.connector.targets(kind.name, ["60/71/81", "3"])
        await at.connector.read("sales/opportunities/lines", ["50", "51"])
        await at.connector.lines(["50"])
        await at.connector.test()
        before = len(at.sent)
        failure = await failing(at.client.create(COMPANIES, COMPANY, label="Create company"))
        assert failure.kind is FailureKind.READ_ONLY
        assert len(at.sent) == before
        post = Request("POST", "company/companies/search", RequestClass.READ, "Search")
        assert (await failing((await at.client.session()).send(post))).kind is FailureKind.READ_ONLY


NO_READS = (
    ("POST", "company/companies"),
    ("POST", "company/companies/search"),
    ("POST", "company/companies/20/merge"),
    ("POST", "sales/opportunities/50/convertToSalesOrder"),
    ("PATCH", "company/companies/20"),
    ("PATCH", "procurement/products/95"),
    ("PUT", "sales/opportunities/50"),
    ("DELETE", "procurement/products/95"),
    ("GET", "system/callbacks"),
    ("get", "company/companies/20"),
)


async def test_rule_01_an_assist_site_may_send_nothing_but_listed_reads() -> None:
    async with desk(writes=False) as at:
        session = await at.client.session()
        for (method, path), kind in product(NO_READS, RequestClass):
            failure = await failing(session.send(Request(method, path, kind, "Look", json={})))
            assert failure.kind is FailureKind.READ_ONLY
        assert at.sent == []
    assert {method for method, _ in ConnectWiseDialect.reads} == {"GET"}


async def test_the_practice_tenant_is_the_one_that_these_tests_mean() -> None:
    async with practice() as tenant:
        assert (await tenant.get("system/info")).status == 200
