"""What states, severities and roles look like and are called on the Issues page. No Qt here."""

from sync_desktop.domain.words import IssueState, Role, Severity
from sync_desktop.ui.tokens import Tone


def severity_tone(severity: Severity) -> Tone:
    """Return the colour family of a severity."""
    return {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.INFO: Tone.NEUTRAL}[severity]


def state_tone(state: IssueState, severity: Severity, *, running: bool) -> Tone:
    """Return the colour family of a row's badge: what is running is amber, what has cleared is green."""
    if running:
        return Tone.WARNING
    if state is IssueState.CLEARED:
        return Tone.SUCCESS
    return severity_tone(severity) if state is IssueState.OPEN else Tone.NEUTRAL


def retry_word(roles: "frozenset[Role]") -> str:
    """Return what the retry button says for sites of these roles: assist sites only read."""
    return "Check again" if roles == {Role.ASSIST} else "Retry"
