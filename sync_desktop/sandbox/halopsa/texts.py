"""The sentences of HaloPSA. Those marked [I] are not published anywhere; clients must not depend on them."""

MAIN_CONTACT_NAME = "Please populate main contact name"
"""Creating a client where the main contact is compulsory (Salesbuildr's help on HaloPSA)."""
MAIN_CONTACT_EMAIL = "Please populate main contact email"
"""[I]: after the name's."""
INVALID_CLIENT = "The specified client credentials are invalid."
"""The usual text of OpenIddict, which the authorisation server is; a published client takes it for a wrong secret."""
UNKNOWN_CLIENT = "The specified 'client_id' parameter is invalid."
"""What a HaloPSA integrator was told of a client id that was not known."""
UNSUPPORTED_GRANT = "The specified 'grant_type' is not supported."
NO_GRANT = "The mandatory 'grant_type' parameter is missing."
INVALID_REQUEST = "The specified 'Content-Type' header is not valid."
INVALID_SCOPE = "The specified scopes are not supported or not allowed for this application."
"""[I] as a text."""
ADVANCED_SEARCH = "Invalid advanced search parameter"
"""The beginning of the answer to a field that cannot be searched (CIPP)."""
UNAUTHORIZED = "Unauthorized"
FORBIDDEN = "Forbidden"
NOT_FOUND_PAGE = (
    "<!DOCTYPE html><html><head><title>404</title></head><body>404 - File or directory not found.</body></html>"
)
"""[I]: such answers are usually no JSON."""
INVALID_STATE = "Operation is not valid due to the current state of the object."
PLEASE_SELECT_TYPE = "Please select a Ticket Type"
"""[I]"""
NOT_AN_OPPORTUNITY = "The selected Ticket Type is not an Opportunity type"
"""[I] as a text; the rule is documented."""
SITE_NEEDED = "Please select a Site"
"""[I] as a text; that a user needs a site is documented."""
DAYS_TO_DELIVER = "Please populate days to deliver"
"""[I]: RQuoteDaysToDeliverMandatory."""
USER_EMAIL = "Please populate email address"
"""[I]: RUserEmailMandatory."""
USER_PHONE = "Please populate phone number"
"""[I]: RUserPhoneMandatory."""
OTHER_GROUP = "The selected Asset Type does not belong to the selected Asset Group"
"""[I]"""


NO_BODY = "A non-empty request body is required."
"""The usual text of ASP.NET."""


def rate_limit(requests: int, minutes: int) -> str:
    """Return the text of a 429, the words as they were seen."""
    return f"Rate Limit Reached - {requests} Requests per rolling {minutes} minute window"


def required(label: str) -> str:
    """Return a text for a member that is missing [I]."""
    return f"Please populate {label}"


def missing_row(label: str, value: object) -> str:
    """Return a text for a reference to a row that is not there [I]."""
    return f"{label} {value} does not exist"


def inactive_row(label: str, value: object) -> str:
    """Return a text for a reference to a row that is inactive [I]."""
    return f"{label} {value} is inactive"


def other_client(label: str) -> str:
    """Return a text for a user or site of another client [I]."""
    return f"The selected {label} does not belong to the selected Client"


def dead_group(value: object) -> str:
    """Return a text for an asset group that is gone, hidden or not for items [I]."""
    return f"Asset Group {value} is not available for Items"


def line_left_out(name: object, why: str) -> str:
    """Return a warning for a line that a quote was saved without [I]."""
    return f"{name} was not added: {why}"


def linked(label: str, by: str) -> str:
    """Return a text for a row that cannot be deleted [I]; that such a DELETE answers 400 is documented."""
    return f"This {label} cannot be deleted because it is used by {by}"


def mandatory(name: str) -> str:
    """Return a text for a member that the ticket type makes mandatory [I]."""
    return f"Please complete the mandatory field {name}"


def no_conversion(value: object, kind: str, place: str) -> str:
    """Return the text of Newtonsoft's reader for text that is no value of a type; `place` is path, line, position."""
    return f"Could not convert string to {kind}: {value}. {place}"


def not_an_integer(value: object, place: str) -> str:
    """Return the text for a number with a fraction where a whole one is meant."""
    return f"Input string '{value}' is not a valid integer. {place}"


def unexpected_character(character: str, place: str) -> str:
    """Return the text for a value of another kind altogether."""
    return f"Unexpected character encountered while parsing value: {character}. {place}"


def not_an_array(place: str) -> str:
    """Return the text for an object where an array is meant."""
    return (
        'Cannot deserialize the current JSON object (e.g. {"name":"value"}) because the type requires a JSON array '
        f"(e.g. [1,2,3]) to deserialize correctly. {place}"
    )


def not_an_object(place: str) -> str:
    """Return the text for an array where an object is meant."""
    return (
        "Cannot deserialize the current JSON array (e.g. [1,2,3]) because the type requires a JSON object "
        f'(e.g. {{"name":"value"}}) to deserialize correctly. {place}'
    )


def bad_value(value: object) -> str:
    """Return the text for a query parameter or an id in a path that cannot be read."""
    return f"The value '{value}' is not valid."
