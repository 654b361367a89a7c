"""The plug for a PSA: what the generator of worlds asks of a PSA's side, whatever its rows look like.

Rows that the quoting side holds come in as they are there; ids of the PSA come back as whole numbers.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

Row = dict[str, Any]


def day(ago: int, clock: str = "09:30:00") -> str:
    """Return a moment as a world holds it: days before today (negative: after)."""
    return f"{{{-ago:+d}}}T{clock}Z"


class PsaSide(ABC):
    """The rows of one PSA, and what somebody does to them behind Salesbuildr's back."""

    system: ClassVar[str]
    """As a world's file names it, `autotask`."""
    first_owner: ClassVar[int]
    """What the first owner is linked to; the others count up from it."""
    fields: ClassVar[Sequence[tuple[str, str, int | None, bool]]]
    """Values of Salesbuildr's drop-downs: field, value, id in this PSA, deleted."""
    categories: ClassVar[Sequence[tuple[str, str, int | None]]]
    """Salesbuildr's categories, parents first: name, parent, billing code."""
    opportunities: ClassVar[str]
    """The collection of opportunities."""
    companies: ClassVar[str]
    contacts: ClassVar[str]
    labour_is_role: ClassVar[bool] = False
    """Whether labour is linked to a role rather than to something in a catalogue."""
    holds_set_up: ClassVar[bool] = False
    """Whether a set-up price has a line of its own without anybody having chosen one."""
    holds_options: ClassVar[bool] = True
    """Whether a line can say that it is optional."""

    bare_when_in_step: ClassVar[bool] = False
    """Whether it is not settled how lines hold discounts, so that what is in step had better have none."""
    more_catalogue: ClassVar[Sequence[Any]] = ()
    """What is sold at this site besides the common catalogue, in the same form."""

    def __init__(self, random: Random, first_ids: Mapping[str, int]) -> None:
        self.random = random
        self.rows: dict[str, list[Row]] = {}
        self._last = dict(first_ids)

    def keep(self, collection: str, **fields: Any) -> int:
        """Keep a row and return its id, the next one where none is given; members without a value are left out."""
        row_id = fields.pop("id", None)
        if row_id is None:
            row_id = self.next_id(collection)
        row = {"id": row_id, **{name: value for name, value in fields.items() if value not in (None, "")}}
        self.rows.setdefault(collection, []).append(row)
        return int(row_id)

    def next_id(self, collection: str) -> int:
        """Return an id that no row of the collection has had."""
        row_id = self._last.get(collection, 1)
        self._last[collection] = row_id + 1
        return row_id

    def row(self, collection: str, row_id: object) -> Row:
        """Return a row."""
        return next(row for row in self.rows[collection] if str(row["id"]) == str(row_id))

    def remove(self, collection: str, row_id: object) -> None:
        """Take a row away: what is linked to it is linked to nothing."""
        self.rows[collection].remove(self.row(collection, row_id))

    # What stands for the records of Salesbuildr

    @abstractmethod
    def set_up(self) -> None:
        """Make what an administrator has set up."""

    @abstractmethod
    def member(self, row_id: int, first: str, last: str, email: str, *, active: bool) -> None:
        """Make a member of the MSP's staff."""

    @abstractmethod
    def own_company(self, name: str, address: Row, phone: str) -> None:
        """Make the MSP's own company."""

    @abstractmethod
    def vendor(self, name: str, phone: str) -> None:
        """Make a company that only this PSA knows."""

    @abstractmethod
    def company(self, row: Row, owner: Row, *, active: bool = True) -> int:
        """Make what stands for a company."""

    @abstractmethod
    def contact(self, row: Row, company_id: int) -> int:
        """Make what stands for a contact."""

    @abstractmethod
    def product(self, row: Row, category: str) -> int:
        """Make what stands for a product of a category, named as Salesbuildr names it."""

    @abstractmethod
    def opportunity(
        self, row: Row, company: Row, contact: Row | None, owner: Row, stage: Row | None, category: Row | None
    ) -> int:
        """Make what stands for an opportunity."""

    @abstractmethod
    def revenue(self, opportunity_id: str, revenue: float, profit: float) -> None:
        """Say what an opportunity's quote comes to, where the PSA has that opportunity."""

    @abstractmethod
    def arrive(
        self, quote: Row, of: Mapping[str, Row], products: Mapping[str, Row], categories: Mapping[str, Row]
    ) -> int:
        """Make everything that stands for a quote, and return what a stranger's line would be added to.

        `of` has its company, contact, opportunity and paymentTerm.
        """

    # What happens behind Salesbuildr's back

    @abstractmethod
    def retire_company(self, row_id: str) -> None:
        """Make a company inactive."""

    def delete_company(self, row_id: str) -> None:
        """Delete a company as this PSA does it; without a word of its own, nothing is left."""
        self.remove(self.companies, row_id)

    def merge_company(self, row_id: str, into: str) -> None:
        """Merge a company into another: its own row is gone."""
        self.remove(self.companies, row_id)

    @abstractmethod
    def rename_company(self, row_id: str, name: str, website: str, phone: str) -> None:
        """Make a company another one altogether."""

    @abstractmethod
    def retire_contact(self, row_id: str) -> None:
        """Make a contact inactive."""

    def delete_contact(self, row_id: str) -> None:
        """Delete a contact."""
        self.remove(self.contacts, row_id)

    @abstractmethod
    def move_contact(self, row_id: str, company_id: str) -> None:
        """Put a contact into another company."""

    @abstractmethod
    def lose(self, opportunity_id: str) -> None:
        """Mark an opportunity as lost."""

    @abstractmethod
    def win(self, opportunity_id: str, *, ordered: bool) -> None:
        """Mark an opportunity as won; `ordered` means that a sales order stands behind it."""

    @abstractmethod
    def add_line(self, quote_id: int) -> None:
        """Add a line to what `arrive` made, as somebody else would."""
