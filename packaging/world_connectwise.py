"""What ConnectWise holds of a site: the PSA's side of the generator of worlds.

Rows have the members that the API answers, references as whole objects. There is no quote: what has arrived are the
lines (`procurement/products`) of an opportunity.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from world_connectwise_setup import CATEGORY_TARGETS, CYCLES, MAKERS, SETUP
from world_psa import PsaSide, Row, day

FIRST_IDS = {
    "company/companies": 2001,
    "company/companies/sites": 2601,
    "company/contacts": 5001,
    "sales/opportunities": 7001,
    "procurement/catalog": 801,
    "procurement/products": 12001,
    "sales/orders": 301,
    "service/tickets": 9101,
}
COMPANIES, SITES, CONTACTS = "company/companies", "company/companies/sites", "company/contacts"
OPPORTUNITIES, CATALOG, LINES = "sales/opportunities", "procurement/catalog", "procurement/products"
FIRST_OWNER = 151
LOCATION, DEPARTMENT = 11, 10
OPEN, WON, LOST, UNDECIDED = 1, 2, 3, 4
"""Opportunity statuses, as installations have them from the start."""
SHIPPING_ITEM, SET_UP_ITEM = 791, 792
"""What the site's defaults for lines without a product of their own are meant to name."""
LONGEST_IDENTIFIER, LONGEST_DESCRIPTION = 25, 60


