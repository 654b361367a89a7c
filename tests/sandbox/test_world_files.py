"""What the packaged worlds have in common: each site is big enough, of all kinds, and what its cases say of it."""

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.sandbox.world import SiteWorld, load_world
from tests.sandbox.world_files import FILES, path_of, quotes, site_of, world_of

GENERATOR = Path(__file__).parents[2] / "packaging" / "make_world.py"
LEAST = {"company": 40, "contact": 60, "opportunity": 40, "category": 15, "product": 120, "quote": 80, "owner": 12}
SHARED_TROUBLES = {
    "opportunity deleted",
    "asks: opportunity won",
    "not eligible: opportunity lost",
    "not eligible: won with a sales order",
    "opportunity stage unmapped",
    "owner without external identifier",
    "owner inactive",
    "company near match",
    "company linked to another",
    "company inactive",
    "contact near match",
    "contact of another company",
    "contact inactive",
    "payment term deleted",
    "unknown billing term",
    "lines added by others",
    "item refused by the tenant",
    "product deleted",
    "product inactive",
}


@pytest.fixture(scope="module", params=list(FILES))
def site(request: pytest.FixtureRequest) -> SiteWorld:
    return site_of(request.param)


def test_it_is_big_enough(site: SiteWorld) -> None:
    rows = site.data["salesbuildr"]
    assert {name: len(rows[name]) for name, least in LEAST.items() if len(rows[name]) < least} == {}


def test_every_kind_of_product_status_and_size_of_quote_is_there(site: SiteWorld) -> None:
    rows = site.data["salesbuildr"]
    assert {row["productType"] for row in rows["product"]} == {"product", "service", "labor", "bundle"}
    assert {row["status"] for row in rows["quote"]} == {"draft", "sent", "approved", "declined", "expired"}
    assert min(len(row["items"]) for row in rows["quote"]) == 3
    assert max(len(row["items"]) for row in rows["quote"]) == 20


def test_every_quote_is_of_one_case_and_the_troubles_are_there(site: SiteWorld) -> None:
    numbers = [number for case in site.cases.values() for number in case]
    assert sorted(numbers) == sorted(row["number"] for row in site.data["salesbuildr"]["quote"])
    assert set(site.cases) >= SHARED_TROUBLES


def test_references_between_rows_of_salesbuildr_lead_somewhere(site: SiteWorld) -> None:
    fields = ("pipelineStageId", "paymentTermId")
    kinds = {"companyId": "company", "contactId": "contact", "opportunityId": "opportunity", "productId": "product"}
    ids = {kind: {row["id"] for row in rows} for kind, rows in site.data["salesbuildr"].items()}
    for kind, rows in site.data["salesbuildr"].items():
        items = [item for row in rows for item in row.get("items", ())]
        for row in [*rows, *items]:
            for name, value in row.items():
                of = "field" if name in fields else kinds.get(name, "owner" if name == "ownerId" else "")
                if name == "categoryId":
                    of = "field" if kind == "opportunity" else "category"
                assert not of or value is None or value in ids[of], (kind, name, row["id"])


def test_quotes_that_can_be_written_stay_young_whenever_the_world_is_loaded(site: SiteWorld) -> None:
    now = datetime(2031, 7, 1, tzinfo=UTC)
    (fresh,) = load_world(world_of(site.psa), now).sites
    for case in fresh.cases:
        for quote in quotes(fresh, case) if not case.startswith("not eligible") else ():
            assert (now - datetime.fromisoformat(quote["createdAt"])).days < 90
            assert quote["expiresAt"] > now.isoformat()
            assert quote["status"] in ("sent", "approved")


def test_no_two_records_share_a_telephone_but_those_that_look_alike_on_purpose(site: SiteWorld) -> None:
    rows = site.data["salesbuildr"]
    phones = [row["telephone"] for row in rows["company"]] + [row["phone"] for row in rows["contact"]]
    assert len({phone[-8:] for phone in phones}) == len(phones)


@pytest.fixture(scope="module")
def generator() -> Any:
    """The generator as a module; it finds its neighbours by their bare names."""
    spec = importlib.util.spec_from_file_location("make_world_under_test", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(GENERATOR.parent))
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(GENERATOR.parent))
        for name in [each for each in sys.modules if each == spec.name or each.startswith("world_")]:
            del sys.modules[name]


def test_the_file_is_what_the_generator_makes(generator: Any) -> None:
    assert list(generator.WORLDS["default"]) == list(FILES)
    assert generator.write(generator.world("default")) + "\n" == path_of("autotask").read_text(encoding="utf-8")
