"""For each rule of Autotask at least one failure that it is for, and the rule that has to speak."""

from sync_desktop.domain.words import FailureKind as Kind
from tests.diagnosis.example import Example

_BILLING = "BillingCode does not exist or is invalid"
_REFERENCE = "Reference value on field: {} of type: {} does not exist or is invalid."
MAPPINGS = (
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
        "autotask.billing-code-differs",
        "Written, but differs",
        Kind.DIFFERENCE,
        {"field": "productBillingCodeID: sent 5, found 6"},
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
RECORDS = (
    Example("autotask.opportunity-not-found", "Opportunity was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.opportunity-not-found", "Opportunity was not found in Autotask"),
    Example("autotask.quote-not-found", "Quote was not found in Autotask", Kind.NOT_FOUND, {"state": "deleted"}),
    Example("autotask.company-not-found", "Company was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.contact-not-found", "Contact was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.product-not-found", "Product was not found in Autotask", Kind.NOT_FOUND),
    Example("autotask.row-gone", "Autotask has no Quotes row 77 any more", Kind.NOT_FOUND),
    *(
        Example("autotask.inactive", f"{entity} is inactive in Autotask", Kind.INACTIVE)
        for entity in ("Company", "Contact", "Opportunity", "Product", "Quote")
    ),
    Example("autotask.opportunity-won", "Opportunity is closed in Autotask", Kind.CLOSED, {"state": "won"}),
    Example(
        "autotask.opportunity-status-unknown",
        "Autotask has this opportunity in the status “Parked”, of which it is not known whether it is still open",
        Kind.CLOSED,
        {"state": "unknown", "status_label": "Parked"},
    ),
    Example(
        "autotask.opportunity-status-unknown",
        "Autotask gives no status for this opportunity, so that it is not known whether it is still open",
        Kind.CLOSED,
        {"state": "unknown"},
    ),
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
FIELDS = (
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
        "The quote's discount cannot be held: its one-time lines cannot bear it",
        Kind.INVALID_VALUE,
        {"reason": "100.00 off the whole quote"},
    ),
    Example(
        "autotask.opportunity-title-too-long", "Opportunity title is longer than 128 characters", Kind.INVALID_VALUE
    ),
)
CREDENTIALS = (
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
LIMITS = (
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
    Example(
        "autotask.opportunity-differs",
        "Written, but differs",
        Kind.DIFFERENCE,
        {"field": "stage: sent 5, found 6", "record_kind": "opportunity"},
    ),
)

AUTOTASK = (*MAPPINGS, *RECORDS, *FIELDS, *CREDENTIALS, *LIMITS)
