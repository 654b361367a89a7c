"""Invent the sandbox's worlds and write them into `resources/sandbox`.

`PYTHONPATH=. python packaging/make_world.py` runs it from the top of a checkout. Its results are kept as data; it is
here so that one can see where the data came from, and can make it anew: the same seeds give the same files. Dates stand
as days from today, and `cases` tells which quote shows what, for people and tests.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from world_autotask import Autotask
from world_autotask_cases import NEWCOMERS, AutotaskCases
from world_cases import Cases
from world_connectwise import ConnectWise
from world_connectwise_cases import NEWCOMERS as CONNECTWISE_NEWCOMERS
from world_connectwise_cases import ConnectWiseCases
from world_halopsa import HaloPsa
from world_halopsa_cases import NEWCOMERS as HALOPSA_NEWCOMERS
from world_halopsa_cases import HaloPsaCases
from world_names import ADVENTURE_WORKS, FABRIKAM, PROSEWARE, Names
from world_psa import PsaSide, Row
from world_quoting import Builder
from world_words import CATALOGUE, ROLES

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sandbox"


@dataclass(frozen=True, slots=True)
class Plan:
    """How one site is made."""

    names: Names
    psa: Callable[[Random], PsaSide]
    cases: type[Cases]
    newcomers: dict[str, tuple[str, ...]]
    """Products by category that the PSA does not know yet."""


PLANS = {
    "autotask": Plan(FABRIKAM, Autotask, AutotaskCases, NEWCOMERS),
    "connectwise": Plan(PROSEWARE, ConnectWise, ConnectWiseCases, CONNECTWISE_NEWCOMERS),
    "halopsa": Plan(ADVENTURE_WORKS, HaloPsa, HaloPsaCases, HALOPSA_NEWCOMERS),
}
WORLDS = {"default": ("autotask", "connectwise", "halopsa")}
"""Which sites each file holds."""
SPACED = ("autotask",)
"""Sites whose rows are written with blanks, as they were from the start."""


def catalogue(make: Builder) -> None:
    """Make everything that is sold and linked."""
    for category, kind, term, maker, name, variants, cost, step, margin in (*CATALOGUE, *make.psa.more_catalogue):
        for place, variant in enumerate(variants.split()):
            amount = round(cost + place * step + 0.4, 2)
            price = round(amount * margin) - 0.05 if amount > 20 else round(amount * margin, 2)
            make.product(category, kind, term, name.format(variant), amount, round(price, 2), vendor=maker)
    for name, role, rate in ROLES:
        linked_to = {"role": role} if make.psa.labour_is_role else {}
        make.product("Labour", "labor", "one-time", name, round(rate * 0.45, 2), float(rate), **linked_to)


def newcomers(make: Builder, names: dict[str, tuple[str, ...]]) -> dict[str, list[Row]]:
    """Make products that the PSA does not know yet, by category."""
    made: dict[str, list[Row]] = {}
    for category, products in names.items():
        for place, name in enumerate(products, start=1):
            cost = round(140.0 * place + 0.4, 2)
            row = make.product(category, "product", "one-time", name, cost, round(cost * 1.25, 2), linked=False)
            made.setdefault(category, []).append(row)
    return made


def site(plan: Plan) -> dict[str, Any]:
    """Return one site as a world's file holds it."""
    make = Builder(plan.names, plan.psa)
    make.psa.set_up()
    fields, owners = make.field_rows(), make.staff()
    make.category_rows()
    address, area = make.address()
    make.psa.own_company(plan.names.site, address, make.phone(area))
    for name in plan.names.vendors:
        make.psa.vendor(name, make.phone(area))
    companies = [
        make.company(name, owners[number % 10], prospect=number % 6 == 5)
        for number, name in enumerate(plan.names.companies)
    ]
    catalogue(make)
    new = newcomers(make, plan.newcomers)
    cases = plan.cases(make, companies, owners, fields)
    cases.write(new)
    about = {"name": plan.names.site, "psa": make.psa.system, "tenant_rules": cases.rules(), "cases": make.cases}
    return {**about, **cases.more(), "salesbuildr": make.quoting, make.psa.system: make.psa.rows}


def world(name: str) -> dict[str, Any]:
    """Return a whole world as its file holds it."""
    return {"schema_version": 1, "name": name, "sites": [site(PLANS[psa]) for psa in WORLDS[name]]}


def write(value: Any, depth: int = 0, *, compact: bool = False) -> str:
    """Return JSON with one row a line, so that a difference between two versions can be read."""
    if isinstance(value, dict) and "psa" in value:
        compact = value["psa"] not in SPACED

    def row_of(row: Any) -> str:
        return json.dumps(row, ensure_ascii=False, separators=(",", ":") if compact else None)

    if depth < 5 and isinstance(value, dict) and value:
        inside = ",\n".join(
            f"{json.dumps(name)}: {write(member, depth + 1, compact=compact)}" for name, member in value.items()
        )
        return f"{{\n{inside}\n}}"
    if depth < 5 and isinstance(value, list) and value and isinstance(value[0], dict):
        inside = ",\n".join(write(row, depth + 1) if depth == 1 else row_of(row) for row in value)
        return f"[\n{inside}\n]"
    return row_of(value)


if __name__ == "__main__":
    for name in WORLDS:
        target = FOLDER / f"{name}.json"
        target.write_text(write(world(name)) + "\n", encoding="utf-8")
        print(f"{target.name}: {target.stat().st_size // 1024} KiB")
