"""The facts about ConnectWise that nobody has settled: each a switch, with how well its default is known.

Grades: D the vendor's guide, S its API description, L seen live and quoted in public, C relied upon by a client that
ships, I inferred; the seed's own word is L.
"""

from dataclasses import dataclass

from sync_desktop.sandbox.switches import OFF, ON, Switches

SYSTEM = "connectwise"


@dataclass(frozen=True, slots=True)
class Fact:
    """One unsettled fact; the first position is the default."""

    name: str
    positions: tuple[str, ...]
    grade: str
    about: str


FACTS: tuple[Fact, ...] = (
    # Finding the tenant and signing in
    Fact("unknown_company", ("null", "404"), "C", "What companyinfo answers for a company that is not there."),
    Fact("is_cloud", ("text", "boolean"), "D", 'Whether companyinfo says IsCloud as "True" or as true.'),
    Fact("wrong_codebase", ("text", "404"), "L", "A codebase that is not the tenant's: plain text with 400, or 404."),
    Fact("client_id_missing", ("403", "400", "401"), "L", "Status without a known clientId; three sources disagree."),
    Fact(
        "wrong_keys",
        ("user", "unauthorized", "404"),
        "L",
        "Wrong keys: UserNotAuthenticated or Unauthorized with 401, or the 404 that the guide warns of.",
    ),
    Fact("system_info_auth", (ON, OFF), "L", "Whether /system/info has to be signed."),
    Fact("denied_read", ("403", "empty"), "L", "What a role without the right reads: a refusal, or nothing."),
    Fact("hidden_reference", ("blank", "shown"), "L", "Whether references to rows that the role cannot see are blank."),
    Fact("rate_limit_layer", ("psa", "html"), "C", "Who answers 429: the PSA in JSON, or the layer before it in HTML."),
    # Reading
    Fact("empty_members", ("omitted", "null"), "I", "Members without a value are left out, or null."),
    Fact(
        "media_type", ("asked", "vendor", "json"), "S", "Content type: the one that Accept names, the vendor's, plain."
    ),
    Fact(
        "hide_inactive_in_lists",
        (ON, OFF),
        "L",
        "Whether lists leave inactive categories, subcategories and product types out; by id they always answer.",
    ),
    Fact("oversize_page", ("refused", "capped"), "L", "A pageSize over 1,000: an error, or as many as are allowed."),
    Fact("forward_last_link", (ON, OFF), "D", "Whether the last forward-only page that has rows still has a Link."),
    Fact("unknown_fields", ("ignored", "refused"), "L", "Names in fields that an entity does not have."),
    Fact("text_compare", ("insensitive", "sensitive"), "I", "Whether conditions on text look at its case."),
    Fact(
        "date_conditions", ("any", "day_only"), "D", "On day_only just [YYYY-MM-DD] works, and >= leaves its day out."
    ),
    Fact("quoted_dates", ("refused", "accepted"), "D", "A date in quotes where brackets are due."),
    Fact("doubled_quotes", (ON, OFF), "C", "Whether a quote inside a string may be doubled."),
    Fact("forecast_shape", ("list", "object"), "S", "The forecast of an opportunity: in a list, or by itself."),
    # Writing
    Fact("inactive_tail", ("named", "none", "category", "subcategory", "product type"), "I", "After 'is an inactive'."),
    Fact("inactive_parent", ("refused", "accepted"), "I", "An active subcategory of an inactive category."),
    Fact("inactive_reference", ("refused", "accepted"), "I", "Inactive statuses, members, manufacturers and the like."),
    Fact("deleted_reference", ("refused", "accepted"), "I", "References to a company in the recycle bin."),
    Fact("association", ("refused", "accepted"), "I", "A contact, site or subcategory of another company or category."),
    Fact("address_required", (ON, OFF), "S", "Whether a new company needs a member of its address."),
    Fact(
        "unique_identifiers", (ON, OFF), "I", "Whether identifiers of companies and catalog items are taken once only."
    ),
    Fact("newlines", ("collapsed", "kept"), "D", "Line breaks in texts that are sent become a space, or stay."),
    Fact("patch_revalidates", ("whole", "changed"), "L", "What a PATCH checks (seen live for companies: everything)."),
    Fact("patch_unknown_path", ("refused", "ignored"), "I", "A path in a PATCH that the record does not have."),
    Fact("patch_sub_path", ("ignored", "applied"), "D", "A path into a reference: a false 200, or done."),
    Fact(
        "patch_custom_fields", ("optional", "required"), "L", "A PATCH of a record that has custom fields sends them."
    ),
    Fact("contact_put_items", ("accepted", "refused"), "C", "A PUT of a contact with communicationItems."),
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

    def get(self, name: str) -> str:
        """Return the position of a switch."""
        return self._switches.get(SYSTEM, name)
