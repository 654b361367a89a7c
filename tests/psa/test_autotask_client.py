"""The Autotask client on a real socket: zones, paging, long lists, bodies, and what it makes of strange answers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from aiohttp import web

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.autotask.client import PAGE, zone_base
from sync_desktop.psa.autotask.dialect import AUTHENTICATION_ERROR, AutotaskDialect
from sync_desktop.sandbox.autotask.settings import ApiUser
from sync_desktop.transport.messages import Request
from tests.psa.tenant_client import ZONE, Desk, desk, failing
from tests.sandbox.autotask_tenant import OPPORTUNITY
from tests.transport.wire import serving

VENDOR = "https://webservices.autotask.net/atservicesrest/v1.0/zoneInformation"
LOCAL = "http://127.0.0.1:8000/atservicesrest/v1.0/zoneInformation"


def bodies(at: Desk, method: str) -> list[dict[str, Any]]:
    """Return the bodies of what was sent with a method."""
    return [json.loads(each.request_body) for each in at.sent if each.method == method and each.request_body]


def locations(count: int) -> list[dict[str, Any]]:
    return [{"id": 1000 + number, "city": "Boise"} for number in range(count)]


@pytest.mark.parametrize(
    ("url", "asked", "base"),
    [
        (
            "https://webservices14.autotask.net/ATServicesRest/",
            VENDOR,
            "https://webservices14.autotask.net/ATServicesRest",
        ),
        (
            "https://WebServices2.Autotask.net/ATServicesRest",
            VENDOR,
            "https://WebServices2.Autotask.net/ATServicesRest",
        ),
        ("http://127.0.0.1:9000/ATServicesRest/", LOCAL, "http://127.0.0.1:9000/ATServicesRest"),
    ],
)
def test_a_zone_of_autotask_is_taken_with_or_without_its_slash(url: str, asked: str, base: str) -> None:
    assert zone_base(url, discovered_at=asked) == base


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://webservices.autotask.net.evil.example/ATServicesRest/", VENDOR),
        ("https://evil.example/webservices1.autotask.net/", VENDOR),
        ("https://webservicesx.autotask.net/", VENDOR),
        ("http://127.0.0.1:9000/ATServicesRest/", VENDOR),
        ("https://webservices14.autotask.net@evil.example/", VENDOR),
        ("http://10.0.0.5/ATServicesRest/", LOCAL),
        ("nonsense", VENDOR),
    ],
)
def test_credentials_go_to_no_host_but_autotasks(url: str, asked: str) -> None:
    with pytest.raises(SyncError, match="nothing was sent there") as raised:
        zone_base(url, discovered_at=asked)
    assert raised.value.failure.kind is FailureKind.CREDENTIALS
    assert raised.value.failure.facts["reason"] == "wrong zone"


async def test_the_zone_is_asked_for_once_without_credentials() -> None:
    async with desk() as at:
        await at.client.threshold()
        await at.client.threshold()
        zones = [each for each in at.journal.exchanges if "zoneInformation" in each.url]
    assert len(zones) == 1
    assert not {name.lower() for name in zones[0].request_headers} & {"username", "secret", "apiintegrationcode"}


@pytest.mark.parametrize("position", ["on", "off"])
async def test_a_zone_url_works_with_and_without_its_slash(position: str) -> None:
    async with desk() as at:
        at.practice.switch("zone_url_slash", position)
        assert await at.client.threshold() == (1, 10_000)
    assert [each.url.count("//V1.0") for each in at.sent] == [0]


async def test_an_unknown_user_is_told_from_a_wrong_secret_and_a_wrong_code() -> None:
    async with desk(username="nobody@fabrikam.example") as at:
        unknown = await failing(at.client.threshold())
    assert (unknown.kind, unknown.message) == (FailureKind.CREDENTIALS, "Zone information could not be determined")
    async with desk(secret="wrong") as at:
        wrong = await failing(at.client.threshold())
        assert (wrong.kind, wrong.message) == (FailureKind.CREDENTIALS, AUTHENTICATION_ERROR)
        await failing(at.client.threshold())
        assert len(at.sent) == 1, "after a rejected secret nothing more is signed"
    second = ApiUser("second@fabrikam.example", "practice", integration_code="ANOTHER")
    async with desk(second, username=second.username) as at:
        other = await failing(at.client.threshold())
    assert (other.kind, other.message) == (FailureKind.CREDENTIALS, "IntegrationCode is invalid.")


async def test_all_rows_come_in_pages_of_500_by_walking_the_ids() -> None:
    async with desk(rows={"QuoteLocations": locations(1100)}) as at:
        rows = await at.client.everything("QuoteLocations", label="Read locations")
    assert [row["id"] for row in rows] == list(range(1000, 2100))
    asked = bodies(at, "POST")
    assert [body["maxRecords"] for body in asked] == [PAGE] * 3
    beyond = [[each["value"] for each in body["filter"] if each["op"] == "gt"] for body in asked]
    assert beyond == [[], [1499], [1999]]


async def test_a_last_page_that_is_full_is_followed_by_one_more_look() -> None:
    async with desk(rows={"QuoteLocations": locations(500)}) as at:
        assert len(await at.client.everything("QuoteLocations", label="Read locations")) == 500
    assert len(at.sent) == 2


async def test_the_filter_of_a_walk_stays_with_every_page() -> None:
    rows = [{"id": 1000 + n, "city": "Boise" if n % 2 else "Ames"} for n in range(1300)]
    async with desk(rows={"QuoteLocations": rows}) as at:
        found = await at.client.query(
            "QuoteLocations", [{"op": "eq", "field": "city", "value": "Boise"}], label="Read locations"
        )
    assert len(found) == 650
    assert {row["city"] for row in found} == {"Boise"}


async def test_a_long_list_of_ids_is_asked_for_in_parts_of_500() -> None:
    async with desk(rows={"QuoteLocations": locations(1100)}) as at:
        rows = await at.client.by_ids("QuoteLocations", [str(1000 + n) for n in range(1100)] + ["1000", "none", ""])
    assert len(rows) == len({row["id"] for row in rows}) == 1100
    lists = [each["value"] for body in bodies(at, "POST") for each in body["filter"] if each["op"] == "in"]
    assert max(map(len, lists)) == PAGE
    assert len({value for values in lists for value in values}) == 1100


async def test_no_ids_are_no_request() -> None:
    async with desk() as at:
        assert await at.client.by_ids("Companies", ["", "x7"]) == []
        assert at.sent == []


async def test_the_own_company_with_the_id_0_is_found() -> None:
    async with desk() as at:
        (row,) = await at.client.by_ids("Companies", ["0"])
    assert row["companyName"] == "Fabrikam IT"


async def test_a_create_sends_no_null_and_returns_the_new_id() -> None:
    async with desk() as at:
        made = await at.client.create(
            "Opportunities", "", {**OPPORTUNITY, "description": None, "contactID": None}, label="Create opportunity"
        )
        held = at.practice.row("Opportunities", int(made))
    (body,) = bodies(at, "POST")
    assert None not in body.values()
    assert body["id"] == 0
    assert held["title"] == OPPORTUNITY["title"]


async def test_money_is_sent_as_an_exact_number() -> None:
    async with desk() as at:
        await at.client.create(
            "Opportunities", "", {**OPPORTUNITY, "amount": Decimal("12345678901234.10")}, label="Create opportunity"
        )
    assert '"amount":12345678901234.10' in at.sent[-1].request_body


async def test_children_are_written_through_their_parent() -> None:
    async with desk() as at:
        person = {"firstName": "Pat", "lastName": "Coleman", "isActive": 1}
        contact = await at.client.create("Contacts", "10", person, label="Create contact")
        await at.client.patch("Contacts", "10", contact, {"lastName": "Cole"}, label="Update contact")
        await at.client.delete("QuoteItems", "50", "60", label="Delete item")
        assert at.practice.row("Contacts", int(contact))["lastName"] == "Cole"
        assert at.practice.store.get("QuoteItems", 60) is None
    paths = [(each.method, each.url.partition("/V1.0/")[2]) for each in at.sent]
    assert paths == [
        ("POST", "Companies/10/Contacts"),
        ("PATCH", "Companies/10/Contacts"),
        ("DELETE", "Quotes/50/Items/60"),
    ]


async def test_a_change_sends_the_id_and_the_changed_fields_only_and_may_clear_one() -> None:
    async with desk() as at:
        await at.client.patch("Quotes", "", "50", {"description": None, "name": "Anew"}, label="Update quote")
        held = at.practice.row("Quotes", 50)
    assert bodies(at, "PATCH") == [{"id": 50, "description": None, "name": "Anew"}]
    assert not held["description"]
    assert (held["name"], held["quoteNumber"]) == ("Anew", 7)


@asynccontextmanager
async def answering(body: Any) -> AsyncIterator[Desk]:
    """Give a client whose server answers everything but the question for its zone with one body."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if "zoneInformation" in request.path:
            return web.json_response({"url": f"http://{request.host}/ATServicesRest/"})
        return web.json_response(body)

    async with serving(handle) as port, desk(zone_url=f"http://127.0.0.1:{port}{ZONE}") as at:
        yield at


