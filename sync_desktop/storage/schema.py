"""The tables of a workspace, in words that SQLite and PostgreSQL both speak.

Times are UTC, kept as text of fixed width that sorts as the times do. Amounts are decimals, kept as text, so that no
cent is lost. Members named `data`, `sent`, `fields`, `before`, `after` and the like hold JSON. A site owns its rows:
they go with it, except what was written into a PSA (`activity`), which stays.
"""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

SCHEMA_VERSION = 4
"""Raised with every migration; migration 7 is alembic's revision `0007`."""


def revision(version: int = SCHEMA_VERSION) -> str:
    """Return alembic's name of a version."""
    return f"{version:04}"


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, as `2026-03-01T09:12:00.000000Z`; a time without a zone is refused with ValueError."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Turn an aware time into text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Turn text back into an aware time."""
        return None if value is None else datetime.fromisoformat(value)


class Amount(TypeDecorator[Decimal]):
    """A decimal with every digit that it came with, as text without an exponent."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Turn a decimal into text."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Turn text back into a decimal."""
        return None if value is None else Decimal(value)


def _site() -> Column[str]:
    """Return the column that ties a row to its site."""
    return Column("site_id", Text, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False)


def _text(name: str) -> Column[str]:
    """Return a text column that is never null."""
    return Column(name, Text, nullable=False)


def _time(name: str, *, nullable: bool = False) -> Column[datetime]:
    """Return a column that holds a moment."""
    return Column(name, UtcTime, nullable=nullable)


