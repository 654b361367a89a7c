"""Mappings of categories that Salesbuildr keeps to itself, set in a workspace as a person would set them."""

from datetime import datetime

from sync_desktop.domain.mappings import Mapping
from sync_desktop.domain.words import MappingOrigin
from sync_desktop.sandbox.server import SiteServers
from sync_desktop.storage import mappings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from tests.worlds.sides import BY_SYSTEM


async def lead_categories(workspace: Workspace, site_id: str, servers: SiteServers, at: datetime) -> None:
    """Set each of them by hand; a world whose Salesbuildr shows all of its mappings has none."""
    side, leads = BY_SYSTEM[servers.psa], servers.quoting_store.rows("category-mapping").values()
    told = [{"source_id": row["categoryId"], "target_id": side.target(row)} for row in leads]
    same = {"kind": side.led_as, "source_name": "", "origin": MappingOrigin.HAND}
    made = [Mapping.model_validate({**each, **same}) for each in told]

    def store(tx: Transaction) -> None:
        for mapping in made:
            mappings.save_mapping(tx, site_id, mapping, at=at)

    await workspace.write(store)
