"""Finds rows of ConnectWise that may be a record already; inactive and deleted ones are included."""

from collections.abc import Collection, Iterable
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Candidate, Intent
from sync_desktop.domain.names import domain_of, names_agree, phone_digits, stretches
from sync_desktop.domain.records import Company, Contact, Opportunity, Product
from sync_desktop.domain.values import same_value
from sync_desktop.psa import following
from sync_desktop.psa.connectwise import rows
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.conditions import all_of, any_of, contains, equals, portions, starts
from sync_desktop.psa.connectwise.fields import company_identifier, item_identifier
from sync_desktop.psa.connectwise.paths import Row
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, KEY, LINES, OPPORTUNITIES, text
from sync_desktop.psa.matching import Comparison, compare_company, compare_contact, compare_opportunity, ranked

_WORD = 4
"""Letters that a name's longest stretch must have to be searched for; what is found is compared here."""
_START = 3
"""Letters that a name is searched by from its beginning on, in case its longest stretch is written another way."""


async def companies(client: ConnectWiseClient, record: Company) -> list[Candidate]:
    """Return companies that may be this one, best first."""
    parts, identifier = stretches(record.name), company_identifier(record)
    longest = max(parts, key=len, default="")
    terms = [equals("identifier", identifier), equals("name", record.name)]
    if len(longest) >= _WORD:
        terms.append(contains("name", longest))
    if parts and len(parts[0]) >= _START and record.name.startswith(parts[0]):
        terms.append(starts("name", parts[0][:_START]))
    if domain := domain_of(record.website):
        terms.append(contains("website", domain))
    if digits := phone_digits(record.phone):
        terms.append(f'phoneNumber like "*{digits[-_WORD:]}"')
    found = await client.find(COMPANIES, any_of(terms), label="Search for the company")
    return ranked(_company(record, identifier, row) for row in found)


def _company(record: Company, identifier: str, row: Row) -> Candidate:
    comparison = compare_company(
        record, name=text(row, "name"), website=text(row, "website"), phone=text(row, "phoneNumber")
    )
    comparison.note(text(row, "identifier").casefold() == identifier.casefold(), "identifier", 0.3)
    detail = ", ".join(part for part in (text(row, "city"), text(row, "identifier")) if part)
    return _candidate(COMPANIES, row, text(row, "name"), comparison, detail=detail)


async def contacts(client: ConnectWiseClient, record: Contact, company_id: str) -> list[Candidate]:
    """Return contacts that may be this one, best first: by e-mail anywhere, by name and mobile at the company."""
    found: dict[str, Row] = {}
    if record.email:
        children = all_of(
            equals("communicationItems/value", record.email), 'communicationItems/communicationType="Email"'
        )
        for row in await client.find(CONTACTS, "", children=children, label="Search for the contact by e-mail"):
            found[text(row, "id")] = row
    if company_id.isdigit() and record.last_name:
        condition = all_of(f"company/id={company_id}", equals("lastName", record.last_name))
        for row in await client.find(CONTACTS, condition, label="Search for the contact by name"):
            found[text(row, "id")] = row
    if company_id.isdigit() and (digits := phone_digits(record.mobile)):
        at_company, children = f"company/id={company_id}", f'communicationItems/value like "*{digits[-_WORD:]}"'
        for row in await client.find(CONTACTS, at_company, children=children, label="Search for the contact by mobile"):
            found[text(row, "id")] = row
    return ranked(each for row in found.values() if (each := _contact(record, company_id, row)) is not None)


def _contact(record: Contact, company_id: str, row: Row) -> Candidate | None:
    name, mails = rows.person(row), rows.emails(row)
    comparison = compare_contact(record, name=name, emails=mails, phones=rows.phones(row))
    company = text(rows.flat(CONTACTS, row), "company/id")
    if company_id:
        comparison.note(company == company_id, "company", 0.1, other=f"#{company}")
    if comparison.agrees == ["same company"]:
        return None
    return _candidate(CONTACTS, row, name, comparison, detail=", ".join(mails))


async def opportunities(client: ConnectWiseClient, record: Opportunity, company_id: str) -> list[Candidate]:
    """Return opportunities of the company that may be this one, best first."""
    if not company_id.isdigit():
        return []
    found = await client.find(OPPORTUNITIES, f"company/id={company_id}", label="Search for the opportunity")
    return ranked(
        _candidate(
            OPPORTUNITIES,
            row,
            text(row, "name"),
            compare_opportunity(record, title=text(row, "name")),
            detail=f"status {text(rows.flat(OPPORTUNITIES, row), 'status/name') or 'unknown'}",
        )
        for row in found
    )


