"""Sites and their settings."""

from sqlalchemy import Connection, bindparam, delete, select

from sync_desktop.domain.sites import Site
from sync_desktop.storage import schema, search
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_ONE = select(schema.sites.c.data).where(schema.sites.c.id == bindparam("site_id"))


def all_sites(conn: Connection) -> list[Site]:
    """Return every site, by name."""
    sites = [Site.model_validate_json(data) for data in conn.scalars(select(schema.sites.c.data))]
    return sorted(sites, key=lambda site: (site.name.casefold(), site.id))


def site(conn: Connection, site_id: str) -> Site | None:
    """Return one site."""
    data = conn.scalar(_ONE, {"site_id": site_id})
    return None if data is None else Site.model_validate_json(data)


def save_site(tx: Transaction, site: Site) -> None:
    """Keep a site, new or changed."""
    upsert(tx.conn, schema.sites, [{"id": site.id, "name": site.name, "data": site.model_dump_json()}])
    tx.touch("sites", site.id)


def delete_site(tx: Transaction, site_id: str) -> None:
    """Forget a site and everything known of it, except what was written into its PSA (`activity`)."""
    search.forget(
        tx.conn,
        select(schema.issues.c.id).where(schema.issues.c.site_id == site_id),
        select(schema.records.c.id).where(schema.records.c.site_id == site_id),
    )
    tx.conn.execute(delete(schema.sites).where(schema.sites.c.id == site_id))
    tx.touch("sites", site_id)
