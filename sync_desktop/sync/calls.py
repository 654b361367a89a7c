"""Calls that belong to no single attempt: kept for the count of calls, without what they said."""

from collections.abc import Sequence

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.storage import attempts
from sync_desktop.sync.site_run import SiteRun

_BARE: dict[str, object] = {"request_headers": {}, "request_body": "", "response_headers": {}, "response_body": ""}


def calls_made(run: SiteRun) -> Sequence[Exchange]:
    """Take out of the journal that calls were made and how they ended, without headers and bodies."""
    return [exchange.model_copy(update=_BARE) for exchange in run.journal.drain()]


async def keep_calls(run: SiteRun) -> Sequence[Exchange]:
    """Keep that calls were made, without what they said: a shared check reads a great deal. Returns what was kept."""
    made = calls_made(run)
    if made:
        await run.workspace.write(lambda tx: attempts.save_exchanges(tx, None, made))
    return made
