"""What the PSA refused, and what became of writes whose answer was lost.

Frozen: it says what version 2 added, whatever `schema` becomes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables that version 2 added."""
    op.create_table(
        "activity_outcomes",
        sa.Column("activity_id", sa.Integer, sa.ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("intent_id", sa.Text, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("site_id", sa.Text, sa.ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("refused_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "kind", "record_id", "part"),
    )
