"""A record that is named and is not there."""

from pathlib import Path

import pytest

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from tests.resilience.rough_stage import SITE, staged
from tests.resilience.rough_world import RoughWorld


@pytest.mark.parametrize("kind", list(RecordKind))
async def test_a_record_that_salesbuildr_does_not_have_fails_as_what_it_is(tmp_path: Path, kind: RecordKind) -> None:
    async with staged(tmp_path, RoughWorld()) as stage:
        await stage.bench.runs.batch(SITE, [RecordRef(kind=kind, id="gone")], AttemptKind.WRITE, "Writing")
        issue = await stage.only_issue()
        assert (issue.row.kind, issue.causes[0].message) == (kind, f"{kind.label} was not found in Salesbuildr")
        assert stage.writes() == []
