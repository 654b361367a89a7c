"""Rules that speak when a quote is synchronised with the practice ConnectWise, each provoked there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.domain.words import Psa
from tests.diagnosis.provoking import (
    Fault,
    Record,
    World,
    answers,
    first_of,
    practice_world,
    rules_said,
    rules_under,
    shown,
    tried_world,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORLD = (
    "connectwise.category-gone",
    "connectwise.category-inactive",
    "connectwise.category-moved",
    "connectwise.category-unmapped",
    "connectwise.object-invalid",
    "connectwise.opportunity-contact",
    "general.company-no-external-id",
    "general.contact-no-external-id",
    "general.foreign-lines",
    "general.items-missing",
    "general.link-mismatch",
    "general.payment-term-deleted",
    "general.unknown-billing-term",
    "records.company-not-found",
    "records.contact-association",
    "records.contact-not-found",
    "records.deleted",
    "records.inactive",
    "records.opportunity-category-mapping",
    "records.opportunity-closed",
    "records.opportunity-not-found",
    "records.opportunity-ordered",
    "records.opportunity-title-too-long",
    "records.opportunity-won",
    "records.owner-mapping",
    "records.product-not-found",
    "records.stage-mapping",
)
"""What the failing cases of the practice world are told by."""


def _invalid(resource: str, text: str, code: str = "InvalidField") -> tuple[int, Any]:
    nested = {"code": code, "message": text, "resource": resource, "field": "id"}
    return 400, {"code": "InvalidObject", "message": f"{resource} object is invalid", "errors": [nested]}


def _plain(status: int, text: str, code: str = "ConnectWiseApi") -> tuple[int, Any]:
    return status, {"code": code, "message": text, "errors": None}


_MEMBER = "Could not find member 'type' on object of type 'Contact'. Path 'type', line 3, position 11.Check your accept"
FAULTS = {
    **answers(
        "connectwise",
        "POST",
        "/procurement/products$",
        {
            "connectwise.already-exists": _invalid("catalogItem", "A matching catalog item already exists"),
            "connectwise.billing-cycle": _invalid(
                "catalogItem", "recurringBillCycle or recurringOneTimeFlag is required."
            ),
            "connectwise.company-address": _invalid("company", "At least one address field is required: city, zip."),
            "connectwise.contact-name": _invalid("contact", "The firstName field is required."),
            "connectwise.duplicate-contact": _plain(400, "A duplicate contact was found.", "ContactApi"),
            "connectwise.in-use": _plain(409, "Product 180 is in use and cannot be deleted."),
            "connectwise.inactive-reference": _invalid("opportunity", "12 is an inactive member."),
            "connectwise.legacy-data": _plain(500, "String was not recognized as a valid DateTime."),
            "connectwise.out-of-range": _invalid("company", "The field yearEstablished must be between 1900 and 9999."),
            "connectwise.permission": _plain(403, "You do not have security permission to perform this action."),
            "connectwise.query-timeout": _plain(500, "Query read timeout"),
            "connectwise.record-not-found": _invalid("productItem", "Catalog Item 999 not found", "NotFound"),
            "connectwise.request-refused": _plain(415, "The request entity's media type is not supported."),
            "connectwise.required-field": _invalid("productItem", "The billableOption field is required."),
            "connectwise.sales-representative": _invalid("opportunity", "The primarySalesRep field is required."),
            "connectwise.ssl-required": _plain(403, "SSL is required.", "Security"),
            "connectwise.unknown-member": _plain(400, _MEMBER),
            "connectwise.value-too-long": _invalid(
                "productItem", "The field description must be a string with a maximum length of 50."
            ),
            "connectwise.wrong-value": _invalid("productItem", "'X' is not a valid value for billableOption."),
            "general.no-words": (409, ""),
        },
    ),
    **answers(
        "connectwise",
        "GET",
        "/procurement/products$",
        {
            "connectwise.no-endpoint": _plain(404, "The endpoint does not exist."),
            "connectwise.search-refused": _plain(400, "opportunity/id is not a recognized name.", "ApiFindCondition"),
        },
    ),
    "connectwise.rate-limit": Fault("connectwise", "rate_limit", path="/procurement/products", arg=30),
    "general.web-page": Fault("connectwise", "html", path="/procurement/products", arg=502),
}
"""Answers of the server to the lines of a quote, or to what is read for them, by the rule that they are told by."""
SIGNING = {
    **answers(
        "connectwise",
        "GET",
        "/apis/",
        {
            "connectwise.cannot-route": (400, "Cannot route. Codebase/company is invalid"),
            "connectwise.client-id": _plain(403, "A valid clientId header is required."),
            "connectwise.credentials": _plain(404, "Nothing is here."),
        },
    ),
    **answers(
        "connectwise",
        "GET",
        "/login/companyinfo/",
        {
            "connectwise.codebase-not-told": (200, {"Codebase": ""}),
            "connectwise.unknown-company": (200, "null"),
        },
    ),
    "connectwise.keys": Fault("connectwise", "unauthorized", path="/apis/"),
}
"""The same of finding the tenant and signing in; each has a workspace of its own, since nothing is signed after it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with tried_world(tmp_path_factory.mktemp("connectwise"), Psa.CONNECTWISE) as found:
        yield found


@pytest.mark.parametrize("rule", WORLD)
async def test_a_case_of_the_practice_world_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, world.said)


async def test_no_case_of_the_practice_world_is_unknown(world: World) -> None:
    assert world.said == set(WORLD)


@pytest.mark.parametrize("rule", FAULTS)
async def test_an_answer_to_the_lines_is_told_by(world: World, record_property: Record, rule: str) -> None:
    shown(record_property, rule, await rules_under(world.stage, FAULTS[rule]))


@pytest.mark.parametrize("rule", SIGNING)
async def test_an_answer_to_signing_in_is_told_by(tmp_path: Path, record_property: Record, rule: str) -> None:
    async with practice_world(tmp_path, Psa.CONNECTWISE, only_ready=True) as stage:
        shown(record_property, rule, await rules_under(stage, SIGNING[rule]))


async def test_a_set_up_price_without_an_item_for_it_is_told(world: World, record_property: Record) -> None:
    site = await world.stage.backstage.site(world.stage.site_id)
    await world.stage.become(defaults={})
    try:
        said = await rules_said(world.stage, [await first_of(world.stage, "ready: set-up price")])
    finally:
        await world.stage.become(defaults=site.defaults)
    shown(record_property, "connectwise.line-item-not-set", said)
