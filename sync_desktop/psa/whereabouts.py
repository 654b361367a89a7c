"""What a PSA can be asked about one row by its id, when a record failed: where it is, and whether it can be used."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.psa.connector import Seen

if TYPE_CHECKING:
    from sync_desktop.psa.listing import ReadOnce

ReadRows = Callable[[str, Collection[str]], Awaitable[dict[str, Seen]]]
"""Reads rows of records by identifier, as a connector does."""


class Where(StrEnum):
    """What has become of a row; the values are what rules match on and people read."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DELETED = "deleted"
    CLOSED = "closed"
    MERGED = "merged"
    MOVED = "moved"
    GONE = "deleted or not visible"
    """The PSA shows nothing under this id, and says the same of what is deleted and of what is hidden."""
    HIDDEN = "not visible"
    """It is there, because something else still belongs to it, and this API user is not shown it."""
    UNKNOWN = "cannot tell"
    """The question failed or was not permitted: that says nothing about the row."""

    @property
    def is_lost(self) -> bool:
        """Whether the PSA shows nothing under the id."""
        return self in (Where.GONE, Where.HIDDEN)


@dataclass(frozen=True, slots=True)
class Part:
    """A row that can be asked for: of which sort it is in the PSA's words, and its id."""

    what: str
    id: str
    kind: str = ""
    """The mapping kind that it is asked for, where that decides whether it can be used."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The answer about one row."""

    part: Part
    where: Where
    name: str = ""
    detail: str = ""
    """When it changed, why it cannot be told, or what it was merged into: what a person wants to know besides."""
    into: str = ""
    """The name of what it was merged into or moved to."""
    row: Mapping[str, Any] = field(default_factory=dict)
    """The row as the PSA gave it; empty where it gave none."""
    target: Target | None = None
    """The row as a mapping's target, where one row is a whole target."""
    seen: Seen | None = None
    """The row as a record, where it is one."""

    @property
    def in_use(self) -> bool:
        """Whether it is there, and nothing is known that keeps it from being used."""
        return self.where is Where.ACTIVE and not self.detail

    @property
    def sentence(self) -> str:
        """What was learnt, to be put behind "Asked ConnectWise: "."""
        what, row_id = self.part.what, self.part.id
        named = f", “{self.name}”" if self.name else ""
        more = f" ({self.detail})" if self.detail else ""
        match self.where:
            case Where.GONE:
                return f"{what} {row_id}{named} is not shown: it was deleted, or is hidden from this API user"
            case Where.HIDDEN:
                return f"{what} {row_id}{named} exists, but is hidden from this API user{more}"
            case Where.MERGED:
                return f"{what} {row_id}{named} was merged into “{self.into}”{more}"
            case Where.MOVED:
                return f"{what} {row_id}{named} {self.detail}"
            case Where.UNKNOWN:
                return f"cannot tell what {what} {row_id} is{more}"
            case _:
                article = "an" if what[0] in "aeiou" else "a"
                return f"{row_id} is {article} {what}{named}, {self.where}{more}"

    def as_(self, where: Where, *, detail: str, into: str = "") -> "Whereabouts":
        """Return the same row with what else was found out about it."""
        return replace(self, where=where, detail=detail, into=into)


@dataclass(frozen=True, slots=True)
class Suspect:
    """What the text of a refusal accuses: targets of these mapping kinds, with this id in them where it names one."""

    kinds: tuple[str, ...]
    row_id: str = ""
    sorts: tuple[str, ...] = ()
    """What the row of that id may be, where the text does not say which of them."""

    def may_be(self, part: Part) -> bool:
        """Say whether a row is the one that the text names."""
        return part.id == self.row_id and (not self.sorts or part.what in self.sorts)


EVERY_PART = "0/0/0"
"""The identifier of a target with every part that one can have: `parts` of it tells what those are called."""


class Inquiries(Protocol):
    """What a connector can ask by id. `ask` and `record` read only, and raise `SyncError` where that fails."""

    def suspect(self, failure: Failure) -> Suspect | None:
        """Return which mappings a failure's text accuses; None where it accuses none."""
        ...

    def parts(self, kind: str, target_id: str) -> tuple[Part, ...]:
        """Return the rows that a mapping's target is made of."""
        ...

    async def ask(self, part: Part, once: "ReadOnce | None" = None) -> Whereabouts:
        """Ask for a row that mappings lead to; lists of which it is a value are read through `once`."""
        ...

    def judged(self, kind: str, target_id: str, answers: Sequence[Whereabouts]) -> Target | None:
        """Return the target that these answers about its parts come to; None where it is gone.

        A part of which it cannot be told where it is breaks nothing.
        """
        ...

    async def record(self, entity: str, row_id: str, what: str) -> Whereabouts:
        """Ask for a row that stands for a company, contact, opportunity or product; `what` is the word for it."""
        ...


def whereabouts_of(seen: Seen | None, part: Part) -> Whereabouts:
    """Return where a record's row is, as far as the row itself tells."""
    if seen is None:
        return Whereabouts(part, Where.GONE)
    where = Where.ACTIVE if seen.active else Where.INACTIVE
    if seen.state == "deleted":
        where = Where.DELETED
    elif seen.state in ("won", "lost", "ordered"):
        where = Where.CLOSED
    detail = seen.state_label or seen.state if where is Where.CLOSED else ""
    return Whereabouts(part, where, name=seen.name, detail=detail, seen=seen)


def of_target(part: Part, target: Target | None) -> Whereabouts:
    """Return where the only row of a target is."""
    if target is None:
        return Whereabouts(part, Where.GONE)
    where = Where.ACTIVE if target.active else Where.INACTIVE
    detail = target.why_not if target.active else ""
    return Whereabouts(part, where, name=target.name, detail=detail, target=target)


def unasked(part: Part) -> Target:
    """Return a target that passes as valid, because it cannot be told what is wrong with it."""
    return Target(kind="", id=part.id, name="")
