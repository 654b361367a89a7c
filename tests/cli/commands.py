"""The command line against practice servers that run in a process of their own, as a person starts them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync_desktop.cli.main import main
from sync_desktop.transport.tls import os_trust
from tests.sandbox.world_files import world_of


@dataclass(frozen=True, slots=True)
class Servers:
    """The running practice servers and a workspace that was read and checked by commands."""

    control: str
    checked: Path
    described: dict[str, Any]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Call the control server."""
        with httpx.Client(base_url=self.control, trust_env=False, verify=os_trust()) as client:
            answer = client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    def held(self, collection: str, system: str = "autotask", site: str = "") -> list[dict[str, Any]]:
        """Return what a system of a site, or of the first that has it, holds."""
        rows: list[dict[str, Any]] = self.ask("GET", f"/world/{system}/{collection}?site={site}")
        return rows

    def site(self, psa: str) -> str:
        """Return the name of the site of a PSA."""
        return str(next(each["name"] for each in self.described["sites"] if each["psa"] == psa))

    def written(self, system: str = "autotask") -> list[str]:
        """Return the requests to a PSA that were no reads."""
        served = self.ask("GET", f"/requests?system={system}")
        return [each["path"] for each in served if each["method"] != "GET" and not each["path"].endswith("/query")]


@contextmanager
def serving(folder: Path) -> Iterator[Servers]:
    """Run `sandbox --workspace` with one site, read and check everything once by command."""
    world = folder / "one-site.json"
    world.write_text(json.dumps(world_of("autotask")), encoding="utf-8")
    with reading(folder, str(world)) as made:
        assert main(["check", "--workspace", str(made.checked)]) == 1
        yield made


@contextmanager
def reading(folder: Path, world: str) -> Iterator[Servers]:
    """Run `sandbox --workspace` with a world, and read it once by command."""
    workspace = folder / "checked.db"
    command = [sys.executable, "-m", "sync_desktop", "sandbox", "--json", "--limits", "off", "--world", world]
    with subprocess.Popen([*command, "--workspace", str(workspace)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            described = json.loads(process.stdout.readline())
            assert main(["refresh", "--workspace", str(workspace)]) == 0
            yield Servers(described["control"], workspace, described)
        finally:
            process.terminate()
    assert process.returncode == 0


@dataclass(slots=True)
class Shell:
    """Runs commands over a workspace of the test's own."""

    servers: Servers
    workspace: Path
    capsys: pytest.CaptureFixture[str]
    err: str = ""

    def run(self, *words: str, expect: int = 0) -> str:
        """Run a command and return what it printed; what it said of errors is kept in `err`."""
        self.capsys.readouterr()
        status = main([*words, "--workspace", str(self.workspace)])
        printed = self.capsys.readouterr()
        self.err = printed.err
        assert status == expect, f"{words}: {status}\n{printed.out}\n{printed.err}"
        return printed.out

    def issues(self, state: str = "open", words: str = "") -> list[dict[str, Any]]:
        """Return the issues, or those with these words in them, as `issues --json` prints them."""
        self.capsys.readouterr()
        main(["issues", "--json", "--state", state, "--search", words, "--workspace", str(self.workspace)])
        listed: list[dict[str, Any]] = json.loads(self.capsys.readouterr().out)["issues"]
        return listed

    def issue(self, title: str) -> dict[str, Any]:
        """Return the first open issue whose cause has this in its title."""
        found = self.issues(words=title.replace("*", ""))
        return next(each for each in found if any(title in cause["title"] for cause in each["causes"]))


def shell(servers: Servers, folder: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return a shell over a copy of the checked workspace, with the world as it was at first."""
    servers.ask("POST", "/reset", {})
    servers.ask("DELETE", "/requests")
    workspace = folder / "workspace.db"
    shutil.copyfile(servers.checked, workspace)
    return Shell(servers, workspace, capsys)