@pytest.mark.parametrize("body", [{"rows": []}, [], {"items": None}, None, "items"])
async def test_an_answer_without_rows_is_unreadable_and_never_none_found(body: Any) -> None:
    async with answering(body) as at:
        failure = await failing(at.client.everything("Companies", label="Read companies"))
    assert failure.kind is FailureKind.UNREADABLE
    assert failure.message == "Autotask's answer about Companies could not be read: no list “items” in it"


@pytest.mark.parametrize("body", [{}, {"itemId": None}, [], None])
async def test_a_create_without_an_id_in_its_answer_has_an_unknown_outcome(body: Any) -> None:
    async with answering(body) as at:
        failure = await failing(at.client.create("Opportunities", "", OPPORTUNITY, label="Create opportunity"))
    assert (failure.kind, failure.facts["sent"]) == (FailureKind.UNREADABLE, "unknown")


@pytest.mark.parametrize("body", [{}, {"externalRequestThreshold": None}, []])
async def test_a_call_count_that_cannot_be_read_is_no_count_of_zero(body: Any) -> None:
    async with answering(body) as at:
        assert (await failing(at.client.threshold())).kind is FailureKind.UNREADABLE


@pytest.mark.parametrize("told", [{}, {"url": ""}, {"url": None}, []])
async def test_a_zone_service_that_names_no_zone_is_unreadable(told: Any) -> None:
    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.json_response(told)

    async with serving(handle) as port, desk(zone_url=f"http://127.0.0.1:{port}{ZONE}") as at:
        failure = await failing(at.client.threshold())
    assert failure.kind is FailureKind.UNREADABLE
    assert "without a zone's address" in failure.message


