"""The tenant's own lists that drafting picks from: read once and kept for a while."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.records import Product, ProductType, Term
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import MetadataCache
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.paths import Row
from sync_desktop.psa.connectwise.rows import is_active, text

STATUSES = "sales/opportunities/statuses"
COMPANY_TYPES = "company/companies/types"
COUNTRIES = "company/countries"
COMMUNICATION_TYPES = "company/communicationTypes"
PROBABILITIES = "sales/probabilities"
UNITS = "procurement/unitOfMeasures"
MANUFACTURERS = "procurement/manufacturers"
BILL_CYCLES = "finance/billingCycles"

_KEPT = {
    STATUSES: ("name", "wonFlag", "lostFlag", "closedFlag", "inactiveFlag"),
    COMPANY_TYPES: ("name", "defaultFlag"),
    COUNTRIES: ("name", "countryCode"),
    COMMUNICATION_TYPES: ("description", "phoneFlag", "emailFlag", "defaultFlag"),
    PROBABILITIES: ("probability",),
    UNITS: ("name", "inactiveFlag"),
    MANUFACTURERS: ("name", "inactiveFlag"),
    BILL_CYCLES: ("name",),
}
_NEEDED = frozenset({STATUSES, COMMUNICATION_TYPES})
"""Lists without which nothing of their kind can be said; the others may be hidden from a thin role."""
_UNSEEN = (FailureKind.PERMISSION, FailureKind.NOT_FOUND)

_CYCLES = {
    Term.MONTHLY: ("monthly", "month"),
    Term.QUARTERLY: ("quarterly", "quarter"),
    Term.SEMI_ANNUAL: ("semi-annually", "semi-annual", "semiannually", "semi annual", "half-yearly", "6 months"),
    Term.YEARLY: ("annually", "annual", "yearly", "year"),
}
_UNIT_NAMES = {
    Term.ONE_TIME: ("each",),
    Term.MONTHLY: ("month", "monthly"),
    Term.QUARTERLY: ("quarter", "quarterly"),
    Term.SEMI_ANNUAL: ("half-year", "6 months"),
    Term.YEARLY: ("year", "annual", "yearly"),
}
_HOUR = ("hour", "hours")
"""Names that tenants give to billing cycles and units of measure, as far as they are customary."""


@dataclass(frozen=True, slots=True)
class Telephony:
    """The communication types that a contact's e-mail and telephones are kept under; empty where there is none."""

    email: str = ""
    phone: str = ""
    mobile: str = ""


class Lists:
    """The lists of one tenant, by path."""

    def __init__(self, client: ConnectWiseClient, cache: MetadataCache) -> None:
        self._client = client
        self._cache = cache
        self._known: dict[str, list[Row]] = {}

    async def load(self, paths: Collection[str]) -> None:
        """Make lists known, from the cache where it has them; one that this member may not see is empty."""
        for path in paths:
            if path in self._known:
                continue
            rows = await self._cache.get(f"connectwise/{path}")
            if rows is None:
                rows = await self._read(path)
                await self._cache.put(f"connectwise/{path}", rows)
            self._known[path] = rows

    async def _read(self, path: str) -> list[Row]:
        try:
            rows = await self._client.everything(path, label=f"Read {path}")
        except SyncError as error:
            if path in _NEEDED or error.failure.kind not in _UNSEEN:
                raise
            return []
        return [{name: row.get(name) for name in ("id", *_KEPT[path])} for row in rows]

    async def status(self, status_id: str) -> Row | None:
        """Return an opportunity's status; one that the list hides is asked for by its id."""
        await self.load([STATUSES])
        known = self._known[STATUSES]
        found = next((row for row in known if text(row, "id") == status_id), None)
        if found is None and status_id:
            found = await self._client.one(STATUSES, status_id, label="Read an opportunity's status")
            known += [found] if found else []
        return found

    def named(self, path: str, name: str, member: str = "name") -> int | None:
        """Return the id of the active row of that name, upper and lower case alike."""
        wanted = name.strip().casefold()
        rows = (row for row in self._known.get(path, ()) if is_active(row))
        return next((row["id"] for row in rows if wanted and text(row, member).strip().casefold() == wanted), None)

    def country(self, name: str) -> int | None:
        """Return the id of a country by its name or its code of two letters."""
        return self.named(COUNTRIES, name) or self.named(COUNTRIES, name, "countryCode")

    def probability(self, percent: int) -> int | None:
        """Return the id of a probability in percent."""
        return self.named(PROBABILITIES, str(percent), "probability")

    def bill_cycle(self, term: Term) -> int | None:
        """Return the id of the billing cycle of a term."""
        return self._customary(BILL_CYCLES, _CYCLES.get(term, ()))

    def unit(self, product: Product) -> int | None:
        """Return the id of the unit of measure that a product is sold in: by its term, and labour by the hour."""
        labour = _HOUR if product.type is ProductType.LABOR else ()
        return self._customary(UNITS, (*labour, *_UNIT_NAMES.get(product.term, ())))

    def _customary(self, path: str, names: Iterable[str]) -> int | None:
        found = (self.named(path, name) for name in names)
        return next((each for each in found if each is not None), None)

    def telephony(self) -> Telephony:
        """Return where e-mail and telephones go: the tenant's defaults first, the mobile one by its name."""
        rows = sorted(self._known.get(COMMUNICATION_TYPES, ()), key=lambda row: not row.get("defaultFlag"))
        mails = [row for row in rows if row.get("emailFlag")]
        phones = [row for row in rows if row.get("phoneFlag")]
        mobile = [row for row in phones if _is_mobile(row)]
        fixed = [row for row in phones if row not in mobile]
        return Telephony(*(text(each[0], "id") if each else "" for each in (mails, fixed, mobile)))


def _is_mobile(row: Mapping[str, Any]) -> bool:
    name = text(row, "description").casefold()
    return any(word in name for word in ("mobile", "cell", "handy"))
