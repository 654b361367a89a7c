"""Countries of a tenant: addresses of the quoting side hold a name or an ISO code, companies in Autotask an id."""

from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.autotask.client import AutotaskClient, Row
from sync_desktop.psa.autotask.rows import is_active, text
from sync_desktop.psa.connector import MetadataCache

_CACHED = "autotask/countries"
_ALSO_CALLED = {
    "usa": "us",
    "united states of america": "us",
    "uk": "gb",
    "great britain": "gb",
}
"""What addresses call a country that is neither its two-letter code (ISO 3166-1) nor its name in Autotask."""


@dataclass(frozen=True, slots=True)
class Country:
    """One row of Countries; `calls` are its code and names, as they are compared."""

    id: int
    name: str
    active: bool
    calls: frozenset[str]


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries of a tenant. Empty where this API user is shown none."""

    rows: tuple[Country, ...] = ()

    def find(self, called: str) -> Country | None:
        """Return the country of a code or name; an active one before one that is not."""
        plain = _plain(called)
        wanted = {plain, _ALSO_CALLED.get(plain, plain)}
        found = [each for each in self.rows if wanted & each.calls]
        return min(found, key=lambda each: not each.active, default=None)


async def read_countries(client: AutotaskClient, cache: MetadataCache) -> Countries:
    """Return the tenant's countries, inactive ones included, kept like pick lists.

    A user who may not read them is no obstacle: a company without a country is still a company.
    """
    rows = await cache.get(_CACHED)
    if not rows:
        try:
            rows = [_kept(row) for row in await client.everything("Countries", label="Read countries")]
        except SyncError as error:
            if error.failure.kind is not FailureKind.PERMISSION:
                raise
            return Countries()
        if rows:
            await cache.put(_CACHED, rows)
    return Countries(tuple(_country(row) for row in rows))


def _kept(row: Row) -> dict[str, Any]:
    names = {name: text(row, name) for name in ("id", "name", "displayName", "countryCode")}
    return {**names, "isActive": is_active(row)}


def _country(row: dict[str, Any]) -> Country:
    calls = (_plain(row[name]) for name in ("countryCode", "name", "displayName"))
    return Country(
        id=int(row["id"]),
        name=row["displayName"] or row["name"],
        active=row["isActive"],
        calls=frozenset(call for call in calls if call),
    )


def _plain(called: str) -> str:
    """Return a name as it is compared: `U.S.A.` as `usa`, `The Netherlands` as `netherlands`."""
    return " ".join(called.casefold().replace(".", "").split()).removeprefix("the ")
