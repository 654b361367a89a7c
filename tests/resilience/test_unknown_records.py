"""A record that is named and is not there."""

from pathlib import Path

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from tests.resilience.rough_stage import SITE, staged
from tests.resilience.rough_world import RoughWorld


async def test_a_record_that_salesbuildr_does_not_have_fails_as_what_it_is(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld()) as stage:
        for kind in RecordKind:
            await stage.bench.runs.batch(SITE, [RecordRef(kind=kind, id="gone")], AttemptKind.WRITE, "Writing")
        said: dict[RecordKind, str] = {}
        for row in await stage.issues():
            detail = await stage.bench.issues.detail(row.id)
            assert detail is not None
            said[row.kind] = detail.causes[0].message
        assert said == {kind: f"{kind.label} was not found in Salesbuildr" for kind in RecordKind}
        assert stage.writes() == []
