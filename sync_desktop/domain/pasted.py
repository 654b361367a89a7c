"""Words about lines of Salesbuildr's Issues page. No pydantic here, because the interface shows them too."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a pasted line turned out to be."""

    FAILURE = "sync failure"
    """A rule knows its message, and it is about a synchronisation."""
    NOT_SYNC = "no sync failure"
    """A rule knows its message, and no record failed to synchronise."""
    UNKNOWN = "not recognised"
    """An issue, as far as its shape tells, with a message that no rule knows."""
    OTHER_TEXT = "other text"
    """A sentence that stands by itself and that no rule knows; nothing says that it is an issue."""
    PAGE = "part of the page"
    """A heading, a button, a page number: shown, and not counted."""

    @property
    def is_issue(self) -> bool:
        """Whether it can be kept as an issue of a record."""
        return self in (Verdict.FAILURE, Verdict.UNKNOWN)

    @property
    def is_recognised(self) -> bool:
        """Whether nothing about it is left open."""
        return self not in (Verdict.UNKNOWN, Verdict.OTHER_TEXT)
