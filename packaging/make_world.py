"""Invent the sandbox's default world and write `resources/sandbox/default.json`.

`PYTHONPATH=. python packaging/make_world.py` runs it from the top of a checkout. It was run once; its result is kept
as data; it is here so that one can see where the data came from. The same seed gives the same file. Dates stand as days
from today, and `cases` tells which quote shows what, for people and tests.
"""

import json
from pathlib import Path
from typing import Any

from world_builder import FIRST_OWNER, Builder, Row, day
from world_cases import Cases
from world_words import BILLING_CODES, CATALOGUE, COMPANIES, ROLES, SITE, VENDORS

from sync_desktop.sandbox.credentials import API_RESOURCE_ID, VENDOR_RESOURCE_ID

SEED = 20
TARGET = Path(__file__).resolve().parent.parent / "resources" / "sandbox" / "default.json"

# field of Salesbuildr, value, id in Autotask, deleted
FIELDS = (
    ("stage", "Qualification", 21, False),
    ("stage", "Proposal", 22, False),
    ("stage", "Negotiation", 23, False),
    ("stage", "Verbal", 24, False),
    ("stage", "Closing", 25, False),
    ("stage", "Discovery workshop", None, False),
    ("stage", "Old stage", 29, True),
    ("opportunity-category", "New hardware", 1, False),
    ("opportunity-category", "Managed services", 2, False),
    ("opportunity-category", "Project", 3, False),
    ("opportunity-category", "Renewal", 4, False),
    ("opportunity-source", "Referral", 11, False),
    ("opportunity-source", "Website", 12, False),
    ("payment-term", "Net 15", 5, False),
    ("payment-term", "Net 30", 6, False),
    ("payment-term", "Net 45", 7, False),
    ("payment-term", "Due on receipt", 8, False),
    ("payment-term", "Net 60", 9, True),
)


def fields_of(make: Builder) -> dict[str, Row]:
    """Make the values of the drop-down fields, by their name."""
    made: dict[str, Row] = {}
    for order, (field, name, external, deleted) in enumerate(FIELDS, start=1):
        row = make.add(
            "field",
            field=field,
            displayValue=name,
            externalIdentifier=external and str(external),
            order=order,
            parentValue=None,
            deleted=deleted,
        )
        made[name] = row
    return made


def staff(make: Builder) -> list[Row]:
    """Make twelve owners and their resources: the eleventh is not linked, the twelfth has left."""
    shared = {"resourceType": "Employee", "licenseType": 1}
    for row_id, name in ((API_RESOURCE_ID, "Sync Desktop"), (VENDOR_RESOURCE_ID, "Salesbuildr")):
        user = name.lower().replace(" ", "-")
        fields = {"firstName": name, "lastName": "API", "email": f"{user}@fabrikam.example", "userName": user}
        make.keep("Resources", id=row_id, **fields, isActive=True, resourceType="Employee", licenseType=7)
    owners = []
    for number in range(12):
        first, last = make.person()
        email = f"{first}.{last}@fabrikam.example".lower()
        external = str(FIRST_OWNER + number) if number != 10 else None
        owners.append(make.add("owner", name=f"{first} {last}", email=email, externalIdentifier=external))
        if external:
            fields = {"firstName": first, "lastName": last, "email": email, "userName": email.partition("@")[0]}
            make.keep("Resources", id=int(external), **fields, isActive=number != 11, **shared)
    return owners


def tenant(make: Builder) -> None:
    """Make what an administrator has set up in Autotask."""
    for code, name, use, active in BILLING_CODES:
        account = {4: 4000, 5: 4100, 2: 5000}.get(use, 4100)
        fields = {"isActive": active, "useType": use, "billingCodeType": 0, "generalLedgerAccount": account}
        make.keep("BillingCodes", id=code, name=name, **fields)
    for name, role, rate in ROLES:
        make.keep("Roles", id=role, name=name, hourlyRate=rate, hourlyFactor=1, isActive=True)
    for term, name, days, active in ((5, "Net 15", 15, True), (6, "Net 30", 30, True), (7, "Net 45", 45, False)):
        make.keep("PaymentTerms", id=term, name=name, paymentDueInDays=days, isActive=active)
    make.keep("PaymentTerms", id=8, name="Due on receipt", paymentDueInDays=0, isActive=True)
    for row_id, name in ((1, "Courier"), (2, "Express"), (3, "Collected")):
        make.keep("ShippingTypes", id=row_id, name=name, isActive=True, billingCodeID=407)
    for row_id, name in ((1, "Hardware"), (2, "Managed services"), (3, "Project"), (4, "Renewal")):
        make.keep("OpportunityCategories", id=row_id, name=name, isActive=row_id != 4)
    for row_id, name in ((1, "Standard"), (2, "Exempt")):
        make.keep("TaxRegions", id=row_id, name=name, isActive=True)
    make.keep("TaxCategories", id=1, name="Goods", isActive=True)
    make.keep("Taxes", id=1, taxName="Sales tax", taxCategoryID=1, taxRegionID=1, taxRate=8.5, isCompounded=False)
    make.keep("Departments", id=1, name="Sales")
    make.keep("QuoteTemplates", id=1, name="Standard", isActive=True)
    country = {"name": "United States", "displayName": "United States", "countryCode": "US", "addressFormatID": 1}
    make.keep("Countries", id=237, **country, isActive=True, isDefaultCountry=True)
    formats = {"currencyPositiveFormat": "$1.1", "currencyNegativeFormat": "-$1.1"}
    make.keep("Currencies", id=1, name="USD", exchangeRate=1, isActive=True, isInternalCurrency=True, **formats)


