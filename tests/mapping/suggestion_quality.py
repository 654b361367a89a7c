"""How good suggestions are that rest on names alone, beside plain string ratio, over the labelled set."""

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import fuzz

from sync_desktop.domain.mappings import Target
from sync_desktop.mapping.suggest import Question, Suggester
from tests.mapping.labelled_pairs import CASES, QUOTE_STATUSES, STAGES, Case

KIND = "labelled"
USUAL_CUT_OFF = 70
"""What string ratio is commonly cut off at, of 100."""


@dataclass(frozen=True)
class Answer:
    """What was suggested for a case; None for nothing."""

    case: Case
    suggested: str | None

    @property
    def right(self) -> bool:
        """Whether it is the target that is expected, where one is."""
        return self.suggested is not None and self.suggested == self.case.expected

    @property
    def false(self) -> bool:
        """Whether something is suggested that is not expected."""
        return self.suggested is not None and self.suggested != self.case.expected

    @property
    def missed(self) -> bool:
        """Whether nothing is suggested where something is expected."""
        return self.suggested is None and self.case.expected is not None


@dataclass(frozen=True)
class Outcome:
    """The answers to all cases that one way of suggesting gave."""

    answers: tuple[Answer, ...]
    cut_off: int | None = None
    """Of plain ratio."""

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(answer.right for answer in self.answers)

    @property
    def false(self) -> int:
        """How many are false."""
        return sum(answer.false for answer in self.answers)

    @property
    def top_1(self) -> float:
        """The share that is right of the cases with an expected target, 0 to 1."""
        return self.right / sum(answer.case.expected is not None for answer in self.answers)

    @property
    def false_rate(self) -> float:
        """The share that is false of all cases, 0 to 1."""
        return self.false / len(self.answers)

    def told(self) -> dict[str, float | int | None]:
        """Return the numbers as the benchmarks write them."""
        rates = {"top_1": round(self.top_1, 4), "false_rate": round(self.false_rate, 4)}
        return {"cut_off": self.cut_off, "right": self.right, "false": self.false, **rates}


@dataclass(frozen=True)
class Comparison:
    """Ours, and plain ratio at three cut-offs."""

    ours: Outcome
    usual: Outcome
    best: Outcome
    """At the cut-off at which right less false is most."""
    nearest: Outcome
    """Without a cut-off: whatever is nearest is suggested, always."""

    def rows(self) -> dict[str, Outcome]:
        """Return the outcomes with what each is called."""
        return {
            "Sync Desktop": self.ours,
            "plain ratio": self.usual,
            "plain ratio, right less false at its most": self.best,
            "plain ratio, always the nearest": self.nearest,
        }

    def table(self) -> list[str]:
        """Return the lines of a table of the rates."""
        expected = sum(case.expected is not None for case in CASES)
        lines = [f"{'':<44}{'cut-off':>8}{f'right of {expected}':>16}{f'false of {len(CASES)}':>16}"]
        for label, each in self.rows().items():
            cut_off = "" if each.cut_off is None else str(each.cut_off)
            right, false = f"{each.right} ({each.top_1:.1%})", f"{each.false} ({each.false_rate:.1%})"
            lines.append(f"  {label:<42}{cut_off:>8}{right:>16}{false:>16}")
        return lines

    def failings(self) -> list[str]:
        """Return a line for each answer of ours that is false, and then for each that is missing."""
        false = [f"false   {_line(each)}" for each in self.ours.answers if each.false]
        return false + [f"missed  {_line(each)}" for each in self.ours.answers if each.missed]


def _line(answer: Answer) -> str:
    case = answer.case
    return f"“{case.source}” → {answer.suggested or 'nothing'}; expected {case.expected or 'nothing'} ({case.about})"


def compare() -> Comparison:
    """Ask both for all cases."""
    return Comparison(
        ours=_outcome(suggested),
        usual=_plain(USUAL_CUT_OFF),
        best=max(map(_plain, range(101)), key=lambda each: each.right - each.false),
        nearest=_plain(0),
    )


def suggested(case: Case) -> str | None:
    """Return the name of the target that the program suggests first; it knows names, and which are steps of a sale."""
    targets = [Target(kind=KIND, id=str(number), name=name) for number, name in enumerate(case.targets, 1)]
    of_steps = case in (*STAGES, *QUOTE_STATUSES)
    asked = Suggester(targets, {}, lambda _: False, of_steps=of_steps)
    best = asked.best(Question(KIND, "source", case.source, None))
    return best.target.name if best is not None else None


def _outcome(ask: Callable[[Case], str | None], cut_off: int | None = None) -> Outcome:
    return Outcome(tuple(Answer(case, ask(case)) for case in CASES), cut_off)


def _plain(cut_off: int) -> Outcome:
    def nearest(case: Case) -> str | None:
        scored = [(fuzz.ratio(case.source.casefold(), name.casefold()), name) for name in case.targets]
        ratio, name = max(scored, key=lambda pair: pair[0])
        return name if ratio >= cut_off else None

    return _outcome(nearest, cut_off)
