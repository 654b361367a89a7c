"""What a pasted list turns out to mean, with the rules that the program comes with."""

from collections.abc import Callable, Iterable

import pytest

from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.words import CauseClass, Psa
from sync_desktop.resources import resource
from sync_desktop.workbench.pasted.reading import read_list, view_of
from sync_desktop.workbench.pasted.recognising import Recogniser
from sync_desktop.workbench.pasted.views import PasteQuestion, PasteView
from tests.worlds.issues_page import BILLING, BUSY, GONE, Entry, as_copied, as_csv, as_html, fifty_six


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(RulePacks.load(resource("diagnosis")))


@pytest.fixture(scope="module")
def read(recogniser: Recogniser) -> Callable[..., PasteView]:
    def asked(text: str, **more: object) -> PasteView:
        return view_of(read_list(recogniser, PasteQuestion(text, **more)))  # type: ignore[arg-type]  # members by name

    return asked


Read = Callable[..., PasteView]


@pytest.mark.parametrize("shape", [as_csv, as_html], ids=["CSV", "web page"])
def test_a_page_of_56_lines_is_told_as_the_customer_tells_it(
    read: Read, shape: Callable[[Iterable[Entry]], str]
) -> None:
    view = read(shape(fifty_six()))
    assert view.summary.startswith("56 lines, 54 are sync failures, 2 are not; causes: Billing code of ")
    assert "Already synchronizing (2)" in view.summary
    assert view.psa is Psa.AUTOTASK
    assert view.importable == 54
    assert view.unrecognised == ()
    others = [line.record for line in view.lines if line.verdict is Verdict.NOT_SYNC]
    assert others == ["dana@contoso.example", "PO 77"]


def test_a_page_copied_as_text_gives_the_same_54_failures(read: Read) -> None:
    view = read(as_copied(fifty_six()))
    assert view.counts[Verdict.FAILURE] == 54
    assert view.counts[Verdict.NOT_SYNC] == 2
    assert [line.text for line in view.lines if line.verdict is Verdict.PAGE] == ["Issues"]
    numbers = [line.record for line in view.lines if line.verdict is Verdict.FAILURE]
    assert numbers == [f"Q-{number}" for number in range(3001, 3055)]


def test_lines_of_one_cause_are_one_group_the_largest_first(read: Read) -> None:
    view = read(as_csv(fifty_six()))
    sizes = [len(cause.lines) for cause in view.causes]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 37
    assert sum(len(cause.lines) for cause in view.causes) == 56
    first = view.causes[0]
    assert (first.rule, first.cause_class) == ("autotask.billing-code-invalid", CauseClass.CONFIGURATION)
    assert first.why
    assert len(first.steps) > 1


def test_what_no_rule_knows_is_called_unknown_and_is_no_cause_of_the_summary(read: Read) -> None:
    view = read(f"Entity,Name,Error\nQuote,Q-2041,{BILLING}\nQuote,Q-2042,Gremlins in the wires\n")
    assert [line.record for line in view.unrecognised] == ["Q-2042"]
    assert "2 lines, 1 is a sync failure, 1 is not recognised; causes: Billing code" in view.summary
    assert "Unknown" not in view.summary
    assert view.importable == 2


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("BillingCode does not exsit or is invalid", BILLING),
        ("Q-1: Compny has no external identifer", "Company has no external identifier"),
        ("Contract has no external identifier", "Contact has no external identifier"),
        ("The printer is on fire again", ""),
        ("Company", ""),
    ],
)
def test_a_line_that_may_be_mistyped_says_what_it_is_like_and_stays_unknown(read: Read, text: str, like: str) -> None:
    view = read(text)
    assert view.causes == ()
    assert [line.much_like for line in view.unrecognised] == ([like] if len(text.split()) > 2 else [])
    assert [bool(line.hint) for line in view.unrecognised] == [bool(line.much_like) for line in view.unrecognised]


