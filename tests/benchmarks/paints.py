"""Times first paints: each in a process of its own, off-screen, the bare window and ours in turn."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.clock import SystemClock
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import FailureKind, IssueOrigin, Psa, RecordKind
from sync_desktop.resources import resource
from sync_desktop.storage import issues, sites
from sync_desktop.storage.workspace import Transaction, Workspace

ISSUES, CAUSES = 400, 12
FIRST_PAINT_AIM, FIRST_PAGE_AIM = 1.5, 3.0
SITE = Site(
    id="practice-autotask",
    name="Fabrikam IT",
    psa=Psa.AUTOTASK,
    practice=True,
    quoting_url="http://127.0.0.1:9/public-api",
    connection={"username": "nobody", "zone_url": "http://127.0.0.1:9/atservicesrest/v1.0/zoneInformation"},
)
"""Nothing listens at its addresses: what is measured is what the file holds."""


def measure_paints(runs: int) -> dict[str, Any]:
    """Return medians in milliseconds and their ratios to the bare window of the same runs."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "issues.db"
        asyncio.run(fill(workspace))
        times: dict[str, list[float]] = {"bare": [], "first_paint": [], "first_page": [], "ready": []}
        for run in range(runs + 1):
            bare, ours = _start("bare", workspace, folder), _start("window", workspace, folder)
            if run:  # the first start of each reads the libraries from disk and compiles them
                times["bare"].append(bare["paint"])
                times["first_paint"].append(ours["paint"])
                times["first_page"].append(ours["page"])
                times["ready"].append(ours["ready"])
    medians = {name: statistics.median(each) for name, each in times.items()}
    told: dict[str, Any] = {"runs": runs, "issues": ISSUES}
    for name, each in times.items():
        told[name] = {"median_ms": medians[name], "ratio": medians[name] / medians["bare"], "all_ms": each}
    told["first_paint"]["aim"], told["first_page"]["aim"] = FIRST_PAINT_AIM, FIRST_PAGE_AIM
    return told


def _start(what: str, workspace: Path, folder: str) -> dict[str, float]:
    """Start a window and return how many milliseconds after the start of its process each thing was painted.

    Modules are compiled once, as an installer does it, whatever the environment says about that.
    """
    own = {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": folder, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.window_probe", what, str(workspace)],
        env={**others, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = dict(line.split("=") for line in done.stdout.splitlines() if line.startswith(("paint=", "page=", "ready=")))
    return {name: (int(at) - began) / 1_000_000 for name, at in told.items()}


async def fill(path: Path) -> None:
    """Make a workspace with some hundred open issues of a dozen causes."""
    workspace = await Workspace.open(path, clock=SystemClock())
    packs = RulePacks.load(resource("diagnosis"))
    try:
        await workspace.write(lambda tx: sites.save_site(tx, SITE))
        for start in range(0, ISSUES, 100):
            await workspace.write(partial(_some, packs=packs, numbers=range(start, start + 100)))
    finally:
        await workspace.close()


def _some(tx: Transaction, *, packs: RulePacks, numbers: range) -> None:
    for number in numbers:
        category = f"Category {number % CAUSES}"
        facts = {
            "category": category,
            "category_id": str(number % CAUSES),
            "mapping_kind": "product-billing-code",
            "source_id": str(number % CAUSES),
            "target_state": "inactive",
        }
        context = {"site": SITE.name, "psa_label": SITE.psa.label}
        message = "BillingCode does not exist or is invalid"
        failure = Failure(kind=FailureKind.MAPPING_INVALID, message=message, facts=facts)
        issues.record_failure(
            tx,
            SITE.id,
            RecordRef(kind=RecordKind.QUOTE, id=f"q{number}"),
            title=f"Q-{3000 + number} Office refresh",
            company=f"Company {number % 40}",
            quote_status="approved",
            value=Decimal(100 + number),
            number=f"Q-{3000 + number}",
            failures=[failure],
            diagnoses=[diagnose(packs, SITE.psa, failure, context)],
            origin=IssueOrigin.CHECK,
            at=datetime.now(UTC) - timedelta(minutes=number),
        )
