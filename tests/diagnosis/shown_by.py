"""How each rule is shown: by a sync that meets it at the practice servers, or by a text, and why not by a sync."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.diagnosis import provoked_autotask, provoked_connectwise, provoked_halopsa

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
            "general.address-refused",
            "general.certificate",
            "general.connection-refused",
            "general.name-not-resolved",
            "general.proxy",
            "general.request-malformed",
            "general.salesbuildr-address",
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
            "general.user-not-linked",
            "general.webhook",
        ),
        _NO_SYNC,
    ),
}
"""Rules that only a text can show, with the reason."""
NOT_YET: tuple[str, ...] = (
    "autotask.billing-code-differs",
    "autotask.opportunity-differs",
    "general.credentials-characters",
    "general.not-in-salesbuildr",
    "general.secret-missing",
    "general.value-too-long",
    "halopsa.billing-period",
    "halopsa.line-kept",
    "records.payment-term-mapping",
)
"""Rules that a sync can meet and that nothing provokes yet; their texts are recognised all the same."""


@dataclass(frozen=True, slots=True)
class Provoked:
    """A rule that a sync is made to meet."""

    rule: str
    how: str
    test: str


def provoked() -> Iterator[Provoked]:
    """Yield everything that the tests beside this file let a sync meet; a rule may be met at several PSAs."""
    for name, module in (
        ("autotask", provoked_autotask),
        ("connectwise", provoked_connectwise),
        ("halopsa", provoked_halopsa),
    ):
        test = f"test_shown_{name}.py"
        for rules, how in (
            (module.WORLD, "a case of the practice world"),
            (module.FAULTS, "an answer of the server"),
            (module.SIGNING, "signing in"),
            (module.OTHERS, "a test of its own"),
        ):
            yield from (Provoked(rule, how, test) for rule in rules)
    by_hand = "a world written by hand"
    yield from (Provoked(rule, by_hand, "test_shown_autotask.py") for rule in provoked_autotask.BY_HAND)
