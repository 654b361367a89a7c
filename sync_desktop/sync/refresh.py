"""Reads the quoting side into the workspace, page by page; a cancelled refresh goes on where it was."""

from collections.abc import Callable

from sync_desktop.quoting.source import Page, read_all
from sync_desktop.storage import records
from sync_desktop.sync.site_run import SiteRun

OnPage = Callable[[Page], None]


def refreshed_key(site_id: str) -> str:
    """Return the setting that says when the quoting side was last read to the end."""
    return f"refreshed/{site_id}"


async def refresh(run: SiteRun, on_page: OnPage) -> int:
    """Read everything of the quoting side and keep it; returns how many records were read.

    Nothing is written into the PSA. Mappings that a person set stay; those that Salesbuildr's API shows are renewed.
    """
    site_id = run.site.id
    resume = await run.workspace.read(lambda conn: records.progress(conn, site_id))
    read = 0
    async for page in read_all(run.source, resume):
        at = run.clock.now()
        await run.workspace.write(lambda tx, page=page, at=at: _keep(tx, site_id, page, at))
        read += len(page.items)
        on_page(page)
    at = run.clock.now()
    await run.workspace.write(lambda tx: _finish(tx, run, at.isoformat()))
    return read
