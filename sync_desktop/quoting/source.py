"""Where quotes come from, as a protocol; nothing in it can write."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync_desktop.domain.records import AnyRecord, Category, FieldValue, RecordRef

DONE = "done"
"""The cursor of a collection that was read to its end."""


class Collection(StrEnum):
    """What is read as a whole, in the order in which one refers to the one before. Records bear their kind's word."""

    CATEGORY = "category"
    FIELD_VALUE = "field value"
    COMPANY = "company"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"
    PRODUCT = "product"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be made a record; `reason` says what is wrong with it."""

    id: str
    """Empty where even the id could not be read."""
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a collection, to be kept in one transaction together with its cursor."""

    kind: Collection
    items: tuple[AnyRecord | Category | FieldValue, ...]
    done: int
    """Rows read so far, of `total`."""
    total: int
    cursor: str
    """Where to go on after this page; `DONE` with the last one of a collection."""
    unreadable: tuple[Unreadable, ...] = ()


class QuotingSource(Protocol):
    """Reads the quoting side. Every method may raise SyncError."""

    def pages(self, kind: Collection, cursor: str = "") -> AsyncIterator[Page]:
        """Read a collection page by page, from the start or from where a cursor says; at least one page comes."""
        ...

    async def record(self, ref: RecordRef) -> AnyRecord | None:
        """Read one record as it is now; None where there is none. Raises SyncError (UNREADABLE) with what is wrong."""
        ...

    async def categories(self) -> tuple[Category, ...]:
        """Read all product categories."""
        ...

    async def field_values(self) -> tuple[FieldValue, ...]:
        """Read the values of the drop-down fields that a PSA has to know: stages, categories, payment terms."""
        ...

    async def count(self) -> int:
        """Make one small request that proves address and credentials; returns how many companies there are."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


async def read_all(source: QuotingSource, resume: Mapping[str, str]) -> AsyncIterator[Page]:
    """Read every collection; `resume` holds the last cursor that was kept for each, by the collection's word.

    Whoever keeps each page with its cursor can stop at any page and go on from there.
    """
    for kind in Collection:
        cursor = resume.get(kind, "")
        if cursor != DONE:
            async for page in source.pages(kind, cursor):
                yield page
