"""Finds rows of HaloPSA that may be a record already; inactive ones are included."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sync_desktop.domain.links import Candidate, Intent
from sync_desktop.domain.names import names_agree
from sync_desktop.domain.records import Company, Contact, Opportunity, Product, Quote
from sync_desktop.domain.values import same_value
from sync_desktop.psa import following
from sync_desktop.psa.connector import Seen
from sync_desktop.psa.halopsa import rows
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.rows import (
    CLIENT,
    ITEM,
    MAIN_CONTACT,
    MAIN_SITE,
    OPPORTUNITIES,
    QUOTATION,
    USERS,
    identifier,
    is_active,
    text,
)
from sync_desktop.psa.matching import Comparison, compare_company, compare_contact, compare_opportunity, ranked


async def companies(client: HaloClient, record: Company) -> list[Candidate]:
    """Return clients that may be this company, best first.

    All of them are looked at: what the list's search looks through, beside names, is not known.
    """
    found = await client.found(CLIENT, label="Look through the clients", order="id")
    return ranked(
        compare_company(
            record, name=text(row, "name"), website=text(row, "website"), phone=text(row, "main_phonenumber")
        ).candidate(
            CLIENT,
            text(row, "id"),
            text(row, "name"),
            active=is_active(CLIENT, row),
            detail=text(row, "website") or text(row, "toplevel_name"),
        )
        for row in found
    )


async def contacts(client: HaloClient, record: Contact, company_id: str) -> list[Candidate]:
    """Return users that may be this contact, best first: of its client, and whoever has its e-mail address."""
    found: dict[str, Row] = {}
    if company_id.isdigit():
        for row in await client.found(USERS, label="Look through the client's users", client_id=company_id):
            found[text(row, "id")] = row
    if record.email:
        for row in await client.found(USERS, label="Search for the contact by e-mail", search=record.email):
            found.setdefault(text(row, "id"), row)
    return ranked(each for row in found.values() if (each := _contact(record, company_id, row)) is not None)


def _contact(record: Contact, company_id: str, row: Row) -> Candidate | None:
    name, mails = rows.person(row), rows.emails(row)
    if name == rows.GENERAL_USER:
        return None
    comparison = compare_contact(record, name=name, emails=mails, phones=rows.phones(row))
    company = identifier(row, "client_id")
    if company_id and company:
        comparison.note(company == company_id, "company", 0.1, other=f"#{company}")
    if comparison.agrees == ["same company"]:
        return None
    detail = ", ".join(part for part in (*mails, text(row, "client_name")) if part)
    return comparison.candidate(USERS, text(row, "id"), name, active=is_active(USERS, row), detail=detail)


async def opportunities(client: HaloClient, record: Opportunity, company_id: str) -> list[Candidate]:
    """Return opportunities of the company that may be this one, best first."""
    if not company_id.isdigit():
        return []
    found = await client.found(OPPORTUNITIES, label="Search for the opportunity", client_id=company_id)
    return ranked(
        compare_opportunity(record, title=text(row, "summary")).candidate(
            OPPORTUNITIES,
            text(row, "id"),
            text(row, "summary"),
            active=True,
            detail=f"status {text(row, 'status_name') or 'unknown'}",
        )
        for row in found
    )


async def unstamped(client: HaloClient, opportunity_id: str) -> list[Seen]:
    """Return the quotations of an opportunity that carry no number of another system."""
    if not opportunity_id.isdigit():
        return []
    found = await client.found(QUOTATION, label="Search for the quotation", ticket_id=opportunity_id)
    return [each for row in found if not (each := rows.seen(QUOTATION, row)).key]


def quotes(record: Quote, found: Iterable[Seen]) -> list[Candidate]:
    """Return quotations that may be this quote, best first: by its stamp, or without any by its title."""
    return ranked(_quote(record, seen) for seen in found)


def _quote(record: Quote, seen: Seen) -> Candidate:
    comparison = Comparison()
    comparison.note(seen.key in record.stamps, "third-party number", 1.0)
    comparison.note(not seen.key and names_agree(record.title or record.number, seen.name), "title", 0.6)
    detail = f"opportunity #{seen.parent_id}"
    return comparison.candidate(QUOTATION, seen.id, seen.name, active=True, detail=detail)


async def products(client: HaloClient, record: Product) -> list[Candidate]:
    """Return items that may be this product, best first."""
    found: dict[str, Row] = {}
    for words in dict.fromkeys(each for each in (record.name, record.mpn, record.internal_id) if each):
        for row in await client.found(ITEM, label="Search the items", search=words):
            found[text(row, "id")] = row
    return ranked(_product(record, row) for row in found.values())


def _product(record: Product, row: Row) -> Candidate:
    name, comparison = text(row, "name"), Comparison()
    comparison.note(names_agree(record.name, name), "name", 0.4, other=name)
    part_numbers = (text(row, "supplier_part_code"), text(row, "sku"), text(row, "internalreference"))
    comparison.note(bool(record.mpn) and record.mpn in part_numbers, "part number", 0.5)
    internal = bool(record.internal_id) and record.internal_id == text(row, "internalreference")
    comparison.note(internal, "internal id", 0.3)
    detail = text(row, "assetgroup_name")
    return comparison.candidate(ITEM, text(row, "id"), name, active=is_active(ITEM, row), detail=detail)


async def by_key(client: HaloClient, keys: Iterable[str]) -> list[Row]:
    """Return items that may carry one of these keys: a search looks through more than keys."""
    name = rows.KEY_FIELDS[ITEM]
    wanted = sorted({key for key in keys if key})
    found = await client.having(ITEM, name, wanted) if wanted else []
    if found is None:
        found = []
        for key in wanted:
            found += await client.found(ITEM, label="Find an item by key", search=key)
    return list({text(row, "id"): row for row in found}.values())


_FOLLOWING = {"SalesOrder": "ticket_id", "Invoice": "ticket_id", "Tickets": "parent_id", "Projects": "parent_id"}
"""Lists of what is made of a won opportunity, and the parameter and member of each that names it.

