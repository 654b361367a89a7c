"""Credentials of a site are known per side: one flag for both shut the other system too."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SITES = sa.table("sites", sa.column("id", sa.Text), sa.column("data", sa.Text))


def upgrade() -> None:
    """Give each side what was known of both: which one was rejected was not kept, so that neither is trusted."""
    conn = op.get_bind()
    for row in conn.execute(sa.select(_SITES.c.id, _SITES.c.data)).all():
        data = json.dumps(_per_side(json.loads(row.data)))
        conn.execute(_SITES.update().where(_SITES.c.id == row.id).values(data=data))


def _per_side(site: dict[str, Any]) -> dict[str, Any]:
    known = {
        "version": site.pop("credentials_version", 1),
        "rejected_version": site.pop("rejected_version", None),
    }
    return {**site, "quoting_credentials": known, "psa_credentials": known}
