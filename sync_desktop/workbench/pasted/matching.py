"""Which record a pasted line is about: by the number of a quote, else by name, then by company and kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.names import names_agree, words
from sync_desktop.domain.words import RecordKind
from sync_desktop.quoting.pasted.words import number_in
from sync_desktop.workbench.pasted.views import PastedLine, RecordChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_desktop.storage.imports import NamedRecord

NONE = "none"
"""What a person says of a line that is about none of the records that were offered."""
_MOST_CANDIDATES = 20

_Key = tuple[RecordKind, str]


class Matcher:
    """Knows the records of one site by number and by name."""

    def __init__(self, records: Iterable[NamedRecord]) -> None:
        self._by_number: dict[str, list[RecordChoice]] = {}
        self._by_name: dict[_Key, list[RecordChoice]] = {}
        self._by_key: dict[str, RecordChoice] = {}
        for record in records:
            choice = RecordChoice(record.ref.kind, record.ref.id, record.name, record.company)
            self._by_key[choice.key] = choice
            self._add(choice)

    def _add(self, choice: RecordChoice) -> None:
        names = [choice.name]
        if choice.kind is RecordKind.QUOTE:
            number, _, title = choice.name.partition(" ")
            self._by_number.setdefault(number.casefold(), []).append(choice)
            names.append(title)
        for name in dict.fromkeys(map(_folded, names)):
            if name:
                self._by_name.setdefault((choice.kind, name), []).append(choice)

    def matched(self, lines: Iterable[PastedLine], choices: Mapping[int, str]) -> tuple[PastedLine, ...]:
        """Return the lines with the records that they are about.

        `choices` says of lines, by number, which record it is, or `none`. Raises UserError for one that is not there.
        """
        asked = tuple(lines)
        numbers = {line.line for line in asked if line.verdict.is_issue}
        if strange := sorted(set(choices) - numbers):
            raise UserError(f"Line {strange[0]} is no issue of this list, so that no record can be chosen for it.")
        return tuple(self._matched(line, choices.get(line.line)) for line in asked)

    def _matched(self, line: PastedLine, chosen: str | None) -> PastedLine:
        if not line.verdict.is_issue:
            return line
        found = self.candidates(line)
        several = tuple(found[:_MOST_CANDIDATES]) if len(found) > 1 else ()
        if chosen == NONE:
            return replace(line, candidates=several)
        if chosen is not None:
            if chosen not in self._by_key:
                raise UserError(
                    f"No record {chosen} has been read from this site's Salesbuildr; refresh, or say “none”."
                )
            return replace(line, matched=self._by_key[chosen], candidates=several)
        return replace(line, matched=found[0] if len(found) == 1 else None, candidates=several, undecided=bool(several))

    def candidates(self, line: PastedLine) -> list[RecordChoice]:
        """Return the records that a line may be about: none, one, or several that nothing tells apart."""
        found = self._of_number(line) or self._of_name(line)
        if len(found) > 1 and line.company:
            found = [each for each in found if names_agree(each.company or each.name, line.company)] or found
        return found

    def _of_number(self, line: PastedLine) -> list[RecordChoice]:
        if line.kind not in (None, RecordKind.QUOTE):
            return []
        said = line.record.strip().lstrip("#")
        found = self._by_number.get(said.casefold()) or self._by_number.get(number_in(said).casefold()) or []
        titled = [each for each in found if _folded(each.name) == _folded(said)]
        return list(titled or found)

    def _of_name(self, line: PastedLine) -> list[RecordChoice]:
        name = _folded(line.record)
        if not name and line.kind is RecordKind.COMPANY:
            name = _folded(line.company)
        kinds = [line.kind] if line.kind else list(RecordKind)
        return [each for kind in kinds for each in self._by_name.get((kind, name), ())] if name else []


def _folded(name: str) -> str:
    return " ".join(words(name))
