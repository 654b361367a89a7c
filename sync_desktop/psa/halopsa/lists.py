"""What drafting picks from: the instance's settings and its own lists, read once and kept for a while."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import MetadataCache
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.rows import text

CONTROL = "Control"
TICKET_TYPES = "TicketType"
STATUSES = "Status"
CUSTOMER_TYPES, QUOTE_STATUSES = "customer types", "quote statuses"
PIPELINE_STAGES, PAYMENT_TERMS = "pipeline stages", "payment terms"
NOMINAL_CODES = "nominal codes"

_LOOKUP_TYPES = "11"
"""The lookup that lists all lookups: the ids of its rows are the lookupids of the others."""
_LOOKUPS: Mapping[str, tuple[str, ...]] = {
    CUSTOMER_TYPES: ("customer", "type"),
    QUOTE_STATUSES: ("quot", "status"),
    PIPELINE_STAGES: ("pipeline", "stage"),
    PAYMENT_TERMS: ("payment", "term"),
    NOMINAL_CODES: ("nominal", "code"),
}
"""Words by which a lookup is known in the list of lookups: its number differs between instances."""
OF_OPPORTUNITIES = {"domain": "opps", "showinactive": "true", "showall": "true"}
"""What the list of ticket types is asked for to show those of opportunities, hidden ones included."""
_PARAMETERS: Mapping[str, Mapping[str, str]] = {
    TICKET_TYPES: OF_OPPORTUNITIES,
    STATUSES: {"type": "opps", "showall": "true"},
}
_KEPT = ("id", "name", "inactive", "visible", "use")
_UNSEEN = (FailureKind.PERMISSION, FailureKind.NOT_FOUND)

MAIN_CONTACT, STAGES_ON = "rmaincontactcompulsary", "rshowpipelinestages"
USER_EMAIL, USER_PHONE, DAYS_TO_DELIVER = "ruseremailmandatory", "ruserphonemandatory", "rquotedaystodelivermandatory"
"""Settings of an instance, by their columns' names in its database, in lower case."""
_SETTINGS = (MAIN_CONTACT, STAGES_ON, USER_EMAIL, USER_PHONE, DAYS_TO_DELIVER)


class Lists:
    """The lists of one instance. `lookups` are the lookupids that the site's defaults name, by list."""

    def __init__(self, client: HaloClient, cache: MetadataCache, lookups: Mapping[str, str]) -> None:
        self._client = client
        self._cache = cache
        self._lookups = lookups
        self._known: dict[str, list[Row]] = {}

    async def load(self, names: Collection[str]) -> None:
        """Make lists known, from the cache where it has them; one that this application may not see is empty."""
        for name in names:
            if name in self._known:
                continue
            rows = await self._cache.get(f"halopsa/{name}")
            if rows is None:
                rows = await self._readable(name)
                await self._cache.put(f"halopsa/{name}", rows)
            self._known[name] = rows

    async def _readable(self, name: str) -> list[Row]:
        try:
            rows = await self.read(name)
        except SyncError as error:
            if error.failure.kind not in _UNSEEN:
                raise
            return []
        return rows if name == CONTROL else [{member: row.get(member) for member in _KEPT} for row in rows]

    async def read(self, name: str) -> list[Row]:
        """Read a list anew, inactive rows included."""
        if name == CONTROL:
            control = await self._client.object(CONTROL, label="Read the instance's settings")
            known = {member.lower(): value for member, value in (control or {}).items()}
            return [{member: bool(known[member]) for member in _SETTINGS if member in known}]
        if name in _LOOKUPS:
            lookup = await self.lookup(name)
            label = f"Read {name}"
            return (
                await self._client.listed("Lookup", label=label, lookupid=lookup, showallcodes="true") if lookup else []
            )
        return await self._client.listed(name, label=f"Read {name} rows", **_PARAMETERS.get(name, {}))

    async def lookup(self, name: str) -> str:
        """Return the lookupid of a list; empty where the instance has none of that name."""
        if name in self._lookups:
            return self._lookups[name]
        if _LOOKUP_TYPES not in self._known:
            label = "Read which lookups there are"
            rows = await self._client.listed("Lookup", label=label, lookupid=_LOOKUP_TYPES, showallcodes="true")
            self._known[_LOOKUP_TYPES] = rows
        for row in self._known[_LOOKUP_TYPES]:
            if all(word in text(row, "name").casefold() for word in _LOOKUPS[name]):
                return text(row, "id")
        return ""

    def setting(self, name: str) -> bool | None:
        """Return whether a setting of the instance is on; None where it does not say so."""
        known = self._known.get(CONTROL) or [{}]
        value = known[0].get(name) if known else None
        return None if value is None else bool(value)

    def named(self, name: str, wanted: str) -> int | None:
        """Return the id of the active row of that name, upper and lower case alike; it may be 0 or below."""
        plain = wanted.strip().casefold()
        for row in self._active(name):
            if plain and text(row, "name").strip().casefold() == plain:
                return int(row["id"])
        return None

    def opportunity_types(self) -> list[int]:
        """Return the ticket types that new opportunities can have."""
        return [int(row["id"]) for row in self._active(TICKET_TYPES) if row.get("visible") is not False]

    async def status_name(self, status_id: Any) -> str:
        """Return what an instance calls a status of opportunities; empty where it does not say so."""
        await self.load([STATUSES])
        return next((text(row, "name") for row in self._known[STATUSES] if row.get("id") == status_id), "")

    def _active(self, name: str) -> Iterable[Row]:
        return (row for row in self._known.get(name, ()) if not row.get("inactive"))
