"""What has become of won opportunities: what stands behind them, and what is not known where it cannot be asked."""

from typing import Any

import pytest

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.following import followed_up
from sync_desktop.sandbox.autotask.settings import ApiUser
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.psa import halopsa_desk, tenant_client

AUTOTASK = ("SalesOrders", "Tickets", "Contracts", "Projects")
HALOPSA = {"SalesOrder": "ticket_id", "Invoice": "ticket_id", "Tickets": "parent_id", "Projects": "parent_id"}
THIN = ApiUser("thin@fabrikam.example", "secret", denied=frozenset(AUTOTASK))
CLERK = ApiApplication("clerk", "c", 2, denied=frozenset(HALOPSA))
Rows = dict[str, list[dict[str, Any]]]


def at_autotask(*ids: int, **members: Any) -> Rows:
    """Return opportunities that are closed, which is won there."""
    return {"Opportunities": [{"id": n, "title": "T", "companyID": 10, "status": 3, **members} for n in ids]}


def at_halopsa(*ids: int, **members: Any) -> Rows:
    """Return opportunities that are won."""
    won = {"tickettype_id": 40, "status_id": 23, "client_id": 10, "hasbeenclosed": True}
    return {"Opportunities": [{"id": n, "summary": "T", **won, **members} for n in ids]}


async def states(at: tenant_client.Desk | halopsa_desk.Desk, *ids: int) -> dict[int, str]:
    found = await at.connector.read("Opportunities", [str(n) for n in ids])
    return {int(row_id): seen.state for row_id, seen in found.items()}


@pytest.mark.parametrize(
    "kind",
    [
        FailureKind.PERMISSION,
        FailureKind.NOT_FOUND,
        FailureKind.NETWORK,
        FailureKind.SERVER,
        FailureKind.REFUSED,
        FailureKind.UNREADABLE,
    ],
)
async def test_only_what_cannot_be_seen_is_passed_over(kind: FailureKind) -> None:
    asked: list[tuple[str, set[str]]] = []

    async def ask(place: str, left: set[str]) -> set[str]:
        asked.append((place, left))
        if place == "orders":
            raise SyncError(Failure(kind=kind, message="no"))
        return {"1", "9"}

    doing = followed_up(["1", "2"], ("orders", "tickets", "projects"), ask)
    if kind in (FailureKind.PERMISSION, FailureKind.NOT_FOUND):
        assert await doing == {"1"}
        assert asked == [("orders", {"1", "2"}), ("tickets", {"1", "2"}), ("projects", {"2"})]
    else:
        with pytest.raises(SyncError, match="no"):
            await doing


@pytest.mark.parametrize("entity", AUTOTASK)
async def test_what_was_made_of_a_won_opportunity_of_autotask_names_it(entity: str) -> None:
    rows = {**at_autotask(1, 2), entity: [{"id": 7, "opportunityID": 1}, {"id": 8, "companyID": 10}]}
    async with tenant_client.desk(rows=rows) as at:
        assert await states(at, 1, 2) == {1: "ordered", 2: "won"}


async def test_an_opportunity_of_autotask_that_names_its_sales_order_is_asked_about_no_further() -> None:
    async with tenant_client.desk(rows=at_autotask(1, salesOrderID=9)) as at:
        assert await states(at, 1) == {1: "ordered"}
        assert [each.url.rpartition("/V1.0/")[2] for each in at.sent] == [
            "Opportunities/query",
            "Opportunities/entityInformation/fields",
        ]


@pytest.mark.parametrize("answer", ["empty", "500", "403"])
async def test_who_may_not_see_what_follows_at_autotask_leaves_a_won_opportunity_to_a_person(answer: str) -> None:
    rows: Rows = {**at_autotask(1), **{entity: [{"id": 7, "opportunityID": 1}] for entity in AUTOTASK}}
    async with tenant_client.desk(THIN, rows=rows, secret="secret", username=THIN.username) as at:
        at.practice.switch("denied_read", answer)
        assert await states(at, 1) == {1: "won"}


async def test_projects_of_autotask_that_name_no_opportunity_take_nothing_from_the_others() -> None:
    rows = {**at_autotask(1, 2), "Contracts": [{"id": 7, "opportunityID": 2}]}
    async with tenant_client.desk(rows=rows) as at:
        at.practice.switch("project_opportunity", "off")
        assert await states(at, 1, 2) == {1: "won", 2: "ordered"}


@pytest.mark.parametrize("path", HALOPSA)
@pytest.mark.parametrize("filters", ["heeded", "ignored"])
async def test_what_was_made_of_a_won_opportunity_of_halopsa_names_it(path: str, filters: str) -> None:
    name = HALOPSA[path]
    rows = {**at_halopsa(501, 502), path: [{"id": 7, name: 501}, {"id": 8, name: 599}, {"id": 9}]}
    async with halopsa_desk.desk(rows=rows) as at:
        at.practice.switch("behind_filters", filters)
        assert await states(at, 501, 502) == {501: "ordered", 502: "won"}


async def test_an_opportunity_of_halopsa_below_another_is_no_business_that_goes_on() -> None:
    rows = {**at_halopsa(501), "Tickets": [{"id": 7, "parent_id": 501, "is_opportunity": True}]}
    async with halopsa_desk.desk(rows=rows) as at:
        assert await states(at, 501) == {501: "won"}


@pytest.mark.parametrize("answer", ["403", "empty"])
async def test_who_may_not_see_what_follows_at_halopsa_leaves_a_won_opportunity_to_a_person(answer: str) -> None:
    rows: Rows = {**at_halopsa(501), **{path: [{"id": 7, name: 501}] for path, name in HALOPSA.items()}}
    async with halopsa_desk.desk(CLERK, rows=rows, client_id="clerk", secret="c") as at:
        at.practice.switch("denied_read", answer)
        assert await states(at, 501) == {501: "won"}


async def test_opportunities_that_are_open_cost_no_further_calls() -> None:
    async with tenant_client.desk() as at:
        assert await states(at, 30) == {30: "open"}
        assert len(at.sent) == 2, "the opportunity and the names of its statuses"
    async with halopsa_desk.desk() as halo:
        assert await states(halo, 500) == {500: "open"}
        assert halo.calls == ["GET Opportunities/500"]
