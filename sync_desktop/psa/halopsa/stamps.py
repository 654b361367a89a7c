"""Which quotations carry which stamp: no search for it is known, so that the list is read, and then what is new."""

from collections import defaultdict
from collections.abc import Collection

from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.rows import KEY_FIELDS, QUOTATION, text

_LABEL = "Read which quotations are stamped"
_NEWEST_FIRST = {"order": "id", "orderdesc": "true"}


class Stamps:
    """The stamps of one instance's quotations."""

    def __init__(self, client: HaloClient) -> None:
        self._client = client
        self._keys: dict[int, str] = {}

    async def ids(self, keys: Collection[str] | None = None) -> dict[str, list[str]]:
        """Return the ids of quotations by their stamp: those with one of these keys, or with any."""
        await self._refresh()
        found: dict[str, list[str]] = defaultdict(list)
        for row_id, key in self._keys.items():
            if key and (keys is None or key in keys):
                found[key].append(str(row_id))
        return found

    async def _refresh(self) -> None:
        """Read what was added since the list was read last; all of it where that does not add up."""
        if not (self._keys and await self._newest()):
            rows = self._client.pages(QUOTATION, label=_LABEL, order="id")
            self._keys = {row["id"]: _key(row) async for row in rows}

    async def _newest(self) -> bool:
        """Read the newest page; say whether it and what is known are all that there is now."""
        page = await self._client.page(QUOTATION, 1, label=_LABEL, **_NEWEST_FIRST)
        fresh = {row["id"]: _key(row) for row in page.rows}
        known = {**self._keys, **fresh}
        self._keys = known
        return page.total == len(known)


def _key(row: Row) -> str:
    return text(row, KEY_FIELDS[QUOTATION])
