"""For each rule about records, links and mappings a failure at every PSA, and the rule that has to speak."""

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa
from tests.diagnosis.example import Example

NOT_FOUND = tuple(
    Example(f"records.{word}-not-found", f"{word.capitalize()} was not found in {psa.label}", Kind.NOT_FOUND, psa=psa)
    for psa in Psa
    for word in ("opportunity", "quote", "company", "contact", "product")
)
INACTIVE = tuple(
    Example("records.inactive", f"{entity} is inactive in {psa.label}", Kind.INACTIVE, psa=psa)
    for psa in Psa
    for entity in ("Company", "Contact", "Opportunity", "Product", "Quote")
)
DELETED = tuple(
    Example("records.deleted", "Company is deleted in " + psa.label, Kind.INACTIVE, {"state": "deleted"}, psa=psa)
    for psa in Psa
)
ROWS = (
    Example("records.row-gone", "HaloPSA has no line 77 on this quotation any more", Kind.NOT_FOUND, psa=Psa.HALOPSA),
    Example("records.row-gone", "Autotask has no Quotes row 77 any more", Kind.NOT_FOUND),
    Example(
        "records.row-gone",
        "ConnectWise has no procurement/catalog row 77 any more",
        Kind.NOT_FOUND,
        psa=Psa.CONNECTWISE,
    ),
    Example("records.row-gone", "HaloPSA has no Quotation row 77 any more", Kind.NOT_FOUND, psa=Psa.HALOPSA),
)
STATES = tuple(
    Example(rule, f"Opportunity is closed in {psa.label}", Kind.CLOSED, {"state": state}, psa=psa)
    for psa in Psa
    for rule, state in (
        ("records.opportunity-won", "won"),
        ("records.opportunity-ordered", "ordered"),
        ("records.opportunity-closed", "lost"),
        ("records.opportunity-closed", "closed"),
    )
)
UNKNOWN_STATES = tuple(
    example
    for psa in Psa
    for example in (
        Example(
            "records.opportunity-status-unknown",
            f"{psa.label} has this opportunity in the status “Parked”, of which it is not known whether it is still"
            " open",
            Kind.CLOSED,
            {"state": "unknown", "status_label": "Parked"},
            psa=psa,
        ),
        Example(
            "records.opportunity-status-unknown",
            f"{psa.label} gives no status for this opportunity, so that it is not known whether it is still open",
            Kind.CLOSED,
            {"state": "unknown"},
            psa=psa,
        ),
    )
)
ASSOCIATIONS = (
    *(
        Example(
            f"records.{word}-association",
            f"companyID is not associated with {word}ID",
            Kind.ASSOCIATION,
            psa=psa,
        )
        for psa in Psa
        for word in ("contact", "opportunity")
    ),
    Example(
        "records.contact-association",
        "Value does not reference an existing entity for contactID. Error updating entity for record number [1].",
    ),
    Example(
        "records.contact-association",
        "opportunity object is invalid. Contact 311 not found for Company 250",
        psa=Psa.CONNECTWISE,
    ),
    Example("records.contact-association", "The selected User does not belong to the selected Client", psa=Psa.HALOPSA),
)
_PEOPLE = {Psa.AUTOTASK: "resource", Psa.CONNECTWISE: "member", Psa.HALOPSA: "agent"}
MAPPINGS = (
    *(
        Example("records.owner-mapping", text, kind, {"mapping_kind": "owner"}, psa=psa)
        for psa, word in _PEOPLE.items()
        for text, kind in (
            (f"Owner is not mapped to a {word}", Kind.MAPPING_MISSING),
            (f"Owner is mapped to an inactive or deleted {word}", Kind.MAPPING_INVALID),
        )
    ),
    Example("records.owner-mapping", "Owner is not mapped to an agent", Kind.MAPPING_MISSING, psa=Psa.HALOPSA),
    *(
        Example(rule, f"{what} is {how}", kind, psa=psa)
        for psa in Psa
        for rule, what in (
            ("records.stage-mapping", "Opportunity stage"),
            ("records.opportunity-category-mapping", "Opportunity category"),
            ("records.payment-term-mapping", "Payment term"),
        )
        for how, kind in (
            ("not mapped", Kind.MAPPING_MISSING),
            ("mapped to an inactive or deleted value", Kind.MAPPING_INVALID),
        )
    ),
    *(
        Example(rule, f"{what} is mapped to {how}", Kind.MAPPING_INVALID, facts, psa=psa)
        for psa in Psa
        for rule, what, word in (
            ("records.opportunity-status-mapping", "Opportunity status", "opportunity status"),
            ("records.company-type-mapping", "Company type", "company type"),
        )
        for how, facts in (
            (f"an inactive or deleted {word}", {}),
            (f"a {word} that cannot be used: it closes an opportunity", {"target_state": "wrong use"}),
        )
    ),
    *(
        Example(
            "records.owner-mismatch",
            "Link names another record",
            Kind.LINK_MISMATCH,
            {"mapping_kind": "owner", "found_name": "Ann Lee"},
            psa=psa,
        )
        for psa in Psa
    ),
)
_TITLE = "records.opportunity-title-too-long"
VALUES = (
    Example(_TITLE, "Opportunity title is longer than 128 characters", Kind.INVALID_VALUE, {"title_length": "140"}),
    Example(_TITLE, "Opportunity title is longer than 100 characters", Kind.INVALID_VALUE, psa=Psa.CONNECTWISE),
    *(
        Example(
            "records.discount-not-held",
            "The quote's discount cannot be held: its one-time lines cannot bear it",
            Kind.INVALID_VALUE,
            {"reason": "100.00 off the whole quote"},
            psa=psa,
        )
        for psa in Psa
    ),
)

RECORDS = (*NOT_FOUND, *INACTIVE, *DELETED, *ROWS, *STATES, *UNKNOWN_STATES, *ASSOCIATIONS, *MAPPINGS, *VALUES)
