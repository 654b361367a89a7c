"""Five quotes with all that a quote can hold; what each PSA makes of them stands in the tests, worked out by hand.

Products, services, labour and bundles, new ones too, set-up prices, an optional item, shipping, and discounts of items
and of whole quotes, as percentages and as amounts.
"""

from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import COURIER, item
from tests.worlds.small_world import SmallWorld

NUMBERS = ("Q-1", "Q-2", "Q-3", "Q-4", "Q-5")
BACK_DOOR = {"street": "4 Dock Street", "city": "Schenectady", "state": "NY", "zip": "12305", "country": "US"}


def five_quotes(side: PsaSide) -> SmallWorld:
    """Return the five quotes, as Salesbuildr holds them."""
    made = SmallWorld(side)
    made.quote(
        "Q-1",
        [
            item("laptop", "1a", 2, discount=10),
            item("backup", "1b", 5, shortDescription="Nightly, kept for a year"),
            item("dock", "1c", 1, optional=True),
        ],
        paymentTermId="t1",
        shippingType=COURIER,
        deliveryAddress=BACK_DOOR,
        poNumber="PO-4101",
        note="Deliver to the back door",
    )
    made.quote(
        "Q-2",
        [item("engineer", "2a", 8), item("laptop", "2b", 3, discount=5, setupCost=20, setupPrice=49)],
        companyId="c2",
        contactId="p2",
        discount={"type": "percentage", "value": 10},
    )
    made.quote(
        "Q-3",
        [item("kit", "3a"), item("dock", "3b"), item("dock", "3c"), item("care", "3d", 3)],
        discount={"type": "amount", "value": 100},
    )
    made.quote("Q-4", [item("newlaptop", "4a"), item("newservice", "4b", 2)], approvedAt=None, status="sent")
    made.opportunity("opp-new", name="New studio", companyId="c3", contactId="p3", description="Two floors")
    made.quote(
        "Q-5", [item("laptop", "5a")], companyId="c3", contactId="p3", opportunityId="opp-new", paymentTermId="t2"
    )
    return made
