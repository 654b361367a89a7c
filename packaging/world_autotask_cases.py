"""The quotes of the site with Autotask."""

from world_cases import Cases
from world_psa import Row

NEWCOMERS = {
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
"""Products by category that Autotask does not know yet."""
TROUBLES = (
    ("Cloud backup", "category without billing code", 3),
    ("Firewalls", "billing code inactive", 4),
    ("Cabling", "billing code deleted", 2),
    ("Security", "billing code of the wrong use type", 2),
)
TOO_LONG = (
    "Replacement of all network equipment in headquarters, both branch offices and the two warehouses, with"
    " staged migration during the holidays"
)
"""Longer than the 128 characters that a title may have."""


class AutotaskCases(Cases):
    """Writes the quotes."""

    shipping_ids = (1, 2)

    def write(self, new: dict[str, list[Row]]) -> None:
        """Make all quotes."""
        products = self._oddities()  # after the cases have looked for what is in order
        self.in_step()
        self.ready(new["Networking"])
        self.left_out()
        self.mappings(new, TROUBLES)
        self.opportunities(TOO_LONG)
        self.companies_in_the_way()
        self.contacts_in_the_way()
        for name in ("Net 60", "Net 60", "Net 45"):
            self.quote("payment term deleted" if name == "Net 60" else "payment term inactive", term=self.fields[name])
        self.unknown_terms()
        self.strangers_lines()
        for case, name, count in (
            ("labour without role", "no role", 2),
            ("item refused by the tenant", "refused", 2),
            ("product deleted", "deleted", 2),
            ("product inactive", "inactive", 1),
        ):
            self.repeat(case, count, extra=(products[name],))

    def _oddities(self) -> dict[str, Row]:
        """Make the products that are in the way, each in its own manner."""
        make = self._make.product
        made = {
            "no role": make("Labour", "labor", "one-time", "Structured cabling crew", 60.0, 130.0, linked=False),
            "refused": make("Peripherals", "product", "one-time", "Brightwell dock D90 (clearance)", 40.4, 55.95),
            "deleted": make("Monitors", "product", "one-time", 'Brightwell 19" monitor', 70.4, 89.95),
            "inactive": make("Printers", "product", "one-time", "Quire M110 laser printer", 120.4, 149.95),
        }
        self._psa.remove("Products", made["deleted"]["externalIdentifier"])
        self._psa.row("Products", made["inactive"]["externalIdentifier"])["isActive"] = False
        self.refused = int(made["refused"]["externalIdentifier"])
        return made

    def rules(self) -> list[Row]:
        """Return what the tenant refuses by rules of its own."""
        errors = ["This product cannot be quoted: clearance stock is sold by the warehouse only."]
        return [{"entity": "QuoteItems", "when": {"productID": self.refused}, "errors": errors}]