async def test_after_a_401_the_zone_is_asked_for_again_and_a_moved_tenant_is_followed_once() -> None:
    moved: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if "zoneInformation" in request.path:
            moved.append(request.path)
            zone = "Old" if len(moved) == 1 else "New"
            return web.json_response({"url": f"http://{request.host}/{zone}/"})
        if request.path.startswith("/Old"):
            return web.Response(status=401)
        return web.json_response({"currentTimeframeRequestCount": 4, "externalRequestThreshold": 10_000})

    async with serving(handle) as port, desk(zone_url=f"http://127.0.0.1:{port}{ZONE}") as at:
        assert await at.client.threshold() == (4, 10_000)
        assert [each.status for each in at.sent] == [401, 200]


async def test_a_row_that_is_gone_is_named_when_it_is_changed() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if "zoneInformation" in request.path:
            return web.json_response({"url": f"http://{request.host}/ATServicesRest/"})
        return web.json_response({"Message": "Not Found"}, status=404)

    async with serving(handle) as port, desk(zone_url=f"http://127.0.0.1:{port}{ZONE}") as at:
        change = await failing(at.client.patch("Quotes", "", "51", {"name": "Anew"}, label="Update quote"))
        create = await failing(at.client.create("Contacts", "99", {"lastName": "Cole"}, label="Create contact"))
        look = await failing(at.client.everything("Projects", label="Read projects"))
    assert (change.kind, change.message) == (FailureKind.NOT_FOUND, "Autotask has no Quotes row 51 any more")
    assert (create.kind, create.facts["sent"]) == (FailureKind.NOT_FOUND, "no")
    assert (look.kind, look.message) == (FailureKind.NOT_FOUND, "Autotask has no place for Projects rows")


NO_READS = (
    ("POST", "V1.0/Companies"),
    ("POST", "V1.0/Quotes/7/Items"),
    ("POST", "V1.0/Companies/query/all"),
    ("PATCH", "V1.0/Quotes"),
    ("PUT", "V1.0/Opportunities"),
    ("DELETE", "V1.0/Quotes/7/Items/9"),
    ("post", "V1.0/Companies/query"),
)


async def test_rule_01_an_assist_site_may_send_nothing_but_listed_reads() -> None:
    async with desk(writes=False) as at:
        await at.connector.test()
        session, before = await at.client.session(), len(at.sent)
        for (method, path), kind in product(NO_READS, RequestClass):
            failure = await failing(session.send(Request(method, path, kind, "Look", json={})))
            assert failure.kind is FailureKind.READ_ONLY
        assert len(at.sent) == before
    assert {method for method, _ in AutotaskDialect.reads} == {"GET", "POST"}
