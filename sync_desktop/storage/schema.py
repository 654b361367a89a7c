"""The tables of a workspace, in words that SQLite and PostgreSQL both speak.

Times are UTC, kept as text of fixed width that sorts as the times do. Amounts are decimals, kept as text, so that no
cent is lost. Members named `data`, `sent`, `fields`, `before`, `after` and the like hold JSON. A site owns its rows:
they go with it, except what was written into a PSA (`activity`), which stays.
"""

from sqlalchemy import (
    Column,
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

from sync_desktop.storage import columns
from sync_desktop.storage.columns import metadata
from sync_desktop.storage.mapping_tables import (
    audits,
    mapping_changes,
    mappings,
    rejected_suggestions,
    target_snapshots,
    targets,
    todos,
)

__all__ = [  # what stands beside the tables of this module
    "audits",
    "mapping_changes",
    "mappings",
    "metadata",
    "rejected_suggestions",
    "target_snapshots",
    "targets",
    "todos",
]

SCHEMA_VERSION = 5
"""Raised with every migration; migration 7 is alembic's revision `0007`."""


def revision(version: int = SCHEMA_VERSION) -> str:
    """Return alembic's name of a version."""
    return f"{version:04}"


sites = Table("sites", metadata, Column("id", Text, primary_key=True), columns.text("name"), columns.text("data"))

records = Table(
    "records",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("external_id"),
    columns.text("name"),
    columns.text("company"),
    columns.flag("deleted"),
    columns.time("seen_at"),
    columns.text("data"),
    UniqueConstraint("site_id", "kind", "record_id"),
    Index(None, "site_id", "kind", "seen_at"),
    Index(None, "site_id", "kind", "external_id"),
)

categories = Table(
    "categories",
    columns.metadata,
    columns.site(),
    columns.text("category_id"),
    columns.text("name"),
    columns.text("data"),
    PrimaryKeyConstraint("site_id", "category_id"),
)

field_values = Table(
    "field_values",
    columns.metadata,
    columns.site(),
    columns.text("field"),
    columns.text("value_id"),
    columns.text("name"),
    columns.text("data"),
    PrimaryKeyConstraint("site_id", "field", "value_id"),
)

progress = Table(
    "progress",
    metadata,
    columns.site(),
    columns.text("key"),
    columns.text("value"),
    PrimaryKeyConstraint("site_id", "key"),
)

links = Table(
    "links",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("part"),
    columns.text("entity"),
    columns.text("external_id"),
    columns.text("origin"),
    columns.time("verified_at", nullable=True),
    columns.time("saved_at"),
    columns.text("sent"),
    PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
    Index(None, "site_id", "entity", "external_id"),
)

intents = Table(
    "intents",
    columns.metadata,
    Column("id", Text, primary_key=True),
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("part"),
    columns.text("entity"),
    columns.text("key"),
    columns.text("fields"),
    columns.text("parent_id"),
    columns.time("created_at"),
    columns.time("settled_at", nullable=True),
    Column("external_id", Text),
    Index(None, "site_id", "settled_at"),
)

leases = Table(
    "leases",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("owner"),
    columns.time("taken_at"),
    columns.time("expires_at"),
    PrimaryKeyConstraint("site_id", "kind", "record_id"),
    Index(None, "owner"),
)

batches = Table(
    "batches",
    columns.metadata,
    Column("id", Text, primary_key=True),
    columns.site(),
    columns.text("label"),
    columns.text("refs"),
    columns.time("started_at"),
    columns.time("ended_at", nullable=True),
)

attempts = Table(
    "attempts",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("attempt_kind"),
    columns.text("owner"),
    Column("outcome", Text),
    columns.time("started_at"),
    columns.time("ended_at", nullable=True),
    columns.text("summary"),
    columns.text("failures"),
    Column("checked", Text),
    Column("batch_id", Text),
    Index(None, "site_id", "kind", "record_id"),
    Index(None, "outcome", "owner"),
)

steps = Table(
    "steps",
    columns.metadata,
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
    columns.number("position"),
    columns.text("action"),
    columns.text("entity"),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("part"),
    columns.text("label"),
    columns.text("before"),
    columns.text("after"),
    columns.text("external_id"),
    columns.flag("done"),
    Column("failure", Text),
    PrimaryKeyConstraint("attempt_id", "position"),
)

exchanges = Table(
    "exchanges",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE")),
    columns.site(),
    columns.text("label"),
    columns.text("system"),
    columns.text("request_class"),
    columns.text("method"),
    columns.text("url"),
    columns.text("request_headers"),
    columns.text("request_body"),
    columns.number("status", nullable=True),
    columns.text("response_headers"),
    columns.text("response_body"),
    columns.text("error"),
    columns.time("started_at"),
    columns.number("milliseconds"),
    columns.number("attempt_number"),
    Index(None, "attempt_id"),
    Index(None, "started_at"),
)

issues = Table(
    "issues",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("title"),
    columns.text("number"),
    columns.text("company"),
    columns.text("quote_status"),
    Column("value", columns.Amount),
    columns.text("state"),
    columns.text("origin"),
    columns.text("severity"),
    columns.text("failures"),
    columns.time("opened_at"),
    columns.time("last_failed_at"),
    columns.time("state_changed_at"),
    columns.number("times_failed"),
    columns.number("dismissed_count"),
    columns.text("note"),
    UniqueConstraint("site_id", "kind", "record_id"),
    Index(None, "state", "last_failed_at"),
    Index(None, "site_id", "state"),
)

issue_causes = Table(
    "issue_causes",
    columns.metadata,
    Column("issue_id", Integer, ForeignKey("issues.id", ondelete="CASCADE"), nullable=False),
    columns.number("position"),
    columns.text("rule"),
    columns.text("cause_key"),
    columns.text("title"),
    columns.text("severity"),
    columns.text("badge"),
    columns.text("data"),
    PrimaryKeyConstraint("issue_id", "position"),
    Index(None, "cause_key"),
)

activity = Table(
    "activity",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.text("site_id"),
    columns.text("site_name"),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("what"),
    columns.text("entity"),
    columns.text("external_id"),
    columns.text("before"),
    columns.text("after"),
    columns.time("at"),
    columns.text("os_user"),
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="SET NULL")),
    Index(None, "at"),
)

