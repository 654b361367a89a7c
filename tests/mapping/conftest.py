"""A workspace in memory, with one site in it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine

from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa
from sync_desktop.storage import schema, search, sites
from sync_desktop.storage.transaction import Transaction

SITE = Site(id="contoso", name="Contoso MSP", psa=Psa.AUTOTASK, quoting_url="https://contoso.example/public-api")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        search.create(connection)
        made = Transaction(connection)
        sites.save_site(made, SITE)
        yield made
    engine.dispose()
