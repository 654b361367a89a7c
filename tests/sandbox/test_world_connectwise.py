"""The site with ConnectWise: in step where it says so, and in trouble of which the server itself gives the text."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.connectwise.metadata import Entity, Metadata, packaged_entities, read_metadata
from sync_desktop.sandbox.connectwise.settings import ApiMember
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.sandbox.world import SiteWorld
from tests.sandbox.connectwise_tenant import signature
from tests.sandbox.world_files import Row, by_id, of_case, quotes, site_of, world_of

CATALOG, LINES, COMPANIES = "procurement/catalog", "procurement/products", "company/companies"
TROUBLES = {
    "category inactive": "41 is an inactive category",
    "subcategory inactive": "319 is an inactive subcategory",
    "product type inactive": "5 is an inactive product type",
    "category deleted": "44",
    "subcategory moved": "461",
}
"""What a server says of a new product of the category in question."""


@pytest.fixture(scope="module")
def site() -> SiteWorld:
    return site_of("connectwise")


@pytest.fixture(scope="module")
def metadata() -> Metadata:
    return read_metadata(packaged_entities())


class Desk:
    """Calls the site's ConnectWise with what the description says."""

    def __init__(self, sandbox: Sandbox, http: ClientSession) -> None:
        self._http = http
        self._site = next(each for each in sandbox.describe()["sites"] if each["psa"] == "connectwise")["connectwise"]

    async def call(self, path: str, body: Any = None) -> tuple[int, Any]:
        """GET a path, or POST a body there."""
        ours = ApiMember(self._site["public_key"], self._site["private_key"], self._site["client_id"])
        signed, url = signature(ours, self._site["company"]), f"{self._site['base_url']}/{path}"
        method = "GET" if body is None else "POST"
        async with self._http.request(method, url, headers=signed, json=body) as reply:
            return reply.status, await reply.json(content_type=None)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Sandbox(world_of("connectwise")) as sandbox, ClientSession() as http:
        yield Desk(sandbox, http)


def entity_of(metadata: Metadata, collection: str) -> Entity:
    """Return the entity whose rows a collection holds."""
    return next(each for each in metadata.entities.values() if each.collection == collection)


def test_rows_have_the_members_of_their_entities_and_lead_somewhere(site: SiteWorld, metadata: Metadata) -> None:
    broken: set[str] = set()
    for collection, rows in site.data["connectwise"].items():
        if collection == "login/companyinfo":
            continue
        entity = entity_of(metadata, collection)
        for row in rows:
            for name, value in row.items():
                field = entity.field(name)
                assert field is not None, f"{collection} has no {name}"
                assert not field.length or len(value) <= field.length, f"{collection} {row['id']}: {name} is too long"
                target = metadata.target(field) if field.is_reference else None
                for reference in value if isinstance(value, list) else [value]:
                    known = by_id(site, "connectwise", target.collection) if target else {}
                    if target and str(reference["id"]) not in known:
                        broken.add(f"{collection}.{name} {reference['id']}")
    assert broken == {f"{CATALOG}.category 44", f"{CATALOG}.subcategory 441"}


def test_what_is_in_step_has_a_line_for_each_item_and_the_shipping(site: SiteWorld) -> None:
    products = by_id(site, "salesbuildr", "product")
    for quote, opportunity in zip(quotes(site, "in step"), of_case(site, "in step", "opportunity"), strict=True):
        there = [
            line
            for line in site.data["connectwise"][LINES]
            if str(line["opportunity"]["id"]) == opportunity["externalIdentifier"]
        ]
        wanted = [
            (
                f"{quote['number']}/line:{item['id']}",
                products[item["productId"]]["externalIdentifier"],
                item["quantity"],
                item["price"],
            )
            for item in quote["items"]
        ]
        shipping = quote["shippingType"]
        if shipping:
            wanted.append((f"{quote['number']}/shipping", shipping["externalIdentifier"], 1, shipping["price"]))
        assert [
            (line["integrationXRef"], str(line["catalogItem"]["id"]), line["quantity"], line["price"]) for line in there
        ] == wanted
        money = sum((Decimal(str(line["quantity"])) * Decimal(str(line["price"])) for line in there), Decimal(0))
        assert sum(Decimal(str(line["extPrice"])) for line in there) == money


