"""The sentences of ConnectWise, each with where it was seen.

Those marked [I] are not published anywhere; clients must not depend on them.
"""

CANNOT_ROUTE = "Cannot route. Codebase/company is invalid"
"""Plain text, for a company or codebase that is not there, and for a doubled path (two live reports)."""
SSL_REQUIRED = "SSL is required."
"""A cloud host without its `api-` (developer guide)."""
NO_ENDPOINT = "The endpoint does not exist."
"""Captured by an integration vendor's fixtures."""
NOT_AUTHENTICATED = "UserNotAuthenticated"
"""Wrong keys, seen on /system/info."""
UNAUTHORIZED = "The supplied authentication is incorrect."
"""[I] as a whole; the guide's table of statuses has these words."""
CLIENT_ID = "A valid clientId header is required."
"""[I]: three sources name three statuses, and none the text; one says that it speaks of the clientId."""
NO_PERMISSION = "You do not have security permission to perform this action."
"""A real 403 on /system/members."""
ACCEPT_HINT = "Check your accept header to make sure you are using the correct version."
BAD_BOOLEAN = "String was not recognized as a valid Boolean."
"""A 500, seen live."""
BAD_DATE = "String was not recognized as a valid DateTime."
"""A 500, seen live."""
BAD_NUMBER = "Input string was not in a correct format."
"""[I]: the framework's text beside the two above."""
CREATE_ONLY_TYPES = "typeIds can only be used when creating a new company."
"""A PUT of a company as it was read (two live reports)."""
RECURRING = "recurringBillCycle or recurringOneTimeFlag is required."
"""Twice for one catalog item: for recurringOneTimeFlag and for recurringBillCycle/id (seen live)."""
INVALID_URL = "Invalid URL"
CALLBACK_EXISTS = "A matching callback entry already exists"
UNKNOWN_LEVEL = "Unrecognized level for type, see documentation for supported levels for each type"
"""Three texts of callbacks, captured by an integration vendor."""
DUPLICATE_CONTACT = "A duplicate contact was found. Set ignoreDuplicates to true to add the contact anyway."
"""[I] as a whole; it holds "duplicate contact"."""
NO_ADDRESS = "At least one address field is required: addressLine1, addressLine2, city, state, zip or country."
"""[I] as a text; the vendor's description has the rule."""
CONTACT_PUT_ITEMS = "communicationItems cannot be validated."
"""[I]: that such a PUT fails is known, its text is not."""
FORWARD_ORDER = "orderBy is not supported with forward-only pagination."
"""[I] as a text; the rule is documented."""
MEDIA_TYPE = "The request entity's media type is not supported for this resource."
"""[I]: the framework's text; 415 is in the guide's table."""


def too_many(seconds: int) -> str:
    """Return the text of a 429 (developer guide, and met by others)."""
    return f"Too many requests. Please try again in {seconds} seconds."


def wrong_verb(method: str) -> str:
    """Return the framework's text for a 405 [I]."""
    return f"The requested resource does not support http method '{method}'."


def missing(entity: str, row_id: object) -> str:
    """Return the text for a record that is not there: `Contact 57919 not found`."""
    return f"{entity} {row_id} not found"


def missing_in(entity: str, row_id: object, parent: str, parent_id: object) -> str:
    """Return the text for a record of another parent: `Service Status 17 not found for Service Board 21`."""
    return f"{entity} {row_id} not found for {parent} {parent_id}"


def invalid(resource: str) -> str:
    """Return the first half of what a refused write says."""
    return f"{resource} object is invalid"


def required(field: str) -> str:
    """Return the text for a required member that is missing (seen live for firstName)."""
    return f"The {field} field is required."


def too_long(field: str, length: int) -> str:
    """Return the text for a value that is too long."""
    return f"The field {field} must be a string with a maximum length of {length}."


def out_of_range(field: str, low: int, high: int) -> str:
    """Return the text for a number outside of its range (seen live for yearEstablished)."""
    return f"The field {field} must be between {low} and {high}."


def wrong_word(field: str, value: object) -> str:
    """Return a text for a value that is none of the allowed ones [I]."""
    return f"'{value}' is not a valid value for {field}."


def date_only(field: str) -> str:
    """Return a text for a date where date and time are needed; its code is known, the text is inferred."""
    return f"{field} must be in the format yyyy-MM-ddTHH:mm:ssZ."


def inactive(row_id: object, tail: str) -> str:
    """Return the text for a reference to something inactive; the customer's document cuts it after "inactive"."""
    return f"{row_id} is an inactive {tail}." if tail else f"{row_id} is an inactive"


def exists(what: str) -> str:
    """Return the text for a record that is there already; the vendor's own example is a callback entry."""
    return f"A matching {what} already exists"


def in_use(entity: str, row_id: object) -> str:
    """Return a text for a record that others point at [I]; 409 is in the guide's table."""
    return f"{entity} {row_id} is in use and cannot be deleted."


def unknown_member(name: str, entity: str, path: str, line: int, position: int) -> str:
    """Return the text for a member that an object does not have; there is no space before its last sentence."""
    where = f"Path '{path}', line {line}, position {position}."
    return f"Could not find member '{name}' on object of type '{entity}'. {where}{ACCEPT_HINT}"


def wrong_type(value: str, type_name: str, path: str) -> str:
    """Return the JSON library's text for a value that cannot become what is wanted [I]."""
    return f"Error converting value {value} to type '{type_name}'. Path '{path}'."


def unreadable(path: str = "") -> str:
    """Return the JSON library's text for a body that is none [I]."""
    return f"Unexpected character encountered while parsing value. Path '{path}', line 1, position 1."


def unknown_name(name: str) -> str:
    """Return the text for a field that conditions do not know (seven live cases)."""
    return f"{name} is not a recognized name."


def bad_condition(text: str) -> str:
    """Return a text for conditions that cannot be read [I]; their code is the one of unknown names."""
    return f"Unable to parse condition near '{text}'."


def patch_target(path: str) -> str:
    """Return the framework's text for a path that a PATCH cannot find [I]."""
    return f"The target location specified by path segment '{path}' was not found."


def bad_operation(op: object) -> str:
    """Return a text for an operation that JSON Patch does not have [I]."""
    return f"The patch operation '{op}' is not supported."


def merged(into: object) -> str:
    """Return what a merge answers [I]."""
    return f"The company was merged into {into}."
