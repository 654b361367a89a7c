"""Keeps calls from being sent where the tenant's hour is used up for everybody (safety, rule 10)."""

from datetime import timedelta

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.sync.site_run import SiteRun

BATCH_SHARE, SINGLE_SHARE = 0.45, 0.75
"""Shares of the tenant's hour at which a batch stops and a single action is refused."""


async def guard(run: SiteRun, share: float, *, fresh: bool) -> None:
    """Raise `SyncError` (BUDGET) where more than a share of the tenant's hour is used up; `fresh`: the count is read.

    A count that is known already is read anew before it stops anything.
    """
    budget = await run.connector.budget(fresh=fresh)
    if budget.used_share <= share:
        return
    budget = await run.connector.budget(fresh=True)  # what is known may be old
    if budget.tenant is None or budget.used_share <= share:
        return
    until = (run.clock.now() + timedelta(hours=1)).strftime("%H:%M UTC")
    psa = run.site.psa.label
    message = (
        f"{psa} has answered {budget.tenant:,} of the {budget.tenant_limit:,} calls that this tenant may make in an"
        f" hour; from {share:.0%} on nothing is sent from here, so that {psa} stays quick for everybody. Try again"
        f" at {until} at the latest"
    )
    raise SyncError(Failure(kind=FailureKind.BUDGET, message=message, facts={"until": until}))
