"""Makes rows on both sides at once: what Salesbuildr holds, and what stands for it in Autotask."""

from collections.abc import Sequence
from random import Random
from typing import Any

from world_words import CATEGORIES, CITIES, FIRST_NAMES, LAST_NAMES, STREETS

from sync_desktop.sandbox.credentials import VENDOR_RESOURCE_ID
from sync_desktop.sandbox.lines import BUNDLE, LABOR, PRODUCT, SERVICE, line_type, lines_of
from sync_desktop.sandbox.vendor import PERIODS

Row = dict[str, Any]
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


def day(ago: int, clock: str = "09:30:00") -> str:
    """Return a moment as a world holds it: days before today (negative: after)."""
    return f"{{{-ago:+d}}}T{clock}Z"


class Builder:
    """Collects the rows of one site."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - invented data
        self.quoting: dict[str, list[Row]] = {}
        self.psa: dict[str, list[Row]] = {}
        self.cases: dict[str, list[str]] = {}
        self.categories: dict[str, Row] = {}
        self._last = dict(FIRST_IDS)
        self._phones = self.random.sample(range(1000, 9999), 600)
        self._people: set[str] = set()
        self._number = 2000

    def add(self, collection: str, **members: Any) -> Row:
        """Keep a row of Salesbuildr."""
        row = {"id": f"{self.random.getrandbits(96):024x}", **members}
        self.quoting.setdefault(collection, []).append(row)
        return row

    def keep(self, entity: str, **fields: Any) -> int:
        """Keep a row of Autotask and return its id, the next one where none is given."""
        row_id = fields.pop("id", None)
        if row_id is None:
            row_id = self._last[entity]
            self._last[entity] += 1
        row = {"id": row_id, **{name: value for name, value in fields.items() if value not in (None, "")}}
        self.psa.setdefault(entity, []).append(row)
        return int(row_id)

    def psa_row(self, entity: str, row_id: object) -> Row:
        """Return a row of Autotask."""
        return next(row for row in self.psa[entity] if str(row["id"]) == str(row_id))

    def remove(self, entity: str, row_id: object) -> None:
        """Take a row of Autotask away: what is linked to it is linked to nothing."""
        self.psa[entity].remove(self.psa_row(entity, row_id))

    def phone(self, area: str) -> str:
        """Return a number that nobody else has."""
        return f"({area}) 555-{self._phones.pop()}"

    def address(self) -> tuple[Row, str]:
        """Return an address and its area code."""
        city, state, code, area = self.random.choice(CITIES)
        street = f"{self.random.randint(2, 480)} {self.random.choice(STREETS.split('|'))}"
        suite = f"Suite {self.random.randint(100, 480)}" if self.random.random() < 0.3 else ""
        return {"street": street, "apartment": suite, "city": city, "state": state, "zip": code, "country": "US"}, area

    def category_rows(self) -> None:
        """Make the categories, parents first."""
        for name, parent, code, _ in CATEGORIES:
            above = self.categories.get(parent)
            self.categories[name] = self.add(
                "category",
                name=name,
                parentCategoryId=above and above["id"],
                billingCode=code,
                listed=True,
                deletedAt=None,
            )

    def company(self, name: str, owner: Row, *, linked: bool = True, prospect: bool = False) -> Row:
        """Make a company."""
        address, area = self.address()
        slug = "".join(letter for letter in name.lower() if letter.isalnum())
        row = self.add(
            "company",
            name=name,
            type="Prospect" if prospect else "Customer",
            externalIdentifier=None,
            accountManagerId=owner["id"],
            address=address,
            telephone=self.phone(area),
            website=f"https://www.{slug}.example",
            currency="USD",
        )
        if linked:
            row["externalIdentifier"] = str(self.psa_company(row, owner))
        return row

    def psa_company(self, row: Row, owner: Row, **changes: Any) -> int:
        """Make the company's row in Autotask, with some fields as they are not in Salesbuildr."""
        fields = {
            "companyName": row["name"],
            "companyType": 3 if row["type"] == "Prospect" else 1,
            "ownerResourceID": int(owner["externalIdentifier"] or FIRST_OWNER),
            "phone": row["telephone"],
            "webAddress": row["website"],
            **location(row["address"]),
            "countryID": 237,
            "isActive": True,
            "createDate": day(self.random.randint(400, 1600)),
            **changes,
        }
        return self.keep("Companies", **fields)

    def person(self) -> tuple[str, str]:
        """Return a name that nobody else has."""
        while True:
            first, last = self.random.choice(FIRST_NAMES.split()), self.random.choice(LAST_NAMES.split())
            if f"{first} {last}" not in self._people:
                self._people.add(f"{first} {last}")
                return first, last

    def contact(self, company: Row, *, linked: bool = True) -> Row:
        """Make a contact of a company."""
        first, last = self.person()
        area = company["telephone"][1:4]
        row = self.add(
            "contact",
            firstName=first,
            lastName=last,
            email=f"{first}.{last}@{company['website'].partition('www.')[2]}".lower(),
            phone=self.phone(area),
            mobilePhone=self.phone(area) if self.random.random() < 0.4 else None,
            companyId=company["id"],
            externalIdentifier=None,
            deleted=None,
        )
        if linked:
            row["externalIdentifier"] = str(self.psa_contact(row, int(company["externalIdentifier"])))
        return row

    def psa_contact(self, row: Row, company_id: int, **changes: Any) -> int:
        """Make the contact's row in Autotask."""
        fields = {
            "companyID": company_id,
            "firstName": row["firstName"],
            "lastName": row["lastName"],
            "emailAddress": row["email"],
            "phone": row["phone"],
            "mobilePhone": row["mobilePhone"],
            "isActive": 1,
            "createDate": day(self.random.randint(300, 900)),
            **changes,
        }
        return self.keep("Contacts", **fields)

    def product(self, category: str, kind: str, term: str, name: str, cost: float, price: float, **more: Any) -> Row:
        """Make a product; `linked` as false leaves it without a row in Autotask, `role` is what labour stands for."""
        linked, role = more.pop("linked", True), more.pop("role", None)
        number = len(self.quoting.get("product", ())) + 1001
        row = self.add(
            "product",
            name=name,
            shortDescription=more.pop("text", f"{name}, delivered and supported by our team."),
            productType=kind,
            categoryId=self.categories[category]["id"],
            externalIdentifier=str(role) if role else None,
            internalProductId=f"FAB-{number}",
            mpn=f"{name[:3].upper()}-{number}" if kind == "product" else None,
            vendor=more.pop("vendor", "") or None,
            cost=cost,
            price=price,
            msrp=round(price * 1.1, 2) if kind == "product" else None,
            unit="hour" if kind == "labor" else "each",
            term=term,
            listed=True,
            isSerialized=kind == "product" and cost > 150,
            isEligibleForRma=kind == "product",
            doesNotRequireProcurement=kind != "product",
        )
        if linked and not role:
            row["externalIdentifier"] = str(self._psa_product(row, category))
        return row

    def _psa_product(self, row: Row, category: str) -> int:
        code = self.categories[category]["billingCode"]
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
        group = next(place for name, _, _, place in CATEGORIES if name == category)
        return self.keep(
            "Products",
            **shared,
            productBillingCodeID=code if code and code != 410 else 408,
            productCategory=group,
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

    def opportunity(self, company: Row, contact: Row | None, owner: Row, title: str, **more: Any) -> Row:
        """Make an opportunity; `stage`, `category`, `linked` and `ago` (days since it was made) may be given."""
        stage, category, ago = more.get("stage"), more.get("category"), more.get("ago", 30)
        row = self.add(
            "opportunity",
            name=title,
            description=None,
            externalIdentifier=None,
            companyId=company["id"],
            contactId=contact and contact["id"],
            ownerId=owner["id"],
            pipelineStageId=stage and stage["id"],
            categoryId=category and category["id"],
            probability=0.6,
            onetimeRevenue=0,
            oneTimeProfit=0,
            monthlyRevenue=0,
            useQuoteTotals=True,
            startDate=day(ago),
            expectedCloseDate=day(ago - 75, "00:00:00"),
            createdAt=day(ago),
            closedAt=None,
            deletedAt=None,
        )
        if more.get("linked", True):
            fields = {
                "title": title,
                "companyID": int(company["externalIdentifier"]),
                "contactID": contact and contact["externalIdentifier"] and int(contact["externalIdentifier"]),
                "ownerResourceID": int(owner["externalIdentifier"] or FIRST_OWNER),
                "status": 1,
                "stage": int((stage or {}).get("externalIdentifier") or 22),
                "probability": 60,
                "amount": 0,
                "cost": 0,
                "projectedCloseDate": row["expectedCloseDate"],
                "createDate": row["createdAt"],
                "startDate": row["startDate"],
                "useQuoteTotals": True,
                "opportunityCategoryID": int((category or {}).get("externalIdentifier") or 1),
            }
            row["externalIdentifier"] = str(self.keep("Opportunities", **fields))
        return row

    def item(self, product: Row, quantity: int, **more: Any) -> Row:
        """Return an item of a quote."""
        return {
            "id": f"{self.random.getrandbits(96):024x}",
            "name": product["name"],
            "shortDescription": product["shortDescription"] if self.random.random() < 0.5 else None,
            "mpn": product["mpn"],
            "manufacturer": product["vendor"],
            "productId": product["id"],
            "quantity": quantity,
            "cost": product["cost"],
            "price": product["price"],
            "discount": 0,
            "setupCost": 0,
            "setupPrice": 0,
            "term": product["term"],
            "unit": product["unit"],
            "optional": False,
            "requiresProcurement": not product["doesNotRequireProcurement"],
            **more,
        }

    def quote(self, opportunity: Row, status: str, ago: int, items: Sequence[Row], *, case: str, **more: Any) -> Row:
        """Make a quote, `ago` days old, and note for which case it stands."""
        self._number += 1
        sent = None if status == "draft" else day(ago, "14:05:00")
        row = self.add(
            "quote",
            number=f"Q-{self._number}",
            title=opportunity["name"][:90],
            status=status,
            primary=more.get("primary", True),
            createdAt=day(ago, "10:20:00"),
            sentAt=sent,
            approvedAt=day(max(1, ago - 2), "11:45:00") if status == "approved" else None,
            declinedAt=day(max(1, ago - 3), "16:00:00") if status == "declined" else None,
            expiredAt=day(max(1, ago - 30), "23:00:00") if status == "expired" else None,
            expiresAt=day(ago - 30 if status == "expired" else -30, "23:00:00"),
            deletedAt=day(max(1, ago - 1)) if more.get("deleted") else None,
            companyId=opportunity["companyId"],
            contactId=opportunity["contactId"],
            ownerId=opportunity["ownerId"],
            opportunityId=opportunity["id"],
            paymentTermId=more.get("term") and more["term"]["id"],
            shippingType=more.get("shipping"),
            deliveryAddress=more.get("delivery"),
            discount=more.get("discount"),
            poNumber=more.get("po"),
            note=None,
            items=list(items),
        )
        row["link"] = f"https://fabrikam.example/quotes/{row['id']}"
        self.cases.setdefault(case, []).append(row["number"])
        self._revenue(opportunity, items)
        return row

    def _revenue(self, opportunity: Row, items: Sequence[Row]) -> None:
        once = [item for item in items if item["term"] == "one-time" and not item["optional"]]
        revenue = round(sum(item["price"] * item["quantity"] for item in once), 2)
        cost = round(sum(item["cost"] * item["quantity"] for item in once), 2)
        opportunity.update(onetimeRevenue=revenue, oneTimeProfit=round(revenue - cost, 2))
        rows = self.psa.get("Opportunities", ())
        for row in rows:
            if str(row["id"]) == opportunity["externalIdentifier"]:
                row.update(amount=revenue, cost=round(revenue - opportunity["oneTimeProfit"], 2))

    def arrive(self, quote: Row) -> int:
        """Make everything that stands for a quote in Autotask, and return its id there."""
        of = {kind: self._of(kind, quote[f"{kind}Id"]) for kind in ("company", "contact", "opportunity")}
        term = self._of("field", quote["paymentTermId"]) if quote["paymentTermId"] else {}
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
            quoteNumber=len(self.psa.get("Quotes", ())) + 1,
            creatorResourceID=VENDOR_RESOURCE_ID,
            createDate=quote["sentAt"] or quote["createdAt"],
        )
        products = {row["id"]: row for row in self.quoting["product"]}
        codes = {row["id"]: row["billingCode"] for row in self.quoting["category"]}
        lines = lines_of(
            quote, products.__getitem__, lambda item: int(codes[products[item["productId"]]["categoryId"]])
        )
        for place, line in enumerate(lines, start=1):
            self.keep("QuoteItems", quoteID=made, **line, sortOrderID=place)
        return made

    def _of(self, kind: str, row_id: str) -> Row:
        return next(row for row in self.quoting[kind] if row["id"] == row_id)


def location(address: Row) -> Row:
    """Return an address in Autotask's fields; all parts are short enough for any of its entities."""
    fields = {"address1": "street", "address2": "apartment", "city": "city", "state": "state", "postalCode": "zip"}
    return {field: address[member] for field, member in fields.items() if address[member]}
