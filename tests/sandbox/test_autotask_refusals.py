"""The texts with which the practice Autotask refuses a write, and the order in which it finds fault."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from tests.sandbox.autotask_tenant import (
    COMPANY,
    CONTACT,
    ITEM,
    OPPORTUNITY,
    PRODUCT,
    QUOTE,
    SERVICE,
    Practice,
    Reply,
    practice,
)

CREATING = "Error creating entity for record number [1]."
UPDATING = "Error updating entity for record number [1]."
RULE = "When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID."


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


def without(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def reference(field: str, entity: str) -> str:
    return f"Reference value on field: {field} of type: {entity} does not exist or is invalid."


def assert_refused(reply: Reply, *texts: str, last: str = CREATING) -> None:
    assert reply.status == 500
    assert reply.json == {"errors": [*texts, last]}


def assert_unexpected(reply: Reply, number: int = 57492) -> None:
    advice = f"If the problem persists, please contact Autotask Support and reference Error ID: {number}."
    assert reply.status == 500
    assert reply.json == {"errors": [f"An unexpected error has occurred.  {advice}", advice], "errorId": number}


@pytest.mark.parametrize(
    ("path", "body", "field", "entity"),
    [
        ("Products", {**PRODUCT, "productBillingCodeID": 999}, "productBillingCodeID", "BillingCode"),
        ("Products", {**PRODUCT, "productBillingCodeID": 81}, "productBillingCodeID", "BillingCode"),
        ("Products", {**PRODUCT, "productBillingCodeID": 82}, "productBillingCodeID", "BillingCode"),
        ("Services", {**SERVICE, "billingCodeID": 80}, "billingCodeID", "BillingCode"),
        ("Opportunities", {**OPPORTUNITY, "ownerResourceID": 4}, "ownerResourceID", "Resource"),
        ("Opportunities", {**OPPORTUNITY, "companyID": 12}, "companyID", "Company"),
        ("Quotes", {**QUOTE, "contactID": 22}, "contactID", "Contact"),
        ("Quotes", {**QUOTE, "opportunityID": 31}, "opportunityID", "Opportunity"),
        ("Quotes/50/Items", {**ITEM, "productID": 71}, "productID", "Product"),
        ("Quotes/999/Items", ITEM, "quoteID", "Quote"),
        ("Companies/999/Contacts", CONTACT, "companyID", "Company"),
    ],
)
async def test_references_to_what_is_missing_inactive_or_of_the_wrong_use(
    api: Practice, path: str, body: dict[str, Any], field: str, entity: str
) -> None:
    assert_refused(await api.post(path, body), reference(field, entity))


async def test_an_update_may_not_refer_to_an_inactive_row_either(api: Practice) -> None:
    reply = await api.patch("Products", {"id": 70, "productBillingCodeID": 81})
    assert_refused(reply, reference("productBillingCodeID", "BillingCode"), last=UPDATING)


async def test_an_update_is_not_held_to_references_that_it_does_not_touch(api: Practice) -> None:
    api.store.update("BillingCodes", 80, {"isActive": False})
    assert (await api.patch("Products", {"id": 70, "unitPrice": 5})).status == 200


async def test_a_quote_needs_its_three_locations(api: Practice) -> None:
    body = without(QUOTE, "billToLocationID", "shipToLocationID", "soldToLocationID")
    names = ("billToLocationID", "shipToLocationID", "soldToLocationID")
    assert_refused(
        await api.post("Quotes", body), *[f"Value does not exist for the required field {name}." for name in names]
    )


async def test_a_required_text_may_not_be_empty(api: Practice) -> None:
    reply = await api.post("Companies", {**COMPANY, "phone": ""})
    assert_refused(reply, "Value does not exist for the required field phone.")


async def test_a_required_picklist_that_is_missing_has_the_vendors_stray_blanks(api: Practice) -> None:
    reply = await api.post("Opportunities", without(OPPORTUNITY, "stage"))
    assert_refused(reply, "Value does not reference an existing entity for stage . ")


@pytest.mark.parametrize(("field", "value"), [("stage", 999), ("stage", 29), ("opportunityCategoryID", 4)])
async def test_picklist_values_that_are_unknown_or_inactive(api: Practice, field: str, value: int) -> None:
    reply = await api.post("Opportunities", {**OPPORTUNITY, field: value})
    assert_refused(reply, f"Value does not reference an existing entity for {field}.")


@pytest.mark.parametrize("term", [7, 9])
async def test_payment_terms_that_were_deactivated_or_deleted(api: Practice, term: int) -> None:
    reply = await api.post("Quotes", {**QUOTE, "paymentTerm": term})
    assert_refused(reply, "Value does not reference an existing entity for paymentTerm.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Quotes", {**QUOTE, "companyID": 10, "contactID": 21}),
        ("Quotes", {**QUOTE, "contactID": 21}),
        ("Opportunities", {**OPPORTUNITY, "contactID": 21}),
    ],
)
async def test_a_contact_has_to_belong_to_the_company(api: Practice, path: str, body: dict[str, Any]) -> None:
    assert_refused(await api.post(path, body), "companyID is not associated with contactID")


async def test_the_company_cannot_change_while_a_contact_is_set(api: Practice) -> None:
    reply = await api.patch("Quotes", {"id": 50, "companyID": 11})
    assert_refused(reply, "companyID is not associated with contactID", last=UPDATING)
    assert (await api.patch("Quotes", {"id": 50, "companyID": 11, "contactID": None})).status == 200


async def test_a_mismatch_that_is_there_already_does_not_stop_other_updates(api: Practice) -> None:
    api.store.update("Contacts", 20, {"companyID": 11})
    assert (await api.patch("Quotes", {"id": 50, "name": "Renamed"})).status == 200


@pytest.mark.parametrize(
    "body",
    [
        without(ITEM, "productID"),
        {**ITEM, "serviceID": 90},
        {**ITEM, "quoteItemType": 11},
        {**ITEM, "quoteItemType": 2, "productID": None, "chargeID": 80, "serviceID": 90},
    ],
)
async def test_a_quote_item_has_exactly_the_reference_that_its_type_names(api: Practice, body: dict[str, Any]) -> None:
    reply = await api.post("Quotes/50/Items", without(body, *[name for name in body if body[name] is None]))
    assert reply.errors[0].startswith("A quote item must have exactly one of productID, chargeID, laborID")


@pytest.mark.parametrize(
    ("item_type", "field", "row_id"),
    [
        (1, "productID", 70),
        (2, "chargeID", 80),
        (3, "laborID", 92),
        (4, "expenseID", 83),
        (6, "shippingID", 93),
        (11, "serviceID", 90),
        (12, "serviceBundleID", 91),
    ],
)
async def test_each_type_of_quote_item_has_its_own_reference(
    api: Practice, item_type: int, field: str, row_id: int
) -> None:
    body = {**without(ITEM, "productID"), "quoteItemType": item_type, field: row_id}
    assert (await api.post("Quotes/50/Items", body)).status == 200


async def test_a_quote_item_has_one_discount_at_most(api: Practice) -> None:
    two = {**ITEM, "unitDiscount": 1, "percentageDiscount": 5}
    assert_refused(
        await api.post("Quotes/50/Items", two),
        "Only one of unitDiscount, lineDiscount and percentageDiscount may be greater than 0.",
    )
    assert (await api.post("Quotes/50/Items", {**ITEM, "percentageDiscount": 5})).status == 200


async def test_a_product_that_is_billed_by_period_stays_monthly(api: Practice) -> None:
    reply = await api.patch("Products", {"id": 72, "periodType": 5})
    assert_refused(
        reply, "A product whose billingType is not Standard must have a periodType of Monthly.", last=UPDATING
    )


@pytest.mark.parametrize(
    ("path", "field", "longest", "body"),
    [
        ("Opportunities", "title", 128, OPPORTUNITY),
        ("Companies", "companyName", 100, COMPANY),
        ("Quotes", "externalQuoteNumber", 50, QUOTE),
        ("QuoteLocations", "address1", 50, {}),
    ],
)
async def test_text_that_is_too_long_is_refused(
    api: Practice, path: str, field: str, longest: int, body: dict[str, Any]
) -> None:
    assert (await api.post(path, {**body, field: "x" * longest})).status == 200
    reply = await api.post(path, {**body, field: "x" * (longest + 1)})
    assert_refused(reply, f"The value of field {field} exceeds the maximum length of {longest}.")


async def test_a_name_that_is_taken(api: Practice) -> None:
    text = "A PaymentTerm already exists with Name [net 30]. PaymentTerm names must be unique."
    assert_refused(await api.post("PaymentTerms", {"name": "net 30"}), text)
    assert (await api.patch("PaymentTerms", {"id": 6, "name": "Net 30"})).status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Quotes/50/Items", {**ITEM, "sortOrderID": None}),
        ("Companies", {**COMPANY, "webAddress": None}),
        ("Companies", {**COMPANY, "companyName": None}),
        ("Companies", {**COMPANY, "companyType": "many"}),
        ("Companies", {**COMPANY, "companyType": 2**40}),
        ("Companies", {**COMPANY, "companyType": 1.5}),
        ("Companies", {**COMPANY, "isActive": 7}),
        ("Companies", {**COMPANY, "phone": {}}),
        ("Companies", {**COMPANY, "id": "x"}),
        ("Companies", {**COMPANY, "userDefinedFields": "x"}),
        ("Companies", {**COMPANY, "userDefinedFields": [1]}),
        ("Quotes", {**QUOTE, "effectiveDate": "soon"}),
        ("Companies", "nonsense"),
        ("Companies", "[]"),
    ],
)
async def test_nulls_and_wrong_types_are_unexpected_errors(api: Practice, path: str, body: object) -> None:
    assert_unexpected(await api.post(path, body))


async def test_each_unexpected_error_has_a_number_of_its_own(api: Practice) -> None:
    assert_unexpected(await api.post("Companies", "x"), 57492)
    assert_unexpected(await api.patch("Companies", {"id": 10, "companyName": None}), 57493)


async def test_an_undefined_user_field_is_named(api: Practice) -> None:
    reply = await api.post("Companies", {**COMPANY, "userDefinedFields": [{"name": "Nothing", "value": "1"}]})
    assert_refused(reply, "Unable to find Nothing in the Company Entity.")


async def test_the_tenants_own_rules_refuse_creates_only() -> None:
    rules: list[dict[str, Any]] = [{"entity": "quoteitems", "when": {"PRODUCTID": 70, "quantity": 1}, "errors": [RULE]}]
    async with practice(tenant_rules=rules) as api:
        assert_refused(await api.post("Quotes/50/Items", ITEM), RULE)
        assert (await api.post("Quotes/50/Items", {**ITEM, "quantity": 2})).status == 200
        assert (await api.patch("Quotes/50/Items", {"id": 60, "quantity": 1})).status == 200
        rules.clear()
        assert (await api.post("Quotes/50/Items", ITEM)).status == 200


async def test_faults_are_found_stage_by_stage(api: Practice) -> None:
    body: dict[str, Any] = {**OPPORTUNITY, "title": "x" * 129, "stage": 999, "companyID": 999, "contactID": 21}
    del body["amount"]
    found = []
    for field, right in (("amount", 1), ("title", "New"), ("stage", 21), ("companyID", 10), ("contactID", 20)):
        found.append((await api.post("Opportunities", body)).errors)
        body[field] = right
    assert found == [
        ["Value does not exist for the required field amount."],
        ["The value of field title exceeds the maximum length of 128."],
        ["Value does not reference an existing entity for stage."],
        [reference("companyID", "Company")],
        ["companyID is not associated with contactID"],
    ]
    assert (await api.post("Opportunities", body)).status == 200
