"""For each rule of ConnectWise at least one failure that it is for, and the rule that has to speak.

The texts of ConnectWise are joined as Salesbuildr shows them: the message, a full stop, those of its errors.
"""

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa
from tests.diagnosis.example import Example


def _example(rule: str, message: str, kind: Kind = Kind.REFUSED, /, **facts: str) -> Example:
    return Example(f"connectwise.{rule}", message, kind, facts, Psa.CONNECTWISE)


_ITEM = "catalogItem object is invalid."
_MAPPED = {"mapping_kind": "product-category", "category": "Firewalls", "source_id": "c7"}
CATEGORIES = (
    *(
        _example("category-inactive", f"{_ITEM} 41 is an inactive{tail}")
        for tail in ("", ".", " category.", " subcategory.", " product type.", " type", " record of some kind.")
    ),
    _example("category-inactive", f"{_ITEM} [ID] is an inactive"),
    _example("category-inactive", "41 is an inactive subcategory"),
    _example("category-inactive", f"{_ITEM} Unit of Measure 9 not found. 41 is an inactive category."),
    *(
        _example("category-inactive", f"{_ITEM} 41 is an inactive {what}", Kind.MAPPING_INVALID, **_MAPPED)
        for what in ("category", "subcategory", "product type")
    ),
    _example("category-gone", f"{_ITEM} Category 41 not found", Kind.MAPPING_INVALID, **_MAPPED),
    _example("category-gone", f"{_ITEM} Subcategory 87 not found"),
    _example("category-gone", f"{_ITEM} Product Type 3 not found"),
    _example(
        "category-moved",
        f"{_ITEM} 87 is a subcategory of 44 “Networking” now, not of 41",
        Kind.MAPPING_INVALID,
        **_MAPPED,
    ),
    _example("category-moved", f"{_ITEM} Subcategory 87 not found for Category 41"),
    _example("category-unmapped", "Category is not mapped to a product category", Kind.MAPPING_MISSING, **_MAPPED),
    _example("category-unmapped", f"{_ITEM} The subcategory field is required."),
    *(
        _example("site-mapping", f"{what} is mapped to {how}", Kind.MAPPING_INVALID, **facts)
        for what, word in (
            ("Location of new opportunities", "location"),
            ("Business unit of new opportunities", "department"),
            ("Status of new companies", "company status"),
            ("Tax code of new companies", "tax code"),
        )
        for how, facts in (
            (f"an inactive or deleted {word}", {"reason": "inactive in ConnectWise"}),
            (f"a {word} that cannot be used: by its name, it is not active", {"target_state": "wrong use"}),
        )
    ),
    _example("inactive-reference", f"{_ITEM} 7 is an inactive manufacturer."),
    _example("inactive-reference", "opportunity object is invalid. 12 is an inactive member."),
    _example("inactive-reference", "opportunity object is invalid. 12 is an inactive"),
)
QUOTES = (
    _example(
        "not-primary-quote",
        "It is not the primary quote of its opportunity, and ConnectWise holds the lines of one only",
        Kind.NOT_ELIGIBLE,
    ),
    _example("not-primary-quote", "Left out: it is not the primary quote of its opportunity"),
    _example("sales-representative", "The primarySalesRep field is required.", Kind.REQUIRED_FIELD),
    _example("sales-representative", "opportunity object is invalid. The primarySalesRep field is required."),
    _example("opportunity-contact", "The contact field is required.", Kind.REQUIRED_FIELD),
    _example("opportunity-contact", "opportunity object is invalid. The contact field is required."),
    _example("line-item-not-set", "No catalog item is set for shipping", Kind.REQUIRED_FIELD),
    _example("line-item-not-set", "No catalog item is set for set-up prices", Kind.REQUIRED_FIELD),
    _example("billing-cycle", "ConnectWise shows no quarterly cycle", Kind.REQUIRED_FIELD),
    _example("billing-cycle", f"{_ITEM} recurringBillCycle or recurringOneTimeFlag is required."),
)
MEMBERS = (
    _example("company-address", "At least one address field is required", Kind.REQUIRED_FIELD),
    _example(
        "company-address",
        "company object is invalid. At least one address field is required: addressLine1, addressLine2, city, state.",
    ),
    _example("contact-name", "contact object is invalid. The firstName field is required."),
    _example("required-field", "The identifier field is required.", Kind.REQUIRED_FIELD),
    _example("required-field", "configuration object is invalid. id or deviceIdentifier is required."),
    _example(
        "value-too-long", "ticket object is invalid. The field summary must be a string with a maximum length of 100."
    ),
    _example("out-of-range", "company object is invalid. The field yearEstablished must be between 1900 and 9999."),
    _example("wrong-value", "contact object is invalid. 'Other' is not a valid value for gender."),
    _example("wrong-value", "opportunity object is invalid. closedDate must be in the format yyyy-MM-ddTHH:mm:ssZ."),
    _example("wrong-value", "Error converting value \"x\" to type 'System.Int32'. Path 'id'."),
    _example(
        "agreement-date",
        "addition object is invalid. effectiveDate cannot be less than the agreement billing start date",
    ),
    _example("already-exists", "company object is invalid. A matching company already exists"),
    _example("already-exists", f"{_ITEM} A matching catalog item already exists"),
    _example(
        "duplicate-contact", "A duplicate contact was found. Set ignoreDuplicates to true to add the contact anyway."
    ),
    _example("in-use", "Product 180 is in use and cannot be deleted."),
    _example("record-not-found", "Contact 57919 not found"),
    _example("record-not-found", "ticket object is invalid. Service Status 17 not found for Service Board 21"),
    _example("record-not-found", f"{_ITEM} Unit of Measure 9 not found"),
    _example("legacy-data", "String was not recognized as a valid DateTime."),
    _example("legacy-data", "String was not recognized as a valid Boolean."),
    _example("legacy-data", "Input string was not in a correct format."),
    _example("types-on-create-only", "typeIds can only be used when creating a new company."),
    _example("object-invalid", f"{_ITEM} This product cannot be quoted: it is sold by the warehouse only."),
    _example("object-invalid", "company object is invalid"),
)
CREDENTIALS = (
    _example("cannot-route", "Cannot route. Codebase/company is invalid", Kind.CREDENTIALS),
    _example("cannot-route", "Cannot route. Codebase/company is invalid"),
    _example("unknown-company", "ConnectWise does not know the company “northwind”", Kind.CREDENTIALS),
    _example(
        "codebase-not-told", "ConnectWise did not say where the API of the company “northwind” is", Kind.UNREADABLE
    ),
    _example("client-id", "A valid clientId header is required.", Kind.CREDENTIALS),
    _example("keys", "UserNotAuthenticated", Kind.CREDENTIALS),
    _example("keys", "The supplied authentication is incorrect.", Kind.CREDENTIALS),
    _example("keys", "ConnectWise answered with HTTP 401 and no further words.", Kind.CREDENTIALS),
    _example("keys-as-404", "The endpoint does not exist.", Kind.CREDENTIALS, reason="keys, answered by 404"),
    _example("credentials", "These credentials were rejected.", Kind.CREDENTIALS),
    _example("permission", "You do not have security permission to perform this action.", Kind.PERMISSION),
    _example(
        "permission",
        "You do not have security permission to perform this action.",
        Kind.PERMISSION,
        request="Read members",
    ),
    _example("ssl-required", "SSL is required."),
    _example("no-endpoint", "The endpoint does not exist.", Kind.NOT_FOUND, reason="no endpoint"),
)
FAULTS = (
    _example("rate-limit", "ConnectWise API rate limit exceeded"),
    _example("rate-limit", "Too many requests. Please try again in 30 seconds.", Kind.RATE_LIMIT),
    _example("rate-limit", "ConnectWise answered with HTTP 429 and a web page instead of data.", Kind.RATE_LIMIT),
    _example("query-timeout", "Query read timeout", Kind.SERVER),
    _example(
        "unknown-member",
        "Could not find member 'type' on object of type 'Contact'. Path 'type', line 3, position 11.Check your accept"
        " header to make sure you are using the correct version.",
    ),
    _example("search-refused", "resources/identifier is not a recognized name."),
    _example("search-refused", "Unable to parse condition near 'x'."),
    _example("search-refused", "pageSize object is invalid. The field pageSize must be a number"),
    _example("search-refused", "orderBy is not supported with forward-only pagination."),
    _example("request-refused", "The requested resource does not support http method 'PUT'."),
    _example("request-refused", "The request entity's media type is not supported for this resource."),
    _example("request-refused", "The target location specified by path segment 'x' was not found."),
    _example("request-refused", "The patch operation 'test' is not supported."),
    _example("request-refused", "Unexpected character encountered while parsing value. Path '', line 1, position 1."),
    _example("request-refused", "contact object is invalid. communicationItems cannot be validated."),
    _example("callback", "callbackEntry object is invalid. A matching callback entry already exists"),
    _example("callback", "callbackEntry object is invalid. Invalid URL"),
    _example(
        "callback",
        "Unrecognized level for type, see documentation for supported levels for each type",
    ),
)

CONNECTWISE = (*CATEGORIES, *QUOTES, *MEMBERS, *CREDENTIALS, *FAULTS)
