"""What is done to the practice ConnectWise so that each rule of it has to speak."""

from typing import Any

from tests.diagnosis.provoking import Fault, answers

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
OTHERS = ("connectwise.line-item-not-set",)
"""What tests of their own provoke."""
