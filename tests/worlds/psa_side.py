"""One PSA behind the small worlds: what it holds, and how a test reads and changes that in words that all PSAs share.

Each PSA's side is a module of its own. Kinds are the quoting side's (company, contact, opportunity, product, quote),
and `line` for the lines of a quote.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sync_desktop.sandbox.store import Store

Row = dict[str, Any]
WON, LOST, UNKNOWN = "won", "lost", "unknown"
"""States that an opportunity can be brought into; `unknown` is one of which nobody knows whether it is still open."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as every PSA can be asked for it."""

    id: int
    product: int
    name: str
    text: str
    quantity: float
    price: float
    row: Row
    """As the PSA holds it."""


End = tuple[str, Callable[[Store, int], object], str]
"""A kind, what somebody does to the row of this id, and what is said of it then: "is inactive"."""


class PsaSide(ABC):
    """One PSA's side of the small worlds, under the numbers that the rows of Salesbuildr link to."""

    system: ClassVar[str]
    """As a world's file names it, `autotask`."""
    label: ClassVar[str]
    user: ClassVar[str]
    """Who this program is in the log of requests."""
    vendor: ClassVar[str]
    """Who Salesbuildr's own integration is there."""
    rows: ClassVar[Mapping[str, list[Row]]]
    """By collection: what is there before a test adds to it."""
    collections: ClassVar[Mapping[str, str]]
    """The collection that the rows of each kind are in; of products, the one that things to touch are in."""
    titles: ClassVar[Mapping[str, str]]
    """By kind: the member that holds a row's name."""
    headers: ClassVar[Mapping[str, str]] = {}
    """What members of Salesbuildr's quotes are called in a row of a quote; none where a PSA has no quotes."""
    product_key: ClassVar[str]
    """The member of a product's row that is stamped."""
    told_apart: ClassVar[Mapping[str, tuple[str, ...]]]
    """By collection that this program writes into: the members by which a person would tell its rows apart."""
    creates: ClassVar[str]
    """Which paths are posted to in order to make something: a pattern."""
    leads: ClassVar[tuple[Row, ...]] = ()
    """Where Salesbuildr leads its categories, where its API keeps that to itself."""
    led_as: ClassVar[str] = ""
    """The mapping kind that stands for these here."""

    @abstractmethod
    def opportunity(self, row: Row, company: int, contact: int) -> Row:
        """Return the row of an opportunity of Salesbuildr's, given the ids of its company and contact here."""

    def target(self, lead: Row) -> str:
        """Return where one of `leads` leads, as this program's mappings have it."""
        raise NotImplementedError

    @abstractmethod
    def is_read(self, method: str, path: str) -> bool:
        """Say whether a request changes nothing, by its method and its path without a query."""

    @abstractmethod
    def quotes(self, store: Store, number: str) -> list[Row]:
        """Return the rows that stand for the quote of this number: one, once it was written."""

    @abstractmethod
    def lines(self, store: Store, quote: Row) -> list[Line]:
        """Return all lines of a row that stands for a quote, in the order of their ids."""

    @abstractmethod
    def line(self, product: int, name: str, quantity: float, price: float) -> Row:
        """Return a line as somebody else would add it."""

    @abstractmethod
    def add_line(self, store: Store, quote: Row, line: Row) -> int:
        """Add a line to a quote and return its id."""

    @abstractmethod
    def change_line(self, store: Store, quote: Row, line_id: int, **members: Any) -> None:
        """Change members of a line, called as a `Line` calls them."""

    @abstractmethod
    def delete_line(self, store: Store, quote: Row, line_id: int) -> None:
        """Take a line away."""

    @abstractmethod
    def renamed(self, kind: str) -> Row:
        """Return the members that make a row somebody else's, by all that one could recognise it by."""

    @abstractmethod
    def retired(self, kind: str) -> Row:
        """Return the members of a row that is not in use any more."""

    @abstractmethod
    def ended(self, state: str) -> Row:
        """Return the members of an opportunity in one of the states above."""

    @abstractmethod
    def behind(self, opportunity: int) -> Iterable[tuple[str, Row]]:
        """Yield the collection and a row of each sort of business that may have been made of an opportunity."""

    @abstractmethod
    def ends(self) -> Iterable[End]:
        """Return each way in which a row that a quote needs can end here."""

    @abstractmethod
    def company_of(self, row: Row) -> int:
        """Return whose a row that stands for a quote is."""

    @abstractmethod
    def opportunity_of(self, quote: Row) -> int:
        """Return the opportunity of a row that stands for a quote."""

    @abstractmethod
    def move(self, store: Store, quote: Row, opportunity: int) -> None:
        """Move a quote to another opportunity."""

    @abstractmethod
    def owner(self, opportunity: Row) -> int:
        """Return whose an opportunity is."""

    @abstractmethod
    def company(self, row_id: int, name: str, *, phone: str = "", website: str = "", active: bool = True) -> Row:
        """Return a company."""

    @abstractmethod
    def contact(self, row_id: int, company: int, mail: str, *, active: bool = True) -> Row:
        """Return a person of a company."""

    def gone(self, kind: str) -> End:
        """Return that a row is deleted, without a trace."""
        return kind, lambda store, row_id: store.delete(self.collections[kind], row_id), "was not found"

    def inactive(self, kind: str) -> End:
        """Return that a row is not in use any more."""
        retired = self.retired(kind)
        return kind, lambda store, row_id: store.update(self.collections[kind], row_id, retired), "is inactive"

    def written(self, store: Store) -> dict[str, list[Row]]:
        """Return the rows of each sort that this program writes."""
        return {collection: list(store.rows(collection).values()) for collection in self.told_apart}

    def counts(self, store: Store) -> dict[str, int]:
        """Return how many there are of them."""
        return {sort: len(rows) for sort, rows in self.written(store).items()}

    def grown(self, store: Store) -> int:
        """Return how much there is in them: it is more after each create, and where an empty member was filled."""
        return sum(
            value not in (None, "") for rows in self.written(store).values() for row in rows for value in row.values()
        )

    def doubled(self, store: Store) -> list[str]:
        """Return what is there more than once, as a person would tell it apart."""
        found: list[str] = []
        for sort, rows in self.written(store).items():
            told = Counter(tuple(row.get(name) for name in self.told_apart[sort]) for row in rows)
            found += [f"{sort} {told_by}" for told_by, count in told.items() if count > 1]
        return found
