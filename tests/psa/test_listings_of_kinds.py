"""Several mapping kinds in one go: what they share is read once, and one that fails takes nothing from others."""

from collections import Counter
from collections.abc import Collection

import pytest

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, PAYMENT_TERM, STAGE
from sync_desktop.psa.listing import ReadOnce, listings
from tests.psa.tenant_client import desk, failing


class _Lists:
    """Lists by path; kinds named `a/x` and `a/y` come from the list `a`."""

    def __init__(self, **refused: FailureKind) -> None:
        self.read: Counter[str] = Counter()
        self._refused = refused

    async def of_kind(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        path = kind.partition("/")[0]

        async def read() -> list[str]:
            self.read[path] += 1
            if path in self._refused:
                raise SyncError(Failure(kind=self._refused[path], message=f"no {path}"))
            return [f"{path}1", *wanted]

        return Listing(tuple(Target(kind=kind, id=each, name=each) for each in await once.of(path, read)))


async def test_two_kinds_of_one_list_cost_one_reading_also_where_it_is_refused() -> None:
    lists = _Lists(b=FailureKind.PERMISSION)
    found = await listings(lists.of_kind, {"a/x": (), "b/x": (), "a/y": (), "b/y": (), "c": ()})
    assert lists.read == {"a": 1, "b": 1, "c": 1}
    assert {kind: [each.id for each in listing.targets] for kind, listing in found.items()} == {
        "a/x": ["a1"],
        "a/y": ["a1"],
        "b/x": [],
        "b/y": [],
        "c": ["c1"],
    }
    assert {kind for kind, listing in found.items() if listing.failure} == {"b/x", "b/y"}


async def test_what_was_read_is_forgotten_with_the_listing() -> None:
    lists = _Lists()
    await listings(lists.of_kind, {"a": ()})
    await listings(lists.of_kind, {"a": ()})
    assert lists.read["a"] == 2, "the PSA is asked how it is now"


@pytest.mark.parametrize(
    "kind", [FailureKind.CREDENTIALS, FailureKind.NETWORK, FailureKind.BUDGET, FailureKind.RATE_LIMIT]
)
async def test_after_a_failure_that_all_would_share_nothing_more_is_asked(kind: FailureKind) -> None:
    lists = _Lists(a=kind)
    failure = await failing(listings(lists.of_kind, {"a": (), "b": ()}))
    assert failure.kind is kind
    assert lists.read == {"a": 1}


async def test_autotask_reads_billing_codes_and_each_entity_s_fields_once_for_all_kinds() -> None:
    kinds = (PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, STAGE, CATEGORY, PAYMENT_TERM)
    async with desk() as at:
        found = await at.connector.listings(dict.fromkeys(kinds, ()))
        asked = Counter(each.url.casefold().rpartition("/v1.0/")[2] for each in at.sent)
        alone = {kind: await at.connector.targets(kind) for kind in kinds}
    assert {kind: list(listing.targets) for kind, listing in found.items()} == alone
    assert asked["billingcodes/query"] == asked["opportunities/entityinformation/fields"] == 1, asked
