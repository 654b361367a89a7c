"""A small world for rough handling: one quote whose company, contact, opportunity and products are all new to the PSA.

`FULL` is that quote, with a line of each type that Salesbuildr has. `KNOWN` is about things that the PSA has already:
once it was written, the credentials have proven what they can see.
"""

from typing import Self

from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import COURIER, item
from tests.worlds.small_world import SmallWorld

FULL = "Q-1"
KNOWN = "Q-7"
NEW_COMPANY, NEW_CONTACT, NEW_PRODUCT = "c3", "p3", "newlaptop"
LINES = [
    "Corvane L310 laptop",
    "Corvane L420 laptop",
    "Courier",
    "Help desk engineer",
    "Managed backup",
    "Managed firewall",
    "Workplace kit Basic",
]
"""The lines that FULL has in the PSA, its shipping included."""
CREATES = 15
"""Rows that FULL needs in Autotask."""
POSTS = {"autotask": CREATES, "connectwise": 12, "halopsa": 13}
"""How often something is posted for FULL, by PSA.

ConnectWise has no quote and no locations of one. HaloPSA's client brings its main contact, of whom a second post tells
the telephones, and each line is posted with its quotation.
"""


class RoughWorld(SmallWorld):
    """A small world that has KNOWN in it."""

    def __init__(self, side: PsaSide = AUTOTASK) -> None:
        super().__init__(side)
        self.plain(KNOWN)

    def full(self, number: str = FULL) -> Self:
        """Add the quote of which nothing is known to the PSA."""
        products = ("laptop", "kit", "backup", "engineer", NEW_PRODUCT, "newservice")
        items = [item(product, f"{number}-{product}", 1 + at) for at, product in enumerate(products)]
        here = {"street": "4 Foundry Row", "city": "Dublin", "state": "OH", "zip": "43016"}
        whose = {"companyId": NEW_COMPANY, "contactId": NEW_CONTACT}
        opportunity = self.opportunity(f"opp-{number.lower()}", **whose)["id"]
        more = {"opportunityId": opportunity, "paymentTermId": "t1", "shippingType": COURIER, "deliveryAddress": here}
        self.quote(number, items, **whose, **more)
        return self

    def plain(self, number: str, product: str = "laptop") -> Self:
        """Add a quote of one line about things that the PSA knows."""
        there = {"street": f"Dock {number}", "city": "Albany", "state": "NY", "zip": "12207"}
        self.quote(number, [item(product, f"{number}-{product}")], paymentTermId="t1", deliveryAddress=there)
        return self
