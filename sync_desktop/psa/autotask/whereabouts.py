"""What Autotask tells of one row by its id; a query without a result says the same of deleted and of hidden rows."""

import re
from collections.abc import Sequence

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.autotask.targets import Targets
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, SHIPPING, STAGE, STATUS
from sync_desktop.psa.listing import ReadOnce
from sync_desktop.psa.whereabouts import (
    Part,
    ReadRows,
    Suspect,
    Where,
    Whereabouts,
    of_target,
    unasked,
    whereabouts_of,
)

_BILLING_CODE = re.compile(r"\b\w*billing ?code(ID)?\b(: Value (?P<id>\d+)\b)?", re.IGNORECASE)
_REFUSED = re.compile(r"does not exist|is invalid|not reference an existing|inactive", re.IGNORECASE)
_SORTS = {
    PRODUCT_BILLING_CODE: "billing code",
    SERVICE_BILLING_CODE: "billing code",
    OWNER: "resource",
    STAGE: "opportunity stage",
    STATUS: "opportunity status",
    CATEGORY: "opportunity category",
    COMPANY_TYPE: "company type",
    PAYMENT_TERM: "payment term",
    SHIPPING: "shipping type",
    TAX_REGION: "tax region",
}


class AutotaskInquiries:
    """Asks one tenant; `read` reads the rows of records."""

    def __init__(self, targets: Targets, read: ReadRows) -> None:
        self._targets = targets
        self._read = read

    def suspect(self, failure: Failure) -> Suspect | None:
        """Return the billing codes, where a text says that one does not exist or is invalid; it seldom says which."""
        found = _BILLING_CODE.search(failure.message)
        if found is None or not _REFUSED.search(failure.message):
            return None
        return Suspect((PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE), found["id"] or "")

    def parts(self, kind: str, target_id: str) -> tuple[Part, ...]:
        """Return the only row of a target, which is of its kind: a billing code has to be of the kind's use type."""
        return (Part(_SORTS.get(kind, kind), target_id, kind),)

    async def ask(self, part: Part, once: ReadOnce | None = None) -> Whereabouts:
        """Ask for a row by its id, which shows inactive ones too."""
        return of_target(part, await self._targets.one(part.kind, part.id, once))

    def judged(self, kind: str, target_id: str, answers: Sequence[Whereabouts]) -> Target | None:
        """Return the target as it was answered."""
        del kind, target_id
        (answer,) = answers
        return unasked(answer.part) if answer.where is Where.UNKNOWN else answer.target

    async def record(self, entity: str, row_id: str, what: str) -> Whereabouts:
        """Ask for the row of a record, inactive ones included."""
        found = await self._read(entity, [row_id])
        return whereabouts_of(found.get(row_id), Part(what, row_id))
