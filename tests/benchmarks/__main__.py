"""Measure what the README's section Benchmarks tells: `python -m tests.benchmarks [--json FILE] [--runs N]`."""

import argparse
import asyncio
import json
import platform
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.mapping_audits import measure_audits
from tests.benchmarks.paints import measure_paints
from tests.benchmarks.request_counts import count_requests
from tests.mapping.suggestion_quality import Comparison, compare


def main() -> int:
    """Measure, print a table and write the numbers as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), metavar="FILE", help="where to write")
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="starts of each window (default 7)")
    parser.add_argument("--only", choices=("requests", "audits", "suggestions", "paints"), help="measure one part")
    arguments = parser.parse_args()
    told: dict[str, Any] = {
        "schema": 1,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    if arguments.only in (None, "requests"):
        told["requests"] = asyncio.run(count_requests())
        print_requests(told["requests"])
    if arguments.only in (None, "audits"):
        told["audits"] = asyncio.run(measure_audits())
        print_audits(told["audits"])
    if arguments.only in (None, "suggestions"):
        compared = compare()
        told["suggestions"] = {label: outcome.told() for label, outcome in compared.rows().items()}
        print_suggestions(compared)
    if arguments.only in (None, "paints"):
        told["paints"] = measure_paints(arguments.runs)
        print_paints(told["paints"])
    arguments.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    say(f"\nWritten to {arguments.json}")
    return 0


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def print_requests(told: dict[str, Any]) -> None:
    """Print the counts of requests."""
    say(f"Requests to Autotask for one quote of {told['items']} known items ({told['quote']})\n")
    say(f"{'':<46}{'Sync Desktop':>13}{'one by one':>12}")
    for key, label in (
        ("first", "first synchronisation"),
        ("retry", "unchanged retry, same session"),
        ("fresh_retry", "unchanged retry after a new start"),
    ):
        say(f"  {label:<44}{told[key]['ours']['total']:>13}{told[key]['one_by_one']['total']:>12}")
        for part in ("reads", "writes"):
            say(f"    {part:<42}{told[key]['ours'][part]:>13}{told[key]['one_by_one'][part]:>12}")
    say("")


def print_audits(told: dict[str, Any]) -> None:
    """Print what audits cost, beside one GET a mapping."""
    say(f"Auditing {told['mappings']:,} mappings of categories over three PSAs\n")
    say(f"{'':<30}{'audit: calls':>14}{'ms':>8}{'one GET each: calls':>22}{'ms':>8}")
    pairs = [(told["sites"][psa], told["one_get_each"][psa]) for psa in told["sites"]]
    for psa, (ours, theirs) in zip(told["sites"], pairs, strict=True):
        say(f"  {psa:<28}{ours['calls']:>14}{ours['milliseconds']:>8}{theirs['calls']:>22}{theirs['milliseconds']:>8}")
    sums = [sum(row[name] for row in rows) for rows in zip(*pairs, strict=True) for name in ("calls", "milliseconds")]
    say(f"  {'together':<28}{sums[0]:>14}{sums[1]:>8}{sums[2]:>22}{sums[3]:>8}")
    large = told["large"]
    size = f"{large['products']:,} products and {large['quotes']:,} quotes"
    others = f"{large['other_pages_ms']} ms for the other {large['kinds'] - 1}"
    say(f"\n  how mappings stand with {size}: {large['first_page_ms']} ms for the first kind, {others}\n")


def print_suggestions(compared: Comparison) -> None:
    """Print how many suggestions that rest on names alone are right, and how many are false."""
    say("Suggestions for mappings by names alone, over the labelled set\n")
    for line in compared.table():
        say(line)
    say("")


def print_paints(told: dict[str, Any]) -> None:
    """Print how long windows take, and the ratios to the bare one."""
    say(f"From the start of the process, median of {told['runs']} alternating runs, off-screen\n")
    say(f"{'':<46}{'ms':>8}{'ratio':>8}{'aim':>7}")
    for key, label in (
        ("bare", "bare PySide6 window, first paint"),
        ("first_paint", "Sync Desktop, first paint"),
        ("first_page", f"Sync Desktop, first page of {told['issues']} issues"),
        ("ready", "Sync Desktop, workbench open, page read again"),
    ):
        row = told[key]
        aim = f"{row['aim']:.1f}" if "aim" in row else ""
        say(f"  {label:<44}{row['median_ms']:>8.0f}{row['ratio']:>8.2f}{aim:>7}")


if __name__ == "__main__":
    sys.exit(main())