def test_two_categories_of_salesbuildr_lead_to_the_inactive_one(site: SiteWorld) -> None:
    names = {row["id"]: row["name"] for row in site.data["salesbuildr"]["category"]}
    stored = {names[row["categoryId"]] for row in site.data["salesbuildr"]["category-mapping"] if row["category"] == 41}
    assert stored == {"Firewalls", "Security"}
    items = by_id(site, "connectwise", CATALOG)
    shown = {
        names[row["categoryId"]]
        for row in site.data["salesbuildr"]["product"]
        if items.get(row["externalIdentifier"] or "", {}).get("category", {}).get("id") == 41
    }
    assert shown == stored, "products that are there already tell the same"


def test_a_second_quote_stands_beside_a_primary_one(site: SiteWorld) -> None:
    primary = {row["id"] for row in of_case(site, "ready: primary of two quotes", "opportunity")}
    assert {row["id"] for row in of_case(site, "not eligible: not the primary quote", "opportunity")} == primary
    assert not any(quote["primary"] for quote in quotes(site, "not eligible: not the primary quote"))


async def new_product_of(site: SiteWorld, case: str) -> Row:
    """Return a catalog item for the new product of a case, led where Salesbuildr leads its category."""
    products = by_id(site, "salesbuildr", "product")
    (new,) = {
        item["productId"]
        for item in quotes(site, case)[0]["items"]
        if not products[item["productId"]]["externalIdentifier"]
    }
    row = products[new]
    target = next(
        each for each in site.data["salesbuildr"]["category-mapping"] if each["categoryId"] == row["categoryId"]
    )
    places = {name: {"id": target[name]} for name in ("category", "subcategory", "type")}
    return {"identifier": row["mpn"], "description": row["name"], "customerDescription": row["name"], **places}


@pytest.mark.parametrize("case", list(TROUBLES))
async def test_a_new_product_of_a_broken_category_is_refused_in_the_servers_words(
    site: SiteWorld, desk: Desk, case: str
) -> None:
    status, told = await desk.call(CATALOG, await new_product_of(site, case))
    assert (status, told["message"]) == (400, "catalogItem object is invalid")
    assert TROUBLES[case] in " ".join(error["message"] for error in told["errors"])


async def test_a_new_product_of_a_category_in_order_is_taken(site: SiteWorld, desk: Desk) -> None:
    status, told = await desk.call(CATALOG, await new_product_of(site, "ready: new product"))
    assert status == 201, told


async def test_one_category_is_there_and_not_to_be_seen(site: SiteWorld, desk: Desk) -> None:
    new = await new_product_of(site, "category hidden from the API member")
    category = new["category"]["id"]
    assert by_id(site, "connectwise", "procurement/categories")[str(category)]["inactiveFlag"] is False
    assert (await desk.call(f"procurement/categories/{category}"))[0] == 404
    _, told = await desk.call("procurement/categories?pageSize=1000")
    assert category not in [row["id"] for row in told]


async def test_records_that_are_gone_are_gone_in_different_ways(site: SiteWorld, desk: Desk) -> None:
    async def state(case: str, kind: str, collection: str) -> tuple[int, Any]:
        return await desk.call(f"{collection}/{of_case(site, case, kind)[0]['externalIdentifier']}")

    status, deleted = await state("company deleted", "company", COMPANIES)
    assert (status, deleted["deletedFlag"]) == (200, True)
    assert (await state("company inactive", "company", COMPANIES))[1]["status"]["name"] == "Inactive"
    for case, kind, collection in (
        ("company merged", "company", COMPANIES),
        ("company not visible", "company", COMPANIES),
        ("contact deleted", "contact", "company/contacts"),
        ("opportunity deleted", "opportunity", "sales/opportunities"),
    ):
        assert (await state(case, kind, collection))[0] == 404, case
    statuses = {row["id"]: row for row in site.data["connectwise"]["sales/opportunities/statuses"]}
    for case, flag in (("asks: opportunity won", "wonFlag"), ("not eligible: opportunity lost", "lostFlag")):
        _, row = await state(case, "opportunity", "sales/opportunities")
        assert statuses[row["status"]["id"]][flag]