def test_a_field_in_front_of_a_text_is_part_of_it(read: Read) -> None:
    (cause,) = read("contactID: Value 12345 does not exist or is invalid").causes
    assert cause.rule == "autotask.reference-invalid"


def test_what_this_program_does_by_itself_is_not_said_of_lines_that_others_listed(read: Read) -> None:
    (cause,) = read("Autotask authentication error: please verify your credentials").causes
    assert "signed" not in cause.why
    assert (
        cause.steps[1] == "In Salesbuildr, enter user name and secret anew under **Admin > Integrations > Autotask**."
    )


def test_a_line_names_the_record_that_it_is_about_in_its_cause(read: Read) -> None:
    view = read(
        "Company\tNorthwind\tCompany has no external identifier\nContact\tJane Doe\tContact has no external identifier"
    )
    titles = [cause.title for cause in view.causes]
    assert titles == [
        "Company **Northwind** is not linked to your PSA",
        "Contact **Jane Doe** is not linked to your PSA",
    ]


@pytest.mark.parametrize(
    ("text", "psa"),
    [
        (BILLING, Psa.AUTOTASK),
        (f"ConnectWise - {BUSY}", Psa.CONNECTWISE),
        (f"Q-1: {BUSY} (HaloPSA)", Psa.HALOPSA),
        (f"Q-1: {BUSY}\nQ-2: {GONE}", Psa.AUTOTASK),
        (f"{BILLING}\n{BUSY} in ConnectWise", None),
    ],
)
def test_the_psa_is_guessed_from_the_words(recogniser: Recogniser, text: str, psa: Psa | None) -> None:
    reading = read_list(recogniser, PasteQuestion(text))
    assert reading.psa is psa
    assert ("Taken for" in reading.psa_words) is (psa is not None)


def test_where_no_psa_can_be_told_none_is_named_in_the_steps(read: Read) -> None:
    view = read("read ECONNRESET")
    assert view.psa is None
    assert "the rules for all of them were asked" in view.psa_words
    (cause,) = view.causes
    assert not any(psa.label in " ".join((cause.why, *cause.steps)) for psa in Psa)


def test_a_psa_that_was_told_counts_before_the_words(read: Read) -> None:
    view = read(BUSY, psa=Psa.HALOPSA)
    assert (view.psa, "as asked" in view.psa_words) == (Psa.HALOPSA, True)


def test_a_text_that_needs_another_kind_of_failure_is_known_by_its_words(read: Read) -> None:
    (line,) = read("Quote Q-1: [Errno -2] Name or service not known").lines
    assert line.verdict is Verdict.FAILURE


def test_columns_as_a_person_names_them(read: Read) -> None:
    text = f"{BUSY}\tContoso\tQ-1\n{BUSY}\tFabrikam\tQ-2\n"
    view = read(text, columns={1: "message", 2: "company", 3: "record"})
    assert [(line.record, line.company) for line in view.lines] == [("Q-1", "Contoso"), ("Q-2", "Fabrikam")]
    assert [column.role for column in view.columns] == ["message", "company", "record"]


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("", None, "nothing to read"),
        (" \n ", None, "nothing to read"),
        (BILLING, {1: "message"}, "no columns"),
        (f"a\t{BILLING}\nb\t{BUSY}\n", {3: "message"}, "has 2 columns"),
        (f"a\t{BILLING}\nb\t{BUSY}\n", {1: "record"}, "which column holds the message"),
        (f"a\t{BILLING}\nb\t{BUSY}\n", {1: "colour", 2: "message"}, "A column holds one of message"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    read: Read, text: str, columns: dict[int, str] | None, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        read(text, columns=columns)


def test_issues_on_one_line_of_a_page_are_told_apart_by_their_place(read: Read) -> None:
    view = read(as_html(fifty_six()))
    assert len({line.line for line in view.lines}) == len(view.lines)
