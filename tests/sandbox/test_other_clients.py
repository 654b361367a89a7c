"""What other people's published clients send, byte for byte where it matters, and what they need of the answer.

Each test names the client. Those for Python and JavaScript were run against the whole sandbox as they are published,
those for PowerShell and Deno were read; here their requests are sent without them.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox import autotask_tenant, connectwise_tenant, halopsa_tenant
from tests.sandbox.autotask_tenant import COMPANY, EVERYTHING

ROOT = "/v4_6_release/apis/3.0"


@pytest.fixture
async def autotask() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        autotask_tenant.practice() as api,
        httpx.AsyncClient(base_url=api.origin, headers=autotask_tenant.signature()) as http,
    ):
        yield http


@pytest.fixture
async def connectwise() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        connectwise_tenant.practice() as api,
        httpx.AsyncClient(base_url=api.origin, headers=connectwise_tenant.signature()) as http,
    ):
        yield http


@pytest.fixture
async def halopsa() -> AsyncIterator[httpx.AsyncClient]:
    async with halopsa_tenant.practice() as api, httpx.AsyncClient(base_url=api.origin) as http:
        http.headers["Authorization"] = f"Bearer {await api.token()}"
        api.store.update("Users", 31, {"linked_agent_id": 1})
        yield http


async def test_apigrate_joins_the_zones_url_and_v1_without_a_slash(autotask: httpx.AsyncClient) -> None:
    del autotask.headers["Secret"]  # the zone is asked for unsigned
    asked = {"user": autotask_tenant.USER}
    zone = (await autotask.get("/ATServicesRest/v1.0/zoneInformation", params=asked)).json()
    signed = {"ApiIntegrationcode": autotask_tenant.CODE, "Secret": autotask_tenant.SECRET}
    answer = await autotask.get(f"{zone['url']}V1.0/Companies/0", headers=signed)
    assert answer.json()["item"]["companyName"] == "Fabrikam IT"
    wanted = {"filter": [{"op": "gte", "field": "Id", "value": 0}], "includeFields": ["Id", "companyName"]}
    answer = await autotask.post(f"{zone['url']}V1.0/Companies/query", json=wanted, headers=signed)
    assert set(answer.json()["items"][0]) == {"id", "companyName", "userDefinedFields"}


async def test_autotaskapi_for_powershell_walks_gets_whose_json_stands_bare_in_the_address(
    autotask: httpx.AsyncClient,
) -> None:
    search = '{"filter":[{"value":"true","op":"eq","field":"isactive"}],"MaxRecords":2}'
    address: str | None = f"/ATServicesRest/V1.0/Companies//query?search={search}"
    found: list[int] = []
    while address:
        page = (await autotask.get(address)).json()
        found += [row["id"] for row in page["items"]]
        address = page["pageDetails"]["nextPageUrl"]
    assert found == [0, 10, 11]
    simple = '{"filter":[{"value":"Nor","op":"beginswith","field":"companyname"}]}'
    page = (await autotask.get(f"/ATServicesRest/V1.0/Companies//query?search={simple}")).json()
    assert [row["id"] for row in page["items"]] == [10]


async def test_django_autotask_empties_numbers_with_an_empty_text(autotask: httpx.AsyncClient) -> None:
    companies = "/ATServicesRest/v1.0/Companies/"
    made = await autotask.post(companies, json={**COMPANY, "countryID": "", "isActive": True, "lastActivityDate": ""})
    assert made.status_code == 200
    row_id = made.json()["itemId"]
    for parent in (10, ""):
        assert (await autotask.patch(companies, json={"id": row_id, "parentCompanyID": parent})).is_success
    assert (await autotask.get(f"{companies}{row_id}")).json()["item"]["parentCompanyID"] is None
    refused = await autotask.patch(companies, json={"id": row_id, "ownerResourceID": ""})
    assert refused.json()["errors"][0] == "Value does not exist for the required field ownerResourceID."
    gone = (await autotask.delete("/ATServicesRest/v1.0/Companies/10/Contacts/99")).json()["errors"]
    assert gone[0].startswith("No message. No matching records found.")


async def test_autotask_client_for_python_takes_answers_as_they_are(autotask: httpx.AsyncClient) -> None:
    base = "/atservicesrest/v1.0"
    found: list[dict[str, Any]] = []
    while page := (await autotask.post(f"{base}/Contacts/query", json=after(found))).json()["items"]:
        found += page
    assert [row["id"] for row in found] == [20, 21, 22]
    answer = await autotask.post(f"{base}/Companies/query/count", json=EVERYTHING)
    assert answer.text == '{"queryCount":4}'
    unsigned = await autotask.get(f"{base}/Companies/10", headers={"Secret": "guess"})
    assert (unsigned.status_code, unsigned.content) == (401, b"")


def after(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the query for what follows the last id."""
    return {"filter": [{"field": "id", "op": "gt", "value": found[-1]["id"] if found else 0}], "maxRecords": 2}


