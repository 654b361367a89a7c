"""The quotes of a site: in step, ready, to be left out, and some for each reason to fail that the PSAs share."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import cycle
from typing import Any, ClassVar

from world_psa import Row
from world_quoting import Builder

TOPICS = (  # parted by bars; unlike each other, so that no two opportunities of a company look the same
    "Office refresh|Laptop roll-out|Switch replacement|Managed workplace|New server room|Wi-Fi extension|"
    "Meeting screens|Telephony move|More storage|Branch opening|Annual licences|Printer pool|Starter kits for interns|"
    "Cloud migration|Warehouse network|Security baseline|Helpdesk contract|Reception area"
)
CLEAN = ("Laptops", "Desktops", "Servers", "Storage", "Networking", "Monitors", "Peripherals", "Phones", "Printers")
SOFT = ("Licences", "Cloud", "Managed services")
SHIPPING = (("courier", "Courier", 14.5, 19.0), ("express", "Express", 31.0, 45.0))
"""Id at Salesbuildr, name, cost, price."""
ARRIVED = ("in step", "lines added by others")
PLAIN = 20
"""Which of the quotes in step has an amount off, where the PSA can hold that in one way only."""


class Cases(ABC):
    """Writes quotes into a builder that already has its companies, people and catalogue."""

    in_step_quotes: ClassVar[int] = 27
    ready_quotes: ClassVar[int] = 7
    never_written: ClassVar[Sequence[tuple[str, int]]] = (("draft", 6), ("declined", 5), ("expired", 4))
    too_old: ClassVar[Sequence[int]] = (104, 140, 220, 310)
    """Days since they were made, of quotes that could be written otherwise."""
    category_needed: ClassVar[bool] = True
    """Whether an opportunity cannot do without a category."""
    amounts_off: ClassVar[bool] = True
    """Whether a quote that is in step may have an amount off."""
    shipping_ids: ClassVar[Sequence[int]]
    """What the types of shipping are linked to, in their order."""

    def __init__(self, builder: Builder, companies: list[Row], owners: list[Row], fields: dict[str, Row]) -> None:
        self._make = builder
        self._psa = builder.psa
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
            {"id": row_id, "name": name, "cost": cost, "price": price, "externalIdentifier": str(external)}
            for (row_id, name, cost, price), external in zip(SHIPPING, self.shipping_ids, strict=True)
        ]

    @abstractmethod
    def write(self, new: dict[str, list[Row]]) -> None:
        """Make all quotes; `new` are products by category that the PSA does not know."""

    def rules(self) -> list[Row]:
        """Return what the tenant refuses by rules of its own."""
        return []

    def more(self) -> dict[str, Any]:
        """Return what else the site's file has to say."""
        return {}

    def items(self, extra: tuple[Row, ...] = (), *, fewest: int = 3, most: int = 9, bare: bool = False) -> list[Row]:
        """Return items of things that are linked and well mapped, and one of each product in `extra`.

        `bare` leaves out what not every PSA holds alike: discounts, set-up prices and options.
        """
        draw = self._make.random
        count = max(1, draw.randint(fewest, most) - len(extra))
        chosen = draw.sample(self._goods, max(1, count // 2)) + draw.sample(self._soft, count - count // 2)
        if draw.random() < 0.5:
            chosen.append(draw.choice(self._labour))
        items: list[Row] = []
        for product in chosen:
            quantity, terms = draw.choice((1, 1, 2, 3, 5, 10)), self._terms(product)
            items.append(self._make.item(product, quantity, **({} if bare else terms)))
        items += [self._make.item(product, draw.choice((1, 2))) for product in extra]
        return items

    def _terms(self, product: Row) -> dict[str, Any]:
        """Return discount, set-up and option of an item, as far as a line of this PSA can simply hold them."""
        draw = self._make.random
        terms: dict[str, Any] = {}
        if draw.random() < 0.2:
            terms["discount"] = draw.choice((5, 10, 12.5))
        if product["productType"] == "product" and draw.random() < 0.12:
            price = float(draw.choice((35, 49, 75)))
            if self._psa.holds_set_up:
                terms.update(setupCost=round(product["cost"] * 0.05, 2), setupPrice=price)
        if draw.random() < 0.07 and self._psa.holds_options:
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
        items = more.pop("items", None) or self.items(extra, bare=case in ARRIVED and self._psa.bare_when_in_step)
        more.setdefault("term", self.fields["Net 30" if ago % 3 else "Net 15"])
        return self._make.quote(opportunity, status, ago, items, case=case, **more)

    def repeat(self, case: str, count: int, **more: Any) -> None:
        """Make several quotes that differ in nothing but what is drawn."""
        for _ in range(count):
            self.quote(case, **more)

    def opportunity_of(self, quote: Row) -> str:
        """Return the id in the PSA of the opportunity that a quote belongs to."""
        return str(self._make.of("opportunity", quote["opportunityId"])["externalIdentifier"])

    def in_step(self) -> None:
        """Quotes that have arrived whole."""
        bare = self._psa.bare_when_in_step
        for number in range(self.in_step_quotes):
            more: dict[str, Any] = {}
            if number % 3 == 0:
                more["shipping"] = self._shipping[number % 2]
            if number % 5 == 1:
                more["po"] = f"PO-{4100 + number}"
            if number % 9 == 4 and not bare:
                more["discount"] = {"type": "percentage", "value": 5}
            if number == PLAIN and self.amounts_off:
                more.update(discount={"type": "amount", "value": 100}, items=self.plain_items())
            if number % 8 == 2:
                more["delivery"] = self._make.address()[0]
            if number == 11:
                more["items"] = self.items(fewest=20, most=20, bare=bare)[:20]
            self._make.arrive(self.quote("in step", **more))

    def plain_items(self) -> list[Row]:
        """Return items without discounts of their own, so that an amount off the quote spreads to whole cents."""
        goods = [self._make.item(product, 2) for product in self._goods[:3]]
        return [*goods, self._make.item(self._soft[-1], 4)]

    def ready(self, new: list[Row]) -> None:
        """Quotes that nothing keeps from being written."""
        self.repeat("ready", self.ready_quotes)
        self.quote("ready", shipping=self._shipping[0], discount={"type": "percentage", "value": 7.5})
        self.quote("ready", linked=False)
        for product in new[:3]:
            self.quote("ready: new product", extra=(product,))
        company = self._make.company(self._make.names.newcomer, self.owners[1], linked=False)
        contact = self._make.contact(company, linked=False)
        self.quote("ready: new company", company=company, contact=contact, linked=False)
        known = self.companies[4]
        self.quote("ready: new contact", company=known, contact=self._make.contact(known, linked=False), linked=False)

    def left_out(self) -> None:
        """Quotes that nobody should write, and why."""
        for status, count in self.never_written:
            for number in range(count):
                self.quote(f"not eligible: {status}", status=status, ago=35 + number, primary=number % 2 == 0)
        self.repeat("not eligible: deleted", 2, deleted=True)
        for ago in self.too_old:
            self.quote("not eligible: older than 90 days", ago=ago)
        for _ in range(2):
            self._psa.lose(self.opportunity_of(self.quote("not eligible: opportunity lost")))
        for _ in range(2):
            won = self.opportunity_of(self.quote("not eligible: won with a sales order"))
            self._psa.win(won, ordered=True)
        self._psa.win(self.opportunity_of(self.quote("asks: opportunity won")), ordered=False)

    def mappings(self, new: dict[str, list[Row]], troubles: Sequence[tuple[str, str, int]]) -> None:
        """Quotes with new products of categories that lead to nothing that can be used: category, case, how many."""
        for category, case, count in troubles:
            products = cycle(new[category])
            for _ in range(count):
                self.quote(case, extra=(next(products),))

    def opportunities(self, title: str = "") -> None:
        """Opportunities that are gone, and new ones that cannot be created; `title` is one that is too long."""
        for _ in range(2):
            quote = self.quote("opportunity deleted")
            self._psa.remove(self._psa.opportunities, self.opportunity_of(quote))
        self.repeat("opportunity stage unmapped", 2, linked=False, stage=self.fields["Discovery workshop"])
        if self.category_needed:
            self.quote("opportunity category missing", linked=False, category=None)
        if title:
            self.quote("opportunity title too long", linked=False, title=title)
        self.repeat("owner without external identifier", 2, linked=False, owner=self.owners[10])
        self.quote("owner inactive", linked=False, owner=self.owners[11])

    def companies_in_the_way(self) -> None:
        """Companies that are not linked but look known, inactive ones, and one that is linked to another."""
        names = self._make.names
        toys = self._make.company(names.look_alike, self.owners[2], linked=False)
        self._psa.company({**toys, "name": f"{names.look_alike}, Inc."}, self.owners[2])
        self._psa.company({**toys, "website": None, "telephone": "(503) 555-0166"}, self.owners[3], active=False)
        for _ in range(2):
            self.quote("company near match", company=toys, contact=self._make.contact(toys, linked=False), linked=False)
        old = self._make.company(names.retired, self.owners[3], linked=False)
        self._psa.company(old, self.owners[3], active=False)
        self.quote("company near match", company=old, contact=self._make.contact(old, linked=False), linked=False)

        name, real = names.mistaken
        other = self._make.company(name, self.owners[4])
        website = f"https://www.{''.join(filter(str.isalnum, real.lower()))}.example"
        self._psa.rename_company(other["externalIdentifier"], real, website, "(614) 555-0142")
        self.quote("company linked to another", company=other, contact=self._make.contact(other))
        closed = self._make.company(names.closed, self.owners[5])
        self.repeat("company inactive", 2, company=closed, contact=self._make.contact(closed))
        self._psa.retire_company(closed["externalIdentifier"])

    def contacts_in_the_way(self) -> None:
        """Contacts that look known, that belong elsewhere, or that have left."""
        for company in self.companies[6:8]:
            contact = self._make.contact(company, linked=False)
            self._psa.contact(contact, int(company["externalIdentifier"]))
            self.quote("contact near match", company=company, contact=contact, linked=False)
        for company, elsewhere in zip(self.companies[8:10], self.companies[10:12], strict=True):
            contact = self._make.contact(company)
            self.quote("contact of another company", company=company, contact=contact)
            self._psa.move_contact(contact["externalIdentifier"], elsewhere["externalIdentifier"])
        company = self.companies[12]
        contact = self._make.contact(company)
        self.quote("contact inactive", company=company, contact=contact)
        self._psa.retire_contact(contact["externalIdentifier"])

    def records_gone(self) -> None:
        """Companies and contacts that are linked to what was deleted or merged."""
        company = self._make.company(f"{self._make.names.newcomer} Annex", self.owners[6])
        self.quote("company deleted", company=company, contact=self._make.contact(company))
        self._psa.delete_company(company["externalIdentifier"])
        merged = self._make.company(f"{self.companies[5]['name']} (branch)", self.owners[7])
        contact = self._make.contact(merged)
        self.quote("company merged", company=merged, contact=contact)
        self._psa.move_contact(contact["externalIdentifier"], self.companies[5]["externalIdentifier"])
        self._psa.merge_company(merged["externalIdentifier"], self.companies[5]["externalIdentifier"])
        company = self.companies[13]
        contact = self._make.contact(company)
        self.quote("contact deleted", company=company, contact=contact)
        self._psa.delete_contact(contact["externalIdentifier"])

    def unknown_terms(self) -> None:
        """Items that are paid in a rhythm that nobody knows."""
        for product in self._soft[:2]:
            odd = self._make.item(product, 3, term="per incident")
            self.quote("unknown billing term", items=[*self.items(), odd])

    def strangers_lines(self) -> None:
        """Quotes that have arrived, and to which somebody added a line."""
        for _ in range(2):
            self._psa.add_line(self._make.arrive(self.quote("lines added by others")))
