"""A paste desk in memory: the rules that the program comes with, and a handful of records."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Psa, RecordKind
from sync_desktop.resources import resource
from sync_desktop.storage.imports import NamedRecord
from sync_desktop.workbench.pasted.files import read_file
from sync_desktop.workbench.pasted.matching import Matcher
from sync_desktop.workbench.pasted.reading import read_list, view_of
from sync_desktop.workbench.pasted.recognising import Recogniser
from sync_desktop.workbench.pasted.views import ImportResult, LastImport, PasteQuestion, PasteView

RECORDS = (
    ("quote", "q1", "Q-2041 Northwind refresh", "Northwind Traders"),
    ("quote", "q2", "Q-2038 Edge firewall x2", "Adatum"),
    ("contact", "p1", "Jane Doe", "Contoso"),
    ("contact", "p2", "Jane Doe", "Fabrikam"),
)
SITES = {"contoso": (Psa.AUTOTASK, "Contoso MSP"), "tailspin": (Psa.CONNECTWISE, "Tailspin IT")}


@dataclass
class FakePaste:
    """Reads as the program does; keeps nothing but what it was asked."""

    asked: list[PasteQuestion] = field(default_factory=list)
    kept: list[PasteQuestion] = field(default_factory=list)
    fails: str = ""
    leaving: int = 0
    before: LastImport | None = None
    _recogniser: Recogniser | None = None

    async def file(self, path: str) -> str:
        return read_file(Path(path))

    async def preview(self, question: PasteQuestion) -> PasteView:
        self.asked.append(question)
        self._recogniser = self._recogniser or Recogniser(RulePacks.load(resource("diagnosis")))
        site = SITES.get(question.site_id)
        reading = read_list(self._recogniser, question, site)
        if site is None:
            return view_of(reading)
        matcher = Matcher(
            NamedRecord(RecordRef(kind=RecordKind(kind), id=key), name, company) for kind, key, name, company in RECORDS
        )
        lines = matcher.matched((each.line for each in reading.told), question.choices or {})
        return view_of(reading, lines, leaving=self.leaving if question.whole else 0)

    async def keep(self, question: PasteQuestion) -> ImportResult:
        if self.fails:
            raise UserError(self.fails)
        self.kept.append(question)
        view = await self.preview(question)
        text = f"{view.importable} issues of {SITES[question.site_id][1]} are kept."
        return ImportResult(text, view.importable, 0, 0, 0, 0)

    async def last(self, site_id: str) -> LastImport | None:
        return self.before


def last_import() -> LastImport:
    """Return an import of some days ago with two lines that became no issue."""
    others = ("User was not automatically linked", "Invalid customer number")
    return LastImport(datetime(2026, 11, 20, 9, tzinfo=UTC), 56, 54, others)
