"""The first schema.

Frozen: it says what version 1 was, whatever `schema` becomes. The search indexes are derived and made by `search`.
"""

import sqlalchemy as sa
from alembic import op

from sync_desktop.storage import search

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of version 1."""
    _make_settings_and_sites()
    _make_what_a_refresh_reads()
    _make_links_and_intents()
    _make_leases_and_batches()
    _make_attempts()
    _make_exchanges()
    _make_issues()
    _make_mappings()
    _make_activity()
    search.create(op.get_bind())


def _site() -> sa.Column[str]:
    """Return the column that ties a row to its site."""
    return sa.Column("site_id", sa.Text, sa.ForeignKey("sites.id", ondelete="CASCADE"), nullable=False)


def _id() -> sa.Column[int]:
    """Return a row's own number."""
    return sa.Column("id", sa.Integer, primary_key=True)


def _attempt(deletion: str, *, nullable: bool = True) -> sa.Column[int]:
    """Return the column that ties a row to an attempt."""
    return sa.Column("attempt_id", sa.Integer, sa.ForeignKey("attempts.id", ondelete=deletion), nullable=nullable)


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    """Return columns of text."""
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    """Return columns that hold moments as text of fixed width."""
    return [sa.Column(name, sa.String(27), nullable=nullable) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    """Return columns of whole numbers."""
    return [sa.Column(name, sa.Integer, nullable=nullable) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    """Return columns that are true or false."""
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _make_settings_and_sites() -> None:
    """Make the tables of settings and sites."""
    op.create_table(
        "sites",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("name", "data"),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.Text, primary_key=True),
        *_texts("value"),
    )


def _make_what_a_refresh_reads() -> None:
    """Make the tables of what a refresh reads."""
    op.create_table(
        "records",
        _id(),
        _site(),
        *_texts("kind", "record_id", "external_id", "name", "company"),
        *_flags("deleted"),
        *_times("seen_at"),
        *_texts("data"),
        sa.UniqueConstraint("site_id", "kind", "record_id"),
    )
    op.create_index("ix_records_site_id_kind_external_id", "records", ["site_id", "kind", "external_id"])
    op.create_index("ix_records_site_id_kind_seen_at", "records", ["site_id", "kind", "seen_at"])
    op.create_table(
        "categories",
        _site(),
        *_texts("category_id", "name", "data"),
        sa.PrimaryKeyConstraint("site_id", "category_id"),
    )
    op.create_table(
        "field_values",
        _site(),
        *_texts("field", "value_id", "name", "data"),
        sa.PrimaryKeyConstraint("site_id", "field", "value_id"),
    )
    op.create_table(
        "progress",
        _site(),
        *_texts("key", "value"),
        sa.PrimaryKeyConstraint("site_id", "key"),
    )


def _make_links_and_intents() -> None:
    """Make the tables of links and intents."""
    op.create_table(
        "links",
        _site(),
        *_texts("kind", "record_id", "part", "entity", "external_id", "origin"),
        *_times("verified_at", nullable=True),
        *_times("saved_at"),
        *_texts("sent"),
        sa.PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
    )
    op.create_index("ix_links_site_id_entity_external_id", "links", ["site_id", "entity", "external_id"])
    op.create_table(
        "intents",
        sa.Column("id", sa.Text, primary_key=True),
        _site(),
        *_texts("kind", "record_id", "part", "entity", "key", "fields", "parent_id"),
        *_times("created_at"),
        *_times("settled_at", nullable=True),
        *_texts("external_id", nullable=True),
    )
    op.create_index("ix_intents_site_id_settled_at", "intents", ["site_id", "settled_at"])


def _make_leases_and_batches() -> None:
    """Make the tables of leases and batches."""
    op.create_table(
        "leases",
        _site(),
        *_texts("kind", "record_id", "owner"),
        *_times("taken_at", "expires_at"),
        sa.PrimaryKeyConstraint("site_id", "kind", "record_id"),
    )
    op.create_index("ix_leases_owner", "leases", ["owner"])
    op.create_table(
        "batches",
        sa.Column("id", sa.Text, primary_key=True),
        _site(),
        *_texts("label", "refs"),
        *_times("started_at"),
        *_times("ended_at", nullable=True),
    )


def _make_attempts() -> None:
    """Make the tables of attempts."""
    op.create_table(
        "attempts",
        _id(),
        _site(),
        *_texts("kind", "record_id", "attempt_kind", "owner"),
        *_texts("outcome", nullable=True),
        *_times("started_at"),
        *_times("ended_at", nullable=True),
        *_texts("summary", "failures"),
        *_texts("checked", "batch_id", nullable=True),
    )
    op.create_index("ix_attempts_outcome_owner", "attempts", ["outcome", "owner"])
    op.create_index("ix_attempts_site_id_kind_record_id", "attempts", ["site_id", "kind", "record_id"])
    op.create_table(
        "steps",
        _attempt("CASCADE", nullable=False),
        *_numbers("position"),
        *_texts("action", "entity", "kind", "record_id", "part", "label", "before", "after", "external_id"),
        *_flags("done"),
        *_texts("failure", nullable=True),
        sa.PrimaryKeyConstraint("attempt_id", "position"),
    )


def _make_exchanges() -> None:
    """Make the tables of exchanges."""
    op.create_table(
        "exchanges",
        _id(),
        _attempt("CASCADE"),
        _site(),
        *_texts("label", "system", "request_class", "method", "url", "request_headers", "request_body"),
        *_numbers("status", nullable=True),
        *_texts("response_headers", "response_body", "error"),
        *_times("started_at"),
        *_numbers("milliseconds", "attempt_number"),
    )
    op.create_index("ix_exchanges_attempt_id", "exchanges", ["attempt_id"])
    op.create_index("ix_exchanges_started_at", "exchanges", ["started_at"])


def _make_issues() -> None:
    """Make the tables of issues."""
    op.create_table(
        "issues",
        _id(),
        _site(),
        *_texts("kind", "record_id", "title", "number", "company", "quote_status"),
        *_texts("value", nullable=True),
        *_texts("state", "origin", "severity", "failures"),
        *_times("opened_at", "last_failed_at", "state_changed_at"),
        *_numbers("times_failed", "dismissed_count"),
        *_texts("note"),
        sa.UniqueConstraint("site_id", "kind", "record_id"),
    )
    op.create_index("ix_issues_site_id_state", "issues", ["site_id", "state"])
    op.create_index("ix_issues_state_last_failed_at", "issues", ["state", "last_failed_at"])
    op.create_table(
        "issue_causes",
        sa.Column("issue_id", sa.Integer, sa.ForeignKey("issues.id", ondelete="CASCADE"), nullable=False),
        *_numbers("position"),
        *_texts("rule", "cause_key", "title", "severity", "badge", "data"),
        sa.PrimaryKeyConstraint("issue_id", "position"),
    )
    op.create_index("ix_issue_causes_cause_key", "issue_causes", ["cause_key"])


def _make_mappings() -> None:
    """Make the tables of mappings."""
    op.create_table(
        "mappings",
        _site(),
        *_texts("kind", "source_id", "source_name", "target_id", "target_name", "origin"),
        *_times("saved_at"),
        sa.PrimaryKeyConstraint("site_id", "kind", "source_id", "origin"),
    )
    op.create_table(
        "targets",
        _site(),
        *_texts("kind", "target_id"),
        *_numbers("position"),
        *_texts("name"),
        *_flags("active", "valid"),
        *_texts("why_not", "detail"),
        *_times("listed_at"),
        sa.PrimaryKeyConstraint("site_id", "kind", "target_id"),
    )


def _make_activity() -> None:
    """Make the tables of activity."""
    op.create_table(
        "activity",
        _id(),
        *_texts("site_id", "site_name", "kind", "record_id", "what", "entity", "external_id", "before", "after"),
        *_times("at"),
        *_texts("os_user"),
        _attempt("SET NULL"),
    )
    op.create_index("ix_activity_at", "activity", ["at"])
