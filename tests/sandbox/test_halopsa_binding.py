"""How the practice HaloPSA reads the body of a POST, and what it says of values that it cannot read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.halopsa_tenant import CLIENT, QUOTE, USER, Practice, practice


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        (
            "Client",
            '[{"id":"abc"}]',
            {"[0].id": "Could not convert string to integer: abc. Path '[0].id', line 1, position 12."},
        ),
        (
            "Client",
            '[\n  {"name": "x", "inactive": "maybe"}\n]',
            {"[0].inactive": "Could not convert string to boolean: maybe. Path '[0].inactive', line 2, position 35."},
        ),
        (
            "Users",
            '[{"name":"x","site_id":95.0}]',
            {"[0].site_id": "Input string '95.0' is not a valid integer. Path '[0].site_id', line 1, position 27."},
        ),
        (
            "Quotation",
            '[{"lines":[{"price":1},{"price":"dear","item_id":true}]}]',
            {
                "[0].lines[1].price": "Could not convert string to double: dear. "
                "Path '[0].lines[1].price', line 1, position 38.",
                "[0].lines[1].item_id": "Unexpected character encountered while parsing value: t. "
                "Path '[0].lines[1].item_id', line 1, position 53.",
            },
        ),
        (
            "Quotation",
            '[{"date":"soon"}]',
            {"[0].date": "Could not convert string to DateTime: soon. Path '[0].date', line 1, position 15."},
        ),
        (
            "Client",
            '[{"name":["a"]}]',
            {
                "[0].name": "Unexpected character encountered while parsing value: [. "
                "Path '[0].name', line 1, position 14."
            },
        ),
    ],
)
async def test_what_cannot_be_read_is_named_with_path_and_place(
    api: Practice, path: str, body: str, errors: dict[str, str]
) -> None:
    before = api.store.dump()
    reply = await api.call("POST", path, body)
    assert (reply.status, reply.json) == (400, {name: [text] for name, text in errors.items()})
    assert api.store.dump() == before


@pytest.mark.parametrize(
    ("body", "path", "begins"),
    [
        (CLIENT, "", "Cannot deserialize the current JSON object"),
        ("nonsense", "", "Unexpected character encountered while parsing value: n"),
        ("", "", "A non-empty request body is required."),
        ([["x"]], "[0]", "Cannot deserialize the current JSON array"),
    ],
)
async def test_a_body_that_is_no_array_of_objects_is_refused(
    api: Practice, body: object, path: str, begins: str
) -> None:
    reply = await api.call("POST", "Client", body)
    assert reply.status == 400
    ((name, (text,)),) = reply.json.items()
    assert name == path
    assert text.startswith(begins)


async def test_lines_that_are_no_array_are_refused(api: Practice) -> None:
    reply = await api.post("Quotation", {**QUOTE, "lines": {"name": "x"}})
    assert "requires a JSON array" in reply.json["[0].lines"][0]


async def test_unknown_members_are_ignored_and_known_ones_are_known_in_any_case(api: Practice) -> None:
    reply = await api.post("Client", {"NAME": "Litware", "TopLevel_Id": "1", "favourite_colour": "red"})
    assert reply.status == 201
    row = api.row("Client", reply.json["id"])
    assert (row["name"], row["toplevel_id"]) == ("Litware", 1)
    assert "favourite_colour" not in row


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"is_vip": "True"}, {"is_vip": True}),
        ({"is_vip": 1}, {"is_vip": True}),
        ({"accountmanagertech": "2"}, {"accountmanagertech": 2}),
        ({"ref": 12}, {"ref": "12"}),
        ({"website": None}, {"website": None}),
    ],
)
async def test_values_are_converted_where_the_real_reader_converts_them(
    api: Practice, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    reply = await api.post("Client", {"id": 10, **sent})
    assert reply.status == 201, reply.text
    row = api.row("Client", 10)
    assert {name: row[name] for name in kept} == kept


async def test_times_are_kept_in_utc_without_a_zone(api: Practice) -> None:
    reply = await api.post("Quotation", {"id": 600, "date": "2026-03-01T10:00:00+02:00", "expiry_date": "2026-04-01"})
    assert (reply.json["date"], reply.json["expiry_date"]) == ("2026-03-01T08:00:00", "2026-04-01T00:00:00")


async def test_a_float_without_fraction_is_refused_where_an_id_is_meant(api: Practice) -> None:
    reply = await api.post("Users", {**USER, "site_id": 20.0})
    assert "Input string '20.0' is not a valid integer" in reply.json["[0].site_id"][0]
    assert (await api.post("Users", USER)).status == 201
