"""Salesbuildr's answers, put together from what the tenant holds, in the shapes of its public API.

Rows hold ids (`companyId`); answers hold nested values as well. The members that the reference marks as unsure are
objects or text, by the switch `nested_objects`. An amount off the quote and the shipping have no textual form that says
enough, so these two are objects at both positions.
"""

from sync_desktop.sandbox.store import Row, TextStore


class Shapes:
    """Builds answers. `as_text` gives the nested values that are unsure as text: an id, or a word."""

    def __init__(self, store: TextStore, *, as_text: bool) -> None:
        self._store = store
        self._as_text = as_text

    def shape(self, kind: str, row: Row) -> Row:
        """Return the answer for one row of a kind."""
        match kind:
            case "quote":
                return self.quote(row)
            case "opportunity":
                return self.opportunity(row)
            case "contact":
                return self.contact(row)
            case "product":
                return self.product(row)
            case _:
                return dict(row)

    def contact(self, row: Row) -> Row:
        """Return a contact with its company's name."""
        company = self._store.get("company", row.get("companyId") or "")
        return {**row, "companyName": company["name"] if company else None}

    def opportunity(self, row: Row) -> Row:
        """Return an opportunity; its nested values are objects at either position of the switch."""
        stage = self._named("field", row.get("pipelineStageId"), name="displayValue")
        category = self._named("field", row.get("categoryId"), name="displayValue")
        return {
            **row,
            "company": self._named("company", row.get("companyId")),
            "contact": self._person("contact", row.get("contactId")),
            "owner": self._person("owner", row.get("ownerId")),
            "pipelineStage": stage,
            "pipelineStageDisplayValue": stage and stage["name"],
            "category": category,
            "categoryDisplayValue": category and category["name"],
        }

    def product(self, row: Row) -> Row:
        """Return a product with its category."""
        return {**row, "category": self._unsure(self._category(row.get("categoryId")))}

    def quote(self, row: Row) -> Row:
        """Return a quote with everything that it names, and its items."""
        told = {name: value for name, value in row.items() if not name.endswith("Id")}
        opportunity = self._store.get("opportunity", row.get("opportunityId") or "")
        names = ("id", "name", "description", "externalIdentifier", "startDate", "expectedCloseDate")
        return {
            **told,
            "status": row["status"]
            if self._as_text
            else {"id": row["status"], "name": str(row["status"]).capitalize()},
            "createdBy": self._unsure(self._person("owner", row.get("ownerId"))),
            "sentBy": self._unsure(self._person("owner", row.get("ownerId"))) if row.get("sentAt") else None,
            "company": self._unsure(self._company(row.get("companyId"))),
            "contact": self._unsure(self._person("contact", row.get("contactId"))),
            "owner": self._unsure(self._person("owner", row.get("ownerId"))),
            "opportunity": {name: opportunity.get(name) for name in names} if opportunity else None,
            "paymentTerm": self._unsure(self._named("field", row.get("paymentTermId"), name="displayValue")),
            "deliveryAddress": self._address(row.get("deliveryAddress")),
            "discount": self._discount(row.get("discount")),
            "items": [self._item(item) for item in row.get("items", ())],
        }

    def _item(self, item: Row) -> Row:
        product = self._store.get("product", item.get("productId") or "")
        named = self._named("product", item.get("productId"))
        if product and named:
            named["productType"] = product.get("productType")
        category = self._category(item.get("categoryId") or (product or {}).get("categoryId"))
        told = {name: value for name, value in item.items() if name not in ("productId", "categoryId")}
        manufacturer = item.get("manufacturer")
        return {
            **told,
            "manufacturer": manufacturer if self._as_text or not manufacturer else {"id": None, "name": manufacturer},
            "product": self._unsure(named),
            "category": self._unsure(category),
        }

    def _company(self, row_id: str | None) -> Row | None:
        company = self._store.get("company", row_id or "")
        if company is None:
            return None
        return {name: company.get(name) for name in ("id", "name", "number", "externalIdentifier", "address", "labels")}

    def _category(self, row_id: str | None) -> Row | None:
        category = self._store.get("category", row_id or "")
        if category is None:
            return None
        parent = self._store.get("category", category.get("parentCategoryId") or "")
        inner = {"id": parent["id"], "name": parent["name"]} if parent else None
        return {"id": category["id"], "name": category["name"], "parentCategory": inner}

    def _named(self, collection: str, row_id: str | None, *, name: str = "name") -> Row | None:
        row = self._store.get(collection, row_id or "")
        return row and {"id": row["id"], "name": row.get(name), "externalIdentifier": row.get("externalIdentifier")}

    def _person(self, collection: str, row_id: str | None) -> Row | None:
        row = self._store.get(collection, row_id or "")
        if row is None:
            return None
        name = row.get("name") or f"{row.get('firstName', '')} {row.get('lastName', '')}".strip()
        external = row.get("externalIdentifier")
        return {"id": row["id"], "name": name, "email": row.get("email"), "externalIdentifier": external}

    def _unsure(self, value: Row | None) -> Row | str | None:
        return value["id"] if self._as_text and value else value

    def _address(self, address: Row | None) -> Row | str | None:
        if not self._as_text or not address:
            return address
        parts = (address.get(name) for name in ("street", "apartment", "city", "state", "zip", "country"))
        return ", ".join(part for part in parts if part)

    def _discount(self, discount: Row | None) -> Row | str | None:
        if not self._as_text or not discount or discount.get("type") != "percentage":
            return discount
        return str(discount["value"])
