"""The worlds that come with the package, and short ways to look into their sites."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from sync_desktop.sandbox.world import SiteWorld, load_world
from tests.sandbox.practice import NOW

FOLDER = Path(__file__).parents[2] / "resources" / "sandbox"
FILES = {"autotask": "default", "connectwise": "default", "halopsa": "default"}
"""In which world each PSA's site is."""
Row = dict[str, Any]


def path_of(psa: str) -> Path:
    """Return the file that has the site of a PSA."""
    return FOLDER / f"{FILES[psa]}.json"


@cache
def world_of(psa: str) -> dict[str, Any]:
    """Return the world that has the site of a PSA and no other, as a file would hold it."""
    world = json.loads(path_of(psa).read_text(encoding="utf-8"))
    return {**world, "sites": [site for site in world["sites"] if site["psa"] == psa]}


def site_of(psa: str) -> SiteWorld:
    """Return the site of a PSA."""
    (site,) = load_world(world_of(psa), NOW).sites
    return site


def by_id(site: SiteWorld, system: str, collection: str) -> dict[str, Row]:
    """Return the rows of a collection by their id as text."""
    return {str(row["id"]): row for row in site.data[system][collection]}


def quotes(site: SiteWorld, case: str) -> list[Row]:
    """Return the quotes of a case."""
    return [row for row in site.data["salesbuildr"]["quote"] if row["number"] in site.cases[case]]


def of_case(site: SiteWorld, case: str, kind: str) -> list[Row]:
    """Return the company, contact or opportunity of each quote of a case."""
    rows = by_id(site, "salesbuildr", kind)
    return [rows[quote[f"{kind}Id"]] for quote in quotes(site, case)]
