"""Values of lists have no rows of their own: a batch that asks about many of them reads each list once."""

from pathlib import Path

import pytest

from sync_desktop.domain.words import Psa
from sync_desktop.investigate.asking import Asking
from tests.investigate.looking import world_of


@pytest.mark.parametrize(
    ("psa", "kind", "ids", "path"),
    [
        (Psa.HALOPSA, "owner", ("1", "2", "999"), "/Agent"),
        (Psa.AUTOTASK, "opportunity-stage", ("1", "2", "999"), "/Opportunities/entityInformation/fields"),
    ],
)
async def test_a_list_is_read_once_for_all_that_are_asked_for(
    tmp_path: Path, psa: Psa, kind: str, ids: tuple[str, ...], path: str
) -> None:
    async with world_of(tmp_path, psa) as stage:
        asking = Asking((await stage.run()).connector)
        stage.sandbox.log.clear()
        parts = [part for each in ids for part in asking.connector.inquiries.parts(kind, each)]
        where = [(await asking.target(part)).where for part in parts]
        read = [each for each in stage.requests() if each.partition("?")[0].endswith(path)]
    assert len(where) == len(asking.said) == len(ids)
    assert where[-1].is_lost
    assert len(read) == 1
