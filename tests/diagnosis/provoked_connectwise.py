"""What is done to the practice ConnectWise so that each rule of it has to speak."""

from typing import Any

from tests.diagnosis.provoking import NOWHERE, REJECTED, Corner, Fault, Situation, Wrong, answers

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
            "connectwise.in-use": _plain(409, "Product 180 is in use and cannot be deleted."),
            "connectwise.legacy-data": _plain(500, "String was not recognized as a valid DateTime."),
            "connectwise.out-of-range": _invalid("company", "The field yearEstablished must be between 1900 and 9999."),
            "connectwise.query-timeout": _plain(500, "Query read timeout"),
            "connectwise.request-refused": _plain(415, "The request entity's media type is not supported."),
            "connectwise.required-field": _invalid("productItem", "The billableOption field is required."),
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
    "connectwise.permission": Fault("connectwise", "forbidden", method="POST", path="/procurement/products$"),
    "connectwise.rate-limit": Fault("connectwise", "rate_limit", path="/procurement/products", arg=30),
    "general.web-page": Fault("connectwise", "html", path="/procurement/products", arg=502),
}
"""Answers of the server to the lines of a quote, or to what is read for them, by the rule that they are told by."""
SIGNING = {
    **answers(
        "connectwise",
        "GET",
        "/apis/",
        {"connectwise.cannot-route": (400, "Cannot route. Codebase/company is invalid")},
    ),
}
"""The same of finding the tenant; it has a workspace of its own, since nothing is signed after it."""
WRONG = {
    "connectwise.client-id": Wrong({"connectwise.client_id": "another"}),
    "connectwise.codebase-not-told": Wrong(connection={"site": "{salesbuildr}"}),
    "connectwise.credentials": Wrong(site={"psa_credentials": REJECTED}),
    "connectwise.keys": Wrong({"connectwise.private_key": "old"}),
    "connectwise.keys-as-404": Wrong({"connectwise.private_key": "old"}, switches={"wrong_keys": "404"}),
    "connectwise.unknown-company": Wrong(connection={"company": "nobody"}),
    "general.address-refused": Wrong(connection={"site": "http://psa.example"}),
    "general.connection-refused": Wrong(connection={"site": NOWHERE}),
}
"""What is wrong of the connection itself, in a workspace of its own each."""


def _identifier_is_taken(at: Corner) -> None:
    """An item that this API member does not see has the identifier of the one that is to be made."""
    row = {"identifier": at.new_product()["internalProductId"], "description": "Of before"}
    at.hide("procurement/catalog", at.psa.insert("procurement/catalog", row))


def _contact_is_there(at: Corner) -> None:
    """A contact that this API member does not see has name and e-mail address of the one that is to be made."""
    ours, company = at.of_quote("contact"), int(at.of_quote("company")["externalIdentifier"])
    mail = {"id": 1, "type": {"id": 1}, "value": ours["email"], "communicationType": "Email"}
    names = {name: ours[name] for name in ("firstName", "lastName")}
    row = {**names, "company": {"id": company}, "communicationItems": [mail]}
    at.hide("company/contacts", at.psa.insert("company/contacts", row))


def _no_billing_cycles(at: Corner) -> None:
    for row_id in list(at.psa.rows("finance/billingCycles")):
        at.psa.delete("finance/billingCycles", row_id)
    at.stage.change_quoting("product", at.new_product()["id"], term="monthly")


def _parked(at: Corner) -> None:
    at.psa.insert("sales/opportunities/statuses", {"id": 77, "name": "Parked", "inactiveFlag": True})


_STATUS = "sales/opportunities.status/id"
SITUATIONS = {
    "connectwise.already-exists": Situation(_identifier_is_taken, "ready: new product"),
    "connectwise.billing-cycle": Situation(_no_billing_cycles, "ready: new product"),
    "connectwise.company-address": Situation(
        lambda at: at.change("company", name="Quillon Observatory", address=None), "ready: new company"
    ),
    "connectwise.contact-name": Situation(lambda at: at.change("contact", firstName=""), "ready: new contact"),
    "connectwise.duplicate-contact": Situation(_contact_is_there, "ready: new contact"),
    "connectwise.inactive-reference": Situation(_parked, "ready: new contact", {"defaults": {_STATUS: "77"}}),
    "connectwise.record-not-found": Situation(lambda _: None, "ready: new contact", {"defaults": {_STATUS: "77"}}),
    "connectwise.sales-representative": Situation(
        lambda at: at.change("opportunity", ownerId=None), "ready: new contact"
    ),
}
"""What is so at both systems, with a quote of a case of the practice world."""
OF_NEW_RECORDS = (
    "connectwise.site-mapping",
    "records.company-type-mapping",
    "records.opportunity-status-mapping",
)
"""Mappings that only new companies and opportunities need, led to what is not there or cannot be used."""
OTHERS = ("connectwise.line-item-not-set", *OF_NEW_RECORDS)
"""What tests of their own provoke."""
