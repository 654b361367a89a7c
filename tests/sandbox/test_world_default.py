"""The site with Autotask is whole, in step where it says so, and in trouble where it says so."""

from typing import Any

import pytest

from sync_desktop.sandbox.lines import lines_of
from sync_desktop.sandbox.world import SiteWorld
from tests.sandbox.world_files import by_id, quotes, site_of

TROUBLES = {
    "category without billing code",
    "billing code inactive",
    "billing code deleted",
    "billing code of the wrong use type",
    "opportunity deleted",
    "asks: opportunity won",
    "opportunity stage unmapped",
    "opportunity category missing",
    "opportunity title too long",
    "owner without external identifier",
    "owner inactive",
    "company near match",
    "company linked to another",
    "company inactive",
    "contact near match",
    "contact of another company",
    "contact inactive",
    "payment term deleted",
    "payment term inactive",
    "unknown billing term",
    "lines added by others",
    "labour without role",
    "item refused by the tenant",
    "product deleted",
    "product inactive",
}


@pytest.fixture(scope="module")
def site() -> SiteWorld:
    return site_of("autotask")


def test_every_trouble_is_there(site: SiteWorld) -> None:
    assert set(site.cases) >= TROUBLES
    assert len(site.cases["in step"]) >= 25


def test_references_between_rows_of_autotask_lead_somewhere(site: SiteWorld) -> None:
    references = {
        "companyID": "Companies",
        "opportunityID": "Opportunities",
        "quoteID": "Quotes",
        "productID": "Products",
        "serviceID": "Services",
        "serviceBundleID": "ServiceBundles",
        "laborID": "Roles",
        "shippingID": "ShippingTypes",
        "chargeID": "BillingCodes",
        "productBillingCodeID": "BillingCodes",
        "billingCodeID": "BillingCodes",
        "ownerResourceID": "Resources",
        "contactID": "Contacts",
        "billToLocationID": "QuoteLocations",
        "shipToLocationID": "QuoteLocations",
    }
    for entity, rows in site.data["autotask"].items():
        for row in rows:
            for name in references.keys() & row.keys():
                assert str(row[name]) in by_id(site, "autotask", references[name]), (entity, row)


def test_what_is_in_step_equals_line_by_line(site: SiteWorld) -> None:
    products = by_id(site, "salesbuildr", "product")
    categories = by_id(site, "salesbuildr", "category")
    there = {row["externalQuoteNumber"]: row for row in site.data["autotask"]["Quotes"]}

    def code(item: dict[str, Any]) -> int:
        return int(categories[products[item["productId"]]["categoryId"]]["billingCode"])

    for quote in quotes(site, "in step"):
        made = there[quote["number"]]
        held = [row for row in site.data["autotask"]["QuoteItems"] if row["quoteID"] == made["id"]]
        extra = ("id", "quoteID", "sortOrderID")
        assert [{name: row[name] for name in row if name not in extra} for row in held] == [
            {name: value for name, value in line.items() if value != ""}
            for line in lines_of(quote, products.__getitem__, code)
        ]
        assert made["name"] == quote["title"]
    assert set(there) == {*site.cases["in step"], *site.cases["lines added by others"]}


def test_ready_quotes_lead_only_to_what_can_be_used(site: SiteWorld) -> None:
    companies = by_id(site, "autotask", "Companies")
    linked = by_id(site, "salesbuildr", "company")
    products = by_id(site, "salesbuildr", "product")
    held = {"product": by_id(site, "autotask", "Products")}
    for quote in quotes(site, "ready"):
        company = linked[quote["companyId"]]
        assert companies[company["externalIdentifier"]]["isActive"]
        assert companies[company["externalIdentifier"]]["companyName"] == company["name"]
        for item in quote["items"]:
            product = products[item["productId"]]
            assert product["externalIdentifier"]
            if product["productType"] == "product":
                assert held["product"][product["externalIdentifier"]]["externalProductID"] == product["id"]
