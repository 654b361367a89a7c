"""Quotes of the practice worlds by their case."""

from collections.abc import Iterable

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from tests.sync.sync_stage import Stage


def first_of(stage: Stage, cases: Iterable[str]) -> dict[str, str]:
    """Return the number of the first quote of each case."""
    known = stage.sandbox.site().cases
    return {case: known[case][0] for case in cases}


async def refs_of(stage: Stage, numbers: Iterable[str]) -> list[RecordRef]:
    """Return which records quotes of these numbers are."""
    known = await stage.quotes()
    return [RecordRef(kind=RecordKind.QUOTE, id=known[number].id) for number in numbers]
