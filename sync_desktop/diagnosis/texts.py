"""Sentences of the rule packs: templates that are filled from facts, with variants for what is known.

A template names facts in braces. `{company|the company}` is the fact `company`, or the words behind the bar where it is
not known; `{**company**|the company}` prints the fact bold and the words plain. A bare `{company}` may stand only where
the rule is sure to know the fact, so that no sentence can come out with a hole.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, field_validator

from sync_desktop.domain.model import Model

UNKNOWN = ""
"""In a condition: the fact is not known."""

_PLACE = re.compile(r"\{(?P<bold>\*\*)?(?P<fact>[a-z_]+)(?(bold)\*\*)(?:\|(?P<otherwise>[^{}]*))?\}")
_LONGEST_FACT = 160


class Place(NamedTuple):
    """One pair of braces in a template."""

    fact: str
    otherwise: str | None
    """What stands there where the fact is not known; None where it has to be."""


@lru_cache(maxsize=4096)  # each is looked at once by itself, and once or twice within its rule
def places(template: str) -> tuple[Place, ...]:
    """Return the places of a template in order; a brace outside of them is a ValueError that shows where."""
    rest = _PLACE.sub("", template)
    if stray := re.search(r".{0,20}[{}].{0,20}", rest):
        raise ValueError(f"has a brace that is not a fact, near “{stray.group()}”")
    return tuple(Place(fact=found["fact"], otherwise=found["otherwise"]) for found in _PLACE.finditer(template))


def fill(template: str, facts: Mapping[str, str]) -> str:
    """Put facts into a template. Long facts are cut, and what would read as markup in them is taken out."""

    def _fact(found: re.Match[str]) -> str:
        value = _plain(facts.get(found["fact"], ""))
        if not value:
            return found["otherwise"] or ""
        return f"**{value}**" if found["bold"] else value

    filled = _PLACE.sub(_fact, template)
    # A fact such as `company` may open a sentence.
    return filled[:1].upper() + filled[1:]


def holds(conditions: Mapping[str, tuple[str, ...]], facts: Mapping[str, str]) -> bool:
    """Tell whether every condition is met: one of its values fits the fact, without regard to case.

    A `*` in a value stands for anything, so that `*` alone means that the fact is known.
    """
    return all(_holds(values, facts.get(name, "")) for name, values in conditions.items())


def sure_of(conditions: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the facts that are known wherever the conditions are met."""
    return frozenset(name for name, values in conditions.items() if UNKNOWN not in values)


def _holds(values: tuple[str, ...], fact: str) -> bool:
    if not fact:
        return UNKNOWN in values
    return any(fnmatchcase(fact.casefold(), value.casefold()) for value in values)


def _plain(value: str) -> str:
    line = " ".join(value.replace("**", "*").split())
    return line if len(line) <= _LONGEST_FACT else f"{line[: _LONGEST_FACT - 1]}…"


def _as_values(raw: Any) -> Any:
    return (raw,) if isinstance(raw, str) else raw


Values = Annotated[tuple[str, ...], BeforeValidator(_as_values), Field(min_length=1)]
"""What a fact may be in a condition; a single text stands for a list of one."""
Conditions = dict[str, Values]


class Variant(Model):
    """One wording, and the facts that it is for."""

    when: Conditions = {}
    text: str = Field(min_length=1)

    @field_validator("text")
    @classmethod
    def _check_braces(cls, text: str) -> str:
        places(text)
        return text


def _as_variants(raw: Any) -> Any:
    variants = raw if isinstance(raw, list) else [raw]
    return tuple({"text": variant} if isinstance(variant, str) else variant for variant in variants)


Wording = Annotated[tuple[Variant, ...], BeforeValidator(_as_variants), Field(min_length=1)]
"""Variants in order; the first whose facts fit is the one that is said. A single text stands for a list of one."""
Steps = Annotated[tuple[Variant, ...], BeforeValidator(_as_variants)]
"""Steps in order; each whose facts fit is said."""


def say(wording: tuple[Variant, ...], facts: Mapping[str, str]) -> str:
    """Return the first wording that fits, filled; the last of a wording fits always (checked at load)."""
    return next(fill(variant.text, facts) for variant in wording if holds(variant.when, facts))


def say_all(steps: tuple[Variant, ...], facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return every step that fits, filled."""
    return tuple(fill(step.text, facts) for step in steps if holds(step.when, facts))
