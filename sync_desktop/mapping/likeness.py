"""How alike two names are, word by word, and why: deliberately shy, because a wrong suggestion costs more than none.

Names of categories differ by single words that change what is meant: "Software" is not "Software Licences", "Monitors"
is not "Monitoring". So every word counts; only spelling, word order, what is short for the same or another word for it,
a number in front, what merely adds ("& Racks"), and words that say nothing about the goods ("Sales") are forgiven.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from rapidfuzz.distance import DamerauLevenshtein

from sync_desktop.mapping.vocabulary import TURNING, Reading, has_number, read, telling

_LEAST_SWAP = 5
"""Letters from which two neighbours may be swapped."""
_LEAST_TYPO = 6
"""Letters of the shorter word from which one letter may be wrong."""
_LONG = 10
"""Letters from which two may be."""

SAME, RESPELT, REORDERED, SHORTENED, LONGER, PLAIN, OTHERWISE, ONE_WORD = 1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6
_NUMBERED = 0.02
"""What a number in front costs."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0 to 1, and why, in words."""

    score: float
    why: str
    says_more: bool = False
    """Whether the other name has words more, which say nothing unless they are what tells it from a third one."""

    def __bool__(self) -> bool:
        return self.score > 0


UNLIKE = Likeness(0.0, "")


