"""For each rule of HaloPSA at least one failure that it is for, and the rule that has to speak."""

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa
from tests.diagnosis.example import Example


def _example(rule: str, message: str, kind: Kind = Kind.REFUSED, /, **facts: str) -> Example:
    return Example(f"halopsa.{rule}", message, kind, facts, Psa.HALOPSA)


_MAPPED = {"mapping_kind": "product-category", "category": "Firewalls", "source_id": "c7"}
ITEMS = (
    _example("asset-group-unusable", "Asset Group 12 is not available for Items"),
    _example("asset-group-unusable", "Asset Group 12 is not available for Items", Kind.MAPPING_INVALID, **_MAPPED),
    _example("asset-group-unusable", "Asset Group 12 does not exist"),
    _example(
        "asset-group-unusable",
        "Category is mapped to an asset group or type that items cannot have:"
        " Asset Group 12 “Hardware (old)” is not used for items",
        Kind.MAPPING_INVALID,
    ),
    _example("asset-type-moved", "The selected Asset Type does not belong to the selected Asset Group"),
    _example(
        "asset-type-moved", "Asset Type 81 is now of Asset Group 13 “Cloud”, not of 12", Kind.MAPPING_INVALID, **_MAPPED
    ),
    _example(
        "asset-type-gone",
        "Category is mapped to an asset group or type that items cannot have: Asset Type 81 not found",
        Kind.MAPPING_INVALID,
        **_MAPPED,
    ),
    _example("asset-type-gone", "AssetType 81 does not exist"),
    _example("category-unmapped", "Category is not mapped to an asset group", Kind.MAPPING_MISSING, **_MAPPED),
    _example("category-unmapped", "Please populate asset group"),
    _example("account-code", "Nominal code 4000 does not exist"),
    *(
        _example("account-mapping", f"Asset group is mapped to {how}", Kind.MAPPING_INVALID, source_name="Hardware")
        for how in ("an inactive or deleted income account", "an inactive or deleted expense account")
    ),
    *(
        _example("tax-mapping", f"Tax is mapped to {how}", Kind.MAPPING_INVALID)
        for how in ("an inactive or deleted tax rate", "a tax rate that cannot be used: it is one of others")
    ),
    *(
        _example(rule, text, Kind.MAPPING_INVALID, mapping_kind=kind, source_name=source, category="Firewalls")
        for kind, source in (("product-type", "labor"), ("product-group", "All others"))
        for rule, text in (
            ("asset-group-unusable", "Asset Group 12 “Cars” is not used for items"),
            ("asset-type-moved", "Asset Type 81 is now of Asset Group 13 “Cloud”, not of 12"),
            ("asset-type-gone", "Asset Type 81 not found"),
        )
    ),
)
PEOPLE = (
    _example("main-contact", "Please populate main contact name"),
    _example("main-contact", "Please populate main contact email", company="Northwind"),
    _example("user-details", "Please populate email address"),
    _example("user-details", "Please populate phone number"),
    _example("site-of-user", "Please select a Site"),
    _example("site-of-user", "The selected Site does not belong to the selected Client"),
)
_TYPE = {"mapping_kind": "opportunity-type"}
QUOTES = (
    _example("opportunity-type", "Please select a Ticket Type"),
    _example("opportunity-type", "The selected Ticket Type is not an Opportunity type"),
    _example("opportunity-type", "No opportunity type is set", Kind.MAPPING_MISSING, count="2", **_TYPE),
    *(
        _example("opportunity-type", f"Opportunity type is mapped to {how}", Kind.MAPPING_INVALID, **_TYPE)
        for how in ("an inactive or deleted ticket type", "a ticket type that cannot be used: it is for tickets")
    ),
    _example("opportunity-category", "Please populate category", Kind.REQUIRED_FIELD),
    _example(
        "quote-status-mapping",
        "Quote status is mapped to an inactive or deleted quote status",
        Kind.MAPPING_INVALID,
        mapping_kind="quote-status",
    ),
    _example("line-item-not-set", "No item is set for shipping", Kind.REQUIRED_FIELD),
    _example("billing-period", "No billing period of HaloPSA is set for quarterly items", Kind.REQUIRED_FIELD),
    _example("line-kept", "HaloPSA keeps lines that a quotation is sent without: delete it there by hand"),
    _example("days-to-deliver", "Please populate days to deliver"),
    _example("mandatory-field", "Please complete the mandatory field oppcompetitors"),
    _example("mandatory-field", "Please populate user"),
    _example("mandatory-field", "details are required"),
    _example("ticket-action", "An Outcome must be entered for this Action"),
    _example("ticket-action", "You do not have access to this Action at the moment"),
    _example("line-left-out", "Dock D90 (clearance) was not added: clearance stock is sold by the warehouse only."),
    _example("line-left-out", "Dock D90 was not added"),
    _example("line-left-out", "HaloPSA took the quotation without the line “Dock D90”"),
    _example("warning", '{"id": 12, "_warning": "The delivery date was moved"}'),
    _example("warning", "_warning"),
)
REFUSALS = (
    _example("reference-gone", "Agent 77 does not exist"),
    _example("reference-gone", "Lookup -9 does not exist"),
    _example("reference-inactive", "Agent 77 is inactive"),
    _example("reference-inactive", "Client 12 is inactive"),
    _example("cannot-delete", "This Item cannot be deleted because it is used by Quotation"),
    _example("binding", "Could not convert string to integer: abc. Path '[0].id', line 1, position 12."),
    _example("binding", "[0].id: Could not convert string to integer: abc. Path '[0].id', line 1, position 12."),
    _example("binding", "Input string '95.0' is not a valid integer. Path '[0].site_id', line 1, position 20."),
    _example("binding", "The value 'x' is not valid."),
    _example("binding", "Unexpected character encountered while parsing value: {. Path '[0].id', line 1, position 9."),
    _example("binding", 'Cannot deserialize the current JSON object (e.g. {"name":"value"}) because the type requires'),
    _example("binding", "A non-empty request body is required."),
    _example("search-refused", "Invalid advanced search parameter"),
    _example("search-refused", "Invalid advanced search parameter: mpn"),
    _example("bare-refusal", "HaloPSA answered with HTTP 400 and no further words."),
    _example("exception", "Operation is not valid due to the current state of the object.", Kind.SERVER),
    _example("exception", "System.Exception"),
)
CREDENTIALS = (
    _example("wrong-secret", "invalid_client: The specified client credentials are invalid.", Kind.CREDENTIALS),
    _example("wrong-secret", "The specified client credentials are invalid."),
    _example("unknown-client", "The specified 'client_id' parameter is invalid.", Kind.CREDENTIALS),
    _example("unknown-client", "The specified 'client_id' is invalid."),
    _example("invalid-client", "invalid_client", Kind.CREDENTIALS),
    _example("scope", "invalid_scope", Kind.CREDENTIALS),
    _example("token-request", "The specified 'grant_type' is not supported.", Kind.CREDENTIALS),
    _example(
        "invalid-client", "HaloPSA's authorisation server did not accept the client id and secret", Kind.CREDENTIALS
    ),
    _example(
        "wrong-tenant",
        "HaloPSA does not know the tenant “acme”: its authorisation server answered with HTTP 500",
        Kind.SERVER,
        tenant="acme",
    ),
    _example(
        "wrong-tenant",
        "HaloPSA was not told which tenant is meant: its authorisation server answered with HTTP 500, as it does then",
        Kind.SERVER,
        reason="tenant",
    ),
    _example(
        "authorisation-server-unreachable",
        "acme.halopsa.com refused the connection: nothing answers there.",
        Kind.NETWORK,
        setting="authorisation server",
        reason="refused",
        host="acme.halopsa.com",
    ),
    _example(
        "authorisation-server",
        "Not HaloPSA's authorisation server: x.example answered the request for a token with HTTP 401, and not in the",
        Kind.CREDENTIALS,
    ),
    _example(
        "authorisation-server",
        "HaloPSA named a foreign authorisation server (auth.example.net); nothing was sent there.",
        Kind.CREDENTIALS,
    ),
    _example("authorisation-server", "HaloPSA's authorisation server answered without a token", Kind.UNREADABLE),
    _example(
        "authorisation-server",
        "HaloPSA does not say where people sign in: https://acme.halopsa.com gives no tokens",
        Kind.NOT_FOUND,
    ),
    _example("no-place", "HaloPSA has no place for Quotation rows", Kind.NOT_FOUND),
    _example("credentials", "HaloPSA did not accept the token that it gave", Kind.CREDENTIALS),
    _example("credentials", "Unauthorized", Kind.CREDENTIALS, status="401"),
    _example("permission", "Forbidden", Kind.PERMISSION),
    _example("scope-too-small", "HaloPSA answered with HTTP 403", Kind.PERMISSION, scope="read:tickets"),
    _example("scope-too-small", "Forbidden", Kind.PERMISSION, scope="read:tickets", request="Count Client rows"),
    _example(
        "permission", "HaloPSA answered with HTTP 403 and no further words.", Kind.PERMISSION, request="Read items"
    ),
)
LIMITS = (
    _example("rate-limit", "Rate Limit Reached - 300 Requests per rolling 5 minute window", Kind.RATE_LIMIT),
    _example("rate-limit", "Rate Limit Reached - 450 Requests per rolling 5 minute window"),
    _example("rate-limit", "HaloPSA answered with HTTP 429 and no further words.", Kind.RATE_LIMIT),
)

HALOPSA = (*ITEMS, *PEOPLE, *QUOTES, *REFUSALS, *CREDENTIALS, *LIMITS)
