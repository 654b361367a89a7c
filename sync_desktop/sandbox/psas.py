"""The practice PSAs: how each is built, what the front says in its name, and what a client needs to reach it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.autotask.app import TENANT, build_app
from sync_desktop.sandbox.autotask.settings import ApiUser, AutotaskSettings
from sync_desktop.sandbox.credentials import (
    API_RESOURCE_ID,
    AUTOTASK_INTEGRATION_CODE,
    AUTOTASK_SECRET,
    AUTOTASK_USERNAME,
    VENDOR_INTEGRATION_CODE,
    VENDOR_RESOURCE_ID,
    VENDOR_SECRET,
    VENDOR_USERNAME,
)
from sync_desktop.sandbox.front import Manners, Timing
from sync_desktop.sandbox.store import Row, Store
from sync_desktop.sandbox.switches import Switches
from sync_desktop.sandbox.world import WorldError


@dataclass(frozen=True, slots=True)
class Psa:
    """One PSA, ready to be served."""

    app: web.Application
    manners: Manners
    reset: Callable[[], None]
    """Forgets what the server counts and whom it has locked out; its rows and switches are not its own."""


def build_psa(psa: str, store: Store, switches: Switches, timing: Timing, *, limits: bool, rules: list[Row]) -> Psa:
    """Build the server of a site's PSA. Raises `WorldError` for one that this sandbox does not have."""
    if psa != "autotask":
        raise WorldError(f"this sandbox has no {psa} yet")
    vendor = ApiUser(VENDOR_USERNAME, VENDOR_SECRET, VENDOR_RESOURCE_ID, integration_code=VENDOR_INTEGRATION_CODE)
    settings = AutotaskSettings(
        username=AUTOTASK_USERNAME,
        secret=AUTOTASK_SECRET,
        integration_code=AUTOTASK_INTEGRATION_CODE,
        resource_id=API_RESOURCE_ID,
        extra_users=(vendor,),
        limits=limits,
        tenant_rules=rules,
        now=timing.now,
        monotonic=timing.monotonic,
        sleep=timing.sleep,
    )
    manners = Manners(
        identify=lambda request: request.headers.get("UserName") or "nobody",
        unauthorized=lambda: web.Response(status=401),
        rate_limit=_too_many,
    )
    app = build_app(store, switches, settings)
    return Psa(app, manners, app[TENANT].reset)


def _too_many(seconds: int) -> web.Response:
    """Answer as Autotask does to a fourth thread (autotask.md 5); that it says how long to wait is not evidenced."""
    text = "The Autotask API thread threshold of 3 threads has been exceeded."
    return web.json_response({"errors": [text]}, status=429, headers={"Retry-After": str(seconds)})


def describe_psa(psa: str, origin: str) -> dict[str, Any]:
    """Return what a client needs to reach a site's PSA at an origin such as `http://127.0.0.1:8001`."""
    if psa != "autotask":
        raise WorldError(f"this sandbox has no {psa} yet")
    return {
        "base_url": f"{origin}/ATServicesRest",
        "zone_url": f"{origin}/atservicesrest/v1.0/zoneInformation",
        "username": AUTOTASK_USERNAME,
        "secret": AUTOTASK_SECRET,
        "integration_code": AUTOTASK_INTEGRATION_CODE,
    }
