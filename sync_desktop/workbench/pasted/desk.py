"""What the paste box and `diagnose --import` ask for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError
from sync_desktop.resources import resource
from sync_desktop.storage import imports, records
from sync_desktop.workbench.pasted.files import read_file
from sync_desktop.workbench.pasted.keeping import Kept, keep, refs_of
from sync_desktop.workbench.pasted.matching import Matcher
from sync_desktop.workbench.pasted.reading import Reading, Told, context_of, read_list, view_of
from sync_desktop.workbench.pasted.recognising import Recogniser
from sync_desktop.workbench.pasted.views import ImportResult, LastImport, PasteView
from sync_desktop.workbench.pasted.words import import_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync_desktop.domain.records import AnyRecord, RecordRef
    from sync_desktop.domain.sites import Site
    from sync_desktop.storage.transaction import Transaction
    from sync_desktop.workbench.backstage import Backstage
    from sync_desktop.workbench.pasted.views import PastedLine, PasteQuestion


class PasteDesk:
    """Diagnoses pasted lists, matches them to the records of a site, and keeps them as issues."""

    def __init__(self, stage: Backstage) -> None:
        self._stage = stage
        self._recogniser: Recogniser | None = None

    async def file(self, path: str) -> str:
        """Return the text of a saved file."""
        return await asyncio.to_thread(read_file, Path(path))

    async def preview(self, question: PasteQuestion) -> PasteView:
        """Return what a list means, with its records where a site is named. UserError where it cannot be read."""
        if not question.site_id:
            return view_of(await self._read(question, None))
        site = await self._stage.site(question.site_id)
        reading = await self._read(question, site)
        lines = await self._matched(reading, question)

        def leaving(conn: Connection) -> int:
            listed = set(refs_of(lines).values())
            return sum(ref not in listed for ref in imports.open_imported(conn, site.id))

        return view_of(reading, lines, leaving=await self._stage.workspace.read(leaving) if question.whole else 0)

    async def keep(self, question: PasteQuestion) -> ImportResult:
        """Keep a list as issues of its site.

        UserError where it cannot be read, holds no issue, or where it is not said yet which of several records a line
        is about: nothing is kept then.
        """
        site = await self._stage.site(question.site_id)
        reading = await self._read(question, site)
        lines = await self._matched(reading, question)
        if undecided := [line for line in lines if line.undecided]:
            which = ", ".join(str(line.line) for line in undecided[:5])
            raise UserError(f"Say first which record is meant: lines {which} may be about several.")
        if not any(line.verdict.is_issue for line in lines):
            raise UserError("There is no issue in this text that could be kept.")
        told = await self._diagnosed(reading, lines, site)
        at = self._stage.clock.now()

        def store(tx: Transaction) -> Kept:
            return keep(tx, site.id, told, whole=question.whole, at=at)

        kept = await self._stage.workspace.write(store)
        return ImportResult(
            text=import_words(kept, site.name),
            opened=kept.opened,
            known=kept.known,
            noted=kept.noted,
            unlisted=kept.unlisted,
            unmatched=kept.unmatched,
        )

    async def last(self, site_id: str) -> LastImport | None:
        """Return the newest import of a site; None where there is none."""
        found = await self._stage.workspace.read(lambda conn: imports.newest(conn, site_id))
        if found is None:
            return None
        others = [line for line in found.lines if line.issue_id is None]
        return LastImport(
            at=found.at,
            lines=len(found.lines),
            issues=len({line.issue_id for line in found.lines} - {None}),
            others=tuple(line.text for line in others),
        )

    async def _read(self, question: PasteQuestion, site: Site | None) -> Reading:
        """Read and diagnose on another thread: a long list takes a second."""

        def read() -> Reading:
            if self._recogniser is None:
                self._recogniser = Recogniser(RulePacks.load(resource("diagnosis")))
            return read_list(self._recogniser, question, (site.psa, site.name) if site else None)

        return await asyncio.to_thread(read)

    async def _matched(self, reading: Reading, question: PasteQuestion) -> tuple[PastedLine, ...]:
        named = await self._stage.workspace.read(lambda conn: imports.named_records(conn, question.site_id))
        return Matcher(named).matched((each.line for each in reading.told), question.choices or {})

    async def _diagnosed(self, reading: Reading, lines: tuple[PastedLine, ...], site: Site) -> list[Told]:
        """Return the lines diagnosed anew with what is known of their records."""
        refs = {number: ref for number, ref in refs_of(lines).items() if ref.is_known}

        def read(conn: Connection) -> dict[RecordRef, AnyRecord]:
            found = {ref: records.record(conn, site.id, ref) for ref in set(refs.values())}
            return {ref: record for ref, record in found.items() if record is not None}

        known = await self._stage.workspace.read(read)
        told: list[Told] = []
        for each, line in zip(reading.told, lines, strict=True):
            if each.failure is None or not line.verdict.is_issue:
                told.append(replace(each, line=line))
                continue
            record = known.get(refs[line.line]) if line.line in refs else None
            facts = context_of(line, site.name, record)
            failure = each.failure.with_facts(
                **{name: facts[name] for name in ("company", "company_id") if facts.get(name)}
            )
            told.append(Told(line, failure, reading.recogniser.diagnosis(site.psa, failure, facts)))
        return told
