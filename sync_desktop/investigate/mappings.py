"""Which mappings are behind a refusal, and which others that a record needs are broken as well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind, MappingOrigin
from sync_desktop.investigate.asking import Asking
from sync_desktop.investigate.drafts import Drafts, Unmatched, Use
from sync_desktop.investigate.findings import ASKED, told
from sync_desktop.investigate.usage import Led, Usage
from sync_desktop.psa.whereabouts import Part, Suspect, Where, Whereabouts

_Key = tuple[str, str]
_OURS = (MappingOrigin.HAND, MappingOrigin.FILE)
"""Mappings that somebody has set here: what products have is older than these."""
_NO_USE = "not usable"
"""The fact `state` of a row that is there and active, and still cannot be used for this."""


@dataclass(slots=True)
class _Asked:
    """A mapping with the answers about its target."""

    use: Use
    answers: tuple[Whereabouts, ...]
    target: Target | None

    def leads_to(self, suspect: Suspect) -> bool:
        """Say whether this mapping is what a text accuses."""
        if self.use.mapping.kind not in suspect.kinds:
            return False
        if suspect.row_id:
            return any(suspect.may_be(each.part) for each in self.answers)
        return self.target is None or not self.target.can_be_sent

    def sentences(self, row_id: str = "") -> str:
        """Return what was answered of the parts that are not in use, or of the one that a text names."""
        wanted = [each for each in self.answers if each.where is not Where.ACTIVE or each.part.id == row_id]
        if not wanted and self.target is not None and not self.target.can_be_sent:
            wanted = [each for each in self.answers if each.detail]
            return "; ".join(each.sentence for each in wanted) or self.target.why_not
        return "; ".join(each.sentence for each in wanted or self.answers)


class MappingLook:
    """Looks at the mappings of one record, or of texts that are about none. `psa` is what the PSA is called."""

    def __init__(self, asking: Asking, drafts: Drafts | Unmatched, usage: Usage, psa: str) -> None:
        self._asking = asking
        self._drafts = drafts
        self._usage = usage
        self._psa = psa
        self._asked: dict[_Key, _Asked] = {}
        self._broken: dict[_Key, Failure] = {}
        self._missing: set[_Key] = set()
        """Mappings that a check found to be missing."""

    async def look(self, failures: Sequence[Failure], listed: Sequence[Failure] = ()) -> list[Failure]:
        """Return the failures with the mappings behind them, and one for each other mapping that is broken.

        Of what is `listed` by Salesbuildr, the texts about mappings that the PSA does not refute come first; what a
        check says of the same mapping is left out beside them.
        """
        suspect_of = self._asking.connector.inquiries.suspect
        texts = [(each, suspect) for each in listed if (suspect := suspect_of(each))]
        own = [(each, suspect_of(each)) for each in failures]
        accused = {kind for _, suspect in (*texts, *own) if suspect for kind in suspect.kinds}
        if not accused and not any(each.kind is FailureKind.MAPPING_INVALID for each in failures):
            return list(failures)
        await self._ask_all({*accused, *(key[0] for each in failures if (key := _key(each)))})
        self._missing = _keys([each for each in failures if each.kind is FailureKind.MAPPING_MISSING])
        found = [each for text, suspect in texts for each in await self._accused(text, suspect) if _holds(each)]
        told_of = _keys(found)
        for failure, suspect in own:
            if key := _key(failure):
                found += [self._known(failure, key)] if key not in told_of else []
            elif suspect is not None:
                found += await self._accused(failure, suspect)
            else:
                found.append(failure)
        named = _keys(found)
        return [*found, *(each for key, each in self._broken.items() if key not in named and self._counts(key))]

    async def _ask_all(self, kinds: Collection[str]) -> None:
        """Ask for what mappings of these kinds lead to, then for whatever else the record needs."""
        inquiries = self._asking.connector.inquiries
        answered: dict[_Key, Target | None] = {}
        await self._drafts.prepare()
        uses = [use for use in self._drafts.uses() if use.needed or use.mapping.kind in kinds]
        for use in sorted(uses, key=lambda use: use.mapping.kind not in kinds):
            kind, target_id = use.mapping.kind, use.mapping.target_id
            answers = tuple([await self._asking.target(part) for part in inquiries.parts(kind, target_id) if part.id])
            target = inquiries.judged(kind, target_id, answers)
            answered[kind, target_id] = target
            self._asked[use.key] = _Asked(use, answers, target)
        for failure in self._drafts.broken(answered):
            if key := _key(failure):
                self._broken[key] = self._with_answers(failure)

    def _counts(self, key: _Key) -> bool:
        """Say whether a broken mapping that no failure names is in this record's way."""
        return key not in self._asked or self._asked[key].use.needed

    def _with_answers(self, failure: Failure, row_id: str = "") -> Failure:
        key = _key(failure)
        asked = self._asked.get(key) if key else None
        if asked is None:
            return failure
        said = {ASKED: self._sentence(asked.sentences(row_id))}
        return told(failure, products=", ".join(asked.use.products), **said)

    def _sentence(self, said: str) -> str:
        return f"Asked {self._psa}: {said}" if said else ""

    def _known(self, failure: Failure, key: _Key) -> Failure:
        """Return what a check said of a mapping, with what was answered; it stays as it was where nothing was."""
        return told(self._with_answers(failure), **_only_new(self._broken.get(key), failure))

    async def _accused(self, failure: Failure, suspect: Suspect) -> list[Failure]:
        """Return a failure for each mapping that leads to what a text names; the text itself comes first."""
        leading = [each for each in self._asked.values() if each.leads_to(suspect)]
        if not leading:
            return await self._by_products(failure, suspect)
        found = []
        for each in leading:
            broken = self._broken.get(each.use.key)
            kind = failure.kind if broken is None else FailureKind.MAPPING_INVALID
            facts = dict(broken.facts) if broken is not None else _facts(each.use)
            made = told(failure.model_copy(update={"kind": kind}), **facts)
            named = [answer for answer in each.answers if answer.part.id == suspect.row_id] or list(each.answers)
            state = _state(named) if broken is None or suspect.row_id else broken.facts.get("target_state", "")
            inactive = _inactive(failure, suspect, named[0].part.what) if named else {}
            found.append(self._with_answers(told(made, state=state, **inactive), suspect.row_id))
        return found

    async def _by_products(self, failure: Failure, suspect: Suspect) -> list[Failure]:
        """Ask for a row that a text names and no mapping that is known here leads to; linked products may lead there.

        A mapping that somebody has set here meanwhile goes before what products have: then the text is told of
        Salesbuildr's own mapping, which is in nobody's way here, and is given no state.
        """
        if not suspect.row_id or not suspect.sorts:
            return [failure]
        answers = [await self._asking.target(Part(sort, suspect.row_id)) for sort in suspect.sorts]
        there = [each for each in answers if not each.where.is_lost] or answers
        wrong = [each for each in there if not each.in_use]
        one = wrong[0] if len(wrong) == 1 else None
        facts = _inactive(failure, suspect, one.part.what) | {"target_name": one.name} if one is not None else {}
        asked = "; ".join(each.sentence for each in there)
        led = await self._usage.leading_to(suspect, self._drafts.categories()) if wrong else []
        ours = {key for key, each in self._asked.items() if each.use.mapping.origin in _OURS}
        theirs = [each for each in led if (each.kind, each.source_id) not in ours]
        said = told(failure, state=_state(there) if theirs or not led else "", **facts)
        return [self._led(said, each, asked) for each in theirs] or [told(said, **{ASKED: self._sentence(asked)})]

    def _led(self, said: Failure, led: Led, asked: str) -> Failure:
        """Return a text with the category whose products have what it names."""
        count = "1 product" if led.products == 1 else f"{led.products} products"
        has = f"{count} of {led.source_name} {'is' if led.products == 1 else 'are'} in it, such as {led.example}"
        key = (led.kind, led.source_id)
        facts = {
            "mapping_kind": led.kind,
            "source_id": led.source_id,
            "source_name": led.source_name,
            # What products have is what a repair would change; where there is no mapping at all, nothing has it yet.
            "target_id": "" if key in self._missing else led.target_id,
            "category": led.source_name,
            "category_id": led.source_id,
            "products": ", ".join(self._drafts.products_of(led.source_id)),
        }
        made = said.model_copy(update={"kind": FailureKind.MAPPING_INVALID})
        return told(made, **facts, **{ASKED: self._sentence(f"{asked}; {has}")})


