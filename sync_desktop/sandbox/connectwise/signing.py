"""Who calls: the clientId of the program, then Basic with company, public and private key."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import RefusedError, api_error, cannot_route
from sync_desktop.sandbox.connectwise.calls import Tenant
from sync_desktop.sandbox.connectwise.settings import ApiMember


def basic(headers: Mapping[str, str]) -> tuple[str, str, str]:
    """Return company, public key and private key of a request; empty where it has none."""
    scheme, _, coded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", "", ""
    try:
        told = base64.b64decode(coded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", "", ""
    user, _, private = told.partition(":")
    company, _, public = user.partition("+")
    return company, public, private


def who(headers: Mapping[str, str]) -> str:
    """Return who asks, for the request log: `company+public`."""
    company, public, _ = basic(headers)
    return f"{company}+{public}" if company else "nobody"


def admit(tenant: Tenant, headers: Mapping[str, str]) -> ApiMember:
    """Return who signed a request. Raises `RefusedError`: the program first, then the company, then the keys."""
    check_client(tenant, headers)
    company, public, private = basic(headers)
    if company and company.lower() != str(tenant.info["CompanyID"]).lower():
        raise cannot_route()
    for member in tenant.settings.members:
        if public == member.public_key and hmac.compare_digest(private.encode(), member.private_key.encode()):
            return member
    raise wrong_keys(tenant)


def check_client(tenant: Tenant, headers: Mapping[str, str]) -> None:
    """Raise `RefusedError` where a request names no program that the vendor knows."""
    known = {member.client_id.lower() for member in tenant.settings.members}
    if headers.get("clientId", "").lower() in known:
        return
    status = int(tenant.facts.get("client_id_missing"))
    code = {400: "InvalidObject", 401: "Unauthorized"}.get(status, "Security")
    raise api_error(status, texts.CLIENT_ID, code=code)


def wrong_keys(tenant: Tenant) -> RefusedError:
    """Return the refusal of keys that are not known, by default the one that was seen live."""
    match tenant.facts.get("wrong_keys"):
        case "404":
            return api_error(404, texts.NO_ENDPOINT)
        case "unauthorized":
            return api_error(401, texts.UNAUTHORIZED, code="Unauthorized")
        case _:
            return api_error(401, texts.NOT_AUTHENTICATED)
