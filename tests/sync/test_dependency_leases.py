"""Rules 7 and 8 of safety for what a quote needs: it is changed under its lease, as it is then."""

from pathlib import Path

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.storage import leases
from tests.sync.sync_stage import Stage, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

LAPTOP = RecordRef(kind=RecordKind.PRODUCT, id="newlaptop")


def world() -> SmallWorld:
    """Return a quote that needs a product which Autotask does not have yet."""
    made = SmallWorld()
    made.quote("Q-1", [item("newlaptop", "a")])
    return made


async def lease(stage: Stage, ref: RecordRef, *, seconds: float) -> None:
    """Somebody on another machine synchronises a record for so long."""
    at = stage.clock.now()
    taken = await stage.workspace.write(
        lambda tx: leases.acquire(tx, stage.site_id, ref, owner="elsewhere/1/1", at=at, ttl_seconds=seconds)
    )
    assert taken


async def test_rule_08_what_a_quote_needs_is_changed_by_one_program_at_a_time(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        stage.change_quoting("product", "newlaptop", name="Corvane L420 G2")
        await stage.bench.runs.read_only()
        stage.sandbox.log.clear()
        await lease(stage, LAPTOP, seconds=5)
        waited: list[float] = []

        def look() -> None:
            assert stage.written() == []
            waited.append(stage.clock.slept[-1])

        stage.clock.on_sleep = look
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert sum(waited) >= 5
        assert stage.written() == ["PATCH /ATServicesRest/V1.0/Products"]


async def test_rule_07_what_a_quote_needs_keeps_what_was_changed_while_its_lease_was_waited_for(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        link = await stage.link(LAPTOP)
        assert link is not None
        product = int(link.external_id)
        stage.change_quoting("product", "newlaptop", name="Corvane L420 G2")
        await stage.bench.runs.read_only()
        stage.sandbox.log.clear()
        await lease(stage, LAPTOP, seconds=5)
        stage.clock.on_sleep = lambda: stage.change_psa("Products", product, name="Theirs")
        await stage.write("Q-1")
        assert stage.written() == []
        assert stage.psa("Products")[product]["name"] == "Theirs"
