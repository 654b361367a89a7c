"""How names are read: the words of the trade, what they are short for, and which of them tell one thing from another.

The tables hold what MSPs everywhere write, in the singular and in small letters; what only one of them would understand
does not belong here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

_SHORT = {
    "acc": "accessory",
    "acct": "account",
    "avg": "average",
    "biz": "business",
    "corp": "corporation",
    "defence": "defense",
    "dept": "department",
    "dev": "development",
    "equip": "equipment",
    "hw": "hardware",
    "info": "information",
    "infra": "infrastructure",
    "int": "internal",
    "lic": "license",
    "licence": "license",
    "ltd": "limited",
    "m365": "microsoft 365",
    "maint": "maintenance",
    "mfp": "multifunction printer",
    "mgd": "managed",
    "mgmt": "management",
    "mgt": "management",
    "misc": "miscellaneous",
    "mon": "monitoring",
    "ms": "microsoft",
    "networking": "network",
    "nw": "network",
    "o365": "office 365",
    "pc": "computer",
    "perip": "peripheral",
    "prof": "professional",
    "programme": "program",
    "proj": "project",
    "refurb": "refurbished",
    "sec": "security",
    "srv": "server",
    "svc": "service",
    "svr": "server",
    "sw": "software",
    "sub": "subscription",
    "tel": "telephony",
    "wap": "wireless access point",
    "wifi": "wireless",
    "wty": "warranty",
}
"""What administrators write for short, and the same word spelt otherwise; singular."""
_SHORT_WITHOUT_NUMBERS = _SHORT | {"net": "network"}
"""With what is short for something else where a number is there: "Net 30"."""
_BRITISH = (
    (re.compile(r"(?<=\w{3})our$"), "or"),
    (re.compile(r"(?<=\w{2})is(e|ed|ing|ation)$"), r"iz\1"),
    (re.compile(r"([bt])re$"), r"\1er"),
    (re.compile(r"ogue$"), "og"),
)
"""Endings that are spelt in two ways: labour, organisation, fibre, catalogue. Both names are read with these, so that
what they make of "enterprise" does no harm."""
_MEANS = {
    "approved": "accepted",  # what Salesbuildr calls approved, the customer has accepted
    "carriage": "shipping",
    "cell phone": "mobile phone",
    "closed lost": "lost",
    "closed won": "won",
    "consultancy": "consulting",
    "declined": "rejected",
    "display": "monitor",
    "freight": "shipping",
    "help desk": "service desk",
    "helpdesk": "service desk",
    "notebook": "laptop",
    "online backup": "cloud backup",
    "pending": "awaiting",
    "postage": "shipping",
    "screen": "monitor",
    "smartphone": "mobile phone",
    "supplier": "vendor",
}
"""Other words for the same, among those who sell and bill; not what is a kind of the other."""
_ANOTHER_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_MEANS, key=len, reverse=True))})\b")
_WORD = re.compile(r"[^\W_]+")
_IGNORED = frozenset({"a", "an", "and", "as", "at", "for", "from", "in", "of", "on", "the", "to", "upon", "with"})
_SAYS_NOTHING = frozenset(
    {"category", "due", "general", "good", "income", "item", "material", "other", "payable"}
    | {"product", "resale", "revenue", "sale"}
)
"""Words that PSAs add to what is sold without changing what it is: "Firewall Sales", "Hardware Items"."""
_OF_A_TERM = frozenset({"day", "jour", "net", "netto", "payment", "tag", "tage", "within"})
"""Words that say nothing more beside a number of days: "Net 30" is "30 days"."""
_JOINS = re.compile(r"\s*(?:&|\+|/|,|;|\band\b|\bor\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_PREFIX = re.compile(r"\b(anti|co|e|multi|non|pre|re|sub|un|wi)-(?=[^\W\d_])")
_COMPOUND = re.compile(
    r"\b(?:(add|log|sign)[ -](on)|(back|set|start)[ -](up)|(data)[ -](center|centre)|(on|off)[ -](line|site|premises?)"
    r"|(plug)[ -](in)|(web)[ -](sites?))\b"
)
"""What is written as one word, as two, or with a hyphen: "non-profit", "on site", "back-up"."""
_PLURAL = re.compile(r"\b([A-Z]{2,})s\b")
"""Of initials: "PCs"."""
_DOMAIN = re.compile(r"(?<=\w)@[\w.-]+")
_INITIAL = re.compile(r"\b([^\W\d_])\.")
_INITIALISM = re.compile(r"\b(?=(?:[a-z]*[A-Z]){2})([A-Za-z]{3,5}?)s?\b")
_NUMBER_IN_FRONT = re.compile(
    r"^\s*(?:\d{1,3}[.):]|\d{1,3}\s?%?\s+[-–—](?=\s)|\d{4,}(?=[\s.):–—-]))[\s.):–—-]*(?=[^\W\d])"
)
"""Of a list in which accounts or stages are numbered: "4000 Hardware", "1. Prospect", "25% - Qualified"."""
_LEAST_INITIALISM, _LONGEST_INITIALISM = 3, 5
"""Letters; two say too little."""


TURNING = frozenset(
    re.findall(
        r"\w+",
        """no not never non without pending awaiting waiting draft partial partially partly lost won closed dead back
        again stalled delayed postponed reject rejected decline declined cancel cancelled canceled expire expired
        failed withdrawn hold nicht kein ohne abgelehnt verloren gewonnen storniert""",
    )
)
"""Words that make another step of a sale of a step's name, whatever else it says."""


