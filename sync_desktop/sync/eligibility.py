"""Which quotes a site writes, and why not the others (safety, rules 2 and 6)."""

from datetime import datetime, timedelta

from sync_desktop.domain.records import Quote
from sync_desktop.domain.sites import Site


def why_not_eligible(quote: Quote, site: Site, now: datetime) -> str:
    """Return why a quote is left out at a site, in words; empty where it is to be written."""
    scope = site.scope
    if quote.deleted:
        return "it is deleted in Salesbuildr"
    if quote.declined_at or quote.status == "declined":
        return "it was declined"
    if quote.status not in scope.statuses:
        return (
            f"its status is {quote.status or 'unknown'}; this site writes {' and '.join(sorted(scope.statuses))} quotes"
        )
    if quote.expired_at and not quote.approved_at:
        return "it has expired"
    if not site.psa.has_quotes and not quote.primary:
        return f"it is not the primary quote of its opportunity, and {site.psa.label} holds the lines of one only"
    dated = max((at for at in (quote.created_at, quote.sent_at, quote.approved_at) if at), default=None)
    if dated is None:
        return "Salesbuildr gives no date for it"
    if dated < now - timedelta(days=scope.max_age_days):
        return f"it is older than {scope.max_age_days} days"
    if scope.from_date and dated.date() < scope.from_date:
        return f"it is older than {scope.from_date}, from which on this site writes"
    return ""
