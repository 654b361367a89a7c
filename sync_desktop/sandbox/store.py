"""What one practice system holds: collections of JSON rows, each under its id.

Everything runs on one event loop, so nothing here locks. Rows are handed out as they are kept: read them, and change
them through `update` only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Generic, TypeVar

Row = dict[str, Any]
Data = Mapping[str, Sequence[Mapping[str, Any]]]
"""Collections as JSON has them: a list of rows, each with its `id`."""
Id = TypeVar("Id", int, str)

FIRST_NEW_ID = 100_001
"""Ids of rows that are made later start here, so that they stand out from those of the world's file."""


def copied(value: Any) -> Any:
    """Return a copy of a value of JSON that shares nothing which can change, in a third of the time of `deepcopy`."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(member) for member in value] if isinstance(value, list) else value


class BaseStore(ABC, Generic[Id]):
    """Rows by collection and id, with rows that can be hidden from the API user."""

    def __init__(self, data: Data | None = None) -> None:
        self._collections: dict[str, dict[Id, Row]] = {}
        self._hidden: list[tuple[str, Callable[[Row], bool]]] = []
        self.replace(data or {})

    def replace(self, data: Data) -> None:
        """Forget everything and hold copies of these rows; whoever has this store keeps it. Hidden rows show again."""
        self._hidden.clear()
        self._collections = {
            collection: {self.to_id(row["id"]): copied(dict(row)) for row in rows} for collection, rows in data.items()
        }

    def dump(self) -> dict[str, list[Row]]:
        """Return a copy of everything, in the form that `replace` takes."""
        return {collection: [copied(row) for row in rows.values()] for collection, rows in self._collections.items()}

    @property
    def collections(self) -> tuple[str, ...]:
        """The names of the collections that have been spoken of, sorted."""
        return tuple(sorted(self._collections))

    def rows(self, collection: str) -> dict[Id, Row]:
        """Return all rows of a collection by id, hidden ones too; a collection that was never spoken of is empty."""
        return self._collections.setdefault(collection, {})

    def get(self, collection: str, row_id: Id) -> Row | None:
        """Return one row, hidden or not; None where there is none."""
        return self.rows(collection).get(row_id)

    def insert(self, collection: str, row: Mapping[str, Any]) -> Id:
        """Keep a copy of a row and return its id, which is a new one where the row has none or 0.

        Raises `KeyError` where the id is taken.
        """
        rows = self.rows(collection)
        given = row.get("id")
        row_id = self.to_id(given) if given else self.next_id(collection)
        if row_id in rows:
            raise KeyError(f"{collection} {row_id} is there already")
        rows[row_id] = {**copied(dict(row)), "id": row_id}
        return row_id

    def update(self, collection: str, row_id: Id, changes: Mapping[str, Any]) -> Row:
        """Change members of a row, never its id, and return the row. Raises `KeyError` where there is none."""
        row = self.rows(collection)[row_id]
        row.update({name: copied(value) for name, value in changes.items() if name != "id"})
        return row

    def delete(self, collection: str, row_id: Id) -> None:
        """Take a row away for good. Raises `KeyError` where there is none."""
        del self.rows(collection)[row_id]

    def visible(self, collection: str) -> list[Row]:
        """Return the rows that the API user may see, in the order of their ids."""
        rows = self.rows(collection)
        return [rows[row_id] for row_id in sorted(rows) if self.shows(collection, rows[row_id])]

    def shows(self, collection: str, row: Row) -> bool:
        """Return whether the API user may see a row."""
        return not any(hides(row) for name, hides in self._hidden if name.lower() == collection.lower())

    def hides_any(self, collection: str) -> bool:
        """Return whether some rows of a collection are hidden from the API user."""
        rows = self.rows(collection).values()
        return any(not self.shows(collection, row) for row in rows)

    def hide(self, collection: str, hides: Callable[[Row], bool]) -> Callable[[], None]:
        """Hide the rows of which `hides` is true; the answer, when called, shows them again."""
        entry = (collection, hides)
        self._hidden.append(entry)

        def show() -> None:
            if entry in self._hidden:
                self._hidden.remove(entry)

        return show

    @abstractmethod
    def to_id(self, value: object) -> Id:
        """Return a value of JSON or of a path as an id. Raises `ValueError` where it cannot be one."""

    @abstractmethod
    def next_id(self, collection: str) -> Id:
        """Return an id that no row of the collection has."""


class Store(BaseStore[int]):
    """A store with whole numbers as ids, as Autotask has them (0 is the MSP's own company)."""

    def replace(self, data: Data) -> None:
        """Forget everything, the ids that were given out too."""
        self._last: dict[str, int] = {}
        super().replace(data)

    def to_id(self, value: object) -> int:
        """Return the number; text that spells one will do."""
        try:
            return int(str(value))
        except ValueError:
            raise ValueError(f"{value!r} is no id: ids are whole numbers here") from None

    def next_id(self, collection: str) -> int:
        """Return a number above every one that was ever given out, so that deleted ids are not used again."""
        number = max(self._highest(self.rows(collection)), self._last.get(collection, 0), FIRST_NEW_ID - 1) + 1
        self._last[collection] = number
        return number

    @staticmethod
    def _highest(ids: Iterable[int]) -> int:
        return max(ids, default=0)


class TextStore(BaseStore[str]):
    """A store with text as ids, as Salesbuildr has them: 24 hexadecimal digits."""

    def replace(self, data: Data) -> None:
        """Forget everything, the ids that were given out too."""
        self._made = 0
        super().replace(data)

    def to_id(self, value: object) -> str:
        """Return the text; a number becomes its digits."""
        text = str(value)
        if not text:
            raise ValueError("an id cannot be empty")
        return text

    def next_id(self, collection: str) -> str:
        """Return a new id, the same ones in each run, so that tests can be repeated."""
        self._made += 1
        return sha256(f"{collection}/{self._made}".encode()).hexdigest()[:24]
