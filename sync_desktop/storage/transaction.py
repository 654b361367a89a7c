"""One transaction of the writer thread, and what it changed."""

from collections.abc import Mapping

from sqlalchemy import Connection

Changes = Mapping[str, frozenset[str]]
"""Which rows changed: table name to ids.

`kind/id` where a row belongs to a record (records, links, leases, refusals), `kind/source id` for mappings, the kind
for targets, the site for categories, field values and progress; issues, attempts, intents, activity, sites and settings
by their own.
"""


class Transaction:
    """A connection inside `BEGIN IMMEDIATE`, handed to whoever writes."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._touched: dict[str, set[str]] = {}

    def touch(self, table: str, *ids: object) -> None:
        """Say that rows of a table changed; published once the transaction is in the file."""
        if ids:
            self._touched.setdefault(table, set()).update(map(str, ids))

    @property
    def changes(self) -> Changes:
        """What was touched so far."""
        return {table: frozenset(ids) for table, ids in self._touched.items()}
