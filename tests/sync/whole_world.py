"""Every quote of a practice world, synchronised twice; what each PSA's tests then look at."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from sync_desktop.domain.records import Quote
from sync_desktop.domain.words import Outcome
from sync_desktop.workbench.views import RunResult
from tests.sync.sync_stage import Stage, staged

LEFT_OUT = "not eligible: "
"""How the names of cases begin whose quotes are never looked at in the PSA, but for those below."""


@dataclass(frozen=True, slots=True)
class Synced:
    """A practice world after two syncs of everything."""

    stage: Stage
    quotes: Mapping[str, Quote]
    """By number, as they were then."""
    outcomes: Mapping[str, Outcome]
    """Of the first sync, by number."""
    first: RunResult
    second: RunResult
    sent_first: list[str]
    """Requests of the first sync that write, as method and path."""
    sent_second: list[str]
    before: Mapping[str, int]
    """How many rows of each sort the PSA had before."""

    @property
    def arrived(self) -> list[str]:
        """The numbers of the quotes that are in the PSA, whole."""
        return [number for number, outcome in self.outcomes.items() if outcome.arrived]

    def number(self, case: str) -> str:
        """Return the number of a case's first quote."""
        return self.stage.sandbox.site().cases[case][0]

    def ended(self) -> dict[str, set[Outcome | None]]:
        """Return how the quotes of each case ended; None where they were not looked at."""
        cases = self.stage.sandbox.site().cases
        return {case: {self.outcomes.get(number) for number in numbers} for case, numbers in cases.items()}

    def made(self) -> Counter[str]:
        """Return how many rows of each sort are there that were not before."""
        return Counter(self.stage.side.counts(self.stage.store)) - Counter(self.before)


def expected(stage: Stage, *, written: tuple[str, ...], reads_psa: tuple[str, ...]) -> dict[str, set[Outcome | None]]:
    """Return how each case should end: what is neither written, in step, partly refused nor left out is blocked.

    `reads_psa` are cases that are not eligible because of what the PSA holds.
    """
    known: dict[str, Outcome | None] = dict.fromkeys(written, Outcome.WRITTEN)
    known |= {"in step": Outcome.IN_STEP, "item refused by the tenant": Outcome.PARTIAL}
    cases = stage.sandbox.site().cases
    known |= {case: None for case in cases if case.startswith(LEFT_OUT) and case not in reads_psa}
    return {case: {known.get(case, Outcome.BLOCKED)} for case in cases}


def by_line(quote: Quote) -> Decimal:
    """Return what a quote costs where each line is rounded to the cent by itself, as a PSA adds its lines up.

    An amount off the whole is spread over lines in whole cents.
    """
    left = 1 - quote.discount.percent / 100
    items = [item for item in quote.items if not item.optional]
    prices = [item.quantity * item.price * (1 - item.discount_percent / 100) * left for item in items]
    prices += [item.quantity * item.setup_price for item in items]
    prices += [quote.shipping.price] if quote.shipping else []
    cents = [price.quantize(Decimal("0.01"), ROUND_HALF_UP) for price in prices]
    return sum(cents, Decimal(0)) - quote.discount.amount


@asynccontextmanager
async def synced(folder: Path, world: Mapping[str, Any]) -> AsyncIterator[Synced]:
    """Sync everything of a practice world twice; mappings are led as Salesbuildr leads them."""
    async with staged(folder, world) as stage:
        await stage.lead_categories()
        before = stage.side.counts(stage.store)
        stage.sandbox.log.clear()
        first = await stage.everything()
        sent_first = stage.written()
        quotes = await stage.quotes()
        outcomes: dict[str, Outcome] = {}
        for number, quote in quotes.items():
            for attempt in await stage.attempts_of(quote.id):
                assert attempt.outcome is not None
                outcomes[number] = attempt.outcome
        stage.sandbox.log.clear()
        second = await stage.everything()
        yield Synced(stage, quotes, outcomes, first, second, sent_first, stage.written(), before)
