"""When two names, addresses or numbers mean the same: pure rules, deliberately strict."""

import re
import unicodedata

_LEGAL_FORMS = frozenset(
    {
        "inc",
        "incorporated",
        "llc",
        "ltd",
        "limited",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "ag",
        "bv",
        "nv",
        "sa",
        "sarl",
        "plc",
        "pty",
        "oy",
        "ab",
        "as",
        "the",
    }
)
_FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "aol.com",
        "gmx.com",
        "gmx.net",
        "proton.me",
        "protonmail.com",
    }
)
_PHONE_DIGITS = 7


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name, without case, accents, punctuation and legal forms (unless nothing else is left)."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", plain)) or re.findall(r"\w+", plain)
    kept = [word for word in found if word not in _LEGAL_FORMS]
    return tuple(kept or found)


def stretches(name: str) -> tuple[str, ...]:
    """Return a name's stretches of plain letters and digits, legal forms left out.

    A server that compares letter by letter finds them however accents and punctuation are written there: `Zürich` and
    `Zurich` share `rich`. Where a name has none, its words are returned as they are.
    """
    found = re.findall(r"[A-Za-z0-9]+", name) or re.findall(r"\w+", name)
    return tuple(each for each in found if each.casefold() not in _LEGAL_FORMS) or tuple(found)


def names_agree(one: str, other: str) -> bool:
    """Say whether two names are the same but for case, accents, punctuation and legal form."""
    return bool(words(one)) and words(one) == words(other)


def mail_agrees(one: str, other: str) -> bool:
    """Say whether two e-mail addresses are the same."""
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def domain_of(address: str) -> str:
    """Return the domain of a web or e-mail address; empty for none and for mail providers that serve everybody."""
    host = address.strip().casefold().rpartition("@")[2]
    host = re.sub(r"^[a-z]+://", "", host).split("/")[0].split(":")[0].removeprefix("www.")
    return host if "." in host and host not in _FREE_MAIL else ""


def phone_digits(number: str) -> str:
    """Return a telephone number's last seven digits, however its prefix is written; empty for shorter ones."""
    digits = re.sub(r"\D", "", number)
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else ""
