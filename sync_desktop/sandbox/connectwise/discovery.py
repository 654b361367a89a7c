"""What a client asks before anything else: which codebase a company runs, and which version answers."""

from aiohttp import web

from sync_desktop.sandbox.connectwise.answers import answer, no_endpoint
from sync_desktop.sandbox.connectwise.calls import Tenant


def company_info(tenant: Tenant, company: str) -> web.Response:
    """Answer `/login/companyinfo/{company}`, unsigned. An unknown company is null, not an error."""
    info = tenant.info
    if company.lower() != str(info["CompanyID"]).lower():
        if tenant.facts.at("unknown_company", "404"):
            raise no_endpoint()
        return answer(None)
    return answer({**info, "IsCloud": "True" if tenant.facts.at("is_cloud", "text") else True})


def system_info(tenant: Tenant, media_type: str) -> web.Response:
    """Answer `/system/info`, which every client uses to see whether it is connected."""
    told = {
        "version": tenant.settings.version,
        "isCloud": True,
        "serverTimeZone": "Eastern Standard Time",
        "licenseBits": [{"name": "CRM", "activeFlag": True}, {"name": "Procurement", "activeFlag": True}],
        "cloudRegion": "NA",
        "maxWorkFlowRecordsAllowed": 0,
    }
    return answer(told, media_type=media_type)
