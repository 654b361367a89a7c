"""Columns as all tables of a workspace have them, in words that SQLite and PostgreSQL both speak.

Times are UTC, kept as text of fixed width that sorts as the times do. Amounts are decimals, kept as text, so that no
cent is lost.
"""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Boolean, Column, Dialect, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, as `2026-03-01T09:12:00.000000Z`; a time without a zone is refused with ValueError."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Turn an aware time into text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Turn text back into an aware time."""
        return None if value is None else datetime.fromisoformat(value)


class Amount(TypeDecorator[Decimal]):
    """A decimal with every digit that it came with, as text without an exponent."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Turn a decimal into text."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Turn text back into a decimal."""
        return None if value is None else Decimal(value)


def site() -> Column[str]:
    """Return the column that ties a row to its site."""
    return Column("site_id", Text, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False)


def text(name: str) -> Column[str]:
    """Return a text column that is never null."""
    return Column(name, Text, nullable=False)


def time(name: str, *, nullable: bool = False) -> Column[datetime]:
    """Return a column that holds a moment."""
    return Column(name, UtcTime, nullable=nullable)


def flag(name: str) -> Column[bool]:
    """Return a column that is true or false."""
    return Column(name, Boolean, nullable=False)


def number(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a whole number's column."""
    return Column(name, Integer, nullable=nullable)