def _flag(name: str) -> Column[bool]:
    """Return a column that is true or false."""
    return Column(name, Boolean, nullable=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a whole number's column."""
    return Column(name, Integer, nullable=nullable)


sites = Table("sites", metadata, Column("id", Text, primary_key=True), _text("name"), _text("data"))

records = Table(
    "records",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("external_id"),
    _text("name"),
    _text("company"),
    _flag("deleted"),
    _time("seen_at"),
    _text("data"),
    UniqueConstraint("site_id", "kind", "record_id"),
    Index(None, "site_id", "kind", "seen_at"),
    Index(None, "site_id", "kind", "external_id"),
)

categories = Table(
    "categories",
    metadata,
    _site(),
    _text("category_id"),
    _text("name"),
    _text("data"),
    PrimaryKeyConstraint("site_id", "category_id"),
)

field_values = Table(
    "field_values",
    metadata,
    _site(),
    _text("field"),
    _text("value_id"),
    _text("name"),
    _text("data"),
    PrimaryKeyConstraint("site_id", "field", "value_id"),
)

progress = Table("progress", metadata, _site(), _text("key"), _text("value"), PrimaryKeyConstraint("site_id", "key"))

links = Table(
    "links",
    metadata,
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("part"),
    _text("entity"),
    _text("external_id"),
    _text("origin"),
    _time("verified_at", nullable=True),
    _time("saved_at"),
    _text("sent"),
    PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
    Index(None, "site_id", "entity", "external_id"),
)

intents = Table(
    "intents",
    metadata,
    Column("id", Text, primary_key=True),
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("part"),
    _text("entity"),
    _text("key"),
    _text("fields"),
    _text("parent_id"),
    _time("created_at"),
    _time("settled_at", nullable=True),
    Column("external_id", Text),
    Index(None, "site_id", "settled_at"),
)

leases = Table(
    "leases",
    metadata,
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("owner"),
    _time("taken_at"),
    _time("expires_at"),
    PrimaryKeyConstraint("site_id", "kind", "record_id"),
    Index(None, "owner"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    _site(),
    _text("label"),
    _text("refs"),
    _time("started_at"),
    _time("ended_at", nullable=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("attempt_kind"),
    _text("owner"),
    Column("outcome", Text),
    _time("started_at"),
    _time("ended_at", nullable=True),
    _text("summary"),
    _text("failures"),
    Column("checked", Text),
    Column("batch_id", Text),
    Index(None, "site_id", "kind", "record_id"),
    Index(None, "outcome", "owner"),
)

steps = Table(
    "steps",
    metadata,
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
    _number("position"),
    _text("action"),
    _text("entity"),
    _text("kind"),
    _text("record_id"),
    _text("part"),
    _text("label"),
    _text("before"),
    _text("after"),
    _text("external_id"),
    _flag("done"),
    Column("failure", Text),
    PrimaryKeyConstraint("attempt_id", "position"),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE")),
    _site(),
    _text("label"),
    _text("system"),
    _text("request_class"),
    _text("method"),
    _text("url"),
    _text("request_headers"),
    _text("request_body"),
    _number("status", nullable=True),
    _text("response_headers"),
    _text("response_body"),
    _text("error"),
    _time("started_at"),
    _number("milliseconds"),
    _number("attempt_number"),
    Index(None, "attempt_id"),
    Index(None, "started_at"),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("title"),
    _text("number"),
    _text("company"),
    _text("quote_status"),
    Column("value", Amount),
    _text("state"),
    _text("origin"),
    _text("severity"),
    _text("failures"),
    _time("opened_at"),
    _time("last_failed_at"),
    _time("state_changed_at"),
    _number("times_failed"),
    _number("dismissed_count"),
    _text("note"),
    UniqueConstraint("site_id", "kind", "record_id"),
    Index(None, "state", "last_failed_at"),
    Index(None, "site_id", "state"),
)

issue_causes = Table(
    "issue_causes",
    metadata,
    Column("issue_id", Integer, ForeignKey("issues.id", ondelete="CASCADE"), nullable=False),
    _number("position"),
    _text("rule"),
    _text("cause_key"),
    _text("title"),
    _text("severity"),
    _text("badge"),
    _text("data"),
    PrimaryKeyConstraint("issue_id", "position"),
    Index(None, "cause_key"),
)

mappings = Table(
    "mappings",
    metadata,
    _site(),
    _text("kind"),
    _text("source_id"),
    _text("source_name"),
    _text("target_id"),
    _text("target_name"),
    _text("origin"),
    _time("saved_at"),
    PrimaryKeyConstraint("site_id", "kind", "source_id", "origin"),
)

targets = Table(
    "targets",
    metadata,
    _site(),
    _text("kind"),
    _text("target_id"),
    _number("position"),
    _text("name"),
    _flag("active"),
    _flag("valid"),
    _text("why_not"),
    _text("detail"),
    _time("listed_at"),
    PrimaryKeyConstraint("site_id", "kind", "target_id"),
)

activity = Table(
    "activity",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("site_id"),
    _text("site_name"),
    _text("kind"),
    _text("record_id"),
    _text("what"),
    _text("entity"),
    _text("external_id"),
    _text("before"),
    _text("after"),
    _time("at"),
    _text("os_user"),
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="SET NULL")),
    Index(None, "at"),
)

activity_outcomes = Table(
    "activity_outcomes",
    metadata,
    Column("activity_id", Integer, ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    _text("outcome"),
    _text("intent_id"),
)
"""Entries of the activity whose outcome is not plainly that it was done."""

refusals = Table(
    "refusals",
    metadata,
    _site(),
    _text("kind"),
    _text("record_id"),
    _text("part"),
    _text("fingerprint"),
    _text("failure"),
    _time("refused_at"),
    PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    _time("at"),
    _flag("whole"),
    Index(None, "site_id", "at"),
)
"""Lists of Salesbuildr's Issues page that were pasted; `whole` where what a list lacks is no longer listed."""

import_lines = Table(
    "import_lines",
    metadata,
    Column("import_id", Integer, ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
    _number("position"),
    _number("line"),
    _text("text"),
    _text("message"),
    _text("kind"),
    _text("record"),
    _text("company"),
    _text("time"),
    _text("verdict"),
    _text("title"),
    Column("issue_id", Integer, ForeignKey("issues.id", ondelete="SET NULL")),
    PrimaryKeyConstraint("import_id", "position"),
    Index(None, "issue_id"),
)

settings = Table("settings", metadata, Column("key", Text, primary_key=True), _text("value"))

alembic_version = Table(
    "alembic_version",
    MetaData(),  # alembic's own table: kept out of what its comparisons look at
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
