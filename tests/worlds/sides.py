"""All PSAs behind the small worlds, for tests that are the same of each."""

import pytest

from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.psa_side import PsaSide

SIDES: tuple[PsaSide, ...] = (AUTOTASK, CONNECTWISE, HALOPSA)

BY_SYSTEM = {side.system: side for side in SIDES}

of_every_psa = pytest.mark.parametrize("side", SIDES, ids=[side.system for side in SIDES])
"""Runs a test once for each PSA, as its argument `side`."""
with_quotes = pytest.mark.parametrize("side", [AUTOTASK, HALOPSA], ids=["autotask", "halopsa"])
"""The same for PSAs that have quotes."""