class Names:
    """Many names, of which those that share a word with another, spelling aside, are found without comparing all."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._joined: dict[str, set[str]] = defaultdict(set)
        self._by_letter: dict[str, set[str]] = defaultdict(set)
        self._by_initials: dict[str, set[str]] = defaultdict(set)
        self._with_initials: set[str] = set()
        for name in names:
            known = read(name)
            self._joined["".join(known.unnumbered.words)].add(name)
            for word in {*known.words, *known.meaning}:
                self._by_word[word].add(name)
                self._by_letter[word[0]].add(word)
            for letters in known.phrases:
                self._by_initials[letters].add(name)
            if known.initials:
                self._with_initials.add(name)

    def alike(self, name: str) -> list[tuple[Likeness, str]]:
        """Return the names that are at all like this one, with how much and why, the likest first."""
        asked = read(name)
        shared = Counter(each for word in {*asked.words, *asked.meaning} for each in self._with(word))
        parts = (*asked.unnumbered.conjuncts.values(), asked.unnumbered.meaning)
        least = min(len(telling(each)) for each in parts) - len(asked.initials)
        found = {each for each, count in shared.items() if count >= least or each in self._with_initials}
        found |= self._joined.get("".join(asked.unnumbered.words), set())
        found.update(*(self._by_initials.get(short, ()) for short in asked.initialisms))
        found.update(*(self._by_word.get(word, ()) for letters in asked.phrases for word in read(letters).words))
        scored = [(like, each) for each in sorted(found) if (like := likeness(name, each))]
        return sorted(scored, key=lambda pair: -pair[0].score)

    def a_word_apart(self, name: str) -> list[tuple[Likeness, str]]:
        """Return the names that have one word more or less than this one, in the order of the alphabet."""
        found = {each for word in read(name).words for each in self._with(word)}
        return [(like, each) for each in sorted(found) if (like := a_word_apart(name, each))]

    def saying(self, name: str) -> set[str]:
        """Return the names that have every word that tells this one from others, whatever they say beside."""
        telling_words = read(name).telling
        return set.intersection(*map(self._with, telling_words)) if telling_words else set()

    def _with(self, word: str) -> set[str]:
        """Return the names that have this word, spelling aside."""
        near = {word, *(each for each in self._by_letter.get(word[0], ()) if _alike(word, each))}
        return {each for one in near for each in self._by_word.get(one, ())}


def likeness(name: str, other: str) -> Likeness:
    """Return how alike two names are; nothing where they differ in a word that means something."""
    mine, theirs = read(name), read(other)
    found = _likeness(mine, theirs)
    if found or (mine.unnumbered is mine) is (theirs.unnumbered is theirs):
        return found  # where both are numbered, each number tells its name from the other
    found = _likeness(mine.unnumbered, theirs.unnumbered)
    return replace(found, score=found.score - _NUMBERED, why=f"{found.why}, numbered") if found else UNLIKE


def a_word_apart(name: str, other: str) -> Likeness:
    """Compare names of which one has a word more than the other, which does not turn its meaning.

    So differ the steps of a sale: "Discovery" and "Discovery Call". Of goods such a word tells one thing from another.
    """
    few, many = sorted((read(each).unnumbered for each in (name, other)), key=lambda each: len(each.words))
    left = _left(few.words, many.words) if few.words else None
    if left is None or len(left) != 1 or has_number(left) or left[0] in TURNING:
        return UNLIKE
    return Likeness(ONE_WORD, f"the same name but for “{left[0]}”")


def _likeness(name: Reading, other: Reading) -> Likeness:
    mine, theirs = name.words, other.words
    if not mine or not theirs:
        return UNLIKE
    if mine == theirs:
        return Likeness(SAME, "the same name")
    if "".join(mine) == "".join(theirs) or (len(mine) == len(theirs) and all(map(_alike, mine, theirs))):
        return Likeness(RESPELT, "the same name, spelt otherwise")
    if _same_words(mine, theirs):
        return Likeness(REORDERED, "the same words in another order")
    return (
        _shortened(name, other)
        or _shortened(other, name)
        or _longer(name, other)
        or _plain(name, other)
        or _otherwise(name, other)
    )


def _shortened(short: Reading, full: Reading) -> Likeness:
    """Compare with a name in which words are written out that this one has only the first letters of."""
    return _initialism(short, full) or _initials(short, full)


def _initialism(short: Reading, full: Reading) -> Likeness:
    """Compare "COD" with "Cash on delivery", whatever stands beside them."""
    for letters, written in short.initialisms.items():
        phrase = full.phrases.get(letters)
        if phrase is None:
            continue
        rest = _left(read(written).words, short.words)
        full_rest = _left(read(phrase).words, full.words)
        if rest is not None and full_rest is not None and _same_words(telling(rest), telling(full_rest)):
            return Likeness(SHORTENED, f"“{written}” is short for “{phrase}”")
    return UNLIKE


def _initials(short: Reading, full: Reading) -> Likeness:
    """Compare "T. Weber" with "Thomas Weber", and "Michael J. Brown" with "Michael Brown"."""
    letters = short.initials
    whole = [word for word in short.words if word not in letters]
    left = _left(whole, full.words) if letters and whole else None
    if left is None:
        return UNLIKE
    written = "".join(f"{letter.upper()}." for letter in letters)
    if not left and len(whole) > 1:
        return Likeness(SHORTENED, f"the same name but for “{written}”")
    agree = len(left) == len(letters) and all(map(str.startswith, left, letters))
    return Likeness(SHORTENED, f"the same name, “{written}” written out") if agree else UNLIKE


def _longer(name: Reading, other: Reading) -> Likeness:
    """Compare with names that merely add to one another: "Cables" and "Cables & Racks"; what has a number does more."""
    few, many = sorted((name.conjuncts, other.conjuncts), key=len)
    if len(few) == len(many) or not all(any(_same_words(one, each) for each in many.values()) for one in few.values()):
        return UNLIKE
    more = {raw: said for raw, said in many.items() if not any(_same_words(one, said) for one in few.values())}
    if not more or any(map(has_number, more.values())):
        return UNLIKE
    return Likeness(LONGER, f"the same name but for “& {' & '.join(more)}”")


def _plain(name: Reading, other: Reading) -> Likeness:
    """Compare without the words that say nothing about the goods."""
    if not _same_words(name.telling, other.telling):
        return UNLIKE
    more = "”, “".join(dict.fromkeys((*name.saying_nothing, *other.saying_nothing)))
    return Likeness(PLAIN, f"the same name but for “{more}”", says_more=_left(other.words, name.words) is None)


def _otherwise(name: Reading, other: Reading) -> Likeness:
    """Compare by what the words mean."""
    return Likeness(OTHERWISE, "another word for the same") if _same_words(name.meaning, other.meaning) else UNLIKE


def _same_words(mine: Collection[str], theirs: Collection[str]) -> bool:
    """Say whether each word of one has its own among the other's, spelling aside."""
    return len(mine) == len(theirs) and _left(mine, theirs) is not None


def _left(mine: Iterable[str], theirs: Iterable[str]) -> list[str] | None:
    """Return the words of theirs that mine does not have; None where mine has one that they do not."""
    left = list(theirs)
    for word in mine:
        found = next((each for each in left if each == word), None) or next(
            (each for each in left if _alike(word, each)), None
        )
        if found is None:
            return None
        left.remove(found)
    return left


def _alike(word: str, other: str) -> bool:
    """Say whether two words are one, mistyped: not where one begins the other ("table" and "tablet")."""
    if word == other:
        return True
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < _LEAST_SWAP or word[0] != other[0] or not word.isalpha():
        return False
    if len(shorter) < _LEAST_TYPO:
        return sorted(word) == sorted(other) and DamerauLevenshtein.distance(word, other) == 1
    if longer.startswith(shorter):
        return longer == shorter + shorter[-1]  # a letter that was typed twice
    return DamerauLevenshtein.distance(word, other) <= (2 if len(shorter) >= _LONG else 1)
