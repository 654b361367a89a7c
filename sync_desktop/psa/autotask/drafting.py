"""Turns a field table into a draft: values, required fields, lengths, and everything that is in the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.names import names_agree
from sync_desktop.domain.records import AnyRecord, Named, RecordRef
from sync_desktop.domain.words import FailureKind, MappingOrigin
from sync_desktop.psa.autotask.metadata import EntityInfo
from sync_desktop.psa.autotask.targets import (
    CATEGORY,
    OWNER,
    PAYMENT_TERM,
    PRODUCT_BILLING_CODE,
    SERVICE_BILLING_CODE,
    SHIPPING,
    STAGE,
)
from sync_desktop.psa.connector import PENDING, Pending, Refs

BILLING_CODE_INVALID = "BillingCode does not exist or is invalid"

_WORDS = {
    OWNER: ("Owner", "resource", "owner"),
    STAGE: ("Opportunity stage", "stage", "stage"),
    CATEGORY: ("Opportunity category", "category", "category"),
    PAYMENT_TERM: ("Payment term", "payment term", "payment_term"),
    SHIPPING: ("Shipping type", "shipping type", "shipping_type"),
}
"""Per mapping kind: what is mapped, to what, and the fact that names it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the field table that can be sent: where its value comes from and whether it may change later."""

    field: str
    comes_from: str
    value: Callable[[Any, "Drafting"], Any]
    updates: bool = False
    cut: bool = False
    """Whether a text that is too long is cut, with a warning, instead of blocking."""


@dataclass(slots=True)
class Drafting:
    """One draft in the making."""

    ref: RecordRef
    refs: Refs
    info: EntityInfo
    entity: str
    facts: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, kind: FailureKind, message: str, **facts: str) -> None:
        """Note what is in the way."""
        self.failures.append(Failure(kind=kind, message=message, facts={**self.facts, **facts}))

    def values(self, record: AnyRecord, sources: tuple[Source, ...]) -> dict[str, Any]:
        """Return the fields to send, in the table's order; notes lengths and missing required fields."""
        fields: dict[str, Any] = {}
        for source in sources:
            if source.field not in self.info:
                continue
            value = self._fitting(source, source.value(record, self))
            if value not in (None, ""):
                fields[source.field] = value
        self._complete(fields)
        return fields

    def _fitting(self, source: Source, value: Any) -> Any:
        limit = self.info[source.field].length
        if not isinstance(value, str) or isinstance(value, Pending) or not limit or len(value) <= limit:
            return value
        if source.cut:
            self.warnings.append(cut_warning(source.field, value, limit))
            return value[:limit]
        facts = {"field": source.field, "limit": str(limit), "length": str(len(value)), "title_length": str(len(value))}
        named = "Opportunity title" if (self.entity, source.field) == ("Opportunities", "title") else source.field
        self.fail(FailureKind.INVALID_VALUE, f"{named} is longer than {limit} characters", **facts)
        return value

    def _complete(self, fields: dict[str, Any]) -> None:
        """Fill required fields from the site's defaults, then from Autotask's own; what is left is in the way."""
        already = {failure.facts.get("field") for failure in self.failures}
        for name, info in self.info.items():
            if not info.required or info.read_only or name in fields or name == "id":
                continue
            default = self.refs.default(f"{self.entity}.{name}") or (info.default.value if info.default else "")
            if default:
                fields[name] = int(default) if info.values and default.isdigit() else default
            elif name not in already:
                self.require(name)

    def require(self, name: str) -> None:
        """Note that a required field has no value."""
        self.fail(FailureKind.REQUIRED_FIELD, f"Value does not exist for the required field {name}", field=name)

    def mapped(self, kind: str, source: Named, field_name: str) -> int | None:
        """Return a mapping's target, which must be valid now; otherwise note why not."""
        if not source:
            return None
        words = _WORDS[kind]
        facts = {
            "mapping_kind": kind,
            "mapping_label": f"{words[0]} → {words[1]}",
            "source_id": source.id,
            "field": field_name,
        }
        mapping = self.refs.mapping(kind, source.id)
        name = source.name or (mapping.source_name if mapping else "")
        facts |= {"source_name": name, words[2]: name}
        if mapping is None:
            wanted = f" to a {words[1]}" if kind == OWNER else ""
            self.fail(FailureKind.MAPPING_MISSING, f"{words[0]} is not mapped{wanted}", **facts, target_state="missing")
            return None
        target = self.refs.target(kind, mapping.target_id)
        facts |= {"target_id": mapping.target_id, "target_name": target.name if target else mapping.target_name}
        if target is None or not target.valid:
            message = f"{words[0]} is mapped to an inactive or deleted {words[1]}"
            if kind == PAYMENT_TERM:
                message = "Payment term/type is deleted"
            state = "inactive" if target else "deleted"
            self.fail(FailureKind.MAPPING_INVALID, message, **facts, target_state=state)
            return None
        if kind == OWNER and mapping.origin is MappingOrigin.SALESBUILDR and not names_agree(name, target.name):
            facts |= {"found_name": target.name, "expected_name": name, "external_id": target.id}
            self.fail(FailureKind.LINK_MISMATCH, "Link names another record", **facts)
            return None
        return int(target.id) if target.id.isdigit() else None

    def billing_code(self, kind: str, category: Named, field_name: str) -> int | None:
        """Return the billing code of a category, which must be active and of the right use type."""
        facts = {
            "mapping_kind": kind,
            "mapping_label": "Category → billing code",
            "source_id": category.id,
            "source_name": category.name,
            "category_id": category.id,
            "category": category.name,
            "field": field_name,
            "entity": "BillingCode",
            "use_type": "Service" if kind == SERVICE_BILLING_CODE else "Material",
        }
        mapping = self.refs.mapping(kind, category.id) if category.id else None
        if mapping is None:
            self.fail(FailureKind.MAPPING_MISSING, BILLING_CODE_INVALID, **facts, target_state="missing")
            return None
        target = self.refs.target(kind, mapping.target_id)
        if target is not None and target.valid:
            return int(target.id) if target.id.isdigit() else None
        state = "deleted" if target is None else "inactive" if not target.active else "wrong use"
        name = target.name if target else mapping.target_name
        facts |= {"target_id": mapping.target_id, "target_name": name, "target_state": state}
        if target is not None:
            facts["reason"] = target.why_not
        self.fail(FailureKind.MAPPING_INVALID, BILLING_CODE_INVALID, **facts)
        return None

    def product_code(self, category: Named, field_name: str) -> int | None:
        """Return the category's billing code of use type Material."""
        return self.billing_code(PRODUCT_BILLING_CODE, category, field_name)

    def service_code(self, category: Named, field_name: str) -> int | None:
        """Return the category's billing code of use type Service."""
        return self.billing_code(SERVICE_BILLING_CODE, category, field_name)


def cut_warning(field_name: str, value: str, limit: int) -> str:
    """Return the sentence about a text that is longer than Autotask holds."""
    return f"Autotask's {field_name} holds {limit} characters; the rest of “{value[:40]}…” is cut"


def number(external_id: str) -> int | Pending | None:
    """Return an identifier as Autotask wants it in a body; pending ones stay so."""
    if isinstance(external_id, Pending):
        return PENDING
    return int(external_id) if external_id.isdigit() else None


def moment(value: datetime | None) -> str | None:
    """Return a time in UTC as Autotask writes it, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None
