"""Quotes of the practice worlds by their case, and the mappings that Salesbuildr keeps to itself."""

from collections.abc import Callable, Iterable
from typing import Any

from sync_desktop.domain.mappings import Mapping
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import MappingOrigin, RecordKind
from sync_desktop.storage import mappings
from sync_desktop.storage.transaction import Transaction
from tests.sync.sync_stage import NOW, Stage


def first_of(stage: Stage, cases: Iterable[str]) -> dict[str, str]:
    """Return the number of the first quote of each case."""
    known = stage.sandbox.site().cases
    return {case: known[case][0] for case in cases}


async def refs_of(stage: Stage, numbers: Iterable[str]) -> list[RecordRef]:
    """Return which records quotes of these numbers are."""
    known = await stage.quotes()
    return [RecordRef(kind=RecordKind.QUOTE, id=known[number].id) for number in numbers]


async def led_by_salesbuildr(stage: Stage, kind: str, target: Callable[[dict[str, Any]], str]) -> None:
    """Set the mappings of categories that Salesbuildr keeps to itself; `target` says where one of them leads."""
    told = [
        {"kind": kind, "source_id": row["categoryId"], "source_name": "", "target_id": target(row)}
        for row in stage.sandbox.site().quoting_store.rows("category-mapping").values()
    ]
    made = [Mapping.model_validate({**each, "origin": MappingOrigin.HAND}) for each in told]

    def store(tx: Transaction) -> None:
        for mapping in made:
            mappings.save_mapping(tx, stage.site_id, mapping, at=NOW)

    await stage.workspace.write(store)
