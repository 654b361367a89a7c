"""Finding issues and records by what people type."""

from decimal import Decimal

import pytest

from sync_desktop.domain.records import AnyRecord, Company, Contact, Named, Quote
from sync_desktop.domain.words import IssueOrigin, RecordKind
from sync_desktop.storage import issues, records, sites
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from tests.storage.shelf import NOON, QUOTE, SITE, diagnosis, failure


def put(tx: Transaction, title: str = "Café refresh", message: str = 'Field "billingCodeID" 100% wrong') -> int:
    return issues.record_failure(
        tx,
        SITE.id,
        QUOTE,
        title=title,
        company="Zürich Müller AG",
        quote_status="sent",
        value=Decimal(1),
        number="Q-2041",
        failures=[failure(message)],
        diagnoses=[diagnosis(title="Billing code of **Hardware** is inactive")],
        origin=IssueOrigin.CHECK,
        at=NOON,
    )


@pytest.mark.parametrize(
    "words",
    [
        "café refresh",
        "CAFE",
        "fresh",
        "2041",
        "q-2041",
        "muller",
        "MÜLLER",
        "billingcodeid",
        "code of hardware",
        '"billing',
        "100%",
        "AG",
        "q",
        "ag fresh q-",
        "   ",
    ],
)
async def test_an_issue_is_found_by_parts_of_what_it_says(workspace: Workspace, words: str) -> None:
    issue_id = await workspace.write(put)
    found = await workspace.read(lambda conn: issues.find(conn, IssueQuery(text=words)))
    assert [issue.id for issue in found] == [issue_id]


@pytest.mark.parametrize(
    "words", ["nothing", "zz", "refresh nothing", "refresh zz", "title:Café", "ca*e", "10_%", "OR", "*"]
)
async def test_what_an_issue_does_not_say_does_not_find_it(workspace: Workspace, words: str) -> None:
    await workspace.write(put)
    assert await workspace.read(lambda conn: issues.find(conn, IssueQuery(text=words))) == []


async def test_an_issue_is_found_by_its_newest_words_only(workspace: Workspace) -> None:
    await workspace.write(put)
    await workspace.write(lambda tx: put(tx, "Renewal", "Owner is inactive"))

    async def hits(words: str) -> int:
        return await workspace.read(lambda conn: issues.total(conn, IssueQuery(text=words)))

    assert (await hits("refresh"), await hits("renewal"), await hits("owner")) == (0, 1, 1)


async def test_records_are_found_by_name_number_company_and_mail(workspace: Workspace) -> None:
    fabrikam = Named(id="c1", name="Fabrikam Holdings")
    kept: list[AnyRecord] = [
        Company(id="c1", name="Fabrikam Holdings"),
        Contact(id="p1", first_name="Ana", last_name="Trujillo", email="ana@fabrikam.example", company=fabrikam),
        Quote(id="q1", number="Q-77", title="Firewall", company=fabrikam),
    ]
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, kept, at=NOON))

    async def names(words: str, kind: RecordKind | None = None) -> list[str]:
        return [found.name for found in await workspace.read(lambda conn: records.find(conn, SITE.id, words, kind))]

    assert await names("fabrikam") == ["Ana Trujillo", "Fabrikam Holdings", "Q-77 Firewall"]
    assert await names("fabrikam", RecordKind.QUOTE) == ["Q-77 Firewall"]
    assert await names("ana@") == ["Ana Trujillo"]
    assert await names("77") == ["Q-77 Firewall"]
    renamed = [Company(id="c1", name="Litware")]
    await workspace.write(lambda tx: records.save_records(tx, SITE.id, renamed, at=NOON))
    assert await names("holdings", RecordKind.COMPANY) == []
    assert await names("litware") == ["Litware"]


async def test_a_forgotten_site_is_not_found_any_more(workspace: Workspace) -> None:
    await workspace.write(put)
    await workspace.write(lambda tx: sites.delete_site(tx, SITE.id))
    await workspace.write(lambda tx: sites.save_site(tx, SITE))
    another = await workspace.write(lambda tx: put(tx, "Renewal"))  # may get the number of the one that is gone
    found = await workspace.read(lambda conn: issues.find(conn, IssueQuery(text="billing")))
    assert [issue.id for issue in found] == [another]
    assert await workspace.read(lambda conn: issues.find(conn, IssueQuery(text="refresh"))) == []
