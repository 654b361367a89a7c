"""Turns HaloPSA's field table into a draft: values, required fields, and everything that is in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sync_desktop.domain.records import AnyRecord, Named
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa import drafting
from sync_desktop.psa.connector import Pending
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE, MappedWords, Source, number
from sync_desktop.psa.halopsa.lists import Lists
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, MAIN_CONTACT, OPPORTUNITIES, QUOTATION, USERS
from sync_desktop.psa.halopsa.targets import PRODUCT_GROUP, QUOTE_STATUS, parts_of, target_state

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

    def group(self, source: Named) -> tuple[int, int | None] | None:
        """Return asset group and asset type of a product's category; asked again, the same without another word."""
        if not self._group_asked:
            self._group_asked = True
            self._group = self._mapped_group(source)
        return self._group

    def _mapped_group(self, source: Named) -> tuple[int, int | None] | None:
        facts = {
            "mapping_kind": PRODUCT_GROUP,
            "mapping_label": "Category → asset group and asset type",
            "source_id": source.id,
            "source_name": source.name,
            "category_id": source.id,
            "category": source.name,
            "entity": ITEM,
            "field": "assetgroup_id",
        }
        mapping = self.refs.mapping(PRODUCT_GROUP, source.id) if source.id else None
        if mapping is None:
            message = "Category is not mapped to an asset group"
            self.fail(FailureKind.MAPPING_MISSING, message, **facts, target_state="missing")
            return None
        group, asset_type = (number(part) for part in parts_of(mapping.target_id))
        target = self.refs.target(PRODUCT_GROUP, mapping.target_id)
        if target is not None and target.valid and isinstance(group, int):
            return group, asset_type if isinstance(asset_type, int) else None
        why = target.why_not if target else f"Asset Group {parts_of(mapping.target_id)[0]} not found"
        facts |= {"target_id": mapping.target_id, "target_name": target.name if target else mapping.target_name}
        facts |= {"target_state": target_state(why), "reason": why}
        if "Asset Type" in why and "Asset Group" not in why.split("Asset Type")[0]:
            facts["field"] = "assettype_id"
        self.fail(FailureKind.MAPPING_INVALID, why, **facts)
        return None
