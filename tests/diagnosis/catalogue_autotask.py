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
    Example(
        "autotask.billing-code-invalid",
        "BillingCode does not exist or is invalid",
        Kind.MAPPING_INVALID,
        {"mapping_kind": "product-billing-code", "source_id": "*", "source_name": "All others", "category": "Cabling"},
    ),
    *(
        Example("autotask.tax-region-mapping", f"Tax region is mapped to {how}", Kind.MAPPING_INVALID)
        for how in ("an inactive or deleted tax region", "a tax region that cannot be used: it is one of others")
    ),
    Example("autotask.wrong-billing-code", "Wrong billing code applied"),
    Example("autotask.ticket-charges-cancelled", "Ticket charges cancelled"),
    Example("autotask.labour-no-role", "Labour has no role", Kind.NO_EXTERNAL_ID),
)
FIELDS = (
    *(
        Example("autotask.reference-invalid", _REFERENCE.format(name, entity))
        for name, entity in (("contactID", "Contact"), ("ownerResourceID", "Resource"), ("taxRegionID", "TaxRegion"))
    ),
    Example("autotask.reference-invalid", "contactID: Value 12345 does not exist or is invalid"),
    Example("autotask.billing-code-invalid", "Billing Code doesn't exist"),
    Example("autotask.picklist-value", "Value does not reference an existing entity for taskType . "),
    Example(
        "autotask.required-field", "Value does not exist for the required field AccountID. ; on record number [1]."
    ),
    Example(
        "autotask.required-field", "Value does not exist for the required field billToLocationID.", Kind.REQUIRED_FIELD
    ),
    Example("autotask.value-too-long", "The value of field city exceeds the maximum length of 30."),
    Example(
        "autotask.row-rule", "Only one of unitDiscount, lineDiscount and percentageDiscount may be greater than 0."
    ),
    Example("autotask.row-rule", "A quote item must have exactly one of productID, serviceID."),
    Example("autotask.row-rule", "A product whose billingType is not Standard must have a periodType of Monthly."),
    Example("autotask.row-rule", "The field quoteNumber is read only."),
    Example(
        "autotask.field-pair",
        "When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID.",
    ),
    Example(
        "autotask.duplicate-name",
        "A ContactGroup already exists with Name [Test 1]. ContactGroup names must be unique.",
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
    Example("autotask.authentication-error", "The username or secret is not correct.", Kind.CREDENTIALS),
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
    Example("autotask.threshold-mail", "Request Threshold Exceeded"),
    Example("autotask.request-threshold", "The request threshold of 10000 has been exceeded.", Kind.BUDGET),
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

AUTOTASK = (*MAPPINGS, *FIELDS, *CREDENTIALS, *LIMITS)
