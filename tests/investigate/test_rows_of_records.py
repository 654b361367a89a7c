"""What has become of companies, contacts, opportunities and products is asked of each PSA, and told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, Psa
from tests.investigate.looking import checked, look, world_of
from tests.sync.sync_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _serving(tmp_path_factory: pytest.TempPathFactory, psa: Psa) -> AsyncIterator[Stage]:
    async with world_of(tmp_path_factory.mktemp(psa.value), psa) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def autotask(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async for stage in _serving(tmp_path_factory, Psa.AUTOTASK):
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connectwise(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async for stage in _serving(tmp_path_factory, Psa.CONNECTWISE):
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def halopsa(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async for stage in _serving(tmp_path_factory, Psa.HALOPSA):
        yield stage


async def said(stage: Stage, case: str) -> tuple[str, str]:
    """Check a case and return the state and the sentence of its first failure."""
    facts = (await checked(stage, case)).failures[0].facts
    return facts["state"], facts["asked"]


@pytest.mark.parametrize(
    ("case", "state", "sentence"),
    [
        ("company deleted", "deleted", "2050 is a company, “Zephyr Glassworks Annex”, deleted"),
        (
            "company merged",
            "merged",
            (
                "company 2051 was merged into “Blackwater Marine Supply” "
                "(its contact 5068 belongs to company 2011 “Blackwater Marine Supply” now)"
            ),
        ),
        (
            "company not visible",
            "deleted or not visible",
            "company 2052 is not shown: it was deleted, or is hidden from this API user",
        ),
        (
            "contact of another company",
            "moved",
            "contact 5064, “Yara Abbott” belongs to company 2016 “Copperfield Hotels”, not to 2014",
        ),
        (
            "product deleted",
            "deleted or not visible",
            "product 936 is not shown: it was deleted, or is hidden from this API user",
        ),
    ],
)
async def test_connectwise_is_asked(connectwise: Stage, case: str, state: str, sentence: str) -> None:
    assert await said(connectwise, case) == (state, f"Asked ConnectWise: {sentence}")


@pytest.mark.parametrize(
    ("case", "state", "sentence"),
    [
        (
            "company merged",
            "merged",
            (
                "company 86 was merged into “Bridgewater Solicitors” "
                "(its contact 1214 belongs to company 46 “Bridgewater Solicitors” now)"
            ),
        ),
        (
            "company not visible",
            "not visible",
            "company 87 exists, but is hidden from this API user (contact 1217 still belongs to it)",
        ),
    ],
)
async def test_halopsa_is_asked(halopsa: Stage, case: str, state: str, sentence: str) -> None:
    assert await said(halopsa, case) == (state, f"Asked HaloPSA: {sentence}")


async def test_autotask_is_asked_for_rows_and_billing_codes(autotask: Stage) -> None:
    contact = await checked(autotask, "contact of another company")
    assert contact.failures[0].facts["found_name"] == "Graphic Design Institute"
    company = await checked(autotask, "company inactive")
    assert company.failures[0].facts["state"] == "inactive"
    code = (await checked(autotask, "billing code inactive")).failures[0].facts
    assert code["asked"] == "Asked Autotask: 409 is a billing code, “Security appliances (2019)”, inactive"
    assert code["products"] == "Gatekeep 80 firewall"


async def test_autotasks_own_text_is_told_with_the_category_behind_it(autotask: Stage) -> None:
    text = "Reference value on field: productBillingCodeID of type: BillingCode does not exist or is invalid."
    refused = Failure(kind=FailureKind.REFUSED, message=text)
    (found,) = (await look(autotask, "billing code inactive", refused)).failures
    assert found.message == text
    assert found.kind is FailureKind.MAPPING_INVALID
    assert (found.facts["category"], found.facts["target_id"]) == ("Firewalls", "409")


async def test_a_company_of_which_it_cannot_be_told_stays_as_the_check_found_it(connectwise: Stage) -> None:
    gone = Failure(kind=FailureKind.NOT_FOUND, message="Company was not found in ConnectWise", facts={"state": "gone"})
    ref = (await checked(connectwise, "company merged")).failures[0].record
    order = {"system": "connectwise", "kind": "status", "path": r"/company/companies", "arg": 403}
    connectwise.sandbox.faults.order(order)
    try:
        found = (await look(connectwise, "company merged", gone.model_copy(update={"record": ref}))).failures[0]
    finally:
        connectwise.sandbox.faults.clear()
    assert found.facts["state"] == "gone"
    assert found.facts["asked"] == (
        "Asked ConnectWise: cannot tell what company 2051 is (this API user is not allowed to read it)"
    )
