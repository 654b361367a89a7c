"""The checks of a write. Everything that is wrong is told at once, member by member, then the rules of `rules`."""

from collections.abc import Generator, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import Nested, api_error
from sync_desktop.sandbox.connectwise.bodies import is_day
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.metadata import Entity, Field
from sync_desktop.sandbox.connectwise.values import BadValueError, as_moment
from sync_desktop.sandbox.store import Row

CATALOG_REFERENCES = frozenset({"category", "subcategory", "type"})
"""What of a catalog item is checked to be active whenever it is saved (the customer's document)."""
BY_NAME_ONLY = frozenset({"site"})
"""References of a company that name something which is made with it."""


@dataclass(frozen=True, slots=True)
class Write:
    """A row as a write would leave it; its references are replaced by what they were found to be."""

    entity: Entity
    row: Row
    sent: Set[str]
    """Names of the members that the write touches."""
    checked: Set[str]
    """Names of the members that are checked: all of them, or those that are sent."""
    row_id: int | None
    """None for a create."""

    @property
    def creating(self) -> bool:
        """Return whether the row does not exist yet."""
        return self.row_id is None


def problems(call: Call, write: Write) -> list[Nested]:
    """Return what is wrong with the members of a row; resolves its references on the way.

    Raises `RefusedError` where the server has no better answer than its framework's.
    """
    found: list[Nested] = []
    for each in write.entity.at(call.version):
        if each.name in write.checked:
            found.extend(_of_member(call, write, each))
    return found


def _of_member(call: Call, write: Write, each: Field) -> Iterator[Nested]:
    value = write.row.get(each.name)
    if value in (None, "") or value == {}:
        if each.required or (each.required_on_update and not write.creating):
            yield Nested("MissingRequiredField", texts.required(each.name), each.name)
        return
    if each.many:
        for number, one in enumerate(value):
            value[number] = yield from _of_inner(call, write, each, one, f"{each.name}/{number}")
        return
    if isinstance(value, Mapping):
        write.row[each.name] = yield from _of_inner(call, write, each, value, each.name)
        return
    yield from _of_plain(each, value, each.name)


def _of_plain(each: Field, value: Any, path: str) -> Iterator[Nested]:
    if each.length and len(str(value)) > each.length:
        yield Nested("MaxLengthField", texts.too_long(path, each.length), path)
    if each.range and not each.range[0] <= value <= each.range[1]:
        yield Nested("OutOfRange", texts.out_of_range(path, *each.range), path)
    if each.words and value not in each.words:
        yield Nested("InvalidField", texts.wrong_word(path, value), path)
    if each.type == "date":
        if is_day(value):
            yield Nested("UnsupportedFormat", texts.date_only(path), path)
        else:
            try:
                as_moment(value)
            except BadValueError:
                raise api_error(500, texts.BAD_DATE) from None


def _of_inner(
    call: Call, write: Write, each: Field, value: Mapping[str, Any], path: str
) -> Generator[Nested, None, Row]:
    """Yield what is wrong with a reference or an inner object; return it with its references resolved."""
    if each.is_reference:
        return (yield from _of_reference(call, write, each, value, path))
    told = dict(value)
    for one in call.tenant.metadata.members(each.type) or ():
        inner = told.get(one.name)
        if isinstance(inner, Mapping):
            told[one.name] = yield from _of_reference(call, write, one, inner, f"{path}/{one.name}")
        elif inner is not None:
            yield from _of_plain(one, inner, f"{path}/{one.name}")
    return told


def _of_reference(
    call: Call, write: Write, each: Field, value: Mapping[str, Any], path: str
) -> Generator[Nested, None, Row]:
    target = call.tenant.metadata.target(each)
    made_with_it = write.creating and write.entity.name == "Company" and each.name in BY_NAME_ONLY
    if target is None or (made_with_it and not value.get("id")):
        return dict(value)
    row = _pointed_at(call, target, value)
    sent = path.partition("/")[0] in write.sent
    if write.creating and not sent and (row is None or row.get("deletedFlag")):
        return dict(value)  # what the server took over from another record, it does not question
    if row is None or (row.get("deletedFlag") and sent and call.tenant.facts.at("deleted_reference", "refused")):
        told = value.get("id", value.get("identifier", value.get("name")))
        yield Nested("NotFound", texts.missing(target.label, told), f"{path}/id")
        return dict(value)
    if row.get("inactiveFlag") and _minds_inactive(call, write, each, sent=sent):
        yield inactive(call, target, row["id"], f"{path}/id")
    return settled(target, row, value, call.tenant.metadata.reference_members.get(each.type, ()))


def _pointed_at(call: Call, target: Entity, value: Mapping[str, Any]) -> Row | None:
    """Return the row that a reference means: by id, else by another member that is unique."""
    rows = call.tenant.store.rows(target.collection)
    if value.get("id") is not None:
        told = value["id"]
        return rows.get(int(told)) if isinstance(told, int) or str(told).isdecimal() else None
    for name, read in (("identifier", lambda row: row.get("identifier")), ("name", target.title_of)):
        wanted = str(value.get(name) or "").casefold()
        if wanted:
            return next((row for row in rows.values() if str(read(row) or "").casefold() == wanted), None)
    return None


def settled(target: Entity, row: Row, value: Mapping[str, Any], more: tuple[str, ...]) -> Row:
    """Return a reference as rows keep it: the id, and names as they were when it was written."""
    told: Row = {"id": row["id"]}
    if target.field("identifier") is not None and row.get("identifier") is not None:
        told["identifier"] = row["identifier"]
    return {**told, "name": target.title_of(row), **{name: value[name] for name in more if name in value}}


def _minds_inactive(call: Call, write: Write, each: Field, *, sent: bool) -> bool:
    if write.entity.name == "CatalogItem" and each.name in CATALOG_REFERENCES:
        # A category that nobody sent is that of the subcategory.
        named = each.name != "category" or sent
        return named or call.tenant.facts.at("inactive_parent", "refused")
    return sent and call.tenant.facts.at("inactive_reference", "refused")


def inactive(call: Call, target: Entity, row_id: int, path: str) -> Nested:
    """Return the error for a reference to something inactive; how its sentence ends is not known."""
    position = call.tenant.facts.get("inactive_tail")
    tail = {"named": target.tail or target.label.lower(), "none": ""}.get(position, position)
    return Nested("InvalidField", texts.inactive(row_id, tail), path)
