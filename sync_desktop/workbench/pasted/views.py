"""What the paste box and the command `diagnose` show: plain values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sync_desktop.domain.pasted import Verdict
    from sync_desktop.domain.words import CauseClass, Psa, RecordKind, Severity


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """A record that a line may be about."""

    kind: "RecordKind"
    id: str
    name: str
    company: str

    @property
    def key(self) -> str:
        """What a command calls it: "quote/q-1"."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One issue, or one line that is none."""

    line: int
    """Where it begins in what was pasted, counted from 1."""
    text: str
    """All of it, as it was pasted."""
    message: str
    kind: "RecordKind | None"
    record: str
    company: str
    time: str
    verdict: "Verdict"
    title: str = ""
    """The title of its cause; empty where it is no issue."""
    much_like: str = ""
    """Of a line that is not recognised, the known sentence that it is much like; empty for none."""
    matched: RecordChoice | None = None
    candidates: tuple[RecordChoice, ...] = ()
    """The records that it may be about, where that are several."""
    undecided: bool = False
    """Whether nobody has said yet which of several it is."""

    @property
    def hint(self) -> str:
        """What may be meant by a line that is not recognised; empty where nobody can say."""
        if not self.much_like:
            return ""
        return f"Much like “{self.much_like}”. If that is what it says, spell it so and paste it again."

    @property
    def about(self) -> str:
        """What it is about, in the words of the page: "Quote Q-2041, Contoso"."""
        named = " ".join(part for part in (self.kind.label if self.kind else "", self.record) if part)
        return ", ".join(part for part in (named, self.company) if part)


@dataclass(frozen=True, slots=True)
class PastedCause:
    """One cause with the lines that have it. Texts may hold `**bold**` names."""

    title: str
    rule: str
    cause_class: "CauseClass"
    severity: "Severity"
    why: str
    steps: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PastedColumn:
    """What one column is taken for."""

    number: int
    """Counted from 1."""
    role: str
    header: str
    sure: float
    """0 to 1; 1 where a heading or a person says so."""


@dataclass(frozen=True, slots=True)
class PasteView:
    """Everything about one pasted text."""

    layout: str
    """ "table", "web page" or "text"."""
    psa: "Psa | None"
    """Whose rules were asked; None for those of all."""
    psa_words: str
    """A sentence that says whose rules were asked, and why."""
    columns: tuple[PastedColumn, ...]
    """Empty where the text has none."""
    causes: tuple[PastedCause, ...]
    lines: tuple[PastedLine, ...]
    counts: "Mapping[Verdict, int]"
    summary: str
    """ "56 lines, 54 are sync failures, 2 are not; causes: …"."""
    importable: int = 0
    """How many lines can be kept as issues."""
    leaving: int = 0
    """How many issues of earlier imports are not in it any more."""

    @property
    def undecided(self) -> tuple[PastedLine, ...]:
        """The lines of which it is not known which of several records they are about."""
        return tuple(line for line in self.lines if line.undecided)

    @property
    def unrecognised(self) -> tuple[PastedLine, ...]:
        """The lines that no rule knows."""
        return tuple(line for line in self.lines if not line.verdict.is_recognised)


@dataclass(frozen=True, slots=True)
class PasteQuestion:
    """What is asked of a pasted text."""

    text: str
    site_id: str = ""
    """Whose records are looked for, and whose PSA's rules are asked; empty for a diagnosis without records."""
    psa: "Psa | None" = None
    """Whose rules to ask where there is no site; None to guess."""
    columns: "Mapping[int, str] | None" = None
    """What columns hold, by number from 1, as a person said; None to guess."""
    choices: "Mapping[int, str] | None" = None
    """Of lines that may be about several records, by line: the record's key, or `none`."""
    whole: bool = True
    """Whether it is the whole list, so that what it lacks is no longer listed."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, counted in issues."""

    text: str
    opened: int
    known: int
    noted: int
    """Issues of this program's own attempts and checks that Salesbuildr lists too."""
    unlisted: int
    unmatched: int
    """Issues among them that are about no record that has been read."""


@dataclass(frozen=True, slots=True)
class LastImport:
    """The newest import of a site, with the lines that became no issue."""

    at: "datetime"
    lines: int
    issues: int
    others: tuple[str, ...]
