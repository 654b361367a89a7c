"""What is done to the practice Autotask, or in Salesbuildr, so that each rule has to speak."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.psa.connector import Draft
from sync_desktop.sandbox.autotask.answers import RefusedError
from sync_desktop.sandbox.credentials import AUTOTASK_USERNAME
from tests.diagnosis.provoking import REJECTED, Fault, Wrong, answers
from tests.sync.sync_stage import Stage
from tests.worlds.quoting_rows import item

OWN_RULE = "unknown"
"""A rule of the practice tenant's own is refused in words that nobody else has."""
WORLD = (
    "autotask.billing-code-invalid",
    "autotask.labour-no-role",
    "autotask.required-field",
    "general.company-no-external-id",
    "general.contact-no-external-id",
    "general.foreign-lines",
    "general.items-missing",
    "general.link-mismatch",
    "general.payment-term-deleted",
    "general.unknown-billing-term",
    "records.contact-association",
    "records.inactive",
    "records.opportunity-closed",
    "records.opportunity-not-found",
    "records.opportunity-ordered",
    "records.opportunity-title-too-long",
    "records.opportunity-won",
    "records.owner-mapping",
    "records.product-not-found",
    "records.stage-mapping",
)
"""What the failing cases of the practice world are told by."""
_UNEXPECTED = "An unexpected error has occurred.  If the problem persists, please contact Autotask Support"


def _errors(*texts: str, status: int = 500) -> tuple[int, Any]:
    return status, {"errors": list(texts)}


FAULTS = {
    **answers(
        "autotask",
        "POST",
        "/Quotes$",
        {
            "autotask.duplicate-name": _errors("A Quote already exists with Name [X]. Quote names must be unique."),
            "autotask.field-pair": _errors("When assigning a Resource, you must assign both a resourceID and roleID."),
            "autotask.picklist-value": _errors("Value does not reference an existing entity for paymentTerm ."),
            "autotask.reference-invalid": _errors(
                "Reference value on field: taxRegionID of type: TaxRegion does not exist or is invalid."
            ),
            "autotask.row-rule": _errors("The field quoteNumber is read only."),
            "autotask.unexpected-error": _errors(f"{_UNEXPECTED} and reference Error ID: 57492."),
            "autotask.unexpected-error-without-id": _errors(_UNEXPECTED),
            "autotask.value-too-long": _errors("The value of field name exceeds the maximum length of 100."),
            "autotask.wrong-route": (404, {"Message": "No HTTP resource was found that matches the request URI."}),
            "autotask.wrong-verb": (405, {"Message": "The requested resource does not support http method 'POST'."}),
        },
    ),
    **answers(
        "autotask",
        "POST",
        "/query$",
        {
            "autotask.query-too-large": _errors("Queries are limited to 500 or fewer 'OR' conditions."),
            "autotask.unknown-field": _errors("Unable to find companyID in the CompanyLocation Entity."),
            "autotask.request-threshold": _errors("The request threshold of 10000 requests has been exceeded."),
        },
    ),
    "autotask.permission": Fault("autotask", "forbidden", method="POST", path="/Quotes$"),
    "autotask.thread-threshold": Fault("autotask", "rate_limit", method="POST", path="/query$"),
    "general.connection-reset": Fault("autotask", "reset_before", method="POST", path="/query$"),
    "general.server-error": Fault("autotask", "html", method="POST", path="/query$", arg=502),
    "general.unreadable": Fault("autotask", "truncate", method="POST", path="/query$"),
}
"""Answers of the server to a quote, or to what is read for it, by the rule that they are told by."""
SIGNING = {
    **answers(
        "autotask",
        "GET",
        "zoneInformation",
        {"autotask.wrong-zone": (200, {"zoneName": "x", "url": "https://webservices.example.net/ATServicesRest/"})},
    ),
    "general.salesbuildr-rate-limit": Fault("salesbuildr", "rate_limit", arg=1),
}
"""The same of signing in; each has a workspace of its own, since nothing is signed after it."""


def _lock(stage: Stage) -> None:
    """Some other program has tried its old secret too often."""
    door, wrong = stage.tenant.door, {"UserName": AUTOTASK_USERNAME, "Secret": "old"}
    while not door.locked:
        with suppress(RefusedError):
            door.admit(wrong)