def catalogue(make: Builder) -> None:
    """Make everything that is sold and linked."""
    for category, kind, term, maker, name, variants, cost, step, margin in CATALOGUE:
        for place, variant in enumerate(variants.split()):
            amount = round(cost + place * step + 0.4, 2)
            price = round(amount * margin) - 0.05 if amount > 20 else round(amount * margin, 2)
            make.product(category, kind, term, name.format(variant), amount, round(price, 2), vendor=maker)
    for name, role, rate in ROLES:
        make.product("Labour", "labor", "one-time", name, round(rate * 0.45, 2), float(rate), role=role)


def newcomers(make: Builder) -> dict[str, list[Row]]:
    """Make products that Autotask does not know yet."""
    names = {
        "Networking": (
            "Telluris S12 rugged switch",
            "Telluris cellular failover kit",
            "Telluris AP8 outdoor access point",
        ),
        "Firewalls": ("Gatekeep 80 firewall", "Gatekeep 120 firewall", "Gatekeep 200 firewall cluster"),
        "Cloud backup": ("Coldstore backup licence, 1 TB", "Coldstore backup licence, 5 TB"),
        "Cabling": ("Fibre patch set, 10 pairs", "Wall rack, 12 units"),
        "Security": ("Gatekeep endpoint shield, perpetual", "Gatekeep identity token set"),
    }
    made: dict[str, list[Row]] = {}
    for category, products in names.items():
        for place, name in enumerate(products, start=1):
            cost = round(140.0 * place + 0.4, 2)
            row = make.product(category, "product", "one-time", name, cost, round(cost * 1.25, 2), linked=False)
            made.setdefault(category, []).append(row)
    return made


def oddities(make: Builder) -> dict[str, Row]:
    """Make the products that are in the way, each in its own manner."""
    made = {
        "no role": make.product("Labour", "labor", "one-time", "Structured cabling crew", 60.0, 130.0, linked=False),
        "refused": make.product("Peripherals", "product", "one-time", "Brightwell dock D90 (clearance)", 40.4, 55.95),
        "deleted": make.product("Monitors", "product", "one-time", 'Brightwell 19" monitor', 70.4, 89.95),
        "inactive": make.product("Printers", "product", "one-time", "Quire M110 laser printer", 120.4, 149.95),
    }
    make.remove("Products", made["deleted"]["externalIdentifier"])
    make.psa_row("Products", made["inactive"]["externalIdentifier"])["isActive"] = False
    return made


def world() -> dict[str, Any]:
    """Return the whole world as its file holds it."""
    make = Builder(SEED)
    tenant(make)
    fields, owners = fields_of(make), staff(make)
    make.category_rows()
    address, area = make.address()
    own = {"companyName": SITE, "companyType": 1, "ownerResourceID": FIRST_OWNER, "phone": make.phone(area)}
    place = {"address1": address["street"], "city": address["city"], "state": address["state"]}
    make.keep("Companies", id=0, **own, **place, countryID=237, isActive=True)
    for name in VENDORS:
        vendor = {"companyName": name, "companyType": 7, "ownerResourceID": FIRST_OWNER, "phone": make.phone(area)}
        make.keep("Companies", **vendor, isActive=True, createDate=day(1200))
    companies = [
        make.company(name, owners[number % 10], prospect=number % 6 == 5) for number, name in enumerate(COMPANIES)
    ]
    catalogue(make)
    new = newcomers(make)
    cases = Cases(make, companies, owners, fields)
    odd = oddities(make)  # after the cases have looked for what is in order
    cases.in_step()
    cases.ready(new["Networking"])
    cases.left_out()
    cases.mappings(new)
    cases.opportunities()
    cases.companies_in_the_way()
    cases.contacts_in_the_way()
    cases.terms()
    cases.lines(odd)
    refused = {"productID": int(odd["refused"]["externalIdentifier"])}
    errors = ["This product cannot be quoted: clearance stock is sold by the warehouse only."]
    rules = [{"entity": "QuoteItems", "when": refused, "errors": errors}]
    site = {"name": SITE, "psa": "autotask", "tenant_rules": rules, "cases": make.cases}
    return {
        "schema_version": 1,
        "name": "default",
        "sites": [{**site, "salesbuildr": make.quoting, "autotask": make.psa}],
    }


def write(value: Any, depth: int = 0) -> str:
    """Return JSON with one row a line, so that a difference between two versions can be read."""
    if depth < 5 and isinstance(value, dict) and value:
        inside = ",\n".join(f"{json.dumps(name)}: {write(member, depth + 1)}" for name, member in value.items())
        return f"{{\n{inside}\n}}"
    if depth < 5 and isinstance(value, list) and value and isinstance(value[0], dict):
        inside = ",\n".join(
            write(row, depth + 1) if depth == 1 else json.dumps(row, ensure_ascii=False) for row in value
        )
        return f"[\n{inside}\n]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    TARGET.write_text(write(world()) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.stat().st_size // 1024} KiB")
