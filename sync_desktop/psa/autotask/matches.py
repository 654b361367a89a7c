"""Finds rows of Autotask that may be a record already; inactive ones are included."""

from collections.abc import Collection
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Candidate, Intent
from sync_desktop.domain.names import domain_of, names_agree, phone_digits, stretches
from sync_desktop.domain.records import AnyRecord, Company, Contact, Opportunity, Product, Quote
from sync_desktop.domain.values import same_value
from sync_desktop.psa import following
from sync_desktop.psa.autotask.client import AutotaskClient, Row
from sync_desktop.psa.autotask.dialect import NO_SUCH_FIELD
from sync_desktop.psa.autotask.rows import KEY_FIELDS, entity_of, is_active, text
from sync_desktop.psa.matching import Comparison, compare_company, compare_contact, compare_opportunity, ranked

_MAILS = ("emailAddress", "emailAddress2", "emailAddress3")
_PHONES = ("phone", "mobilePhone", "alternatePhone")
_WORD = 4
"""Letters that a name's longest stretch must have to be searched for; what is found is compared here."""
_START = 3
"""Letters that a name is searched by from its beginning on, in case its longest stretch is written another way."""


def _or(items: list[Row]) -> list[Row]:
    return [{"op": "or", "items": items}] if len(items) > 1 else items


def _leaf(op: str, name: str, value: Any) -> Row:
    return {"op": op, "field": name, "value": value}


async def candidates(client: AutotaskClient, record: AnyRecord, parent_id: str) -> list[Candidate]:
    """Return what may be this record, best first; the parent is a company, or a quote's opportunity."""
    match record:
        case Company():
            return await _companies(client, record)
        case Contact():
            return await _contacts(client, record, parent_id)
        case Opportunity():
            return await _opportunities(client, record, parent_id)
        case Product():
            return await _products(client, record)
        case _:
            return await _quotes(client, record, parent_id)


async def _companies(client: AutotaskClient, record: Company) -> list[Candidate]:
    parts = stretches(record.name)
    longest = max(parts, key=len, default="")
    terms = [_leaf("contains", "companyName", longest)] if len(longest) >= _WORD else []
    if parts and len(parts[0]) >= _START and record.name.startswith(parts[0]):
        terms.append(_leaf("beginsWith", "companyName", parts[0][:_START]))
    terms.append(_leaf("eq", "companyName", record.name))
    if domain := domain_of(record.website):
        terms.append(_leaf("contains", "webAddress", domain))
    if digits := phone_digits(record.phone):
        terms.append(_leaf("endsWith", "phone", digits[-_WORD:]))
    rows = await client.query("Companies", _or(terms), label="Search for the company")
    return ranked(
        _candidate(
            "Companies",
            row,
            text(row, "companyName"),
            compare_company(
                record, name=text(row, "companyName"), website=text(row, "webAddress"), phone=text(row, "phone")
            ),
            detail=", ".join(part for part in (text(row, "city"), text(row, "companyNumber")) if part),
        )
        for row in rows
    )


async def _contacts(client: AutotaskClient, record: Contact, company_id: str) -> list[Candidate]:
    """Search everywhere by e-mail, at the company by last name and by mobile number.

    Not by the other number: that is often the company's own, and would make everybody there a near match.
    """
    terms = [_leaf("eq", name, record.email) for name in _MAILS if record.email]
    at_company = [_leaf("eq", "lastName", record.last_name)] if record.last_name else []
    if digits := phone_digits(record.mobile):
        at_company += [_leaf("endsWith", name, digits[-_WORD:]) for name in _PHONES]
    if company_id.isdigit() and at_company:
        terms.append({"op": "and", "items": [_leaf("eq", "companyID", int(company_id)), *_or(at_company)]})
    if not terms:
        return []
    rows = await client.query("Contacts", _or(terms), label="Search for the contact")
    found: list[Candidate] = []
    for row in rows:
        name = f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()
        emails = [text(row, each) for each in _MAILS if row.get(each)]
        comparison = compare_contact(record, name=name, emails=emails, phones=[text(row, each) for each in _PHONES])
        if company_id:
            comparison.note(text(row, "companyID") == company_id, "company", 0.1, other=f"#{text(row, 'companyID')}")
        if comparison.agrees == ["same company"]:
            continue
        found.append(_candidate("Contacts", row, name, comparison, detail=", ".join(emails)))
    return ranked(found)


async def _opportunities(client: AutotaskClient, record: Opportunity, company_id: str) -> list[Candidate]:
    if not company_id.isdigit():
        return []
    rows = await client.query(
        "Opportunities", [_leaf("eq", "companyID", int(company_id))], label="Search for the opportunity"
    )
    return ranked(
        _candidate(
            "Opportunities",
            row,
            text(row, "title"),
            compare_opportunity(record, title=text(row, "title")),
            detail=f"created {text(row, 'createDate')[:10]}",
        )
        for row in rows
    )


