"""The facts about HaloPSA that nobody has settled: each a switch, with how well its default is known.

Grades, as halopsa.md gives them: C relied upon by clients that ship, V an integrator's documentation, S the published
description, I inferred.
"""

from dataclasses import dataclass

from sync_desktop.sandbox.switches import OFF, ON, Switches

SYSTEM = "halopsa"


@dataclass(frozen=True, slots=True)
class Fact:
    """One unsettled fact; the first position is the default."""

    name: str
    positions: tuple[str, ...]
    grade: str
    about: str


FACTS: tuple[Fact, ...] = (
    # Signing in
    Fact("auth_url", ("path", "path_slash", "host"), "C", "What authinfo's auth_url is: with /auth, /auth/, or bare."),
    Fact("unknown_client", ("named", "same"), "C", "Whether an unknown client id is told from a wrong secret."),
    Fact("scope_not_permitted", ("reduced", "refused"), "I", "Scopes that the application may not have: left out."),
    Fact("unauthorized_body", ("empty", "minimal"), "C", "What a 401 for a bad or old token holds."),
    Fact("forbidden_body", ("empty", "minimal"), "C", "What a 403 holds."),
    Fact("not_found_body", ("empty", "page"), "C", "What a 404 holds: nothing, or a page of HTML."),
    Fact("denied_read", ("403", "empty"), "C", "Lists of what the agent's role does not show: 403, or no rows."),
    # Limits
    Fact("rate_limit", ("300/5", "450/5", "500/3", "700/5"), "C", "Requests per minutes that an instance allows."),
    Fact("retry_after", (OFF, ON), "I", "Whether a 429 has a Retry-After header."),
    # Reading
    Fact("page_cap", ("all", "tickets"), "C", "Which lists give at most 100 rows a page, without saying so."),
    Fact("setup_lists", ("array", "envelope"), "I", "Statuses, categories, teams, taxes …: an array, or wrapped."),
    Fact("lookup_list", ("array", "envelope"), "C", "Lookups: an array, or wrapped."),
    Fact("item_list", ("envelope", "array"), "C", "Items: in an envelope, or an array."),
    Fact("unpaged_count", ("total", "returned"), "I", "What record_count counts where nobody asked for pages."),
    Fact("past_end_count", ("zero", "total"), "C", "What record_count counts on a page behind the last one."),
    Fact("behind_filters", ("heeded", "ignored"), "S", "Whether lists select by the ticket that rows were made of."),
    Fact("nulls", ("omitted", "sent"), "C", "Whether empty members are left out of rows."),
    Fact("date_fraction", (OFF, ON), "I", "Whether times have a fraction of a second."),
    Fact("details_by_id", ("asked", "always"), "I", "Whether lines and addresses need includedetails=true."),
    Fact("unknown_id", ("404", "null", "empty"), "I", "GET of an unknown id: 404, or 200 with null or nothing."),
    # Writing
    Fact("many_answer", ("array", "first"), "I", "The answer to several objects in one POST."),
    Fact("delete_body", ("object", "id"), "C", "The answer to a DELETE: the object, or its id only."),
    Fact(
        "business_error",
        ("exception", "string", "message", "error", "errors", "result", "bare"),
        "C",
        "The shape of a 400 for a broken rule: a .NET exception, a JSON string, or one of the other known shapes.",
    ),
    Fact("float_ids", ("refused", "accepted"), "C", "Ids such as 95.0, which lists give, when they are sent back."),
    Fact("client_makes", ("site_and_user", "site", "nothing"), "I", "What a new client brings with it."),
    Fact("main_contact_email", (OFF, ON), "I", "Whether a compulsory main contact needs an e-mail address too."),
    Fact("opportunity_type_missing", ("refused", "default"), "C", "An opportunity without type: refused, or any type."),
    Fact("dead_asset_group", ("refused", "warning", "accepted"), "I", "Items and lines of a group that is no use."),
    Fact("dead_reference", ("400", "500", "accepted"), "I", "References to rows that do not exist."),
    Fact("inactive_reference", ("accepted", "refused"), "I", "References to rows that are inactive."),
    Fact("contact_of_other_client", ("refused", "accepted"), "I", "Users and sites of another client."),
    Fact("lines_left_out", ("removed", "kept"), "I", "Lines of a quote that a later POST does not name."),
    Fact("line_members", ("kept", "reset"), "I", "Members of a quote's line that a later POST leaves out of it."),
    Fact("line_discount", ("unit", "line"), "I", "Whether a line's discount is for each unit, or for the whole line."),
    Fact("quote_user", ("optional", "required"), "I", "Whether a quote needs a user."),
    Fact("item_group", ("required", "optional"), "I", "Whether an item needs an asset group."),
)


class Facts:
    """Reads the positions that are in force; declared once for all instances of the sandbox."""

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
