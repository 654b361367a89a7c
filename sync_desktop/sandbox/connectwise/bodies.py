"""The body of a write, taken apart: JSON, members that are not there, types.

Facts: unknown members are refused with their place (seen live); values of the wrong type fail with the texts of the
server's framework, two of which were seen.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import RefusedError, api_error
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.metadata import INFO, Entity, Field
from sync_desktop.sandbox.connectwise.places import place_of
from sync_desktop.sandbox.connectwise.values import BadValueError, as_moment, as_number, as_text
from sync_desktop.sandbox.store import Row

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BREAKS = re.compile(r"[\b\f]|\r\n?|\n")
_FILTER_MEMBERS = {name.lower(): name for name in ("conditions", "orderBy", "childconditions", "customfieldconditions")}


def parse(text: str) -> Any:
    """Return the JSON of a body. Raises `RefusedError` where it is none."""
    try:
        return wire.read(text)
    except ValueError:
        raise api_error(400, texts.unreadable(), errors=True) from None


def read_object(call: Call, entity: Entity) -> Row:
    """Return the body of a POST or PUT in the entity's own spelling, `id` and `_info` left out.

    Raises `RefusedError` for a member that the entity does not have in this version, and for values of another type.
    """
    told = parse(call.body)
    if not isinstance(told, Mapping):
        raise api_error(400, texts.wrong_type(json.dumps(told), entity.name, ""), errors=True)
    return take_members(call, entity.at(call.version), entity.name, told)


def take_members(
    call: Call, fields: tuple[Field, ...], type_name: str, told: Mapping[str, Any], path: tuple[str | int, ...] = ()
) -> Row:
    """Return the members of an object in their own spelling. Raises `RefusedError` as `read_object` does."""
    known = {each.name.lower(): each for each in fields}
    for name in told:
        if name.lower() not in known:
            raise _unknown(call, type_name, (*path, name))
    return {
        known[name.lower()].name: take(call, known[name.lower()], value, (*path, name))
        for name, value in told.items()
        if path or known[name.lower()].name not in ("id", INFO)
    }


def take(call: Call, each: Field, value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a value in the form that rows keep. Raises `RefusedError` where the type does not fit."""
    if value is None or (value == "" and (each.many or each.type not in ("text", "any"))):
        return None  # the JSON library makes null of an empty text, and django-connectwise empties members with it
    if each.many:
        if not isinstance(value, list):
            raise _wrong(each, value, path)
        return [_take_one(call, each, one, (*path, number)) for number, one in enumerate(value)]
    return _take_one(call, each, value, path)


def _take_one(call: Call, each: Field, value: Any, path: tuple[str | int, ...]) -> Any:
    match each.type:
        case "any":
            return value
        case "text":
            if not isinstance(value, str | int | float):
                raise _wrong(each, value, path)
            return _text(call, value)
        case "int" | "number":
            return _number(each, value)
        case "flag":
            return _flag(value)
        case "date":
            return _date(value)
        case "ids" | "texts":
            if not isinstance(value, list):
                raise _wrong(each, value, path)
            return value
        case inner:
            members = call.tenant.metadata.members(inner)
            if members is None or not isinstance(value, Mapping):
                raise _wrong(each, value, path)
            return take_members(call, members, inner, value, path)


def _text(call: Call, value: str | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return _BREAKS.sub(" ", text) if call.tenant.facts.at("newlines", "collapsed") else text


def _number(each: Field, value: Any) -> int | float:
    try:
        number = as_number(value)
    except BadValueError:
        raise api_error(500, texts.BAD_NUMBER) from None
    if each.type == "number":
        return value if isinstance(value, int | float) else float(number)
    if number != number.to_integral_value():
        raise api_error(500, texts.BAD_NUMBER)
    return int(number)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise api_error(500, texts.BAD_BOOLEAN)


def _date(value: Any) -> str:
    """Return a time as rows keep it; a bare date stays as it is, for the validation to refuse."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    try:
        return as_text(as_moment(value))
    except BadValueError:
        raise api_error(500, texts.BAD_DATE) from None


def is_day(value: Any) -> bool:
    """Return whether a value is a date without a time."""
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def read_filters(call: Call) -> dict[str, str]:
    """Return the body of a search by lower-case name. Raises `RefusedError` for other members, `page` among them."""
    told = parse(call.body or "{}")
    if not isinstance(told, Mapping):
        raise api_error(400, texts.wrong_type(json.dumps(told), "FilterValues", ""), errors=True)
    for name in told:
        if name.lower() not in _FILTER_MEMBERS:
            raise _unknown(call, "FilterValues", (name,))
    return {name.lower(): str(value or "") for name, value in told.items()}


def _unknown(call: Call, type_name: str, path: tuple[str | int, ...]) -> RefusedError:
    line, position = place_of(call.body, path)
    text = texts.unknown_member(str(path[-1]), type_name, _spelled(path), line, position)
    return api_error(400, text, errors=True)


def _wrong(each: Field, value: Any, path: tuple[str | int, ...]) -> RefusedError:
    return api_error(400, texts.wrong_type(json.dumps(value), each.type, _spelled(path)), errors=True)


def _spelled(path: tuple[str | int, ...]) -> str:
    """Return a path as the JSON library writes it: `company.foo`, `types[0].foo`."""
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return told.removeprefix(".")
