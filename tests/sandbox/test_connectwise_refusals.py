"""What a write is refused for, in the server's own shapes and words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.connectwise_tenant import COMPANY, CONTACT, ITEM, LINE, OPPORTUNITY, Practice, practice


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def test_an_inactive_category_refuses_the_catalog_item_that_names_it(api: Practice) -> None:
    reply = await api.post("procurement/catalog", {**ITEM, "category": {"id": 41}, "subcategory": {"id": 72}})
    error = {
        "code": "InvalidField",
        "message": "41 is an inactive category.",
        "resource": "catalogItem",
        "field": "category/id",
    }
    assert (reply.status, reply.json) == (
        400,
        {"code": "InvalidObject", "message": "catalogItem object is invalid", "errors": [error]},
    )
    assert len(api.store.rows("procurement/catalog")) == 1


@pytest.mark.parametrize(
    ("members", "messages"),
    [
        ({"subcategory": {"id": 71}}, ["71 is an inactive subcategory."]),
        ({"type": {"id": 81}}, ["81 is an inactive product type."]),
        (
            {"subcategory": {"id": 71}, "type": {"id": 81}},
            ["71 is an inactive subcategory.", "81 is an inactive product type."],
        ),
        ({"subcategory": {"id": 72}}, ["41 is an inactive category."]),
        ({"manufacturer": {"id": 87}}, ["87 is an inactive manufacturer."]),
    ],
)
async def test_everything_inactive_that_an_item_leads_to_is_named_at_once(
    api: Practice, members: dict[str, Any], messages: list[str]
) -> None:
    reply = await api.post("procurement/catalog", {**ITEM, **members})
    assert (reply.status, reply.messages) == (400, messages)


async def test_an_item_whose_category_went_inactive_is_refused_when_it_is_saved_again(api: Practice) -> None:
    api.store.update("procurement/categories", 60, {"inactiveFlag": True})
    reply = await api.patch("procurement/catalog/90", ("replace", "price", 5))
    assert reply.messages == ["60 is an inactive category."]
    assert api.row("procurement/catalog", 90)["price"] == 100


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("company/contacts", {}, [("MissingRequiredField", "firstName", "The firstName field is required.")]),
        (
            "procurement/catalog",
            {"identifier": "X", "description": ""},
            [
                ("MissingRequiredField", name, f"The {name} field is required.")
                for name in ("description", "subcategory", "type", "customerDescription")
            ],
        ),
        (
            "sales/opportunities",
            {},
            [
                ("MissingRequiredField", name, f"The {name} field is required.")
                for name in ("name", "primarySalesRep", "company", "contact")
            ],
        ),
        (
            "procurement/products",
            {"opportunity": {"id": 50}},
            [
                ("MissingRequiredField", name, f"The {name} field is required.")
                for name in ("catalogItem", "billableOption")
            ],
        ),
        (
            "procurement/catalog",
            {**ITEM, "recurringFlag": True},
            [
                ("MissingRequiredField", field, "recurringBillCycle or recurringOneTimeFlag is required.")
                for field in ("recurringOneTimeFlag", "recurringBillCycle/id")
            ],
        ),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "name": "x" * 101},
            [("MaxLengthField", "name", "The field name must be a string with a maximum length of 100.")],
        ),
        (
            "company/companies",
            {**COMPANY, "yearEstablished": 0},
            [("OutOfRange", "yearEstablished", "The field yearEstablished must be between 1900 and 9999.")],
        ),
        (
            "procurement/catalog",
            {**ITEM, "productClass": "Hardware"},
            [("InvalidField", "productClass", "'Hardware' is not a valid value for productClass.")],
        ),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "closedDate": "2026-03-01"},
            [("UnsupportedFormat", "closedDate", "closedDate must be in the format yyyy-MM-ddTHH:mm:ssZ.")],
        ),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "company": {"id": 99}, "type": {"id": 98}},
            [
                ("NotFound", "type/id", "Opportunity Type 98 not found"),
                ("NotFound", "company/id", "Company 99 not found"),
            ],
        ),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "primarySalesRep": {"identifier": "nobody"}},
            [("NotFound", "primarySalesRep/id", "Member nobody not found")],
        ),
        (
            "procurement/products",
            {**LINE, "catalogItem": {"id": 1}},
            [("NotFound", "catalogItem/id", "Catalog Item 1 not found")],
        ),
        (
            "company/contacts",
            {**CONTACT, "communicationItems": [{"type": {"id": 9}, "value": "x"}, {"value": "y"}]},
            [
                ("NotFound", "communicationItems/0/type/id", "Communication Type 9 not found"),
                ("MissingRequiredField", "communicationItems/1/type", "The type field is required."),
            ],
        ),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "contact": {"id": 41}},
            [("NotFound", "contact/id", "Contact 41 not found for Company 20")],
        ),
        (
            "company/companies",
            {"identifier": "Litware", "name": "Litware", "phoneNumber": "5"},
            [
                (
                    "MissingRequiredField",
                    "addressLine1",
                    "At least one address field is required: addressLine1, addressLine2, city, state, zip or country.",
                )
            ],
        ),
        (
            "company/companies",
            {**COMPANY, "identifier": "northwind"},
            [("ObjectExists", "identifier", "A matching company already exists")],
        ),
    ],
)
async def test_everything_that_is_wrong_is_told_at_once(
    api: Practice, path: str, body: dict[str, Any], errors: list[tuple[str, str, str]]
) -> None:
    before = len(api.store.rows(path))
    reply = await api.post(path, body)
    assert (reply.status, reply.json["code"]) == (400, "InvalidObject")
    assert reply.errors == errors
    resource = reply.json["errors"][0]["resource"]
    assert reply.json["message"] == f"{resource} object is invalid"
    assert len(api.store.rows(path)) == before


@pytest.mark.parametrize(
    ("body", "member", "owner", "path", "line", "position"),
    [
        ('{\n    "firstName": "Pat",\n    "type": 1\n}', "type", "Contact", "type", 3, 11),
        ('{"company": {"id": 20, "shoes": 1}}', "shoes", "CompanyReference", "company.shoes", 1, 31),
        (
            '{"communicationItems": [{"value": "a,b"}, {"mail": "x"}]}',
            "mail",
            "ContactCommunicationItem",
            "communicationItems[1].mail",
            1,
            50,
        ),
    ],
)
async def test_a_member_that_is_not_there_is_named_with_its_place(
    api: Practice, body: str, member: str, owner: str, path: str, line: int, position: int
) -> None:
    reply = await api.post("company/contacts", body)
    message = (
        f"Could not find member '{member}' on object of type '{owner}'. "
        f"Path '{path}', line {line}, position {position}."
        "Check your accept header to make sure you are using the correct version."
    )
    assert (reply.status, reply.json) == (400, {"code": "ConnectWiseApi", "message": message, "errors": None})


async def test_a_member_of_a_later_version_is_not_there_for_an_older_one(api: Practice) -> None:
    accept = {"Accept": "application/vnd.connectwise.com+json; version=2025.1"}
    body = {**COMPANY, "creditLimit": 5}
    reply = await api.call("POST", "company/companies", body, headers=accept)
    assert reply.json["message"].startswith("Could not find member 'creditLimit' on object of type 'Company'.")
    assert (await api.post("company/companies", body)).status == 201


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("company/companies", {**COMPANY, "leadFlag": "maybe"}, 500, "String was not recognized as a valid Boolean."),
        (
            "sales/opportunities",
            {**OPPORTUNITY, "closedDate": "soon"},
            500,
            "String was not recognized as a valid DateTime.",
        ),
        ("procurement/catalog", {**ITEM, "price": "much"}, 500, "Input string was not in a correct format."),
        ("sales/opportunities", {**OPPORTUNITY, "locationId": 1.5}, 500, "Input string was not in a correct format."),
        (
            "company/contacts",
            {**CONTACT, "company": 20},
            400,
            "Error converting value 20 to type 'CompanyReference'. Path 'company'.",
        ),
        (
            "company/contacts",
            {**CONTACT, "types": {}},
            400,
            "Error converting value {} to type 'ContactTypeReference'. Path 'types'.",
        ),
        (
            "company/contacts",
            {**CONTACT, "firstName": ["x"]},
            400,
            """Error converting value ["x"] to type 'text'. Path 'firstName'.""",
        ),
        ("company/contacts", [], 400, "Error converting value [] to type 'Contact'. Path ''."),
        (
            "company/contacts",
            "{",
            400,
            "Unexpected character encountered while parsing value. Path '', line 1, position 1.",
        ),
    ],
)
async def test_values_of_another_type_fail_with_the_frameworks_texts(
    api: Practice, path: str, body: object, status: int, message: str
) -> None:
    reply = await api.post(path, body)
    assert (reply.status, reply.json["code"], reply.json["message"]) == (status, "ConnectWiseApi", message)


async def test_a_body_that_is_no_json_by_its_type_is_refused(api: Practice) -> None:
    reply = await api.call("POST", "company/contacts", "firstName=Pat", headers={"Content-Type": "text/plain"})
    assert reply.status == 415


async def test_a_patch_of_a_company_checks_what_was_stored_long_ago(api: Practice) -> None:
    api.store.update("company/companies", 20, {"revenueYear": 0})
    reply = await api.patch("company/companies/20", ("replace", "name", "Anew"))
    assert reply.errors == [("OutOfRange", "revenueYear", "The field revenueYear must be between 1900 and 9999.")]
    api.store.update("company/companies", 20, {"revenueYear": None, "dateAcquired": "long ago"})
    reply = await api.patch("company/companies/20", ("replace", "name", "Anew"))
    assert (reply.status, reply.json["message"]) == (500, "String was not recognized as a valid DateTime.")
    assert api.row("company/companies", 20)["name"] == "Northwind Traders"


async def test_types_come_with_a_create_only(api: Practice) -> None:
    text = "typeIds can only be used when creating a new company."
    fetched = (await api.get("company/companies/20")).json
    assert (await api.put("company/companies/20", fetched)).errors == [("InvalidField", "typeIds", text)]
    assert (await api.patch("company/companies/20", ("replace", "types", [{"id": 2}]))).messages == [text]
    assert [each["id"] for each in (await api.get("company/companies/20")).json["types"]] == [1]


async def test_a_contact_of_the_same_name_and_mail_is_a_duplicate_unless_that_is_meant(api: Practice) -> None:
    assert (await api.post("company/contacts", CONTACT)).status == 201
    reply = await api.post("company/contacts", CONTACT)
    assert (reply.status, reply.json["code"]) == (400, "ContactApi")
    assert "duplicate contact" in reply.json["message"]
    assert (await api.post("company/contacts", {**CONTACT, "company": {"id": 21}})).status == 201
    assert (await api.post("company/contacts", {**CONTACT, "ignoreDuplicates": True})).status == 201


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Error converting value body to type 'PatchOperation[]'. Path ''."),
        ([{"op": "move", "path": "name"}], "The patch operation 'move' is not supported."),
        (
            [{"op": "replace", "path": "Name", "value": 1}],
            "The target location specified by path segment 'Name' was not found.",
        ),
        (
            [{"op": "replace", "path": "id", "value": 1}],
            "The target location specified by path segment 'id' was not found.",
        ),
        (
            [{"op": "replace", "path": "name/x", "value": 1}],
            "The target location specified by path segment 'name/x' was not found.",
        ),
    ],
)
async def test_operations_that_cannot_be_are_refused(api: Practice, body: object, message: str) -> None:
    reply = await api.call("PATCH", "company/companies/20", body)
    assert (reply.status, reply.json["message"]) == (400, message)


async def test_one_bad_operation_undoes_them_all(api: Practice) -> None:
    reply = await api.patch("company/companies/20", ("replace", "city", "Reno"), ("replace", "name", ""))
    assert reply.messages == ["The name field is required."]
    assert api.row("company/companies", 20)["city"] == "Seattle"


async def test_a_tenant_has_rules_of_its_own() -> None:
    rules = [{"entity": "ProductItem", "when": {"catalogItem/id": 90}, "errors": ["Clearance stock cannot be quoted."]}]
    async with practice(tenant_rules=rules) as api:
        reply = await api.post("procurement/products", LINE)
        assert reply.errors == [("InvalidField", "catalogItem/id", "Clearance stock cannot be quoted.")]
        assert reply.json["message"] == "productItem object is invalid"


async def test_what_a_line_takes_over_from_its_opportunity_is_not_questioned(api: Practice) -> None:
    api.store.update("company/companies", 20, {"deletedFlag": True})
    assert (await api.post("procurement/products", LINE)).status == 201
    reply = await api.post("procurement/products", {**LINE, "company": {"id": 20}})
    assert reply.errors == [("NotFound", "company/id", "Company 20 not found")]
    assert (await api.patch("sales/opportunities/50", ("replace", "name", "Anew"))).status == 200


async def test_contacts_of_one_name_without_a_mail_address_are_no_duplicates(api: Practice) -> None:
    for _ in range(2):
        assert (await api.post("company/contacts", {"firstName": "Lee", "company": {"id": 20}})).status == 201
