"""The quotes of the site with HaloPSA."""

from typing import Any

from world_cases import Cases
from world_halopsa import DISCONTINUED, SHIPPING_ITEM, HaloPsa
from world_halopsa_setup import CATEGORY_TARGETS
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
    "Signage": ("Brightwell menu board",),
}
"""Products by category that HaloPSA does not know yet."""
TROUBLES = (
    ("Firewalls", "asset group not for items", 4),
    ("Cabling", "asset group deleted", 2),
    ("Cloud backup", "asset group hidden from the API agent", 2),
    ("Security", "asset type deleted", 2),
    ("Audio and video", "asset type moved", 2),
    ("Signage", "category without a target", 1),
)


class HaloPsaCases(Cases):
    """Writes the quotes."""

    in_step_quotes, ready_quotes = 22, 5
    never_written = (("draft", 3), ("declined", 3), ("expired", 2))
    too_old = (104, 220)
    amounts_off = False
    shipping_ids = (SHIPPING_ITEM, SHIPPING_ITEM)
    _psa: HaloPsa

    def __init__(self, builder: Builder, companies: list[Row], owners: list[Row], fields: dict[str, Row]) -> None:
        super().__init__(builder, companies, owners, fields)
        self._hidden: list[Row] = []
        self._refused = 0

    def write(self, new: dict[str, list[Row]]) -> None:
        """Make all quotes."""
        products = self._oddities()  # after the cases have looked for what is in order
        self._mappings_of_salesbuildr()
        self.in_step()
        self.ready(new["Networking"])
        self._special_lines()
        self.left_out()
        self.mappings(new, TROUBLES)
        self.quote("two categories broken", extra=(new["Firewalls"][0], new["Security"][0]))
        self.opportunities()
        self.quote("opportunity category deleted", linked=False, category=self.fields["Renewal"])
        self.companies_in_the_way()
        self._main_contact()
        self.contacts_in_the_way()
        self.records_gone()
        self._not_visible()
        self.repeat("payment term deleted", 2, term=self.fields["Net 60"])
        self.quote("payment term inactive", term=self.fields["Net 45"])
        self.unknown_terms()
        self.strangers_lines()
        self.repeat("product deleted", 2, extra=(products["deleted"],))
        self.quote("product inactive", extra=(products["inactive"],))
        self.repeat("item refused by the tenant", 2, extra=(products["refused"],))

    def rules(self) -> list[Row]:
        """Return what the instance refuses by rules of its own: lines of one item are left out, with a warning."""
        warnings = ["Brightwell dock D90 (clearance) was not added: clearance stock is sold by the warehouse only."]
        return [{"entity": "QuotationDetail", "when": {"item_id": self._refused}, "warnings": warnings}]

    def more(self) -> dict[str, Any]:
        """Return what the API agent does not see."""
        return {"hidden": self._hidden}

    def _oddities(self) -> dict[str, Row]:
        """Make the products that are in the way, each in its own manner."""
        make = self._make.product
        made = {
            "deleted": make("Monitors", "product", "one-time", 'Brightwell 19" monitor', 70.4, 89.95),
            "inactive": make("Printers", "product", "one-time", "Quire M110 laser printer", 120.4, 149.95),
            "refused": make("Peripherals", "product", "one-time", "Brightwell dock D90 (clearance)", 40.4, 55.95),
        }
        self._psa.remove("Item", made["deleted"]["externalIdentifier"])
        self._psa.row("Item", made["inactive"]["externalIdentifier"])["status"] = DISCONTINUED
        self._refused = int(made["refused"]["externalIdentifier"])
        return made

    def _mappings_of_salesbuildr(self) -> None:
        """Note where Salesbuildr itself leads its categories; its public API shows nothing of that."""
        for name, (_, group, asset_type) in CATEGORY_TARGETS.items():
            target = {"assetGroup": group, "assetType": asset_type}
            self._make.add("category-mapping", categoryId=self._make.categories[name]["id"], **target)

    def _special_lines(self) -> None:
        """Quotes with what a line of HaloPSA cannot simply hold: a set-up price, and an amount off all of it."""
        for _ in range(2):
            items = self.items()
            items[0].update(setupCost=12.5, setupPrice=49.0)
            self.quote("ready: set-up price", items=items)
        self.quote("ready: amount off", items=self.plain_items(), discount={"type": "amount", "value": 100})

    def _main_contact(self) -> None:
        """Let a new company have nobody for a main contact, which this instance demands."""
        company = self._make.company(f"{self._make.names.newcomer} Gallery", self.owners[6], linked=False)
        self.repeat("main contact compulsory", 2, company=company, contact=None, linked=False)

    def _not_visible(self) -> None:
        """Link a company to one that the API agent's role does not show."""
        company = self._make.company(f"{self._make.names.closed} Holding", self.owners[8])
        self.quote("company not visible", company=company, contact=self._make.contact(company))
        self._hidden.append({"collection": "Client", "where": {"id": int(company["externalIdentifier"])}})
