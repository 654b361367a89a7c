"""Which names, addresses and numbers mean the same; deliberately strict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_desktop.domain.names import domain_of, mail_agrees, names_agree, phone_digits, stretches, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fabrikam Inc.", "fabrikam"),
        ("The Phone Company", "Phone"),
        ("Müller & Söhne GmbH", "Muller and Sohne"),
        ("Wide-World Importers, LLC", "Wide World Importers"),
        ("O'Brien Ltd", "OBrien"),
        ("Co", "CO"),
        ("東京商事", "東京商事"),
    ],
)
def test_names_agree_but_for_case_accents_punctuation_and_legal_form(one: str, other: str) -> None:
    assert names_agree(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tailspin Toys", "Tailspin Toys Holding"),
        ("Contoso East", "Contoso West"),
        ("", ""),
        ("...", "..."),
        ("Litware 1", "Litware 2"),
        ("Co", "Ltd"),
    ],
)
def test_names_that_are_only_near_do_not_agree(one: str, other: str) -> None:
    assert not names_agree(one, other)


@given(st.text(max_size=40))
def test_the_words_of_a_name_do_not_change_with_its_case(name: str) -> None:
    assert words(name.upper().lower()) == words(name.upper())


def test_mail_addresses_agree_but_for_case_and_two_missing_ones_do_not() -> None:
    assert mail_agrees("Ada@Litware.example ", "ada@litware.example")
    assert not mail_agrees("ada@litware.example", "bao@litware.example")
    assert not mail_agrees(" ", "")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Litware.example/about?x=1", "litware.example"),
        ("litware.example:8443", "litware.example"),
        ("ada@litware.example", "litware.example"),
        ("http://litware.example", "litware.example"),
        ("ada@gmail.com", ""),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_the_domain_of_an_address_leaves_out_mail_providers_that_serve_everybody(address: str, domain: str) -> None:
    assert domain_of(address) == domain


@pytest.mark.parametrize(
    ("number", "digits"),
    [("+1 (208) 555-0142", "5550142"), ("208-555-0142 ", "5550142"), ("0142", ""), ("ext. none", "")],
)
def test_telephone_numbers_compare_by_their_last_seven_digits(number: str, digits: str) -> None:
    assert phone_digits(number) == digits


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Café Zürich AG", ("Caf", "Z", "rich")),
        ("The O'Brien Co.", ("O", "Brien")),
        ("東京商事", ("東京商事",)),
        ("Co", ("Co",)),
        ("", ()),
    ],
)
def test_what_a_name_is_searched_by_holds_no_accent_and_no_punctuation(name: str, found: tuple[str, ...]) -> None:
    assert stretches(name) == found
