"""The site with HaloPSA: in step where it says so, and in trouble of which the server itself gives the text."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.halopsa.entities import Entities, Entity
from sync_desktop.sandbox.halopsa.references import is_dead
from sync_desktop.sandbox.halopsa.settings import packaged_entities
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.world import SiteWorld
from tests.sandbox.world_files import Row, by_id, of_case, quotes, site_of, world_of

TROUBLES = {
    "asset group not for items": "106",
    "asset group deleted": "107",
    "asset group hidden from the API agent": "108",
    "asset type deleted": "220",
    "asset type moved": "does not belong",
}
"""What a server says of a new product of the category in question."""


@pytest.fixture(scope="module")
def site() -> SiteWorld:
    return site_of("halopsa")


class Desk:
    """Calls the site's HaloPSA with what the description says."""

    def __init__(self, sandbox: Sandbox, http: ClientSession) -> None:
        self._http = http
        self._site = next(each for each in sandbox.describe()["sites"] if each["psa"] == "halopsa")["halopsa"]
        self._token = ""

    async def log_in(self) -> None:
        """Ask for a token and keep it."""
        form = {name: self._site[name] for name in ("client_id", "client_secret")}
        url = f"{self._site['auth_url']}/token?tenant={self._site['tenant']}"
        async with self._http.post(url, data={"grant_type": "client_credentials", "scope": "all", **form}) as reply:
            self._token = (await reply.json())["access_token"]

    async def call(self, path: str, body: Any = None) -> tuple[int, Any]:
        """GET a path, or POST a body there."""
        url, signed = f"{self._site['base_url']}/{path}", {"Authorization": f"Bearer {self._token}"}
        async with self._http.request("GET" if body is None else "POST", url, headers=signed, json=body) as reply:
            return reply.status, await reply.json(content_type=None) if reply.content_type.endswith("json") else None


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Sandbox(world_of("halopsa")) as sandbox, ClientSession() as http:
        desk = Desk(sandbox, http)
        await desk.log_in()
        yield desk


def test_rows_have_the_members_of_their_entities_and_lead_somewhere(site: SiteWorld) -> None:
    entities, store = Entities(packaged_entities()), Store(site.data["halopsa"])
    broken: set[str] = set()

    def look(entity: Entity, row: Row) -> None:
        for name, value in row.items():
            field = entity.field(name)
            assert field is not None, f"{entity.collection} has no {name}"
            if field.nested and isinstance(value, list):
                for part in value:
                    look(entities.named(field.nested), part)
        for name in (each for each in entity.references if is_dead(store, entity.references[each], row.get(each))):
            broken.add(f"{entity.collection}.{name} {row[name]}")
        assert not [name for name in entity.required if row.get(name) in (None, "")], row

    for collection, rows in site.data["halopsa"].items():
        for row in rows if collection != "Control" else ():
            look(entities.named(collection), row)
    assert broken == {"Item.assetgroup_id 107", "Item.assettype_id 216", "Item.assettype_id 220"}


def test_what_is_in_step_has_a_line_for_each_item_and_the_shipping(site: SiteWorld) -> None:
    products = by_id(site, "salesbuildr", "product")
    there = {row["third_party_number"]: row for row in site.data["halopsa"]["Quotation"]}
    assert set(there) == {*site.cases["in step"], *site.cases["lines added by others"]}
    for quote in quotes(site, "in step"):
        made, shipping = there[quote["number"]], quote["shippingType"]
        wanted = [
            (int(products[item["productId"]]["externalIdentifier"]), item["quantity"], item["price"], item["optional"])
            for item in quote["items"]
        ]
        if shipping:
            wanted.append((int(shipping["externalIdentifier"]), 1, shipping["price"], False))
        names = ("item_id", "quantity", "price", "optional")
        assert [tuple(line[name] for name in names) for line in made["lines"]] == wanted
        counted = [line for line in made["lines"] if not line["optional"]]
        assert Decimal(str(made["revenue"])) == sum(Decimal(str(line["net_total"])) for line in counted)


def test_discounts_of_a_quote_are_in_its_lines(site: SiteWorld) -> None:
    there = {row["third_party_number"]: row for row in site.data["halopsa"]["Quotation"]}
    discounted = [quote for quote in quotes(site, "in step") if quote["discount"]]
    assert discounted
    for quote in discounted:
        for item, line in zip(quote["items"], there[quote["number"]]["lines"], strict=False):
            left = (100 - item["discount"]) * (100 - quote["discount"]["value"]) / 100
            assert line["discount_perc"] == pytest.approx(100 - left)


def new_product_of(site: SiteWorld, case: str) -> Row:
    """Return an item for the new product of a case, led where Salesbuildr leads its category."""
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
    return {"name": row["name"], "assetgroup_id": target["assetGroup"], "assettype_id": target["assetType"]}


@pytest.mark.parametrize("case", list(TROUBLES))
async def test_a_new_product_of_a_broken_category_is_refused(site: SiteWorld, desk: Desk, case: str) -> None:
    status, told = await desk.call("Item", [new_product_of(site, case)])
    assert status == 400
    assert TROUBLES[case] in str(told)


async def test_a_new_product_of_a_category_in_order_is_taken(site: SiteWorld, desk: Desk) -> None:
    status, told = await desk.call("Item", [new_product_of(site, "ready: new product")])
    assert status == 201, told


async def test_this_instance_demands_a_main_contact(site: SiteWorld, desk: Desk) -> None:
    company = of_case(site, "main contact compulsory", "company")[0]
    assert company["externalIdentifier"] is None
    assert {quote["contactId"] for quote in quotes(site, "main contact compulsory")} == {None}
    status, told = await desk.call("Client", [{"name": company["name"]}])
    assert status == 400
    assert "Please populate main contact name" in str(told)
    status, _ = await desk.call("Client", [{"name": company["name"], "newclient_contactname": "Ada Baker"}])
    assert status == 201


async def test_records_that_are_gone_or_not_to_be_seen_are_not_found(site: SiteWorld, desk: Desk) -> None:
    for case, kind, collection in (
        ("company deleted", "company", "Client"),
        ("company merged", "company", "Client"),
        ("company not visible", "company", "Client"),
        ("contact deleted", "contact", "Users"),
        ("opportunity deleted", "opportunity", "Opportunities"),
    ):
        row = of_case(site, case, kind)[0]
        assert (await desk.call(f"{collection}/{row['externalIdentifier']}"))[0] == 404, case
    _, inactive = await desk.call(f"Client/{of_case(site, 'company inactive', 'company')[0]['externalIdentifier']}")
    assert inactive["inactive"] is True


async def test_a_contact_of_another_company_is_at_its_site(site: SiteWorld, desk: Desk) -> None:
    contact = of_case(site, "contact of another company", "contact")[0]
    company = of_case(site, "contact of another company", "company")[0]
    _, user = await desk.call(f"Users/{contact['externalIdentifier']}")
    assert user["client_id"] != int(company["externalIdentifier"])
