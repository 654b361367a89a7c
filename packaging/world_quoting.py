"""Makes what Salesbuildr holds of one site, and asks the PSA's side for what stands for it there."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from world_names import Names
from world_psa import PsaSide, Row, day
from world_words import CITIES, FIRST_NAMES, LAST_NAMES, STREETS


class Builder:
    """Collects the rows of one site."""

    def __init__(self, names: Names, psa: Callable[[Random], PsaSide]) -> None:
        self.random = Random(names.seed)  # noqa: S311 - invented data
        self.names = names
        self.psa = psa(self.random)
        self.quoting: dict[str, list[Row]] = {}
        self.cases: dict[str, list[str]] = {}
        self.categories: dict[str, Row] = {}
        self._phones = self.random.sample(range(1000, 9999), 600)
        self._people: set[str] = set()
        self._number = names.first_quote

    def add(self, collection: str, **members: Any) -> Row:
        """Keep a row of Salesbuildr."""
        row = {"id": f"{self.random.getrandbits(96):024x}", **members}
        self.quoting.setdefault(collection, []).append(row)
        return row

    def phone(self, area: str) -> str:
        """Return a number that nobody else has."""
        return f"({area}) 555-{self._phones.pop()}"

    def address(self) -> tuple[Row, str]:
        """Return an address and its area code."""
        city, state, code, area = self.random.choice(CITIES)
        street = f"{self.random.randint(2, 480)} {self.random.choice(STREETS.split('|'))}"
        suite = f"Suite {self.random.randint(100, 480)}" if self.random.random() < 0.3 else ""
        return {"street": street, "apartment": suite, "city": city, "state": state, "zip": code, "country": "US"}, area

    def field_rows(self) -> dict[str, Row]:
        """Make the values of the drop-down fields, by their name."""
        made: dict[str, Row] = {}
        for order, (field, name, external, deleted) in enumerate(self.psa.fields, start=1):
            made[name] = self.add(
                "field",
                field=field,
                displayValue=name,
                externalIdentifier=None if external is None else str(external),
                order=order,
                parentValue=None,
                deleted=deleted,
            )
        return made

    def staff(self) -> list[Row]:
        """Make twelve owners and who they are in the PSA: the eleventh is not linked, the twelfth has left."""
        owners = []
        for number in range(12):
            first, last = self.person()
            email = f"{first}.{last}@{self.names.domain}".lower()
            member = self.psa.first_owner + number if number != 10 else None
            external = None if member is None else str(member)
            owners.append(self.add("owner", name=f"{first} {last}", email=email, externalIdentifier=external))
            if member is not None:
                self.psa.member(member, first, last, email, active=number != 11)
        return owners

    def category_rows(self) -> None:
        """Make the categories, parents first."""
        for name, parent, code in self.psa.categories:
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
            row["externalIdentifier"] = str(self.psa.company(row, owner))
        return row

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
            row["externalIdentifier"] = str(self.psa.contact(row, int(company["externalIdentifier"])))
        return row

    def product(self, category: str, kind: str, term: str, name: str, cost: float, price: float, **more: Any) -> Row:
        """Make a product; `linked` as false leaves it unknown to the PSA, `role` is what labour stands for."""
        linked, role = more.pop("linked", True), more.pop("role", None)
        number = len(self.quoting.get("product", ())) + 1001
        row = self.add(
            "product",
            name=name,
            shortDescription=more.pop("text", f"{name}, delivered and supported by our team."),
            productType=kind,
            categoryId=self.categories[category]["id"],
            externalIdentifier=str(role) if role else None,
            internalProductId=f"{self.names.prefix}-{number}",
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
            row["externalIdentifier"] = str(self.psa.product(row, category))
        return row

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
            statusId="active",
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
            made = self.psa.opportunity(row, company, contact, owner, stage, category)
            row["externalIdentifier"] = str(made)
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
        row["link"] = f"https://{self.names.domain}/quotes/{row['id']}"
        opportunity["statusId"] = {"approved": "won", "declined": "lost"}.get(status, "active")
        self.cases.setdefault(case, []).append(row["number"])
        if not more.get("second"):
            self._revenue(opportunity, items)
        return row

    def _revenue(self, opportunity: Row, items: Sequence[Row]) -> None:
        once = [item for item in items if item["term"] == "one-time" and not item["optional"]]
        revenue = round(sum(item["price"] * item["quantity"] for item in once), 2)
        cost = round(sum(item["cost"] * item["quantity"] for item in once), 2)
        opportunity.update(onetimeRevenue=revenue, oneTimeProfit=round(revenue - cost, 2))
        if opportunity["externalIdentifier"]:
            self.psa.revenue(opportunity["externalIdentifier"], revenue, opportunity["oneTimeProfit"])

    def arrive(self, quote: Row) -> int:
        """Make everything that stands for a quote in the PSA, and return what lines could be added to there."""
        of = {kind: self.of(kind, quote[f"{kind}Id"]) for kind in ("company", "contact", "opportunity", "owner")}
        of["paymentTerm"] = self.of("field", quote["paymentTermId"]) if quote["paymentTermId"] else {}
        return self.psa.arrive(quote, of, self._by_id("product"), self._by_id("category"))

    def of(self, kind: str, row_id: str) -> Row:
        """Return a row of Salesbuildr."""
        return next(row for row in self.quoting[kind] if row["id"] == row_id)

    def _by_id(self, kind: str) -> Mapping[str, Row]:
        return {row["id"]: row for row in self.quoting[kind]}
