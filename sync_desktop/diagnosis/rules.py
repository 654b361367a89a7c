"""Rule packs: what is known of failures, kept as TOML under `resources/diagnosis/` and checked when it is loaded.

A pack is a file with one array of tables, `[[rule]]`. What a rule may say is the type `Rule`; how its sentences are
written is told in `sync_desktop.diagnosis.texts`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from sync_desktop.diagnosis.help import HELP_FILE
from sync_desktop.diagnosis.listed import LISTED_FILE, Listed, read_listed
from sync_desktop.diagnosis.texts import Conditions, Steps, Variant, Wording, places, sure_of
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.model import Model
from sync_desktop.domain.words import Action, CauseClass, FailureKind, Psa, Severity

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

GENERAL = "general"
UNKNOWN_RULE = "unknown"
"""The id that a diagnosis bears where no rule fits; no rule of a pack may have it."""

ALWAYS_KNOWN = frozenset({"psa", "psa_label", "kind"})
"""Facts that every diagnosis has: the PSA's word, its vendor's name for it, and the kind of failure."""

_SUPPLIED = """
site record record_kind record_id company company_id contact contact_id opportunity opportunity_id product
product_id products category category_id mapping_kind mapping_label source_id source_name target_id target_name
target_state use_type field entity external_id found_name expected_name candidates status state owner stage
payment_term payment_type title_length limit items items_missing count until error_id wait url lines reason request sent
shipping_type item length host whose status_label inactive_id inactive_what setting code codes asked
tenant scope
"""
KNOWN_FACTS = ALWAYS_KNOWN | frozenset(_SUPPLIED.split())
"""The facts that synchronising, mapping, transport and connectors give to failures, by name."""


def _as_pattern(raw: Any) -> Any:
    return re.compile(raw, re.IGNORECASE) if isinstance(raw, str) else raw


Pattern = Annotated[re.Pattern[str], BeforeValidator(_as_pattern)]


class Rule(Model):
    """One cause that is known: by what a failure is recognised, and what is said of it."""

    id: str = Field(pattern=r"^[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)$")
    """Pack and name, `autotask.billing-code-invalid`."""
    psa: Psa | None
    """None for a rule of every PSA, which a pack writes as `general`."""
    kinds: frozenset[FailureKind] = frozenset()
    """The kinds of failure that it can be; empty means any."""
    patterns: tuple[Pattern, ...] = ()
    """One of them has to be found in the message; none means that kind and facts suffice. Named groups become facts."""
    require_facts: frozenset[str] = frozenset()
    facts: Conditions = {}
    """What facts have to be: a text, or a list of such; `*` stands for anything, the empty text for "not known"."""
    priority: int = 50
    """Of the rules that fit, the highest speaks. Rules that go by the kind alone have 10."""
    cause_class: CauseClass = Field(alias="class")
    severity: Severity
    badge: str = Field(min_length=1, max_length=20)
    title: Wording
    why: Wording
    here: Wording | None = None
    """What this program does about it by itself: said behind the reason, but not of a line of Salesbuildr's list."""
    steps: Steps = ()
    actions: tuple[Action, ...]
    retry_helps: bool = False
    cause_facts: tuple[str, ...] = ()
    """What has to change, as facts: equal ones are the same cause. `a|b` is a, or b where a is not known. Without any
    that is known, the record itself is what has to change."""

    @cached_property
    def sure_facts(self) -> frozenset[str]:
        """The facts that are known whenever this rule fits."""
        in_every_pattern = [frozenset(pattern.groupindex) for pattern in self.patterns]
        groups = frozenset.intersection(*in_every_pattern) if in_every_pattern else frozenset()
        return ALWAYS_KNOWN | self.require_facts | groups | sure_of(self.facts)

    @cached_property
    def possible_facts(self) -> frozenset[str]:
        """The facts that this rule's sentences may name."""
        return KNOWN_FACTS | frozenset(name for pattern in self.patterns for name in pattern.groupindex)

    @model_validator(mode="before")
    @classmethod
    def _read_psa(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and raw.get("psa") == GENERAL:
            return {**raw, "psa": None}
        return raw

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.kinds or self.patterns or self.require_facts or self.facts):
            raise ValueError("has nothing to recognise a failure by: no kinds, no patterns, no facts")
        for name in sorted(
            {*self.require_facts, *self.facts, *(f for entry in self.cause_facts for f in entry.split("|"))}
        ):
            self._check_fact(name)
        for part, wording in (("title", self.title), ("why", self.why), ("here", self.here or ())):
            if not wording:
                continue
            if wording[-1].when:
                raise ValueError(
                    f"its {part} has no variant without `when` at the end, so that it may have nothing to say"
                )
        for variant in (*self.title, *self.why, *(self.here or ()), *self.steps):
            self.check_variant(variant)
        return self

    def check_variant(self, variant: Variant) -> None:
        """Raise ValueError where a wording names a fact that is not supplied, or lacks words for one that may be."""
        for name in variant.when:
            self._check_fact(name)
        sure = self.sure_facts | sure_of(variant.when)
        for place in places(variant.text):
            self._check_fact(place.fact)
            if place.otherwise is None and place.fact not in sure:
                raise ValueError(f"its text “{_short(variant.text)}” needs words for where `{place.fact}` is not known")

    def _check_fact(self, name: str) -> None:
        if name not in self.possible_facts:
            raise ValueError(f"names the fact `{name}`, which nothing supplies")


