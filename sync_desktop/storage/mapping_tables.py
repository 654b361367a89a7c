"""The tables of mappings: what they lead to, what audits found, what a person saved, and Salesbuildr's own copies."""

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from sync_desktop.storage import columns

mappings = Table(
    "mappings",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("source_id"),
    columns.text("source_name"),
    columns.text("target_id"),
    columns.text("target_name"),
    columns.text("origin"),
    columns.time("saved_at"),
    PrimaryKeyConstraint("site_id", "kind", "source_id", "origin"),
)

targets = Table(
    "targets",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("target_id"),
    columns.number("position"),
    columns.text("name"),
    columns.flag("active"),
    columns.flag("valid"),
    columns.text("why_not"),
    columns.text("detail"),
    columns.time("listed_at"),
    Column("state", Text, nullable=False, server_default="valid"),
    Column("moved_to", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("site_id", "kind", "target_id"),
)

audits = Table(
    "audits",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.time("at"),
    columns.number("calls"),
    columns.number("milliseconds"),
    columns.text("problems"),
    Index(None, "site_id", "at"),
)
"""One look at all mappings of a site; `problems` says by kind why its targets could not be read."""

target_snapshots = Table(
    "target_snapshots",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    Column("audit_id", Integer, ForeignKey("audits.id", ondelete="CASCADE"), nullable=False),
    columns.text("kind"),
    columns.text("target_id"),
    columns.text("name"),
    Column("was", Text),
    columns.text("now"),
    columns.text("was_called"),
    Index(None, "audit_id"),
)
"""What each audit found changed in the PSA since the one before; what is there now stands in `targets`."""

rejected_suggestions = Table(
    "rejected_suggestions",
    columns.metadata,
    columns.site(),
    columns.text("kind"),
    columns.text("source_id"),
    columns.text("target_id"),
    columns.text("fingerprint"),
    columns.time("rejected_at"),
    PrimaryKeyConstraint("site_id", "kind", "source_id", "target_id"),
)

mapping_changes = Table(
    "mapping_changes",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.text("batch"),
    columns.site(),
    columns.text("kind"),
    columns.text("source_id"),
    columns.text("source_name"),
    Column("before", Text),
    Column("counted_before", Text),
    columns.text("after"),
    columns.time("at"),
    columns.text("os_user"),
    columns.time("rolled_back_at", nullable=True),
    Index(None, "site_id", "kind", "source_id"),
    Index(None, "batch"),
)

todos = Table(
    "todos",
    columns.metadata,
    Column("id", Integer, primary_key=True),
    columns.site(),
    columns.text("kind"),
    columns.text("source_id"),
    columns.text("source_name"),
    columns.text("bad_target_id"),
    columns.text("bad_target_name"),
    columns.text("good_target_id"),
    columns.text("good_target_name"),
    columns.time("opened_at"),
    columns.time("closed_at", nullable=True),
    columns.text("evidence"),
    Index(None, "site_id", "closed_at"),
)
"""Salesbuildr's own copies of mappings that were repaired here, until they are seen to work as well."""
