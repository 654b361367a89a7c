"""Salesbuildr's own copy of a repaired mapping: when it is a to-do, what is to be done, what proves that it works."""

from datetime import timedelta

import pytest

from sync_desktop.domain.links import Link
from sync_desktop.domain.mappings import MappingKind, Todo
from sync_desktop.domain.records import Named, Product, RecordRef, ref_of
from sync_desktop.domain.words import LinkOrigin, MappingOrigin, MappingState, Psa, RecordKind
from sync_desktop.mapping.proof import Proof, issues_about, proof
from sync_desktop.mapping.todo import open_for, packet, steps, title
from sync_desktop.storage import activity, issues, links, mappings, todos
from sync_desktop.storage.transaction import Transaction
from tests.mapping.conftest import NOON
from tests.mapping.copy_world import (
    BAD,
    CONNECTOR,
    FIREWALLS,
    GOOD,
    KIND,
    SAID,
    SITE,
    audited,
    change,
    failed,
    listed,
    mapped,
    quote,
    target,
)

CABLES = Named(id="cables", name="Cables")
INACTIVE = target(BAD, MappingState.INACTIVE, why_not="41 is an inactive category")


def opened(tx: Transaction, kind: MappingKind = KIND) -> Todo:
    """Open the to-do of Firewalls, repaired from what is inactive."""
    audited(tx, INACTIVE, target(GOOD))
    assert open_for(tx, SITE, change(mapped(BAD, MappingOrigin.PRODUCTS)), kind) is not None
    (todo,) = todos.todos(tx.conn, SITE.id)
    return todo


def looked_at(tx: Transaction, todo: Todo, kind: MappingKind = KIND) -> Proof:
    return proof(tx.conn, SITE.id, CONNECTOR, todo, kind)


def test_a_repair_of_what_is_broken_opens_a_todo_that_names_both_targets(tx: Transaction) -> None:
    todo = opened(tx)
    assert (todo.bad_target_id, todo.good_target_id, todo.opened_at) == (BAD, GOOD, NOON)
    assert title(todo) == "Firewalls still leads to Security HW › UTM · Hardware (#41/411/1) in Salesbuildr"


def test_what_was_not_mapped_at_all_is_a_todo_as_well(tx: Transaction) -> None:
    assert open_for(tx, SITE, change(None), KIND) is not None
    (todo,) = todos.todos(tx.conn, SITE.id)
    assert title(todo) == "Firewalls has no mapping in Salesbuildr, as far as is known"


def test_salesbuildrs_own_word_counts_more_than_what_counted_here(tx: Transaction) -> None:
    audited(tx, INACTIVE, target("9/9/1"), target(GOOD))
    mappings.save_mapping(tx, SITE.id, mapped(BAD, MappingOrigin.SALESBUILDR), at=NOON)
    assert open_for(tx, SITE, change(mapped("9/9/1")), KIND) is not None
    assert todos.todos(tx.conn, SITE.id)[0].bad_target_id == BAD


@pytest.mark.parametrize(
    "known",
    [mapped(GOOD, MappingOrigin.SALESBUILDR), mapped("9/9/1", MappingOrigin.SALESBUILDR)],
    ids=["same", "valid"],
)
def test_a_copy_that_works_already_is_no_todo_and_ends_one(tx: Transaction, known: object) -> None:
    opened(tx)
    audited(tx, INACTIVE, target(GOOD), target("9/9/1"))
    mappings.save_mapping(tx, SITE.id, known, at=NOON)  # type: ignore[arg-type]
    assert open_for(tx, SITE, change(mapped(BAD)), KIND) is None
    assert todos.todos(tx.conn, SITE.id) == []


def test_what_salesbuildr_keeps_no_copy_of_is_no_todo(tx: Transaction) -> None:
    audited(tx, INACTIVE)
    none_there = KIND.model_copy(update={"salesbuildr_page": ""})
    assert open_for(tx, SITE, change(mapped(BAD)), none_there) is None
    assert open_for(tx, SITE, change(mapped(BAD), after=""), KIND) is None


