"""What Salesbuildr's own Issues page says of a record, as far as its lists were pasted here."""

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind
from sync_desktop.storage import imports, issues
from sync_desktop.sync.site_run import SiteRun


async def listed_failures(run: SiteRun, ref: RecordRef) -> tuple[Failure, ...]:
    """Return the texts with which Salesbuildr lists a record now, as failures; none for one that it does not list.

    Only their words are known: what kind of failure they are, whoever asks about them has to find out.
    """

    def read(conn: Connection) -> tuple[str, ...]:
        issue = issues.issue_for(conn, run.site.id, ref)
        return imports.listed_now(conn, run.site.id, issue.id) if issue is not None else ()

    texts = await run.workspace.read(read)
    return tuple(Failure(kind=FailureKind.REFUSED, message=text) for text in texts if text)
