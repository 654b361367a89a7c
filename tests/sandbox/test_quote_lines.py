"""A quote's items become Autotask's lines: one each, set-up and shipping beside them, discounts spread."""

from typing import Any

import pytest

from sync_desktop.sandbox.lines import lines_of

PRODUCTS: dict[str, dict[str, Any]] = {
    "laptop": {"productType": "product", "externalIdentifier": "81", "shortDescription": "A laptop"},
    "care": {"productType": "service", "externalIdentifier": "52"},
    "hours": {"productType": "labor", "externalIdentifier": "35"},
    "bundle": {"productType": "bundle", "externalIdentifier": "58"},
}


def item(product: str, quantity: float = 1, price: float = 100, **more: Any) -> dict[str, Any]:
    """Return an item that is paid once."""
    given = {
        "name": product,
        "productId": product,
        "quantity": quantity,
        "price": price,
        "cost": 60,
        "term": "one-time",
    }
    return {**given, **more}


def lines(*items: dict[str, Any], **quote: Any) -> list[dict[str, Any]]:
    """Return the lines of a quote."""
    return lines_of({"items": list(items), **quote}, PRODUCTS.__getitem__, lambda _item: 401)


@pytest.mark.parametrize(
    ("product", "term", "line_type", "reference"),
    [
        ("laptop", "one-time", 1, {"productID": 81}),
        ("care", "monthly", 11, {"serviceID": 52}),
        ("hours", "one-time", 3, {"laborID": 35}),
        ("bundle", "monthly", 12, {"serviceBundleID": 58}),
        ("bundle", "one-time", 1, {"productID": 58}),
    ],
)
def test_each_kind_of_item_has_its_type_and_one_reference(
    product: str, term: str, line_type: int, reference: dict[str, int]
) -> None:
    (line,) = lines(item(product, term=term))
    assert line["quoteItemType"] == line_type
    assert {name: value for name, value in line.items() if name.endswith("ID")} == reference


def test_set_up_and_shipping_are_lines_of_their_own_without_discount() -> None:
    shipping = {"name": "Courier", "price": 19, "cost": 14.5, "externalIdentifier": "1"}
    made = lines(
        item("laptop", 3, discount=10, setupPrice=49, setupCost=5, optional=True),
        shippingType=shipping,
        discount={"type": "percentage", "value": 10},
    )
    assert [line["name"] for line in made] == ["laptop", "laptop (set-up)", "Courier"]
    assert made[0]["percentageDiscount"] == 19
    assert made[0]["description"] == "A laptop"
    set_up = {
        "chargeID": 401,
        "quantity": 3,
        "unitPrice": 49,
        "unitCost": 5,
        "percentageDiscount": 0,
        "isOptional": True,
    }
    assert set_up.items() <= made[1].items()
    assert {"shippingID": 1, "quantity": 1, "unitPrice": 19, "unitCost": 14.5}.items() <= made[2].items()


def test_an_amount_off_the_quote_goes_to_one_time_lines_to_the_cent() -> None:
    made = lines(
        item("laptop", price=33.33),
        item("care", term="monthly", discount=5),
        item("hours", price=33.33),
        item("laptop", price=33.34, optional=True),
        item("bundle", price=33.33),
        discount={"type": "amount", "value": 10},
    )
    assert [line["lineDiscount"] for line in made] == [3.34, 0, 3.33, 0, 3.33]
    assert made[1]["percentageDiscount"] == 5


def test_a_lines_own_percentage_becomes_an_amount_where_it_bears_a_share() -> None:
    made = lines(item("laptop", 2, discount=10), item("hours", price=180), discount={"type": "amount", "value": 20})
    assert [(line["lineDiscount"], line["percentageDiscount"]) for line in made] == [(30, 0), (10, 0)]


def test_names_and_descriptions_are_cut_to_what_autotask_holds() -> None:
    (line,) = lines(item("laptop", name="n" * 150, shortDescription="d" * 3000))
    assert (len(line["name"]), len(line["description"])) == (100, 2000)
