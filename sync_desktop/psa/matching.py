"""What agrees and what differs between a record and a row that may be it; shared by all PSAs.

A name alone never decides: what is found here is shown to a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from sync_desktop.domain.links import Candidate
from sync_desktop.domain.names import domain_of, mail_agrees, names_agree, phone_digits, words
from sync_desktop.domain.records import AnyRecord, Company, Contact, Opportunity, Product

CLOSE = 88
"""From which token-set ratio on two company names count as near: "Tailspin Toys" and "Tailspin Toys Holding"."""


@dataclass(slots=True)
class Comparison:
    """Collects what agrees and differs, in words, and a score for the order of the list."""

    agrees: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    score: float = 0.0

    def note(self, same: bool, what: str, weight: float, *, other: str = "") -> None:
        """Note one comparison."""
        if same:
            self.agrees.append(f"same {what}")
            self.score += weight
        elif other:
            self.differs.append(f"{what} there: {other}")

    def candidate(self, entity: str, external_id: str, name: str, *, active: bool, detail: str) -> Candidate:
        """Return the row that was compared as a candidate; `detail` helps a person tell it from others."""
        return Candidate(
            entity=entity,
            external_id=external_id,
            name=name,
            active=active,
            agrees=tuple(self.agrees),
            differs=tuple(self.differs),
            detail=detail,
            score=min(self.score, 1.0),
        )


def _close(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(" ".join(words(one)), " ".join(words(other))) >= CLOSE


def _same_phone(one: Iterable[str], other: Iterable[str]) -> bool:
    return bool({d for n in one if (d := phone_digits(n))} & {d for n in other if (d := phone_digits(n))})


def compare_company(record: Company, *, name: str, website: str, phone: str) -> Comparison:
    """Compare a company by name, domain and telephone."""
    found = Comparison()
    found.note(names_agree(record.name, name), "name", 0.5, other=name)
    if "same name" not in found.agrees and _close(record.name, name):
        found.agrees.append("similar name")
        found.score += 0.3
    found.note(_is_same(domain_of(record.website), domain_of(website)), "web domain", 0.3, other=domain_of(website))
    found.note(_same_phone([record.phone], [phone]), "telephone", 0.2, other=phone)
    return found


def compare_contact(record: Contact, *, name: str, emails: Iterable[str], phones: Iterable[str]) -> Comparison:
    """Compare a contact by e-mail, name and telephone.

    The number that is no mobile one is often the company's own, and would make everybody there a near match: it says
    something beside name or e-mail only.
    """
    found, mails = Comparison(), list(emails)
    found.note(any(mail_agrees(record.email, mail) for mail in mails), "e-mail", 0.6, other=", ".join(mails))
    found.note(names_agree(record.name, name), "name", 0.3, other=name)
    numbers = [record.mobile, *([record.phone] if found.agrees else ())]
    found.note(_same_phone(numbers, phones), "telephone", 0.1)
    return found


def compare_opportunity(record: Opportunity, *, title: str) -> Comparison:
    """Compare an opportunity of the same company by its title."""
    found = Comparison()
    found.note(names_agree(record.name, title), "title", 0.6, other=title)
    if not found.agrees and _close(record.name, title):
        found.agrees.append("similar title")
        found.score += 0.3
    return found


def _is_same(one: str, other: str) -> bool:
    return bool(one) and one == other


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates with something in common, best first, active before inactive."""
    return sorted((c for c in candidates if c.agrees), key=lambda c: (-c.score, not c.active, c.external_id))


def names_the_same(record: AnyRecord, *, name: str, emails: Iterable[str], numbers: Iterable[str], domain: str) -> bool:
    """Say whether a row of a given id can be the record: its name agrees, or what is more telling than a name.

    For companies the web domain, for contacts the e-mail, for products a part number or the stamped key.
    """
    if names_agree(record.name, name):
        return True
    if isinstance(record, Contact):
        return any(mail_agrees(record.email, mail) for mail in emails)
    if isinstance(record, Company):
        return _is_same(domain_of(record.website), domain)
    if isinstance(record, Product):
        known = {each.casefold() for each in (record.mpn, record.internal_id, record.id) if each}
        return bool(known & {number.casefold() for number in numbers})
    return False
