"""The control server shows and changes the world, and everything behind it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.server import Sandbox, serve
from tests.sandbox.practice import SMALL, Caller, StillClock


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with Sandbox(SMALL, timing=StillClock().timing) as sandbox, ClientSession() as http:
        yield Caller(sandbox, http)


async def test_it_shows_collections_rows_and_rows_that_hold_a_value(caller: Caller) -> None:
    assert (await caller.control("/world/autotask"))[1]["Companies"] == 2
    assert [row["id"] for row in (await caller.control("/world/autotask/companies"))[1]] == [0, 11]
    assert (await caller.control("/world/autotask/Companies/0"))[1]["companyName"] == "Fabrikam IT"
    assert [row["id"] for row in (await caller.control("/world/salesbuildr/quote?status=draft"))[1]] == ["q2"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/world/sap", "sap"),
        ("/world/autotask/Nothing", "Nothing"),
        ("/world/autotask/Companies/12", "12"),
        ("/world/autotask/Companies/x", "x"),
        ("/world/autotask/Companies?site=Nowhere", "Nowhere"),
        ("/nothing", "Not Found"),
    ],
)
async def test_what_is_not_there_is_a_404_with_a_sentence(caller: Caller, path: str, says: str) -> None:
    status, body = await caller.control(path)
    assert status == 404
    assert says in body["error"]


async def test_somebody_changes_the_world_behind_our_back(caller: Caller) -> None:
    _, made = await caller.control("/world/autotask/Contracts", method="POST", json={"contractName": "Care"})
    assert made["id"] > 100_000
    status, _ = await caller.control(
        "/world/autotask/Companies/11", method="PATCH", json={"companyName": "New", "id": 5}
    )
    assert status == 200
    assert (await caller.psa("/Companies/11"))[1]["item"]["companyName"] == "New"
    assert (await caller.control("/world/autotask/Companies/11", method="DELETE"))[0] == 200
    assert (await caller.psa("/Companies/11"))[1]["item"] is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/world/autotask/Companies", {"id": 11}),
        ("POST", "/world/autotask/Companies/11", {}),
        ("PATCH", "/world/autotask/Companies", {}),
        ("PATCH", "/world/autotask/Companies/11", [1]),
        ("POST", "/switches", {"salesbuildr": {"oversize": "maybe"}}),
        ("POST", "/switches", {"salesbuildr": {"nothing": True}}),
        ("POST", "/switches", {"salesbuildr": "on"}),
        ("POST", "/vendor-sync", {"records": "q1"}),
        ("POST", "/vendor-sync", {"records": ["quote/none"]}),
        ("POST", "/vendor-sync", {"site": "Nowhere", "records": []}),
        ("POST", "/reset", {"world": "../other"}),
        ("POST", "/reset", {"world": 5}),
        ("POST", "/reset", {"seed": "x"}),
        ("POST", "/reset", {"wrld": "other"}),
        ("POST", "/world/autotask/Companies", {"id": "abc"}),
    ],
)
async def test_what_makes_no_sense_is_a_400_with_a_sentence(caller: Caller, method: str, path: str, body: Any) -> None:
    status, told = await caller.control(path, method=method, json=body)
    assert status == 400
    assert told["error"]


async def test_switches_are_listed_with_their_grades_and_moved(caller: Caller) -> None:
    _, told = await caller.control("/switches")
    assert told["salesbuildr"]["integration_key"]["grade"] == "N"
    assert set(told) == {"autotask", "salesbuildr"}
    _, told = await caller.control("/switches", method="POST", json={"salesbuildr": {"integration_key": True}})
    assert told["salesbuildr"]["integration_key"]["position"] == "on"


async def test_one_wrong_switch_moves_none(caller: Caller) -> None:
    wrong = {"salesbuildr": {"integration_key": True, "oversize": "maybe"}}
    await caller.control("/switches", method="POST", json=wrong)
    assert caller.sandbox.switches.get("salesbuildr", "integration_key") == "off"


async def test_every_request_is_logged_with_who_asked_and_no_secret(caller: Caller) -> None:
    await caller.quoting("/company")
    await caller.quoting("/company", key="a-wrong-one")
    await caller.psa("/Companies/11")
    _, told = await caller.control("/requests?system=salesbuildr")
    assert [(entry["method"], entry["path"], entry["status"], entry["who"]) for entry in told] == [
        ("GET", "/public-api/company", 200, "practice key"),
        ("GET", "/public-api/company", 401, "unknown key"),
    ]
    _, told = await caller.control("/requests")
    assert told[-1]["who"] == "sync-desktop@fabrikam.example"
    assert "practice-" not in str(told)
    await caller.control("/requests", method="DELETE")
    assert await caller.control("/requests") == (200, [])


async def test_reset_gives_a_fresh_world_and_takes_the_faults_back(caller: Caller) -> None:
    await caller.control("/world/autotask/Companies/11", method="DELETE")
    await caller.fault("hide", arg="company")
    status, told = await caller.control("/reset", method="POST")
    assert (status, told) == (200, caller.sandbox.describe())
    assert (await caller.psa("/Companies/11"))[1]["item"]["companyName"] == "Litware"
    assert (await caller.quoting("/company"))[1]["total"] == 2


async def test_reset_moves_every_switch_back_and_keeps_the_log(caller: Caller) -> None:
    moved = {"salesbuildr": {"integration_key": True}, "autotask": {"unauthorized_body": "errors"}}
    assert (await caller.control("/switches", method="POST", json=moved))[0] == 200
    await caller.psa("/Companies/11")
    await caller.control("/reset", method="POST")
    _, told = await caller.control("/switches")
    assert {switch["position"] == switch["default"] for names in told.values() for switch in names.values()} == {True}
    assert [entry["path"] for entry in (await caller.control("/requests"))[1]] == ["/ATServicesRest/V1.0/Companies/11"]


async def test_reset_unlocks_whom_wrong_secrets_have_locked(caller: Caller) -> None:
    for _ in range(5):
        await caller.psa("/Companies/11", secret="wrong")
    assert (await caller.psa("/Companies/11"))[0] == 401
    await caller.control("/reset", method="POST")
    assert (await caller.psa("/Companies/11"))[0] == 200


async def test_reset_forgets_the_requests_that_limits_have_counted() -> None:
    async with Sandbox(SMALL, limits=True, timing=StillClock().timing) as sandbox, ClientSession() as http:
        caller = Caller(sandbox, http)
        counted: list[tuple[str, int]] = []
        for _ in range(2):
            for _ in range(3):
                _, _, headers = await caller.quoting("/company")
                _, told = await caller.psa("/ThresholdInformation")
            counted.append((headers["X-RateLimit-Remaining"], told["currentTimeframeRequestCount"]))
            await caller.control("/reset", method="POST")
        assert counted == [("497", 3)] * 2


async def test_reset_that_cannot_be_leaves_everything_as_it_was(caller: Caller) -> None:
    await caller.control("/switches", method="POST", json={"salesbuildr": {"oversize": "refuse"}})
    await caller.fault("hide", arg="company")
    assert (await caller.control("/reset", method="POST", json={"world": "none"}))[0] == 400
    assert caller.sandbox.switches.get("salesbuildr", "oversize") == "refuse"
    assert (await caller.quoting("/company"))[1]["total"] == 0


async def test_the_description_has_the_names_that_clients_read(caller: Caller) -> None:
    _, told = await caller.control("/")
    site = told["sites"][0]
    assert told["schema"] == 1
    assert (site["name"], site["psa"]) == ("Fabrikam IT", "autotask")
    assert set(site["salesbuildr"]) == {"base_url", "api_key"}
    assert site["salesbuildr"]["base_url"].endswith("/public-api")
    assert set(site["autotask"]) == {"base_url", "zone_url", "username", "secret", "integration_code"}
    assert site["autotask"]["base_url"].endswith("/ATServicesRest")
    assert len(site["autotask"]["integration_code"]) == 27


async def test_serving_tells_when_it_is_ready_and_ends_when_it_is_cancelled() -> None:
    ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(SMALL, limits=False, port_base=None, on_ready=ready.set_result))
    told = await ready
    async with ClientSession() as http, http.get(f"{told['control']}/faults") as answer:
        assert answer.status == 200
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


def listening() -> set[int]:
    """Return the ports on which this very process listens; other processes come and go meanwhile."""
    connections = psutil.Process().net_connections("tcp")
    return {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}


async def start_counting_up() -> tuple[Sandbox, int]:
    """Start a sandbox on ports that count up. Another process may take one of them first, so try others then."""
    for _ in range(20):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        sandbox = Sandbox(SMALL, port_base=port)
        with contextlib.suppress(OSError):
            await sandbox.start()
            return sandbox, port
    pytest.fail("no three ports in a row were free, twenty times")


async def test_ports_count_up_from_the_base() -> None:
    sandbox, port = await start_counting_up()
    site = sandbox.sites[0]
    await sandbox.stop()
    origins = (sandbox.control_url, site.quoting_origin, site.psa_origin)
    assert [int(origin.rpartition(":")[2]) for origin in origins] == [port, port + 1, port + 2]


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_taken_port_leaves_nothing_listening(at: int) -> None:
    before = listening()
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await Sandbox(SMALL, port_base=taken - at).start()
        assert listening() - {taken} == before


async def test_another_world_is_a_file_beside_the_first_with_the_same_sites(tmp_path: Path) -> None:
    other = json.loads(json.dumps(SMALL))
    other["sites"][0]["autotask"]["Companies"][1]["companyName"] = "Other"
    elsewhere = json.loads(json.dumps(SMALL))
    elsewhere["sites"][0]["name"] = "Elsewhere"
    for name, world in (("small", SMALL), ("other", other), ("elsewhere", elsewhere)):
        (tmp_path / f"{name}.json").write_text(json.dumps(world))
    async with Sandbox(tmp_path / "small.json") as sandbox, ClientSession() as http:
        caller = Caller(sandbox, http)
        assert (await caller.control("/reset", method="POST", json={"world": "other"}))[0] == 200
        assert (await caller.psa("/Companies/11"))[1]["item"]["companyName"] == "Other"
        assert (await caller.control("/reset", method="POST", json={"world": "elsewhere"}))[0] == 400
        missing = await caller.control("/reset", method="POST", json={"world": "none"})
        assert missing == (400, {"error": "there is no world 'none' here"})
