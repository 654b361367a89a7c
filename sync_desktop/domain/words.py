"""The house's words as enumerations: what names, screens and commands all use.

No pydantic here, so that the first window can be painted before it loads.
"""

from enum import StrEnum


class Psa(StrEnum):
    """The PSAs that a site can be paired with."""

    AUTOTASK = "autotask"
    CONNECTWISE = "connectwise"
    HALOPSA = "halopsa"

    @property
    def label(self) -> str:
        """The name its vendor gives it."""
        return {"autotask": "Autotask", "connectwise": "ConnectWise", "halopsa": "HaloPSA"}[self.value]

    @property
    def has_quotes(self) -> bool:
        """Whether it has quotes of its own; in one that has none, the lines of a quote hang on its opportunity."""
        return self is not Psa.CONNECTWISE


class Role(StrEnum):
    """What a site allows: ASSIST reads only, WRITE also writes into the PSA."""

    ASSIST = "assist"
    WRITE = "write"

    def label(self, *, practice: bool) -> str:
        """Return the words on the band of a site."""
        if practice:
            return "PRACTICE" if self is Role.WRITE else "PRACTICE: READ ONLY"
        return "WRITES TO PSA" if self is Role.WRITE else "ASSIST: READ ONLY"


class RecordKind(StrEnum):
    """Kinds of records, in the order in which one depends on the one before."""

    COMPANY = "company"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"
    PRODUCT = "product"
    QUOTE = "quote"

    @property
    def label(self) -> str:
        """The word on screen."""
        return self.value.capitalize()


class LinkOrigin(StrEnum):
    """How a link came to be known."""

    QUOTING = "quoting side"
    MATCHED = "matched here"
    CREATED = "created here"
    HAND = "set by hand"


class MappingOrigin(StrEnum):
    """How a mapping came to be known; the first in this order that has a target is the one that counts."""

    HAND = "by hand"
    FILE = "file"
    SALESBUILDR = "Salesbuildr"
    PRODUCTS = "products"
    ERROR_TEXT = "error text"

    @property
    def is_inferred(self) -> bool:
        """Whether nobody and no system has said so: it was concluded from what else is known."""
        return self in (MappingOrigin.PRODUCTS, MappingOrigin.ERROR_TEXT)


