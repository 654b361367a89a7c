"""Lists of Salesbuildr's Issues page that were pasted, with each of their lines.

Frozen: it says what version 4 added, whatever `schema` becomes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXTS = ("text", "message", "kind", "record", "company", "time", "verdict", "title")


def upgrade() -> None:
    """Make the tables that version 4 added."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_imports_site_id_sites", ondelete="CASCADE"),
    )
    op.create_index("ix_imports_site_id_at", "imports", ["site_id", "at"])
    op.create_table(
        "import_lines",
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("issue_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("import_id", "position", name="pk_import_lines"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_lines_import_id_imports", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name="fk_import_lines_issue_id_issues", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_import_lines_issue_id", "import_lines", ["issue_id"])
