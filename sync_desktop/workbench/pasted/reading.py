"""Reads a pasted list and says of each line what it is and what causes it. Pure: no workspace, no request."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.records import company_of
from sync_desktop.domain.words import CauseClass, Psa, RecordKind
from sync_desktop.quoting.pasted.reading import read
from sync_desktop.quoting.pasted.shapes import Role
from sync_desktop.quoting.pasted.words import is_page_part
from sync_desktop.workbench.pasted.recognising import Recogniser, guess_psa
from sync_desktop.workbench.pasted.views import PastedCause, PastedColumn, PastedLine, PasteView
from sync_desktop.workbench.pasted.words import psa_guessed, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync_desktop.domain.failures import Failure
    from sync_desktop.domain.issues import Diagnosis
    from sync_desktop.domain.records import AnyRecord
    from sync_desktop.quoting.pasted.shapes import IssueLine, KeptLine, Pasted
    from sync_desktop.workbench.pasted.views import PasteQuestion

_MOST_HINTS = 500
"""Lines that are not recognised for which it is looked what may be meant."""
ROLES = tuple(role.value for role in Role)
"""What a column may hold."""


_NAMED_BY_KIND = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.OPPORTUNITY, RecordKind.PRODUCT)
"""Kinds of which rules know the record's name as a fact of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """One pasted line with what the rules say of it; both are None of a line that is no issue."""

    line: PastedLine
    failure: Failure | None = None
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A pasted list that was read and diagnosed."""

    pasted: Pasted
    psa: Psa | None
    psa_words: str
    told: tuple[Told, ...]
    site: str = ""
    recogniser: Recogniser = field(repr=False, kw_only=True)


def read_list(recogniser: Recogniser, question: PasteQuestion, site: tuple[Psa, str] | None = None) -> Reading:
    """Read and diagnose a list; `site` is the PSA and the name of the site that it is from.

    Raises UserError for a text that holds nothing, is too large, or has no such columns.
    """
    if not question.text.strip():
        raise UserError("There is nothing to read: paste the lines of Salesbuildr's Issues page.")
    roles = _roles(question.columns)
    pasted = read(question.text, recogniser.knows, roles)
    if roles is not None:
        _check_columns(roles, pasted)
    psa, psa_words = _psa(recogniser, question, site, pasted)
    one_psa = site is not None or question.psa is not None
    told = [_issue(recogniser, psa, issue, site[1] if site else "", alone=one_psa) for issue in pasted.issues]
    told += [_other(kept) for kept in pasted.kept]
    told.sort(key=lambda each: each.line.line)
    told = _with_hints(recogniser, told)
    return Reading(pasted, psa, psa_words, tuple(_numbered(told)), site[1] if site else "", recogniser=recogniser)


def view_of(reading: Reading, lines: Sequence[PastedLine] | None = None, *, leaving: int = 0) -> PasteView:
    """Return what is shown of a reading; `lines` are its lines with the records that they are about."""
    shown = tuple(each.line for each in reading.told) if lines is None else tuple(lines)
    counted = Counter(line.verdict for line in shown)
    counts = {verdict: counted[verdict] for verdict in Verdict}
    causes = _causes(reading.told)
    failing = [cause for cause in causes if cause.cause_class is not CauseClass.NOT_A_SYNC_MATTER]
    return PasteView(
        layout=reading.pasted.layout.value,
        psa=reading.psa,
        psa_words=reading.psa_words,
        columns=tuple(
            PastedColumn(number, column.role.value, column.header, column.sure)
            for number, column in enumerate(reading.pasted.columns, start=1)
        ),
        causes=causes,
        lines=shown,
        counts=counts,
        summary=summary(counts, [cause for cause in failing if cause.cause_class is not CauseClass.UNKNOWN]),
        importable=sum(line.verdict.is_issue for line in shown),
        leaving=leaving,
    )


def _roles(columns: Mapping[int, str] | None) -> list[Role] | None:
    if columns is None:
        return None
    roles = [Role.OTHER] * max(columns, default=0)
    for number, role in columns.items():
        if number < 1 or role not in ROLES:
            raise UserError(f"A column holds one of {', '.join(ROLES)}, and columns are counted from 1.")
        roles[number - 1] = Role(role)
    if Role.MESSAGE not in roles:
        raise UserError("Say which column holds the message: without it there is nothing to diagnose.")
    return roles


def _check_columns(roles: Sequence[Role], pasted: Pasted) -> None:
    if not pasted.columns:
        raise UserError("This text has no columns; leave them out, and its lines are read one by one.")
    if len(roles) > len(pasted.columns):
        raise UserError(f"This text has {len(pasted.columns)} columns, and column {len(roles)} was named.")


def _psa(
    recogniser: Recogniser, question: PasteQuestion, site: tuple[Psa, str] | None, pasted: Pasted
) -> tuple[Psa | None, str]:
    if site is not None:
        return site[0], f"Diagnosed with the rules for {site[0].label}, the PSA of {site[1]}."
    if question.psa is not None:
        return question.psa, f"Diagnosed with the rules for {question.psa.label}, as asked."
    guessed, lines = guess_psa(recogniser, pasted.issues)
    return guessed, psa_guessed(guessed, lines)


def _issue(recogniser: Recogniser, psa: Psa | None, issue: IssueLine, site: str, *, alone: bool) -> Told:
    """Diagnose one issue. Unless the PSA was told (`alone`), a line that another PSA's rules know is that one's."""
    if not alone:
        psa = Psa(issue.psa) if issue.psa else recogniser.psa_of(issue.message) or psa
    failure, known = recogniser.failure(psa, issue.message)
    line = PastedLine(
        line=issue.line,
        text=issue.text,
        message=issue.message,
        kind=issue.kind,
        record=issue.record,
        company=issue.company,
        time=issue.time,
        verdict=Verdict.UNKNOWN,
    )
    diagnosis = recogniser.diagnosis(psa, failure, context_of(line, site), listed=True)
    return Told(_judged(line, diagnosis, known=known), failure, diagnosis)


def context_of(line: PastedLine, site: str, record: AnyRecord | None = None) -> dict[str, str]:
    """Return the facts that a line, and the record that it is about, give to its diagnosis."""
    facts = {"site": site, "record": line.record, "company": line.company}
    if line.kind is not None:
        facts["record_kind"] = line.kind.value
    if line.kind in _NAMED_BY_KIND and line.record:
        facts[line.kind.value] = line.record
    if record is not None:
        company = company_of(record)
        facts |= {"record": record.name, "record_kind": record.kind.value, "record_id": record.id}
        facts |= {"company": company.name, "company_id": company.id} if company else {}
    return facts


def _judged(line: PastedLine, diagnosis: Diagnosis, *, known: bool) -> PastedLine:
    sync = diagnosis.cause_class is not CauseClass.NOT_A_SYNC_MATTER
    verdict = Verdict.UNKNOWN if not known else Verdict.FAILURE if sync else Verdict.NOT_SYNC
    return replace(line, verdict=verdict, title=diagnosis.title)


def _other(kept: KeptLine) -> Told:
    verdict = Verdict.PAGE if is_page_part(kept.text) else Verdict.OTHER_TEXT
    return Told(PastedLine(kept.line, kept.text, "", None, "", "", "", verdict))


def _with_hints(recogniser: Recogniser, told: Sequence[Told]) -> list[Told]:
    """Return the lines, of those that are not recognised with the sentence that they are much like."""
    left, found = _MOST_HINTS, list(told)
    for place, each in enumerate(told):
        if left and not each.line.verdict.is_recognised:
            left -= 1
            like = recogniser.much_like(each.line.message or each.line.text)
            found[place] = replace(each, line=replace(each.line, much_like=like))
    return found


def _numbered(told: Sequence[Told]) -> Iterable[Told]:
    """Return lines numbered by place where several issues stand on one, as in a page saved without line ends."""
    if len({each.line.line for each in told}) == len(told):
        return told
    return (replace(each, line=replace(each.line, line=place)) for place, each in enumerate(told, start=1))


def _causes(told: Sequence[Told]) -> tuple[PastedCause, ...]:
    """Return the causes, the most frequent first; equal titles of one rule are one cause."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        if each.diagnosis is not None:
            groups.setdefault((each.diagnosis.rule, each.diagnosis.title), []).append(each)
    causes = [_cause(members) for members in groups.values()]
    return tuple(sorted(causes, key=lambda cause: (cause.cause_class is CauseClass.UNKNOWN, -len(cause.lines))))


def _cause(members: Sequence[Told]) -> PastedCause:
    said = members[0].diagnosis
    if said is None:
        raise AssertionError("A cause is made of lines with a diagnosis")
    return PastedCause(
        title=said.title,
        rule=said.rule,
        cause_class=said.cause_class,
        severity=said.severity,
        why=said.why,
        steps=said.steps,
        lines=tuple(each.line.line for each in members),
    )
