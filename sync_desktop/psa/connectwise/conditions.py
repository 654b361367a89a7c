"""ConnectWise's grammar of conditions, as far as this program uses it (developer guide, "Conditions").

Nothing says for sure how a quote, a bracket or a wildcard inside a text is written, so that such texts are searched for
by their longest plain stretch, and what is found is compared here.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

ROOM = 1_500
"""Characters, as they stand in the address, that one condition may take: addresses of 2,000 are safe (guide)."""

_PLAIN = re.compile(r"""[^\[\]"'*%\\\x00-\x1f]+""")


def equals(field: str, value: str) -> str:
    """Return the condition that a text field holds a value, or at least the value's longest plain stretch."""
    if _PLAIN.fullmatch(value):
        return f'{field}="{value}"'
    return contains(field, value)


def contains(field: str, value: str) -> str:
    """Return the condition that a text field holds a value's longest plain stretch somewhere."""
    longest = max(_PLAIN.findall(value), key=len, default="").strip()
    return f'{field} contains "{longest}"' if longest else f"{field}!=null"


def starts(field: str, value: str) -> str:
    """Return the condition that a text field begins with a value."""
    return f'{field} like "{value}*"' if _PLAIN.fullmatch(value) else contains(field, value)


def one_of(field: str, values: Iterable[str]) -> str:
    """Return the condition that a number field has one of these values."""
    return f"{field} in ({','.join(values)})"


def any_of(terms: Collection[str]) -> str:
    """Return a condition that one of these meets."""
    return f"({' or '.join(terms)})" if len(terms) > 1 else "".join(terms)


def all_of(*terms: str) -> str:
    """Return a condition that is met where all of these are."""
    return " and ".join(terms)


def portions(values: Iterable[str], separator: str = ",") -> Iterator[list[str]]:
    """Cut what a condition lists into portions that fit into one address."""
    portion: list[str] = []
    used = 0
    for value in values:
        size = len(quote(value + separator, safe=""))
        if portion and used + size > ROOM:
            yield portion
            portion, used = [], 0
        portion.append(value)
        used += size
    if portion:
        yield portion
