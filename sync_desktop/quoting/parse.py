"""Makes records of Salesbuildr's rows; a row that cannot be read is reported with its id and stops nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from sync_desktop.domain.records import (
    AnyRecord,
    Category,
    Company,
    Contact,
    FieldValue,
    Opportunity,
    Product,
    ProductType,
    Quote,
    QuoteItem,
    Shipping,
)
from sync_desktop.quoting.loose import (
    LooseError,
    Row,
    address,
    deleted,
    discount,
    external_id,
    first_text,
    flag,
    item_discount_percent,
    named,
    number,
    term,
    text,
    time,
)
from sync_desktop.quoting.source import Collection, Unreadable

Item = AnyRecord | Category | FieldValue

_TYPES = {"labour": ProductType.LABOR, "": ProductType.PRODUCT}


def parse_rows(
    kind: Collection, rows: Iterable[Any], field: str = ""
) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
    """Return the items of a collection that could be read, and the rows that could not.

    `field` is the name of the drop-down field whose values the rows are.
    """
    items: list[Item] = []
    unreadable: list[Unreadable] = []
    for row in rows:
        try:
            items.append(parse_row(kind, row, field))
        except LooseError as error:
            unreadable.append(Unreadable(id=id_of(row), reason=str(error)))
    return tuple(items), tuple(unreadable)


def parse_row(kind: Collection, row: Any, field: str = "") -> Item:
    """Return one item; raises LooseError with what is wrong."""
    if kind is Collection.FIELD_VALUE:
        return _field_value(row, field)
    if not isinstance(row, Mapping):
        raise LooseError("it is no object")
    if not id_of(row):
        raise LooseError("it has no id")
    try:
        return _PARSERS[kind](row)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise LooseError(f"“{'.'.join(map(str, first['loc']))}”: {first['msg']}") from None


def id_of(row: Any) -> str:
    """Return a row's id; empty where it has none."""
    return text(row.get("id")) if isinstance(row, Mapping) else ""


def _company(row: Row) -> Company:
    return Company(
        id=id_of(row),
        name=text(row.get("name")),
        external_id=external_id(row),
        type=text(row.get("type")),
        phone=first_text(row, "telephone", "phone"),
        website=text(row.get("website")),
        address=address(row.get("address")),
        account_manager=named(row, "accountManager"),
        payment_term_id=named(row, "quotePaymentTerm").id,
        deleted=deleted(row),
    )


def _contact(row: Row) -> Contact:
    return Contact(
        id=id_of(row),
        first_name=text(row.get("firstName")),
        last_name=text(row.get("lastName")),
        email=text(row.get("email")),
        phone=text(row.get("phone")),
        mobile=first_text(row, "mobilePhone", "mobile"),
        company=named(row, "company"),
        external_id=external_id(row),
        deleted=deleted(row),
    )


def _opportunity(row: Row) -> Opportunity:
    revenue = number(row, "onetimeRevenue")
    probability = None if row.get("probability") in (None, "") else number(row, "probability")
    if probability is not None and probability > 1:
        # The write shape says 0 to 1; a server that answers in per cent is understood all the same.
        probability /= 100
    return Opportunity(
        id=id_of(row),
        name=text(row.get("name")),
        external_id=external_id(row),
        description=text(row.get("description")),
        company=named(row, "company"),
        contact=named(row, "contact"),
        owner=named(row, "owner"),
        status=named(row, "status"),
        stage=named(row, "pipelineStage"),
        category=named(row, "category"),
        probability=probability,
        revenue=revenue,
        cost=revenue - number(row, "oneTimeProfit", str(revenue)),
        expected_close_date=time(row, "expectedCloseDate"),
        created_at=time(row, "createdAt"),
        deleted=deleted(row),
    )


def _product(row: Row) -> Product:
    billed, raw_term = term(row.get("term"))
    return Product(
        id=id_of(row),
        name=text(row.get("name")),
        external_id=external_id(row),
        type=_product_type(text(row.get("productType"))),
        description=first_text(row, "description", "shortDescription"),
        category=named(row, "category"),
        mpn=text(row.get("mpn")),
        internal_id=text(row.get("internalProductId")),
        manufacturer=first_text(row, "manufacturer", "vendor"),
        cost=number(row, "cost"),
        price=number(row, "price"),
        msrp=None if row.get("msrp") in (None, "") else number(row, "msrp"),
        term=billed,
        raw_term=raw_term,
        is_serialized=flag(row, "isSerialized"),
        is_eligible_for_rma=flag(row, "isEligibleForRma"),
        does_not_require_procurement=flag(row, "doesNotRequireProcurement"),
        deleted=deleted(row),
    )