activity_outcomes = Table(
    "activity_outcomes",
    columns.metadata,
    Column("activity_id", Integer, ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    columns.text("outcome"),
    columns.text("intent_id"),
)
"""Entries of the activity whose outcome is not plainly that it was done."""

refusals = Table(
    "refusals",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("record_id"),
    columns.text("part"),
    columns.text("fingerprint"),
    columns.text("failure"),
    columns.time("refused_at"),
    PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
)

imports = Table(
    "imports",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.time("at"),
    columns.flag("whole"),
    Index(None, "site_id", "at"),
)
"""Lists of Salesbuildr's Issues page that were pasted; `whole` where what a list lacks is no longer listed."""

import_lines = Table(
    "import_lines",
    columns.metadata,
    Column("import_id", Integer, ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
    columns.number("position"),
    columns.number("line"),
    columns.text("text"),
    columns.text("message"),
    columns.text("kind"),
    columns.text("record"),
    columns.text("company"),
    columns.text("time"),
    columns.text("verdict"),
    columns.text("title"),
    Column("issue_id", Integer, ForeignKey("issues.id", ondelete="SET NULL")),
    PrimaryKeyConstraint("import_id", "position"),
    Index(None, "issue_id"),
)

settings = Table("settings", metadata, Column("key", Text, primary_key=True), columns.text("value"))

alembic_version = Table(
    "alembic_version",
    MetaData(),  # alembic's own table: kept out of what its comparisons look at
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