class Reading:
    """A name, and what can be read of it; each part is worked out when it is first asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in the singular, written out, without case, accents, punctuation and small words."""
        plain = _PLURAL.sub(r"\1", re.sub(r"['’`]", "", self._without_accents).replace("&", " and ")).casefold()
        found = _WORD.findall(_COMPOUND.sub(_joined, _PREFIX.sub(r"\1", plain)))
        kept = [word for word in found if word not in _IGNORED] or found
        short = _SHORT if has_number(kept) else _SHORT_WITHOUT_NUMBERS
        return tuple(_spelt(_singular(each)) for word in kept for each in _written_out(word, short))

    @cached_property
    def meaning(self) -> tuple[str, ...]:
        """The words, each by the one that is chosen here of those that mean the same."""
        return tuple(_ANOTHER_WORD.sub(lambda found: _MEANS[found[0]], " ".join(self.words)).split())

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The words that tell this from other things."""
        return telling(self.words)

    @cached_property
    def saying_nothing(self) -> list[str]:
        """The other words, as they are written."""
        written = (each for each in _WORD.findall(self.name) if each.casefold() not in _IGNORED)
        return [each for each in written if not set(self.telling).issuperset(read(each).words)]

    @cached_property
    def conjuncts(self) -> dict[str, tuple[str, ...]]:
        """What the name joins by "and" and the like, each as it is written, with its words."""
        return {each: found for each in _JOINS.split(self.name) if (found := read(each).words)}

    @cached_property
    def unnumbered(self) -> "Reading":
        """The name without the number that it has in its list; itself where it has none."""
        bare = _NUMBER_IN_FRONT.sub("", self.name)
        return self if bare == self.name else read(bare)

    @cached_property
    def initials(self) -> list[str]:
        """The letters that stand for names: "J. Smith"."""
        return [each.casefold() for each in _INITIAL.findall(self._without_accents)]

    @cached_property
    def initialisms(self) -> dict[str, str]:
        """What is written as the first letters of several words, by those letters: "UPS", "SaaS"."""
        return {each.casefold(): each for each in _INITIALISM.findall(self.name)}

    @cached_property
    def phrases(self) -> dict[str, str]:
        """The runs of words by the first letters that could stand for them, with and without small words."""
        text = self._without_accents
        every = list(re.finditer(r"[^\W\d_]+", text))
        found: dict[str, str] = {}
        for some in (every, [word for word in every if word[0].casefold() not in _IGNORED]):
            for start in range(len(some)):
                for end in range(start + _LEAST_INITIALISM, min(start + _LONGEST_INITIALISM, len(some)) + 1):
                    letters = "".join(word[0][0] for word in some[start:end]).casefold()
                    found.setdefault(letters, text[some[start].start() : some[end - 1].end()])
        return found

    @cached_property
    def _without_accents(self) -> str:
        decomposed = unicodedata.normalize("NFKD", _DOMAIN.sub("", self.name))
        return "".join(each for each in decomposed if not unicodedata.combining(each))


@lru_cache(maxsize=65536)
def read(name: str) -> Reading:
    """Return what can be read of a name; read once, however often it is compared."""
    return Reading(name)


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that tell one thing from another; the first where none does: "Other" of "Other Revenue"."""
    words = tuple(words)
    nothing = _SAYS_NOTHING | _OF_A_TERM if has_number(words) else _SAYS_NOTHING
    return tuple(word for word in words if word not in nothing) or words[:1]


def has_number(words: Iterable[str]) -> bool:
    """Say whether a number is among these words."""
    return any(word.isdecimal() for word in words)


def _joined(parts: re.Match[str]) -> str:
    return "".join(filter(None, parts.groups()))


def _written_out(word: str, short: Mapping[str, str]) -> list[str]:
    return (short.get(word) or short.get(_singular(word), word)).split()


def _spelt(word: str) -> str:
    for ending, american in _BRITISH:
        word = ending.sub(american, word)
    return word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
