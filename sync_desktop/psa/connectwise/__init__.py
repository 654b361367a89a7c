"""ConnectWise PSA: what its connection needs, and how its connector is built."""

import base64

from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.connector import ConnectWiseConnector
from sync_desktop.psa.connectwise.dialect import ConnectWiseDialect
from sync_desktop.psa.tools import FormField, Tools
from sync_desktop.transport.budget import RollingBudget

OWN_CAP, MINUTE = 500, 60.0
"""Calls a minute that this program allows itself: from 1,000 on, everybody's may be limited (developer guide)."""
PRACTICE_CAP = 100_000
"""A practice tenant belongs to nobody else; its own limit counts, where that is switched on."""
GRACE_SECONDS = 3.0
"""After a create without an answer; rows show at once, and a busy server has still to finish what it was at."""

PUBLIC_KEY, PRIVATE_KEY, CLIENT_ID = "connectwise.public_key", "connectwise.private_key", "connectwise.client_id"

FORM = (
    FormField(
        "site",
        "ConnectWise in the browser",
        help="For example https://na.myconnectwise.net, or the address of your own server",
    ),
    FormField("company", "Company", help="What you enter as company when you log in"),
    FormField(PUBLIC_KEY, "Public key", secret=True),
    FormField(PRIVATE_KEY, "Private key", secret=True),
    FormField(CLIENT_ID, "Client id", secret=True, help="From developer.connectwise.com, one for each integration"),
)
ADVICE = (
    "Give this program an API member of its own, never Salesbuildr's: who changed what can then be told apart.",
    "Its security role has to inquire, add and edit companies, contacts, opportunities, products and catalog items.",
    "The same role has to see the setup tables of categories, types, stages, statuses, billing terms and countries.",
    "It sees tax codes, locations, departments and members too, or else what is mapped to them cannot be audited.",
    "ConnectWise slows programs down that send more than about 1,000 requests a minute; this one sends 500 at most.",
)


def build(tools: Tools) -> ConnectWiseConnector:
    """Build the connector of one site; nothing is sent yet."""
    connection = tools.site.connection
    site, company = connection.get("site", ""), connection.get("company", "")
    cap = PRACTICE_CAP if tools.site.practice else OWN_CAP
    budget = RollingBudget(cap, MINUTE, tools.clock, "ConnectWise", "wait")
    budget.seed(tools.recent_calls)

    async def sign() -> dict[str, str]:
        keys = f"{company}+{await tools.secret(PUBLIC_KEY)}:{await tools.secret(PRIVATE_KEY)}"
        return {
            "Authorization": f"Basic {base64.b64encode(keys.encode()).decode()}",
            "clientId": await tools.secret(CLIENT_ID),
        }

    client = ConnectWiseClient(
        site=site,
        company=company,
        make_session=lambda base_url: tools.make_session(base_url, ConnectWiseDialect(), sign, budget),
    )
    return ConnectWiseConnector(
        client, tools.cache, budget, tools.clock, site=site, company=company, grace_seconds=GRACE_SECONDS
    )
