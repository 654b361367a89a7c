"""Turns ConnectWise's field table into a draft: values, required fields, lengths, and everything that is in the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sync_desktop.domain.mappings import Target
from sync_desktop.domain.records import AnyRecord, Named
from sync_desktop.domain.words import FailureKind, MappingState
from sync_desktop.psa import drafting
from sync_desktop.psa.connector import Pending
from sync_desktop.psa.connectwise.categories import parts_of
from sync_desktop.psa.connectwise.dialect import inactive_facts
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, COMPANY_STATUS, LOCATION, PRODUCT_CATEGORY, TAX_CODE
from sync_desktop.psa.connectwise.lists import Lists
from sync_desktop.psa.connectwise.paths import ITEMS
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, LINES, OPPORTUNITIES
from sync_desktop.psa.drafting import (
    CATEGORY,
    COMPANY_TYPE,
    OWNER,
    PAYMENT_TERM,
    STAGE,
    STATUS,
    MappedWords,
    Source,
    state_of,
)

EMAIL, PHONE, MOBILE = f"{ITEMS}/Email", f"{ITEMS}/Phone", f"{ITEMS}/Mobile"
"""Names in the field table of what is kept under a communication type; a draft has the type's id in its place."""

LIMITS: Mapping[str, Mapping[str, int]] = {
    COMPANIES: {
        "name": 156,
        "addressLine1": 50,
        "addressLine2": 50,
        "city": 50,
        "state": 50,
        "zip": 12,
        "phoneNumber": 30,
        "website": 1024,
    },
    CONTACTS: {EMAIL: 250, PHONE: 250, MOBILE: 250},
    OPPORTUNITIES: {"name": 100},
    CATALOG: {"description": 60, "customerDescription": 6000, "manufacturerPartNumber": 50},
    LINES: {"description": 2000, "customerDescription": 6000},
}
"""Characters that texts may have (vendor's description of 2026.11; earlier releases hold shorter names)."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    COMPANIES: ("identifier", "name"),
    CONTACTS: ("firstName", "company/id"),
    OPPORTUNITIES: ("name", "primarySalesRep/id", "company/id", "contact/id"),
    CATALOG: ("identifier", "description", "customerDescription"),
}
"""Beside category, subcategory and type of catalog items, which their mapping gives or is in the way."""
_CALLED = {(OPPORTUNITIES, "name"): "Opportunity title"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_FIELD_OF = {"category": "category/id", "subcategory": "subcategory/id", "product type": "type/id"}


@dataclass(slots=True)
class Drafting(drafting.Drafting):
    """One draft in the making; `lists` are the tenant's own."""

    PSA: ClassVar[str] = "ConnectWise"
    WORDS: ClassVar[Mapping[str, MappedWords]] = {
        OWNER: MappedWords("Owner", "member", "owner"),
        STAGE: MappedWords("Opportunity stage", "sales stage", "stage"),
        CATEGORY: MappedWords("Opportunity category", "opportunity type", "category"),
        PAYMENT_TERM: MappedWords("Payment term", "billing terms", "payment_term"),
        STATUS: MappedWords("Opportunity status", "opportunity status", "source_name"),
        COMPANY_TYPE: MappedWords("Company type", "company type", "source_name"),
        LOCATION: MappedWords("Location of new opportunities", "location", "source_name"),
        BUSINESS_UNIT: MappedWords("Business unit of new opportunities", "department", "source_name"),
        COMPANY_STATUS: MappedWords("Status of new companies", "company status", "source_name"),
        TAX_CODE: MappedWords("Tax code of new companies", "tax code", "source_name"),
    }

    lists: Lists = field(kw_only=True)
    _category: tuple[int, int, int] | None = None
    _category_asked: bool = False

    def values(self, record: AnyRecord, sources: tuple[Source, ...]) -> dict[str, Any]:
        """Return the flat fields to send, in the table's order; notes lengths and missing required fields."""
        fields: dict[str, Any] = {}
        for source in sources:
            value = self._fitting(source, source.value(record, self))
            if value in (None, ""):
                continue
            if name := self.name_of(source.field):
                fields[name] = value
            else:
                what = source.comes_from[:1].upper() + source.comes_from[1:]
                self.warnings.append(f"{what}: {self.PSA} has no communication type for it")
        already = {failure.facts.get("field") for failure in self.failures}
        for name in REQUIRED.get(self.entity, ()):
            if name not in fields and name not in already:
                self.require(name)
        return fields

    def name_of(self, field_name: str) -> str:
        """Return what a field of the table is called in a draft; empty where this tenant has no place for it."""
        if not field_name.startswith(f"{ITEMS}/"):
            return field_name
        known = self.lists.telephony()
        kind, type_id = {
            EMAIL: ("Email", known.email),
            PHONE: ("Phone", known.phone),
            MOBILE: ("Phone", known.mobile),
        }[field_name]
        return f"{ITEMS}/{kind}/{type_id}" if type_id else ""

    def _fitting(self, source: Source, value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Pending):
            return value
        text, limit = plain(value), LIMITS.get(self.entity, {}).get(source.field, 0)
        if not limit or len(text) <= limit:
            return text
        if source.cut:
            return self.cut(source.field, text, limit)
        self.too_long(source.field, text, limit, called=_CALLED.get((self.entity, source.field), ""))
        return text

    def require(self, name: str) -> None:
        """Note that a required field has no value, as ConnectWise would say it."""
        told = name.removesuffix("/id")
        self.fail(FailureKind.REQUIRED_FIELD, f"The {told} field is required.", field=name)

    def default(self, name: str) -> Any:
        """Return what the site's defaults say of a field; identifiers as numbers."""
        value = self.refs.default(f"{self.entity}.{name}")
        return int(value) if value.isdigit() and name.casefold().endswith("id") else value

    def mapped(self, kind: str, source: Named, field_name: str) -> int | None:
        """Return a mapping's target, which must be valid now; otherwise note why not."""
        return _number_of(self.mapped_target(kind, source, field_name))

    def mapped_or_default(self, kind: str, source: Named, field_name: str) -> Any:
        """Return the target of a source's mapping or of that of all others, else what the site's defaults say."""
        if self.mapping_of(kind, source) is None:
            return self.default(field_name)
        return _number_of(self.optional_target(kind, source, field_name))

    def category(self, source: Named) -> tuple[int, int, int] | None:
        """Return category, subcategory and type of a product's category; asked again, the same without another word."""
        if not self._category_asked:
            self._category_asked = True
            self._category = self._mapped_category(source)
        return self._category

    def _mapped_category(self, source: Named) -> tuple[int, int, int] | None:
        mapping = self.mapping_of(PRODUCT_CATEGORY, source)
        if mapping is None:
            self._no_category(_category_facts(source))
            return None
        target = self.refs.target(PRODUCT_CATEGORY, mapping.target_id)
        parts = parts_of(mapping.target_id)
        if target is not None and target.can_be_sent and all(part.isdigit() for part in parts):
            category, subcategory, product_type = (int(part) for part in parts)
            return category, subcategory, product_type
        facts = _category_facts(self.blamed(mapping, source))
        facts |= {"target_id": mapping.target_id, "target_name": target.name if target else mapping.target_name}
        if target is not None and target.state is MappingState.UNMAPPED:
            self._no_category(facts, reason=target.why_not)
            return None
        why = (target.why_not if target else "") or f"Category {parts[0]} not found"
        told = {"target_state": state_of(target), **({"reason": why} if target else {}), **inactive_facts(why)}
        if found := _FIELD_OF.get(told.get("inactive_what", "")):
            told["field"] = found
        self.fail(FailureKind.MAPPING_INVALID, f"catalogItem object is invalid. {why}", **facts | told)
        return None

    def _no_category(self, facts: Mapping[str, str], **more: str) -> None:
        message = "Category is not mapped to a product category"
        self.fail(FailureKind.MAPPING_MISSING, message, **facts, **more, target_state="missing")


def _category_facts(source: Named) -> dict[str, str]:
    return {
        "mapping_kind": PRODUCT_CATEGORY,
        "mapping_label": "Category → product category",
        "source_id": source.id,
        "source_name": source.name,
        "category_id": source.id,
        "category": source.name,
        "entity": "catalogItem",
        "field": "category/id",
    }


def _number_of(target: Target | None) -> int | None:
    return int(target.id) if target is not None and target.id.isdigit() else None


def plain(text: str) -> str:
    """Return a text without line ends and other control characters, which ConnectWise turns into blanks (guide)."""
    return _CONTROL.sub(" ", text).strip()
