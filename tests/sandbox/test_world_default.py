"""The default world is whole, big enough, in step where it says so, and in trouble where it says so."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.sandbox.lines import lines_of
from sync_desktop.sandbox.world import SiteWorld, WorldError, load_world, resolve
from tests.sandbox.practice import NOW, SMALL

WORLD = Path(__file__).parents[2] / "resources" / "sandbox" / "default.json"
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
    return load_world(WORLD, NOW).sites[0]


def by_id(site: SiteWorld, system: str, collection: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a collection by their id as text."""
    return {str(row["id"]): row for row in site.data[system][collection]}


def quotes(site: SiteWorld, case: str) -> list[dict[str, Any]]:
    """Return the quotes of a case."""
    return [row for row in site.data["salesbuildr"]["quote"] if row["number"] in site.cases[case]]


@pytest.mark.parametrize(
    ("collection", "least"),
    [
        ("company", 40),
        ("contact", 60),
        ("opportunity", 40),
        ("category", 15),
        ("product", 120),
        ("quote", 80),
        ("owner", 12),
    ],
)
def test_it_is_big_enough(site: SiteWorld, collection: str, least: int) -> None:
    assert len(site.data["salesbuildr"][collection]) >= least


def test_every_kind_of_product_status_and_size_of_quote_is_there(site: SiteWorld) -> None:
    rows = site.data["salesbuildr"]
    assert {row["productType"] for row in rows["product"]} == {"product", "service", "labor", "bundle"}
    assert {row["status"] for row in rows["quote"]} == {"draft", "sent", "approved", "declined", "expired"}
    assert min(len(row["items"]) for row in rows["quote"]) == 3
    assert max(len(row["items"]) for row in rows["quote"]) == 20


def test_every_trouble_is_there_and_every_quote_is_of_one_case(site: SiteWorld) -> None:
    assert set(site.cases) >= TROUBLES
    numbers = [number for case in site.cases.values() for number in case]
    assert sorted(numbers) == sorted(row["number"] for row in site.data["salesbuildr"]["quote"])
    assert len(site.cases["in step"]) >= 25


def test_quotes_that_can_be_written_stay_young_whenever_the_world_is_loaded() -> None:
    now = datetime(2031, 7, 1, tzinfo=UTC)
    site = load_world(WORLD, now).sites[0]
    for case in ("in step", "ready", *TROUBLES):
        for quote in quotes(site, case):
            assert (now - datetime.fromisoformat(quote["createdAt"])).days < 90
            assert quote["expiresAt"] > now.isoformat()
            assert quote["status"] in ("sent", "approved")


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


def test_no_two_records_share_a_telephone_but_those_that_look_alike_on_purpose(site: SiteWorld) -> None:
    rows = site.data["salesbuildr"]
    phones = [row["telephone"] for row in rows["company"]] + [row["phone"] for row in rows["contact"]]
    assert len({phone[-8:] for phone in phones}) == len(phones)


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


def test_relative_dates_become_real_ones_and_nothing_else_changes() -> None:
    given = {"at": "{-3}T09:30:00Z", "on": "{+2}", "note": "{braces}", "rows": [1, None, True]}
    assert resolve(given, NOW) == {
        "at": "2026-03-07T09:30:00Z",
        "on": "2026-03-12",
        "note": "{braces}",
        "rows": [1, None, True],
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_version": 2}, "schema version 2"),
        ({"sites": []}, "no site"),
        ({"sites": [{"name": "X", "psa": "sap"}]}, "sap"),
        ({"sites": [{"name": "X", "psa": "autotask"}]}, "salesbuildr"),
        ({"sites": None}, "lacks"),
    ],
)
def test_a_world_that_makes_no_sense_is_refused_in_a_sentence(change: dict[str, Any], says: str) -> None:
    with pytest.raises(WorldError, match=says):
        load_world({**SMALL, **change}, NOW)


def test_a_file_that_is_no_world_is_refused_by_its_name(tmp_path: Path) -> None:
    for text in ("{", json.dumps([1])):
        (tmp_path / "odd.json").write_text(text)
        with pytest.raises(WorldError, match=r"odd\.json"):
            load_world(tmp_path / "odd.json", NOW)
    with pytest.raises(WorldError, match=r"none\.json"):
        load_world(tmp_path / "none.json", NOW)
