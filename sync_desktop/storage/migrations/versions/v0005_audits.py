"""Audits of mappings and what they found changed, what a person saved or rejected, and Salesbuildr's own copies.

Frozen: it says what version 5 added, whatever `schema` becomes.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables and columns that version 5 added."""
    op.add_column("targets", sa.Column("state", sa.Text, nullable=False, server_default="valid"))
    op.add_column("targets", sa.Column("moved_to", sa.Text, nullable=False, server_default=""))
    _make(
        "audits",
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        *_texts("problems"),
    )
    op.create_index("ix_audits_site_id_at", "audits", ["site_id", "at"])
    op.create_table(
        "target_snapshots",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("audit_id", sa.Integer, nullable=False),
        *_texts("kind", "target_id", "name"),
        sa.Column("was", sa.Text, nullable=True),
        *_texts("now", "was_called"),
        sa.PrimaryKeyConstraint("id", name="pk_target_snapshots"),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name="fk_target_snapshots_audit_id_audits", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_target_snapshots_audit_id", "target_snapshots", ["audit_id"])
    op.create_table(
        "rejected_suggestions",
        *_texts("site_id", "kind", "source_id", "target_id", "fingerprint"),
        sa.Column("rejected_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "kind", "source_id", "target_id", name="pk_rejected_suggestions"),
        _of_site("rejected_suggestions"),
    )
    _make_changes()
    _make(
        "todos",
        *_texts("kind", "source_id", "source_name", "bad_target_id", "bad_target_name"),
        *_texts("good_target_id", "good_target_name"),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        *_texts("evidence"),
    )
    op.create_index("ix_todos_site_id_closed_at", "todos", ["site_id", "closed_at"])


def _make_changes() -> None:
    op.create_table(
        "mapping_changes",
        sa.Column("id", sa.Integer, nullable=False),
        *_texts("batch", "site_id", "kind", "source_id", "source_name"),
        sa.Column("before", sa.Text, nullable=True),
        sa.Column("counted_before", sa.Text, nullable=True),
        *_texts("after"),
        sa.Column("at", sa.String(27), nullable=False),
        *_texts("os_user"),
        sa.Column("rolled_back_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mapping_changes"),
        _of_site("mapping_changes"),
    )
    op.create_index("ix_mapping_changes_site_id_kind_source_id", "mapping_changes", ["site_id", "kind", "source_id"])
    op.create_index("ix_mapping_changes_batch", "mapping_changes", ["batch"])


def _make(name: str, *columns: "sa.Column[Any]") -> None:
    """Make a table of numbered rows that belong to a site."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _of_site(name),
    )


def _texts(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _of_site(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=f"fk_{table}_site_id_sites", ondelete="CASCADE")
