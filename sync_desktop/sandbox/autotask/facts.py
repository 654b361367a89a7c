"""The facts about Autotask that nobody has settled: each a switch, with how well its default is known.

Grades: D the vendor's help, S its Swagger file, L seen live and quoted in public, C relied upon by a client that ships,
I inferred.
"""

from dataclasses import dataclass

from sync_desktop.sandbox.switches import OFF, ON, Switches

SYSTEM = "autotask"


@dataclass(frozen=True, slots=True)
class Fact:
    """One unsettled fact; the first position is the default."""

    name: str
    positions: tuple[str, ...]
    grade: str
    about: str


FACTS: tuple[Fact, ...] = (
    # Signing in
    Fact("path_case", ("any", "exact"), "I", "Whether /ATServicesRest/V1.0 has to be written in just this case."),
    Fact("zone_url_slash", (ON, OFF), "C", "Whether the url of zoneInformation ends in a slash."),
    Fact("unauthorized_body", ("empty", "errors"), "L", "What a 401 for a wrong secret holds."),
    Fact("locked_answer", ("401", "401_text", "500_text"), "I", "How a locked user is answered."),
    Fact("lockout_after", ("configured", "3", "10", "never"), "I", "Wrong secrets in a row that lock a user."),
    Fact("missing_permission", ("500", "403"), "C", "Status of a write for which the user lacks the right."),
    Fact("denied_read", ("empty", "500", "403"), "D", "What a user reads of an entity that it may not see."),
    # Limits
    Fact("over_limit_status", ("429", "500"), "I", "Status once the hour's threshold is used up."),
    Fact("thread_limit_status", ("429", "500"), "D", "Status of the request that is one too many at once."),
    Fact("retry_after", (OFF, ON), "I", "Whether an answer of a limit has a Retry-After header."),
    # Reading
    Fact("unknown_id", ("null", "404"), "C", "GET of an unknown id: 200 with a null item, or 404."),
    Fact("get_after_post_page", ("405", "empty"), "L", "GET of a next page whose first page was a POST."),
    Fact("empty_udf", ("list", "omitted"), "L", "Rows without user-defined values: an empty list, or no such key."),
    Fact("text_compare", ("insensitive", "sensitive"), "I", "Whether filters on text look at its case."),
    Fact("date_fraction", (OFF, ON), "D", "Whether times have a fraction of a second."),
    Fact("inactive_contact_company", ("kept", "zero"), "L", "The companyID of an inactive contact that is read."),
    Fact("user_access", ("words", "numbers"), "D", "userAccessFor... as All and None, or as 1 and 0."),
    Fact(
        "hidden_rows_access",
        ("restricted", "all"),
        "I",
        "userAccessForQuery where rows are hidden from a user: Restricted, or All as if there were none.",
    ),
    Fact("opportunity_categories", ("present", "absent"), "S", "Whether OpportunityCategories is an entity."),
    Fact("services_2026_fields", (ON, OFF), "S", "Whether services and bundles have the members of 2026."),
    Fact("project_opportunity", (ON, OFF), "C", "Whether projects name the opportunity that they were made of."),
    Fact("location_tax_field", ("account", "company"), "I", "overrideAccountTaxSettings, or its later name."),
    Fact("product_name_length", ("1000", "100"), "D", "The longest name of a product."),
    # Writing
    Fact("read_only_root", ("405", "404"), "L", "Writing to an entity that can only be read."),
    Fact("record_number", ("always", "updates"), "I", "Whether creates name the record in a second text too."),
    Fact("required_text", ("required", "reference"), "I", "The text for a required field that is missing."),
    Fact("unknown_properties", ("ignored", "refused"), "I", "What becomes of properties that no entity has."),
    Fact("read_only_properties", ("ignored", "refused"), "I", "What becomes of read-only properties in a body."),
    Fact("null_on_create", ("unexpected", "required"), "L", "Whether any null in a create fails, or a required one."),
    Fact("too_long_text", ("named", "unexpected"), "I", "The text for a value that is too long."),
    Fact("reference_text", ("template", "value"), "L", "The text for a reference that cannot be used."),
    Fact("inactive_reference", ("refused", "accepted"), "L", "References to rows that are inactive."),
    Fact("inactive_picklist", ("refused", "accepted"), "I", "Picklist values that are inactive."),
    Fact("wrong_use_type", ("refused", "accepted"), "I", "Billing codes of a use that does not fit the field."),
    Fact("association_text", ("seed", "vendor"), "I", "The text where contact and company do not belong together."),
    Fact("bill_to_address", ("optional", "required"), "L", "Whether a new company needs billToAddressToUse."),
)


class Facts:
    """Reads the positions that are in force; declared once for all tenants of the sandbox."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        for fact in FACTS:
            switches.declare(SYSTEM, fact.name, fact.positions[0], fact.positions, fact.grade, fact.about)

    def at(self, name: str, position: str) -> bool:
        """Return whether a switch stands at a position."""
        return self._switches.get(SYSTEM, name) == position

    def status(self, name: str) -> int:
        """Return the HTTP status that a switch stands at."""
        return int(self._switches.get(SYSTEM, name))

    def get(self, name: str) -> str:
        """Return the position of a switch."""
        return self._switches.get(SYSTEM, name)