WRONG = {
    "autotask.authentication-error": Wrong({"autotask.secret": "old"}),
    "autotask.credentials": Wrong(site={"psa_credentials": REJECTED}),
    "autotask.integration-code": Wrong({"autotask.integration_code": "ANOTHER"}),
    "autotask.unknown-user": Wrong(connection={"username": "nobody@fabrikam.example"}),
    "autotask.user-locked": Wrong(switches={"locked_answer": "401_text"}, there=_lock),
    "general.credentials-characters": Wrong({"autotask.secret": "copied with\na line break"}),
    "general.salesbuildr-address": Wrong(quoting_url="{salesbuildr}/elsewhere"),
    "general.salesbuildr-key": Wrong({"api-key": "old"}),
    "general.secret-missing": Wrong({"autotask.secret": None}),
}
"""What is wrong of the connection itself, in a workspace of its own each."""


async def _nothing(stage: Stage) -> None:
    """Leave everything as it is."""


async def _lines_deleted(stage: Stage) -> None:
    await stage.write("Q-1")
    store = stage.sandbox.site().psa_store
    store.delete("QuoteItems", stage.line_rows("Q-1")[0]["id"])


async def _both_changed(stage: Stage) -> None:
    await stage.write("Q-1")
    stage.change_quoting("quote", "q-1", poNumber="OURS")
    stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="THEIRS")
    await stage.bench.runs.read_only()


async def _quote_deleted(stage: Stage) -> None:
    await stage.write("Q-1")
    stage.sandbox.site().psa_store.delete("Quotes", stage.quote_row("Q-1")["id"])


async def _status_of_their_own(stage: Stage) -> None:
    for row in stage.psa("Opportunities").values():
        stage.change_psa("Opportunities", row["id"], status=None)


async def _doubled(stage: Stage) -> None:
    """The answer to a create is lost, and afterwards two rows are there that may be what it made."""
    store = stage.sandbox.site().psa_store
    insert = store.insert

    def doubled(collection: str, row: Any) -> int:
        if collection == "Quotes":
            insert(collection, dict(row))
        return insert(collection, row)

    store.insert = doubled  # type: ignore[method-assign]
    stage.fault("reset_after", method="POST", path="/Quotes$", times=1)


async def _changed_here(stage: Stage) -> None:
    await stage.write("Q-1")
    stage.change_quoting("quote", "q-1", poNumber="PO-2")
    await stage.bench.runs.read_only()


async def _item_taken_off(stage: Stage) -> None:
    """A line is to be deleted, and Autotask says that there is none."""
    await stage.write("Q-1")
    stage.change_quoting("quote", "q-1", items=[item("laptop", "a")])
    await stage.bench.runs.read_only()
    told = "No message. No matching records found. The logged in Resource may not have the required permissions."
    stage.fault("status", method="DELETE", arg={"status": 500, "body": {"errors": [told]}})


async def _item_without_product(stage: Stage) -> None:
    stage.change_quoting("quote", "q-1", items=[item("laptop", "a", productId=None)])
    await stage.bench.runs.read_only()


async def _opportunity_of_others(stage: Stage) -> None:
    for row in stage.psa("Opportunities").values():
        stage.change_psa("Opportunities", row["id"], companyID=_other_company(stage, row["companyID"]))


def _other_company(stage: Stage, company: int) -> int:
    return next(row_id for row_id in stage.psa("Companies") if row_id not in (0, company))


async def _owner_of_another_name(stage: Stage) -> None:
    """The opportunity has to be made, and its owner's identifier is somebody else's in Autotask."""
    opportunity = stage.sandbox.site().quoting_store.rows("opportunity")["opp-q-1"]
    stage.sandbox.site().psa_store.delete("Opportunities", int(opportunity["externalIdentifier"]))
    stage.change_quoting("opportunity", "opp-q-1", externalIdentifier=None)
    stage.change_quoting("owner", "o1", name="Zacharias Quill", firstName="Zacharias", lastName="Quill")
    await stage.bench.runs.read_only()