def _holds(text: Failure) -> bool:
    """Say whether a listed text that was asked about is not refuted: what it names is not in use."""
    return text.facts.get("state", Where.ACTIVE.value) != Where.ACTIVE.value


def _keys(failures: Sequence[Failure]) -> set[_Key]:
    return {key for each in failures if (key := _key(each))}


def _state(answers: Sequence[Whereabouts]) -> str:
    """Return what answers come to: what is wrong goes before what cannot be told, and that before what is well."""
    wrong = [each for each in answers if not each.in_use and each.where is not Where.UNKNOWN]
    unknown = [each for each in answers if each.where is Where.UNKNOWN]
    first = next(iter([*wrong, *unknown]), None)
    if first is None:
        return Where.ACTIVE.value
    return _NO_USE if first.where is Where.ACTIVE else first.where.value


def _inactive(failure: Failure, suspect: Suspect, what: str) -> dict[str, str]:
    """Return the facts of a text that calls a row inactive, and of which sort that row turned out to be."""
    called_so = "inactive_id" in failure.facts or "inactive" in failure.message.casefold()
    return {"inactive_id": suspect.row_id, "inactive_what": what} if called_so else {}


def _key(failure: Failure) -> _Key | None:
    """Return the kind and source of the mapping that a failure is about; None where it is about none."""
    kind = failure.facts.get("mapping_kind", "")
    return (kind, failure.facts.get("source_id", "")) if kind else None


def _facts(use: Use) -> dict[str, str]:
    """Return what names a mapping of which nothing is known to be wrong."""
    facts = {
        "mapping_kind": use.mapping.kind,
        "source_id": use.mapping.source_id,
        "source_name": use.source_name,
        "target_id": use.mapping.target_id,
        "target_name": use.mapping.target_name,
    }
    return facts | ({"category": use.source_name, "category_id": use.mapping.source_id} if use.of_category else {})


def _only_new(known: Failure | None, failure: Failure) -> Mapping[str, str]:
    """Return the facts that a check could not know."""
    return {name: text for name, text in known.facts.items() if name not in failure.facts} if known else {}
