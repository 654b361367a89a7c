"""What is done to the practice HaloPSA so that each rule of it has to speak."""

from typing import Any

from tests.diagnosis.provoking import Fault, answers

WORLD = (
    "general.company-no-external-id",
    "general.contact-no-external-id",
    "general.foreign-lines",
    "general.items-missing",
    "general.link-mismatch",
    "general.payment-term-deleted",
    "general.unknown-billing-term",
    "halopsa.asset-group-unusable",
    "halopsa.asset-type-gone",
    "halopsa.asset-type-moved",
    "halopsa.category-unmapped",
    "halopsa.line-left-out",
    "halopsa.main-contact",
    "halopsa.opportunity-category",
    "records.company-not-found",
    "records.contact-association",
    "records.contact-not-found",
    "records.inactive",
    "records.opportunity-category-mapping",
    "records.opportunity-closed",
    "records.opportunity-not-found",
    "records.opportunity-ordered",
    "records.opportunity-won",
    "records.owner-mapping",
    "records.product-not-found",
    "records.stage-mapping",
)
"""What the failing cases of the practice world are told by."""


def _exception(text: str) -> tuple[int, Any]:
    return 400, {"ClassName": "System.Exception", "Message": text, "Data": None, "InnerException": None}


_NOT_WHOLE = "Input string '95.0' is not a valid integer. Path '[0].site_id', line 1, position 20."
FAULTS = {
    **answers(
        "halopsa",
        "POST",
        "/Quotation$",
        {
            "halopsa.account-code": _exception("Nominal code 4000 does not exist"),
            "halopsa.bare-refusal": (400, ""),
            "halopsa.binding": (400, {"[0].site_id": [_NOT_WHOLE]}),
            "halopsa.cannot-delete": _exception("This Item cannot be deleted because it is used by Quotation"),
            "halopsa.days-to-deliver": (400, '"Please populate days to deliver"'),
            "halopsa.exception": _exception("Operation is not valid due to the current state of the object."),
            "halopsa.no-place": (404, ""),
            "halopsa.mandatory-field": (400, {"error": "Please complete the mandatory field oppcompetitors"}),
            "halopsa.opportunity-type": (400, {"errors": ["The selected Ticket Type is not an Opportunity type"]}),
            "halopsa.permission": (403, "Forbidden"),
            "halopsa.reference-gone": (400, {"resultCode": 400, "errorMessage": "Agent 77 does not exist"}),
            "halopsa.reference-inactive": _exception("Agent 77 is inactive"),
            "halopsa.site-of-user": _exception("Please select a Site"),
            "halopsa.ticket-action": _exception("You do not have access to this Action at the moment"),
            "halopsa.user-details": _exception("Please populate phone number"),
        },
    ),
    "halopsa.rate-limit": Fault("halopsa", "rate_limit", path="/Quotation"),
    "general.web-page": Fault("halopsa", "html", path="/Quotation", arg=502),
}
"""Answers of the server to a quotation, or to what is read for it, by the rule that they are told by."""
SIGNING = {
    **answers(
        "halopsa",
        "GET",
        "/Quotation",
        {
            "records.row-gone": (404, ""),
            "halopsa.search-refused": _exception("Invalid advanced search parameter: third_party_number"),
        },
    ),
    **answers(
        "halopsa",
        "POST",
        "/token",
        {
            "halopsa.authorisation-server": (200, {"scope": "all"}),
            "halopsa.scope": (
                400,
                {"error": "invalid_scope", "error_description": "The specified scopes are not supported."},
            ),
            "halopsa.token-request": (
                400,
                {
                    "error": "unsupported_grant_type",
                    "error_description": "The specified 'grant_type' is not supported.",
                },
            ),
            "halopsa.wrong-tenant": (500, ""),
        },
    ),
    "halopsa.credentials": Fault("halopsa", "unauthorized", method="GET", path="/api/"),
    "halopsa.invalid-client": Fault("halopsa", "unauthorized", path="/token"),
}
"""The same of signing in and of what is read. Each has a workspace of its own: after some nothing is signed any more,
after others a quotation is there.
"""
OTHERS = (
    "halopsa.line-item-not-set",
    "halopsa.quote-status-mapping",
)
"""What tests of their own provoke."""
