"""What Autotask holds of a site: the PSA's side of the generator of worlds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from world_psa import PsaSide, Row, day
from world_words import BILLING_CODES, CATEGORIES, ROLES

from sync_desktop.sandbox.credentials import API_RESOURCE_ID, VENDOR_RESOURCE_ID
from sync_desktop.sandbox.lines import BUNDLE, LABOR, PRODUCT, SERVICE, line_type, lines_of
from sync_desktop.sandbox.vendor import PERIODS

ENTITY = {PRODUCT: "Products", SERVICE: "Services", BUNDLE: "ServiceBundles", LABOR: "Roles"}
FIRST_IDS = {
    "Companies": 29761001,
    "Contacts": 30682101,
    "Opportunities": 4021,
    "Products": 29686001,
    "Services": 5201,
    "ServiceBundles": 5801,
    "QuoteLocations": 7301,
    "Quotes": 3101,
    "QuoteItems": 90001,
    "SalesOrders": 611,
}
FIRST_OWNER = 29682885
COUNTRY = 237


class Autotask(PsaSide):
    """Collects the rows of one tenant."""

    system = "autotask"
    first_owner = FIRST_OWNER
    opportunities, companies, contacts = "Opportunities", "Companies", "Contacts"
    labour_is_role = True
    holds_set_up = True
    categories = tuple((name, parent, code) for name, parent, code, _ in CATEGORIES)
    fields = (
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

    def __init__(self, random: Random) -> None:
        super().__init__(random, FIRST_IDS)
        self._codes = {name: code for name, _, code, _ in CATEGORIES}
        self._groups = {name: place for name, _, _, place in CATEGORIES}

    def set_up(self) -> None:
        """Make what an administrator has set up."""
        for code, name, use, active in BILLING_CODES:
            account = {4: 4000, 5: 4100, 2: 5000}.get(use, 4100)
            fields = {"isActive": active, "useType": use, "billingCodeType": 0, "generalLedgerAccount": account}
            tax = {4: 1, 5: 2}.get(use)
            self.keep("BillingCodes", id=code, name=name, **fields, taxCategoryID=tax)
        for name, role, rate in ROLES:
            self.keep("Roles", id=role, name=name, hourlyRate=rate, hourlyFactor=1, isActive=True)
        for term, name, days, active in ((5, "Net 15", 15, True), (6, "Net 30", 30, True), (7, "Net 45", 45, False)):
            self.keep("PaymentTerms", id=term, name=name, paymentDueInDays=days, isActive=active)
        self.keep("PaymentTerms", id=8, name="Due on receipt", paymentDueInDays=0, isActive=True)
        for row_id, name in ((1, "Courier"), (2, "Express"), (3, "Collected")):
            self.keep("ShippingTypes", id=row_id, name=name, isActive=True, billingCodeID=407)
        for row_id, name in ((1, "Hardware"), (2, "Managed services"), (3, "Project"), (4, "Renewal")):
            self.keep("OpportunityCategories", id=row_id, name=name, isActive=row_id != 4)
        for row_id, name in ((1, "Standard"), (2, "Exempt")):
            self.keep("TaxRegions", id=row_id, name=name, isActive=True)
        self.keep("picklists/opportunityStatus", id=6, name="On hold (until 2023)", isActive=False)
        for row_id, name in ((1, "Goods"), (2, "Services")):
            self.keep("TaxCategories", id=row_id, name=name, isActive=True)
        self.keep("Taxes", id=1, taxName="Sales tax", taxCategoryID=1, taxRegionID=1, taxRate=8.5, isCompounded=False)
        self.keep("Departments", id=1, name="Sales")
        self.keep("QuoteTemplates", id=1, name="Standard", isActive=True)
        country = {"name": "United States", "displayName": "United States", "countryCode": "US", "addressFormatID": 1}
        self.keep("Countries", id=COUNTRY, **country, isActive=True, isDefaultCountry=True)
        formats = {"currencyPositiveFormat": "$1.1", "currencyNegativeFormat": "-$1.1"}
        self.keep("Currencies", id=1, name="USD", exchangeRate=1, isActive=True, isInternalCurrency=True, **formats)
        for row_id, name in ((API_RESOURCE_ID, "Sync Desktop"), (VENDOR_RESOURCE_ID, "Salesbuildr")):
            user = name.lower().replace(" ", "-")
            who = {"firstName": name, "lastName": "API", "email": f"{user}@fabrikam.example", "userName": user}
            self.keep("Resources", id=row_id, **who, isActive=True, resourceType="Employee", licenseType=7)

    def member(self, row_id: int, first: str, last: str, email: str, *, active: bool) -> None:
        """Make a resource."""
        who = {"firstName": first, "lastName": last, "email": email, "userName": email.partition("@")[0]}
        self.keep("Resources", id=row_id, **who, isActive=active, resourceType="Employee", licenseType=1)

    def own_company(self, name: str, address: Row, phone: str) -> None:
        """Make the company with the id 0, whose country Salesbuildr's guide wants filled."""
        own = {"companyName": name, "companyType": 1, "ownerResourceID": FIRST_OWNER, "phone": phone}
        place = {"address1": address["street"], "city": address["city"], "state": address["state"]}
        self.keep("Companies", id=0, **own, **place, countryID=COUNTRY, isActive=True)

    def vendor(self, name: str, phone: str) -> None:
        """Make a vendor."""
        vendor = {"companyName": name, "companyType": 7, "ownerResourceID": FIRST_OWNER, "phone": phone}
        self.keep("Companies", **vendor, isActive=True, createDate=day(1200))

    def company(self, row: Row, owner: Row, *, active: bool = True) -> int:
        """Make a company."""
        return self.keep(
            "Companies",
            companyName=row["name"],
            companyType=3 if row["type"] == "Prospect" else 1,
            ownerResourceID=int(owner["externalIdentifier"] or FIRST_OWNER),
            phone=row["telephone"],
            webAddress=row["website"],
            **location(row["address"]),
            countryID=COUNTRY,
            isActive=active,
            createDate=day(self.random.randint(400, 1600)),
        )

    def contact(self, row: Row, company_id: int) -> int:
        """Make a contact."""
        return self.keep(
            "Contacts",
            companyID=company_id,
            firstName=row["firstName"],
            lastName=row["lastName"],
            emailAddress=row["email"],
            phone=row["phone"],
            mobilePhone=row["mobilePhone"],
            isActive=1,
            createDate=day(self.random.randint(300, 900)),
        )

    def product(self, row: Row, category: str) -> int:
        """Make a product, service or bundle."""
        code = self._codes[category]
        kind = line_type(row["productType"], row["term"])
        shared = {
            "name": row["name"],
            "isActive": True,
            "unitPrice": row["price"],
            "description": row["shortDescription"],
        }
        if kind != PRODUCT:
            # telephony's trunks were set up by hand, under a code for services, before the category had phones in it
            code = code if code and code > 500 else 502
            extra = {"billingCodeID": code, "periodType": PERIODS[row["term"]], "externalID": row["id"]}
            return self.keep(ENTITY[kind], **shared, **extra, unitCost=row["cost"])
        return self.keep(
            "Products",
            **shared,
            productBillingCodeID=code if code and code != 410 else 408,
            productCategory=self._groups[category],
            isSerialized=row["isSerialized"],
            isEligibleForRma=row["isEligibleForRma"],
            doesNotRequireProcurement=row["doesNotRequireProcurement"],
            externalProductID=row["id"],
            internalProductID=row["internalProductId"],
            manufacturerProductName=row["mpn"],
            manufacturerName=row["vendor"],
            unitCost=row["cost"],
            msrp=row["msrp"],
        )

    def opportunity(
        self, row: Row, company: Row, contact: Row | None, owner: Row, stage: Row | None, category: Row | None
    ) -> int:
        """Make an opportunity."""
        return self.keep(
            "Opportunities",
            title=row["name"],
            companyID=int(company["externalIdentifier"]),
            contactID=contact and contact["externalIdentifier"] and int(contact["externalIdentifier"]),
            ownerResourceID=int(owner["externalIdentifier"] or FIRST_OWNER),
            status=1,
            stage=int((stage or {}).get("externalIdentifier") or 22),
            probability=60,
            amount=0,
            cost=0,
            projectedCloseDate=row["expectedCloseDate"],
            createDate=row["createdAt"],
            startDate=row["startDate"],
            useQuoteTotals=True,
            opportunityCategoryID=int((category or {}).get("externalIdentifier") or 1),
        )

    def revenue(self, opportunity_id: str, revenue: float, profit: float) -> None:
        """Say what an opportunity comes to."""
        self.row("Opportunities", opportunity_id).update(amount=revenue, cost=round(revenue - profit, 2))

    def arrive(
        self, quote: Row, of: Mapping[str, Row], products: Mapping[str, Row], categories: Mapping[str, Row]
    ) -> int:
        """Make the quote with its locations and items, and return its id."""
        term = of["paymentTerm"]
        bill = self.keep("QuoteLocations", **location(of["company"]["address"]))
        ship = self.keep("QuoteLocations", **location(quote["deliveryAddress"] or of["company"]["address"]))
        made = self.keep(
            "Quotes",
            name=quote["title"],
            opportunityID=int(of["opportunity"]["externalIdentifier"]),
            companyID=int(of["company"]["externalIdentifier"]),
            contactID=int(of["contact"]["externalIdentifier"]),
            effectiveDate=quote["sentAt"] or quote["createdAt"],
            expirationDate=quote["expiresAt"],
            billToLocationID=bill,
            shipToLocationID=ship,
            soldToLocationID=bill,
            isActive=True,
            paymentTerm=term and int(term["externalIdentifier"]),
            purchaseOrderNumber=quote["poNumber"],
            externalQuoteNumber=quote["number"],
            primaryQuote=quote["primary"],
            quoteNumber=len(self.rows.get("Quotes", ())) + 1,
            creatorResourceID=VENDOR_RESOURCE_ID,
            createDate=quote["sentAt"] or quote["createdAt"],
        )

        def code(item: Row) -> int:
            return int(categories[products[item["productId"]]["categoryId"]]["billingCode"])

        for place, line in enumerate(lines_of(quote, products.__getitem__, code), start=1):
            self.keep("QuoteItems", quoteID=made, **line, sortOrderID=place)
        return made

    def retire_company(self, row_id: str) -> None:
        """Make a company inactive."""
        self.row("Companies", row_id)["isActive"] = False

    def rename_company(self, row_id: str, name: str, website: str, phone: str) -> None:
        """Make a company another one altogether."""
        self.row("Companies", row_id).update(companyName=name, webAddress=website, phone=phone)

    def retire_contact(self, row_id: str) -> None:
        """Make a contact inactive."""
        self.row("Contacts", row_id)["isActive"] = 0

    def move_contact(self, row_id: str, company_id: str) -> None:
        """Put a contact into another company."""
        self.row("Contacts", row_id)["companyID"] = int(company_id)

    def lose(self, opportunity_id: str) -> None:
        """Mark an opportunity as lost."""
        self.row("Opportunities", opportunity_id).update(status=2)

    def win(self, opportunity_id: str, *, ordered: bool) -> None:
        """Mark an opportunity as won, with a sales order or without."""
        won = self.row("Opportunities", opportunity_id)
        won.update(status=3)
        if ordered:
            won.update(closedDate=won["projectedCloseDate"])
            same = {name: won[name] for name in ("title", "companyID", "contactID", "ownerResourceID")}
            self.keep("SalesOrders", opportunityID=won["id"], status=1, salesOrderDate=won["createDate"], **same)

    def add_line(self, quote_id: int) -> None:
        """Add an item to a quote, as somebody else would."""
        product = self.rows["Products"][9]
        line: dict[str, Any] = {"quoteItemType": 1, "productID": product["id"], "name": product["name"]}
        money = {"unitPrice": 99, "unitCost": 60}
        rest = {"unitDiscount": 0, "lineDiscount": 0, "percentageDiscount": 0, "isOptional": False}
        self.keep("QuoteItems", quoteID=quote_id, quantity=1, **line, **money, **rest, sortOrderID=90)


def location(address: Row) -> Row:
    """Return an address in Autotask's fields; all parts are short enough for any of its entities."""
    fields = {"address1": "street", "address2": "apartment", "city": "city", "state": "state", "postalCode": "zip"}
    return {field: address[member] for field, member in fields.items() if address[member]}