async def _products(client: AutotaskClient, record: Product) -> list[Candidate]:
    entity = entity_of(record)
    terms = [_leaf("eq", "name", record.name)]
    if entity == "Products":
        terms += [
            _leaf("eq", name, value)
            for name, value in (("manufacturerProductName", record.mpn), ("internalProductID", record.internal_id))
            if value
        ]
    if entity == "Roles":
        terms = [_leaf("exist", "id", None)]
    rows = await client.query(entity, _or([_bare(term) for term in terms]), label=f"Search {entity}")
    found: list[Candidate] = []
    for row in rows:
        comparison = Comparison()
        comparison.note(names_agree(record.name, text(row, "name")), "name", 0.4, other=text(row, "name"))
        comparison.note(bool(record.mpn) and record.mpn == text(row, "manufacturerProductName"), "part number", 0.5)
        comparison.note(
            bool(record.internal_id) and record.internal_id == text(row, "internalProductID"), "internal id", 0.3
        )
        if entity == "Roles" and not comparison.agrees:
            comparison.agrees.append("a role that labour can be sold as")
        found.append(_candidate(entity, row, text(row, "name"), comparison, detail=text(row, "description")[:80]))
    return ranked(found)


async def _quotes(client: AutotaskClient, record: Quote, opportunity_id: str) -> list[Candidate]:
    terms = [_leaf("in", "externalQuoteNumber", list(record.stamps))]
    if opportunity_id.isdigit():
        terms.append(_leaf("eq", "opportunityID", int(opportunity_id)))
    rows = await client.query("Quotes", _or(terms), label="Search for the quote")
    return ranked(_quote(record, row) for row in rows)


def _quote(record: Quote, row: Row) -> Candidate:
    name, key, comparison = text(row, "name"), text(row, "externalQuoteNumber"), Comparison()
    comparison.note(key in record.stamps, "external quote number", 1.0)
    comparison.note(not key and names_agree(record.title or record.number, name), "name", 0.6)
    return _candidate("Quotes", row, name, comparison, detail=f"opportunity #{text(row, 'opportunityID')}")


def _bare(term: Row) -> Row:
    return {name: value for name, value in term.items() if not (name == "value" and value is None)}


def _candidate(entity: str, row: Row, name: str, comparison: Comparison, *, detail: str) -> Candidate:
    return comparison.candidate(entity, text(row, "id"), name, active=is_active(row), detail=detail)


_FOLLOWING = ("SalesOrders", "Tickets", "Contracts", "Projects")
"""What the wizard for won opportunities makes of one, and names it with `opportunityID`.

The published description of 2020 has that field of the first three, the vendor's field information of 2023 of projects
too. Invoices name no opportunity: they bill what these have brought.
"""


async def followed_up(client: AutotaskClient, opportunities: Collection[str]) -> set[str]:
    """Return those opportunities that a sales order, ticket, contract or project was made of."""

    async def ask(entity: str, left: set[str]) -> set[str]:
        label = f"Look for {entity} of won opportunities"
        behind = await client.by_ids(entity, left, field="opportunityID", label=label)
        return {text(row, "opportunityID") for row in behind}

    return await following.followed_up(opportunities, _FOLLOWING, ask, _no_such_field)


def _no_such_field(failure: Failure) -> bool:
    return failure.facts.get("reason") == NO_SUCH_FIELD


SEARCHED = {
    "Companies": ("companyName",),
    "Contacts": ("companyID", "lastName", "firstName"),
    "Opportunities": ("companyID", "title"),
    "Products": ("name", "productBillingCodeID"),
    "Services": ("name",),
    "ServiceBundles": ("name",),
    "Quotes": ("opportunityID", "name"),
    "QuoteLocations": ("address1", "city", "postalCode"),
    "QuoteItems": ("quoteID",),
}
"""By what a create without a key is searched for, its parent first; what is found has to hold all that was sent."""


async def find_created(client: AutotaskClient, intent: Intent) -> list[Row]:
    """Return rows that a create without an answer may have made: all that was sent is in them.

    A create was only decided when no such row was there, so that one found now is its result, whoever wrote it.
    Quote locations have nothing to tell them apart: of equal ones, any that no quote uses will do.
    """
    key_field = KEY_FIELDS.get(intent.entity, "")
    if intent.key and key_field and intent.fields.get(key_field):
        filters = [_leaf("eq", key_field, intent.key)]
    else:
        sent = {**intent.fields, **({"quoteID": intent.parent_id} if intent.entity == "QuoteItems" else {})}
        filters = [_leaf("eq", name, sent[name]) for name in SEARCHED[intent.entity] if sent.get(name)]
        filters = filters or [{"op": "notExist", "field": name} for name in SEARCHED[intent.entity]]
    rows = await client.query(intent.entity, filters, label=f"Look whether the {intent.entity} row was created")
    rows = [row for row in rows if _holds(row, intent.fields)]
    if intent.entity == "QuoteLocations":
        rows = await _unused(client, rows)
    return rows


def _holds(row: Row, fields: dict[str, Any]) -> bool:
    return all(same_value(row.get(name), value) for name, value in fields.items())


async def _unused(client: AutotaskClient, locations: list[Row]) -> list[Row]:
    if not locations:
        return []
    ids = [row["id"] for row in locations]
    members = ("billToLocationID", "shipToLocationID", "soldToLocationID")
    quotes = await client.query(
        "Quotes", _or([_leaf("in", name, ids) for name in members]), label="Look which locations are in use"
    )
    used = {str(quote.get(name)) for quote in quotes for name in members}
    return [row for row in locations if str(row["id"]) not in used]