class MappingState(StrEnum):
    """What an audit says of a mapping, against the PSA as it was then. The values are the words on screen."""

    VALID = "valid"
    UNMAPPED = "not mapped"
    INACTIVE = "inactive"
    DELETED = "deleted"
    """The PSA says, or lets be known for sure, that there is no such row any more."""
    GONE = "gone or hidden"
    """The PSA shows nothing under the id, and does not say whether it was deleted or is hidden from this API user."""
    NOT_PERMITTED = "not permitted"
    """This API user may not read what would tell; that breaks nothing."""
    WRONG_KIND = "wrong kind"
    """There and active, but of a use or type that the mapping kind cannot have: use type, not for items."""
    PARENT_INACTIVE = "parent inactive"
    MOVED = "moved to another parent"
    RENAMED = "renamed"
    """Valid, but called otherwise than when the mapping was set."""
    AMBIGUOUS = "ambiguous"
    """Several targets are called the same, or origins that count alike contradict each other."""
    UNUSED = "never used"
    """Valid, and nothing that is synchronised needs it."""
    UNKNOWN = "not audited"
    """Nobody has asked the PSA yet, or the question failed; that breaks nothing."""

    @property
    def is_broken(self) -> bool:
        """Whether what needs the mapping cannot be written, or would be written wrongly."""
        return self in _BROKEN

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look at it."""
        return self in _BROKEN or self in (MappingState.UNMAPPED, MappingState.AMBIGUOUS)


_BROKEN = frozenset(
    {
        MappingState.INACTIVE,
        MappingState.DELETED,
        MappingState.GONE,
        MappingState.WRONG_KIND,
        MappingState.PARENT_INACTIVE,
        MappingState.MOVED,
    }
)


class SuggestedBy(StrEnum):
    """What a suggestion rests on, the strongest first."""

    PRODUCTS = "synchronised products"
    MOVED = "the same target, moved or made anew"
    NAME = "its name"


class RequestClass(StrEnum):
    """What a request may do to the server, which decides whether it may be repeated."""

    READ = "read"
    IDEMPOTENT = "idempotent"
    CREATE = "create"


class Severity(StrEnum):
    """How much an issue matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class IssueState(StrEnum):
    """The life cycle of an issue."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UNLISTED = "no longer listed"
    """Imported, and missing in a later import: nobody has seen the record in the PSA."""
    CLEARED = "cleared"


class IssueOrigin(StrEnum):
    """What opened an issue."""

    ATTEMPT = "attempt"
    CHECK = "check"
    IMPORTED = "imported"


class AttemptKind(StrEnum):
    """A check reads only, a write also writes."""

    CHECK = "check"
    WRITE = "write"


class Outcome(StrEnum):
    """How an attempt at one record ended."""

    IN_STEP = "in step"
    """Seen in the PSA; nothing had to be written."""
    WRITTEN = "written"
    """Written, and then seen in the PSA."""
    READY = "ready"
    """A check found nothing that blocks the write."""
    DIFFERS = "written, but differs"
    """Written, but what was read back is not what was meant."""
    PARTIAL = "some items missing"
    """The quote arrived, some of its items did not."""
    BLOCKED = "blocked"
    """The check found what has to change first; nothing was written."""
    FAILED = "failed"
    """The PSA or the network refused."""
    NOT_ELIGIBLE = "not eligible"
    """By the rules of the site this record is not to be written, and that is no failure."""
    BUSY = "already synchronizing"
    """Somebody else holds the record's lease."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The program ended in the middle; set on the next opening."""

    @property
    def arrived(self) -> bool:
        """Whether the record was seen whole in the PSA, which clears its issue."""
        return self in (Outcome.IN_STEP, Outcome.WRITTEN)


class FailureKind(StrEnum):
    """What kind of thing went wrong, before any rule explains it."""

    NETWORK = "network"
    UNREADABLE = "unreadable answer"
    SERVER = "server error"
    RATE_LIMIT = "rate limit"
    BUDGET = "call budget used up"
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    REFUSED = "refused by the PSA"
    MAPPING_MISSING = "mapping missing"
    MAPPING_INVALID = "mapping invalid"
    NO_EXTERNAL_ID = "no external identifier"
    NOT_FOUND = "not found"
    INACTIVE = "inactive"
    CLOSED = "closed"
    LINK_MISMATCH = "link mismatch"
    NEAR_MATCH = "near match"
    ASSOCIATION = "association"
    REQUIRED_FIELD = "required field"
    INVALID_VALUE = "invalid value"
    FOREIGN_LINES = "lines of others"
    DIFFERENCE = "difference"
    ITEMS_MISSING = "items missing"
    NOT_ELIGIBLE = "not eligible"
    NOT_ARRIVED = "not arrived yet"
    BUSY = "already synchronizing"
    UNCLEAR_CREATE = "create with unknown outcome"
    READ_ONLY = "site reads only"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


class CauseClass(StrEnum):
    """What sort of remedy a cause needs."""

    TRANSIENT = "transient"
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    CONFIGURATION = "configuration"
    DATA = "data"
    IN_PROGRESS = "in progress"
    PARTIAL = "partial"
    BY_DESIGN = "by design"
    NOT_A_SYNC_MATTER = "not a sync matter"
    NEEDS_SUPPORT = "needs support"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What the interface can offer on an issue, named by the rule packs."""

    RETRY = "retry"
    CHECK = "check again"
    SET_MAPPING = "set mapping"
    LINK = "link or create"
    KEEP_LINES = "decide on lines"
    CONFIRM_WON = "confirm won opportunity"
    CONFIRM_OPEN = "confirm opportunity's status"
    CREDENTIALS = "credentials"
    OPEN_PSA = "open in PSA"
    OPEN_SALESBUILDR = "open in Salesbuildr"
    COPY_DETAILS = "copy details"
    SITE_SETTINGS = "site settings"
