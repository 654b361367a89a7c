"""Which mappings are behind a refusal, and which others that a record needs are broken as well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind
from sync_desktop.investigate.asking import Asking
from sync_desktop.investigate.drafts import Drafts, Use
from sync_desktop.investigate.findings import ASKED, told
from sync_desktop.psa.whereabouts import Part, Suspect, Where, Whereabouts

_Key = tuple[str, str]


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
            return any(each.part.id == suspect.row_id and _fits(each.part, suspect) for each in self.answers)
        return self.target is None or not self.target.can_be_sent

    def sentences(self, row_id: str = "") -> str:
        """Return what was answered of the parts that are not in use, or of the one that a text names."""
        wanted = [each for each in self.answers if each.where is not Where.ACTIVE or each.part.id == row_id]
        if not wanted and self.target is not None and not self.target.can_be_sent:
            wanted = [each for each in self.answers if each.detail]
            return "; ".join(each.sentence for each in wanted) or self.target.why_not
        return "; ".join(each.sentence for each in wanted or self.answers)


class MappingLook:
    """Looks at the mappings of one record. `psa` is what the PSA is called."""

    def __init__(self, asking: Asking, drafts: Drafts, psa: str) -> None:
        self._asking = asking
        self._drafts = drafts
        self._psa = psa
        self._asked: dict[_Key, _Asked] = {}
        self._broken: dict[_Key, Failure] = {}

    async def look(self, failures: Sequence[Failure]) -> list[Failure]:
        """Return the failures with the mappings behind them, and one for each other mapping that is broken."""
        inquiries = self._asking.connector.inquiries
        suspects = [inquiries.suspect(each) for each in failures]
        if not any(suspects) and not any(each.kind is FailureKind.MAPPING_INVALID for each in failures):
            return list(failures)
        about = [key[0] for each in failures if (key := _key(each))]
        await self._ask_all({*about, *(kind for suspect in suspects if suspect for kind in suspect.kinds)})
        found: list[Failure] = []
        for failure, suspect in zip(failures, suspects, strict=True):
            if key := _key(failure):
                found.append(self._known(failure, key))
            elif suspect is not None:
                found += await self._accused(failure, suspect)
            else:
                found.append(failure)
        named = {key for each in found if (key := _key(each))}
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
            return [await self._by_itself(failure, suspect)]
        found = []
        for each in leading:
            broken = self._broken.get(each.use.key)
            kind = failure.kind if broken is None else FailureKind.MAPPING_INVALID
            facts = dict(broken.facts) if broken is not None else _facts(each.use)
            made = told(failure.model_copy(update={"kind": kind}), **facts)
            what = next((answer.part.what for answer in each.answers if answer.part.id == suspect.row_id), "")
            inactive = {"inactive_id": suspect.row_id, "inactive_what": what} if "inactive_id" in failure.facts else {}
            found.append(self._with_answers(told(made, **inactive), suspect.row_id))
        return found

    async def _by_itself(self, failure: Failure, suspect: Suspect) -> Failure:
        """Ask for a row that a text names and no mapping that is known here leads to."""
        if not suspect.row_id or not suspect.sorts:
            return failure
        answers = [await self._asking.target(Part(sort, suspect.row_id)) for sort in suspect.sorts]
        there = [each for each in answers if not each.where.is_lost] or answers
        inactive = [each for each in answers if each.where is Where.INACTIVE]
        facts = {"inactive_what": inactive[0].part.what, "target_name": inactive[0].name} if len(inactive) == 1 else {}
        return told(failure, **facts, **{ASKED: self._sentence("; ".join(each.sentence for each in there))})


def _fits(part: Part, suspect: Suspect) -> bool:
    return not suspect.sorts or part.what in suspect.sorts


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
    return facts | ({"category": use.source_name, "category_id": use.mapping.source_id} if use.products else {})


def _only_new(known: Failure | None, failure: Failure) -> Mapping[str, str]:
    """Return the facts that a check could not know."""
    return {name: text for name, text in known.facts.items() if name not in failure.facts} if known else {}
