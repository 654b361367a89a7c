"""What a person decided about a record, as the workspace keeps it.

A decision holds for what the person saw: for single lines of a quote, and for a field as long as no side changes it
again. What comes later is asked about anew (safety, rules 6 and 7).
"""

from collections.abc import Iterable, Mapping, Sequence

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind
from sync_desktop.storage.codec import dump_values, load_values

KEEP, ADOPT, REPLACE = "keep", "adopt", "replace"
LINE_DECISIONS = (KEEP, ADOPT, REPLACE)
OURS, THEIRS = "ours", "theirs"
FIELD_DECISIONS = (OURS, THEIRS)
"""The quoting side's value is written, or the PSA's stays."""


def line_words(stored: str) -> dict[str, str]:
    """Return what was decided about lines: by id of a row in the PSA, or by part of a line that is gone from there."""
    if not stored.startswith("{"):
        return {}
    return {line: str(word) for line, word in load_values(stored).items()}


def with_lines(stored: str, lines: Iterable[str], word: str) -> str:
    """Return the stored form with one word about these lines; what was said of others stays."""
    return dump_values({**line_words(stored), **dict.fromkeys(lines, word)})


def arrived_lines(stored: str) -> str:
    """Return what is left of it when the quote has arrived: lines that were kept stay so, what was replaced is done."""
    left = {line: KEEP for line, word in line_words(stored).items() if word != REPLACE}
    return dump_values(left) if left else ""


def asked_lines(failures: Iterable[Failure]) -> list[str]:
    """Return the lines that failures ask a person about."""
    about = (FailureKind.FOREIGN_LINES, FailureKind.DIFFERENCE)
    named = [each.facts.get("line_ids", "") for each in failures if each.kind in about]
    return [line for ids in named for line in ids.split(",") if line]


def with_field(stored: str, about: FieldDifference, word: str) -> str:
    """Return the stored form with a word about one field, whose three values go with it."""
    others = [each for each in _fields(stored) if (each["part"], each["field"]) != (about.part, about.field)]
    values = {"sent": about.sent, "ours": about.ours, "theirs": about.theirs}
    return dump_values({"fields": [*others, {"part": about.part, "field": about.field, "word": word, **values}]})


def settled(
    found: Iterable[FieldDifference], stored: str, *, ref: RecordRef, label: str, part: str = ""
) -> list[FieldDifference]:
    """Return the differences of a record, or a part of one, with what a person decided about its conflicts.

    A conflict in which our value is to be taken is none any more, so that it is sent; one in which the PSA keeps its
    value is left out.
    """
    known = [each for each in _fields(stored) if each["part"] == part]
    left: list[FieldDifference] = []
    for each in found:
        word = _word(known, each) if each.conflict else ""
        if word != THEIRS:
            decided = {"conflict": each.conflict and word != OURS}
            left.append(each.model_copy(update={"ref": ref, "part": part, "about": label, **decided}))
    return left


def conflict_failure(differences: Sequence[FieldDifference], ref: RecordRef, psa: str) -> list[Failure]:
    """Return the failure that asks about a record's own conflicts; none where it has none."""
    own = [each for each in differences if each.conflict and each.ref == ref]
    if not own:
        return []
    words = "; ".join(f"{each.name}: Salesbuildr {_shown(each.ours)}, {psa} {_shown(each.theirs)}" for each in own)
    facts = {"field": words, "reason": "both changed", "count": str(len(own))}
    return [Failure(kind=FailureKind.DIFFERENCE, message="Both sides changed the same value", facts=facts)]


def _fields(stored: str) -> list[Mapping[str, object]]:
    return list(load_values(stored).get("fields", [])) if stored.startswith("{") else []


def _word(known: Iterable[Mapping[str, object]], conflict: FieldDifference) -> str:
    values = {"sent": conflict.sent, "ours": conflict.ours, "theirs": conflict.theirs}
    for each in known:
        if each["field"] == conflict.field and all(same_value(each[name], value) for name, value in values.items()):
            return str(each["word"])
    return ""


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else f"“{value}”"