async def test_pyconnectwise_reads_the_page_at_the_end_of_each_link(connectwise: httpx.AsyncClient) -> None:
    found: list[int] = []
    page: int | None = 1
    while page:
        asked = {"page": str(page), "pageSize": "2", "conditions": 'name != "nobody"'}
        answer = await connectwise.get(f"{ROOT}/company/companies", params=asked)
        found += [row["id"] for row in answer.json()]
        links = answer.headers.get("Link", "").split(",")
        marks = [mark for link in links if (mark := re.search(r'page=(\d+)>; rel="(.*?)"', link))]
        page = next((int(mark[1]) for mark in marks if mark[2] == "next"), None)
    assert found == [20, 21, 22]


async def test_connectpyse_writes_with_a_slash_at_the_end(connectwise: httpx.AsyncClient) -> None:
    companies = f"{ROOT}/company/companies/"
    made = await connectwise.post(companies, json={"name": "Litware", "identifier": "LIT", "addressLine1": "1 Pine"})
    assert (made.status_code, made.json()["name"]) == (201, "Litware")
    count = await connectwise.get(f"{companies}count", params={"conditions": 'identifier="LIT"'})
    assert count.json() == {"count": 1}
    gone = await connectwise.delete(f"{companies}{made.json()['id']}")
    assert (gone.status_code, gone.content) == (204, b"")


async def test_connectwise_rest_names_two_types_of_content(connectwise: httpx.AsyncClient) -> None:
    accept = {"Accept": "application/vnd.connectwise.com+json; version=2021.1, application/json"}
    answer = await connectwise.get(f"{ROOT}/company/companies", params={"page": 2, "pageSize": 2}, headers=accept)
    assert [row["id"] for row in answer.json()] == [22]
    past = await connectwise.get(f"{ROOT}/company/companies", params={"page": 3, "pageSize": 3}, headers=accept)
    assert (past.status_code, past.text) == (200, "[]")


async def test_django_connectwise_empties_members_with_an_empty_text(connectwise: httpx.AsyncClient) -> None:
    info = (await connectwise.get(f"/login/companyinfo/{connectwise_tenant.COMPANY_ID}")).json()
    company = f"/{info['Codebase']}apis/3.0/company/companies/20"
    for market, revenue in ((None, 5), ("", "")):
        changes = {"market": market, "annualRevenue": revenue, "dateAcquired": "", "leadFlag": "", "phoneNumber": ""}
        told = [{"op": "replace", "path": path, "value": value} for path, value in changes.items()]
        assert (await connectwise.patch(company, json=told)).status_code == 200
    row = (await connectwise.get(company)).json()
    assert not {"market", "annualRevenue", "dateAcquired"} & set(row)
    asked = {"conditions": "(deletedFlag=False and lastUpdated>[2020-01-01T00:00:00Z])", "pageSize": "1000"}
    assert (await connectwise.get(f"{ROOT}/company/companies", params=asked)).status_code == 200
    assert (await connectwise.get("/login/companyinfo/nobody")).text == "null"


