"""Where a tenant's API is: the hosts that keys may go to, and the codebase that the tenant runs."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind

_CLOUD = re.compile(r"^(api-)?(?P<region>[a-z0-9-]+\.(myconnectwise\.net|connectwisedev\.com))$", re.IGNORECASE)
_CODEBASE = re.compile(r"^v\w+/?$")
_VERSION = re.compile(r"^v?(\d{4}\.\d+)")


def web_origin(site: str) -> str:
    """Return where people open ConnectWise: `https://na.myconnectwise.net` for `api-na.myconnectwise.net` too."""
    origin, host = _parts(site)
    cloud = _CLOUD.match(host)
    return f"https://{cloud['region'].lower()}" if cloud else origin


def api_origin(site: str) -> str:
    """Return where the API is: cloud hosts need an `api-` in front (developer guide), others are as they were typed."""
    origin, host = _parts(site)
    cloud = _CLOUD.match(host)
    return f"https://api-{cloud['region'].lower()}" if cloud else origin


def _parts(site: str) -> tuple[str, str]:
    text = site.strip().rstrip("/")
    url = urlsplit(text if "://" in text else f"https://{text}")
    return f"{url.scheme}://{url.netloc}", url.hostname or ""


@dataclass(frozen=True, slots=True)
class Tenant:
    """What a site tells of one company that logs in there."""

    codebase: str
    """Without a slash: `v2026_1`."""
    version: str
    """`2026.1`, or empty where it was not told."""

    @property
    def accept(self) -> str:
        """The Accept header that pins the model to the release that the tenant runs, never to a newer one."""
        plain = "application/vnd.connectwise.com+json"
        return f"{plain}; version={self.version}, application/json" if self.version else f"{plain}, application/json"


def tenant_of(told: Any, company: str) -> Tenant:
    """Return the tenant that `/login/companyinfo` tells of. Raises `SyncError`: null stands for an unknown company."""
    if told is None:
        facts = {"reason": "unknown company", "company": company}
        message = f"ConnectWise does not know the company “{company}”"
        raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts=facts))
    codebase = str(told.get("Codebase") or "") if isinstance(told, dict) else ""
    if not _CODEBASE.match(codebase):
        raise no_codebase(company)
    version = _VERSION.match(str(told.get("VersionCode") or ""))
    return Tenant(codebase.rstrip("/"), version[1] if version else "")


def no_codebase(company: str) -> SyncError:
    """Return what is raised where the answer tells of no codebase: it may not come from ConnectWise at all."""
    message = f"ConnectWise did not say where the API of the company “{company}” is"
    return SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"company": company}))
