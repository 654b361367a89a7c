"""What the PSA says of the rows behind a failure once it was asked: each state for which a rule has its own words."""

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa
from tests.diagnosis.example import Example

_INACTIVE_41 = "catalogItem object is invalid. 41 is an inactive"
_ASSOCIATION = "companyID is not associated with contactID"
_REFERENCE = "Reference value on field: contactID of type: Contact does not exist or is invalid."
_GONE, _HIDDEN = "deleted or not visible", "not visible"


def _states(
    rule: str, message: str, *states: str, kind: Kind = Kind.REFUSED, psa: Psa = Psa.AUTOTASK, **facts: str
) -> tuple[Example, ...]:
    return tuple(Example(rule, message, kind, {**facts, "state": state}, psa) for state in states)


STATES = (
    *_states(
        "records.company-not-found",
        "Company was not found in Autotask",
        "merged",
        _HIDDEN,
        "inactive",
        _GONE,
        kind=Kind.NOT_FOUND,
    ),
    *_states(
        "records.contact-not-found", "Contact was not found in Autotask", "moved", "inactive", kind=Kind.NOT_FOUND
    ),
    *_states("records.opportunity-not-found", "Opportunity was not found in Autotask", "closed", kind=Kind.NOT_FOUND),
    *_states("records.product-not-found", "Product was not found in Autotask", "inactive", kind=Kind.NOT_FOUND),
    *_states("records.row-gone", "Autotask has no Companies row 12 any more", "merged", _HIDDEN, kind=Kind.NOT_FOUND),
    *_states("records.inactive", "Company is inactive in Autotask", "merged", "moved", kind=Kind.INACTIVE),
    *_states("records.deleted", "Company is deleted in ConnectWise", "merged", kind=Kind.INACTIVE, psa=Psa.CONNECTWISE),
    *_states("records.contact-association", _ASSOCIATION, "moved", "inactive", "merged", _GONE, kind=Kind.ASSOCIATION),
    *_states("autotask.reference-invalid", _REFERENCE, "merged", "inactive", _GONE, "moved"),
    *_states("connectwise.record-not-found", "Contact 57919 not found", "merged", "deleted", psa=Psa.CONNECTWISE),
    *_states("halopsa.reference-gone", "Client 12 does not exist", "merged", "inactive", psa=Psa.HALOPSA),
    *_states(
        "connectwise.category-inactive",
        _INACTIVE_41,
        _GONE,
        "cannot tell",
        psa=Psa.CONNECTWISE,
        asked="Asked ConnectWise: category 41 is not shown",
    ),
    *_states(
        "connectwise.category-inactive",
        _INACTIVE_41,
        _GONE,
        kind=Kind.MAPPING_INVALID,
        psa=Psa.CONNECTWISE,
        category="Firewalls",
    ),
)
