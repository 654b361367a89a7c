"""Turns a field table into a draft: values, required fields, lengths, and everything that is in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sync_desktop.domain.mappings import Target
from sync_desktop.domain.records import AnyRecord, Named
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa import drafting
from sync_desktop.psa.autotask.countries import Countries
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.autotask.metadata import EntityInfo, FieldInfo
from sync_desktop.psa.connector import Pending
from sync_desktop.psa.drafting import (
    CATEGORY,
    COMPANY_TYPE,
    OWNER,
    PAYMENT_TERM,
    SHIPPING,
    STAGE,
    STATUS,
    MappedWords,
    Source,
    state_of,
)

BILLING_CODE_INVALID = "BillingCode does not exist or is invalid"


@dataclass(slots=True)
class Drafting(drafting.Drafting):
    """One draft in the making; `info` is what the tenant tells of the entity's fields."""

    PSA: ClassVar[str] = "Autotask"
    WORDS: ClassVar[Mapping[str, MappedWords]] = {
        OWNER: MappedWords("Owner", "resource", "owner"),
        STAGE: MappedWords("Opportunity stage", "stage", "stage"),
        STATUS: MappedWords("Opportunity status", "status", "opportunity_status"),
        CATEGORY: MappedWords("Opportunity category", "category", "category"),
        COMPANY_TYPE: MappedWords("Company type", "company type", "company_type"),
        PAYMENT_TERM: MappedWords("Payment term", "payment term", "payment_term"),
        SHIPPING: MappedWords("Shipping type", "shipping type", "shipping_type"),
        TAX_REGION: MappedWords("Tax region", "tax region", "tax_region"),
    }

    info: EntityInfo = field(kw_only=True)
    countries: Countries = field(default=Countries(), kw_only=True)

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
            return self.cut(source.field, value, limit)
        called = "Opportunity title" if (self.entity, source.field) == ("Opportunities", "title") else ""
        self.too_long(source.field, value, limit, called=called)
        return value

    def _complete(self, fields: dict[str, Any]) -> None:
        """Fill required fields from the site's defaults, then from Autotask's own; what is left is in the way."""
        already = {failure.facts.get("field") for failure in self.failures}
        for name, info in self.info.items():
            if not info.required or info.read_only or name in fields or name == "id":
                continue
            default = self.refs.default(f"{self.entity}.{name}") or (info.default.value if info.default else "")
            if default:
                self._fill(fields, info, default)
            elif name not in already:
                self.require(name)

    def _fill(self, fields: dict[str, Any], info: FieldInfo, default: str) -> None:
        """Send a default, which is kept as text, in the type of its field; note where it cannot be of that type."""
        value = info.typed(default)
        if value is not None:
            fields[info.name] = value
            return
        message = f"The site's default for {self.entity}.{info.name} is “{default}”, which is no {info.type}"
        self.fail(FailureKind.REQUIRED_FIELD, message, field=info.name, reason=default)

    def require(self, name: str) -> None:
        """Note that a required field has no value."""
        self.fail(FailureKind.REQUIRED_FIELD, f"Value does not exist for the required field {name}", field=name)

    def mapped(self, kind: str, source: Named, field_name: str) -> int | None:
        """Return a mapping's target, which must be valid now; otherwise note why not."""
        return _number(self.mapped_target(kind, source, field_name))

    def by_default(self, kind: str, field_name: str) -> int | None:
        """Return the target of a kind's default, which must be valid now; None, without a word, where it has none."""
        return _number(self.default_target(kind, field_name))

    def billing_code(self, kind: str, category: Named, field_name: str) -> int | None:
        """Return the billing code of a category, or the default one, which must be active and of the right use type."""
        mapping = self.mapping_of(kind, category)
        blamed = self.blamed(mapping, category) if mapping else category
        facts = {
            "mapping_kind": kind,
            "mapping_label": "Category → billing code",
            "source_id": blamed.id,
            "source_name": blamed.name,
            "category_id": category.id,
            "category": category.name,
            "field": field_name,
            "entity": "BillingCode",
            "use_type": "Service" if kind == SERVICE_BILLING_CODE else "Material",
        }
        if mapping is None:
            self.fail(FailureKind.MAPPING_MISSING, BILLING_CODE_INVALID, **facts, target_state="missing")
            return None
        target = self.refs.target(kind, mapping.target_id)
        if target is not None and target.can_be_sent:
            return _number(target)
        name = target.name if target else mapping.target_name
        facts |= {"target_id": mapping.target_id, "target_name": name, "target_state": state_of(target)}
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


def _number(target: Target | None) -> int | None:
    return int(target.id) if target is not None and target.id.isdigit() else None
