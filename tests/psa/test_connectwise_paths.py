"""Rows as flat fields and back, patches of what changed, and conditions that hold whatever stands in a text."""

from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.psa.connectwise import conditions
from sync_desktop.psa.connectwise.paths import adds, flatten, nest, operations


def item(type_id: int, value: str, kind: str | None = None, **rest: Any) -> dict[str, Any]:
    return {"id": type_id * 10, "type": {"id": type_id}, "value": value, "communicationType": kind, **rest}


CONTACT = {
    "id": 40,
    "firstName": "Kim",
    "communicationItems": [
        item(2, "555 0100", "Phone", defaultFlag=True),
        item(1, "kim@x.example", "Email", defaultFlag=True),
        item(1, "old@x.example", "Email"),
    ],
}


def test_a_row_is_flat_and_its_own_times_are_left_out() -> None:
    row = {
        "id": 7,
        "company": {"id": 5, "name": "Litware", "_info": {"company_href": "x"}},
        "recurring": {"recurringRevenue": 5, "billCycle": {"id": 2, "name": "Monthly"}},
        "types": [{"id": 1, "name": "Customer"}, {"id": 2}],
        "customFields": [{"id": 1}],
        "notes": None,
        "_info": {"lastUpdated": "2026-01-01T00:00:00Z"},
    }
    assert flatten(row) == {
        "id": 7,
        "company/id": 5,
        "company/name": "Litware",
        "recurring/recurringRevenue": 5,
        "recurring/billCycle/id": 2,
        "recurring/billCycle/name": "Monthly",
        "types/id": 1,
        "types/name": "Customer",
        "notes": None,
    }


def test_of_two_addresses_of_one_type_the_default_one_counts() -> None:
    assert flatten(CONTACT)["communicationItems/Email/1"] == "kim@x.example"


def test_an_item_without_a_sort_is_told_by_its_value() -> None:
    row = {"communicationItems": [item(1, "kim@x.example"), item(2, "555 0100")]}
    assert flatten(row) == {"communicationItems/Email/1": "kim@x.example", "communicationItems/Phone/2": "555 0100"}


def test_flat_fields_become_a_body_without_anything_empty() -> None:
    fields = {
        "name": "Litware",
        "company/id": 5,
        "types/id": 1,
        "recurring/recurringRevenue": Decimal("5.5"),
        "recurring/billCycleId": 2,
        "website": "",
        "notes": None,
        "communicationItems/Email/1": "kim@x.example",
        "communicationItems/Phone/2": "555 0100",
        "communicationItems/Phone/4": "555 0101",
    }
    assert nest(fields) == {
        "name": "Litware",
        "company": {"id": 5},
        "types": [{"id": 1}],
        "recurring": {"recurringRevenue": Decimal("5.5"), "billCycleId": 2},
        "communicationItems": [
            {"type": {"id": 1}, "value": "kim@x.example", "communicationType": "Email", "defaultFlag": True},
            {"type": {"id": 2}, "value": "555 0100", "communicationType": "Phone", "defaultFlag": True},
            {"type": {"id": 4}, "value": "555 0101", "communicationType": "Phone", "defaultFlag": False},
        ],
    }


def test_what_is_nested_is_replaced_as_a_whole() -> None:
    row = {
        "recurring": {
            "recurringRevenue": 5,
            "startDate": "2026-01-01T00:00:00Z",
            "endDate": None,
            "billCycle": {"id": 2, "name": "Monthly", "_info": {}},
        }
    }
    assert operations({"name": "New", "stage/id": 8, "status/id": None, "recurring/recurringRevenue": 6}, row) == [
        {"op": "replace", "path": "name", "value": "New"},
        {"op": "replace", "path": "stage", "value": {"id": 8}},
        {"op": "replace", "path": "status", "value": None},
        {
            "op": "replace",
            "path": "recurring",
            "value": {"recurringRevenue": 6, "startDate": "2026-01-01T00:00:00Z", "billCycle": {"id": 2}},
        },
    ]


def test_communication_items_are_changed_by_their_place() -> None:
    patch = operations({"communicationItems/Email/1": "new@x.example"}, CONTACT)
    assert patch == [{"op": "replace", "path": "/communicationItems/1/value", "value": "new@x.example"}]
    assert not adds(patch)


def test_what_is_new_is_added_before_what_is_gone_is_removed_from_the_end() -> None:
    fields = {
        "communicationItems/Phone/2": None,
        "communicationItems/Email/1": "",
        "communicationItems/Phone/4": "555 0101",
    }
    patch = operations(fields, CONTACT)
    added = {"type": {"id": 4}, "value": "555 0101", "communicationType": "Phone", "defaultFlag": False}
    assert patch == [
        {"op": "add", "path": "/communicationItems/3", "value": added},
        {"op": "remove", "path": "/communicationItems/1"},
        {"op": "remove", "path": "/communicationItems/0"},
    ]
    assert adds(patch)


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("Litware", 'name="Litware"'),
        ("Smith & Sons + 1", 'name="Smith & Sons + 1"'),
        ("O'Neill Brothers", 'name contains "Neill Brothers"'),
        ('The "Big" Company', 'name contains "Company"'),
        ("Toys [Europe]", 'name contains "Europe"'),
        ("100% Pure", 'name contains "Pure"'),
        ("***", "name!=null"),
    ],
)
def test_a_text_with_signs_of_the_grammar_is_searched_for_by_its_plain_part(value: str, condition: str) -> None:
    assert conditions.equals("name", value) == condition


def test_a_beginning_is_searched_for_with_a_wildcard() -> None:
    assert conditions.starts("integrationXRef", "Q-1/") == 'integrationXRef like "Q-1/*"'
    assert conditions.starts("integrationXRef", "Q*/") == 'integrationXRef contains "Q"'


def test_many_values_are_cut_into_addresses_of_a_safe_length() -> None:
    values = [str(10_000 + number) for number in range(1_000)]
    portions = list(conditions.portions(values))
    assert [value for portion in portions for value in portion] == values
    assert max(len(portion) for portion in portions) < 200
    assert list(conditions.portions([])) == []
