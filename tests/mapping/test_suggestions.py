"""What is suggested for a mapping that leads nowhere or to something broken, and what is not."""

from collections.abc import Mapping, Sequence

from sync_desktop.domain.mappings import OTHERS, Suggestion, Target
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.words import MappingOrigin, MappingState, SuggestedBy
from sync_desktop.mapping.suggest import Question, Suggester
from sync_desktop.mapping.votes import StoredVote

KIND = "product-category"


def target(target_id: str, name: str, *, valid: bool = True, moved_to: str = "") -> Target:
    state = MappingState.VALID if valid else MappingState.INACTIVE
    return Target(kind=KIND, id=target_id, name=name, valid=valid, state=state, moved_to=moved_to)


def question(source: str = "Firewalls", target_id: str = "", now: Target | None = None, **more: str) -> Question:
    leads = ValueMapping(
        kind=KIND,
        source_id="c1",
        source_name=source,
        target_id=target_id,
        target_name=more.get("target_name", ""),
        origin=MappingOrigin.HAND,
    )
    return Question(KIND, more.get("source_id", "c1"), source, leads if target_id else None, now)


def told(
    targets: Sequence[Target],
    asked: Question,
    votes: Mapping[str, Sequence[StoredVote]] | None = None,
    rejected: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Return the ids and evidence of what is suggested, in order."""
    suggester = Suggester(targets, votes or {}, lambda suggestion: suggestion.fingerprint in rejected)
    return [(each.target.id, each.evidence) for each in suggester.all(asked)]


def test_what_most_synchronised_products_have_comes_first() -> None:
    targets = [target("57/131/3", "Network Security › Firewall · Hardware"), target("9/9/9", "Boxes › UTM · Box")]
    votes = {"c1": (StoredVote("41/112/3", 50), StoredVote("57/131/3", 28), StoredVote("9/9/9", 3))}
    assert told(targets, question(), votes) == [
        ("57/131/3", "28 of 31 synchronised products are there"),
    ]
    alone = {"c1": (StoredVote("57/131/3", 1),)}
    assert told(targets, question("UTM"), alone) == [
        ("57/131/3", "1 synchronised product is there"),
        ("9/9/9", "the same name"),
    ]


def test_products_that_are_divided_say_nothing() -> None:
    targets = [target("1", "Alpha"), target("2", "Beta")]
    assert told(targets, question(), {"c1": (StoredVote("1", 4), StoredVote("2", 4))}) == []


def test_a_moved_target_is_suggested_under_its_new_parent() -> None:
    moved = target("2/9/3", "Hardware › Notebooks · Hardware", valid=False, moved_to="5/9/3")
    there = target("5/9/3", "End-user › Notebooks · Hardware")
    assert told([moved, there], question("Laptops", "2/9/3", moved)) == [
        ("5/9/3", "the same target, with its new parent"),
    ]
    gone = target("5/9/3", "End-user › Notebooks · Hardware", valid=False)
    assert told([moved, gone], question("Laptops", "2/9/3", moved)) == []


def test_a_target_that_was_made_anew_is_known_by_the_name_that_the_old_one_had() -> None:
    anew = target("77", "Net 30")
    assert told([anew], question("30 days", "12", target_name="Net 30")) == [
        ("77", "“Net 30” is there anew, under this number")
    ]
    assert told([anew, target("78", "NET-30")], question("30 days", "12", target_name="Net 30")) == []


def test_of_two_that_are_called_alike_none_is_suggested_unless_one_keeps_more_of_what_was() -> None:
    hardware, service = (
        target("57/131/3", "Net › Firewalls · Hardware"),
        target("57/131/8", "Net › Firewalls · Service"),
    )
    assert told([hardware, service], question()) == []
    assert told([hardware, service], question(target_id="41/112/8")) == [("57/131/8", "the same name")]


def test_a_weaker_likeness_counts_for_nothing_beside_two_that_are_stronger() -> None:
    same = [target("1", "Firewalls"), target("2", "firewall")]
    assert told([*same, target("3", "Firewalls & VPN")], question()) == []


def test_a_word_that_says_nothing_tells_two_targets_apart_where_both_are_there() -> None:
    resale, lease = target("1", "Hardware (resale)"), target("2", "Hardware (lease)")
    assert told([resale], question("Hardware")) == [("1", "the same name but for “resale”")]
    assert told([resale, lease], question("Hardware")) == []
    assert told([resale, lease], question("Hardware (resale)")) == [("1", "the same name")]
    assert told([target("3", "Hardware"), lease], question("Hardware sales")) == [
        ("3", "the same name but for “sales”"),
    ]


def test_a_target_can_be_meant_by_its_last_level_with_a_word_of_another_or_of_its_type() -> None:
    goods, service = (
        target("1/2/3", "Network › Firewall · Goods"),
        target("4/5/6", "Managed Services › Firewall · Agreement"),
    )
    for source, means in (("Managed firewalls", "4/5/6"), ("Firewall goods", "1/2/3"), ("Network Firewall", "1/2/3")):
        assert [each for each, _ in told([goods, service], question(source))] == [means]
    for source in ("Firewall", "Managed", "Network", "Agreement", "Network firewall agreement"):
        assert told([goods, service], question(source)) == []


def test_what_is_not_valid_or_counts_already_is_never_suggested() -> None:
    inactive = target("1", "Firewalls", valid=False)
    assert told([inactive], question()) == []
    assert told([target("2", "Firewalls")], question(target_id="2")) == []


def test_a_default_is_not_guessed_from_its_name() -> None:
    assert told([target("1", "All others")], question("All others", source_id=OTHERS)) == []


def test_a_rejected_suggestion_returns_when_its_evidence_changes() -> None:
    targets = [target("1", "Alpha"), target("2", "Firewalls")]
    two = {"c1": (StoredVote("1", 2),)}
    first = Suggester(targets, two, lambda _: False).best(question())
    assert isinstance(first, Suggestion)
    assert first.by is SuggestedBy.PRODUCTS
    assert told(targets, question(), two, [first.fingerprint]) == [("2", "the same name")]
    more = {"c1": (StoredVote("1", 3),)}
    assert told(targets, question(), more, [first.fingerprint])[0] == ("1", "3 synchronised products are there")


def test_only_steps_of_a_sale_are_suggested_with_a_word_more_and_only_the_one_of_them() -> None:
    targets = [target("1", "Discovery Call"), target("2", "Quote Sent"), target("3", "Quote Accepted")]
    steps = Suggester(targets, {}, lambda _: False, of_steps=True)
    found = steps.best(question("Discovery"))
    assert found is not None
    assert (found.target.id, found.evidence) == ("1", "the same name but for “call”")
    assert steps.best(question("Quote")) is None
    assert told(targets, question("Discovery")) == []