def _product_type(word: str) -> ProductType:
    plain = word.strip().lower()
    try:
        return _TYPES.get(plain) or ProductType(plain)
    except ValueError:
        # A wrong guess would be written into the PSA as the wrong kind of thing.
        raise LooseError(f"the product type “{word}” is not known") from None


def _quote(row: Row) -> Quote:
    items = row.get("items") or ()
    if not isinstance(items, list | tuple):
        raise LooseError("its items are no list")
    return Quote(
        id=id_of(row),
        number=text(row.get("number")),
        title=text(row.get("title")),
        status=_status(row.get("status")),
        primary=flag(row, "primary", default=True),
        created_at=time(row, "createdAt"),
        sent_at=time(row, "sentAt"),
        approved_at=time(row, "approvedAt"),
        declined_at=time(row, "declinedAt"),
        expired_at=time(row, "expiredAt"),
        expires_at=time(row, "expiresAt"),
        company=named(row, "company"),
        contact=named(row, "contact"),
        owner=named(row, "owner"),
        opportunity=named(row, "opportunity"),
        payment_term=named(row, "paymentTerm"),
        shipping=_shipping(row),
        delivery_address=address(row.get("deliveryAddress")),
        discount=discount(row.get("discount")),
        po_number=text(row.get("poNumber")),
        note=text(row.get("note")),
        link=text(row.get("link")),
        items=tuple(_item(item, position) for position, item in enumerate(items, start=1)),
        deleted=deleted(row),
    )


def _status(value: Any) -> str:
    """Return a quote's status in lower case, from text or from an object that names it."""
    return text(value).lower()


def _shipping(row: Row) -> Shipping | None:
    value = row.get("shippingType")
    kind = named(row, "shippingType")
    if not kind:
        return None
    prices = value if isinstance(value, Mapping) else {}
    return Shipping(type=kind, cost=number(prices, "cost"), price=number(prices, "price"))


def _item(row: Any, position: int) -> QuoteItem:
    try:
        return _quote_item(row)
    except LooseError as error:
        name = text(row.get("name")) if isinstance(row, Mapping) else ""
        raise LooseError(f"item {position}{f' “{name}”' if name else ''}: {error}") from None


def _quote_item(row: Any) -> QuoteItem:
    if not isinstance(row, Mapping) or not id_of(row):
        raise LooseError("it has no id")
    billed, raw_term = term(row.get("term"))
    price = number(row, "price")
    return QuoteItem(
        id=id_of(row),
        name=text(row.get("name")),
        description=first_text(row, "description", "shortDescription"),
        product=named(row, "product"),
        category=named(row, "category"),
        quantity=number(row, "quantity", "1"),
        cost=number(row, "cost"),
        price=price,
        discount_percent=item_discount_percent(row.get("discount"), price),
        setup_cost=number(row, "setupCost"),
        setup_price=number(row, "setupPrice"),
        term=billed,
        raw_term=raw_term,
        optional=flag(row, "optional") or flag(row, "isOptional"),
    )


def _category(row: Row) -> Category:
    return Category(
        id=id_of(row),
        name=text(row.get("name")),
        parent_id=named(row, "parentCategory").id,
        billing_code=text(row.get("billingCode")),
        deleted=deleted(row),
    )


def _field_value(row: Any, field: str) -> FieldValue:
    if not isinstance(row, Mapping):
        if not (name := text(row)):
            raise LooseError("it has no id")
        return FieldValue(field=field, id=name, name=name)
    name = first_text(row, "displayValue", "name", "value")
    if not (found := id_of(row) or name):
        raise LooseError("it has no id")
    return FieldValue(field=field, id=found, name=name, external_id=external_id(row), deleted=deleted(row))


_PARSERS: Mapping[Collection, Callable[[Row], Item]] = {
    Collection.CATEGORY: _category,
    Collection.COMPANY: _company,
    Collection.CONTACT: _contact,
    Collection.OPPORTUNITY: _opportunity,
    Collection.PRODUCT: _product,
    Collection.QUOTE: _quote,
}