async def _mistake(stage: Stage) -> None:
    async def mistaken(draft: Draft) -> str:
        raise KeyError(draft.label)

    (await stage.run()).connector.create = mistaken  # type: ignore[method-assign]


async def _term_without_counterpart(stage: Stage) -> None:
    term = {"id": "t9", "field": "payment-term", "displayValue": "Net 45", "externalIdentifier": None}
    stage.sandbox.site().quoting_store.insert("field", term)
    await stage.bench.runs.read_only()


async def _long_name(stage: Stage) -> None:
    stage.change_quoting("contact", "p3", firstName="Anastasia " * 6, companyId="c1")
    await stage.bench.runs.read_only()


def _changed_at_once(of: str, **values: Any) -> Callable[[Stage], Awaitable[None]]:
    """Return what makes a rule of the tenant change each new row of a collection."""

    async def prepare(stage: Stage) -> None:
        store = stage.sandbox.site().psa_store
        insert = store.insert

        def changed(collection: str, row: Any) -> int:
            made = insert(collection, row)
            if collection == of:
                store.update(collection, made, values)
            return made

        store.insert = changed  # type: ignore[method-assign]

    return prepare


Prepare = Callable[[Stage], Awaitable[None]]
BY_HAND: dict[str, tuple[dict[str, Any], Prepare, AttemptKind]] = {
    "general.both-changed": ({"poNumber": "PO-1"}, _both_changed, AttemptKind.WRITE),
    "general.changes-not-arrived": ({"poNumber": "PO-1"}, _changed_here, AttemptKind.CHECK),
    "general.difference": ({}, _changed_at_once("QuoteItems", quantity=7), AttemptKind.WRITE),
    "general.internal": ({}, _mistake, AttemptKind.WRITE),
    "autotask.nothing-to-delete": ({}, _item_taken_off, AttemptKind.WRITE),
    "general.product-no-external-id": ({}, _item_without_product, AttemptKind.WRITE),
    "records.discount-not-held": ({"discount": {"type": "amount", "value": 99999}}, _nothing, AttemptKind.WRITE),
    "records.opportunity-association": ({}, _opportunity_of_others, AttemptKind.WRITE),
    "records.owner-mismatch": ({}, _owner_of_another_name, AttemptKind.WRITE),
    "general.lines-deleted": ({}, _lines_deleted, AttemptKind.WRITE),
    "general.not-arrived": ({}, _nothing, AttemptKind.CHECK),
    "general.opportunity-no-external-id": ({"opportunityId": None}, _nothing, AttemptKind.WRITE),
    "general.unclear-create": ({}, _doubled, AttemptKind.WRITE),
    "records.payment-term-mapping": ({"paymentTermId": "t9"}, _term_without_counterpart, AttemptKind.WRITE),
    "records.opportunity-status-unknown": ({}, _status_of_their_own, AttemptKind.WRITE),
    "records.quote-not-found": ({}, _quote_deleted, AttemptKind.WRITE),
}
"""For a quote of a world written by hand: its members, what happens before, and whether it is checked or written."""
RECORDS: dict[str, tuple[RecordRef, Prepare]] = {
    "autotask.billing-code-differs": (
        RecordRef(kind=RecordKind.PRODUCT, id="newlaptop"),
        _changed_at_once("Products", productBillingCodeID=402),
    ),
    "autotask.opportunity-differs": (
        RecordRef(kind=RecordKind.OPPORTUNITY, id="fresh"),
        _changed_at_once("Opportunities", probability=55),
    ),
    "general.not-in-salesbuildr": (RecordRef(kind=RecordKind.QUOTE, id="nobody"), _nothing),
    "general.value-too-long": (RecordRef(kind=RecordKind.CONTACT, id="p3"), _long_name),
}
"""The same for other records than quotes."""
OF_NEW_RECORDS = (
    "autotask.tax-region-mapping",
    "records.company-type-mapping",
    "records.opportunity-status-mapping",
)
"""Mappings that only new companies and opportunities need, led to what is not there or cannot be used."""
OTHERS = ("general.empty-list", "general.timeout", *OF_NEW_RECORDS)
"""What tests of their own provoke."""
