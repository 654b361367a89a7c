"""Autotask PSA: what its connection needs, and how its connector is built."""

from sync_desktop.psa.autotask.client import AutotaskClient
from sync_desktop.psa.autotask.connector import AutotaskConnector
from sync_desktop.psa.autotask.dialect import AutotaskDialect
from sync_desktop.psa.tools import FormField, Tools
from sync_desktop.transport.budget import RollingBudget

OWN_CAP, HOUR = 1500, 3600.0
"""Calls an hour that this program allows itself of the tenant's 10,000 (safety, rule 10)."""
GRACE_SECONDS = 3.0
"""After a create without an answer; Autotask's own index is read directly, so that rows show at once."""

SECRET, INTEGRATION_CODE = "autotask.secret", "autotask.integration_code"
ZONE_URL = "https://webservices.autotask.net/atservicesrest/v1.0/zoneInformation"

FORM = (
    FormField("username", "API user name", help="The e-mail-like user name of an API-only user"),
    FormField(SECRET, "Secret", secret=True),
    FormField(INTEGRATION_CODE, "Integration code (tracking identifier)", secret=True),
    FormField(
        "zone_url", "Zone service", default=ZONE_URL, help="Leave as it is, unless Autotask support says otherwise"
    ),
    FormField(
        "web_url",
        "Autotask in the browser",
        help="For example https://ww14.autotask.net; used to open records",
        optional=True,
    ),
)
ADVICE = (
    "Give this program an Autotask API user of its own, never Salesbuildr's: errors and a locked user are told apart.",
    "The limit of 10,000 calls an hour is shared by all API users of the tenant; this program takes 1,500 at most.",
    "New API users take up to five minutes to become usable. Too many wrong secrets lock the user.",
)


def build(tools: Tools) -> AutotaskConnector:
    """Build the connector of one site; nothing is sent yet."""
    connection = tools.site.connection
    username = connection.get("username", "")
    budget = RollingBudget(OWN_CAP, HOUR, tools.clock, "Autotask", "refuse")
    budget.seed(tools.recent_calls)

    async def sign() -> dict[str, str]:
        return {
            "UserName": username,
            "Secret": await tools.secret(SECRET),
            "ApiIntegrationCode": await tools.secret(INTEGRATION_CODE),
        }

    client = AutotaskClient(
        zone_url=connection.get("zone_url", "") or ZONE_URL,
        username=username,
        make_session=lambda base_url: tools.make_session(base_url, AutotaskDialect(), sign, budget),
    )
    web_url = connection.get("web_url", "")
    return AutotaskConnector(
        client,
        tools.cache,
        budget,
        web_url=web_url,
        grace_seconds=GRACE_SECONDS,
        open_status=tools.site.defaults.get("Opportunities.status", ""),
    )
