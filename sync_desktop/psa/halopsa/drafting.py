"""Turns HaloPSA's field table into a draft: values, required fields, and everything that is in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import AnyRecord, Named, Product
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa import drafting
from sync_desktop.psa.connector import Pending
from sync_desktop.psa.drafting import (
    CATEGORY,
    COMPANY_TYPE,
    OWNER,
    PAYMENT_TERM,
    STAGE,
    MappedWords,
    Source,
    number,
    state_of,
)
from sync_desktop.psa.halopsa.asset_groups import parts_of
from sync_desktop.psa.halopsa.kinds import (
    EXPENSE,
    INCOME,
    OPPORTUNITY_TYPE,
    PRODUCT_GROUP,
    PRODUCT_TYPE,
    QUOTE_STATUS,
    TAX,
)
from sync_desktop.psa.halopsa.lists import Lists
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, MAIN_CONTACT, OPPORTUNITIES, QUOTATION, USERS

REQUIRED: Mapping[str, Mapping[str, str]] = {
    CLIENT: {"name": "name"},
    USERS: {"name": "name", "client_id": "client"},
    OPPORTUNITIES: {"summary": "summary", "client_id": "client"},
    ITEM: {"name": "name"},
    QUOTATION: {"title": "title", "ticket_id": "opportunity", "client_id": "client"},
}
"""Fields without which nothing works, and what HaloPSA calls them; others depend on the instance's settings."""
_CALLED = {f"{MAIN_CONTACT}name": "main contact name", "emailaddress": "email address", "phonenumber": "phone number"}


@dataclass(slots=True)
class Drafting(drafting.Drafting):
    """One draft in the making; `lists` are the instance's own."""

    PSA: ClassVar[str] = "HaloPSA"
    WORDS: ClassVar[Mapping[str, MappedWords]] = {
        OWNER: MappedWords("Owner", "agent", "owner"),
        STAGE: MappedWords("Opportunity stage", "pipeline stage", "stage"),
        CATEGORY: MappedWords("Opportunity category", "category", "category"),
        PAYMENT_TERM: MappedWords("Payment term", "payment term", "payment_term"),
        QUOTE_STATUS: MappedWords("Quote status", "quote status", "quote_status"),
        OPPORTUNITY_TYPE: MappedWords("Opportunity type", "ticket type", "opportunity_type"),
        COMPANY_TYPE: MappedWords("Company type", "customer type", "company_type"),
        TAX: MappedWords("Tax", "tax rate", "tax"),
        INCOME: MappedWords("Asset group", "income account", "asset_group"),
        EXPENSE: MappedWords("Asset group", "expense account", "asset_group"),
    }

    lists: Lists = field(kw_only=True)
    _group: tuple[int, int | None] | None = None
    _group_asked: bool = False

    def values(self, record: AnyRecord, sources: tuple[Source, ...]) -> dict[str, Any]:
        """Return the flat fields to send, in the table's order; notes missing required fields."""
        fields: dict[str, Any] = {}
        for source in sources:
            value = source.value(record, self)
            if isinstance(value, str) and not isinstance(value, Pending):
                value = value.strip()
            if value not in (None, ""):
                fields[source.field] = value
        already = {failure.facts.get("field") for failure in self.failures}
        for name, called in REQUIRED.get(self.entity, {}).items():
            if name not in fields and name not in already:
                self.require(name, called)
        return fields

    def require(self, name: str, called: str = "") -> None:
        """Note that a required field has no value, in the words in which HaloPSA says so of a main contact."""
        called = called or _CALLED.get(name, name)
        self.fail(FailureKind.REQUIRED_FIELD, f"Please populate {called}", field=name)

    def default(self, name: str) -> Any:
        """Return what the site's defaults say of a field; numbers as numbers."""
        value = self.refs.default(f"{self.entity}.{name}")
        whole = number(value)
        return value if whole is None else whole

    def mapped(self, kind: str, source: Named, field_name: str) -> Any:
        """Return a mapping's target, which must be valid now; otherwise note why not."""
        target = self.mapped_target(kind, source, field_name)
        return None if target is None else number(target.id)

    def by_default(self, kind: str, field_name: str) -> Any:
        """Return the target of a kind's default, which must be valid now; None, without a word, where it has none."""
        target = self.default_target(kind, field_name)
        return None if target is None else number(target.id)

    def group(self, record: Product) -> tuple[int, int | None] | None:
        """Return asset group and asset type of a product; asked again, the same without another word."""
        if not self._group_asked:
            self._group_asked = True
            self._group = self._mapped_group(record)
        return self._group

    def _group_mapping(self, record: Product) -> ValueMapping | None:
        """Return the mapping that counts for a product: its category's, else its type's, else that of all others."""
        own = self.refs.mapping(PRODUCT_GROUP, record.category.id) if record.category.id else None
        return own or self.refs.mapping(PRODUCT_TYPE, record.type.value) or self.refs.mapping(PRODUCT_GROUP, OTHERS)

    def _mapped_group(self, record: Product) -> tuple[int, int | None] | None:
        category = record.category
        facts = {
            "mapping_kind": PRODUCT_GROUP,
            "mapping_label": "Category → asset group and asset type",
            "source_id": category.id,
            "source_name": category.name,
            "category_id": category.id,
            "category": category.name,
            "entity": ITEM,
            "field": "assetgroup_id",
        }
        mapping = self._group_mapping(record)
        if mapping is None:
            message = "Category is not mapped to an asset group"
            self.fail(FailureKind.MAPPING_MISSING, message, **facts, target_state="missing")
            return None
        group, asset_type = (number(part) for part in parts_of(mapping.target_id))
        target = self.refs.target(mapping.kind, mapping.target_id)
        if target is not None and target.can_be_sent and isinstance(group, int):
            return group, asset_type if isinstance(asset_type, int) else None
        if mapping.kind == PRODUCT_TYPE:
            word = record.type.value
            label = "Product type → asset group"
            facts |= {"mapping_kind": PRODUCT_TYPE, "mapping_label": label, "source_id": word, "source_name": word}
        else:
            blamed = self.blamed(mapping, category)
            facts |= {"source_id": blamed.id, "source_name": blamed.name}
        why = target.why_not if target else f"Asset Group {parts_of(mapping.target_id)[0]} not found"
        facts |= {"target_id": mapping.target_id, "target_name": target.name if target else mapping.target_name}
        facts |= {"target_state": state_of(target), "reason": why}
        if "Asset Type" in why and "Asset Group" not in why.split("Asset Type")[0]:
            facts["field"] = "assettype_id"
        self.fail(FailureKind.MAPPING_INVALID, why, **facts)
        return None
