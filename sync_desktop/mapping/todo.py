"""Salesbuildr's own copy of a mapping that was repaired here: a to-do, what to do about it, and a packet for support.

This program sends Salesbuildr nothing but reads: what it has stored is mended there, or by its support.
"""

from urllib.parse import urlsplit

from sqlalchemy import Connection

from sync_desktop.domain.mappings import OTHERS, MappingChange, MappingKind, Target, Todo
from sync_desktop.domain.records import Category
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import MappingOrigin, MappingState, Psa
from sync_desktop.mapping.needs import CATEGORY
from sync_desktop.storage import mappings, todos
from sync_desktop.storage.transaction import Transaction

_SAYS = (MappingOrigin.SALESBUILDR, MappingOrigin.ERROR_TEXT, MappingOrigin.PRODUCTS)
"""Origins that tell where Salesbuildr itself leads a source, the surest first."""
_SHOWN_NO_MORE = (MappingState.INACTIVE, MappingState.GONE, MappingState.PARENT_INACTIVE)
_NAMED = 20
"""Quotes that a packet names at most."""


def open_for(tx: Transaction, site: Site, change: MappingChange, kind: MappingKind) -> int | None:
    """Open the to-do that a saved change calls for, and return its id; None where Salesbuildr's copy needs nothing.

    One that is open for the same mapping is replaced, or dropped where the change was taken away.
    """
    bad = _bad_copy(tx.conn, site.id, change, kind)
    if bad is None:
        drop_for(tx, change)
        return None
    return todos.open_todo(
        tx,
        Todo(
            id=0,
            site_id=site.id,
            kind=change.kind,
            source_id=change.source_id,
            source_name=change.source_name,
            bad_target_id=bad.id,
            bad_target_name=bad.name,
            good_target_id=change.after.target_id,
            good_target_name=change.after.target_name,
            opened_at=change.at,
        ),
    )


def drop_for(tx: Transaction, change: MappingChange) -> None:
    """Drop the open to-do of a change that was taken back: what it asked for is not wanted any more."""
    for todo in todos.todos(tx.conn, change.site_id):
        if (todo.kind, todo.source_id) == (change.kind, change.source_id):
            todos.drop(tx, todo.id)


def _bad_copy(conn: Connection, site_id: str, change: MappingChange, kind: MappingKind) -> Target | None:
    """Return where Salesbuildr's copy leads as far as is known, without an id where it leads nowhere.

    None where Salesbuildr has no copy, or leads to the same target as this program now does, or to another valid one.
    """
    if not kind.salesbuildr_page or not change.after.target_id or change.source_id == OTHERS:
        return None
    known = mappings.by_origin(conn, site_id, change.kind, change.source_id)
    copy = next((known[origin] for origin in _SAYS if origin in known and known[origin].target_id), None)
    copy = copy or change.counted_before
    if copy is None:
        return Target(kind=change.kind, id="", name="")
    listed = {target.id: target for target in mappings.targets(conn, site_id, change.kind)}
    target = listed.get(copy.target_id)
    if copy.target_id == change.after.target_id or (target is not None and target.valid):
        return None
    return target or Target(kind=change.kind, id=copy.target_id, name=copy.target_name)


def is_shown(kind: MappingKind) -> bool:
    """Say whether Salesbuildr's API shows its own copy of a kind's mappings, so that a refresh can prove it mended."""
    return kind.source != CATEGORY or kind.quoting_member in Category.model_fields


def title(todo: Todo) -> str:
    """Return "Firewalls still leads to Security HW (#41) in Salesbuildr"."""
    if todo.closed_at is not None:
        return f"{todo.source_name}: Salesbuildr's own mapping works"
    if not todo.bad_target_id:
        return f"{todo.source_name} has no mapping in Salesbuildr, as far as is known"
    return f"{todo.source_name} still leads to {bad(todo)} in Salesbuildr"


def steps(todo: Todo, kind: MappingKind, psa: Psa, state: MappingState) -> tuple[str, ...]:
    """Return how to mend Salesbuildr's copy; `state` is that of the target that it leads to."""
    remap = f"In Salesbuildr, under {kind.salesbuildr_page}, map **{todo.source_name}** to **{good(todo)}**."
    check = "Come back here and let it be checked: " + (
        "Salesbuildr's API shows this mapping."
        if is_shown(kind)
        else "Salesbuildr's API does not show this mapping; a new product or quote that arrives by its own hand does."
    )
    if psa is not Psa.CONNECTWISE or kind.source != CATEGORY or state not in _SHOWN_NO_MORE or not todo.bad_target_id:
        return remap, check
    there = "" if state is MappingState.INACTIVE else " If ConnectWise does not have it any more, go on with step 5."
    hidden = f"ConnectWise does not tell Salesbuildr of {bad(todo)}, so that its mapping is invisible there."
    where = kind.psa_page or "its setup table"
    support = "Or, instead of all that: send the packet below to Salesbuildr's support, who can delete the mapping;"
    return (
        f"{hidden} In ConnectWise, under {where}, make it active for a moment.{there}",
        "In Salesbuildr, under Admin > Integrations > ConnectWise > Synchronize, run the field sync.",
        remap,
        f"In ConnectWise, make {bad(todo)} inactive again.",
        f"{support} then map **{todo.source_name}** anew.",
        check,
    )


def packet(todo: Todo, kind: MappingKind, site: Site, evidence: str, error: str, quotes: list[str]) -> str:
    """Return plain text for Salesbuildr's support. `evidence` is what the PSA says of the target; no secrets in it.

    `error` is the text that a quote failed with, `quotes` are those that are concerned.
    """
    psa = site.psa.label
    named = ", ".join(quotes[:_NAMED]) or "none at the moment"
    more = f" and {len(quotes) - _NAMED:,} more" if len(quotes) > _NAMED else ""
    wish = (
        f"Please delete the stored mapping of this {kind.source_label.casefold()} to {bad(todo)}, so that it can be "
        f"mapped to {good(todo)}."
        if todo.bad_target_id
        else f"Please look why this {kind.source_label.casefold()} is not mapped; it should lead to {good(todo)}."
    )
    lines = [
        f"A mapping of Salesbuildr's {psa} integration leads to what cannot be used",
        "",
        f"Tenant: {tenant(site)}",
        f"Kind of mapping: {kind.label} ({kind.salesbuildr_page})",
        f"{kind.source_label} in Salesbuildr: {todo.source_name} (id {todo.source_id})",
        f"Leads to, in {psa}: {bad(todo) if todo.bad_target_id else 'nothing that is known'}",
        f"State there: {evidence}",
        f"Should lead to, in {psa}: {good(todo)}",
        f"Error: {error or 'none that was seen here'}",
        f"Quotes concerned ({len(quotes):,}): {named}{more}",
        f"Repaired for our own use on: {todo.opened_at:%Y-%m-%d %H:%M} UTC",
        "",
        wish,
    ]
    return "\n".join(lines)


def tenant(site: Site) -> str:
    """Return the address of a Salesbuildr tenant, without anything else that an address can hold."""
    address = urlsplit(site.quoting_url)
    port = f":{address.port}" if address.port else ""
    return f"{address.scheme}://{address.hostname}{port}"


def bad(todo: Todo) -> str:
    """Return what Salesbuildr's copy leads to, as people read it."""
    return Target(kind=todo.kind, id=todo.bad_target_id, name=todo.bad_target_name).called


def good(todo: Todo) -> str:
    """Return what it should lead to."""
    return Target(kind=todo.kind, id=todo.good_target_id, name=todo.good_target_name).called
