"""What the times on Salesbuildr's pages mean, and which of them are too uncertain to be taken for one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sync_desktop.quoting.pasted.moments import day_comes_first, moment_of

HERE = datetime(2026, 3, 10, 14, 30).astimezone()
"""Where this computer is: pages show the time of whoever looks at them."""
NOW = HERE.astimezone(UTC)


def here(*parts: int) -> datetime:
    return datetime(*parts).astimezone().astimezone(UTC)  # type: ignore[arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("just now", timedelta()),
        ("2 hours ago", timedelta(hours=2)),
        ("About 22 hours ago", timedelta(hours=22)),
        ("an hour ago", timedelta(hours=1)),
        ("over 3 days ago", timedelta(days=3)),
        ("a month ago", timedelta(days=30)),
        ("45 secs ago", timedelta(seconds=45)),
    ],
)
def test_a_time_that_is_told_from_now(text: str, before: timedelta) -> None:
    assert moment_of(text, NOW) == NOW - before


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-09T11:02:03Z", datetime(2026, 3, 9, 11, 2, 3, tzinfo=UTC)),
        ("2026-03-09 11:02:03 +02:00", datetime(2026, 3, 9, 11, 2, 3, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-03-09 11:02", here(2026, 3, 9, 11, 2)),
        ("2026-03-09", here(2026, 3, 9)),
        ("9 Mar 2026, 11:02", here(2026, 3, 9, 11, 2)),
        ("March 9, 2026 at 11:02 PM", here(2026, 3, 9, 23, 2)),
        ("Mon, 9 Mar 12:05 am", here(2026, 3, 9, 0, 5)),
        ("28 Dec, 09:00", here(2025, 12, 28, 9)),
        ("09.03.2026, 11:02", here(2026, 3, 9, 11, 2)),
        ("09/09/25 11:02", here(2025, 9, 9, 11, 2)),
        ("today, 11:02", here(2026, 3, 10, 11, 2)),
        ("Yesterday at 5:10 pm", here(2026, 3, 9, 17, 10)),
        ("yesterday", here(2026, 3, 9)),
        ("11:02", here(2026, 3, 10, 11, 2)),
        ("at 23:59", here(2026, 3, 9, 23, 59)),
    ],
)
def test_a_time_without_a_zone_is_one_of_this_computer(text: str, moment: datetime) -> None:
    found = moment_of(text, NOW, day_first=day_comes_first([text]))
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "soon", "03/04/2026", "31/02/2026", "2026-13-01", "2026-03-11 11:02", "25:61", "in 2 hours", "9 Foo 2026"],
)
def test_what_is_not_certain_is_no_moment(text: str) -> None:
    assert moment_of(text, NOW) is None


@pytest.mark.parametrize(
    ("others", "moment"),
    [(["13/02/2026"], here(2026, 3, 2)), (["02/13/2026"], here(2026, 2, 3)), (["04/05/2025"], None)],
)
def test_another_line_of_the_list_tells_whether_the_day_comes_first(others: list[str], moment: datetime | None) -> None:
    times = ["02/03/2026", *others]
    assert moment_of(times[0], NOW, day_first=day_comes_first(times)) == moment
