"""How each rule is shown: by a sync that meets it at the practice servers, or by a text, and why not by a sync."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.diagnosis import provoked_autotask, provoked_connectwise, provoked_halopsa
from tests.diagnosis.provoking import Fault

_FALLBACK = "speaks for what no other rule of its kind knows; whatever the practice servers say has a rule of its own"
_NO_ISSUE = "opens no issue: the run says it, or waits by itself"
_OTHER_NETWORK = "needs another network than loopback; the tests of transport show its sentence"
_NOT_OURS = "is about something that this program never sends"
_NO_SYNC = "is a line of Salesbuildr's Issues page, or a mail, that no sync causes"
ONLY_TEXT: dict[str, str] = {
    **dict.fromkeys(
        (
            "general.association",
            "general.budget",
            "general.closed",
            "general.credentials",
            "general.inactive",
            "general.invalid-value",
            "general.items-missing-kind",
            "general.mapping-invalid",
            "general.mapping-missing",
            "general.near-match",
            "general.network",
            "general.no-external-id",
            "general.not-found",
            "general.permission",
            "general.rate-limit",
            "general.required-field",
        ),
        _FALLBACK,
    ),
    **dict.fromkeys(
        (
            "connectwise.not-primary-quote",
            "general.already-synchronizing",
            "general.busy",
            "general.cancelled",
            "general.not-eligible",
            "general.own-budget",
            "general.read-only",
            "general.tenant-budget",
        ),
        _NO_ISSUE,
    ),
    **dict.fromkeys(
        (
            "general.certificate",
            "general.name-not-resolved",
            "general.proxy",
            "general.request-malformed",
        ),
        _OTHER_NETWORK,
    ),
    **dict.fromkeys(
        ("connectwise.agreement-date", "connectwise.types-on-create-only", "halopsa.warning"),
        _NOT_OURS,
    ),
    **dict.fromkeys(
        (
            "autotask.opportunity-changes-not-reported",
            "autotask.threshold-mail",
            "autotask.ticket-charges-cancelled",
            "autotask.wrong-billing-code",
            "connectwise.callback",
            "general.company-link-unverified",
            "general.distributor",
            "general.login-state",
            "general.status-forbidden",
            "general.status-limit",
            "general.status-rejected",
            "general.status-server",
            "general.user-not-linked",
            "general.webhook",
        ),
        _NO_SYNC,
    ),
}
"""Rules that only a text can show, with the reason."""


_HOW = {
    "WORLD": "a case of the practice world",
    "SITUATIONS": "what is so at both systems",
    "WRONG": "a connection that is wrong",
    "BY_HAND": "a world written by hand",
    "RECORDS": "a world written by hand",
    "OTHERS": "a test of its own",
    "FAULTS": "a fault of the server, in its own words",
    "SIGNING": "a fault of the server, in its own words",
}
_ORDERED = "an answer that the server is ordered to give, word for word"
"""How the rules that a module names are met; where there are several ways, the first of them is told."""


@dataclass(frozen=True, slots=True)
class Provoked:
    """A rule that a sync is made to meet."""

    rule: str
    how: str
    test: str


def provoked() -> Iterator[Provoked]:
    """Yield everything that the tests beside this file let a sync meet; a rule may be met at several PSAs."""
    modules = {"autotask": provoked_autotask, "connectwise": provoked_connectwise, "halopsa": provoked_halopsa}
    for name, how in _HOW.items():
        for psa, module in modules.items():
            rules: Iterable[str] = vars(module).get(name, ())
            for rule in rules:
                fault = rules[rule] if isinstance(rules, Mapping) else None
                ordered = isinstance(fault, Fault) and fault.kind == "status"
                yield Provoked(rule, _ORDERED if ordered else how, f"test_shown_{psa}.py")
