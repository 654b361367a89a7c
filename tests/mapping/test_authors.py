"""Whose a row is that Salesbuildr names: what the PSA tells of it, beside the rows whose origin is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sync_desktop.mapping.authors import Authors, day
from sync_desktop.psa.autotask import rows as autotask
from sync_desktop.psa.connector import Entered, Seen
from sync_desktop.psa.connectwise import rows as connectwise
from sync_desktop.psa.halopsa import rows as halopsa

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=31)
INFERRED = "inferred from its naming it."


def seen(by: str, at: datetime | None = LATER) -> Seen:
    return Seen(entity="x", id="1", name="n", fields={}, entered=Entered(by, at))


def judged(row: Seen, theirs: str = "", ours: str = "") -> tuple[bool, str]:
    """Judge a row where these wrote what Salesbuildr had linked before, a word each, and these what is ours."""
    authors = Authors.of("ConnectWise", map(seen, theirs.split()), map(seen, ours.split()))
    verdict = authors.judge(row, NOON)
    return verdict.proves, verdict.sentence


@pytest.mark.parametrize(
    ("by", "theirs", "ours", "proves", "ends"),
    [
        ("Api", "Api Api Ann", "", True, ", as 2 of the 3 products that Salesbuildr had linked before."),
        ("Ann", "Api Api Ann", "", False, ", and only 1 of the 3 products that Salesbuildr had linked before: {}."),
        ("Ann", "Api Ann", "", False, ", and only 1 of the 2 products that Salesbuildr had linked before: {}."),
        ("Bob", "Api Api Ann", "", False, ", and none of the 3 products that Salesbuildr had linked before: {}."),
        ("Us", "Api", "Us", False, ", as whom this program writes."),
        ("Us", "", "Us", False, ", as whom this program writes."),
        ("Us", "Us Us", "Us", True, ", and this program writes as the same, but has not written this."),
        ("Api", "", "Us", True, f". Whether Salesbuildr writes as Api is not known; that it did is {INFERRED}"),
    ],
)
def test_who_entered_it_is_compared(by: str, theirs: str, ours: str, *, proves: bool, ends: str) -> None:
    said = f"ConnectWise says that {by} entered it on {day(LATER)}"
    found = judged(seen(by), theirs, ours)
    assert (found[0], found[1].startswith(said)) == (proves, True)
    assert found[1].endswith(ends.format("a person may have made it"))


def test_what_is_older_than_the_repair_proves_nothing_whoever_entered_it() -> None:
    old = f"ConnectWise says that it was entered on {day(NOON - timedelta(minutes=6))}, before the repair."
    assert judged(seen("Api", NOON - timedelta(minutes=6)), "Api") == (False, old)
    assert judged(seen("", NOON - timedelta(minutes=6))) == (False, old)
    assert judged(seen("Api", NOON - timedelta(minutes=4)), "Api")[0], "clocks differ by some minutes"


def test_where_nobody_says_who_did_it_is_called_inferred() -> None:
    when = f"ConnectWise says that it was entered on {day(LATER)}, not by whom"
    assert judged(seen(""), "Api") == (True, f"{when}: that Salesbuildr did is {INFERRED}")
    assert judged(seen("", None)) == (True, f"ConnectWise does not say who did: that Salesbuildr did is {INFERRED}")


AT = "2026-03-02T12:31:00Z"


@pytest.mark.parametrize(
    ("make", "entity", "row", "entered"),
    [
        (connectwise.seen, "procurement/catalog", {"_info": {"enteredBy": "Api", "dateEntered": AT}}, ("Api", LATER)),
        (connectwise.seen, "procurement/catalog", {}, ("", None)),
        (halopsa.seen, "Item", {"datecreated": "2026-03-02T12:31:00"}, ("", LATER)),
        (halopsa.seen, "Item", {"datecreated": "1900-01-01T00:00:00"}, ("", None)),
        (autotask.seen, "Products", {"createdByResourceID": 29, "createdTime": AT}, ("29", LATER)),
        (autotask.seen, "Services", {"creatorResourceID": 29, "createDate": AT}, ("29", LATER)),
        (
            autotask.seen,
            "Products",
            {"createdByResourceID": 4, "impersonatorCreatorResourceID": 29},
            ("29", None),
        ),
    ],
)
def test_each_psa_tells_what_it_tells(
    make: Callable[[str, dict[str, object]], Seen], entity: str, row: dict[str, object], entered: tuple[str, datetime]
) -> None:
    assert make(entity, {"id": 1, "name": "n", **row}).entered == Entered(*entered)