The published description has each of these parameters. An opportunity is a ticket: other tickets are its children.
"""


async def followed_up(client: HaloClient, opportunities: Collection[str]) -> set[str]:
    """Return those opportunities that a sales order, invoice, ticket or project was made of, a call for each and list.

    A list may pay no heed to a parameter, so that only a row that names the opportunity itself counts.
    """

    async def ask(path: str, left: set[str]) -> set[str]:
        name, found = _FOLLOWING[path], set[str]()
        for each in sorted(left):
            page = await client.page(path, 1, label=f"Look for {path} rows of a won opportunity", **{name: each})
            found |= {each for row in page.rows if identifier(row, name) == each and not row.get("is_opportunity")}
        return found

    return await following.followed_up(opportunities, _FOLLOWING, ask)


_CREATED_UNDER = {USERS: "client_id", OPPORTUNITIES: "client_id", QUOTATION: "ticket_id"}
_CALLED = {CLIENT: "name", USERS: "name", OPPORTUNITIES: "summary", QUOTATION: "title"}


async def created(client: HaloClient, intent: Intent) -> list[str]:
    """Return the ids of rows that a create without an answer may have made: they are called as was sent.

    Whether they hold all that was sent, whoever asked has still to see.
    """
    entity, fields = intent.entity, intent.fields
    label = f"Look whether the {entity} row was created"
    if entity == ITEM:
        return [text(row, "id") for row in await by_key(client, [intent.key])]
    under = _CREATED_UNDER.get(entity, "")
    parameters = {under: str(fields[under])} if under and fields.get(under) else {"order": "id"}
    found = await client.found(entity, label=label, **parameters)
    name = _CALLED[entity]
    return [text(row, "id") for row in found if same_value(row.get(name), fields.get(name))]


def holds(row: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Say whether a row holds all that was sent of itself; a client's main site may have been made without it."""
    own = {name: value for name, value in fields.items() if not name.startswith((MAIN_SITE, MAIN_CONTACT))}
    return all(same_value(row.get(name), value) for name, value in own.items())
