"""The lists of ConnectWise that targets come from, and what makes one of their rows a target that can be chosen.

Lists are read whole, without a filter on activity, so that what is inactive can be called so.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.connectwise import categories
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, COMPANY_STATUS, LOCATION, PRODUCT_CATEGORY, TAX_CODE
from sync_desktop.psa.connectwise.known import Finding, Rows, read_known
from sync_desktop.psa.connectwise.lists import COMPANY_TYPES, STATUSES
from sync_desktop.psa.connectwise.paths import Row, flatten
from sync_desktop.psa.connectwise.rows import counts_as_retired, is_active, opportunity_state, person, text
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE, STATUS
from sync_desktop.psa.listing import ReadOnce, lost, unlearnt

_VALID = Finding(MappingState.VALID)
_API_MEMBER = "A"
"""A member's license class, by the vendor's description."""


def _by_flag(row: Row, _today: date) -> Finding:
    return _VALID if is_active(row) else Finding(MappingState.INACTIVE, "inactive in ConnectWise")


def _opportunity_status(row: Row, today: date) -> Finding:
    if opportunity_state(row) != "open":
        why = "it closes an opportunity, and lines can be written to open ones only"
        return Finding(MappingState.WRONG_KIND, why)
    return _by_flag(row, today)


def _company_status(row: Row, today: date) -> Finding:
    if counts_as_retired(text(row, "name")):
        return Finding(MappingState.WRONG_KIND, "by its name, companies that have it are not active")
    return _by_flag(row, today)


def _tax_code(row: Row, today: date) -> Finding:
    """Return whether a tax code is in effect: tax codes have dates in the place of a flag."""
    begins, cancelled = text(row, "effectiveDate")[:10], text(row, "cancelDate")[:10]
    if cancelled and cancelled <= today.isoformat():
        return Finding(MappingState.INACTIVE, f"cancelled in ConnectWise on {cancelled}")
    if begins > today.isoformat():
        return Finding(MappingState.INACTIVE, f"in effect only from {begins} on")
    return _VALID


def _member(row: Row) -> str:
    api = "API member" if text(row, "licenseClass") == _API_MEMBER else ""
    return _joined(text(row, "officeEmail") or text(row, "primaryEmail"), text(row, "identifier"), api)


def _tax_detail(row: Row) -> str:
    percent = text(row, "levelOneRateType") != "Amount"
    rate = f"{text(row, 'levelOneRate')} %" if percent and text(row, "levelOneRate") else ""
    until = f"until {text(row, 'cancelDate')[:10]}" if text(row, "cancelDate") else ""
    return _joined(text(row, "identifier"), rate, until)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _of(name: str) -> Callable[[Row], str]:
    return lambda row: text(flatten(row), name)


_NAME = _of("name")


@dataclass(frozen=True, slots=True)
class OneRow:
    """A kind of which each target is one row: where the rows come from, and how one is shown and judged."""

    path: str
    what: str
    name: Callable[[Row], str] = _NAME
    detail: Callable[[Row], str] = lambda _row: ""
    found: Callable[[Row, date], Finding] = _by_flag
    many: str = ""

    def target(self, kind: str, row: Row, today: date) -> Target:
        """Return a row as a target."""
        found = self.found(row, today)
        return Target(
            kind=kind,
            id=text(row, "id"),
            name=self.name(row) or f"#{text(row, 'id')}",
            active=is_active(row) and found.state is not MappingState.INACTIVE,
            valid=found.state is MappingState.VALID,
            why_not=found.why,
            detail=self.detail(row),
            state=found.state,
        )


ONE_ROW: Mapping[str, OneRow] = {
    OWNER: OneRow("system/members", "member", person, _member),
    LOCATION: OneRow("system/locations", "location", detail=_of("structureLevel/name")),
    BUSINESS_UNIT: OneRow("system/departments", "department", detail=_of("identifier")),
    STATUS: OneRow(
        STATUSES,
        "opportunity status",
        found=_opportunity_status,
        many="opportunity statuses",
    ),
    STAGE: OneRow("sales/stages", "sales stage", detail=lambda row: _percent(_of("probability/name")(row))),
    CATEGORY: OneRow("sales/opportunities/types", "opportunity type", _of("description")),
    COMPANY_TYPE: OneRow(COMPANY_TYPES, "company type", detail=lambda row: _flag(row, "vendorFlag", "vendors")),
    COMPANY_STATUS: OneRow(
        "company/companies/statuses",
        "company status",
        detail=lambda row: _flag(row, "disallowSavingFlag", "forbids saving"),
        found=_company_status,
        many="company statuses",
    ),
    PAYMENT_TERM: OneRow(
        "finance/billingTerms",
        "billing terms",
        detail=lambda row: f"due in {text(row, 'dueDays')} days" if text(row, "dueDays") else "",
        many="billing terms",
    ),
    TAX_CODE: OneRow("finance/taxCodes", "tax code", _of("description"), _tax_detail, _tax_code),
}


def _lost(kind: str, row_id: str, answer: Failure | None) -> Target:
    return lost(kind, row_id, unlearnt(answer), because=answer.message if answer else "")


def _percent(probability: str) -> str:
    return f"{probability} %" if probability.isdigit() else probability


def _flag(row: Row, name: str, word: str) -> str:
    return word if row.get(name) else ""


class Targets:
    """Lists the targets of each kind of one tenant."""

    def __init__(self, client: ConnectWiseClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def listing(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> Listing:
        """Return the targets of a kind, and what mappings lead to; `KeyError` for one that ConnectWise does not have.

        `wanted` are the identifiers that mappings lead to: those that no list shows are asked for one by one.
        """
        once = once or ReadOnce()
        if kind == PRODUCT_CATEGORY:
            return await categories.listing(self._client, wanted, once)
        of = ONE_ROW[kind]
        rows = Rows(kind, of.path, of.what, of.many or f"{of.what}s")
        known = await read_known(self._client, once, rows, wanted)
        there = [of.target(kind, row, self._today) for row in known.rows.values()]
        return Listing((*there, *(_lost(kind, *asked) for asked in known.asked.items())))

    async def one(self, kind: str, row_id: str) -> Target | None:
        """Ask for the row that is a whole target; None where ConnectWise shows none. Raises `SyncError`."""
        of = ONE_ROW[kind]
        row = await self._client.one(of.path, row_id, label=f"Ask for {of.what} {row_id}")
        return of.target(kind, row, self._today) if row else None

    @property
    def _today(self) -> date:
        return self._clock.now().date()