def test_a_hidden_category_is_made_active_for_a_moment_or_deleted_by_support(tx: Transaction) -> None:
    todo = opened(tx)
    told = steps(todo, KIND, Psa.CONNECTWISE, MappingState.INACTIVE)
    assert [each.split(",")[0] for each in told[1:4]] == [
        "In Salesbuildr",
        "In Salesbuildr",
        "In ConnectWise",
    ]
    assert "Setup > Category, make it active for a moment." in told[0]
    assert "run the field sync" in told[1]
    assert "map **Firewalls** to **Network Security › Firewall · Hardware (#57/131/1)**" in told[2]
    assert "inactive again" in told[3]
    assert "Salesbuildr's support, who can delete the mapping" in told[4]
    gone = steps(todo, KIND, Psa.CONNECTWISE, MappingState.GONE)
    assert gone[0].endswith("If ConnectWise does not have it any more, go on with step 5.")


def test_elsewhere_it_is_mapped_anew_and_checked(tx: Transaction) -> None:
    todo = opened(tx)
    shown = KIND.model_copy(update={"quoting_member": "billing_code"})
    told = steps(todo, shown, Psa.AUTOTASK, MappingState.DELETED)
    assert len(told) == 2
    assert told[0].startswith(
        "In Salesbuildr, under Admin > Integrations > ConnectWise > Categories, map **Firewalls**"
    )
    assert told[1].endswith("Salesbuildr's API shows this mapping.")


def test_the_packet_says_everything_that_support_needs_and_no_secret(tx: Transaction) -> None:
    todo = opened(tx)
    for number in range(25):
        failed(tx, quote(tx, f"q-{number}", FIREWALLS))
    concerned = [issue.title for issue in issues_about(tx.conn, SITE.id, CONNECTOR, todo, KIND)]
    text = packet(todo, KIND, SITE, "inactive: 41 is an inactive category", SAID, concerned)
    for line in (
        "Tenant: https://contoso.salesbuildr.example\n",
        "Category in Salesbuildr: Firewalls (id firewalls)\n",
        "Leads to, in ConnectWise: Security HW › UTM · Hardware (#41/411/1)\n",
        "State there: inactive: 41 is an inactive category\n",
        "Should lead to, in ConnectWise: Network Security › Firewall · Hardware (#57/131/1)\n",
        f"Error: {SAID}\n",
        "Quotes concerned (25): Q-24, ",
        " and 5 more\n",
        "Repaired for our own use on: 2026-03-02 12:00 UTC\n",
    ):
        assert line in text
    assert "hush" not in text
    assert "me:" not in text


def test_as_long_as_nothing_was_heard_nothing_is_said(tx: Transaction) -> None:
    found = looked_at(tx, opened(tx))
    assert (found.works, "Nothing that was read so far" in found.sentence) == (False, True)


def test_the_api_proves_it_where_it_shows_such_mappings(tx: Transaction) -> None:
    todo, shown = opened(tx), KIND.model_copy(update={"quoting_member": "billing_code"})
    assert "shows no mapping of it" in looked_at(tx, todo, shown).sentence
    mappings.save_mapping(tx, SITE.id, mapped(BAD, MappingOrigin.SALESBUILDR), at=NOON)
    still = looked_at(tx, todo, shown)
    assert (still.works, "still shows Security HW" in still.sentence, "inactive" in still.sentence) == (
        False,
        True,
        True,
    )
    mappings.save_mapping(tx, SITE.id, mapped("8/8/8", MappingOrigin.SALESBUILDR), at=NOON)
    unheard = looked_at(tx, todo, shown)
    assert (unheard.works, "no audit has learnt" in unheard.sentence) == (False, True)
    mappings.save_mapping(tx, SITE.id, mapped(GOOD, MappingOrigin.SALESBUILDR), at=NOON)
    assert looked_at(tx, todo, shown).works
    assert not looked_at(tx, todo).works  # of a kind that the API does not show, such a row means nothing


