"""How alike two names are, word by word, and why: deliberately shy, because a wrong suggestion costs more than none.

Names of categories differ by single words that change what is meant: "Software" is not "Software Licences", "Monitors"
is not "Monitoring". So every word counts; only spelling, word order, what merely adds ("& Racks"), and words that say
nothing about the goods ("Sales") are forgiven.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

_SHORT = {
    "acc": "accessory",
    "accs": "accessory",
    "avg": "average",
    "dev": "development",
    "equip": "equipment",
    "hw": "hardware",
    "info": "information",
    "infra": "infrastructure",
    "int": "internal",
    "lic": "license",
    "lics": "license",
    "licence": "license",
    "licences": "license",
    "maint": "maintenance",
    "mgmt": "management",
    "mgt": "management",
    "mon": "monitoring",
    "net": "network",
    "networking": "network",
    "nw": "network",
    "pc": "computer",
    "perip": "peripheral",
    "sec": "security",
    "srv": "server",
    "svc": "service",
    "svcs": "service",
    "svr": "server",
    "sw": "software",
    "subs": "subscription",
    "sub": "subscription",
    "tel": "telephony",
    "ups": "ups",
    "wifi": "wireless",
}
"""What administrators write for short, and the same word spelt otherwise; singular."""
_IGNORED = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to", "with"})
_SAYS_NOTHING = frozenset(
    {"category", "general", "good", "income", "item", "material", "other", "product", "resale", "revenue", "sale"}
)
"""Words that PSAs add to what is sold without changing what it is: "Firewall Sales", "Hardware Items"."""
_JOINS = re.compile(r"\s*(?:&|\+|/|,|;|\band\b|\bor\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_LEAST_TYPO = 6
"""Letters of the shorter word from which one letter may be wrong."""
_LONG = 10
"""Letters from which two may be."""

SAME, RESPELT, REORDERED, LONGER, PLAIN = 1.0, 0.95, 0.9, 0.8, 0.75


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0 to 1, and why, in words."""

    score: float
    why: str

    def __bool__(self) -> bool:
        return self.score > 0


UNLIKE = Likeness(0.0, "")


class Names:
    """Many names, of which those that share a word with another, spelling aside, are found without comparing all."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._joined: dict[str, set[str]] = defaultdict(set)
        self._by_letter: dict[str, set[str]] = defaultdict(set)
        for name in names:
            words = _words(name)
            self._joined["".join(words)].add(name)
            for word in words:
                self._by_word[word].add(name)
                self._by_letter[word[0]].add(word)

    def alike(self, name: str) -> list[tuple[Likeness, str]]:
        """Return the names that are at all like this one, with how much and why, the likest first."""
        words = _words(name)
        shared: Counter[str] = Counter()
        for word in set(words):
            near = {word, *(each for each in self._by_letter.get(word[0], ()) if _alike(word, each))}
            shared.update({each for one in near for each in self._by_word.get(one, ())})
        least = min((_telling(each) for each in _conjuncts(name).values()), default=0)
        found = {each for each, count in shared.items() if count >= least}
        found |= self._joined.get("".join(words), set())
        scored = [(like, each) for each in sorted(found) if (like := likeness(name, each))]
        return sorted(scored, key=lambda pair: -pair[0].score)


def likeness(name: str, other: str) -> Likeness:
    """Return how alike two names are; nothing where they differ in a word that means something."""
    mine, theirs = _words(name), _words(other)
    if not mine or not theirs:
        return UNLIKE
    if mine == theirs:
        return Likeness(SAME, "the same name")
    if "".join(mine) == "".join(theirs) or (len(mine) == len(theirs) and all(map(_alike, mine, theirs))):
        return Likeness(RESPELT, "the same name, spelt otherwise")
    if _same_words(mine, theirs):
        return Likeness(REORDERED, "the same words in another order")
    return _longer(name, other) or _plain(name, other)


def _longer(name: str, other: str) -> Likeness:
    """Compare with names that merely add to one another: "Cables" and "Cables & Racks"."""
    few, many = sorted((_conjuncts(name), _conjuncts(other)), key=len)
    if len(few) == len(many) or not all(any(_same_words(one, each) for each in many.values()) for one in few.values()):
        return UNLIKE
    more = [raw for raw, words in many.items() if not any(_same_words(one, words) for one in few.values())]
    return Likeness(LONGER, f"the same name but for “& {' & '.join(more)}”") if more else UNLIKE


def _plain(name: str, other: str) -> Likeness:
    """Compare without the words that say nothing about the goods."""
    mine, theirs = (tuple(word for word in _words(each) if word not in _SAYS_NOTHING) for each in (name, other))
    if not mine or not theirs or not _same_words(mine, theirs):
        return UNLIKE
    more = [word for each in (name, other) for word in re.findall(r"\w+", each) if set(_words(word)) & _SAYS_NOTHING]
    return Likeness(PLAIN, f"the same name but for “{' '.join(dict.fromkeys(more))}”")


def _telling(words: Iterable[str]) -> int:
    """Return how many of these words mean something."""
    return sum(word not in _SAYS_NOTHING for word in words)


def _conjuncts(name: str) -> dict[str, tuple[str, ...]]:
    """Return what a name joins by "and" and the like, each as it is written, with its words."""
    return {each: words for each in _JOINS.split(name) if (words := _words(each))}


def _same_words(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    """Say whether each word of one has its own among the other's, spelling aside."""
    left = list(theirs)
    for word in mine:
        found = next((each for each in left if each == word), None) or next(
            (each for each in left if _alike(word, each)), None
        )
        if found is None:
            return False
        left.remove(found)
    return not left


def _alike(word: str, other: str) -> bool:
    """Say whether two words are one, mistyped: not where one begins the other ("table" and "tablet")."""
    if word == other:
        return True
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < _LEAST_TYPO or longer.startswith(shorter) or word[0] != other[0] or not word.isalpha():
        return False
    return DamerauLevenshtein.distance(word, other) <= (2 if len(shorter) >= _LONG else 1)


@lru_cache(maxsize=65536)
def _words(name: str) -> tuple[str, ...]:
    """Return a name's words in the singular, written out, without case, accents, punctuation and small words."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    plain = re.sub(r"['’`]", "", plain)
    plain = re.sub(r"\bwi-fi\b", "wifi", plain)
    found = re.findall(r"[^\W_]+", plain)
    kept = [word for word in found if word not in _IGNORED] or found
    return tuple(_singular(_SHORT.get(word, word)) for word in kept)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
