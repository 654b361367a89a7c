"""When two names are alike enough to suggest one for the other, and the words that say why."""

import pytest

from sync_desktop.mapping.likeness import Names, a_word_apart, likeness


@pytest.mark.parametrize(
    ("name", "other", "why"),
    [
        ("Firewalls", "firewall", "the same name"),
        ("HW", "Hardware", "the same name"),
        ("Swtiches", "Switches", "the same name, spelt otherwise"),
        ("Cloud Back-Up", "Cloud Back up", "the same name"),
        ("Cloud Backup", "CloudBackup", "the same name, spelt otherwise"),
        ("Licences", "License", "the same name"),
        ("Managed Services", "Services, managed", "the same words in another order"),
        ("Cables", "Cables & Racks", "the same name but for “& Racks”"),
        ("Cables / Racks / Power", "Power and cables", "the same name but for “& Racks”"),
        ("Firewalls", "Firewall Sales", "the same name but for “Sales”"),
        ("Café-Wi-Fi", "Cafe Wireless", "the same name"),
        ("Labour", "labor", "the same name"),
        ("Data centre organisation", "Datacenter Organization", "the same name"),
        ("On site work", "Onsite work", "the same name"),
        ("Net45", "Net 45", "the same name, spelt otherwise"),
        ("Qoute sent", "Quote sent", "the same name, spelt otherwise"),
        ("Tabletts", "Tablets", "the same name, spelt otherwise"),
        ("PCs", "Computers", "the same name"),
        ("priya.patel@northgate.example", "Priya Patel", "the same name"),
        ("Hardware", "4000 Hardware", "the same name, numbered"),
        ("Hardware", "4000 Hardware Sales", "the same name but for “Sales”, numbered"),
        ("Proposal", "3. Proposal", "the same name, numbered"),
        ("Qualified", "25% - Qualified", "the same name, numbered"),
        ("COD", "Cash on delivery", "“COD” is short for “Cash on delivery”"),
        ("Software as a Service", "SaaS", "“SaaS” is short for “Software as a Service”"),
        ("MFA tokens", "Multi-factor authentication token", "“MFA” is short for “Multi-factor authentication”"),
        ("RMM", "Remote monitoring & management", "“RMM” is short for “Remote monitoring & management”"),
        ("30 days EOM", "30 days end of month", "“EOM” is short for “end of month”"),
        ("T. Weber", "Thomas Weber", "the same name, “T.” written out"),
        ("Weber, T.", "Thomas Weber", "the same name, “T.” written out"),
        ("Michael J. Brown", "Michael Brown", "the same name but for “J.”"),
        ("30 days", "Net 30", "the same name but for “days”, “Net”"),
        ("Other", "Other Revenue", "the same name but for “Revenue”"),
        ("Notebooks", "Laptop", "another word for the same"),
        ("Closed Won", "Won", "another word for the same"),
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
        ("Net 30", "Net 30 EOM"),
        ("Net 30", "Network 30"),
        ("30 days", "2 % discount, 30 days"),
        ("75% - Negotiation", "90% - Negotiation"),
        ("1.5 TB Disks", "TB Disks"),
        ("2024 Projects", "2025 Projects"),
        ("Direct Debit", "DD"),
        ("Uptime Per Second", "Ups"),
        ("J. Smith", "Thomas Smith"),
        ("J.", "John"),
        ("John Smith", "Jon Smith"),
        ("Quiet", "Quite a lot"),
        ("Trail", "Train"),
        ("Other", "Firewalls"),
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
    names += ["4000 Cable", "4010 Back up", "Cash on delivery", "COD", "T. Weber", "Thomas Weber", "Thomas T. Weber"]
    names += ["Closed Won", "Won", "Net 30", "30 days", "30 days EOM", "Net 30 end of month"]
    index = Names(names)
    others = ["Cables", "Racks and cables", "Cloud backup", "Powre supplies", "Switch", "4010 Racks", "Weber, T.", "–"]
    for asked in names + others:
        slowly = {(each, found) for each in names if (found := likeness(asked, each))}
        assert {(name, found) for found, name in index.alike(asked)} == slowly, asked
    index = Names(["Cable", "Cables & Racks", "Cable Sales", "Racks"])
    assert [name for _, name in index.alike("cables")] == ["Cable", "Cables & Racks", "Cable Sales"]


def test_names_that_say_all_that_tells_one_from_others() -> None:
    index = Names(["Hardware (resale)", "Hardware (lease)", "4000 Hardwre", "Software", "Firewall"])
    assert index.saying("Hardware sales") == {"Hardware (resale)", "Hardware (lease)", "4000 Hardwre"}
    assert index.saying("–") == set()


@pytest.mark.parametrize(
    ("step", "other"),
    [
        ("Qualified", "Not qualified"),
        ("Approved", "Pending approved"),
        ("Quote", "Quote rejected"),
        ("Demo", "Demo cancelled"),
        ("Proposal", "Proposal 2"),
        ("Won", "Won back"),
        ("Contract", "Contract draft"),
        ("Decision", "Decision postponed"),
        ("Angebot", "Angebot abgelehnt"),
        ("Needs analysis", "Technical review"),
        ("Proposal sent", "Quote sent"),
        ("Verbal", "Verbal yes, waiting"),
    ],
)
def test_a_word_that_turns_a_step_or_two_words_make_another_one(step: str, other: str) -> None:
    assert not a_word_apart(step, other)
    assert not a_word_apart(other, step)


@pytest.mark.parametrize(
    ("step", "other", "word"),
    [
        ("Demo", "3. Demo given", "given"),
        ("Contract review", "Contract", "review"),
        ("Verhandlung", "Verhandlung läuft", "lauft"),
    ],
)
def test_steps_of_a_sale_may_have_a_word_more(step: str, other: str, word: str) -> None:
    found = a_word_apart(step, other)
    assert (found.why, bool(likeness(step, other))) == (f"the same name but for “{word}”", False)
