"""A workspace that was deleted: what is in Autotask is found again, and nothing is made a second time."""

from pathlib import Path

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_sites
from sync_desktop.domain.words import LinkOrigin, RecordKind
from sync_desktop.storage import links
from tests.resilience.rough_stage import SITE, Stage, quote_ref, staged
from tests.resilience.rough_world import FULL, KNOWN, LINES, NEW_COMPANY, RoughWorld


async def lose(stage: Stage) -> None:
    """Write everything, delete the workspace, and read Salesbuildr into a new one."""
    assert (await stage.write(FULL)).by_outcome == {"written": 1}
    await stage.bench.close()
    for file in stage.path.parent.glob(f"{stage.path.name}*"):
        file.unlink()
    await keep_sites(stage.path, practice_sites(stage.sandbox.describe()), clock=stage.clock)
    stage.bench = await open_workbench(stage.path, stage.secrets, clock=stage.clock)
    await stage.bench.runs.read_only()
    stage.sandbox.log.clear()


async def test_links_rebuild_restores_what_the_stamped_keys_tell_and_a_sync_writes_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        await lose(stage)
        done = await stage.bench.links.rebuild(SITE)
        assert (done.quotes, done.lines, done.ambiguous) == (2, len(LINES) + 1, 0)
        result = await stage.everything()
        assert result.by_outcome == {"in step": 2}
        assert stage.writes() == []
        assert stage.lines(FULL) == LINES
        assert stage.doubled() == []
        assert await stage.issues() == ()
        found = await stage.bench._stage.workspace.read(lambda conn: links.links_of(conn, SITE, quote_ref(FULL)))
        assert {link.origin for link in found} == {LinkOrigin.MATCHED}


async def test_without_a_rebuild_nothing_is_doubled_and_what_looks_alike_asks(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        await lose(stage)
        for _ in range(2):
            result = await stage.everything()
            assert result.by_outcome == {"in step": 1, "blocked": 1}
            assert stage.writes() == []
        assert stage.doubled() == []
        issue = await stage.only_issue()
        assert issue.row.record == f"{FULL} Offer {FULL}"
        assert "Company has no external identifier" in {cause.message for cause in issue.causes}
        (choice, *_) = (await stage.bench.links.choice(SITE, RecordKind.COMPANY, NEW_COMPANY)).candidates
        assert choice.name == "Tessellate Ceramics Studio"


async def test_a_rebuild_and_a_sync_after_it_can_be_repeated(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        await lose(stage)
        await stage.bench.links.rebuild(SITE)
        again = await stage.bench.links.rebuild(SITE)
        assert (again.quotes, again.lines, again.products, again.others) == (0, 0, 0, 0)
        assert (await stage.write(KNOWN, FULL)).by_outcome == {"in step": 2}
        assert stage.writes() == []
