"""The practice ConnectWise's answers against the published description of its API.

The description and its checker are no part of the project: `--contract-dir` names the folder that holds them.
"""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.sandbox.connectwise_tenant import (
    COMPANY,
    CONTACT,
    ITEM,
    LINE,
    OPPORTUNITY,
    ROOT,
    ROWS,
    Practice,
    Reply,
    practice,
    signature,
)

SPEC = "cw-cut.json"
LISTS = (
    *(name for name in ROWS if name not in ("finance/billingCycles", "company/companies/sites")),
    "company/countries",
)
BY_ID = tuple(
    name for name in LISTS if name not in ("company/countries", "procurement/unitOfMeasures", "sales/probabilities")
)
COUNTED = (
    "company/companies",
    "company/companies/statuses",
    "company/companies/types",
    "company/contacts",
    "finance/billingTerms",
    "finance/taxCodes",
    "procurement/catalog",
    "procurement/categories",
    "procurement/products",
    "procurement/subcategories",
    "sales/opportunities",
    "sales/opportunities/statuses",
    "sales/opportunities/types",
    "sales/stages",
    "system/locations",
)
RECURRING = {
    "recurringFlag": True,
    "recurringBillCycle": {"id": 2},
    "recurringRevenue": 12.5,
    "productClass": "Agreement",
}
CREATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("company/companies", {**COMPANY, "website": "litware.example", "phoneNumber": "5550123"}),
    ("company/companies/20/sites", {"name": "Branch", "city": "Reno"}),
    ("company/companies/20/typeAssociations", {"type": {"id": 2}}),
    ("company/contacts", CONTACT),
    ("company/contacts/40/communications", {"type": {"id": 1}, "value": "kim2@northwind.example"}),
    ("sales/opportunities", {**OPPORTUNITY, "type": {"id": 2}, "stage": {"id": 8}, "notes": "As agreed"}),
    ("sales/opportunities/50/notes", {"text": "Called"}),
    (
        "sales/opportunities/50/forecast",
        {"forecastItems": [{"status": {"id": 1}, "forecastType": "Service", "revenue": 5}]},
    ),
    ("procurement/catalog", ITEM),
    ("procurement/catalog", {**ITEM, "identifier": "CARE", **RECURRING}),
    ("procurement/products", {**LINE, "price": 99.5, "integrationXRef": "q1/i1"}),
    ("procurement/categories", {"name": "Cables"}),
    ("procurement/subcategories", {"name": "Network", "category": {"id": 60}}),
    ("finance/billingTerms", {"name": "Net 45", "dueDays": 45}),
)
PATCHES: tuple[tuple[str, list[dict[str, Any]]], ...] = (
    ("company/companies/20", [{"op": "replace", "path": "city", "value": "Reno"}]),
    ("company/contacts/40", [{"op": "replace", "path": "/communicationItems/1/value", "value": "5550199"}]),
    ("sales/opportunities/50", [{"op": "replace", "path": "status", "value": {"id": 2}}]),
    ("procurement/catalog/90", [{"op": "replace", "path": "price", "value": 101.5}]),
    ("procurement/products/95", [{"op": "replace", "path": "quantity", "value": 3}]),
)


class Validator(Protocol):
    """What the checker's class can do."""

    def check(self, *args: Any) -> list[tuple[str, str]]:
        """Return what deviates, each with its side."""
        ...


@pytest.fixture(scope="session")
def validator(contract_dir: Path) -> Validator:
    """Return what checks exchanges against the file as it is."""
    place = contract_dir / "tools" / "contract_proxy.py"
    spec = importlib.util.spec_from_file_location("contract_proxy", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Validator = module.Validator(SPEC, prefix=ROOT, strict=False)
    return made


class Checked:
    """Calls the practice tenant and notes what deviates."""

    def __init__(self, api: Practice, validator: Validator) -> None:
        self._api = api
        self._validator = validator
        self.deviations: list[str] = []

    async def call(self, method: str, path: str, body: object = None) -> Reply:
        """Send one request that has to succeed."""
        reply = await self._api.call(method, path, body)
        assert reply.status < 300, reply.text
        url = urlsplit(f"{ROOT}/{path}")
        sent = {"Content-Type": "application/json", "Clientid": signature()["clientId"]}
        told = self._validator.check(
            method,
            url.path,
            parse_qsl(url.query, keep_blank_values=True),
            sent,
            b"" if body is None else json.dumps(body).encode(),
            reply.status,
            titled(reply.headers),
            reply.text.encode(),
        )
        self.deviations += [f"{side} {method} {path}: {text}" for side, text in told]
        return reply


def titled(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names written as the checker looks for them."""
    return {name.title(): value for name, value in headers.items()}


async def test_no_answer_deviates_from_the_published_description(validator: Validator) -> None:
    async with practice() as api:
        # The file calls the value of a custom field an object, by the name of its type; real ones are text and numbers.
        api.store.update("company/companies", 20, {"customFields": []})
        checked = Checked(api, validator)
        await checked.call("GET", "system/info")
        for name in LISTS:
            reply = await checked.call("GET", f"{name}?pageSize=1000&orderBy=id")
            if name in BY_ID:
                await checked.call("GET", f"{name}/{reply.ids[0]}")
        for name in COUNTED:
            assert (await checked.call("GET", f"{name}/count")).json["count"] > 0
        for path, body in CREATES:
            assert (await checked.call("POST", path, body)).status == 201
        for path, operations in PATCHES:
            await checked.call("PATCH", path, operations)
        for path in (
            "company/companies/20/sites",
            "company/companies/20/typeAssociations",
            "company/contacts/40/communications",
            "sales/opportunities/50/forecast",
            "sales/opportunities/50/notes",
            "procurement/categories/60/subcategories",
            "procurement/subcategories/70/usages",
        ):
            assert (await checked.call("GET", path)).json, path
        for name in ("company/companies", "company/contacts", "sales/opportunities", "procurement/products"):
            for row in (await checked.call("GET", name)).json:
                await checked.call("GET", f"{name}/{row['id']}")
        await checked.call("DELETE", "procurement/products/95")
        assert checked.deviations == []


async def test_a_wrong_answer_would_be_found(validator: Validator) -> None:
    """Show that the test above can fail."""
    async with practice() as api:
        api.store.update("procurement/categories", 60, {"name": "x" * 51})
        checked = Checked(api, validator)
        await checked.call("GET", "procurement/categories/60")
        assert len(checked.deviations) == 1
