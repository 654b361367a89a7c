"""Every unsettled fact of Autotask, at each of its positions."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from sync_desktop.sandbox.autotask.facts import FACTS
from sync_desktop.sandbox.autotask.settings import ApiUser
from tests.sandbox.autotask_tenant import (
    COMPANY,
    EVERYTHING,
    ITEM,
    OPPORTUNITY,
    PRODUCT,
    QUOTE,
    Practice,
    Reply,
    practice,
    signature,
)

CLERK = ApiUser("clerk@fabrikam.example", "c", 2, denied=frozenset({"Quotes"}))
AS_CLERK = signature(CLERK.username, CLERK.secret)
WRONG = {"Secret": "guess"}
LOCKED = "The user account has been locked.  Please see your Autotask Administrator for details."
SECOND = "Error creating entity for record number [1]."
Look = Callable[[Practice], Awaitable[object]]


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice(CLERK) as running:
        yield running


async def status_in_lower_case(api: Practice) -> object:
    return (await api.get("/atservicesrest/v1.0/Companies/10")).status


async def zone_slash(api: Practice) -> object:
    zone = await api.get("/atservicesrest/v1.0/zoneInformation", user="api@fabrikam.example")
    return zone.json["url"].endswith("/ATServicesRest/")


async def wrong_secret(api: Practice) -> object:
    reply = await api.call("GET", "Companies/10", headers=WRONG)
    return reply.status, reply.text and reply.json


async def locked(api: Practice) -> object:
    for _ in range(5):
        await api.call("GET", "Companies/10", headers=WRONG)
    reply = await api.get("Companies/10")
    return reply.status, reply.text and reply.json["errors"]


async def wrong_secrets_until_locked(api: Practice) -> object:
    for number in range(1, 13):
        await api.call("GET", "Companies/10", headers=WRONG)
        if api.tenant.door.locked:
            return number
    return None


async def write_without_right(api: Practice) -> object:
    return (await api.call("POST", "Quotes", QUOTE, headers=AS_CLERK)).status


async def read_without_right(api: Practice) -> object:
    reply = await api.call("POST", "Quotes/query", EVERYTHING, headers=AS_CLERK)
    return reply.status, reply.json.get("items", reply.json.get("errors"))


async def limited(what: str) -> Reply:
    settings: dict[str, Any] = {"threads": 0} if what.startswith("thread") else {"hourly_threshold": 0}
    async with practice(limits=True, **settings) as api:
        name, _, position = what.partition("=")
        api.switch(name if name != "thread_retry_after" else "retry_after", position)
        return await api.get("Companies/10")


async def unknown_id(api: Practice) -> object:
    reply = await api.get("Companies/999")
    return reply.status, list(reply.json)


async def get_after_post(api: Practice) -> object:
    first = await api.query("Companies", {"op": "exist", "field": "id"}, maxRecords=1)
    reply = await api.call("GET", first.json["pageDetails"]["nextPageUrl"])
    return reply.status, reply.json.get("items")


async def user_defined(api: Practice) -> object:
    bare = (await api.get("Companies/11")).json["item"].get("userDefinedFields")
    filled = (await api.get("Companies/10")).json["item"].get("userDefinedFields")
    return bare, len(filled)


async def other_case(api: Practice) -> object:
    return await api.ids("Companies", {"op": "eq", "field": "companyName", "value": "ADATUM"})


async def create_date(api: Practice) -> object:
    return (await api.get("Companies/10")).json["item"]["createDate"]


async def inactive_contact(api: Practice) -> object:
    ids = [(await api.get(f"Contacts/{row_id}")).json["item"]["companyID"] for row_id in (20, 22)]
    return ids[0] == 10 and ids[1]


async def access(api: Practice) -> object:
    info = (await api.get("Quotes/entityInformation")).json["info"]
    return info["userAccessForCreate"], info["userAccessForDelete"]


async def access_to_half(api: Practice) -> object:
    told = {}
    for entity in ("BillingCodes", "Resources"):
        told[entity] = (await api.get(f"{entity}/entityInformation")).json["info"]["userAccessForQuery"]
        api.store.hide("resources", lambda row: row["id"] > 3)
    return told["BillingCodes"], told["Resources"]


async def categories(api: Practice) -> object:
    return (await api.get("OpportunityCategories/1")).status


async def service_fields(api: Practice) -> object:
    return "externalID" in (await api.get("Services/90")).json["item"]


async def opportunity_of_a_project(api: Practice) -> object:
    api.store.insert("Projects", {"projectName": "Office", "companyID": 10, "opportunityID": 30})
    reply = await api.query("Projects", {"op": "in", "field": "opportunityID", "value": [30, 31]})
    return (200, len(reply.json["items"])) if reply.status == 200 else (reply.status, reply.json["errors"][0])


async def location_tax(api: Practice) -> object:
    made = await api.post("Companies/10/Locations", {"name": "Office"})
    row = (await api.get(f"CompanyLocations/{made.json['itemId']}")).json["item"]
    return [name for name in row if name.startswith("override")]


async def long_product_name(api: Practice) -> object:
    return (await api.post("Products", {**PRODUCT, "name": "x" * 101})).status


async def write_billing_code(api: Practice) -> object:
    return (await api.post("BillingCodes", {"name": "x"})).status


async def second_text(api: Practice) -> object:
    made = (await api.post("Quotes", {**QUOTE, "paymentTerm": 9})).json["errors"]
    changed = (await api.patch("Quotes", {"id": 50, "paymentTerm": 9})).json["errors"]
    return len(made), len(changed)


async def errors_of(api: Practice, path: str, body: dict[str, Any]) -> object:
    reply = await api.post(path, body)
    return None if reply.status == 200 else reply.errors[0]


async def required_text(api: Practice) -> object:
    return await errors_of(api, "Companies", {**COMPANY, "phone": ""})


async def unknown_property(api: Practice) -> object:
    return await errors_of(api, "Companies", {**COMPANY, "colour": "red"})


async def read_only_property(api: Practice) -> object:
    return await errors_of(api, "Quotes", {**QUOTE, "quoteNumber": 5})


async def nulls(api: Practice) -> object:
    optional = await api.post("Companies", {**COMPANY, "fax": None})
    required = await api.post("Companies", {**COMPANY, "phone": None})
    return optional.status, required.status


async def too_long(api: Practice) -> object:
    text = await errors_of(api, "Companies", {**COMPANY, "fax": "5" * 26})
    return str(text).split(".")[0]


async def bad_reference(api: Practice) -> object:
    return await errors_of(api, "Opportunities", {**OPPORTUNITY, "companyID": 999})


async def inactive_product(api: Practice) -> object:
    return (await api.post("Quotes/50/Items", {**ITEM, "productID": 71})).status


async def inactive_stage(api: Practice) -> object:
    return (await api.post("Opportunities", {**OPPORTUNITY, "stage": 29})).status


async def wrong_use(api: Practice) -> object:
    return (await api.post("Products", {**PRODUCT, "productBillingCodeID": 82})).status


async def association(api: Practice) -> object:
    return await errors_of(api, "Quotes", {**QUOTE, "contactID": 21})


async def company_without_bill_to(api: Practice) -> object:
    reply = await api.post("Companies", COMPANY)
    return reply.status, reply.json.get("errorId")


def of_limits(name: str) -> Look:
    async def look(api: Practice) -> object:
        position = api.switches.get("autotask", name)
        reply = await limited(f"{name}={position}")
        if name != "retry_after":
            return reply.status
        other = await limited(f"thread_retry_after={position}")
        return reply.headers.get("Retry-After"), other.headers.get("Retry-After")

    return look


REFUSED = "The logged in Resource does not have the adequate permissions to query this entity type."
SEEN: dict[str, tuple[Look, dict[str, object]]] = {
    "path_case": (status_in_lower_case, {"any": 200, "exact": 404}),
    "zone_url_slash": (zone_slash, {"on": True, "off": False}),
    "unauthorized_body": (
        wrong_secret,
        {"empty": (401, ""), "errors": (401, {"errors": ["The username or secret is not correct."]})},
    ),
    "locked_answer": (locked, {"401": (401, ""), "401_text": (401, [LOCKED]), "500_text": (500, [LOCKED])}),
    "lockout_after": (wrong_secrets_until_locked, {"configured": 5, "3": 3, "10": 10, "never": None}),
    "missing_permission": (write_without_right, {"500": 500, "403": 403}),
    "denied_read": (read_without_right, {"empty": (200, []), "500": (500, [REFUSED]), "403": (403, [REFUSED])}),
    "over_limit_status": (of_limits("over_limit_status"), {"429": 429, "500": 500}),
    "thread_limit_status": (of_limits("thread_limit_status"), {"429": 429, "500": 500}),
    "retry_after": (of_limits("retry_after"), {"off": (None, None), "on": ("60", "60")}),
    "unknown_id": (unknown_id, {"null": (200, ["item"]), "404": (404, ["Message"])}),
    "get_after_post_page": (get_after_post, {"405": (405, None), "empty": (200, [])}),
    "empty_udf": (user_defined, {"list": ([], 1), "omitted": (None, 1)}),
    "text_compare": (other_case, {"insensitive": [11], "sensitive": []}),
    "date_fraction": (create_date, {"off": "2024-05-01T00:00:00Z", "on": "2024-05-01T00:00:00.107Z"}),
    "inactive_contact_company": (inactive_contact, {"kept": 10, "zero": 0}),
    "user_access": (access, {"words": ("All", "None"), "numbers": (1, 0)}),
    "hidden_rows_access": (access_to_half, {"restricted": ("All", "Restricted"), "all": ("All", "All")}),
    "opportunity_categories": (categories, {"present": 200, "absent": 404}),
    "services_2026_fields": (service_fields, {"on": True, "off": False}),
    "project_opportunity": (
        opportunity_of_a_project,
        {"on": (200, 1), "off": (500, "Unable to find opportunityID in the Project Entity.")},
    ),
    "location_tax_field": (
        location_tax,
        {"account": ["overrideAccountTaxSettings"], "company": ["overrideCompanyTaxSettings"]},
    ),
    "product_name_length": (long_product_name, {"1000": 200, "100": 500}),
    "read_only_root": (write_billing_code, {"405": 405, "404": 404}),
    "record_number": (second_text, {"always": (2, 2), "updates": (1, 2)}),
    "required_text": (
        required_text,
        {
            "required": "Value does not exist for the required field phone.",
            "reference": "Value does not reference an existing entity for phone.",
        },
    ),
    "unknown_properties": (
        unknown_property,
        {"ignored": None, "refused": "Unable to find colour in the Company Entity."},
    ),
    "read_only_properties": (
        read_only_property,
        {"ignored": None, "refused": "The field quoteNumber is read only."},
    ),
    "null_on_create": (nulls, {"unexpected": (500, 500), "required": (200, 500)}),
    "too_long_text": (
        too_long,
        {
            "named": "The value of field fax exceeds the maximum length of 25",
            "unexpected": "An unexpected error has occurred",
        },
    ),
    "reference_text": (
        bad_reference,
        {
            "template": "Reference value on field: companyID of type: Company does not exist or is invalid.",
            "value": "companyID: Value 999 does not exist or is invalid",
        },
    ),
    "inactive_reference": (inactive_product, {"refused": 500, "accepted": 200}),
    "inactive_picklist": (inactive_stage, {"refused": 500, "accepted": 200}),
    "wrong_use_type": (wrong_use, {"refused": 500, "accepted": 200}),
    "association_text": (
        association,
        {
            "seed": "companyID is not associated with contactID",
            "vendor": "Value does not reference an existing entity for contactID.",
        },
    ),
    "bill_to_address": (company_without_bill_to, {"optional": (200, None), "required": (500, 57492)}),
}


def test_every_unsettled_fact_is_tried_at_every_position() -> None:
    assert {name: list(seen) for name, (_, seen) in SEEN.items()} == {fact.name: list(fact.positions) for fact in FACTS}


@pytest.mark.parametrize(
    ("name", "position"), [(name, position) for name, (_, seen) in SEEN.items() for position in seen]
)
async def test_a_switch_changes_what_a_caller_sees(api: Practice, name: str, position: str) -> None:
    look, seen = SEEN[name]
    api.switch(name, position)
    assert await look(api) == seen[position]


def test_every_switch_says_how_well_its_default_is_known() -> None:
    assert all(fact.grade in {"D", "S", "L", "C", "I"} and fact.about for fact in FACTS)


async def test_the_switches_are_declared_with_their_defaults(api: Practice) -> None:
    told = api.switches.describe()["autotask"]
    assert {name: told[name]["position"] for name in told} == {fact.name: fact.positions[0] for fact in FACTS}


async def test_a_tenant_that_is_built_later_keeps_the_positions(api: Practice) -> None:
    api.switch("unknown_id", "404")
    async with practice(switches=api.switches) as other:
        assert (await other.get("Companies/999")).status == 404
    assert (await api.get("Companies/999")).status == 404
