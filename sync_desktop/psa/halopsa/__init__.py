"""HaloPSA: what its connection needs, and how its connector is built."""

from sync_desktop.psa.halopsa.addresses import resource_server
from sync_desktop.psa.halopsa.client import HaloClient
from sync_desktop.psa.halopsa.connector import HaloConnector
from sync_desktop.psa.halopsa.dialect import HaloDialect
from sync_desktop.psa.halopsa.lists import CUSTOMER_TYPES, PAYMENT_TERMS, PIPELINE_STAGES, QUOTE_STATUSES
from sync_desktop.psa.halopsa.tokens import Tokens
from sync_desktop.psa.tools import FormField, Tools
from sync_desktop.transport.budget import RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session

OWN_CAP, WINDOW = 200, 300.0
"""Calls in five minutes that this program allows itself: the lowest limit that was published is 300 for everybody."""
PRACTICE_CAP = 100_000
"""A practice instance belongs to nobody else; its own limit counts, where that is switched on."""
GRACE_SECONDS = 3.0
"""After a create without an answer; rows show at once, and a busy server has still to finish what it was at."""

CLIENT_ID, CLIENT_SECRET = "halopsa.client_id", "halopsa.client_secret"
LOOKUP = "Lookup."
"""How default settings of a site begin that name the lookupid of a list: `Lookup.pipeline stages`."""

FORM = (
    FormField(
        "resource_server",
        "Resource server",
        help="From Configuration > Integrations > Halo API, for example https://acme.halopsa.com/api",
    ),
    FormField(
        "auth_server",
        "Authorisation server",
        help="From the same page, for example https://acme.halopsa.com/auth; leave it empty to have HaloPSA asked",
        optional=True,
    ),
    FormField(
        "tenant",
        "Tenant",
        help="From the same page; leave it empty for an instance of your own server",
        optional=True,
    ),
    FormField(CLIENT_ID, "Client id", secret=True, help="Of an application of its own, once its form was saved"),
    FormField(CLIENT_SECRET, "Client secret", secret=True),
)
ADVICE = (
    "Give this program an application of its own under Halo API, never Salesbuildr's: who changed what can be told.",
    "It logs in as an API-only agent, whose role has to read and edit customers, opportunities, quotes and items.",
    "HaloPSA gives an application a new client id as long as its form has not been saved: save it, then copy the id.",
    "The limit, 300 requests in five minutes or more, is shared by all integrations; this program takes 200 at most.",
)


def build(tools: Tools) -> HaloConnector:
    """Build the connector of one site; nothing is sent yet."""
    connection = tools.site.connection
    resource = resource_server(connection.get("resource_server", ""))
    cap = PRACTICE_CAP if tools.site.practice else OWN_CAP
    budget = RollingBudget(cap, WINDOW, tools.clock, "HaloPSA", "wait")
    budget.seed(tools.recent_calls)

    async def unsigned() -> dict[str, str]:
        return {}

    def make_session(url: str, dialect: Dialect, signer: Signer = unsigned) -> Session:
        return tools.make_session(url, dialect, signer, budget)

    async def credentials() -> tuple[str, str]:
        return await tools.secret(CLIENT_ID), await tools.secret(CLIENT_SECRET)

    tokens = Tokens(
        resource=resource,
        auth=connection.get("auth_server", ""),
        tenant=connection.get("tenant", "").strip(),
        credentials=credentials,
        make_session=make_session,
        clock=tools.clock,
    )

    def open_session() -> Session:
        session = make_session(resource, HaloDialect(tokens.granted), tokens.sign)
        session.on_unauthorized = tokens.forget
        return session

    names = (CUSTOMER_TYPES, PAYMENT_TERMS, PIPELINE_STAGES, QUOTE_STATUSES)
    lookups = {name: found for name in names if (found := tools.site.defaults.get(f"{LOOKUP}{name}", ""))}
    return HaloConnector(
        HaloClient(open_session),
        tools.cache,
        budget,
        resource=resource,
        lookups=lookups,
        grace_seconds=GRACE_SECONDS,
    )
