"""What HaloPSA holds of a site: the PSA's side of the generator of worlds.

Rows have the members that the API answers, without what it joins from other rows (names of what is pointed at).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from world_halopsa_setup import (
    CATEGORY_TARGETS,
    CUSTOMER,
    FIRST_MAKER,
    GROUPS,
    LOST,
    MAKERS,
    NEW,
    OPPORTUNITY_TYPE,
    PERIODS,
    PROSPECT,
    QUOTE_STATUS,
    SETUP,
    SHIPPING_TYPE,
    TAX_PERCENT,
    WON,
)
from world_psa import PsaSide, Row, day

FIRST_IDS = {
    "Client": 41,
    "Site": 71,
    "Users": 1101,
    "Opportunities": 2301,
    "Item": 601,
    "Quotation": 901,
    "SalesOrder": 55,
    "QuotationDetail": 8001,
}
FIRST_OWNER = 20
OWN_CLIENT = 12
SHIPPING_ITEM, SET_UP_ITEM = 591, 592
"""What the site's defaults for lines without a product of their own are meant to name."""
IN_STOCK, DISCONTINUED = 0, 1
"""Statuses of items: there is no member that says inactive."""


class HaloPsa(PsaSide):
    """Collects the rows of one instance."""

    system = "halopsa"
    first_owner = FIRST_OWNER
    opportunities, companies, contacts = "Opportunities", "Client", "Users"
    categories = (
        *((name, "", None) for name in ("Hardware", "Software and cloud", "Services")),
        *((name, parent, None) for name, (parent, *_) in CATEGORY_TARGETS.items()),
        ("Signage", "Hardware", None),
    )
    fields = (
        ("stage", "Qualification", 401, False),
        ("stage", "Proposal", 402, False),
        ("stage", "Negotiation", 403, False),
        ("stage", "Verbal", 404, False),
        ("stage", "Closing", 405, False),
        ("stage", "Discovery workshop", None, False),
        ("stage", "Old stage", 419, True),
        ("opportunity-category", "New hardware", 501, False),
        ("opportunity-category", "Managed services", 502, False),
        ("opportunity-category", "Project", 503, False),
        ("opportunity-category", "Renewal", 504, True),
        ("opportunity-source", "Referral", 221, False),
        ("opportunity-source", "Website", 222, False),
        ("payment-term", "Net 15", 61, False),
        ("payment-term", "Net 30", 62, False),
        ("payment-term", "Net 45", 63, False),
        ("payment-term", "Due on receipt", 64, False),
        ("payment-term", "Net 60", 65, True),
    )
    more_catalogue = (
        ("Cloud backup", "product", "one-time", "Coldstore", "Coldstore appliance, {} bays", "2 4", 310, 260, 1.25),
        ("Audio and video", "product", "one-time", "Brightwell", "Brightwell sound bar {}", "S1 S2", 120, 60, 1.3),
    )

    def __init__(self, random: Random) -> None:
        super().__init__(random, FIRST_IDS)

    def set_up(self) -> None:
        """Make what an administrator has set up."""
        for collection, rows in SETUP.items():
            for row in rows:
                self.keep(collection, **row)
        for row_id, name, group, asset_type in (
            (SHIPPING_ITEM, "Shipping", 110, SHIPPING_TYPE),
            (SET_UP_ITEM, "Set-up", 105, CATEGORY_TARGETS["Labour"][2]),
        ):
            place = {"assetgroup_id": group, "assettype_id": asset_type, "taxable": True}
            self.keep(
                "Item", id=row_id, name=name, status=IN_STOCK, **place, baseprice=0, costprice=0, isrecurringitem=False
            )

    def member(self, row_id: int, first: str, last: str, email: str, *, active: bool) -> None:
        """Make an agent."""
        who = {"name": f"{first} {last}", "firstname": first, "surname": last, "email": email}
        self.keep("Agent", id=row_id, **who, is_agent=True, isdisabled=not active, team="Sales")

    def own_company(self, name: str, address: Row, phone: str) -> None:
        """Make the MSP's own client, whose website Salesbuildr compares with its own account."""
        website = f"https://www.{''.join(filter(str.isalnum, name.lower()))}.example"
        self.keep("Client", id=OWN_CLIENT, name=name, toplevel_id=1, inactive=False, website=website, main_site_id=18)
        self.keep(
            "Site", id=18, name="Main", client_id=OWN_CLIENT, inactive=False, phonenumber=phone, **_place(address)
        )

    def vendor(self, name: str, phone: str) -> None:
        """Make a supplier."""
        row_id = FIRST_MAKER + 20 + len(self.rows["Supplier"])
        self.keep("Supplier", id=row_id, name=name, phone_number=phone, is_supplier=True, inactive=False)

    def company(self, row: Row, owner: Row, *, active: bool = True) -> int:
        """Make a client with its main site, and the general user that each site has."""
        client_id, site_id = self.next_id("Client"), self.next_id("Site")
        self.keep(
            "Client",
            id=client_id,
            name=row["name"],
            toplevel_id=1,
            inactive=not active,
            website=row["website"],
            main_site_id=site_id,
            main_phonenumber=row["telephone"],
            accountmanagertech=int(owner["externalIdentifier"] or FIRST_OWNER),
            customertype=PROSPECT if row["type"] == "Prospect" else CUSTOMER,
            default_currency_code=1,
            paymentterms=62,
            taxable=True,
            datecreated=day(self.random.randint(400, 1600)),
        )
        shared = {"client_id": client_id, "inactive": False, "phonenumber": row["telephone"], "country_code": "US"}
        self.keep("Site", id=site_id, name="Main", **shared, isinvoicesite=True, **_place(row["address"]))
        self.keep("Users", name="General User", site_id=site_id, isgeneraluser=True, inactive=False)
        return client_id

    def contact(self, row: Row, company_id: int) -> int:
        """Make a user at the main site of a client."""
        site = self.row("Client", company_id)["main_site_id"]
        named = {
            "name": f"{row['firstName']} {row['lastName']}",
            "firstname": row["firstName"],
            "surname": row["lastName"],
        }
        phones = {"phonenumber": row["phone"], "mobilenumber": row["mobilePhone"]}
        return self.keep("Users", **named, site_id=site, emailaddress=row["email"], **phones, inactive=False)

    def product(self, row: Row, category: str) -> int:
        """Make an item."""
        _, group, asset_type = CATEGORY_TARGETS[category]
        recurring = row["term"] != "one-time"
        _, _, income, expense = GROUPS.get(group, ("", True, "4000", "5000"))
        fields: dict[str, Any] = {
            "name": row["name"],
            "status": IN_STOCK,
            "assetgroup_id": group,
            "assettype_id": asset_type,
            "description": row["shortDescription"],
            "baseprice": row["price"],
            "costprice": row["cost"],
            "isrecurringitem": recurring,
            "supplier_part_code": row["mpn"],
            "internalreference": row["internalProductId"],
            "externalreference": row["id"],
            "manufacturer_id": row["vendor"] and FIRST_MAKER + MAKERS.index(row["vendor"]),
            "taxable": True,
            "taxcode": 1,
            "nominalcode": income,
            "purchasenominalcode": expense,
        }
        if recurring:
            money = {"recurringprice": row["price"], "recurringcost": row["cost"]}
            fields |= {**money, "item_default_billing_period": PERIODS[row["term"]]}
        return self.keep("Item", **fields)

    def opportunity(
        self, row: Row, company: Row, contact: Row | None, owner: Row, stage: Row | None, category: Row | None
    ) -> int:
        """Make an opportunity: a ticket of an opportunity's type."""
        client = self.row("Client", company["externalIdentifier"])
        category_id = int((category or {}).get("externalIdentifier") or 503)
        return self.keep(
            "Opportunities",
            summary=row["name"],
            tickettype_id=OPPORTUNITY_TYPE,
            status_id=NEW,
            pipeline_stage_id=int((stage or {}).get("externalIdentifier") or 402),
            client_id=client["id"],
            site_id=client["main_site_id"],
            user_id=contact and contact["externalIdentifier"] and int(contact["externalIdentifier"]),
            agent_id=int(owner["externalIdentifier"] or FIRST_OWNER),
            team="Sales",
            categoryid_1=category_id,
            category_1=self.row("Category", category_id)["value"],
            dateoccurred=row["createdAt"],
            targetdate=row["expectedCloseDate"],
            oppvalue=0.0,
            oppprofit=0.0,
            oppconversionprobability=60.0,
            hasbeenclosed=False,
            is_opportunity=True,
        )

    def revenue(self, opportunity_id: str, revenue: float, profit: float) -> None:
        """Say what an opportunity comes to."""
        self.row("Opportunities", opportunity_id).update(oppvalue=revenue, oppprofit=profit)

    def arrive(
        self, quote: Row, of: Mapping[str, Row], products: Mapping[str, Row], categories: Mapping[str, Row]
    ) -> int:
        """Make the quotation with its lines, and return its id."""
        quote_id = self.next_id("Quotation")
        opportunity = self.row("Opportunities", of["opportunity"]["externalIdentifier"])
        whole = float((quote["discount"] or {}).get("value") or 0)
        lines: list[Row] = []
        for place, item in enumerate(quote["items"], start=1):
            linked_to = int(products[item["productId"]]["externalIdentifier"])
            percent = round(100 - (100 - item["discount"]) * (100 - whole) / 100, 4)
            line = self._line(linked_to, place, **_sold(item), percent=percent)
            lines.append(line | {"qhid": quote_id, "optional": item["optional"]})
        shipping = quote["shippingType"]
        if shipping:
            linked_to = int(shipping["externalIdentifier"])
            line = self._line(linked_to, len(lines) + 1, **_sold({**shipping, "quantity": 1}), percent=0)
            lines.append(line | {"qhid": quote_id, "optional": False})
        return self.keep(
            "Quotation",
            id=quote_id,
            title=quote["title"],
            use="quote",
            ticket_id=opportunity["id"],
            status=QUOTE_STATUS[quote["status"]],
            date=quote["sentAt"] or quote["createdAt"],
            expiry_date=quote["expiresAt"],
            client_id=opportunity["client_id"],
            site_id=opportunity["site_id"],
            user_id=opportunity["user_id"],
            agent_id=opportunity["agent_id"],
            currency_code=1,
            po_ref=quote["poNumber"],
            third_party_number=quote["number"],
            lines=lines,
            **_totals(lines),
        )

    def _line(self, item_id: int, place: int, *, percent: float, **sold: Any) -> Row:
        """Return a line of a quotation, which is no row of its own, with the amounts that HaloPSA works out."""
        item = self.row("Item", item_id)
        whole, spent = (Decimal(str(sold["quantity"])) * Decimal(str(sold[name])) for name in ("price", "costprice"))
        net = whole * (100 - Decimal(str(percent))) / 100
        amounts = {"total_price": whole, "total_discount": whole - net, "net_total": net, "total_costprice": spent}
        line = {
            "id": self.next_id("QuotationDetail"),
            "sort_seq": place,
            "item_id": item_id,
            **sold,
            "baseprice": sold["price"],
            "discount_perc": percent,
            **{name: _cents(value) for name, value in amounts.items()},
            "total_tax": _cents(net * TAX_PERCENT / 100),
            "assetgroup_id": item["assetgroup_id"],
            "item_tax_code": -1,
            "item_recurring": item["isrecurringitem"],
        }
        if item["isrecurringitem"]:
            line["billingperiod"] = item["item_default_billing_period"]
        return line

    def retire_company(self, row_id: str) -> None:
        """Make a client inactive."""
        self.row("Client", row_id)["inactive"] = True

    def delete_company(self, row_id: str) -> None:
        """Delete a client with its sites and users."""
        sites = [row["id"] for row in self.rows["Site"] if row["client_id"] == int(row_id)]
        self.rows["Users"] = [row for row in self.rows["Users"] if row["site_id"] not in sites]
        self.rows["Site"] = [row for row in self.rows["Site"] if row["id"] not in sites]
        self._forget(int(row_id), {})
        self.remove("Client", row_id)

    def merge_company(self, row_id: str, into: str) -> None:
        """Merge a client into another, which gets its sites, users and tickets."""
        for site in self.rows["Site"]:
            if site["client_id"] == int(row_id):
                site.update(client_id=int(into), name="Branch")
        kept = self.row("Client", into)
        self._forget(int(row_id), {"client_id": kept["id"], "site_id": kept["main_site_id"]})
        self.remove("Client", row_id)

    def _forget(self, client_id: int, instead: Row) -> None:
        """Let tickets of a client that is gone belong to another, or go with it."""
        rows = self.rows["Opportunities"]
        for row in rows:
            if row["client_id"] == client_id:
                row.update(instead)
        self.rows["Opportunities"] = [row for row in rows if row["client_id"] != client_id]

    def rename_company(self, row_id: str, name: str, website: str, phone: str) -> None:
        """Make a client another one altogether."""
        self.row("Client", row_id).update(name=name, website=website, main_phonenumber=phone)

    def retire_contact(self, row_id: str) -> None:
        """Make a user inactive."""
        self.row("Users", row_id)["inactive"] = True

    def delete_contact(self, row_id: str) -> None:
        """Delete a user: its opportunities are left without one."""
        for row in self.rows["Opportunities"]:
            if row.get("user_id") == int(row_id):
                del row["user_id"]
        self.remove("Users", row_id)

    def move_contact(self, row_id: str, company_id: str) -> None:
        """Put a user to another client's site."""
        self.row("Users", row_id)["site_id"] = self.row("Client", company_id)["main_site_id"]

    def lose(self, opportunity_id: str) -> None:
        """Mark an opportunity as lost."""
        self._close(opportunity_id, LOST)

    def win(self, opportunity_id: str, *, ordered: bool) -> None:
        """Mark an opportunity as won, with a sales order or without."""
        won = self._close(opportunity_id, WON)
        if ordered:
            same = {name: won[name] for name in ("client_id", "site_id", "user_id")}
            order = self.keep("SalesOrder", title=won["summary"], ticket_id=won["id"], **same, status=1, date=day(1))
            won["salesorder_id"] = order

    def _close(self, opportunity_id: str, status: int) -> Row:
        row = self.row("Opportunities", opportunity_id)
        row.update(status_id=status, hasbeenclosed=True, dateclosed=day(1))
        return row

    def add_line(self, quote_id: int) -> None:
        """Add a line to a quotation, as somebody else would."""
        item = self.rows["Item"][9]
        line = self._line(item["id"], 90, name=item["name"], quantity=1, price=99, costprice=60, percent=0)
        quote = self.row("Quotation", quote_id)
        quote["lines"].append(line | {"qhid": quote_id, "optional": False})
        quote.update(_totals(quote["lines"]))


def _sold(item: Row) -> Row:
    return {"name": item["name"], "quantity": item["quantity"], "price": item["price"], "costprice": item["cost"]}


def _totals(lines: list[Row]) -> Row:
    """Return what a quotation comes to; lines that the customer may leave out do not count."""
    counted = [line for line in lines if not line["optional"]]
    revenue, cost, tax = (
        sum((Decimal(str(line[name])) for line in counted), Decimal(0))
        for name in ("net_total", "total_costprice", "total_tax")
    )
    told = {"revenue": revenue, "cost": cost, "profit": revenue - cost, "tax_total": tax, "total": revenue + tax}
    return {name: _cents(value) for name, value in told.items()}


def _cents(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _place(address: Row) -> Row:
    """Return the address of a site; which line holds which part is the instance's choice."""
    told = {"line1": "street", "line2": "apartment", "line3": "city", "line4": "state", "postcode": "zip"}
    place = {field: address[member] for field, member in told.items() if address[member]}
    return {"delivery_address": place, "invoice_address_isdelivery": True}
