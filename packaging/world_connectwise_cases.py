"""The quotes of the site with ConnectWise."""

from typing import Any

from world_cases import Cases
from world_connectwise import COMPANIES, SHIPPING_ITEM, UNDECIDED, ConnectWise
from world_connectwise_setup import CATEGORY_TARGETS, HIDDEN_CATEGORY
from world_psa import Row
from world_quoting import Builder

NEWCOMERS = {
    "Networking": (
        "Telluris S12 rugged switch",
        "Telluris cellular failover kit",
        "Telluris AP8 outdoor access point",
    ),
    "Firewalls": ("Gatekeep 80 firewall", "Gatekeep 120 firewall", "Gatekeep 200 firewall cluster"),
    "Security": ("Gatekeep endpoint shield, perpetual", "Gatekeep identity token set"),
    "Cloud backup": ("Coldstore backup licence, 1 TB", "Coldstore backup licence, 5 TB"),
    "Cabling": ("Fibre patch set, 10 pairs", "Wall rack, 12 units"),
    "Audio and video": ("Brightwell ceiling microphone", "Brightwell stage camera"),
    "Door entry": ("Gatekeep video intercom", "Gatekeep turnstile kit"),
    "Power": ("Telluris battery module", "Telluris power strip"),
    "Signage": ("Brightwell menu board",),
}
"""Products by category that ConnectWise does not know yet."""
TROUBLES = (
    ("Firewalls", "category inactive", 4),
    ("Security", "category inactive", 2),
    ("Cloud backup", "category hidden from the API member", 2),
    ("Cabling", "category deleted", 2),
    ("Audio and video", "subcategory inactive", 2),
    ("Door entry", "subcategory moved", 2),
    ("Power", "product type inactive", 2),
    ("Signage", "category without a target", 1),
)
TOO_LONG = (
    "Replacement of all network equipment in headquarters, both branch offices and the two warehouses, with"
    " staged migration during the holidays"
)
"""Longer than the 100 characters that a name may have."""


class ConnectWiseCases(Cases):
    """Writes the quotes."""

    in_step_quotes, ready_quotes = 22, 5
    never_written = (("draft", 3), ("declined", 3), ("expired", 2))
    too_old = (104, 220)
    amounts_off = category_needed = False
    shipping_ids = (SHIPPING_ITEM, SHIPPING_ITEM)
    _psa: ConnectWise

    def __init__(self, builder: Builder, companies: list[Row], owners: list[Row], fields: dict[str, Row]) -> None:
        super().__init__(builder, companies, owners, fields)
        self._refused = 0
        self._hidden: list[Row] = [{"collection": "procurement/categories", "where": {"id": HIDDEN_CATEGORY}}]

    def write(self, new: dict[str, list[Row]]) -> None:
        """Make all quotes."""
        products = self._oddities()  # after the cases have looked for what is in order
        self._mappings_of_salesbuildr()
        self.in_step()
        self.ready(new["Networking"])
        self._special_lines()
        self.left_out()
        self._closed_in_other_ways()
        self.mappings(new, TROUBLES)
        self._two_broken(new)
        self.opportunities(TOO_LONG)
        self.quote("opportunity type inactive", linked=False, category=self.fields["Renewal"])
        self.quote("opportunity without contact", linked=False, contact=None)
        self.companies_in_the_way()
        self.contacts_in_the_way()
        self.records_gone()
        self._not_visible()
        self.repeat("payment term deleted", 2, term=self.fields["Net 60"])
        self.unknown_terms()
        self.strangers_lines()
        self.repeat("product deleted", 2, extra=(products["deleted"],))
        self.quote("product inactive", extra=(products["inactive"],))
        self.repeat("item refused by the tenant", 2, extra=(products["refused"],))
        self._next_firewall()

    def rules(self) -> list[Row]:
        """Return what the tenant refuses by rules of its own."""
        errors = ["This product cannot be quoted: clearance stock is sold by the warehouse only."]
        return [{"entity": "ProductItem", "when": {"catalogItem/id": self._refused}, "errors": errors}]

    def more(self) -> dict[str, Any]:
        """Return what the API member does not see."""
        return {"hidden": self._hidden}

    def _next_firewall(self) -> None:
        """Draft a quote with a firewall that no other quote has, for after the category was repaired."""
        product = self._make.product(
            "Firewalls", "product", "one-time", "Gatekeep 400 firewall", 560.4, 700.5, linked=False
        )
        self.quote("not eligible: draft that needs a repair", status="draft", extra=(product,), ago=2)

    def _oddities(self) -> dict[str, Row]:
        """Make the products that are in the way, each in its own manner."""
        make = self._make.product
        made = {
            "deleted": make("Monitors", "product", "one-time", 'Brightwell 19" monitor', 70.4, 89.95),
            "inactive": make("Printers", "product", "one-time", "Quire M110 laser printer", 120.4, 149.95),
            "refused": make("Peripherals", "product", "one-time", "Brightwell dock D90 (clearance)", 40.4, 55.95),
        }
        self._refused = int(made["refused"]["externalIdentifier"])
        self._psa.remove("procurement/catalog", made["deleted"]["externalIdentifier"])
        self._psa.row("procurement/catalog", made["inactive"]["externalIdentifier"])["inactiveFlag"] = True
        return made

    def _mappings_of_salesbuildr(self) -> None:
        """Note where Salesbuildr itself leads its categories; its public API shows nothing of that."""
        for name, (_, category, subcategory, product_type) in CATEGORY_TARGETS.items():
            target = {"category": category, "subcategory": subcategory, "type": product_type}
            self._make.add("category-mapping", categoryId=self._make.categories[name]["id"], **target)

    def _special_lines(self) -> None:
        """Quotes with what a line of ConnectWise cannot simply hold: a set-up price, and something optional."""
        for _ in range(2):
            items = self.items()
            items[0].update(setupCost=12.5, setupPrice=49.0)
            self.quote("ready: set-up price", items=items)
        items = self.items()
        items[-1]["optional"] = True
        self.quote("ready: optional item", items=items)
        self.quote("ready: amount off", items=self.plain_items(), discount={"type": "amount", "value": 100})

    def _closed_in_other_ways(self) -> None:
        """Opportunities that are closed without being won or lost, won with a ticket; and quotes that are second."""
        self._psa.close(self.opportunity_of(self.quote("not eligible: opportunity closed")), UNDECIDED)
        self._psa.win_with_ticket(self.opportunity_of(self.quote("not eligible: won with a ticket")))
        for number in range(3):
            first = self.quote("ready: primary of two quotes")
            opportunity = self._make.of("opportunity", first["opportunityId"])
            same: dict[str, Any] = {"opportunity": opportunity, "ago": 9 + number, "primary": False, "second": True}
            self.quote("not eligible: not the primary quote", **same)

    def _two_broken(self, new: dict[str, list[Row]]) -> None:
        """Let a quote need two broken mappings at once."""
        self.quote("two categories broken", extra=(new["Firewalls"][0], new["Power"][0]))

    def _not_visible(self) -> None:
        """Link a company to one that the API member's role does not show."""
        company = self._make.company(f"{self._make.names.closed} Holding", self.owners[8])
        self.quote("company not visible", company=company, contact=self._make.contact(company))
        self._hidden.append({"collection": COMPANIES, "where": {"id": int(company["externalIdentifier"])}})
