"""What only error texts tell: the one category that can be meant, and nothing where it could be another."""

from dataclasses import replace

import pytest

from sync_desktop.domain.links import Link
from sync_desktop.domain.records import Named, RecordRef
from sync_desktop.domain.words import IssueState, LinkOrigin, MappingOrigin
from sync_desktop.mapping.recover import Clue, clues, recovered
from sync_desktop.psa.listing import ReadOnce
from sync_desktop.psa.whereabouts import Part, Where, Whereabouts
from sync_desktop.storage import issues, links, mappings
from sync_desktop.storage.transaction import Transaction
from tests.mapping.conftest import NOON
from tests.mapping.copy_world import CONNECTOR, FIREWALLS, KIND, SAID, SITE, Stub, failed, mapped, quote

CABLES, LAPTOPS = Named(id="cables", name="Cables"), Named(id="laptops", name="Laptops")
SORTS = ("category", "subcategory", "product type")


def told(tx: Transaction) -> list[tuple[str, str]]:
    return [(clue.row_id, clue.source_name) for clue in clues(tx.conn, SITE.id, CONNECTOR)]


def test_the_category_that_all_who_failed_share_is_the_one(tx: Transaction) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS, CABLES))
    dismissed = failed(tx, quote(tx, "q-2", LAPTOPS, FIREWALLS))
    assert told(tx) == [("41", "Firewalls")]
    issues.dismiss(tx, dismissed, at=NOON)
    assert told(tx) == [("41", "Firewalls")]
    (clue,) = clues(tx.conn, SITE.id, CONNECTOR)
    assert clue == Clue("41", SORTS, KIND.name, "firewalls", "Firewalls")


def test_where_it_could_be_another_nothing_is_said(tx: Transaction) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS, CABLES))
    assert told(tx) == []


@pytest.mark.parametrize("origin", [MappingOrigin.PRODUCTS, MappingOrigin.SALESBUILDR])
def test_a_category_that_is_known_to_lead_elsewhere_is_not_meant(tx: Transaction, origin: MappingOrigin) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS, CABLES))
    mappings.save_mapping(tx, SITE.id, mapped("7/71/1", origin, CABLES), at=NOON)
    assert told(tx) == [("41", "Firewalls")]


def test_what_a_person_set_here_says_nothing_of_where_salesbuildr_leads(tx: Transaction) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS, CABLES))
    mappings.save_mapping(tx, SITE.id, mapped("57/131/1", MappingOrigin.HAND, FIREWALLS), at=NOON)
    assert told(tx) == []


@pytest.mark.parametrize("origin", list(MappingOrigin))
def test_what_is_explained_already_is_not_looked_for(tx: Transaction, origin: MappingOrigin) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS))
    mappings.save_mapping(tx, SITE.id, mapped("9/41/1", origin), at=NOON)
    assert told(tx) == []


def test_quotes_that_arrived_tell_categories_apart_where_nothing_else_does(tx: Transaction) -> None:
    failed(tx, quote(tx, "q-1", FIREWALLS, CABLES))
    arrived = quote(tx, "q-2", CABLES)
    link = Link(ref=arrived, entity="x", external_id="5", origin=LinkOrigin.MATCHED, verified_at=NOON)
    links.save_link(tx, SITE.id, link, at=NOON)
    assert told(tx) == [("41", "Firewalls")]
    links.save_link(tx, SITE.id, link.model_copy(update={"verified_at": None}), at=NOON)
    assert told(tx) == []


def test_what_has_cleared_or_is_known_by_its_mapping_already_is_no_clue(tx: Transaction) -> None:
    ref = quote(tx, "q-1", FIREWALLS)
    failed(tx, ref)
    issues.clear(tx, SITE.id, ref, evidence="seen", at=NOON)
    failed(tx, quote(tx, "q-2", FIREWALLS), mapping_kind=KIND.name, source_id="firewalls")
    assert told(tx) == []
    assert issues.issue_for(tx.conn, SITE.id, ref).state is IssueState.CLEARED  # type: ignore[union-attr]


def test_a_line_that_fits_no_record_tells_nothing(tx: Transaction) -> None:
    failed(tx, RecordRef(kind=quote(tx, "q", FIREWALLS).kind, id="pasted:1"), SAID)
    assert told(tx) == []


CLUE = Clue("41", SORTS, KIND.name, "firewalls", "Firewalls")
INACTIVE = Whereabouts(Part("category", "41"), Where.INACTIVE, "Security HW")


class Answering(Stub):
    """Answers as it is told to, and whatever else is asked for is gone."""

    def __init__(self, *answers: Whereabouts) -> None:
        self._answers = {each.part.what: each for each in answers}
        self.inquiries = self  # type: ignore[assignment]

    def parts(self, kind: str, target_id: str) -> tuple[Part, ...]:
        return Stub.inquiries.parts(kind, target_id)

    async def ask(self, part: Part, once: ReadOnce | None = None) -> Whereabouts:
        del once
        return self._answers.get(part.what) or Whereabouts(part, Where.GONE)


def at(answer: Whereabouts, what: str) -> Whereabouts:
    return replace(answer, part=Part(what, "41"))


ACTIVE = replace(INACTIVE, where=Where.ACTIVE)
UNKNOWN = replace(INACTIVE, where=Where.UNKNOWN, name="")
HIDDEN = replace(INACTIVE, where=Where.GONE)


@pytest.mark.parametrize(
    ("answers", "target_id"),
    [
        ([INACTIVE], "41"),
        ([at(INACTIVE, "subcategory"), ACTIVE], "/41"),
        ([at(INACTIVE, "product type")], "//41"),
        ([ACTIVE], "41"),
        ([HIDDEN], "41"),
        ([INACTIVE, at(INACTIVE, "subcategory")], ""),
        ([], ""),
        ([UNKNOWN, at(UNKNOWN, "subcategory"), at(UNKNOWN, "product type")], ""),
    ],
    ids=["category", "subcategory", "type", "active again", "named by others", "two", "nothing", "not permitted"],
)
async def test_the_psa_is_asked_what_the_number_is(answers: list[Whereabouts], target_id: str) -> None:
    found = await recovered(Answering(*answers), CLUE)  # type: ignore[arg-type]
    assert (found.target_id if found else "") == target_id
    if found:
        assert (found.origin, found.source_id, found.target_name) == (
            MappingOrigin.ERROR_TEXT,
            "firewalls",
            "Security HW",
        )
