"""What an investigation comes to."""

from dataclasses import dataclass

from sync_desktop.domain.failures import Failure

ASKED = "asked"
"""The fact that says what was asked and answered, in sentences."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The failures with what was learnt of them, further ones behind them, and everything that was asked."""

    failures: tuple[Failure, ...]
    asked: tuple[str, ...] = ()
    """A sentence for each row that was asked for, in the order of asking."""


def told(failure: Failure, **facts: str) -> Failure:
    """Return a failure with facts that were just asked for; they count before what was supposed until now."""
    return failure.model_copy(
        update={"facts": {**failure.facts, **{name: text for name, text in facts.items() if text}}}
    )
