"""Records that drafting tests of ConnectWise share, and what a site knows of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

from sync_desktop.domain.records import Address, Company, Contact, Named, Opportunity, Product, ProductType, Term
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known

HARDWARE = Named(id="h1", name="Laptops")
LITWARE = Company(
    id="c9",
    name="Litware, Inc.",
    type="customer",
    phone="+1 208 555 0100",
    website="https://litware.example",
    address=Address(street="1 Main St", apartment="Suite 2", city="Boise", state="ID", zip="83702", country="US"),
    account_manager=Named(id="o1", name="Rosa Varga"),
    payment_term_id="t1",
)
ADA = Contact(
    id="p9",
    first_name="Ada",
    last_name="Kaur",
    email="ada@litware.example",
    phone="555 0100",
    mobile="555 0101",
    company=Named(id="c1"),
)
SERVER = Opportunity(
    id="d9",
    name="New server",
    description="As discussed:\r\nthree racks",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=Named(id="o1", name="Rosa Varga"),
    stage=Named(id="s1", name="Quote"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.5"),
    expected_close_date=datetime(2026, 5, 1, tzinfo=UTC),
)
FIREWALL = Product(
    id="64f0c0ffee",
    name="FortiGate 60F",
    description="A firewall",
    category=HARDWARE,
    mpn="FG-60F",
    manufacturer="corvane",
    cost=Decimal("400.125"),
    price=Decimal("499.90"),
    is_serialized=True,
)
BACKUP = Product(
    id="64f0backup",
    name="Backup",
    type=ProductType.SERVICE,
    category=HARDWARE,
    cost=Decimal(5),
    price=Decimal("9.5"),
    term=Term.MONTHLY,
)
LISTS = {
    "company/countries": [{"id": 1, "name": "United States", "countryCode": "US"}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "emailFlag": True},
        {"id": 4, "description": "Mobile", "phoneFlag": True},
        {"id": 2, "description": "Direct", "phoneFlag": True, "defaultFlag": True},
    ],
    "procurement/unitOfMeasures": [{"id": 85, "name": "Each"}, {"id": 88, "name": "Month"}],
}


@asynccontextmanager
async def prepared() -> AsyncIterator[Desk]:
    """Give a connector that has read what drafting needs."""
    async with desk(rows=LISTS) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


def site_knows() -> Known:
    """Return what a site knows: links of the company and contact, and a mapping of each kind that the records need."""
    made = Known()
    made.add(Company(id="c1", name="Northwind"), external="20")
    made.add(Contact(id="p1", first_name="Kim"), external="40")
    made.map(OWNER, "o1", "2", name="Rosa Varga")
    made.map(STAGE, "s1", "8")
    made.map(CATEGORY, "k1", "2")
    made.map(PAYMENT_TERM, "t1", "6")
    made.map(PRODUCT_CATEGORY, "h1", "60/70/80")
    return made