async def test_connectwise_answers_nonsense_in_its_own_words(connectwise: httpx.AsyncClient) -> None:
    nested = f"{'(' * 300}id=1{')' * 300}"
    answer = await connectwise.get(f"{ROOT}/company/companies", params={"conditions": nested})
    assert (answer.status_code, answer.json()["code"]) == (400, "ApiFindCondition")
    answer = await connectwise.get(f"{ROOT}/company/companies", params={"conditions": "id"})
    assert "near 'id'" in answer.json()["message"]
    answer = await connectwise.post(f"{ROOT}/company/companies", content="[" * 5000)
    assert (answer.status_code, answer.json()["code"]) == (400, "ConnectWiseApi")
    assert (await connectwise.post("/login/companyinfo/fabrikam")).status_code == 405


async def test_qmexnetworks_reads_pages_until_one_counts_no_records(halopsa: httpx.AsyncClient) -> None:
    found: list[int] = []
    for page in range(1, 9):
        asked = {"pageinate": "true", "page_size": "500", "page_no": str(page)}
        told = (await halopsa.get("/api/client", params=asked)).json()
        found += [row["id"] for row in told["clients"]]
        if told["record_count"] == 0:
            break
    assert (found, page) == ([10, 11], 2)


async def test_halopsa_for_python_writes_flags_as_python_does_and_posts_arrays(halopsa: httpx.AsyncClient) -> None:
    listed = await halopsa.get("/api/Client", params={"includeinactive": "True", "includeactive": "False"})
    assert [row["id"] for row in listed.json()["clients"]] == [12]
    json = {"Content-Type": "application/json"}
    made = await halopsa.post("/api/Client", content='[{"name": "Litware"}]', headers=json)
    assert (made.status_code, made.json()["name"]) == (201, "Litware")
    form = {"grant_type": "client_credentials", "client_id": halopsa_tenant.CLIENT_ID, "client_secret": "guess"}
    refused = await halopsa.post("/auth/token", data={**form, "scope": "all"})
    assert (refused.status_code, set(refused.json())) == (401, {"error", "error_description"})
    assert refused.json()["error"] == "invalid_client"


async def test_pyhalopsa_names_the_tenant_in_the_form_and_posts_several(halopsa: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": halopsa_tenant.CLIENT_ID, "scope": "all"}
    told = {**form, "client_secret": halopsa_tenant.SECRET, "tenant": "fabrikam"}
    token = (await halopsa.post("/auth/token", data=told)).json()
    assert (token["expires_in"], token["token_type"]) == (3600, "Bearer")
    signed = {"Authorization": f"Bearer {token['access_token']}"}
    made = await halopsa.post("/api/Client", json=[{"name": "One"}, {"name": "Two"}], headers=signed)
    assert [row["name"] for row in made.json()] == ["One", "Two"]
    nothing = (await halopsa.post("/auth/token", data={"scope": "all"})).json()
    assert nothing["error"] == "invalid_request"


async def test_haloitsm_for_python_asks_who_it_is(halopsa: httpx.AsyncClient) -> None:
    assert (await halopsa.get("/api/Users/me")).json()["id"] == 31
    assert (await halopsa.get("/api/Client/me")).json()["id"] == 10
    assert (await halopsa.post("/api/Users/me")).status_code == 405


async def test_newtonsoft_makes_nothing_of_an_empty_text(halopsa: httpx.AsyncClient) -> None:
    told = {"id": 10, "accountmanagertech": "", "inactive": "", "customfields": "", "main_delivery_address": ""}
    changed = await halopsa.post("/api/Client", json=[told])
    assert (changed.status_code, "accountmanagertech" in changed.json()) == (201, False)
    refused = await halopsa.post("/api/Client", json=[{"id": "", "name": "Litware"}])
    assert list(refused.json()) == ["[0].id"]
    refused = await halopsa.get("/api/Client", params={"advanced_search": '[{"filter_name":"name","filter_type":[4]}]'})
    assert refused.status_code == 400
