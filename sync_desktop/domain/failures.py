"""What went wrong, as facts; the sentences about it are the rule packs' business."""

from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind


class Failure(Model):
    """One thing that is wrong.

    `message` is what the PSA, the quoting side or this program said, verbatim. `facts` are the ids, fields and names
    that a rule may match on and quote (keys such as `field`, `entity`, `category_id`, `category`, `mapping_kind`,
    `target_id`, `company`, `contact`, `status`). `record` is the record that is concerned where it is not the one that
    was tried, for example the company of a quote.
    """

    kind: FailureKind
    message: str
    facts: dict[str, str] = {}
    record: RecordRef | None = None

    def with_facts(self, **facts: str) -> "Failure":
        """Return the same failure with more facts; those already known stay."""
        return self.model_copy(update={"facts": {**facts, **self.facts}})


class SyncError(Exception):
    """A failure on its way up."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class UserError(Exception):
    """Something that the person at the screen can put right; its text is one sentence that says how."""
