"""Which record a pasted line is about."""

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.storage.imports import NamedRecord
from sync_desktop.workbench.pasted.matching import Matcher
from sync_desktop.workbench.pasted.views import PastedLine

KNOWN = (
    ("quote/q1", "Q-2041 Network refresh", "Northwind Traders"),
    ("quote/q2", "Q-2042 Laptops", "Contoso, Ltd"),
    ("quote/q3", "Q-2043 Laptops", "Fabrikam"),
    ("quote/q4", "QU-2026-0117 Laptops", "Fabrikam Inc."),
    ("quote/q5", "10345 Servers", "Adatum"),
    ("company/c1", "Contoso, Ltd", "Contoso, Ltd"),
    ("company/c2", "Adatum", "Adatum"),
    ("contact/p1", "Jane Doe", "Contoso, Ltd"),
    ("contact/p2", "Jane Doe", "Fabrikam"),
    ("opportunity/o1", "Network refresh", "Northwind Traders"),
)


def matcher() -> Matcher:
    refs = [(each.split("/"), name, company) for each, name, company in KNOWN]
    return Matcher(
        NamedRecord(RecordRef(kind=RecordKind(kind), id=key), name, company) for (kind, key), name, company in refs
    )


def line(kind: str = "", record: str = "", company: str = "", verdict: Verdict = Verdict.FAILURE) -> PastedLine:
    return PastedLine(3, "", "message", RecordKind(kind) if kind else None, record, company, "", verdict)


def found(kind: str = "", record: str = "", company: str = "") -> list[str]:
    return [each.key for each in matcher().candidates(line(kind, record, company))]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        (("quote", "Q-2041"), ["quote/q1"]),
        (("", "q-2041"), ["quote/q1"]),
        (("quote", "#10345"), ["quote/q5"]),
        (("quote", "QU-2026-0117"), ["quote/q4"]),
        (("quote", "Q-2041 Network refresh (copy)"), ["quote/q1"]),
        (("quote", "Network refresh"), ["quote/q1"]),
        (("opportunity", "network  REFRESH"), ["opportunity/o1"]),
        (("", "Network refresh"), ["opportunity/o1", "quote/q1"]),
        (("quote", "Laptops"), ["quote/q2", "quote/q3", "quote/q4"]),
        (("quote", "Laptops", "Contoso"), ["quote/q2"]),
        (("quote", "Laptops", "Fabrikam"), ["quote/q3", "quote/q4"]),
        (("quote", "Laptops", "Nobody"), ["quote/q2", "quote/q3", "quote/q4"]),
        (("contact", "Jane Doe", "Fabrikam"), ["contact/p2"]),
        (("contact", "Jane Doe"), ["contact/p1", "contact/p2"]),
        (("company", "", "Contoso Ltd."), ["company/c1"]),
        (("company", "Q-2041"), []),
        (("quote", "Q-9999"), []),
        (("quote", "Q-20"), []),
        (("", "", "Contoso"), []),
        (("", ""), []),
    ],
)
def test_a_line_is_about_the_records_that_it_names(asked: tuple[str, ...], keys: list[str]) -> None:
    assert found(*asked) == keys


def test_one_record_is_taken_and_several_are_asked_about() -> None:
    one, several, none = matcher().matched(
        [line("quote", "Q-2041"), line("contact", "Jane Doe"), line("quote", "Q-9999")], {}
    )
    assert (one.matched and one.matched.key, one.undecided) == ("quote/q1", False)
    assert (several.matched, several.undecided, len(several.candidates)) == (None, True, 2)
    assert (none.matched, none.undecided, none.candidates) == (None, False, ())


@pytest.mark.parametrize(("said", "key"), [("contact/p2", "contact/p2"), ("none", None), ("company/c1", "company/c1")])
def test_a_choice_decides(said: str, key: str | None) -> None:
    (decided,) = matcher().matched([line("contact", "Jane Doe")], {3: said})
    assert (decided.matched and decided.matched.key, decided.undecided) == (key, False)
    assert len(decided.candidates) == 2  # so that it can still be chosen differently


def test_a_line_that_is_no_sync_failure_is_about_no_record() -> None:
    (other,) = matcher().matched([line("contact", "Jane Doe", verdict=Verdict.NOT_SYNC)], {})
    assert (other.matched, other.undecided) == (None, False)


def test_a_choice_of_something_that_is_not_there_is_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="No record quote/zzz has been read"):
        matcher().matched([line("contact", "Jane Doe")], {3: "quote/zzz"})
    with pytest.raises(UserError, match="Line 9 is no issue"):
        matcher().matched([line("contact", "Jane Doe")], {9: "contact/p1"})