def test_a_later_whole_list_without_the_error_proves_it_where_an_earlier_one_named_it(tx: Transaction) -> None:
    issue = failed(tx, quote(tx, "q-1", FIREWALLS))
    another = SAID.replace("41", "77")
    other = failed(tx, quote(tx, "q-2", CABLES), another)
    todo = opened(tx)
    listed(tx, 1, ("other", other))
    assert not looked_at(tx, todo).works, "no list had named it"
    listed(tx, 2, (SAID, issue))
    assert "still names it" in looked_at(tx, todo).sentence
    listed(tx, 3, ("other", other), whole=False)
    assert not looked_at(tx, todo).works, "a part of a list lacks much"
    listed(tx, 4, (another, other))
    found = looked_at(tx, todo)
    assert (found.works, "does not name it any more" in found.sentence) == (True, True)


def test_a_list_from_before_the_repair_proves_nothing(tx: Transaction) -> None:
    issue = failed(tx, quote(tx, "q-1", FIREWALLS))
    listed(tx, 1, (SAID, issue))
    listed(tx, 2)
    todo = opened(tx).model_copy(update={"opened_at": NOON + timedelta(minutes=3)})
    assert not looked_at(tx, todo).works


def cleared(tx: Transaction, ref: RecordRef) -> None:
    at = NOON + timedelta(hours=1)
    issues.clear(tx, SITE.id, ref, evidence="Seen in ConnectWise: opportunity #88", at=at)


def test_a_quote_that_arrived_by_another_hand_proves_it(tx: Transaction) -> None:
    ref, todo = quote(tx, "q-1", FIREWALLS), opened(tx)
    failed(tx, ref)
    assert not looked_at(tx, todo).works
    cleared(tx, ref)
    found = looked_at(tx, todo)
    assert found == Proof(
        "Q-1 had failed of it and has arrived, and this program did not write it. "
        "Seen in ConnectWise: opportunity #88. That Salesbuildr did is inferred.",
        works=True,
    )


def test_a_quote_that_this_program_wrote_proves_nothing(tx: Transaction) -> None:
    ref, todo = quote(tx, "q-1", FIREWALLS), opened(tx)
    failed(tx, ref)
    cleared(tx, ref)
    activity.record_write(
        tx,
        SITE.id,
        ref=ref,
        what="Create quote",
        entity="x",
        external_id="1",
        before={},
        after={},
        at=NOON,
        os_user="ana",
        attempt_id=None,
    )
    assert not looked_at(tx, todo).works


def test_nor_does_one_whose_product_this_program_has_made(tx: Transaction) -> None:
    ref, todo = quote(tx, "q-1", FIREWALLS), opened(tx)
    failed(tx, ref)
    cleared(tx, ref)
    product = Product(id="p-firewalls", name="A Firewalls")
    made = Link(ref=ref_of(product), entity="procurement/catalog", external_id="5", origin=LinkOrigin.CREATED)
    links.save_link(tx, SITE.id, made, at=NOON)
    assert not looked_at(tx, todo).works


def test_nor_does_one_whose_product_is_a_row_that_this_program_wrote_for_another(tx: Transaction) -> None:
    ref, todo = quote(tx, "q-1", FIREWALLS), opened(tx)
    failed(tx, ref)
    cleared(tx, ref)
    claimed = RecordRef(kind=RecordKind.PRODUCT, id="p-firewalls")
    named = Link(ref=claimed, entity="procurement/catalog", external_id="5", origin=LinkOrigin.QUOTING)
    links.save_link(tx, SITE.id, named, at=NOON)
    assert looked_at(tx, todo).works
    other = claimed.model_copy(update={"id": "p-other"})
    links.save_link(tx, SITE.id, named.model_copy(update={"ref": other, "origin": LinkOrigin.CREATED}), at=NOON)
    assert not looked_at(tx, todo).works


def test_a_quote_that_failed_of_something_else_proves_nothing(tx: Transaction) -> None:
    ref, todo = quote(tx, "q-1", CABLES), opened(tx)
    failed(tx, ref)
    cleared(tx, ref)
    assert not looked_at(tx, todo).works
