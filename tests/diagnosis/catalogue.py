"""For each rule at least one failure that it is for: text, kind, facts, and the rule that has to speak."""

from dataclasses import dataclass, field

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa


@dataclass(frozen=True, slots=True)
class Example:
    """A failure as a server, Salesbuildr or this program's check words it."""

    rule: str
    message: str
    kind: Kind = Kind.REFUSED
    facts: dict[str, str] = field(default_factory=dict)
    psa: Psa = Psa.AUTOTASK


NETWORK = (
    Example("general.connection-reset", "Connection reset by peer", Kind.NETWORK),
    Example(
        "general.connection-reset",
        "[WinError 10054] An existing connection was forcibly closed by the remote host",
        Kind.NETWORK,
    ),
    Example(
        "general.connection-reset", "Server disconnected without sending a response.", Kind.NETWORK, {"sent": "unknown"}
    ),
    Example("general.connection-reset", "read ECONNRESET"),
    Example("general.timeout", "The server did not answer within 30 seconds", Kind.NETWORK),
    Example("general.timeout", "Read timed out", Kind.NETWORK, {"sent": "unknown"}),
    Example("general.name-not-resolved", "[Errno -2] Name or service not known", Kind.NETWORK),
    Example("general.name-not-resolved", "[Errno 11001] getaddrinfo failed", Kind.NETWORK),
    Example("general.certificate", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", Kind.NETWORK),
    Example("general.proxy", "407 Proxy Authentication Required", Kind.NETWORK),
    Example("general.connection-refused", "All connection attempts failed", Kind.NETWORK),
    Example(
        "general.timeout",
        "Time-out: webservices1.example did not answer within 30 seconds.",
        Kind.NETWORK,
        {"reason": "timeout"},
    ),
    Example(
        "general.name-not-resolved",
        "The name webservices1.example could not be found. Check the address and the network.",
        Kind.NETWORK,
    ),
    Example(
        "general.certificate",
        "No secure connection to tenant.example could be agreed on.",
        Kind.NETWORK,
        {"reason": "tls"},
    ),
    Example("general.proxy", "The proxy that this system is set to cannot be reached.", Kind.NETWORK),
    Example("general.connection-refused", "127.0.0.1 refused the connection: nothing answers there.", Kind.NETWORK),
    Example("general.connection-refused", "tenant.example cannot be reached from this network.", Kind.NETWORK),
    Example(
        "general.address-refused",
        "An address must not carry a user name or password.",
        Kind.NETWORK,
        {"reason": "address"},
    ),
    Example(
        "general.request-malformed",
        "The request to tenant.example could not be put into HTTP.",
        Kind.NETWORK,
        {"reason": "request"},
    ),
    Example("general.network", "Something on the way broke", Kind.NETWORK),
    Example("general.network", "Something on the way broke", Kind.NETWORK, {"sent": "unknown"}),
)
SERVERS = (
    Example("general.server-error", "Autotask answered HTTP 502 without saying why", Kind.SERVER, {"status": "502"}),
    Example("general.server-error", "<html>Bad gateway</html>", Kind.SERVER),
    Example("general.unreadable", "Autotask's answer about Quotes could not be read: not JSON", Kind.UNREADABLE),
    Example("general.salesbuildr-rate-limit", "429 Too Many Requests", Kind.RATE_LIMIT),
    Example("general.rate-limit", "Slow down", Kind.RATE_LIMIT),
    Example("general.own-budget", "The site's hourly cap of own calls is used up until 14:05", Kind.BUDGET),
    Example(
        "general.own-budget",
        "Our own limit of 1,500 calls to Autotask in one hour is used up. The next call is possible at 14:05.",
        Kind.BUDGET,
    ),
    Example("general.budget", "No calls left", Kind.BUDGET, psa=Psa.HALOPSA),
    Example("general.salesbuildr-key", "No API key provided", Kind.CREDENTIALS),
    Example("general.credentials", "Unauthorized", Kind.CREDENTIALS, psa=Psa.CONNECTWISE),
    Example("general.salesbuildr-key", "Salesbuildr answered with HTTP 401 and no further words.", Kind.CREDENTIALS),
    Example(
        "general.credentials-characters",
        "The stored credentials for Autotask hold a character that cannot be sent, such as a line break or an accent.",
        Kind.CREDENTIALS,
    ),
    Example(
        "general.empty-list",
        "Autotask shows this API user no values at all for “product-billing-code”",
        Kind.PERMISSION,
        {"mapping_kind": "product-billing-code", "reason": "empty list"},
    ),
    Example("general.permission", "Forbidden", Kind.PERMISSION),
    Example("general.permission", "Forbidden", Kind.PERMISSION, {"request": "Read quotes"}),
    Example("general.read-only", "This site only reads", Kind.READ_ONLY),
)
ATTEMPTS = (
    Example("general.already-synchronizing", "Already synchronizing", Kind.BUSY),
    Example("general.already-synchronizing", "Already synchronizing"),
    Example("general.busy", "Held by another window", Kind.BUSY),
    Example("general.unclear-create", "An earlier create has no known outcome", Kind.UNCLEAR_CREATE),
    Example("general.not-arrived", "Not in Autotask yet", Kind.NOT_ARRIVED),
    Example("general.cancelled", "Cancelled", Kind.CANCELLED),
    Example("general.internal", "KeyError: 'x'", Kind.INTERNAL),
)
LINKS = (
    Example("general.company-no-external-id", "Company has no external identifier", Kind.NO_EXTERNAL_ID),
    Example(
        "general.company-no-external-id", "Company has no external identifier", Kind.NEAR_MATCH, {"candidates": "2"}
    ),
    Example("general.contact-no-external-id", "Contact has no external identifier", Kind.NO_EXTERNAL_ID),
    Example(
        "general.contact-no-external-id", "Contact has no external identifier", Kind.NEAR_MATCH, {"candidates": "2"}
    ),
    Example("general.opportunity-no-external-id", "Opportunity has no external identifier", Kind.NO_EXTERNAL_ID),
    Example("general.opportunity-no-external-id", "Opportunity has no external identifier", Kind.NEAR_MATCH),
    Example("general.product-no-external-id", "Product has no external identifier", Kind.NO_EXTERNAL_ID),
    Example("general.product-no-external-id", "Product has no external identifier", Kind.NEAR_MATCH),
    *(
        Example(
            f"general.{word}-no-external-id",
            f"{word.capitalize()} has no external identifier",
            Kind.NO_EXTERNAL_ID,
            {"reason": "cannot tell"},
        )
        for word in ("company", "contact", "opportunity")
    ),
    Example("general.no-external-id", "Shipping type has none", Kind.NO_EXTERNAL_ID, {"reason": "cannot tell"}),
    Example("general.near-match", "May be there already", Kind.NEAR_MATCH),
    Example("general.no-external-id", "Shipping type has none", Kind.NO_EXTERNAL_ID),
    Example(
        "general.link-mismatch",
        "Link names another record",
        Kind.LINK_MISMATCH,
        {"found_name": "Adatum", "expected_name": "Fabrikam", "external_id": "12"},
    ),
    Example("general.not-found", "Location is gone", Kind.NOT_FOUND),
    Example("general.inactive", "Location is inactive", Kind.INACTIVE),
    Example("general.closed", "Closed", Kind.CLOSED),
    Example("general.association", "They do not belong together", Kind.ASSOCIATION),
)
VALUES = (
    Example(
        "general.payment-term-deleted",
        "Payment term/type is deleted",
        Kind.MAPPING_INVALID,
        {"mapping_kind": "payment-term"},
    ),
    Example("general.payment-term-deleted", "Payment term/type is deleted"),
    Example("general.mapping-missing", "No target", Kind.MAPPING_MISSING),
    Example("general.mapping-invalid", "Bad target", Kind.MAPPING_INVALID),
    Example("general.unknown-billing-term", "Unknown billing term", Kind.INVALID_VALUE, {"product": "Backup"}),
    Example("general.value-too-long", "City is longer than 30 characters", Kind.INVALID_VALUE),
    Example("general.required-field", "Phone is required", Kind.REQUIRED_FIELD),
    Example("general.invalid-value", "Not a number", Kind.INVALID_VALUE),
    Example(
        "general.items-missing",
        "Some line items not synchronized",
        Kind.ITEMS_MISSING,
        {"items": "FortiGate 60F", "count": "1"},
    ),
    Example("general.items-missing", "Some line items not synchronized", Kind.ITEMS_MISSING, {"items_missing": "2"}),
    Example("general.items-missing", "Some line items not synchronized"),
    Example("general.items-missing-kind", "2 of 5 lines are there", Kind.ITEMS_MISSING),
    Example("general.foreign-lines", "Lines were added by others", Kind.FOREIGN_LINES, {"lines": "2"}),
    Example("general.difference", "Written, but differs", Kind.DIFFERENCE),
    Example("general.not-eligible", "The quote is a draft", Kind.NOT_ELIGIBLE),
    Example("general.not-eligible", "The quote is a draft", Kind.NOT_ELIGIBLE, {"reason": "it is a draft"}),
)
OTHER_ROWS = (
    Example("general.user-not-linked", "User is not automatically linked"),
    Example("general.company-link-unverified", "You are not linked to a company or the link is not verified."),
    Example("general.company-link-unverified", "COMPANY_UNVERIFIED"),
    Example("general.login-state", "USER_DELETED"),
    Example("general.login-state", "EMAIL_UNVERIFIED"),
    Example("general.distributor", "Invalid customer number"),
    Example("general.webhook", "Webhook delivery failed with status 500"),
)

_BILLING = "BillingCode does not exist or is invalid"
_REFERENCE = "Reference value on field: {} of type: {} does not exist or is invalid."
AUTOTASK_MAPPINGS = (
    Example("autotask.billing-code-invalid", _BILLING),
    Example(
        "autotask.billing-code-invalid",
        _BILLING,
        Kind.MAPPING_MISSING,
        {"category": "Firewalls", "mapping_kind": "product-billing-code"},
    ),
    *(
        Example(
            "autotask.billing-code-invalid",
            _BILLING,
            Kind.MAPPING_INVALID,
            {"category": "Backup", "target_state": state},
        )
        for state in ("inactive", "missing", "deleted", "wrong use")
    ),
    Example("autotask.billing-code-invalid", _BILLING, Kind.MAPPING_INVALID, {"mapping_kind": "service-billing-code"}),
    Example("autotask.billing-code-invalid", _REFERENCE.format("productBillingCodeID", "BillingCode")),
    Example("autotask.billing-code-invalid", "billingCodeID: Value 12345 does not exist or is invalid"),
    Example(
        "autotask.billing-code-differs", "Written, but differs", Kind.DIFFERENCE, {"field": "productBillingCodeID"}
    ),
    Example("autotask.wrong-billing-code", "Wrong billing code applied"),
    Example("autotask.ticket-charges-cancelled", "Ticket charges cancelled"),
    *(
        Example(rule, f"{what} is {how}", kind)
        for rule, what in (
            ("autotask.stage-mapping", "Opportunity stage"),
            ("autotask.category-mapping", "Opportunity category"),
            ("autotask.payment-term-mapping", "Payment term"),
        )
        for how, kind in (
            ("not mapped", Kind.MAPPING_MISSING),
            ("mapped to an inactive or deleted value", Kind.MAPPING_INVALID),
        )
    ),
    Example("autotask.owner-mapping", "Owner is not mapped to a resource", Kind.MAPPING_MISSING),
    Example("autotask.owner-mapping", "Owner is mapped to an inactive or deleted resource", Kind.MAPPING_INVALID),
    Example(
        "autotask.owner-mismatch",
        "Link names another record",
        Kind.LINK_MISMATCH,
        {"mapping_kind": "owner", "found_name": "Ann Lee"},
    ),
    Example("autotask.labour-no-role", "Labour has no role", Kind.NO_EXTERNAL_ID),
)
AUTOTASK_RECORDS = (
    Example("autotask.opportunity-not-found", "Opportunity was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.opportunity-not-found", "Opportunity was not found in Autotask"),
    Example("autotask.company-not-found", "Company was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.contact-not-found", "Contact was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.product-not-found", "Product was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.row-gone", "Autotask has no Quotes row 77 any more", Kind.NOT_FOUND),
    *(
        Example("autotask.inactive", f"{entity} is inactive in Autotask", Kind.INACTIVE)
        for entity in ("Company", "Contact", "Opportunity", "Product")
    ),
    Example("autotask.opportunity-won", "Opportunity is closed in Autotask", Kind.CLOSED, {"state": "won"}),
    Example("autotask.opportunity-ordered", "Opportunity is closed in Autotask", Kind.CLOSED, {"state": "ordered"}),
    Example("autotask.opportunity-closed", "Opportunity is closed in Autotask", Kind.CLOSED, {"state": "lost"}),
    Example("autotask.opportunity-closed", "Opportunity is closed in Autotask", Kind.CLOSED, {"state": "closed"}),
    Example("autotask.opportunity-association", "companyID is not associated with opportunityID", Kind.ASSOCIATION),
    Example("autotask.association", "companyID is not associated with contactID", Kind.ASSOCIATION),
    Example(
        "autotask.association",
        "Value does not reference an existing entity for contactID. Error updating entity for record number [1].",
    ),
)
AUTOTASK_FIELDS = (
    *(
        Example("autotask.reference-invalid", _REFERENCE.format(name, entity))
        for name, entity in (("contactID", "Contact"), ("ownerResourceID", "Resource"), ("taxRegionID", "TaxRegion"))
    ),
    Example("autotask.reference-invalid", "contactID: Value 12345 does not exist or is invalid"),
    Example("autotask.picklist-value", "Value does not reference an existing entity for taskType . "),
    Example(
        "autotask.required-field", "Value does not exist for the required field AccountID. ; on record number [1]."
    ),
    Example(
        "autotask.required-field", "Value does not exist for the required field billToLocationID.", Kind.REQUIRED_FIELD
    ),
    Example(
        "autotask.field-pair",
        "When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID.",
    ),
    Example(
        "autotask.duplicate-name",
        "A ContactGroup already exists with Name [Test 1]. ContactGroup names must be unique.",
    ),
    Example(
        "autotask.opportunity-title-too-long",
        "Opportunity title is longer than 128 characters",
        Kind.INVALID_VALUE,
        {"title_length": "140"},
    ),
    Example(
        "autotask.discount-not-held",
        "The quote's discount cannot be held: no one-time line is there to bear it",
        Kind.INVALID_VALUE,
        {"reason": "100.00 off the whole quote"},
    ),
    Example(
        "autotask.opportunity-title-too-long", "Opportunity title is longer than 128 characters", Kind.INVALID_VALUE
    ),
)
AUTOTASK_CREDENTIALS = (
    Example(
        "autotask.authentication-error",
        "Autotask authentication error: please verify your credentials",
        Kind.CREDENTIALS,
        {"status": "401"},
    ),
    Example("autotask.authentication-error", "Autotask authentication error: please verify your credentials"),
    Example("autotask.credentials", "Unauthorized", Kind.CREDENTIALS, {"status": "401"}),
    Example("autotask.unknown-user", "Zone information could not be determined", Kind.CREDENTIALS),
    Example("autotask.integration-code", "IntegrationCode is invalid.", Kind.CREDENTIALS),
    Example(
        "autotask.user-locked",
        "The user account has been locked.  Please see your Autotask Administrator for details.",
        Kind.CREDENTIALS,
    ),
    Example("autotask.wrong-zone", "The zone has changed", Kind.CREDENTIALS, {"reason": "wrong zone", "status": "401"}),
    Example(
        "autotask.permission",
        "The logged in Resource does not have the adequate permissions to update this entity type.",
        Kind.PERMISSION,
        {"request": "Create quote"},
    ),
    Example("autotask.permission", "The logged in Resource does not have the adequate permissions", Kind.PERMISSION),
)
_UNEXPECTED = "An unexpected error has occurred.  If the problem persists, please contact Autotask Support"
AUTOTASK_LIMITS = (
    Example(
        "autotask.thread-threshold",
        "The Autotask API thread threshold of 3 threads has been exceeded.",
        Kind.RATE_LIMIT,
    ),
    Example("autotask.thread-threshold", "Thread Threshold Exceeded Method: getFieldInfo Itgenatr005", Kind.RATE_LIMIT),
    Example("autotask.request-threshold", "Request Threshold Exceeded"),
    Example(
        "autotask.request-threshold", "Autotask answered HTTP 429 without saying why", Kind.BUDGET, {"status": "429"}
    ),
    Example("autotask.unexpected-error", f"{_UNEXPECTED} and reference Error ID: 57492."),
    Example("autotask.unexpected-error-without-id", _UNEXPECTED),
    Example("autotask.unknown-field", "Unable to find limit in the CompanyLocation Entity."),
    Example("autotask.query-too-large", "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."),
    Example(
        "autotask.nothing-to-delete",
        "No message. No matching records found."
        " The logged in Resource may not have the required permissions to delete the data.",
    ),
    Example("autotask.wrong-verb", "The requested resource does not support http method 'GET'."),
    Example("autotask.wrong-route", "Not Found", Kind.NOT_FOUND, {"status": "404"}),
    Example(
        "autotask.opportunity-changes-not-reported",
        "Opportunity status/stage not syncing from Autotask to Salesbuildr",
    ),
    Example("autotask.opportunity-differs", "Written, but differs", Kind.DIFFERENCE, {"field": "stage"}),
)

EXAMPLES = (
    *NETWORK,
    *SERVERS,
    *ATTEMPTS,
    *LINKS,
    *VALUES,
    *OTHER_ROWS,
    *AUTOTASK_MAPPINGS,
    *AUTOTASK_RECORDS,
    *AUTOTASK_FIELDS,
    *AUTOTASK_CREDENTIALS,
    *AUTOTASK_LIMITS,
)
UNKNOWN = Example("unknown", "The flux capacitor has no plutonium")
