"""The sentences of Autotask, each with where it was seen.

Those marked [I] are not published anywhere; clients must not depend on them.
"""

ZONE_UNKNOWN = "Zone information could not be determined"
"""Unknown or blank user, on zoneInformation and on entity calls (apigrate's notes)."""
INTEGRATION_CODE = "IntegrationCode is invalid."
LOCKED = "The user account has been locked.  Please see your Autotask Administrator for details."
"""Known from the SOAP API."""
UNAUTHORIZED = "The username or secret is not correct."
"""[I]: the real body of a 401 was never published."""
DELETE_MISSING = (
    "No message. No matching records found. "
    "The logged in Resource may not have the required permissions to delete the data."
)
UPDATE_MISSING = (
    "No message. No matching records found. "
    "The logged in Resource may not have the required permissions to update the data."
)
"""[I]: after the text of a delete."""
TOO_MANY_ORS = "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."
ONE_UDF = "Invalid query syntax. Queries are limited to one user-defined field."
"""[I]: that only one is allowed is documented, the text is not."""
FILTER_MISSING = "Invalid query syntax. A filter is required."
"""[I] as a text."""
ID_MISSING = "Value does not exist for the required field id."
"""[I]: after the text of a required field."""
SEED_ASSOCIATION = "companyID is not associated with contactID"
"""The customer's wording; no public source shows the vendor's own."""
ONE_REFERENCE = "A quote item must have exactly one of {fields}, the one that its quoteItemType names."
"""[I] as a text; the rule is documented."""
ONE_DISCOUNT = "Only one of unitDiscount, lineDiscount and percentageDiscount may be greater than 0."
"""[I] as a text; the rule is documented."""
PERIOD_TYPE = "A product whose billingType is not Standard must have a periodType of Monthly."
"""[I] as a text; the rule is documented."""


def wrong_verb(method: str) -> str:
    """Return the 405 text."""
    return f"The requested resource does not support http method '{method}'."


def no_route(url: str) -> str:
    """Return the 404 text of ASP.NET Web API [I]."""
    return f"No HTTP resource was found that matches the request URI '{url}'."


def no_permission(action: str) -> str:
    """Return the text for a missing right; `update` is the documented one."""
    return f"The logged in Resource does not have the adequate permissions to {action} this entity type."


def unknown_field(field: str, entity: str) -> str:
    """Return the text for a field that an entity does not have, in a filter or in includeFields."""
    return f"Unable to find {field} in the {entity} Entity."


def not_queryable(field: str, entity: str) -> str:
    """Return the text for a filter on a field that cannot be queried [I]."""
    return f"Unable to query {field} in the {entity} Entity."


def query_syntax(what: str) -> str:
    """Return the text for a query that cannot be carried out; only its beginning is known."""
    return f"Invalid query syntax. {what}"


def reference(field: str, entity: str) -> str:
    """Return the text for a reference that is missing or inactive."""
    return f"Reference value on field: {field} of type: {entity} does not exist or is invalid."


def reference_value(field: str, value: object) -> str:
    """Return the older text for a reference that is missing or inactive."""
    return f"{field}: Value {value} does not exist or is invalid"


def not_an_entity(field: str) -> str:
    """Return the text for a bad picklist value, and the vendor's for a contact of another company."""
    return f"Value does not reference an existing entity for {field}."


def picklist_missing(field: str) -> str:
    """Return the text for a required picklist field that is missing; the stray blanks are the vendor's."""
    return f"Value does not reference an existing entity for {field} . "


def required(field: str) -> str:
    """Return the SOAP API's text for a required field that is missing."""
    return f"Value does not exist for the required field {field}."


def too_long(field: str, length: int) -> str:
    """Return a text for a value that is too long [I]."""
    return f"The value of field {field} exceeds the maximum length of {length}."


def unknown_property(field: str, entity: str) -> str:
    """Return a text for a property that an entity does not have [I]."""
    return unknown_field(field, entity)


def read_only(field: str) -> str:
    """Return a text for a read-only property in a body [I]."""
    return f"The field {field} is read only."


def duplicate(entity: str, value: object) -> str:
    """Return the text for a name that is taken; the vendor's own example is a ContactGroup."""
    return f"A {entity} already exists with Name [{value}]. {entity} names must be unique."


def record_number(action: str) -> str:
    """Return the second text of a failed write; `updating` is the one that was seen."""
    return f"Error {action} entity for record number [1]."


def unexpected(number: int) -> list[str]:
    """Return the two texts of an unexpected error."""
    advice = f"If the problem persists, please contact Autotask Support and reference Error ID: {number}."
    return [f"An unexpected error has occurred.  {advice}", advice]


def threads(count: int, method: str) -> list[str]:
    """Return the texts of too many requests at once; its code is Itgenatr005."""
    return [
        "Thread Threshold Exceeded",
        f"The Autotask API thread threshold of {count} threads has been exceeded. Method: {method} [Itgenatr005]",
    ]


def hour_used_up(threshold: int) -> str:
    """Return a text for an hour that is used up [I]: neither text nor status is published."""
    return f"The request threshold of {threshold} external requests per 60 minutes has been exceeded."
