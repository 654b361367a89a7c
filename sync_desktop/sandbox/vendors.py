"""Salesbuildr's own integration, whichever PSA it writes into."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sync_desktop.sandbox.store import TextStore
from sync_desktop.sandbox.vendor import AutotaskVendor, VendorError
from sync_desktop.sandbox.vendor_connectwise import ConnectWiseVendor
from sync_desktop.sandbox.vendor_halopsa import HalopsaVendor


class Vendor(Protocol):
    """The second writer of a site."""

    async def sync(self, records: list[str]) -> list[dict[str, Any]]:
        """Write records, `quote/<id>` and the like; one entry for each: `id` in the PSA, or `errors`.

        Raises `VendorError` where one of them is not there, before anything is written.
        """
        ...


def vendor_of(psa: str, reached: Mapping[str, str], store: TextStore, *, stamps: bool) -> Vendor:
    """Return the writer into a PSA that is reached as `describe_psa` says. Raises `VendorError` where there is none."""
    build = _VENDORS.get(psa)
    if build is None:
        raise VendorError(f"Salesbuildr's own integration does not write into {psa} here")
    return build(reached, store, stamps)


_VENDORS: Mapping[str, Callable[[Mapping[str, str], TextStore, bool], Vendor]] = {
    "autotask": lambda reached, store, stamps: AutotaskVendor(reached["base_url"], store, stamps=stamps),
    "connectwise": lambda reached, store, stamps: ConnectWiseVendor(reached, store, stamps=stamps),
    "halopsa": lambda reached, store, stamps: HalopsaVendor(reached, store, stamps=stamps),
}
