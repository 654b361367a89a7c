"""One sandbox process and one checked workspace a worker; each test has a copy of it and the world as at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import Servers, Shell, serving, shell


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with serving(tmp_path_factory.mktemp("cli")) as made:
        yield made


@pytest.fixture
def sh(servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return shell(servers, tmp_path, capsys)
