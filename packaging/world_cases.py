"""The quotes of the default world: in step, ready, to be left out, and some for each reason to fail."""

from itertools import cycle
from typing import Any

from world_builder import Builder, Row

TOPICS = (  # parted by bars; unlike each other, so that no two opportunities of a company look the same
    "Office refresh|Laptop roll-out|Switch replacement|Managed workplace|New server room|Wi-Fi extension|"
    "Meeting screens|Telephony move|More storage|Branch opening|Annual licences|Printer pool|Starter kits for interns|"
    "Cloud migration|Warehouse network|Security baseline|Helpdesk contract|Reception area"
)
CLEAN = ("Laptops", "Desktops", "Servers", "Storage", "Networking", "Monitors", "Peripherals", "Phones", "Printers")
SOFT = ("Licences", "Cloud", "Managed services")


class Cases:
    """Writes quotes into a builder that already has its companies, people and catalogue."""

    def __init__(self, builder: Builder, companies: list[Row], owners: list[Row], fields: dict[str, Row]) -> None:
        self._make = builder
        self._owners = cycle(owners[:10])
        self.owners = owners
        self.fields = fields
        self.companies = companies
        self._topics = cycle(TOPICS.split("|"))
        self._turn = cycle(companies)
        self._stages = cycle([fields[name] for name in ("Qualification", "Proposal", "Negotiation", "Verbal")])
        self._kinds = cycle([fields[name] for name in ("New hardware", "Managed services", "Project")])
        self._contacts = {company["id"]: builder.contact(company) for company in companies}
        for company in companies[::2]:
            builder.contact(company)
        products = builder.quoting["product"]
        names = {row["id"]: name for name, row in builder.categories.items()}
        self._goods = [row for row in products if names[row["categoryId"]] in CLEAN and row["externalIdentifier"]]
        self._soft = [row for row in products if names[row["categoryId"]] in SOFT and row["externalIdentifier"]]
        self._labour = [row for row in products if row["productType"] == "labor" and row["externalIdentifier"]]
        self._ages = cycle((3, 8, 13, 19, 26, 34, 41, 47, 55, 62))
        self._shipping = [
            {"id": "courier", "name": "Courier", "cost": 14.5, "price": 19.0, "externalIdentifier": "1"},
            {"id": "express", "name": "Express", "cost": 31.0, "price": 45.0, "externalIdentifier": "2"},
        ]

    def items(self, extra: tuple[Row, ...] = (), *, fewest: int = 3, most: int = 9) -> list[Row]:
        """Return items of things that are linked and well mapped, and one of each product in `extra`."""
        draw = self._make.random
        count = max(1, draw.randint(fewest, most) - len(extra))
        chosen = draw.sample(self._goods, max(1, count // 2)) + draw.sample(self._soft, count - count // 2)
        if draw.random() < 0.5:
            chosen.append(draw.choice(self._labour))
        items = [
            self._make.item(product, draw.choice((1, 1, 2, 3, 5, 10)), **self._terms(product)) for product in chosen
        ]
        items += [self._make.item(product, draw.choice((1, 2))) for product in extra]
        return items

    def _terms(self, product: Row) -> dict[str, Any]:
        """Return discount, set-up and option of an item; set-up is charged where the category has a code for it."""
        draw = self._make.random
        terms: dict[str, Any] = {}
        if draw.random() < 0.2:
            terms["discount"] = draw.choice((5, 10, 12.5))
        if product["productType"] == "product" and draw.random() < 0.12:
            terms.update(setupCost=round(product["cost"] * 0.05, 2), setupPrice=float(draw.choice((35, 49, 75))))
        if draw.random() < 0.07:
            terms["optional"] = True
        return terms

    def quote(self, case: str, *, status: str = "", extra: tuple[Row, ...] = (), **more: Any) -> Row:
        """Make a quote that could be written, but for what `more` says otherwise.

        `company`, `contact` (None for none), `owner`, `linked` (its opportunity), `stage`, `category`, `title`, `ago`.
        """
        company = more.pop("company", None) or next(self._turn)
        contact = more.pop("contact", self._contacts.get(company["id"]))
        ago = more.pop("ago", None) or next(self._ages)
        opportunity = more.pop("opportunity", None) or self._make.opportunity(
            company,
            contact,
            more.pop("owner", None) or next(self._owners),
            more.pop("title", None) or next(self._topics),
            stage=more.pop("stage", None) or next(self._stages),
            category=more.pop("category", None) if "category" in more else next(self._kinds),
            linked=more.pop("linked", True),
            ago=ago + 6,
        )
        status = status or ("approved" if ago % 2 else "sent")
        items = more.pop("items", None) or self.items(extra)
        more.setdefault("term", self.fields["Net 30" if ago % 3 else "Net 15"])
        return self._make.quote(opportunity, status, ago, items, case=case, **more)

    def psa_opportunity(self, quote: Row) -> Row:
        """Return the row in Autotask of the opportunity that a quote belongs to."""
        opportunity = next(row for row in self._make.quoting["opportunity"] if row["id"] == quote["opportunityId"])
        return self._make.psa_row("Opportunities", opportunity["externalIdentifier"])

    def in_step(self) -> None:
        """Quotes that have arrived whole."""
        for number in range(27):
            more: dict[str, Any] = {}
            if number % 3 == 0:
                more["shipping"] = self._shipping[number % 2]
            if number % 5 == 1:
                more["po"] = f"PO-{4100 + number}"
            if number % 9 == 4:
                more["discount"] = {"type": "percentage", "value": 5}
            if number == 20:
                more.update(discount={"type": "amount", "value": 100}, items=self._plain_items())
            if number % 8 == 2:
                more["delivery"] = self._make.address()[0]
            if number == 11:
                more["items"] = self.items(fewest=20, most=20)[:20]
            self._make.arrive(self.quote("in step", **more))

    def _plain_items(self) -> list[Row]:
        """Return items without discounts of their own, so that an amount off the quote spreads to whole cents."""
        goods = [self._make.item(product, 2) for product in self._goods[:3]]
        return [*goods, self._make.item(self._soft[-1], 4)]

    def ready(self, new: list[Row]) -> None:
        """Quotes that nothing keeps from being written."""
        for _ in range(7):
            self.quote("ready")
        self.quote("ready", shipping=self._shipping[0], discount={"type": "percentage", "value": 7.5})
        self.quote("ready", linked=False)
        for product in new[:3]:
            self.quote("ready: new product", extra=(product,))
        company = self._make.company("Tessellate Ceramics Studio", self.owners[1], linked=False)
        contact = self._make.contact(company, linked=False)
        self.quote("ready: new company", company=company, contact=contact, linked=False)
        known = self.companies[4]
        self.quote("ready: new contact", company=known, contact=self._make.contact(known, linked=False), linked=False)

    def left_out(self) -> None:
        """Quotes that nobody should write, and why."""
        for status, count in (("draft", 6), ("declined", 5), ("expired", 4)):
            for number in range(count):
                self.quote(f"not eligible: {status}", status=status, ago=35 + number, primary=number % 2 == 0)
        for _ in range(2):
            self.quote("not eligible: deleted", deleted=True)
        for ago in (104, 140, 220, 310):
            self.quote("not eligible: older than 90 days", ago=ago)
        for _ in range(2):
            self.psa_opportunity(self.quote("not eligible: opportunity lost")).update(status=2)
        for _ in range(2):
            won = self.psa_opportunity(self.quote("not eligible: won with a sales order"))
            won.update(status=3, closedDate=won["projectedCloseDate"])
            names = ("title", "companyID", "contactID", "ownerResourceID")
            fields = {name: won[name] for name in names}
            self._make.keep(
                "SalesOrders", opportunityID=won["id"], status=1, salesOrderDate=won["createDate"], **fields
            )
        self.psa_opportunity(self.quote("asks: opportunity won")).update(status=3)

    def mappings(self, new: dict[str, list[Row]]) -> None:
        """Categories without a billing code, or with one that cannot be used."""
        for category, case, count in (
            ("Cloud backup", "category without billing code", 3),
            ("Firewalls", "billing code inactive", 4),
            ("Cabling", "billing code deleted", 2),
            ("Security", "billing code of the wrong use type", 2),
        ):
            products = cycle(new[category])
            for _ in range(count):
                self.quote(case, extra=(next(products),))

    def opportunities(self) -> None:
        """Opportunities that are gone, and new ones that cannot be created."""
        for _ in range(2):
            quote = self.quote("opportunity deleted")
            self._make.remove("Opportunities", self.psa_opportunity(quote)["id"])
        stage = self.fields["Discovery workshop"]
        for _ in range(2):
            self.quote("opportunity stage unmapped", linked=False, stage=stage)
        self.quote("opportunity category missing", linked=False, category=None)
        title = "Replacement of all network equipment in headquarters, both branch offices and the two warehouses, with"
        self.quote("opportunity title too long", linked=False, title=f"{title} staged migration during the holidays")
        for _ in range(2):
            self.quote("owner without external identifier", linked=False, owner=self.owners[10])
        self.quote("owner inactive", linked=False, owner=self.owners[11])

    def companies_in_the_way(self) -> None:
        """Companies that are not linked but look known, inactive ones, and one that is linked to another."""
        toys = self._make.company("Tailspin Toys", self.owners[2], linked=False)
        self._make.psa_company(toys, self.owners[2], companyName="Tailspin Toys, Inc.")
        old = {"companyName": "Tailspin Toys", "isActive": False, "webAddress": None, "phone": "(503) 555-0166"}
        self._make.psa_company(toys, self.owners[3], **old)
        for _ in range(2):
            self.quote("company near match", company=toys, contact=self._make.contact(toys, linked=False), linked=False)
        trey = self._make.company("Trey Research", self.owners[3], linked=False)
        self._make.psa_company(trey, self.owners[3], isActive=False)
        self.quote("company near match", company=trey, contact=self._make.contact(trey, linked=False), linked=False)

        other = self._make.company("Humongous Insurance", self.owners[4])
        self._make.psa_row("Companies", other["externalIdentifier"]).update(
            companyName="Lucerne Publishing", webAddress="https://www.lucernepublishing.example", phone="(614) 555-0142"
        )
        self.quote("company linked to another", company=other, contact=self._make.contact(other))
        closed = self._make.company("Liberty's Delightful Bakery", self.owners[5])
        contact = self._make.contact(closed)
        for _ in range(2):
            self.quote("company inactive", company=closed, contact=contact)
        self._make.psa_row("Companies", closed["externalIdentifier"])["isActive"] = False

    def contacts_in_the_way(self) -> None:
        """Contacts that look known, that belong elsewhere, or that have left."""
        for company in self.companies[6:8]:
            contact = self._make.contact(company, linked=False)
            self._make.psa_contact(contact, int(company["externalIdentifier"]))
            self.quote("contact near match", company=company, contact=contact, linked=False)
        for company, elsewhere in zip(self.companies[8:10], self.companies[10:12], strict=True):
            contact = self._make.contact(company)
            self.quote("contact of another company", company=company, contact=contact)
            there = int(elsewhere["externalIdentifier"])
            self._make.psa_row("Contacts", contact["externalIdentifier"])["companyID"] = there
        company = self.companies[12]
        contact = self._make.contact(company)
        self.quote("contact inactive", company=company, contact=contact)
        self._make.psa_row("Contacts", contact["externalIdentifier"])["isActive"] = 0

    def terms(self) -> None:
        """Payment terms that are gone, and a billing term that nobody knows."""
        for name in ("Net 60", "Net 60", "Net 45"):
            self.quote("payment term deleted" if name == "Net 60" else "payment term inactive", term=self.fields[name])
        for product in self._soft[:2]:
            odd = self._make.item(product, 3, term="per incident")
            self.quote("unknown billing term", items=[*self.items(), odd])

    def lines(self, products: dict[str, Row]) -> None:
        """Lines that others added, products that cannot be used, and one that this tenant refuses."""
        for _ in range(2):
            quote = self.quote("lines added by others")
            made = self._make.arrive(quote)
            product = self._make.psa["Products"][9]
            line = {
                "quoteItemType": 1,
                "productID": product["id"],
                "name": product["name"],
                "unitPrice": 99,
                "unitCost": 60,
            }
            rest = {"unitDiscount": 0, "lineDiscount": 0, "percentageDiscount": 0, "isOptional": False}
            self._make.keep("QuoteItems", quoteID=made, quantity=1, **line, **rest, sortOrderID=90)
        for case, name, count in (
            ("labour without role", "no role", 2),
            ("item refused by the tenant", "refused", 2),
            ("product deleted", "deleted", 2),
            ("product inactive", "inactive", 1),
        ):
            for _ in range(count):
                self.quote(case, extra=(products[name],))
