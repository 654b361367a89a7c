"""When two names are alike enough to suggest one for the other, and the words that say why."""

import pytest

from sync_desktop.mapping.likeness import Names, likeness


@pytest.mark.parametrize(
    ("name", "other", "why"),
    [
        ("Firewalls", "firewall", "the same name"),
        ("HW", "Hardware", "the same name"),
        ("Swtiches", "Switches", "the same name, spelt otherwise"),
        ("Cloud Backup", "Cloud Back-Up", "the same name, spelt otherwise"),
        ("Licences", "License", "the same name"),
        ("Managed Services", "Services, managed", "the same words in another order"),
        ("Cables", "Cables & Racks", "the same name but for “& Racks”"),
        ("Cables / Racks / Power", "Power and cables", "the same name but for “& Racks”"),
        ("Firewalls", "Firewall Sales", "the same name but for “Sales”"),
        ("Café-Wi-Fi", "Cafe Wireless", "the same name"),
    ],
)
def test_what_is_forgiven(name: str, other: str, why: str) -> None:
    assert likeness(name, other).why == why
    assert bool(likeness(other, name))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Software", "Software Licences"),
        ("Acme Corp", "Acme Capital"),
        ("Monitors", "Monitoring"),
        ("Tables", "Tablets"),
        ("Level 1 Support", "Level 2 Support"),
        ("Microsoft 365", "Office 365"),
        ("Server", "Service"),
        ("Net 30", "Net 45"),
        ("", "Firewalls"),
        ("Sales", "Firewall Sales"),
        ("– –", "…"),
    ],
)
def test_a_word_that_means_something_keeps_names_apart(name: str, other: str) -> None:
    assert not likeness(name, other)
    assert not likeness(other, name)


def test_names_are_found_by_their_words_as_by_comparing_all() -> None:
    names = ["Cables & Racks", "Cable", "Swtiches", "Racks", "Power", "Cloud Back-Up", "Backup", "Sales", "Cable Sales"]
    index = Names(names)
    for asked in ("Cables", "Racks and cables", "Cloud backup", "Back up", "Powre supplies", "Sales", "Switch"):
        slowly = {(each, found) for each in names if (found := likeness(asked, each))}
        assert {(name, found) for found, name in index.alike(asked)} == slowly
    assert [name for _, name in index.alike("cables")] == ["Cable", "Cables & Racks", "Cable Sales"]
