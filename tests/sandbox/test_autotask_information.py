"""What the practice Autotask says of its entities, fields and picklists."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync_desktop.sandbox.autotask.metadata import packaged_entities
from tests.sandbox.autotask_tenant import Practice, practice

ENTITIES = sorted(json.loads(packaged_entities().read_text("utf-8"))["entities"])
REQUIRED = {
    "Companies": {"companyName", "companyType", "ownerResourceID", "phone"},
    "Contacts": {"companyID", "firstName", "lastName", "isActive"},
    "Opportunities": {
        "title",
        "companyID",
        "ownerResourceID",
        "status",
        "stage",
        "probability",
        "amount",
        "cost",
        "projectedCloseDate",
        "createDate",
        "useQuoteTotals",
    },
    "Quotes": {
        "name",
        "opportunityID",
        "effectiveDate",
        "expirationDate",
        "billToLocationID",
        "shipToLocationID",
        "soldToLocationID",
    },
    "QuoteItems": {
        "quoteID",
        "quoteItemType",
        "quantity",
        "isOptional",
        "unitDiscount",
        "lineDiscount",
        "percentageDiscount",
    },
    "QuoteLocations": set(),
    "Products": {"name", "productBillingCodeID", "isActive", "isSerialized"},
    "Services": {"name", "billingCodeID", "periodType", "unitPrice"},
    "ServiceBundles": {"name", "billingCodeID", "periodType"},
}


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


async def fields(api: Practice, entity: str) -> dict[str, dict[str, Any]]:
    reply = await api.get(f"{entity}/entityInformation/fields")
    assert reply.status == 200
    return {field["name"]: field for field in reply.json["fields"]}


async def active(api: Practice, entity: str, field: str) -> dict[str, bool]:
    values = (await fields(api, entity))[field]["picklistValues"]
    return {value["value"]: value["isActive"] for value in values}


@pytest.mark.parametrize("entity", ENTITIES)
async def test_every_entity_is_described_and_can_be_read(api: Practice, entity: str) -> None:
    info = (await api.get(f"{entity}/EntityInformation")).json["info"]
    assert info["canQuery"] is True
    assert info["userAccessForQuery"] == "All"
    told = await fields(api, entity)
    assert told["id"]["dataType"] == "long"
    assert (await api.query(entity, {"op": "gte", "field": "id", "value": 0})).status == 200
    assert (await api.get(f"{entity}/entityInformation/userDefinedFields")).status == 200


async def test_an_entity_tells_what_can_be_done_to_it(api: Practice) -> None:
    assert (await api.get("Quotes/entityInformation")).json["info"] == {
        "name": "Quote",
        "canCreate": True,
        "canDelete": False,
        "canQuery": True,
        "canUpdate": True,
        "userAccessForCreate": "All",
        "userAccessForDelete": "None",
        "userAccessForQuery": "All",
        "userAccessForUpdate": "All",
        "hasUserDefinedFields": False,
        "supportsWebhookCallouts": False,
    }


async def test_billing_codes_can_only_be_read(api: Practice) -> None:
    info = (await api.get("BillingCodes/entityInformation")).json["info"]
    assert [info[f"can{action}"] for action in ("Create", "Update", "Delete")] == [False, False, False]


async def test_opportunities_and_quotes_have_no_webhooks(api: Practice) -> None:
    for entity, expected in (("Companies", True), ("Contacts", True), ("Opportunities", False), ("Quotes", False)):
        info = (await api.get(f"{entity}/entityInformation")).json["info"]
        assert info["supportsWebhookCallouts"] is expected


@pytest.mark.parametrize("entity", REQUIRED)
async def test_the_required_fields_are_those_of_the_reference(api: Practice, entity: str) -> None:
    told = await fields(api, entity)
    assert {name for name, field in told.items() if field["isRequired"] and not field["isReadOnly"]} == REQUIRED[entity]


async def test_a_plain_field_is_described_in_the_vendors_shape(api: Practice) -> None:
    assert (await fields(api, "Companies"))["companyName"] == {
        "name": "companyName",
        "dataType": "string",
        "length": 100,
        "isRequired": True,
        "isReadOnly": False,
        "isQueryable": True,
        "isReference": False,
        "referenceEntityType": "",
        "isPickList": False,
        "picklistValues": None,
        "picklistParentValueField": "",
        "isSupportedWebhookField": False,
    }


async def test_a_reference_names_its_entity(api: Practice) -> None:
    field = (await fields(api, "Products"))["productBillingCodeID"]
    assert (field["isReference"], field["referenceEntityType"]) == (True, "BillingCode")


async def test_values_of_picklists_are_text_while_rows_have_numbers(api: Practice) -> None:
    field = (await fields(api, "Companies"))["companyType"]
    assert field["isPickList"] is True
    assert field["picklistValues"][0] == {
        "value": "1",
        "label": "Customer",
        "isDefaultValue": False,
        "sortOrder": 1,
        "parentValue": "",
        "isActive": True,
        "isSystem": False,
    }
    assert (await api.get("Companies/10")).json["item"]["companyType"] == 1


async def test_payment_terms_of_quotes_follow_the_entity(api: Practice) -> None:
    assert await active(api, "Quotes", "paymentTerm") == {"5": True, "6": True, "7": False}
    await api.patch("PaymentTerms", {"id": 6, "isActive": False})
    api.store.delete("PaymentTerms", 5)
    assert await active(api, "Quotes", "paymentTerm") == {"6": False, "7": False}


async def test_categories_of_opportunities_follow_the_entity(api: Practice) -> None:
    assert await active(api, "Opportunities", "opportunityCategoryID") == {"1": True, "4": False}


async def test_a_tenant_without_payment_terms_has_the_usual_ones() -> None:
    async with practice(rows={"PaymentTerms": []}) as api:
        assert await active(api, "Quotes", "paymentTerm") == {"5": True, "6": True, "7": False, "8": True}


async def test_a_picklist_of_the_tenant_is_edited_like_rows(api: Practice) -> None:
    before = await active(api, "Opportunities", "stage")
    assert before == {"21": True, "22": True, "23": True, "24": True, "25": True, "29": False}
    collection = "picklists/opportunityStage"
    for edit in (
        {"id": 23, "isActive": False},
        {"id": 24, "deleted": True},
        {"id": 25, "name": "Signed"},
        {"id": 29, "isActive": True},
        {"id": 40, "name": "Workshop"},
    ):
        api.store.insert(collection, edit)
    values = (await fields(api, "Opportunities"))["stage"]["picklistValues"]
    assert {value["value"]: (value["label"], value["isActive"]) for value in values} == {
        "21": ("Qualification", True),
        "22": ("Proposal", True),
        "23": ("Negotiation", False),
        "25": ("Signed", True),
        "29": ("Old stage", True),
        "40": ("Workshop", True),
    }
    assert await active(api, "Companies", "companyType") == dict.fromkeys(("1", "2", "3", "4", "6", "7", "8"), True)


async def test_a_user_that_sees_no_rows_or_half_of_them_is_told_so(api: Practice) -> None:
    async def told(entity: str) -> object:
        return (await api.get(f"{entity}/entityInformation")).json["info"]["userAccessForQuery"]

    api.switch("user_access", "numbers")
    show = api.store.hide("BillingCodes", lambda row: row["id"] == 80)
    assert [await told(entity) for entity in ("BillingCodes", "Resources")] == [2, 1]
    show()
    assert await told("BillingCodes") == 1


async def test_user_defined_fields_come_from_the_definitions(api: Practice) -> None:
    reply = await api.get("Companies/entityInformation/userDefinedFields")
    assert [(field["name"], field["type"], field["label"]) for field in reply.json["fields"]] == [
        ("Region", "string", "Region"),
        ("Rating", "double", "Rating"),
    ]
    assert (await api.get("Quotes/entityInformation/userDefinedFields")).json == {"fields": []}


async def test_the_list_of_entities_has_a_version_that_is_checked(tmp_path: Any) -> None:
    path = tmp_path / "entities.json"
    path.write_text('{"schema_version": 2}', encoding="utf-8")
    with pytest.raises(ValueError, match="schema_version is 2"):
        async with practice(entities=path):
            pass
