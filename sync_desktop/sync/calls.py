"""Calls that belong to no single attempt: kept for the count of calls, without what they said."""

from collections.abc import Sequence

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.storage import attempts
from sync_desktop.sync.site_run import SiteRun


async def keep_calls(run: SiteRun) -> Sequence[Exchange]:
    """Keep that calls were made and how they ended, without headers and bodies: a shared check reads a great deal.

    Returns what was kept.
    """
    bare = {"request_headers": {}, "request_body": "", "response_headers": {}, "response_body": ""}
    made = [exchange.model_copy(update=bare) for exchange in run.journal.drain()]
    if made:
        await run.workspace.write(lambda tx: attempts.save_exchanges(tx, None, made))
    return made
