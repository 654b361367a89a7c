"""Reads of the PSA within one check, each row once; a batch fetches what all its records need in a few calls."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sync_desktop.domain.records import AnyRecord
from sync_desktop.psa.connector import Connector, Seen


class Reader:
    """Rows of the PSA as they are now. Made anew for each check, and before each write."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._rows: dict[tuple[str, str], Seen | None] = {}
        self._keys: dict[tuple[str, str], list[Seen]] = {}
        self._lines: dict[str, list[Seen]] = {}
        self._unstamped: dict[str, list[Seen]] = {}

    async def prefetch(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Read rows, given as (entity, id), in as few calls as the PSA allows."""
        by_entity: dict[str, set[str]] = defaultdict(set)
        for entity, external_id in wanted:
            if external_id and (entity, external_id) not in self._rows:
                by_entity[entity].add(external_id)
        for entity, ids in by_entity.items():
            found = await self._connector.read(entity, ids)
            for external_id in ids:
                self._rows[(entity, external_id)] = found.get(external_id)

    async def prefetch_keys(self, entity: str, keys: Iterable[str]) -> None:
        """Find rows by natural key in as few calls as the PSA allows."""
        unknown = {key for key in keys if (entity, key) not in self._keys}
        if not unknown:
            return
        found = await self._connector.by_keys(entity, unknown)
        for key in unknown:
            self._keys[(entity, key)] = found.get(key, [])

    async def prefetch_lines(self, quote_ids: Iterable[str]) -> None:
        """Read the lines of several quotes."""
        unknown = {quote_id for quote_id in quote_ids if quote_id not in self._lines}
        if not unknown:
            return
        found = await self._connector.lines(unknown)
        for quote_id in unknown:
            self._lines[quote_id] = found.get(quote_id, [])

    async def prefetch_unstamped(self, opportunity_ids: Iterable[str]) -> None:
        """Read the quotes of several opportunities that nobody has stamped."""
        unknown = {each for each in opportunity_ids if each not in self._unstamped}
        if not unknown:
            return
        found = await self._connector.unstamped_quotes(unknown)
        for each in unknown:
            self._unstamped[each] = found.get(each, [])

    def without(self, rows: Iterable[tuple[str, str]]) -> "Reader":
        """Return a reader that knows what this one does but for these rows, and all that was searched for."""
        fresh = Reader(self._connector)
        fresh._rows = {key: row for key, row in self._rows.items() if key not in set(rows)}
        return fresh

    async def row(self, entity: str, external_id: str) -> Seen | None:
        """Return one row; None where the PSA does not show it."""
        await self.prefetch([(entity, external_id)])
        return self._rows.get((entity, external_id))

    async def by_key(self, entity: str, key: str) -> list[Seen]:
        """Return the rows with a natural key."""
        await self.prefetch_keys(entity, [key])
        return self._keys[(entity, key)]

    async def by_keys(self, entity: str, keys: Collection[str]) -> list[Seen]:
        """Return the rows with any of these natural keys."""
        await self.prefetch_keys(entity, keys)
        return [seen for key in keys for seen in self._keys[(entity, key)]]

    async def lines(self, quote_id: str) -> list[Seen]:
        """Return a quote's lines."""
        await self.prefetch_lines([quote_id])
        return self._lines[quote_id]

    async def unstamped(self, opportunity_id: str) -> list[Seen]:
        """Return the quotes of an opportunity that nobody has stamped."""
        await self.prefetch_unstamped([opportunity_id])
        return self._unstamped[opportunity_id]

    def entity_of(self, record: AnyRecord) -> str:
        """Return the entity that a record becomes."""
        return self._connector.entity_of(record)
