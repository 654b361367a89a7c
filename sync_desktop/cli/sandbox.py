"""`sync-desktop sandbox`: the practice servers, until interrupted."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from sync_desktop.domain.failures import UserError
from sync_desktop.resources import resource

LAST_BASE = 65_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--json", action="store_true", help="print where everything listens as one line of JSON")
    parser.add_argument(
        "--workspace", type=Path, metavar="FILE", help="make FILE a practice workspace with these sites"
    )
    parser.add_argument(
        "--world", default="default", metavar="NAME", help="a world of resources/sandbox, or a JSON file"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="for what a world leaves to chance")
    parser.add_argument("--limits", choices=("real", "off"), default="real", help="rate limits and delays as they are")
    parser.add_argument("--port-base", type=_port, metavar="N", help="first port; free ones are taken otherwise")


def _port(text: str) -> int:
    """Return the first port; above 65,000 there is no room for the others, and 0 means none in particular."""
    if not text.isdecimal() or not 1 <= int(text) <= LAST_BASE:
        raise argparse.ArgumentTypeError(f"{text} is no port from 1 to {LAST_BASE}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from sync_desktop.assembly import keep_sites
    from sync_desktop.cli.practice import practice_sites
    from sync_desktop.sandbox.server import serve
    from sync_desktop.sandbox.world import WorldError

    world = Path(arguments.world) if arguments.world.endswith(".json") else resource(f"sandbox/{arguments.world}.json")
    if not world.is_file():
        raise UserError(f"There is no world “{arguments.world}”: name one of resources/sandbox, or a JSON file.")

    async def body() -> None:
        ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        serving = asyncio.ensure_future(
            serve(
                world,
                limits=arguments.limits == "real",
                port_base=arguments.port_base,
                on_ready=ready.set_result,
                seed=arguments.seed,
            )
        )
        both: set[asyncio.Future[Any]] = {serving, ready}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            described = ready.result()
            if arguments.workspace:
                await keep_sites(arguments.workspace, practice_sites(described))
            _print(described, as_json=arguments.json)
        await serving

    try:
        asyncio.run(body())
    except (WorldError, OSError) as error:
        raise UserError(f"The sandbox could not start: {error}") from error
    return 0


def _print(described: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(described), flush=True)
        return
    print(f"Control: {described['control']}")
    for site in described["sites"]:
        system = site[site["psa"]]
        print(f"{site['name']}: Salesbuildr {site['salesbuildr']['base_url']}, {site['psa']} {system['base_url']}")
    print("Serving until interrupted (Ctrl+C).", flush=True)