class ConnectWise(PsaSide):
    """Collects the rows of one tenant."""

    system = "connectwise"
    first_owner = FIRST_OWNER
    opportunities, companies, contacts = OPPORTUNITIES, COMPANIES, CONTACTS
    holds_options = False
    bare_when_in_step = True
    categories = (
        *((name, "", None) for name in ("Hardware", "Software and cloud", "Services")),
        *((name, parent, None) for name, (parent, *_) in CATEGORY_TARGETS.items()),
        ("Signage", "Hardware", None),
    )
    fields = (
        ("stage", "Qualification", 4, False),
        ("stage", "Proposal", 6, False),
        ("stage", "Negotiation", 7, False),
        ("stage", "Verbal", 8, False),
        ("stage", "Closing", 9, False),
        ("stage", "Discovery workshop", None, False),
        ("stage", "Old stage", 19, True),
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
    more_catalogue = (
        ("Cloud backup", "product", "one-time", "Coldstore", "Coldstore appliance, {} bays", "2 4", 310, 260, 1.25),
        ("Audio and video", "product", "one-time", "Brightwell", "Brightwell sound bar {}", "S1 S2", 120, 60, 1.3),
        ("Door entry", "product", "one-time", "Gatekeep", "Gatekeep door reader {}", "R1 R2", 90, 45, 1.35),
        ("Power", "product", "one-time", "Telluris", "Telluris UPS {} VA", "750 1500", 140, 120, 1.25),
    )

    def __init__(self, random: Random) -> None:
        super().__init__(random, FIRST_IDS)
        self._items = 0

    def ref(self, collection: str, row_id: object) -> Row:
        """Return a reference to a row as the API answers it."""
        row = self.row(collection, row_id)
        name = row.get("name") or row.get("description") or f"{row.get('firstName')} {row.get('lastName')}"
        return {"id": row["id"], **({"identifier": row["identifier"]} if "identifier" in row else {}), "name": name}

    def set_up(self) -> None:
        """Make what an administrator has set up."""
        for collection, rows in SETUP.items():
            for row in rows:
                self.keep(collection, **row)
        for row_id, identifier, name, subcategory in (
            (SHIPPING_ITEM, "SHIPPING", "Shipping and handling", 348),
            (SET_UP_ITEM, "SETUP", "Set-up and configuration", 351),
        ):
            texts = {"identifier": identifier, "description": name, "customerDescription": name}
            place = self.ref("procurement/subcategories", subcategory)
            category = self.row("procurement/subcategories", subcategory)["category"]
            kind = {"type": self.ref("procurement/types", 4), "productClass": "Service", "inactiveFlag": False}
            self.keep(CATALOG, id=row_id, **texts, subcategory=place, category=category, **kind, price=0, cost=0)

    def member(self, row_id: int, first: str, last: str, email: str, *, active: bool) -> None:
        """Make a member."""
        who = {"identifier": f"{first[0]}{last}"[:15], "firstName": first, "lastName": last, "officeEmail": email}
        self.keep("system/members", id=row_id, **who, licenseClass="F", inactiveFlag=not active)

    def own_company(self, name: str, address: Row, phone: str) -> None:
        """Make the company that the MSP itself is in its own installation."""
        self.keep("login/companyinfo", id=1, CompanyName=name)
        shared = {"identifier": _identifier(name), "name": name, "phoneNumber": _digits(phone), **_address(address)}
        self.keep(
            COMPANIES, id=2, **shared, **_status(active=True), types=[{"id": 3, "name": "Owner"}], deletedFlag=False
        )

    def vendor(self, name: str, phone: str) -> None:
        """Make a vendor."""
        shared = {"identifier": _identifier(name), "name": name, "phoneNumber": _digits(phone), "isVendorFlag": True}
        self.keep(COMPANIES, **shared, **_status(active=True), types=[{"id": 4, "name": "Vendor"}], deletedFlag=False)

    def company(self, row: Row, owner: Row, *, active: bool = True) -> int:
        """Make a company with its main site."""
        company_id, site_id = self.next_id(COMPANIES), self.next_id(SITES)
        kind = {"id": 2, "name": "Prospect"} if row["type"] == "Prospect" else {"id": 1, "name": "Client"}
        twin = any(each["identifier"] == _identifier(row["name"]) for each in self.rows[COMPANIES])
        self.keep(
            COMPANIES,
            id=company_id,
            identifier=f"{_identifier(row['name'])}{'2' if twin else ''}",
            name=row["name"],
            **_status(active=active),
            **_address(row["address"]),
            country={"id": 1, "name": "United States"},
            phoneNumber=_digits(row["telephone"]),
            website=row["website"],
            territoryManager=self.ref("system/members", owner["externalIdentifier"] or FIRST_OWNER),
            billingTerms={"id": 6, "name": "Net 30"},
            types=[kind],
            site={"id": site_id, "name": "Main"},
            isVendorFlag=False,
            deletedFlag=False,
            dateAcquired=day(self.random.randint(400, 1600)),
        )
        place = {name: value for name, value in _address(row["address"]).items() if name != "state"}
        flags = {"primaryAddressFlag": True, "defaultBillingFlag": True, "inactiveFlag": False}
        self.keep(SITES, id=site_id, name="Main", **place, **flags, company=self.ref(COMPANIES, company_id))
        return company_id

    def contact(self, row: Row, company_id: int) -> int:
        """Make a contact with its e-mail address and telephones."""
        contact_id = self.next_id(CONTACTS)
        items = [("Email", 1, "Email", row["email"]), ("Phone", 2, "Direct", row["phone"])]
        if row["mobilePhone"]:
            items.append(("Phone", 4, "Cell", row["mobilePhone"]))
        told: list[Row] = []
        for place, (sort, type_id, name, value) in enumerate(items):
            email = {"domain": f"@{value.partition('@')[2]}"} if sort == "Email" else {}
            shown = value if sort == "Email" else _digits(value)
            item = {"id": 10 * contact_id + place, "type": {"id": type_id, "name": name}, "value": shown}
            told.append({**item, "defaultFlag": place < 2, **email, "communicationType": sort})
        return self.keep(
            CONTACTS,
            id=contact_id,
            firstName=row["firstName"],
            lastName=row["lastName"],
            company=self.ref(COMPANIES, company_id),
            site=self.row(COMPANIES, company_id)["site"],
            inactiveFlag=False,
            defaultPhoneNbr=_digits(row["phone"]),
            communicationItems=told,
        )

    def product(self, row: Row, category: str) -> int:
        """Make a catalog item."""
        _, category_id, subcategory_id, type_id = CATEGORY_TARGETS[category]
        recurring = row["term"] != "one-time"
        unit = {"id": 2, "name": "Month"} if recurring else {"id": 3, "name": "Hour"} if row["unit"] == "hour" else None
        fields = {
            "identifier": row["internalProductId"],
            "description": row["name"][:LONGEST_DESCRIPTION],
            "inactiveFlag": False,
            "subcategory": {"id": subcategory_id, "name": category},
            "type": self.ref("procurement/types", type_id),
            "productClass": _class(row, recurring=recurring),
            "serializedFlag": row["isSerialized"],
            "unitOfMeasure": unit or {"id": 1, "name": "Each"},
            "price": row["price"],
            "cost": row["cost"],
            "taxableFlag": True,
            "customerDescription": row["shortDescription"],
            "manufacturer": row["vendor"] and {"id": MAKERS.index(row["vendor"]) + 1, "name": row["vendor"]},
            "manufacturerPartNumber": row["mpn"],
            "integrationXRef": row["id"],
            "recurringFlag": recurring,
            "category": {"id": category_id, "name": self._category_name(category_id)},
        }
        if recurring:
            money = {"recurringRevenue": row["price"], "recurringCost": row["cost"], "recurringOneTimeFlag": False}
            cycle = {"recurringBillCycle": _cycle(row["term"]), "recurringCycleType": "CalendarYear"}
            fields |= {"priceAttribute": "FixedFee", **money, **cycle}
        made = self.keep(CATALOG, **fields)
        self.row(CATALOG, str(made))["_info"] = _entered(made - FIRST_IDS[CATALOG] + 1)
        return made

    def _category_name(self, category_id: int) -> str:
        """Return a category's name; of one that was deleted, what items still call it."""
        found = [row for row in self.rows["procurement/categories"] if row["id"] == category_id]
        return str(found[0]["name"]) if found else "Racks (old)"

    def opportunity(
        self, row: Row, company: Row, contact: Row | None, owner: Row, stage: Row | None, category: Row | None
    ) -> int:
        """Make an opportunity."""
        fields: dict[str, Any] = {
            "name": row["name"],
            "expectedCloseDate": row["expectedCloseDate"],
            "type": self.ref("sales/opportunities/types", (category or {}).get("externalIdentifier") or 3),
            "stage": self.ref("sales/stages", (stage or {}).get("externalIdentifier") or 6),
            "status": {"id": OPEN, "name": "Open"},
            "probability": {"id": 6, "name": "60"},
            "primarySalesRep": self.ref("system/members", owner["externalIdentifier"] or FIRST_OWNER),
            "locationId": LOCATION,
            "businessUnitId": DEPARTMENT,
            "company": self.ref(COMPANIES, company["externalIdentifier"]),
            "dateBecameLead": row["createdAt"],
        }
        if contact and contact["externalIdentifier"]:
            fields["contact"] = self.ref(CONTACTS, contact["externalIdentifier"])
        fields["site"] = self.row(COMPANIES, company["externalIdentifier"])["site"]
        return self.keep(OPPORTUNITIES, **fields)

    def revenue(self, opportunity_id: str, revenue: float, profit: float) -> None:
        """Do nothing: what an opportunity comes to is its forecast, which ConnectWise makes of its lines."""

    def arrive(
        self, quote: Row, of: Mapping[str, Row], products: Mapping[str, Row], categories: Mapping[str, Row]
    ) -> int:
        """Make the lines of the quote's opportunity, and return the opportunity's id."""
        opportunity = int(of["opportunity"]["externalIdentifier"])
        for place, item in enumerate(quote["items"], start=1):
            sold = {name: item[name] for name in ("name", "quantity", "price", "cost")}
            stamp, text = f"{quote['number']}/line:{item['id']}", item["shortDescription"]
            linked_to = int(products[item["productId"]]["externalIdentifier"])
            self._line(opportunity, linked_to, place, **sold, stamp=stamp, text=text, term=item["term"])
        if quote["shippingType"]:
            sold = {name: quote["shippingType"][name] for name in ("name", "price", "cost")}
            linked_to, place = int(quote["shippingType"]["externalIdentifier"]), len(quote["items"]) + 1
            self._line(opportunity, linked_to, place, **sold, quantity=1, stamp=f"{quote['number']}/shipping")
        return opportunity

    def _line(self, opportunity_id: int, catalog_id: int, place: int, **sold: Any) -> None:
        item = self.row(CATALOG, catalog_id)
        opportunity = self.row(OPPORTUNITIES, opportunity_id)
        term = sold.get("term", "one-time")
        revenue, spent = (round(sold["quantity"] * sold[name], 2) for name in ("price", "cost"))
        fields: dict[str, Any] = {
            "catalogItem": {"id": catalog_id, "identifier": item["identifier"]},
            "description": sold["name"],
            "sequenceNumber": place,
            "quantity": sold["quantity"],
            "price": sold["price"],
            "cost": sold["cost"],
            "discount": 0,
            "extPrice": revenue,
            "extCost": spent,
            "margin": round(revenue - spent, 2),
            "billableOption": "Billable",
            "locationId": LOCATION,
            "businessUnitId": DEPARTMENT,
            "taxableFlag": True,
            "customerDescription": sold.get("text") or sold["name"],
            "opportunity": {"id": opportunity_id, "name": opportunity["name"]},
            "company": opportunity["company"],
            "forecastStatus": {"id": OPEN, "name": "Open"},
            "productClass": item["productClass"],
            "integrationXRef": sold.get("stamp"),
        }
        if term != "one-time":
            cycle = _cycle(term)
            money = {"recurringRevenue": sold["price"], "recurringCost": sold["cost"]}
            fields["recurring"] = {**money, "billCycleId": cycle["id"], "billCycle": cycle}
        self.keep(LINES, **fields)

    def retire_company(self, row_id: str) -> None:
        """Make a company inactive: ConnectWise has a status for that."""
        self.row(COMPANIES, row_id).update(_status(active=False))

    def delete_company(self, row_id: str) -> None:
        """Put a company into the recycle bin, from where lists still show it."""
        self.row(COMPANIES, row_id).update(deletedFlag=True, dateDeleted=day(4), deletedBy="mreed")

    def merge_company(self, row_id: str, into: str) -> None:
        """Merge a company into another, which gets its site and opportunities."""
        self._point(row_id, into)
        self.remove(COMPANIES, row_id)

    def rename_company(self, row_id: str, name: str, website: str, phone: str) -> None:
        """Make a company another one altogether."""
        changed = {"identifier": _identifier(name), "name": name, "website": website, "phoneNumber": _digits(phone)}
        self.row(COMPANIES, row_id).update(changed)
        self._point(row_id, row_id)

    def _point(self, row_id: str, to: str) -> None:
        """Let what belongs to a company belong to another, under the name that it has now."""
        for row in (*self.rows[SITES], *self.rows[OPPORTUNITIES]):
            if row["company"]["id"] == int(row_id):
                row["company"] = self.ref(COMPANIES, to)

    def delete_contact(self, row_id: str) -> None:
        """Delete a contact: its opportunities are left without one."""
        for row in self.rows[OPPORTUNITIES]:
            if row.get("contact", {}).get("id") == int(row_id):
                del row["contact"]
        self.remove(CONTACTS, row_id)

    def retire_contact(self, row_id: str) -> None:
        """Make a contact inactive."""
        self.row(CONTACTS, row_id)["inactiveFlag"] = True

    def move_contact(self, row_id: str, company_id: str) -> None:
        """Put a contact into another company."""
        site = self.row(COMPANIES, company_id)["site"]
        self.row(CONTACTS, row_id).update(company=self.ref(COMPANIES, company_id), site=site)

    def lose(self, opportunity_id: str) -> None:
        """Mark an opportunity as lost."""
        self.close(opportunity_id, LOST)

    def close(self, opportunity_id: str, status: int) -> Row:
        """Give an opportunity a status that closes it, and return its row."""
        row = self.row(OPPORTUNITIES, opportunity_id)
        row.update(status=self.ref("sales/opportunities/statuses", status), closedDate=day(1))
        return row

    def win(self, opportunity_id: str, *, ordered: bool) -> None:
        """Mark an opportunity as won, with a sales order or without."""
        won = self.close(opportunity_id, WON)
        if ordered:
            self.keep("sales/orders", **_behind(won), identifier=f"SO-{len(self.rows.get('sales/orders', ())) + 1}")

    def win_with_ticket(self, opportunity_id: str) -> None:
        """Mark an opportunity as won; its work was turned into a ticket."""
        won = self.close(opportunity_id, WON)
        board = {"id": 1, "name": "Projects"}
        self.keep("service/tickets", **_behind(won), summary=won["name"], board=board)

    def add_line(self, quote_id: int) -> None:
        """Add a line to an opportunity, as somebody else would."""
        item = self.rows[CATALOG][9]
        sold = {"name": item["description"], "quantity": 1, "price": 99, "cost": 60}
        self._line(quote_id, item["id"], 90, **sold)


def _behind(won: Row) -> Row:
    reference = {"id": won["id"], "name": won["name"]}
    return {"company": won["company"], "contact": won["contact"], "opportunity": reference}


def _identifier(name: str) -> str:
    """Return a company's short name: letters and digits."""
    return "".join(letter for letter in name if letter.isalnum())[:LONGEST_IDENTIFIER]


def _digits(phone: str) -> str:
    """Return a telephone number as ConnectWise keeps it."""
    return "".join(filter(str.isdigit, phone))


def _address(address: Row) -> Row:
    told = {"addressLine1": "street", "addressLine2": "apartment", "city": "city", "state": "state", "zip": "zip"}
    return {field: address[member] for field, member in told.items() if address[member]}


def _status(*, active: bool) -> Row:
    return {"status": {"id": 1, "name": "Active"} if active else {"id": 2, "name": "Inactive"}}


def _entered(number: int) -> Row:
    """Return when an item was entered, long ago, and by whom: mostly by Salesbuildr, each ninth one by a person."""
    moment = f"2025-{1 + number % 11:02}-{1 + number % 27:02}T{8 + number % 9:02}:{number % 60:02}:00Z"
    who = "Salesbuildr" if number % 9 else "MTaylor"
    return {"lastUpdated": moment, "updatedBy": who, "dateEntered": moment, "enteredBy": who}


def _cycle(term: str) -> Row:
    row_id, _, name = CYCLES[term]
    return {"id": row_id, "name": name}


def _class(row: Row, *, recurring: bool) -> str:
    if recurring:
        return "Agreement"
    kinds = {"labor": "Service", "service": "Service", "bundle": "Bundle"}
    return kinds.get(row["productType"], "Inventory" if row["isSerialized"] else "NonInventory")