@dataclass(frozen=True, slots=True)
class RulePacks:
    """All rules, those that speak first in front."""

    rules: tuple[Rule, ...]
    listed: Mapping[str, Steps] = field(default_factory=dict)
    """By rule: what to do where nothing is known but a line of Salesbuildr's Issues page; others' own steps hold."""
    sentences: tuple[str, ...] = ()
    """How lines of that page read, in the words of Salesbuildr's help."""

    @classmethod
    def load(cls, folder: "Traversable | Path") -> Self:
        """Read every pack of a folder; a mistake in one is a UserError that names file, rule and mistake."""
        files = sorted((file for file in folder.iterdir() if _is_pack(file.name)), key=lambda file: file.name)
        if not files:
            raise UserError("There are no rule packs where they should be; please install Sync Desktop again.")
        rules: list[Rule] = []
        seen: set[str] = set()
        for file in files:
            for rule in _read_pack(file):
                if rule.id in seen:
                    raise _mistake(file.name, rule.id, "there is another rule of this name")
                seen.add(rule.id)
                rules.append(rule)
        listed = _read_listed(folder / LISTED_FILE, rules)
        return cls(tuple(_in_order(rules)), listed.steps, listed.sentences)


def _is_pack(name: str) -> bool:
    return name.endswith(".toml") and name not in (HELP_FILE, LISTED_FILE)


def _read_listed(file: "Traversable | Path", rules: Iterable[Rule]) -> Listed:
    """Read what is known of lines of Salesbuildr's Issues page; a rule or a fact that is not there is a UserError."""
    try:
        found = read_listed(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise _mistake(file.name, "", f"it cannot be read: {error}") from error
    known = {rule.id: rule for rule in rules}
    for name, steps in found.steps.items():
        if name not in known:
            raise _mistake(file.name, name, "there is no such rule")
        for step in steps:
            try:
                known[name].check_variant(step)
            except ValueError as error:
                raise _mistake(file.name, name, str(error)) from error
    return found


def _in_order(rules: Iterable[Rule]) -> list[Rule]:
    # A rule that asks for more has more to go by; beyond that the packs' own order stands (sorting is stable).
    return sorted(
        rules, key=lambda rule: (-rule.priority, -len(rule.require_facts) - len(rule.facts), rule.psa is None)
    )


def _read_pack(file: "Traversable | Path") -> Iterator[Rule]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _mistake(file.name, "", f"it cannot be read: {error}") from error
    tables = content.pop("rule", None)
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise _mistake(file.name, "", "it has to be a list of [[rule]] tables and nothing else")
    for number, table in enumerate(tables, start=1):
        name = str(table.get("id") or f"number {number}")
        try:
            yield Rule.model_validate(table)
        except re.error as error:
            raise _mistake(
                file.name, name, f"the pattern “{error.pattern!s}” is no regular expression: {error.msg}"
            ) from error
        except ValidationError as error:
            raise _mistake(file.name, name, _first_mistake(error)) from error


def _first_mistake(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"`{where}` is not a field of a rule"
    what = first["msg"].removeprefix("Value error, ")
    return f"`{where}`: {what}" if where else what


def _mistake(file: str, rule: str, what: str) -> UserError:
    return UserError(f"The rule pack {file} cannot be used: {f'rule {rule}: ' if rule else ''}{what}.")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
