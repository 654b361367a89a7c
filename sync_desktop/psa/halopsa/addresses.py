"""Where an instance's two servers are: the resource server with its API, and the one that gives tokens."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind

_VENDOR_HOST = re.compile(r"(^|\.)(halopsa|haloitsm|haloservicedesk)\.com$", re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_API = "/api"


def resource_server(typed: str) -> str:
    """Return the address of the API for what was typed: the resource server, or the address in the browser."""
    return _with_path(typed, _API)


def auth_server(typed: str) -> str:
    """Return the address of the authorisation server for what was typed."""
    return _with_path(typed, "/auth")


def web_origin(resource: str) -> str:
    """Return where people open HaloPSA."""
    return resource.removesuffix(_API)


def _with_path(typed: str, path: str) -> str:
    text = typed.strip().rstrip("/")
    text = text if "://" in text or not text else f"https://{text}"
    return text if not text or urlsplit(text).path else f"{text}{path}"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who gives tokens: addresses to ask for one, the likeliest first, and the tenant to name there."""

    base_url: str
    paths: tuple[str, ...]
    tenant: str


def authority(base_url: str, tenant: str) -> Authority:
    """Return the authority at an address; one without a path may give tokens at its root or below `/auth`."""
    bare = not urlsplit(base_url).path.strip("/")
    return Authority(base_url, ("token", "auth/token") if bare else ("token",), tenant)


def told_authority(told: Any, resource: str, tenant: str) -> Authority:
    """Return the authority that `/authinfo` tells of; without a word of it, the one beside the API.

    `tenant` is what was typed; else what the instance says of itself counts. Raises `SyncError` where a host is named
    that is neither the instance's own nor the vendor's: the client secret is sent there.
    """
    known = told if isinstance(told, dict) else {}
    named = str(known.get("auth_url") or "").strip().rstrip("/")
    tenant = tenant or str(known.get("tenant_id") or "")
    if not named:
        return authority(auth_server(web_origin(resource)), tenant)
    ours, theirs = urlsplit(resource).hostname or "", urlsplit(named).hostname or ""
    practice = ours in _LOOPBACK and theirs in _LOOPBACK
    if theirs != ours and not practice and not _VENDOR_HOST.search(theirs):
        message = (
            f"HaloPSA named a foreign authorisation server ({theirs or named}); nothing was sent there. "
            "Enter it on the Sites page if it is the right one."
        )
        facts = {"reason": "authorisation server", "url": named}
        raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts=facts))
    return authority(named, tenant)