async def products(client: ConnectWiseClient, record: Product) -> list[Candidate]:
    """Return catalog items that may be this product, best first."""
    identifier = item_identifier(record)
    terms = [equals("identifier", identifier), equals("description", record.name)]
    if record.mpn:
        terms.append(equals("manufacturerPartNumber", record.mpn))
    found = await client.find(CATALOG, any_of(terms), label="Search the catalog")
    return ranked(_product(record, identifier, row) for row in found)


def _product(record: Product, identifier: str, row: Row) -> Candidate:
    name, comparison = text(row, "description"), Comparison()
    comparison.note(names_agree(record.name, name), "name", 0.4, other=name)
    part_numbers = (text(row, "manufacturerPartNumber"), text(row, "identifier"))
    comparison.note(bool(record.mpn) and record.mpn in part_numbers, "part number", 0.5)
    comparison.note(text(row, "identifier") == identifier, "identifier", 0.3)
    return _candidate(CATALOG, row, name, comparison, detail=text(row, "identifier"))


def _candidate(entity: str, row: Row, name: str, comparison: Comparison, *, detail: str) -> Candidate:
    return comparison.candidate(entity, text(row, "id"), name, active=rows.is_active(row), detail=detail)


async def by_keys(client: ConnectWiseClient, entity: str, keys: Collection[str]) -> list[Row]:
    """Return rows that carry one of these keys."""
    found: list[Row] = []
    terms = [equals(KEY, key) for key in sorted(keys) if key]
    for portion in portions(terms, " or "):
        found += await client.find(entity, any_of(portion), label=f"Find {entity} by key")
    return [row for row in found if text(row, KEY) in keys]


async def lines_of_quotes(client: ConnectWiseClient, keys: Collection[str]) -> list[Row]:
    """Return lines that are stamped with one of these quotes' keys."""
    found: list[Row] = []
    terms = [starts(KEY, f"{key}/") for key in sorted(keys) if key]
    for portion in portions(terms, " or "):
        found += await client.find(LINES, any_of(portion), label="Find lines by their quote's key")
    return [row for row in found if rows.key_of_quote(text(row, KEY)) in keys]


_FOLLOWING = ("sales/orders", "service/tickets", "project/projects", "finance/agreements", "finance/invoices")
"""What may be made of a won opportunity (`convertTo…`), and names it."""
_ATTACHED = ("salesOrder/id", "ticket/id", "project/id", "agreement/id", "invoice/id")


async def followed_up(client: ConnectWiseClient, opportunities: Collection[str]) -> set[str]:
    """Return those opportunities that an order, ticket, project, agreement or invoice was made of.

    Either that names the opportunity, or a line of the opportunity names it.
    """
    ids = set(opportunities)
    if not ids:
        return set()

    async def ask(path: str, left: set[str]) -> set[str]:
        label = f"Look for {path} of won ones"
        behind = await client.by_ids(path, left, field="opportunity/id", label=label)
        return {text(rows.flat(path, row), "opportunity/id") for row in behind}

    lines = [rows.flat(LINES, row) for row in await client.by_ids(LINES, ids, field="opportunity/id")]
    found = {text(line, "opportunity/id") for line in lines if any(line.get(name) for name in _ATTACHED)}
    return (found & ids) | await following.followed_up(ids - found, _FOLLOWING, ask, _no_such_field)


def _no_such_field(failure: Failure) -> bool:
    return failure.facts.get("code") == "ApiFindCondition"


_SEARCHABLE = {
    COMPANIES: ("identifier", "name"),
    CONTACTS: ("company/id", "firstName", "lastName"),
    OPPORTUNITIES: ("company/id", "name"),
    CATALOG: ("identifier",),
    LINES: ("opportunity/id", "catalogItem/id"),
}


async def find_created(client: ConnectWiseClient, intent: Intent) -> list[Row]:
    """Return rows that a create without an answer may have made: all that was sent is in them.

    A create was only decided when no such row was there, so that one found now is its result, whoever wrote it.
    """
    sent = {name: intent.fields[name] for name in _SEARCHABLE[intent.entity] if intent.fields.get(name)}
    if intent.key and intent.fields.get(KEY):
        sent = {KEY: intent.key}
    condition = all_of(*(_term(name, value) for name, value in sent.items()))
    found = await client.find(intent.entity, condition, label=f"Look whether the {intent.entity} row was created")
    return [row for row in found if _holds(rows.flat(intent.entity, row), intent.fields.items())]


def _term(name: str, value: Any) -> str:
    return equals(name, value) if isinstance(value, str) else f"{name}={value}"


def _holds(row: Row, fields: Iterable[tuple[str, Any]]) -> bool:
    return all(same_value(row.get(name), value) for name, value in fields)
