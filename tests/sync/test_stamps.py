"""A quote that has no number is stamped all the same, and is found again by its stamp, also when it got a number."""

from pathlib import Path

import pytest

from sync_desktop.storage import schema
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.small_world import SmallWorld


def numberless() -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1")["number"] = None
    return made


async def lose_links(stage: Stage) -> None:
    """The workspace is lost, and with it every link."""
    await stage.workspace.write(lambda tx: tx.conn.execute(schema.links.delete()))


async def test_a_quote_without_a_number_is_stamped_with_a_key_made_of_its_id(tmp_path: Path) -> None:
    async with staged(tmp_path, numberless()) as stage:
        assert (await stage.attempt(quote_ref("Q-1"))).by_outcome == {"written": 1}
        (row,) = stage.psa("Quotes").values()
        assert row["externalQuoteNumber"] == "id:q-1"


@pytest.mark.parametrize("number", [None, "Q-7"])
async def test_it_is_found_by_its_stamp_when_its_link_is_lost(tmp_path: Path, number: str | None) -> None:
    async with staged(tmp_path, numberless()) as stage:
        await stage.attempt(quote_ref("Q-1"))
        await lose_links(stage)
        stage.change_quoting("quote", "q-1", number=number)
        stage.sandbox.log.clear()
        assert (await stage.attempt(quote_ref("Q-1"))).by_outcome == {"in step": 1}
        assert stage.written() == []
        assert len(stage.psa("Quotes")) == 1


@pytest.mark.parametrize("number", [None, "Q-7"])
async def test_its_link_is_rebuilt_from_its_stamp(tmp_path: Path, number: str | None) -> None:
    async with staged(tmp_path, numberless()) as stage:
        await stage.attempt(quote_ref("Q-1"))
        await lose_links(stage)
        stage.change_quoting("quote", "q-1", number=number)
        await stage.bench.runs.read_only()
        done = await stage.bench.links.rebuild(stage.site_id)
        assert (done.quotes, done.lines, done.ambiguous) == (1, 1, 0)
        link = await stage.link(quote_ref("Q-1"))
        assert link is not None
        assert link.external_id == str(next(iter(stage.psa("Quotes"))))


async def test_two_rows_with_stamps_of_one_quote_are_left_to_a_person(tmp_path: Path) -> None:
    async with staged(tmp_path, numberless()) as stage:
        await stage.attempt(quote_ref("Q-1"))
        (row,) = stage.psa("Quotes").values()
        stage.sandbox.site().psa_store.insert("Quotes", {**row, "id": 77777, "externalQuoteNumber": "Q-7"})
        await lose_links(stage)
        stage.change_quoting("quote", "q-1", number="Q-7")
        await stage.bench.runs.read_only()
        done = await stage.bench.links.rebuild(stage.site_id)
        assert (done.quotes, done.ambiguous) == (0, 1)
        assert (await stage.attempt(quote_ref("Q-1"))).by_outcome == {"blocked": 1}
