"""What is done to the practice HaloPSA so that each rule of it has to speak."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sync_desktop.sandbox.halopsa.app import INSTANCE
from tests.diagnosis.provoking import NOWHERE, REJECTED, Corner, Fault, Situation, Wrong, answers, first_of, rules_said
from tests.sync.sync_stage import Stage

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
            "halopsa.binding": (400, {"[0].site_id": [_NOT_WHOLE]}),
            "halopsa.cannot-delete": _exception("This Item cannot be deleted because it is used by Quotation"),
            "halopsa.exception": _exception("Operation is not valid due to the current state of the object."),
            "halopsa.reference-inactive": _exception("Agent 77 is inactive"),
            "halopsa.site-of-user": _exception("Please select a Site"),
            "halopsa.ticket-action": _exception("You do not have access to this Action at the moment"),
        },
    ),
    "halopsa.permission": Fault("halopsa", "forbidden", path="/Quotation$", method="POST"),
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
            "halopsa.invalid-client": (401, {"error": "invalid_client"}),
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
        },
    ),
}
"""The same of signing in and of what is read. Each has a workspace of its own: after some nothing is signed any more,
after others a quotation is there.
"""


def _fewer_permissions(stage: Stage) -> None:
    """Somebody takes permissions from the application."""
    door = next(app[INSTANCE] for each in stage.sandbox._runners if (app := each.app) and INSTANCE in app).door
    door._applications = {name: replace(each, scopes=_TOO_FEW) for name, each in door._applications.items()}


_TOO_FEW = frozenset({"read:tickets"})
WRONG = {
    "halopsa.authorisation-server": Wrong(connection={"auth_server": "{salesbuildr}"}),
    "halopsa.authorisation-server-unreachable": Wrong(connection={"auth_server": f"{NOWHERE}/auth"}),
    "halopsa.credentials": Wrong(site={"psa_credentials": REJECTED}),
    "halopsa.no-place": Wrong(connection={"resource_server": "{psa}/elsewhere"}),
    "halopsa.scope-too-small": Wrong(there=_fewer_permissions),
    "halopsa.unknown-client": Wrong({"halopsa.client_id": "another"}),
    "halopsa.wrong-secret": Wrong({"halopsa.client_secret": "old"}),
    "halopsa.wrong-tenant": Wrong(connection={"tenant": "nobody"}),
}
"""What is wrong of the connection itself, in a workspace of its own each."""


def _setting(name: str) -> Callable[[Corner], None]:
    """Return what switches a setting of the instance on."""
    return lambda at: at.stage.change_psa("Control", 1, **{name: True})


def _compulsory_field(at: Corner) -> None:
    for row_id in at.psa.rows("TicketType"):
        at.stage.change_psa("TicketType", row_id, fields=[{"fieldname": "oppcompetitors", "technew": 2}])


def _refused_without_a_word(at: Corner) -> None:
    at.turn(business_error="bare")
    _compulsory_field(at)


def _phone_is_compulsory(at: Corner) -> None:
    _setting("ruserphonemandatory")(at)
    at.change("contact", phone=None, mobilePhone=None)


def _yearly(at: Corner) -> None:
    at.change("quote", items=[{**item, "term": "yearly"} for item in at.quote["items"]])


async def _line_taken_off(at: Corner) -> None:
    """The quote is there already, and one of its lines is taken off in Salesbuildr."""
    at.turn(lines_left_out="kept")
    assert await rules_said(at.stage, [await first_of(at.stage, "ready")]) == set()
    at.change("quote", items=at.quote["items"][1:])


_TYPE = "Opportunities.tickettype_id"
SITUATIONS = {
    "halopsa.bare-refusal": Situation(_refused_without_a_word, "ready: new contact"),
    "halopsa.billing-period": Situation(_yearly, site={"defaults": {}}),
    "halopsa.days-to-deliver": Situation(_setting("rquotedaystodelivermandatory")),
    "halopsa.line-kept": Situation(_line_taken_off),
    "halopsa.mandatory-field": Situation(_compulsory_field, "ready: new contact"),
    "halopsa.opportunity-type": Situation(lambda _: None, "ready: new contact", {"defaults": {_TYPE: "1"}}),
    "halopsa.reference-gone": Situation(lambda _: None, "ready: new contact", {"defaults": {_TYPE: "77"}}),
    "halopsa.user-details": Situation(_phone_is_compulsory, "ready: new contact"),
}
"""What is so at both systems, with a quote of a case of the practice world."""
MAPPED = ("halopsa.account-mapping", "halopsa.quote-status-mapping", "halopsa.tax-mapping")
"""Mappings of a quote and its new product, led to what is not there or cannot be used."""
OTHERS = ("halopsa.line-item-not-set", *MAPPED)
"""What tests of their own provoke."""
